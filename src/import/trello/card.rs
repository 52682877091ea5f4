//! A card as a ticket.

use serde_json::Value;

use super::{Board, is_birth, is_comment, kind, standing};
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{Channel, Priority, Resolution, Status};
use crate::error::{Error, Result};
use crate::import::fields::{Object, items, text};
use crate::import::record::{Record, Reply};
use crate::import::times::seconds;
use crate::import::{times, words};

impl<'b> Board<'b> {
    /// What a card is as a ticket. Its posting address (`email`) is a secret and stays out.
    pub(super) fn card(&self, card: &Object) -> Result<Record> {
        let url = text(card, &["shortUrl", "url"])?;
        let id = text(card, &["id"])?;
        let short = text(card, &["shortLink"])?.or_else(|| url.as_deref().and_then(short_link));
        let name = short.or_else(|| id.clone()).filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| Error::invalid("it has no id"))?;
        let title = text(card, &["name"])?.unwrap_or_default();
        let mut record = Record::new(format!("trello:{name}"), Channel::Web, title);
        record.url = url;
        let acts = self.acts(card);
        let birth = acts.iter().find(|act| is_birth(act));
        record.created = birth
            .and_then(|act| self.time(act, "date"))
            .or_else(|| id.as_deref().and_then(born))
            .or_else(|| self.time(acts.last()?, "date"));
        record.requester = birth.and_then(|act| self.actor(act)).or_else(|| {
            let id = card.get("idMemberCreator")?.as_str()?;
            self.member(id)
        });
        record.updated = self.moment(card, "dateLastActivity");
        record.due = self.moment(card, "due");
        record.labels = self.labels(card);
        let named = record.labels.iter().filter_map(|label| priority(label));
        record.priority = named.max().unwrap_or(Priority::Normal);
        let members = items(card, "idMembers").into_iter().filter_map(Value::as_str);
        let members: Vec<Person> = members.filter_map(|id| self.member(id)).collect();
        record.assignee = members.first().cloned();
        if members.len() > 1 {
            let all: Vec<&str> = members.iter().map(Person::short).collect();
            record.field("members", &all.join(", "));
        }
        self.stand(card, &mut record);
        record.description = Some(self.description(card));
        self.fields(card, &mut record);
        record.replies =
            acts.iter().rev().filter(|act| is_comment(act)).map(|act| self.reply(act)).collect();
        record.says = record.says.without(unsaid(card));
        Ok(record)
    }

    fn moment(&self, card: &Object, name: &str) -> Option<Timestamp> {
        times::value(card.get(name)?, self.options.zone)
    }

    /// Who did something.
    fn actor(&self, act: &Value) -> Option<Person> {
        let inside = act.get("memberCreator").and_then(member);
        inside.or_else(|| self.member(act.get("idMemberCreator")?.as_str()?))
    }

    fn member(&self, id: &str) -> Option<Person> {
        self.members.get(id).and_then(|value| member(value))
    }

    fn labels(&self, card: &Object) -> Vec<String> {
        let mut labels: Vec<String> = items(card, "labels").into_iter().filter_map(label).collect();
        if labels.is_empty() {
            let ids = items(card, "idLabels").into_iter().filter_map(Value::as_str);
            labels.extend(ids.filter_map(|id| label(self.labels.get(id)?)));
        }
        labels
    }

    /// Where the card stands: closed when it is archived, ticked off, or in a list for what is done.
    fn stand(&self, card: &Object, record: &mut Record) {
        let is = |object: &Object, name: &str| {
            object.get(name).and_then(Value::as_bool).unwrap_or_default()
        };
        let list = card.get("idList").and_then(Value::as_str).and_then(|id| self.lists.get(id));
        let name = list.and_then(|list| list.get("name")?.as_str()).unwrap_or_default();
        record.field("list", name);
        let said = standing(name);
        let gone = list.and_then(|list| list.get("closed")?.as_bool()).unwrap_or_default();
        let (archived, ticked) = (is(card, "closed"), is(card, "dueComplete"));
        let done = said.is_some_and(|said| said.status == Status::Closed);
        if !(archived || ticked || done || gone) {
            record.status = said.map_or(Status::Open, |said| said.status);
            return;
        }
        record.status = Status::Closed;
        let ended = said.and_then(|said| said.resolution);
        record.resolution = Some(ended.unwrap_or(Resolution::Solved));
        record.closed = self.ended(card, archived, ticked, done);
    }

    /// When the card was closed, by the first of the reasons that says so.
    fn ended(&self, card: &Object, archived: bool, ticked: bool, done: bool) -> Option<Timestamp> {
        let acts = self.acts(card);
        let was = |name: &str, from: bool| {
            acts.iter().find(|act| kind(act) == "updateCard" && changed(act, name, from))
        };
        let moved = || {
            acts.iter().find(|act| {
                let name = |what: &str| act.get("data")?.get(what)?.get("name")?.as_str();
                let is =
                    |name: &str| standing(name).is_some_and(|said| said.status == Status::Closed);
                name("listAfter").is_some_and(is) && !name("listBefore").is_some_and(is)
            })
        };
        let time = |act: Option<&&'b Value>| self.time(act?, "date");
        let ticking =
            || self.moment(card, "dateCompleted").or_else(|| time(was("dueComplete", false)));
        let archiving = || self.moment(card, "dateClosed").or_else(|| time(was("closed", false)));
        let mut ends = Vec::new();
        ends.extend(done.then(|| time(moved())).flatten());
        ends.extend(ticked.then(ticking).flatten());
        ends.extend(archived.then(archiving).flatten());
        ends.into_iter().min().or_else(|| {
            let list = card.get("idList")?.as_str()?;
            let turn = self.turns.get(list)?.iter().find(|act| changed(act, "closed", false))?;
            self.time(turn, "date")
        })
    }

    /// The description with the checklists and the files below it.
    fn description(&self, card: &Object) -> String {
        let mut text = card.get("desc").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut add = |head: &str, lines: Vec<String>| {
            if lines.is_empty() {
                return;
            }
            text.truncate(text.trim_end().len());
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.extend([head, "\n\n", &lines.join("\n")]);
        };
        let id = card.get("id").and_then(Value::as_str).unwrap_or_default();
        let mut lists = self.checklists.get(id).cloned().unwrap_or_default();
        if lists.is_empty() {
            lists = items(card, "checklists");
        }
        lists.sort_by(|a, b| position(a).total_cmp(&position(b)));
        for list in lists {
            let name = list.get("name").and_then(Value::as_str).unwrap_or("Checklist").trim();
            let mut entries: Vec<&Value> =
                list.get("checkItems").and_then(Value::as_array).into_iter().flatten().collect();
            entries.sort_by(|a, b| position(a).total_cmp(&position(b)));
            let mut lines: Vec<String> = entries.into_iter().map(task).collect();
            if lines.is_empty() {
                lines.push("(empty)".to_owned());
            }
            add(&format!("{name}:"), lines);
        }
        add("Attachments:", items(card, "attachments").into_iter().filter_map(file).collect());
        text
    }

    fn fields(&self, card: &Object, record: &mut Record) {
        let board = self.object.get("name").and_then(Value::as_str);
        let board = board.filter(|_| self.object.contains_key("cards"));
        record.field("board", board.unwrap_or_default());
        for (name, ours) in [("start", "start"), ("address", "address")] {
            record.field(ours, card.get(name).and_then(Value::as_str).unwrap_or_default());
        }
        for item in items(card, "customFieldItems") {
            let field = item.get("idCustomField").and_then(Value::as_str).unwrap_or_default();
            let Some(field) = self.custom.get(field) else { continue };
            let name = field.get("name").and_then(Value::as_str).unwrap_or_default();
            let name = name.trim().to_lowercase();
            if !name.is_empty() && !crate::import::headers::is_ours(&name) {
                record.field(&name, &chosen(item, field).unwrap_or_default());
            }
        }
    }

    fn reply(&self, act: &Value) -> Reply {
        let data = act.get("data");
        let body = data.and_then(|data| data.get("text")?.as_str()).unwrap_or_default();
        let mut reply = Reply::new(self.actor(act), self.time(act, "date"), body.to_owned());
        let id = act.get("id").and_then(Value::as_str);
        reply.name = id.map(|id| format!("comment-{id}"));
        reply.edited = data.and_then(|data| self.time(data, "dateLastEdited"));
        reply
    }
}

