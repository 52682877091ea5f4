use super::*;

use crate::domain::draft::Draft;
use crate::domain::event::{BODY_MAX, Opening};
use crate::domain::ids::{Machine, Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::words::{By, Channel, Priority, Resolution, State, Status};
use crate::error::Kind;
use crate::store::{Author, Met, Store};

mod desk;
mod mapping;
mod shapes;
mod specimens;

/// Every item of `bytes`, as a file of this name.
fn items_as(name: &str, bytes: &[u8], repo: Option<&str>) -> Result<Vec<Item>> {
    let place = Place::bytes(name, bytes.to_vec().leak());
    let mut items = Vec::new();
    let options = Options { repo: repo.map(str::to_owned), ..Options::default() };
    read(&place, &options, &mut |item| {
        items.extend((!matches!(item, Item::Note(_))).then_some(item));
        Ok(())
    })?;
    Ok(items)
}

fn items(json: &str) -> Vec<Item> {
    items_as("issues", json.as_bytes(), None).unwrap()
}

fn drafts(json: &str) -> Vec<Draft> {
    let draft = |item| match item {
        Item::Draft(draft) => *draft,
        other => panic!("{other:?}"),
    };
    items(json).into_iter().map(draft).collect()
}

fn draft(fields: &str) -> Draft {
    let mut drafts = drafts(&format!(r#"{{"number":7,"title":"x",{fields}}}"#));
    assert_eq!(drafts.len(), 1, "{fields}");
    drafts.remove(0)
}

fn refs(json: &str) -> Vec<String> {
    drafts(json).iter().flat_map(|draft| draft.opening.refs.iter().cloned()).collect()
}

fn reasons(json: &str) -> Vec<String> {
    let reason = |item| match item {
        Item::Note(note) => note,
        Item::Rejected(rejected) => format!("{}: {}", rejected.place, rejected.reason),
        Item::Skipped(reason) => format!("skipped: {reason}"),
        other => panic!("{other:?}"),
    };
    items(json).into_iter().map(reason).collect()
}

fn at(text: &str) -> Timestamp {
    Timestamp::from_rfc3339(text).unwrap()
}

fn person(name: &str) -> Person {
    name.parse().unwrap()
}

/// A word of this many bytes, for limits.
fn long(bytes: usize) -> String {
    "x".repeat(bytes)
}

const ISSUE: &str = r#"{
    "html_url": "https://github.com/acme/app/issues/7", "id": 99, "number": 7,
    "title": "Crash on start", "state": "closed", "state_reason": "completed",
    "user": {"login": "ada", "id": 1, "type": "User"},
    "labels": [{"name": "bug"}, {"name": "P1"}], "milestone": {"title": "1.0"},
    "assignee": {"login": "bob"}, "assignees": [{"login": "bob"}, {"login": "cyd"}],
    "comments": 2, "author_association": "NONE", "body": "It crashes.\r\nAlways.\r\n",
    "created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-05T00:00:00Z",
    "closed_at": "2026-01-04T00:00:00Z", "reactions": {"total_count": 0}
}"#;
