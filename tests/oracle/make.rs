//! Random texts and random queries about them.

use chrono::{Datelike, Days};

use unicode_normalization::char::is_combining_mark;

use super::dice::Dice;
use super::naive::{Ticket, World};
use super::text::flat;
use super::tree::{Asked, Item, Node, Term, Value};
use super::wall::{Date, WEEKDAYS, Wall};

/// What texts are made of: words that begin like others, signs, and many scripts.
const FRAGMENTS: &[&str] = &[
    "log",
    "logs",
    "Login",
    "LOG-in",
    "log_in",
    "crash",
    "Crashes",
    "crashed!",
    "null pointer",
    "pointer",
    "v1.8.2",
    "1.8",
    "foo-bar",
    "foobar",
    "foo",
    "a@b.example",
    "can't",
    "C++",
    "naïve",
    "Größe",
    "grosse",
    "GRÖSSE",
    "école",
    "e\u{301}cole",
    "Đăng nhập",
    "đăng",
    "DANG NHAP",
    "thất bại",
    "tha\u{302}\u{301}t ba\u{323}i",
    "không",
    "не работает",
    "работа",
    "Ёлка",
    "ёлка",
    "ОШИБКА",
    "ошибка входа",
    "登录失败",
    "登录",
    "失败了",
    "录失",
    "无法登录tix",
    "升级后，登录失败。",
    "ログイン",
    "ﾛｸﾞｲﾝ",
    "ログ",
    "がき",
    "か\u{3099}き",
    "カギ",
    "ｶｷﾞ",
    "東京で",
    "今日は東京abcへ",
    "京都・東京",
    "เข้าสู่ระบบ",
    "ระบบ",
    "ที่",
    "로그인 실패",
    "로그인",
    "실패",
    "\u{1105}\u{1169}\u{1100}\u{1173}\u{110b}\u{1175}\u{11ab}",
    "🔥",
    "🔥🔥",
    "👍🏽",
    "👨\u{200d}👩\u{200d}👧",
    "❤\u{fe0f}",
    "İstanbul",
    "ISTANBUL",
    "ΟΔΟΣ",
    "οδός",
    "Ｌｏｇｉｎ",
    "ﬁle",
    "file",
    "x²",
    "①",
    "OR",
    "NOT",
    "and",
    "label:bug",
    "\"quoted\"",
    "(paren)",
    "a,b",
    "so\u{ad}ft",
    "soft",
    "हिन्दी",
    "हिन्द",
    "مرحبا",
    "مَرحبا",
    "שלום",
    "¶",
    "--",
    "…",
    "ł",
    "Łódź",
    "æon",
];

const BETWEEN: &[&str] =
    &[" ", " ", " ", "", "\n", "-", ", ", "。", "・", "_", "\u{3000}", "\n\n", "/"];

pub(crate) const LABELS: &[&str] =
    &["bug", "Bug", "good first issue", "übel 火", "ÜBEL 火", "a-b", "is:open", "2026"];
pub(crate) const CUSTOMERS: &[&str] = &["Acme Dental", "acme dental", "Kumo Travel", "Größe (AG)"];
pub(crate) const TIERS: &[&str] = &["gold", "Gold", "no tier"];
pub(crate) const PEOPLE: &[&str] = &[
    "Ada <ada@acme.example>",
    "ada",
    "bob",
    "Grace <grace@acme.example>",
    "GRACE@acme.example",
    "Bob Дылан",
];
pub(crate) const REFS: &[&str] = &["jira:A-1", "jira:a-1", "mail:<a@b>", "github:acme/app#1"];

const STATES: &[&str] = &[
    "open",
    "closed",
    "new",
    "pending",
    "hold",
    "awaiting-us",
    "awaiting-requester",
    "overdue",
    "unassigned",
    "snoozed",
    "breached",
    "at-risk",
    "merged",
    "blocked",
];
const THERE: &[&str] =
    &["assignee", "label", "customer", "due", "requester", "ref", "reply", "attachment", "link"];
const SORTS: &[&str] =
    &["updated", "created", "due", "urgency", "closed", "priority", "status", "id", "title"];
/// Saved queries, each of which may name those before it.
pub(crate) const VIEWS: &[&str] = &["mine", "late", "both-of-us"];

/// A text of some fragments.
pub(crate) fn prose(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..=dice.below(5) {
        text += dice.pick(FRAGMENTS);
        text += dice.pick(BETWEEN);
    }
    text.trim().to_owned()
}

/// The same on one line.
pub(crate) fn title(dice: &mut Dice) -> String {
    prose(dice).replace('\n', " ")
}

/// What to ask about.
pub(crate) struct Stock<'a> {
    pub(crate) tickets: &'a [Ticket],
    pub(crate) wall: Wall,
    pub(crate) views: Vec<String>,
}

