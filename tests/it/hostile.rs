//! Text by strangers: nothing of it acts on a terminal, a spreadsheet or a script.

use crate::desk::Desk;

const HOSTILE: &str = "a\x1b]0;owned\x07\x1b[2J\u{202e}b\u{200d}c\u{9b}31m漢字\x7f\u{200b}d";

fn acts(text: &str) -> Option<char> {
    text.chars().find(|c| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    })
}

/// A desk in which everything that can be text is hostile.
fn desk() -> Desk {
    let desk = Desk::new();
    let record = serde_json::json!({
        "title": HOSTILE, "labels": [format!("l{HOSTILE}").replace(char::is_control, "\u{202e}")],
        "requester": { "name": HOSTILE, "email": null }, "customer": HOSTILE, "tier": HOSTILE,
        "assignee": HOSTILE, "fields": { HOSTILE: HOSTILE },
        "messages": [
            { "id": "1.1", "kind": "reply", "author": HOSTILE, "by": "requester", "body": format!("{HOSTILE}\r\n{HOSTILE}") },
            { "id": "1.2", "kind": "note", "author": HOSTILE, "by": "us", "body": HOSTILE },
        ],
    });
    let ran = desk.feed("import jsonl - --rejects rejects.txt", record.to_string());
    assert_eq!(
        ran.code,
        0,
        "{}{}",
        ran.stderr,
        std::fs::read_to_string(desk.path("rejects.txt")).unwrap()
    );
    desk
}

#[test]
fn no_control_character_reaches_a_terminal_or_a_pipe() {
    let desk = desk();
    for line in [
        "list",
        "list --columns id,title,labels,customer,tier,assignee,requester,fields,description",
        "show 1",
        "show 1 --json",
        "list --json",
        "list --jsonl",
        "list --tsv",
        "log",
        "log --json",
        "info",
        "export jsonl",
        "",
        "close 1 --dry-run",
        "edit 1 --dry-run --priority high",
        "undo --dry-run",
        "list -q",
        "show 1 --tsv",
    ] {
        for ran in [desk.run(line), desk.screen(80, line), desk.screen(30, line)] {
            assert_eq!(ran.code, 0, "{line}: {}", ran.stderr);
            for text in [&ran.stdout, &ran.stderr] {
                assert_eq!(acts(&text.replace('\t', " ")), None, "{line}: {text:?}");
            }
        }
    }
}

#[test]
fn a_hostile_title_keeps_its_column() {
    let desk = desk();
    desk.ok("new 'plain title'");
    let out = desk.screen(100, "list --columns id,title,status").stdout;
    let place = |line: &str| {
        let at = line.find("new").unwrap();
        unicode_width::UnicodeWidthStr::width(&line[..at])
    };
    let places: Vec<usize> = out.lines().skip(1).map(place).collect();
    assert_eq!(places[0], places[1], "{out}");
    assert!(out.contains("␛]0;owned␇␛[2J<U+202E>b"), "{out}");
}

#[test]
fn hostile_words_in_errors_are_shown_too() {
    let desk = desk();
    let mut command = desk.command("");
    for arguments in [
        vec!["show", HOSTILE],
        vec!["list", HOSTILE],
        vec!["list", "nope:\x1b[2J"],
        vec!["undo", HOSTILE],
    ] {
        let output = command.args(&arguments).output().unwrap();
        assert_eq!(acts(&String::from_utf8_lossy(&output.stderr)), None, "{arguments:?}");
        command = desk.command("");
    }
}

#[test]
fn json_gives_the_text_back_as_it_was() {
    let desk = desk();
    assert_eq!(desk.ticket("1")["title"], HOSTILE);
    assert_eq!(desk.ticket("1")["fields"][HOSTILE], HOSTILE);
}

#[test]
fn a_spreadsheet_runs_nothing() {
    let desk = Desk::new();
    desk.ok("new \"=cmd|' /C calc'!A0\" -l '@x' -r '+1'");
    let out = desk.ok("list --csv --no-header --columns title,labels,requester");
    assert_eq!(out, "'=cmd|' /C calc'!A0,'@x,'+1\r\n");
}

#[test]
fn a_desk_in_the_folder_can_hold_data_only() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path(".tix")).unwrap();
    desk.file(".tix/config.toml", "editor = \"touch owned\"\npager = \"touch owned\"\n");
    let mut command = desk.command("init");
    command.env_remove("TIX_DB");
    command.output().unwrap();
    let mut command = desk.command("new One");
    command.env_remove("TIX_DB").output().unwrap();
    let mut command = desk.command("show 1");
    command.env_remove("TIX_DB").env("TIX_FORCE_TTY", "80").output().unwrap();
    assert!(!desk.path("owned").exists());
}

#[test]
fn a_person_named_here_has_no_control_characters() {
    let desk = Desk::new();
    desk.ok("new One");
    for name in ["'x\x1by'", "'x\ny'", "'Ada <a\x07@acme.example>'"] {
        for line in [
            format!("assign {name} 1"),
            format!("new Two -r {name}"),
            format!("new Two -a {name}"),
            format!("edit 1 --requester {name}"),
            format!("label +x 1 --user {name}"),
            format!("config set user {name}"),
        ] {
            let ran = desk.run(&line);
            assert_eq!(ran.code, 4, "{line:?}: {}", ran.stderr);
            assert!(ran.stderr.contains("control character"), "{line:?}: {}", ran.stderr);
            assert!(!ran.stderr.contains('\x1b'), "{line:?}: {}", ran.stderr);
        }
    }
    let ticket = desk.ticket("1");
    assert_eq!(
        (&ticket["assignee"], &ticket["requester"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
    assert_eq!(desk.ok("list -q").lines().count(), 1);
}
