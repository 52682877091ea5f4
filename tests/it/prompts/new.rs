//! `tix new` asks for everything, and takes no for an answer.

use serde_json::{Value, json};

use super::terminal::{
    BACKSPACE, CTRL_C, CTRL_D, DOWN, ENTER, ESCAPE, SIZES, Terminal, UP, drafts, redirected,
    with_editor,
};
use crate::desk::Desk;

/// The questions in their order, with an answer each.
const QUESTIONS: [(&str, &str); 5] = [
    ("Title: ", "Crash on start\r"),
    ("editor? [Y/n] ", "n"),
    ("urgent", "\r"),
    ("Labels (separated by commas): ", "\r"),
    ("Requester (name or mail): ", "\r"),
];

#[test]
fn everything_is_asked_for_and_stored_so() {
    for size in SIZES {
        let desk = Desk::new();
        let command = with_editor(&desk, "new", "printf 'It crashes.\\n\\nTwice.\\n' > \"$file\"");
        let mut terminal = Terminal::start(&command, size);
        terminal
            .answers("Title: ", "Crash on start ⚡ {not} a label:bug\r")
            .answers("Write a description in your editor? [Y/n] ", "y")
            .answers("Priority:", "")
            .sees("> normal")
            .answers("urgent", DOWN)
            .answers("> high", ENTER)
            .answers("Labels (separated by commas): ", "Bug, ui,,\r")
            .answers("Requester (name or mail): ", "Ada Byte <ada@acme.example>\r");
        let left = terminal.left().with(0);
        assert!(left.shown.contains("#1 Crash on start"), "{:?}", left.shown);
        let ticket = desk.ticket("1");
        assert_eq!(ticket["title"], "Crash on start ⚡ {not} a label:bug");
        assert_eq!(ticket["description"], "It crashes.\n\nTwice.");
        assert_eq!(ticket["priority"], "high");
        assert_eq!(ticket["labels"], json!(["Bug", "ui"]));
        assert_eq!(ticket["requester"], json!({ "name": "Ada Byte", "email": "ada@acme.example" }));
        assert_eq!(ticket["assignee"], Value::Null);
        assert_eq!(drafts(&desk), [] as [std::path::PathBuf; 0]);
    }
}

#[test]
fn what_may_be_left_out_may_be_left_out() {
    let desk = Desk::new();
    let mut terminal = Terminal::run(&desk, "new");
    for (question, answer) in QUESTIONS {
        terminal.answers(question, answer);
    }
    terminal.left().with(0);
    let ticket = desk.ticket("1");
    assert_eq!(ticket["title"], "Crash on start");
    assert_eq!(ticket["description"], "");
    assert_eq!(ticket["priority"], "normal");
    assert_eq!(ticket["labels"], json!([]));
    assert_eq!(ticket["requester"], Value::Null);
}

#[test]
fn what_was_given_is_not_asked_for() {
    let desk = Desk::new();
    let mut terminal = Terminal::run(&desk, "new -m 'It crashes.' -p low -l bug -r ada");
    terminal.answers("Title: ", "Crash\r");
    let left = terminal.left().with(0);
    for (question, _) in &QUESTIONS[1..] {
        assert!(!left.shown.contains(question), "{:?}", left.shown);
    }
    let ticket = desk.ticket("1");
    assert_eq!(
        (&ticket["priority"], &ticket["description"]),
        (&json!("low"), &json!("It crashes."))
    );

    let left = Terminal::run(&desk, "new Two").left().with(0);
    assert!(!left.shown.contains("? ") && !left.shown.contains(": "), "{:?}", left.shown);
}

#[test]
fn keys_do_what_keys_do() {
    let desk = Desk::new();
    let mut terminal = Terminal::run(&desk, "new");
    // A title is needed: Enter alone asks again.
    terminal.answers("Title: ", ENTER).sees("Title: ");
    terminal
        .types("Cräsh 漢")
        .types(BACKSPACE)
        .types("字!")
        .types("\x1b[D")
        .types("?")
        .types(ENTER);
    terminal.answers("editor? [Y/n] ", "x").types("N");
    terminal.answers("> normal", UP).answers("> low", UP).answers("> urgent", " ");
    terminal.answers("Labels (separated by commas): ", ENTER);
    terminal.answers("Requester (name or mail): ", ENTER).left().with(0);
    let ticket = desk.ticket("1");
    assert_eq!((&ticket["title"], &ticket["priority"]), (&json!("Cräsh 字?!"), &json!("urgent")));
}

#[test]
fn a_title_longer_than_the_window_is_stored_whole() {
    let desk = Desk::new();
    let title = "0123456789 ".repeat(18).trim_end().to_owned();
    let mut terminal = Terminal::start(&desk.command("new"), SIZES[1]);
    terminal.answers("Title: ", &format!("{title}{ENTER}"));
    for (question, answer) in &QUESTIONS[1..] {
        terminal.answers(question, answer);
    }
    terminal.left().with(0);
    assert_eq!(desk.ticket("1")["title"], title.as_str());
}

