//! Is the journal what was recorded? Every entry that is not is named.
//!
//! Only the journal's own tables are asked: what is derived from them may be wrong too. What an
//! entry says counts for names only where its chain holds.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value;
use rusqlite::{Connection, Row};

use super::{Reader, journal};
use crate::domain::event::{Attachment, Event};
use crate::domain::ids::{ChangeId, Hash, Machine, Number, Replica, Stamp, Timestamp, Uid};
use crate::domain::purge::{Known, Purge};
use crate::error::{Error, Result};
use crate::view::{Fault, Finding, Time, Verified};

mod machines;
mod walk;

use machines::Noted;

/// An entry as it stands in the file, whatever that is.
#[derive(Clone, Debug)]
struct Raw {
    id: i64,
    at: Option<i64>,
    replica: Option<i64>,
    seq: Option<i64>,
    ticket: Option<Uid>,
    change: Option<ChangeId>,
    chain: Option<[u8; 32]>,
    text: Text,
}

/// What is there of an entry's content.
#[derive(Clone, Debug)]
enum Text {
    /// All of it, with the salted hash that it has.
    Whole(Said, [u8; 32]),
    /// Only its salted hash.
    Erased([u8; 32]),
    /// Neither.
    Torn,
}

/// As much of what an entry says as is needed here.
#[derive(Clone, Debug)]
enum Said {
    /// A ticket was opened, with this number.
    Opened(Number),
    /// A message was added, with this number.
    Message(Number),
    /// A file was added to a message.
    File(Number, Box<Attachment>),
    /// Something was purged.
    Purged(Box<Purge>),
    /// Something that only a newer tix knows.
    Unknown,
    /// Anything else.
    Other,
}

impl Said {
    fn of(event: Event) -> Self {
        match event {
            Event::Opened { number, .. } => Self::Opened(number),
            Event::Said(message) => Self::Message(message.number),
            Event::Attached { message, file } => Self::File(message, file),
            Event::Purged(purge) => Self::Purged(purge),
            Event::Unknown => Self::Unknown,
            _ => Self::Other,
        }
    }
}

/// The part of a head that may be another than was recorded.
#[derive(Clone, Copy, Debug)]
struct Head {
    at: Option<i64>,
    ticket: Option<Uid>,
    change: Option<ChangeId>,
}

impl Raw {
    fn head(&self) -> Head {
        Head { at: self.at, ticket: self.ticket, change: self.change }
    }

    fn digest(&self) -> Option<[u8; 32]> {
        match self.text {
            Text::Whole(_, digest) | Text::Erased(digest) => Some(digest),
            Text::Torn => None,
        }
    }

    /// What its chain must be after `before`, as the entry of this count of a machine.
    fn chained(&self, before: &[u8; 32], (replica, seq): (i64, u64)) -> Option<[u8; 32]> {
        self.chained_as(self.head(), before, (replica, seq))
    }

    /// The same with another head.
    fn chained_as(
        &self,
        head: Head,
        before: &[u8; 32],
        (replica, seq): (i64, u64),
    ) -> Option<[u8; 32]> {
        let stamp = Stamp { at: Timestamp(head.at?), replica: Replica(replica), seq };
        Some(journal::chain(before, stamp, (head.ticket?, head.change?), &self.digest()?))
    }

    /// Does it follow `before` as the entry of this count?
    fn follows(&self, before: &[u8; 32], place: (i64, u64)) -> bool {
        self.chain.is_some() && self.chained(before, place) == self.chain
    }
}

/// What is known while the journal is gone through.
struct Check {
    rows: Vec<Raw>,
    /// Rows that are what was recorded.
    sound: BTreeSet<usize>,
    findings: Vec<(usize, Finding)>,
    /// Identities that tickets and changes have in the file.
    uids: Vec<Uid>,
    changes: Vec<ChangeId>,
    /// The desk is shared: which letter this machine has, the records of that say.
    shared: bool,
}

/// What there is to say of the bytes of files.
struct Files {
    /// How many are here.
    count: u64,
    /// Those that entries name and are not here.
    absent: Vec<String>,
    /// How many no entry names.
    orphans: u64,
}