/// Did an act change a field away from this value?
fn changed(act: &Value, name: &str, from: bool) -> bool {
    let old = act.get("data").and_then(|data| data.get("old")?.get(name)?.as_bool());
    old == Some(from)
}

fn member(value: &Value) -> Option<Person> {
    let some = |name: &str| value.get(name)?.as_str().and_then(words::something);
    Person::new(some("fullName").or_else(|| some("username")), None)
}

/// The name of a label, or its colour where it has none.
fn label(value: &Value) -> Option<String> {
    let some = |name: &str| value.get(name)?.as_str().filter(|text| !text.trim().is_empty());
    some("name").or_else(|| some("color")).map(ToOwned::to_owned)
}

/// The priority that a label names; some words for one are more often about something else.
fn priority(label: &str) -> Option<Priority> {
    const OTHER: [&str; 8] = [
        "enhancement",
        "planning",
        "default",
        "standard",
        "principal",
        "top",
        "average",
        "wishlist",
    ];
    let other = OTHER.iter().any(|word| label.trim().eq_ignore_ascii_case(word));
    words::priority(label).filter(|_| !other)
}

/// When a card was made: its id begins with that.
fn born(id: &str) -> Option<Timestamp> {
    let hex = id.get(..8).filter(|_| id.len() == 24)?;
    if !id.bytes().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    seconds(i64::from_str_radix(hex, 16).ok()?)
}

