//! What a message of the requester does to the ticket it reaches.

use serde_json::json;

use crate::desk::Desk;

/// Imports the ticket of Ada's with her first `messages` words on it, an hour between them.
fn brings(desk: &Desk, messages: usize) {
    let message = |n: usize| {
        json!({
            "id": format!("1.{n}"), "body": format!("words {n}"), "by": "requester",
            "ref": format!("mail:<{n}@acme.example>"), "author": "Ada <ada@acme.example>",
            "created_at": format!("2026-09-01T{:02}:30:00Z", 8 + n),
        })
    };
    let ticket = json!({
        "id": "1", "uid": "0198c0de-0000-7000-8000-00000000a0da", "title": "Crash on start",
        "requester": "Ada <ada@acme.example>", "created_at": "2026-09-01T08:00:00Z",
        "messages": (1..=messages).map(message).collect::<Vec<_>>(),
    });
    let ran = desk.feed("import jsonl -", ticket.to_string());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

fn standing(desk: &Desk, id: &str) -> (String, usize) {
    let ticket = desk.ticket(id);
    let messages = ticket["messages"].as_array().unwrap().len();
    (ticket["status"].as_str().unwrap().to_owned(), messages)
}

#[test]
fn a_message_of_the_requester_ends_the_waiting() {
    for before in ["status pending 1", "status hold 1", "close 1 --as answered"] {
        let desk = Desk::new();
        brings(&desk, 1);
        desk.ok(before);
        brings(&desk, 2);
        assert_eq!(standing(&desk, "1"), ("open".to_owned(), 2), "{before}");
        assert_eq!(desk.ticket("1")["turn"], "us");
        // Once: what is known says nothing new.
        desk.ok(before);
        brings(&desk, 2);
        assert_ne!(standing(&desk, "1").0, "open", "{before}");
        desk.ok("undo");
        assert_eq!(desk.words("list -q"), "1", "{before}");
    }
}

#[test]
fn what_was_written_before_the_closing_does_not_open_it_again() {
    let desk = Desk::new();
    brings(&desk, 1);
    let late = "close 1";
    let mut command = desk.command(late);
    command.env("TIX_NOW", "2026-09-01T10:45:00Z").output().unwrap();
    brings(&desk, 2);
    assert_eq!(standing(&desk, "1"), ("closed".to_owned(), 2));
    brings(&desk, 3);
    assert_eq!(standing(&desk, "1"), ("open".to_owned(), 3));
}

#[test]
fn a_message_long_after_the_closing_opens_another_ticket() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.path(".config/tix")).unwrap();
    desk.ok("config set reopen 30m");
    brings(&desk, 1);
    desk.ok("edit 1 --priority high --label crash");
    desk.ok("close 1");
    brings(&desk, 2);
    assert_eq!(standing(&desk, "1"), ("closed".to_owned(), 1));
    let next = desk.ticket("2");
    assert_eq!(
        (&next["title"], &next["status"], &next["priority"], &next["description"]),
        (&json!("Crash on start"), &json!("open"), &json!("high"), &json!("words 2"))
    );
    assert_eq!(
        (&next["links"][0]["kind"], &next["links"][0]["id"]),
        (&json!("relates"), &json!("1"))
    );
    // The same message again, and one more.
    brings(&desk, 2);
    assert_eq!(desk.words("list --all -q sort:id"), "1 2");
    desk.ok("undo");
    assert_eq!(desk.words("list --all -q sort:id"), "1");
    brings(&desk, 2);
    assert_eq!(desk.words("list --all -q sort:id"), "1 2");
}

#[test]
fn what_the_source_says_of_the_status_stands() {
    let desk = Desk::new();
    let line = |messages: &str, state: &str| {
        let ticket = format!(
            r#"{{"id":"1","uid":"0198c0de-0000-7000-8000-00000000a0da","title":"x","requester":"ada",{state}"messages":[{messages}]}}"#
        );
        assert_eq!(desk.feed("import jsonl -", ticket).code, 0);
    };
    let one = r#"{"id":"1.1","body":"a","author":"ada"}"#;
    let two = format!(r#"{one},{{"id":"1.2","body":"b","author":"ada"}}"#);
    line(one, "");
    line(&two, r#""status":"closed","closed_at":"2026-08-01T00:00:00Z","#);
    assert_eq!(standing(&desk, "1"), ("closed".to_owned(), 2));
}
