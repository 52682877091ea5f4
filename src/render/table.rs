//! Lists of tickets as a table fitted to the terminal.

use std::collections::BTreeSet;
use std::io::Write;

use comfy_table::{ColumnConstraint, Table, Width, presets};

use super::style::{Paint, count};
use super::{Output, gate, lines, rows, sla};
use crate::domain::disguise::MARK;
use crate::domain::words::{Priority, Status};
use crate::error::Result;
use crate::view::{Contact, Counter, Rows, Ticket, Time, total};

/// How many rows are laid out at once; more are streamed in such pieces, all of the first one's
/// widths.
const PIECE: usize = 100;

/// A title has at least this many columns before another column is shown.
const TITLE_MIN: usize = 20;

/// Other columns go until titles of this width are whole; longer ones are cut. Where there are few
/// columns, they matter more than the end of a long title.
const TITLE_WISH: usize = 60;
const TITLE_WISH_OF_FEW: usize = 30;

/// No other column is wider than this.
const OTHER_MAX: usize = 24;

/// Wider than any list: nothing is cut to it.
const WIDE: usize = 10_000;

/// The usual columns, with those that go first when the terminal is narrow having the highest rank.
const USUAL: [(&str, u8); 10] = [
    ("id", 0),
    ("priority", 1),
    ("status", 3),
    ("title", 0),
    ("requester", 6),
    ("assignee", 8),
    ("labels", 7),
    ("due_at", 5),
    ("sla", 4),
    ("updated_at", 2),
];

/// The same where each is shown with the reason why it is urgent.
const URGENT: [(&str, u8); 4] = [("id", 0), ("reason", 0), ("requester", 1), ("title", 0)];

/// The usual columns of what a command lists.
pub(super) fn usual(command: &str) -> &'static [(&'static str, u8)] {
    if command == "next" { &URGENT } else { &USUAL }
}

/// A list for people.
pub(super) fn list(rows: Rows<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    let width = if rows.shape.wide { WIDE } else { output.width };
    let output = &Output { shape: rows.shape, width, ..output.clone() };
    if let Some(scope) = &output.shape.scope {
        let line = format!("only {} (--all for all)", gate::line(scope));
        writeln!(out, "{}", output.paint().dim(&line))?;
    }
    let mut layout: Option<Layout> = None;
    let mut piece: Vec<Ticket> = Vec::with_capacity(PIECE);
    let mut returned = 0u64;
    (rows.each)(&mut |ticket: Ticket| {
        returned += 1;
        piece.push(ticket);
        if piece.len() < PIECE {
            return Ok(());
        }
        let layout = layout.get_or_insert_with(|| Layout::of(&piece, output));
        layout.write(&std::mem::take(&mut piece), output, out)
    })?;
    if returned == 0 {
        return Ok(writeln!(out, "no tickets match")?);
    }
    let layout = layout.get_or_insert_with(|| Layout::of(&piece, output));
    layout.write(&piece, output, out)?;
    missing(returned, rows.limit, &rows.count, output, out)
}

/// Says how many there are where a limit cut the list.
pub(super) fn missing(
    returned: u64,
    limit: Option<u64>,
    count: &Counter<'_>,
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    let total = total(returned, limit, count)?;
    if total > returned {
        let line = match output.command {
            "next" => format!("the most urgent {returned} (-L 0 for all)"),
            _ => format!("showing {returned} of {total} (-L 0 for all)"),
        };
        writeln!(out, "{}", output.paint().dim(&line))?;
    }
    Ok(())
}

/// A column's name, rank and width.
type Column = (String, u8, usize);

/// How wide all columns but the title are, gaps included.
fn others(columns: &[Column]) -> usize {
    columns.iter().filter(|(name, ..)| name != "title").map(|(_, _, width)| width + 2).sum()
}

/// How wide the title should be: columns go before titles are cut, but not for titles that are too
/// long even alone or longer than most tools allow, nor for the longest tenth of a list.
fn wish(tickets: &[Ticket], output: &Output, columns: &[Column]) -> usize {
    let kept: Vec<Column> = columns.iter().filter(|(_, rank, _)| *rank == 0).cloned().collect();
    let room = output.width.saturating_sub(others(&kept));
    let longest = if output.command == "next" { TITLE_WISH_OF_FEW } else { TITLE_WISH };
    let titles = tickets.iter().map(|ticket| gate::width(&gate::line(&ticket.title)));
    let mut titles: Vec<usize> =
        titles.filter(|width| *width <= room).map(|width| width.min(longest)).collect();
    titles.sort_unstable();
    let most = titles.get((titles.len() * 9).div_ceil(10).saturating_sub(1)).copied();
    let natural =
        columns.iter().find(|(name, ..)| name == "title").map_or(0, |(_, _, width)| *width);
    most.unwrap_or(TITLE_MIN).max(TITLE_MIN.min(room)).min(natural)
}

