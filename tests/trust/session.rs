//! A session at a desk: changes of all kinds, each decided by its count and the seed alone, so that
//! the same history can be made again and again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tix::domain::draft::{Draft, Posting, Says};
use tix::domain::event::{Attachment, Event, Field, Opening};
use tix::domain::ids::{Hash, Number, Timestamp, Uid};
use tix::domain::person::Person;
use tix::domain::words::{By, MessageKind, Resolution, State};
use tix::error::{Kind, Result};
use tix::store::{Author, Store, Writer};

use crate::dice::Dice;

/// When sessions begin.
const START: i64 = 1_788_000_000_000;

/// Whoever makes the change of this count; the desk is made by that of count 0.
pub(crate) fn author(seed: u64, count: u64) -> Author {
    let secret = *blake3::hash(format!("{seed}/{count}").as_bytes()).as_bytes();
    let now = Timestamp(START + count.cast_signed() * 60_000);
    Author { by: person("Grace <grace@larkspur.example>"), now, secret }
}

fn person(text: &str) -> Person {
    text.parse().unwrap()
}

/// Makes the change of this count: exactly one, whatever the dice say.
pub(crate) fn change(store: &mut Store, seed: u64, count: u64) -> Result<()> {
    let author = author(seed, count);
    let mut dice = Dice::new(seed.wrapping_mul(1_000_003).wrapping_add(count));
    let made = store.change(&author, |desk| {
        act(desk, count, &mut dice)?;
        if desk.recorded() == 0 { open(desk, count).map(drop) } else { Ok(()) }
    });
    match made {
        Err(e) if matches!(e.kind, Kind::Invalid | Kind::NotFound) => {
            store.change(&author, |desk| open(desk, count).map(drop))
        }
        made => made,
    }
}

fn act(desk: &mut Writer<'_>, count: u64, dice: &mut Dice) -> Result<()> {
    let some = |dice: &mut Dice| uid(dice.below(usize::try_from(count).unwrap().max(1)) as u64);
    let uid = some(dice);
    match if count < 3 { 0 } else { dice.below(16) } {
        0..3 => open(desk, count).map(drop),
        3 => desk.post(uid, said(&format!("answer {count}: 已经修好了"), count)).map(drop),
        4 => {
            desk.record(uid, Event::Labelled(format!("label-{}", count % 5)))?;
            desk.set(uid, Field::Title(format!("Renamed by {count}"))).map(drop)
        }
        5 => close(desk, uid, count),
        6 | 7 => attach(desk, uid, (count, 20 + dice.below(60_000))),
        8 | 9 => desk.take_back_latest().map(drop),
        10 => {
            let target = desk.latest_undone()?;
            desk.take_back(target).map(drop)
        }
        11 => import(desk, count, 3),
        12 => {
            let ada = person("Ada <ada@acme.example>");
            let body = format!("still broken, says {count}");
            let posting = Posting::new(MessageKind::Reply, ada, By::Requester, body);
            desk.receive(uid, posting).map(drop)
        }
        13 => {
            desk.put(&format!("canned/c{}", count % 4), Some(&format!("Hello {count}"))).map(drop)
        }
        14 => desk.merge(uid, some(dice)).map(drop),
        _ => import(desk, count, 40),
    }
}

/// The identity of what the change of this count opens.
fn uid(count: u64) -> Uid {
    Uid::of_source(&format!("trial:{count}"))
}

fn said(body: &str, count: u64) -> Posting {
    let kind = if count.is_multiple_of(2) { MessageKind::Note } else { MessageKind::Reply };
    Posting::ours(kind, person("Grace <grace@larkspur.example>"), body.to_owned())
}

fn draft(uid: Uid, title: &str, body: &str) -> Draft {
    let mut opening = Opening::new(title).unwrap();
    opening.requester = Some(person("Ada <ada@acme.example>"));
    opening.labels.insert("printing".to_owned());
    let ada = person("Ada <ada@acme.example>");
    Draft {
        uid: Some(uid),
        number: None,
        opening,
        created_at: None,
        state: None,
        messages: vec![Posting::new(MessageKind::Reply, ada, By::Requester, body.to_owned())],
        says: Says::ALL,
    }
}

