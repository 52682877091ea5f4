//! The index over all texts, kept with the tickets it is about.

use rusqlite::Connection;

use crate::domain::ids::{Number, Stamp};
use crate::domain::text::{BREAK, indexed};
use crate::domain::ticket::Ticket;
use crate::domain::words::MessageKind;
use crate::error::Result;

/// Which texts a ticket has: as long as this is the same, so is what the index says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Texts {
    title: String,
    messages: Vec<(Number, Stamp)>,
}

impl Texts {
    pub(super) fn of(ticket: &Ticket) -> Self {
        let there = ticket.messages.iter().filter(|(_, post)| !post.removed);
        let messages = there.map(|(number, post)| (*number, post.text)).collect();
        Self { title: ticket.now.title.clone(), messages }
    }
}

/// Writes what the index says of the ticket in row `id`; `known` when it said something before.
pub(super) fn write(conn: &Connection, id: i64, ticket: &Ticket, known: bool) -> Result<()> {
    if known {
        conn.prepare_cached("DELETE FROM text WHERE rowid = ?1")?.execute([id])?;
    }
    if ticket.voided {
        return Ok(());
    }
    let (mut body, mut note) = (String::new(), String::new());
    for post in ticket.conversation() {
        let text = match post.message.kind {
            MessageKind::Reply => &mut body,
            MessageKind::Note => &mut note,
        };
        if !text.is_empty() {
            text.push_str(BREAK);
        }
        text.push_str(&indexed(&post.message.wording.body));
    }
    let sql = "INSERT INTO text (rowid, title, body, note) VALUES (?1, ?2, ?3, ?4)";
    conn.prepare_cached(sql)?.execute((id, indexed(&ticket.now.title), body, note))?;
    Ok(())
}

/// A table with every word of an index: for comparing two of them.
pub(super) fn all(conn: &Connection, index: &str) -> Result<String> {
    words_of(conn, "main", index)
}

/// The same of a database that is attached.
pub(super) fn words_of(conn: &Connection, database: &str, index: &str) -> Result<String> {
    let table = format!("temp.words_{database}_{index}");
    conn.execute_batch(&format!(
        "DROP TABLE IF EXISTS {table};
         CREATE VIRTUAL TABLE {table} USING fts5vocab({database}, {index}, instance)"
    ))?;
    Ok(table)
}
