//! Tickets as one Markdown document: a section each, a heading for every message.
//!
//! What strangers wrote stands in block quotes, so that no heading, rule or open fence of theirs
//! reaches the document around it; a quote ends what was left open in it (CommonMark §5.1).

use std::io::Write;

use super::{gate, messages};
use crate::domain::words::MessageKind;
use crate::error::Result;
use crate::render::Output;
use crate::view::{Contact, Message, Ticket};

/// Writes a ticket.
pub(super) fn ticket(ticket: &Ticket, output: &Output, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "# #{} {}\n", ticket.id, plain(&ticket.title))?;
    for (name, value) in facts(ticket, output) {
        writeln!(out, "- {name}: {}", plain(&value))?;
    }
    for one in messages(ticket) {
        message(one, output, out)?;
    }
    Ok(writeln!(out)?)
}

fn facts(ticket: &Ticket, output: &Output) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Status", ticket.status.to_string())];
    if let Some(resolution) = ticket.resolution {
        facts[0].1 = format!("{} ({resolution})", ticket.status);
    }
    let mut add = |name, value: Option<String>| facts.extend(value.map(|value| (name, value)));
    let joined = |names: &std::collections::BTreeSet<String>| {
        (!names.is_empty()).then(|| names.iter().cloned().collect::<Vec<_>>().join(", "))
    };
    add("Priority", Some(ticket.priority.to_string()));
    add("Requester", ticket.requester.as_ref().map(Contact::to_string));
    add("Assignee", ticket.assignee.as_ref().map(ToString::to_string));
    add("Labels", joined(&ticket.labels));
    add("Opened", Some(output.time(ticket.created_at.0)));
    add("Closed", ticket.closed_at.map(|at| output.time(at.0)));
    add("Due", ticket.due_at.map(|at| output.time(at.0)));
    add("References", joined(&ticket.refs));
    facts
}

fn message(message: &Message, output: &Output, out: &mut dyn Write) -> Result<()> {
    let kind = if message.kind == MessageKind::Note { " (internal note)" } else { "" };
    let (author, at) = (plain(&message.author.to_string()), output.time(message.created_at.0));
    writeln!(out, "\n## {} {author}{kind}, {at}\n", message.id)?;
    let body = gate::block(&message.body);
    for line in body.lines() {
        writeln!(out, "{}", format!("> {line}").trim_end())?;
    }
    if body.is_empty() {
        writeln!(out, "> (no text)")?;
    }
    for file in &message.attachments {
        writeln!(out, "\n- File: {}", plain(&file.name))?;
    }
    Ok(())
}

/// A line of text that means nothing to Markdown.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in gate::line(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!' | '&')
        {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
