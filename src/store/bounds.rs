//! How much a question to the desk may take: as much as a sound file of its size ever could.
//!
//! A crafted file of a few pages can hold a tree that never ends, or rows that all point at one
//! text. What its size cannot account for is stopped.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::limits::Limit;

use super::place::beside;
use crate::error::Result;

/// The largest value that a desk stores, in bytes: a file of 48 MiB and what belongs to it.
const LENGTH_MAX: i32 = 64 << 20;

/// Values of so many bytes are read whatever the file's size.
const LENGTH_FREE: u64 = 1 << 20;

/// SQLite's own memory, in bytes.
const HEAP_MAX: u32 = 160 << 20;

/// The steps of a statement after which we look how far it is.
const STEPS: i32 = 10_000;

/// So many steps are free.
const STEPS_FREE: u64 = 5_000_000;

/// And so many for each page of the file; the longest question takes 130 (measured).
const STEPS_A_PAGE: u64 = 5_000;

/// Nothing is stopped earlier, however many steps it took.
const TIME_FREE: Duration = Duration::from_millis(1200);

/// What it takes to read the schema, which is ours or not read to its end.
const STEPS_TO_OPEN: u64 = 50_000;

/// Limits until the schema is known to be ours.
pub(super) fn opening(conn: &mut Connection) -> Result<()> {
    always(conn, 1 << 20)?;
    let (every, mut steps) = (1000, 0_u64);
    conn.progress_handler(
        every,
        Some(move || {
            steps += u64::from(every.unsigned_abs());
            steps > STEPS_TO_OPEN
        }),
    )?;
    Ok(())
}

/// Limits for reading: by the size of the file at `path` and of its log.
pub(super) fn reading(conn: &mut Connection, path: &Path) -> Result<()> {
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |meta| meta.len());
    let bytes = size(path) + size(&beside(path, "-wal"));
    let length = i32::try_from(bytes.max(LENGTH_FREE)).map_or(LENGTH_MAX, |it| it.min(LENGTH_MAX));
    always(conn, length)?;
    let most = STEPS_FREE + bytes / 4096 * STEPS_A_PAGE;
    let (mut steps, began) = (0_u64, Instant::now());
    conn.progress_handler(
        STEPS,
        Some(move || {
            steps += u64::from(STEPS.unsigned_abs());
            steps > most && began.elapsed() > TIME_FREE
        }),
    )?;
    Ok(())
}

/// Limits for a change: it may bring what is larger than the file.
pub(super) fn writing(conn: &mut Connection) -> Result<()> {
    always(conn, LENGTH_MAX)?;
    Ok(conn.progress_handler(0, None::<fn() -> bool>)?)
}

/// How many files a statement may open beside the desk's; to write it anew takes one.
pub(super) fn attaching(conn: &Connection, files: i32) -> Result<()> {
    conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, files)?;
    Ok(())
}

fn always(conn: &Connection, length: i32) -> Result<()> {
    attaching(conn, 0)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, length)?;
    conn.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, 16 << 20)?;
    conn.set_limit(Limit::SQLITE_LIMIT_COMPOUND_SELECT, 20)?;
    conn.set_limit(Limit::SQLITE_LIMIT_VDBE_OP, 25_000_000)?;
    conn.set_limit(Limit::SQLITE_LIMIT_FUNCTION_ARG, 16)?;
    conn.set_limit(Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1)?;
    Ok(())
}

static BOUNDED: AtomicBool = AtomicBool::new(false);

/// From now on SQLite's memory is held down, in the whole process: for a program that reads one desk.
pub fn bound_memory() {
    BOUNDED.store(true, Ordering::Relaxed);
}

/// The statement that holds SQLite's memory down, if it is to be.
pub(super) fn heap() -> String {
    let most = if BOUNDED.load(Ordering::Relaxed) { HEAP_MAX } else { 0 };
    format!("PRAGMA hard_heap_limit = {most};")
}