#[test]
fn a_bad_title_is_told_before_anything_else_is_asked() {
    let desk = Desk::new();
    let mut terminal = Terminal::run(&desk, "new");
    terminal.answers("Title: ", &format!("{}{ENTER}", "x".repeat(201)));
    let left = terminal.left().with(4);
    assert!(!left.shown.contains("editor?"), "{:?}", left.shown);
    assert!(!desk.path("tix.db").exists());
}

#[test]
fn an_interrupt_at_any_question_stores_nothing() {
    for stop in 0..QUESTIONS.len() {
        let desk = Desk::new();
        let mut terminal = Terminal::run(&desk, "new");
        for (question, answer) in &QUESTIONS[..stop] {
            terminal.answers(question, answer);
        }
        terminal.answers(QUESTIONS[stop].0, CTRL_C);
        let left = terminal.left();
        assert_eq!(left.code, 130, "{:?}", left.shown);
        assert!(!desk.path("tix.db").exists(), "{:?}", left.shown);
    }
}

#[test]
fn an_interrupt_gives_the_cursor_back() {
    for stop in 0..QUESTIONS.len() {
        let desk = Desk::new();
        let mut terminal = Terminal::run(&desk, "new");
        for (question, answer) in &QUESTIONS[..stop] {
            terminal.answers(question, answer);
        }
        terminal.answers(QUESTIONS[stop].0, CTRL_C).left().with(130);
    }
}

#[test]
fn an_end_of_input_cancels() {
    let desk = Desk::new();
    Terminal::run(&desk, "new").answers("Title: ", CTRL_D).left().with(130);
    assert!(!desk.path("tix.db").exists());
}

#[test]
fn escape_leaves_a_choice() {
    let desk = Desk::new();
    let mut terminal = Terminal::run(&desk, "new");
    for (question, answer) in &QUESTIONS[..2] {
        terminal.answers(question, answer);
    }
    terminal.answers("urgent", ESCAPE).left().with(130);
    assert!(!desk.path("tix.db").exists());
}

#[test]
fn nobody_is_asked_who_does_not_want_to_be() {
    let desk = Desk::new();
    desk.ok("new One");
    let mut quiet = desk.command("new");
    quiet.env("TIX_NO_INPUT", "1");
    for command in [desk.command("new --no-input"), quiet] {
        let left = Terminal::start(&command, SIZES[0]).left().with(6);
        assert!(left.shown.contains("a ticket needs a title"), "{:?}", left.shown);
        assert!(!left.shown.contains("Title:"), "{:?}", left.shown);
    }
    for line in ["reply 1 --no-input", "comment 1 --no-input", "edit 1 -e --no-input"] {
        let left = Terminal::start(&with_editor(&desk, line, "echo x > \"$file\""), SIZES[0]);
        let left = { left }.left().with(6);
        assert!(!desk.path("buffer").exists(), "{line}: {:?}", left.shown);
    }
}

#[test]
fn questions_leave_standard_output_alone() {
    let desk = Desk::new();
    let mut terminal = Terminal::start(&redirected(&desk, "new", "> out"), SIZES[0]);
    for (question, answer) in QUESTIONS {
        terminal.answers(question, answer);
    }
    terminal.left().with(0);
    assert_eq!(std::fs::read_to_string(desk.path("out")).unwrap(), "1\n");
}

#[test]
fn nobody_is_there_when_a_stream_is_no_terminal() {
    let desk = Desk::new();
    for streams in ["2> err", "< /dev/null"] {
        let left = Terminal::start(&redirected(&desk, "new", streams), SIZES[0]).left().with(6);
        assert!(!left.shown.contains("Title:"), "{streams}: {:?}", left.shown);
    }
}

#[test]
fn a_text_can_be_typed_where_standard_input_is_asked_for() {
    let desk = Desk::new();
    let mut terminal = Terminal::run(&desk, "new One -F -");
    terminal.sends("first\nsecond\n").sends(CTRL_D).left().with(0);
    assert_eq!(desk.ticket("1")["description"], "first\nsecond");
}

#[test]
fn the_ticket_last_touched_is_at() {
    let desk = Desk::new();
    for title in ["One", "Two", "Three"] {
        desk.ok(&format!("new {title}"));
    }
    desk.ok("comment 2 -m canary");
    let left = Terminal::run(&desk, "show @").left().with(0);
    assert!(left.shown.contains("#2 Two") && left.shown.contains("canary"), "{:?}", left.shown);
    Terminal::run(&desk, "close @").left().with(0);
    assert_eq!(desk.ticket("2")["status"], "closed");
    assert_eq!(desk.run("show @").code, 6);
    assert_eq!(Terminal::run(&desk, "show @ --no-input").left().code, 6);
}
