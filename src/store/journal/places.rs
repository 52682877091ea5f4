//! Where the entries that purges list stand by now: lines of one machine may have become another's.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{digest, salt};
use crate::domain::event::{Entry, Event};
use crate::domain::ids::{Hash, Replica};
use crate::error::Result;

/// In how many places one entry is looked for: more than copies of copies need, and a crafted desk gets.
const PLACES_MAX: usize = 16;

/// Where the entries of the ticket in row `ticket` stand, by the salted hashes of their contents.
pub(in crate::store) fn places(conn: &Connection, ticket: i64) -> Result<Places> {
    let sql = "SELECT replica, seq, content, salt, digest FROM entry WHERE ticket = ?1
         ORDER BY replica, seq";
    let (mut statement, mut places) = (conn.prepare_cached(sql)?, Places::new());
    let mut rows = statement.query([ticket])?;
    while let Some(row) = rows.next()? {
        let hash = match row.get_ref(2)?.as_str() {
            Ok(text) => Some(digest(text, &salt(row, 3))),
            Err(_) => row.get(4).ok(),
        };
        let dot = (Replica(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned());
        if let Some(hash) = hash {
            let all = places.entry(Hash(hash)).or_default();
            if all.len() < PLACES_MAX {
                all.push(dot);
            }
        }
    }
    Ok(places)
}

/// The places of entries by the salted hashes of their contents.
pub(in crate::store) type Places = BTreeMap<Hash, Vec<(Replica, u64)>>;

/// Lets the purges among a ticket's entries list messages where they stand by now.
pub(super) fn place(conn: &Connection, ticket: i64, entries: &mut [Entry]) -> Result<()> {
    let listed = |entry: &Entry| match &entry.content.event {
        Event::Purged(purge) => purge.entries.iter().any(|it| it.said.is_some()),
        _ => false,
    };
    if entries.iter().any(listed) {
        let places = places(conn, ticket)?;
        for entry in entries {
            if let Event::Purged(purge) = &mut entry.content.event {
                purge.place(&places);
            }
        }
    }
    Ok(())
}
