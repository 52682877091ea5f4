//! Laws of `verify`: whatever is edited behind our back is named, and nothing else. That every field
//! is, is a trial of its own (`tests/trust/edits.rs`).

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;
use tix::store::Store;
use tix::view::{Fault, Finding};

use crate::edits::{START, altered, author, desk, draft, edited, verify};

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
        let findings = edited(&path, ("entry", column, 17), &altered(&was), verify).unwrap();
        let kinds: Vec<Fault> = findings.iter().map(|it| it.kind).collect();
        assert_eq!(kinds, [kind], "{column}: {findings:?}");
        assert_eq!(findings[0].seq, Some(17));
        assert!(findings[0].ticket.is_some());
    }
    for (column, to) in [("ticket", 1), ("change", 1)] {
        let findings = edited(&path, ("entry", column, 17), &Value::Integer(to), verify).unwrap();
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!((findings[0].kind, findings[0].seq), (Fault::Head, Some(17)));
    }
}

/// What is found, and at which entry.
type Named = [(Fault, Option<u64>)];

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
    let cases: &[(&str, &Named)] = &[
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
