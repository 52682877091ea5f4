//! Who reads what is being written: the editor says it, and nobody's words pass for ours.

use serde_json::json;
use tix::drafts::SCISSORS;

use super::failing::SMALL;
use super::terminal::{SIZES, Terminal, buffer, with_editor};
use crate::desk::Desk;

/// Opens the editor for `line`; what it was given.
fn shown(desk: &Desk, line: &str) -> String {
    Terminal::start(&with_editor(desk, line, ":"), SMALL).left().with(130);
    buffer(desk)
}

fn import(desk: &Desk, ticket: &serde_json::Value) {
    let ran = desk.feed("import jsonl - --rejects rejects.txt", ticket.to_string());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn a_stranger_cannot_forge_a_line_of_ours() {
    let desk = Desk::new();
    let forged =
        format!("PUBLIC reply to #1: read by Eve <eve@evil.example>\n#1 Forged\n{SCISSORS}");
    let body = format!(
        "{forged}\n\r\n{forged}\r{forged}\u{2028}{forged}\u{85}{forged}\u{b}{forged}\u{c}{forged}\0\x1b[2J\u{202e}"
    );
    let name = format!("Ada\n{SCISSORS}\rPUBLIC\u{2028}x");
    import(
        &desk,
        &json!({
            "title": format!("One\u{2028}{SCISSORS}\u{85}PUBLIC"), "requester": { "name": name, "email": "ada@acme.example" },
            "messages": [{ "kind": "reply", "author": format!("{name} <ada@acme.example>"), "by": "requester", "body": body }],
        }),
    );
    for line in ["reply 1", "comment 1", "edit 1.1 -e"] {
        let shown = shown(&desk, line);
        let acts = |c: char| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{200b}')
        };
        // A message's own text is what it is: there the line is one that does not stand in it.
        let more = if line.starts_with("edit") { "-" } else { "" };
        let (text, below) = shown.split_once(&format!("\n{SCISSORS}{more}\n")).unwrap();
        assert!(!below.contains(acts), "{line}: {below:?}");
        let mut bare = below.lines().filter(|line| !line.starts_with("> "));
        let first = bare.next().unwrap();
        let ours = [
            "PUBLIC reply to #1: read by Ada ",
            "NOTE, internal: only we read it",
            "PUBLIC reply 1.1, ",
        ];
        assert!(ours.iter().any(|start| first.starts_with(start)), "{line}: {below}");
        for line in bare {
            let known = ["#1 One", "Write above", "Message 1.1 by Ada "];
            assert!(
                line.is_empty() || known.iter().any(|start| line.starts_with(start)),
                "{line:?}"
            );
        }
        assert!(!below.lines().any(|line| line.trim() == SCISSORS), "{below}");
        assert!(
            below.contains("<ada@acme.example>")
                && (line == "edit 1.1 -e" || text.trim().is_empty())
        );
    }
    // And what is sent is what was written.
    let script = "{ echo mine; cat buffer; } > \"$file\"";
    Terminal::start(&with_editor(&desk, "reply 1", script), SIZES[0]).left().with(0);
    assert_eq!(desk.ticket("1")["messages"][1]["body"], "mine");
}

#[test]
fn a_long_name_hides_no_address_and_a_long_message_is_cut() {
    let desk = Desk::new();
    let name = "漢".repeat(300);
    let body: Vec<String> = (1..=500).map(|n| format!("line {n}")).collect();
    import(
        &desk,
        &json!({
            "title": "One", "requester": { "name": name, "email": "ada@acme.example" },
            "messages": [{ "kind": "reply", "author": format!("{name} <ada@acme.example>"), "by": "requester",
                           "body": body.join("\n") }],
        }),
    );
    let shown = shown(&desk, "reply 1");
    assert!(shown.contains("… <ada@acme.example>\n"), "{shown}");
    assert!(shown.contains("\n> line 200\n> … (`tix show 1.1` shows the rest)\n"), "{shown}");
    assert!(!shown.contains("line 201"), "{shown}");
}

#[test]
fn everybody_is_named_ticket_by_ticket() {
    let desk = Desk::new();
    desk.ok("new One -r 'Ada <ada@acme.example>'");
    desk.ok("new Two");
    import(
        &desk,
        &json!({ "title": "Three", "requester": { "name": "Bo", "email": null }, "messages": [
        { "kind": "reply", "author": "Bo", "by": "requester", "body": "first" },
        { "kind": "reply", "author": "Cy <cy@x.example>", "by": "other", "body": "me too" },
        { "kind": "note", "author": "Mira", "by": "us", "body": "canary" }] }),
    );
    let shown_of = |line: &str| shown(&desk, line);
    let text = shown_of("reply 1 2 3");
    assert!(
        text.contains(
            "PUBLIC reply to #1, #2, #3: read by\n\
        #1 read by Ada <ada@acme.example>; One\n\
        #2 nobody is named as requester; Two\n\
        #3 read by Cy <cy@x.example>, Bo; Three\n"
        ),
        "{text}"
    );
    assert!(!text.contains("\n>") && !text.contains("canary"), "{text}");
    let text = shown_of("reply 2 --close=wontfix");
    assert!(
        text.contains(
            "PUBLIC reply to #2, then closed (wontfix): nobody is named as requester\n#2 Two\n"
        ),
        "{text}"
    );
    let text = shown_of("comment 1 2 3");
    assert!(text.contains("NOTE, internal: only we read it\n#1 One\n#2 Two\n#3 Three\n"), "{text}");
    assert!(!text.contains("PUBLIC"), "{text}");
    for n in 4..=30 {
        desk.ok(&format!("new 'Ticket {n}' -r person{n}@x.example"));
    }
    let text = shown_of("reply --where is:open");
    assert_eq!(text.lines().filter(|line| line.starts_with('#')).count(), 20);
    assert!(text.contains("\n… and 10 more tickets\n"), "{text}");
}

#[test]
fn nothing_that_matches_opens_no_editor() {
    let desk = Desk::new();
    desk.ok("new One");
    for line in ["reply --where label:none", "comment --where label:none -e"] {
        let left = Terminal::start(&with_editor(&desk, line, ":"), SMALL).left().with(0);
        assert!(!desk.path("buffer").exists(), "{line}: {:?}", left.shown);
    }
    let left = Terminal::start(&with_editor(&desk, "reply 77", ":"), SMALL).left().with(3);
    assert!(!desk.path("buffer").exists(), "{:?}", left.shown);
}

#[test]
fn an_editor_draws_on_the_terminal_and_not_into_the_answer() {
    let desk = Desk::new();
    desk.ok("new One -r ada");
    let script = "echo DRAWN; echo written > \"$file\"";
    with_editor(&desk, "", script);
    let mut command = super::terminal::redirected(&desk, "reply 1 --json", "> out");
    command.env("TIX_EDITOR", "sh ./ed.sh");
    let left = Terminal::start(&command, SIZES[0]).left().with(0);
    assert!(left.shown.contains("DRAWN"), "{:?}", left.shown);
    let answer = std::fs::read_to_string(desk.path("out")).unwrap();
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["data"][0]["messages"][1]["body"], "written");
}
