//! A table: a row a ticket, by RFC 4180.

use std::borrow::Cow;

use super::{Options, described, is_note};
use crate::view::Ticket;

/// The columns: fields of a ticket.
const COLUMNS: [&str; 18] = [
    "id",
    "uid",
    "title",
    "status",
    "resolution",
    "priority",
    "labels",
    "assignee",
    "requester",
    "customer",
    "tier",
    "channel",
    "refs",
    "created_at",
    "updated_at",
    "closed_at",
    "due_at",
    "messages",
];

/// The column that comes last, being long.
const TEXT: &str = "description";

pub(super) fn head() -> String {
    record(COLUMNS.into_iter().chain([TEXT]).map(Cow::Borrowed))
}

pub(super) fn row(ticket: &Ticket, options: &Options) -> String {
    let gate = options.gate;
    let cells = COLUMNS.into_iter().map(|name| (gate.cell)(&(gate.field)(ticket, name)).into());
    let text = match described(ticket).0.filter(|first| is_note(first)) {
        Some(first) => Cow::Owned(format!("[internal note] {}", first.body)),
        None => Cow::Borrowed(ticket.description.as_str()),
    };
    record(cells.chain([(gate.cell)(&text).into()]))
}

/// Cells as a line.
pub(super) fn record<'c>(cells: impl IntoIterator<Item = Cow<'c, str>>) -> String {
    let mut line = String::new();
    for (index, cell) in cells.into_iter().enumerate() {
        line.push_str(if index == 0 { "" } else { "," });
        // A blank at an end is easily lost.
        let plain = |c: char| !matches!(c, '"' | ',' | '\n' | '\r');
        if cell.chars().all(plain) && cell.trim().len() == cell.len() {
            line.push_str(&cell);
        } else {
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        }
    }
    line + "\r\n"
}
