//! What the REST API gives: searches, single issues, pages of comments.

use std::collections::HashMap;

use serde_json::Value;

use super::{Stand, Told, adf, is_key, link_kind, named, record, with_files};
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{LinkKind, MessageKind};
use crate::error::{Error, Result};
use crate::import::fields::{Object, items};
use crate::import::json::each_in;
use crate::import::record::{Record, Reply};
use crate::import::{Item, Options, Place, Sink, Source, give, times, words};
use crate::view::Rejected;

/// Comments that stand in files of their own, by the number or the key of their issue.
#[derive(Default)]
pub(super) struct Loose(HashMap<String, Vec<Value>>);

impl Loose {
    /// Those of a place.
    pub(super) fn of(place: &Place) -> Result<Self> {
        let mut loose = Self::default();
        for source in &place.sources {
            let head = source.head(64 << 10)?;
            let json = head.trim_start().starts_with('{');
            if json && head.contains("\"comments\"") && !head.contains("\"fields\"") {
                let called = source.file_name().split('.').next().unwrap_or_default();
                loose.gather(source, called)?;
            }
        }
        Ok(loose)
    }

    fn gather(&mut self, source: &Source, called: &str) -> Result<()> {
        each_in(source, &["comments"], &mut |list, value| {
            if list.is_some() {
                let issue = issue_of(&value).filter(|_| !is_key(called));
                let issue = issue.unwrap_or(called).to_owned();
                self.0.entry(issue).or_default().push(value);
            }
            Ok(())
        })
    }

    /// Those of an issue.
    fn take(&mut self, issue: &Object) -> Vec<Value> {
        let own = issue.get("self").and_then(Value::as_str).and_then(|url| url.rsplit('/').next());
        let names = [text(issue, "key"), text(issue, "id"), own];
        let taken = names.into_iter().flatten().filter_map(|name| self.0.remove(name));
        taken.flatten().collect()
    }

    /// How many met no issue.
    pub(super) fn left(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }
}

/// The number of the issue that a comment's own address names.
fn issue_of(comment: &Value) -> Option<&str> {
    let own = comment.get("self")?.as_str()?;
    own.split("/issue/").nth(1)?.split('/').next()
}

/// A file that is read.
pub(super) struct Reader<'r> {
    pub(super) place: &'r Place,
    pub(super) source: &'r Source,
    pub(super) options: &'r Options,
    pub(super) loose: &'r mut Loose,
    pub(super) told: &'r mut Told,
}

