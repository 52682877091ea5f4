//! Mail through the whole program: conversations come in any order, grow, and can be taken back.

use serde_json::{Value, json};

use super::settles;
use crate::desk::Desk;

mod joining;
mod machines;
mod specimens;

/// A mail: its Message-ID, those it names, who wrote it to whom, on which day, and what.
struct Mail<'t> {
    id: &'t str,
    answers: &'t str,
    references: &'t [&'t str],
    from: &'t str,
    to: &'t str,
    day: u8,
    more: &'t str,
}

impl Mail<'_> {
    fn text(&self) -> String {
        let Self { id, answers, references, from, to, day, more } = self;
        let mut head = format!("Message-ID: <{id}>\nFrom: {from}\nTo: {to}\nSubject: Re: Crash\n");
        if !answers.is_empty() {
            let line = format!("In-Reply-To: <{answers}>\n");
            head.push_str(&line);
        }
        if !references.is_empty() {
            let all: Vec<String> = references.iter().map(|id| format!("<{id}>")).collect();
            let line = format!("References: {}\n", all.join("\n "));
            head.push_str(&line);
        }
        format!("{head}Date: {day} Jul 2026 10:00:00 +0200\n{more}\nwords of {id}\n")
    }
}

const ADA: &str = "Ada <ada@acme.example>";
const HELP: &str = "help@larkspur.example";

/// A mail of Ada's that answers another, or nothing.
fn mail<'t>(id: &'t str, answers: &'t str, day: u8) -> Mail<'t> {
    Mail { id, answers, references: &[], from: ADA, to: HELP, day, more: "" }
}

/// A mailbox of these mails.
fn mbox(mails: &[Mail<'_>]) -> String {
    let one = |mail: &Mail<'_>| format!("From x@y Thu Jul  2 10:00:00 2026\n{}\n", mail.text());
    mails.iter().map(one).collect()
}

/// Imports a text as mail, as from a pipe; what became of it.
fn pipe(desk: &Desk, text: &str) -> Value {
    let ran = desk.feed("import mail - --json", text);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_str::<Value>(&ran.stdout).unwrap()["data"].clone()
}

fn bodies(ticket: &Value) -> Vec<&str> {
    ticket["messages"].as_array().unwrap().iter().map(|it| it["body"].as_str().unwrap()).collect()
}

#[test]
fn a_mailbox_becomes_tickets_one_a_conversation() {
    let desk = Desk::new();
    let bo = Mail { from: "Bo <bo@acme.example>", ..mail("c@x", "b@x", 4) };
    let text = mbox(&[bo, mail("a@x", "", 2), mail("b@x", "a@x", 3), mail("d@x", "", 5)]);
    let path = desk.file("in.mbox", text);
    let ran = desk.run(&format!("import mail {path}"));
    assert_eq!(ran.stdout, "✓ 2 tickets added, 4 messages\n", "{}", ran.stderr);
    let ticket = desk.ticket("mail:b@x");
    for (field, value) in [
        ("id", json!("1")),
        ("title", json!("Crash")),
        ("description", json!("words of a@x")),
        ("status", json!("open")),
        ("channel", json!("email")),
        ("refs", json!(["mail:a@x"])),
        ("requester", json!({ "name": "Ada", "email": "ada@acme.example" })),
        ("fields", json!({ "subject": "Re: Crash" })),
        ("turn", json!("us")),
        ("created_at", json!("2026-07-02T08:00:00Z")),
        ("updated_at", json!("2026-07-04T08:00:00Z")),
    ] {
        assert_eq!(ticket[field], value, "{field}");
    }
    assert_eq!(bodies(&ticket), ["words of a@x", "words of b@x", "words of c@x"]);
    let by: Vec<&Value> =
        ticket["messages"].as_array().unwrap().iter().map(|it| &it["by"]).collect();
    assert_eq!(by, ["requester", "requester", "other"]);
    assert_eq!(ticket["messages"][2]["ref"], "mail:c@x");
    assert_eq!(desk.ticket("mail:d@x")["id"], "2");
}

#[test]
fn a_second_import_records_nothing_and_undo_takes_all_back() {
    let desk = Desk::new();
    let text = mbox(&[mail("a@x", "", 2), mail("b@x", "a@x", 3), mail("a@x", "", 2)]);
    let path = desk.file("in.mbox", &text);
    settles("mail", std::path::Path::new(&path));
    desk.ok("new Something");
    let before = desk.ok("export jsonl");
    let first = pipe(&desk, &text);
    assert_eq!((&first["added"], &first["messages"]), (&json!(1), &json!(2)));
    assert_eq!(first["skipped"], json!({ "repeats": 1 }));
    let after = desk.ok("export jsonl");
    let again = pipe(&desk, &text);
    assert_eq!((&again["known"], &again["change"]), (&json!(1), &Value::Null));
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), before);
    // What was taken back comes again as it was.
    assert_eq!(pipe(&desk, &text)["added"], 1);
    assert_eq!(desk.ok("export jsonl"), after);
}

