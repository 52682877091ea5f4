//! What the journal adds up to, written into the derived tables.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, named_params};

use super::clocks::{self, Measures};
use super::{erase, journal, kept, links, text};
use crate::domain::clocks::Cycle;
use crate::domain::event::{Entry, Link, Mark};
use crate::domain::ids::{Number, Timestamp, Uid};
use crate::domain::mail_id;
use crate::domain::ticket::{Conflict, Ticket};
use crate::domain::words::By;
use crate::error::Result;

pub(super) const SCHEMA: &str = include_str!("schema/derived.sql");

/// The derived tables, in the order they are compared and dropped.
pub(super) const TABLES: [&str; 16] = [
    "ticket",
    "voided",
    "number",
    "term",
    "link",
    "conflict",
    "kept",
    "version",
    "party",
    "clock",
    "step",
    "purge",
    "text",
    "article",
    "helps",
    "article_text",
];

/// What a ticket can be found by: the `kind` of a `term`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// A label.
    Label,
    /// An external reference.
    Ref,
    /// Who of us works on it.
    Assignee,
    /// Who asked.
    Requester,
    /// The customer.
    Customer,
    /// The support tier.
    Tier,
    /// A message of it that is a mail, taken away or not.
    Mail,
}

/// The rows that stand for a ticket outside the `ticket` table, so that only the difference needs
/// writing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Around {
    numbers: Vec<Number>,
    former: Vec<Number>,
    terms: BTreeSet<(Term, String)>,
    links: BTreeSet<Link>,
    conflicts: Vec<Conflict>,
    cycles: Vec<Cycle>,
    texts: Option<text::Texts>,
}

impl Around {
    /// The ticket's numbers, each with whether it only was its number.
    fn rows(&self) -> BTreeMap<Number, bool> {
        let now = self.numbers.iter().map(|number| (*number, false));
        now.chain(self.former.iter().map(|number| (*number, true))).collect()
    }

    /// The rows around `ticket`. A ticket taken back keeps only its numbers, its
    /// references and those of its mails.
    pub(super) fn of(ticket: Option<&Ticket>) -> Self {
        let Some(ticket) = ticket else { return Self::default() };
        let mut terms: BTreeSet<(Term, String)> =
            ticket.now.refs.iter().map(|name| (Term::Ref, name.clone())).collect();
        let names = ticket.messages.values().filter_map(|post| post.message.reference.as_ref());
        let mails = names.filter(|name| name.starts_with(mail_id::SYSTEM));
        terms.extend(mails.map(|name| (Term::Mail, name.clone())));
        if ticket.voided {
            let (numbers, former) = (ticket.numbers.clone(), ticket.former.clone());
            return Self { numbers, former, terms, ..Self::default() };
        }
        let now = &ticket.now;
        let mut add = |term: Term, text: &str| {
            terms.insert((term, text.to_lowercase()));
        };
        now.labels.iter().for_each(|label| add(Term::Label, label));
        now.customer.iter().for_each(|customer| add(Term::Customer, customer));
        now.tier.iter().for_each(|tier| add(Term::Tier, tier));
        for (term, person) in [(Term::Assignee, &now.assignee), (Term::Requester, &now.requester)] {
            let names = person.iter().flat_map(|person| person.name.iter().chain(&person.email));
            names.for_each(|name| add(term, name));
        }
        let (numbers, conflicts) = (ticket.numbers.clone(), ticket.conflicts.clone());
        let (links, former) = (now.links.clone(), ticket.former.clone());
        let (cycles, texts) = (clocks::of(ticket), Some(text::Texts::of(ticket)));
        Self { numbers, former, terms, links, conflicts, cycles, texts }
    }
}

/// Writes what `ticket` derives to, `before` being what stood there.
pub(super) fn ticket(
    measures: &Measures<'_>,
    id: i64,
    ticket: &Ticket,
    before: &Around,
) -> Result<()> {
    let conn = measures.conn;
    if ticket.voided {
        conn.prepare_cached("INSERT OR IGNORE INTO voided (ticket) VALUES (?1)")?.execute([id])?;
    } else {
        conn.prepare_cached("DELETE FROM voided WHERE ticket = ?1")?.execute([id])?;
    }
    // Not `INSERT OR REPLACE`: its savepoint makes the text index write out what it has gathered.
    conn.prepare_cached("DELETE FROM ticket WHERE id = ?1")?.execute([id])?;
    let after = Around::of(Some(ticket));
    let clocks = clocks::measured(measures, &after.cycles)?;
    if !ticket.voided {
        let due = clocks::due(clocks.iter().map(|(_, fixed)| fixed));
        row(conn, id, ticket, due)?;
    }
    if after == *before {
        return Ok(());
    }
    around(conn, id, before, &after)?;
    if after.cycles != before.cycles {
        clocks::write(conn, id, &clocks)?;
    }
    if after.texts != before.texts {
        text::write(conn, id, ticket, before.texts.is_some())?;
    }
    Ok(())
}

