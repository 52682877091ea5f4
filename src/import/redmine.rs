//! Redmine issues: JSON of the REST API, lists and single issues with their journals; CSV of a list.
//!
//! A ticket's reference is `redmine:ID`. A journal with notes is a comment, one without is only a
//! change. Texts stay in the markup that they are written in.

use serde_json::Value;

use super::auto::Sample;
use super::fields::{Object, moment, somebody, text};
use super::record::{Record, Reply};
use super::ties::Ties;
use super::{Item, Options, Place, Sink, Source, each, give, json, times, words};
use crate::domain::draft::{Draft, Says};
use crate::domain::person::Person;
use crate::domain::words::{Channel, LinkKind, MessageKind, Priority, Resolution, Status};
use crate::error::{Error, Kind, Result};

mod list;
#[cfg(test)]
mod tests;

/// Reads the files of a place.
///
/// # Errors
/// Whatever `sink` returns; exit 3 when there are no issues, exit 4 when a file is broken, exit 1
/// when it cannot be read.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let place =
        place.only(|source| !place.many || source.ends_in(&["json", "jsonl", "csv", "txt"]));
    if place.sources.is_empty() {
        return Err(Error::not_found(format!("no .json or .csv file in {}", place.name)));
    }
    let (mut ties, mut pages) = (Ties::default(), Pages::default());
    for source in place.sources.iter().filter(|source| is_json(source).unwrap_or_default()) {
        let read = issues(source, &mut |_, issue| {
            if let Ok(Found::Issue(issue)) = &issue {
                gather(issue, &mut ties);
            }
            pages.count(issue.as_ref().ok());
            Ok(())
        });
        read.or_else(|e| if e.kind == Kind::NotFound { Ok(()) } else { Err(e) })?;
    }
    each(&place, sink, |source, sink| {
        if !is_json(source)? {
            return list::read(source, options, sink);
        }
        issues(source, &mut |place, issue| match issue {
            Ok(Found::Page(_)) => Ok(()),
            Ok(Found::Issue(issue)) => give(draft(&issue, &ties, options), || place, sink),
            Err(e) => give(Err(e), || place, sink),
        })
    })?;
    pages.note().map_or(Ok(()), |note| sink(Item::Note(note)))
}

/// Does a sample look like it?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    sample.has(&["issues[].subject"])
        || sample.has(&["issue.subject"])
        || sample.objects_have(&["subject", "tracker", "status"])
        || list::suits(&sample.header)
}

fn is_json(source: &Source) -> Result<bool> {
    let head = source.head(4 << 10)?;
    Ok(head.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']))
}

/// What is found in a file.
enum Found {
    /// An issue.
    Issue(Object),
    /// How many issues there are in all, as a page of a list says.
    Page(u64),
}

/// How many issues there are in the files and how many there should be.
#[derive(Default)]
struct Pages {
    there: u64,
    total: u64,
}

impl Pages {
    fn count(&mut self, found: Option<&Found>) {
        match found {
            Some(Found::Page(total)) => self.total = self.total.max(*total),
            _ => self.there += 1,
        }
    }

    /// What to tell of a list that is not whole.
    fn note(&self) -> Option<String> {
        let Self { there, total } = self;
        (there < total).then(|| {
            format!(
                "of the {total} issues of the list {there} are here; `offset=` gives the next page"
            )
        })
    }
}

/// Goes through the issues of a file.
fn issues(
    source: &Source,
    give: &mut dyn FnMut(String, Result<Found>) -> Result<()>,
) -> Result<()> {
    let mut any = false;
    json::records(source, &mut |place, value| {
        let mut object = match value {
            Ok(Value::Object(object)) => object,
            Ok(_) => return give(place, Err(Error::invalid("it is not an object"))),
            Err(e) => return give(place, Err(e)),
        };
        if let Some(Value::Object(issue)) = object.remove("issue") {
            any = true;
            return give(place, Ok(Found::Issue(issue)));
        }
        if let Some(Value::Array(issues)) = object.remove("issues") {
            any = true;
            let total = object.get("total_count").and_then(Value::as_u64).unwrap_or_default();
            give(place.clone(), Ok(Found::Page(total)))?;
            return issues.into_iter().enumerate().try_for_each(|(at, issue)| {
                let place = format!("{place}, issue {}", at + 1);
                let Value::Object(issue) = issue else {
                    return give(place, Err(Error::invalid("it is not an object")));
                };
                give(place, Ok(Found::Issue(issue)))
            });
        }
        any |= object.contains_key("subject");
        give(place, Ok(Found::Issue(object)))
    })?;
    if any {
        return Ok(());
    }
    Err(Error::not_found(format!("{} holds no issues of Redmine", source.name())))
}

fn reference(id: &str) -> String {
    format!("redmine:{}", id.trim())
}

/// The id in a field that is one or an object with one.
fn id_in(object: &Object, name: &'static str) -> Option<String> {
    let value = object.get(name)?;
    let value = value.get("id").unwrap_or(value);
    value.as_u64().map(|id| id.to_string()).or_else(|| value.as_str().map(ToOwned::to_owned))
}

fn objects<'o>(object: &'o Object, name: &str) -> impl Iterator<Item = &'o Object> {
    let all = object.get(name).and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_object)
}

