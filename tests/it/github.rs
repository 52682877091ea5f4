//! GitHub's issues through the whole program.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::desk::Desk;

/// What people get from the REST API: a pull request among issues, CRLF, a deleted user, a
/// milestone, several assignees.
fn rest() -> Value {
    let url = |n: u32| format!("https://github.com/larkspur/larkspur/issues/{n}");
    let user = |login: &str| json!({ "login": login, "id": 1, "type": "User" });
    json!([
        {
            "number": 7, "title": "Crash on start", "state": "open", "html_url": url(7),
            "user": user("brambleknot"), "author_association": "NONE", "body": "It crashes.\r\n\r\nAlways.",
            "labels": [{ "name": "bug" }, { "name": "priority/high" }],
            "assignees": [user("mira"), user("jonas")], "milestone": { "title": "1.9" },
            "comments": 3, "created_at": "2026-07-01T10:00:00Z", "updated_at": "2026-07-02T10:00:00Z",
            "closed_at": null, "state_reason": null,
        },
        {
            "number": 8, "title": "Add a button", "state": "closed", "html_url": url(8),
            "user": user("osprey77"), "body": null, "labels": [], "pull_request": { "url": "x" },
            "created_at": "2026-07-01T10:00:00Z", "updated_at": "2026-07-02T10:00:00Z",
        },
        {
            "number": 9, "title": "Dark mode", "state": "closed", "html_url": url(9), "user": null,
            "body": null, "labels": [], "state_reason": "not_planned",
            "created_at": "2026-07-03T10:00:00Z", "updated_at": "2026-07-04T10:00:00Z",
            "closed_at": "2026-07-04T10:00:00Z",
        },
    ])
}

#[test]
fn issues_arrive_with_everything_and_pull_requests_are_left_out() {
    let desk = Desk::new();
    let file = desk.file("issues.json", rest().to_string());
    let ran = desk.run(&format!("import github {file}"));
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (0, "✓ 2 tickets added, 2 messages, pull requests left out: 1\n"),
        "{}",
        ran.stderr
    );
    let ticket = desk.ticket("github:larkspur/larkspur#7");
    for (field, value) in [
        ("id", json!("1")),
        ("title", json!("Crash on start")),
        ("description", json!("It crashes.\n\nAlways.")),
        ("status", json!("open")),
        ("priority", json!("high")),
        ("labels", json!(["bug", "priority/high"])),
        ("assignee", json!("mira")),
        ("requester", json!({ "name": "brambleknot", "email": null })),
        ("channel", json!("web")),
        ("refs", json!(["github:larkspur/larkspur#7"])),
        (
            "fields",
            json!({
                "assignees": "mira, jonas",
                "milestone": "1.9",
                "url": "https://github.com/larkspur/larkspur/issues/7",
            }),
        ),
        ("turn", json!("us")),
        ("created_at", json!("2026-07-01T10:00:00Z")),
        ("updated_at", json!("2026-07-02T10:00:00Z")),
    ] {
        assert_eq!(ticket[field], value, "{field}");
    }
    let ticket = desk.ticket("2");
    assert_eq!(ticket["requester"]["name"], "ghost");
    assert_eq!((&ticket["status"], &ticket["resolution"]), (&json!("closed"), &json!("wontfix")));
    assert_eq!(ticket["closed_at"], "2026-07-04T10:00:00Z");
}

#[test]
fn a_second_import_changes_only_what_has_changed_there() {
    let desk = Desk::new();
    let mut issues = rest();
    let file = desk.file("issues.json", issues.to_string());
    let import = |file: &str| desk.json(&format!("import github {file}"))["data"].clone();
    import(&file);
    desk.ok("edit 1 --title 'Ours now' --label +triaged");
    desk.ok("reply 1 -m 'On it.'");
    let before = desk.ok("export jsonl");
    let again = import(&file);
    assert_eq!(
        (&again["known"], &again["added"], &again["updated"], &again["change"]),
        (&json!(2), &json!(0), &json!(0), &Value::Null)
    );
    assert_eq!(desk.ok("export jsonl"), before);
    issues[0]["state"] = json!("closed");
    issues[0]["state_reason"] = json!("completed");
    issues[0]["closed_at"] = json!("2026-07-05T10:00:00Z");
    issues[0]["labels"] = json!([{ "name": "bug" }]);
    let file = desk.file("newer.json", issues.to_string());
    let newer = import(&file);
    assert_eq!((&newer["known"], &newer["updated"]), (&json!(1), &json!(1)));
    let ticket = desk.ticket("1");
    assert_eq!((&ticket["status"], &ticket["title"]), (&json!("closed"), &json!("Ours now")));
    assert_eq!(ticket["labels"], json!(["bug", "triaged"]));
    assert_eq!(ticket["closed_at"], "2026-07-05T10:00:00Z");
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), before);
}