/// Writes what the ticket in row `id` can be found by, what it is linked to, and what lost on it.
fn around(conn: &Connection, id: i64, before: &Around, after: &Around) -> Result<()> {
    let change = |sql: &str, terms: &mut dyn Iterator<Item = &(Term, String)>| -> Result<()> {
        for (term, key) in terms {
            conn.prepare_cached(sql)?.execute((*term as i64, key, id))?;
        }
        Ok(())
    };
    let delete = "DELETE FROM term WHERE kind = ?1 AND key = ?2 AND ticket = ?3";
    change(delete, &mut before.terms.difference(&after.terms))?;
    let insert = "INSERT OR IGNORE INTO term (kind, key, ticket) VALUES (?1, ?2, ?3)";
    change(insert, &mut after.terms.difference(&before.terms))?;
    links::write(conn, id, &before.links, &after.links)?;
    numbers(conn, id, before, after)?;
    if after.conflicts != before.conflicts {
        conflicts(conn, id, &after.conflicts)?;
    }
    Ok(())
}

/// Writes what the entries of the ticket in row `id` add up to by now, `before` being what stood there.
pub(super) fn anew(measures: &Measures<'_>, id: i64, before: &Around) -> Result<()> {
    let conn = measures.conn;
    if let Some(folded) = load(conn, id)? {
        return ticket(measures, id, &folded, before);
    }
    // Nothing opens it any more.
    for table in
        ["voided WHERE ticket", "ticket WHERE id", "clock WHERE ticket", "text WHERE rowid"]
    {
        conn.prepare_cached(&format!("DELETE FROM {table} = ?1"))?.execute([id])?;
    }
    around(conn, id, before, &Around::default())
}

/// Writes the numbers of the ticket in row `id`. It may lose one: where two machines opened it, what
/// came last may tell that one of them did so before the other.
fn numbers(conn: &Connection, id: i64, before: &Around, after: &Around) -> Result<()> {
    let (before, after) = (before.rows(), after.rows());
    for number in before.keys().filter(|number| !after.contains_key(number)) {
        let sql = "DELETE FROM number WHERE machine = ?1 AND n = ?2 AND ticket = ?3";
        conn.prepare_cached(sql)?.execute((number.machine.0, number.n, id))?;
    }
    for (number, former) in after.iter().filter(|(number, it)| before.get(number) != Some(it)) {
        let sql =
            "INSERT OR REPLACE INTO number (machine, n, ticket, former) VALUES (?1, ?2, ?3, ?4)";
        conn.prepare_cached(sql)?.execute((number.machine.0, number.n, id, former))?;
    }
    Ok(())
}

/// Notes that the ticket in row `id` has this number.
pub(super) fn number(conn: &Connection, id: i64, number: Number) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO number (machine, n, ticket, former) VALUES (?1, ?2, ?3, 0)";
    conn.prepare_cached(sql)?.execute((number.machine.0, number.n, id))?;
    Ok(())
}

pub(super) fn conflicts(conn: &Connection, id: i64, conflicts: &[Conflict]) -> Result<()> {
    conn.prepare_cached("DELETE FROM conflict WHERE ticket = ?1")?.execute([id])?;
    let sql = "INSERT INTO conflict (ticket, place, field, kept, lost) VALUES (?1, ?2, ?3, ?4, ?5)";
    for (place, conflict) in (0i64..).zip(conflicts) {
        let Conflict { field, kept, lost } = conflict;
        conn.prepare_cached(sql)?.execute((id, place, field, kept, lost))?;
    }
    Ok(())
}

