//! Erasing for good: what purges say is carried out in the journal, and on every machine.
//!
//! An entry's content and salt go, its head stays, so every chain still verifies. Which entries go
//! depends on what the purges say and on the entry alone (`domain/purge.rs`).

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::derive::{self, Around};
use super::journal::{self, Head, Line, Stored};
use crate::domain::event::{Content, Entry, Event, Mark};
use crate::domain::ids::{ChangeId, Hash, Number, Replica, Stamp, Timestamp, Uid};
use crate::domain::mail_id;
use crate::domain::person::Person;
use crate::domain::purge::{Known, Purge, Remains, name_hash};
use crate::error::Result;

/// What stands around the tickets that are to be folded anew, by their rows.
pub(super) type Touched = BTreeMap<i64, Around>;

/// What was erased.
#[derive(Debug, Default)]
pub(super) struct Erased {
    /// How many entries.
    pub(super) entries: u64,
    /// How many files' bytes.
    pub(super) files: u64,
    /// Rows of the changes that they were part of.
    pub(super) changes: BTreeSet<i64>,
    /// Something was kept on the desk itself.
    pub(super) of_desk: bool,
}

/// A purge with its place in the order, and the ticket that it is of.
pub(super) type Placed = (Uid, Stamp, Box<Purge>);

/// All that is known to be gone, and who purged last.
pub(super) fn known(conn: &Connection) -> Result<(Known, Option<Person>)> {
    let (mut purges, mut last) = (Vec::<Placed>::new(), None::<(Stamp, Person)>);
    let any = conn.prepare_cached("SELECT 1 FROM purge LIMIT 1")?.exists([])?;
    if any {
        journal::whole(conn, "e.id IN (SELECT entry FROM purge)", |stored| {
            let Entry { stamp, ticket, content, .. } = stored.entry;
            if let Event::Purged(purge) = content.event {
                purges.push((ticket, stamp, purge));
                if last.as_ref().is_none_or(|(before, _)| *before < stamp) {
                    last = Some((stamp, content.by));
                }
            }
            Ok(())
        })?;
    }
    Ok((said(conn, purges)?, last.map(|(_, by)| by)))
}

/// What these purges say is gone.
pub(super) fn said(conn: &Connection, purges: Vec<Placed>) -> Result<Known> {
    let some = purges.iter().filter(|(_, _, purge)| !purge.messages.is_empty());
    let uids: BTreeSet<Uid> = some.map(|(uid, ..)| *uid).collect();
    let mut known = Known { doubles: doubles(conn, &uids)?, ..Known::default() };
    let mut places: BTreeMap<Uid, journal::Places> = BTreeMap::new();
    for uid in uids {
        if let Some(row) = derive::row_of(conn, uid)? {
            places.insert(uid, journal::places(conn, row)?);
        }
    }
    for (uid, stamp, mut purge) in purges {
        if let Some(places) = places.get(&uid) {
            purge.place(places);
        }
        known.add(uid, stamp, &purge);
    }
    Ok(known)
}

/// What copies of the desk call on these tickets by a number that another had given to something else.
fn doubles(
    conn: &Connection,
    uids: &BTreeSet<Uid>,
) -> Result<BTreeMap<(Uid, Replica, Number), Number>> {
    let mut all = BTreeMap::new();
    for uid in uids {
        let Some(row) = derive::row_of(conn, *uid)? else { continue };
        if let Some(ticket) = derive::load(conn, row)? {
            all.extend(ticket.doubles().map(|((by, number), own)| ((*uid, by, number), own)));
        }
    }
    Ok(all)
}

/// Notes that the entry with this stamp says what was erased.
pub(super) fn note(conn: &Connection, stamp: Stamp) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO purge (entry)
         SELECT id FROM entry WHERE replica = ?1 AND seq = ?2";
    conn.prepare_cached(sql)?.execute((stamp.replica.0, stamp.seq.cast_signed()))?;
    Ok(())
}

/// What the content of an entry holds that says what was erased.
const PURGES: &str = "\"event\":{\"purged\":";

/// May this line say what was erased? Its entry says for sure.
pub(super) fn may_purge(line: &Line) -> bool {
    line.content.as_ref().is_some_and(|(text, _)| text.contains(PURGES))
}

/// Writes anew which entries say what was erased. Within a text the quotes would be escaped.
pub(super) fn rebuild(conn: &Connection) -> Result<()> {
    conn.execute_batch("DELETE FROM purge")?;
    let sql = "INSERT INTO purge (entry) SELECT id FROM entry WHERE instr(content, ?1) > 0";
    conn.execute(sql, [PURGES])?;
    Ok(())
}

