//! Customers for people.

use std::io::Write;

use super::grid::grid;
use super::show::wrapped;
use super::{Output, gate};
use crate::error::Result;
use crate::view::{Customer, Customers, Kept, Latest};

pub(super) fn customers(customers: &Customers, output: &Output, out: &mut dyn Write) -> Result<()> {
    match (customers.done, customers.all.as_slice()) {
        (Kept::All, all) => list(all, output, out),
        (Kept::One, [one]) => show(one, output, out),
        _ => customers
            .lines
            .iter()
            .try_for_each(|line| super::human::done(line, customers.made.dry_run, output, out)),
    }
}

/// What somebody is recognised by, domains behind an `@`.
fn keys(one: &Customer) -> String {
    let domains = one.domains.iter().map(|domain| format!("@{domain}"));
    let all = one.mails.iter().chain(&one.handles).cloned();
    domains.chain(all).collect::<Vec<_>>().join(", ")
}

fn list(all: &[Customer], output: &Output, out: &mut dyn Write) -> Result<()> {
    if all.is_empty() {
        writeln!(out, "no customers yet")?;
        let hint = "`tix customer new NAME --domain acme.example` keeps one";
        return Ok(writeln!(out, "{}", output.paint().dim(hint))?);
    }
    let heads = [("NAME", 0), ("TITLE", 2), ("TIER", 1), ("OPEN", 0), ("PEOPLE", 0)];
    let row = |one: &Customer| {
        let text = |text: &Option<String>, most: usize| {
            gate::fit(&gate::line(text.as_deref().unwrap_or_default()), most).into_owned()
        };
        let open = if one.open > 0 { one.open.to_string() } else { String::new() };
        vec![
            output.paint().bold(&gate::line(&one.name)),
            text(&one.title, 30),
            text(&one.tier, 16),
            open,
            gate::line(&keys(one)).into_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    grid(&heads, &rows, 4, output, out)
}

fn show(one: &Customer, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    let title = one.title.as_ref().map_or(String::new(), |title| format!(" · {title}"));
    let head = wrapped(&gate::line(&format!("{}{title}", one.name)), output, 0);
    writeln!(out, "{}", head.lines().map(|line| paint.bold(line)).collect::<Vec<_>>().join("\n"))?;
    let tickets = match (one.tickets, one.open) {
        (0, _) => "none".to_owned(),
        (1, 1) => "1, open".to_owned(),
        (all, 0) => format!("{all}, none of them open"),
        (all, open) => format!("{all}, {open} of them open"),
    };
    let list = |names: &[String]| (!names.is_empty()).then(|| names.join(", "));
    let facts = [
        ("tier", one.tier.clone()),
        ("mail", list(&one.mails)),
        ("domains", list(&one.domains)),
        ("handles", list(&one.handles)),
        ("tickets", Some(tickets)),
    ];
    for (name, value) in facts {
        let Some(value) = value else { continue };
        let lines = wrapped(&gate::line(&value), output, 12);
        writeln!(out, "{}  {}", paint.dim(&format!("{name:<10}")), lines.trim_start())?;
    }
    if let Some(notes) = &one.notes {
        writeln!(out, "\n── {}", paint.yellow("NOTE, internal"))?;
        let body = gate::block(notes);
        for line in wrapped(&body.replace('\t', "    "), output, 3).lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    latest(one.latest.as_deref().unwrap_or_default(), output, out)
}

fn latest(tickets: &[Latest], output: &Output, out: &mut dyn Write) -> Result<()> {
    if tickets.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let heads = [("ID", 0), ("STATUS", 2), ("TITLE", 0), ("UPDATED", 1)];
    let row = |ticket: &Latest| {
        vec![
            format!("#{}", ticket.id),
            ticket.status.to_string(),
            gate::line(&ticket.title).into_owned(),
            output.ago(ticket.updated_at.0),
        ]
    };
    let rows: Vec<Vec<String>> = tickets.iter().map(row).collect();
    grid(&heads, &rows, 2, output, out)
}
