//! Editors that fail in every way: the desk is as it was, and what was written is kept.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use super::terminal::{Left, SIZES, Terminal, drafts, signal, with_editor};
use crate::desk::{Desk, Ran};

/// A small window.
pub(super) const SMALL: (u16, u16) = (40, 12);

/// What an editor does to the file, how tix ends then, and what is kept: of a text that was not
/// there before, and of `given`, which was.
type End = (&'static str, i32, Option<&'static str>, Option<&'static str>);

const ENDS: &[End] = &[
    (":", 130, None, None),
    (": > \"$file\"", 130, None, None),
    ("exit 3", 1, None, Some("given")),
    (": > \"$file\"; exit 3", 1, None, Some("given")),
    ("echo typed > \"$file\"; exit 3", 1, Some("typed"), Some("typed")),
    ("echo typed | cat - buffer > \"$file\"; exit 3", 1, Some("typed"), Some("typed\ngiven")),
    ("rm \"$file\"", 1, None, Some("given")),
    ("rm \"$file\"; exit 3", 1, None, Some("given")),
    ("rm \"$file\"; mkdir \"$file\"", 1, None, Some("given")),
    ("echo typed > new; chmod 644 new; mv new \"$file\"; exit 3", 1, Some("typed"), Some("typed")),
    ("kill -KILL $$", 1, None, Some("given")),
    ("echo typed > \"$file\"; stty raw -echo; kill -KILL $$", 1, Some("typed"), Some("typed")),
    ("echo typed > \"$file\"; printf '\\033[?25l'; kill -TERM $$", 1, Some("typed"), Some("typed")),
    ("echo typed > \"$file\"; stty -icrnl; kill -INT $$", 130, Some("typed"), Some("typed")),
    ("kill -INT $$", 130, None, Some("given")),
    ("printf 'caf\\351\\n' > \"$file\"", 4, Some("caf\u{fffd}"), Some("caf\u{fffd}")),
    ("printf 'caf\\351\\n' > \"$file\"; exit 3", 1, Some("caf\u{fffd}"), Some("caf\u{fffd}")),
];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok("new One -m 'It crashes.' -r 'Ada Byte <ada@acme.example>'");
    desk.ok("comment 1 -m note");
    desk
}

/// Removes what an end has left, so that the next finds nothing.
fn tidy(desk: &Desk) {
    if desk.drafts().exists() {
        std::fs::remove_dir_all(desk.drafts()).unwrap();
    }
}

/// That `left` says what is kept, and how to go on with it.
#[track_caller]
fn check(desk: &Desk, left: &Left, kept: Option<&str>, which: &str) {
    let there = drafts(desk);
    let Some(kept) = kept else {
        assert!(
            there.is_empty() && !left.shown.contains("tix drafts"),
            "{which}: {:?}",
            left.shown
        );
        return;
    };
    assert_eq!(there, [left.draft()], "{which}");
    let mode = there[0].metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{which}");
    assert_eq!(desk.ok(&format!("drafts show {}", left.named())), format!("{kept}\n"), "{which}");
}

#[test]
fn whatever_an_editor_does_nothing_written_is_lost() {
    let desk = desk();
    let before = desk.ok("export jsonl");
    for (script, code, fresh, own) in ENDS {
        for line in ["reply 1", "comment 1", "new Two -e"] {
            let size = if line == "reply 1" { SMALL } else { SIZES[0] };
            let left = Terminal::start(&with_editor(&desk, line, script), size).left().with(*code);
            // A folder in the place of the file is no draft's text.
            if !script.contains("mkdir") {
                check(&desk, &left, *fresh, &format!("{line}: {script}"));
            }
            tidy(&desk);
        }
        let line = "reply 1 -e -m given";
        let left = Terminal::start(&with_editor(&desk, line, script), SMALL).left().with(*code);
        if !script.contains("mkdir") {
            check(&desk, &left, *own, &format!("{line}: {script}"));
        }
        tidy(&desk);
        assert_eq!(desk.ok("export jsonl"), before, "{script}");
    }
}

