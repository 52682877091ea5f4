//! The questions a desk can be asked. None of them writes.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use serde::Deserialize;

use super::list::Condition;
use super::{derive, journal, links, list};
use crate::domain::ids::{Machine, Name, Number, Reference, Timestamp, Uid};
use crate::domain::past::Past;
use crate::domain::person::Person;
use crate::domain::query::Query;
use crate::domain::ticket::Ticket;
use crate::domain::words::{By, Channel, Priority, Resolution, Status};
use crate::error::{Error, Result};
use crate::view::{self, Contact, Messages, Time};

/// Reads a desk.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    pub(super) conn: &'a Connection,
}

/// Fields that take time to read.
const NAMED: [&str; 7] = ["labels", "assignee", "requester", "customer", "tier", "refs", "fields"];

/// The number of the ticket that one was merged into.
const MERGED: &str = ", CASE WHEN merged IS NOT NULL THEN (SELECT m.number FROM subject s
        JOIN (SELECT id, machine << 32 | n AS number FROM ticket) m ON m.id = s.id
        WHERE s.uid = merged) END";

/// What more tickets have than this is common.
const COMMON: i64 = 2000;

/// What a list wants of the tickets.
#[derive(Clone, Debug, Default)]
pub struct Wants {
    /// At most so many.
    pub limit: Option<u64>,
    /// Only these fields, and what costs nothing; none for all.
    pub fields: Option<Vec<String>>,
}

