//! Texts written in an editor: what it is given, what is taken, and what is never lost.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::json;

use super::terminal::{SIZES, Terminal, buffer, drafts, with_editor};
use crate::desk::Desk;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok("new One -m 'It crashes.\nOn start.' -r 'Ada Byte <ada@acme.example>'");
    desk.ok("comment 1 -m canary-note");
    desk
}

fn messages(desk: &Desk) -> Vec<(String, String)> {
    let ticket = desk.ticket("1");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let messages = ticket["messages"].as_array().unwrap().iter();
    messages.map(|it| (text(&it["kind"]), text(&it["body"]))).skip(2).collect()
}

fn edited(command: &Command) -> super::terminal::Left {
    Terminal::start(command, SIZES[0]).left()
}

/// Puts a text before what is there, as a person does.
const ADD: &str = "{ printf 'Please try 1.8.2.\\n\\n  indented\\n'; cat buffer; } > \"$file\"";

#[test]
fn a_reply_says_that_it_is_public_and_quotes_no_note() {
    let desk = desk();
    let left = edited(&with_editor(&desk, "reply 1", ADD)).with(0);
    assert!(left.shown.contains("✓ #1 PUBLIC reply added (1.3)"), "{:?}", left.shown);
    let reply = ("reply".to_owned(), "Please try 1.8.2.\n\n  indented".to_owned());
    assert_eq!(messages(&desk), [reply]);
    let buffer = buffer(&desk);
    for text in [
        ">8",
        "PUBLIC",
        "read by Ada Byte <ada@acme.example>",
        "#1 One",
        "> It crashes.\n> On start.\n",
    ] {
        assert!(buffer.contains(text), "no {text:?} in {buffer}");
    }
    assert!(!buffer.contains("canary-note") && !buffer.contains("NOTE"), "{buffer}");
    assert!(drafts(&desk).is_empty());
}

#[test]
fn a_note_says_that_it_is_internal() {
    let desk = desk();
    let left = edited(&with_editor(&desk, "comment 1", ADD)).with(0);
    assert!(left.shown.contains("✓ #1 NOTE added (1.3)"), "{:?}", left.shown);
    let note = ("note".to_owned(), "Please try 1.8.2.\n\n  indented".to_owned());
    assert_eq!(messages(&desk), [note]);
    let buffer = buffer(&desk);
    assert!(buffer.contains("NOTE, internal") && !buffer.contains("PUBLIC"), "{buffer}");
    assert!(buffer.contains("> It crashes.") && !buffer.contains("canary-note"), "{buffer}");
    assert!(drafts(&desk).is_empty());
}

#[test]
fn what_is_answered_is_quoted() {
    let desk = desk();
    desk.ok("reply 1 -m 'our answer'");
    desk.ok("comment 1 -m second-canary-note");
    desk.ok("new Two -m 'of our own' -r ada");
    desk.ok("edit 2 -r bo");
    for (ticket, quoted, other) in [(1, "> It crashes.", "our answer"), (2, "> of our own", "bo ")]
    {
        edited(&with_editor(&desk, &format!("reply {ticket}"), ADD)).with(0);
        let buffer = buffer(&desk);
        assert!(buffer.contains(quoted) && !buffer.contains(other), "{buffer}");
        assert!(!buffer.contains("canary"), "{buffer}");
    }
}

#[test]
fn a_message_given_is_what_the_editor_starts_with() {
    let desk = desk();
    edited(&with_editor(&desk, "reply 1 -m Hello. -e", "echo Bye. | cat - buffer > \"$file\""))
        .with(0);
    assert!(buffer(&desk).starts_with("Hello.\n"), "{}", buffer(&desk));
    assert_eq!(messages(&desk)[0].1, "Bye.\nHello.");
    edited(&with_editor(&desk, "new Two -e", "echo written | cat - buffer > \"$file\"")).with(0);
    assert_eq!(desk.ticket("2")["description"], "written");
}

#[test]
fn an_empty_or_unchanged_text_cancels() {
    for script in [
        ":",
        ": > \"$file\"",
        "printf '  \\n\\t\\n' > \"$file\"",
        "grep -A99 '>8' buffer > \"$file\"",
        "echo >> \"$file\"",
        "sed '/It crashes/d' buffer > \"$file\"",
    ] {
        let desk = desk();
        for line in ["reply 1", "comment 1", "reply 1 --close", "new Two -e"] {
            let left = edited(&with_editor(&desk, line, script)).with(130);
            assert!(left.shown.contains("empty or unchanged"), "{script}: {:?}", left.shown);
        }
        assert_eq!(messages(&desk), []);
        assert_eq!(desk.ticket("1")["status"], "open");
        assert_eq!(desk.ok("list -q").lines().count(), 1, "{script}");
        assert!(drafts(&desk).is_empty(), "{script}: {:?}", drafts(&desk));
    }
    let desk = desk();
    edited(&with_editor(&desk, "reply 1 -m Hello. -e", ":")).with(130);
    assert_eq!(messages(&desk), []);
}

