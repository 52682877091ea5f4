//! Putting one file in a desk's place, so that nobody's change is lost and no log is applied to a
//! desk that it is not of.
//!
//! The file that was there is taken out of its write-ahead log first, which only whoever has it for
//! themselves can do, and stays locked while the new one takes its name. Who waited for it finds
//! under the lock that the desk is another file now, and records nothing (`Store::change`).

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use super::place::beside;
use super::write::Writer;
use super::{Author, derive, journal, kept, made, open};
use crate::domain::ids::Machine;
use crate::error::{Error, Kind, Result};
use crate::io;

/// How often what is there is copied again because somebody changed it meanwhile.
const TRIES: usize = 5;

/// Makes a copy of a desk one that can take a desk's place: it is brought up to date, what is
/// derived is made anew, and it is a replica of its own, which gives no number again that was given
/// up to `last`.
///
/// # Errors
/// Exit 8 when it cannot be made one.
pub fn ready(copy: &Path, author: &Author, last: Option<(Machine, u32)>) -> Result<()> {
    let mut conn = open::connect(copy, OpenFlags::SQLITE_OPEN_READ_WRITE, open::BUSY_MS)?;
    open::bring_up(&mut conn, copy)?;
    let tx = conn.transaction()?;
    derive::rebuild(&tx)?;
    made::check(&tx, copy)?;
    journal::retire(&tx)?;
    journal::begin(&tx, super::replica(author))?;
    let mut writer = Writer::new(&tx, author)?;
    if let Some((machine, last)) = last
        && writer.machine() == machine
        && writer.last_number()? < last
    {
        writer.put(&kept::floor(machine), Some(&last.to_string()))?;
    }
    writer.finish()?;
    tx.commit()?;
    open::finish(conn, copy)
}

/// The last number that the desk at `path` gave itself, if it can be read.
#[must_use]
pub fn last_number(path: &Path) -> Option<(Machine, u32)> {
    let (conn, _) = open::inspect(path).ok()?;
    let sql = "SELECT machine, max(n) FROM number WHERE machine = (
             SELECT number FROM replica WHERE mine <> 0 AND number IS NOT NULL
             ORDER BY mine LIMIT 1) GROUP BY machine";
    let given: Option<(u16, u32)> =
        conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional().ok().flatten();
    let (machine, last) = given.map(|(machine, n)| (Machine(machine), n))?;
    let floor = kept::get(&conn, &kept::floor(machine)).ok().flatten();
    let floor = floor.and_then(|text| text.parse().ok()).unwrap_or(0);
    Some((machine, last.max(floor)))
}

/// Puts the file `new` in the place of the desk at `path`, after `keep` has made a copy of that.
///
/// # Errors
/// Exit 5 when another process has the desk open for too long, exit 8 when what is there cannot be
/// read, and whatever `keep` returns; then nothing was changed.
pub fn replace(path: &Path, new: &Path, keep: &mut dyn FnMut() -> Result<()>) -> Result<()> {
    let path = path.canonicalize()?;
    for _ in 0..TRIES {
        let before = state(&open::inspect(&path)?.0)?;
        keep()?;
        let conn = alone(&path)?;
        let unchanged = state(&conn).is_ok_and(|now| now == before);
        let done = if unchanged { put(new, &path) } else { Ok(()) };
        // What is let go is not the desk any more, or as it was.
        drop(conn.execute_batch("ROLLBACK"));
        if unchanged && done.is_ok() {
            return Ok(());
        }
        open::write_ahead(&conn)?;
        done?;
    }
    Err(Error::new(Kind::Locked, "the desk is being changed all the time")
        .hint("try again when nobody works on it"))
}

/// Gives the damaged desk at `path`, or what is left of one, with its log another name, and puts `new`
/// in its place; returns the name, if anything was there.
///
/// # Errors
/// Exit 5 when another process has it open, exit 1 when it cannot be renamed.
pub fn set_aside(path: &Path, new: &Path, mark: &str) -> Result<Option<PathBuf>> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let aside = beside(&path, &format!(".{mark}"));
    let lock = match path.exists().then(|| alone(&path)) {
        Some(Ok(conn)) => Some(conn),
        Some(Err(e)) if e.kind == Kind::Locked => return Err(e),
        _ => None,
    };
    // The logs first: without the file they are nobody's.
    let mut any = false;
    for end in ["-wal", "-shm", "-journal", ""] {
        let (from, to) = (beside(&path, end), beside(&aside, end));
        if !from.exists() {
            continue;
        }
        if to.exists() {
            return Err(Error::failed(format!("{} is there already", to.display())));
        }
        std::fs::rename(from, to)?;
        any = true;
    }
    put(new, &path)?;
    drop(lock);
    Ok(any.then_some(aside))
}

/// Gives `new` the name `path`, and sees to it that this is on the disk.
fn put(new: &Path, path: &Path) -> Result<()> {
    std::fs::rename(new, path).map_err(|e| {
        Error::failed(format!("the desk {} cannot be replaced", path.display())).because(e)
    })?;
    Ok(io::sync_folder(path)?)
}

/// What tells whether a desk has changed.
fn state(conn: &Connection) -> Result<(i64, i64, i64)> {
    let sql = "SELECT (SELECT count(*) FROM replica), (SELECT total(seq) FROM replica),
         (SELECT count(*) FROM blob)";
    Ok(conn.query_row(sql, [], |row| {
        #[expect(clippy::cast_possible_truncation, reason = "entries are counted far below 2^52")]
        Ok((row.get(0)?, row.get::<_, f64>(1)? as i64, row.get(2)?))
    })?)
}

/// Opens the desk for this process alone: it is in its one file, and nobody else reads or writes it
/// until this is let go.
fn alone(path: &Path) -> Result<Connection> {
    let conn = open::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, open::BUSY_MS)?;
    let mut waited = 0;
    loop {
        let mode = conn
            .query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0))
            .and_then(|mode| {
                if mode == "delete" {
                    conn.execute_batch("BEGIN EXCLUSIVE")?;
                }
                Ok(mode)
            });
        match mode {
            Ok(mode) if mode == "delete" => return Ok(conn),
            Ok(_) => {}
            Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {}
            Err(e) => return Err(e.into()),
        }
        if waited >= open::BUSY_MS || io::interrupted() {
            return Err(Error::new(Kind::Locked, "another process has the desk open")
                .because(format!(
                    "an editor, `triage` or a long command works on {}",
                    path.display()
                ))
                .hint("end it and try again; nothing was changed"));
        }
        std::thread::sleep(Duration::from_millis(20));
        waited += 20;
    }
}
