//! What other formats hold comes back; what is lost on the way is what `tix help export` says.

use serde_json::{Value, json};

use super::desk;
use crate::desk::Desk;

/// Exports, imports elsewhere, and says the fields of each ticket; a second import adds nothing.
fn back(from: &Desk, export: &str, import: &str, fields: &[&str]) -> Vec<Value> {
    let other = Desk::new();
    let file = other.file("in", from.ok(export));
    let import = format!("import {} {file} {}", import.split(' ').next().unwrap(), {
        import.split_once(' ').map_or("", |(_, flags)| flags)
    });
    let mut command = other.command(&import);
    let out = command.env("TIX_TZ", "UTC").output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let mut command = other.command(&import);
    let again = command.env("TIX_TZ", "UTC").output().unwrap();
    let again = String::from_utf8(again.stdout).unwrap();
    assert!(again.contains("0 tickets added, 0 messages, 2 known"), "{import}: {again}");
    picked(&other, fields)
}

fn picked(desk: &Desk, fields: &[&str]) -> Vec<Value> {
    let tickets = desk.json("list --all --sort id")["data"].as_array().unwrap().clone();
    let of = |ticket: &Value| -> Value { fields.iter().map(|name| ticket[name].clone()).collect() };
    tickets.iter().map(of).collect()
}

/// The bodies of the public messages of each ticket.
fn bodies(desk: &Desk, id: &str) -> Vec<Value> {
    let ticket = desk.ticket(id);
    let messages = ticket["messages"].as_array().unwrap().iter();
    messages.filter(|it| it["kind"] == "reply").map(|it| it["body"].clone()).collect()
}

#[test]
fn a_table_brings_every_fact_back() {
    let desk = desk();
    let fields = [
        "title",
        "description",
        "status",
        "resolution",
        "priority",
        "labels",
        "assignee",
        "requester",
        "channel",
        "created_at",
        "closed_at",
        "due_at",
    ];
    let mut there = back(&desk, "export csv", "csv", &fields);
    let mut here = picked(&desk, &fields);
    // What a terminal would act on is shown in a cell.
    assert_eq!(there[1][1], "␛[2J@here <U+202E>x");
    (there[1][1], here[1][1]) = (Value::Null, Value::Null);
    assert_eq!(there, here);
}

#[test]
fn mails_bring_conversations_and_files_back() {
    let desk = desk();
    let fields = ["title", "created_at"];
    assert_eq!(back(&desk, "export mbox", "mail", &fields), picked(&desk, &fields));
    let other = Desk::new();
    let file = other.file("in.mbox", desk.ok("export mbox"));
    other.ok(&format!("import mail {file}"));
    assert_eq!(bodies(&other, "1"), bodies(&desk, "1"));
    assert_eq!(bodies(&other, "2"), bodies(&desk, "2"));
    let messages = other.ticket("1")["messages"].clone();
    assert_eq!(
        messages[1]["attachments"][0]["hash"],
        desk.ticket("1")["messages"][2]["attachments"][0]["hash"]
    );
}

#[test]
fn an_answer_to_a_mail_of_ours_finds_its_ticket() {
    let desk = desk();
    let mail = desk.ok("export eml 1");
    let id = mail.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap();
    let answer = format!(
        "From: Ada Lovelace <ada@acme.example>\nTo: mira@larkspur.example\nSubject: Re: It hangs\n\
         Date: Tue, 1 Sep 2026 09:30:00 +0000\nMessage-ID: <a1@acme.example>\nIn-Reply-To: {id}\n\n\
         It works now.\n"
    );
    let file = desk.file("answer.eml", answer);
    desk.ok(&format!("import mail {file}"));
    assert_eq!(bodies(&desk, "1").last().unwrap(), "It works now.");
}

#[test]
fn jira_brings_issues_back() {
    let desk = desk();
    let fields = ["description", "status", "priority", "created_at", "closed_at", "due_at"];
    let mut there = back(&desk, "export jira", "jira", &fields);
    let mut here = picked(&desk, &fields);
    (there[1][0], here[1][0]) = (Value::Null, Value::Null);
    // What is new is open there.
    here[1][1] = json!("open");
    assert_eq!(there, here);
}

#[test]
fn tasks_come_back_with_their_state() {
    let desk = desk();
    let fields = ["title", "created_at", "closed_at", "due_at"];
    let there = back(&desk, "export taskwarrior", "taskwarrior", &fields);
    assert_eq!(there, picked(&desk, &fields));
    let fields = ["status", "due_at"];
    let there = back(&desk, "export todotxt", "todotxt", &fields);
    assert_eq!(there[0][0], "closed");
    assert_eq!(there[1][0], "open");
}

#[test]
fn a_format_is_seen_from_what_is_exported() {
    let desk = desk();
    for (format, expected) in [
        ("jsonl", "jsonl"),
        ("mbox", "mail"),
        ("github-list", "github"),
        ("jira", "jira"),
        ("taskwarrior", "taskwarrior"),
        ("todotxt", "todotxt"),
        ("csv", "csv"),
    ] {
        let other = Desk::new();
        let file = other.file("in", desk.ok(&format!("export {format}")));
        let ran = other.run(&format!("import auto {file} --dry-run --repo acme/tool"));
        assert_eq!(ran.code, 0, "{format}: {}", ran.stderr);
        assert!(
            ran.stderr.contains(&format!("is taken for {expected}")),
            "{format}: {}",
            ran.stderr
        );
    }
}
