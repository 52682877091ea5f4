//! What is to be done next: the tickets that wait for us, with what makes them urgent.

use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::clocks::{self, Watch};
use super::links::Linked;
use super::list::Condition;
use super::read::{Reader, Wants, ticket_of};
use crate::domain::ids::Timestamp;
use crate::domain::query::Query;
use crate::domain::ticket::Pressing;
use crate::error::Result;
use crate::view;

impl Reader<'_> {
    /// Hands the matching tickets to `sink` as a list does, each with the reason why it is urgent.
    ///
    /// # Errors
    /// When the desk cannot be read, or whatever `sink` returns.
    pub fn next(
        &self,
        query: &Query,
        now: Timestamp,
        wants: &Wants,
        sink: &mut view::Sink<'_>,
    ) -> Result<()> {
        let more = format!(", waits_since, {}", clocks::FIRST);
        let (sql, values) = self.statement_with(query, now, wants, &more)?;
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let watch = Watch::new(self.conn, now);
        let linked = Linked::of(self.conn, wants)?;
        while let Some(row) = rows.next()? {
            let mut ticket = ticket_of(row, &watch)?;
            linked.fill(&mut ticket);
            let pressing = Pressing {
                status: ticket.status,
                priority: ticket.priority,
                due_at: ticket.due_at.map(|due| due.0),
                waits_since: row.get::<_, Option<i64>>(26)?.map(Timestamp),
                clock: clocks::first(row.get(27)?)?,
            };
            ticket.reason = pressing.reason(now);
            sink(ticket)?;
        }
        Ok(())
    }

    /// How many tickets match, but no more than `most`: then nobody need look at the others.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn count_to(&self, query: &Query, now: Timestamp, most: u64) -> Result<u64> {
        let Condition { sql, mut values, .. } = self.condition(query, now)?;
        values.push(Value::Integer(i64::try_from(most).unwrap_or(-1)));
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM ticket WHERE {sql} LIMIT ?)");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let count: i64 = statement.query_row(params_from_iter(values), |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }
}
