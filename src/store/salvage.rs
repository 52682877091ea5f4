//! A new desk from what can still be read of a damaged one, and exactly what is missing.
//!
//! The damaged file is only read. Of each machine the entries from its first on are what was recorded,
//! provably, as far as the chain holds. What comes after a gap is held against the entry before it in
//! the same way; only the first after a gap has nothing to be held against. None of that can continue
//! the machine's chain, so it is recorded anew, as it was and at its time, by a replica that is made
//! for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction};

use super::journal::{self, Head, Line};
use super::write::Writer;
use super::{Author, bounds, derive, kept, open};
use crate::domain::event::Event;
use crate::domain::ids::{ChangeId, Hash, Machine, Replica, Stamp, Timestamp, Uid};
use crate::error::{Error, Result};

mod pages;
mod rows;

use pages::Pages;
use rows::{Found, Raw};

/// Entries of a machine that are missing, both ends included; the last where it is known.
pub type Missing = (Replica, u64, Option<u64>);

/// What was saved.
#[derive(Clone, Debug, Default)]
pub struct Saved {
    /// Entries that are provably what was recorded.
    pub proven: u64,
    /// Entries after a gap, recorded anew.
    pub recovered: u64,
    /// Tickets.
    pub tickets: u64,
    /// What is missing.
    pub missing: Vec<Missing>,
    /// Entries of tickets whose beginning is missing: they are kept, and shown nowhere.
    pub headless: u64,
    /// Files whose bytes were saved.
    pub files: u64,
    /// The names of files whose bytes are lost.
    pub files_lost: Vec<String>,
}

/// Writes what can be read of the desk at `from` into `to`, which is there and empty; with `proven`
/// nothing that cannot be proven.
///
/// # Errors
/// Exit 8 when nothing of a desk is left in it, exit 1 when one of the files cannot be read or
/// written.
pub fn salvage(from: &Path, to: &Path, author: &Author, proven: bool) -> Result<Saved> {
    let mut pages = Pages::open(from)?;
    let mut conn = open::connect(to, OpenFlags::SQLITE_OPEN_READ_WRITE, open::BUSY_MS)?;
    bounds::writing(&mut conn)?;
    conn.execute_batch("PRAGMA journal_mode = MEMORY")?;
    let mut found = Found::default();
    // The number of this file's machine is known only when all was read.
    super::layout::lay_out(&mut conn, super::replica(author), Machine(0))?;
    let tx = conn.transaction()?;
    let mut failed = None;
    pages.each(&mut |record| {
        found.take(record, &mut |hash, data| {
            let sql = "INSERT INTO blob (hash, data) VALUES (?1, ?2)";
            failed = failed.take().or(tx.execute(sql, (hash.0, data)).err());
        });
    });
    if let Some(e) = failed {
        return Err(e.into());
    }
    if found.entries.is_empty() {
        return Err(Error::no_desk(format!("nothing can be saved from {}", from.display()))
            .because("no entry of a journal is left in it")
            .hint("`tix restore` a copy"));
    }
    let saved = Salvage { tx: &tx, found: &found, author, again: Vec::new() };
    let saved = saved.all(from, proven)?;
    tx.commit()?;
    open::finish(conn, to)?;
    Ok(saved)
}

/// A salvage under way.
struct Salvage<'a> {
    tx: &'a Transaction<'a>,
    found: &'a Found,
    author: &'a Author,
    /// What is to be recorded anew.
    again: Vec<Line>,
}

