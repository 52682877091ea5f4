//! OTRS and Znuny tickets: what the web service answers, and articles with or without their ticket.
//!
//! An article bears the fields of its ticket, so one that stands alone is a ticket too. Articles
//! that stand beside tickets go to them by the number of the ticket.

use std::collections::BTreeMap;

use serde_json::Value;

use super::auto::Sample;
use super::fields::{Object, word};
use super::lists::{self, Found, Shape};
use super::{Item, Options, Place, Sink, Source, each};
use crate::error::{Error, Result};
use crate::view::Rejected;

mod article;
#[cfg(test)]
mod tests;
mod ticket;

const SHAPE: Shape =
    Shape { lists: &["Ticket", "Tickets", "tickets"], inside: &["Data"], skip: &[] };

/// A place while it is read.
#[derive(Default)]
struct Beside {
    /// Articles that stand alone, by the number of their ticket and by their own.
    articles: BTreeMap<String, BTreeMap<u64, Object>>,
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
        lists::each(source, &SHAPE, &mut |found| {
            if let Ok(Value::Object(object)) = found.value
                && let Some(ticket) = word(&object, "TicketID").filter(|_| article::is_one(&object))
            {
                beside.articles.entry(ticket).or_default().insert(article::number(&object), object);
            }
            Ok(())
        })?;
    }
    each(&place, sink, |source, sink| file(source, &mut beside, options, sink))?;
    for articles in std::mem::take(&mut beside.articles).into_values() {
        let Some(first) = articles.values().next().cloned() else { continue };
        let id = word(&first, "TicketID").unwrap_or_default();
        let articles: Vec<Object> = articles.into_values().collect();
        hand(&first, &articles, (options, format!("ticket {id}")), sink)?;
    }
    Ok(())
}

/// Does a sample look like theirs?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    ["", "[].", "Ticket[].", "Ticket.", "Tickets[].", "tickets[]."].iter().any(|before| {
        let has = |name: &str| sample.keys.contains(&format!("{before}{name}"));
        has("TicketNumber") && (has("StateType") || has("State") || has("Title") || has("Queue"))
    })
}

fn file(
    source: &Source,
    beside: &mut Beside,
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let mut any = false;
    lists::each(source, &SHAPE, &mut |found| {
        any |= record(found, beside, options, sink)?;
        Ok(())
    })?;
    let error = || Error::not_found(format!("{} holds no OTRS tickets", source.name()));
    if any {
        Ok(())
    } else {
        Err(error().hint("what TicketGet answers is read, with AllArticles=1"))
    }
}

/// Hands a ticket over; true when the file is one of theirs because of it.
fn record(
    found: Found<'_>,
    beside: &mut Beside,
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<bool> {
    let place = found.place;
    let mut reject =
        |reason: String| sink(Item::Rejected(Rejected { place: place.clone(), reason }));
    let object = match found.value {
        Ok(Value::Object(object)) => object,
        Ok(_) => return reject("it is no ticket".to_owned()).map(|()| false),
        Err(e) => return reject(e.to_string()).map(|()| false),
    };
    if article::is_one(&object) {
        return Ok(true);
    }
    let Some(id) = word(&object, "TicketID").or_else(|| word(&object, "TicketNumber")) else {
        let known = object.contains_key("Error") || object.contains_key("Title");
        return if known {
            reject("it has no `TicketNumber`".to_owned()).map(|()| true)
        } else {
            Ok(false)
        };
    };
    let own = ["Articles", "Article", "articles"].iter().find_map(|name| object.get(*name));
    let own = own.map(|own| own.as_array().map_or(std::slice::from_ref(own), Vec::as_slice));
    let mut articles = beside.articles.remove(&id).unwrap_or_default();
    for article in own.into_iter().flatten().filter_map(Value::as_object) {
        articles.insert(article::number(article), article.clone());
    }
    let articles: Vec<Object> = articles.into_values().collect();
    hand(&object, &articles, (options, place), sink)?;
    Ok(true)
}

/// Hands over a ticket and its articles, the bytes of their files first.
fn hand(
    ticket: &Object,
    articles: &[Object],
    (options, place): (&Options, String),
    sink: &mut Sink<'_>,
) -> Result<()> {
    let is = |words: &[&str]| {
        word(ticket, "StateType")
            .or_else(|| word(ticket, "State"))
            .is_some_and(|it| words.contains(&it.as_str()))
    };
    if is(&["removed"]) {
        return sink(Item::Skipped("removed tickets".to_owned()));
    }
    let mut bytes = Vec::new();
    let draft = ticket::draft(ticket, articles, options, &mut bytes);
    bytes.into_iter().try_for_each(|bytes| sink(Item::Bytes(bytes)))?;
    super::give(draft, || place, sink)
}