impl Wants {
    /// Is this field wanted?
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.fields.as_ref().is_none_or(|fields| fields.iter().any(|name| name == field))
    }

    /// The limit as SQLite takes it.
    pub(super) fn limit(&self) -> Value {
        Value::Integer(self.limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1))
    }

    /// The columns of a list row. Those that take time to read are left out where nobody wants
    /// them; the description comes from the journal.
    pub(super) fn columns(&self) -> String {
        let mut columns = "machine, n, uid, title, status, resolution, priority, channel, due_at,
            snoozed_until, turn, created_at, updated_at, closed_at, messages"
            .to_owned();
        for name in NAMED {
            // The table shows a requester with their customer.
            let wanted = self.has(name) || (name == "customer" && self.has("requester"));
            columns.push_str(", ");
            columns.push_str(if wanted { name } else { "NULL" });
        }
        columns.push_str(if self.has("merged_into") { MERGED } else { ", NULL" });
        columns
    }

    /// The column of the description, and what to join for it.
    pub(super) fn described(&self) -> (&'static str, &'static str) {
        if self.has("description") {
            ("e.content", "LEFT JOIN entry e ON e.id = described")
        } else {
            ("NULL", "")
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(conn: &'a Connection) -> Self {
        Self { conn }
    }

    /// Hands the matching tickets to `sink`, in the query's order, with what is wanted of them.
    ///
    /// # Errors
    /// When the desk cannot be read, or whatever `sink` returns.
    pub fn list(
        &self,
        query: &Query,
        now: Timestamp,
        wants: &Wants,
        sink: &mut view::Sink<'_>,
    ) -> Result<()> {
        let (sql, values) = self.statement(query, now, wants)?;
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            sink(ticket_of(row)?)?;
        }
        Ok(())
    }

    /// The statement of a list, and its parameters; where descriptions are wanted, the page comes
    /// first and then its texts.
    pub(super) fn statement(
        self,
        query: &Query,
        now: Timestamp,
        wants: &Wants,
    ) -> Result<(String, Vec<Value>)> {
        self.statement_with(query, now, wants, "")
    }

    /// The same with more columns, each after a comma.
    pub(super) fn statement_with(
        self,
        query: &Query,
        now: Timestamp,
        wants: &Wants,
        more: &str,
    ) -> Result<(String, Vec<Value>)> {
        let Condition { sql, mut values, .. } = self.condition(query, now)?;
        values.push(wants.limit());
        let (order, columns) = (list::order(query), wants.columns());
        let (text, join) = wants.described();
        let page = format!("FROM ticket WHERE {sql} ORDER BY {order} LIMIT ?");
        if join.is_empty() {
            return Ok((format!("SELECT {columns}, {text}, id{more} {page}"), values));
        }
        let order = order.replace(", id", ", t.id");
        let from = format!("FROM (SELECT * {page}) t {join} ORDER BY {order}");
        Ok((format!("SELECT {columns}, {text}, t.id{more} {from}"), values))
    }

    /// The `WHERE` of `query`: what only few tickets have is gathered first, what many have is
    /// checked on the way.
    pub(super) fn condition(self, query: &Query, now: Timestamp) -> Result<Condition> {
        let mut condition = list::condition(query, now);
        for set in std::mem::take(&mut condition.sets).into_iter().rev() {
            let sql = format!("SELECT count(*) FROM ({} LIMIT {} + 1)", set.sql, COMMON);
            let many: i64 = self
                .conn
                .prepare_cached(&sql)?
                .query_row(params_from_iter(set.values), |row| row.get(0))?;
            if many > COMMON {
                // A sum is in no index, so the tickets are gone through in another one's order.
                condition.sql.insert(set.place, '+');
            }
        }
        Ok(condition)
    }

    /// Hands the matching tickets with their whole conversations to `sink`.
    ///
    /// # Errors
    /// When the desk cannot be read, or whatever `sink` returns.
    pub fn export(&self, query: &Query, now: Timestamp, sink: &mut view::Sink<'_>) -> Result<()> {
        let condition = self.condition(query, now)?;
        let order = list::order(query);
        let sql = format!("SELECT id FROM ticket WHERE {} ORDER BY {order}", condition.sql);
        let named = links::named_by_others(self.conn)?;
        let mut statement = self.conn.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(condition.values))?;
        while let Some(row) = rows.next()? {
            if let Some(ticket) = derive::load(self.conn, row.get(0)?)? {
                sink(links::shown_among(self.conn, ticket, &named)?)?;
            }
        }
        Ok(())
    }

    /// The ticket that `reference` names.
    ///
    /// # Errors
    /// Exit 3 when there is none, exit 4 when several fit.
    pub fn resolve(&self, reference: &Reference) -> Result<Uid> {
        resolve(self.conn, reference)
    }

    /// The ticket that `reference` names, with its conversation.
    ///
    /// # Errors
    /// Exit 3 when there is none, exit 4 when several fit.
    pub fn find(&self, reference: &Reference) -> Result<Ticket> {
        let named = named(self.conn, reference)?;
        let none = || Error::not_found(format!("no ticket {}", reference.ticket));
        derive::load(self.conn, named.row)?.ok_or_else(none)
    }

    /// The ticket that `reference` names as it stood before `end`, one taken back included.
    ///
    /// # Errors
    /// Exit 3 when there is none, exit 4 when several fit.
    pub fn past(&self, reference: &Reference, end: Timestamp) -> Result<Past> {
        let named = any_named(self.conn, reference)?;
        Ok(Past::of(journal::of_ticket(self.conn, named.row)?, end))
    }

    /// A ticket with its conversation.
    ///
    /// # Errors
    /// Exit 3 when there is none, or it was taken back.
    pub fn ticket(&self, uid: Uid) -> Result<Ticket> {
        let row = derive::row_of(self.conn, uid)?;
        let ticket = row.map(|row| derive::load(self.conn, row)).transpose()?.flatten();
        ticket.ok_or_else(|| Error::not_found(format!("no ticket {uid}")))
    }
}

fn last_touched(conn: &Connection) -> Result<Uid> {
    let sql = "SELECT s.uid FROM entry e JOIN subject s ON s.id = e.ticket
         WHERE s.uid <> zeroblob(16) AND e.replica = (SELECT id FROM replica WHERE mine = 1)
         ORDER BY e.id DESC LIMIT 1";
    let found = conn.query_row(sql, [], |row| Ok(Uid(row.get(0)?))).optional()?;
    found.ok_or_else(|| Error::not_found("no ticket was touched yet"))
}

