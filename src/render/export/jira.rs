//! Issues as Jira's CSV importer takes them: a row each, with as many `Labels` and `Comment` columns
//! as the widest issue needs, a comment being `date;author;text`.

use std::io::Write;

use super::messages;
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{MessageKind, Priority, Resolution, Status};
use crate::error::{Error, Result};
use crate::render::Output;
use crate::render::rows::disarmed;
use crate::view::{Message, Ticket};

const COLUMNS: [&str; 11] = [
    "Summary",
    "Issue key",
    "Status",
    "Resolution",
    "Priority",
    "Assignee",
    "Reporter",
    "Created",
    "Updated",
    "Resolved",
    "Due date",
];

/// Writes the header for issues of at most so many labels and comments.
pub(super) fn header((labels, comments): (usize, usize), out: &mut dyn Write) -> Result<()> {
    let repeated = std::iter::repeat_n("Labels", labels);
    let repeated = repeated.chain(std::iter::repeat_n("Comment", comments));
    let names = COLUMNS.into_iter().chain(["Description"]).chain(repeated);
    record(names.map(ToOwned::to_owned), out)
}

/// Writes an issue.
pub(super) fn row(
    ticket: &Ticket,
    (labels, comments): (usize, usize),
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    let when = |at: Timestamp| at.utc().with_timezone(&output.clock.zone).format(FORM).to_string();
    let said = messages(ticket);
    let described = said.first().filter(|first| first.kind == MessageKind::Reply);
    let rest = if described.is_some() { &said[1..] } else { said };
    let mut cells = vec![
        ticket.title.clone(),
        key(ticket),
        status(ticket.status).to_owned(),
        ticket.resolution.map_or("", resolution).to_owned(),
        priority(ticket.priority).to_owned(),
        ticket.assignee.as_ref().map_or("", Person::short).to_owned(),
        ticket
            .requester
            .as_ref()
            .map_or_else(String::new, |who| name(who.name.as_deref(), who.email.as_deref())),
        when(ticket.created_at.0),
        when(ticket.updated_at.0),
        ticket.closed_at.map_or_else(String::new, |at| when(at.0)),
        ticket.due_at.map_or_else(String::new, |at| when(at.0)),
        described.map_or_else(String::new, text),
    ];
    // Jira's labels are words.
    let own = ticket.labels.iter().map(|label| label.replace(' ', "-"));
    cells.extend(own.chain(std::iter::repeat(String::new())).take(labels));
    let own = rest.iter().map(|message| {
        let author = message.author.short().replace(';', ",");
        format!("{};{author};{}", when(message.created_at.0), text(message))
    });
    cells.extend(own.chain(std::iter::repeat(String::new())).take(comments));
    record(cells.into_iter(), out)
}

/// Jira's own: `22/Mar/14 7:59 AM`.
const FORM: &str = "%d/%b/%y %-I:%M %p";

/// What Jira called it, or what it is called here.
fn key(ticket: &Ticket) -> String {
    let known = ticket.refs.iter().find_map(|name| name.strip_prefix("jira:"));
    known.map_or_else(|| format!("TIX-{}", ticket.id.to_uppercase()), ToOwned::to_owned)
}

fn name(name: Option<&str>, email: Option<&str>) -> String {
    email.or(name).unwrap_or_default().to_owned()
}

fn text(message: &Message) -> String {
    let note = if message.kind == MessageKind::Note { "(internal note) " } else { "" };
    format!("{note}{}", message.body)
}

fn status(status: Status) -> &'static str {
    match status {
        Status::New => "To Do",
        Status::Open => "In Progress",
        Status::Pending => "Waiting for customer",
        Status::Hold => "On Hold",
        Status::Closed => "Done",
    }
}

fn resolution(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Solved => "Fixed",
        Resolution::Answered => "Done",
        Resolution::Wontfix => "Won't Fix",
        Resolution::Duplicate => "Duplicate",
        Resolution::Invalid => "Invalid",
        Resolution::Stale => "Incomplete",
    }
}

fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::Urgent => "Highest",
        Priority::High => "High",
        Priority::Normal => "Medium",
        Priority::Low => "Low",
    }
}

fn record(cells: impl Iterator<Item = String>, out: &mut dyn Write) -> Result<()> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let broken = |e: csv::Error| Error::failed("a row cannot be written").because(e);
    writer
        .write_record(cells.map(|cell| disarmed(super::gate::block(&cell).into_owned())))
        .map_err(broken)?;
    let bytes = writer.into_inner().map_err(|e| Error::failed(e.to_string()))?;
    Ok(out.write_all(&bytes)?)
}
