//! Taskwarrior: the JSON that `task import` takes.

use serde_json::{Map, Value, json};

use super::{Options, called, is_note, messages, printed, word};
use crate::domain::ids::Timestamp;
use crate::domain::words::{Priority, Status};
use crate::error::Result;
use crate::view::{Ticket, Time};

pub(super) fn task(ticket: &Ticket, options: &Options) -> Result<String> {
    let now = options.clock.now;
    let closed = ticket.status == Status::Closed;
    let wait = ticket.snoozed_until.filter(|until| !closed && until.0 > now);
    let status = match wait {
        _ if closed => "completed",
        Some(_) => "waiting",
        None => "pending",
    };
    let letter = match ticket.priority {
        Priority::Urgent | Priority::High => "H",
        Priority::Normal => "M",
        Priority::Low => "L",
    };
    let mut tags: Vec<String> = ticket.labels.iter().map(|label| word(label)).collect();
    if ticket.priority == Priority::Urgent {
        tags.push("urgent".to_owned());
    }
    tags.sort_unstable();
    tags.dedup();
    let mut task = Map::new();
    let mut set = |name: &str, value: Value| task.insert(name.to_owned(), value);
    set("uuid", json!(ticket.uid.to_string()));
    set("description", json!(ticket.title));
    set("status", json!(status));
    set("entry", json!(moment(ticket.created_at.0)));
    set("modified", json!(moment(ticket.updated_at.0)));
    let end = ticket.closed_at.filter(|_| closed);
    let at = |at: Option<Time>| at.map(|at| json!(moment(at.0)));
    for (name, at) in [("end", at(end)), ("due", at(ticket.due_at)), ("wait", at(wait))] {
        at.map(|at| set(name, at));
    }
    set("priority", json!(letter));
    if !tags.is_empty() {
        set("tags", json!(tags));
    }
    let annotations = annotations(ticket);
    if !annotations.is_empty() {
        set("annotations", json!(annotations));
    }
    printed(&task, options)
}

/// The conversation. Taskwarrior knows an annotation by its second, so that each has one of its own.
fn annotations(ticket: &Ticket) -> Vec<Value> {
    let mut last = i64::MIN;
    let said = messages(ticket).iter().filter(|message| !message.body.is_empty());
    let annotation = said.map(|message| {
        last = message.created_at.0.0.max(last.saturating_add(1000));
        let mark = if is_note(message) { "[internal note] " } else { "" };
        let text = format!("{mark}{}: {}", called(&message.author), message.body);
        json!({ "entry": moment(Timestamp(last)), "description": text })
    });
    annotation.collect()
}

/// `20260901T091500Z`
fn moment(at: Timestamp) -> String {
    at.utc().format("%Y%m%dT%H%M%SZ").to_string()
}
