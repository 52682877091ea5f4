//! What is owed, in order, and what was kept.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use super::clocks::{COLUMNS, Watch, cycle};
use super::read::Reader;
use super::write::Writer;
use crate::domain::clocks::{Cycle, Fixed, Name, Reading};
use crate::domain::ids::{Machine, Number, Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::query::Query;
use crate::domain::words::{Priority, Status};
use crate::error::{Error, Result};
use crate::view::{self, Contact, Owed};

/// A clock that was or will be due, for a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fell {
    /// The tier.
    pub tier: String,
    /// The ticket's customer.
    pub customer: Option<String>,
    /// What it measures.
    pub name: Name,
    /// When it was due.
    pub due_at: Timestamp,
    /// It was kept; none while it runs and is not breached.
    pub met: Option<bool>,
}

/// A clock that runs or stands still, for what compares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// The ticket's number.
    pub id: Number,
    /// Its title.
    pub title: String,
    /// The tier.
    pub tier: String,
    /// What it measures.
    pub name: Name,
    /// How it stands; none where nothing is promised.
    pub reading: Option<Reading>,
}

impl Reader<'_> {
    /// The clocks that run on tickets that match, what is breached first at the top.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn owed(&self, query: &Query, now: Timestamp, limit: Option<u64>) -> Result<Vec<Owed>> {
        let condition = self.condition(query, now)?;
        let among = match condition.sql.as_str() {
            "" | "1" => String::new(),
            sql => format!("AND c.ticket IN (SELECT id FROM ticket WHERE {sql})"),
        };
        let sql = format!(
            "SELECT t.machine, t.n, t.uid, t.title, t.status, t.priority, t.requester, t.customer,
                {COLUMNS}
             FROM clock c INDEXED BY clock_breach CROSS JOIN ticket t ON t.id = c.ticket
             WHERE c.breach_at IS NOT NULL {among} ORDER BY c.breach_at, c.ticket LIMIT ?"
        );
        let mut values = condition.values;
        let limit = limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1);
        values.push(Value::Integer(limit));
        let watch = Watch::new(self.conn, now);
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut owed = Vec::new();
        while let Some(row) = rows.next()? {
            owed.extend(owed_of(row, &watch)?);
        }
        Ok(owed)
    }

    /// Hands the clocks that were due between two moments to `sink`, running ones included.
    ///
    /// # Errors
    /// When the desk cannot be read, or whatever `sink` returns.
    pub fn fallen(
        &self,
        (from, to): (Timestamp, Timestamp),
        now: Timestamp,
        sink: &mut dyn FnMut(Fell) -> Result<()>,
    ) -> Result<()> {
        let sql = "SELECT c.tier, t.customer, c.name, c.due_at, c.used <= c.target, c.breach_at
             FROM clock c CROSS JOIN ticket t ON t.id = c.ticket
             WHERE c.due_at >= ?1 AND c.due_at < ?2";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([from.0, to.0])?;
        while let Some(row) = rows.next()? {
            let name = Name::from_rank(row.get(2)?)
                .ok_or_else(|| Error::no_desk("the desk's table `clock` is damaged"))?;
            let breach: Option<i64> = row.get(5)?;
            let running = breach.filter(|at| *at < now.0).map(|_| false);
            sink(Fell {
                tier: row.get(0)?,
                customer: row.get(1)?,
                name,
                due_at: Timestamp(row.get(3)?),
                met: row.get::<_, Option<bool>>(4)?.or(running),
            })?;
        }
        Ok(())
    }

    /// The clocks of these tiers that have not ended, by ticket and place.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn running(
        &self,
        tiers: &[String],
        now: Timestamp,
    ) -> Result<BTreeMap<(i64, i64), Running>> {
        let sql = format!(
            "SELECT c.ticket, c.place, t.machine, t.n, t.title, {COLUMNS}
             FROM clock c CROSS JOIN ticket t ON t.id = c.ticket
             WHERE c.ended IS NULL AND c.tier IN (SELECT value FROM json_each(?1))"
        );
        let tiers = serde_json::to_string(tiers).map_err(std::io::Error::from)?;
        let watch = Watch::new(self.conn, now);
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query([tiers])?;
        let mut running = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (cycle, fixed) = cycle(row, 5)?;
            let reading = watch.reading(&cycle, fixed)?;
            let id = Number { machine: Machine(row.get(2)?), n: row.get(3)? };
            let (title, name, tier) = (row.get(4)?, cycle.name, cycle.terms.tier);
            running.insert((row.get(0)?, row.get(1)?), Running { id, title, tier, name, reading });
        }
        Ok(running)
    }

    /// The tiers that tickets with clocks are under.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn tiers_in_use(&self) -> Result<Vec<String>> {
        let sql = "SELECT DISTINCT tier FROM clock WHERE ended IS NULL ORDER BY tier";
        let mut statement = self.conn.prepare_cached(sql)?;
        let tiers = statement.query_map([], |row| row.get(0))?;
        Ok(tiers.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Brings the tickets of a tier under its latest version, and that of its calendar.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn recalculate(&mut self, tier: &str) -> Result<()> {
        let change = self.change().to_string();
        self.put(&format!("recalc/{tier}"), Some(&change)).map(drop)
    }

    /// As [`Reader::running`], this change included.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn running(&mut self, tiers: &[String]) -> Result<BTreeMap<(i64, i64), Running>> {
        let now = self.now();
        Reader::new(self.connection()).running(tiers, now)
    }
}

fn owed_of(row: &Row<'_>, watch: &Watch<'_>) -> Result<Option<Owed>> {
    let damaged = || Error::no_desk("the desk's table `ticket` is damaged");
    let (cycle, fixed): (Cycle, Option<Fixed>) = cycle(row, 8)?;
    let Some(reading) = watch.reading(&cycle, fixed)? else { return Ok(None) };
    let number = Number { machine: Machine(row.get(0)?), n: row.get(1)? };
    let requester: Option<String> = row.get(6)?;
    let requester = requester.and_then(|text| text.parse::<Person>().ok()).map(Contact::from);
    let clock = view::Clock::of(cycle.name, &reading);
    Ok(Some(Owed {
        id: number.to_string(),
        uid: Uid(row.get(2)?),
        title: row.get(3)?,
        status: Status::from_rank(row.get(4)?).ok_or_else(damaged)?,
        priority: Priority::from_rank(row.get(5)?).ok_or_else(damaged)?,
        requester,
        customer: row.get(7)?,
        tier: cycle.terms.tier,
        clock: cycle.name,
        state: reading.state,
        due_at: clock.due_at,
        target_s: reading.target,
        remaining_s: reading.left(),
    }))
}
