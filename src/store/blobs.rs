//! The bytes of attachments, each kept once, under its hash.
//!
//! They lie beside the journal: an entry names a file by its hash, and a file that no entry names
//! any more stays, since to take a change back is not to erase. Nothing is handed out that is not
//! what was stored.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::OptionalExtension;

use super::Reader;
use super::write::Writer;
use crate::domain::event::{FILE_MAX, size_in_words};
use crate::domain::ids::Hash;
use crate::error::{Error, Result};
use crate::view::{self, Messages};

impl Writer<'_> {
    /// Keeps `bytes`, unless they are kept already; returns the hash they are kept under.
    ///
    /// # Errors
    /// Exit 4 when there are more than [`FILE_MAX`] of them.
    pub fn store_blob(&mut self, bytes: &[u8]) -> Result<Hash> {
        if bytes.len() as u64 > FILE_MAX {
            return Err(too_large(bytes.len() as u64));
        }
        let (conn, hash) = (self.connection(), Hash::of(bytes));
        let there = "SELECT data = ?2 FROM blob WHERE hash = ?1";
        let found: Option<bool> =
            conn.prepare_cached(there)?.query_row((hash.0, bytes), |row| row.get(0)).optional()?;
        let sql = match found {
            Some(true) => return Ok(hash),
            // What was damaged is whole again.
            Some(false) => "UPDATE blob SET data = ?2 WHERE hash = ?1",
            None => "INSERT INTO blob (hash, data) VALUES (?1, ?2)",
        };
        conn.prepare_cached(sql)?.execute((hash.0, bytes))?;
        self.stored.push((hash, found.is_none()));
        Ok(hash)
    }

    /// How many files' bytes this change has stored.
    #[must_use]
    pub fn stored(&self) -> usize {
        self.stored.len()
    }

    /// Takes away what this change has stored after the first `count`: what it was for was refused.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn unstore(&mut self, count: usize) -> Result<()> {
        let conn = self.connection();
        let refused = self.stored.drain(count.min(self.stored.len())..);
        for (hash, _) in refused.filter(|(_, new)| *new) {
            conn.prepare_cached("DELETE FROM blob WHERE hash = ?1")?.execute([hash.0])?;
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// The bytes that are kept under `hash`; none where only their name is known here.
    ///
    /// # Errors
    /// Exit 8 when they are not what was stored.
    pub fn blob(&self, hash: Hash) -> Result<Option<Vec<u8>>> {
        let mut statement = self.conn.prepare_cached("SELECT data FROM blob WHERE hash = ?1")?;
        let mut rows = statement.query([hash.0])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        if Hash::of(bytes) == hash {
            return Ok(Some(bytes.to_vec()));
        }
        Err(Error::no_desk("a file on the desk is damaged")
            .because(format!("the bytes kept under {hash} are others than were stored"))
            .hint("attach the file again, which mends it, or take it from a copy of the desk"))
    }

    /// Are there bytes under `hash`?
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn has_blob(&self, hash: Hash) -> Result<bool> {
        let sql = "SELECT 1 FROM blob WHERE hash = ?1";
        Ok(self.conn.prepare_cached(sql)?.query_row([hash.0], |_| Ok(())).optional()?.is_some())
    }

    /// Adds to each file of `ticket` its bytes, where they are here.
    ///
    /// # Errors
    /// Exit 8, naming the file whose bytes are not what was stored.
    pub fn with_bytes(&self, ticket: &mut view::Ticket) -> Result<()> {
        let Messages::All(messages) = &mut ticket.messages else { return Ok(()) };
        for message in messages {
            for file in &mut message.attachments {
                let bytes = self.blob(file.hash).map_err(|e| {
                    let what = format!("{} of {} is damaged", file.name, message.id);
                    Error { what, ..e }
                })?;
                file.data = bytes.map(|bytes| STANDARD.encode(bytes));
            }
        }
        Ok(())
    }
}

fn too_large(size: u64) -> Error {
    let (size, most) = (size_in_words(size), size_in_words(FILE_MAX));
    Error::invalid(format!("a file of {size} is too large"))
        .because(format!("a desk keeps files of up to {most}"))
}