/// Which columns are shown, and how wide.
struct Layout {
    columns: Vec<(String, usize)>,
    begun: bool,
}

impl Layout {
    fn of(tickets: &[Ticket], output: &Output) -> Self {
        let usual = usual(output.command);
        let usual = || usual.iter().map(|(name, rank)| ((*name).to_owned(), *rank)).collect();
        let asked = |names: &Vec<String>| names.iter().map(|name| (name.clone(), 0)).collect();
        let mut columns: Vec<(String, u8)> = output.columns.as_ref().map_or_else(usual, asked);
        let natural = |name: &str| {
            let cells = tickets.iter().map(|ticket| gate::width(&cell(ticket, name, output)));
            cells.max().unwrap_or(0).max(head(name).len()).min(match name {
                _ if output.width == WIDE => WIDE / 10,
                "title" => 200,
                "reason" => 2 * OTHER_MAX,
                _ => OTHER_MAX,
            })
        };
        // A column without a word in it says nothing.
        columns.retain(|(name, rank)| {
            *rank == 0 || tickets.iter().any(|t| !cell(t, name, output).is_empty())
        });
        let mut widths: Vec<Column> = columns
            .into_iter()
            .map(|(name, rank)| {
                let width = natural(&name);
                (name, rank, width)
            })
            .collect();
        let wish = wish(tickets, output, &widths);
        while let Some(last) =
            widths.iter().map(|(_, rank, _)| *rank).max().filter(|rank| *rank > 0)
        {
            let others = others(&widths);
            if others + wish <= output.width {
                break;
            }
            widths.retain(|(_, rank, _)| *rank != last);
        }
        Self { columns: squeeze(widths, output.width), begun: false }
    }