#[test]
fn a_folder_an_archive_and_a_pipe_hold_mail_too() {
    let desk = Desk::new();
    let [a, b, c] = [mail("a@x", "", 2), mail("b@x", "a@x", 3), mail("c@x", "", 4)];
    for (name, mail) in [
        ("box/cur/1:2,S", &a),
        ("box/new/2", &b),
        ("box/.Sent/cur/3:2,RS", &c),
        ("box/cur/4:2,D", &mail_of("d@x")),
        ("box/cur/5:2,ST", &mail_of("e@x")),
        ("box/tmp/6", &mail_of("f@x")),
    ] {
        std::fs::create_dir_all(desk.path(name).parent().unwrap()).unwrap();
        desk.file(name, mail.text());
    }
    desk.file("box/dovecot-uidlist", "3 V1\n");
    let path = desk.path("box").display().to_string();
    let data = desk.json(&format!("import auto {path}"))["data"].clone();
    assert_eq!((&data["added"], &data["messages"]), (&json!(2), &json!(3)), "{data}");
    assert_eq!(
        data["skipped"],
        json!({
            "deleted mails": 1, "drafts": 1, "files of other kinds": 1,
            "mails that are still delivered": 1
        })
    );
    assert_eq!(pipe(&desk, &mail("g@x", "c@x", 9).text())["updated"], 1);
    assert_eq!(bodies(&desk.ticket("mail:g@x")), ["words of c@x", "words of g@x"]);
}

fn mail_of(id: &str) -> Mail<'_> {
    mail(id, "", 1)
}

#[test]
fn what_holds_no_mail_is_said_to() {
    let desk = Desk::new();
    for text in ["", "\n\n", "From \n"] {
        let ran = desk.feed("import mail -", text);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, "✓ 0 tickets added, 0 messages\n"));
        assert!(ran.stderr.ends_with("note: standard input holds no mail\n"), "{}", ran.stderr);
    }
    let ran = desk.feed("import mail -", "a,b\n1,2\n");
    assert_eq!(ran.code, 4, "{}", ran.stdout);
    assert!(ran.stderr.contains("standard input holds no mail"), "{}", ran.stderr);
    let one = "From: a@b\nDate: 1 Jul 2026 10:00:00 +0000\nSubject: x\n\nHi\n\n";
    let ran = desk.feed("import mail -", one.repeat(4));
    assert!(ran.stderr.contains("was taken for one mail, though more seem to stand in it"));
    assert_eq!(desk.ok("count").trim(), "1");
}

#[test]
fn one_subject_is_one_conversation_only_where_asked_for() {
    let text = mbox(&[mail("a@x", "", 2), mail("b@x", "", 3)]);
    for (flag, tickets) in [("", "2"), (" --by-subject", "1")] {
        let desk = Desk::new();
        let path = desk.file("in.mbox", &text);
        desk.ok(&format!("import mail {path}{flag}"));
        assert_eq!(desk.ok("count").trim(), tickets, "{flag}");
    }
}

#[test]
fn files_of_mails_are_kept_byte_for_byte() {
    let desk = Desk::new();
    let part = "Content-Type: application/pdf; name=\"=?utf-8?Q?Gr=C3=BC=C3=9Fe.pdf?=\"\n\
        Content-Transfer-Encoding: base64\n\nJVBERi0AAQI=\n";
    let text = format!(
        "From: {ADA}\nMessage-ID: <a@x>\nContent-Type: multipart/mixed; boundary=q\n\n\
         --q\n\nSee below.\n--q\n{part}--q\n{part}--q--\n"
    );
    pipe(&desk, &text);
    let ticket = desk.ticket("mail:a@x");
    let message = &ticket["messages"][0];
    assert_eq!(message["body"], "See below.");
    assert_eq!(message["attachments"].as_array().unwrap().len(), 1);
    assert_eq!(message["attachments"][0]["name"], "Grüße.pdf");
    assert_eq!(message["attachments"][0]["size"], 8);
    assert_eq!(message["attachments"][0]["type"], "application/pdf");
    std::fs::create_dir(desk.path("out")).unwrap();
    desk.ok("attach 1 --save --to out");
    assert_eq!(std::fs::read(desk.path("out/Grüße.pdf")).unwrap(), b"%PDF-\0\x01\x02");
}
