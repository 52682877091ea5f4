//! Query → SQL: whole statements, every word of the user a parameter.

use std::collections::BTreeMap;

use rusqlite::types::Value;

use super::clocks::NEVER;
use super::derive::Term;
use crate::domain::ids::{Name, Number, Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::query::{
    Counted, Filter, Has, Is, Length, Moment, Place, Query, Ranked, Role, Sort, SortKey, Text,
};
use crate::domain::text::Phrase;
use crate::domain::words::Status;

/// A condition and its parameters, in order.
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
    /// The sets of tickets that all must be in.
    pub(super) sets: Vec<Set>,
    left: Left,
    /// What is added now must hold for every ticket found.
    top: bool,
    /// Status and priority are given: there is an index on both, in the usual order.
    exact: bool,
}

/// By the seconds that a clock may have left, from and to: JSON arrays of the tickets' rows.
pub(super) type Left = BTreeMap<(i64, i64), String>;

/// Tickets that an index names.
pub(super) struct Set {
    /// Where in the condition the set begins.
    pub(super) place: usize,
    /// The statement that finds them.
    pub(super) sql: &'static str,
    /// Its parameters.
    pub(super) values: Vec<Value>,
}

/// The `WHERE` of `query` as it stands at `now`.
///
/// `left` are the tickets whose clocks have so much left as its lengths say.
pub(super) fn condition(query: &Query, now: Timestamp, left: Left) -> Condition {
    let all = match &query.filter {
        Filter::All(all) => all.as_slice(),
        other => std::slice::from_ref(other),
    };
    let one = |key| {
        let is = |filter: &Filter| matches!(filter, Filter::Rank(k, low, high) if *k == key && low == high);
        all.iter().any(is)
    };
    let exact = one(Ranked::Status) && one(Ranked::Priority);
    // In words that let SQLite use the index that is in this order.
    let owed = if by_urgency(query) { "owed_at IS NOT NULL AND " } else { "" };
    let (sql, values, sets) = (owed.to_owned(), Vec::new(), Vec::new());
    let mut condition = Condition { sql, values, sets, left, top: true, exact };
    condition.add(&query.filter, now);
    condition
}

/// The `ORDER BY` of `query`: last updated first unless it says otherwise.
pub(super) fn order(query: &Query) -> String {
    let default = [Sort { key: SortKey::Updated, descending: true }];
    let keys = if query.sort.is_empty() { &default[..] } else { &query.sort };
    let one = |sort: &Sort| {
        let way = if sort.descending { " DESC" } else { "" };
        match sort.key {
            SortKey::Updated => format!("updated_at{way}"),
            SortKey::Created => format!("created_at{way}"),
            SortKey::Due if sort.descending => format!("soon = {NEVER}, soon DESC"),
            SortKey::Due => "soon".to_owned(),
            SortKey::Urgency if by_urgency(query) => format!("owed_at{way}"),
            SortKey::Urgency => format!("owed_at IS NULL, owed_at{way}"),
            SortKey::Closed => format!("closed_at IS NULL, closed_at{way}"),
            SortKey::Priority => format!("priority{way}"),
            SortKey::Status => format!("status{way}"),
            SortKey::Id => format!("machine{way}, n{way}"),
            SortKey::Title => format!("title COLLATE NOCASE{way}"),
        }
    };
    let tie = if keys.last().is_some_and(|sort| sort.descending) { "id DESC" } else { "id" };
    let keys: Vec<String> = keys.iter().map(one).chain([tie.to_owned()]).collect();
    keys.join(", ")
}

/// Are only tickets meant for which somebody of us should act, in the order of that?
fn by_urgency(query: &Query) -> bool {
    query.sort.first().is_some_and(|sort| sort.key == SortKey::Urgency) && is_owed(&query.filter)
}

/// Does it hold only for tickets for which somebody of us should act?
fn is_owed(filter: &Filter) -> bool {
    match filter {
        Filter::Is(Is::AwaitingUs | Is::Overdue | Is::Breached | Is::AtRisk) => true,
        Filter::All(all) => all.iter().any(is_owed),
        Filter::Any(any) => !any.is_empty() && any.iter().all(is_owed),
        _ => false,
    }
}