pub(super) fn resolve(conn: &Connection, reference: &Reference) -> Result<Uid> {
    named(conn, reference).map(|named| named.uid)
}

/// A ticket that a name may mean.
struct Named {
    uid: Uid,
    row: i64,
    voided: bool,
    merged: Option<Uid>,
}

/// The ticket that a name means: of one that was merged, the one that it is part of now.
fn named(conn: &Connection, reference: &Reference) -> Result<Named> {
    let mut found = any_named(conn, reference)?;
    if found.voided {
        return Err(Error::not_found(format!("no ticket {}", reference.ticket))
            .because("it was taken back")
            .hint("`tix log` shows by which change; `tix redo` brings back what was undone last"));
    }
    let mut passed = vec![found.uid];
    while let Some(into) = found.merged.filter(|into| !passed.contains(into)) {
        let next = tickets(conn, "FROM subject s WHERE s.uid = ?1", [&into.0])?;
        match next.into_iter().next().filter(|next| !next.voided) {
            Some(next) => found = next,
            // It is not known here yet, or was taken back.
            None => break,
        }
        passed.push(found.uid);
    }
    Ok(found)
}

/// The ticket that bears a name itself, one taken back included.
fn any_named(conn: &Connection, reference: &Reference) -> Result<Named> {
    let found = match &reference.ticket {
        Name::Last => {
            let uid = last_touched(conn)?;
            tickets(conn, "FROM subject s WHERE s.uid = ?1", [&uid.0])?
        }
        Name::Number(number) => {
            let values = [i64::from(number.machine.0), i64::from(number.n)];
            let from = "FROM number n JOIN subject s ON s.id = n.ticket
                 WHERE n.machine = ?1 AND n.n = ?2 LIMIT 2";
            let found = tickets(conn, from, values)?;
            let text = number.to_string();
            if found.is_empty() && text.len() >= 6 { prefixed(conn, &text)? } else { found }
        }
        Name::Prefix(text) => prefixed(conn, text)?,
        Name::Source(name) => {
            let from = "FROM term t JOIN subject s ON s.id = t.ticket
                 WHERE t.kind = 1 AND t.key = ?1 ORDER BY 3 LIMIT 2";
            tickets(conn, from, [name])?
        }
    };
    let name = &reference.ticket;
    let mut found = found.into_iter();
    let Some(first) = found.next() else {
        return Err(Error::not_found(format!("no ticket {name}"))
            .hint("`tix list --all` shows every ticket"));
    };
    if let Some(second) = found.next().filter(|second| !first.voided && !second.voided) {
        return Err(Error::invalid(format!("{name} fits more than one ticket"))
            .because(format!("{} and {}", first.uid, second.uid))
            .hint("give more of the uid, or the ticket's number"));
    }
    Ok(first)
}

/// The tickets that `from` finds as `s`, and which of them were taken back.
fn tickets<P: rusqlite::Params>(conn: &Connection, from: &str, values: P) -> Result<Vec<Named>> {
    let sql = format!(
        "SELECT s.uid, s.id, s.id IN (SELECT ticket FROM voided),
            (SELECT merged FROM ticket WHERE id = s.id) {from}"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let named = statement.query_map(values, |row| {
        let merged = row.get::<_, Option<_>>(3)?.map(Uid);
        Ok(Named { uid: Uid(row.get(0)?), row: row.get(1)?, voided: row.get(2)?, merged })
    })?;
    Ok(named.collect::<rusqlite::Result<_>>()?)
}