/// Where entries that `known` covers may be, as SQL: on its tickets, or with a place or a name of
/// theirs.
fn where_to_look(known: &Known) -> String {
    let uids = known.tickets.keys().chain(known.messages.iter().map(|(uid, _)| uid));
    let uids: BTreeSet<&Uid> = uids.chain(known.digests.iter().map(|(uid, _)| uid)).collect();
    let uids: Vec<String> = uids.into_iter().map(|uid| uid.to_string().replace('-', "")).collect();
    let dots: Vec<(i64, u64)> = known.entries.iter().map(|(of, seq)| (of.0, *seq)).collect();
    let uids = serde_json::to_string(&uids).unwrap_or_default();
    let dots = serde_json::to_string(&dots).unwrap_or_default();
    let mut places = vec![
        format!(
            "e.ticket IN (SELECT b.id FROM json_each('{uids}') j
                JOIN subject b ON b.uid = unhex(j.value))"
        ),
        format!(
            "e.id IN (SELECT b.id FROM json_each('{dots}') j
                JOIN entry b ON b.replica = j.value ->> 0 AND b.seq = j.value ->> 1)"
        ),
        "instr(e.content, '\"origin\":{') > 0".to_owned(),
    ];
    if !known.names.is_empty() {
        places.push(format!("instr(e.content, '\"ref\":\"{}') > 0", mail_id::SYSTEM));
    }
    if !known.keys.is_empty() {
        places.push("s.uid = zeroblob(16)".to_owned());
    }
    places.join(" OR ")
}