#[test]
fn a_ticket_or_a_message_in_a_failing_editor_stays_and_so_does_the_text() {
    let desk = desk();
    let before = desk.ok("export jsonl");
    for line in ["edit 1 -e", "edit 1.2 -e", "edit 1.1 -e", "config edit"] {
        for script in [":", ": > \"$file\"", "exit 3", "rm \"$file\"", "kill -KILL $$"] {
            let left = Terminal::start(&with_editor(&desk, line, script), SMALL).left();
            assert!([1, 130].contains(&left.code), "{line}: {:?}", left.shown);
            check(&desk, &left, None, &format!("{line}: {script}"));
        }
        for script in ["exit 3", "kill -KILL $$", "kill -INT $$"] {
            let script = format!("echo typed | cat buffer - > \"$file\"; {script}");
            let left = Terminal::start(&with_editor(&desk, line, &script), SIZES[0]).left();
            assert!(drafts(&desk).len() == 1 && left.draft().exists(), "{line}: {:?}", left.shown);
            let shown = desk.ok(&format!("drafts show {}", left.named()));
            assert!(line.contains('.') || shown.ends_with("\ntyped\n"), "{line}: {shown}");
            tidy(&desk);
        }
        assert_eq!(desk.ok("export jsonl"), before, "{line}");
    }
}

#[test]
fn a_file_that_is_replaced_is_read_where_it_is_now() {
    for script in [
        "cp \"$file\" \"$file.new\"; echo written > \"$file.new\"; mv \"$file.new\" \"$file\"",
        "mv \"$file\" \"$file~\"; echo written > \"$file\"; rm \"$file~\"",
        "printf '\\357\\273\\277written\\r\\n\\r\\n' > \"$file\"",
    ] {
        let desk = desk();
        Terminal::start(&with_editor(&desk, "comment 1", script), SMALL).left().with(0);
        assert_eq!(desk.ticket("1")["messages"][2]["body"], "written", "{script}");
        assert!(drafts(&desk).is_empty(), "{script}");
    }
}

#[test]
fn an_editor_that_cannot_be_started_says_who_named_it() {
    let desk = desk();
    for (name, command, why) in [
        ("TIX_EDITOR", "no-such-editor --wait", "no program `no-such-editor` in PATH"),
        ("VISUAL", "'no end", "missing closing quote"),
        ("EDITOR", "  ", "the command is empty"),
        ("EDITOR", "/", "no program `/` in PATH"),
    ] {
        let mut tix = desk.command("reply 1 -e -m given");
        let left = Terminal::start(tix.env(name, command), SIZES[0]).left().with(1);
        let said = left.shown.replace("\r\n", " ");
        assert!(said.contains(&format!("`{command}` ({name})")) && said.contains(why), "{said}");
        check(&desk, &left, Some("given"), command);
        tidy(&desk);
        let mut tix = desk.command("reply 1");
        let left = Terminal::start(tix.env(name, command), SIZES[0]).left().with(1);
        check(&desk, &left, None, command);
    }
}

#[test]
fn a_folder_that_cannot_be_written_opens_no_editor() {
    let desk = desk();
    let folder = desk.drafts();
    std::fs::create_dir_all(folder.parent().unwrap()).unwrap();
    std::fs::write(&folder, "in the way").unwrap();
    let left = Terminal::start(&with_editor(&desk, "reply 1", ":"), SMALL).left().with(1);
    assert!(left.shown.contains("no draft can be kept in"), "{:?}", left.shown);
    assert!(!desk.path("buffer").exists());
    assert_eq!(desk.ticket("1")["messages"].as_array().unwrap().len(), 2);
    // Nothing else needs it.
    desk.ok("reply 1 -m answer");
    assert_eq!(desk.run("drafts").code, 1);
}