impl Condition {
    fn is(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    /// Joins in halves: SQLite's expressions may not nest deeply, and a chain counts as nested.
    fn joined(&mut self, parts: &[Filter], (between, none): (&str, &str), now: Timestamp) {
        match parts {
            [] => self.is(none, []),
            [one] => self.add(one, now),
            _ => {
                let (first, second) = parts.split_at(parts.len() / 2);
                self.sql.push('(');
                self.joined(first, (between, none), now);
                self.sql.push_str(between);
                self.joined(second, (between, none), now);
                self.sql.push(')');
            }
        }
    }

    fn add(&mut self, filter: &Filter, now: Timestamp) {
        let top = self.top;
        self.top = top && !matches!(filter, Filter::Any(_) | Filter::Not(_));
        self.add_one(filter, now);
        self.top = top;
    }

    fn add_one(&mut self, filter: &Filter, now: Timestamp) {
        match filter {
            Filter::All(all) => match matching(filter) {
                Some(text) => self.matches(text),
                None => self.joined(&with_text_joined(all), (" AND ", "1"), now),
            },
            Filter::Any(any) => match (numbers(any), matching(filter)) {
                (Some(numbers), _) => self.numbered(&numbers),
                (None, Some(text)) => self.matches(text),
                (None, None) => self.joined(any, (" OR ", "0"), now),
            },
            Filter::Words(place, phrase) => self.matches(phrase_in(*place, phrase)),
            Filter::Not(not) => {
                self.sql.push_str("NOT coalesce(");
                self.add(not, now);
                self.sql.push_str(", 0)");
            }
            Filter::Is(is) => self.state(*is, now),
            Filter::Has(Has::Link) => self.among(LINKED, Vec::new()),
            Filter::Has(has) => self.is(has_value(*has), []),
            Filter::Id(name) => self.id(name),
            Filter::Label(label) => self.term(Term::Label, &label.to_lowercase()),
            Filter::Ref(name) => self.term(Term::Ref, name),
            Filter::Person(role, person) => self.person(*role, person),
            Filter::Text(Text::Customer, value) => self.term(Term::Customer, value),
            Filter::Text(Text::Tier, value) => self.term(Term::Tier, value),
            Filter::Rank(Ranked::Status, low, high) if low == high => self.status(*low),
            Filter::Rank(ranked, low, high) => {
                let column = match ranked {
                    Ranked::Status => "status",
                    Ranked::Resolution => "resolution",
                    Ranked::Priority => "priority",
                    Ranked::Channel => "channel",
                };
                self.between(column, Some(*low), Some(high.saturating_add(1)));
            }
            Filter::Time(moment, from, before) => {
                let column = match moment {
                    Moment::Created => "created_at",
                    Moment::Updated => "updated_at",
                    Moment::Closed => "closed_at",
                    Moment::Due => "due_at",
                    Moment::Snoozed => "snoozed_until",
                    Moment::FirstResponse => "first_response_at",
                };
                self.between(column, from.map(|at| at.0), before.map(|at| at.0));
            }
            Filter::Count(counted, low, high) => {
                let column = match counted {
                    Counted::Messages => "messages",
                    Counted::Replies => "replies",
                };
                self.between(column, Some(*low), Some(high.saturating_add(1)));
            }
            Filter::Length(length, low, high) => self.length(*length, *low, *high),
        }
    }

    /// The text's words, by the index over all texts.
    fn matches(&mut self, text: String) {
        self.among("SELECT rowid FROM text WHERE text MATCH ?", vec![Value::Text(text)]);
    }

    /// One of the tickets that the statement finds.
    fn among(&mut self, sql: &'static str, values: Vec<Value>) {
        if self.top {
            let place = self.sql.len();
            self.sets.push(Set { place, sql, values: values.clone() });
        }
        self.is(&format!("id IN ({sql})"), values);
    }

    fn length(&mut self, length: Length, low: i64, high: i64) {
        match length {
            Length::FirstResponse => {
                let seconds = "(first_response_at - created_at) / 1000";
                self.between(seconds, Some(low), Some(high.saturating_add(1)));
            }
            Length::Sla => {
                let found = self.left.get(&(low, high)).cloned().unwrap_or_default();
                self.among("SELECT value FROM json_each(?)", vec![Value::Text(found)]);
            }
        }
    }

    /// `column` is at least `from` and below `before`; an open side still wants a value.
    fn between(&mut self, column: &str, from: Option<i64>, before: Option<i64>) {
        match (from, before) {
            (Some(low), Some(high)) if low.checked_add(1) == Some(high) => {
                self.is(&format!("{column} = ?"), [Value::Integer(low)]);
            }
            (Some(low), Some(high)) => {
                let sql = format!("({column} >= ? AND {column} < ?)");
                self.is(&sql, [Value::Integer(low), Value::Integer(high)]);
            }
            (Some(low), None) => self.is(&format!("{column} >= ?"), [Value::Integer(low)]),
            (None, Some(high)) => self.is(&format!("{column} < ?"), [Value::Integer(high)]),
            (None, None) => self.is(&format!("{column} IS NOT NULL"), []),
        }
    }

    fn state(&mut self, is: Is, now: Timestamp) {
        // Times are whole seconds.
        let now = [Value::Integer(now.0.div_euclid(1000) * 1000)];
        match is {
            Is::Open => self.is("status < 4", []),
            Is::Closed => self.status(Status::Closed.rank()),
            Is::New => self.status(Status::New.rank()),
            Is::Pending => self.status(Status::Pending.rank()),
            Is::Hold => self.status(Status::Hold.rank()),
            Is::Unassigned => self.is("(status < 4 AND assignee IS NULL)", []),
            Is::Snoozed => self.is("snoozed_until > ?", now),
            Is::Overdue => self.is("(status < 4 AND due_at < ?)", now),
            Is::AwaitingUs => self.is("(status < 4 AND turn = 0)", []),
            Is::AwaitingRequester => self.is("(status < 4 AND turn = 1)", []),
            // As long as what it became part of is there.
            Is::Merged => self.is(MERGED, []),
            Is::Blocked => {
                self.is("(status < 4 AND ", []);
                self.among(BLOCKED, Vec::new());
                self.is(")", []);
            }
            Is::Breached => {
                self.among("SELECT ticket FROM clock WHERE breach_at < ?", now.to_vec());
            }
            Is::AtRisk => {
                let sql = "SELECT ticket FROM clock WHERE risk_at < ? AND breach_at >= ?";
                let [now] = now;
                self.among(sql, vec![now.clone(), now]);
            }
        }
    }

    /// In words that let SQLite use the index that is in the list's order.
    fn status(&mut self, rank: i64) {
        if self.exact && self.top {
            return self.is("status = ?", [Value::Integer(rank)]);
        }
        if rank == Status::Closed.rank() {
            return self.is("status > 3", []);
        }
        self.is("(status < 4 AND +status = ?)", [Value::Integer(rank)]);
    }

    /// One of these numbers, asked for together: there may be thousands.
    fn numbered(&mut self, numbers: &BTreeMap<u32, Vec<u32>>) {
        let each = numbers.iter().map(|(machine, of)| {
            let places = vec!["?"; of.len()].join(", ");
            self.values.push(Value::Integer((*machine).into()));
            self.values.extend(of.iter().map(|n| Value::Integer((*n).into())));
            format!(
                "SELECT ticket FROM number WHERE machine = ? AND n IN ({places}) AND NOT former"
            )
        });
        let sql = each.collect::<Vec<_>>().join(" UNION ALL ");
        self.is(&format!("id IN ({sql})"), []);
    }

    fn id(&mut self, name: &Name) {
        match name {
            Name::Number(Number { machine, n }) => {
                let sql = "id IN (SELECT ticket FROM number
                     WHERE machine = ? AND n = ? AND NOT former)";
                self.is(sql, [machine.0.into(), (*n).into()].map(Value::Integer));
            }
            Name::Prefix(hex) => match Uid::beginning(hex) {
                Some(uids) => {
                    let uids = uids.map(|uid| Value::Blob(uid.0.to_vec()));
                    self.among("SELECT id FROM subject WHERE uid BETWEEN ? AND ?", uids.into());
                }
                None => self.is("0", []),
            },
            Name::Source(name) => self.term(Term::Ref, name),
            Name::Last => self.is("0", []),
        }
    }

