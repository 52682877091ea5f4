//! Edits behind our back: a journal in which every single field is altered with plain SQL, to see
//! whether `verify` names it. Shared by the laws and the trials.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::Value;
use tix::domain::draft::{Draft, Posting, Says};
use tix::domain::event::{Attachment, Event, Opening};
use tix::domain::ids::{Machine, Timestamp, Uid};
use tix::domain::words::{By, MessageKind};
use tix::store::{Author, Doomed, Store};
use tix::view::{Fault, Finding, Verified};

/// Some moment in 2026, in milliseconds.
pub(crate) const START: i64 = 1_788_000_000_000;

/// Whoever makes the change of this count at a machine.
pub(crate) fn author(machine: u16, count: u64, now: i64) -> Author {
    let secret = *blake3::hash(format!("{machine}/{count}").as_bytes()).as_bytes();
    Author { by: "Grace <grace@acme.example>".parse().unwrap(), now: Timestamp(now), secret }
}

pub(crate) fn draft(title: &str) -> Draft {
    Draft {
        uid: None,
        number: None,
        opening: Opening::new(title).unwrap(),
        created_at: None,
        state: None,
        messages: vec![posting("It burns.")],
        says: Says::ALL,
    }
}

fn posting(body: &str) -> Posting {
    let ada = "ada@acme.example".parse().unwrap();
    Posting::new(MessageKind::Reply, ada, By::Requester, body.to_owned())
}

/// A desk of so many entries of two machines, with files, and with something purged.
pub(crate) fn desk(folder: &Path, entries: u64) -> PathBuf {
    let path = folder.join("desk.db");
    let (mut store, _) = Store::create(&path, &author(0, 0, START)).unwrap();
    let mut other = Store::in_memory(&author(1, 0, START), Machine(1)).unwrap();
    let mut count = 0;
    while store.seen().unwrap().values().sum::<u64>() < entries {
        count += 1;
        let now = START + i64::try_from(count).unwrap() * 977;
        let mut uid = Uid::DESK;
        store
            .change(&author(0, count, now), |desk| {
                uid = desk.open(draft(&format!("Printer {count} on fire")))?;
                let number = desk.post(uid, posting(&format!("Hello {count}")))?;
                let bytes = format!("file {count}");
                desk.store_blob(bytes.as_bytes())?;
                let file = Box::new(Attachment::of("trace.txt", bytes.as_bytes()));
                desk.record(uid, Event::Attached { message: number, file })?;
                desk.record(uid, Event::Labelled("hot".to_owned()))
            })
            .unwrap();
        if count % 3 == 0 {
            let author = author(1, count, now + 5);
            other.change(&author, |desk| desk.open(draft("Elsewhere"))).unwrap();
        }
        if count == 9 {
            purge(&mut store, (count + 1_000, now + 100), &[Doomed::Ticket(uid)]);
        }
        if count == 12 {
            let number = "2".parse().unwrap();
            purge(&mut store, (count + 1_000, now + 100), &[Doomed::Message(uid, number)]);
        }
        if count % 20 == 0 {
            store.merge(&other.lines_after(&store.seen().unwrap()).unwrap()).unwrap();
        }
    }
    path
}

fn purge(store: &mut Store, (count, now): (u64, i64), doomed: &[Doomed]) {
    let scope = store.read().scope(doomed).unwrap();
    assert!(scope.entries > 0);
    store.change(&author(0, count, now), |desk| desk.purge(doomed, &scope)).unwrap();
}

pub(crate) fn verify(path: &Path) -> Verified {
    Store::open(path).unwrap().read().verify(None).unwrap()
}

/// Another value of the same kind.
pub(crate) fn altered(value: &Value) -> Value {
    match value {
        Value::Null => Value::Blob(vec![7; 16]),
        Value::Integer(number) => Value::Integer(number ^ 1),
        Value::Real(number) => Value::Real(number + 1.0),
        Value::Text(text) => Value::Text(text.replacen("Grace", "Gauss", 1) + " "),
        Value::Blob(bytes) => {
            let mut bytes = bytes.clone();
            bytes[0] ^= 0x40;
            Value::Blob(bytes)
        }
    }
}