impl Salvage<'_> {
    fn all(mut self, from: &Path, proven: bool) -> Result<Saved> {
        let mut saved = Saved { files: self.found.files.len() as u64, ..Saved::default() };
        let mut replicas: BTreeSet<i64> = self.found.replicas.keys().copied().collect();
        replicas.extend(self.found.entries.keys().map(|(replica, _)| *replica));
        let alone = replicas.len() == 1;
        for replica in &replicas {
            self.machine(Replica(*replica), alone, &mut saved)?;
        }
        if proven {
            self.forgo(&mut saved);
        }
        saved.recovered = self.again.len() as u64;
        self.record_again()?;
        self.number()?;
        derive::rebuild(self.tx)?;
        let mut writer = Writer::new(self.tx, self.author)?;
        let machine = writer.machine();
        if let Some(last) = self.found.numbers.get(&machine)
            && *last > writer.last_number()?
        {
            writer.put(&kept::floor(machine), Some(&last.to_string()))?;
        }
        writer.note_import("salvage", &from.display().to_string())?;
        writer.finish()?;
        self.count(&mut saved)?;
        Ok(saved)
    }

    /// Goes through a machine's chain: what is proven is stored, what comes after a gap is put by.
    fn machine(&mut self, replica: Replica, alone: bool, saved: &mut Saved) -> Result<()> {
        let found = self.found;
        let known = found.replicas.get(&replica.0);
        let of = (replica.0, 0)..=(replica.0, u64::MAX);
        let named = found.named.range(of.clone()).map(|(_, seq)| *seq).max().unwrap_or(0);
        let read = found.entries.range(of.clone()).map(|((_, seq), _)| *seq).max().unwrap_or(0);
        let end = known.map_or(0, |known| known.seq).max(named).max(read);
        let mut head = Head { at: Timestamp(0), seq: 0, chain: [0; 32] };
        // The chains that the next entry may continue; none after one that cannot be read at all.
        let mut before = vec![head.chain];
        let (mut last, mut gap) = (0, false);
        for ((_, seq), raws) in found.entries.range(of) {
            if *seq != last + 1 {
                miss(&mut saved.missing, replica, last + 1, seq - 1);
                before.clear();
                gap = true;
            }
            last = *seq;
            let Some(line) = self.held((replica, *seq), raws, &before) else {
                miss(&mut saved.missing, replica, *seq, *seq);
                before = raws.iter().map(|raw| raw.chain).collect();
                gap = true;
                continue;
            };
            before = vec![line.chain];
            if gap {
                self.again.push(line);
            } else {
                head = Head { at: line.stamp.at, seq: *seq, chain: line.chain };
                self.store(&line)?;
                saved.proven += 1;
            }
        }
        if last < end {
            miss(&mut saved.missing, replica, last + 1, end);
        } else if known.is_none() {
            saved.missing.push((replica, last + 1, None));
        }
        journal::set_head(self.tx, replica, head)?;
        if known.map_or(alone, |known| known.mine) {
            let sql = "UPDATE replica SET mine = 2 WHERE id = ?1";
            self.tx.execute(sql, [replica.0])?;
        }
        Ok(())
    }

    /// The entry among what was read for its place that is what was recorded: it continues one of
    /// the chains. Where there is none to continue, the only one that makes sense.
    fn held(&self, place: (Replica, u64), raws: &[Raw], before: &[[u8; 32]]) -> Option<Line> {
        let lines = raws.iter().flat_map(|raw| self.lines(place, raw));
        if before.is_empty() {
            let mut sane = lines.filter(|line| {
                line.content.is_some() && line.entry().content.event != Event::Unknown
            });
            return sane.next().filter(|_| sane.next().is_none());
        }
        let mut lines = lines;
        lines.find(|line| before.iter().any(|chain| line.continues(chain)))
    }

    /// The entry with each of the names that its ticket and its change may have.
    fn lines<'l>(&'l self, place: (Replica, u64), raw: &'l Raw) -> impl Iterator<Item = Line> + 'l {
        let none = &[][..];
        let tickets = self.found.subjects.get(&raw.ticket).map_or(none, Vec::as_slice);
        let no_change = &[][..];
        let changes = self.found.changes.get(&raw.change).map_or(no_change, Vec::as_slice);
        let (replica, seq) = place;
        let stamp = Stamp { at: Timestamp(raw.at), replica, seq };
        tickets.iter().flat_map(move |ticket| {
            changes.iter().filter_map(move |change| {
                let place = (stamp, Uid(*ticket), ChangeId(*change));
                Line::stored(place, raw.content.clone(), raw.digest, raw.chain)
            })
        })
    }

    fn store(&self, line: &Line) -> Result<()> {
        let (row, _) = journal::subject(self.tx, line.ticket)?;
        let change = journal::change(self.tx, line.change)?;
        journal::insert(self.tx, line, (row, change))
    }

    /// What comes after a gap is missing, too.
    fn forgo(&mut self, saved: &mut Saved) {
        for line in self.again.drain(..) {
            miss(&mut saved.missing, line.stamp.replica, line.stamp.seq, line.stamp.seq);
        }
        saved.missing.sort_unstable_by_key(|(replica, first, _)| (*replica, *first));
        let mut joined: Vec<Missing> = Vec::new();
        for (replica, first, last) in saved.missing.drain(..) {
            match joined.last_mut() {
                Some((same, _, Some(end))) if *same == replica && *end + 1 == first => match last {
                    Some(last) => *end = last,
                    None => joined.push((replica, first, last)),
                },
                _ => joined.push((replica, first, last)),
            }
        }
        saved.missing = joined;
    }

    /// Records what comes after gaps as entries of a replica made for it, in the order in which they
    /// stood.
    fn record_again(&mut self) -> Result<()> {
        if self.again.is_empty() {
            return Ok(());
        }
        let replica = Replica(i64::from_be_bytes(self.author.bytes("salvaged", 0)) & i64::MAX);
        let mut head = Head { at: Timestamp(0), seq: 0, chain: [0; 32] };
        self.again.sort_unstable_by_key(|line| line.stamp);
        for line in &self.again {
            let stamp = Stamp { at: line.stamp.at, replica, seq: head.seq + 1 };
            let new = line.again(stamp, &head.chain);
            head = Head { at: stamp.at, seq: stamp.seq, chain: new.chain };
            self.store(&new)?;
        }
        journal::set_head(self.tx, replica, head)?;
        self.tx.execute("UPDATE replica SET mine = 2 WHERE id = ?1", [replica.0])?;
        Ok(())
    }

    /// This file goes on numbering as the one it is made of.
    fn number(&self) -> Result<()> {
        let known = self.found.replicas.values().filter(|known| known.mine);
        let number = known.filter_map(|known| known.number).max();
        let number = number.or_else(|| self.found.numbers.keys().next().map(|it| it.0));
        self.tx.execute("UPDATE replica SET number = ?1 WHERE mine = 1", [number.unwrap_or(0)])?;
        Ok(())
    }

    /// What there is now.
    fn count(&self, saved: &mut Saved) -> Result<()> {
        let count = |sql: &str| -> Result<u64> {
            Ok(self.tx.query_row(sql, [], |row| Ok(row.get::<_, i64>(0)?.cast_unsigned()))?)
        };
        saved.tickets = count("SELECT count(*) FROM ticket")?;
        saved.headless = count(
            "SELECT count(*) FROM entry e JOIN subject s ON s.id = e.ticket
             WHERE s.uid <> zeroblob(16) AND e.ticket NOT IN (SELECT id FROM ticket)
               AND e.ticket NOT IN (SELECT ticket FROM voided)",
        )?;
        saved.files_lost = lost(self.tx)?;
        Ok(())
    }
}

/// Another stretch of entries is missing; it may go on where the last one ended.
fn miss(missing: &mut Vec<Missing>, replica: Replica, first: u64, last: u64) {
    match missing.last_mut() {
        Some((same, _, Some(end))) if *same == replica && *end + 1 == first => *end = last,
        _ => missing.push((replica, first, Some(last))),
    }
}

/// The names of files that entries name and whose bytes are not here.
fn lost(conn: &Connection) -> Result<Vec<String>> {
    let mut named: BTreeMap<Hash, String> = BTreeMap::new();
    for line in journal::lines_after(conn, &BTreeMap::new())? {
        if let Event::Attached { file, .. } = line.entry().content.event {
            named.insert(file.hash, file.name.clone());
        }
    }
    let mut there = conn.prepare("SELECT 1 FROM blob WHERE hash = ?1")?;
    let mut lost = Vec::new();
    for (hash, name) in named {
        if there.query_row([hash.0], |_| Ok(())).optional()?.is_none() {
            lost.push(name);
        }
    }
    Ok(lost)
}
