//! Laws of `verify`: whatever is edited behind our back is named, and nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::Value;
use tix::domain::event::Attachment;
use tix::domain::ids::Uid;
use tix::store::{Doomed, Store};
use tix::view::{Fault, Finding, Verified};

use crate::desk::{Desk, START, author, draft, posting};

/// A desk of so many entries of two machines, with files, and with something purged.
fn desk(folder: &Path, entries: u64) -> PathBuf {
    let path = folder.join("desk.db");
    let (mut store, _) = Store::create(&path, &author(0, 0, START)).unwrap();
    let mut other = Desk::new(1);
    let mut count = 0;
    while store.seen().unwrap().values().sum::<u64>() < entries {
        count += 1;
        let now = START + i64::try_from(count).unwrap() * 977;
        let mut uid = Uid::DESK;
        store
            .change(&author(0, count, now), |desk| {
                uid = desk.open(draft(&format!("Printer {count} on fire")))?;
                let number = desk.post(uid, posting(&format!("Hello {count}"), None))?;
                let bytes = format!("file {count}");
                desk.store_blob(bytes.as_bytes())?;
                let file = Box::new(Attachment::of("trace.txt", bytes.as_bytes()));
                desk.record(uid, tix::domain::event::Event::Attached { message: number, file })?;
                desk.record(uid, tix::domain::event::Event::Labelled("hot".to_owned()))
            })
            .unwrap();
        if count % 3 == 0 {
            other.change(now + 5, |desk| desk.open(draft("Elsewhere"))).unwrap();
        }
        if count == 9 {
            purge(&mut store, (count + 1_000, now + 100), &[Doomed::Ticket(uid)]);
        }
        if count == 12 {
            let number = "2".parse().unwrap();
            purge(&mut store, (count + 1_000, now + 100), &[Doomed::Message(uid, number)]);
        }
        if count % 20 == 0 {
            store.merge(&other.store.lines_after(&store.seen().unwrap()).unwrap()).unwrap();
        }
    }
    path
}

fn purge(store: &mut Store, (count, now): (u64, i64), doomed: &[Doomed]) {
    let scope = store.read().scope(doomed).unwrap();
    assert!(scope.entries > 0);
    store.change(&author(0, count, now), |desk| desk.purge(doomed, &scope)).unwrap();
}

fn verify(path: &Path) -> Verified {
    Store::open(path).unwrap().read().verify(None).unwrap()
}

/// Another value of the same kind.
fn altered(value: &Value) -> Value {
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
fn edited(path: &Path, (table, column, id): (&str, &str, i64), to: &Value) -> Option<Vec<Finding>> {
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
    let found = verify(path);
    assert_eq!(found.sound, found.findings.is_empty());
    conn.execute(&put, (now, was)).unwrap();
    Some(found.findings)
}

/// Edits every field of the rows `step` apart; returns how many edits were named, and of how many.
fn trial(path: &Path, step: usize) -> (usize, usize) {
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
    let (mut named, mut all) = (0, 0);
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
                    let Some(findings) = edited(path, place, &to) else { continue };
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
                        eprintln!("not named: {place:?} {was:?} → {to:?}: {findings:?}");
                    }
                }
            }
        }
    }
    (named, all)
}

#[test]
fn every_single_edit_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = desk(folder.path(), 1_000);
    let sound = verify(&path);
    assert!(sound.sound, "{:?}", sound.findings);
    assert!((sound.machines, sound.purged) == (2, 7), "{sound:?}");
    let all = std::env::var("TIX_TRIALS").is_ok();
    let (named, tried) = trial(&path, if all { 1 } else { 97 });
    println!("every single edit of the journal is named: {named} of {tried}");
    assert_eq!(named, tried);
    assert!(verify(&path).sound);
}

#[test]
fn nothing_else_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = desk(folder.path(), 100);
    for (column, kind) in [
        ("content", Fault::Content),
        ("salt", Fault::Content),
        ("digest", Fault::Content),
        ("at", Fault::Head),
        ("chain", Fault::Chain),
    ] {
        let conn = Connection::open(&path).unwrap();
        let sql = format!("SELECT {column} FROM entry WHERE id = 17");
        let was: Value = conn.query_row(&sql, [], |row| row.get(0)).unwrap();
        let findings = edited(&path, ("entry", column, 17), &altered(&was)).unwrap();
        let kinds: Vec<Fault> = findings.iter().map(|it| it.kind).collect();
        assert_eq!(kinds, [kind], "{column}: {findings:?}");
        assert_eq!(findings[0].seq, Some(17));
        assert!(findings[0].ticket.is_some());
    }
    for (column, to) in [("ticket", 1), ("change", 1)] {
        let findings = edited(&path, ("entry", column, 17), &Value::Integer(to)).unwrap();
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!((findings[0].kind, findings[0].seq), (Fault::Head, Some(17)));
    }
}

