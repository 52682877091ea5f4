//! Whose a ticket is, by who asks and by what is said.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{is, there_and_back, tiered, whose};
use crate::desk::Desk;

#[test]
fn who_asks_says_whose_a_new_ticket_is() {
    let desk = tiered();
    desk.ok("customer new acme --mail ada@home.example --domain acme.example --tier gold");
    desk.ok("customer new asia --domain asia.acme.example --handle github:bo --tier silver");
    for (who, expected) in [
        ("Ada <ADA@home.example>", is("acme", "gold")),
        ("zed@acme.example", is("acme", "gold")),
        ("zed@mail.acme.example", is("acme", "gold")),
        ("zed@asia.acme.example", is("asia", "silver")),
        ("zed@hq.asia.acme.example", is("asia", "silver")),
        ("zed@notacme.example", is("-", "-")),
        ("bob@home.example", is("-", "-")),
        ("bo", is("-", "-")),
        ("github:bo", is("asia", "silver")),
        ("acme.example", is("-", "-")),
    ] {
        let id = desk.words(&format!("new One -r '{who}' -m Hello"));
        assert_eq!(whose(&desk, &id), expected, "{who}");
    }
    // A handle is one where the ticket comes from there.
    let id = desk.words("new One -r Bo --ref github:owner/repo#1");
    assert_eq!(whose(&desk, &id), is("asia", "silver"));
    let id = desk.words("new One -r Bo --ref jira:PROJ-7");
    assert_eq!(whose(&desk, &id), is("-", "-"));
    // What is said stands.
    let id = desk.words("new One -r zed@acme.example --customer ASIA");
    assert_eq!(whose(&desk, &id), is("asia", "silver"));
    let id = desk.words("new One -r zed@acme.example --tier silver");
    assert_eq!(whose(&desk, &id), is("acme", "silver"));
    let told = desk.screen(80, "new One -r zed@acme.example").stdout;
    assert!(told.contains("zed@acme.example · customer acme (gold)"), "{told}");
    // One change: what it opened with.
    let log = desk.json(&format!("log {id}"));
    assert_eq!(log["data"][0]["events"].as_array().unwrap().len(), 2, "{log:#}");
}

/// A ticket as another desk exports it.
fn elsewhere(requester: &str, more: &Value) -> String {
    let mut ticket = json!({
        "id": "1", "uid": "0198c0de-0000-7000-8000-00000000a0da", "title": "Crash on start",
        "requester": requester, "created_at": "2026-08-01T08:00:00Z",
        "updated_at": "2026-08-02T08:00:00Z", "messages": [],
    });
    let more = more.as_object().unwrap().clone();
    ticket.as_object_mut().unwrap().extend(more);
    ticket.to_string()
}

fn bring(desk: &Desk, ticket: &str) -> Value {
    let ran = desk.feed("import jsonl - --json", ticket);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_str::<Value>(&ran.stdout).unwrap()["data"].take()
}

#[test]
fn who_asks_says_whose_an_imported_ticket_is() {
    let desk = tiered();
    desk.ok("customer new acme --domain acme.example --tier gold");
    let ticket = elsewhere("ada@acme.example", &json!({}));
    assert_eq!(bring(&desk, &ticket)["added"], 1);
    assert_eq!(whose(&desk, "1"), is("acme", "gold"));
    // It is no news of the ticket, and no word of its source.
    assert_eq!(desk.ticket("1")["updated_at"], "2026-08-02T08:00:00Z");
    assert_eq!(bring(&desk, &ticket)["known"], 1);
    assert_eq!(whose(&desk, "1"), is("acme", "gold"));
    desk.ok("edit 1 --customer=");
    assert_eq!(whose(&desk, "1"), is("-", "-"));
    assert_eq!(bring(&desk, &ticket)["known"], 1);
    assert_eq!(whose(&desk, "1"), is("-", "-"));
    desk.ok("undo");
    // What the source says itself stands.
    let more = json!({ "customer": "Kumo Travel", "updated_at": "2026-08-03T08:00:00Z" });
    assert_eq!(bring(&desk, &elsewhere("ada@acme.example", &more))["updated"], 1);
    assert_eq!(whose(&desk, "1"), is("Kumo Travel", "gold"));
    desk.ok("undo");
    desk.ok("undo");
    assert_eq!(desk.words("list --all -q"), "");
}

