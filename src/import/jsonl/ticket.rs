//! A line's fields into a draft.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde_json::Value;

use super::messages;
use crate::domain::draft::Draft;
use crate::domain::event::{Link, Opening, label_of};
use crate::domain::ids::{Number, Uid, is_source};
use crate::domain::person::Person;
use crate::domain::words::{LinkKind, Resolution, State, Status};
use crate::error::{Error, Result};
use crate::import::fields::{Object, below, some, text, time, title as import_title};

/// The draft of a ticket, out of its `fields`; the bytes of `line` are its identity where it has no
/// other, so that a second import meets it.
///
/// # Errors
/// Exit 4, saying which field cannot be read.
pub(super) fn draft(fields: &Object, line: &[u8]) -> Result<Draft> {
    let title = text(fields, &["title"])?.ok_or_else(|| Error::invalid("it has no title"))?;
    let (title, whole) = import_title(&title);
    let number = some(fields, &["id"]).map(|_| number(fields)).transpose()?;
    let uid = match word::<Uid>(fields, "uid")? {
        Some(Uid::DESK) => return Err(Error::invalid("`uid` is nobody's")),
        Some(uid) => uid,
        None => Uid::of_source(&format!("jsonl:{}", String::from_utf8_lossy(line))),
    };
    let created_at = time(fields, &["created_at"])?;
    let mut opening = opening(fields, &title)?;
    let mut messages = messages::read(fields, number, opening.requester.as_ref(), created_at)?;
    match (messages.first_mut(), &whole) {
        (Some(first), _) => first.wording.body = below(whole.as_deref(), &first.wording.body),
        (None, Some(title)) => {
            let requester = opening.requester.as_ref();
            messages.push(messages::described(title.clone(), requester, created_at));
        }
        (None, None) => {}
    }
    let state = state(fields)?;
    // A ticket opens before it is closed; when that was is only known if the line says it.
    let (opened, state) = match state.closed_at {
        Some(_) => (State::of(Status::Open), Some(state)),
        None => (state, None),
    };
    opening.state = opened;
    Ok(Draft {
        uid: Some(uid),
        number,
        opening,
        created_at,
        state,
        messages,
        says: crate::domain::draft::Says::ALL,
    })
}

/// The number in `id`, written as text or as a number.
fn number(fields: &Object) -> Result<Number> {
    let id = text(fields, &["id"])?.unwrap_or_default();
    id.trim().trim_start_matches('#').parse()
}

fn opening(fields: &Object, title: &str) -> Result<Opening> {
    let base = Opening::new(title)?;
    Ok(Opening {
        priority: word(fields, "priority")?.unwrap_or(base.priority),
        channel: word(fields, "channel")?.unwrap_or(base.channel),
        labels: set(fields, "labels", label_of)?,
        refs: set(fields, "refs", reference)?,
        assignee: person(fields, "assignee")?,
        requester: person(fields, "requester")?,
        customer: text(fields, &["customer"])?.filter(|text| !text.is_empty()),
        tier: text(fields, &["tier"])?.filter(|text| !text.is_empty()),
        due_at: time(fields, &["due_at"])?,
        snoozed_until: time(fields, &["snoozed_until"])?,
        merged: links(fields, "merged-into")?.into_iter().next(),
        links: linked(fields)?,
        fields: custom(fields)?,
        updated_at: time(fields, &["updated_at"])?,
        ..base
    })
}

fn state(fields: &Object) -> Result<State> {
    let status = word(fields, "status")?.unwrap_or(Status::New);
    let resolution = word(fields, "resolution")?;
    let closed_at = time(fields, &["closed_at"])?;
    if status == Status::Closed {
        let resolution = Some(resolution.unwrap_or(Resolution::Solved));
        return Ok(State { status, resolution, closed_at });
    }
    match (resolution, closed_at) {
        (None, None) => Ok(State::of(status)),
        (Some(_), _) => Err(Error::invalid(format!("a ticket that is {status} has no resolution"))),
        (None, _) => Err(Error::invalid(format!("a ticket that is {status} has no `closed_at`"))),
    }
}

/// The value of a field that is written as one word or phrase.
pub(super) fn word<T: FromStr<Err = Error>>(
    fields: &Object,
    name: &'static str,
) -> Result<Option<T>> {
    text(fields, &[name])?.map(|text| text.parse()).transpose()
}

/// Someone, written as text or as an object of name and address.
pub(super) fn person(fields: &Object, name: &'static str) -> Result<Option<Person>> {
    match some(fields, &[name]) {
        Some((_, Value::Object(person))) => {
            let (name, email) = (text(person, &["name"])?, text(person, &["email"])?);
            Ok(Person::new(name.as_deref(), email.as_deref()))
        }
        _ => Ok(text(fields, &[name])?.and_then(|text| text.parse().ok())),
    }
}

fn set(
    fields: &Object,
    name: &'static str,
    read: impl Fn(&str) -> Result<String>,
) -> Result<BTreeSet<String>> {
    let wrong = || Error::invalid(format!("`{name}` is not a list of texts"));
    match some(fields, &[name]) {
        None => Ok(BTreeSet::new()),
        Some((_, Value::Array(values))) => {
            values.iter().map(|value| read(value.as_str().ok_or_else(wrong)?)).collect()
        }
        Some(_) => Err(wrong()),
    }
}

/// The tickets that this one has to do with, as it says itself: what others say of it stands with
/// them.
fn linked(fields: &Object) -> Result<BTreeSet<Link>> {
    let mut linked = BTreeSet::new();
    for kind in LinkKind::ALL {
        let to = links(fields, kind.word())?;
        linked.extend(to.into_iter().map(|to| Link { kind: *kind, to }));
    }
    Ok(linked)
}

/// The identities in `links` under this kind.
fn links(fields: &Object, kind: &str) -> Result<Vec<Uid>> {
    let wrong = || Error::invalid("`links` is not a list of links");
    let values = match some(fields, &["links"]) {
        None => return Ok(Vec::new()),
        Some((_, Value::Array(values))) => values,
        Some(_) => return Err(wrong()),
    };
    let mut uids = Vec::new();
    for value in values {
        let link = value.as_object().ok_or_else(wrong)?;
        if text(link, &["kind"])?.as_deref() == Some(kind) {
            uids.push(word(link, "uid")?.ok_or_else(wrong)?);
        }
    }
    Ok(uids)
}

fn reference(text: &str) -> Result<String> {
    if is_source(text) {
        return Ok(text.to_owned());
    }
    Err(Error::invalid(format!("`{text}` is not a reference"))
        .because("references look like github:owner/repo#1"))
}

fn custom(fields: &Object) -> Result<BTreeMap<String, String>> {
    let values = match some(fields, &["fields"]) {
        None => return Ok(BTreeMap::new()),
        Some((_, Value::Object(values))) => values,
        Some(_) => return Err(Error::invalid("`fields` is not an object")),
    };
    let field = |(name, value): (&String, &Value)| match value {
        Value::Null => None,
        Value::String(text) => Some(Ok((name.clone(), text.clone()))),
        Value::Bool(_) | Value::Number(_) => Some(Ok((name.clone(), value.to_string()))),
        _ => Some(Err(Error::invalid(format!("the field `{name}` is not text")))),
    };
    values.iter().filter_map(field).collect()
}
