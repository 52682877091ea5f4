//! Taking in what other machines recorded: in one transaction, each machine's lines in order.

use std::collections::btree_map::Entry as Place;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};

use super::derive::{self, Around};
use super::erase::{self, Touched};
use super::journal::{self, Head, Line};
use super::{Store, commit, settle, tidy};
use crate::domain::ids::{Replica, Stamp, Timestamp, Uid};
use crate::error::{Error, Result};

/// Lines on their way in. It reads what it has taken in so far, but for what is derived: that is
/// written when all are there.
#[expect(clippy::struct_excessive_bools, reason = "each says of something that it has come")]
pub struct Taker<'a> {
    pub(super) conn: &'a Connection,
    heads: BTreeMap<Replica, Head>,
    touched: Touched,
    steps: BTreeSet<i64>,
    of_desk: bool,
    /// Of the new lines those that purges may be about, or say.
    new: Vec<Line>,
    /// Something was purged before: any line may be about it.
    purged: bool,
    added: u64,
    /// Lines of one machine became another's: some rows of the journal were taken away.
    parted: bool,
    /// A line was not what its machine recorded.
    refused: bool,
}

impl Store {
    /// Takes in lines from other machines; returns how many were new.
    ///
    /// Each machine's lines must continue what is known of it; those after a gap are left for a
    /// later merge that brings what lies between.
    ///
    /// # Errors
    /// Exit 8 when a line is not what its machine recorded; then nothing was taken in.
    pub fn merge(&mut self, theirs: &[Line]) -> Result<u64> {
        let mut lines: Vec<&Line> = theirs.iter().collect();
        lines.sort_unstable_by_key(|line| (line.stamp.replica, line.stamp.seq));
        self.take(|desk| {
            for line in lines {
                if line.stamp.seq == desk.known(line.stamp.replica)?.0 + 1 {
                    desk.line(line)?;
                }
            }
            Ok(desk.added)
        })
    }

    /// Takes in whatever `work` does, or nothing when it fails.
    ///
    /// # Errors
    /// Whatever `work` returns, or when the desk cannot be written; then nothing was.
    pub fn take<T>(&mut self, work: impl FnOnce(&mut Taker<'_>) -> Result<T>) -> Result<T> {
        let mut refused = false;
        let taken = self.take_in(work, &mut refused);
        // What somebody else recorded wrongly is no fault of this database.
        if refused { taken } else { self.noting(taken) }
    }

    fn take_in<T>(
        &mut self,
        work: impl FnOnce(&mut Taker<'_>) -> Result<T>,
        refused: &mut bool,
    ) -> Result<T> {
        let tx = self.begin()?;
        let purged = tx.prepare_cached("SELECT 1 FROM purge LIMIT 1")?.exists([])?;
        let mut taker = Taker {
            conn: &tx,
            heads: BTreeMap::new(),
            touched: Touched::new(),
            steps: BTreeSet::new(),
            of_desk: false,
            new: Vec::new(),
            purged,
            added: 0,
            parted: false,
            refused: false,
        };
        let answer = work(&mut taker);
        *refused = taker.refused;
        let answer = answer?;
        let erased = taker.finish()?;
        commit(tx)?;
        self.spent = tidy::rest(&mut self.conn, &self.path).is_err();
        if erased > 0 {
            // Whoever is in the way, a later purge does it.
            drop(self.clean());
        }
        Ok(answer)
    }
}

impl Taker<'_> {
    /// How many lines were new.
    #[must_use]
    pub fn added(&self) -> u64 {
        self.added
    }

    /// The count and the chain of the last line that is known of a machine.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn known(&mut self, replica: Replica) -> Result<(u64, [u8; 32])> {
        let head = self.head(replica)?;
        Ok((head.seq, head.chain))
    }

    fn head(&mut self, replica: Replica) -> Result<Head> {
        Ok(match self.heads.entry(replica) {
            Place::Occupied(head) => *head.get(),
            Place::Vacant(place) => *place.insert(journal::head(self.conn, replica)?),
        })
    }

