//! Taking back and bringing back.

use crate::desk::Desk;

fn export(desk: &Desk) -> String {
    desk.ok("export jsonl")
}

#[test]
fn undo_walks_back_and_redo_walks_forth() {
    let desk = Desk::new();
    let commands = [
        "new One -m text -l bug -r ada",
        "comment 1 -m note",
        "reply 1 -m answer",
        "edit 1 --title Uno --priority high --due fri",
        "label +x,-bug 1",
        "assign @me 1",
        "status pending 1",
        "close 1 --as answered -m why",
        "reopen 1",
    ];
    let mut states = vec![String::new()];
    for line in commands {
        desk.ok(line);
        states.push(export(&desk));
    }
    for state in states.iter().rev().skip(1) {
        desk.ok("undo");
        assert_eq!(&export(&desk), state);
    }
    let ran = desk.run("undo");
    assert_eq!((ran.code, ran.stderr.contains("nothing to undo")), (4, true));
    for state in &states[1..] {
        desk.ok("redo");
        assert_eq!(&export(&desk), state);
    }
    assert_eq!(desk.run("redo").code, 4);
}

#[test]
fn a_new_change_ends_what_can_be_redone() {
    let desk = Desk::new();
    desk.ok("new One");
    desk.ok("new Two");
    desk.ok("undo");
    desk.ok("close 1");
    assert_eq!(desk.run("redo").code, 4);
    desk.ok("undo");
    desk.ok("redo");
    assert_eq!(desk.ticket("1")["status"], "closed");
}

#[test]
fn a_named_change_is_taken_back_unless_later_work_stands_on_it() {
    let desk = Desk::new();
    desk.ok("new One");
    desk.ok("edit 1 --title Two");
    desk.ok("label +bug 1");
    let log = desk.json("log");
    let change = |n: usize| log["data"][n]["change"].as_str().unwrap()[..8].to_owned();
    desk.ok(&format!("undo {}", change(1)));
    assert_eq!(desk.ticket("1")["title"], "One");
    assert_eq!(desk.ticket("1")["labels"], serde_json::json!(["bug"]));
    let before = export(&desk);
    let ran = desk.run(&format!("undo {}", change(2)));
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("#1 has been worked on since"), "{}", ran.stderr);
    assert_eq!(export(&desk), before);
    desk.ok("edit 1 --title Three");
    desk.ok("edit 1 --title Four");
    let three = desk.json("log")["data"][1]["change"].as_str().unwrap().to_owned();
    let ran = desk.run(&format!("undo {three}"));
    assert!(ran.stderr.contains("its title is now `Four`"), "{}", ran.stderr);
    assert_eq!(desk.run("undo kkkkkkkk").code, 3);
    assert_eq!(desk.run("undo 12").code, 3);
}

#[test]
fn a_ticket_taken_back_is_gone_but_its_number_is_not_given_again() {
    let desk = Desk::new();
    desk.ok("new One");
    desk.ok("undo");
    let ran = desk.run("show 1");
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("it was taken back"), "{}", ran.stderr);
    assert_eq!(desk.ok("new Two"), "2\n");
    assert_eq!(desk.ok("list --all -q"), "2\n");
}

#[test]
fn undo_says_what_it_took_back() {
    let desk = Desk::new();
    desk.ok("new One");
    desk.ok("new Two");
    desk.feed("close - --as stale", "1\n2\n");
    let document = desk.json("undo");
    assert_eq!(document["schema"], "tix/undo/1");
    assert_eq!(document["data"]["summary"], "closed 2 tickets as stale");
    assert_eq!(document["data"]["tickets"], serde_json::json!(["1", "2"]));
    let log = desk.json("log");
    assert_eq!(log["data"][0]["undoes"], document["data"]["target"]);
    assert_eq!(log["data"][1]["undone"], true);
    assert!(desk.ok("undo --dry-run").contains("would: take back"));
    assert_eq!(desk.ok("list -q").lines().count(), 2);
}
