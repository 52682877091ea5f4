//! The judge: goes through the lines of an export one by one.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::DateTime;
use serde_json::Value as Json;

use super::text::{flat, stands};
use super::tree::{Asked, Item, Node, Term, Value};
use super::wall::Wall;

const STATUSES: [&str; 5] = ["new", "open", "pending", "hold", "closed"];
const PRIORITIES: [&str; 4] = ["low", "normal", "high", "urgent"];

/// A ticket as the export tells it.
#[derive(Debug)]
pub(crate) struct Ticket {
    pub(crate) json: Json,
    /// Its numbers: imports on several machines give it several, and all of them lead to it.
    pub(crate) numbers: Vec<String>,
    /// An open ticket blocks it.
    blocked: bool,
    title: String,
    body: Vec<String>,
    note: Vec<String>,
}

/// Who asks, when, where, and with which saved queries.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) wall: Wall,
    /// The address of `@me`.
    pub(crate) me: String,
    pub(crate) views: BTreeMap<String, Asked>,
}

impl Ticket {
    pub(crate) fn new(json: Json, numbers: Vec<String>) -> Self {
        let texts = |kind: &str| {
            let messages = json["messages"].as_array().unwrap().iter();
            let of_kind = messages.filter(|message| message["kind"] == kind);
            of_kind.map(|message| flat(message["body"].as_str().unwrap())).collect()
        };
        let (body, note) = (texts("reply"), texts("note"));
        let title = flat(json["title"].as_str().unwrap());
        Self { title, body, note, numbers, json, blocked: false }
    }

