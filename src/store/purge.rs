//! What a purge takes away for good: the tickets, messages and customers that are named, and all
//! that says the same elsewhere.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::Connection;

use super::erase::{self, Erased, Touched};
use super::journal::{self, Stored};
use super::write::Writer;
use super::{Reader, derive, kept, named, open};
use crate::domain::customer::Customer;
use crate::domain::event::{self, Content, Event};
use crate::domain::ids::{Hash, Number, Replica, Stamp, Timestamp, Uid};
use crate::domain::purge::{Gone, Known, Purge, Remains, key_hash, name_hash};
use crate::domain::ticket::Ticket;
use crate::error::{Error, Result};

/// After everything that was ever recorded.
const END: Stamp = Stamp { at: Timestamp(i64::MAX), replica: Replica(i64::MAX), seq: u64::MAX };

mod passed;
mod still;

pub use still::Remain;

/// What somebody wants gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doomed {
    /// A ticket, with those that are part of it.
    Ticket(Uid),
    /// A message, wherever it stands.
    Message(Uid, Number),
    /// What is known of a customer, and their tickets unless the flag says to keep them.
    Customer(String, bool),
}

/// A ticket of which something goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The number that people say.
    pub number: Number,
    /// Its title.
    pub title: String,
    /// The messages that go.
    pub messages: Vec<Number>,
    /// How many files go with them.
    pub files: u64,
    /// All of it goes.
    pub whole: bool,
}

/// All that goes, as it stands.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The tickets, by identity.
    pub parts: BTreeMap<Uid, Part>,
    /// The customers' names.
    pub customers: Vec<String>,
    /// How many entries hold text of it.
    pub entries: usize,
    /// What is gone already, of what was named.
    pub before: Vec<Gone>,
    known: Known,
    found: Vec<Stored>,
    needles: still::Needles,
}

impl PartialEq for Scope {
    /// Do both take away the same entries?
    fn eq(&self, other: &Self) -> bool {
        let ids =
            |scope: &Self| scope.found.iter().map(|it| it.entry.stamp).collect::<BTreeSet<_>>();
        ids(self) == ids(other) && self.parts.keys().eq(other.parts.keys())
    }
}

impl Scope {
    /// Does nothing go that is not gone already?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The texts that go: to find them elsewhere.
    #[must_use]
    pub fn lines(&self) -> Vec<&str> {
        self.needles.lines.iter().map(|(_, line)| line.as_str()).collect()
    }

    /// The addresses and names of those whose data goes, lower case.
    #[must_use]
    pub fn people(&self) -> Vec<&str> {
        self.needles.people.iter().map(String::as_str).collect()
    }
}

/// Does the copy of a desk at `path` still hold something of what goes?
///
/// # Errors
/// Exit 8 when it is no desk, or cannot be read.
pub fn holds(path: &Path, scope: &Scope) -> Result<bool> {
    let (conn, _) = open::inspect(path)?;
    Ok(!erase::find(&conn, &scope.known)?.is_empty())
}

impl Reader<'_> {
    /// Was something purged that was kept under this key?
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn was_purged(&self, key: &str) -> Result<bool> {
        Ok(erase::known(self.conn)?.0.keys.contains_key(&key_hash(key)))
    }

    /// How many purges are recorded, one for each ticket, of this machine and of others.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn purges(&self) -> Result<u64> {
        let count = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        Ok(self.conn.query_row("SELECT count(*) FROM purge", [], count)?.cast_unsigned())
    }

    /// What goes when all of these are purged.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn scope(&self, doomed: &[Doomed]) -> Result<Scope> {
        scope(self.conn, doomed)
    }
}

