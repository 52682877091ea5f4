//! An article into a message.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono_tz::UTC;
use serde_json::Value;

use super::Beside;
use crate::domain::message::{Attachment, FILE_MAX};
use crate::domain::person::Person;
use crate::domain::words::{By, Channel, MessageKind};
use crate::import::fields::{Object, claim, with_files, word};
use crate::import::markup::markdown;
use crate::import::record::Reply;
use crate::import::times::moment;
use crate::import::words;

/// Whose words it is, as its sender says.
pub(super) fn by(article: &Object) -> Option<By> {
    let sender = word(article, "sender").or_else(|| word(article, "sender_id"))?;
    match sender.as_str() {
        "Customer" | "2" => Some(By::Requester),
        "Agent" | "1" | "System" | "3" => Some(By::Us),
        _ => None,
    }
}

/// How it came.
pub(super) fn channel(article: &Object) -> Channel {
    let kind = word(article, "type").or_else(|| word(article, "type_id")).unwrap_or_default();
    match kind.as_str() {
        "email" | "1" => Channel::Email,
        "phone" | "sms" | "2" | "5" => Channel::Phone,
        "chat" | "telegram personal-message" | "whatsapp message" => Channel::Chat,
        _ => Channel::Web,
    }
}

/// Who wrote it: the name it is from, with the address of who made it.
pub(super) fn author(article: &Object, beside: &Beside) -> Option<Person> {
    let id = word(article, "origin_by_id").or_else(|| word(article, "created_by_id"));
    if let Some(member) = id.as_deref().and_then(|id| beside.users.get(id)) {
        return Some(member.person.clone());
    }
    let from: Option<Person> = word(article, "from").and_then(|from| from.parse().ok());
    let made = word(article, "origin_by").or_else(|| word(article, "created_by"));
    let made = made.as_deref().and_then(words::something).filter(|made| made.contains('@'));
    let ours = by(article) == Some(By::Us);
    match from {
        // `Ada L via <support@x>` is how a group answers in the name of one of us.
        Some(Person { name: Some(name), email }) => {
            let own = made.filter(|_| ours || email.is_none());
            let shared = name.contains(" via");
            let name =
                name.trim_end_matches(" via").split(" via ").next().unwrap_or_default().to_owned();
            let email = if shared {
                own.map(ToOwned::to_owned)
            } else {
                email.or(own.map(ToOwned::to_owned))
            };
            Person::new(Some(&name), email.as_deref())
        }
        Some(from) => Some(from),
        None => Person::new(None, made).or_else(|| beside.users.person(id.as_deref())),
    }
}

/// The message that it becomes; the bytes of its files go to `bytes`.
pub(super) fn reply(article: &Object, beside: &Beside, bytes: &mut Vec<Vec<u8>>) -> Reply {
    let text = word(article, "body").unwrap_or_default();
    let html = word(article, "content_type").is_none_or(|media| media.contains("html"));
    let text = if html && text.contains('<') { markdown(&text) } else { text };
    let created = word(article, "created_at").and_then(|at| moment(&at, UTC));
    let mut reply = Reply::new(author(article, beside), created, String::new());
    let mut lost = Vec::new();
    let files = article.get("attachments").and_then(Value::as_array).into_iter().flatten();
    for file in files.filter_map(Value::as_object) {
        let name = word(file, "filename").unwrap_or_else(|| "file".to_owned());
        let content = word(file, "data").and_then(|data| STANDARD.decode(data).ok());
        match content.filter(|content| content.len() as u64 <= FILE_MAX) {
            Some(content) => {
                reply.attachments.push(Attachment::of(&name, &content));
                bytes.push(content);
            }
            None => lost.push((name, None)),
        }
    }
    reply.body = with_files(&text, &lost);
    reply.name = word(article, "id").map(|id| format!("article-{id}"));
    reply.by = by(article);
    if claim(article, "internal") == Some(true) {
        reply.kind = MessageKind::Note;
    }
    reply
}
