//! tix's own format: what one desk writes, another reads, and writes the same.

use insta::assert_snapshot;
use serde_json::Value;

use super::desk;
use crate::desk::Desk;

/// The same with everything that belongs to no ticket.
fn rich() -> Desk {
    let desk = desk();
    for line in [
        "canned new ack -m 'Hello {{requester.first|there}} 你好'",
        "calendar new office --tz Europe/Rome --hours 'mon-fri 09:00-17:00' --holiday 12-25=Christmas",
        "tier new gold --calendar office --first 4h --urgent-first 1h --resolve 5bd",
        "customer new acme --domain acme.example --tier gold --title 'Acme, Inc.' --note 'pays late'",
        "customer new cy --handle github:octocat",
        "sla recalc",
    ] {
        desk.ok(line);
    }
    desk
}

#[test]
fn a_whole_desk_goes_through_a_pipe() {
    let desk = rich();
    let export = desk.ok("export jsonl");
    let heads: Vec<&str> =
        export.lines().filter_map(|line| line.strip_prefix("{\"kept\":\"")).collect();
    let keys: Vec<&str> = heads.iter().map(|line| line.split('"').next().unwrap()).collect();
    assert_eq!(
        keys,
        ["calendar/office", "canned/ack", "customer/acme", "customer/cy", "tier/gold"]
    );
    let other = Desk::new();
    let ran = other.feed("import jsonl -", &export);
    assert_eq!(ran.stdout, "✓ 2 tickets added, 5 messages, 5 kept besides\n", "{}", ran.stderr);
    assert_eq!(other.ok("export jsonl"), export);
    for line in ["canned", "customer", "tier", "calendar", "list --all"] {
        assert_eq!(other.ok(line), desk.ok(line), "{line}");
    }
    assert_eq!(desk.json("sla")["data"], other.json("sla")["data"]);
    // Nothing is told twice.
    let ran = other.feed("import auto -", &export);
    assert_eq!(ran.stdout, "✓ 0 tickets added, 0 messages, 2 known already\n", "{}", ran.stderr);
    other.ok("undo");
    assert_eq!(other.ok("export jsonl"), "");
    assert_eq!(other.ok("canned"), "");
}

#[test]
fn a_part_of_a_desk_holds_tickets_only() {
    let desk = rich();
    for line in
        ["export jsonl is:closed", "export jsonl -L 9", "export jsonl 1", "export jsonl --jsonl"]
    {
        assert!(!desk.ok(line).contains("\"kept\""), "{line}");
    }
    let array: Vec<Value> = serde_json::from_str(&desk.ok("export json")).unwrap();
    let lines = desk.ok("export jsonl sort:id");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(array, lines);
}

#[test]
fn who_a_customer_is_does_not_change_whose_a_ticket_was() {
    let desk = rich();
    desk.ok("edit 2 --customer=");
    desk.ok("edit 1 --customer= --tier=");
    let export = desk.ok("export jsonl");
    let other = Desk::new();
    other.feed("import jsonl -", &export);
    assert_eq!(other.ok("export jsonl"), export);
}

#[test]
fn what_is_kept_here_already_stays() {
    let export = rich().ok("export jsonl");
    let desk = Desk::new();
    desk.ok("canned new ack -m Mine");
    desk.ok("customer new bo --mail ada@acme.example --domain acme.example");
    assert_snapshot!(desk.feed("import jsonl -", &export).transcript(), @"
    ✓ 2 tickets added, 5 messages, 3 kept besides
    --- stderr
    note: canned `ack` stays as it is here: it differs in the import
    note: customer `acme` is left out: `acme.example` is bo's already: nobody can be recognised as two customers'
    ");
    assert_eq!(desk.ok("canned show ack"), "Mine\n");
}

#[test]
fn what_cannot_be_kept_is_rejected() {
    let desk = Desk::new();
    for (line, why) in [
        (r#"{"kept":"canned/x"}"#, "it has no `value`"),
        (r#"{"kept":"canned","value":"x"}"#, "`kept` is not a key"),
        (r#"{"kept":"canned/a b","value":"x"}"#, "`kept` is not a key"),
        (r#"{"kept":"recalc/gold","value":"x"}"#, "`kept` is not a key"),
        (r#"{"kept":"canned/x","value":"{{nope}}"}"#, "nope"),
        (r#"{"kept":"tier/x","value":"no"}"#, ""),
        (r#"{"kept":"calendar/x","value":"{}"}"#, ""),
        (r#"{"kept":"customer/x","value":"7"}"#, ""),
        (r#"{"kept":7,"value":{}}"#, ""),
    ] {
        let ran = desk.feed("import jsonl -", line);
        assert_eq!(ran.code, 4, "{line}");
        assert!(ran.stderr.contains(why), "{line}: {}", ran.stderr);
        let ran = desk.feed("import jsonl - --rejects bad.txt", line);
        assert_eq!(ran.code, 7, "{line}");
        std::fs::remove_file(desk.path("bad.txt")).unwrap();
    }
}
