//! The journal as changes: which ones are asked for, and what each did.

use std::collections::{BTreeMap, HashMap};

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params_from_iter};
use serde::Deserialize;

use super::read::Reader;
use super::{journal, named, stats, undo};
use crate::domain::event::{Entry, Mark};
use crate::domain::ids::{ChangeId, Number, Timestamp, Uid};
use crate::domain::past::Told;
use crate::domain::person::Person;
use crate::error::Result;
use crate::view::{self, Line, Time};

/// Which changes a log shows.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// Those that touched one of these tickets or what is part of it, or one message; none for all.
    pub of: Option<Vec<(Uid, Option<Number>)>>,
    /// Those that this person made.
    pub by: Option<Person>,
    /// Those made at this moment or later.
    pub since: Option<Timestamp>,
    /// Those made before this moment.
    pub before: Option<Timestamp>,
    /// At most so many, the latest.
    pub limit: Option<u64>,
}

/// What befell the messages that a log is of, by change.
type Tale = HashMap<ChangeId, Vec<(Told, BTreeMap<Uid, Number>)>>;

/// The tickets and messages that a log is of.
#[derive(Default)]
struct Of {
    /// Rows of whole tickets.
    tickets: Vec<i64>,
    tale: Tale,
}

/// As much of a stored [`Content`](crate::domain::event::Content) as says who made it.
#[derive(Deserialize)]
struct Made {
    by: Person,
}

impl Reader<'_> {
    /// The changes that are chosen, newest first. Of those that are asked for by a message, what
    /// befell that message, with its text.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn log(&self, chosen: &Chosen) -> Result<Vec<view::Change>> {
        let of = chosen.of.as_deref().map(|of| self.named_in_log(of)).transpose()?;
        let (sql, values) = statement(chosen, of.as_ref());
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut changes = Vec::new();
        while let Some(row) = rows.next()?
            && chosen.limit.is_none_or(|limit| (changes.len() as u64) < limit)
        {
            if let Some(by) = &chosen.by {
                let content = row.get_ref(3)?.as_str_or_null().map_err(rusqlite::Error::from)?;
                let made = content.and_then(|text| serde_json::from_str::<Made>(text).ok());
                if !made.is_some_and(|made| made.by.same(by)) {
                    continue;
                }
            }
            let id = ChangeId(row.get(1)?);
            let mut change = self.change(row.get(0)?, id, row.get(2)?)?;
            if let Some(of) = &of {
                tell(&mut change, of, id);
            }
            changes.push(change);
        }
        Ok(changes)
    }

    /// The rows of whole tickets, and what befell messages.
    fn named_in_log(self, names: &[(Uid, Option<Number>)]) -> Result<Of> {
        let mut of = Of::default();
        for (uid, message) in names {
            let Some(message) = message else {
                of.tickets.extend(self.whole_rows(*uid)?);
                continue;
            };
            for told in self.tale(*uid, *message)? {
                let numbers = self.numbers_in(std::slice::from_ref(&told.entry))?;
                of.tale.entry(told.entry.change).or_default().push((told, numbers));
            }
        }
        Ok(of)
    }

    /// What the change named `name` did.
    ///
    /// # Errors
    /// Exit 3 when there is none, exit 4 when several fit.
    pub fn change_named(&self, name: &str) -> Result<view::Change> {
        let (row, id) = undo::find(self.conn, name)?;
        let sql = "SELECT undone FROM step WHERE id = ?1";
        let undone = self.conn.query_row(sql, [row], |row| row.get(0)).optional()?;
        self.change(row, id, undone.unwrap_or(false))
    }

    fn change(self, row: i64, id: ChangeId, undone: bool) -> Result<view::Change> {
        let entries = journal::of_change(self.conn, row, 100)?;
        let numbers = self.numbers_in(&entries)?;
        let mut lines = Vec::with_capacity(entries.len());
        let mut tickets = Vec::new();
        for entry in &entries {
            let number = numbers.get(&entry.ticket).copied();
            if let Some(number) = number.filter(|number| !tickets.contains(number)) {
                tickets.push(number);
            }
            lines.push(Line::of(entry, &numbers));
        }
        let first = entries.first();
        let mark = first.and_then(|entry| entry.content.mark);
        let target = match mark {
            Some(Mark::Undoes(target) | Mark::Redoes(target)) => Some(target),
            Some(Mark::Follows) | None => None,
        };
        let summary = match target {
            // What was undone or redone says more than its opposite.
            Some(target) => {
                let verb = if matches!(mark, Some(Mark::Undoes(_))) { "undid" } else { "redid" };
                let summary = self.change_named(&target.to_string())?.summary;
                format!("{verb} {}: {summary}", target.short())
            }
            None => self.summary(row, &lines)?,
        };
        let nobody = || Person { name: Some("unknown".to_owned()), email: None };
        Ok(view::Change {
            change: id.to_string(),
            at: Time(first.map_or(Timestamp(0), |entry| entry.stamp.at)),
            actor: first.map_or_else(nobody, |entry| entry.content.by.clone()),
            summary,
            undone,
            undoes: if let Some(Mark::Undoes(id)) = mark { Some(id.to_string()) } else { None },
            redoes: if let Some(Mark::Redoes(id)) = mark { Some(id.to_string()) } else { None },
            tickets: tickets.iter().map(ToString::to_string).collect(),
            events: lines,
        })
    }

    /// A change in words, from its first lines and the count of its tickets.
    fn summary(self, row: i64, lines: &[Line]) -> Result<String> {
        let sql = "SELECT count(DISTINCT ticket) FROM entry WHERE change = ?1
               AND ticket <> ifnull((SELECT id FROM subject WHERE uid = zeroblob(16)), 0)";
        let tickets: i64 = self.conn.prepare_cached(sql)?.query_row([row], |row| row.get(0))?;
        let import =
            journal::of_desk(self.conn, row)?.map(|entry| Line::of(&entry, &BTreeMap::new()));
        let import = import.filter(|line| line.what == "imported");
        if let (Some(line), 0) = (&import, tickets) {
            // All but the last of what it says about the desk are articles.
            let sql = "SELECT count(*) FROM entry WHERE change = ?1";
            let all: i64 = self.conn.prepare_cached(sql)?.query_row([row], |row| row.get(0))?;
            return Ok(stats::imported(line, all.cast_unsigned() - 1, "article"));
        }
        Ok(stats::in_words(import.as_ref(), lines, tickets.cast_unsigned()))
    }

    /// The numbers of the tickets that these entries speak of.
    fn numbers_in(self, entries: &[Entry]) -> Result<BTreeMap<Uid, Number>> {
        let mut uids: Vec<Uid> = entries.iter().flat_map(Line::about).collect();
        uids.sort_unstable();
        uids.dedup();
        named::numbers(self.conn, &uids)
    }
}

