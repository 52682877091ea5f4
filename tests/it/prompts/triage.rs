//! A morning at the desk: one key an act, at two sizes, and an interrupt in every place.

use super::failing::SMALL;
use super::terminal::{CTRL_C, SIZES, Terminal, drafts, with_editor};
use crate::desk::Desk;

const BOTH: [(u16, u16); 2] = [SIZES[0], SMALL];

/// Four tickets that wait for us, the first of them urgent.
pub(super) fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok("new 'Crash on start' -m 'It crashes.' -r 'Ada <ada@acme.example>' -p urgent");
    desk.ok("new '登录 fails 🔥' -m 'With a wide title.' -r bo -p high");
    desk.ok("new 'Dark mode' -r cy");
    desk.ok("new 'Typo' -r dee -p low");
    desk.ok("comment 1 -m 'Looks like the cache.'");
    desk
}

/// The editor writes this text.
pub(super) const WRITES: &str = "echo 'Please try 1.8.2.' | cat - buffer > \"$file\"";

pub(super) fn sit(desk: &Desk, editor: &str, size: (u16, u16)) -> Terminal {
    let mut command = with_editor(desk, "triage", editor);
    command.env("TERM", "xterm");
    Terminal::start(&command, size)
}

#[test]
fn every_key_does_what_its_command_does() {
    for size in BOTH {
        let desk = desk();
        let mut at = sit(&desk, WRITES, size);
        at.sees("[1/4]").sees("#1 Crash").sees("quit").types("r");
        at.sees("[2/4]").sees("PUBLIC reply added (1.3)").sees("quit").types("n");
        at.sees("[3/4]")
            .sees("NOTE added")
            .sees("quit")
            .types("p")
            .sees("u urgent")
            .types("u")
            .sees("priority: urgent")
            .sees("quit");
        at.types("t").sees("h hold").types("h").sees("#3 hold").sees("quit");
        at.types("l").sees("Labels").types("+ui,+dark\r").sees("+dark").sees("quit");
        at.types("a").sees("Assign").types("@me\r").sees("assigned to Mira").sees("quit");
        at.types("e").sees("Title").types("Dark theme\r").sees("title: Dark theme").sees("quit");
        at.types("s").sees("Snooze").types("+3d\r").sees("[4/4]").sees("snoozed until");
        at.sees("quit").types("m").sees("Merge into").types("3\r");
        let left = at.left().with(0);
        let summary = "4 seen: 1 replied, 1 noted, 1 snoozed, 1 merged, 1 moved, 1 prioritised, \
                       1 labelled, 1 assigned, 1 retitled";
        assert!(left.shown.contains(summary), "{:?}", left.shown);
        let ticket = desk.ticket("3");
        assert_eq!(
            (&ticket["title"], &ticket["priority"], &ticket["status"]),
            (&"Dark theme".into(), &"urgent".into(), &"open".into())
        );
        assert_eq!(desk.ticket("1")["messages"][2]["body"], "Please try 1.8.2.");
        assert_eq!(desk.ticket("1")["turn"], "requester");
        assert!(drafts(&desk).is_empty());
    }
}

#[test]
fn an_act_is_taken_back_and_the_way_back_is_open() {
    for size in BOTH {
        let desk = desk();
        let before = desk.ok("export jsonl");
        let mut at = sit(&desk, WRITES, size);
        at.sees("[1/4]").sees("quit").types("c").sees("w wontfix").types("w");
        at.sees("[2/4]")
            .sees("closed (wontfix)")
            .sees("quit")
            .types("\r")
            .sees("[3/4]")
            .sees("quit")
            .types("b")
            .sees("[2/4]");
        at.sees("quit").types("u").sees("took back: closed #1 as wontfix").sees("quit");
        at.types("u").sees("nothing was done yet").sees("quit");
        at.types("x").sees("does nothing here").sees("quit");
        at.types("q");
        let left = at.left().with(0);
        assert!(left.shown.contains("3 seen: 1 undone"), "{:?}", left.shown);
        assert_eq!(desk.ok("export jsonl"), before);
    }
}

#[test]
fn an_interrupt_ends_what_is_going_on() {
    for size in BOTH {
        let desk = desk();
        let before = desk.ok("export jsonl");
        // At a key.
        let left = sit(&desk, WRITES, size).sees("quit").types(CTRL_C).left().with(130);
        assert!(left.shown.contains("1 seen"), "{:?}", left.shown);
        // At a second key, at a question, and in an editor: back to the ticket, the text kept.
        let script = "echo typed | cat - buffer > \"$file\"; echo ready; exec sleep 60";
        let mut at = sit(&desk, script, size);
        at.sees("quit").types("c").sees("s solved").types(CTRL_C).sees("quit");
        at.types("l").sees("Labels").types(CTRL_C).sees("quit");
        at.types("r").sees("ready").sends(CTRL_C).sees("tix drafts resume").sees("quit");
        at.types(CTRL_C);
        let left = at.left().with(130);
        assert_eq!(drafts(&desk).len(), 1, "{:?}", left.shown);
        assert_eq!(desk.ok("export jsonl"), before);
    }
}

#[test]
fn a_window_that_changes_its_size_is_drawn_anew() {
    let desk = desk();
    let mut at = sit(&desk, WRITES, SIZES[0]);
    at.sees("[1/4]").sees("quit").resizes(40, 12).sees("[1/4]").sees("quit");
    at.resizes(20, 10).sees("[1/4]").sees("quit").types("q").left().with(0);
}

#[test]
fn an_editor_that_fails_leaves_the_ticket_where_it_was() {
    let desk = desk();
    let mut at = sit(&desk, "exit 3", SIZES[0]);
    at.sees("[1/4]").sees("quit").types("r").sees("[1/4]").sees("failed").sees("quit").types("q");
    at.left().with(0);
    assert_eq!(desk.ticket("1")["messages"].as_array().unwrap().len(), 2);
}

#[test]
fn a_terminal_that_can_only_print_is_asked_line_by_line() {
    let desk = desk();
    let mut command = with_editor(&desk, "triage", WRITES);
    command.env("TERM", "dumb");
    let mut at = Terminal::start(&command, SIZES[0]);
    at.sees("#1 Crash")
        .sees("act: ")
        .sends("p\n")
        .sees("u urgent")
        .sends("l\n")
        .sees("priority: low");
    at.sees("act: ").sends("s\n").sees("Snooze until").sends("+3d\n").sees("snoozed until");
    at.sees("act: ").sends("q\n");
    let left = at.left().with(0);
    assert!(left.shown.contains("2 seen: 1 snoozed, 1 prioritised"), "{:?}", left.shown);
    assert!(!left.shown.contains('\x1b'), "{:?}", left.shown);
}

#[test]
fn without_a_person_it_says_what_to_do_instead() {
    let desk = desk();
    let ran = desk.run("triage");
    assert_eq!((ran.code, ran.stdout.as_str()), (6, ""), "{}", ran.stderr);
    assert_eq!(desk.run("triage --json").code, 2);
    let empty = Desk::new();
    empty.ok("new One");
    empty.ok("close 1");
    let left = Terminal::start(&empty.command("triage"), SIZES[0]).left().with(0);
    assert!(left.shown.contains("nothing waits for you"), "{:?}", left.shown);
}
