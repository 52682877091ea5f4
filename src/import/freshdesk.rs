//! Freshdesk tickets: what version 2 of the API answers, and version 1, which says it otherwise.
//!
//! Agents, contacts and conversations may stand in files of their own, so a place is read twice:
//! what tickets refer to first, then the tickets one at a time.

use std::collections::HashMap;

use serde_json::Value;

use super::auto::Sample;
use super::fields::{Object, claim, word};
use super::lists::{self, Found, Shape};
use super::roster::Roster;
use super::{Item, Options, Place, Sink, Source, each, give};
use crate::domain::person::Person;
use crate::error::{Error, Result};
use crate::view::Rejected;

mod conversation;
#[cfg(test)]
mod tests;
mod ticket;

const BESIDE: Shape = Shape {
    lists: &["agents", "contacts", "companies"],
    inside: &["response"],
    skip: &["tickets", "results", "helpdesk_tickets"],
};
const TICKETS: Shape = Shape {
    lists: &["tickets", "results", "helpdesk_tickets", "helpdesk_ticket"],
    inside: &["response"],
    skip: &["agents", "contacts", "companies"],
};

/// What tickets refer to, by its numbers.
#[derive(Default)]
struct Beside {
    agents: Roster,
    contacts: Roster,
    companies: HashMap<String, String>,
    /// Conversations by the number of the ticket, and whether one came to take them.
    conversations: HashMap<String, Vec<Object>>,
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
    let mut known = std::collections::HashSet::new();
    each(&place, sink, |source, sink| {
        let mut any = false;
        lists::each(source, &TICKETS, &mut |found| {
            any |= record(found, &beside, &mut known, (options, sink))?;
            Ok(())
        })?;
        if any { Ok(()) } else { Err(nothing(source)) }
    })?;
    let lost = beside.conversations.iter().filter(|(ticket, _)| !known.contains(*ticket));
    let lost: usize = lost.map(|(_, said)| said.len()).sum();
    (0..lost).try_for_each(|_| sink(Item::Skipped("conversations without a ticket".to_owned())))
}

/// Does a sample look like Freshdesk's?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    let is = |names: &[&str]| {
        ["", "[].", "tickets[].", "results[].", "helpdesk_ticket.", "[].helpdesk_ticket."]
            .iter()
            .any(|before| names.iter().all(|name| sample.keys.contains(&format!("{before}{name}"))))
    };
    is(&["subject", "responder_id", "requester_id"])
        || is(&["subject", "description_text", "source"])
        || is(&["helpdesk_ticket"])
        || is(&["body_text", "private", "incoming"])
        || is(&["ticket_scope", "occasional", "contact"])
}

fn nothing(source: &Source) -> Error {
    let error = Error::not_found(format!("{} holds no Freshdesk tickets", source.name()));
    error.hint("what /api/v2/tickets answers is read, also one ticket with its conversations")
}

impl Beside {
    fn take(&mut self, list: &str, object: Object) {
        let has = |name: &str| object.contains_key(name);
        let id = word(&object, "id").unwrap_or_default();
        if list == "agents" || has("ticket_scope") || has("occasional") {
            let contact = object.get("contact").and_then(Value::as_object);
            let user = contact.or_else(|| object.get("user")?.as_object()).unwrap_or(&object);
            self.agents.add(id, person(user), Some(true));
        } else if list == "companies" {
            self.companies.extend(word(&object, "name").map(|name| (id, name)));
        } else if let Some(ticket) =
            word(&object, "ticket_id").filter(|_| has("body") || has("body_text"))
        {
            self.conversations.entry(ticket).or_default().push(object);
        } else if list == "contacts" || has("name") && has("email") && !has("subject") {
            let agent = claim(&object, "helpdesk_agent") == Some(true);
            let of = if agent { &mut self.agents } else { &mut self.contacts };
            of.add(id, person(&object), Some(agent));
        }
    }

    /// Who bears a number: of those who answer if `ours`, else of those who ask.
    fn person(&self, id: Option<&str>, ours: bool) -> Option<Person> {
        let (first, second) =
            if ours { (&self.agents, &self.contacts) } else { (&self.contacts, &self.agents) };
        let known = first.get(id?).or_else(|| second.get(id?));
        known.map(|member| member.person.clone()).or_else(|| first.person(id))
    }
}

fn person(object: &Object) -> Option<Person> {
    Person::new(word(object, "name").as_deref(), word(object, "email").as_deref())
}

/// Hands a record over; true when the file is one of Freshdesk's because of it.
fn record(
    found: Found<'_>,
    beside: &Beside,
    known: &mut std::collections::HashSet<String>,
    (options, sink): (&Options, &mut Sink<'_>),
) -> Result<bool> {
    let reject = |reason: &str| {
        let reason = reason.to_owned();
        Item::Rejected(Rejected { place: found.place.clone(), reason })
    };
    let object = match found.value {
        Ok(Value::Object(object)) => object,
        Ok(_) => return sink(reject("it is no ticket")).map(|()| !found.list.is_empty()),
        Err(e) => return sink(reject(&e.to_string())).map(|()| false),
    };
    let has = |name: &str| object.contains_key(name);
    let ticket = has("subject") || has("requester_id") && has("status");
    if !ticket {
        return if found.list.is_empty() {
            Ok(has("body") || has("ticket_scope") || has("email") || has("total"))
        } else {
            sink(reject("it has no `subject`")).map(|()| true)
        };
    }
    for (name, reason) in [("deleted", "deleted tickets"), ("spam", "spam")] {
        if claim(&object, name) == Some(true) {
            return sink(Item::Skipped(reason.to_owned())).map(|()| true);
        }
    }
    known.extend(word(&object, "id"));
    give(ticket::draft(&object, beside, options), || found.place, sink)?;
    Ok(true)
}
