//! What a search found, with the words marked; counts; and what a query means.

use std::fmt::Write as _;
use std::io::Write;

use super::{Output, articles, gate, table};
use crate::domain::query::Group;
use crate::domain::snippet::Marked;
use crate::domain::words::MessageKind;
use crate::error::Result;
use crate::view::{Alike, Explained, Hit, Rows, Tally, Ticket, Why};

/// A hit's second line is indented by this.
const INDENT: usize = 4;

/// The tickets found: the title with what else matters, and the part where the words stand.
pub(super) fn found(rows: Rows<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    let output = &Output { shape: rows.shape, ..output.clone() };
    let mut returned = 0;
    (rows.each)(&mut |ticket: Ticket| {
        returned += 1;
        hit(&ticket, output, out)
    })?;
    if returned == 0 {
        writeln!(out, "no tickets match")?;
    } else {
        table::missing(returned, rows.limit, &rows.count, output, out)?;
    }
    articles::beside(rows.articles.as_ref(), output, out)
}

/// The tickets that are like another: the title with what else matters, and the words that both
/// have.
pub(super) fn similar(rows: Rows<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    let mut any = false;
    (rows.each)(&mut |ticket: Ticket| {
        any = true;
        hit(&ticket, output, out)
    })?;
    if !any {
        writeln!(out, "no similar tickets")?;
    }
    articles::beside(rows.articles.as_ref(), output, out)
}

fn hit(ticket: &Ticket, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    let id = format!("#{}", ticket.id);
    let status = output.standing(ticket);
    let ago = output.moment(ticket.updated_at.0);
    let tail = format!("  {status} · {ago}");
    let width = if output.shape.wide { usize::MAX } else { output.width };
    let room = width.saturating_sub(id.len() + 2);
    // The state goes before the title is cut to nothing.
    let tail = if room < gate::width(&tail) + 20 { String::new() } else { tail };
    let room = room.saturating_sub(gate::width(&tail));
    let title = match ticket.hit.as_deref() {
        Some(Why::Found(hit)) => marked(&hit.snippet.title, room, output),
        _ => gate::fit(&gate::line(&ticket.title), room).into_owned(),
    };
    writeln!(out, "{}  {title}{}", paint.bold(&id), paint.dim(&tail))?;
    match ticket.hit.as_deref() {
        Some(Why::Found(hit)) => snippet(hit, width, output, out),
        Some(Why::Alike(alike)) => because(alike, width, output, out),
        None => Ok(()),
    }
}

/// The part of a message where the words stand.
fn snippet(hit: &Hit, width: usize, output: &Output, out: &mut dyn Write) -> Result<()> {
    let Some((message, kind)) = &hit.snippet.message else { return Ok(()) };
    let badge = match kind {
        MessageKind::Reply => format!("{message} "),
        MessageKind::Note => format!("{message} NOTE "),
    };
    let room = width.saturating_sub(INDENT + badge.len());
    let part = marked(&hit.snippet.part, room, output);
    Ok(writeln!(out, "{:INDENT$}{}{part}", "", output.paint().dim(&badge))?)
}

/// The words that both tickets have: as many as fit.
fn because(alike: &Alike, width: usize, output: &Output, out: &mut dyn Write) -> Result<()> {
    let head = "because: ";
    let room = width.saturating_sub(INDENT + head.len());
    let words = alike.shared.iter().map(|word| gate::line(word));
    let mut line = String::new();
    for word in words {
        let gap = if line.is_empty() { "" } else { ", " };
        if !line.is_empty() && gate::width(&line) + gap.len() + gate::width(&word) > room {
            break;
        }
        line = format!("{line}{gap}{word}");
    }
    let line = gate::fit(&line, room);
    Ok(writeln!(out, "{:INDENT$}{}{line}", "", output.paint().dim(head))?)
}

/// `text` through the gate, its places marked, cut to `room` columns.
pub(super) fn marked(text: &Marked, room: usize, output: &Output) -> String {
    let mut pieces = Vec::new();
    let mut last = 0;
    for (start, end) in &text.marks {
        pieces.push((&text.text[last..*start], false));
        pieces.push((&text.text[*start..*end], true));
        last = *end;
    }
    pieces.push((&text.text[last..], false));
    let whole: usize = pieces.iter().map(|(piece, _)| gate::width(&gate::line(piece))).sum();
    let mut left = if whole > room { room.saturating_sub(1) } else { whole };
    let mut shown = String::new();
    for (piece, mark) in pieces {
        let piece = gate::line(piece);
        let cut = gate::cut(&piece, left);
        left -= gate::width(cut);
        shown.push_str(&if mark { output.paint().found(cut) } else { cut.to_owned() });
        if cut.len() < piece.len() {
            break;
        }
    }
    if whole > room {
        shown.push('…');
    }
    shown
}

/// Counts by what they were counted by, as a table.
pub(super) fn tallies(
    tallies: &[Tally],
    groups: &[Group],
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    if tallies.is_empty() {
        return Ok(writeln!(out, "no tickets match")?);
    }
    let paint = output.paint();
    let most = tallies.iter().map(|tally| tally.count.to_string().len()).max().unwrap_or(0);
    let most = most.max("COUNT".len());
    // What the columns share, after the count and the gaps.
    let room = output.width.saturating_sub(most + 2 * groups.len()) / groups.len().max(1);
    let cell = |value: &Option<String>| match value {
        Some(value) => gate::fit(&gate::line(value), room.max(4)).into_owned(),
        None => "–".to_owned(),
    };
    let widths: Vec<usize> = (0..groups.len())
        .map(|i| {
            let cells = tallies.iter().map(|tally| gate::width(&cell(&tally.keys[i].1)));
            cells.max().unwrap_or(0).max(groups[i].name().len().min(room))
        })
        .collect();
    let mut head = format!("{:>most$}", "COUNT");
    for (group, width) in groups.iter().zip(&widths) {
        let _ = write!(head, "  {:<width$}", gate::fit(&group.name().to_uppercase(), *width));
    }
    writeln!(out, "{}", paint.dim(head.trim_end()))?;
    for tally in tallies {
        let mut line = format!("{:>most$}", tally.count);
        for ((_, value), width) in tally.keys.iter().zip(&widths) {
            let cell = cell(value);
            let gap = width.saturating_sub(gate::width(&cell));
            let _ = write!(line, "  {cell}{:gap$}", "");
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// What a query means and how it is answered.
pub(super) fn explained(explained: &Explained, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    let mut part = |head: &str, lines: &mut dyn Iterator<Item = &str>| -> Result<()> {
        writeln!(out, "{}", paint.bold(head))?;
        for line in lines {
            writeln!(out, "  {}", gate::line(line).trim_end())?;
        }
        Ok(())
    };
    part("query", &mut std::iter::once(explained.query.as_str()))?;
    part("means", &mut explained.tree.iter().map(String::as_str))?;
    if explained.sql.is_empty() {
        return part("answered by", &mut std::iter::once("nothing: there is no desk yet"));
    }
    part("answered by", &mut explained.sql.lines().map(str::trim))?;
    let numbered = explained.parameters.iter().enumerate();
    let numbered: Vec<String> =
        numbered.map(|(i, value)| format!("?{} = {value}", i + 1)).collect();
    part("with", &mut numbered.iter().map(String::as_str))?;
    part("going about it", &mut explained.plan.iter().map(String::as_str))
}
