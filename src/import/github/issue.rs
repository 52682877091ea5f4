//! An issue into a draft.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use serde_json::Value;

use super::people::{author, is_ours, named, person};
use super::{comments, labels, names};
use crate::domain::draft::{Draft, Posting, Says};
use crate::domain::event::{Opening, body_of};
use crate::domain::ids::{Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::words::{By, Channel, MessageKind, Priority, Resolution, State, Status};
use crate::error::{Error, Result};
use crate::import::fields::{Object, below, items, some, text, time, title};
use crate::import::times;

/// The draft of `issue` on `repo`.
///
/// # Errors
/// Exit 4, saying what cannot be read.
pub(super) fn draft(issue: &Object, repo: &str) -> Result<Draft> {
    let number = number(issue)?;
    let reference = format!("github:{repo}#{number}");
    let Some(whole) = issue.get("title") else {
        return Err(Error::invalid(format!("issue #{number} has no title")));
    };
    let (title, whole) = title(&one_line(whole)?);
    let mut dates = Dates::of(issue)?;
    let (author, by) = (author(issue), if is_ours(issue) { By::Us } else { By::Requester });
    let replies = comments::read(issue, &reference, author.as_ref(), dates.created)?;
    dates.complete(&replies);
    let mut opening = opening(issue, &title)?;
    opening.refs.insert(reference.clone());
    opening.requester.clone_from(&author);
    opening.updated_at = dates.updated;
    let due = text(issue, &["due_date"])?.unwrap_or_default();
    opening.due_at = times::due(&due, chrono_tz::Tz::UTC);
    let author = author.unwrap_or_else(|| named("unknown"));
    let body = description(issue, whole.as_deref())?;
    let mut messages = vec![Posting {
        reference: Some(reference.clone()),
        created_at: dates.created,
        ..Posting::new(MessageKind::Reply, author, by, body)
    }];
    messages.extend(replies);
    let state = ending(issue, &opening.labels, &dates)?;
    let uid = Some(Uid::of_source(&reference));
    let says = says(issue);
    Ok(Draft { uid, number: None, opening, created_at: dates.created, state, messages, says })
}

/// What the issue speaks of: `gh issue list --json` gives only the fields that were asked for.
fn says(issue: &Object) -> Says {
    let sources: [(&[&str], &[&str]); 5] = [
        (&["description"], &["body"]),
        (&["labels", "priority"], &["labels"]),
        (&["status"], &["state", "closed", "closed_at", "closedAt"]),
        (&["assignee"], &["assignee", "assignees"]),
        (&["requester"], &["user", "author"]),
    ];
    let silent =
        sources.iter().filter(|(_, keys)| keys.iter().all(|key| !issue.contains_key(*key)));
    Says::ALL.without(silent.flat_map(|(names, _)| names.iter().copied()))
}

/// The moments that an issue names.
struct Dates {
    created: Option<Timestamp>,
    updated: Option<Timestamp>,
    closed: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl Dates {
    fn of(issue: &Object) -> Result<Self> {
        let moment = |names: &[&'static str]| -> Result<Option<Timestamp>> {
            // Go programs write the year 1 where there is no time.
            Ok(time(issue, names)?.filter(|at| at.utc().year() > 1))
        };
        Ok(Self {
            created: moment(&["created_at", "createdAt"])?,
            updated: moment(&["updated_at", "updatedAt"])?,
            closed: moment(&["closed_at", "closedAt"])?,
            last: None,
        })
    }

    /// Fills in what follows from the rest: the earliest trace of an issue is nearer to its
    /// beginning than the day of the import is.
    fn complete(&mut self, replies: &[Posting]) {
        let said = || replies.iter().filter_map(|reply| reply.created_at);
        let traces = said().chain(self.updated).chain(self.closed);
        self.last = said().max();
        self.created = self.created.or_else(|| traces.min());
    }
}

/// The issue's number, if need be out of its address.
pub(super) fn number(issue: &Object) -> Result<u64> {
    let read = |value: &Value| match value {
        Value::String(digits) => digits.trim().trim_start_matches('#').parse().ok(),
        value => value.as_u64(),
    };
    let number = match some(issue, &["number"]) {
        Some((_, value)) => read(value)
            .ok_or_else(|| Error::invalid(format!("`number` is not a number: `{value}`")))?,
        None => names::issue_address(issue).map_or(0, |address| address.number),
    };
    if number == 0 { Err(Error::invalid("it has no number")) } else { Ok(number) }
}

/// A title without line ends; one that is empty says so.
fn one_line(title: &Value) -> Result<String> {
    let text = match title {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(Error::invalid("`title` is not text")),
    };
    let text = text.trim();
    Ok(if text.is_empty() { "(no title)".to_owned() } else { text.to_owned() })
}

/// The text of the issue, below its title where that was cut.
fn description(issue: &Object, title: Option<&str>) -> Result<String> {
    let body = comments::with_files(issue, text(issue, &["body"])?.unwrap_or_default());
    body_of(&below(title, &body))
}

fn opening(issue: &Object, title: &str) -> Result<Opening> {
    let labels = labels::labels(&items(issue, "labels"));
    let (assignee, fields) = assigned(issue);
    Ok(Opening {
        state: State::of(Status::Open),
        priority: labels::priority(&labels).unwrap_or(Priority::Normal),
        channel: Channel::Web,
        labels,
        assignee,
        fields,
        ..Opening::new(title)?
    })
}

/// Who works on the issue, and the fields that only GitHub knows.
fn assigned(issue: &Object) -> (Option<Person>, BTreeMap<String, String>) {
    let mut fields = BTreeMap::new();
    let people: Vec<Person> = items(issue, "assignees").into_iter().filter_map(person).collect();
    if people.len() > 1 {
        let names: Vec<&str> = people.iter().map(Person::short).collect();
        fields.insert("assignees".to_owned(), names.join(", "));
    }
    let milestone = issue.get("milestone").map(|value| value.get("title").unwrap_or(value));
    let words = milestone.and_then(Value::as_str).unwrap_or_default().split_whitespace();
    let milestone = words.collect::<Vec<_>>().join(" ");
    if !milestone.is_empty() {
        fields.insert("milestone".to_owned(), milestone);
    }
    if let Some(url) = names::page(issue) {
        fields.insert("url".to_owned(), url);
    }
    let one = || issue.get("assignee").and_then(person);
    (people.into_iter().next().or_else(one), fields)
}

/// How a closed issue ended; none for an open one.
fn ending(issue: &Object, labels: &BTreeSet<String>, dates: &Dates) -> Result<Option<State>> {
    let state = text(issue, &["state"])?.map(|state| state.to_lowercase());
    let closed = match state.as_deref() {
        Some("open") => false,
        Some("closed") => true,
        Some(other) => {
            return Err(Error::invalid(format!("`state` is neither open nor closed: `{other}`")));
        }
        None => issue.get("closed").and_then(Value::as_bool).unwrap_or(dates.closed.is_some()),
    };
    let reason = text(issue, &["state_reason", "stateReason"])?.unwrap_or_default().to_lowercase();
    let resolution = match reason.as_str() {
        _ if labels.iter().any(|label| label.to_lowercase() == "duplicate") => {
            Resolution::Duplicate
        }
        "duplicate" => Resolution::Duplicate,
        "not_planned" => Resolution::Wontfix,
        _ => Resolution::Solved,
    };
    let closed_at = dates.closed.or(dates.updated).or(dates.created).or(dates.last);
    let state = State { status: Status::Closed, resolution: Some(resolution), closed_at };
    Ok(closed.then_some(state))
}
