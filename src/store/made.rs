//! What a desk's file must be made of, to the letter: a crafted one has a view where we have a
//! table, or a column that fills the memory, and every question would run it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use rusqlite::Connection;

use super::derive;
use super::layout::{BLOBS, JOURNAL, SYNC, bare};
use crate::error::{Error, Result, counted};

/// The print of the schema that [`super::open::SCHEMA_VERSION`] counts; a test says what it is now.
const PRINT: &str = "6a4ff98f44c23a2d6e5d48e2f987d64d";

/// Every object of the schema: its kind, its name, the table it belongs to, and its text.
const OBJECTS: &str = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name";

/// What is wrong is named so many times.
const NAMED: usize = 3;

/// Holds the file's schema against ours, before any question to its tables.
///
/// # Errors
/// Exit 8, naming what tix did not make.
pub(super) fn check(conn: &Connection, path: &Path) -> Result<()> {
    if print(conn)? == PRINT {
        return Ok(());
    }
    let ours = made()?;
    let faults = faults(&objects(conn)?, &ours, |_| true);
    if faults.is_empty() { Ok(()) } else { Err(refused(path, &faults)) }
}

/// The same for a file of an older version: only the journal's own tables stay, so only they count,
/// and that nothing is there that is more than a table.
///
/// # Errors
/// Exit 8, naming what tix did not make.
pub(super) fn check_journal(conn: &Connection, path: &Path) -> Result<()> {
    let ours = made()?;
    let mut theirs = objects(conn)?;
    let stays = |object: &Object| JOURNAL_TABLES.contains(&object.of.as_str());
    theirs.retain(|_, it| stays(it) || it.kind == "view" || it.kind == "trigger");
    let faults = faults(&theirs, &ours, |it| stays(it) && it.of != "blob");
    if faults.is_empty() { Ok(()) } else { Err(refused(path, &faults)) }
}

/// The tables that no version throws away.
const JOURNAL_TABLES: [&str; 5] = ["replica", "subject", "change", "entry", "blob"];

/// An object of a schema, but for its name.
#[derive(Debug, PartialEq)]
struct Object {
    kind: String,
    of: String,
    text: Option<String>,
}

fn objects(conn: &Connection) -> Result<BTreeMap<String, Object>> {
    let mut statement = conn.prepare(OBJECTS)?;
    let objects = statement.query_map([], |row| {
        let object = Object { kind: row.get(0)?, of: row.get(2)?, text: row.get(3)? };
        Ok((row.get(1)?, object))
    })?;
    Ok(objects.collect::<rusqlite::Result<_>>()?)
}

/// What a desk made just now has.
fn made() -> Result<BTreeMap<String, Object>> {
    let conn = Connection::open_in_memory()?;
    for schema in [JOURNAL, BLOBS, SYNC, derive::SCHEMA] {
        conn.execute_batch(&bare(schema))?;
    }
    objects(&conn)
}

/// A hash over every object; empty when one of them is not even text.
fn print(conn: &Connection) -> Result<String> {
    let mut statement = conn.prepare(OBJECTS)?;
    let mut rows = statement.query([])?;
    let mut hasher = blake3::Hasher::new();
    while let Some(row) = rows.next()? {
        for column in 0..4 {
            let text = row.get_ref(column)?.as_bytes_or_null();
            let Ok(text) = text else { return Ok(String::new()) };
            let text = text.unwrap_or_default();
            hasher.update(&text.len().to_be_bytes()).update(text);
        }
    }
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}

/// How `theirs` differs from `ours`, of which those that are `needed` must be there.
fn faults(
    theirs: &BTreeMap<String, Object>,
    ours: &BTreeMap<String, Object>,
    needed: impl Fn(&Object) -> bool,
) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, object) in theirs {
        let kind = &object.kind;
        match ours.get(name) {
            Some(same) if same == object => {}
            Some(other) if other.kind == *kind => {
                faults.push(format!("the {kind} `{name}` is not as tix makes it"));
            }
            _ => faults.push(format!("it holds what tix did not put there: {kind} `{name}`")),
        }
    }
    let lacking = ours.iter().filter(|(name, it)| needed(it) && !theirs.contains_key(*name));
    faults.extend(lacking.map(|(name, it)| format!("the {} `{name}` is missing", it.kind)));
    faults
}

fn refused(path: &Path, faults: &[String]) -> Error {
    let mut why = faults[..faults.len().min(NAMED)].join("; ");
    if let Some(more) = faults.len().checked_sub(NAMED + 1) {
        let _ = write!(why, "; and {} more", counted(more as u64 + 1, "such thing"));
    }
    Error::no_desk(format!("{} is not as tix makes a desk", path.display()))
        .because(why)
        .hint("nothing of it was read; if a program of yours put that there, take it out with that program")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_print_is_that_of_a_desk_made_now() {
        let conn = Connection::open_in_memory().unwrap();
        for schema in [JOURNAL, BLOBS, SYNC, derive::SCHEMA] {
            conn.execute_batch(&bare(schema)).unwrap();
        }
        assert_eq!(print(&conn).unwrap(), PRINT, "set PRINT in src/store/made.rs to the left one");
        check(&conn, Path::new("desk")).unwrap();
    }

    #[test]
    fn what_is_not_ours_is_named() {
        let conn = Connection::open_in_memory().unwrap();
        for schema in [JOURNAL, BLOBS, SYNC, derive::SCHEMA] {
            conn.execute_batch(&bare(schema)).unwrap();
        }
        conn.execute_batch(
            "CREATE VIEW seen AS SELECT 1; DROP TABLE helps; DROP TABLE party;
             CREATE TABLE party (key TEXT, customer TEXT)",
        )
        .unwrap();
        let error = check(&conn, Path::new("desk")).unwrap_err();
        assert_eq!(error.kind.exit(), 8);
        assert_eq!(
            error.why.unwrap(),
            "the table `party` is not as tix makes it; it holds what tix did not put there: view `seen`; \
             the table `helps` is missing; and 1 such thing more"
        );
        let error = check_journal(&conn, Path::new("desk")).unwrap_err();
        assert_eq!(error.why.unwrap(), "it holds what tix did not put there: view `seen`");
    }
}
