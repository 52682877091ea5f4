//! A conversation into a draft.

use chrono_tz::UTC;
use serde_json::Value;

use super::{Beside, is_ours};
use crate::domain::draft::Draft;
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{By, Channel, MessageKind, Priority, Status};
use crate::error::{Error, Result};
use crate::import::Options;
use crate::import::fields::{Object, claim, with_files, word};
use crate::import::markup::{markdown, plain};
use crate::import::record::{Record, Reply};
use crate::import::times::moment;

/// Is an object a conversation?
pub(super) fn is_one(object: &Object) -> bool {
    let has = |name: &str| object.contains_key(name);
    let typed = word(object, "type").is_some_and(|kind| kind == "conversation");
    typed
        || has("conversation_parts")
        || has("conversation_message")
        || has("source") && has("state")
}

fn inner<'o>(object: &'o Object, name: &str) -> Option<&'o Object> {
    object.get(name).and_then(Value::as_object)
}

/// The elements of a list that is wrapped in an object of its own name.
fn wrapped<'o>(object: &'o Object, name: &str) -> impl Iterator<Item = &'o Object> {
    let value = object.get(name);
    let list = value.and_then(|value| value.as_array().or_else(|| value.get(name)?.as_array()));
    list.into_iter().flatten().filter_map(Value::as_object)
}

/// The draft of a conversation.
///
/// # Errors
/// Exit 4, saying what cannot be read.
pub(super) fn draft(talk: &Object, beside: &Beside, options: &Options) -> Result<Draft> {
    let id = word(talk, "id").ok_or_else(|| Error::invalid("it has no `id`"))?;
    let source = inner(talk, "source").or_else(|| inner(talk, "conversation_message"));
    let get = |name: &str| source.and_then(|source| word(source, name));
    let html = get("body").unwrap_or_default();
    let body = with_files(&markdown(&html), &source.map(files).unwrap_or_default());
    let subject = word(talk, "title").or_else(|| get("subject")).map(|title| plain(&title));
    let first = || body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned();
    let title = subject.filter(|title| !title.is_empty()).unwrap_or_else(first);
    let mut record = Record::new(format!("intercom:{id}"), channel(get("type").as_deref()), title);
    record.created = time(talk, "created_at")?;
    record.updated = time(talk, "updated_at")?;
    record.url = options.base.as_ref().map(|base| format!("{base}/conversation/{id}"));
    let author = source.and_then(|source| inner(source, "author"));
    record.author = author.and_then(|author| beside.author(author));
    record.requester = requester(talk, author, beside);
    if author.is_some_and(is_ours) {
        record.by = By::Us;
    }
    record.assignee = assignee(talk, beside);
    record.labels = wrapped(talk, "tags").filter_map(|tag| word(tag, "name")).collect();
    let first_of_all = word(talk, "priority");
    if matches!(first_of_all.as_deref(), Some("priority" | "true")) {
        record.priority = Priority::High;
    }
    standing(&mut record, talk)?;
    record.description = Some(body);
    let asks = record.requester.clone();
    record.replies = wrapped(talk, "conversation_parts")
        .filter_map(|part| reply(part, asks.as_ref(), beside))
        .collect();
    record.draft()
}

fn requester(talk: &Object, author: Option<&Object>, beside: &Beside) -> Option<Person> {
    let wrote = author.filter(|author| !is_ours(author)).and_then(|author| beside.author(author));
    let contact = || wrapped(talk, "contacts").find_map(|contact| beside.author(contact));
    let user = || inner(talk, "user").and_then(|user| beside.author(user));
    wrote.or_else(contact).or_else(user)
}

fn assignee(talk: &Object, beside: &Beside) -> Option<Person> {
    let object = inner(talk, "assignee").filter(|it| word(it, "id").is_some());
    let id = word(talk, "admin_assignee_id");
    object.and_then(|it| beside.author(it)).or_else(|| beside.admins.person(id.as_deref()))
}

fn standing(record: &mut Record, talk: &Object) -> Result<()> {
    let state = word(talk, "state");
    let open = claim(talk, "open");
    match state.as_deref() {
        Some("closed") => record.status = Status::Closed,
        Some("snoozed") => record.snoozed = time(talk, "snoozed_until")?,
        None if open == Some(false) => record.status = Status::Closed,
        _ => {}
    }
    let closes = |part: &&Object| word(part, "part_type").as_deref() == Some("close");
    let last = wrapped(talk, "conversation_parts").filter(closes).last();
    let told = inner(talk, "statistics").map_or(Ok(None), |it| time(it, "last_close_at"))?;
    record.closed = told.or(last.map_or(Ok(None), |part| time(part, "created_at"))?);
    Ok(())
}

/// The message that a part is, if somebody says something in it. What is not known to be said to the
/// customer is ours alone.
fn reply(part: &Object, asks: Option<&Person>, beside: &Beside) -> Option<Reply> {
    let html = word(part, "body").filter(|_| claim(part, "redacted") != Some(true))?;
    let body = with_files(&markdown(&html), &files(part));
    let author = inner(part, "author");
    let ours = author.is_some_and(is_ours);
    let known = author.and_then(|author| beside.author(author));
    let asked = asks.is_some_and(|asks| known.as_ref().is_some_and(|known| asks.same(known)));
    let created = time(part, "created_at").ok().flatten();
    let mut reply = Reply::new(known, created, body);
    reply.name = word(part, "id").map(|id| format!("part-{id}"));
    reply.by = Some(match (ours, asked) {
        (true, _) => By::Us,
        (false, true) => By::Requester,
        (false, false) => By::Other,
    });
    let kind = word(part, "part_type").unwrap_or_default();
    let public =
        !ours || matches!(kind.as_str(), "comment" | "open" | "close" | "quick_reply" | "");
    if !public {
        reply.kind = MessageKind::Note;
    }
    (!reply.body.is_empty()).then_some(reply)
}

fn files(object: &Object) -> Vec<(String, Option<String>)> {
    let list = object.get("attachments").and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_object)
        .filter_map(|file| Some((word(file, "name")?, word(file, "url"))))
        .collect()
}

fn channel(kind: Option<&str>) -> Channel {
    match kind {
        Some("email") => Channel::Email,
        Some("phone_call" | "phone_switch" | "sms") => Channel::Phone,
        _ => Channel::Chat,
    }
}

fn time(object: &Object, name: &str) -> Result<Option<Timestamp>> {
    let Some(text) = word(object, name) else { return Ok(None) };
    let wrong = || Error::invalid(format!("`{name}` is not a time: `{text}`"));
    moment(&text, UTC).map(Some).ok_or_else(wrong)
}
