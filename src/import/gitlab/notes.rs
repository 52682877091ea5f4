//! Notes: inside their issue, or in a file of their own that says whose they are.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::Value;

use super::people::People;
use crate::domain::words::MessageKind;
use crate::error::Result;
use crate::import::fields::{Object, moment, text};
use crate::import::record::Reply;
use crate::import::{Options, Source};

/// What a note says of the issue that it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Of {
    /// The number that people see.
    Number(u64),
    /// The number that no other issue of the site has.
    Id(u64),
    /// The number in the name of its file, where it says neither or neither is there.
    Named(u64),
}

/// The notes of a place that stand by themselves, and the issues that there are for them.
#[derive(Debug, Default)]
pub(super) struct Notes {
    notes: HashMap<Of, Vec<Rc<Object>>>,
    issues: BTreeSet<(u8, u64)>,
}

/// The numbers that an issue may be meant by: its own, that of its address, its id.
fn names(issue: &Object) -> Vec<Of> {
    let number = |name: &str| issue.get(name).and_then(Value::as_u64);
    let address = issue.get("web_url").and_then(Value::as_str).and_then(|url| {
        let (_, digits) = url.rsplit_once('/')?;
        digits.parse().ok()
    });
    let mut names: Vec<Of> = number("iid").map(Of::Number).into_iter().collect();
    names.extend(address.map(Of::Number).filter(|name| !names.contains(name)));
    names.extend(number("id").map(Of::Id));
    names.extend(number("iid").map(Of::Named));
    names
}

impl Of {
    fn key(self) -> (u8, u64) {
        match self {
            Of::Number(n) => (0, n),
            Of::Id(n) => (1, n),
            Of::Named(n) => (2, n),
        }
    }
}

/// The last number in the name of a file, or in that of the folder that it lies in.
fn number_in(source: &Source) -> Option<u64> {
    let mut parts = source.inside().rsplit('/').take(2);
    parts.find_map(|part| {
        let digits = part.split(|c: char| !c.is_ascii_digit());
        digits.filter_map(|digits| digits.parse().ok()).next_back()
    })
}

/// All that a note says of its issue, best first.
fn said(note: &Object, source: &Source) -> Vec<Of> {
    let number = |name: &str| note.get(name).and_then(Value::as_u64);
    let names = [
        number("noteable_iid").map(Of::Number),
        number("noteable_id").map(Of::Id),
        number_in(source).map(Of::Named),
    ];
    names.into_iter().flatten().collect()
}

impl Notes {
    /// Notes that an issue is there.
    pub(super) fn issue(&mut self, issue: &Object) {
        self.issues.extend(names(issue).into_iter().map(Of::key));
    }

    /// Keeps a note until its issue comes.
    pub(super) fn note(&mut self, note: Object, source: &Source) {
        let said = said(&note, source);
        let note = Rc::new(note);
        for of in said {
            self.notes.entry(of).or_default().push(Rc::clone(&note));
        }
    }

    /// Is the issue of a note there?
    pub(super) fn is_placed(&self, note: &Object, source: &Source) -> bool {
        said(note, source).into_iter().any(|of| self.issues.contains(&of.key()))
    }

    /// The notes of an issue that stand by themselves.
    pub(super) fn of(&self, issue: &Object) -> Vec<&Object> {
        let project = |object: &Object| object.get("project_id").and_then(Value::as_u64);
        let same = |note: &&Object| {
            project(note).is_none_or(|of| project(issue).is_none_or(|own| own == of))
        };
        for name in names(issue) {
            let elsewhere = |note: &&Object| matches!(name, Of::Named(_)) && self.is_known(note);
            let notes = self.notes.get(&name).into_iter().flatten().map(AsRef::as_ref);
            let notes: Vec<&Object> = notes.filter(same).filter(|it| !elsewhere(it)).collect();
            if !notes.is_empty() {
                return notes;
            }
        }
        Vec::new()
    }

    /// Does a note name an issue that is there by itself?
    fn is_known(&self, note: &Object) -> bool {
        let number = |name: &str| note.get(name).and_then(Value::as_u64);
        let names = [number("noteable_iid").map(Of::Number), number("noteable_id").map(Of::Id)];
        names.into_iter().flatten().any(|of| self.issues.contains(&of.key()))
    }
}

/// The notes inside an issue.
pub(super) fn inside(issue: &Object) -> Vec<&Object> {
    let lists = ["notes", "notes_data", "comments"].iter().filter_map(|name| issue.get(*name));
    let lists = lists.filter_map(Value::as_array).flatten().filter_map(Value::as_object);
    let discussions = issue.get("discussions").and_then(Value::as_array).into_iter().flatten();
    let discussed = discussions.filter_map(|it| it.get("notes")?.as_array()).flatten();
    lists.chain(discussed.filter_map(Value::as_object)).collect()
}

/// The messages that notes are, without those of the system.
///
/// # Errors
/// Exit 4 when a note cannot be read.
pub(super) fn replies(notes: &[&Object], people: &People, options: &Options) -> Result<Vec<Reply>> {
    let is = |note: &Object, name: &str| note.get(name) == Some(&Value::Bool(true));
    let mut replies: Vec<Reply> = Vec::new();
    let mut names = HashMap::new();
    for note in notes.iter().filter(|note| !is(note, "system")) {
        let at = moment(note, &["created_at"], options.zone)?;
        let body = text(note, &["body", "note"])?.unwrap_or_default();
        let mut reply = Reply::new(people.author(note), at, body);
        if is(note, "internal") || is(note, "confidential") {
            reply.kind = MessageKind::Note;
        }
        reply.name = name(note, &mut names)?;
        replies.push(reply);
    }
    Ok(replies)
}

/// What a note is called: by its moment, to the millisecond, since an export of a project does not
/// have the numbers that the API has. Of several at one moment each further one counts.
fn name(note: &Object, known: &mut HashMap<String, usize>) -> Result<Option<String>> {
    let Some(at) = text(note, &["created_at"])?.filter(|at| !at.trim().is_empty()) else {
        return Ok(text(note, &["id"])?.map(|id| format!("note-{id}")));
    };
    let utc = chrono::DateTime::parse_from_rfc3339(at.trim()).map(|at| at.to_utc());
    let at = utc.map_or(at, |utc| utc.format("%Y%m%dT%H%M%S%.3f").to_string());
    let fit: String = at.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    let count = known.entry(fit.clone()).or_default();
    *count += 1;
    Ok(Some(if *count == 1 { format!("note-{fit}") } else { format!("note-{fit}-{count}") }))
}
