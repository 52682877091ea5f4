//! What a desk knows of the remote that it is shared through, and its own place among the machines.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};

use super::journal::{self, Line};
use super::taking::{Taker, chain_at};
use super::write::Writer;
use super::{Author, Store, derive, replica};
use crate::domain::event::{Event, Swap};
use crate::domain::ids::{Hash, Machine, Number, Replica, Timestamp, Uid};
use crate::error::Result;

/// This copy of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mine {
    /// Its name among the machines.
    pub replica: Replica,
    /// What its numbers begin with.
    pub machine: Machine,
    /// How many entries were recorded here.
    pub seq: u64,
}

/// How far the entries of a machine lie in commits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Logged {
    /// The commit that holds the latest of them.
    pub tip: String,
    /// The last entry up to it.
    pub seq: u64,
    /// The last entry that is known to be on the remote.
    pub sent: u64,
}

impl Store {
    /// This copy of the desk.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn mine(&self) -> Result<Mine> {
        // A copy of a file is no machine until something is recorded in it.
        let sql = "SELECT id, number, seq FROM replica WHERE mine <> 0 ORDER BY mine LIMIT 1";
        Ok(self.conn.query_row(sql, [], |row| {
            let machine = Machine(row.get::<_, Option<u16>>(1)?.unwrap_or(0));
            let seq = row.get::<_, i64>(2)?.cast_unsigned();
            Ok(Mine { replica: Replica(row.get(0)?), machine, seq })
        })?)
    }

    /// What is known under `key` of the remote.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn shared(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT value FROM shared WHERE key = ?1";
        Ok(self.conn.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?)
    }

    /// The records that say whose desk it is, in order.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn records(&self) -> Result<Vec<Vec<u8>>> {
        let mut statement = self.conn.prepare("SELECT bytes FROM record ORDER BY n")?;
        let records = statement.query_map([], |row| row.get(0))?;
        Ok(records.collect::<rusqlite::Result<_>>()?)
    }

    /// How far each machine's entries lie in commits.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn logs(&self) -> Result<BTreeMap<Replica, Logged>> {
        let mut statement = self.conn.prepare("SELECT replica, tip, seq, sent FROM log")?;
        let logs = statement.query_map([], |row| {
            let count = |i| Ok::<_, rusqlite::Error>(row.get::<_, i64>(i)?.cast_unsigned());
            Ok((Replica(row.get(0)?), Logged { tip: row.get(1)?, seq: count(2)?, sent: count(3)? }))
        })?;
        Ok(logs.collect::<rusqlite::Result<_>>()?)
    }

    /// At most `limit` lines of a machine after the one of count `seq`, in order.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn lines_of(&self, replica: Replica, seq: u64, limit: u32) -> Result<Vec<Line>> {
        journal::lines_of(&self.conn, replica, seq, limit.into())
    }

    /// The chain of a machine up to and with the line of count `seq`, if that is known here.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn chain_at(&self, replica: Replica, seq: u64) -> Result<Option<[u8; 32]>> {
        chain_at(&self.conn, replica, seq)
    }

    /// The moment of the latest entry that other machines recorded, and that of the latest here.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn latest(&self) -> Result<(Timestamp, Timestamp)> {
        let sql = "SELECT coalesce(max(at) FILTER (WHERE NOT mine), 0),
             coalesce(max(at) FILTER (WHERE mine), 0) FROM replica";
        let latest = |row: &rusqlite::Row<'_>| Ok((Timestamp(row.get(0)?), Timestamp(row.get(1)?)));
        Ok(self.conn.query_row(sql, [], latest)?)
    }

    /// Do the bytes of this file lie in a commit?
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn carries(&self, hash: Hash) -> Result<bool> {
        let sql = "SELECT 1 FROM carried WHERE hash = ?1";
        Ok(self.conn.prepare_cached(sql)?.query_row([hash.0], |_| Ok(())).optional()?.is_some())
    }
}