/// An editor that saves `text` and then sits there; its process is in the file `sits`.
fn sitting(text: &str) -> String {
    format!("echo '{text}' | cat - buffer > \"$file\"; echo $$ > sits; echo sits; exec sleep 60")
}

/// Ends the editor that sits there.
fn end(desk: &Desk) {
    signal(std::fs::read_to_string(desk.path("sits")).unwrap().trim().parse().unwrap(), "KILL");
}

#[test]
fn when_tix_is_killed_what_was_saved_is_there() {
    for (name, code) in [("KILL", 137), ("HUP", 129), ("TERM", 143)] {
        let desk = desk();
        let command = with_editor(&desk, "reply 1 --pending", &sitting("saved so far"));
        let mut terminal = Terminal::start(&command, SMALL);
        terminal.sees("sits");
        let open = desk.json("drafts")["data"][0].clone();
        assert_eq!((&open["open"], &open["text"]), (&true.into(), &"saved so far".into()));
        let busy = desk.run(&format!("drafts resume {} --as-is", open["name"].as_str().unwrap()));
        assert_eq!(busy.code, 5, "{}", busy.stderr);
        assert_eq!(desk.run(&format!("drafts rm {} --yes", open["name"])).code, 5);
        terminal.signal(name);
        end(&desk);
        assert_eq!(terminal.left().code, code);
        let draft = desk.json("drafts")["data"][0].clone();
        assert_eq!((&draft["open"], &draft["text"]), (&false.into(), &"saved so far".into()));
        assert_eq!(draft["for"], "PUBLIC reply to #1, then pending");
        desk.ok(&format!("drafts resume {} --as-is", draft["name"].as_str().unwrap()));
        let ticket = desk.ticket("1");
        assert_eq!(
            (&ticket["messages"][2]["body"], &ticket["status"]),
            (&draft["text"], &"pending".into())
        );
        assert!(drafts(&desk).is_empty());
    }
}

#[test]
fn when_a_sitting_editor_is_killed_what_was_saved_is_there() {
    let desk = desk();
    let mut terminal = Terminal::start(&with_editor(&desk, "comment 1", &sitting("saved")), SMALL);
    terminal.sees("sits");
    end(&desk);
    check(&desk, &terminal.left().with(1), Some("saved"), "killed");
}

#[test]
fn what_is_saved_after_tix_has_given_up_is_found() {
    let desk = desk();
    // As an editor does that goes on in the background.
    let script = "echo \"$file\" > where";
    Terminal::start(&with_editor(&desk, "reply 1", script), SIZES[0]).left().with(130);
    let file = PathBuf::from(std::fs::read_to_string(desk.path("where")).unwrap().trim());
    std::fs::write(&file, "saved too late\n").unwrap();
    let draft = desk.json("drafts")["data"][0].clone();
    assert_eq!((&draft["text"], &draft["kind"]), (&"saved too late".into(), &().into()));
    let name = draft["name"].as_str().unwrap();
    assert!(
        name.contains(".reply") && desk.run(&format!("drafts resume {name} --as-is")).code == 4
    );
    desk.ok(&format!("drafts rm {name} --yes"));
    assert!(!file.exists());
}

#[test]
fn a_desk_that_is_locked_for_too_long_keeps_the_text() {
    let desk = desk();
    let other = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let command = with_editor(&desk, "reply 1", "echo precious > \"$file\"");
    let left = Terminal::start(&command, SMALL).left_within(Duration::from_mins(1)).with(5);
    assert!(left.shown.contains("locked by another process"), "{:?}", left.shown);
    check(&desk, &left, Some("precious"), "locked");
    drop(other);
    let ran = Ran::of(
        &desk.command(&format!("drafts resume {} --as-is", left.named())).output().unwrap(),
    );
    assert_eq!(ran.stdout, "✓ #1 PUBLIC reply added (1.3)\n", "{}", ran.stderr);
}