/// Notes that an issue comes, and what it has to do with others.
fn gather(issue: &Object, ties: &mut Ties) {
    let Some(id) = id_in(issue, "id") else { return };
    let own = reference(&id);
    if let Some(parent) = id_in(issue, "parent") {
        ties.tie(&own, LinkKind::Relates, &reference(&parent));
    }
    for relation in objects(issue, "relations") {
        let (Some(from), Some(to)) = (id_in(relation, "issue_id"), id_in(relation, "issue_to_id"))
        else {
            continue;
        };
        let (from, to) = (reference(&from), reference(&to));
        match relation.get("relation_type").and_then(Value::as_str).unwrap_or_default() {
            "blocks" | "precedes" => ties.tie(&from, LinkKind::Blocks, &to),
            "blocked" | "follows" => ties.tie(&to, LinkKind::Blocks, &from),
            "duplicates" => ties.tie(&from, LinkKind::Duplicates, &to),
            "duplicated" => ties.tie(&to, LinkKind::Duplicates, &from),
            _ => ties.tie(&from, LinkKind::Relates, &to),
        }
    }
    ties.comes(own);
}

/// The name in a field that is a text or an object with one.
fn name_in<'o>(object: &'o Object, name: &str) -> Option<&'o str> {
    let value = object.get(name)?;
    value.as_str().or_else(|| value.get("name")?.as_str())
}

/// Who is named in a field; somebody without a name is called by number.
fn person_in(object: &Object, name: &'static str) -> Option<Person> {
    let numbered = || id_in(object, name).map(|id| format!("user {id}"));
    let known = name_in(object, name).map(ToOwned::to_owned).or_else(numbered)?;
    somebody(Some(&known))
}

fn draft(issue: &Object, ties: &Ties, options: &Options) -> Result<Draft> {
    let at = |name: &'static str| moment(issue, &[name], options.zone);
    let id = id_in(issue, "id").ok_or_else(|| Error::invalid("it has no id"))?;
    let Some(subject) = text(issue, &["subject"])? else {
        return Err(Error::invalid(format!("issue {id} has no subject")));
    };
    let mut record = Record::new(reference(&id), Channel::Web, subject);
    record.url = options.base.as_ref().map(|base| format!("{base}/issues/{id}"));
    record.requester = person_in(issue, "author");
    record.assignee = person_in(issue, "assigned_to");
    (record.created, record.updated) = (at("created_on")?, at("updated_on")?);
    record.closed = at("closed_on")?;
    let due = text(issue, &["due_date"])?.unwrap_or_default();
    record.due = times::due(&due, options.zone);
    state(issue, &mut record);
    let priority = name_in(issue, "priority").and_then(words::priority);
    record.priority = priority.unwrap_or(Priority::Normal);
    let tags = objects(issue, "tags").filter_map(|tag| tag.get("name")?.as_str());
    record.labels = tags.chain(name_in(issue, "category")).map(ToOwned::to_owned).collect();
    record.links = ties.of(&record.reference);
    fields(issue, &mut record);
    record.description = Some(described(issue)?);
    record.replies = journals(issue, options)?;
    record.says = says(issue);
    record.draft()
}

