//! `SearchRequest.xml`, the XML of a search or an issue.

use std::collections::HashMap;

use super::{Stand, Told, link_kind, named, record, with_files};
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{LinkKind, MessageKind};
use crate::error::{Error, Result};
use crate::import::dates::Dates;
use crate::import::markup::markdown;
use crate::import::record::{Record, Reply};
use crate::import::xml::{self, Element};
use crate::import::{Item, Options, Sink, Source, give, words};
use crate::view::Rejected;

/// Reads the items of a file.
pub(super) fn read(
    source: &Source,
    options: &Options,
    told: &mut Told,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let (text, guessed) = source.text()?;
    let wrong =
        |e: Error| Error::invalid(format!("{} could not be read", source.name())).because(e);
    if guessed {
        told.other.push(format!("{} is not UTF-8; it was read as Windows-1252", source.name()));
    }
    let mut reader = Reader { people: HashMap::new(), dates: dates(options), told };
    let (mut total, mut items) = (None, 0u64);
    xml::each(&text, &["item", "issue"], &mut |element| {
        if element.name == "issue" {
            total = element.attribute("total").and_then(|total| total.parse::<u64>().ok());
        } else {
            items += 1;
            reader.meet(&element);
        }
        Ok(())
    })
    .map_err(wrong)?;
    if items == 0 {
        if total == Some(0) {
            return Ok(());
        }
        let error = Error::not_found(format!("{} holds no Jira issues", source.name()));
        return Err(error.hint("the XML that a search in Jira exports is read"));
    }
    let mut index = 0u64;
    xml::each(&text, &["item"], &mut |item| {
        index += 1;
        let place = || format!("{}, record {index}", source.name());
        let Some(key) = item.text_of("key").or_else(|| key_in_title(&item)) else {
            let reason = "it has no key".to_owned();
            return sink(Item::Rejected(Rejected { place: place(), reason }));
        };
        let draft = reader.issue(&item, &key).and_then(Record::draft);
        give(draft, place, sink)
    })?;
    if let Some(total) = total.filter(|total| *total > items) {
        let name = source.name();
        told.other.push(format!("{name} holds {items} of the {total} issues that were found"));
    }
    Ok(())
}

fn dates(options: &Options) -> Dates {
    Dates::of(options.zone, std::iter::empty())
}

/// The key in `[KEY-1] the title`.
fn key_in_title(item: &Element) -> Option<String> {
    let title = item.text_of("title")?;
    let key = title.strip_prefix('[')?.split(']').next()?;
    super::is_key(key).then(|| key.to_owned())
}

struct Reader<'r> {
    /// The names of people by what the file calls them.
    people: HashMap<String, String>,
    dates: Dates,
    told: &'r mut Told,
}