/// Edits one field, looks what is found, and puts it back.
pub(crate) fn edited(
    path: &Path,
    (table, column, id): (&str, &str, i64),
    to: &Value,
    look: fn(&Path) -> Verified,
) -> Option<Vec<Finding>> {
    let conn = Connection::open(path).unwrap();
    let get = format!("SELECT {column} FROM {table} WHERE rowid = ?1");
    let was: Value = conn.query_row(&get, [id], |row| row.get(0)).unwrap();
    let put = format!("UPDATE {table} SET {column} = ?2 WHERE rowid = ?1");
    // What the schema itself refuses needs no other guard.
    if conn.execute(&put, (id, to)).ok()? == 0 || was == *to {
        return None;
    }
    let now = if matches!((table, column), (_, "id")) {
        match to {
            Value::Integer(number) => *number,
            _ => id,
        }
    } else {
        id
    };
    let found = look(path);
    assert_eq!(found.sound, found.findings.is_empty());
    conn.execute(&put, (now, was)).unwrap();
    Some(found.findings)
}

/// What came of many edits.
pub(crate) struct Edits {
    pub(crate) named: u64,
    pub(crate) all: u64,
    /// Those that were not named.
    pub(crate) unnamed: Vec<String>,
}

/// Edits every field of the rows `step` apart, one by one; `look` says what is found.
#[expect(clippy::too_many_lines, reason = "a table, a line for each")]
pub(crate) fn edits(path: &Path, step: usize, look: fn(&Path) -> Verified) -> Edits {
    let conn = Connection::open(path).unwrap();
    let rows = |table: &str| -> Vec<i64> {
        let mut statement = conn.prepare(&format!("SELECT rowid FROM {table}")).unwrap();
        let ids = statement.query_map([], |row| row.get(0)).unwrap();
        ids.map(Result::unwrap).collect()
    };
    let columns = [
        (
            "entry",
            &[
                "id", "at", "replica", "seq", "ticket", "change", "chain", "salt", "content",
                "digest",
            ][..],
        ),
        ("subject", &["id", "uid"]),
        ("change", &["id", "uid"]),
        ("replica", &["id", "mine", "number", "seq", "at", "chain"]),
        ("blob", &["hash", "data"]),
    ];
    let (mut named, mut all, mut unnamed) = (0, 0, Vec::new());
    for (table, columns) in columns {
        let ids = rows(table);
        let step = if ids.len() > 10 { step } else { 1 };
        for id in ids.iter().step_by(step) {
            for column in columns {
                let sql = format!("SELECT {column} FROM {table} WHERE rowid = ?1");
                let was: Value = conn.query_row(&sql, [id], |row| row.get(0)).unwrap();
                let place = (table, *column, *id);
                let mut tos = vec![altered(&was)];
                if *column == "id" {
                    tos = vec![Value::Integer(id + 1_000_000)];
                }
                if matches!(was, Value::Integer(_)) && *column == "at" {
                    tos.push(Value::Integer(START + 86_400_000));
                }
                let seq = |id: i64| -> (String, i64) {
                    let sql = "SELECT replica, seq FROM entry WHERE id = ?1";
                    conn.query_row(sql, [id], |row| {
                        Ok((format!("{:016x}", row.get::<_, i64>(0)?), row.get(1)?))
                    })
                    .unwrap()
                };
                for to in tos {
                    let Some(findings) = edited(path, place, &to, look) else { continue };
                    all += 1;
                    let hit = match table {
                        // The entry itself, under the place that it has or had.
                        "entry" => {
                            let (machine, count) = seq(*id);
                            findings.iter().any(|it| {
                                let own = it.machine.as_ref() == Some(&machine)
                                    && it.seq == Some(count.cast_unsigned());
                                let moved = matches!((*column, &to), ("seq", Value::Integer(seq))
                                    if it.seq == Some(seq.cast_unsigned()));
                                own || moved || *column == "replica" && it.kind == Fault::Head
                            })
                        }
                        _ => !findings.is_empty(),
                    };
                    if hit {
                        named += 1;
                    } else {
                        unnamed.push(format!("{place:?} {was:?} → {to:?}: {findings:?}"));
                    }
                }
            }
        }
    }
    Edits { named, all, unnamed }
}
