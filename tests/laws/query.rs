//! The law of the query language: whatever is asked, the answer is what going through the export
//! line by line gives.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tix::domain::dates::Clock;
use tix::domain::event::{Event, Field, Swap, Wording};
use tix::domain::ids::Timestamp;
use tix::domain::query::{Context, Group, Query};
use tix::store::Wants;
use tix::view;

use crate::desk::{Desk, START, cases, draft, number, person, posting};
use crate::oracle::dice::Dice;
use crate::oracle::make::{self, Stock};
use crate::oracle::naive::{Ticket, World, compared};
use crate::oracle::tree::{Asked, Item, Node, Term, Value};
use crate::oracle::wall::Wall;
use crate::replicas::exchange;
use crate::stories::{Told, crowd, stories, told};

const ZONES: [chrono_tz::Tz; 5] = [
    chrono_tz::UTC,
    chrono_tz::Europe::Berlin,
    chrono_tz::America::New_York,
    chrono_tz::Asia::Kathmandu,
    chrono_tz::Pacific::Chatham,
];

/// How many queries each desk is asked.
const QUERIES: usize = 60;

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn a_query_is_answered_as_the_export_says(
        story in stories(24),
        seed in any::<u64>(),
        zone in 0..ZONES.len(),
    ) {
        let told = told(&story);
        let wall = Wall { now: told.now, zone: ZONES[zone] };
        let mut dice = Dice::new(seed);
        let world = make::world(&told.tickets, wall, "grace@acme.example", &mut dice);
        let judge = Judge::new(&told, world, &mut dice);
        let views = judge.world.views.keys().cloned().collect();
        let stock = Stock { tickets: &told.tickets, wall, views };
        for _ in 0..QUERIES {
            judge.judge(&stock.asked(&mut dice), &mut dice);
        }
    }
}

#[test]
fn a_query_is_answered_so_among_thousands_too() {
    let mut dice = Dice::new(8);
    let told = crowd(2_300, &mut dice);
    let wall = Wall { now: told.now, zone: ZONES[1] };
    let world = make::world(&told.tickets, wall, "ada@acme.example", &mut dice);
    let judge = Judge::new(&told, world, &mut dice);
    let stock = Stock { tickets: &told.tickets, wall, views: Vec::new() };
    let holds = |key, word: &str| {
        let values = vec![Value::One(Item::Word(word.to_owned()))];
        Node::Term(Term { key, values })
    };
    for (key, many) in [("", "common"), ("label", "bug"), ("body", "burn*"), ("title", "common")] {
        for sort in [&[][..], &[("created", false)], &[("priority", true), ("id", false)]] {
            let more = [holds("status", "new"), holds("priority", "high"), holds("is", "open")];
            let alone = Asked { node: holds(key, many), sort: sort.to_vec() };
            judge.judge(&alone, &mut dice);
            let node = Node::All([&[holds(key, many)], &more[dice.below(3)..]].concat());
            judge.judge(&Asked { node, sort: sort.to_vec() }, &mut dice);
        }
        let node = Node::All(vec![holds(key, many), stock.asked(&mut dice).node]);
        judge.judge(&Asked { node, sort: Vec::new() }, &mut dice);
    }
}

/// The numbers of the tickets that hold these words.
fn holding(desk: &Desk, words: &str) -> String {
    let clock = Clock { now: Timestamp(START), zone: chrono_tz::UTC };
    let context = Context { clock, me: person("Me"), views: BTreeMap::new() };
    let query = Query::parse(&format!("{words} sort:id"), &context).unwrap();
    let mut numbers = Vec::new();
    let sink = &mut |ticket: view::Ticket| {
        numbers.push(ticket.id);
        Ok(())
    };
    desk.store.read().list(&query, clock.now, &Wants::default(), sink).unwrap();
    numbers.join(" ")
}

