//! Search by relevance, and counts.

use rusqlite::params_from_iter;
use std::collections::BTreeMap;

use rusqlite::types::{Value, ValueRef};

use super::clocks::{self, Watch};
use super::links::Linked;
use super::list::{self, Condition};
use super::read::{Wants, ticket_of};
use super::{Reader, derive, read};
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::query::{Filter, Group, Place, Query, Ranked};
use crate::domain::snippet::Snippet;
use crate::domain::words::By;
use crate::error::Result;
use crate::view;

/// How much a word counts in the title, the public messages and the notes (BM25, the ranking that
/// SQLite's full-text index has; less is better).
const RANK: &str = "bm25(text, 8.0, 1.0, 1.0)";

/// The question to the text index that `query` rests on, and its other conditions.
fn driven(query: &Query) -> Option<(String, Vec<Filter>)> {
    match &query.filter {
        Filter::All(all) => {
            let (text, rest) = list::text_and_rest(all);
            Some((list::matching(&Filter::All(text))?, rest))
        }
        other => Some((list::matching(other)?, Vec::new())),
    }
}

/// The question to the text index that a query is, if it asks for words and nothing else, and not
/// only in notes.
pub(super) fn words_alone(query: &Query) -> Option<String> {
    let (text, rest) = driven(query)?;
    let notes = query.filter.phrases().iter().any(|(place, _)| *place == Some(Place::Note));
    (rest.is_empty() && !notes && !text.is_empty()).then_some(text)
}

impl Reader<'_> {
    /// Hands the tickets that match to `sink`, those that the words say most about first; a query
    /// with an order of its own, or without words that must hold, is in that order.
    ///
    /// # Errors
    /// When the desk cannot be read, or whatever `sink` returns.
    pub fn search(
        &self,
        query: &Query,
        now: Timestamp,
        wants: &Wants,
        sink: &mut view::Sink<'_>,
    ) -> Result<()> {
        let (sql, values) = self.ranked(query, now, wants)?;
        let (phrases, snippets) = (query.filter.phrases(), wants.has("snippet"));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let ranked = statement.column_count() > 26;
        let mut rows = statement.query(params_from_iter(values))?;
        let watch = Watch::new(self.conn, now);
        let linked = Linked::of(self.conn, wants)?;
        while let Some(row) = rows.next()? {
            let mut ticket = ticket_of(row, &watch)?;
            linked.fill(&mut ticket);
            let fold = if snippets { derive::load(self.conn, row.get(25)?)? } else { None };
            let snippet = fold.map_or_else(Snippet::default, |fold| Snippet::of(&fold, &phrases));
            let rank: Option<f64> = if ranked { row.get(26)? } else { None };
            // As large as it is good.
            let score = rank.map(|rank| view::rounded(-rank));
            ticket.hit = Some(Box::new(view::Why::Found(view::Hit { score, snippet })));
            sink(ticket)?;
        }
        Ok(())
    }

    /// The statement of a search and its parameters.
    fn ranked(self, query: &Query, now: Timestamp, wants: &Wants) -> Result<(String, Vec<Value>)> {
        let Some((text, rest)) = driven(query).filter(|_| query.sort.is_empty()) else {
            return self.statement(query, now, wants);
        };
        let mut values = vec![Value::Text(text)];
        let page = "ORDER BY 2, 1 DESC LIMIT ?";
        let hits = if rest.is_empty() {
            format!("SELECT rowid AS hit, {RANK} AS score FROM text WHERE text MATCH ? {page}")
        } else {
            let rest = Query { filter: Filter::All(rest), ..Query::all() };
            let condition = list::condition(&rest, now, clocks::left(self, &rest.filter, now)?);
            values.extend(condition.values);
            format!(
                "SELECT ticket.id AS hit, {RANK} AS score FROM text
                 CROSS JOIN ticket ON ticket.id = text.rowid
                 WHERE text.text MATCH ? AND {} {page}",
                condition.sql
            )
        };
        values.push(wants.limit());
        let (body, join) = wants.described();
        let columns = wants.columns();
        let sql = format!(
            "SELECT {columns}, {body}, ticket.id, score FROM ({hits}) CROSS JOIN ticket ON ticket.id = hit
             {join} ORDER BY score, ticket.id DESC"
        );
        Ok((sql, values))
    }

    /// How `query` is answered, as a search or as a list: the statement, its parameters, and how
    /// SQLite goes about it.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn explain(
        &self,
        query: &Query,
        now: Timestamp,
        search: bool,
    ) -> Result<(String, Vec<String>, Vec<String>)> {
        let wants = Wants { limit: None, fields: Some(vec!["title".to_owned()]) };
        let statement = if search { Self::ranked } else { Self::statement };
        let (sql, values) = statement(*self, query, now, &wants)?;
        let mut plan = self.conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let steps = plan.query_map(params_from_iter(values.iter()), |row| row.get(3))?;
        let steps = steps.collect::<rusqlite::Result<_>>()?;
        let said = values.iter().map(|value| match value {
            Value::Text(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            _ => String::new(),
        });
        Ok((sql, said.collect(), steps))
    }

    /// How many tickets match.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn count(&self, query: &Query, now: Timestamp) -> Result<u64> {
        let (sql, values) = match driven(query) {
            Some((text, rest)) if rest.is_empty() => {
                ("SELECT count(*) FROM text WHERE text MATCH ?".to_owned(), vec![Value::Text(text)])
            }
            _ => {
                let Condition { sql, values, .. } = self.condition(query, now)?;
                // Not `count(*)`: without a condition that is one step, which no bound can stop.
                let all = if sql == "1" { String::new() } else { format!("WHERE {sql}") };
                (format!("SELECT count(id) FROM ticket {all}"), values)
            }
        };
        let mut statement = self.conn.prepare_cached(&sql)?;
        Ok(statement
            .query_row(params_from_iter(values), |row| Ok(row.get::<_, i64>(0)?.cast_unsigned()))?)
    }

    /// How many of the tickets that match there are of each combination of what `groups` name,
    /// most first. A ticket with several labels counts with each of them.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn tally(
        &self,
        query: &Query,
        now: Timestamp,
        groups: &[Group],
    ) -> Result<Vec<view::Tally>> {
        let Condition { sql, values, .. } = self.condition(query, now)?;
        let columns: Vec<&str> = groups.iter().map(|group| column(*group)).collect();
        let columns = columns.join(", ");
        // From an index into the table and back is slower than the table from end to end.
        let covered = groups.iter().all(|it| matches!(it, Group::Status | Group::Priority));
        let hint = if covered { "" } else { "NOT INDEXED" };
        let sql = format!("SELECT {columns} FROM ticket {hint} WHERE {sql}");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        // Sorting the rows to group them would take longer than all the rest.
        let mut counts: BTreeMap<Vec<Cell>, u64> = BTreeMap::new();
        let mut cells = Vec::with_capacity(groups.len());
        while let Some(row) = rows.next()? {
            cells.clear();
            for i in 0..groups.len() {
                cells.push(Cell::of(row.get_ref(i)?));
            }
            match counts.get_mut(&cells) {
                Some(count) => *count += 1,
                None => drop(counts.insert(cells.clone(), 1)),
            }
        }
        let tallies = counts.into_iter().flat_map(|(cells, count)| {
            let mut keys = vec![Vec::new()];
            for (group, cell) in groups.iter().zip(cells) {
                let values = cell.values(*group);
                let with = |keys: &Vec<_>| -> Vec<Vec<_>> {
                    let one =
                        |value: &Option<String>| [keys.clone(), vec![(*group, value.clone())]];
                    values.iter().map(|value| one(value).concat()).collect()
                };
                keys = keys.iter().flat_map(with).collect();
            }
            keys.into_iter().map(move |keys| view::Tally { keys, count })
        });
        Ok(merged(tallies.collect()))
    }
}

