//! What strangers wrote, on a real terminal: in questions, on the screens of triage, through the pager
//! and in an editor.

use super::terminal::{ENTER, SIZES, Terminal, with_editor};
use crate::desk::Desk;
use crate::strange::{CORPUS, acts, command, desk};

/// What no stranger's text may have brought about on the terminal.
const ATTACKS: &[&str] = &[
    "\x1b[97;41m",
    "\x1b[3J",
    "\x1b[9;9H",
    "\x1b[6n",
    "\x1b[>c",
    "\x1b[18t",
    "\x1b[1337;7A",
    "\x1b[99P",
    "\x1b]",
    "\x1bP",
    "\x1b_",
    "\x1b^",
    "\x1bX",
    "\x1bc",
    "\x1b#8",
    "\x1b(0",
    "\x07",
];

/// `shown` without the control sequences that tix itself sends.
fn plain(shown: &str) -> String {
    let mut out = String::new();
    let mut rest = shown;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        out.push_str(before);
        let end = after.find(|c: char| c.is_ascii_alphabetic()).expect(shown);
        rest = &after[end + 1..];
    }
    // Keypad modes, as full screens set them.
    (out + rest).replace("\x1b=", "").replace("\x1b>", "")
}

#[track_caller]
fn harmless(line: &str, shown: &str) {
    for attack in ATTACKS {
        assert!(!shown.contains(attack), "`{line}`: {attack:?} in {shown:?}");
    }
    if let Some((at, c)) = acts(&plain(shown), &['\r', '\t']) {
        let text = plain(shown);
        let from = text.floor_char_boundary(at.saturating_sub(80));
        panic!("`{line}`: {c:?} after {:?}", &text[from..at]);
    }
}

#[test]
fn the_check_finds_what_it_is_for() {
    for attack in CORPUS.iter().filter(|text| acts(text, &['\r', '\t']).is_some()) {
        let found =
            std::panic::catch_unwind(|| harmless("x", &format!("\x1b[1ma\x1b[0m{attack}b")));
        assert!(found.is_err(), "{attack:?}");
    }
}

#[test]
fn answers_on_a_terminal_are_harmless() {
    let desk = desk();
    for (turn, line) in [
        "",
        "list --all -L 0",
        "show ALL",
        "show {n}",
        "list {n}",
        "log -L 0",
        "log 3 -L 0",
        "search owned -L 0",
        "similar 7 -L 0",
        "next -L 0",
        "sla status -L 0",
        "sla explain 4",
        "customer list",
        "canned list",
        "kb list",
        "tier list",
        "calendar list",
        "view list",
        "drafts list",
        "drafts show kqlk",
        "attach 7",
        "count --by requester",
        "info",
        "export md",
        "undo -n",
        "close 1 2 -n",
        "kb search owned",
        "new {} -m x --no-input",
        "import csv hostile.csv -n",
        "import {n} x",
        "config get {n}",
    ]
    .iter()
    .enumerate()
    {
        for (columns, lines) in [SIZES[0], (40, 20)] {
            let mut command = command(&desk, line, turn * 5 + usize::from(columns));
            command.env("TIX_PAGER", "cat").env("TERM", "xterm");
            let left = Terminal::start(&command, (columns, lines)).left();
            harmless(line, &left.shown);
        }
    }
}

#[test]
fn questions_are_harmless() {
    let desk = desk();
    for (line, question, answer) in [
        ("close 1 2 3 4 5 6", "6 tickets", "n"),
        ("label +x 1 2 3 4 5 6", "6 tickets", "n"),
        ("drafts rm kqkk", "?", "n"),
    ] {
        let left = Terminal::run(&desk.copy(), line).answers(question, answer).left();
        harmless(line, &left.shown);
    }
    let mut new = Terminal::run(&desk, "new -m x");
    let left = new.answers("Title", "evil owned\r").answers("Open it all the same?", "n").left();
    harmless("new", &left.shown);
}

#[test]
fn the_screens_of_triage_are_harmless() {
    for size in [SIZES[0], (40, 20)] {
        let desk = desk();
        let mut command = desk.command("triage is:open");
        command.env("TERM", "xterm").env("TIX_PAGER", "cat");
        let mut at = Terminal::start(&command, size);
        for _ in 0..CORPUS.len() / 3 {
            at.sees("quit").types(ENTER);
        }
        // The help is on the screen of the ticket: there is one to leave.
        at.sees("quit").types("?").sees("Enter or space");
        harmless("triage", &at.types("q").left().shown);
    }
}

#[test]
fn what_an_editor_is_given_is_harmless_to_look_at() {
    let desk: Desk = desk();
    for id in 1..=CORPUS.len() {
        for line in [format!("reply {id} -e"), format!("comment {id} -e")].iter().take(1 + id % 2) {
            let left = Terminal::start(&with_editor(&desk, line, "cat \"$file\""), SIZES[0]).left();
            harmless(line, &left.shown);
            assert!(left.shown.contains(">8"), "{}", left.shown);
        }
    }
}