    /// Tells each ticket of all whether an open one blocks it.
    pub(crate) fn meet(all: &mut [Self]) {
        let open = all.iter().filter(|ticket| ticket.is_open());
        let open: Vec<String> = open.filter_map(|it| it.text("uid").map(str::to_owned)).collect();
        for ticket in all {
            let links = ticket.json["links"].as_array().unwrap().iter();
            let mut blockers = links.filter(|link| link["kind"] == "blocked-by");
            ticket.blocked = blockers.any(|link| open.iter().any(|uid| link["uid"] == **uid));
        }
    }

    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.json[field].as_str()
    }

    fn is(&self, field: &str, value: &str) -> bool {
        self.text(field) == Some(value)
    }

    /// The texts that a key looks at.
    pub(crate) fn texts(&self, key: &str) -> Vec<&String> {
        let title = std::iter::once(&self.title);
        match key {
            "title" => title.collect(),
            "body" => self.body.iter().collect(),
            "note" => self.note.iter().collect(),
            _ => title.chain(&self.body).chain(&self.note).collect(),
        }
    }

    /// A moment, in seconds.
    fn time(&self, field: &str) -> Option<i64> {
        self.text(field).map(seconds)
    }

    fn is_open(&self) -> bool {
        !self.is("status", "closed")
    }

    /// The times of our public replies; the description is none, nor is one that was moved here.
    fn replies(&self) -> Vec<i64> {
        let messages = self.json["messages"].as_array().unwrap().iter();
        let ours = messages.filter(|message| {
            let described = message["id"].as_str().unwrap().ends_with(".1");
            let origin = message["origin"]["message"].as_str().unwrap_or_default();
            let moved = origin.trim_start_matches(char::is_alphabetic) == "1";
            message["kind"] == "reply" && message["by"] == "us" && !described && !moved
        });
        ours.map(|message| seconds(message["created_at"].as_str().unwrap())).collect()
    }

    /// By when somebody of us should act: when it is due or, if that comes first, when the patience of
    /// who waits for us ends.
    fn owed(&self) -> Option<i64> {
        const DAY: i64 = 86_400;
        if !self.is_open() {
            return None;
        }
        let days = match self.text("priority").unwrap() {
            "urgent" => 0,
            "high" => 1,
            "normal" => 3,
            _ => 7,
        };
        let waits = self.is("turn", "us").then(|| self.waits() + days * DAY);
        [self.time("due_at"), waits].into_iter().flatten().min()
    }

    /// Since when somebody waits for us: since the first message of theirs after our last one that
    /// was for them.
    fn waits(&self) -> i64 {
        let mut asked: Vec<(&Json, i64)> = Vec::new();
        for message in self.json["messages"].as_array().unwrap() {
            let origin = message["origin"]["message"].as_str().unwrap_or_default();
            let moved = origin.trim_start_matches(char::is_alphabetic) == "1";
            let described = message["id"].as_str().unwrap().ends_with(".1") || moved;
            let at = seconds(message["created_at"].as_str().unwrap());
            match (message["kind"].as_str().unwrap(), message["by"].as_str().unwrap()) {
                ("reply", "requester") => asked.push((&message["author"], at)),
                ("reply", "us") if !described => {
                    let to = message["to"].as_array().unwrap();
                    asked.retain(|(who, _)| !to.is_empty() && !to.contains(*who));
                }
                _ => {}
            }
        }
        asked.first().map(|(_, at)| *at).or(self.time("created_at")).unwrap()
    }

    /// What `has:` asks for.
    fn has(&self, what: &str) -> bool {
        let some = |field: &str| self.json[field].as_array().is_some_and(|all| !all.is_empty());
        match what {
            "label" => some("labels"),
            "ref" => some("refs"),
            "due" => self.text("due_at").is_some(),
            "assignee" | "requester" | "customer" => !self.json[what].is_null(),
            "reply" => !self.replies().is_empty(),
            "attachment" => {
                let mut messages = self.json["messages"].as_array().unwrap().iter();
                messages.any(|message| !message["attachments"].as_array().unwrap().is_empty())
            }
            "link" => self.json["links"]
                .as_array()
                .unwrap()
                .iter()
                .any(|link| !link["kind"].as_str().unwrap().starts_with("merged")),
            other => panic!("has:{other}"),
        }
    }

    /// What `is:` asks for.
    fn stands_as(&self, state: &str, now: i64) -> bool {
        let open = self.is_open();
        match state {
            "open" => open,
            "closed" => !open,
            "new" | "pending" | "hold" => self.is("status", state),
            "unassigned" => open && self.json["assignee"].is_null(),
            "snoozed" => self.time("snoozed_until").is_some_and(|until| until > now),
            "overdue" => open && self.time("due_at").is_some_and(|due| due < now),
            "awaiting-us" => open && self.is("turn", "us"),
            "awaiting-requester" => open && self.is("turn", "requester"),
            "merged" => !self.json["merged_into"].is_null(),
            "blocked" => open && self.blocked,
            "breached" | "at-risk" => false,
            other => panic!("is:{other}"),
        }
    }

    /// What it has there, as a number that can be compared with what is `like` this.
    fn value(&self, key: &str, like: &Item) -> Option<i64> {
        let place = |all: &[&str], field: &str| {
            let own = self.text(field).unwrap();
            i64::try_from(all.iter().position(|word| *word == own).unwrap()).ok()
        };
        let count = |many: usize| i64::try_from(many).ok();
        match key {
            "status" => place(&STATUSES, "status"),
            "priority" => place(&PRIORITIES, "priority"),
            "created" => self.time("created_at"),
            "updated" => self.time("updated_at"),
            "closed" => self.time("closed_at"),
            "due" => self.time("due_at"),
            "snoozed" => self.time("snoozed_until"),
            "messages" => count(self.json["messages"].as_array().unwrap().len()),
            "replies" => count(self.replies().len()),
            "first-response" => {
                let first = self.replies().into_iter().min()?;
                let opened = self.time("created_at")?;
                Some(if matches!(like, Item::Length(..)) { first - opened } else { first })
            }
            "sla" => None,
            other => panic!("{other}: cannot be compared"),
        }
    }

    /// Is the person of this field the one who is called so?
    fn is_person(&self, field: &str, who: &str) -> bool {
        let person = &self.json[field];
        let (name, email) = match person.as_str() {
            Some(text) => named(text),
            None => (person["name"].as_str(), person["email"].as_str()),
        };
        let (_, wanted) = named(who);
        let is = |have: Option<&str>, wanted: &str| have.is_some_and(|have| same(have, wanted));
        match wanted {
            Some(wanted) => is(email, wanted),
            None => is(name, who),
        }
    }
}