    /// By address where the person has one, else by name.
    fn person(&mut self, role: Role, person: &Person) {
        let term = match role {
            Role::Assignee => Term::Assignee,
            Role::Requester => Term::Requester,
        };
        let key = person.email.as_deref().unwrap_or(person.short());
        self.term(term, &key.to_lowercase());
    }

    fn term(&mut self, term: Term, key: &str) {
        let values = vec![Value::Integer(term as i64), Value::Text(key.to_owned())];
        self.among("SELECT ticket FROM term WHERE kind = ? AND key = ?", values);
    }
}

/// The numbers that these conditions name, by machine; none when they name none or are about more.
fn numbers(any: &[Filter]) -> Option<BTreeMap<u32, Vec<u32>>> {
    let mut numbers: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for filter in any {
        let Filter::Id(Name::Number(number)) = filter else { return None };
        numbers.entry(number.machine.0.into()).or_default().push(number.n);
    }
    (!numbers.is_empty()).then_some(numbers)
}

const MERGED: &str = "(merged IS NOT NULL AND EXISTS (SELECT 1 FROM subject s
        JOIN (SELECT id FROM ticket) m ON m.id = s.id WHERE s.uid = merged))";

/// The tickets that an open one blocks.
const BLOCKED: &str = "SELECT s.id FROM link l JOIN ticket b ON b.id = l.ticket
        JOIN subject s ON s.uid = l.other WHERE l.kind = 0 AND b.status < 4";

