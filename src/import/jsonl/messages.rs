//! The conversation on a line.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ticket::{person, word};
use crate::domain::draft::Posting;
use crate::domain::event::{Attachment, FILE_MAX, Origin, Wording, body_of, size_in_words};
use crate::domain::ids::{Hash, Number, Timestamp};
use crate::domain::person::Person;
use crate::domain::words::{By, MessageKind};
use crate::error::{Error, Result};
use crate::import::fields::{Object, some, text, time};

/// The messages of a ticket numbered `ticket`; a description that is none of them becomes the first.
///
/// # Errors
/// Exit 4, saying which message cannot be read and why.
pub(super) fn read(
    fields: &Object,
    ticket: Option<Number>,
    requester: Option<&Person>,
    created_at: Option<Timestamp>,
) -> Result<Vec<Posting>> {
    let values = match some(fields, &["messages"]) {
        Some((_, Value::Array(values))) => values.as_slice(),
        None | Some((_, Value::Number(_))) => &[],
        Some(_) => return Err(Error::invalid("`messages` is neither a list nor a count")),
    };
    let mut postings = Vec::with_capacity(values.len() + 1);
    let mut numbers = BTreeSet::new();
    for (index, value) in values.iter().enumerate() {
        let posting = posting(value, ticket, requester).map_err(|e| {
            Error::invalid(format!("message {} cannot be read", index + 1)).because(e)
        })?;
        if posting.number.is_some_and(|number| !numbers.insert(number)) {
            return Err(Error::invalid(format!("message {} has the number of another", index + 1)));
        }
        postings.push(posting);
    }
    let body = body_of(&text(fields, &["description"])?.unwrap_or_default())?;
    if !body.is_empty() && postings.iter().all(|posting: &Posting| posting.wording.body != body) {
        postings.insert(0, described(body, requester, created_at));
    }
    in_order(&mut postings);
    Ok(postings)
}

/// The description, in the requester's name.
pub(super) fn described(
    body: String,
    requester: Option<&Person>,
    created_at: Option<Timestamp>,
) -> Posting {
    let author = requester.cloned().unwrap_or_else(unknown);
    Posting { created_at, ..Posting::new(MessageKind::Reply, author, By::Requester, body) }
}

fn unknown() -> Person {
    Person { name: Some("unknown".to_owned()), email: None }
}

fn posting(value: &Value, ticket: Option<Number>, requester: Option<&Person>) -> Result<Posting> {
    let Value::Object(fields) = value else { return Err(Error::invalid("it is not an object")) };
    let kind = word(fields, "kind")?.unwrap_or(MessageKind::Reply);
    let author = person(fields, "author")?.or_else(|| requester.cloned()).unwrap_or_else(unknown);
    let by = match requester {
        _ if kind == MessageKind::Note => By::Us,
        Some(requester) if !requester.same(&author) => By::Other,
        _ => By::Requester,
    };
    let body = text(fields, &["body"])?.ok_or_else(|| Error::invalid("it has no `body`"))?;
    Ok(Posting {
        number: number(fields, "id", ticket)?,
        kind,
        author,
        by: word(fields, "by")?.unwrap_or(by),
        wording: Wording { body: body_of(&body)?, edited_at: time(fields, &["edited_at"])? },
        reference: text(fields, &["ref"])?,
        created_at: time(fields, &["created_at"])?,
        to: people(fields)?,
        answers: number(fields, "answers", ticket)?,
        origin: origin(fields)?,
        attachments: attachments(fields)?,
        automatic: automatic(fields)?,
    })
}

/// Did a machine write it on its own?
fn automatic(fields: &Object) -> Result<bool> {
    match some(fields, &["automatic"]) {
        None => Ok(false),
        Some((_, Value::Bool(automatic))) => Ok(*automatic),
        Some(_) => Err(Error::invalid("`automatic` is neither true nor false")),
    }
}

/// Whom a message is for.
fn people(fields: &Object) -> Result<Vec<Person>> {
    let wrong = || Error::invalid("`to` is not a list of people");
    match some(fields, &["to"]) {
        None => Ok(Vec::new()),
        Some((_, Value::Array(values))) => {
            values.iter().map(|value| value.as_str().ok_or_else(wrong)?.parse()).collect()
        }
        Some(_) => Err(wrong()),
    }
}

