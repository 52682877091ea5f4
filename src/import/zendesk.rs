//! Zendesk tickets: what the API answers, page by page or recorded, and tables of a warehouse.
//!
//! Comments, users, groups and organizations may stand beside the tickets, before or after them, so
//! a place is read twice: what tickets refer to first, then the tickets one at a time.

use serde_json::Value;

use super::auto::Sample;
use super::fields::Object;
use super::lists::{self, Found, Shape};
use super::{Item, Options, Place, Sink, Source, each, give};
use crate::error::{Error, Result};
use crate::view::Rejected;
use beside::Beside;

mod beside;
mod comments;
mod tables;
#[cfg(test)]
mod tests;
mod ticket;

/// Lists that tickets refer to.
const BESIDE: Shape = Shape {
    lists: &["users", "user", "groups", "organizations", "audits", "ticket_audits", "metric_sets"],
    inside: &["response"],
    skip: &["tickets", "results"],
};
/// Lists of tickets.
const TICKETS: Shape =
    Shape { lists: &["tickets", "results"], inside: &["response"], skip: BESIDE.lists };

/// Reads the files of a place.
///
/// # Errors
/// Whatever `sink` returns; exit 4 when a file is broken, exit 3 when there are no tickets.
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
                beside.take(found.list, &object, found.asked);
            }
            Ok(())
        })?;
    }
    each(&place, sink, |source, sink| file(source, &beside, options, sink))?;
    let unnamed = beside.unnamed;
    (0..unnamed).try_for_each(|_| sink(Item::Skipped("comments without a ticket".to_owned())))
}

/// Does a sample look like Zendesk's?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    const TICKET: [&[&str]; 3] = [
        &["subject", "requester_id", "via", "status"],
        &["subject", "requester_id", "submitter_id"],
        &["raw_subject", "requester_id"],
    ];
    let around = ["", "[].", "tickets[].", "results[].", "ticket.", "[].ticket."];
    let recorded = ["[].response.tickets[].", "[].response.ticket.", "response.tickets[]."];
    let is = |before: &&str| {
        TICKET
            .iter()
            .any(|keys| keys.iter().all(|key| sample.keys.contains(&format!("{before}{key}"))))
    };
    let pages = || sample.has(&["[].request", "[].response"]) && sample.head.contains("/api/v2/");
    around.iter().chain(&recorded).any(is)
        || pages() && sample.head.contains("zendesk")
        || tables::suits(sample)
}

fn file(source: &Source, beside: &Beside, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let mut any = false;
    lists::each(source, &TICKETS, &mut |found| {
        any |= record(found, beside, options, sink)?;
        Ok(())
    })?;
    if any {
        return Ok(());
    }
    let error = Error::not_found(format!("{} holds no Zendesk tickets", source.name()));
    Err(error
        .hint("what the API answers is read: `tickets`, `ticket`, pages and recordings of them"))
}

/// Hands a record over; true when the file is one of Zendesk's because of it.
fn record(
    found: Found<'_>,
    beside: &Beside,
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<bool> {
    let reject = |reason: String| Item::Rejected(Rejected { place: found.place.clone(), reason });
    let mut object = match found.value {
        Ok(Value::Object(object)) => object,
        Ok(_) => {
            return sink(reject("it is no ticket".to_owned())).map(|()| !found.list.is_empty());
        }
        Err(e) => return sink(reject(e.to_string())).map(|()| false),
    };
    if let Some(Value::Object(ticket)) = object.remove("ticket") {
        object = around(ticket, object);
    } else if found.list.is_empty() && !ticket::is_one(&object) {
        // What stands around lists, and the answers to other questions.
        let known = beside::KEYS.iter().any(|key| object.contains_key(*key));
        return Ok(known);
    }
    if found.list == "results" && object.get("result_type").is_some_and(|kind| kind != "ticket") {
        return sink(Item::Skipped("search results that are no tickets".to_owned())).map(|()| true);
    }
    if let Some(reason) = ticket::no_ticket(&object) {
        return sink(Item::Skipped(reason.to_owned())).map(|()| true);
    }
    give(ticket::draft(&object, beside, options), || found.place, sink)?;
    Ok(true)
}

/// A ticket with the comments and audits that stand beside it.
fn around(mut ticket: Object, mut object: Object) -> Object {
    for name in ["comments", "audits", "audit", "metric_set"] {
        if let Some(value) = object.remove(name) {
            ticket.entry(name).or_insert(value);
        }
    }
    ticket
}
