//! The scripting contract: envelopes, fields, errors, quiet, colour, streams.

use serde_json::{Value, json};

use crate::desk::{Desk, Ran};

#[test]
fn every_answer_has_the_same_envelope() {
    let desk = Desk::new();
    let document = desk.json("new One -l bug");
    assert_eq!(document["schema"], "tix/new/1");
    assert_eq!(document["data"]["id"], "1");
    for line in [
        "list",
        "show 1",
        "comment 1 -m x",
        "reply 1 -m x",
        "label +y 1",
        "assign @me 1",
        "status hold 1",
        "edit 1 --title Two",
        "close 1",
        "reopen 1",
        "log",
        "undo",
        "redo",
        "info",
        "config",
        "init --db new.db",
    ] {
        let document = desk.json(line);
        let name = line.split(' ').next().unwrap();
        assert_eq!(document["schema"], format!("tix/{name}/1"), "{line}");
        let keys: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["data", "meta", "schema", "warnings"], "{line}");
        assert_eq!(document["meta"]["truncated"], false, "{line}");
        let single = ["show", "undo", "redo", "info", "init"].contains(&name);
        assert_eq!(document["data"].is_object(), single, "{line}");
    }
}

#[test]
fn a_ticket_has_all_its_fields() {
    let desk = Desk::new();
    desk.ok("new One -m text");
    let wanted = [
        "assignee",
        "channel",
        "closed_at",
        "created_at",
        "customer",
        "description",
        "due_at",
        "fields",
        "id",
        "labels",
        "links",
        "merged_into",
        "messages",
        "priority",
        "refs",
        "requester",
        "resolution",
        "sla",
        "snoozed_until",
        "status",
        "tier",
        "title",
        "turn",
        "uid",
        "updated_at",
    ];
    for ticket in [desk.ticket("1"), desk.json("list")["data"][0].clone()] {
        let mut keys: Vec<&str> = ticket.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, wanted);
    }
    assert_eq!(desk.json("list")["data"][0]["messages"], 1);
    let message = json!({
        "id": "1.1", "kind": "reply", "author": "Mira Holt <mira@larkspur.example>", "by": "us",
        "body": "text", "created_at": "2026-09-01T09:00:00Z", "edited_at": null, "ref": null,
        "attachments": [], "to": [], "answers": null, "origin": null, "automatic": false,
        "purged_at": null,
    });
    assert_eq!(desk.ticket("1")["messages"], json!([message]));
}

#[test]
fn fields_can_be_chosen_and_listed() {
    let desk = Desk::new();
    desk.ok("new One -l b,a");
    assert_eq!(
        desk.ok("list --json=title,id"),
        "{\"schema\":\"tix/list/1\",\"data\":[{\"title\":\"One\",\"id\":\"1\"}],\"meta\":{\"returned\":1,\"total\":1,\"truncated\":false},\"warnings\":[]}\n"
    );
    assert_eq!(desk.ok("list --jsonl=labels"), "{\"labels\":[\"a\",\"b\"]}\n");
    assert!(desk.ok("list --json=help").lines().any(|field| field == "snoozed_until"));
    assert!(desk.ok("log --json=help").lines().any(|field| field == "undone"));
    let limited = desk.json("list --all -L 1");
    assert_eq!(limited["meta"], json!({ "total": 1, "returned": 1, "truncated": false }));
    desk.ok("new Two");
    let limited = desk.json("list -L 1");
    assert_eq!(limited["meta"], json!({ "total": 2, "returned": 1, "truncated": true }));
}

