//! What was said on a ticket.

use chrono_tz::UTC;
use serde_json::Value;

use super::Beside;
use crate::domain::person::Person;
use crate::domain::words::{By, MessageKind};
use crate::import::fields::{Object, claim, with_files, word};
use crate::import::markup::markdown;
use crate::import::record::{Reply, unknown};
use crate::import::times::moment;

/// The messages on a ticket, those beside it included.
pub(super) fn replies(ticket: &Object, id: &str, beside: &Beside) -> Vec<Reply> {
    let asks = word(ticket, "requester_id");
    let own = ["conversations", "notes", "helpdesk_notes"].into_iter();
    let own = own.filter_map(|name| ticket.get(name)?.as_array()).flatten();
    let own = own.filter_map(Value::as_object).map(unwrapped);
    let loose = beside.conversations.get(id).into_iter().flatten();
    own.chain(loose).map(|said| reply(said, asks.as_deref(), beside)).collect()
}

/// Version 1 of the API puts each in an object of its own.
fn unwrapped(object: &Object) -> &Object {
    let inner = object.get("note").or_else(|| object.get("helpdesk_note"));
    inner.and_then(Value::as_object).unwrap_or(object)
}

fn reply(said: &Object, asks: Option<&str>, beside: &Beside) -> Reply {
    let user = word(said, "user_id");
    let private = claim(said, "private") == Some(true);
    let ours = private || claim(said, "incoming").map_or(user.as_deref() != asks, |comes| !comes);
    let from = || word(said, "from_email").and_then(|from| from.parse::<Person>().ok());
    let known =
        user.as_deref().filter(|id| beside.agents.get(id).or(beside.contacts.get(id)).is_some());
    let author = match known {
        Some(_) => beside.person(known, ours),
        None => from().or_else(|| beside.person(user.as_deref(), ours)),
    };
    let created = word(said, "created_at").and_then(|at| moment(&at, UTC));
    let mut reply = Reply::new(Some(author.unwrap_or_else(unknown)), created, body(said));
    reply.name = word(said, "id").map(|id| format!("conversation-{id}"));
    reply.edited = word(said, "last_edited_at").and_then(|at| moment(&at, UTC));
    reply.kind = if private { MessageKind::Note } else { MessageKind::Reply };
    let asked = || user.is_some() && user.as_deref() == asks;
    reply.by = Some(match () {
        () if ours => By::Us,
        () if asked() || asks.is_none() => By::Requester,
        () => By::Other,
    });
    reply
}

/// A text that is HTML beside its plain form, or where it begins like an element.
fn body(said: &Object) -> String {
    let html = word(said, "body_html").map(|html| markdown(&html));
    let both =
        word(said, "body").filter(|_| said.contains_key("body_text")).map(|it| markdown(&it));
    let text = html.or(both).or_else(|| word(said, "body").map(|it| either(&it)));
    let text = text.filter(|text| !text.is_empty()).or_else(|| word(said, "body_text"));
    with_files(&text.unwrap_or_default(), &files(said))
}

/// A text that may be HTML.
pub(super) fn either(text: &str) -> String {
    let html = text.starts_with('<') && text.ends_with('>') && text.contains("</");
    if html { markdown(text) } else { text.to_owned() }
}

/// Files by name and address.
pub(super) fn files(object: &Object) -> Vec<(String, Option<String>)> {
    let list = object.get("attachments").and_then(Value::as_array);
    let file = |value: &Value| {
        let file = value.as_object()?;
        let file = file.get("attachment").and_then(Value::as_object).unwrap_or(file);
        let name = word(file, "name").or_else(|| word(file, "content_file_name"))?;
        // What is signed in an address is of no use after minutes.
        let url = word(file, "attachment_url").map(|url| match url.split_once('?') {
            Some((plain, query)) if query.contains("ignature") => plain.to_owned(),
            _ => url,
        });
        Some((name, url))
    };
    list.into_iter().flatten().filter_map(file).collect()
}