/// The tickets at either end of a link whose other end is there.
const LINKED: &str = "SELECT l.ticket FROM link l JOIN subject s ON s.uid = l.other
        JOIN ticket o ON o.id = s.id
     UNION ALL SELECT s.id FROM link l JOIN ticket o ON o.id = l.ticket
        JOIN subject s ON s.uid = l.other";

fn has_value(has: Has) -> &'static str {
    match has {
        Has::Assignee => "assignee IS NOT NULL",
        Has::Label => "labels IS NOT NULL",
        Has::Customer => "customer IS NOT NULL",
        Has::Due => "due_at IS NOT NULL",
        Has::Requester => "requester IS NOT NULL",
        Has::Ref => "refs IS NOT NULL",
        Has::Reply => "replies > 0",
        Has::Attachment => "attachments > 0",
        Has::Link => "0",
    }
}

/// How many phrases go into one question to the text index.
const PHRASES_MAX: usize = 64;

/// The words that must hold, or of which one must, as one question to the text index: words alone,
/// side by side with others or with alternatives. None when the filter is about more than text.
pub(super) fn matching(filter: &Filter) -> Option<String> {
    match filter {
        Filter::All(all) if !all.is_empty() && all.len() <= PHRASES_MAX => {
            let parts: Option<Vec<String>> = all.iter().map(alternatives).collect();
            parts.map(|parts| parts.join(" AND "))
        }
        other => alternatives(other),
    }
}

/// A word, or words of which one must hold.
fn alternatives(filter: &Filter) -> Option<String> {
    match filter {
        Filter::Any(any) => any_of(any),
        Filter::Words(place, phrase) => Some(phrase_in(*place, phrase)),
        _ => None,
    }
}

fn any_of(any: &[Filter]) -> Option<String> {
    let word = |filter: &Filter| match filter {
        Filter::Words(place, phrase) => Some(phrase_in(*place, phrase)),
        _ => None,
    };
    let fits = !any.is_empty() && any.len() <= PHRASES_MAX;
    let parts: Vec<String> = any.iter().filter(|_| fits).map(word).collect::<Option<_>>()?;
    fits.then(|| format!("({})", parts.join(" OR ")))
}

/// The conditions with those on text joined into one, which is asked but once.
fn with_text_joined(all: &[Filter]) -> Vec<Filter> {
    let (text, mut rest) = text_and_rest(all);
    if !text.is_empty() {
        rest.push(Filter::All(text));
    }
    rest
}

/// The conditions on text, and the others; all of them others when the texts are too many for one
/// question.
pub(super) fn text_and_rest(all: &[Filter]) -> (Vec<Filter>, Vec<Filter>) {
    let mut each = Vec::new();
    flattened(all, &mut each);
    let (text, rest): (Vec<Filter>, Vec<Filter>) =
        each.into_iter().cloned().partition(|filter| alternatives(filter).is_some());
    if text.len() > PHRASES_MAX { (Vec::new(), all.to_vec()) } else { (text, rest) }
}

/// Conditions that all must hold are one row of conditions, however they were grouped.
fn flattened<'a>(all: &'a [Filter], each: &mut Vec<&'a Filter>) {
    for filter in all {
        match filter {
            Filter::All(all) => flattened(all, each),
            other => each.push(other),
        }
    }
}

/// A phrase in the words of the text index. It holds letters and digits only, and is quoted: no
/// word of a query can be an operator of the index.
pub(super) fn phrase_in(place: Option<Place>, phrase: &Phrase) -> String {
    let column = match place {
        None => "",
        Some(Place::Title) => "title : ",
        Some(Place::Body) => "body : ",
        Some(Place::Note) => "note : ",
    };
    let open = if phrase.open { " *" } else { "" };
    format!("{column}\"{}\"{open}", phrase.words.join(" "))
}
