//! Search by relevance, and counts.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::list::{self, Condition};
use super::read::{ROW, ticket_of};
use super::{Reader, derive, read};
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::query::{Filter, Group, Query};
use crate::domain::snippet::Snippet;
use crate::domain::words::{By, Channel, Priority, Resolution, Status};
use crate::error::Result;
use crate::view;

/// How much a word counts in the title, the public messages and the notes (BM25, the ranking that
/// SQLite's full-text index has; less is better).
const RANK: &str = "bm25(text, 8.0, 1.0, 1.0)";

/// A word that more tickets hold than this is common.
const COMMON: i64 = 2000;

/// What a search wants besides the tickets.
#[derive(Clone, Copy, Debug)]
pub struct Wants {
    /// At most so many tickets.
    pub limit: Option<u64>,
    /// Their descriptions.
    pub texts: bool,
    /// The parts in which the words stand.
    pub snippets: bool,
}

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

/// The statement of a search and its parameters; one without words that must hold is a list.
fn statement(query: &Query, now: Timestamp, wants: Wants) -> (String, Vec<Value>) {
    let Some((text, rest)) = driven(query).filter(|_| query.sort.is_empty()) else {
        return read::list(query, now, (wants.limit, wants.texts), ", NULL, t.id");
    };
    let mut values = vec![Value::Text(text)];
    let page = "ORDER BY 2, 1 DESC LIMIT ?";
    let hits = if rest.is_empty() {
        format!("SELECT rowid AS id, {RANK} AS rank FROM text WHERE text MATCH ? {page}")
    } else {
        let Condition { sql, values: more } =
            list::condition(&Query { filter: Filter::All(rest), ..Query::all() }, now);
        values.extend(more);
        format!(
            "SELECT ticket.id AS id, {RANK} AS rank FROM text
             CROSS JOIN ticket ON ticket.id = text.rowid
             WHERE text.text MATCH ? AND {sql} {page}"
        )
    };
    values.push(read::limited(wants.limit));
    let (body, join) = read::described(wants.texts);
    let sql = format!(
        "{ROW} {body}, h.rank, t.id FROM ({hits}) h CROSS JOIN ticket t ON t.id = h.id
         CROSS JOIN subject s ON s.id = t.id {join} ORDER BY h.rank, t.id DESC"
    );
    (sql, values)
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
        wants: Wants,
        sink: &mut view::Sink<'_>,
    ) -> Result<()> {
        let (sql, values) = statement(query, now, wants);
        let phrases = query.filter.phrases();
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let mut ticket = ticket_of(row)?;
            let rank: Option<f64> = row.get(23)?;
            let fold = if wants.snippets { derive::load(self.conn, row.get(24)?)? } else { None };
            let snippet = fold.map_or_else(Snippet::default, |fold| Snippet::of(&fold, &phrases));
            // As large as it is good, and no longer than it means something.
            let score = rank.map(|rank| (-rank * 1e6).round() / 1e6);
            ticket.hit = Some(Box::new(view::Hit { score, snippet }));
            sink(ticket)?;
        }
        Ok(())
    }

    /// Do so many tickets hold the words of `query` that going through the list in its order finds
    /// a screenful sooner than gathering all of them?
    pub(super) fn is_common(self, query: &Query) -> Result<bool> {
        let Some((text, _)) = driven(query) else { return Ok(false) };
        let sql = "SELECT count(*) FROM (SELECT 1 FROM text WHERE text MATCH ?1 LIMIT ?2 + 1)";
        let count: i64 =
            self.conn.prepare_cached(sql)?.query_row((text, COMMON), |row| row.get(0))?;
        Ok(count > COMMON)
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
        let wants = Wants { limit: None, texts: false, snippets: false };
        let (sql, values) = if search {
            statement(query, now, wants)
        } else {
            read::list(query, now, (None, false), "")
        };
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
                let Condition { sql, values } = list::condition(query, now);
                (format!("SELECT count(*) FROM ticket WHERE {sql}"), values)
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
        Ok(merged(grouped(self.conn, query, now, groups)?))
    }
}

fn grouped(
    conn: &Connection,
    query: &Query,
    now: Timestamp,
    groups: &[Group],
) -> Result<Vec<view::Tally>> {
    let Condition { sql, values } = list::condition(query, now);
    let columns: Vec<&str> = groups.iter().map(|group| column(*group)).collect();
    let columns = columns.join(", ");
    let labels = if groups.contains(&Group::Label) {
        "LEFT JOIN json_each(ticket.labels) AS label"
    } else {
        ""
    };
    let sql = format!(
        "SELECT count(*), {columns} FROM (SELECT * FROM ticket WHERE {sql}) AS ticket {labels}
         GROUP BY {columns} ORDER BY 1 DESC, {columns}"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut tallies = Vec::new();
    while let Some(row) = rows.next()? {
        let key = |(i, group): (usize, &Group)| {
            let value = match row.get(i + 1)? {
                Value::Integer(rank) => word(*group, rank).map(ToOwned::to_owned),
                Value::Text(text) => Some(text),
                _ => None,
            };
            Ok((*group, value))
        };
        let keys = groups.iter().enumerate().map(key).collect::<Result<_>>()?;
        tallies.push(view::Tally { keys, count: row.get::<_, i64>(0)?.cast_unsigned() });
    }
    Ok(tallies)
}

fn column(group: Group) -> &'static str {
    match group {
        Group::Status => "status",
        Group::Resolution => "resolution",
        Group::Priority => "priority",
        Group::Channel => "channel",
        Group::Label => "label.value",
        Group::Assignee => "assignee",
        Group::Requester => "requester",
        Group::Customer => "customer",
        Group::Tier => "tier",
        Group::Turn => "turn",
    }
}

fn word(group: Group, rank: i64) -> Option<&'static str> {
    match group {
        Group::Status => Status::from_rank(rank).map(Status::word),
        Group::Resolution => Resolution::from_rank(rank).map(Resolution::word),
        Group::Priority => Priority::from_rank(rank).map(Priority::word),
        Group::Channel => Channel::from_rank(rank).map(Channel::word),
        Group::Turn => By::from_rank(rank).map(By::word),
        _ => None,
    }
}

/// The counts with those joined that a query would not tell apart (`Bug` and `bug`, one person
/// under two names), under the commonest spelling; most first.
fn merged(tallies: Vec<view::Tally>) -> Vec<view::Tally> {
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
