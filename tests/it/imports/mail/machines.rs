//! Mail that machines write.

use serde_json::{Value, json};

use super::{ADA, HELP, Mail, mail, mbox, pipe};
use crate::desk::Desk;

const AWAY: &str = "Auto-Submitted: auto-replied\n";

/// A report that `id` could not be delivered, with the mail in it and no other trace of it.
fn bounce(id: &str) -> String {
    format!(
        "Message-ID: <bounce@mx>\nReturn-Path: <>\nFrom: MAILER-DAEMON@mx.example\n\
         Date: 9 Jul 2026 10:00:00 +0200\nSubject: Undelivered\nContent-Type: multipart/report; \
         boundary=r; report-type=delivery-status\n\n--r\n\nIt failed.\n--r\nContent-Type: \
         message/rfc822\n\nMessage-ID: <{id}>\nSubject: Crash\n\ntext\n--r--\n"
    )
}

#[test]
fn an_automatic_mail_neither_wakes_nor_answers() {
    let desk = Desk::new();
    pipe(&desk, &mail("a@x", "", 2).text());
    desk.ok("reply 1 -m Hello --pending");
    let away = Mail { more: AWAY, ..mail("b@x", "a@x", 30) };
    assert_eq!(pipe(&desk, &away.text())["messages"], 1);
    let ticket = desk.ticket("1");
    assert_eq!((&ticket["status"], &ticket["turn"]), (&json!("pending"), &json!("requester")));
    let automatic = |ticket: &Value| {
        let messages = ticket["messages"].as_array().unwrap();
        messages.iter().filter(|it| it["automatic"] == true).count()
    };
    assert_eq!(automatic(&ticket), 1);
    let shown = desk.ok("show 1");
    assert!(shown.contains("PUBLIC, automatic"), "{shown}");
    // It travels with the export.
    let other = Desk::new();
    assert_eq!(other.feed("import jsonl -", desk.ok("export jsonl")).code, 0);
    assert_eq!(other.ok("export jsonl"), desk.ok("export jsonl"));
    // Nor does one of ours answer anything.
    let desk = Desk::new();
    desk.ok(&format!("config set us {HELP}"));
    let ours = Mail { from: HELP, to: ADA, more: AWAY, ..mail("b@x", "a@x", 3) };
    pipe(&desk, &mbox(&[mail("a@x", "", 2), ours]));
    let ticket = desk.ticket("1");
    assert_eq!((&ticket["turn"], &ticket["messages"][1]["by"]), (&json!("us"), &json!("us")));
    assert_eq!(desk.ok("count replies:0").trim(), "1");
}

#[test]
fn clocks_heed_no_machine() {
    let desk = Desk::new();
    desk.ok(&format!("config set us {HELP}"));
    desk.ok("tier new gold --first 4h --next 4h");
    desk.ok("customer new Acme --domain acme.example --tier gold");
    let clocks = || -> Vec<(Value, bool)> {
        let ticket = desk.ticket("1");
        let clocks = ticket["sla"]["clocks"].as_array().cloned().unwrap_or_default();
        let ended = |it: &Value| it["state"] == "met" || it["state"] == "missed";
        clocks.iter().map(|it| (it["name"].clone(), ended(it))).collect()
    };
    pipe(&desk, &mail("a@x", "", 2).text());
    assert_eq!(clocks(), [(json!("first_response"), false)]);
    pipe(&desk, &Mail { from: HELP, to: ADA, more: AWAY, ..mail("b@x", "a@x", 2) }.text());
    assert_eq!(clocks(), [(json!("first_response"), false)]);
    desk.ok("reply 1 -m Hello");
    assert_eq!(clocks(), [(json!("first_response"), true)]);
    let mut late = desk.command("import mail late.eml");
    desk.file("late.eml", Mail { more: AWAY, ..mail("c@x", "a@x", 31) }.text());
    assert!(late.output().unwrap().status.success());
    assert_eq!(clocks(), [(json!("first_response"), true)]);
    assert_eq!(desk.ticket("1")["turn"], "requester");
}

#[test]
fn a_report_joins_the_ticket_of_the_mail_that_came_back() {
    let desk = Desk::new();
    desk.ok(&format!("new Printer -m Jammed -r '{ADA}'"));
    desk.ok("reply 1 -m Hello --pending");
    let uid = desk.ticket("1")["uid"].as_str().unwrap().to_owned();
    assert_eq!(pipe(&desk, &bounce(&format!("tix.{uid}.2@tix.invalid")))["messages"], 1);
    let ticket = desk.ticket("mail:bounce@mx");
    assert_eq!((&ticket["id"], &ticket["status"]), (&json!("1"), &json!("pending")));
    let messages = ticket["messages"].as_array().unwrap();
    let message = messages.iter().find(|it| it["ref"] == "mail:bounce@mx").unwrap();
    assert_eq!((&message["automatic"], &message["by"]), (&json!(true), &json!("other")));
    assert_eq!(message["attachments"].as_array().unwrap().len(), 1);
    // In one mailbox with it, it is part of its conversation.
    let desk = Desk::new();
    let line = "From x@y Thu Jul  9 10:00:00 2026\n";
    let text = format!("{}{line}{}", mbox(&[mail("a@x", "", 2)]), bounce("a@x"));
    assert_eq!(pipe(&desk, &text)["added"], 1);
    assert_eq!(desk.ticket("mail:bounce@mx")["title"], "Crash");
}

#[test]
fn lists_are_no_machines() {
    let desk = Desk::new();
    let more = "Precedence: list\nList-Id: Dev <dev.x.example>\n";
    pipe(&desk, &Mail { more, ..mail("a@x", "", 2) }.text());
    let ticket = desk.ticket("1");
    assert_eq!(ticket["messages"][0]["automatic"], false);
    assert_eq!(ticket["labels"], json!(["dev"]));
}
