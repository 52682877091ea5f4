//! Ctrl-C wherever it can strike: nothing is stored, nothing written is lost, and that is said.

use std::time::Duration;

use super::failing::SMALL;
use super::terminal::{CTRL_C, SIZES, Terminal, drafts, with_editor};
use crate::desk::Desk;

const BOTH: [(u16, u16); 2] = [SIZES[0], SMALL];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok("new One -m 'It crashes.' -r 'Ada Byte <ada@acme.example>'");
    desk.ok("comment 1 -m note");
    desk
}

/// Everything in which an editor is opened.
const LINES: [&str; 7] = [
    "reply 1 --close",
    "comment 1",
    "new Two -e",
    "edit 1 -e",
    "edit 1.1 -e",
    "edit 1.2 -e",
    "config edit",
];

#[test]
fn in_an_editor_that_does_not_take_it() {
    for line in LINES {
        for size in BOTH {
            let desk = desk();
            let before = desk.ok("export jsonl");
            let command = with_editor(&desk, line, "echo ready; exec sleep 60");
            let left = Terminal::start(&command, size).sees("ready").sends(CTRL_C).left().with(130);
            assert!(left.shown.contains("was interrupted"), "{line}: {:?}", left.shown);
            assert!(drafts(&desk).is_empty(), "{line}");
            let script =
                "echo typed | cat - buffer > \"$file\"; stty -echo; echo ready; exec sleep 60";
            let command = with_editor(&desk, line, script);
            let left = Terminal::start(&command, size).sees("ready").sends(CTRL_C).left().with(130);
            assert_eq!(drafts(&desk), [left.draft()], "{line}");
            assert!(desk.ok(&format!("drafts show {}", left.named())).starts_with("typed\n"));
            assert_eq!(desk.ok("export jsonl"), before, "{line}");
        }
    }
}

#[test]
fn in_an_editor_that_was_opened_again() {
    let desk = desk();
    let command = with_editor(&desk, "comment 1", "echo precious > \"$file\"; exit 1");
    let name = Terminal::start(&command, SMALL).left().with(1).named();
    for script in ["echo ready; exec sleep 60", "rm \"$file\"; echo ready; exec sleep 60"] {
        let command = with_editor(&desk, &format!("drafts resume {name}"), script);
        let left = Terminal::start(&command, SMALL).sees("ready").sends(CTRL_C).left().with(130);
        assert_eq!(left.named(), name);
        assert_eq!(desk.ok(&format!("drafts show {name}")), "precious\n");
    }
    assert_eq!(desk.ticket("1")["messages"].as_array().unwrap().len(), 2);
}

#[test]
fn while_another_process_has_the_desk() {
    for line in &LINES[..6] {
        let desk = desk();
        let before = desk.ok("export jsonl");
        let other = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let script = "sed '1,3s/^title: One/title: Uno/' buffer > \"$file\"
            grep -q ^title \"$file\" || echo typed | cat - buffer > \"$file\"; echo done";
        let command = with_editor(&desk, line, script);
        let mut terminal = Terminal::start(&command, SMALL);
        terminal.sees("done");
        std::thread::sleep(Duration::from_millis(300));
        let left = terminal.sends(CTRL_C).left().with(130);
        assert_eq!(drafts(&desk), [left.draft()], "{line}");
        drop(other);
        assert_eq!(desk.ok("export jsonl"), before, "{line}");
        desk.ok(&format!("drafts resume {} --as-is", left.named()));
        assert_ne!(desk.ok("export jsonl"), before, "{line}");
        assert!(drafts(&desk).is_empty(), "{line}");
    }
}

#[test]
fn between_the_editor_and_the_change() {
    for wait in [0, 1, 2, 3, 5, 8, 13] {
        let desk = desk();
        let command = with_editor(&desk, "reply 1", "echo precious > \"$file\"; echo done");
        let mut terminal = Terminal::start(&command, SMALL);
        terminal.sees("done");
        std::thread::sleep(Duration::from_millis(wait));
        let left = terminal.sends(CTRL_C).left();
        let said = desk.ticket("1")["messages"].as_array().unwrap().len() - 2;
        // It is stored or it is kept, never both and never neither; and what is so is said.
        assert_eq!(said + drafts(&desk).len(), 1, "{wait}: {:?}", left.shown);
        match said {
            0 => assert_eq!((left.code, left.named().len()), (130, 4), "{:?}", left.shown),
            _ => assert!([0, 130].contains(&left.code), "{:?}", left.shown),
        }
    }
}

#[test]
fn at_the_question_whether_so_many_are_meant() {
    let desk = desk();
    for title in ["Two", "Three", "Four"] {
        desk.ok(&format!("new {title}"));
    }
    for size in BOTH {
        let command = with_editor(&desk, "comment 1 2 3 4", "echo precious > \"$file\"");
        let mut terminal = Terminal::start(&command, size);
        let left = terminal.answers("comment on 4 tickets? [y/N] ", CTRL_C).left().with(130);
        assert_eq!(drafts(&desk), [left.draft()]);
        let command = desk.command(&format!("drafts resume {} --as-is", left.named()));
        let mut terminal = Terminal::start(&command, size);
        let left = terminal.answers("comment on 4 tickets? [y/N] ", CTRL_C).left().with(130);
        assert_eq!(drafts(&desk), [left.draft()]);
        desk.ok(&format!("drafts rm {} --yes", left.named()));
    }
    assert_eq!(desk.ok("list is:open -q").lines().count(), 4);
    assert_eq!(desk.ticket("1")["messages"].as_array().unwrap().len(), 2);
}

#[test]
fn while_a_text_is_typed_on_standard_input() {
    let desk = desk();
    for line in ["reply 1 -F -", "edit 1.2 -F -", "reply 1 -e -F -"] {
        let mut terminal = Terminal::start(&with_editor(&desk, line, ":"), SMALL);
        let left = terminal.sends("typed\r").sees("typed").sends(CTRL_C).left();
        assert_eq!(left.code, 130, "{line}: {:?}", left.shown);
        assert_eq!(desk.ticket("1")["messages"].as_array().unwrap().len(), 2);
    }
}
