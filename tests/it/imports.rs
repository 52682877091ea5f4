//! Other tools' files through the whole program.

use std::path::{Path, PathBuf};

use crate::desk::Desk;

mod csv;
mod jira;
mod trello;

/// Imports a file into a desk that holds a ticket already: the second time changes nothing, and undo
/// gives back what was there, byte for byte.
pub(crate) fn comes_and_goes(desk: &Desk, format: &str, file: &str) {
    desk.ok("new Mine -m 'It was here before.'");
    let before = desk.ok("export jsonl");
    let import = format!("import {format} {}", shell_words::quote(file));
    desk.ok(&import);
    let after = desk.ok("export jsonl");
    assert_ne!(before, after, "{file}");
    desk.ok(&import);
    assert_eq!(desk.ok("export jsonl"), after, "{file}: the second import changed something");
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), before, "{file}: undo left something");
}

/// A real file, where those are at hand.
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
        comes_and_goes(&Desk::new(), format, &path.to_string_lossy());
    }
}