impl Reader<'_> {
    /// Checks all that was recorded; `against` is what an earlier check gave as head.
    ///
    /// # Errors
    /// Exit 4 when `against` is no head, or when the desk cannot be read.
    pub fn verify(&self, against: Option<&str>) -> Result<Verified> {
        verify(self.conn, against)
    }
}

/// Goes through all that was recorded; `against` is what an earlier check gave as head.
pub(super) fn verify(conn: &Connection, against: Option<&str>) -> Result<Verified> {
    // Entries and heads as they stood at one moment.
    let conn = conn.unchecked_transaction()?;
    let rows = rows(&conn)?;
    let machines = machines::read(&conn)?;
    let mut check = Check {
        rows,
        sound: BTreeSet::new(),
        findings: Vec::new(),
        uids: all(&conn, "SELECT uid FROM subject", |value| value.try_into().ok().map(Uid))?,
        changes: all(&conn, "SELECT uid FROM change", |it| it.try_into().ok().map(ChangeId))?,
        shared: conn.prepare("SELECT 1 FROM shared WHERE key = 'lettered'")?.exists([])?,
    };
    walk::walk(&mut check, &machines);
    check.order();
    machines::check(&mut check, &machines);
    let purged = check.erased();
    let files = check.files(&conn)?;
    if let Some(against) = against {
        machines::against(&mut check, against)?;
    }
    Ok(check.told(&machines, purged, files))
}

fn all<T>(conn: &Connection, sql: &str, read: impl Fn(Vec<u8>) -> Option<T>) -> Result<Vec<T>> {
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        if let Value::Blob(bytes) = row.get(0)? {
            all.extend(read(bytes));
        }
    }
    Ok(all)
}

fn rows(conn: &Connection) -> Result<Vec<Raw>> {
    let sql =
        "SELECT e.id, e.at, e.replica, e.seq, s.uid, c.uid, e.chain, e.content, e.salt, e.digest
         FROM entry e LEFT JOIN subject s ON s.id = e.ticket LEFT JOIN change c ON c.id = e.change
         ORDER BY e.id";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut all: Vec<Raw> = Vec::new();
    while let Some(row) = rows.next()? {
        let raw = raw(row)?;
        // A tree that leads to one page many times may never end.
        if all.last().is_some_and(|last| last.id >= raw.id) {
            return Err(Error::no_desk("the journal cannot be read: its rows are not in order")
                .hint("`tix salvage` reads what there is without this order"));
        }
        all.push(raw);
    }
    Ok(all)
}

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    let number = |i: usize| -> rusqlite::Result<Option<i64>> {
        Ok(if let Value::Integer(number) = row.get(i)? { Some(number) } else { None })
    };
    let bytes = |i: usize| -> rusqlite::Result<Option<Vec<u8>>> {
        Ok(if let rusqlite::types::ValueRef::Blob(bytes) = row.get_ref(i)? {
            Some(bytes.to_vec())
        } else {
            None
        })
    };
    let null = |i: usize| -> rusqlite::Result<bool> {
        Ok(row.get_ref(i)? == rusqlite::types::ValueRef::Null)
    };
    let content = row.get_ref(7)?;
    let salt: Option<[u8; 16]> = bytes(8)?.and_then(|salt| salt.try_into().ok());
    let digest: Option<[u8; 32]> = bytes(9)?.and_then(|digest| digest.try_into().ok());
    let text = match (content.as_str().ok(), salt) {
        (Some(text), Some(salt)) if null(9)? => {
            let said = Said::of(journal::content(Some(text)).event);
            Text::Whole(said, journal::digest(text, &salt))
        }
        (None, None) if null(7)? && null(8)? => digest.map_or(Text::Torn, Text::Erased),
        _ => Text::Torn,
    };
    Ok(Raw {
        id: row.get(0)?,
        at: number(1)?,
        replica: number(2)?,
        seq: number(3)?,
        ticket: bytes(4)?.and_then(|uid| uid.try_into().ok()).map(Uid),
        change: bytes(5)?.and_then(|uid| uid.try_into().ok()).map(ChangeId),
        chain: bytes(6)?.and_then(|chain| chain.try_into().ok()),
        text,
    })
}