impl Writer<'_> {
    /// Erases for good what is `doomed`, if that is still what somebody `saw`; returns how many
    /// entries and files were erased, and where else the same people and texts stand.
    ///
    /// # Errors
    /// Exit 4 when more or less would go by now.
    pub fn purge(&mut self, doomed: &[Doomed], saw: &Scope) -> Result<(u64, u64, Vec<Remain>)> {
        self.settle()?;
        self.let_go();
        let scope = scope(self.connection(), doomed)?;
        if scope != *saw {
            return Err(Error::invalid("what was to be purged has moved on")
                .because("something was added or changed while this command asked")
                .hint("look again with --dry-run, and then purge what there is now"));
        }
        let still = still::find(self.connection(), &scope)?;
        let erased = self.erase(&scope)?;
        Ok((erased.entries, erased.files, still))
    }

    /// Erases in a copy of the desk what goes from the desk with `saw`.
    pub(super) fn erase_too(&mut self, saw: &Scope) -> Result<()> {
        let mut scope = Scope { known: saw.known.clone(), ..Scope::default() };
        fill(self.connection(), &mut scope)?;
        self.erase(&scope).map(drop)
    }

    /// Records that all of this goes, and erases it.
    fn erase(&mut self, scope: &Scope) -> Result<Erased> {
        if scope.is_empty() {
            return Ok(Erased::default());
        }
        let (mut touched, mut erased) = (Touched::new(), Erased::default());
        // How they stood, before anything is recorded.
        let purges = purges(scope, &mut |uid| self.before(uid, &mut touched))?;
        for (uid, purge) in purges {
            let content = Content {
                by: self.author().by.clone(),
                when: None,
                mark: None,
                event: Event::Purged(Box::new(purge)),
            };
            self.append_purge(uid, content)?;
        }
        erase::erase(self.connection(), &scope.found, &mut touched, &mut erased)?;
        self.fold_anew(touched, &erased)?;
        Ok(erased)
    }

    /// Notes how a ticket stands in the derived tables.
    fn before(&self, uid: Uid, touched: &mut Touched) -> Result<()> {
        if uid != Uid::DESK {
            let (row, _) = journal::subject(self.connection(), uid)?;
            if let Entry::Vacant(place) = touched.entry(row) {
                let ticket = derive::load(self.connection(), row)?;
                place.insert(derive::Around::of(ticket.as_ref()));
            }
        }
        Ok(())
    }

    /// Writes what the erased entries leave of tickets, of what is kept, and of changes.
    fn fold_anew(&mut self, touched: Touched, erased: &Erased) -> Result<()> {
        let conn = self.connection();
        if erased.of_desk {
            kept::rebuild(conn)?;
            self.parties = None;
            self.renew()?;
        }
        for (row, before) in touched {
            derive::anew(self.measures(), row, &before)?;
        }
        for change in &erased.changes {
            derive::step_of(conn, *change)?;
        }
        Ok(())
    }
}

/// What is to be recorded of it, by ticket.
fn purges(
    scope: &Scope,
    before: &mut dyn FnMut(Uid) -> Result<()>,
) -> Result<BTreeMap<Uid, Purge>> {
    let mut purges: BTreeMap<Uid, Purge> = BTreeMap::new();
    let fresh: BTreeSet<Uid> = scope.found.iter().map(|it| it.entry.ticket).collect();
    for (uid, numbers) in &scope.known.tickets {
        if fresh.contains(uid) {
            purges.entry(*uid).or_default().numbers = order(scope, *uid, numbers);
        }
    }
    for (uid, number) in &scope.known.messages {
        if !scope.known.tickets.contains_key(uid) {
            purges.entry(*uid).or_default().messages.push(*number);
        }
    }
    for Stored { entry, digest, .. } in &scope.found {
        let purge = purges.entry(entry.ticket).or_default();
        if purge.numbers.is_empty() {
            purge.entries.push(Remains::of(entry, *digest));
        } else {
            let names = mails_in(entry).into_iter();
            purge.names.extend(names.map(|name| name_hash(entry.ticket, name)));
        }
        if let Event::Kept { key, .. } = &entry.content.event {
            purge.keys.push(key_hash(key));
        }
    }
    for (uid, purge) in &mut purges {
        purge.keys.sort_unstable();
        purge.keys.dedup();
        purge.names.sort_unstable();
        purge.names.dedup();
        before(*uid)?;
    }
    Ok(purges)
}

/// The numbers of a ticket, its own first.
fn order(scope: &Scope, uid: Uid, numbers: &BTreeSet<Number>) -> Vec<Number> {
    let own = scope.parts.get(&uid).map(|part| part.number);
    let others = numbers.iter().copied().filter(|number| Some(*number) != own);
    own.into_iter().chain(others).collect()
}

/// The names of mails that an entry holds.
fn mails_in(entry: &event::Entry) -> Vec<&String> {
    match &entry.content.event {
        Event::Opened { opening, .. } => erase::mails(&opening.refs).collect(),
        Event::Said(message) => {
            let name = message.reference.iter();
            name.filter(|name| name.starts_with(crate::domain::mail_id::SYSTEM)).collect()
        }
        _ => Vec::new(),
    }
}

