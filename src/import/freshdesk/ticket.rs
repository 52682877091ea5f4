//! A ticket into a draft.

use chrono_tz::UTC;
use serde_json::Value;

use super::conversation::{either, files, replies};
use super::{Beside, person};
use crate::domain::draft::Draft;
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{Channel, Priority, Status};
use crate::error::{Error, Result};
use crate::import::fields::{Object, with_files, word};
use crate::import::markup::markdown;
use crate::import::record::Record;
use crate::import::times::moment;
use crate::import::{Options, words};

/// The draft of a ticket.
///
/// # Errors
/// Exit 4, saying what cannot be read.
pub(super) fn draft(ticket: &Object, beside: &Beside, options: &Options) -> Result<Draft> {
    let text = |name: &str| word(ticket, name);
    let id = text("display_id").or_else(|| text("id"));
    let id = id.ok_or_else(|| Error::invalid("it has no `id`"))?;
    let reference = format!("freshdesk:{id}");
    let mut record = Record::new(reference, channel(ticket), text("subject").unwrap_or_default());
    record.created = time(ticket, "created_at")?;
    record.updated = time(ticket, "updated_at")?;
    record.due = time(ticket, "due_by")?;
    record.url = options.base.as_ref().map(|base| format!("{base}/a/tickets/{id}"));
    record.requester = requester(ticket, beside);
    record.assignee = assignee(ticket, beside);
    record.priority = priority(ticket);
    let tags = ticket.get("tags").and_then(Value::as_array).into_iter().flatten();
    record.labels = tags
        .filter_map(|tag| tag.as_str().or_else(|| tag.get("name")?.as_str()))
        .map(ToOwned::to_owned)
        .collect();
    describe(&mut record, ticket);
    standing(&mut record, ticket);
    record.replies = replies(ticket, text("id").as_deref().unwrap_or(&id), beside);
    fields(&mut record, ticket, beside);
    record.draft()
}

/// A description is HTML where its plain form stands beside it.
fn describe(record: &mut Record, ticket: &Object) {
    let html = word(ticket, "description_html").map(|html| markdown(&html));
    let plain = word(ticket, "description_text");
    let both = word(ticket, "description");
    let both = both.map(|it| if plain.is_some() { markdown(&it) } else { either(&it) });
    let text = html.or(both).filter(|text| !text.is_empty()).or(plain);
    if text.is_none() && !ticket.contains_key("description") {
        record.says = record.says.without(["description"]);
    }
    record.description = Some(with_files(&text.unwrap_or_default(), &files(ticket)));
}

/// Where a ticket stands: a number, whose meaning beyond seven is a desk's own.
fn standing(record: &mut Record, ticket: &Object) {
    let code = word(ticket, "status");
    let name = word(ticket, "status_name");
    let own =
        || name.as_deref().and_then(words::standing).or_else(|| words::standing(code.as_deref()?));
    record.status = match code.as_deref() {
        None => {
            record.says = record.says.without(["status"]);
            Status::Open
        }
        Some("2") => Status::Open,
        Some("3" | "6") => Status::Pending,
        Some("7") => Status::Hold,
        Some("4" | "5") => Status::Closed,
        Some(_) => {
            record.resolution = own().and_then(|it| it.resolution);
            own().map_or(Status::Open, |it| it.status)
        }
    };
    let known = code.as_deref().is_none_or(|code| matches!(code, "2" | "3" | "4" | "5"));
    if !known {
        record.field("status", name.as_ref().or(code.as_ref()).map_or("", String::as_str));
    }
    let stats = ticket.get("stats").and_then(Value::as_object);
    let ended = |name: &str| moment(&word(stats?, name)?, UTC);
    record.closed = ended("resolved_at").or_else(|| ended("closed_at"));
}

fn priority(ticket: &Object) -> Priority {
    let code = word(ticket, "priority").unwrap_or_default();
    match code.as_str() {
        "1" => Priority::Low,
        "2" => Priority::Normal,
        "3" => Priority::High,
        "4" => Priority::Urgent,
        other => words::priority(other).unwrap_or(Priority::Normal),
    }
}

fn channel(ticket: &Object) -> Channel {
    match word(ticket, "source").unwrap_or_default().as_str() {
        "1" | "10" => Channel::Email,
        "3" => Channel::Phone,
        "4" => Channel::Forum,
        "7" | "8" | "13" => Channel::Chat,
        _ => Channel::Web,
    }
}

fn requester(ticket: &Object, beside: &Beside) -> Option<Person> {
    let included = ticket.get("requester").and_then(Value::as_object).and_then(person);
    let id = word(ticket, "requester_id");
    let known = || beside.contacts.get(id.as_deref()?).map(|member| member.person.clone());
    let named =
        || Person::new(word(ticket, "requester_name").as_deref(), word(ticket, "email").as_deref());
    included.or_else(known).or_else(named).or_else(|| beside.person(id.as_deref(), false))
}

fn assignee(ticket: &Object, beside: &Beside) -> Option<Person> {
    let included = ticket.get("responder").and_then(Value::as_object).and_then(person);
    let id = word(ticket, "responder_id");
    let known = || beside.agents.get(id.as_deref()?).map(|member| member.person.clone());
    let name = word(ticket, "responder_name");
    let named = || Person::new(words::something(name.as_deref()?), None);
    included.or_else(known).or_else(named).or_else(|| beside.person(id.as_deref(), true))
}

/// What only Freshdesk knows.
fn fields(record: &mut Record, ticket: &Object, beside: &Beside) {
    let get = |name: &str| word(ticket, name).unwrap_or_default();
    record.field("type", &word(ticket, "type").unwrap_or_else(|| get("ticket_type")));
    let company = get("company_id");
    record.field("company", beside.companies.get(&company).unwrap_or(&company));
    for name in ["group_id", "product_id"] {
        record.field(name.trim_end_matches("_id"), &get(name));
    }
    for name in ["custom_fields", "custom_field"] {
        for (field, _) in ticket.get(name).and_then(Value::as_object).into_iter().flatten() {
            let value = ticket[name].as_object().and_then(|fields| word(fields, field));
            record.field(field, &value.unwrap_or_default());
        }
    }
}

fn time(ticket: &Object, name: &str) -> Result<Option<Timestamp>> {
    let Some(text) = word(ticket, name) else { return Ok(None) };
    let wrong = || Error::invalid(format!("`{name}` is not a time: `{text}`"));
    moment(&text, UTC).map(Some).ok_or_else(wrong)
}
