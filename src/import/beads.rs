//! beads: issues.jsonl, an issue a line.
//!
//! A ticket's reference is `beads:ID`. What was deleted there (a tombstone) and what the tool keeps
//! for itself (events, agents, messages) is left out. What an issue depends on blocks it, which
//! stands on the other of the two, so a file is gone through twice.

use serde_json::Value;

use super::auto::Sample;
use super::fields::{Object, moment, somebody, text};
use super::record::{Record, Reply};
use super::ties::Ties;
use super::{Item, Options, Place, Sink, Source, each, give, json};
use crate::domain::draft::Draft;
use crate::domain::ids::Timestamp;
use crate::domain::words::{Channel, LinkKind, Priority, Resolution, Status};
use crate::error::{Error, Result};

#[cfg(test)]
mod tests;

/// What the tool keeps for itself.
const MACHINERY: [&str; 6] = ["event", "agent", "message", "role", "rig", "molecule"];

/// Reads the `.jsonl` files of a place.
///
/// # Errors
/// Whatever `sink` returns; exit 3 when there are no issues, exit 1 when a file cannot be read.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let place = place.only(|source| !place.many || source.ends_in(&["json", "jsonl"]));
    each(&place, sink, |source, sink| file(source, options, sink))
}

/// Does a sample look like it?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    let has = |names: &[&str]| sample.objects_have(names);
    has(&["id", "title", "status", "issue_type"]) || has(&["id", "title", "status", "content_hash"])
}

fn file(source: &Source, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let (mut ties, mut any) = (Ties::default(), false);
    json::records(source, &mut |_, record| {
        if let Ok(Value::Object(issue)) = &record {
            any |= is_issue(issue);
            gather(issue, &mut ties);
        }
        Ok(())
    })?;
    if !any {
        return Err(Error::not_found(format!("{} holds no issues of beads", source.name()))
            .hint("beads keeps them in .beads/issues.jsonl"));
    }
    json::records(source, &mut |place, record| {
        let draft = match record {
            Ok(Value::Object(issue)) => {
                if let Some(why) = left_out(&issue) {
                    return sink(Item::Skipped(why.to_owned()));
                }
                draft(&issue, &ties, options)
            }
            Ok(_) => Err(Error::invalid("it is not an object")),
            Err(e) => Err(e),
        };
        give(draft, || place, sink)
    })
}

fn is_issue(object: &Object) -> bool {
    object.contains_key("id") && object.contains_key("title")
}

/// Why an issue is no ticket.
fn left_out(issue: &Object) -> Option<&'static str> {
    let is = |name: &str| word(issue, name);
    if is("status") == "tombstone" {
        return Some("deleted issues");
    }
    MACHINERY.contains(&is("issue_type").as_str()).then_some("records of beads itself")
}

/// A field's value in lower case, its words joined by `-`.
fn word(object: &Object, name: &str) -> String {
    let text = object.get(name).and_then(Value::as_str).unwrap_or_default();
    text.trim().to_lowercase().replace(['_', ' '], "-")
}

fn reference(id: &str) -> String {
    format!("beads:{}", id.trim())
}

/// Notes that an issue comes, and what it has to do with others.
fn gather(issue: &Object, ties: &mut Ties) {
    let Ok(Some(id)) = text(issue, &["id"]) else { return };
    if left_out(issue).is_some() {
        return;
    }
    let own = reference(&id);
    let others = issue.get("dependencies").and_then(Value::as_array);
    for other in others.into_iter().flatten().filter_map(Value::as_object) {
        let Ok(Some(to)) = text(other, &["depends_on_id", "depends_on"]) else { continue };
        let to = reference(&to);
        match word(other, "type").as_str() {
            "blocks" | "blocked-by" | "" => ties.tie(&to, LinkKind::Blocks, &own),
            "duplicates" | "duplicate-of" => ties.tie(&own, LinkKind::Duplicates, &to),
            _ => ties.tie(&own, LinkKind::Relates, &to),
        }
    }
    ties.comes(own);
}

