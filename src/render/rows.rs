//! Any answer as rows: CSV, TSV and bare IDs.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Write;

use serde::Serialize;
use serde_json::Value;

use super::{Format, Output, gate};
use crate::domain::words::{By, Resolution};
use crate::error::Result;
use crate::view::{
    Articles, Care, Contact, Messages, Promises, Reckoned, Shared, Ticket, Time, View, Why,
};

/// The columns of a list of tickets for scripts.
const TICKETS: [&str; 8] =
    ["id", "status", "priority", "assignee", "customer", "labels", "title", "updated_at"];

/// The same with the reason why each is urgent.
const URGENT: [&str; 9] =
    ["id", "reason", "status", "priority", "assignee", "customer", "labels", "title", "updated_at"];

/// The usual columns of what a command lists.
pub(super) fn usual(command: &str) -> &'static [&'static str] {
    if command == "next" { &URGENT } else { &TICKETS }
}

/// One row of an answer.
pub(super) enum Row<'a> {
    /// A ticket: lists have many, so its cells are read off directly.
    Ticket(&'a Ticket),
    /// Anything else, as a JSON object.
    Other(&'a Value),
}

impl<'a> Row<'a> {
    /// The text of a cell.
    fn cell(&self, name: &str) -> Cow<'a, str> {
        match self {
            Row::Ticket(ticket) => of_ticket(ticket, name),
            Row::Other(value) => cell(&value[name]).into(),
        }
    }

    /// The row as JSON.
    pub(super) fn json(&self) -> Result<Value> {
        match self {
            Row::Ticket(ticket) => value(ticket),
            Row::Other(value) => Ok((*value).clone()),
        }
    }
}

/// The usual columns of an answer for scripts.
fn columns(view: &View<'_>, output: &Output) -> Vec<String> {
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match view {
        View::Log(..) => named(&["change", "at", "actor", "undone", "summary"]),
        View::Count(_) => named(&["count"]),
        View::Customers(_) => {
            named(&["name", "title", "tier", "open", "mails", "domains", "handles"])
        }
        View::Articles(Articles::Found(..)) => named(&["name", "title", "snippet"]),
        View::Articles(_) => named(&["name", "title", "labels", "tickets", "updated_at"]),
        View::Calendars(..) => named(&["name", "zone", "hours", "open", "tiers"]),
        View::Tiers(..) => {
            named(&["name", "calendar", "first_response", "next_response", "resolution", "about"])
        }
        View::Drafts(..) => named(&["name", "at", "for", "text"]),
        View::Care(Care::Listed(_)) => named(&["at", "reason", "size", "file"]),
        View::Care(Care::Checked(_)) => named(&["state", "check", "found"]),
        View::Files(files) if files.saved => named(&["path", "name", "size", "type", "message"]),
        View::Files(_) => named(&["name", "size", "type", "message", "kind"]),
        View::Tallies(_, groups) => {
            let groups: Vec<&str> = groups.iter().map(|group| group.name()).collect();
            named(&[groups.as_slice(), &["count"]].concat())
        }
        View::Tickets(_)
        | View::Found(_)
        | View::Similar(_)
        | View::Shown(..)
        | View::Exported(_)
        | View::Changed(_)
        | View::Dashboard(..) => named(usual(output.command)),
        _ => output.fields(),
    }
}

