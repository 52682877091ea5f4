//! Bugs as the REST API gives them, and as Mozilla hands them out, a bug a line with its comments.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::bug::{Bug, Comment, File};
use super::{Found, nothing};
use crate::domain::person::Person;
use crate::error::{Error, Result};
use crate::import::fields::{Object, moment, somebody, text};
use crate::import::{Options, Source, json};

/// Is it a key of a page of comments: `bugs.123.comments`?
pub(super) fn is_key_of_comments(key: &str) -> bool {
    let id = key.strip_prefix("bugs.").and_then(|rest| rest.strip_suffix(".comments"));
    id.is_some_and(|id| !id.is_empty() && id.bytes().all(|c| c.is_ascii_digit()))
}

/// Goes through the bugs and comments of a file.
///
/// # Errors
/// Whatever `give` returns; exit 3 when it is other JSON, exit 4 when it is broken.
pub(super) fn walk(
    source: &Source,
    options: &Options,
    give: &mut dyn FnMut(Found) -> Result<()>,
) -> Result<()> {
    let (mut any, mut said) = (false, None);
    json::records(source, &mut |place, value| {
        let object = match value {
            Ok(Value::Object(object)) => object,
            Ok(_) => return give(Found::Broken(place, Error::invalid("it is not an object"))),
            Err(e) => return give(Found::Broken(place, e)),
        };
        match object.get("bugs") {
            Some(Value::Array(bugs)) => {
                any = true;
                bugs.iter().try_for_each(|it| give(found(it.as_object(), &place, options)))
            }
            Some(Value::Object(threads)) => {
                any = true;
                threads.iter().try_for_each(|thread| give(comments(thread, &place, options)))
            }
            _ => {
                any |= object.contains_key("summary");
                let message = object.get("message").and_then(Value::as_str);
                said = said.take().or(message.map(ToOwned::to_owned));
                give(found(Some(&object), &place, options))
            }
        }
    })?;
    if any {
        return Ok(());
    }
    let mut error = nothing(source);
    error.why = said.map(|said| format!("it says `{said}`"));
    Err(error)
}

/// The bug that an object is.
fn found(object: Option<&Object>, place: &str, options: &Options) -> Found {
    let bug = object.ok_or_else(|| Error::invalid("it is not an object"));
    match bug.and_then(|object| bug_of(object, options)) {
        Ok(bug) => Found::Bug(Box::new(bug)),
        Err(e) => {
            let id = object.and_then(|object| object.get("id")).map(|id| format!(", bug {id}"));
            Found::Broken(format!("{place}{}", id.unwrap_or_default()), e)
        }
    }
}

/// The comments of the bug of an id.
fn comments((id, thread): (&String, &Value), place: &str, options: &Options) -> Found {
    let list = thread.get("comments").and_then(Value::as_array).into_iter().flatten();
    let people = People::new();
    let read = list.filter_map(Value::as_object).map(|it| comment(it, &people, options));
    match read.collect::<Result<Vec<_>>>() {
        Ok(comments) => Found::Comments(id.clone(), comments),
        Err(e) => Found::Broken(format!("{place}, comments of bug {id}"), e),
    }
}

/// People by the names that they sign in with.
type People = HashMap<String, Person>;

