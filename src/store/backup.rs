//! Copies of a desk, each a whole desk in one file that nothing else belongs to.
//!
//! SQLite makes them (`VACUUM INTO`) while others work on: a copy is the desk at one moment, and a
//! file that the stock `sqlite3` opens, from a place where nothing can be written too. It is no
//! machine's any more: whoever records in it begins a replica of their own.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::purge::Scope;
use super::write::Writer;
use super::{Author, bounds, journal, made, open, tidy};
use crate::error::{Error, Result};

/// Copies the desk at `from` into the file `to`, which is there and empty.
///
/// # Errors
/// Exit 8 when there is no desk or it is too damaged to be copied, exit 1 when the copy cannot be
/// written.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let (conn, _) = open::inspect(from)?;
    let name = std::path::absolute(to)?;
    let name = name.to_str().ok_or_else(|| {
        Error::failed(format!("the name of {} is no text", to.display()))
            .hint("name a file whose name is UTF-8")
    })?;
    bounds::attaching(&conn, 1)?;
    let made = conn.execute("VACUUM INTO ?1", [name]);
    bounds::attaching(&conn, 0)?;
    made.map_err(|e| match e.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => {
            Error::failed(format!("the disk is full: {} cannot be copied to it", from.display()))
                .hint("the copy takes as much room as the desk")
        }
        _ => e.into(),
    })?;
    drop(conn);
    let copy = unnamed(to)?;
    journal::retire(&copy)?;
    end(copy, to)
}

/// Copies the copy of a desk at `from` into the file `to`, and erases there what goes with `scope`.
/// `author` records that, as a replica that nothing else is recorded as.
///
/// # Errors
/// As [`copy`], or exit 8 when the copy cannot be brought up to date.
pub fn copy_without(from: &Path, to: &Path, author: &Author, scope: &Scope) -> Result<()> {
    copy(from, to)?;
    let mut conn = unnamed(to)?;
    open::bring_up(&mut conn, to)?;
    made::check(&conn, to)?;
    let tx = conn.transaction()?;
    journal::begin(&tx, super::replica(author))?;
    let mut writer = Writer::new(&tx, author)?;
    writer.erase_too(scope)?;
    writer.finish()?;
    journal::retire(&tx)?;
    tx.commit()?;
    tidy::write_anew(&conn)?;
    end(conn, to)
}

/// A file that has no name yet that anybody knows, and is thrown away if something fails.
fn unnamed(path: &Path) -> Result<Connection> {
    let conn = open::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, open::BUSY_MS)?;
    // Its journal is on the disk: in memory it would be as large as the desk.
    conn.execute_batch("PRAGMA synchronous = OFF")?;
    Ok(conn)
}

/// Ends the work on it: all of it is on the disk.
fn end(conn: Connection, path: &Path) -> Result<()> {
    conn.close().map_err(|(_, e)| e)?;
    std::fs::File::open(path).and_then(|file| file.sync_all())?;
    Ok(())
}
