//! Taskwarrior: `task export` of all versions, and the `.data` files that it kept before the third.
//!
//! A ticket's reference is `taskwarrior:UUID`. A task that was deleted there is closed here. What a
//! task depends on blocks it, which stands on the other of the two, so a file is gone through twice.

use std::collections::HashMap;

use serde_json::Value;

use super::auto::Sample;
use super::fields::{Object, moment, text};
use super::record::{Record, Reply};
use super::ties::Ties;
use super::{Options, Place, Sink, Source, each, give, json};
use crate::domain::draft::Draft;
use crate::domain::words::{Channel, LinkKind, Priority, Resolution, Status};
use crate::error::{Error, Result};

mod data;
#[cfg(test)]
mod tests;

/// Reads the files of a place.
///
/// # Errors
/// Whatever `sink` returns; exit 3 when there are no tasks, exit 4 when a file is no JSON, exit 1
/// when it cannot be read.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let wanted = |source: &Source| {
        let kept_apart = matches!(source.file_name(), "undo.data" | "backlog.data");
        source.ends_in(&["json", "jsonl", "data"]) && !kept_apart
    };
    let some = place.only(|source| !place.many || wanted(source));
    if some.sources.is_empty() {
        return Err(nothing(&place.name));
    }
    each(&some, sink, |source, sink| file(source, options, sink))
}

/// Does a sample look like it?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    sample.objects_have(&["uuid", "description", "entry"])
        || data::suits(&sample.head) && sample.head.contains("uuid:\"")
}

fn nothing(name: &str) -> Error {
    Error::not_found(format!("{name} holds no tasks of Taskwarrior"))
        .hint("`task export` writes them, whatever the version")
}

fn file(source: &Source, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let (mut ties, mut any) = (Ties::default(), false);
    records(source, &mut |_, task| {
        if let Ok(Value::Object(task)) = &task {
            any |= task.contains_key("uuid") || task.contains_key("description");
            gather(task, &mut ties);
        }
        Ok(())
    })?;
    if !any {
        return Err(nothing(source.name()));
    }
    records(source, &mut |place, task| {
        let draft = match task {
            Ok(Value::Object(task)) => draft(&task, &ties, options),
            Ok(_) => Err(Error::invalid("it is not an object")),
            Err(e) => Err(e),
        };
        give(draft, || place, sink)
    })
}

/// Hands over the tasks of a file, with their places.
fn records(
    source: &Source,
    give: &mut dyn FnMut(String, Result<Value>) -> Result<()>,
) -> Result<()> {
    if data::suits(&source.head(64 << 10)?) {
        data::records(source, give)
    } else {
        json::records(source, give)
    }
}

fn reference(uuid: &str) -> String {
    format!("taskwarrior:{}", uuid.trim().to_lowercase())
}

/// The texts of a list, or those that stand in a text between commas.
fn list(task: &Object, name: &str) -> Vec<String> {
    match task.get(name) {
        Some(Value::Array(all)) => {
            all.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
        }
        Some(Value::String(text)) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            parts.map(ToOwned::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// Notes that a task comes, and what it depends on.
fn gather(task: &Object, ties: &mut Ties) {
    let Ok(Some(uuid)) = text(task, &["uuid"]) else { return };
    let own = reference(&uuid);
    for other in list(task, "depends") {
        ties.tie(&reference(&other), LinkKind::Blocks, &own);
    }
    ties.comes(own);
}

fn draft(task: &Object, ties: &Ties, options: &Options) -> Result<Draft> {
    let name = |name: &'static str| text(task, &[name]);
    let at = |name: &'static str| moment(task, &[name], options.zone);
    let Some(uuid) = name("uuid")?.filter(|uuid| !uuid.trim().is_empty()) else {
        return Err(Error::invalid("it has no uuid"));
    };
    let Some(title) = name("description")? else {
        return Err(Error::invalid(format!("task {uuid} has no description")));
    };
    let mut record = Record::new(reference(&uuid), Channel::Web, title);
    record.description = Some(String::new());
    (record.created, record.updated) = (at("entry")?, at("modified")?);
    record.closed = at("end")?;
    record.due = at("due")?;
    let status = name("status")?.unwrap_or_default().to_lowercase();
    (record.status, record.resolution) = match status.as_str() {
        "completed" => (Status::Closed, Some(Resolution::Solved)),
        "deleted" => (Status::Closed, Some(Resolution::Wontfix)),
        "pending" | "waiting" | "" => (Status::Open, None),
        // What others are made of is nothing to do by itself.
        "recurring" => (Status::Hold, None),
        other => return Err(Error::invalid(format!("`status` is not known: `{other}`"))),
    };
    if record.status != Status::Closed {
        (record.closed, record.snoozed) = (None, at("wait")?);
    }
    record.priority = match name("priority")?.unwrap_or_default().to_uppercase().as_str() {
        "H" => Priority::High,
        "L" => Priority::Low,
        _ => Priority::Normal,
    };
    record.labels = list(task, "tags");
    record.links = ties.of(&record.reference);
    for (field, key) in [("project", "project"), ("recur", "recur"), ("part_of", "parent")] {
        record.field(field, &name(key)?.unwrap_or_default());
    }
    record.replies = annotations(task, options)?;
    record.draft()
}

fn annotations(task: &Object, options: &Options) -> Result<Vec<Reply>> {
    let annotations = task.get("annotations").and_then(Value::as_array).into_iter().flatten();
    let mut replies: Vec<Reply> = Vec::new();
    let mut twins = HashMap::new();
    for annotation in annotations.filter_map(Value::as_object) {
        let body = text(annotation, &["description"])?.unwrap_or_default();
        let at = moment(annotation, &["entry"], options.zone)?;
        let mut reply = Reply::new(None, at, body);
        let since = at.map_or(0, |at| at.0 / 1000);
        let twin: &mut usize = twins.entry(since).or_default();
        *twin += 1;
        let more = if *twin == 1 { String::new() } else { format!("-{twin}") };
        reply.name = Some(format!("annotation-{since}{more}"));
        replies.push(reply);
    }
    Ok(replies)
}
