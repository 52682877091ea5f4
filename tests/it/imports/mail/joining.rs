//! Mails that belong to tickets that are on the desk already.

use serde_json::{Value, json};

use super::{ADA, HELP, Mail, bodies, mail, mbox, pipe};
use crate::desk::Desk;

const MIRA: &str = "Mira <mira@larkspur.example>";

#[test]
fn an_answer_that_comes_later_joins_its_ticket_and_wakes_it() {
    for before in ["status pending 1", "status hold 1", "snooze 2027-01-01 1", "close 1"] {
        let desk = Desk::new();
        pipe(&desk, &mail("a@x", "", 2).text());
        desk.ok("edit 1 --title Ours --label +bug");
        desk.ok(before);
        let data = pipe(&desk, &mail("b@x", "a@x", 30).text());
        assert_eq!((&data["updated"], &data["messages"]), (&json!(1), &json!(1)), "{before}");
        let ticket = desk.ticket("mail:b@x");
        assert_eq!((&ticket["id"], &ticket["title"]), (&json!("1"), &json!("Ours")));
        assert_eq!(bodies(&ticket), ["words of a@x", "words of b@x"]);
        // What was written before it was closed does not open it.
        let late = before == "close 1";
        assert_eq!(ticket["status"], if late { "closed" } else { "open" }, "{before}");
        assert_eq!(ticket["labels"], json!(["bug"]));
        assert_eq!(ticket["messages"][1]["by"], "requester");
        desk.ok("undo");
        assert_eq!(bodies(&desk.ticket("1")).len(), 1);
        // An import that was taken back can be made again.
        pipe(&desk, &mail("b@x", "a@x", 30).text());
        assert_eq!(bodies(&desk.ticket("1")).len(), 2);
    }
}

#[test]
fn an_answer_long_after_the_closing_opens_a_ticket_that_is_linked() {
    let desk = Desk::new();
    pipe(&desk, &mail("a@x", "", 2).text());
    let mut close = desk.command("close 1");
    assert!(close.env("TIX_NOW", "2026-07-03T10:00:00Z").output().unwrap().status.success());
    assert_eq!(pipe(&desk, &mail("b@x", "a@x", 30).text())["messages"], 1);
    let ticket = desk.ticket("mail:b@x");
    assert_eq!((&ticket["id"], &ticket["links"][0]["id"]), (&json!("2"), &json!("1")));
    assert_eq!(desk.ticket("1")["status"], "closed");
    // Those after it go there too, and nothing comes twice.
    let text = mbox(&[mail("a@x", "", 2), mail("b@x", "a@x", 30), mail("c@x", "b@x", 31)]);
    assert_eq!(pipe(&desk, &text)["messages"], 1);
    assert_eq!(desk.ticket("mail:c@x")["id"], "2");
    assert_eq!(pipe(&desk, &text)["change"], Value::Null);
}

#[test]
fn mails_in_any_order_are_one_ticket_where_their_names_allow_it() {
    let all = [
        mail("a@x", "", 2),
        mail("b@x", "a@x", 3),
        mail("c@x", "b@x", 4),
        Mail { references: &["a@x", "b@x", "c@x"], ..mail("d@x", "c@x", 5) },
        mail("e@x", "ghost@x", 6),
        Mail { references: &["a@x", "ghost@x"], ..mail("f@x", "ghost@x", 7) },
    ];
    for order in [
        [0, 1, 2, 3, 4, 5],
        [5, 4, 3, 2, 1, 0],
        [3, 4, 0, 5, 2, 1],
        [2, 4, 1, 5, 0, 3],
        [4, 2, 3, 5, 1, 0],
        [0, 2, 4, 5, 3, 1],
        [1, 5, 2, 0, 3, 4],
    ] {
        let desk = Desk::new();
        for place in order {
            pipe(&desk, &all[place].text());
        }
        let id = |mail: &Mail<'_>| desk.ticket(&format!("mail:{}", mail.id))["id"].to_string();
        let ids: Vec<String> = all.iter().map(id).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{order:?}: {ids:?}");
        let ticket = desk.ticket("mail:a@x");
        assert_eq!(bodies(&ticket).len(), 6, "{order:?}: {ticket:#}");
        // The whole says nothing new.
        assert_eq!(pipe(&desk, &mbox(&all))["change"], Value::Null, "{order:?}");
    }
}

#[test]
fn an_answer_to_a_merged_or_moved_message_goes_where_that_is_now() {
    let desk = Desk::new();
    pipe(&desk, &mbox(&[mail("a@x", "", 2), mail("b@x", "a@x", 3), mail("m@x", "", 4)]));
    desk.ok("merge 2 1");
    assert_eq!(desk.ticket("mail:m@x")["id"], "1");
    pipe(&desk, &mail("n@x", "m@x", 6).text());
    assert_eq!(desk.ticket("mail:n@x")["id"], "1");
    desk.ok("split 1 1.2 --title Apart");
    assert_eq!(desk.ticket("mail:b@x")["id"], "3");
    pipe(&desk, &mail("c@x", "b@x", 7).text());
    assert_eq!(bodies(&desk.ticket("3")), ["words of b@x", "words of c@x"]);
    let all = [
        mail("a@x", "", 2),
        mail("b@x", "a@x", 3),
        mail("c@x", "b@x", 7),
        mail("m@x", "", 4),
        mail("n@x", "m@x", 6),
    ];
    assert_eq!(pipe(&desk, &mbox(&all))["change"], Value::Null);
}