    /// The chain up to and with a line that is known; before the first it is all zero.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn chain_at(&self, replica: Replica, seq: u64) -> Result<Option<[u8; 32]>> {
        chain_at(self.conn, replica, seq)
    }

    /// Takes in the line that follows the last one known of its machine.
    ///
    /// # Errors
    /// Exit 8 when it is not what its machine recorded, or does not follow.
    pub fn line(&mut self, line: &Line) -> Result<()> {
        let head = self.head(line.stamp.replica)?;
        if line.stamp.seq != head.seq + 1 || !line.continues(&head.chain) {
            self.refused = true;
            return Err(Error::no_desk(format!(
                "entry {} of machine {:x} is not what that machine recorded",
                line.stamp.seq, line.stamp.replica.0
            )));
        }
        let row = self.touch(line.ticket)?;
        let change = journal::change(self.conn, line.change)?;
        journal::insert(self.conn, line, (row, change))?;
        self.steps.insert(change);
        self.note_new(line);
        let Line { stamp, chain, .. } = *line;
        self.heads.insert(stamp.replica, Head { at: stamp.at, seq: stamp.seq, chain });
        self.added += 1;
        Ok(())
    }

    /// Notes a line that purges may be about, or that is one.
    fn note_new(&mut self, line: &Line) {
        if self.purged || erase::may_purge(line) {
            self.new.push(line.clone());
        }
    }

    /// The row of a ticket that is to be folded anew.
    fn touch(&mut self, ticket: Uid) -> Result<i64> {
        self.of_desk |= ticket == Uid::DESK;
        let (row, new) = journal::subject(self.conn, ticket)?;
        if let Place::Vacant(place) = self.touched.entry(row) {
            let known = if new { None } else { derive::load(self.conn, row)? };
            place.insert(Around::of(known.as_ref()));
        }
        Ok(row)
    }

    /// Two copies of one machine's desk went on by themselves, and the other one's lines count as that
    /// machine's. Ours after `common` become the lines of another machine, whose name follows from the
    /// first of them: every desk that holds them gives it the same. Where that machine is known and goes
    /// on otherwise, the rest is another's again. Returns those names, in order.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn part(&mut self, replica: Replica, common: u64) -> Result<Vec<Replica>> {
        let tail: Vec<Line> = journal::lines_of(self.conn, replica, common, i64::MAX)?;
        let Some(first) = tail.first() else { return Ok(Vec::new()) };
        self.parted = true;
        for line in &tail {
            self.touch(line.ticket)?;
            // Whichever of its lines are known by both names, the change is of what is left.
            let change = journal::change(self.conn, line.change)?;
            self.conn.prepare_cached("DELETE FROM step WHERE id = ?1")?.execute([change])?;
            self.steps.insert(change);
        }
        let sql = "DELETE FROM entry WHERE replica = ?1 AND seq > ?2";
        self.conn.prepare_cached(sql)?.execute((replica.0, common.cast_signed()))?;
        let back = self.stamped(replica, common)?;
        self.heads.insert(replica, back);
        let mut names = vec![parted(replica, first)];
        let mut rest = self.follow(names[0], &tail)?;
        while let Some((name, lines)) = rest {
            names.push(name);
            rest = self.follow(name, lines)?;
        }
        Ok(names)
    }

    /// Makes lines those of the machine `name`, as far as they follow what is known of it; returns those
    /// that do not, with the name of the machine that they are of.
    fn follow<'l>(
        &mut self,
        name: Replica,
        lines: &'l [Line],
    ) -> Result<Option<(Replica, &'l [Line])>> {
        let (mut head, mut before) = (self.head(name)?, [0; 32]);
        for (place, seq) in (0..lines.len()).zip(1..) {
            let line = &lines[place];
            let moved = line.again(Stamp { at: line.stamp.at, replica: name, seq }, &before);
            before = moved.chain;
            if seq > head.seq {
                let row = self.touch(line.ticket)?;
                let change = journal::change(self.conn, line.change)?;
                journal::insert(self.conn, &moved, (row, change))?;
                self.note_new(&moved);
                head = Head { at: moved.stamp.at, seq, chain: moved.chain };
            } else if self.chain_at(name, seq)? != Some(moved.chain) {
                return Ok(Some((parted(name, &moved), &lines[place..])));
            } else if moved.content.is_none() {
                // What was erased of one may stand in the other.
                for known in journal::lines_of(self.conn, name, seq - 1, 1)? {
                    self.note_new(&known);
                }
            }
            self.heads.insert(name, head);
        }
        Ok(None)
    }

    /// The head of a machine as it was when `seq` was its last entry.
    fn stamped(&self, replica: Replica, seq: u64) -> Result<Head> {
        let sql = "SELECT at, chain FROM entry WHERE replica = ?1 AND seq = ?2";
        let head =
            self.conn.prepare_cached(sql)?.query_row((replica.0, seq.cast_signed()), |row| {
                Ok(Head { at: Timestamp(row.get(0)?), seq, chain: row.get(1)? })
            });
        let none = Head { at: Timestamp(0), seq: 0, chain: [0; 32] };
        Ok(head.optional()?.unwrap_or(none))
    }

    /// Writes what all of it adds up to; returns how many entries purges erased.
    fn finish(self) -> Result<u64> {
        for (replica, head) in self.heads {
            journal::set_head(self.conn, replica, head)?;
        }
        let new: Vec<&Line> = self.new.iter().collect();
        let erased = settle(self.conn, &new, (self.touched, self.steps, self.of_desk))?;
        if self.parted && journal::close_gaps(self.conn)? {
            // Rows of the journal are named in what is derived.
            derive::rebuild(self.conn)?;
        }
        Ok(erased)
    }
}

/// The name of the machine whose lines begin with what `first` of `replica` says. It comes right after
/// that one's: so of lines of one moment each stays after what it follows, and before what follows it.
fn parted(replica: Replica, first: &Line) -> Replica {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"tix parted").update(&first.chain);
    let mut bytes = [0; 4];
    hasher.finalize_xof().fill(&mut bytes);
    let beyond = 1 + i64::from(u32::from_be_bytes(bytes));
    Replica(replica.0.checked_add(beyond).unwrap_or(beyond))
}

pub(super) fn chain_at(conn: &Connection, replica: Replica, seq: u64) -> Result<Option<[u8; 32]>> {
    if seq == 0 {
        return Ok(Some([0; 32]));
    }
    let sql = "SELECT chain FROM entry WHERE replica = ?1 AND seq = ?2";
    let key = (replica.0, seq.cast_signed());
    Ok(conn.prepare_cached(sql)?.query_row(key, |row| row.get(0)).optional()?)
}