/// The statement of a log, newest first, and its parameters: a change's row, its name, whether it
/// is undone, and its first entry where it matters who made it.
fn statement(chosen: &Chosen, of: Option<&Of>) -> (String, Vec<Value>) {
    let moment = |at: Option<Timestamp>, open: i64| Value::Integer(at.map_or(open, |at| at.0));
    let mut values = vec![moment(chosen.since, i64::MIN), moment(chosen.before, i64::MAX)];
    let (content, join) = match &chosen.by {
        Some(_) => ("e.content", "LEFT JOIN entry e ON e.replica = s.replica AND e.seq = s.seq"),
        None => ("NULL", ""),
    };
    let places = |count: usize| vec!["?"; count].join(", ");
    let which = of.map_or(String::new(), |of| {
        values.extend(of.tickets.iter().map(|row| Value::Integer(*row)));
        values.extend(of.tale.keys().map(|id| Value::Blob(id.0.to_vec())));
        format!(
            "AND s.id IN (SELECT change FROM entry WHERE ticket IN ({})
                UNION ALL SELECT id FROM change WHERE uid IN ({}))",
            places(of.tickets.len()),
            places(of.tale.len())
        )
    });
    let sql = format!(
        "SELECT s.id, c.uid, s.undone, {content} FROM step s JOIN change c ON c.id = s.id {join}
         WHERE s.at >= ? AND s.at < ? {which}
         ORDER BY s.at DESC, s.replica DESC, s.seq DESC"
    );
    (sql, values)
}

/// Adds what befell the messages that the log is of; where it is of nothing else, leaves out the
/// rest of what the change did.
fn tell(change: &mut view::Change, of: &Of, id: ChangeId) {
    let Some(tale) = of.tale.get(&id) else { return };
    if of.tickets.is_empty() {
        change.events.clear();
    }
    for (Told { entry, before, after }, numbers) in tale {
        let told = Line::of(entry, numbers);
        let (before, after) = (before.clone(), after.clone());
        match change.events.iter_mut().find(|line| **line == told) {
            Some(line) => (line.before, line.after) = (before, after),
            None => change.events.push(Line { before, after, ..told }),
        }
    }
}
