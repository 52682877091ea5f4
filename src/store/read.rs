//! The questions a desk can be asked. None of them writes.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use serde::Deserialize;

use super::clocks::{self, Watch};
use super::links::Linked;
use super::list::Condition;
use super::{derive, links, list};
use crate::domain::ids::{Machine, Number, Timestamp, Uid};
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

/// What an export wants of the tickets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Portion {
    /// At most so many.
    pub limit: Option<u64>,
    /// Nothing that only we may read.
    pub public: bool,
}

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
        // The table says with the status that a ticket was merged.
        let merged = self.has("merged_into") || self.has("status");
        columns.push_str(if merged { MERGED } else { ", NULL" });
        if self.has("sla") {
            columns.push_str(&clocks::column());
        } else {
            columns.push_str(", NULL");
        }
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
        let watch = Watch::new(self.conn, now);
        let linked = Linked::of(self.conn, wants)?;
        while let Some(row) = rows.next()? {
            let mut ticket = ticket_of(row, &watch)?;
            linked.fill(&mut ticket);
            sink(ticket)?;
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
        let order = order.replace(", id", ", ticket.id");
        let from = format!("FROM (SELECT * {page}) ticket {join} ORDER BY {order}");
        Ok((format!("SELECT {columns}, {text}, ticket.id{more} {from}"), values))
    }

    /// The `WHERE` of `query`: what only few tickets have is gathered first, what many have is
    /// checked on the way.
    pub(super) fn condition(self, query: &Query, now: Timestamp) -> Result<Condition> {
        let left = clocks::left(self, &query.filter, now)?;
        let mut condition = list::condition(query, now, left);
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
        self.export_some(query, now, Portion::default(), sink)
    }

    /// The same with as much of them as is wanted.
    ///
    /// # Errors
    /// As [`Reader::export`].
    pub fn export_some(
        &self,
        query: &Query,
        now: Timestamp,
        portion: Portion,
        sink: &mut view::Sink<'_>,
    ) -> Result<()> {
        let Condition { sql, mut values, .. } = self.condition(query, now)?;
        values.push(Wants { limit: portion.limit, fields: None }.limit());
        let order = list::order(query);
        let sql = format!("SELECT id FROM ticket WHERE {sql} ORDER BY {order} LIMIT ?");
        let named = links::named_by_others(self.conn)?;
        let mut statement = self.conn.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            if let Some(ticket) = derive::load(self.conn, row.get(0)?)? {
                let ticket = if portion.public { ticket.without_notes() } else { ticket };
                let mut shown = links::shown_among(self.conn, ticket, &named)?;
                if let Messages::All(messages) = &mut shown.messages {
                    // On another desk it is a message without a text.
                    for message in messages {
                        message.purged_at = None;
                    }
                }
                sink(shown)?;
            }
        }
        Ok(())
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

/// A list row as JSON shows it.
pub(super) fn ticket_of(row: &Row<'_>, watch: &Watch<'_>) -> Result<view::Ticket> {
    let damaged = |column: &str| Error::no_desk(format!("the desk's column `{column}` is damaged"));
    let time = |at: Option<i64>| at.map(|at| Time(Timestamp(at)));
    let person = |text: Option<String>| text.and_then(|text| text.parse::<Person>().ok());
    let number = Number { machine: Machine(row.get(0)?), n: row.get(1)? };
    let content: Option<&str> = row.get_ref(24)?.as_str_or_null().map_err(rusqlite::Error::from)?;
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
        sla: watch.sla(row.get(23)?)?,
        conflicts: Vec::new(),
        articles: Vec::new(),
        hit: None,
        reason: None,
    })
}

/// A number that was read as one: the machine above the count.
pub(super) fn packed(number: i64) -> Number {
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