impl Taker<'_> {
    /// Notes something of the remote; or forgets it.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn note(&self, key: &str, value: Option<&[u8]>) -> Result<()> {
        match value {
            Some(value) => self
                .conn
                .prepare_cached("INSERT OR REPLACE INTO shared (key, value) VALUES (?1, ?2)")?
                .execute((key, value))?,
            None => {
                self.conn.prepare_cached("DELETE FROM shared WHERE key = ?1")?.execute([key])?
            }
        };
        Ok(())
    }

    /// Notes the records that say whose desk it is, from number `from` on.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn note_records(&self, from: usize, records: &[Vec<u8>]) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO record (n, bytes) VALUES (?1, ?2)";
        for (n, bytes) in (from..).zip(records) {
            let n = i64::try_from(n).unwrap_or(i64::MAX);
            self.conn.prepare_cached(sql)?.execute((n, bytes))?;
        }
        Ok(())
    }

    /// Notes how far a machine's entries lie in commits.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn note_log(&self, replica: Replica, log: &Logged) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO log (replica, tip, seq, sent) VALUES (?1, ?2, ?3, ?4)";
        let (seq, sent) = (log.seq.cast_signed(), log.sent.cast_signed());
        self.conn.prepare_cached(sql)?.execute((replica.0, &log.tip, seq, sent))?;
        Ok(())
    }

    /// Forgets how far a machine's entries lie in commits.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn forget_log(&self, replica: Replica) -> Result<()> {
        self.conn.prepare_cached("DELETE FROM log WHERE replica = ?1")?.execute([replica.0])?;
        Ok(())
    }

    /// Notes that a file's bytes lie in a commit; keeps them, if they are given and were not here.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn carry(&self, hash: Hash, bytes: Option<&[u8]>) -> Result<()> {
        let sql = "INSERT OR IGNORE INTO carried (hash) VALUES (?1)";
        self.conn.prepare_cached(sql)?.execute([hash.0])?;
        if let Some(bytes) = bytes {
            let sql = "INSERT OR IGNORE INTO blob (hash, data) VALUES (?1, ?2)";
            self.conn.prepare_cached(sql)?.execute((hash.0, bytes))?;
        }
        Ok(())
    }

    /// Forgets which files lie in commits: some of those commits are gone.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn forget_carried(&self) -> Result<()> {
        self.conn.execute("DELETE FROM carried", [])?;
        Ok(())
    }

    /// From now on this copy of the desk is a machine of its own: another one goes by its name.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn rename(&self, author: &Author) -> Result<()> {
        let sql = "SELECT id FROM replica WHERE mine = 1";
        let old: Option<i64> = self.conn.query_row(sql, [], |row| row.get(0)).optional()?;
        journal::retire(self.conn)?;
        self.begin(author)?;
        // What it recorded is the other one's to take back.
        self.conn.execute("UPDATE replica SET mine = 0 WHERE id = ?1", [old])?;
        Ok(())
    }

    /// Makes a copy that nothing was recorded in yet a machine of its own.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn begin(&self, author: &Author) -> Result<()> {
        let sql = "SELECT 1 FROM replica WHERE mine = 1";
        if !self.conn.prepare_cached(sql)?.exists([])? {
            journal::begin(self.conn, replica(author))?;
        }
        Ok(())
    }

    /// Gives this machine the letter that its numbers begin with.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn letter(&self, machine: Machine) -> Result<()> {
        let sql = "UPDATE replica SET number = ?1 WHERE mine = 1";
        self.conn.execute(sql, [machine.0])?;
        Ok(())
    }
}

impl Writer<'_> {
    /// Gives the tickets that were opened on these machines numbers of this one: what they had
    /// others may have given too. Returns what became what.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn number_anew(&mut self, opened_on: &[Replica]) -> Result<Vec<Swap<Number>>> {
        let mut given = Vec::new();
        for uid in opened(self.connection(), opened_on)? {
            let Some(row) = derive::row_of(self.connection(), uid)? else { continue };
            let mut entries = journal::of_ticket(self.connection(), row)?;
            entries.retain(|entry| opened_on.contains(&entry.stamp.replica));
            entries.sort_unstable_by_key(|entry| entry.stamp);
            for entry in entries {
                let Event::Opened { number: from, .. } = entry.content.event else { continue };
                let there = self.hold(uid)?.is_some_and(|it| it.numbers.contains(&from));
                if !there || from.machine == self.machine() {
                    continue;
                }
                let wanted = Number { machine: self.machine(), n: from.n };
                let to = self.draw_number(Some(wanted), uid)?;
                self.record(uid, Event::Numbered(Swap { from, to }))?;
                given.push(Swap { from, to });
            }
        }
        Ok(given)
    }
}

/// The tickets with entries of these machines, as they came.
fn opened(conn: &Connection, on: &[Replica]) -> Result<Vec<Uid>> {
    let sql = "SELECT s.uid FROM entry e JOIN subject s ON s.id = e.ticket
         WHERE e.replica = ?1 AND s.uid <> zeroblob(16) GROUP BY s.id ORDER BY min(e.seq)";
    let mut all = Vec::new();
    for replica in on {
        let mut statement = conn.prepare_cached(sql)?;
        let uids = statement.query_map([replica.0], |row| Ok(Uid(row.get(0)?)))?;
        all.extend(uids.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(all)
}