#[test]
fn errors_are_json_where_json_is_wanted() {
    let desk = Desk::new();
    desk.ok("new One");
    for (line, code, name) in [
        ("show 9 --json", 3, "not_found"),
        ("list nope:1 --json", 4, "invalid"),
        ("list --json=nope", 2, "usage"),
        ("close --json", 2, "usage"),
        ("new --json", 6, "needs_input"),
        ("list --json --db nowhere.db", 8, "no_desk"),
        ("show 9 --jsonl", 3, "not_found"),
    ] {
        let ran = desk.run(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{line}: {}", ran.stderr);
        let error: Value = serde_json::from_str(&ran.stderr).unwrap();
        assert_eq!(error["schema"], "tix/error/1", "{line}");
        assert_eq!((&error["code"], &error["exit"]), (&name.into(), &code.into()), "{line}");
        assert!(error["message"].is_string() && error.as_object().unwrap().contains_key("hint"));
    }
}

#[test]
fn json_beats_every_other_output_flag() {
    let desk = Desk::new();
    desk.ok("new One");
    for flags in [
        "--json --csv",
        "--tsv --json",
        "-q --json",
        "--columns id --json",
        "--color always --json",
    ] {
        let out = desk.ok(&format!("list {flags}"));
        assert!(out.starts_with("{\"schema\":\"tix/list/1\""), "{flags}: {out}");
    }
}

#[test]
fn quiet_prints_ids_and_new_prints_its_id_on_a_pipe() {
    let desk = Desk::new();
    assert_eq!(desk.ok("new One"), "1\n");
    assert_eq!(desk.ok("new Two -q"), "2\n");
    assert_eq!(desk.screen(80, "new Three -q").stdout, "3\n");
    assert_eq!(desk.screen(80, "new Four").stdout, "✓ #4 Four · new\n");
    assert_eq!(desk.ok("close 1 2 -q"), "1\n2\n");
    assert_eq!(desk.ok("show 3 -q"), "3\n");
}

#[test]
fn colour_follows_the_flag_then_the_environment() {
    let desk = Desk::new();
    desk.ok("new One -p urgent");
    let coloured = |line: &str, environment: &[(&str, &str)]| {
        let mut command = desk.command(line);
        command.env("TIX_FORCE_TTY", "80").envs(environment.iter().copied());
        Ran::of(&command.output().unwrap()).stdout.contains('\x1b')
    };
    assert!(coloured("list", &[]));
    assert!(!coloured("list", &[("NO_COLOR", "1")]));
    assert!(coloured("list", &[("NO_COLOR", "")]));
    assert!(!coloured("list", &[("CLICOLOR", "0")]));
    assert!(!coloured("list", &[("TERM", "dumb")]));
    assert!(coloured("list", &[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")]));
    assert!(!coloured("list", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(coloured("list --color always", &[("NO_COLOR", "1")]));
    assert!(!coloured("list --color never", &[("CLICOLOR_FORCE", "1")]));
    assert!(!desk.ok("list").contains('\x1b'));
    assert!(desk.ok("show 1 --color always").contains('\x1b'));
}

#[test]
fn a_closed_pipe_is_silence_and_success() {
    let desk = Desk::new();
    let lines: Vec<String> = (0..3000).map(|n| format!(r#"{{"title":"ticket {n}"}}"#)).collect();
    desk.feed("import jsonl -", lines.join("\n"));
    for line in ["list", "list --json", "list --csv", "export jsonl", "log"] {
        let mut child = desk.command(line).spawn().unwrap();
        drop(child.stdout.take());
        let ran = Ran::of(&child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{line}");
    }
}

#[test]
fn the_version_opens_no_desk() {
    let desk = Desk::new();
    desk.file("tix.db", "not a desk at all");
    assert_eq!(desk.run("--version").code, 0);
    assert_eq!(desk.run("help exit-codes").code, 0);
    assert_eq!(desk.run("list --help").code, 0);
}

#[test]
fn the_dashboard_is_counts_in_json_and_our_tickets_otherwise() {
    let desk = Desk::new();
    desk.ok("new One");
    assert_eq!(desk.json("")["data"]["awaiting_us"], 1);
    assert_eq!(desk.ok("--jsonl=open,new"), "{\"open\":1,\"new\":1}\n");
    assert_eq!(desk.ok("--csv --no-header --columns id,title"), "1,One\r\n");
    assert_eq!(desk.ok("").split('\t').next(), Some("1"));
}
