//! A ticket into a draft.

use chrono_tz::UTC;
use serde_json::Value;

use super::beside::Beside;
use super::comments::{Comment, of_audit, voice};
use crate::domain::draft::Draft;
use crate::domain::ids::Timestamp;
use crate::domain::words::{By, Channel, MessageKind};
use crate::error::{Error, Result};
use crate::import::fields::{Object, claim, word};
use crate::import::record::{Record, Reply};
use crate::import::times::moment;
use crate::import::{Options, words};

/// Is an object a ticket?
pub(super) fn is_one(object: &Object) -> bool {
    let has = |key: &str| object.contains_key(key);
    has("id") && (has("subject") || has("raw_subject")) && (has("status") || has("requester_id"))
}

/// Why a ticket is none, if so.
pub(super) fn no_ticket(object: &Object) -> Option<&'static str> {
    let is = |name: &str, value: &str| word(object, name).as_deref() == Some(value);
    if is("status", "deleted") {
        Some("deleted tickets")
    } else if is("subject", "SCRUBBED") && (is("description", "X") || is("description", "SCRUBBED"))
    {
        Some("scrubbed tickets")
    } else {
        None
    }
}

/// The draft of a ticket.
///
/// # Errors
/// Exit 4, saying what cannot be read.
pub(super) fn draft(ticket: &Object, beside: &Beside, options: &Options) -> Result<Draft> {
    let id = word(ticket, "id").ok_or_else(|| Error::invalid("it has no `id`"))?;
    let text = |name: &str| word(ticket, name);
    let title = text("subject").or_else(|| text("raw_subject")).unwrap_or_default();
    let channel = channel(ticket);
    let mut record = Record::new(format!("zendesk:{id}"), channel, title);
    record.created = time(ticket, "created_at")?;
    record.updated = time(ticket, "updated_at")?;
    record.due = time(ticket, "due_at")?;
    record.url = url(ticket, &id, options);
    record.requester = beside.users.person(text("requester_id").as_deref());
    record.assignee = beside.users.person(text("assignee_id").as_deref());
    record.labels = tags(ticket);
    record.priority =
        text("priority").and_then(|it| words::priority(&it)).unwrap_or(record.priority);
    let solved = conversation(&mut record, ticket, beside);
    standing(&mut record, ticket);
    record.closed = solved.or_else(|| beside.solved.get(&id).copied());
    fields(&mut record, ticket, beside);
    record.draft()
}

fn standing(record: &mut Record, ticket: &Object) {
    let Some(status) = word(ticket, "status") else {
        record.says = record.says.without(["status"]);
        return;
    };
    match words::standing(&status) {
        Some(it) => (record.status, record.resolution) = (it.status, it.resolution),
        None => record.field("status", &status),
    }
}

/// Fills in what was said; returns when the ticket was solved, where its own audits say so.
fn conversation(record: &mut Record, ticket: &Object, beside: &Beside) -> Option<Timestamp> {
    let id = word(ticket, "id").unwrap_or_default();
    let (mut comments, mut solved) = (beside.comments.get(&id).cloned().unwrap_or_default(), None);
    let list = ticket.get("comments").and_then(Value::as_array);
    comments.extend(list.into_iter().flatten().filter_map(|it| Comment::of(it.as_object()?)));
    let audits = ticket.get("audits").and_then(Value::as_array).into_iter().flatten();
    for audit in audits.chain(ticket.get("audit")).filter_map(Value::as_object) {
        let (said, at) = of_audit(audit);
        comments.extend(said);
        solved = solved.max(at);
    }
    if let Some(Value::Object(metrics)) = ticket.get("metric_set") {
        solved = solved.max(word(metrics, "solved_at").and_then(|at| moment(&at, UTC)));
    }
    comments.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    comments.dedup_by(|a, b| a.id.is_some() && a.id == b.id);
    let description = word(ticket, "description");
    let first = comments.first().filter(|first| {
        let body = alike(&first.body);
        let same = |text: &String| {
            let rest = body.strip_prefix(&alike(text));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" Attachments: - "))
        };
        description.as_ref().is_none_or(same)
            || first.created.is_some() && first.created == record.created
    });
    let private = first.map_or(claim(ticket, "is_public") == Some(false), |first| !first.public);
    let author =
        first.and_then(|first| first.author.clone()).or_else(|| word(ticket, "submitter_id"));
    if author.is_some() && author != word(ticket, "requester_id") {
        record.author = beside.users.person(author.as_deref());
        record.by = voice(author.as_deref(), ticket, beside);
    }
    let skipped = usize::from(first.is_some());
    let text = first.map(|first| first.body.clone()).or(description);
    if text.is_none() && !ticket.contains_key("description") {
        record.says = record.says.without(["description"]);
    }
    record.description = Some(text.unwrap_or_default());
    record.replies = comments[skipped..].iter().map(|it| it.reply(ticket, beside)).collect();
    if private {
        hide(record);
    }
    solved
}