impl Reader<'_> {
    pub(super) fn read(mut self, sink: &mut Sink<'_>) -> Result<()> {
        let (mut any, mut index, mut issues) = (false, 0u64, 0u64);
        let mut said = None;
        let source = self.source;
        each_in(source, &["issues", "comments"], &mut |list, mut value| {
            if list == Some("comments") {
                any = true;
                return Ok(());
            }
            index += 1;
            if let Some(inner) = value.get_mut("data").filter(|data| data.get("key").is_some()) {
                value = inner.take();
            }
            let Value::Object(object) = value else {
                return self.reject(index, "it is no issue", sink);
            };
            match (object.contains_key("key"), object.get("fields")) {
                (true, Some(Value::Object(_))) => {
                    (any, issues) = (true, issues + 1);
                    let draft = self.issue(&object).and_then(Record::draft);
                    give(draft, || place(source, index, &object), sink)
                }
                (true, _) => {
                    any = true;
                    sink(Item::Skipped("issues without any fields".to_owned()))
                }
                (false, _) if is_page(&object) => {
                    any = true;
                    self.page(&object, issues);
                    Ok(())
                }
                (false, fields) => {
                    let message = messages(&object);
                    if fields.is_some() || (list.is_some() && message.is_none()) {
                        any = true;
                        return self.reject(index, "it has no key", sink);
                    }
                    said = said.take().or(message);
                    Ok(())
                }
            }
        })?;
        if any {
            return Ok(());
        }
        let error = Error::not_found(format!("{} holds no Jira issues", source.name()));
        let error = match said {
            Some(said) => error.because(format!("it says `{said}`")),
            None => error,
        };
        Err(error.hint("what the REST API gives for a search or an issue is read"))
    }

    fn reject(&self, index: u64, reason: &str, sink: &mut Sink<'_>) -> Result<()> {
        let place = format!("{}, record {index}", self.source.name());
        sink(Item::Rejected(Rejected { place, reason: reason.to_owned() }))
    }

    /// Notes that a page is one of several.
    fn page(&mut self, page: &Object, issues: u64) {
        let total = page.get("total").and_then(Value::as_u64).unwrap_or_default();
        if !self.place.many && issues > 0 && total > issues {
            let name = self.source.name();
            self.told
                .other
                .push(format!("{name} holds {issues} of the {total} issues that were found"));
        }
    }

    fn issue(&mut self, issue: &Object) -> Result<Record> {
        let key = text(issue, "key").ok_or_else(|| Error::invalid("`key` is not text"))?;
        let empty = Object::new();
        let fields = issue.get("fields").and_then(Value::as_object).unwrap_or(&empty);
        let mut record = record(key, text(fields, "summary").unwrap_or_default().to_owned());
        record.url = self.url(issue, key);
        let status = fields.get("status").and_then(Value::as_object);
        let category = status.and_then(|status| status.get("statusCategory")?.get("key")?.as_str());
        let stand = Stand {
            status: status.and_then(|status| text(status, "name")),
            done: category.map(|category| category == "done"),
            resolution: name(fields, "resolution"),
            priority: name(fields, "priority"),
        };
        stand.apply(&mut record, self.told);
        record.requester = person(fields.get("reporter")).or_else(|| person(fields.get("creator")));
        record.assignee = person(fields.get("assignee"));
        record.created = self.time(fields, "created")?;
        record.updated = self.time(fields, "updated")?;
        record.closed = self.time(fields, "resolutiondate")?;
        record.due = due(text(fields, "duedate"), self.options);
        record.labels = names(fields, "labels");
        let description = fields.get("description").map(body).unwrap_or_default();
        record.description = Some(with_files(description, &files(fields)));
        record.links = links(fields);
        gather_fields(fields, &mut record);
        record.replies = self.comments(issue, fields);
        record.says = record.says.without(unsaid(fields));
        Ok(record)
    }

    /// Where people read an issue.
    fn url(&self, issue: &Object, key: &str) -> Option<String> {
        let own = text(issue, "self").and_then(|own| own.split_once("/rest/"));
        let base = own.map(|(base, _)| base).or(self.options.base.as_deref())?;
        base.starts_with("http").then(|| format!("{base}/browse/{key}"))
    }

    fn time(&self, fields: &Object, name: &str) -> Result<Option<Timestamp>> {
        let Some(value) = fields.get(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        let read = times::value(value, self.options.zone);
        let wrong = || Error::invalid(format!("`{name}` is not a time: `{value}`"));
        read.map(Some).ok_or_else(wrong)
    }

    fn comments(&mut self, issue: &Object, fields: &Object) -> Vec<Reply> {
        let inside = fields.get("comment").and_then(Value::as_object);
        let mut all: Vec<Value> = inside
            .map(|comment| items(comment, "comments").into_iter().cloned().collect())
            .unwrap_or_default();
        all.extend(items(fields, "comment").into_iter().cloned());
        all.extend(items(issue, "comments_data").into_iter().cloned());
        let total = inside.and_then(|comment| comment.get("total")?.as_u64()).unwrap_or_default();
        all.extend(self.loose.take(issue));
        let mut known = std::collections::HashSet::new();
        all.retain(|comment| match comment.get("id").map(ToString::to_string) {
            Some(id) => known.insert(id),
            None => true,
        });
        self.told.cut += usize::from(total > all.len() as u64);
        named(all.iter().filter_map(|comment| self.reply(comment)).collect())
    }

    fn reply(&self, comment: &Value) -> Option<(Reply, String)> {
        let object = comment.as_object()?;
        let time = |name: &str| times::value(object.get(name)?, self.options.zone);
        let (created, updated) = (time("created"), time("updated"));
        let author = object.get("author").filter(|author| !author.is_null());
        let text = object.get("body").map(body).unwrap_or_default();
        let mut reply = Reply::new(person(author), created, text);
        let restricted = object.get("visibility").is_some_and(|value| !value.is_null());
        let internal = object.get("jsdPublic").and_then(Value::as_bool) == Some(false)
            || object.get("public").and_then(Value::as_bool) == Some(false);
        if restricted || internal {
            reply.kind = MessageKind::Note;
        }
        reply.edited = updated.filter(|updated| Some(*updated) > created);
        Some((reply, author.and_then(identity).unwrap_or_default().to_owned()))
    }
}