const ROW: &str = "INSERT INTO ticket (id, uid, machine, n, title, status, resolution,
        priority, channel, labels, refs, fields, assignee, requester, customer, tier, turn, due_at,
        snoozed_until, created_at, updated_at, closed_at, first_response_at, messages, replies,
        described, merged, attachments, waits_since, owed_at, soon)
     VALUES (:id, :uid, :machine, :n, :title, :status, :resolution, :priority, :channel, :labels, :refs,
        :fields, :assignee, :requester, :customer, :tier, :turn, :due_at, :snoozed_until,
        :created_at, :updated_at, :closed_at, :first_response_at, :messages, :replies,
        :described, :merged, :attachments, :waits_since, :owed_at, :soon)";

fn row(conn: &Connection, id: i64, ticket: &Ticket, clock: Option<Timestamp>) -> Result<()> {
    let now = &ticket.now;
    let time = |at: Option<Timestamp>| at.map(|at| at.0);
    let count = |many: usize| i64::try_from(many).unwrap_or(i64::MAX);
    let there = || ticket.messages.values().filter(|post| !post.removed);
    let first_response = ticket.our_replies().map(|post| post.created_at).min();
    let (owed, soon) = clocks::pressed((ticket.owed_at(), now.due_at), clock);
    let described = match ticket.described() {
        Some(post) => journal::row_of(conn, post.text)?,
        None => None,
    };
    conn.prepare_cached(ROW)?.execute(named_params! {
        ":id": id,
        ":uid": ticket.uid.0,
        ":machine": ticket.number().machine.0,
        ":n": ticket.number().n,
        ":title": now.title,
        ":status": now.state.status.rank(),
        ":resolution": now.state.resolution.map(crate::domain::words::Resolution::rank),
        ":priority": now.priority.rank(),
        ":channel": now.channel.rank(),
        ":labels": json(&now.labels, now.labels.is_empty())?,
        ":refs": json(&now.refs, now.refs.is_empty())?,
        ":fields": json(&now.fields, now.fields.is_empty())?,
        ":assignee": now.assignee.as_ref().map(ToString::to_string),
        ":requester": now.requester.as_ref().map(ToString::to_string),
        ":customer": now.customer,
        ":tier": now.tier,
        ":turn": ticket.turn().map(By::rank),
        ":due_at": time(now.due_at),
        ":snoozed_until": time(now.snoozed_until),
        ":created_at": ticket.created_at.0,
        ":updated_at": ticket.updated_at().0,
        ":closed_at": time(now.state.closed_at),
        ":first_response_at": time(first_response),
        ":messages": count(there().count()),
        ":replies": count(ticket.our_replies().count()),
        ":described": described,
        ":merged": now.merged.map(|into| into.0),
        ":attachments": count(there().map(|post| post.attachments.len()).sum()),
        ":waits_since": time(ticket.waits_since()),
        ":owed_at": owed,
        ":soon": soon,
    })?;
    Ok(())
}

fn json<T: serde::Serialize>(value: &T, empty: bool) -> Result<Option<String>> {
    let text = || serde_json::to_string(value).map_err(std::io::Error::from);
    Ok(if empty { None } else { Some(text()?) })
}

/// Writes what the change in row `id` is to `undo`, from one of its entries.
pub(super) fn step(conn: &Connection, id: i64, entry: &Entry) -> Result<()> {
    let (target, undo) = match entry.content.mark {
        Some(Mark::Undoes(target)) => (Some(journal::change(conn, target)?), Some(true)),
        Some(Mark::Redoes(target)) => (Some(journal::change(conn, target)?), Some(false)),
        Some(Mark::Follows) | None => (None, None),
    };
    let stamp = entry.stamp;
    // A change may be of two machines, once a copy of one of them went on by itself.
    conn.prepare_cached(
        "INSERT INTO step (id, at, replica, seq, target, undo, undone)
         VALUES (:id, :at, :replica, :seq, :target, :undo, 0)
         ON CONFLICT (id) DO UPDATE SET (at, replica, seq) = (SELECT * FROM (
               SELECT step.at, step.replica, step.seq
               UNION ALL SELECT excluded.at, excluded.replica, excluded.seq)
             ORDER BY 1, 2, 3 LIMIT 1),
            target = excluded.target, undo = excluded.undo",
    )?
    .execute(named_params! {
        ":id": id,
        ":at": stamp.at.0,
        ":replica": stamp.replica.0,
        ":seq": stamp.seq.cast_signed(),
        ":target": target,
        ":undo": undo,
    })?;
    settle(conn, target.unwrap_or(id))
}