/// Makes what a ticket begins with a note of ours, for what is internal must never be public.
fn hide(record: &mut Record) {
    let body = record.description.replace(String::new()).unwrap_or_default();
    if body.is_empty() {
        return;
    }
    let author = record.author.clone().or_else(|| record.requester.clone());
    let mut note = Reply::new(author, record.created, body);
    (note.name, note.kind, note.by) =
        (Some("description".to_owned()), MessageKind::Note, Some(By::Us));
    record.replies.insert(0, note);
}

/// A text without what white space does to it.
fn alike(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn channel(ticket: &Object) -> Channel {
    let via = ticket.get("via").and_then(|via| via.get("channel")).and_then(Value::as_str);
    let column = word(ticket, "via_channel");
    match via.or(column.as_deref()).unwrap_or_default() {
        "email" => Channel::Email,
        "api" => Channel::Api,
        "voice" | "phone" | "sms" => Channel::Phone,
        "forum" | "web_forum" | "topic" => Channel::Forum,
        "chat"
        | "native_messaging"
        | "messaging"
        | "whatsapp"
        | "line"
        | "sunshine_conversations_api" => Channel::Chat,
        _ => Channel::Web,
    }
}

/// Where agents read it, on the site that is named or that the address in the API is on.
fn url(ticket: &Object, id: &str, options: &Options) -> Option<String> {
    let api = word(ticket, "url");
    let site = || api.as_deref()?.split_once("/api/").map(|(site, _)| site.to_owned());
    let site = options.base.clone().or_else(site)?;
    Some(format!("{site}/agent/tickets/{id}"))
}

fn tags(ticket: &Object) -> Vec<String> {
    let list = ticket.get("tags").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|tag| tag.as_str().map(ToOwned::to_owned)).collect()
}

/// What only Zendesk knows.
fn fields(record: &mut Record, ticket: &Object, beside: &Beside) {
    for name in ["type", "external_id", "recipient"] {
        record.field(name, &word(ticket, name).unwrap_or_default());
    }
    let id = |name: &str| word(ticket, name).unwrap_or_default();
    let (group, organization) = (id("group_id"), id("organization_id"));
    record.field("group", beside.groups.get(&group).unwrap_or(&group));
    record.field("organization", beside.organizations.get(&organization).unwrap_or(&organization));
    if let Some(problem) = word(ticket, "problem_id") {
        record.field("problem", &format!("zendesk:{problem}"));
    }
    let rated = ticket.get("satisfaction_rating").and_then(|rating| rating.get("score"));
    record.field("satisfaction", rated.and_then(Value::as_str).unwrap_or_default());
    let custom = ticket.get("custom_fields").and_then(Value::as_array);
    for field in custom.into_iter().flatten().filter_map(Value::as_object) {
        let list = field.get("value").and_then(Value::as_array);
        let list =
            list.map(|list| list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "));
        if let (Some(id), Some(value)) = (word(field, "id"), list.or_else(|| word(field, "value")))
        {
            record.field(&format!("field-{id}"), &value);
        }
    }
}

fn time(ticket: &Object, name: &str) -> Result<Option<Timestamp>> {
    let Some(text) = word(ticket, name) else { return Ok(None) };
    let wrong = || Error::invalid(format!("`{name}` is not a time: `{text}`"));
    moment(&text, UTC).map(Some).ok_or_else(wrong)
}