/// What goes when all of these are purged.
fn scope(conn: &Connection, doomed: &[Doomed]) -> Result<Scope> {
    let mut scope = Scope::default();
    for one in doomed {
        match one {
            Doomed::Ticket(uid) => whole(conn, *uid, &mut scope)?,
            Doomed::Message(uid, number) => {
                let (gone, _) = erase::known(conn)?;
                if gone.messages.contains(&(*uid, *number)) {
                    let ticket = folded(conn, *uid)?;
                    let post = ticket.as_ref().and_then(|ticket| ticket.post(*number));
                    scope.before.extend(post.and_then(|post| post.purged.clone()));
                }
                scope.known.messages.insert((*uid, *number));
            }
            Doomed::Customer(name, keep) => customer(conn, name, *keep, &mut scope)?,
        }
    }
    fill(conn, &mut scope)?;
    still::gather(conn, &mut scope)?;
    Ok(scope)
}

/// Finds what goes with what is known to go.
fn fill(conn: &Connection, scope: &mut Scope) -> Result<()> {
    // Each look may show copies, and copies of copies.
    loop {
        scope.found = erase::find(conn, &scope.known)?;
        let before = (scope.known.tickets.len(), scope.known.messages.len());
        widen(conn, scope)?;
        if before == (scope.known.tickets.len(), scope.known.messages.len()) {
            break;
        }
    }
    scope.entries = scope.found.len();
    describe(conn, scope)
}

fn folded(conn: &Connection, uid: Uid) -> Result<Option<Ticket>> {
    let row = derive::row_of(conn, uid)?;
    Ok(row.map(|row| derive::load(conn, row)).transpose()?.flatten())
}

/// A ticket goes, and what is part of it.
fn whole(conn: &Connection, uid: Uid, scope: &mut Scope) -> Result<()> {
    for uid in [vec![uid], named::parts(conn, uid)?].concat() {
        let Some(ticket) = folded(conn, uid)? else { continue };
        scope.before.extend(ticket.purged.clone());
        scope.known.tickets.entry(uid).or_default().extend(&ticket.numbers);
    }
    Ok(())
}

/// What is known of a customer goes, under former names too, and their tickets.
fn customer(conn: &Connection, name: &str, keep: bool, scope: &mut Scope) -> Result<()> {
    let key = format!("customer/{name}");
    let mut versions: Vec<(String, Vec<String>)> = Vec::new();
    journal::whole(conn, "s.uid = zeroblob(16)", |stored| {
        if let Event::Kept { key, swap } = stored.entry.content.event
            && key.starts_with("customer/")
        {
            let texts = [swap.from, swap.to].into_iter().flatten();
            let keys = texts.filter_map(|text| Customer::read(&text).ok()).flat_map(|it| it.keys());
            // A domain is shared by many.
            versions.push((key, keys.filter(|key| !key.starts_with('@')).collect()));
        }
        Ok(())
    })?;
    let theirs: BTreeSet<&String> =
        versions.iter().filter(|(of, _)| *of == key).flat_map(|(_, keys)| keys).collect();
    let mut names = BTreeSet::from([key.clone()]);
    for (other, keys) in &versions {
        if keys.iter().any(|key| theirs.contains(key)) && kept::get(conn, other)?.is_none() {
            names.insert(other.clone());
        }
    }
    scope.needles.people.extend(theirs.into_iter().cloned());
    scope.known.keys.extend(names.iter().map(|key| (key_hash(key), END)));
    if versions.iter().any(|(of, _)| *of == key) {
        scope.customers.push(name.to_owned());
    }
    before(conn, &key, scope)?;
    if !keep {
        let mut tickets = Reader::new(conn).tickets_of(name)?;
        let mut voided = conn.prepare_cached("SELECT ticket FROM voided")?;
        for row in voided.query_map([], |row| row.get(0))? {
            let ticket = derive::load(conn, row?)?.filter(|ticket| ticket.purged.is_none());
            let theirs = |ticket: &Ticket| {
                ticket.now.customer.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(name))
            };
            tickets.extend(ticket.filter(theirs).map(|ticket| ticket.uid));
        }
        tickets.into_iter().try_for_each(|uid| whole(conn, uid, scope))?;
    }
    Ok(())
}

/// What went with a customer who was purged before: something of it may have been left.
fn before(conn: &Connection, key: &str, scope: &mut Scope) -> Result<()> {
    let (mut purges, mut theirs) = (Vec::new(), BTreeSet::new());
    journal::whole(
        conn,
        "e.id IN (SELECT entry FROM purge)",
        |Stored { change, entry, .. }| {
            if let Event::Purged(purge) = entry.content.event {
                if purge.keys.contains(&key_hash(key)) {
                    theirs.insert(change);
                    scope.before.push(Gone { at: entry.stamp.at, by: entry.content.by });
                }
                purges.push((change, (entry.ticket, entry.stamp, purge)));
            }
            Ok(())
        },
    )?;
    purges.retain(|(change, _)| theirs.contains(change));
    let gone = erase::said(conn, purges.into_iter().map(|(_, purge)| purge).collect())?;
    for (uid, numbers) in gone.tickets {
        scope.known.tickets.entry(uid).or_default().extend(numbers);
    }
    scope.known.messages.extend(gone.messages);
    Ok(())
}

