//! Whoever purges types the name.

use super::terminal::{CTRL_C, ENTER, SIZES, Terminal};
use crate::desk::Desk;

#[test]
fn a_purge_says_what_goes_and_wants_the_name_typed() {
    for size in SIZES {
        let desk = Desk::new();
        desk.ok("new '打印机 on \u{202e}fire' -m text -r ada");
        desk.ok("new Two");
        for keys in ["y\r", "yes\r", "2\r", ENTER, CTRL_C] {
            let mut terminal = Terminal::start(&desk.command("purge 1"), size);
            let left = terminal
                .sees("#1 打印机")
                .sees("all of it, 1 message")
                .answers("Type 1 to erase it: ", keys);
            let left = left.left().with(130);
            assert!(!left.shown.contains('\u{202e}'), "{:?}", left.shown);
            assert_eq!(desk.ok("list -q").lines().count(), 2);
        }
        let mut terminal = Terminal::start(&desk.command("purge 1"), size);
        let left = terminal.answers("Type 1 to erase it: ", "1\r").left().with(0);
        assert!(left.shown.contains("✓ purged #1 (2 entries)"), "{:?}", left.shown);
        assert_eq!(desk.ok("list -q"), "2\n");
        let mut gone = Terminal::start(&desk.command("purge 1"), size);
        gone.sees("nothing of it is left").left().with(0);
    }
}

#[test]
fn what_was_added_while_somebody_was_asked_is_not_purged_unseen() {
    let desk = Desk::new();
    desk.ok("new One -m text");
    let mut terminal = Terminal::run(&desk, "purge 1");
    terminal.sees("Type 1 to erase it: ");
    desk.ok("reply 1 -m 'Wait!'");
    let left = terminal.types("1\r").left().with(4);
    assert!(left.shown.contains("has moved on"), "{:?}", left.shown);
    assert!(desk.ok("show 1").contains("Wait!"));
}
