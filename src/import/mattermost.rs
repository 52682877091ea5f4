//! Mattermost posts, as the API answers, lists and the bulk export have them; Rocket.Chat messages.
//!
//! Both are read a channel at a time: a thread is a ticket, and so is what is said in a channel
//! without one until it is quiet there.

use std::collections::BTreeMap;

use serde_json::Value;

use super::auto::Sample;
use super::chat::{self, Said};
use super::fields::{Object, word};
use super::lists::{self, Found, Shape};
use super::roster::Roster;
use super::times::{moment, value};
use super::{Item, Options, Place, Sink, Source, each, give};
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::error::{Error, Result};
use crate::view::Rejected;

mod export;
#[cfg(test)]
mod tests;

const SHAPE: Shape = Shape { lists: &["messages", "users"], inside: &["data"], skip: &["order"] };

/// A channel: what its tickets are called by, its name, and what was said in it.
#[derive(Default)]
struct Channel {
    name: Option<String>,
    said: Vec<(String, Said)>,
}

/// A place while it is read.
#[derive(Default)]
struct Reading {
    users: Roster,
    channels: BTreeMap<String, Channel>,
}

/// Reads the files of a place.
///
/// # Errors
/// Whatever `sink` returns; exit 4 when a file is broken, exit 3 when there are no messages.
pub(super) fn read(place: &Place, _: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let place = place.only(|source| !place.many || source.ends_in(&["json", "jsonl", "ndjson"]));
    if place.sources.is_empty() {
        return Err(Error::not_found(format!("no .json file in {}", place.name)));
    }
    let mut reading = Reading::default();
    each(&place, sink, |source, sink| file(source, &mut reading, sink))?;
    let users = &reading.users;
    for (id, channel) in reading.channels {
        let mut systems: BTreeMap<String, &'static str> = BTreeMap::new();
        let mut said = Vec::new();
        for (system, mut one) in channel.said {
            let system = if system == "rocketchat" { "rocketchat" } else { "mattermost" };
            systems.insert(one.id.clone(), system);
            if let Some(Person { name: Some(id), .. }) = &one.author
                && let Some(member) = users.get(id)
            {
                one.author = Some(member.person.clone());
            }
            said.push(one);
        }
        for (first, said) in chat::conversations(said) {
            let system = said.first().and_then(|said| systems.get(&said.id)).copied();
            let name = format!("{}:{first}", system.unwrap_or("mattermost"));
            let mut record = chat::record(name.clone(), said);
            record.labels = channel.name.iter().cloned().collect();
            record.field("channel", &id);
            give(record.draft(), || name, sink)?;
        }
    }
    Ok(())
}

/// Does a sample look like it?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    let has = |names: &[&str]| {
        ["", "[].", "[].data.", "messages[].", "data."]
            .iter()
            .any(|before| names.iter().all(|name| sample.keys.contains(&format!("{before}{name}"))))
    };
    let posts =
        sample.keys.iter().any(|key| key.starts_with("posts.") && key.ends_with(".root_id"));
    posts
        || has(&["message", "create_at", "user_id", "channel_id"])
        || has(&["_id", "msg", "u", "ts"])
        || has(&["type", "post"]) && sample.head.contains("create_at")
        || has(&["type", "version"])
            && sample.head.contains("\"version\"")
            && sample.head.contains("\"team\"")
}

fn file(source: &Source, reading: &mut Reading, sink: &mut Sink<'_>) -> Result<()> {
    let mut any = false;
    lists::each(source, &SHAPE, &mut |found| {
        any |= reading.record(found, sink)?;
        Ok(())
    })?;
    let error = || Error::not_found(format!("{} holds no Mattermost posts", source.name()));
    if any { Ok(()) } else { Err(error()) }
}

impl Reading {
    /// Takes a record; true when the file is one of theirs because of it.
    fn record(&mut self, found: Found<'_>, sink: &mut Sink<'_>) -> Result<bool> {
        let place = found.place;
        let mut reject =
            |reason: String| sink(Item::Rejected(Rejected { place: place.clone(), reason }));
        let object = match found.value {
            Ok(Value::Object(object)) => object,
            Ok(_) => return reject("it is no message".to_owned()).map(|()| false),
            Err(e) => return reject(e.to_string()).map(|()| false),
        };
        if let Some(Value::Object(posts)) = object.get("posts") {
            for post in posts.values().filter_map(Value::as_object) {
                self.take(post, &place, sink)?;
            }
            return Ok(true);
        }
        if found.list == "users" {
            self.user(&object);
            return Ok(true);
        }
        if let Some(line) = export::Line::of(&object) {
            return self.exported(&line, &place, sink).map(|()| true);
        }
        self.take(&object, &place, sink)
    }

    fn user(&mut self, user: &Object) {
        let id = word(user, "id").or_else(|| word(user, "_id")).unwrap_or_default();
        self.users.add(id, person(user), None);
    }

    /// A line of a bulk export: a post with its replies below it.
    fn exported(
        &mut self,
        line: &export::Line<'_>,
        place: &str,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        match line {
            export::Line::User(user) => {
                self.users.add(word(user, "username").unwrap_or_default(), person(user), None);
                Ok(())
            }
            export::Line::Post(post) => {
                for post in export::posts(post) {
                    self.take(&post, place, sink)?;
                }
                Ok(())
            }
            export::Line::Other => Ok(()),
        }
    }

