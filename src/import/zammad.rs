//! Zammad tickets: lists and single tickets of the API, with the articles in or beside them.
//!
//! What a number means (states, priorities, groups, users) may stand beside the tickets, so a place
//! is read twice.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::auto::Sample;
use super::fields::{Object, word};
use super::lists::{self, Found, Shape};
use super::roster::Roster;
use super::{Item, Options, Place, Sink, Source, each, give};
use crate::domain::person::Person;
use crate::error::{Error, Result};
use crate::view::Rejected;

mod article;
#[cfg(test)]
mod tests;
mod ticket;

const BESIDE: Shape = Shape {
    lists: &[
        "User",
        "users",
        "Group",
        "TicketArticle",
        "ticket_articles",
        "TicketState",
        "TicketPriority",
    ],
    inside: &["assets", "json", "response"],
    skip: &["Ticket", "tickets"],
};
const TICKETS: Shape = Shape {
    lists: &["Ticket", "tickets"],
    inside: &["assets", "json", "response"],
    skip: BESIDE.lists,
};

/// What tickets refer to, by its numbers.
#[derive(Default)]
struct Beside {
    users: Roster,
    groups: HashMap<String, String>,
    states: HashMap<String, String>,
    priorities: HashMap<String, String>,
    articles: BTreeMap<String, Vec<Object>>,
}

/// Reads the files of a place.
///
/// # Errors
/// Whatever `sink` returns; exit 4 when a file is broken, exit 3 when there are no tickets.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let place = place.only(|source| !place.many || source.ends_in(&["json", "jsonl", "ndjson"]));
    if place.sources.is_empty() {
        return Err(Error::not_found(format!("no .json file in {}", place.name)));
    }
    let mut beside = Beside::default();
    for source in &place.sources {
        lists::each(source, &BESIDE, &mut |found| {
            if let Ok(Value::Object(object)) = found.value {
                beside.take(found.list, object);
            }
            Ok(())
        })?;
    }
    let mut known = HashSet::new();
    each(&place, sink, |source, sink| file(source, &beside, &mut known, (options, sink)))?;
    let lost = beside.articles.iter().filter(|(ticket, _)| !known.contains(*ticket));
    let lost: usize = lost.map(|(_, articles)| articles.len()).sum();
    (0..lost).try_for_each(|_| sink(Item::Skipped("articles without a ticket".to_owned())))
}

/// Does a sample look like Zammad's?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    ["", "[].", "tickets[].", "[].json.", "assets.Ticket."].iter().any(|before| {
        let has = |name: &str| sample.keys.contains(&format!("{before}{name}"));
        let ticket = has("number") && has("title") && (has("customer_id") || has("customer"));
        ticket
            && ["state_id", "state", "priority_id", "article_ids", "group_id"]
                .iter()
                .any(|it| has(it))
            || has("ticket_id") && has("sender") && has("internal") && has("content_type")
    }) || sample.keys.iter().any(|key| key.starts_with("assets.Ticket."))
}

fn file(
    source: &Source,
    beside: &Beside,
    known: &mut HashSet<String>,
    (options, sink): (&Options, &mut Sink<'_>),
) -> Result<()> {
    let mut any = false;
    lists::each(source, &TICKETS, &mut |found| {
        any |= record(found, beside, known, (options, sink))?;
        Ok(())
    })?;
    let error = || Error::not_found(format!("{} holds no Zammad tickets", source.name()));
    if any { Ok(()) } else { Err(error().hint("what /api/v1/tickets answers is read")) }
}

/// Hands a record over; true when the file is one of Zammad's because of it.
fn record(
    found: Found<'_>,
    beside: &Beside,
    known: &mut HashSet<String>,
    (options, sink): (&Options, &mut Sink<'_>),
) -> Result<bool> {
    let place = found.place;
    let mut reject =
        |reason: String| sink(Item::Rejected(Rejected { place: place.clone(), reason }));
    let object = match found.value {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Ok(false),
        Err(e) => return reject(e.to_string()).map(|()| false),
    };
    if let Some(text) = word(&object, "not_json") {
        let why = serde_json::from_str::<Value>(&text)
            .err()
            .map_or_else(String::new, |e| format!(": {e}"));
        return reject(format!("it is not JSON{why}")).map(|()| true);
    }
    let has = |name: &str| object.contains_key(name);
    if !has("title") || has("ticket_id") {
        return Ok(has("ticket_id") || has("state_type_id") || has("login"));
    }
    if !has("number") {
        // What asks for a ticket to be made or changed is none.
        if has("id") || has("state_id") {
            return reject("it has no `number`".to_owned()).map(|()| true);
        }
        return sink(Item::Skipped("requests".to_owned())).map(|()| true);
    }
    if ticket::is_removed(&object, beside) {
        return sink(Item::Skipped("removed tickets".to_owned())).map(|()| true);
    }
    known.extend(word(&object, "id"));
    let mut bytes = Vec::new();
    let draft = ticket::draft(&object, beside, options, &mut bytes);
    bytes.into_iter().try_for_each(|bytes| sink(Item::Bytes(bytes)))?;
    give(draft, || place, sink)?;
    Ok(true)
}

impl Beside {
    fn take(&mut self, list: &str, object: Object) {
        let has = |name: &str| object.contains_key(name);
        let named = || word(&object, "id").zip(word(&object, "name"));
        match list {
            "User" | "users" => self.user(&object),
            "Group" => self.groups.extend(named()),
            "TicketState" => self.states.extend(named()),
            "TicketPriority" => self.priorities.extend(named()),
            _ if has("ticket_id") && has("body") => {
                let ticket = word(&object, "ticket_id").unwrap_or_default();
                self.articles.entry(ticket).or_default().push(object);
            }
            _ if has("state_type_id") => self.states.extend(named()),
            _ if has("ui_icon") || has("ui_color") => self.priorities.extend(named()),
            _ if has("login") && has("email") => self.user(&object),
            _ => {}
        }
    }

    fn user(&mut self, user: &Object) {
        let names = [word(user, "firstname"), word(user, "lastname")];
        let name =
            names.into_iter().flatten().filter(|part| part != "-").collect::<Vec<_>>().join(" ");
        let email = word(user, "email");
        let person = Person::new(Some(&name), email.as_deref());
        let person = person.or_else(|| Person::new(word(user, "login").as_deref(), None));
        // The roles of a fresh system: admins are 1, agents 2, customers 3.
        let roles = user.get("role_ids").and_then(Value::as_array);
        let ours = roles.map(|roles| roles.iter().any(|role| matches!(role.as_u64(), Some(1 | 2))));
        if let Some(id) = word(user, "id") {
            self.users.add(id, person, ours);
        }
    }
}
