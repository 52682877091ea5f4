//! The writer: the only way to record anything, inside one transaction.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use super::clocks::{self, Measures};
use super::derive::{self, Around};
use super::journal::{self, Head, Line};
use super::{Author, erase, kept, named};
use crate::domain::event::{Content, Entry, Event, Field, Mark, Swap};
use crate::domain::ids::{
    ChangeId, Hash, Machine, Number, Reference, Replica, Stamp, Timestamp, Uid,
};
use crate::domain::purge::Known;
use crate::domain::ticket::{Fit, Ticket};
use crate::error::{Error, Result};

/// How many tickets the writer keeps in memory before it writes them out.
const HELD_MAX: usize = 256;

/// A change in the making. It reads its own work.
pub struct Writer<'a> {
    conn: &'a Connection,
    author: &'a Author,
    replica: Replica,
    machine: Machine,
    head: Head,
    measures: Measures<'a>,
    others: Option<i64>,
    row: Option<i64>,
    first: Option<Entry>,
    next_number: Option<u32>,
    drawn: u64,
    held: HashMap<Uid, Held>,
    recorded: u64,
    said: u64,
    pub(super) reopen: i64,
    /// Is anybody recognised as a customer's? None while nobody has asked.
    pub(super) parties: Option<bool>,
    /// What is gone for good; none while nobody has asked.
    pub(super) gone: Option<Known>,
    /// How many tickets and messages of an import were passed over, as they are gone for good.
    pub(super) passed: u64,
    /// The files whose bytes this change stored, and whether they were not there before.
    pub(super) stored: Vec<(Hash, bool)>,
}

/// A ticket as it now stands, and what the derived tables say of it.
struct Held {
    row: i64,
    ticket: Ticket,
    before: Around,
    changed: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(conn: &'a Connection, author: &'a Author) -> Result<Self> {
        let sql = "SELECT id, number, (SELECT max(at) FROM replica WHERE mine <> 1)
             FROM replica WHERE mine = 1";
        let find = || -> Result<_> {
            let mut statement = conn.prepare_cached(sql)?;
            Ok(statement
                .query_row([], |row| Ok((Replica(row.get(0)?), Machine(row.get(1)?), row.get(2)?)))
                .optional()?)
        };
        let mut mine = find()?;
        if mine.is_none() {
            // It is a copy of another file, and nothing was recorded in it yet.
            journal::begin(conn, super::replica(author))?;
            mine = find()?;
        }
        let (replica, machine, others) = mine.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        Ok(Self {
            conn,
            author,
            replica,
            machine,
            head: journal::head(conn, replica)?,
            measures: Measures::new(conn),
            others,
            row: None,
            first: None,
            next_number: None,
            drawn: 0,
            held: HashMap::new(),
            recorded: 0,
            said: 0,
            reopen: super::REOPEN,
            parties: None,
            gone: None,
            passed: 0,
            stored: Vec::new(),
        })
    }

    /// The name of this change.
    #[must_use]
    pub fn change(&self) -> ChangeId {
        self.author.change()
    }

    /// How many entries were recorded so far.
    #[must_use]
    pub fn recorded(&self) -> u64 {
        self.recorded
    }

    /// How many messages were added so far.
    #[must_use]
    pub fn messages(&self) -> u64 {
        self.said
    }