/// Hands each row of an answer to `sink`.
pub(super) fn each(view: View<'_>, sink: &mut dyn FnMut(Row<'_>) -> Result<()>) -> Result<()> {
    match view {
        View::Tickets(rows)
        | View::Found(rows)
        | View::Similar(rows)
        | View::Dashboard(_, rows)
        | View::Exported(rows) => (rows.each)(&mut |ticket: Ticket| sink(Row::Ticket(&ticket))),
        View::Shown(tickets, _) => tickets.iter().try_for_each(|ticket| sink(Row::Ticket(ticket))),
        View::Changed(changed) => {
            changed.tickets.iter().try_for_each(|ticket| sink(Row::Ticket(ticket)))
        }
        View::Files(files) => all(&files.files, sink),
        View::Log(changes, _) => all(&changes, sink),
        View::Config(settings) => all(&settings, sink),
        View::Count(count) => all(&[count], sink),
        View::Tallies(tallies, _) => all(&tallies, sink),
        View::Saved(views, _) => all(&views, sink),
        View::Canned(replies, ..) => all(&replies, sink),
        View::Articles(Articles::Found(found, _)) => all(&found, sink),
        View::Articles(
            Articles::Listed(articles)
            | Articles::Shown(articles, _)
            | Articles::Changed { all: articles, .. },
        ) => all(&articles, sink),
        View::Customers(customers) => all(&customers.all, sink),
        View::Calendars(calendars, ..) => all(&calendars, sink),
        View::Tiers(tiers, ..) => all(&tiers, sink),
        View::Reckoned(Reckoned::Due(due)) => all(&[due], sink),
        View::Reckoned(Reckoned::Elapsed(elapsed)) => all(&[elapsed], sink),
        View::Reckoned(Reckoned::Open(open)) => all(&[open], sink),
        View::Promises(Promises::Owed(owed, _)) => all(&owed, sink),
        View::Promises(Promises::Explained(one)) => all(&[one], sink),
        View::Promises(Promises::Report(rows, _)) => all(&rows, sink),
        View::Promises(Promises::Remeasured(rows, _)) => all(&rows, sink),
        View::Drafts(drafts, _) => all(&drafts, sink),
        View::Explained(explained) => all(&[explained], sink),
        View::TakenBack(taken) => all(&[taken], sink),
        View::Purged(purged) => all(&[purged], sink),
        View::Verified(verified) => all(&[verified], sink),
        View::Imported(imported) => all(&[imported], sink),
        View::Info(info) => all(&[info], sink),
        View::Configured(setting) => all(&[setting], sink),
        View::Initialised(desk) => all(&[desk], sink),
        View::Key(key, _) => all(&[key], sink),
        View::Shared(Shared::Synced(one)) => all(&[one], sink),
        View::Shared(Shared::Sharing(one)) => all(&[one], sink),
        View::Shared(Shared::Members(members, _)) => all(&members, sink),
        View::Shared(Shared::Conflicts(lost, _)) => all(&lost, sink),
        View::Shared(Shared::Bundle(one)) => all(&[one], sink),
        View::Care(Care::Made(backup)) => all(&[backup], sink),
        View::Care(Care::Listed(copies)) => all(&copies, sink),
        View::Care(Care::Restored(restored)) => all(&[restored], sink),
        View::Care(Care::Checked(checks)) => all(&checks, sink),
        View::Care(Care::Salvaged(salvaged)) => all(&[salvaged], sink),
        View::Written(written) => all(&[written], sink),
        // It has a form of its own, and is no row.
        View::Streamed(_) => Ok(()),
        View::Text(text) => all(&[text], sink),
    }
}

fn all<T: Serialize>(values: &[T], sink: &mut dyn FnMut(Row<'_>) -> Result<()>) -> Result<()> {
    values.iter().try_for_each(|one| sink(Row::Other(&value(one)?)))
}

fn value<T: Serialize>(value: &T) -> Result<Value> {
    Ok(serde_json::to_value(value).map_err(std::io::Error::from)?)
}

/// CSV with a spreadsheet's formulas disarmed, or TSV.
pub(super) fn render(view: View<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    let columns = output.columns.clone().unwrap_or_else(|| columns(&view, output));
    if output.format == Format::Csv {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        if output.header {
            writer.write_record(&columns).map_err(broken)?;
        }
        each(view, &mut |row| {
            let cells = columns.iter().map(|name| disarmed_cell(&row.cell(name)));
            Ok(writer.write_record(cells).map_err(broken)?)
        })?;
        return Ok(writer.flush()?);
    }
    if output.header {
        writeln!(out, "{}", columns.join("\t"))?;
    }
    each(view, &mut |row| {
        for (i, name) in columns.iter().enumerate() {
            out.write_all(if i == 0 { b"" } else { b"\t" })?;
            out.write_all(gate::line(&row.cell(name)).as_bytes())?;
        }
        Ok(out.write_all(b"\n")?)
    })
}

/// What went wrong below the CSV: a reader that went away is still known as one.
fn broken(error: csv::Error) -> std::io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => std::io::Error::other(format!("{other:?}")),
    }
}

/// The IDs of an answer, one a line.
pub(super) fn ids(view: View<'_>, out: &mut dyn Write) -> Result<()> {
    let name = match &view {
        View::Log(..) | View::TakenBack(_) | View::Imported(_) => "change",
        View::Info(_) | View::Initialised(_) | View::Care(Care::Restored(_)) => "desk",
        View::Config(_) | View::Configured(_) => "value",
        View::Count(_) | View::Tallies(..) => "count",
        View::Files(files) if files.saved => "path",
        View::Care(Care::Made(_) | Care::Listed(_)) | View::Shared(Shared::Bundle(_)) => "file",
        View::Care(Care::Checked(_)) => "check",
        View::Written(_) | View::Care(Care::Salvaged(_)) => "to",
        View::Key(..) => "recipient",
        View::Shared(Shared::Synced(_) | Shared::Sharing(_)) => "fingerprint",
        View::Shared(Shared::Members(..))
        | View::Saved(..)
        | View::Canned(..)
        | View::Articles(_)
        | View::Customers(_)
        | View::Calendars(..)
        | View::Tiers(..)
        | View::Drafts(..)
        | View::Files(_) => "name",
        View::Reckoned(Reckoned::Due(_)) => "due_at",
        View::Reckoned(Reckoned::Elapsed(_)) => "elapsed_s",
        View::Reckoned(Reckoned::Open(_)) => "opens_at",
        View::Promises(Promises::Report(..)) => "total",
        View::Explained(_) => "sql",
        _ => "id",
    };
    each(view, &mut |row| match row.cell(name) {
        cell if cell.is_empty() => Ok(()),
        cell => Ok(writeln!(out, "{}", gate::line(&cell))?),
    })
}