#[test]
fn a_failed_editor_loses_nothing() {
    let desk = desk();
    let left = edited(&with_editor(&desk, "reply 1", "echo precious > \"$file\"; exit 1")).with(1);
    assert_eq!(messages(&desk), []);
    let draft = left.draft();
    assert_eq!(std::fs::read_to_string(&draft).unwrap(), "precious\n");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&draft), 0o600);
    assert_eq!(mode(draft.parent().unwrap()), 0o700);
}

#[test]
fn an_editor_that_is_not_there_is_named() {
    let desk = desk();
    let mut command = desk.command("reply 1");
    command.env("TIX_EDITOR", "no-such-editor --wait");
    let left = edited(&command).with(1);
    assert!(left.shown.contains("no-such-editor"), "{:?}", left.shown);
    assert_eq!(messages(&desk), []);
}

#[test]
fn text_that_is_no_utf8_is_refused_and_kept() {
    let desk = desk();
    let script = "printf 'caf\\351\\n' > \"$file\"";
    let left = edited(&with_editor(&desk, "comment 1", script)).with(4);
    assert!(left.shown.contains("UTF-8"), "{:?}", left.shown);
    assert_eq!(std::fs::read(left.draft()).unwrap(), b"caf\xe9\n");
    assert_eq!(messages(&desk), []);
}

#[test]
fn a_text_that_cannot_be_stored_is_kept() {
    let desk = desk();
    // While the person writes, somebody takes the ticket back.
    let script = "echo precious > \"$file\"; \"$TIX\" undo; \"$TIX\" undo";
    let mut command = with_editor(&desk, "reply 1", script);
    command.env("TIX", env!("CARGO_BIN_EXE_tix"));
    let left = edited(&command).with(3);
    assert_eq!(std::fs::read_to_string(left.draft()).unwrap(), "precious\n");
}

#[test]
fn the_editors_command_is_split_as_a_shell_would() {
    let desk = desk();
    desk.file("my ed.sh", "echo \"$1|$2\" > \"$3\"");
    let mut command = desk.command("comment 1");
    command.env("TIX_EDITOR", "sh './my ed.sh' --wait \"two words\"");
    edited(&command).with(0);
    assert_eq!(messages(&desk)[0].1, "--wait|two words");
}

#[test]
fn the_nearest_setting_names_the_editor() {
    let desk = desk();
    let config = desk.file("config.toml", "editor = \"sh ./ed.sh config\"\n");
    let none = desk.file("empty.toml", "");
    desk.file("ed.sh", "echo \"$1\" > \"$2\"");
    let settings = [("TIX_EDITOR", "tix"), ("VISUAL", "visual"), ("EDITOR", "editor")];
    for (from, config, wanted) in
        [(0, &config, "tix"), (1, &config, "config"), (1, &none, "visual"), (2, &none, "editor")]
    {
        let mut command = desk.command("comment 1");
        command.env("TIX_CONFIG", config);
        for (name, value) in &settings[from..] {
            command.env(name, format!("sh ./ed.sh {value}"));
        }
        edited(&command).with(0);
        assert_eq!(messages(&desk).pop().unwrap().1, wanted);
    }
    // One that is set to nothing is not set.
    let mut command = desk.command("comment 1");
    command.env("TIX_EDITOR", "").env("VISUAL", "").env("EDITOR", "sh ./ed.sh last");
    edited(&command).with(0);
    assert_eq!(messages(&desk).pop().unwrap().1, "last");
}