/// The files of a message. Where their bytes are here, they must be what is said of them.
fn attachments(fields: &Object) -> Result<Vec<Attachment>> {
    let wrong = || Error::invalid("`attachments` is not a list of files with name, size and hash");
    match some(fields, &["attachments"]) {
        None => Ok(Vec::new()),
        Some((_, Value::Array(values))) => {
            values.iter().map(|value| attachment(value.as_object().ok_or_else(wrong)?)).collect()
        }
        Some(_) => Err(wrong()),
    }
}

fn attachment(file: &Object) -> Result<Attachment> {
    let wrong = || Error::invalid("a file has no name, or neither `data` nor size and hash");
    let name = text(file, &["name"])?.ok_or_else(wrong)?;
    let said = (word::<Hash>(file, "hash")?, file.get("size").and_then(Value::as_u64));
    let here = match some(file, &["data"]) {
        None => None,
        Some((_, Value::Object(data))) => {
            word(data, "hash")?.zip(data.get("size").and_then(Value::as_u64))
        }
        Some(_) => {
            return Err(Error::invalid(format!("the `data` of the file `{name}` is not base64")));
        }
    };
    let (hash, size) = here.map_or(said, |(hash, size)| (Some(hash), Some(size)));
    let (hash, size) = hash.zip(size).ok_or_else(wrong)?;
    if said.0.is_some_and(|said| said != hash) || said.1.is_some_and(|said| said != size) {
        return Err(Error::invalid(format!(
            "the `data` of the file `{name}` is not what its hash and size say"
        )));
    }
    if here.is_some() && size > FILE_MAX {
        let (size, most) = (size_in_words(size), size_in_words(FILE_MAX));
        return Err(Error::invalid(format!(
            "the file `{name}` has {size}; a desk keeps up to {most}"
        )));
    }
    Ok(Attachment { name, hash, size, media: text(file, &["type"])? })
}

/// Where a message stood before it was moved.
fn origin(fields: &Object) -> Result<Option<Origin>> {
    let origin = match some(fields, &["origin"]) {
        None => return Ok(None),
        Some((_, Value::Object(origin))) => origin,
        Some(_) => return Err(Error::invalid("`origin` is not an object")),
    };
    let (ticket, number) = (word(origin, "ticket")?, word(origin, "message")?);
    let at = |(ticket, number)| Origin { ticket, number, moved_at: None };
    Ok(ticket.zip(number).map(at))
}

/// The number of a message of `ticket` under this name, such as the 3 in `42.3`.
fn number(fields: &Object, name: &'static str, ticket: Option<Number>) -> Result<Option<Number>> {
    let (Some(ticket), Some(id)) = (ticket, text(fields, &[name])?) else { return Ok(None) };
    let number = id
        .rsplit_once('.')
        .filter(|(of, _)| of.trim_start_matches('#').parse() == Ok(ticket))
        .and_then(|(_, number)| Number::parse_within(number, ticket));
    let wrong = || Error::invalid(format!("`{id}` is not a message of ticket {ticket}"));
    number.map(Some).ok_or_else(wrong)
}

/// Keeps messages of one second in the order of the file where their numbers say otherwise: a desk
/// knows milliseconds, files name whole seconds.
fn in_order(postings: &mut [Posting]) {
    let place = |posting: &Posting| posting.number.map(|number| (number.n, number.machine));
    for index in 1..postings.len() {
        let (before, rest) = postings.split_at_mut(index);
        let (Some(before), Some(after)) = (before.last(), rest.first_mut()) else { continue };
        let (Some(Timestamp(last)), Some(Timestamp(own))) = (before.created_at, after.created_at)
        else {
            continue;
        };
        let late = last.rem_euclid(1000) + i64::from(place(after) < place(before));
        if last.div_euclid(1000) == own.div_euclid(1000) && late < 1000 {
            after.created_at = Some(Timestamp(own - own.rem_euclid(1000) + late));
        }
    }
}
