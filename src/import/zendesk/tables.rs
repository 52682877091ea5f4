//! Tables as warehouses keep them: a file of tickets, and files of what belongs to them.

use serde_json::Value;

use super::beside::Beside;
use super::comments::Comment;
use super::ticket;
use crate::error::{Error, Result};
use crate::import::auto::Sample;
use crate::import::fields::{Object, claim, word};
use crate::import::table::Table;
use crate::import::{Item, Options, Place, Sink, Source, give};

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rows {
    Tickets,
    Comments,
    Users,
    Tags,
    Groups,
    Organizations,
}

fn rows(header: &[String], source: &Source) -> Option<Rows> {
    let has = |names: &[&str]| names.iter().all(|name| header.iter().any(|column| column == name));
    let called = |part: &str| source.file_name().to_lowercase().contains(part);
    if has(&["id", "subject", "requester_id", "status"]) {
        Some(Rows::Tickets)
    } else if has(&["ticket_id", "body", "public"]) {
        Some(Rows::Comments)
    } else if has(&["id", "role", "name"]) {
        Some(Rows::Users)
    } else if has(&["tag", "ticket_id"]) {
        Some(Rows::Tags)
    } else if has(&["id", "name"]) && called("organization") {
        Some(Rows::Organizations)
    } else if has(&["id", "name"]) && called("group") {
        Some(Rows::Groups)
    } else {
        None
    }
}

/// Does a sample look like one of the tables of Zendesk?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    sample.columns(&["id", "subject", "requester_id", "submitter_id", "status"])
        || sample.columns(&["_fivetran_synced", "ticket_id", "public", "body"])
        || sample.columns(&["_fivetran_synced", "url"])
            && sample.head.lines().nth(1).is_some_and(|row| row.contains("zendesk.com/api/"))
}

/// Are there tables in a place?
pub(super) fn are_in(place: &Place) -> bool {
    let table = |source: &Source| {
        let head = source.head(16 << 10).unwrap_or_default();
        let line = head.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
        !line.trim_start().starts_with(['{', '['])
            && Table::of(line).is_ok_and(|table| rows(&table.header, source).is_some())
    };
    place.sources.iter().any(table)
}

/// Reads the tables of a place.
///
/// # Errors
/// Whatever `sink` returns, and what a table that cannot be read says.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let (mut beside, mut tickets) = (Beside::default(), Vec::new());
    let mut tags: Vec<(String, String)> = Vec::new();
    for source in &place.sources {
        let table = if source.ends_in(&["csv", "tsv", "txt", ""]) {
            Table::read(source)?
        } else {
            Table::default()
        };
        let Some(kind) = rows(&table.header, source) else {
            sink(Item::Skipped("files of other kinds".to_owned()))?;
            continue;
        };
        if table.guessed {
            sink(Item::Note(format!(
                "{} is not UTF-8; it was read as Windows-1252",
                source.name()
            )))?;
        }
        for (line, cells) in table.rows {
            let row = object(&table.header, cells);
            let get = |name: &str| word(&row, name);
            match kind {
                _ if claim(&row, "_fivetran_deleted") == Some(true) => {
                    sink(Item::Skipped("deleted rows".to_owned()))?;
                }
                Rows::Tickets => tickets.push((format!("{}, line {line}", source.name()), row)),
                Rows::Comments => {
                    let ticket = get("ticket_id").unwrap_or_default();
                    beside.comments.entry(ticket).or_default().extend(Comment::of(&row));
                }
                Rows::Users => beside.user(&row),
                Rows::Tags => tags.extend(get("ticket_id").zip(get("tag"))),
                Rows::Groups => beside.groups.extend(get("id").zip(get("name"))),
                Rows::Organizations => beside.organizations.extend(get("id").zip(get("name"))),
            }
        }
    }
    tags.sort();
    if tickets.is_empty() {
        return Err(Error::not_found(format!("{} holds no tickets", place.name)));
    }
    hand(tickets, &tags, &beside, (options, sink))
}

/// Hands over the tickets, and says what belongs to none of them.
fn hand(
    tickets: Vec<(String, Object)>,
    tags: &[(String, String)],
    beside: &Beside,
    (options, sink): (&Options, &mut Sink<'_>),
) -> Result<()> {
    let mut known = std::collections::HashSet::new();
    for (place, mut row) in tickets {
        let id = word(&row, "id").unwrap_or_default();
        let from = tags.partition_point(|(ticket, _)| *ticket < id);
        let own = tags[from..].iter().take_while(|(ticket, _)| *ticket == id);
        row.insert("tags".to_owned(), own.map(|(_, tag)| Value::from(tag.as_str())).collect());
        known.insert(id);
        if let Some(reason) = ticket::no_ticket(&row) {
            sink(Item::Skipped(reason.to_owned()))?;
            continue;
        }
        give(ticket::draft(&row, beside, options), || place, sink)?;
    }
    let strange = |(ticket, said): (&String, &Vec<Comment>)| {
        if known.contains(ticket) { 0 } else { said.len() }
    };
    let lost: usize = beside.comments.iter().map(strange).sum();
    (0..lost).try_for_each(|_| sink(Item::Skipped("comments without a ticket".to_owned())))
}

/// A row as an object; empty cells are not there.
fn object(header: &[String], cells: Vec<String>) -> Object {
    let pairs = header.iter().cloned().zip(cells);
    pairs
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(name, cell)| (name, Value::String(cell)))
        .collect()
}