/// The people that a bug tells more of than what they sign in with.
fn people(bug: &Object) -> People {
    let mut people = People::new();
    let details = bug.iter().filter(|(name, _)| name.ends_with("_detail"));
    let listed = |value: &Value| match value {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    for detail in details.flat_map(|(_, value)| listed(value)) {
        let text = |name: &str| detail.get(name).and_then(Value::as_str);
        let (Some(login), Some(real)) = (text("name"), text("real_name")) else { continue };
        let email = text("email").filter(|email| email.contains('@'));
        let email = email.or(Some(login).filter(|login| login.contains('@')));
        let real = if real.trim().is_empty() { None } else { Some(real) };
        if let Some(person) = Person::new(real.or(Some(login)), email) {
            people.insert(login.to_owned(), person);
        }
    }
    people
}

fn named(object: &Object, names: &[&'static str], people: &People) -> Result<Option<Person>> {
    let Some(login) = text(object, names)? else { return Ok(None) };
    let known = somebody(Some(&login));
    Ok(known.map(|known| people.get(&login).cloned().unwrap_or(known)))
}

/// A list's texts, or the one that stands there without a list.
fn list(object: &Object, name: &str) -> Vec<String> {
    let plain = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match object.get(name) {
        Some(Value::Array(all)) => all.iter().filter_map(plain).collect(),
        Some(value) => plain(value).into_iter().collect(),
        None => Vec::new(),
    }
}

fn bug_of(object: &Object, options: &Options) -> Result<Bug> {
    let name = |name: &'static str| text(object, &[name]);
    let at = |name: &'static str| moment(object, &[name], options.zone);
    let (Some(id), Some(summary)) = (name("id")?, name("summary")?) else {
        return Err(Error::invalid("it has no number or no summary"));
    };
    let people = people(object);
    let said = object.get("comments").filter(|it| it.is_array() || it.is_object());
    let said = said.map(|it| it.get("comments").unwrap_or(it));
    let read = |list: &Vec<Value>| {
        let comments = list.iter().filter_map(Value::as_object);
        comments.map(|it| comment(it, &people, options)).collect::<Result<Vec<_>>>()
    };
    let files = object.get("attachments").and_then(Value::as_array).into_iter().flatten();
    let files = files.filter_map(Value::as_object).map(|it| file(it, &people, options));
    let mut fields = Vec::new();
    for (ours, theirs) in [
        ("product", "product"),
        ("component", "component"),
        ("version", "version"),
        ("milestone", "target_milestone"),
        ("whiteboard", "whiteboard"),
        ("see", "url"),
        ("type", "type"),
    ] {
        fields.push((ours, list(object, theirs).join(", ")));
    }
    Ok(Bug {
        id,
        summary: Some(summary),
        status: name("status")?,
        resolution: name("resolution")?,
        priority: name("priority")?,
        severity: name("severity")?,
        reporter: named(object, &["creator", "reporter"], &people)?,
        assignee: named(object, &["assigned_to"], &people)?,
        created: at("creation_time")?,
        updated: at("last_change_time")?,
        closed: at("cf_last_resolved")?,
        due: at("deadline")?,
        keywords: list(object, "keywords"),
        fields,
        blocks: list(object, "blocks"),
        depends_on: list(object, "depends_on"),
        dupe_of: list(object, "dupe_of").pop(),
        comments: said.and_then(Value::as_array).map(read).transpose()?,
        files: files.collect::<Result<_>>()?,
        base: options.base.clone(),
        silent: silent(object),
    })
}

/// What a bug does not speak of: a program asks for the fields that it wants.
fn silent(object: &Object) -> Vec<&'static str> {
    let sources: [(&[&str], &str); 7] = [
        (&["status"], "status"),
        (&["priority", "severity"], "priority"),
        (&["creator", "reporter"], "requester"),
        (&["assigned_to"], "assignee"),
        (&["keywords"], "labels"),
        (&["blocks", "depends_on", "dupe_of"], "links"),
        (&["deadline"], "due"),
    ];
    let unsaid = |names: &[&str]| names.iter().all(|name| !object.contains_key(*name));
    sources.iter().filter(|(names, _)| unsaid(names)).map(|(_, part)| *part).collect()
}

fn is_set(object: &Object, name: &str) -> bool {
    matches!(object.get(name), Some(Value::Bool(true)))
        || object.get(name).and_then(Value::as_u64) == Some(1)
}

fn comment(object: &Object, people: &People, options: &Options) -> Result<Comment> {
    Ok(Comment {
        name: text(object, &["id"])?.map(|id| format!("comment-{id}")),
        first: object.get("count").and_then(Value::as_u64).map(|count| count == 0),
        author: named(object, &["creator", "author"], people)?,
        at: moment(object, &["creation_time", "time"], options.zone)?,
        text: text(object, &["text", "raw_text"])?.unwrap_or_default(),
        private: is_set(object, "is_private"),
        attachment: text(object, &["attachment_id"])?,
        ..Comment::default()
    })
}

fn file(object: &Object, people: &People, options: &Options) -> Result<File> {
    let bytes = object.get("data").and_then(Value::as_str).and_then(|data| {
        let data: String = data.split_ascii_whitespace().collect();
        STANDARD.decode(data).ok()
    });
    Ok(File {
        id: text(object, &["id"])?.unwrap_or_default(),
        name: text(object, &["file_name"])?.unwrap_or_default(),
        about: text(object, &["summary", "description"])?.unwrap_or_default(),
        author: named(object, &["creator", "attacher"], people)?,
        at: moment(object, &["creation_time"], options.zone)?,
        private: is_set(object, "is_private"),
        bytes: bytes.filter(|bytes| !bytes.is_empty()),
    })
}
