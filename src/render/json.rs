//! JSON: the envelope, streamed, and one object a line.

use std::io::Write;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Output, gate, known};
use crate::error::{Error, Result};
use crate::view::{Rows, Ticket, View};

/// The fields of a ticket, in order.
pub(super) const TICKET: [&str; 24] = [
    "id",
    "uid",
    "title",
    "description",
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
    "fields",
    "due_at",
    "snoozed_until",
    "turn",
    "created_at",
    "updated_at",
    "closed_at",
    "messages",
    "sla",
    "conflicts",
];

/// The fields of the answers other than tickets, by command.
#[must_use]
pub fn fields(command: &str) -> &'static [&'static str] {
    match command {
        "log" => {
            &["change", "at", "actor", "summary", "undone", "undoes", "redoes", "tickets", "events"]
        }
        "undo" | "redo" => &["change", "target", "summary", "tickets", "dry_run"],
        "import" => &[
            "format", "added", "updated", "known", "messages", "skipped", "rejected", "change",
            "dry_run",
        ],
        "info" => &[
            "desk",
            "why",
            "exists",
            "size",
            "tickets",
            "entries",
            "changes",
            "schema",
            "user",
            "user_from",
            "timezone",
            "config",
            "version",
        ],
        "config" => &["key", "value", "from"],
        "dashboard" => {
            &["overdue", "due_today", "awaiting_us", "awaiting_requester", "new", "open"]
        }
        "init" => &["desk"],
        "text" => &["text"],
        _ => &TICKET,
    }
}

/// Writes a value through the gate.
pub(super) fn put<T: Serialize>(out: &mut dyn Write, value: &T) -> Result<()> {
    let text = serde_json::to_string(value).map_err(std::io::Error::from)?;
    out.write_all(gate::json(&text).as_bytes())?;
    Ok(())
}

/// The value, or only its wanted fields in the order wanted.
fn put_picked<T: Serialize>(out: &mut dyn Write, value: &T, output: &Output) -> Result<()> {
    let Some(wanted) = &output.columns else { return put(out, value) };
    let value = serde_json::to_value(value).map_err(std::io::Error::from)?;
    for (i, name) in wanted.iter().enumerate() {
        write!(out, "{}\"{name}\":", if i == 0 { '{' } else { ',' })?;
        put(out, &value[name])?;
    }
    Ok(out.write_all(b"}")?)
}

/// One document with its envelope.
pub(super) fn document(view: View<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    if let Some(wanted) = &output.columns {
        known(wanted, fields(output.command))?;
    }
    match view {
        View::Tickets(rows) | View::Exported(rows) => stream(rows, output, out),
        View::Shown(tickets, true) if tickets.len() == 1 => single(&tickets[0], output, out),
        View::Shown(tickets, _) => many(&tickets, Map::new(), output, out),
        View::Changed(changed) => {
            let mut meta = Map::new();
            meta.insert("change".to_owned(), json!(changed.change));
            meta.insert("dry_run".to_owned(), json!(changed.dry_run));
            if output.command == "new" && changed.tickets.len() == 1 {
                return envelope(out, output, meta, 1, |out| {
                    put_picked(out, &changed.tickets[0], output)
                });
            }
            many(&changed.tickets, meta, output, out)
        }
        View::Log(changes) => many(&changes, Map::new(), output, out),
        View::TakenBack(taken) => single(&taken, output, out),
        View::Imported(imported) => single(&imported, output, out),
        View::Info(info) => single(&*info, output, out),
        View::Dashboard(dashboard, _) => single(&dashboard, output, out),
        View::Config(settings) if settings.len() == 1 => single(&settings[0], output, out),
        View::Config(settings) => many(&settings, Map::new(), output, out),
        View::Initialised(desk, _) => single(&json!({ "desk": desk }), output, out),
        View::Text(text) => single(&json!({ "text": text }), output, out),
        View::Nothing => Ok(()),
    }
}

fn envelope(
    out: &mut dyn Write,
    output: &Output,
    mut meta: Map<String, Value>,
    total: u64,
    data: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    write!(out, "{{\"schema\":\"tix/{}/1\",\"data\":", output.command)?;
    data(out)?;
    let counts = json!({ "total": total, "returned": total, "truncated": false });
    if let Value::Object(counts) = counts {
        meta = counts.into_iter().chain(meta).collect();
    }
    out.write_all(b",\"meta\":")?;
    put(out, &meta)?;
    warnings(output, out)
}

fn warnings(output: &Output, out: &mut dyn Write) -> Result<()> {
    out.write_all(b",\"warnings\":")?;
    put(out, &*output.warnings.borrow())?;
    Ok(out.write_all(b"}\n")?)
}

fn single<T: Serialize>(value: &T, output: &Output, out: &mut dyn Write) -> Result<()> {
    envelope(out, output, Map::new(), 1, |out| put_picked(out, value, output))
}

fn many<T: Serialize>(
    values: &[T],
    meta: Map<String, Value>,
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    envelope(out, output, meta, values.len() as u64, |out| {
        out.write_all(b"[")?;
        for (i, value) in values.iter().enumerate() {
            out.write_all(if i == 0 { b"" } else { b"," })?;
            put_picked(out, value, output)?;
        }
        Ok(out.write_all(b"]")?)
    })
}

/// A list, row by row; what it adds up to follows the rows.
fn stream(rows: Rows<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    write!(out, "{{\"schema\":\"tix/{}/1\",\"data\":[", output.command)?;
    let mut returned = 0u64;
    (rows.each)(&mut |ticket: Ticket| {
        out.write_all(if returned == 0 { b"" } else { b"," })?;
        returned += 1;
        put_picked(out, &ticket, output)
    })?;
    let total = if rows.limit == Some(returned) { (rows.count)()? } else { returned };
    let meta = json!({ "total": total, "returned": returned, "truncated": total > returned });
    write!(out, "],\"meta\":{meta}")?;
    warnings(output, out)
}

/// Tickets, one a line.
pub(super) fn lines(rows: Rows<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    if let Some(wanted) = &output.columns {
        known(wanted, &TICKET)?;
    }
    (rows.each)(&mut |ticket: Ticket| {
        put_picked(out, &ticket, output)?;
        Ok(out.write_all(b"\n")?)
    })
}

/// Any answer, one object a line.
pub(super) fn jsonl(view: View<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    if let Some(wanted) = &output.columns {
        known(wanted, fields(output.command))?;
    }
    if let View::Tickets(rows) = view {
        return lines(rows, output, out);
    }
    if let View::Dashboard(counts, _) = &view {
        put_picked(out, counts, output)?;
        return Ok(out.write_all(b"\n")?);
    }
    super::rows::each(view, &mut |row| {
        put_picked(out, &row.json()?, output)?;
        Ok(out.write_all(b"\n")?)
    })
}

/// An error as JSON.
pub(super) fn error(error: &Error, out: &mut dyn Write) -> std::io::Result<()> {
    let message = error.to_string();
    let document = json!({
        "schema": "tix/error/1",
        "code": error.kind,
        "exit": error.kind.exit(),
        "message": message,
        "hint": error.hint,
    });
    writeln!(out, "{}", gate::json(&document.to_string()))
}