fn open(desk: &mut Writer<'_>, count: u64) -> Result<Uid> {
    desk.open(draft(uid(count), &format!("Printer {count} on fire"), "It burns. 打印机着火了"))
}

fn close(desk: &mut Writer<'_>, uid: Uid, count: u64) -> Result<()> {
    let closed = State::closed(Resolution::Solved, desk.now());
    desk.post(uid, said(&format!("done with {count}"), count))?;
    desk.set(uid, Field::Status(closed)).map(drop)
}

/// A file of this many bytes on the ticket's first message.
fn attach(desk: &mut Writer<'_>, uid: Uid, (count, length): (u64, usize)) -> Result<()> {
    let bytes = file(count, length);
    let hash = desk.store_blob(&bytes)?;
    let size = bytes.len() as u64;
    let file = Attachment { name: format!("log-{count}.bin"), hash, size, media: None };
    let message: Number = desk
        .ticket(uid)?
        .messages
        .keys()
        .next()
        .copied()
        .ok_or_else(|| tix::error::Error::invalid("a ticket without messages"))?;
    desk.record(uid, Event::Attached { message, file: Box::new(file) }).map(drop)
}

/// Bytes that no compression and no chance makes twice.
fn file(count: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new().update(&count.to_be_bytes()).finalize_xof().fill(&mut bytes);
    bytes
}

fn import(desk: &mut Writer<'_>, count: u64, many: u64) -> Result<()> {
    for n in 0..many {
        let name = format!("github:acme/app#{}", count * 100 + n);
        let body = format!("{name}: {}", "it hangs, and then it crashes. ".repeat(20));
        let mut draft = draft(Uid::of_source(&name), &format!("Crash {count}.{n}"), &body);
        draft.opening.refs.insert(name);
        desk.meet(draft)?;
    }
    desk.note_import("github", "issues.json")
}

/// What a desk holds after a change, in short: two that agree in it are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The head of the journal's chain: it says what the history is.
    pub(crate) chain: [u8; 32],
    /// The derived tables' hash.
    pub(crate) derived: blake3::Hash,
    /// The files whose bytes are kept.
    pub(crate) files: BTreeSet<Hash>,
}

impl Mark {
    pub(crate) fn of(path: &Path, store: &Store) -> Result<Self> {
        let chain = chain(&rusqlite::Connection::open(path)?)?;
        Ok(Self { chain, derived: derived(store)?, files: files(path)? })
    }
}

/// The files whose bytes are kept.
pub(crate) fn files(path: &Path) -> Result<BTreeSet<Hash>> {
    let conn = rusqlite::Connection::open(path)?;
    let mut statement = conn.prepare("SELECT hash FROM blob")?;
    let files = statement.query_map([], |row| row.get(0).map(Hash))?;
    Ok(files.collect::<rusqlite::Result<_>>()?)
}

/// The head of the chain of this desk's own journal.
pub(crate) fn chain(conn: &rusqlite::Connection) -> Result<[u8; 32]> {
    Ok(conn.query_row("SELECT chain FROM replica WHERE mine = 1", [], |row| row.get(0))?)
}

pub(crate) fn derived(store: &Store) -> Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    for (table, rows) in store.derived()? {
        hasher.update(table.as_bytes());
        for row in rows {
            hasher.update(row.as_bytes());
        }
    }
    Ok(hasher.finalize())
}

/// Makes a desk and this many changes at `path`, undisturbed; the marks are those of the empty desk
/// and after each change.
pub(crate) fn history(path: &Path, seed: u64, changes: u64) -> Vec<Mark> {
    let (mut store, _) = Store::create(path, &author(seed, 0)).unwrap();
    let mut marks = vec![Mark::of(path, &store).unwrap()];
    for count in 1..=changes {
        change(&mut store, seed, count).unwrap();
        marks.push(Mark::of(path, &store).unwrap());
    }
    marks
}

/// A new folder where flushing costs nothing, if there is one.
pub(crate) fn scratch() -> tempfile::TempDir {
    let memory = PathBuf::from("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.unwrap()
}