#[test]
fn a_ticket_is_edited_as_a_text() {
    let desk = desk();
    desk.ok("edit 1 -l a,b --due 2026-09-04");
    let script = "sed -e 's/^title:.*/title: Uno/' -e 's/^priority:.*/priority: high/' \
                  -e 's/^labels:.*/labels: b, c/' -e 's/^assignee:.*/assignee: @me/' \
                  -e 's/^due:.*/due:/' -e 's/On start/At the end/' buffer > \"$file\"";
    let left = edited(&with_editor(&desk, "edit 1 -e", script)).with(0);
    assert!(left.shown.contains("✓ #1 title: Uno"), "{:?}", left.shown);
    let text = buffer(&desk);
    assert!(text.contains("title: One\n") && text.contains("labels: a, b\n"), "{text}");
    assert!(text.contains("requester: Ada Byte <ada@acme.example>\n"), "{text}");
    assert!(!text.contains("canary-note"), "{text}");
    let ticket = desk.ticket("1");
    assert_eq!((&ticket["title"], &ticket["priority"]), (&json!("Uno"), &json!("high")));
    assert_eq!(ticket["labels"], json!(["b", "c"]));
    assert_eq!(ticket["assignee"], "Mira Holt <mira@larkspur.example>");
    assert_eq!(ticket["due_at"], json!(null));
    assert_eq!(ticket["requester"]["email"], "ada@acme.example");
    assert_eq!(ticket["description"], "It crashes.\nAt the end.");
    assert!(drafts(&desk).is_empty());
}

#[test]
fn an_edit_that_cannot_be_read_is_kept() {
    let desk = desk();
    for script in [
        "echo oops > \"$file\"",
        "sed 's/^priority:.*/priority: huge/' buffer > \"$file\"",
        "sed 's/^title:.*/title:/' buffer > \"$file\"",
        "sed 's/^due:.*/due: never/' buffer > \"$file\"",
    ] {
        let left = edited(&with_editor(&desk, "edit 1 -e", script)).with(4);
        assert!(left.draft().exists(), "{:?}", left.shown);
        assert_eq!(desk.ticket("1")["title"], "One", "{script}");
    }
    edited(&with_editor(&desk, "edit 1 -e", ":")).with(130);
    edited(&with_editor(&desk, "edit 1 2 -e", ":")).with(2);
}

#[test]
fn an_edit_changes_only_what_was_edited() {
    let desk = desk();
    let record = json!({
        "title": "Strange", "labels": ["two words", "+plus", "colon: x"],
        "requester": { "name": "Byte, Ada <(x)>", "email": null }, "assignee": "a @b",
        "due_at": "2026-09-04T21:59:58Z",
        "messages": [{ "kind": "reply", "author": "x", "by": "requester",
                       "body": "  indented\n---\ntitle: no\n---\n\nend" }],
    });
    desk.file("tickets.jsonl", record.to_string());
    desk.ok("import jsonl tickets.jsonl");
    let before = desk.ticket("2");
    let script = "sed 's/^title: S.*/title: Uno/' buffer > \"$file\"";
    let left = edited(&with_editor(&desk, "edit 2 -e", script)).with(0);
    assert!(left.shown.contains("#2 title: Uno\r\n"), "{:?}", left.shown);
    let mut after = desk.ticket("2");
    after["title"] = before["title"].clone();
    after["updated_at"] = before["updated_at"].clone();
    assert_eq!(after, before);
}

#[test]
fn an_edit_does_not_cut_a_description_at_a_line_like_ours() {
    let desk = Desk::new();
    let scissors = tix::drafts::SCISSORS;
    desk.ok(&format!("new One -m 'above\n{scissors}\nbelow'"));
    edited(&with_editor(&desk, "edit 1 -e", "sed 's/One/Uno/' buffer > \"$file\"")).with(0);
    assert_eq!(desk.ticket("1")["title"], "Uno");
    assert_eq!(desk.ticket("1")["description"], format!("above\n{scissors}\nbelow"));
}

#[test]
fn an_edit_takes_back_nothing_that_others_did_meanwhile() {
    let desk = desk();
    let script = "\"$TIX\" edit 1 -p urgent -l +late > /dev/null\n\
                  sed 's/^title:.*/title: Uno/' buffer > \"$file\"";
    let mut command = with_editor(&desk, "edit 1 -e", script);
    command.env("TIX", env!("CARGO_BIN_EXE_tix"));
    let left = edited(&command);
    assert!([0, 4].contains(&left.code), "{:?}", left.shown);
    let ticket = desk.ticket("1");
    assert_eq!((&ticket["priority"], &ticket["labels"]), (&json!("urgent"), &json!(["late"])));
}

#[test]
fn an_interrupt_is_the_editors_to_answer() {
    let desk = desk();
    let script = "trap : INT; echo ready\n\
                  for try in 1 2 3 4; do read -r line && [ \"$line\" ] && break; done\n\
                  echo \"$line\" > \"$file\"";
    let mut terminal = Terminal::start(&with_editor(&desk, "comment 1", script), SIZES[0]);
    terminal.sees("ready").sends(super::terminal::CTRL_C).sees("^C").sends("\nwritten\n");
    terminal.left().with(0);
    assert_eq!(messages(&desk)[0].1, "written");
}