impl Check {
    /// Names the entry in this row.
    fn name(&mut self, row: usize, kind: Fault, what: impl Into<String>) {
        let raw = &self.rows[row];
        let finding = Finding {
            kind,
            machine: raw.replica.map(|replica| format!("{replica:016x}")),
            seq: raw.seq.map(i64::cast_unsigned),
            ticket: None,
            change: raw.change,
            at: raw.at.map(|at| Time(Timestamp(at))),
            what: what.into(),
        };
        self.findings.push((row, finding));
    }

    /// Names something that is in no row.
    fn say(&mut self, kind: Fault, place: (Option<i64>, Option<u64>), what: impl Into<String>) {
        let finding = Finding {
            kind,
            machine: place.0.map(|replica| format!("{replica:016x}")),
            seq: place.1,
            ticket: None,
            change: None,
            at: None,
            what: what.into(),
        };
        self.findings.push((usize::MAX, finding));
    }

    /// The order of arrival: no entry is ever taken away, and those of a machine come in order.
    fn order(&mut self) {
        let unplaced = |fault| matches!(fault, Fault::Missing | Fault::Added | Fault::Reordered);
        if self.findings.iter().any(|(_, it)| unplaced(it.kind)) {
            return;
        }
        let count = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        let mut by_machine: BTreeMap<i64, Vec<(i64, usize)>> = BTreeMap::new();
        let mut wrong: BTreeSet<usize> = BTreeSet::new();
        for (row, raw) in self.rows.iter().enumerate() {
            let (Some(replica), Some(seq)) = (raw.replica, raw.seq) else { continue };
            if raw.id < 1 || raw.id > count {
                wrong.insert(row);
            } else {
                by_machine.entry(replica).or_default().push((seq, row));
            }
        }
        for entries in by_machine.values() {
            wrong.extend(out_of_order(entries));
        }
        for row in wrong {
            let what = "the order in which entries came here is not what it was";
            self.name(row, Fault::Reordered, what);
        }
    }

    /// Names the entries that were erased though no purge says so; returns how many it does say of.
    fn erased(&mut self) -> u64 {
        let mut known = Known::default();
        for row in &self.sound {
            let raw = &self.rows[*row];
            if let (Text::Whole(Said::Purged(purge), _), Some(uid)) = (&raw.text, raw.ticket) {
                let stamp = Stamp { at: Timestamp(0), replica: Replica(0), seq: 0 };
                known.add(uid, stamp, purge);
            }
        }
        let mut purged = 0;
        for row in 0..self.rows.len() {
            let raw = &self.rows[row];
            let (Text::Erased(digest), Some(uid)) = (&raw.text, raw.ticket) else { continue };
            let dot = raw.replica.zip(raw.seq);
            let dot = dot.map(|(replica, seq)| (Replica(replica), seq.cast_unsigned()));
            let listed = dot.is_some_and(|dot| known.lists(uid, Hash(*digest), dot));
            if listed || known.tickets.contains_key(&uid) {
                purged += 1;
            } else if self.sound.contains(&row) {
                self.name(row, Fault::Erased, "its text was erased, and no purge here says so");
            }
        }
        purged
    }