/// Adds what is the same as what was found: other numbers of messages, the places where they stood
/// first, tickets that were split off with nothing else.
fn widen(conn: &Connection, scope: &mut Scope) -> Result<()> {
    let mut said: BTreeMap<Uid, BTreeSet<(Option<Replica>, Number)>> = BTreeMap::new();
    for Stored { entry, .. } in &scope.found {
        if let Event::Said(message) = &entry.content.event {
            let called = (Some(entry.stamp.replica), message.number);
            said.entry(entry.ticket).or_default().insert(called);
        }
    }
    for (uid, number) in &scope.known.messages {
        said.entry(*uid).or_default().insert((None, *number));
    }
    for (uid, numbers) in said {
        let Some(ticket) = folded(conn, uid)? else { continue };
        let own = |(by, number): &(Option<Replica>, Number)| match by {
            Some(by) => ticket.own(*by, *number),
            None => *number,
        };
        let numbers = numbers.iter().map(own).collect();
        let all = erase::all_numbers(&ticket, &numbers);
        let is_whole = scope.known.tickets.contains_key(&uid);
        let posts = all.iter().filter_map(|number| ticket.messages.get(number));
        for post in posts {
            let message = &post.message;
            // What was taken back here stands where it came from, and is not this ticket's.
            if let Some(origin) = message.origin.filter(|_| !is_whole || !post.removed) {
                let called = (ticket.sayer(message.number), origin.number);
                let number = match (called, folded(conn, origin.ticket)?) {
                    ((Some(by), number), Some(there)) => there.own(by, number),
                    ((_, number), _) => number,
                };
                scope.known.messages.insert((origin.ticket, number));
            }
            let name = message.reference.iter().filter(|_| post.purged.is_none());
            scope.known.names.extend(name.map(|name| name_hash(uid, name)));
        }
        if is_whole {
            continue;
        }
        if split_off(conn, &ticket, &all)? {
            whole(conn, uid, scope)?;
        }
        scope.known.messages.extend(all.into_iter().map(|number| (uid, number)));
    }
    Ok(())
}

/// Was the ticket opened by splitting these messages off another, and has it no others?
fn split_off(conn: &Connection, ticket: &Ticket, gone: &BTreeSet<Number>) -> Result<bool> {
    let moved = |post: &crate::domain::ticket::Post| post.message.origin.is_some();
    if !ticket.messages.values().all(|post| gone.contains(&post.message.number) && moved(post)) {
        return Ok(false);
    }
    let Some(row) = derive::row_of(conn, ticket.uid)? else { return Ok(false) };
    let entries = journal::of_ticket(conn, row)?;
    let opened = entries.iter().find(|it| matches!(it.content.event, Event::Opened { .. }));
    Ok(opened.is_some_and(|opened| {
        let says = |entry: &&event::Entry| matches!(entry.content.event, Event::Said(_));
        entries.iter().filter(says).any(|entry| entry.change == opened.change)
    }))
}

/// Says which tickets and messages these are.
fn describe(conn: &Connection, scope: &mut Scope) -> Result<()> {
    let mut files: BTreeMap<Uid, BTreeSet<Hash>> = BTreeMap::new();
    let mut uids: BTreeSet<Uid> = BTreeSet::new();
    for Stored { entry, .. } in scope.found.iter().filter(|it| it.entry.ticket != Uid::DESK) {
        uids.insert(entry.ticket);
        if let Event::Attached { file, .. } = &entry.content.event {
            files.entry(entry.ticket).or_default().insert(file.hash);
        }
    }
    for uid in uids {
        let Some(ticket) = folded(conn, uid)? else { continue };
        let whole = scope.known.tickets.contains_key(&uid);
        let goes = |number: &&Number| whole || scope.known.messages.contains(&(uid, **number));
        let messages = ticket.messages.keys().filter(goes).copied().collect();
        let files = files.get(&uid).map_or(0, BTreeSet::len) as u64;
        let (number, title) = (ticket.number(), ticket.now.title);
        scope.parts.insert(uid, Part { number, title, messages, files, whole });
    }
    Ok(())
}
