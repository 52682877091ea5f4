//! Tickets as tasks: Taskwarrior's JSON and todo.txt.

use serde_json::{Map, Value, json};

use super::messages;
use crate::domain::ids::Timestamp;
use crate::domain::words::{MessageKind, Priority, Status};
use crate::render::Output;
use crate::view::Ticket;

/// The task that `task import` takes for a ticket; its identity is the ticket's.
pub(super) fn warrior(ticket: &Ticket) -> Value {
    let mut task = Map::new();
    let mut put = |name: &str, value: Value| task.insert(name.to_owned(), value);
    put("uuid", ticket.uid.to_string().into());
    put("description", ticket.title.clone().into());
    let waits = ticket.snoozed_until.filter(|_| ticket.status != Status::Closed);
    let status = match ticket.status {
        Status::Closed => "completed",
        _ if waits.is_some() => "waiting",
        _ => "pending",
    };
    put("status", status.into());
    put("entry", stamp(ticket.created_at.0).into());
    put("modified", stamp(ticket.updated_at.0).into());
    for (name, at) in [("end", ticket.closed_at), ("due", ticket.due_at), ("wait", waits)] {
        if let Some(at) = at {
            put(name, stamp(at.0).into());
        }
    }
    let priority = match ticket.priority {
        Priority::Urgent | Priority::High => Some("H"),
        Priority::Normal => None,
        Priority::Low => Some("L"),
    };
    if let Some(priority) = priority {
        put("priority", priority.into());
    }
    if !ticket.labels.is_empty() {
        let tags: Vec<String> = ticket.labels.iter().map(|label| word(label)).collect();
        put("tags", tags.into());
    }
    let annotations = annotations(ticket);
    if !annotations.is_empty() {
        put("annotations", annotations.into());
    }
    Value::Object(task)
}

/// The conversation. Taskwarrior keeps one annotation a second, so those of one second follow each
/// other by one.
fn annotations(ticket: &Ticket) -> Vec<Value> {
    let mut last = Timestamp(i64::MIN);
    let said = messages(ticket).iter().filter(|message| !message.body.is_empty());
    let one = said.map(|message| {
        let at = message.created_at.0.max(Timestamp(last.0.saturating_add(1000)));
        last = at;
        let note = if message.kind == MessageKind::Note { " (internal note)" } else { "" };
        let text = format!("{}{note}: {}", message.author.short(), message.body);
        json!({ "entry": stamp(at), "description": text })
    });
    one.collect()
}

/// `20260901T091500Z`
fn stamp(at: Timestamp) -> String {
    at.utc().format("%Y%m%dT%H%M%SZ").to_string()
}

/// A label as a word.
fn word(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join("_")
}

/// The line of todo.txt for a ticket. The date of creation always stands there, so that no title is
/// taken for a mark of its own.
pub(super) fn todo(ticket: &Ticket, output: &Output) -> String {
    let day =
        |at: Timestamp| at.utc().with_timezone(&output.clock.zone).format("%Y-%m-%d").to_string();
    let letter = match ticket.priority {
        Priority::Urgent => Some('A'),
        Priority::High => Some('B'),
        Priority::Normal => None,
        Priority::Low => Some('D'),
    };
    let mut parts = Vec::new();
    let done = ticket.status == Status::Closed;
    match (ticket.closed_at.filter(|_| done), letter) {
        (Some(closed), _) => parts.push(format!("x {}", day(closed.0))),
        (None, Some(letter)) => parts.push(format!("({letter})")),
        (None, None) => {}
    }
    parts.push(day(ticket.created_at.0));
    parts.push(ticket.title.split_whitespace().collect::<Vec<_>>().join(" "));
    parts.extend(ticket.labels.iter().map(|label| format!("@{}", word(label))));
    parts.extend(letter.filter(|_| done).map(|letter| format!("pri:{letter}")));
    parts.extend(ticket.due_at.map(|at| format!("due:{}", day(at.0))));
    parts.extend(ticket.snoozed_until.filter(|_| !done).map(|at| format!("t:{}", day(at.0))));
    parts.push(format!("id:{}", ticket.id));
    parts.join(" ")
}