#[test]
fn a_listing_with_few_fields_takes_nothing_away() {
    let desk = Desk::new();
    let file = desk.file("issues.json", rest().to_string());
    desk.ok(&format!("import github {file}"));
    let before = desk.ok("export jsonl");
    let few =
        json!([{ "number": 7, "title": "Crash on start" }, { "number": 9, "title": "Dark mode" }]);
    let ran = desk.feed("import github - --repo larkspur/larkspur --json", few.to_string());
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["data"]["known"], 2, "{}", ran.stdout);
    assert_eq!(desk.ok("export jsonl"), before);
}

#[test]
fn what_gh_prints_is_read_with_its_comments() {
    let desk = Desk::new();
    let comment = |login: &str, association: &str, body: &str, at: &str| json!({ "id": format!("IC_{at}"), "author": { "login": login }, "authorAssociation": association, "body": body, "createdAt": at });
    let issue = json!({
        "number": 3, "title": "Sync fails", "state": "CLOSED", "stateReason": "COMPLETED",
        "author": { "login": "lichen" }, "body": "It fails.", "labels": [{ "name": "duplicate" }], "assignees": [],
        "url": "https://github.com/larkspur/larkspur/issues/3",
        "createdAt": "2026-07-01T10:00:00Z", "updatedAt": "2026-07-03T10:00:00Z", "closedAt": "2026-07-03T10:00:00Z",
        "comments": [
            comment("mira", "MEMBER", "Which version?", "2026-07-01T11:00:00Z"),
            comment("lichen", "NONE", "1.8.2", "2026-07-01T12:00:00Z"),
            comment("sunny", "CONTRIBUTOR", "Same here", "2026-07-01T13:00:00Z"),
        ],
    });
    let ran = desk.feed("import github -", issue.to_string());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ticket = desk.ticket("1");
    assert_eq!(ticket["resolution"], "duplicate");
    let said: Vec<String> = ticket["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| {
            let text = |name: &str| m[name].as_str().unwrap().to_owned();
            format!("{} {} {} {}", text("id"), text("by"), text("author"), text("created_at"))
        })
        .collect();
    assert_eq!(
        said,
        [
            "1.1 requester lichen 2026-07-01T10:00:00Z",
            "1.2 us mira 2026-07-01T11:00:00Z",
            "1.3 requester lichen 2026-07-01T12:00:00Z",
            "1.4 other sunny 2026-07-01T13:00:00Z",
        ]
    );
}

#[test]
fn a_repeated_issue_is_one_ticket_and_only_a_newer_copy_changes_it() {
    let desk = Desk::new();
    let copy = |title: &str, updated: Option<&str>, body: Option<&str>| {
        let mut issue =
            json!({ "number": 1, "title": title, "url": "https://github.com/o/r/issues/1" });
        if let Some(at) = updated {
            issue["updatedAt"] = json!(at);
        }
        if let Some(body) = body {
            issue["body"] = json!(body);
        }
        issue
    };
    // Two listings without dates that contradict one another; only the second has a body.
    let both =
        json!([copy("first", None, None), copy("second", None, Some("the body"))]).to_string();
    for added in [1, 0] {
        let ran = desk.feed("import github - --json", &both);
        let document: Value = serde_json::from_str(&ran.stdout).unwrap();
        let data = &document["data"];
        assert_eq!(
            (&data["added"], &data["skipped"]["repeats"]),
            (&json!(added), &json!(1)),
            "{data}"
        );
        let ticket = desk.ticket("1");
        assert_eq!(
            (&ticket["title"], &ticket["description"]),
            (&json!("first"), &json!("the body"))
        );
    }
    assert_eq!(desk.json("log")["meta"]["total"], 1);
    let newer = json!([
        copy("third", Some("2026-08-02T00:00:00Z"), None),
        copy("old", Some("2026-08-01T00:00:00Z"), None)
    ]);
    desk.feed("import github -", newer.to_string());
    assert_eq!(desk.ticket("1")["title"], "third");
    let older = json!([copy("old", Some("2026-08-01T00:00:00Z"), None)]);
    desk.feed("import github -", older.to_string());
    assert_eq!(desk.ticket("1")["title"], "third");
}

