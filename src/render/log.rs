//! The journal for people: changes, newest first.

use std::io::Write;

use super::{Output, gate, lines, show};
use crate::domain::diff::{self, Line::Gone, Line::Kept, Line::New};
use crate::error::Result;
use crate::view::{Change, Line};

/// How many events of a change are listed.
const EVENTS_MAX: usize = 8;

/// How many lines around a changed one are shown.
const AROUND: usize = 2;

/// A message's text is indented by this, its sign included.
const INDENT: usize = 8;

/// The changes; `some` when only some were asked for.
pub(super) fn log(
    changes: &[Change],
    some: bool,
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    if changes.is_empty() {
        let nothing = if some { "no changes match" } else { "nothing has happened yet" };
        return Ok(writeln!(out, "{nothing}")?);
    }
    changes.iter().try_for_each(|change| one(change, output, out))
}

fn one(change: &Change, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    let undone = if change.undone { paint.yellow(" (undone)") } else { String::new() };
    let id = paint.bold(&change.change[..8]);
    let when = paint.dim(&output.when(change.at.0));
    let actor = format!("{}{undone}", gate::line(change.actor.short()));
    for line in lines::joined(&[id, when, actor], "  ", output.columns()) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{}", show::wrapped(&gate::line(&change.summary), output, 4))?;
    let several = change.events.len() > 1;
    // Texts are what was asked for: no list of other things is too long for them.
    let texts = |line: &&Line| line.before.is_some() || line.after.is_some();
    let rest = change.events.iter().filter(|line| several && !texts(line));
    let rest: Vec<&Line> = rest.collect();
    for line in rest.iter().take(EVENTS_MAX) {
        listed(line, output, out)?;
    }
    if rest.len() > EVENTS_MAX {
        writeln!(out, "      {}", paint.dim("…"))?;
    }
    for line in change.events.iter().filter(texts) {
        if several {
            listed(line, output, out)?;
        }
        text(line, output, out)?;
    }
    Ok(())
}

fn listed(line: &Line, output: &Output, out: &mut dyn Write) -> Result<()> {
    let room = output.width.saturating_sub(6);
    let line = gate::line(&event(line)).into_owned();
    Ok(writeln!(out, "      {}", output.paint().dim(&gate::fit(&line, room)))?)
}

/// A message's text before and after, what is the same left out but for a few lines.
fn text(line: &Line, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    let side = |text: &Option<String>| text.clone().unwrap_or_default();
    let (before, after) = (side(&line.before), side(&line.after));
    let lines = diff::lines(&before, &after);
    let near = |i: usize| {
        let around = &lines[i.saturating_sub(AROUND)..lines.len().min(i + AROUND + 1)];
        around.iter().any(|line| !matches!(line, Kept(_)))
    };
    let mut passed = false;
    for (i, line) in lines.iter().enumerate() {
        if !near(i) {
            if !passed {
                writeln!(out, "      {}", paint.dim("…"))?;
            }
            passed = true;
            continue;
        }
        passed = false;
        let (sign, text): (_, &str) = match line {
            Kept(text) => (' ', text),
            Gone(text) => ('-', text),
            New(text) => ('+', text),
        };
        let text = gate::block(text).replace('\t', "    ");
        let text = show::wrapped(&text, output, INDENT);
        let line = format!("      {sign} {}", text.get(INDENT..).unwrap_or_default());
        for line in line.split('\n').map(str::trim_end) {
            let line = match sign {
                '-' => paint.red(line),
                '+' => paint.green(line),
                _ => paint.dim(line),
            };
            writeln!(out, "{line}")?;
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