/// The tickets whose identity begins with these hex digits; at most two.
fn prefixed(conn: &Connection, hex: &str) -> Result<Vec<Named>> {
    let Some([low, high]) = Uid::beginning(hex) else { return Ok(Vec::new()) };
    let from = "FROM subject s WHERE uid BETWEEN ?1 AND ?2
         AND (id IN (SELECT id FROM ticket) OR id IN (SELECT ticket FROM voided)) LIMIT 2";
    tickets(conn, from, [&low.0, &high.0])
}

/// A list row as JSON shows it.
pub(super) fn ticket_of(row: &Row<'_>) -> Result<view::Ticket> {
    let damaged = |column: &str| Error::no_desk(format!("the desk's column `{column}` is damaged"));
    let time = |at: Option<i64>| at.map(|at| Time(Timestamp(at)));
    let person = |text: Option<String>| text.and_then(|text| text.parse::<Person>().ok());
    let number = Number { machine: Machine(row.get(0)?), n: row.get(1)? };
    let content: Option<&str> = row.get_ref(23)?.as_str_or_null().map_err(rusqlite::Error::from)?;
    Ok(view::Ticket {
        id: number.to_string(),
        uid: Uid(row.get(2)?),
        title: row.get(3)?,
        description: content.map(body_in).unwrap_or_default(),
        status: Status::from_rank(row.get(4)?).ok_or_else(|| damaged("status"))?,
        resolution: row.get::<_, Option<i64>>(5)?.and_then(Resolution::from_rank),
        priority: Priority::from_rank(row.get(6)?).ok_or_else(|| damaged("priority"))?,
        channel: Channel::from_rank(row.get(7)?).ok_or_else(|| damaged("channel"))?,
        due_at: time(row.get(8)?),
        snoozed_until: time(row.get(9)?),
        turn: row.get::<_, Option<i64>>(10)?.and_then(By::from_rank),
        created_at: Time(Timestamp(row.get(11)?)),
        updated_at: Time(Timestamp(row.get(12)?)),
        closed_at: time(row.get(13)?),
        messages: Messages::Count(row.get(14)?),
        labels: names(row.get(15)?),
        assignee: person(row.get(16)?),
        requester: person(row.get(17)?).map(Contact::from),
        customer: row.get(18)?,
        tier: row.get(19)?,
        refs: names(row.get(20)?),
        fields: row
            .get::<_, Option<String>>(21)?
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default(),
        merged_into: row.get::<_, Option<i64>>(22)?.map(|number| packed(number).to_string()),
        links: None,
        sla: None,
        conflicts: Vec::new(),
        hit: None,
        reason: None,
    })
}

/// A number that was read as one: the machine above the count.
fn packed(number: i64) -> Number {
    let machine = u16::try_from(number >> 32).unwrap_or(u16::MAX);
    Number { machine: Machine(machine), n: u32::try_from(number & 0xffff_ffff).unwrap_or(0) }
}

pub(super) fn names(text: Option<String>) -> BTreeSet<String> {
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// The text that a stored content gives its message. A list of many reads nothing else of it.
fn body_in(content: &str) -> String {
    let told = serde_json::from_str::<Stored<'_>>(content).map(|stored| stored.event);
    match told {
        Ok(Told::Said { wording } | Told::Reworded { swap: To { to: wording } }) => {
            wording.body.into_owned()
        }
        _ => String::new(),
    }
}

/// As much of a stored [`Content`](crate::domain::event::Content) as holds a message's text.
#[derive(Deserialize)]
struct Stored<'a> {
    #[serde(borrow)]
    event: Told<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Told<'a> {
    Said {
        #[serde(borrow)]
        wording: Wording<'a>,
    },
    Reworded {
        #[serde(borrow)]
        swap: To<'a>,
    },
}

#[derive(Deserialize)]
struct To<'a> {
    #[serde(borrow)]
    to: Wording<'a>,
}

#[derive(Deserialize)]
struct Wording<'a> {
    #[serde(borrow)]
    body: Cow<'a, str>,
}