/// The text of a ticket's cell: lists joined by commas, a person as `Name <mail>`.
#[must_use]
pub fn of_ticket<'a>(ticket: &'a Ticket, name: &str) -> Cow<'a, str> {
    let joined = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(",");
    let time = |at: Option<Time>| at.map_or(String::new(), |at| at.0.rfc3339());
    match name {
        "id" => Cow::Borrowed(&ticket.id),
        "uid" => ticket.uid.to_string().into(),
        "title" => Cow::Borrowed(&ticket.title),
        "description" => Cow::Borrowed(&ticket.description),
        "status" => ticket.status.word().into(),
        "resolution" => ticket.resolution.map_or("", Resolution::word).into(),
        "priority" => ticket.priority.word().into(),
        "labels" => joined(&ticket.labels).into(),
        "assignee" => ticket.assignee.as_ref().map_or_else(String::new, ToString::to_string).into(),
        "requester" => {
            ticket.requester.as_ref().map_or_else(String::new, Contact::to_string).into()
        }
        "customer" => ticket.customer.as_deref().unwrap_or_default().into(),
        "tier" => ticket.tier.as_deref().unwrap_or_default().into(),
        "channel" => ticket.channel.word().into(),
        "refs" => joined(&ticket.refs).into(),
        "fields" => {
            let pairs = ticket.fields.iter().map(|(name, value)| format!("{name}={value}"));
            pairs.collect::<Vec<_>>().join(",").into()
        }
        "due_at" => time(ticket.due_at).into(),
        "snoozed_until" => time(ticket.snoozed_until).into(),
        "turn" => ticket.turn.map_or("", By::word).into(),
        "created_at" => time(Some(ticket.created_at)).into(),
        "updated_at" => time(Some(ticket.updated_at)).into(),
        "closed_at" => time(ticket.closed_at).into(),
        "messages" => match &ticket.messages {
            Messages::Count(count) => count.to_string().into(),
            Messages::All(all) => all.len().to_string().into(),
        },
        "merged_into" => ticket.merged_into.as_deref().unwrap_or_default().into(),
        "reason" => Cow::Borrowed(ticket.reason.as_deref().unwrap_or_default()),
        "articles" => {
            let names = ticket.articles.iter().map(|article| article.name.as_str());
            names.collect::<Vec<_>>().join(",").into()
        }
        "links" => {
            let links = ticket.links.iter().flatten();
            let pairs = links.map(|link| format!("{}={}", link.kind, link.id));
            pairs.collect::<Vec<_>>().join(",").into()
        }
        "score" => {
            let score = ticket.hit.as_ref().and_then(|hit| hit.score());
            score.map_or_else(String::new, |score| score.to_string()).into()
        }
        "snippet" => match ticket.hit.as_deref() {
            Some(Why::Found(hit)) => Cow::Borrowed(&hit.snippet.part.text),
            _ => Cow::Borrowed(""),
        },
        "shared" => match ticket.hit.as_deref() {
            Some(Why::Alike(alike)) => alike.shared.join(",").into(),
            _ => Cow::Borrowed(""),
        },
        _ => Cow::Borrowed(""),
    }
}

/// A value as the text of a cell: lists joined by commas.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.iter().all(|value| !value.is_object()) => {
            values.iter().map(cell).collect::<Vec<_>>().join(",")
        }
        // Tickets and the like by their numbers.
        Value::Array(values) if values.iter().all(|value| value["id"].is_string()) => {
            values.iter().map(|value| cell(&value["id"])).collect::<Vec<_>>().join(",")
        }
        Value::Object(fields) => {
            let pairs = fields.iter().map(|(key, value)| format!("{key}={}", cell(value)));
            pairs.collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    }
}

/// A text as a cell that is safe to print and to open.
#[must_use]
pub fn disarmed_cell(text: &str) -> String {
    disarmed(gate::block(text).into_owned())
}

/// A cell that no spreadsheet takes for a formula (CWE-1236): what would begin one gets a `'`.
fn disarmed(cell: String) -> String {
    let first = cell.chars().find(|c| !c.is_whitespace() || matches!(c, '\t' | '\r' | '\n'));
    let formula = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    );
    if formula { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_a_spreadsheet_would_run_are_disarmed() {
        for cell in
            ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx", " =1", "＝1", "\u{a0}\u{3000} =1"]
        {
            assert_eq!(disarmed(cell.to_owned()), format!("'{cell}"));
        }
        assert_eq!(disarmed("a=1".to_owned()), "a=1");
    }
}
