//! What a desk's file is made of: the tables, and what marks it as one.

use rusqlite::{Connection, TransactionBehavior};

use super::derive;
use super::open::SCHEMA_VERSION;
use crate::domain::ids::{Machine, Replica};
use crate::error::Result;

pub(super) const JOURNAL: &str = include_str!("schema/journal.sql");

/// What came to the journal's own tables with version 3.
pub(super) const BLOBS: &str = include_str!("schema/blobs.sql");

/// What came to them with version 8: what is known of the remote.
pub(super) const SYNC: &str = include_str!("schema/sync.sql");

/// Marks a file as a desk: `tix1` in the file's `application_id`.
pub(super) const APPLICATION: i64 = 0x7469_7831;

/// A schema without its comments, which the file would keep and every command would read.
pub(super) fn bare(schema: &str) -> String {
    let lines = schema.lines().map(|line| line.split("--").next().unwrap_or_default());
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Creates the tables, unless another process just did.
pub(super) fn lay_out(conn: &mut Connection, replica: Replica, machine: Machine) -> Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == 0 {
        tx.execute_batch(&bare(JOURNAL))?;
        tx.execute_batch(&bare(BLOBS))?;
        tx.execute_batch(&bare(SYNC))?;
        tx.execute_batch(&bare(derive::SCHEMA))?;
        tx.execute(
            "INSERT INTO replica (id, mine, number, seq, at, chain) VALUES (?1, 1, ?2, 0, 0, zeroblob(32))",
            (replica.0, machine.0),
        )?;
        tx.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA_VERSION};"
        ))?;
    }
    tx.commit()?;
    Ok(())
}
