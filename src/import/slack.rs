//! A Slack export: its folder or zip archive, or files of it; also what slackdump writes.
//!
//! A channel is a folder of days, or a file of its own with its threads beside it. Its messages are
//! read one channel at a time, for a thread goes on in the files of later days.

use std::collections::BTreeMap;

use serde_json::Value;

use super::auto::Sample;
use super::chat;
use super::fields::{Object, word};
use super::lists::{self, Shape};
use super::{Item, Options, Place, Sink, Source, give};
use crate::domain::person::Person;
use crate::error::{Error, Kind, Result};
use crate::view::Rejected;
use message::Reading;
use names::Names;

mod markup;
mod message;
mod names;
#[cfg(test)]
mod tests;

const MESSAGES: Shape = Shape { lists: &["messages"], inside: &[], skip: &["users", "channels"] };

/// Reads the files of a place.
///
/// # Errors
/// Whatever `sink` returns; exit 4 when a file is broken, exit 3 when there are no messages.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let mut names = Names::default();
    let mut channels: BTreeMap<String, Vec<&Source>> = BTreeMap::new();
    for source in &place.sources {
        if names.read(source)? {
            continue;
        }
        if source.ends_in(&["json"]) || !place.many {
            channels.entry(channel(source, place.many)).or_default().push(source);
        }
    }
    let mut any = false;
    for (channel, sources) in channels {
        let mut reading = Reading::new(&names, channel);
        for source in sources {
            if file(source, &mut reading, sink)? {
                any = true;
            } else if place.many {
                sink(Item::Skipped("files of other kinds".to_owned()))?;
            }
        }
        hand(reading, options, sink)?;
    }
    if any {
        return Ok(());
    }
    let error = Error::not_found(format!("{} holds no Slack messages", place.name));
    Err(error.hint("an export is a folder or zip archive with a folder a channel, of a file a day"))
}

/// Does a sample look like Slack's?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    let day = |before: &str| {
        let has = |name: &str| sample.keys.contains(&format!("{before}{name}"));
        has("ts")
            && has("type")
            && ["text", "user", "bot_id", "subtype", "files"].iter().any(|it| has(it))
    };
    day("[].") && !sample.has(&["[]._id"])
        || day("messages[].")
        || sample.source.file_name() == "users.json" && sample.beside("channels.json")
        || sample.has(&["[].id", "[].team_id", "[].profile.display_name"])
}

/// Which channel a file is of: the folder of a day, else the file itself, threads and all.
fn channel(source: &Source, many: bool) -> String {
    let name = source.file_name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let day = |stem: &str| {
        let digits = stem.bytes().all(|c| c.is_ascii_digit() || c == b'-');
        digits && stem.len() == 10
    };
    let folder = if many {
        source.inside().rsplit_once('/').map(|(folders, _)| folders)
    } else {
        source.called().and_then(|called| called.rsplit_once('/')).map(|(folder, _)| folder)
    };
    let folder =
        folder.and_then(|folder| folder.rsplit('/').next()).filter(|folder| !folder.is_empty());
    match folder {
        Some(folder) if day(stem) => folder.to_owned(),
        _ => stem.split_once("_thread_").map_or(stem, |(channel, _)| channel).to_owned(),
    }
}

/// Reads the messages of a file; false when it holds none.
fn file(source: &Source, reading: &mut Reading<'_>, sink: &mut Sink<'_>) -> Result<bool> {
    let mut any = source.head(16)?.trim() == "[]";
    let read = lists::each(source, &MESSAGES, &mut |found| {
        let reject =
            |reason: String| Item::Rejected(Rejected { place: found.place.clone(), reason });
        match found.value {
            Ok(Value::Object(object)) if message::is_one(&object) => {
                any = true;
                match reading.take(&object) {
                    Ok(None) => Ok(()),
                    Ok(Some(reason)) => sink(Item::Skipped(reason.to_owned())),
                    Err(e) => sink(reject(e.to_string())),
                }
            }
            Ok(Value::Object(object)) => {
                any |= reading.around(&object) || found.list == "messages";
                Ok(())
            }
            Ok(_) if any => sink(reject("it is no message".to_owned())),
            Ok(_) => Ok(()),
            Err(e) => sink(reject(e.to_string())),
        }
    });
    match read {
        Err(e) if e.kind == Kind::NotFound => Ok(false),
        read => read.map(|()| any),
    }
}

/// Hands over the conversations of a channel.
fn hand(reading: Reading<'_>, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let (id, name) = reading.named();
    for (ts, said) in chat::conversations(reading.said) {
        let mut record = chat::record(format!("slack:{id}/{ts}"), said);
        record.labels = name.iter().cloned().collect();
        let digits = ts.replace('.', "");
        record.url = options.base.as_ref().map(|base| format!("{base}/archives/{id}/p{digits}"));
        give(record.draft(), || format!("{id}/{ts}"), sink)?;
    }
    Ok(())
}

/// The moment that a `ts` names.
fn moment(ts: &str) -> Option<crate::domain::ids::Timestamp> {
    super::times::moment(ts, chrono_tz::UTC)
}

/// A person with what is known of them.
fn person(user: &Object) -> Option<Person> {
    let profile = user.get("profile").and_then(Value::as_object);
    let of = |name: &str| profile.and_then(|profile| word(profile, name));
    let name = word(user, "real_name").or_else(|| of("real_name"));
    let name = name.or_else(|| of("display_name")).or_else(|| word(user, "name"));
    Person::new(name.as_deref(), of("email").or_else(|| word(user, "email")).as_deref())
}