    fn write(&mut self, tickets: &[Ticket], output: &Output, out: &mut dyn Write) -> Result<()> {
        let paint = output.paint();
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        if !self.begun && output.header {
            let heads =
                self.columns.iter().map(|(name, width)| paint.dim(&gate::fit(&head(name), *width)));
            table.add_row(heads);
        }
        self.begun = true;
        for ticket in tickets {
            let cells = self.columns.iter().map(|(name, width)| {
                let text = cell(ticket, name, output);
                painted(ticket, name, &gate::fit(&text, *width), paint, output)
            });
            table.add_row(cells);
        }
        for (i, (_, width)) in self.columns.iter().enumerate() {
            if let Some(column) = table.column_mut(i) {
                column.set_padding((0, 0));
                let gap = if i + 1 < self.columns.len() { 2 } else { 0 };
                let width = u16::try_from(width + gap).unwrap_or(u16::MAX);
                column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
            }
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// Takes what is too much from the title first, then from the widest column.
fn squeeze(widths: Vec<Column>, total: usize) -> Vec<(String, usize)> {
    let mut columns: Vec<(String, usize)> =
        widths.into_iter().map(|(name, _, width)| (name, width)).collect();
    let gaps = 2 * columns.len().saturating_sub(1);
    let sum =
        |columns: &[(String, usize)]| columns.iter().map(|(_, width)| width).sum::<usize>() + gaps;
    let mut over = sum(&columns).saturating_sub(total);
    if let Some((_, width)) = columns.iter_mut().find(|(name, _)| name == "title") {
        let cut = over.min(width.saturating_sub(8));
        *width -= cut;
        over -= cut;
    }
    while over > 0 {
        let Some((_, width)) = columns.iter_mut().max_by_key(|(_, width)| *width) else { break };
        if *width <= 4 {
            break;
        }
        *width -= 1;
        over -= 1;
    }
    columns
}

fn head(name: &str) -> String {
    if name == "reason" {
        return "WHY".to_owned();
    }
    name.trim_end_matches("_at").replace('_', " ").to_uppercase()
}

/// The text of a cell, through the gate, on one line.
fn cell(ticket: &Ticket, name: &str, output: &Output) -> String {
    let ago = |at: Option<Time>| at.map_or_else(String::new, |at| output.moment(at.0));
    let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
    let text = match name {
        "id" => format!("#{}", ticket.id),
        "priority" if ticket.priority == Priority::Normal && output.columns.is_none() => {
            return String::new();
        }
        // What is part of another ticket is closed in its own way.
        "status" if ticket.merged_into.is_some() => "merged".to_owned(),
        "status" if output.sleeps(ticket) => "snoozed".to_owned(),
        "labels" => list(&ticket.labels),
        "refs" => list(&ticket.refs),
        "assignee" => ticket.assignee.as_ref().map_or_else(String::new, |it| it.short().to_owned()),
        "requester" => who(ticket),
        "due_at" => ago(ticket.due_at),
        "sla" => {
            let clock = ticket.sla.as_ref().and_then(sla::foremost);
            clock.map_or_else(String::new, |clock| sla::brief(clock, output))
        }
        "snoozed_until" => ago(ticket.snoozed_until),
        "created_at" => ago(Some(ticket.created_at)),
        "updated_at" => ago(Some(ticket.updated_at)),
        "closed_at" => ago(ticket.closed_at),
        _ => return gate::line(&rows::of_ticket(ticket, name)).into_owned(),
    };
    gate::line(&text).into_owned()
}

/// The requester with the customer they belong to.
fn who(ticket: &Ticket) -> String {
    let name = match &ticket.requester {
        Some(Contact { name: Some(name), .. }) => name.clone(),
        Some(Contact { email, .. }) => email.clone().unwrap_or_default(),
        None => String::new(),
    };
    let odd = ticket.requester.as_ref().and_then(Contact::disguise);
    let name = odd.map_or(name.clone(), |_| format!("{MARK} {name}"));
    match &ticket.customer {
        Some(customer) if name.is_empty() => customer.clone(),
        Some(customer) => format!("{name}, {customer}"),
        None => name,
    }
}

/// The cell in colour where it is exceptional.
fn painted(ticket: &Ticket, name: &str, text: &str, paint: Paint, output: &Output) -> String {
    let closed = ticket.status == Status::Closed;
    match name {
        "priority" if ticket.priority == Priority::Urgent && !closed => paint.red(text),
        "priority" if ticket.priority == Priority::High && !closed => paint.yellow(text),
        "requester" if text.starts_with(MARK) => paint.yellow(text),
        "due_at" if ticket.due_at.is_some_and(|at| at.0 < output.clock.now) && !closed => {
            paint.red(text)
        }
        "sla" => {
            let clock = ticket.sla.as_ref().and_then(sla::foremost);
            clock.map_or_else(String::new, |clock| sla::painted(clock.state, text, paint))
        }
        "reason" if ticket.due_at.is_some_and(|at| at.0 < output.clock.now) => paint.red(text),
        "reason" if ticket.priority == Priority::Urgent => paint.red(text),
        "labels" | "updated_at" | "created_at" | "closed_at" => paint.dim(text),
        _ => text.to_owned(),
    }
}

/// The first page: what waits for whom, then the list.
pub(super) fn dashboard(
    dashboard: &crate::view::Dashboard,
    rows: Rows<'_>,
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    let paint = output.paint();
    if dashboard.open == 0 {
        writeln!(out, "nothing is open")?;
        return Ok(writeln!(
            out,
            "{}",
            paint.dim("`tix new` opens a ticket, `tix demo` shows a filled desk")
        )?);
    }
    let mut parts = Vec::new();
    if dashboard.breached > 0 {
        parts.push(paint.red(&format!("{} breached", dashboard.breached)));
    }
    if dashboard.at_risk > 0 {
        parts.push(paint.yellow(&format!("{} at risk", dashboard.at_risk)));
    }
    if dashboard.overdue > 0 {
        parts.push(paint.red(&format!("{} overdue", dashboard.overdue)));
    }
    if dashboard.due_today > 0 {
        parts.push(paint.yellow(&format!("{} due today", dashboard.due_today)));
    }
    parts.push(format!("{} our turn", dashboard.awaiting_us - dashboard.snoozed));
    if dashboard.snoozed > 0 {
        parts.push(format!("{} snoozed", dashboard.snoozed));
    }
    parts.push(format!("{} waiting for the requester", dashboard.awaiting_requester));
    parts.push(format!("{} new", dashboard.new));
    parts.push(format!("{} open", count(dashboard.open, "ticket")));
    for line in lines::joined(&parts, " · ", output.width) {
        writeln!(out, "{line}")?;
    }
    writeln!(out)?;
    if dashboard.awaiting_us == dashboard.snoozed && dashboard.breached + dashboard.at_risk == 0 {
        return Ok(writeln!(out, "nothing waits for us")?);
    }
    list(rows, output, out)
}
