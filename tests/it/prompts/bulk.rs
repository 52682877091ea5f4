//! Many tickets at once are shown, and asked about, before anything happens.

use super::terminal::{CTRL_C, ENTER, ESCAPE, SIZES, Terminal, drafts, with_editor};
use crate::desk::Desk;

const HOSTILE: &str = "a\x1b]0;owned\x07\x1b[2J\u{202e}b\u{9b}31mc\x7fd";

fn desk(titles: usize) -> Desk {
    let desk = Desk::new();
    for n in 1..=titles {
        desk.ok(&format!("new 'Ticket number {n}'"));
    }
    desk
}

fn closed(desk: &Desk) -> usize {
    desk.ok("list status:closed -q").lines().count()
}

#[test]
fn more_than_three_are_asked_about() {
    for size in SIZES {
        let desk = desk(5);
        let question = "close 4 tickets? [y/N] ";
        for no in ["n", ENTER, ESCAPE, "q"] {
            let mut terminal = Terminal::start(&desk.command("close 1 2 3 4"), size);
            let left = terminal.answers(question, no).left().with(130);
            for n in 1..=4 {
                assert!(
                    left.shown.contains(&format!("#{n} Ticket number {n}")),
                    "{:?}",
                    left.shown
                );
            }
            assert!(!left.shown.contains("#5"), "{:?}", left.shown);
            assert_eq!(closed(&desk), 0);
        }
        let mut terminal = Terminal::start(&desk.command("close 1 2 3 4"), size);
        let left = terminal.answers(question, "y").left().with(0);
        assert!(left.shown.contains("✓ #4 closed (solved)"), "{:?}", left.shown);
        assert_eq!(closed(&desk), 4);
        desk.ok("undo");
        assert_eq!(closed(&desk), 0);
    }
}

#[test]
fn three_or_fewer_are_not_asked_about() {
    let desk = desk(5);
    let left = Terminal::run(&desk, "close 1 2 3").left().with(0);
    assert!(!left.shown.contains('?'), "{:?}", left.shown);
    assert_eq!(closed(&desk), 3);
}

#[test]
fn yes_and_dry_run_ask_nothing_and_nobody_cannot_be_asked() {
    let desk = desk(5);
    let left = Terminal::run(&desk, "close --where is:open --dry-run").left().with(0);
    assert!(left.shown.contains("would: #5"), "{:?}", left.shown);
    assert_eq!(closed(&desk), 0);
    let left = Terminal::run(&desk, "close --where is:open --no-input").left().with(6);
    assert!(left.shown.contains("--yes"), "{:?}", left.shown);
    assert_eq!(closed(&desk), 0);
    let left = Terminal::run(&desk, "close --where is:open --yes").left().with(0);
    assert!(!left.shown.contains('?'), "{:?}", left.shown);
    assert_eq!(closed(&desk), 5);
}

#[test]
fn a_preview_of_many_is_short_and_says_how_many_there_are() {
    for size in SIZES {
        let desk = desk(13);
        let mut terminal = Terminal::start(&desk.command("close --where is:open"), size);
        let left = terminal.answers("close 13 tickets? [y/N] ", "n").left().with(130);
        assert!(left.shown.contains("and 3 more"), "{:?}", left.shown);
        assert!(left.shown.matches("Ticket number").count() == 10, "{:?}", left.shown);
        // The first lines have not left the window when the question comes.
        assert!(left.shown.lines().count() < usize::from(size.1), "{:?}", left.shown);
    }
}

#[test]
fn an_interrupt_changes_nothing() {
    let desk = desk(4);
    let mut terminal = Terminal::run(&desk, "close 1 2 3 4");
    let left = terminal.answers("close 4 tickets? [y/N] ", CTRL_C).left();
    assert_eq!(left.code, 130, "{:?}", left.shown);
    assert_eq!(closed(&desk), 0);
}

#[test]
fn an_interrupt_gives_the_cursor_back() {
    let desk = desk(4);
    Terminal::run(&desk, "close 1 2 3 4").answers("[y/N] ", CTRL_C).left().with(130);
}

#[test]
fn titles_by_strangers_act_on_no_terminal() {
    for size in SIZES {
        let desk = Desk::new();
        let record = |n| serde_json::json!({ "title": format!("{HOSTILE}{n}") }).to_string();
        desk.file("tickets.jsonl", [1, 2, 3, 4].map(record).join("\n"));
        desk.ok("import jsonl tickets.jsonl");
        let mut terminal = Terminal::start(&desk.command("close 1 2 3 4"), size);
        let left = terminal.answers("close 4 tickets? [y/N] ", "y").left().with(0);
        for text in ["\x1b]", "\x07", "\x1b[2J", "\u{202e}", "\u{9b}", "\x7f"] {
            assert!(!left.shown.contains(text), "{text:?} in {:?}", left.shown);
        }
        assert!(left.shown.contains("␛]0;owned"), "{:?}", left.shown);
        let left = Terminal::start(&desk.command("show 1"), size).left().with(0);
        for text in ["\x1b]", "\x07", "\x1b[2J", "\u{202e}", "\u{9b}", "\x7f"] {
            assert!(!left.shown.contains(text), "{text:?} in {:?}", left.shown);
        }
    }
}

#[test]
fn a_text_is_kept_when_the_answer_is_no() {
    let desk = desk(4);
    let command = with_editor(&desk, "reply 1 2 3 4", "echo 'a long answer' > \"$file\"");
    let mut terminal = Terminal::start(&command, SIZES[0]);
    let left = terminal.answers("reply to 4 tickets? [y/N] ", "n").left().with(130);
    assert_eq!(std::fs::read_to_string(left.draft()).unwrap(), "a long answer\n");
    assert_eq!(desk.ticket("1")["messages"].as_array().unwrap().len(), 1);
}

#[test]
fn a_text_is_kept_when_the_answer_is_an_interrupt() {
    let desk = desk(4);
    let command = with_editor(&desk, "reply 1 2 3 4", "echo 'a long answer' > \"$file\"");
    let mut terminal = Terminal::start(&command, SIZES[0]);
    let left = terminal.answers("reply to 4 tickets? [y/N] ", CTRL_C).left();
    assert_eq!((left.code, drafts(&desk).len()), (130, 1), "{:?}", left.shown);
    assert_eq!(vec![left.draft()], drafts(&desk));
}