#[test]
fn a_search_is_current_whatever_happens_to_a_message_and_wherever() {
    let (mut one, mut other) = (Desk::new(0), Desk::new(1));
    let uid = one.change(START, |desk| desk.open(draft("登录失败"))).unwrap();
    one.change(START + 1000, |desk| desk.post(uid, posting("Пароль неверный", None))).unwrap();
    exchange(&one, &mut other);
    for desk in [&one, &other] {
        assert_eq!(holding(desk, "пароль 登录"), "1");
    }
    let second = number("2");
    other.change(START + 2000, |desk| desk.record(uid, Event::Unsaid(second))).unwrap();
    assert_eq!((holding(&one, "пароль"), holding(&other, "пароль")), ("1".into(), String::new()));
    one.change(START + 3000, |desk| desk.set(uid, Field::Title("Đăng nhập".into()))).unwrap();
    exchange(&other, &mut one);
    exchange(&one, &mut other);
    for desk in [&one, &other] {
        assert_eq!(holding(desk, "пароль OR 登录"), "");
        assert_eq!(holding(desk, "title:\"dang nhap\""), "1");
    }
    other.undo(START + 4000).unwrap();
    assert_eq!(holding(&other, "неверный"), "1");
    other.redo(START + 5000).unwrap();
    assert_eq!(holding(&other, "неверный"), "");
    let wording = |body: &str| Wording { body: body.to_owned(), edited_at: None };
    let swap = Swap { from: wording("It burns."), to: wording("今は燃えていない") };
    let reworded = Event::Reworded { message: number("1"), swap: Box::new(swap) };
    other.change(START + 6000, |desk| desk.record(uid, reworded)).unwrap();
    assert_eq!((holding(&other, "burns"), holding(&other, "燃え")), (String::new(), "1".into()));
    other.undo(START + 7000).unwrap();
    other.store.rebuild().unwrap();
    assert_eq!((holding(&other, "burns"), holding(&other, "燃え")), ("1".into(), String::new()));
    exchange(&other, &mut one);
    assert_eq!((holding(&one, "burns"), holding(&one, "燃え")), ("1".into(), String::new()));
}

/// A desk, and whoever holds its answers against the export.
struct Judge<'a> {
    told: &'a Told,
    world: World,
    context: Context,
}

impl<'a> Judge<'a> {
    fn new(told: &'a Told, world: World, dice: &mut Dice) -> Self {
        let clock = Clock { now: Timestamp(world.wall.now * 1000), zone: world.wall.zone };
        let views = world.views.iter();
        let views = views.map(|(name, asked)| (name.clone(), asked.text(dice))).collect();
        let me = person(&format!("Somebody <{}>", world.me));
        Self { told, world, context: Context { clock, me, views } }
    }

    fn now(&self) -> Timestamp {
        self.context.clock.now
    }

    fn judge(&self, asked: &Asked, dice: &mut Dice) {
        let text = asked.text(dice);
        if let Err(what) = self.right(asked, &text, dice) {
            panic!("{text}\n{what}\n{}", self.smallest(&asked.node, dice));
        }
    }

    /// What stands behind a wrong answer: the smallest parts that are answered wrongly too.
    fn smallest(&self, node: &Node, dice: &mut Dice) -> String {
        let parts: Vec<&Node> = match node {
            Node::All(parts) | Node::Any(parts) => parts.iter().collect(),
            Node::Not(part) => vec![part],
            Node::Term(_) => Vec::new(),
        };
        let mut wrong = Vec::new();
        for part in parts {
            let asked = Asked { node: part.clone(), sort: Vec::new() };
            let text = asked.text(dice);
            if let Err(what) = self.right(&asked, &text, dice) {
                wrong.push(format!("in it: {text}\n{what}\n{}", self.smallest(part, dice)));
            }
        }
        wrong.join("\n")
    }

    /// The tickets that the export says are meant, in order.
    fn expected(&self, asked: &Asked) -> Vec<&Ticket> {
        let order = self.world.order(asked);
        let down = order.last().is_some_and(|(_, down)| *down);
        let tickets = self.told.tickets.iter();
        let mut found: Vec<&Ticket> =
            tickets.filter(|ticket| self.world.holds(&asked.node, ticket)).collect();
        if down {
            // Ties are in the order of the rows, the last first.
            found.reverse();
        }
        found.sort_by(|one, other| compared(one, other, &order));
        found
    }

    fn right(&self, asked: &Asked, text: &str, dice: &mut Dice) -> Result<(), String> {
        let query = Query::parse(text, &self.context).map_err(|e| format!("refused: {e}"))?;
        let expected = self.expected(asked);
        let names: Vec<&str> = expected.iter().filter_map(|ticket| ticket.text("uid")).collect();
        let listed = self.listed(&query, None);
        if listed != names {
            return Err(self.difference(&listed, &names));
        }
        let limit = dice.below(names.len() + 2);
        let page = self.listed(&query, Some(limit as u64));
        if page != names[..limit.min(names.len())] {
            return Err(format!("the first {limit} are others"));
        }
        let reader = self.told.desk.store.read();
        let count = reader.count(&query, self.now()).unwrap();
        if count != names.len() as u64 {
            return Err(format!("counted {count}, listed {}", names.len()));
        }
        if query.scoped != self.world.says_status(asked) {
            return Err(format!("says something about the status: {}", query.scoped));
        }
        if self.told.tickets.len() > 1000 {
            return Ok(());
        }
        self.search(asked, &query, &names)?;
        if dice.one_in(10) { self.rest(&query, &expected) } else { Ok(()) }
    }

