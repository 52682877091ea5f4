//! Messages as exports write them.

use serde_json::Value;

use super::markup::markdown;
use super::moment;
use super::names::Names;
use crate::domain::person::Person;
use crate::error::{Error, Result};
use crate::import::chat::Said;
use crate::import::fields::{Object, with_files, word};

/// What happens in a channel and is no message.
const NOISE: [&str; 27] = [
    "bot_add",
    "bot_remove",
    "bot_enable",
    "bot_disable",
    "pinned_item",
    "unpinned_item",
    "reminder_add",
    "reminder_delete",
    "channel_join",
    "channel_leave",
    "channel_topic",
    "channel_purpose",
    "channel_name",
    "channel_archive",
    "channel_unarchive",
    "channel_posting_permissions",
    "channel_convert_to_private",
    "channel_convert_to_public",
    "channel_canvas_updated",
    "group_join",
    "group_leave",
    "group_topic",
    "group_purpose",
    "group_name",
    "group_archive",
    "group_unarchive",
    "ekm_access_denied",
];

/// Is an object a message?
pub(super) fn is_one(object: &Object) -> bool {
    let typed = object.get("type").is_none_or(|kind| kind == "message");
    object.contains_key("ts") && typed
}

/// A channel while it is read.
pub(super) struct Reading<'n> {
    names: &'n Names,
    channel: String,
    id: Option<String>,
    name: Option<String>,
    /// What was said so far.
    pub(super) said: Vec<Said>,
}

impl<'n> Reading<'n> {
    pub(super) fn new(names: &'n Names, channel: String) -> Self {
        Self { names, channel, id: None, name: None, said: Vec::new() }
    }

    /// The channel's number and name, as far as they are known.
    pub(super) fn named(&self) -> (String, Option<String>) {
        let id = self.id.clone().unwrap_or_else(|| self.names.id(&self.channel).to_owned());
        let known = self.names.channel_name(&id).map(ToOwned::to_owned);
        let folder = || (id != self.channel).then(|| self.channel.clone());
        let shown = || Some(id.clone()).filter(|id| !id.starts_with(['C', 'D', 'G']));
        let name = self.name.clone().or(known).or_else(folder).or_else(shown);
        (id, name)
    }

    /// Takes what stands around the messages; true when it says the channel.
    pub(super) fn around(&mut self, object: &Object) -> bool {
        let id = word(object, "channel_id");
        let any = id.is_some();
        self.id = id.or(self.id.take());
        self.name = word(object, "name").filter(|_| any).or(self.name.take());
        any
    }

