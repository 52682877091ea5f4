//! What is kept on a shared desk by a name: customers, tiers, replies.

use super::{Several, told};

#[test]
fn changes_of_a_customer_in_different_places_both_stand() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    ada.ok("customer new acme --title Acme --domain acme.example");
    several.meet();
    ada.ok("customer edit acme --note 'Pays late.'");
    bo.ok("customer edit acme --title 'Acme Inc' --domain acme.test");
    several.meet();
    for desk in [ada, bo] {
        assert_eq!(desk.ok("sync conflicts"), "");
        let acme = &desk.json("customer show acme")["data"];
        assert_eq!(acme["title"], "Acme Inc", "{acme}");
        assert_eq!(acme["notes"], "Pays late.", "{acme}");
        assert_eq!(acme["domains"].as_array().unwrap().len(), 2, "{acme}");
        desk.ok("doctor");
    }
}

#[test]
fn of_two_texts_of_a_reply_the_later_stands_and_the_other_can_be_taken_back() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    ada.ok("canned new ack -m 'We have it.'");
    ada.ok("customer new acme --note 'Old.'");
    several.meet();
    bo.ok("canned edit ack -m 'We got it.'");
    bo.ok("customer edit acme --note 'By bo.'");
    bo.ok("new 'Time passes'");
    ada.ok("canned edit ack -m 'Thanks, we have it.'");
    ada.ok("customer edit acme --note 'By ada.'");
    bo.ok("sync");
    let ran = ada.run("sync");
    assert!(ran.stdout.contains("canned `ack` text:"), "{}", ran.stdout);
    bo.ok("sync");
    let all = ada.json("sync conflicts")["data"].clone();
    assert_eq!(all.as_array().unwrap().len(), 2, "{all}");
    assert_eq!((&all[1]["id"], &all[1]["field"]), (&"customer/acme".into(), &"notes".into()));
    assert_eq!(all, bo.json("sync conflicts")["data"]);
    let lost = all[0]["lost"].as_str().unwrap();
    bo.ok("canned new thanks -m 'Thanks!'");
    told(&bo.run("sync conflicts resolve canned/thanks --take"), 3, "no such conflict");
    bo.ok("sync conflicts resolve canned/ack --take");
    assert!(bo.ok("canned show ack").contains(lost));
    let note = bo.json("customer show acme")["data"]["notes"].clone();
    bo.ok("sync conflicts resolve customer/acme notes --keep");
    assert_eq!(bo.ok("sync conflicts"), "");
    several.meet();
    assert_eq!(ada.ok("sync conflicts"), "");
    assert!(ada.ok("canned show ack").contains(lost));
    assert_eq!(ada.json("customer show acme")["data"]["notes"], note);
    for desk in [ada, bo] {
        desk.ok("doctor");
    }
}

/// Two machines that share three tickets.
fn three_tickets() -> Several {
    let several = Several::sharing(2);
    for title in ["One", "Two", "Three"] {
        several.desks[0].ok(&format!("new '{title}'"));
    }
    several.meet();
    several
}

#[test]
fn what_two_did_across_each_other_is_said_with_the_way_back() {
    let several = three_tickets();
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    ada.ok("merge 1 2");
    bo.ok("merge 2 1");
    ada.ok("comment 3 -m 'worked on'");
    ada.ok("sync");
    told(&bo.run("sync"), 0, "both are closed: `tix reopen");
    let ran = ada.run("sync");
    let said = ran.stderr.split('`').nth(1).unwrap();
    ada.ok(said.strip_prefix("tix ").unwrap());
    assert_eq!(ada.words("count is:open"), "2");
    assert_eq!(ada.run("sync").stderr, "");
    bo.ok("sync");
    ada.ok("new 'Four'");
    several.meet();
    bo.ok("comment 4 -m 'worked on, too'");
    ada.ok("undo");
    ada.ok("sync");
    bo.ok("sync");
    let ran = ada.run("sync");
    told(&ran, 0, "#4 was taken back while others worked on it");
    let said = ran.stderr.split('`').nth(1).unwrap();
    ada.ok(said.strip_prefix("tix ").unwrap());
    several.meet();
    assert_eq!(bo.ticket("4")["messages"].as_array().unwrap().len(), 2);
    several.are_equal();
}

/// Merged into two tickets at the same time, one still has a conflict by its own name.
#[test]
fn a_ticket_that_was_merged_twice_can_be_decided_on() {
    let several = three_tickets();
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    ada.ok("merge 1 2");
    bo.ok("merge 1 3");
    several.meet();
    let shown = ada.ok("sync conflicts show 1");
    assert!(shown.contains("#2") && shown.contains("#3"), "{shown}");
    ada.ok("sync conflicts resolve 1 merged --take");
    assert_eq!(ada.ok("sync conflicts"), "");
    several.meet();
    several.are_equal();
}