    /// Takes a post or a message; false when it is neither.
    fn take(&mut self, object: &Object, place: &str, sink: &mut Sink<'_>) -> Result<bool> {
        let rocket = object.contains_key("msg") || object.contains_key("_id");
        let post = object.contains_key("message") && object.contains_key("create_at");
        if !rocket && !post {
            return Ok(false);
        }
        if let Some(reason) = no_message(object) {
            return sink(Item::Skipped(reason.to_owned())).map(|()| true);
        }
        let reject = |reason: &str| {
            Item::Rejected(Rejected { place: place.to_owned(), reason: reason.to_owned() })
        };
        let Some(id) = word(object, "id").or_else(|| word(object, "_id")) else {
            return sink(reject("it has no `id`")).map(|()| true);
        };
        let at = time(object, "create_at").or_else(|| time(object, "ts"));
        let Some(at) = at else { return sink(reject("it says no time")).map(|()| true) };
        let edited = time(object, "edit_at").or_else(|| time(object, "editedAt"));
        let thread = word(object, "root_id").or_else(|| word(object, "tmid"));
        let text = word(object, "message").or_else(|| word(object, "msg")).unwrap_or_default();
        let text = super::fields::with_files(&text, &files(object));
        if text.is_empty() {
            return sink(Item::Skipped("messages without a text".to_owned())).map(|()| true);
        }
        let said = Said { id, thread, author: author(object), at: Some(at), edited, text };
        let system = if rocket { "rocketchat" } else { "mattermost" };
        let channel =
            word(object, "channel_id").or_else(|| word(object, "rid")).unwrap_or_default();
        let channel = self.channels.entry(channel).or_default();
        let data = object.get("channel_data").and_then(Value::as_object);
        let name = data.and_then(|data| word(data, "name")).or_else(|| word(object, "channel"));
        channel.name = channel.name.take().or(name);
        channel.said.push((system.to_owned(), said));
        Ok(true)
    }
}

/// Why a record is no message, if so.
fn no_message(object: &Object) -> Option<&'static str> {
    let kind = word(object, "type").or_else(|| word(object, "t")).unwrap_or_default();
    let deleted = word(object, "delete_at").is_some_and(|at| at != "0");
    match kind.as_str() {
        "rm" => Some("deleted messages"),
        _ if deleted => Some("deleted messages"),
        "" | "me" | "slack_attachment" | "discussion-created" | "e2e" | "videoconf" => None,
        kind if kind.starts_with("custom_") => None,
        _ => Some("joins, topics and the like"),
    }
}

/// A moment that is not the zero that stands for none.
fn time(object: &Object, name: &str) -> Option<Timestamp> {
    let field = object.get(name)?;
    let inner = field.get("$date").unwrap_or(field);
    value(inner, chrono_tz::UTC).or_else(|| moment(&word(object, name)?, chrono_tz::UTC))
}

/// Who wrote it; the number of a user is looked up when all are known.
fn author(object: &Object) -> Option<Person> {
    let of = |name: &str| object.get(name).and_then(Value::as_object).and_then(person);
    let props = object.get("props").and_then(Value::as_object);
    let hook = props.and_then(|props| word(props, "override_username"));
    let named = |name: String| Person { name: Some(name), email: None };
    let user = || word(object, "user").or_else(|| word(object, "user_id"));
    hook.map(named).or_else(|| of("user_data")).or_else(|| of("u")).or_else(|| user().map(named))
}

fn person(user: &Object) -> Option<Person> {
    let email = word(user, "email").or_else(|| {
        let first = user.get("emails")?.as_array()?.first()?.as_object()?;
        word(first, "address")
    });
    let both = [word(user, "first_name"), word(user, "last_name")];
    let both: Vec<String> = both.into_iter().flatten().collect();
    let whole = || Some(both.join(" ")).filter(|name| !name.is_empty());
    let name = word(user, "username").or_else(|| word(user, "nickname"));
    Person::new(name.or_else(whole).or_else(|| word(user, "name")).as_deref(), email.as_deref())
}

/// Files by name; Mattermost says only their numbers.
fn files(object: &Object) -> Vec<(String, Option<String>)> {
    let infos = object.get("metadata").and_then(|data| data.get("files")).and_then(Value::as_array);
    let more = ["files", "file", "attachments"].into_iter().filter_map(|name| object.get(name));
    let more =
        more.flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice));
    let infos = infos.into_iter().flatten().chain(more);
    let named = |value: &Value| {
        let file = value.as_object()?;
        let name =
            word(file, "name").or_else(|| word(file, "title")).or_else(|| word(file, "path"))?;
        Some((name, word(file, "title_link").filter(|link| link.contains("://"))))
    };
    let mut files: Vec<(String, Option<String>)> = infos.filter_map(named).collect();
    if files.is_empty() {
        let ids = object.get("file_ids").and_then(Value::as_array).into_iter().flatten();
        files.extend(ids.filter_map(Value::as_str).map(|id| (format!("file {id}"), None)));
    }
    files
}