#[test]
fn a_folder_may_hold_other_files_too() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("pages")).unwrap();
    let pages = rest();
    desk.file("pages/1.json", json!([pages[0]]).to_string());
    desk.file(
        "pages/2.json",
        json!({ "repo": "larkspur/larkspur", "issues": [pages[2]] }).to_string(),
    );
    desk.file("pages/package.json", r#"{"name":"x","version":"1"}"#);
    desk.file("pages/README.md", "not for us");
    let ran = desk.run("import github pages --rejects rejects.txt");
    assert_eq!(desk.ok("list --all -q").lines().count(), 2, "{}{}", ran.stdout, ran.stderr);
    let ran = desk.run("import github pages/package.json");
    assert_eq!(ran.code, 4, "{}", ran.stderr);
}

#[test]
fn issues_of_no_known_repository_are_not_mixed_up() {
    let desk = Desk::new();
    let ran = desk.feed("import github -", r#"[{"number":1,"title":"x"}]"#);
    assert_eq!((ran.code, ran.stderr.contains("--repo OWNER/NAME")), (4, true), "{}", ran.stderr);
}

/// The facts of real exports, counted by others; checked where the exports are at hand.
#[test]
fn real_exports_arrive_whole() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/github");
    if !folder.is_dir() {
        return;
    }
    for (name, tickets, closed, labels, first, last) in [
        (
            "vscode-mssql_gh_issue_list.json",
            2173,
            1812,
            4074,
            "2016-10-13T23:12:30Z",
            "2025-07-19T18:57:25Z",
        ),
        ("mimofan_wrapped_rest.json", 44, 13, 23, "2026-06-29T10:54:15Z", "2026-07-28T07:10:30Z"),
        ("swagger-parser_custom.json", 7, 0, 1, "2017-03-27T09:26:20Z", "2026-02-20T14:14:42Z"),
        ("k8s-cc_gh_issue_list.json", 20, 0, 49, "", ""),
    ] {
        let desk = Desk::new();
        let file = folder.join(name);
        let import = || desk.json(&format!("import github {}", file.display()))["data"].clone();
        assert_eq!(import()["added"], tickets, "{name}");
        let document = desk.json("list --all");
        let rows = document["data"].as_array().unwrap();
        let count = |test: &dyn Fn(&Value) -> usize| rows.iter().map(test).sum::<usize>();
        assert_eq!(count(&|t| usize::from(t["status"] == "closed")), closed, "{name}");
        assert_eq!(count(&|t| usize::from(t["status"] == "open")), tickets - closed, "{name}");
        assert_eq!(count(&|t| t["labels"].as_array().unwrap().len()), labels, "{name}");
        let mut created: Vec<&str> =
            rows.iter().map(|t| t["created_at"].as_str().unwrap()).collect();
        created.sort_unstable();
        if !first.is_empty() {
            assert_eq!((created[0], created[tickets - 1]), (first, last), "{name}");
        }
        let before = desk.ok("export jsonl");
        let again = import();
        assert_eq!((&again["known"], &again["change"]), (&json!(tickets), &Value::Null), "{name}");
        assert_eq!(desk.ok("export jsonl"), before, "{name}");
        desk.ok("undo");
        assert_eq!(desk.ok("export jsonl"), "", "{name}");
        desk.ok("redo");
        assert_eq!(desk.ok("export jsonl"), before, "{name}");
        desk.ok("undo");
        assert_eq!(import()["added"], tickets, "{name}");
        assert_eq!(desk.ok("export jsonl"), before, "{name}");
    }
}

#[test]
fn the_labels_of_a_real_export_are_those_counted_by_others() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/github/vscode-mssql_gh_issue_list.json");
    if !file.exists() {
        return;
    }
    let desk = Desk::new();
    desk.ok(&format!("import github {}", file.display()));
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for line in desk.ok("list --all --jsonl=labels").lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        for label in row["labels"].as_array().unwrap() {
            *counts.entry(label.as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    assert_eq!(counts.len(), 52);
    for (label, count) in [
        ("Bug", 965),
        ("Triage: Done", 432),
        ("Enhancement", 414),
        ("Area - Connection", 252),
        ("User-filed", 198),
    ] {
        assert_eq!(counts[label], count, "{label}");
    }
    assert_eq!(desk.ok("list --all -q label:bug").lines().count(), 965);
}