    /// Checks the bytes of files.
    fn files(&mut self, conn: &Connection) -> Result<Files> {
        let numbers = self.numbers();
        let mut named: BTreeMap<Hash, String> = BTreeMap::new();
        let mut there: BTreeSet<Hash> = BTreeSet::new();
        for row in &self.sound {
            let raw = &self.rows[*row];
            if let (Text::Whole(Said::File(message, file), _), Some(uid)) = (&raw.text, raw.ticket)
            {
                let on = numbers.get(&uid);
                let on = on.map(|on| format!(" on {on}.{}", message.within(*on)));
                let name = format!("{}{}", file.name, on.unwrap_or_default());
                named.entry(file.hash).or_insert(name);
            }
        }
        let mut statement = conn.prepare("SELECT hash, data FROM blob ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let (hash, data) = (row.get_ref(0)?.as_blob().ok(), row.get_ref(1)?.as_blob().ok());
            let hash = hash.and_then(|hash| <[u8; 32]>::try_from(hash).ok()).map(Hash);
            let is = data.map(Hash::of);
            count += 1;
            if hash.is_some() && hash == is {
                there.extend(hash);
                continue;
            }
            let called = [hash, is].into_iter().flatten().find_map(|hash| named.get(&hash));
            let what = match called {
                Some(name) => format!("the bytes of {name} are not those that were stored"),
                None => "the bytes of a file are not those that were stored".to_owned(),
            };
            there.extend(hash);
            self.say(Fault::File, (None, None), what);
        }
        let absent = named.iter().filter(|(hash, _)| !there.contains(hash));
        let absent = absent.map(|(_, name)| name.clone()).collect();
        let orphans = there.iter().filter(|hash| !named.contains_key(*hash)).count() as u64;
        Ok(Files { count, absent, orphans })
    }

    /// The numbers of tickets, from entries that are what was recorded.
    fn numbers(&self) -> BTreeMap<Uid, Number> {
        let mut numbers: BTreeMap<Uid, Number> = BTreeMap::new();
        for row in &self.sound {
            let raw = &self.rows[*row];
            let (Text::Whole(said, _), Some(uid)) = (&raw.text, raw.ticket) else { continue };
            match said {
                Said::Opened(number) => drop(numbers.entry(uid).or_insert(*number)),
                Said::Purged(purge) => {
                    if let Some(number) = purge.numbers.first() {
                        numbers.entry(uid).or_insert(*number);
                    }
                }
                _ => {}
            }
        }
        numbers
    }

    /// The answer.
    fn told(
        mut self,
        machines: &[Noted],
        purged: u64,
        Files { count: files, absent, orphans }: Files,
    ) -> Verified {
        let numbers = self.numbers();
        for (row, finding) in &mut self.findings {
            let uid = self.rows.get(*row).and_then(|raw| raw.ticket);
            finding.ticket = uid.and_then(|uid| numbers.get(&uid)).map(ToString::to_string);
        }
        self.findings.sort_by(|(_, a), (_, b)| {
            (&a.machine, a.seq, a.kind).cmp(&(&b.machine, b.seq, b.kind))
        });
        let unknown = |raw: &&Raw| matches!(raw.text, Text::Whole(Said::Unknown, _));
        let unknown = self.rows.iter().filter(unknown).count() as u64;
        let recorded: BTreeSet<i64> = self.rows.iter().filter_map(|raw| raw.replica).collect();
        let findings: Vec<Finding> = self.findings.into_iter().map(|(_, it)| it).collect();
        Verified {
            sound: findings.is_empty(),
            entries: self.rows.len() as u64,
            machines: recorded.len() as u64,
            purged,
            files,
            head: machines::head(machines),
            findings,
            absent,
            unknown,
            orphans,
        }
    }

    /// The machines that the numbers are of which a machine gave.
    fn gives(&self, replica: i64) -> BTreeSet<Machine> {
        let mut given = BTreeSet::new();
        for raw in self.rows.iter().filter(|raw| raw.replica == Some(replica)) {
            if let Text::Whole(Said::Opened(number) | Said::Message(number), _) = &raw.text {
                given.insert(number.machine);
            }
        }
        given
    }
}

/// As few rows as possible without which the counts rise.
fn out_of_order(entries: &[(i64, usize)]) -> Vec<usize> {
    // The ends of the longest rising runs of each length, and what stands before each.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    for (place, (seq, _)) in entries.iter().enumerate() {
        let length = ends.partition_point(|end| entries[*end].0 < *seq);
        before.push(length.checked_sub(1).map(|last| ends[last]));
        if length == ends.len() {
            ends.push(place);
        } else {
            ends[length] = place;
        }
    }
    let mut rising = BTreeSet::new();
    let mut next = ends.last().copied();
    while let Some(place) = next {
        rising.insert(place);
        next = before[place];
    }
    let others = entries.iter().enumerate().filter(|(place, _)| !rising.contains(place));
    others.map(|(_, (_, row))| *row).collect()
}