    /// Was the desk empty before this change?
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.head.seq == self.recorded && self.others.unwrap_or(0) == 0
    }

    /// When this change is made.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.author.now
    }

    /// Who makes this change.
    #[must_use]
    pub fn author(&self) -> &Author {
        self.author
    }

    /// The ticket that `reference` names.
    ///
    /// # Errors
    /// Exit 3 when there is none, exit 4 when several fit.
    pub fn resolve(&mut self, reference: &Reference) -> Result<Uid> {
        self.settle()?;
        named::resolve(self.conn, reference)
    }

    /// A ticket as it now stands.
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket.
    pub fn ticket(&mut self, uid: Uid) -> Result<&Ticket> {
        let found = self.hold(uid)?;
        found.ok_or_else(|| Error::not_found(format!("no ticket {uid}")))
    }

    /// A ticket as it now stands, one taken back included, if the desk knows it.
    pub(super) fn hold(&mut self, uid: Uid) -> Result<Option<&Ticket>> {
        if !self.held.contains_key(&uid) {
            let Some(row) = derive::row_of(self.conn, uid)? else { return Ok(None) };
            let Some(ticket) = derive::load(self.conn, row)? else { return Ok(None) };
            let before = Around::of(Some(&ticket));
            self.keep(uid, Held { row, ticket, before, changed: false })?;
        }
        Ok(self.held.get(&uid).map(|held| &held.ticket))
    }

    fn keep(&mut self, uid: Uid, held: Held) -> Result<()> {
        if self.held.len() >= HELD_MAX {
            self.settle()?;
        }
        self.held.insert(uid, held);
        Ok(())
    }

    /// Records `event` on a ticket if it changes something; says whether it did.
    ///
    /// # Errors
    /// Exit 4 when what it would change is no longer as it expects.
    pub fn record(&mut self, uid: Uid, event: Event) -> Result<bool> {
        self.record_as(uid, None, None, event)
    }

    /// The same for something that happened at another time, or that takes a change back.
    pub(super) fn record_as(
        &mut self,
        uid: Uid,
        when: Option<Timestamp>,
        mark: Option<Mark>,
        event: Event,
    ) -> Result<bool> {
        let ticket = self.ticket(uid)?;
        match ticket.fit(&event) {
            Fit::Nothing => return Ok(false),
            Fit::Stale => return Err(stale(ticket, &event)),
            Fit::Changes => {}
        }
        let by = self.author.by.clone();
        let row = self.held.get(&uid).map_or(0, |held| held.row);
        let entry = self.append(uid, row, Content { by, when, mark, event })?;
        if let Some(held) = self.held.get_mut(&uid) {
            held.ticket.apply(entry);
            held.changed = true;
        }
        Ok(true)
    }

    /// Sets a field to `to`, from whatever it is; says whether that changed anything.
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket.
    pub fn set(&mut self, uid: Uid, to: Field) -> Result<bool> {
        self.set_when(uid, None, to)
    }

    /// The same for a field that changed at another time.
    pub(super) fn set_when(
        &mut self,
        uid: Uid,
        when: Option<Timestamp>,
        to: Field,
    ) -> Result<bool> {
        let from = self.ticket(uid)?.value(&to);
        self.record_as(uid, when, None, Event::Set(Box::new(Swap { from, to })))
    }

    /// Opens a ticket; its identity must not be taken.
    pub(super) fn open_ticket(
        &mut self,
        uid: Uid,
        when: Option<Timestamp>,
        event: Event,
    ) -> Result<()> {
        let (row, _) = journal::subject(self.conn, uid)?;
        let by = self.author.by.clone();
        let entry = self.append(uid, row, Content { by, when, mark: None, event })?;
        let Some(ticket) = Ticket::opened(entry) else { return Ok(()) };
        self.keep(uid, Held { row, ticket, before: Around::default(), changed: true })
    }

    /// Records that this change is an import, made of what.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn note_import(&mut self, format: &str, from: &str) -> Result<()> {
        let event = Event::Imported { format: format.to_owned(), from: from.to_owned() };
        self.note(None, event).map(drop)
    }

    /// Records what happened to the desk itself.
    pub(super) fn note(&mut self, mark: Option<Mark>, event: Event) -> Result<Stamp> {
        let (row, _) = journal::subject(self.conn, Uid::DESK)?;
        let content = Content { by: self.author.by.clone(), when: None, mark, event };
        self.append(Uid::DESK, row, content).map(|entry| entry.stamp)
    }

    /// What promises rest on has changed: the clocks are measured anew.
    pub(super) fn renew(&mut self) -> Result<()> {
        self.settle()?;
        self.measures = Measures::new(self.conn);
        clocks::renew(self.conn, &self.measures)
    }

    /// Records that texts of a ticket, or of the desk itself, are erased for good.
    pub(super) fn append_purge(&mut self, uid: Uid, content: Content) -> Result<()> {
        let (row, _) = journal::subject(self.conn, uid)?;
        let entry = self.append(uid, row, content)?;
        erase::note(self.conn, entry.stamp)
    }

    /// Lets go of what is held, once that is written: it is to be read anew.
    pub(super) fn let_go(&mut self) {
        self.held.clear();
    }

    pub(super) fn measures(&self) -> &Measures<'a> {
        &self.measures
    }

    /// Stamps, chains and stores an entry.
    fn append(&mut self, uid: Uid, row: i64, content: Content) -> Result<Entry> {
        let stamp = self.head.next(self.replica, self.author.now, self.others.map(Timestamp));
        let text = serde_json::to_string(&content).map_err(std::io::Error::from)?;
        let salt = self.author.bytes("salt", stamp.seq);
        let line = Line::new(stamp, (uid, self.change()), (text, salt), &self.head.chain);
        let change = match self.row {
            Some(row) => row,
            None => *self.row.insert(journal::change(self.conn, self.author.change())?),
        };
        journal::insert(self.conn, &line, (row, change))?;
        self.head = Head { at: stamp.at, seq: stamp.seq, chain: line.chain };
        self.recorded += 1;
        self.said += u64::from(matches!(content.event, Event::Said(_)));
        let entry = Entry { stamp, ticket: uid, change: line.change, content };
        self.first.get_or_insert_with(|| entry.clone());
        Ok(entry)
    }

    /// A fresh identity.
    pub(super) fn draw_uid(&mut self) -> Uid {
        self.drawn += 1;
        Uid::random(self.author.bytes("uid", self.drawn))
    }

    /// The wanted number if it is free, else the next one; it counts as given from now on.
    pub(super) fn draw_number(&mut self, wanted: Option<Number>, uid: Uid) -> Result<Number> {
        let next = match self.next_number {
            Some(next) => next,
            None => self.last_number()? + 1,
        };
        let number = match wanted {
            Some(wanted) if wanted.n <= Number::WANTED_MAX && self.is_free(wanted)? => wanted,
            _ => Number { machine: self.machine, n: next },
        };
        let ours = number.machine == self.machine;
        self.next_number = Some(if ours { next.max(number.n + 1) } else { next });
        let (row, _) = journal::subject(self.conn, uid)?;
        derive::number(self.conn, row, number)?;
        Ok(number)
    }

    pub(super) fn last_number(&self) -> Result<u32> {
        let sql = "SELECT max(n) FROM number WHERE machine = ?1";
        let last: Option<u32> =
            self.conn.prepare_cached(sql)?.query_row([self.machine.0], |row| row.get(0))?;
        let floor = kept::get(self.conn, &kept::floor(self.machine))?;
        let floor = floor.and_then(|text| text.parse().ok()).unwrap_or(0);
        Ok(last.unwrap_or(0).max(floor))
    }

    fn is_free(&self, number: Number) -> Result<bool> {
        let sql = "SELECT 1 FROM number WHERE machine = ?1 AND n = ?2";
        let mut statement = self.conn.prepare_cached(sql)?;
        let taken = statement.query_row((number.machine.0, number.n), |_| Ok(())).optional()?;
        Ok(taken.is_none())
    }

    /// The machine that numbers are given as.
    pub(super) fn machine(&self) -> Machine {
        self.machine
    }

    /// The entries that the change in row `change` recorded on a ticket, in order.
    pub(super) fn entries_of(&self, uid: Uid, change: ChangeId) -> Result<Vec<Entry>> {
        let Some(row) = derive::row_of(self.conn, uid)? else { return Ok(Vec::new()) };
        let mut entries = journal::of_ticket(self.conn, row)?;
        entries.retain(|entry| entry.change == change);
        entries.sort_unstable_by_key(|entry| entry.stamp);
        Ok(entries)
    }

    /// A ticket as it stood after the entry with this stamp.
    pub(super) fn ticket_at(&self, uid: Uid, stamp: Stamp) -> Result<Option<Ticket>> {
        let Some(row) = derive::row_of(self.conn, uid)? else { return Ok(None) };
        let entries = journal::of_ticket(self.conn, row)?;
        Ok(Ticket::fold(entries.into_iter().filter(|entry| entry.stamp <= stamp)))
    }

    /// All entries of a ticket that imports recorded, but for what followed from them here.
    pub(super) fn imported_entries(&self, uid: Uid) -> Result<Vec<Entry>> {
        let sql = "SELECT DISTINCT c.uid FROM entry e JOIN change c ON c.id = e.change
             WHERE e.ticket = (SELECT id FROM subject WHERE uid = zeroblob(16))
               AND e.change IN (SELECT change FROM entry WHERE ticket = ?1)";
        let Some(row) = derive::row_of(self.conn, uid)? else { return Ok(Vec::new()) };
        let mut statement = self.conn.prepare_cached(sql)?;
        let imports: Vec<ChangeId> = statement
            .query_map([row], |row| Ok(ChangeId(row.get(0)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut entries = journal::of_ticket(self.conn, row)?;
        let said = |entry: &Entry| entry.content.mark != Some(Mark::Follows);
        entries.retain(|entry| imports.contains(&entry.change) && said(entry));
        Ok(entries)
    }

    pub(super) fn connection(&self) -> &'a Connection {
        self.conn
    }

    /// Writes out what is held, and lets go of it.
    ///
    /// In the order of the rows: the text index writes out what it has gathered whenever it is
    /// given an earlier one.
    pub(super) fn settle(&mut self) -> Result<()> {
        let mut held: Vec<Held> =
            self.held.drain().map(|(_, held)| held).filter(|held| held.changed).collect();
        held.sort_unstable_by_key(|held| held.row);
        for held in held {
            derive::ticket(&self.measures, held.row, &held.ticket, &held.before)?;
        }
        Ok(())
    }

    /// Writes everything out; the transaction may be committed after this, if it says so: bytes that
    /// came later than their file's name are worth it too.
    pub(super) fn finish(mut self) -> Result<bool> {
        self.settle()?;
        if let (Some(row), Some(first)) = (self.row, &self.first) {
            derive::step(self.conn, row, first)?;
            journal::set_head(self.conn, self.replica, self.head)?;
        }
        Ok(self.recorded > 0 || !self.stored.is_empty())
    }
}

/// What to say when a change rests on what is no longer so.
fn stale(ticket: &Ticket, event: &Event) -> Error {
    let number = ticket.number();
    if ticket.purged.is_some() {
        return Error::invalid(format!("#{number} was purged"));
    }
    let error = match event {
        Event::Set(swap) if matches!(swap.to, Field::Merged(_)) => {
            let why = "it was merged into another ticket, or taken out of one";
            Error::invalid(format!("#{number} has changed since")).because(why)
        }
        Event::Set(swap) => {
            let now = ticket.value(&swap.to);
            Error::invalid(format!("#{number} has changed since")).because(format!(
                "its {} is now `{}`, not `{}`",
                now.name(),
                now.value(),
                swap.from.value()
            ))
        }
        Event::Reworded { message, .. } => {
            let gone = ticket.post(*message).is_some_and(|post| post.purged.is_some());
            let message = message.within(number);
            if gone {
                return Error::invalid(format!("message {number}.{message} was purged"));
            }
            Error::invalid(format!("message {number}.{message} has been edited since"))
        }
        Event::Attached { message, .. } | Event::Detached { message, .. }
            if ticket.post(*message).is_some_and(|post| post.purged.is_some()) =>
        {
            let message = message.within(number);
            return Error::invalid(format!("message {number}.{message} was purged"));
        }
        _ => Error::invalid(format!("#{number} has changed since")),
    };
    error.hint(format!("`tix log {number}` shows what happened to it"))
}