fn draft(issue: &Object, ties: &Ties, options: &Options) -> Result<Draft> {
    let name = |name: &'static str| text(issue, &[name]);
    let Some(id) = name("id")?.filter(|id| !id.trim().is_empty()) else {
        return Err(Error::invalid("it has no id"));
    };
    let Some(title) = name("title")? else {
        return Err(Error::invalid(format!("{id} has no title")));
    };
    let at = |name: &'static str| moment(issue, &[name], options.zone);
    let mut record = Record::new(reference(&id), Channel::Web, title);
    record.description = Some(description(issue)?);
    record.requester = somebody(name("created_by")?.as_deref());
    record.assignee = somebody(name("assignee")?.as_deref());
    (record.created, record.updated) = (at("created_at")?, at("updated_at")?);
    (record.closed, record.due) = (at("closed_at")?, at("due_at")?);
    record.snoozed = at("defer_until")?;
    record.priority = priority(issue)?;
    let reason = name("close_reason")?.unwrap_or_default();
    record.status = status(issue, record.closed);
    if record.status == Status::Closed {
        record.resolution = Some(resolution(&reason));
    }
    let labels = issue.get("labels").and_then(Value::as_array).into_iter().flatten();
    record.labels = labels.filter_map(Value::as_str).map(ToOwned::to_owned).collect();
    record.links = ties.of(&record.reference);
    record.replies = comments(issue, options)?;
    for (field, key) in
        [("type", "issue_type"), ("owner", "owner"), ("external_ref", "external_ref")]
    {
        record.field(field, &name(key)?.unwrap_or_default());
    }
    record.field("close_reason", &reason);
    let status = word(issue, "status");
    if !matches!(status.as_str(), "open" | "closed") {
        record.field("beads_status", &status);
    }
    record.draft()
}

/// The texts of an issue, the parts beside its description under their names.
fn description(issue: &Object) -> Result<String> {
    let mut whole = text(issue, &["description"])?.unwrap_or_default();
    for (field, heading) in
        [("design", "Design"), ("acceptance_criteria", "Acceptance criteria"), ("notes", "Notes")]
    {
        let part = text(issue, &[field])?.unwrap_or_default();
        if !part.trim().is_empty() {
            let gap = if whole.trim().is_empty() { "" } else { "\n\n" };
            whole = format!("{}{gap}## {heading}\n\n{}", whole.trim_end(), part.trim());
        }
    }
    Ok(whole)
}

/// The priority: 0 is the highest, and not the same as none.
fn priority(issue: &Object) -> Result<Priority> {
    let digits = text(issue, &["priority"])?.unwrap_or_default();
    match digits.trim().trim_start_matches(['P', 'p']) {
        "0" => Ok(Priority::Urgent),
        "1" => Ok(Priority::High),
        "2" | "" => Ok(Priority::Normal),
        "3" | "4" => Ok(Priority::Low),
        other => Err(Error::invalid(format!("`priority` is none of 0 to 4: `{other}`"))),
    }
}

fn status(issue: &Object, closed: Option<Timestamp>) -> Status {
    match word(issue, "status").as_str() {
        "closed" | "done" | "resolved" | "completed" | "cancelled" | "canceled" => Status::Closed,
        "blocked" | "deferred" => Status::Hold,
        "open" | "in-progress" | "hooked" | "pinned" | "review" | "in-review" => Status::Open,
        _ if closed.is_some() => Status::Closed,
        _ => Status::Open,
    }
}

/// How an issue ended, by the first words of the reason that somebody gave.
fn resolution(reason: &str) -> Resolution {
    let reason = reason.trim().to_lowercase().replace(['\'', '’'], "");
    let begins = |words: &[&str]| words.iter().any(|word| reason.starts_with(word));
    match () {
        () if begins(&["duplicate", "dup of"]) => Resolution::Duplicate,
        () if begins(&[
            "wontfix",
            "wont fix",
            "wont do",
            "not planned",
            "declined",
            "rejected",
        ]) =>
        {
            Resolution::Wontfix
        }
        () if begins(&["invalid", "not a bug", "cannot reproduce"]) => Resolution::Invalid,
        () if begins(&["stale", "obsolete", "outdated"]) => Resolution::Stale,
        () => Resolution::Solved,
    }
}

fn comments(issue: &Object, options: &Options) -> Result<Vec<Reply>> {
    let comments = issue.get("comments").and_then(Value::as_array).into_iter().flatten();
    let comment = |comment: &Object| -> Result<Reply> {
        let author = somebody(text(comment, &["author"])?.as_deref());
        let body = text(comment, &["text", "body"])?.unwrap_or_default();
        let mut reply = Reply::new(author, moment(comment, &["created_at"], options.zone)?, body);
        reply.name = text(comment, &["id"])?.map(|id| format!("comment-{id}"));
        Ok(reply)
    };
    comments.filter_map(Value::as_object).map(comment).collect()
}
