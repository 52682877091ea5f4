//! The store on a real file: what the journal keeps, and what it adds up to.

use crate::desk::{Desk, store};

fn busy() -> Desk {
    let desk = Desk::new();
    desk.ok("new One -m text -l a,b -r ada");
    desk.ok("new Two");
    desk.ok("reply 1 -m answer --close");
    desk.ok("edit 2 --title Zwei --priority high --label +x");
    desk.ok("undo");
    desk.ok("redo");
    desk.ok("new Three");
    desk.ok("undo");
    desk
}

#[test]
fn the_derived_tables_are_what_a_rebuild_makes() {
    let desk = busy();
    let path = desk.path("tix.db");
    let mut store = store(&path);
    let before = store.derived().unwrap();
    store.rebuild().unwrap();
    assert_eq!(store.derived().unwrap(), before);
    assert!(store.verify().unwrap() > 8);
}

#[test]
fn an_entry_changed_behind_our_back_is_named() {
    let desk = busy();
    let path = desk.path("tix.db");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute("UPDATE entry SET content = replace(content, 'answer', 'Answer')", []).unwrap();
    let error = store(&path).verify().unwrap_err();
    assert!(error.what.contains("is not what was recorded"), "{error}");
}

#[test]
fn export_and_import_give_the_same_bytes() {
    let desk = busy();
    let first = desk.ok("export jsonl");
    let other = Desk::new();
    let ran = other.feed("import jsonl -", &first);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(other.ok("export jsonl"), first);
    let again = other.feed("import jsonl - --json", &first);
    let document: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!((&document["data"]["known"], &document["data"]["added"]), (&2.into(), &0.into()));
    assert_eq!(other.json("log")["meta"]["total"], 1);
    other.ok("undo");
    assert_eq!(other.ok("export jsonl"), "");
}

/// Whoever changes the schema raises its version, or older desks are read with tables they lack.
#[test]
fn a_changed_schema_has_a_new_version() {
    let schema = concat!(
        include_str!("../../src/store/schema/journal.sql"),
        include_str!("../../src/store/schema/blobs.sql"),
        include_str!("../../src/store/schema/derived.sql"),
        include_str!("../../src/store/schema/sync.sql"),
    );
    let lines = schema.lines().map(|line| line.split("--").next().unwrap().trim());
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    let print = blake3::hash(words.join(" ").as_bytes()).to_hex();
    assert_eq!((tix::store::SCHEMA_VERSION, &print[..16]), (8, "1dd5fc0f8fd50d1f"));
}

#[test]
fn a_desk_of_an_older_version_is_brought_up_to_date() {
    let desk = Desk::new();
    desk.ok("new 'Crash on start' -m 'null pointer'");
    let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    conn.execute_batch("DROP TABLE text; PRAGMA user_version = 1; DROP INDEX ticket_due;").unwrap();
    drop(conn);
    assert_eq!(desk.ok("list -q pointer"), "1\n");
    assert_eq!(desk.json("info")["data"]["schema"], tix::store::SCHEMA_VERSION);
    desk.ok("comment 1 -m 'a wild note'");
    assert_eq!(desk.ok("list -q note:wild"), "1\n");
}