#[test]
fn an_answer_to_what_was_sent_from_here_joins_and_what_was_sent_is_known() {
    let desk = Desk::new();
    desk.ok(&format!("new Printer -m Jammed -r '{ADA}'"));
    desk.ok("reply 1 -m 'Open the tray.'");
    let uid = desk.ticket("1")["uid"].as_str().unwrap().to_owned();
    let sent = format!("tix.{uid}.2@tix.invalid");
    let ours = Mail { from: MIRA, to: ADA, ..mail(&sent, "", 2) };
    assert_eq!(pipe(&desk, &ours.text())["change"], Value::Null);
    let answer = mail("b@x", &sent, 3);
    assert_eq!(pipe(&desk, &answer.text())["messages"], 1);
    assert_eq!(desk.ticket("mail:b@x")["id"], "1");
    assert_eq!(desk.ticket(&format!("mail:{sent}"))["id"], "1");
    let by: Vec<Value> = (0..3).map(|n| desk.ticket("1")["messages"][n]["by"].clone()).collect();
    assert_eq!(by.iter().filter(|by| **by == "requester").count(), 2, "{by:?}");
    // Where that ticket is not known, it is one of the same identity.
    let other = Desk::new();
    pipe(&other, &answer.text());
    assert_eq!(other.ticket("1")["uid"], uid);
}

#[test]
fn loops_and_names_that_several_mails_bear_lose_nothing() {
    let desk = Desk::new();
    let text = mbox(&[mail("a@x", "b@x", 2), mail("b@x", "a@x", 3)]);
    assert_eq!(pipe(&desk, &text)["added"], 1);
    let other = Mail { from: "Bo <bo@acme.example>", ..mail("a@x", "", 2) };
    let same = mbox(&[mail("a@x", "b@x", 2), other]);
    assert_eq!(pipe(&desk, &same)["messages"], 1);
    assert_eq!(pipe(&desk, &same)["change"], Value::Null);
    let ticket = desk.ticket("mail:a@x");
    let messages = ticket["messages"].as_array().unwrap();
    let refs: Vec<&str> = messages.iter().map(|it| it["ref"].as_str().unwrap()).collect();
    assert_eq!(refs.len(), 3);
    assert!(refs.contains(&"mail:a@x") && refs.contains(&"mail:b@x"), "{refs:?}");
    assert!(refs.iter().any(|name| name.starts_with("mail:a@x#")), "{refs:?}");
    let nameless = format!("From: {ADA}\nDate: 2 Jul 2026 10:00:00 +0200\n\nNo name.\n");
    assert_eq!(pipe(&desk, &nameless)["added"], 1);
    assert_eq!(pipe(&desk, &nameless.replace('\n', "\r\n"))["change"], Value::Null);
}

#[test]
fn what_we_wrote_is_ours_and_who_was_written_to_asks() {
    let desk = Desk::new();
    desk.ok("config set us 'mira@larkspur.example, *@bot.example'");
    let ours = Mail { from: MIRA, to: ADA, ..mail("a@x", "", 2) };
    pipe(&desk, &mbox(&[ours, mail("b@x", "a@x", 3)]));
    let ticket = desk.ticket("1");
    assert_eq!(ticket["requester"]["email"], "ada@acme.example");
    let by = |n: usize| desk.ticket("1")["messages"][n]["by"].clone();
    assert_eq!((by(0), by(1)), (json!("us"), json!("requester")));
    assert_eq!(ticket["turn"], "us");
    let answer = Mail { from: "Bot <x@bot.example>", to: ADA, ..mail("c@x", "b@x", 4) };
    pipe(&desk, &answer.text());
    assert_eq!((by(2), &desk.ticket("1")["turn"]), (json!("us"), &json!("requester")));
    // What goes to a list reaches everybody on it.
    pipe(&desk, &mail("d@x", "c@x", 5).text());
    assert_eq!(desk.ticket("1")["turn"], "us");
    pipe(&desk, &Mail { from: MIRA, to: HELP, ..mail("e@x", "d@x", 6) }.text());
    assert_eq!(desk.ticket("1")["turn"], "requester");
}

#[test]
fn we_are_ourselves_in_every_format_but_our_own() {
    let desk = Desk::new();
    let issue = json!([{
        "number": 7, "title": "x", "state": "open", "user": { "login": "mira" }, "body": "",
        "html_url": "https://github.com/a/b/issues/7", "created_at": "2026-07-01T10:00:00Z",
    }]);
    desk.ok("config set us mira");
    assert_eq!(desk.feed("import github -", issue.to_string()).code, 0);
    assert_eq!(desk.ticket("github:a/b#7")["messages"][0]["by"], "us");
    desk.ok("new Mine -m Words -r mira");
    let export = desk.ok("export jsonl");
    let other = Desk::new();
    other.ok("config set us mira");
    assert_eq!(other.feed("import jsonl -", &export).code, 0);
    assert_eq!(other.ok("export jsonl"), export);
    for (value, code) in [("a*@b", 4), ("@", 4), ("", 0)] {
        assert_eq!(desk.run(&format!("config set us '{value}'")).code, code, "{value}");
    }
}