/// Whether the change in row `id` stands: the latest undo or redo of it decides.
fn settle(conn: &Connection, id: i64) -> Result<()> {
    let latest = "SELECT undo FROM step WHERE target = ?1 ORDER BY at DESC, replica DESC, seq DESC";
    let undone: Option<bool> =
        conn.prepare_cached(latest)?.query_row([id], |row| row.get(0)).optional()?;
    conn.prepare_cached("UPDATE step SET undone = ?2 WHERE id = ?1")?
        .execute((id, undone.unwrap_or(false)))?;
    Ok(())
}

/// Throws the derived tables away and folds the journal anew.
pub(super) fn rebuild(conn: &Connection) -> Result<()> {
    for table in TABLES {
        conn.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    fill(conn)
}

/// Makes the derived tables and folds the journal into them.
pub(super) fn fill(conn: &Connection) -> Result<()> {
    conn.execute_batch(&super::layout::bare(SCHEMA))?;
    kept::rebuild(conn)?;
    let measures = Measures::new(conn);
    journal::by_ticket(conn, |id, entries| match Ticket::fold(entries) {
        Some(folded) => ticket(&measures, id, &folded, &Around::default()),
        None => Ok(()),
    })?;
    let mut changes = conn.prepare("SELECT id FROM change ORDER BY id")?;
    let mut rows = changes.query([])?;
    while let Some(row) = rows.next()? {
        step_of(conn, row.get(0)?)?;
    }
    erase::rebuild(conn)
}

/// Writes what the change in row `id` is to `undo`, as far as its entries are known here.
pub(super) fn step_of(conn: &Connection, id: i64) -> Result<()> {
    let Some(entry) = journal::first_of_change(conn, id)? else { return Ok(()) };
    let was = "SELECT target FROM step WHERE id = ?1";
    let was: Option<Option<i64>> =
        conn.prepare_cached(was)?.query_row([id], |row| row.get(0)).optional()?;
    step(conn, id, &entry)?;
    // What it took back stands again, if that is not known any more.
    was.flatten().map_or(Ok(()), |target| settle(conn, target))
}

/// Every derived row as text, tickets and changes by their names: what two equal desks share.
pub(super) fn dump(conn: &Connection) -> Result<BTreeMap<String, Vec<String>>> {
    let mut dump = BTreeMap::new();
    for table in TABLES {
        let source = match table {
            "text" | "article_text" => text::all(conn, table)?,
            table => table.to_owned(),
        };
        let mut statement = conn.prepare(&format!("SELECT * FROM {source}"))?;
        let names: Vec<String> = statement.column_names().map(ToOwned::to_owned).collect();
        let mut rows = statement.query([])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let cells = names.iter().enumerate().map(|(i, name)| {
                Ok(format!("{name}={} ", global(conn, table, name, row.get(i)?)?))
            });
            lines.push(cells.collect::<Result<String>>()?);
        }
        lines.sort();
        dump.insert(table.to_owned(), lines);
    }
    Ok(dump)
}

/// Row numbers differ from machine to machine; what they stand for does not.
fn global(
    conn: &Connection,
    table: &str,
    column: &str,
    value: rusqlite::types::Value,
) -> Result<String> {
    let sql = match (table, column) {
        ("ticket", "id") | ("text", "doc") | (_, "ticket") => {
            "SELECT hex(uid) FROM subject WHERE id = ?1"
        }
        ("article", "id") | ("article_text", "doc") => "SELECT name FROM article WHERE id = ?1",
        ("step", "id" | "target") => "SELECT hex(uid) FROM change WHERE id = ?1",
        (_, "described") | ("purge", "entry") => {
            "SELECT replica || ':' || seq FROM entry WHERE id = ?1"
        }
        _ => return Ok(format!("{value:?}")),
    };
    let found: Option<String> = conn.query_row(sql, [value], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or_default())
}

/// The ticket in row `id`, folded from its entries.
pub(super) fn load(conn: &Connection, id: i64) -> Result<Option<Ticket>> {
    Ok(Ticket::fold(journal::of_ticket(conn, id)?))
}

/// The row number of a ticket's identity, if the desk knows it.
pub(super) fn row_of(conn: &Connection, uid: Uid) -> Result<Option<i64>> {
    let sql = "SELECT id FROM subject WHERE uid = ?1";
    Ok(conn.prepare_cached(sql)?.query_row([&uid.0], |row| row.get(0)).optional()?)
}