/// A desk's tickets with some saved queries about them.
pub(crate) fn world(tickets: &[Ticket], wall: Wall, me: &str, dice: &mut Dice) -> World {
    let mut world = World { wall, me: me.to_owned(), views: std::collections::BTreeMap::new() };
    for name in VIEWS {
        let views = world.views.keys().cloned().collect();
        let asked = Stock { tickets, wall, views }.asked(dice);
        world.views.insert((*name).to_owned(), asked);
    }
    world
}

impl Stock<'_> {
    /// A random query.
    pub(crate) fn asked(&self, dice: &mut Dice) -> Asked {
        let node = match dice.below(4) {
            0 => Node::All((0..dice.below(4)).map(|_| self.node(dice, 1)).collect()),
            depth => self.node(dice, depth),
        };
        let mut sort: Vec<(&'static str, bool)> = Vec::new();
        if dice.one_in(3) {
            for _ in 0..=dice.below(3) {
                sort.push((dice.pick(SORTS), dice.one_in(2)));
            }
        }
        Asked { node, sort }
    }

    fn node(&self, dice: &mut Dice, depth: usize) -> Node {
        let parts = |dice: &mut Dice, most: usize| {
            (0..2 + dice.below(most)).map(|_| self.node(dice, depth - 1)).collect()
        };
        match dice.below(7) {
            _ if depth == 0 => Node::Term(self.term(dice)),
            0 | 1 => Node::All(parts(dice, 2)),
            2 | 3 => Node::Any(parts(dice, 2)),
            4 => Node::Not(Box::new(self.node(dice, depth - 1))),
            _ => Node::Term(self.term(dice)),
        }
    }

    fn term(&self, dice: &mut Dice) -> Term {
        let key = dice.pick(&[
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "title",
            "title",
            "body",
            "body",
            "note",
            "is",
            "is",
            "has",
            "no",
            "id",
            "label",
            "label",
            "ref",
            "assignee",
            "requester",
            "customer",
            "tier",
            "status",
            "status",
            "priority",
            "priority",
            "resolution",
            "channel",
            "created",
            "updated",
            "closed",
            "due",
            "due",
            "snoozed",
            "first-response",
            "messages",
            "replies",
            "sla",
            "view",
        ]);
        let key = if key == "view" && self.views.is_empty() { "is" } else { key };
        let many = if key.is_empty() || dice.below(4) > 0 { 1 } else { 2 + dice.below(2) };
        // A length and a date are two questions.
        let long = dice.one_in(2);
        Term { key, values: (0..many).map(|_| self.value(key, long, dice)).collect() }
    }

    fn value(&self, key: &'static str, long: bool, dice: &mut Dice) -> Value {
        let comparable = matches!(
            key,
            "status"
                | "priority"
                | "created"
                | "updated"
                | "closed"
                | "due"
                | "snoozed"
                | "first-response"
                | "messages"
                | "replies"
                | "sla"
        );
        let mut item = || self.item(key, long, dice);
        let (one, other) = (item(), item());
        if !comparable {
            return Value::One(one);
        }
        match dice.below(7) {
            0 | 1 => Value::One(one),
            2 | 3 => Value::Compared(dice.pick(&["<", "<=", ">", ">="]), one),
            4 => Value::Between(Some(one), None),
            5 => Value::Between(None, Some(one)),
            _ => Value::Between(Some(one), Some(other)),
        }
    }

    fn item(&self, key: &str, long: bool, dice: &mut Dice) -> Item {
        let mut one = |of: &[&str]| Item::Word(dice.pick(of).to_owned());
        match key {
            "is" => one(STATES),
            "has" | "no" => one(THERE),
            "label" => one(&[LABELS, &["nope"]].concat()),
            "ref" => one(REFS),
            "assignee" | "requester" => {
                one(&[PEOPLE, &["@me", "Ada", "ada@acme.example", "nobody"]].concat())
            }
            "customer" => one(&[CUSTOMERS, &["Acme"]].concat()),
            "tier" => one(TIERS),
            "status" => one(&["new", "open", "pending", "hold", "closed"]),
            "priority" => one(&["low", "normal", "high", "urgent"]),
            "resolution" => {
                one(&["solved", "answered", "wontfix", "duplicate", "invalid", "stale"])
            }
            "channel" => one(&["cli", "email", "forum", "chat", "web", "phone", "api"]),
            "view" => Item::Word(dice.pick(&self.views)),
            "id" => Item::Word(self.id(dice)),
            "messages" | "replies" => Item::Number(i64::try_from(dice.below(5)).unwrap()),
            "sla" => length(dice),
            "first-response" if long => length(dice),
            "first-response" => Item::Date(match self.date(dice) {
                // That would be a length.
                Date::Away("", count, unit) => Date::Away("+", count, unit),
                other => other,
            }),
            "" | "title" | "body" | "note" => Item::Word(self.piece(dice)),
            _ => Item::Date(self.date(dice)),
        }
    }

    fn id(&self, dice: &mut Dice) -> String {
        match dice.below(4) {
            0 => dice.pick(REFS).to_owned(),
            1 => dice.pick(&["1", "#2", "3", "b1", "b2", "77", "c1"]).to_owned(),
            _ if self.tickets.is_empty() => "1".to_owned(),
            _ => {
                let ticket = &self.tickets[dice.below(self.tickets.len())];
                dice.pick(&ticket.numbers)
            }
        }
    }

    fn date(&self, dice: &mut Dice) -> Date {
        let today = self.wall.shows(self.wall.now).date();
        let day = |dice: &mut Dice| {
            today - Days::new(45) + Days::new(u64::try_from(dice.below(60)).unwrap())
        };
        match dice.below(8) {
            0 | 1 => Date::Day(day(dice)),
            2 => {
                let day = day(dice);
                Date::Month(day.year(), day.month())
            }
            3 if dice.one_in(3) => Date::Year(dice.pick(&[2025, 2026, 2027])),
            3 | 4 => Date::Named(named(dice)),
            5 => {
                let whole = dice.one_in(2);
                let of = if whole { Date::Day(day(dice)) } else { Date::Named(named(dice)) };
                let between = if whole { dice.pick(&[" ", "T", "t"]) } else { " " };
                let second = if dice.one_in(3) { 30 } else { 0 };
                let time = u32::try_from(dice.below(1440)).unwrap() * 60 + second;
                Date::At(Box::new(of), time, between)
            }
            6 => {
                let unit = dice.pick(&["m", "min", "h", "d", "d", "w", "mo", "y"]);
                let count = u32::try_from(dice.below(40)).unwrap();
                Date::Away(dice.pick(&["-", "-", "+", ""]), count, unit)
            }
            _ => {
                let back = i64::try_from(dice.below(40 * 86_400)).unwrap();
                Date::Exact(self.wall.now - back, dice.pick(&[0, 120, -210, 345]))
            }
        }
    }

    /// Something to look for: often a piece of a text that is there.
    fn piece(&self, dice: &mut Dice) -> String {
        let mut piece = match dice.below(4) {
            0 => dice.pick(FRAGMENTS).to_owned(),
            1 => format!("{}{}{}", dice.pick(FRAGMENTS), dice.pick(BETWEEN), dice.pick(FRAGMENTS)),
            _ => self.there(dice).unwrap_or_default(),
        };
        if dice.one_in(4) {
            let count = piece.chars().count();
            piece = piece.chars().take(dice.below(count + 1)).collect();
        }
        // A quotation mark cannot be quoted, and a star has a meaning at the end.
        piece.retain(|c| !"\"*".contains(c));
        // Nor does a character begin in its middle.
        let within = |c: char| is_combining_mark(c) || ('\u{1160}'..='\u{11ff}').contains(&c);
        let mut piece =
            piece.replace('\n', " ").trim().trim_start_matches(within).trim().to_owned();
        if flat(&piece).is_empty() {
            piece = String::from(dice.pick(&["log", "登录", "ошибка", "foo bar"]));
        }
        if dice.one_in(5) && piece.ends_with(char::is_alphanumeric) {
            piece.push('*');
        }
        piece
    }

    /// A piece of some ticket's text: whole words, or whatever stands there.
    fn there(&self, dice: &mut Dice) -> Option<String> {
        let ticket = &self.tickets.get(dice.below(self.tickets.len().max(1)))?.json;
        let messages = ticket["messages"].as_array().unwrap();
        let text = match messages.get(dice.below(messages.len() + 1)) {
            Some(message) => message["body"].as_str().unwrap(),
            None => ticket["title"].as_str().unwrap(),
        };
        let parts: Vec<String> = if dice.one_in(2) {
            text.split_inclusive(char::is_whitespace).map(ToOwned::to_owned).collect()
        } else {
            text.chars().map(String::from).collect()
        };
        let from = dice.below(parts.len().max(1));
        let length = 1 + dice.below(6);
        Some(parts.into_iter().skip(from).take(length).collect())
    }
}

fn length(dice: &mut Dice) -> Item {
    let (unit, seconds) =
        dice.pick(&[("s", 1), ("m", 60), ("min", 60), ("h", 3600), ("d", 86_400), ("w", 604_800)]);
    Item::Length(i64::try_from(dice.below(30)).unwrap(), unit, seconds)
}

fn named(dice: &mut Dice) -> &'static str {
    match dice.below(8) {
        0 => "today",
        1 => "tomorrow",
        2 => "yesterday",
        3 => "eod",
        4 => "eow",
        5 => "eom",
        _ => {
            let (short, long) = dice.pick(&WEEKDAYS);
            if dice.one_in(2) { short } else { long }
        }
    }
}