/// What is done with plain SQL, and how it is named.
#[test]
fn rows_that_go_come_or_change_places_are_named() {
    let insert = "INSERT INTO entry (at, replica, seq, ticket, change, chain, salt, content)
         SELECT at, replica, seq + 1, ticket, change, chain, salt, content FROM entry
         WHERE replica = (SELECT id FROM replica WHERE mine = 1) ORDER BY seq DESC LIMIT 1";
    let swap = "UPDATE entry SET seq = -1 WHERE id = 20; UPDATE entry SET seq = 20 WHERE id = 24;
         UPDATE entry SET seq = 24 WHERE id = 20";
    let contents =
        "UPDATE entry SET content = (SELECT content FROM entry WHERE id = 24) WHERE id = 20";
    let erase =
        "UPDATE entry SET content = NULL, salt = NULL, digest = (SELECT digest FROM kept_digest)
         WHERE id = 17";
    let cut = "DELETE FROM entry WHERE seq = (SELECT seq FROM replica WHERE mine = 1)
         AND replica = (SELECT id FROM replica WHERE mine = 1)";
    let cases: &[(&str, &[(Fault, Option<u64>)])] = &[
        ("DELETE FROM entry WHERE id = 20", &[(Fault::Missing, Some(20))]),
        (
            "DELETE FROM entry WHERE id IN (20, 21)",
            &[(Fault::Missing, Some(20)), (Fault::Missing, Some(21))],
        ),
        (insert, &[(Fault::Added, None)]),
        (swap, &[(Fault::Reordered, Some(20)), (Fault::Reordered, Some(24))]),
        (contents, &[(Fault::Content, Some(20))]),
        (erase, &[(Fault::Erased, Some(17))]),
        (cut, &[(Fault::Missing, None)]),
        ("DELETE FROM replica WHERE mine = 0", &[(Fault::Machine, None)]),
        ("UPDATE replica SET mine = 1", &[(Fault::Machine, None)]),
        (
            "UPDATE entry SET content = replace(content, 'Grace', 'Gauss') WHERE id IN (17, 30)",
            &[(Fault::Content, Some(17)), (Fault::Content, Some(30))],
        ),
        (
            "UPDATE entry SET content = replace(content, 'Grace', 'Gauss') WHERE id IN (17, 18)",
            &[(Fault::Content, Some(17)), (Fault::Content, Some(18))],
        ),
        ("UPDATE blob SET data = x'00' WHERE id = 3", &[(Fault::File, None)]),
    ];
    for (sql, wanted) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = desk(folder.path(), 120);
        let conn = Connection::open(&path).unwrap();
        conn.create_scalar("kept_digest", &path);
        conn.execute_batch(sql).unwrap();
        let found = verify(&path);
        for (kind, seq) in *wanted {
            let there = |it: &&Finding| it.kind == *kind && (seq.is_none() || it.seq == *seq);
            assert!(found.findings.iter().any(|it| there(&it)), "{sql}\n{:?}", found.findings);
        }
        let kinds: BTreeSet<Fault> = found.findings.iter().map(|it| it.kind).collect();
        let expected: BTreeSet<Fault> = wanted.iter().map(|(kind, _)| *kind).collect();
        let beside = |kind: &Fault| matches!(kind, Fault::Machine);
        assert!(
            kinds.iter().all(|kind| expected.contains(kind) || beside(kind)),
            "{sql}\n{:?}",
            found.findings
        );
    }
}

/// For a test: what the salted hash of an entry is, as a table of one row.
trait Kept {
    fn create_scalar(&self, table: &str, path: &Path);
}

impl Kept for Connection {
    fn create_scalar(&self, table: &str, path: &Path) {
        let lines =
            Store::open(path).unwrap().lines_after(&std::collections::BTreeMap::new()).unwrap();
        let mine: i64 =
            self.query_row("SELECT id FROM replica WHERE mine = 1", [], |row| row.get(0)).unwrap();
        let line =
            lines.iter().find(|it| (it.stamp.replica.0, it.stamp.seq) == (mine, 17)).unwrap();
        self.execute_batch(&format!("CREATE TEMP TABLE {table} (digest BLOB)")).unwrap();
        self.execute(&format!("INSERT INTO {table} VALUES (?1)"), [line.digest]).unwrap();
    }
}

#[test]
fn what_is_cut_off_with_care_shows_only_against_an_earlier_head() {
    let folder = tempfile::tempdir().unwrap();
    let path = desk(folder.path(), 60);
    let head = verify(&path).head;
    let check = |head: &str| Store::open(&path).unwrap().read().verify(Some(head));
    assert!(check(&head).unwrap().sound);
    let mut store = Store::create(&path, &author(0, 0, START)).unwrap().0;
    store.change(&author(0, 5_000, START), |desk| desk.open(draft("One more"))).unwrap();
    drop(store);
    let grown = check(&head).unwrap();
    assert!(grown.sound, "{:?}", grown.findings);
    let newer = grown.head;
    Connection::open(&path)
        .unwrap()
        .execute_batch(
            "CREATE TEMP TABLE me AS SELECT id, seq FROM replica WHERE mine = 1;
             DELETE FROM entry WHERE replica = (SELECT id FROM me) AND seq = (SELECT seq FROM me);
             UPDATE replica SET seq = seq - 1,
                chain = (SELECT chain FROM entry WHERE replica = replica.id ORDER BY seq DESC LIMIT 1),
                at = (SELECT at FROM entry WHERE replica = replica.id ORDER BY seq DESC LIMIT 1)
             WHERE mine = 1",
        )
        .unwrap();
    assert!(verify(&path).sound, "{:?}", verify(&path).findings);
    assert!(check(&head).unwrap().sound);
    let cut = check(&newer).unwrap();
    let kinds: Vec<Fault> = cut.findings.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [Fault::History]);
    for wrong in ["x", "1.2", "0.1.zz", "1.1.00000000000000000000000000000000.1"] {
        assert_eq!(check(wrong).unwrap_err().kind, tix::error::Kind::Invalid, "{wrong}");
    }
}
