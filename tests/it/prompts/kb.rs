//! Articles written in an editor, and named in that of a reply.

use super::terminal::{Left, SIZES, Terminal, buffer, drafts, with_editor};
use crate::desk::Desk;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok(
        "new 'I cannot reset my password' -m 'The link has expired.' -r 'Ada <ada@acme.example>'",
    );
    desk.ok("comment 1 -m canary-note");
    desk.ok("kb new 'How to reset a password' --name reset -m 'Open **Settings**.'");
    desk.ok("kb new Printers -m 'Buy another one.'");
    desk
}

fn edited(desk: &Desk, line: &str, script: &str) -> Left {
    Terminal::start(&with_editor(desk, line, script), SIZES[0]).left()
}

fn body(desk: &Desk, name: &str) -> String {
    desk.json(&format!("kb show {name}"))["data"]["body"].as_str().unwrap().to_owned()
}

/// Puts a text before what is there, as a person does.
const ADD: &str = "{ printf 'Written.\\n\\n  indented\\n'; cat buffer; } > \"$file\"";

#[test]
fn an_article_is_written_in_the_editor() {
    let desk = desk();
    let left = edited(&desk, "kb new 'Third one' -l x", ADD).with(0);
    assert!(left.shown.contains("✓ kept the article third-one: Third one"), "{:?}", left.shown);
    assert_eq!(body(&desk, "third-one"), "Written.\n\n  indented");
    assert!(buffer(&desk).contains("The article: Third one"), "{}", buffer(&desk));
    let left = edited(&desk, "kb edit reset --title 'Reset it'", ADD).with(0);
    assert!(left.shown.contains("Reset it"), "{:?}", left.shown);
    assert_eq!(body(&desk, "reset"), "Open **Settings**.");
    edited(&desk, "kb edit reset", "sed s/Settings/Account/ buffer > \"$file\"").with(0);
    assert_eq!(body(&desk, "reset"), "Open **Account**.");
    assert!(buffer(&desk).contains("The article reset: Reset it"), "{}", buffer(&desk));
    // Left as it was, nothing happens.
    edited(&desk, "kb edit reset", ":").with(130);
    edited(&desk, "kb new Fourth", ":").with(130);
    assert_eq!(desk.words("kb -q"), "printers reset third-one");
    assert!(drafts(&desk).is_empty());
}

#[test]
fn an_article_that_could_not_be_kept_is_gone_on_with() {
    let fails = "echo precious | cat - buffer > \"$file\"; exit 1";
    for (line, told, name) in [
        ("kb new Third -l x", "new article: Third", "third"),
        ("kb edit reset", "edit of the article reset", "reset"),
    ] {
        let desk = desk();
        let draft = edited(&desk, line, fails).with(1).named();
        let listed = Terminal::start(&desk.command("drafts"), SIZES[0]).left().with(0);
        assert!(listed.shown.contains(told), "{:?}", listed.shown);
        edited(
            &desk,
            &format!("drafts resume {draft}"),
            "sed s/precious/Precious/ buffer > \"$file\"",
        )
        .with(0);
        assert!(body(&desk, name).starts_with("Precious"), "{}", body(&desk, name));
        assert!(drafts(&desk).is_empty());
    }
}

#[test]
fn an_article_that_changed_meanwhile_is_not_overwritten() {
    let desk = desk();
    let script = "\"$TIX\" kb edit reset -m theirs > /dev/null\necho mine > \"$file\"";
    let mut command = with_editor(&desk, "kb edit reset", script);
    command.env("TIX", env!("CARGO_BIN_EXE_tix"));
    let left = Terminal::start(&command, SIZES[0]).left().with(4);
    assert!(left.shown.contains("has changed while you wrote"), "{:?}", left.shown);
    let name = left.named();
    assert_eq!(body(&desk, "reset"), "theirs");
    let left = edited(&desk, &format!("drafts resume {name} --as-is"), ":").with(4);
    let name = left.named();
    // Whoever looks again may.
    edited(&desk, &format!("drafts resume {name}"), "echo both > \"$file\"").with(0);
    assert_eq!(body(&desk, "reset"), "both");
}

#[test]
fn a_reply_names_the_articles_that_are_like_its_ticket() {
    let desk = desk();
    edited(&desk, "reply 1", ADD).with(0);
    let buffer = buffer(&desk);
    assert!(buffer.contains("* reset  How to reset a password\n"), "{buffer}");
    assert!(!buffer.contains("Printers") && !buffer.contains("canary"), "{buffer}");
    edited(&desk, "comment 1", ADD).with(0);
    let note = super::terminal::buffer(&desk);
    assert!(!note.contains("* reset"), "{note}");
}

#[test]
fn a_reply_that_begins_with_an_article_is_gone_over_first() {
    let desk = desk();
    edited(&desk, "reply 1 -e --kb reset", "sed 's/^Open/Please open/' buffer > \"$file\"").with(0);
    let ticket = desk.ticket("1");
    assert_eq!(ticket["messages"][2]["body"], "Please open **Settings**.");
    assert_eq!(ticket["articles"][0]["name"], "reset");
    // The draft of one knows the article too.
    let fails = "cat buffer > \"$file\"; sed -i 's/^Open/Do open/' \"$file\"; exit 1";
    let name = edited(&desk, "reply 1 -e --kb reset", fails).with(1).named();
    desk.ok("kb unlink 1 reset");
    edited(&desk, &format!("drafts resume {name} --as-is"), ":").with(0);
    let ticket = desk.ticket("1");
    assert_eq!(ticket["messages"][3]["body"], "Do open **Settings**.");
    assert_eq!(ticket["articles"][0]["name"], "reset");
}
