//! A ticket into a draft.

use std::collections::HashMap;

use chrono_tz::UTC;
use serde_json::Value;

use super::{Beside, article};
use crate::domain::draft::Draft;
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{By, Channel, MessageKind, Priority, Resolution, Status};
use crate::error::{Error, Result};
use crate::import::fields::{Object, word};
use crate::import::record::Record;
use crate::import::times::moment;
use crate::import::{Options, words};

/// The states of a fresh system, by number.
const STATES: [&str; 7] =
    ["new", "open", "pending reminder", "closed", "merged", "removed", "pending close"];

/// What a field says by name, or by a number that a table beside or a fresh system explains.
fn named(object: &Object, name: &str, table: &HashMap<String, String>) -> Option<String> {
    let inner = object.get(name).and_then(Value::as_object).and_then(|inner| word(inner, "name"));
    let plain = inner.or_else(|| word(object, name));
    plain.or_else(|| {
        let id = word(object, &format!("{name}_id"))?;
        let fresh = || {
            let index = id.parse::<usize>().ok()?.checked_sub(1)?;
            let fresh: &[&str] = match name {
                "state" => &STATES,
                "priority" => &["1 low", "2 normal", "3 high"],
                _ => &[],
            };
            fresh.get(index).map(|it| (*it).to_owned())
        };
        table.get(&id).cloned().or_else(fresh)
    })
}

/// Is it one that was thrown away?
pub(super) fn is_removed(ticket: &Object, beside: &Beside) -> bool {
    named(ticket, "state", &beside.states).as_deref() == Some("removed")
}

/// The draft of a ticket; the bytes of its files go to `bytes`.
///
/// # Errors
/// Exit 4, saying what cannot be read.
pub(super) fn draft(
    ticket: &Object,
    beside: &Beside,
    options: &Options,
    bytes: &mut Vec<Vec<u8>>,
) -> Result<Draft> {
    let number = word(ticket, "number").ok_or_else(|| Error::invalid("it has no `number`"))?;
    let title = word(ticket, "title").unwrap_or_default();
    let mut record = Record::new(format!("zammad:{number}"), Channel::Web, title);
    record.created = time(ticket, "created_at")?;
    record.updated = time(ticket, "updated_at")?;
    record.closed = time(ticket, "close_at")?;
    let site = options.base.as_ref().zip(word(ticket, "id"));
    record.url = site.map(|(base, id)| format!("{base}/#ticket/zoom/{id}"));
    record.requester = person(ticket, "customer", beside);
    // The first user is the system itself, and stands for nobody.
    let owned = word(ticket, "owner_id").as_deref() != Some("1");
    record.assignee = person(ticket, "owner", beside).filter(|_| owned);
    let tags = ticket.get("tags");
    let list = tags.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let text = tags.and_then(Value::as_str).into_iter().flat_map(|tags| tags.split(','));
    record.labels = list.chain(text).map(ToOwned::to_owned).collect();
    let priority = named(ticket, "priority", &beside.priorities).unwrap_or_default();
    record.priority = words::priority(&priority).unwrap_or(Priority::Normal);
    standing(&mut record, ticket, beside);
    conversation(&mut record, ticket, beside, bytes);
    record.field("group", &named(ticket, "group", &beside.groups).unwrap_or_default());
    for name in ["organization", "type", "pending_time"] {
        record.field(name, &word(ticket, name).unwrap_or_default());
    }
    record.draft()
}

/// Somebody by name, as an object, or by number.
fn person(ticket: &Object, name: &str, beside: &Beside) -> Option<Person> {
    let of = |user: &Object| {
        let names = [word(user, "firstname"), word(user, "lastname")];
        let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Person::new(Some(&name), word(user, "email").as_deref())
    };
    let id = word(ticket, &format!("{name}_id"));
    let known = id.as_deref().and_then(|id| beside.users.get(id)).map(|it| it.person.clone());
    let object = || ticket.get(name).and_then(Value::as_object).and_then(of);
    let text = || Person::new(words::something(&word(ticket, name)?), None);
    known.or_else(object).or_else(text).or_else(|| beside.users.person(id.as_deref()))
}

fn standing(record: &mut Record, ticket: &Object, beside: &Beside) {
    let Some(state) = named(ticket, "state", &beside.states) else {
        record.field("state", &word(ticket, "state_id").unwrap_or_default());
        return;
    };
    match state.as_str() {
        "merged" => {
            (record.status, record.resolution) = (Status::Closed, Some(Resolution::Duplicate));
        }
        state if state.starts_with("pending") => record.status = Status::Pending,
        state => match words::standing(state) {
            Some(it) => (record.status, record.resolution) = (it.status, it.resolution),
            None => record.field("state", state),
        },
    }
}

/// The first article is the description, unless only we may read it.
fn conversation(record: &mut Record, ticket: &Object, beside: &Beside, bytes: &mut Vec<Vec<u8>>) {
    let own = ["articles", "article"].iter().find_map(|name| ticket.get(*name));
    let own = own.map(|own| own.as_array().map_or(std::slice::from_ref(own), Vec::as_slice));
    let id = word(ticket, "id").unwrap_or_default();
    let beside_it = beside.articles.get(&id).into_iter().flatten();
    let mut articles: Vec<&Object> =
        own.into_iter().flatten().filter_map(Value::as_object).chain(beside_it).collect();
    articles.sort_by_key(|article| {
        (word(article, "created_at"), article.get("id").and_then(Value::as_u64))
    });
    articles.dedup_by_key(|article| word(article, "id").unwrap_or_default());
    for id in articles.iter().filter_map(|article| word(article, "message_id")) {
        record.refs.push(format!("mail:{}", id.trim_matches(['<', '>'])));
    }
    let Some(first) = articles.first() else {
        record.says = record.says.without(["description", "channel"]);
        record.description = Some(String::new());
        return;
    };
    record.channel = article::channel(first);
    let mut said = articles.iter().map(|it| article::reply(it, beside, bytes)).collect::<Vec<_>>();
    let asked =
        said.iter().find(|reply| reply.by == Some(By::Requester)).and_then(|it| it.author.clone());
    let better =
        |known: &Person| known.email.is_none() || asked.as_ref().is_some_and(|it| it.same(known));
    if asked.is_some() && record.requester.as_ref().is_none_or(better) {
        record.requester = asked;
    }
    record.description = Some(String::new());
    if said[0].kind == MessageKind::Reply {
        let first = said.remove(0);
        record.by = first.by.unwrap_or(By::Requester);
        record.author = first.author;
        record.attachments = first.attachments;
        record.description = Some(first.body);
    }
    record.replies = said;
}

fn time(ticket: &Object, name: &str) -> Result<Option<Timestamp>> {
    let Some(text) = word(ticket, name) else { return Ok(None) };
    let wrong = || Error::invalid(format!("`{name}` is not a time: `{text}`"));
    moment(&text, UTC).map(Some).ok_or_else(wrong)
}