/// `Name <mail>`, `mail` or `Name`.
fn named(text: &str) -> (Option<&str>, Option<&str>) {
    match text.split_once(" <") {
        Some((name, email)) => (Some(name), Some(email.trim_end_matches('>'))),
        None if text.contains('@') => (None, Some(text)),
        None => (Some(text), None),
    }
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn seconds(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).unwrap().timestamp()
}

impl World {
    /// Is the ticket one of those that are meant?
    pub(crate) fn holds(&self, node: &Node, ticket: &Ticket) -> bool {
        match node {
            Node::All(all) => all.iter().all(|part| self.holds(part, ticket)),
            Node::Any(any) => any.iter().any(|part| self.holds(part, ticket)),
            Node::Not(part) => !self.holds(part, ticket),
            Node::Term(term) => term.values.iter().any(|value| self.value(term, value, ticket)),
        }
    }

    fn value(&self, term: &Term, value: &Value, ticket: &Ticket) -> bool {
        match value {
            Value::One(Item::Word(word)) => self.word(term.key, word, ticket),
            Value::One(item) => self.within(term.key, (Some(item), Some(item)), ticket),
            Value::Between(from, to) => self.within(term.key, (from.as_ref(), to.as_ref()), ticket),
            Value::Compared(sign, item) => {
                let (first, last) = self.span(term.key, item);
                ticket.value(term.key, item).is_some_and(|number| match *sign {
                    "<" => number < first,
                    "<=" => number <= last,
                    ">" => number > last,
                    _ => number >= first,
                })
            }
        }
    }

    fn word(&self, key: &str, word: &str, ticket: &Ticket) -> bool {
        let listed = |field: &str, wanted: &dyn Fn(&str) -> bool| {
            let all = ticket.json[field].as_array().unwrap().iter();
            all.filter_map(Json::as_str).any(wanted)
        };
        match key {
            "" | "title" | "body" | "note" => {
                ticket.texts(key).iter().any(|text| stands(text, word))
            }
            "is" => ticket.stands_as(word, self.wall.now),
            "has" => ticket.has(word),
            "no" => !ticket.has(word),
            "id" => {
                let number = word.trim_start_matches('#');
                ticket.numbers.iter().any(|own| own == number) || listed("refs", &|own| own == word)
            }
            "ref" => listed("refs", &|own| own == word),
            "label" => listed("labels", &|own| same(own, word)),
            "assignee" | "requester" => {
                ticket.is_person(key, if word == "@me" { &self.me } else { word })
            }
            "customer" | "tier" => ticket.text(key).is_some_and(|own| same(own, word)),
            "resolution" | "channel" | "status" | "priority" => ticket.is(key, word),
            "view" => self.holds(&self.views[word].node, ticket),
            other => panic!("{other}:{word}"),
        }
    }

    /// Does it lie between the two, both held?
    fn within(
        &self,
        key: &str,
        (from, to): (Option<&Item>, Option<&Item>),
        ticket: &Ticket,
    ) -> bool {
        let like = from.or(to).unwrap();
        ticket.value(key, like).is_some_and(|number| {
            from.is_none_or(|from| number >= self.span(key, from).0)
                && to.is_none_or(|to| number <= self.span(key, to).1)
        })
    }

    /// The first and the last number that is meant.
    fn span(&self, key: &str, item: &Item) -> (i64, i64) {
        let one = match item {
            Item::Date(date) => return self.wall.span(date),
            Item::Number(number) => *number,
            Item::Length(count, _, unit) => count * unit,
            Item::Word(word) => {
                let all = if key == "status" { &STATUSES[..] } else { &PRIORITIES[..] };
                i64::try_from(all.iter().position(|known| known == word).unwrap()).unwrap()
            }
        };
        (one, one)
    }