    /// A search finds the same tickets; in the same order when it cannot go by words.
    fn search(&self, asked: &Asked, query: &Query, names: &[&str]) -> Result<(), String> {
        let mut found = Vec::new();
        let sink = &mut |ticket: view::Ticket| {
            found.push(ticket.uid.to_string());
            Ok(())
        };
        let fields = vec!["snippet".to_owned()];
        let wants = &Wants { limit: None, fields: Some(fields) };
        self.told.desk.store.read().search(query, self.now(), wants, sink).unwrap();
        let mut terms = Vec::new();
        asked.node.terms(&mut terms);
        let ranked =
            terms.iter().any(|term| matches!(term.key, "" | "title" | "body" | "note" | "view"));
        let mut wanted: Vec<String> = names.iter().map(ToString::to_string).collect();
        if ranked && query.sort.is_empty() {
            wanted.sort_unstable();
            found.sort_unstable();
        }
        if found == wanted { Ok(()) } else { Err(format!("searched: {found:?}")) }
    }

    /// The export of the query, its explanations, and counts by everything there is.
    fn rest(&self, query: &Query, expected: &[&Ticket]) -> Result<(), String> {
        let reader = self.told.desk.store.read();
        let mut lines = Vec::new();
        let sink = &mut |ticket: view::Ticket| {
            lines.push(serde_json::to_value(ticket).unwrap());
            Ok(())
        };
        reader.export(query, self.now(), sink).unwrap();
        if !lines.iter().eq(expected.iter().map(|ticket| &ticket.json)) {
            return Err("exported other tickets".to_owned());
        }
        for search in [false, true] {
            reader.explain(query, self.now(), search).unwrap();
        }
        for (group, name) in Group::ALL {
            let mut told = BTreeMap::new();
            for tally in reader.tally(query, self.now(), &[*group]).unwrap() {
                let kind = tally.keys[0].1.as_deref().map(|kind| in_one_spelling(name, kind));
                *told.entry(kind).or_insert(0) += tally.count;
            }
            let wanted = counted(expected, name);
            if told != wanted {
                return Err(format!("counted by {name}: {told:?}\nand not {wanted:?}"));
            }
        }
        Ok(())
    }

    fn listed(&self, query: &Query, limit: Option<u64>) -> Vec<String> {
        let mut found = Vec::new();
        let sink = &mut |ticket: view::Ticket| {
            found.push(ticket.uid.to_string());
            Ok(())
        };
        let wants = &Wants { limit, fields: Some(Vec::new()) };
        self.told.desk.store.read().list(query, self.now(), wants, sink).unwrap();
        found
    }

    fn difference(&self, listed: &[String], wanted: &[&str]) -> String {
        let theirs: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
        let ours: BTreeSet<&str> = wanted.iter().copied().collect();
        let show = |uids: Vec<&&str>| {
            let tickets = self.told.tickets.iter();
            let shown =
                tickets.filter(|ticket| uids.iter().any(|uid| ticket.text("uid") == Some(uid)));
            shown.map(|ticket| ticket.json.to_string()).collect::<Vec<_>>().join("\n")
        };
        match theirs.cmp(&ours) {
            Ordering::Equal => format!("order: {listed:?}\nand not {wanted:?}"),
            _ => format!(
                "too many: {}\ntoo few: {}",
                show(theirs.difference(&ours).collect()),
                show(ours.difference(&theirs).collect())
            ),
        }
    }
}

/// How many of each kind there are; one with several labels counts with each of them.
fn counted(tickets: &[&Ticket], field: &str) -> BTreeMap<Option<String>, u64> {
    let mut counts = BTreeMap::new();
    for ticket in tickets {
        let value = match field {
            "label" => &ticket.json["labels"],
            field => &ticket.json[field],
        };
        let kinds: Vec<Option<String>> = match value {
            serde_json::Value::Array(all) if all.is_empty() => vec![None],
            serde_json::Value::Array(all) => {
                all.iter().map(|one| one.as_str().map(ToOwned::to_owned)).collect()
            }
            serde_json::Value::Object(who) => {
                let (name, email) = (who["name"].as_str(), who["email"].as_str());
                vec![match (name, email) {
                    (Some(name), Some(email)) => Some(format!("{name} <{email}>")),
                    (name, email) => name.or(email).map(ToOwned::to_owned),
                }]
            }
            other => vec![other.as_str().map(ToOwned::to_owned)],
        };
        for kind in kinds {
            *counts.entry(kind.map(|kind| in_one_spelling(field, &kind))).or_insert(0) += 1;
        }
    }
    counts
}

/// What a query does not tell apart is one kind: by address where a person has one.
fn in_one_spelling(field: &str, kind: &str) -> String {
    let lower = kind.to_lowercase();
    let address = lower.split_once(" <").filter(|_| matches!(field, "assignee" | "requester"));
    address.map_or(lower.clone(), |(_, email)| email.trim_end_matches('>').to_owned())
}