/// The entries that hold text of what is gone.
pub(super) fn find(conn: &Connection, known: &Known) -> Result<Vec<Stored>> {
    let mut found = Vec::new();
    if known.is_empty() {
        return Ok(found);
    }
    let uids: BTreeSet<Uid> = known.messages.iter().map(|(uid, _)| *uid).collect();
    let known = Known { doubles: doubles(conn, &uids)?, ..known.clone() };
    journal::whole(conn, &where_to_look(&known), |stored| {
        if known.covers(&stored.entry, stored.digest) {
            found.push(stored);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Erases the content of these entries, and of files that no other entry names.
pub(super) fn erase(
    conn: &Connection,
    found: &[Stored],
    touched: &mut Touched,
    erased: &mut Erased,
) -> Result<()> {
    let mut files = BTreeSet::new();
    for Stored { ticket, change, entry, .. } in found {
        if entry.ticket == Uid::DESK {
            erased.of_desk = true;
        } else if !touched.contains_key(ticket) {
            let before = Around::of(derive::load(conn, *ticket)?.as_ref());
            touched.insert(*ticket, before);
        }
        erased.changes.insert(*change);
        files.extend(file_in(&entry.content.event));
    }
    for Stored { id, .. } in found {
        journal::erase(conn, *id)?;
        erased.entries += 1;
    }
    for file in &files {
        // Others may have erased their bytes: whoever attaches it anew sends them again.
        let sql = "DELETE FROM carried WHERE hash = ?1";
        conn.prepare_cached(sql)?.execute([file.0])?;
    }
    erased.files += forget(conn, files)?;
    Ok(())
}

fn file_in(event: &Event) -> Option<Hash> {
    match event {
        Event::Attached { file, .. } | Event::Detached { file, .. } => Some(file.hash),
        _ => None,
    }
}

/// The files among these that some entry names.
pub(super) fn named(conn: &Connection, files: &BTreeSet<Hash>) -> Result<BTreeSet<Hash>> {
    let mut named = BTreeSet::new();
    if !files.is_empty() {
        journal::whole(conn, "instr(e.content, '\"hash\":\"') > 0", |stored| {
            named.extend(file_in(&stored.entry.content.event).filter(|it| files.contains(it)));
            Ok(())
        })?;
    }
    Ok(named)
}

/// Takes away the bytes of those files that no entry names any more; says how many.
pub(super) fn forget(conn: &Connection, mut files: BTreeSet<Hash>) -> Result<u64> {
    let named = named(conn, &files)?;
    files.retain(|file| !named.contains(file));
    let mut gone = 0;
    for file in files {
        let sql = "DELETE FROM blob WHERE hash = ?1";
        gone += conn.prepare_cached(sql)?.execute([file.0])? as u64;
    }
    Ok(gone)
}

/// Carries out what purges say, after `lines` came from other machines: some may be purges, some may
/// hold text of what is gone.
///
/// What no purge lists is then listed in another one, of this machine: so its numbers stay known,
/// and `verify` can tell what was erased rightly.
pub(super) fn carry_out(
    conn: &Connection,
    lines: &[&Line],
    touched: &mut Touched,
) -> Result<Erased> {
    let mut erased = Erased::default();
    if lines.is_empty() {
        return Ok(erased);
    }
    // A message that comes erased may be known by its number only now.
    let mut purged = lines.iter().any(|line| line.content.is_none());
    for line in lines {
        if may_purge(line)
            && let Event::Purged(_) = line.entry().content.event
        {
            note(conn, line.stamp)?;
            purged = true;
        }
    }
    loop {
        let (known, by) = known(conn)?;
        let Some(by) = by else { return Ok(erased) };
        let found = if purged || lines.iter().any(|line| is_double(&known, line)) {
            find(conn, &known)?
        } else {
            let covers = |line: &&&Line| known.covers(&line.entry(), Hash(line.digest));
            let covered = lines.iter().filter(covers);
            let dots = covered.map(|line| (line.stamp.replica, line.stamp.seq)).collect();
            let entries = Known { entries: dots, ..Known::default() };
            if entries.is_empty() { Vec::new() } else { find(conn, &entries)? }
        };
        if found.is_empty() {
            return Ok(erased);
        }
        // What was erased just now may be said of more than was known.
        purged = true;
        erase(conn, &found, touched, &mut erased)?;
        for (uid, (row, purge)) in unlisted(&found, &known) {
            let stamp = append(conn, (uid, row), &by, purge, &mut erased)?;
            note(conn, stamp)?;
        }
    }
}

/// Does this line say a message of a number that is another's too? Then more may be known by theirs.
fn is_double(known: &Known, line: &Line) -> bool {
    let mut called = known.doubles.keys().filter(|(uid, ..)| *uid == line.ticket).peekable();
    called.peek().is_some()
        && match line.entry().content.event {
            Event::Said(message) => called.any(|(.., number)| *number == message.number),
            _ => false,
        }
}

/// What of `found` no purge lists, by ticket, with its row.
fn unlisted(found: &[Stored], known: &Known) -> BTreeMap<Uid, (i64, Purge)> {
    let mut more: BTreeMap<Uid, (i64, Purge)> = BTreeMap::new();
    for Stored { ticket, entry, digest, .. } in found {
        let uid = entry.ticket;
        if let Some(numbers) = known.tickets.get(&uid) {
            if let Event::Opened { number, opening } = &entry.content.event
                && !numbers.contains(number)
            {
                let (_, purge) = more.entry(uid).or_insert((*ticket, Purge::default()));
                purge.numbers.push(*number);
                purge.names.extend(mails(&opening.refs).map(|name| name_hash(uid, name)));
            }
            continue;
        }
        if known.lists(uid, *digest, (entry.stamp.replica, entry.stamp.seq)) {
            continue;
        }
        let (_, purge) = more.entry(uid).or_insert((*ticket, Purge::default()));
        if let Event::Said(message) = &entry.content.event {
            purge.messages.push(message.number);
        }
        purge.entries.push(Remains::of(entry, *digest));
    }
    more
}

/// The names of mails among those of a ticket.
pub(super) fn mails(refs: &BTreeSet<String>) -> impl Iterator<Item = &String> {
    refs.iter().filter(|name| name.starts_with(mail_id::SYSTEM))
}

/// Records what follows from a purge of another machine, as this machine's.
fn append(
    conn: &Connection,
    (uid, row): (Uid, i64),
    by: &Person,
    purge: Purge,
    erased: &mut Erased,
) -> Result<Stamp> {
    let sql = "SELECT id, (SELECT ifnull(max(at), 0) FROM replica WHERE mine <> 1)
         FROM replica WHERE mine = 1";
    let (replica, others): (i64, i64) =
        conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let replica = Replica(replica);
    let head = journal::head(conn, replica)?;
    // It is of the moment of what it follows, whenever this machine learns of it.
    let stamp = head.next(replica, Timestamp(0), Some(Timestamp(others)));
    let event = Event::Purged(Box::new(purge));
    let content = Content { by: by.clone(), when: None, mark: Some(Mark::Follows), event };
    let text = serde_json::to_string(&content).map_err(std::io::Error::from)?;
    // It holds no text that anybody could guess, so nothing needs to be left to chance.
    let drawn = blake3::Hasher::new_keyed(&head.chain).update(text.as_bytes()).finalize();
    let (salt, name) = drawn.as_bytes().split_at(16);
    let salt = <[u8; 16]>::try_from(salt).unwrap_or_default();
    let change = ChangeId(<[u8; 8]>::try_from(&name[..8]).unwrap_or_default());
    let line = Line::new(stamp, (uid, change), (text, salt), &head.chain);
    let change = journal::change(conn, change)?;
    journal::insert(conn, &line, (row, change))?;
    journal::set_head(conn, replica, Head { at: stamp.at, seq: stamp.seq, chain: line.chain })?;
    erased.changes.insert(change);
    Ok(stamp)
}

/// The numbers that a ticket's messages have, or had, by which those in `messages` are known.
pub(super) fn all_numbers(
    ticket: &crate::domain::ticket::Ticket,
    messages: &BTreeSet<Number>,
) -> BTreeSet<Number> {
    let own = |number: &Number| *ticket.aliases.get(number).unwrap_or(number);
    let mut all: BTreeSet<Number> = messages.iter().map(own).collect();
    let others: Vec<Number> = ticket
        .aliases
        .iter()
        .filter(|(_, number)| all.contains(number))
        .map(|(alias, _)| *alias)
        .collect();
    all.extend(messages);
    all.extend(others);
    all
}
