//! The write-ahead log, and what is free in the file: folded back, and written over.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::bounds;
use super::open::wait;
use super::place::beside;
use crate::error::Result;

/// The write-ahead log may grow to this many bytes (64 pages) before a command checkpoints it:
/// that costs a one-shot process two flushes a change instead of five.
const WAL_MAX: u64 = 64 * 4120;

/// How long to wait for those who read when the log is to be emptied, in milliseconds.
const READER_MS: u64 = 2_000;

/// After a commit: folds the log back into the file once it has grown, else leaves it be.
pub(super) fn rest(conn: &mut Connection, path: &Path) -> Result<()> {
    let length = std::fs::metadata(beside(path, "-wal")).map_or(0, |meta| meta.len());
    if length > WAL_MAX { checkpoint(conn) } else { Ok(()) }
}

/// Writes the file anew without what is free in it. An index keeps the words of what was erased until
/// it is written anew too.
pub(super) fn write_anew(conn: &Connection) -> Result<()> {
    conn.execute_batch(
        "INSERT INTO text (text) VALUES ('optimize');
         INSERT INTO article_text (article_text) VALUES ('optimize');",
    )?;
    // To write the file anew SQLite attaches another one.
    bounds::attaching(conn, 1)?;
    let written = conn.execute_batch("VACUUM");
    bounds::attaching(conn, 0)?;
    Ok(written?)
}

/// Writes the file anew, and empties the log; says whether that could be done.
pub(super) fn clean(conn: &mut Connection) -> Result<bool> {
    write_anew(conn)?;
    // Whoever reads may do so for long, and is told of.
    conn.busy_timeout(Duration::from_millis(READER_MS))?;
    let busy = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
    conn.busy_handler(Some(wait))?;
    match busy {
        Ok(busy) => Ok(busy == 0),
        Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(false),
        Err(e) => Err(e.into()),
    }
}

/// About how much room a change needs beyond what its log has by now: its pages are written twice,
/// into the log and then into the file.
pub(super) fn room(path: &Path) -> String {
    let length = std::fs::metadata(beside(path, "-wal")).map_or(0, |meta| meta.len());
    let megabytes = (2 * length.max(WAL_MAX)).div_ceil(1 << 20);
    format!("about {megabytes} MB of room are needed on the disk of {}", path.display())
}

/// Folds the log back into the file. Whoever reads or writes meanwhile is not waited for: then a
/// later command does it, and this one's change is made as it is.
pub(super) fn checkpoint(conn: &mut Connection) -> Result<()> {
    conn.busy_timeout(Duration::ZERO)?;
    let folded = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    conn.busy_handler(Some(wait))?;
    folded.or_else(|e| {
        let busy = e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy);
        if busy { Ok(()) } else { Err(e.into()) }
    })
}
