//! The journal for people: changes, newest first.

use std::io::Write;

use super::{Output, gate};
use crate::error::Result;
use crate::view::{Change, Line};

/// How many events of a change are listed.
const EVENTS_MAX: usize = 8;

pub(super) fn log(changes: &[Change], output: &Output, out: &mut dyn Write) -> Result<()> {
    if changes.is_empty() {
        return Ok(writeln!(out, "nothing has happened yet")?);
    }
    let paint = output.paint();
    for change in changes {
        let undone = if change.undone { paint.yellow(" (undone)") } else { String::new() };
        writeln!(
            out,
            "{}  {}  {}{undone}",
            paint.bold(&change.change[..8]),
            paint.dim(&output.when(change.at.0)),
            gate::line(change.actor.short()),
        )?;
        writeln!(out, "    {}", gate::line(&change.summary))?;
        let several = change.events.len() > 1;
        for event in change.events.iter().filter(|_| several).take(EVENTS_MAX) {
            writeln!(
                out,
                "      {}",
                paint.dim(&gate::fit(
                    &gate::line(&self::event(event)),
                    output.width.saturating_sub(6)
                ))
            )?;
        }
        if change.events.len() > EVENTS_MAX {
            writeln!(out, "      {}", paint.dim("…"))?;
        }
    }
    Ok(())
}

/// `#42 priority: normal → high`
fn event(line: &Line) -> String {
    let ticket = line.ticket.as_ref().map_or(String::new(), |id| format!("#{id} "));
    if let Some(words) = joined(&line.what) {
        return match (&line.from, &line.to) {
            (_, Some(to)) => format!("{ticket}{words} #{to}"),
            (Some(from), None) => format!("{ticket}no longer {words} #{from}"),
            (None, None) => format!("{ticket}{words}"),
        };
    }
    match (&line.from, &line.to) {
        (Some(from), Some(to)) if from != to => format!("{ticket}{}: {from} → {to}", line.what),
        (_, Some(to)) => format!("{ticket}{}: {to}", line.what),
        (Some(from), None) => format!("{ticket}{}: {from} →", line.what),
        (None, None) => format!("{ticket}{}", line.what),
    }
}

/// How an event is said that is about another ticket.
fn joined(what: &str) -> Option<&str> {
    match what {
        "merged" => Some("merged into"),
        "blocks" | "relates" | "duplicates" => Some(what),
        _ => None,
    }
}
