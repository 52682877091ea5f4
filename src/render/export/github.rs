//! Issues as GitHub's importer takes them: one object a line, for
//! `POST /repos/OWNER/NAME/import/issues` (preview "golden-comet").
//!
//! That interface writes everything in the name of whoever calls it, so each text begins with a line
//! that says who wrote it; addresses stay at home. A comment that no page shows names the ticket and
//! the message, so that `import github` finds back what it was.

use serde_json::{Map, Value, json};

use super::{gate, messages};
use crate::domain::words::{MessageKind, Priority, Resolution, Status};
use crate::render::Output;
use crate::view::{Message, Ticket};

/// The issue that a ticket becomes.
pub(super) fn issue(ticket: &Ticket, output: &Output) -> Value {
    let mut said = messages(ticket).iter();
    let described = said.as_slice().first().filter(|first| first.kind == MessageKind::Reply);
    if described.is_some() {
        said.next();
    }
    let body = described.map_or_else(|| mark(ticket, None), |first| text(ticket, first, output));
    let mut issue = Map::new();
    let mut put = |name: &str, value: Value| issue.insert(name.to_owned(), value);
    put("title", gate::line(&ticket.title).into());
    put("body", body.into());
    put("created_at", ticket.created_at.0.rfc3339().into());
    put("updated_at", ticket.updated_at.0.rfc3339().into());
    put("closed", (ticket.status == Status::Closed).into());
    if let Some(closed) = ticket.closed_at {
        put("closed_at", closed.0.rfc3339().into());
    }
    put("labels", labels(ticket).into());
    let comments: Vec<Value> = said
        .map(|message| {
            let at = message.created_at.0.rfc3339();
            json!({ "created_at": at, "body": text(ticket, message, output) })
        })
        .collect();
    json!({ "issue": issue, "comments": comments })
}

/// The labels, with those that say what GitHub has no field for.
fn labels(ticket: &Ticket) -> Vec<String> {
    let mut labels: Vec<String> = ticket.labels.iter().map(|it| gate::line(it).into()).collect();
    if ticket.priority != Priority::Normal {
        labels.push(format!("priority/{}", ticket.priority));
    }
    match ticket.resolution {
        None | Some(Resolution::Solved) => {}
        Some(resolution) => labels.push(resolution.to_string()),
    }
    labels.sort();
    labels.dedup();
    labels
}

/// A message with who wrote it.
fn text(ticket: &Ticket, message: &Message, output: &Output) -> String {
    let note = if message.kind == MessageKind::Note { " (internal note)" } else { "" };
    let name = message.author.name.as_deref().or_else(|| {
        let mail = message.author.email.as_deref()?;
        mail.split('@').next()
    });
    let name = gate::line(name.unwrap_or("unknown")).replace(['_', '*', '`', '<', '@'], " ");
    let at = output.time(message.created_at.0);
    let files: Vec<String> =
        message.attachments.iter().map(|file| format!("\n- {}", gate::line(&file.name))).collect();
    let files = if files.is_empty() {
        String::new()
    } else {
        format!("\n\nAttachments:{}", files.concat())
    };
    let body = gate::block(&message.body);
    format!("_{}{note}, {at}:_\n\n{body}{files}\n\n{}", name.trim(), mark(ticket, Some(message)))
}

/// What names a message, unseen.
fn mark(ticket: &Ticket, message: Option<&Message>) -> String {
    let number = message.and_then(|message| message.id.split_once('.')).map_or("", |(_, n)| n);
    format!("<!-- tix {} {number} -->", ticket.uid)
}
