//! Other tools' files through the whole program: what comes, comes once, and can be taken back.

use std::path::{Path, PathBuf};

use crate::desk::Desk;

mod csv;
mod desks;
mod dev;
mod jira;
mod mail;
mod trello;

/// A real file or folder, where those are at hand.
pub(crate) fn specimen(name: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(name);
    path.exists().then_some(path)
}

#[test]
fn real_files_come_twice_and_go() {
    for (format, name) in [
        ("jira", "jira/csv_planeso_comments.csv"),
        ("jira", "jira/csv_basecamp_sample-03.csv"),
        ("jira", "jira/tidev-rest"),
        ("jira", "jira/rss_thunderdome.xml"),
        ("jira", "jira/perceval_jira_issues_page_1.json"),
        ("trello", "trello/hermes_2013.json"),
        ("trello", "trello/deck_fixture.json"),
        ("csv", "jira/other-tracker-csv/asana_sample-02.csv"),
        ("csv", "jira/other-tracker-csv/clickup_sample-03.csv"),
        ("csv", "jira/other-tracker-csv/linear_sample-01.csv"),
        ("csv", "jira/other-tracker-csv/trello_sample-01.csv"),
        ("csv", "tasks/trac_cutplace_tickets.csv"),
    ] {
        let Some(path) = specimen(name) else { return };
        there_and_back(&Desk::new(), format, &path.to_string_lossy());
    }
}

/// Imports a file on a desk that is in use, sees that doing so again changes nothing, takes it back,
/// and sees that the export is that of before, byte for byte. Returns how many tickets came.
pub(crate) fn there_and_back(desk: &Desk, format: &str, path: &str) -> u64 {
    desk.ok("new Printer -m Jammed");
    let before = desk.ok("export jsonl");
    let reject = |n: u8| format!("--rejects {}", desk.path(&format!("rejects-{n}")).display());
    let import = |n: u8| {
        let ran =
            desk.run(&format!("import {format} {} {} --json", shell_words::quote(path), reject(n)));
        assert!(matches!(ran.code, 0 | 7), "{format} {path}\n{}{}", ran.stdout, ran.stderr);
        serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap()["data"].clone()
    };
    let first = import(1);
    let change = first["change"].as_str().unwrap_or_else(|| panic!("{path}: {first}"));
    let after = desk.ok("export jsonl");
    assert_ne!(before, after, "{path}");
    let again = import(2);
    assert_eq!(again["change"], serde_json::Value::Null, "{path}: {again}");
    assert_eq!((&again["added"], &again["updated"]), (&0.into(), &0.into()), "{path}");
    assert_eq!(desk.ok("export jsonl"), after, "{path}");
    desk.ok(&format!("undo {change}"));
    assert_eq!(desk.ok("export jsonl"), before, "{path}");
    first["added"].as_u64().unwrap()
}

/// Imports a place, which `auto` takes for `format`, and again, which changes nothing; takes it back,
/// which leaves everything as it was before. What the first import said is given back.
pub(crate) fn settles(format: &str, path: &Path) -> String {
    let desk = Desk::new();
    desk.ok("new Something");
    let (before, path) = (desk.ok("export jsonl"), path.display().to_string());
    let import = |how: &str, n: u8| desk.run(&format!("import {how} {path} --rejects rejects-{n}"));
    let first = import("auto", 1);
    assert!(matches!(first.code, 0 | 7), "{path}: {}", first.stderr);
    assert!(first.stderr.contains(&format!(" is taken for {format}\n")), "{}", first.stderr);
    let after = desk.ok("export jsonl");
    assert_ne!(before, after, "{path}");
    let again = import(format, 2);
    assert!(again.stdout.starts_with("✓ 0 tickets added, 0 messages"), "{}", again.stdout);
    assert_eq!(desk.ok("export jsonl"), after, "{path}");
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), before, "{path}");
    first.stdout
}
