//! Tickets in someone else's format, one at a time.
//!
//! What stands in a file may reach a terminal later, so its texts pass the gate like those of lists;
//! formats whose readers do that themselves (JSON escapes every control character) are the exception.

use std::io::Write;

use super::{Format, Output, gate, json, rows};
use crate::error::Result;
use crate::view::{Foreign, Message, Messages, Rows, Ticket, View, Written};

mod github;
mod jira;
mod markdown;
mod tasks;

/// The columns of an exported table.
const COLUMNS: [&str; 19] = [
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
    "due_at",
    "created_at",
    "updated_at",
    "closed_at",
    "messages",
    "description",
];

/// Writes tickets in the wanted format; returns how many there were.
pub(super) fn write(
    rows: Rows<'_>,
    how: &Written,
    output: &Output,
    out: &mut dyn Write,
) -> Result<u64> {
    let mut count = 0;
    match how.format {
        Foreign::Csv => {
            let columns = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
            let columns = output.columns.clone().unwrap_or(columns);
            let output = Output { format: Format::Csv, columns: Some(columns), ..output.clone() };
            let counted = counted(rows, &mut count);
            rows::render(View::Exported(counted), &output, out)?;
        }
        Foreign::Json => array(rows, &mut count, out, &mut |ticket, out| json::put(out, ticket))?,
        Foreign::Taskwarrior => array(rows, &mut count, out, &mut |ticket, out| {
            json::put(out, &tasks::warrior(ticket))
        })?,
        Foreign::Github => lines(rows, &mut count, &mut |ticket| {
            json::put(out, &github::issue(ticket, output))?;
            Ok(out.write_all(b"\n")?)
        })?,
        Foreign::Jira => {
            jira::header(how.widest, out)?;
            lines(rows, &mut count, &mut |ticket| jira::row(ticket, how.widest, output, out))?;
        }
        Foreign::Markdown => {
            lines(rows, &mut count, &mut |ticket| markdown::ticket(ticket, output, out))?;
        }
        Foreign::Todotxt => lines(rows, &mut count, &mut |ticket| {
            Ok(writeln!(out, "{}", gate::line(&tasks::todo(ticket, output)))?)
        })?,
    }
    Ok(count)
}

/// The same rows, counted.
fn counted<'a>(rows: Rows<'a>, count: &'a mut u64) -> Rows<'a> {
    let Rows { limit, count: total, each, shape, articles } = rows;
    let each = Box::new(move |sink: &mut crate::view::Sink<'_>| {
        each(&mut |ticket| {
            *count += 1;
            sink(ticket)
        })
    });
    Rows { limit, count: total, each, shape, articles }
}

fn lines(
    rows: Rows<'_>,
    count: &mut u64,
    one: &mut dyn FnMut(&Ticket) -> Result<()>,
) -> Result<()> {
    (rows.each)(&mut |ticket: Ticket| {
        *count += 1;
        one(&ticket)
    })
}

/// A JSON array with a line for each ticket.
fn array(
    rows: Rows<'_>,
    count: &mut u64,
    out: &mut dyn Write,
    one: &mut dyn FnMut(&Ticket, &mut dyn Write) -> Result<()>,
) -> Result<()> {
    out.write_all(b"[")?;
    (rows.each)(&mut |ticket: Ticket| {
        out.write_all(if *count == 0 { b"\n" } else { b",\n" })?;
        *count += 1;
        one(&ticket, out)
    })?;
    Ok(out.write_all(b"\n]\n")?)
}

/// The conversation of an exported ticket.
fn messages(ticket: &Ticket) -> &[Message] {
    match &ticket.messages {
        Messages::All(messages) => messages,
        Messages::Count(_) => &[],
    }
}