    /// Takes a message; returns why it is none, if so.
    ///
    /// # Errors
    /// Exit 4, saying what cannot be read.
    pub(super) fn take(&mut self, object: &Object) -> Result<Option<&'static str>> {
        let replies = object.get("slackdump_thread_replies").and_then(Value::as_array);
        for reply in replies.into_iter().flatten().filter_map(Value::as_object) {
            self.take(reply)?;
        }
        let subtype = word(object, "subtype").unwrap_or_default();
        match subtype.as_str() {
            noise if NOISE.contains(&noise) => return Ok(Some("joins, topics and the like")),
            "tombstone" | "message_deleted" => return Ok(Some("deleted messages")),
            "huddle_thread" | "sh_room_created" => return Ok(Some("calls")),
            "message_changed" | "message_replied" => return Ok(Some("events")),
            _ => {}
        }
        let ts = word(object, "ts").ok_or_else(|| Error::invalid("`ts` is not text"))?;
        let at =
            moment(&ts).ok_or_else(|| Error::invalid(format!("`ts` is not a time: `{ts}`")))?;
        let text = self.text(object);
        if text.trim().is_empty() {
            return Ok(Some("messages without a text"));
        }
        let edited = object.get("edited").and_then(Value::as_object);
        let edited = edited.and_then(|edited| moment(&word(edited, "ts")?));
        let thread = word(object, "thread_ts");
        let author = Some(self.author(object));
        self.said.push(Said { id: ts, thread, author, at: Some(at), edited, text });
        Ok(None)
    }

    /// Who wrote it; of a bot its name.
    fn author(&self, object: &Object) -> Person {
        let inside = |name: &str, field: &str| word(object.get(name)?.as_object()?, field);
        let user = word(object, "user").or_else(|| inside("comment", "user"));
        let user = user.or_else(|| inside("file", "user"));
        let bot = || word(object, "username").or_else(|| inside("bot_profile", "name"));
        let icon = || word(object, "bot_id").map(|id| format!("bot {id}"));
        let shown =
            || inside("user_profile", "real_name").or_else(|| inside("user_profile", "name"));
        let bots = if word(object, "bot_id").is_some() { bot() } else { None };
        let named = |name: String| Person { name: Some(name), email: None };
        match (bots, user) {
            (Some(bot), _) => named(bot),
            (None, Some(user)) => {
                let known = self.names.author(&user);
                let bare = known.name.as_deref() == Some(user.as_str());
                if bare { shown().map_or(known, named) } else { known }
            }
            (None, None) => named(bot().or_else(icon).unwrap_or_else(|| "unknown".to_owned())),
        }
    }

    /// What it says: its text, what is attached to it, and the names of its files.
    fn text(&self, object: &Object) -> String {
        let own = word(object, "text").unwrap_or_default();
        let mut parts = vec![markdown(&own, self.names)];
        let attached = object.get("attachments").and_then(Value::as_array);
        let attached = attached.into_iter().flatten().filter_map(Value::as_object);
        parts.extend(attached.filter_map(|it| self.attached(it)));
        parts.retain(|part| !part.trim().is_empty());
        let mut text = parts.join("\n\n");
        if text.is_empty() {
            let mut blocks = String::new();
            object.get("blocks").into_iter().for_each(|it| gather(it, &mut blocks));
            text = markdown(blocks.trim(), self.names);
        }
        let files = object.get("files").and_then(Value::as_array).into_iter().flatten();
        let files = files.chain(object.get("file")).filter_map(Value::as_object).filter_map(file);
        // The text of an old export names its one file itself.
        let alone = object.contains_key("file");
        let named = |url: &String| alone && text.contains(url.as_str());
        let new = files.filter(|(_, url)| !url.as_ref().is_some_and(named));
        with_files(&text, &new.collect::<Vec<_>>())
    }

    /// What a bot attaches; what Slack shows of an address in the text is none.
    fn attached(&self, attached: &Object) -> Option<String> {
        if ["from_url", "original_url"].iter().any(|name| attached.contains_key(*name)) {
            return None;
        }
        let get = |name: &str| word(attached, name).map(|text| markdown(&text, self.names));
        let title = get("title").map(|title| match word(attached, "title_link") {
            Some(link) => format!("[{title}]({link})"),
            None => title,
        });
        let mut lines: Vec<String> =
            [get("pretext"), title, get("text")].into_iter().flatten().collect();
        let fields = attached.get("fields").and_then(Value::as_array).into_iter().flatten();
        for field in fields.filter_map(Value::as_object) {
            let value = markdown(&word(field, "value").unwrap_or_default(), self.names);
            lines.push(format!("{}: {value}", word(field, "title").unwrap_or_default()));
        }
        if lines.is_empty() {
            lines.extend(get("fallback"));
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// The texts in blocks.
fn gather(value: &Value, out: &mut String) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| gather(value, out)),
        Value::Object(object) => {
            match object.get("text") {
                Some(Value::String(text)) => out.push_str(text),
                Some(inner) => gather(inner, out),
                None => {}
            }
            for name in ["elements", "fields"] {
                object.get(name).into_iter().for_each(|inner| gather(inner, out));
            }
            let block = object.get("type").and_then(Value::as_str).unwrap_or_default();
            if block.starts_with("rich_text") || matches!(block, "section" | "header" | "context") {
                out.push('\n');
            }
        }
        _ => {}
    }
}

/// A file by name and address. The address that opens it bears a key, so it is another that is kept.
fn file(file: &Object) -> Option<(String, Option<String>)> {
    let name = word(file, "title").or_else(|| word(file, "name"));
    let plain =
        word(file, "url_private").map(|url| url.split('?').next().unwrap_or_default().to_owned());
    let url = word(file, "permalink").or(plain);
    name.or_else(|| word(file, "id")).map(|name| (name, url))
}