    /// The order that counts: its own, else that of the first view that has one, else the last
    /// updated first.
    pub(crate) fn order(&self, asked: &Asked) -> Vec<(&'static str, bool)> {
        let order = self.given(asked);
        if order.is_empty() { vec![("updated", true)] } else { order }
    }

    fn given(&self, asked: &Asked) -> Vec<(&'static str, bool)> {
        if !asked.sort.is_empty() {
            return asked.sort.clone();
        }
        let mut terms = Vec::new();
        asked.node.terms(&mut terms);
        let named = terms.iter().filter(|term| term.key == "view").flat_map(|term| &term.values);
        let orders = named.map(|value| match value {
            Value::One(Item::Word(name)) => self.given(&self.views[name]),
            other => panic!("view:{other:?}"),
        });
        orders.into_iter().find(|order| !order.is_empty()).unwrap_or_default()
    }

    /// Is something said about the status, so that a list does not add `is:open`?
    pub(crate) fn says_status(&self, asked: &Asked) -> bool {
        let mut terms = Vec::new();
        asked.node.terms(&mut terms);
        terms.iter().any(|term| {
            let view = |value: &Value| match value {
                Value::One(Item::Word(name)) => self.says_status(&self.views[name]),
                _ => false,
            };
            match term.key {
                "is" | "status" => true,
                "view" => term.values.iter().any(view),
                _ => false,
            }
        })
    }
}

impl Node {
    /// Every term, in the order in which they are written.
    pub(crate) fn terms<'a>(&'a self, found: &mut Vec<&'a Term>) {
        match self {
            Node::All(parts) | Node::Any(parts) => {
                for part in parts {
                    part.terms(found);
                }
            }
            Node::Not(part) => part.terms(found),
            Node::Term(term) => found.push(term),
        }
    }
}

/// Which of two tickets comes first, as far as the order says.
pub(crate) fn compared(one: &Ticket, other: &Ticket, order: &[(&'static str, bool)]) -> Ordering {
    let by = |(key, down): &(&'static str, bool)| {
        let turned = |order: Ordering| if *down { order.reverse() } else { order };
        let rank = |ticket: &Ticket, all: &[&str], field: &str| {
            all.iter().position(|word| Some(*word) == ticket.text(field))
        };
        let times = |field: &str| (one.time(field), other.time(field));
        match *key {
            "created" => turned(one.time("created_at").cmp(&other.time("created_at"))),
            "updated" => turned(one.time("updated_at").cmp(&other.time("updated_at"))),
            "due" => without_last(times("due_at"), *down),
            "urgency" => without_last((one.owed(), other.owed()), *down),
            "closed" => without_last(times("closed_at"), *down),
            "status" => {
                turned(rank(one, &STATUSES, "status").cmp(&rank(other, &STATUSES, "status")))
            }
            "priority" => turned(rank(one, &PRIORITIES, "priority").cmp(&rank(
                other,
                &PRIORITIES,
                "priority",
            ))),
            "id" => turned(number(one).cmp(&number(other))),
            "title" => {
                let title = |ticket: &Ticket| ticket.text("title").map(str::to_ascii_lowercase);
                turned(title(one).cmp(&title(other)))
            }
            other => panic!("sort:{other}"),
        }
    };
    order.iter().map(by).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Tickets without come last, whichever way the others go.
fn without_last((one, other): (Option<i64>, Option<i64>), down: bool) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) if down => other.cmp(&one),
        (Some(one), Some(other)) => one.cmp(&other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

/// `b7` comes after all numbers without a letter.
fn number(ticket: &Ticket) -> (String, u32) {
    let id = ticket.text("id").unwrap();
    let digits = id.find(|c: char| c.is_ascii_digit()).unwrap();
    (id[..digits].to_owned(), id[digits..].parse().unwrap())
}
