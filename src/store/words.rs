//! What the desk offers to complete a word with: a bounded number of seeks, however large it is.

use rusqlite::{Row, params};

use super::derive::Term;
use super::read::Reader;
use crate::domain::ids::{Machine, Number};
use crate::error::Result;

/// How many are offered at most.
const MOST: usize = 100;

/// How many of the tickets updated last are looked through.
const DEPTH: usize = 1000;

/// Which tickets are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// Those not closed.
    Open,
    /// Those closed.
    Closed,
    /// Those closed as solved or answered.
    Solved,
    /// All.
    All,
}

impl Among {
    /// In words that let SQLite use the index of each.
    pub(super) fn condition(self) -> &'static str {
        match self {
            Among::Open => "t.status < 4",
            Among::Closed => "t.status > 3",
            Among::Solved => "t.status > 3 AND t.resolution < 2",
            Among::All => "1",
        }
    }
}

impl Reader<'_> {
    /// Tickets that `fits` finds fitting among those updated last, the latest first.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn latest(
        &self,
        among: Among,
        fits: &dyn Fn(Number, &str) -> bool,
    ) -> Result<Vec<(Number, String)>> {
        let sql = format!(
            "SELECT t.machine, t.n, t.title FROM ticket t WHERE {}
             ORDER BY t.updated_at DESC, t.id DESC LIMIT {DEPTH}",
            among.condition()
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()?
            && found.len() < MOST
        {
            let (number, title) = titled(row)?;
            if fits(number, &title) {
                found.push((number, title));
            }
        }
        Ok(found)
    }

    /// Tickets whose number begins with the digits of `start`: the number itself, then the highest
    /// of each length.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn numbered(&self, among: Among, start: Number) -> Result<Vec<(Number, String)>> {
        let sql = format!(
            "SELECT t.machine, t.n, t.title FROM
                (SELECT ticket FROM number WHERE machine = ?1 AND n BETWEEN ?2 AND ?3
                 ORDER BY n DESC LIMIT {DEPTH}) x
             CROSS JOIN ticket t ON t.id = x.ticket WHERE {} LIMIT {MOST}",
            among.condition()
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut found = Vec::new();
        let (mut low, mut high) = (i64::from(start.n), i64::from(start.n));
        while low <= i64::from(u32::MAX) && found.len() < MOST {
            for ticket in statement.query_map(params![start.machine.0, low, high], titled)? {
                found.push(ticket?);
            }
            (low, high) = (low * 10, high * 10 + 9);
        }
        found.truncate(MOST);
        Ok(found)
    }

    /// The first words of this kind whose key begins with `start`, with the key and as one of their
    /// tickets has them: one seek each.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn words(&self, kind: Term, start: &str) -> Result<Vec<(String, String)>> {
        let column = match kind {
            Term::Label => "labels",
            Term::Ref | Term::Mail => "refs",
            Term::Assignee => "assignee",
            Term::Requester => "requester",
            Term::Customer => "customer",
            Term::Tier => "tier",
        };
        let sql = format!(
            "SELECT x.key, t.{column} FROM term x CROSS JOIN ticket t ON t.id = x.ticket
             WHERE x.kind = ?1 AND x.key >= ?2 ORDER BY x.key LIMIT 1"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut next = start.to_owned();
        let mut found = Vec::new();
        while found.len() < MOST {
            let mut rows = statement.query(params![kind as i64, next])?;
            let Some(row) = rows.next()? else { break };
            let key: String = row.get(0)?;
            if !key.starts_with(start) {
                break;
            }
            // The least text after this key.
            next = format!("{key}\0");
            if let Some(text) = row.get::<_, Option<String>>(1)? {
                let word = if matches!(kind, Term::Label | Term::Ref) {
                    element(&text, &key)
                } else {
                    Some(text)
                };
                found.extend(word.map(|word| (key, word)));
            }
        }
        Ok(found)
    }
}

fn titled(row: &Row<'_>) -> rusqlite::Result<(Number, String)> {
    Ok((Number { machine: Machine(row.get(0)?), n: row.get(1)? }, row.get(2)?))
}

/// The element of a JSON array that stands behind `key`.
fn element(array: &str, key: &str) -> Option<String> {
    let elements: Vec<String> = serde_json::from_str(array).ok()?;
    elements.into_iter().find(|element| element == key || element.to_lowercase() == key)
}