/// Where a record that cannot be read stands.
fn place(source: &Source, index: u64, issue: &Object) -> String {
    let key = text(issue, "key").unwrap_or_default();
    format!("{}, record {index} ({key})", source.name())
}

/// Is this what stands around lists?
fn is_page(object: &Object) -> bool {
    ["startAt", "maxResults", "total", "isLast", "nextPageToken"]
        .iter()
        .any(|name| object.contains_key(*name))
}

/// What a server said instead.
fn messages(object: &Object) -> Option<String> {
    let list = object.get("errorMessages").and_then(Value::as_array)?;
    Some(list.first()?.as_str()?.chars().take(200).collect())
}

fn text<'o>(object: &'o Object, name: &str) -> Option<&'o str> {
    object.get(name).and_then(Value::as_str)
}

/// The name of an object in a field.
fn name<'o>(fields: &'o Object, field: &str) -> Option<&'o str> {
    let value = fields.get(field)?;
    value.get("name").unwrap_or(value).as_str()
}

/// The names in a list, of objects or bare.
fn names(fields: &Object, field: &str) -> Vec<String> {
    let name = |value: &&Value| value.get("name").unwrap_or(value).as_str().map(ToOwned::to_owned);
    items(fields, field).iter().filter_map(name).collect()
}

/// A text or a tree as text.
fn body(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(_) => adf::markdown(value),
        _ => String::new(),
    }
}

/// What the source calls somebody.
fn identity(value: &Value) -> Option<&str> {
    let names = ["accountId", "name", "key", "displayName"];
    value.as_str().or_else(|| names.iter().find_map(|name| value.get(*name)?.as_str()))
}

fn person(value: Option<&Value>) -> Option<Person> {
    let value = value?;
    let some = |name: &str| value.get(name)?.as_str().and_then(words::something);
    let called = ["displayName", "name", "key", "accountId"].iter().find_map(|name| some(name));
    let bare = value.as_str().and_then(words::something);
    let email = some("emailAddress").filter(|email| email.contains('@'));
    Person::new(called.or(bare), email)
}

fn due(text: Option<&str>, options: &Options) -> Option<Timestamp> {
    crate::import::dates::Dates::of(options.zone, std::iter::empty()).due(text?)
}

fn files(fields: &Object) -> Vec<(String, Option<String>)> {
    let file = |value: &&Value| {
        let name = value.get("filename")?.as_str()?.to_owned();
        Some((name, value.get("content").and_then(Value::as_str).map(ToOwned::to_owned)))
    };
    items(fields, "attachment").iter().filter_map(file).collect()
}

/// Links that stand on this issue; those that stand on the other come with it.
fn links(fields: &Object) -> Vec<(LinkKind, String)> {
    let link = |value: &&Value| {
        let key = value.get("outwardIssue")?.get("key")?.as_str()?;
        let kind = value.get("type").and_then(|kind| kind.get("name")?.as_str());
        Some((link_kind(kind.unwrap_or_default()), format!("jira:{key}")))
    };
    items(fields, "issuelinks").iter().filter_map(link).collect()
}

fn gather_fields(fields: &Object, record: &mut Record) {
    for (field, ours) in [("issuetype", "type"), ("project", "project"), ("security", "security")] {
        record.field(ours, name(fields, field).unwrap_or_default());
    }
    for (field, ours) in
        [("components", "component"), ("fixVersions", "fix versions"), ("versions", "versions")]
    {
        record.field(ours, &names(fields, field).join(", "));
    }
    let environment = fields.get("environment").map(body).unwrap_or_default();
    record.field("environment", &environment);
    let parent = fields.get("parent").and_then(|parent| parent.get("key")?.as_str());
    if let Some(parent) = parent {
        record.field("parent", parent);
        record.links.push((LinkKind::Relates, format!("jira:{parent}")));
    }
}

/// The parts that an answer with these fields says nothing about.
fn unsaid(fields: &Object) -> impl Iterator<Item = &'static str> {
    const PARTS: [(&str, &str); 9] = [
        ("summary", "title"),
        ("status", "status"),
        ("priority", "priority"),
        ("assignee", "assignee"),
        ("reporter", "requester"),
        ("duedate", "due"),
        ("labels", "labels"),
        ("issuelinks", "links"),
        ("description", "description"),
    ];
    let absent = PARTS.iter().filter(|(field, _)| !fields.contains_key(*field));
    absent.map(|(_, part)| *part).collect::<Vec<_>>().into_iter()
}
