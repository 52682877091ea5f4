//! An article into a message.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::ticket::Clock;
use crate::domain::message::{Attachment, FILE_MAX};
use crate::domain::person::Person;
use crate::domain::words::{By, Channel, MessageKind};
use crate::import::fields::{Object, claim, with_files, word};
use crate::import::markup::markdown;
use crate::import::record::Reply;

/// Is an object an article?
pub(super) fn is_one(object: &Object) -> bool {
    object.contains_key("ArticleID") && object.contains_key("Body")
}

/// Its number.
pub(super) fn number(article: &Object) -> u64 {
    let number = word(article, "ArticleID").or_else(|| word(article, "ArticleNumber"));
    number.and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// What kind of article it is, as one word: `email-external`, `note-internal`, `phone`.
fn kind(article: &Object) -> String {
    let kind = word(article, "ArticleType").or_else(|| word(article, "CommunicationChannel"));
    kind.unwrap_or_default().to_lowercase()
}

/// May only we read it?
fn is_internal(article: &Object) -> bool {
    let kind = kind(article);
    let shown = claim(article, "IsVisibleForCustomer");
    shown == Some(false)
        || shown.is_none() && (kind.ends_with("-internal") || kind.ends_with("-int"))
}

/// Whose words it is, as its sender says.
pub(super) fn by(article: &Object) -> Option<By> {
    match word(article, "SenderType")?.to_lowercase().as_str() {
        "customer" => Some(By::Requester),
        "agent" | "system" => Some(By::Us),
        _ => None,
    }
}

/// How it came.
pub(super) fn channel(article: &Object) -> Channel {
    let kind = kind(article);
    let is = |part: &str| kind.contains(part);
    if is("mail") {
        Channel::Email
    } else if is("phone") || is("fax") || is("sms") {
        Channel::Phone
    } else if is("chat") {
        Channel::Chat
    } else {
        Channel::Web
    }
}

/// Who wrote it: `"Ada" <ada@x>,`, `(Ada L) ada@x`, `ada@x`.
pub(super) fn author(article: &Object) -> Option<Person> {
    let from = word(article, "From");
    let from = from.as_deref().map(|from| from.trim_end_matches([',', ' ']));
    if let Some((name, email)) = from.and_then(|from| from.strip_prefix('(')?.split_once(')')) {
        return Person::new(Some(name), Some(email));
    }
    let first = from.map(|from| match from.split_once(">,") {
        Some((first, _)) => format!("{first}>"),
        None => from.to_owned(),
    });
    let named = || Person::new(word(article, "FromRealname").as_deref(), None);
    first.and_then(|first| first.parse().ok()).or_else(named)
}

/// The message that it becomes; the bytes of its files go to `bytes`.
pub(super) fn reply(article: &Object, clock: &Clock, bytes: &mut Vec<Vec<u8>>) -> Reply {
    let created =
        clock.moment(article, &["CreateTime", "Created"], &["IncomingTime", "CreateTimeUnix"]);
    let text = word(article, "Body").unwrap_or_default();
    let media = word(article, "ContentType").or_else(|| word(article, "MimeType"));
    let html = media.is_some_and(|media| media.to_lowercase().starts_with("text/html"));
    let text = if html { markdown(&text) } else { text.replace("\r\n", "\n") };
    let mut lost = Vec::new();
    let mut reply = Reply::new(author(article), created, String::new());
    for file in ["Attachments", "Attachment"].iter().filter_map(|name| article.get(*name)) {
        let files = file.as_array().map_or(std::slice::from_ref(file), Vec::as_slice);
        for file in files.iter().filter_map(Value::as_object).filter(|file| !is_body(file)) {
            attach(file, &mut reply, bytes, &mut lost);
        }
    }
    reply.body = with_files(&text, &lost);
    reply.name = Some(format!("article-{}", number(article)));
    reply.by = by(article);
    if is_internal(article) {
        reply.kind = MessageKind::Note;
    }
    reply
}

/// Is a file the article itself, as HTML?
fn is_body(file: &Object) -> bool {
    let name = name(file);
    let media = word(file, "ContentType").unwrap_or_default();
    media.starts_with("text/html") && (name.starts_with("file-1") || name.starts_with("file-2"))
}

/// What a file is called; some exporters write the name in base64 too.
fn name(file: &Object) -> String {
    let name = word(file, "Filename").unwrap_or_else(|| "file".to_owned());
    let decoded = STANDARD.decode(name.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let plain = |text: &String| {
        text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | '(' | ')'))
    };
    decoded.filter(|text| text.len() > 2 && plain(text)).unwrap_or(name)
}

/// Takes a file, or its name where its bytes are not there.
fn attach(
    file: &Object,
    reply: &mut Reply,
    bytes: &mut Vec<Vec<u8>>,
    lost: &mut Vec<(String, Option<String>)>,
) {
    let name = name(file);
    let content = word(file, "Content").map(|text| {
        let text: String = text.split_whitespace().collect();
        STANDARD.decode(text)
    });
    match content {
        Some(Ok(content)) if content.len() as u64 <= FILE_MAX => {
            let mut attachment = Attachment::of(&name, &content);
            let media = word(file, "ContentType");
            let media = media.map(|it| it.split(';').next().unwrap_or_default().trim().to_owned());
            attachment.media = media.filter(|it| !it.is_empty()).or(attachment.media);
            reply.attachments.push(attachment);
            bytes.push(content);
        }
        Some(Ok(_)) => lost.push((format!("{name} (too large to keep)"), None)),
        Some(Err(_)) => lost.push((format!("{name} (not readable)"), None)),
        None => lost.push((name, None)),
    }
}