impl Reader<'_> {
    /// Notes who is who.
    fn meet(&mut self, item: &Element) {
        for role in ["assignee", "reporter"] {
            let Some(element) = item.first(role) else { continue };
            let name = element.text();
            if let (Some(id), Some(name)) = (identity(element), words::something(&name)) {
                self.people.insert(id.to_owned(), name.to_owned());
            }
        }
    }

    fn issue(&mut self, item: &Element, key: &str) -> Result<Record> {
        let title = item.text_of("summary").or_else(|| {
            let title = item.text_of("title")?;
            Some(title.strip_prefix(&format!("[{key}] ")).unwrap_or(&title).to_owned())
        });
        let mut record = record(key, title.unwrap_or_default());
        record.url = item.text_of("link").filter(|link| link.starts_with("http"));
        let category = item.first("statusCategory").and_then(|category| category.attribute("key"));
        let none = item.first("resolution").is_none_or(|it| it.attribute("id") == Some("-1"));
        let text = |name: &str| item.text_of(name);
        let (status, resolution, priority) = (text("status"), text("resolution"), text("priority"));
        let stand = Stand {
            status: status.as_deref(),
            done: category.map(|category| category == "done"),
            resolution: resolution.as_deref().filter(|_| !none),
            priority: priority.as_deref(),
        };
        stand.apply(&mut record, self.told);
        record.requester = somebody(item.first("reporter"));
        record.assignee = somebody(item.first("assignee"));
        record.created = self.time(item, "created")?;
        record.updated = self.time(item, "updated")?;
        record.closed = self.time(item, "resolved")?;
        record.due = text("due").and_then(|due| self.dates.due(&due));
        let labels = item.first("labels").into_iter().flat_map(|labels| labels.all("label"));
        record.labels = labels.map(|label| label.text().trim().to_owned()).collect();
        let description = text("description").map(|html| markdown(&html)).unwrap_or_default();
        record.description = Some(with_files(description, &files(item)));
        record.links = links(item);
        fields(item, &mut record);
        let comments = item.first("comments").into_iter().flat_map(|all| all.all("comment"));
        record.replies = named(comments.map(|comment| self.reply(comment)).collect());
        let unsaid = [("labels", "labels"), ("assignee", "assignee"), ("priority", "priority")];
        let absent = unsaid.iter().filter(|(name, _)| item.first(name).is_none());
        record.says = record.says.without(absent.map(|(_, part)| *part));
        Ok(record)
    }

    fn time(&self, item: &Element, name: &str) -> Result<Option<Timestamp>> {
        let Some(text) = item.text_of(name) else { return Ok(None) };
        let wrong = || Error::invalid(format!("`{name}` is not a time: `{text}`"));
        self.dates.read(&text).map(Some).ok_or_else(wrong)
    }

    fn reply(&self, comment: &Element) -> (Reply, String) {
        let who = comment.attribute("author").unwrap_or_default();
        let name = self.people.get(who).map_or(who, String::as_str);
        let created = comment.attribute("created").and_then(|text| self.dates.read(text));
        let author = Person::new(words::something(name), None);
        let mut reply = Reply::new(author, created, markdown(&comment.text()));
        let hidden = |name: &str| comment.attribute(name).is_some_and(|value| !value.is_empty());
        let internal = ["internal", "jsdinternal"].iter().any(|name| {
            comment.attribute(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
        });
        let private = ["public", "jsdpublic"].iter().any(|name| {
            comment.attribute(name).is_some_and(|value| value.eq_ignore_ascii_case("false"))
        });
        if hidden("grouplevel") || hidden("rolelevel") || internal || private {
            reply.kind = MessageKind::Note;
        }
        (reply, who.to_owned())
    }
}

/// What the file calls somebody; nobody is `-1`.
fn identity(element: &Element) -> Option<&str> {
    let id = element.attribute("accountid").or_else(|| element.attribute("username"));
    id.filter(|id| *id != "-1" && !id.is_empty())
}

fn somebody(element: Option<&Element>) -> Option<Person> {
    let element = element?;
    let nobody = ["accountid", "username"].iter().any(|name| element.attribute(name) == Some("-1"));
    let name = element.text();
    Person::new(words::something(&name).or(identity(element)), None).filter(|_| !nobody)
}

fn files(item: &Element) -> Vec<(String, Option<String>)> {
    let files = item.first("attachments").into_iter().flat_map(|all| all.all("attachment"));
    files.filter_map(|file| Some((file.attribute("name")?.to_owned(), None))).collect()
}

/// Links that stand on this issue.
fn links(item: &Element) -> Vec<(LinkKind, String)> {
    let mut links = Vec::new();
    let types = item.first("issuelinks").into_iter().flat_map(|all| all.all("issuelinktype"));
    for kind in types {
        let name = kind.text_of("name").unwrap_or_default();
        for link in kind.all("outwardlinks").flat_map(|all| all.all("issuelink")) {
            if let Some(key) = link.text_of("issuekey") {
                links.push((link_kind(&name), format!("jira:{key}")));
            }
        }
    }
    links
}

fn fields(item: &Element, record: &mut Record) {
    for (name, ours) in [("type", "type"), ("project", "project"), ("security", "security")] {
        record.field(ours, &item.text_of(name).unwrap_or_default());
    }
    for (name, ours) in
        [("component", "component"), ("fixVersion", "fix versions"), ("version", "versions")]
    {
        let values: Vec<String> = item.all(name).map(|it| it.text().trim().to_owned()).collect();
        record.field(ours, &values.join(", "));
    }
    let environment = item.text_of("environment").map(|html| markdown(&html)).unwrap_or_default();
    record.field("environment", &environment);
    if let Some(parent) = item.text_of("parent") {
        record.field("parent", &parent);
        record.links.push((LinkKind::Relates, format!("jira:{parent}")));
    }
    let custom = item.first("customfields").into_iter().flat_map(|all| all.all("customfield"));
    for field in custom {
        let name = field.text_of("customfieldname").unwrap_or_default();
        let values = field.first("customfieldvalues").into_iter().flat_map(Element::elements);
        let values: Vec<String> = values.map(|value| value.text().trim().to_owned()).collect();
        super::cells::custom(record, &name, &values.join(", "));
    }
}
