//! Intercom conversations: what the API answers, and tables of a warehouse.
//!
//! People, and in tables everything that belongs to a conversation, stand beside it, so a place is
//! read twice. Tables of history hold a row a version, of which the active one counts.

use std::collections::HashMap;

use serde_json::Value;

use super::auto::Sample;
use super::fields::{Object, word};
use super::lists::{self, Found, Shape};
use super::roster::Roster;
use super::{Item, Options, Place, Sink, Source, each, give};
use crate::domain::person::Person;
use crate::error::{Error, Result};
use crate::view::Rejected;

mod conversation;
mod tables;
#[cfg(test)]
mod tests;

const BESIDE: Shape = Shape {
    lists: &["contacts", "users", "admins", "teams"],
    inside: &["response"],
    skip: &["conversations"],
};
const CONVERSATIONS: Shape = Shape {
    lists: &["conversations", "data"],
    inside: &["response"],
    skip: &["users", "admins", "teams"],
};

/// What conversations refer to, by its numbers.
#[derive(Default)]
struct Beside {
    contacts: Roster,
    admins: Roster,
    teams: HashMap<String, String>,
}

/// Reads the files of a place.
///
/// # Errors
/// Whatever `sink` returns; exit 4 when a file is broken, exit 3 when there are no conversations.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    if tables::are_in(place) {
        return tables::read(place, options, sink);
    }
    let place = place.only(|source| !place.many || source.ends_in(&["json", "jsonl", "ndjson"]));
    if place.sources.is_empty() {
        return Err(Error::not_found(format!("no .json file in {}", place.name)));
    }
    let mut beside = Beside::default();
    for source in &place.sources {
        lists::each(source, &BESIDE, &mut |found| {
            if let Ok(Value::Object(object)) = found.value {
                beside.take(found.list, &object);
            }
            Ok(())
        })?;
    }
    each(&place, sink, |source, sink| file(source, &beside, options, sink))
}

/// Does a sample look like Intercom's?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    let api = ["", "[].", "conversations[].", "data[]."].iter().any(|before| {
        let has = |name: &str| sample.keys.contains(&format!("{before}{name}"));
        has("conversation_parts")
            || has("conversation_message")
            || has("source") && has("waiting_since")
    });
    api || tables::suits(sample)
}

fn file(source: &Source, beside: &Beside, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let mut any = false;
    lists::each(source, &CONVERSATIONS, &mut |found| {
        any |= record(found, beside, options, sink)?;
        Ok(())
    })?;
    let error = || Error::not_found(format!("{} holds no Intercom conversations", source.name()));
    if any { Ok(()) } else { Err(error()) }
}

fn record(
    found: Found<'_>,
    beside: &Beside,
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<bool> {
    let place = found.place;
    let mut reject =
        |reason: String| sink(Item::Rejected(Rejected { place: place.clone(), reason }));
    let object = match found.value {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Ok(false),
        Err(e) => return reject(e.to_string()).map(|()| false),
    };
    if !conversation::is_one(&object) {
        let named = ["role", "email", "pages", "total_count", "team_ids"];
        return Ok(named.iter().any(|name| object.contains_key(*name)));
    }
    give(conversation::draft(&object, beside, options), || place, sink)?;
    Ok(true)
}

impl Beside {
    fn take(&mut self, list: &str, object: &Object) {
        let id = word(object, "id").unwrap_or_default();
        let kind = word(object, "type").unwrap_or_default();
        match (list, kind.as_str()) {
            ("teams", _) | (_, "team") => {
                self.teams.extend(word(object, "name").map(|name| (id, name)));
            }
            ("admins", _) | (_, "admin") => self.admins.add(id, person(object), Some(true)),
            ("contacts" | "users", _) | (_, "contact" | "user" | "lead") => {
                self.contacts.add(id, person(object), Some(false));
            }
            _ => {}
        }
    }

    /// Who is named by an object with a kind and a number.
    fn author(&self, author: &Object) -> Option<Person> {
        let of = if is_ours(author) { &self.admins } else { &self.contacts };
        let id = word(author, "id");
        let known = id.as_deref().and_then(|id| of.get(id)).map(|member| member.person.clone());
        let kind = word(author, "type").filter(|kind| kind == "bot");
        let bot = || kind.map(|kind| Person { name: Some(kind), email: None });
        known.or_else(|| person(author)).or_else(bot).or_else(|| of.person(id.as_deref()))
    }
}

/// Is it one of us, or a program of ours?
fn is_ours(author: &Object) -> bool {
    matches!(word(author, "type").as_deref(), Some("admin" | "team" | "bot"))
}

fn person(object: &Object) -> Option<Person> {
    Person::new(word(object, "name").as_deref(), word(object, "email").as_deref())
}