/// The part of an address that names a card.
fn short_link(url: &str) -> Option<String> {
    let rest = url.split("/c/").nth(1)?;
    rest.split(['/', '?', '#']).next().filter(|part| !part.is_empty()).map(ToOwned::to_owned)
}

fn position(value: &Value) -> f64 {
    value.get("pos").and_then(Value::as_f64).unwrap_or(f64::MAX)
}

fn task(item: &Value) -> String {
    let name = item.get("name").and_then(Value::as_str).unwrap_or_default();
    let name: Vec<&str> = name.split_whitespace().collect();
    let done = item.get("state").and_then(Value::as_str) == Some("complete");
    format!("- [{}] {}", if done { "x" } else { " " }, name.join(" "))
}

fn file(value: &Value) -> Option<String> {
    let url = value.get("url").and_then(Value::as_str).filter(|url| !url.is_empty());
    let name = value.get("name").and_then(Value::as_str).or(url)?.replace(['[', ']', '\n'], " ");
    Some(match url {
        Some(url) if url == name => format!("- <{url}>"),
        Some(url) => format!("- [{name}]({url})"),
        None => format!("- {name}"),
    })
}

/// The value of a field that the board adds, as text.
fn chosen(item: &Value, field: &Value) -> Option<String> {
    if let Some(id) = item.get("idValue").and_then(Value::as_str) {
        let options = field.get("options").and_then(Value::as_array)?;
        let option = options.iter().find(|it| it.get("id").and_then(Value::as_str) == Some(id))?;
        return option.get("value")?.get("text")?.as_str().map(ToOwned::to_owned);
    }
    let value = item.get("value")?.as_object()?.values().next()?;
    Some(value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned))
}

/// The parts that this export says nothing about.
fn unsaid(card: &Object) -> Vec<&'static str> {
    let has = |names: &[&str]| names.iter().any(|name| card.contains_key(*name));
    let parts = [
        (has(&["labels", "idLabels"]), "labels"),
        (has(&["idMembers"]), "assignee"),
        (has(&["due"]), "due"),
        (has(&["desc"]), "description"),
    ];
    parts.into_iter().filter(|(said, _)| !said).map(|(_, part)| part).collect()
}