/// Where an issue stands, by the word for it; one that is not known is closed if it was closed at all.
fn state(issue: &Object, record: &mut Record) {
    let word = name_in(issue, "status").unwrap_or_default();
    let closed = issue.get("status").and_then(|status| status.get("is_closed")?.as_bool());
    let standing = words::standing(word);
    record.resolution = standing.and_then(|standing| standing.resolution);
    record.status = match (closed, standing) {
        (Some(true), _) => Status::Closed,
        (_, Some(standing)) => standing.status,
        (_, None) if record.closed.is_some() => Status::Closed,
        (_, None) => Status::Open,
    };
    if record.status == Status::Closed {
        record.resolution = record.resolution.or(Some(Resolution::Solved));
    } else {
        (record.closed, record.resolution) = (None, None);
    }
    record.field("redmine_status", word);
}

/// What only Redmine knows.
fn fields(issue: &Object, record: &mut Record) {
    for (ours, theirs) in
        [("project", "project"), ("type", "tracker"), ("milestone", "fixed_version")]
    {
        record.field(ours, name_in(issue, theirs).unwrap_or_default());
    }
    for field in objects(issue, "custom_fields").take(50) {
        let Some(name) = field.get("name").and_then(Value::as_str) else { continue };
        let value = match field.get("value") {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(all)) => {
                all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
            }
            _ => continue,
        };
        let name = super::headers::alike(name).replace(' ', "_");
        if !name.is_empty() && name.len() <= 60 && !super::headers::is_ours(&name) {
            record.field(&name, &value);
        }
    }
}

/// The description, with the files of the issue, whose bytes lie elsewhere.
fn described(issue: &Object) -> Result<String> {
    let text = text(issue, &["description"])?.unwrap_or_default();
    let file = |file: &Object| {
        let name = file.get("filename").and_then(Value::as_str).unwrap_or("file");
        let url = file.get("content_url").and_then(Value::as_str);
        url.map_or_else(|| format!("- {name}"), |url| format!("- {name}: {url}"))
    };
    let files: Vec<String> = objects(issue, "attachments").map(file).collect();
    if files.is_empty() {
        return Ok(text);
    }
    Ok(format!("{}\n\nAttachments:\n\n{}", text.trim_end(), files.join("\n")))
}

/// What was said, without what was only changed.
fn journals(issue: &Object, options: &Options) -> Result<Vec<Reply>> {
    let mut replies = Vec::new();
    for journal in objects(issue, "journals") {
        let notes = text(journal, &["notes"])?.unwrap_or_default();
        if notes.trim().is_empty() {
            continue;
        }
        let at = moment(journal, &["created_on"], options.zone)?;
        let private = journal.get("private_notes") == Some(&Value::Bool(true));
        let mut reply = Reply::new(person_in(journal, "user"), at, notes);
        reply.kind = if private { MessageKind::Note } else { MessageKind::Reply };
        reply.name = id_in(journal, "id").map(|id| format!("journal-{id}"));
        replies.push(reply);
    }
    Ok(replies)
}

/// What an issue speaks of.
fn says(issue: &Object) -> Says {
    let sources: [(&[&str], &str); 4] = [
        (&["description"], "description"),
        (&["status"], "status"),
        (&["priority"], "priority"),
        (&["author"], "requester"),
    ];
    let silent =
        sources.iter().filter(|(keys, _)| keys.iter().all(|key| !issue.contains_key(*key)));
    Says::ALL.without(silent.map(|(_, part)| *part))
}
