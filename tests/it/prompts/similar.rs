//! `tix new` shows what is open already and about the same.

use super::terminal::{CTRL_C, ENTER, ESCAPE, SIZES, Terminal, redirected};
use crate::desk::Desk;

const QUESTION: &str = "Open it all the same? [Y/n] ";

/// Some open tickets, two of them about a printer that burns.
fn filled() -> Desk {
    let desk = Desk::new();
    for line in [
        "new 'Printer on fire' -m 'It burns.'",
        "new 'The printer is on fire!' -m 'In the cellar. Smoke everywhere, and the lights are out.'",
        "new 'Printer on fire' -m 'Last year.'",
        "new 'Dark mode' -m 'Please.'",
        "new 'Where is the manual?' -m 'The link is broken.'",
        "new '登录失败，打印机坏了'",
        "close 3 --as solved",
    ] {
        desk.ok(line);
    }
    desk
}

fn count(desk: &Desk) -> String {
    desk.words("count")
}

#[test]
fn what_is_alike_is_shown_before_the_ticket_is_opened() {
    for size in SIZES {
        let desk = filled();
        let before = count(&desk);
        let mut terminal = Terminal::start(&desk.command("new"), size);
        terminal.answers("Title: ", "Fire in the printer\r");
        terminal.sees("2 similar open tickets").sees("#1 Printer on fire");
        terminal.sees("#2 The printer is on fire!").answers(QUESTION, "n");
        let left = terminal.left().with(130);
        assert!(!left.shown.contains("#3") && !left.shown.contains("editor?"), "{:?}", left.shown);
        assert_eq!(count(&desk), before);
    }
}

#[test]
fn yes_and_enter_go_on() {
    for (size, keys) in SIZES.into_iter().zip(["y", ENTER]) {
        let desk = filled();
        let mut terminal = Terminal::start(&desk.command("new -p low -l x -r ada -m ''"), size);
        terminal.answers("Title: ", "Printer on fire\r").answers(QUESTION, keys);
        terminal.left().with(0);
        assert_eq!(desk.ticket("7")["title"], "Printer on fire");
    }
}

#[test]
fn an_interrupt_or_escape_at_the_question_stores_nothing() {
    for size in SIZES {
        for keys in [CTRL_C, ESCAPE] {
            let desk = filled();
            let before = count(&desk);
            let mut terminal = Terminal::start(&desk.command("new"), size);
            terminal.answers("Title: ", "Printer on fire\r").answers(QUESTION, keys);
            terminal.left().with(130);
            assert_eq!(count(&desk), before);
        }
    }
}

#[test]
fn a_title_on_the_command_line_is_only_told_of() {
    for size in SIZES {
        let desk = filled();
        let left = Terminal::start(&desk.command("new 'Printer on fire'"), size).left().with(0);
        assert!(left.shown.contains("2 similar open tickets\r\n"), "{:?}", left.shown);
        assert!(!left.shown.contains(QUESTION), "{:?}", left.shown);
        assert!(left.shown.contains("✓ #7 Printer on fire"), "{:?}", left.shown);
    }
    // By what it says, where its title says something else.
    let desk = filled();
    let mut command = desk.command("new Smoke");
    command.args([
        "-m",
        "Smoke everywhere in the cellar, and the lights are out: the printer is on fire!",
    ]);
    let left = Terminal::start(&command, SIZES[0]).left().with(0);
    assert!(left.shown.contains("1 similar open ticket\r\n"), "{:?}", left.shown);
    assert!(left.shown.contains("#2 The printer is on fire!"), "{:?}", left.shown);
    // In scripts without spaces too.
    let left = Terminal::run(&desk, "new 打印机坏了，登录失败").left().with(0);
    assert!(left.shown.contains("#6 登录失败，打印机坏了"), "{:?}", left.shown);
}

#[test]
fn what_is_not_alike_is_passed_over_in_silence() {
    for title in ["Printer prints blank pages", "Manual of the dark printer", "How is it?"] {
        let desk = filled();
        let left = Terminal::run(&desk, &format!("new '{title}'")).left().with(0);
        assert!(!left.shown.contains("similar"), "{title}: {:?}", left.shown);
    }
    let desk = Desk::new();
    let left = Terminal::run(&desk, "new 'Printer on fire'").left().with(0);
    assert!(!left.shown.contains("similar"), "{:?}", left.shown);
}

#[test]
fn no_script_sees_it() {
    let desk = filled();
    let ran = desk.run("new 'Printer on fire'");
    assert_eq!((ran.stderr.as_str(), ran.code), ("", 0));
    for line in [
        "new 'Printer on fire' --no-input",
        "new 'Printer on fire' -q",
        "new 'Printer on fire' --json",
    ] {
        let left = Terminal::run(&desk, line).left().with(0);
        assert!(!left.shown.contains("similar open"), "{line}: {:?}", left.shown);
    }
    for streams in ["> out", "2> err", "< /dev/null"] {
        let command = redirected(&desk, "new 'Printer on fire'", streams);
        let left = Terminal::start(&command, SIZES[0]).left().with(0);
        assert!(!left.shown.contains("similar"), "{streams}: {:?}", left.shown);
    }
    assert!(!std::fs::read_to_string(desk.path("err")).unwrap().contains("similar"));
}

#[test]
fn to_try_is_told_of_but_not_asked() {
    let desk = filled();
    let mut terminal = Terminal::run(&desk, "new -n -p low -l x -r ada -m ''");
    terminal.answers("Title: ", "Printer on fire\r").sees("2 similar open tickets");
    let left = terminal.left().with(0);
    assert!(!left.shown.contains(QUESTION), "{:?}", left.shown);
}