#[test]
fn a_promise_counts_from_the_import_on() {
    let desk = tiered();
    desk.ok("customer new acme --domain acme.example --tier gold");
    let messages = json!([
        { "id": "1.1", "body": "Help", "by": "requester", "author": "ada@acme.example", "created_at": "2026-08-01T08:00:00Z" },
        { "id": "1.2", "body": "Here", "by": "us", "author": "Mira", "created_at": "2026-08-01T20:00:00Z" },
    ]);
    bring(&desk, &elsewhere("ada@acme.example", &json!({ "messages": messages })));
    assert_eq!(whose(&desk, "1"), is("acme", "gold"));
    // The first response was late, and nobody had promised it.
    assert_eq!(desk.ticket("1")["sla"], Value::Null);
    let messages = json!([{ "id": "2.1", "body": "Help", "by": "requester", "author": "ada@acme.example", "created_at": "2026-08-01T08:00:00Z" }]);
    let open =
        json!({ "id": "2", "uid": "0198c0de-0000-7000-8000-00000000a0db", "messages": messages });
    bring(&desk, &elsewhere("ada@acme.example", &open));
    assert_eq!(desk.ticket("2")["sla"]["clocks"][0]["state"], "breached");
}

#[test]
fn an_issue_is_its_reporters_customers() {
    let desk = tiered();
    desk.ok("customer new acme --handle github:Ada --tier gold");
    let issue = json!([{
        "number": 7, "title": "Crash", "body": "It crashes.", "state": "OPEN",
        "author": { "login": "ada" }, "createdAt": "2026-08-01T08:00:00Z",
        "updatedAt": "2026-08-01T08:00:00Z", "url": "https://github.com/owner/repo/issues/7",
    }]);
    let ran = desk.feed("import github -", issue.to_string());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(whose(&desk, "github:owner/repo#7"), is("acme", "gold"));
}

#[test]
fn a_follow_up_and_a_split_have_a_customer_too() {
    let desk = tiered();
    desk.ok("new One -r ada@acme.example -m Hello");
    desk.ok("reply 1 --from ada@acme.example -m Again");
    desk.ok("close 1");
    desk.ok("customer new acme --domain acme.example --tier gold");
    desk.ok("edit 1 --customer=");
    desk.ok("split 1 1.2");
    assert_eq!(whose(&desk, "2"), is("acme", "gold"));
    let mut later = desk.command("reply 1 --from ada@acme.example -m 'And again'");
    assert!(later.env("TIX_NOW", "2026-12-01T09:00:00Z").status().unwrap().success());
    assert_eq!(whose(&desk, "3"), is("acme", "gold"));
    assert_eq!(whose(&desk, "1"), is("-", "-"));
}

#[test]
fn a_ticket_follows_its_requester_and_what_is_said() {
    let desk = tiered();
    desk.ok("customer new acme --domain acme.example --tier gold");
    desk.ok("customer new kumo --domain kumo.example --tier silver");
    desk.ok("customer new plain");
    desk.ok("new One -r bo@home.example");
    assert_snapshot!(desk.run("edit 1 -r ada@acme.example").transcript(), @"✓ #1 requester: ada@acme.example, customer: acme, tier: gold");
    // It is somebody's already.
    assert_snapshot!(desk.run("edit 1 -r ada@kumo.example").transcript(), @"✓ #1 requester: ada@kumo.example");
    assert_snapshot!(desk.run("edit 1 --customer kumo").transcript(), @"✓ #1 customer: kumo, tier: silver");
    assert_snapshot!(desk.run("edit 1 --customer kumo").transcript(), @"
    --- stderr
    note: #1 has these values already
    ");
    assert_snapshot!(desk.run("edit 1 --customer plain").transcript(), @"✓ #1 customer: plain, tier: none");
    assert_snapshot!(desk.run("edit 1 --customer acme --tier silver").transcript(), @"✓ #1 customer: acme, tier: silver");
    // A tier of its own stays.
    assert_snapshot!(desk.run("edit 1 --customer kumo").transcript(), @"✓ #1 customer: kumo");
    assert_snapshot!(desk.run("edit 1 --customer acme").transcript(), @"✓ #1 customer: acme, tier: gold");
    assert_snapshot!(desk.run("edit 1 --customer= -r zed@kumo.example").transcript(), @"✓ #1 requester: zed@kumo.example, customer: none, tier: none");
    assert_snapshot!(desk.run("edit 1 --customer acne").transcript(), @"
    --- stderr
    error: no customer `acne`
      try: did you mean `acme`?
    --- exit 3
    ");
    there_and_back(&desk, "edit 1 -r ada@acme.example");
}