/// A value as it is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    None,
    Rank(i64),
    Text(String),
}

impl Cell {
    fn of(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Integer(rank) => Self::Rank(rank),
            ValueRef::Text(text) => Self::Text(String::from_utf8_lossy(text).into_owned()),
            _ => Self::None,
        }
    }

    /// The values that it stands for: of the labels each one, none where there is no value.
    fn values(self, group: Group) -> Vec<Option<String>> {
        match self {
            Self::Text(text) if group == Group::Label => {
                read::names(Some(text)).into_iter().map(Some).collect()
            }
            Self::Text(text) => vec![Some(text)],
            Self::Rank(rank) => vec![word(group, rank).map(ToOwned::to_owned)],
            Self::None => vec![None],
        }
    }
}

/// The column that a group is named after.
fn column(group: Group) -> &'static str {
    match group {
        Group::Label => "labels",
        other => other.name(),
    }
}

fn word(group: Group, rank: i64) -> Option<&'static str> {
    match group {
        Group::Turn => By::from_rank(rank).map(By::word),
        other => Ranked::named(other.name())?.word(rank),
    }
}

/// The counts with those joined that a query would not tell apart (`Bug` and `bug`, one person
/// under two names), under the commonest spelling; most first.
fn merged(mut tallies: Vec<view::Tally>) -> Vec<view::Tally> {
    tallies.sort_by_key(|tally| std::cmp::Reverse(tally.count));
    let mut places = std::collections::HashMap::new();
    let mut merged: Vec<view::Tally> = Vec::new();
    for tally in tallies {
        let folded: Vec<Option<String>> = tally.keys.iter().map(folded).collect();
        let place = *places.entry(folded).or_insert(merged.len());
        match merged.get_mut(place) {
            Some(there) => there.count += tally.count,
            None => merged.push(tally),
        }
    }
    merged.sort_by_key(|tally| std::cmp::Reverse(tally.count));
    merged
}

fn folded((group, value): &(Group, Option<String>)) -> Option<String> {
    let value = value.as_ref()?;
    let person = matches!(group, Group::Assignee | Group::Requester);
    let email = value.parse::<Person>().ok().filter(|_| person).and_then(|person| person.email);
    Some(email.as_ref().unwrap_or(value).to_lowercase())
}
