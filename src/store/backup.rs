//! Copies of a desk, each a whole desk in one file that nothing else belongs to.
//!
//! SQLite makes them (`VACUUM INTO`) while others work on: a copy is the desk at one moment, and a
//! file that the stock `sqlite3` opens, from a place where nothing can be written too. It is no
//! machine's any more: whoever records in it begins a replica of their own.

use std::path::Path;

use rusqlite::OpenFlags;

use super::{bounds, journal, open};
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
    let copy = open::connect(to, OpenFlags::SQLITE_OPEN_READ_WRITE, open::BUSY_MS)?;
    // The file has no name yet that anybody knows, and is thrown away if this fails.
    copy.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")?;
    journal::retire(&copy)?;
    copy.close().map_err(|(_, e)| e)?;
    std::fs::File::open(to).and_then(|file| file.sync_all())?;
    Ok(())
}
