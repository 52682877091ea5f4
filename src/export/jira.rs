//! Jira's CSV import: a row an issue, with as many columns of labels and comments as the widest needs.
//!
//! Times are in UTC, written `2026-09-01 09:15:00`; Jira's importer asks for the format.

use std::borrow::Cow;

use super::csv::record;
use super::{Options, called, described, is_note, requester};
use crate::domain::ids::Timestamp;
use crate::domain::words::{Priority, Resolution, Status};
use crate::view::{Message, Ticket};

/// The columns that each ticket has once.
const COLUMNS: [&str; 12] = [
    "Summary",
    "Issue key",
    "Status",
    "Priority",
    "Resolution",
    "Assignee",
    "Reporter",
    "Created",
    "Updated",
    "Resolved",
    "Due date",
    "Description",
];

/// How many labels and comments the tickets have at most.
#[derive(Clone, Copy, Debug, Default)]
pub struct Widest {
    /// Labels.
    pub labels: usize,
    /// Comments.
    pub comments: usize,
}

impl Widest {
    /// Makes room for a ticket.
    pub fn add(&mut self, ticket: &Ticket) {
        self.labels = self.labels.max(ticket.labels.len());
        self.comments = self.comments.max(described(ticket).1.len());
    }
}

pub(super) fn head(options: &Options) -> String {
    let Widest { labels, comments } = options.widest;
    let many = |name, count| std::iter::repeat_n(name, count);
    let names = COLUMNS.into_iter().chain(many("Labels", labels)).chain(many("Comment", comments));
    record(names.map(Cow::Borrowed))
}

pub(super) fn row(ticket: &Ticket, options: &Options) -> String {
    let Widest { labels, comments } = options.widest;
    let (first, rest) = described(ticket);
    let text = first.map(|first| {
        if is_note(first) { format!("[internal note] {}", first.body) } else { first.body.clone() }
    });
    let mut cells: Vec<String> = vec![
        ticket.title.clone(),
        key(ticket),
        status(ticket.status).to_owned(),
        priority(ticket.priority).to_owned(),
        ticket.resolution.map_or("", resolution).to_owned(),
        ticket.assignee.as_ref().map_or("", called).to_owned(),
        requester(ticket).as_ref().map_or("", called).to_owned(),
        moment(ticket.created_at.0),
        moment(ticket.updated_at.0),
        ticket.closed_at.map(|at| moment(at.0)).unwrap_or_default(),
        ticket.due_at.map(|at| moment(at.0)).unwrap_or_default(),
        text.unwrap_or_default(),
    ];
    // A label of Jira's is a word.
    cells.extend(fitted(ticket.labels.iter().map(|label| super::word(label)), labels, " "));
    cells.extend(fitted(rest.iter().map(comment), comments, "\n\n"));
    record(cells.iter().map(|cell| Cow::Owned((options.gate.cell)(cell))))
}

/// `2026-09-01 09:15:00;Ada Lovelace;It hangs`: of the first two, neither holds a semicolon.
fn comment(message: &Message) -> String {
    let mark = if is_note(message) { "[internal note] " } else { "" };
    let author = called(&message.author).replace(';', ",");
    format!("{};{author};{mark}{}", moment(message.created_at.0), message.body)
}

/// As many as there are columns. What came to the ticket since they were counted goes into the last.
fn fitted(values: impl Iterator<Item = String>, columns: usize, between: &str) -> Vec<String> {
    let mut cells: Vec<String> = values.collect();
    if cells.len() > columns && columns > 0 {
        let rest = cells.split_off(columns - 1);
        cells.push(rest.join(between));
    }
    cells.resize(columns, String::new());
    cells
}

/// The key that it had in Jira, else one of the number.
fn key(ticket: &Ticket) -> String {
    let old = ticket.refs.iter().find_map(|name| name.strip_prefix("jira:"));
    old.map_or_else(|| format!("TIX-{}", ticket.id), ToOwned::to_owned)
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

fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::Urgent => "Highest",
        Priority::High => "High",
        Priority::Normal => "Medium",
        Priority::Low => "Low",
    }
}

fn resolution(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Solved | Resolution::Answered => "Done",
        Resolution::Wontfix => "Won't Do",
        Resolution::Duplicate => "Duplicate",
        Resolution::Invalid => "Cannot Reproduce",
        Resolution::Stale => "Incomplete",
    }
}

fn moment(at: Timestamp) -> String {
    at.utc().format("%Y-%m-%d %H:%M:%S").to_string()
}
