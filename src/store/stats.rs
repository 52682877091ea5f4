//! Counts over the desk, and changes in words.

use std::collections::{BTreeMap, BTreeSet};

use super::Reader;
use super::open::SCHEMA_VERSION;
use super::{articles, kept_in_words};
use crate::domain::dates::Clock;
use crate::domain::words::Status;
use crate::error::{Result, counted};
use crate::view;

/// What `info` wants to know of a desk.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Tickets by status.
    pub tickets: BTreeMap<String, u64>,
    /// Entries in the journal.
    pub entries: u64,
    /// Changes in the journal.
    pub changes: u64,
    /// The schema's version.
    pub schema: i64,
}

impl Reader<'_> {
    /// Counts of everything.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn stats(&self) -> Result<Stats> {
        let count = |sql: &str| -> Result<u64> {
            Ok(self.conn.query_row(sql, [], |row| Ok(row.get::<_, i64>(0)?.cast_unsigned()))?)
        };
        let mut tickets = BTreeMap::new();
        for status in Status::ALL {
            let sql = format!("SELECT count(*) FROM ticket WHERE status = {}", status.rank());
            tickets.insert(status.to_string(), count(&sql)?);
        }
        // Not `count(*)`: SQLite counts that in one step, which no bound can stop.
        Ok(Stats {
            tickets,
            entries: count("SELECT count(id) FROM entry")?,
            changes: count("SELECT count(id) FROM change")?,
            schema: SCHEMA_VERSION,
        })
    }

    /// What waits for whom.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn dashboard(&self, clock: &Clock) -> Result<view::Dashboard> {
        let today = clock.read("today")?;
        let sql = "SELECT count(*) FILTER (WHERE due_at < :now),
                count(*) FILTER (WHERE soon >= :now AND soon < :end),
                count(*) FILTER (WHERE turn = 0), count(*) FILTER (WHERE turn = 1),
                count(*) FILTER (WHERE status = 0), count(*),
                count(*) FILTER (WHERE turn = 0 AND snoozed_until > :now),
                (SELECT count(DISTINCT ticket) FROM clock WHERE breach_at < :second),
                (SELECT count(DISTINCT ticket) FROM clock
                 WHERE risk_at < :second AND breach_at >= :second)
             FROM ticket WHERE status < 4";
        let params = rusqlite::named_params! {
            ":now": clock.now.0,
            ":end": today.end.0,
            ":second": clock.now.0.div_euclid(1000) * 1000,
        };
        Ok(self.conn.query_row(sql, params, |row| {
            let count = |i: usize| row.get::<_, i64>(i).map(i64::cast_unsigned);
            Ok(view::Dashboard {
                overdue: count(0)?,
                due_today: count(1)?,
                awaiting_us: count(2)?,
                awaiting_requester: count(3)?,
                new: count(4)?,
                open: count(5)?,
                snoozed: count(6)?,
                breached: count(7)?,
                at_risk: count(8)?,
            })
        })?)
    }
}

/// A change in words: what it was mostly about, and how many tickets it touched.
pub(super) fn in_words(import: Option<&view::Line>, lines: &[view::Line], tickets: u64) -> String {
    if let Some(line) = import {
        return imported(line, tickets, "ticket");
    }
    if let Some(words) = articles::in_words(lines) {
        return words;
    }
    let Some(line) = leading(lines) else { return "nothing".to_owned() };
    if let Some(words) = made_one(lines) {
        return words;
    }
    if let Some(words) = surgery(line, lines, tickets) {
        return words;
    }
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let which = match tickets {
        1 => format!("#{}", said(&line.ticket)),
        _ => counted(tickets, "ticket"),
    };
    let mut fields: Vec<&str> = lines.iter().map(|line| line.what.as_str()).collect();
    fields.dedup();
    let telling = ["opened", "reply", "note", "status", "voided", "restored", "kept"];
    if fields.len() > 1 && !telling.contains(&line.what.as_str()) && tickets == 1 {
        return format!("changed {} of {which}", fields.join(", "));
    }
    match (line.what.as_str(), &line.from, &line.to) {
        ("purged", ..) => {
            let gone = lines.iter().filter(|line| line.what == "purged");
            let mut names: Vec<&str> = gone.filter_map(|line| line.to.as_deref()).collect();
            names.dedup();
            format!("purged {}", in_short(&names))
        }
        ("erased", ..) => format!("changed {which}, since purged"),
        ("opened", _, Some(title)) if tickets == 1 => format!("opened {which}: {title}"),
        ("opened" | "voided" | "restored", ..) => format!("{} {which}", line.what),
        ("kept", None, to) => format!("kept {}", kept_in_words(&said(to))),
        ("kept", from, None) => format!("took away {}", kept_in_words(&said(from))),
        ("kept", _, to) => format!("changed {}", kept_in_words(&said(to))),
        ("reply", ..) => format!("replied to {which}"),
        ("note", ..) => format!("commented on {which}"),
        ("message", None, _) => format!("brought back {}", messages(line, lines)),
        ("message", ..) => format!("took away {}", messages(line, lines)),
        ("edited", ..) => format!("edited {}", messages(line, lines)),
        ("status", _, Some(to)) => match to.strip_prefix("closed (") {
            Some(resolution) => format!("closed {which} as {}", resolution.trim_end_matches(')')),
            None => format!("set {which} to {to}"),
        },
        ("snoozed", _, Some(to)) if to == "none" => format!("woke {which}"),
        ("snoozed", _, Some(until)) => format!("snoozed {which} until {until}"),
        ("label", ..) => labels(&which, lines),
        ("file", None, Some(file)) if lines.len() == 1 => format!("attached {file}"),
        ("file", Some(file), _) if lines.len() == 1 => format!("removed {file}"),
        ("file", None, _) => format!("attached files to {which}"),
        ("file", ..) => format!("removed files from {which}"),
        ("ref", None, Some(source)) => format!("added {source} to {which}"),
        (what, _, to) => format!("set the {what} of {which} to {}", said(to)),
    }
}

/// `imported 3 tickets from in.json (github)`
pub(super) fn imported(line: &view::Line, count: u64, noun: &str) -> String {
    let (from, to) = (line.from.as_deref(), line.to.as_deref());
    let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
    format!("imported {} from {from} ({to})", counted(count, noun))
}

/// That customers were made one: one is gone, and another has what they had.
fn made_one(lines: &[view::Line]) -> Option<String> {
    let name = |key: &Option<String>| key.as_deref()?.strip_prefix("customer/").map(str::to_owned);
    let kept = || lines.iter().filter(|line| line.what == "kept");
    let gone = kept().filter(|line| line.to.is_none()).filter_map(|line| name(&line.from));
    let mut gone: Vec<String> = gone.map(|name| format!("`{name}`")).collect();
    gone.dedup();
    let into = kept().find(|line| line.from.is_some() && line.from == line.to);
    let into = into.and_then(|line| name(&line.to)).filter(|_| !gone.is_empty())?;
    Some(format!("merged customer {} into `{into}`", gone.join(", ")))
}

/// `message 1.2`, `messages 1.2, 1.3 and 4 more`: those to which the same happened as in `line`.
fn messages(line: &view::Line, lines: &[view::Line]) -> String {
    let same =
        lines.iter().filter(|it| it.what == line.what && it.to.is_some() == line.to.is_some());
    let names: Vec<&str> = same.filter_map(|it| it.to.as_deref().or(it.from.as_deref())).collect();
    let noun = if names.len() == 1 { "message" } else { "messages" };
    format!("{noun} {}", in_short(&names))
}

/// `labelled #1 a, b`, `labelled #1 a, unlabelled c`
fn labels(which: &str, lines: &[view::Line]) -> String {
    let of = |side: fn(&view::Line) -> Option<&str>| {
        let labels = lines.iter().filter(|line| line.what == "label").filter_map(side);
        in_short(&labels.collect::<BTreeSet<&str>>().into_iter().collect::<Vec<_>>())
    };
    match (of(|line| line.to.as_deref()), of(|line| line.from.as_deref())) {
        (on, off) if off.is_empty() => format!("labelled {which} {on}"),
        (on, off) if on.is_empty() => format!("unlabelled {which} {off}"),
        (on, off) => format!("labelled {which} {on}, unlabelled {off}"),
    }
}

/// `a, b, c and 4 more`
fn in_short(names: &[&str]) -> String {
    const NAMED: usize = 5;
    let some = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => some,
        more => format!("{some} and {more} more"),
    }
}

/// What a change did that is about more than one ticket: the one that its `leading` line is about,
/// and another.
fn surgery(leading: &view::Line, lines: &[view::Line], tickets: u64) -> Option<String> {
    let ticket = leading.ticket.as_deref()?;
    let away = |line: &&view::Line| line.what == "message" && line.to.is_none();
    let elsewhere = |line: &&view::Line| line.ticket.as_deref() != Some(ticket);
    Some(match (leading.what.as_str(), &leading.from, &leading.to) {
        ("merged", _, Some(into)) if tickets > 2 => {
            format!("merged {} into #{into}", counted(tickets - 1, "ticket"))
        }
        ("merged", _, Some(into)) => format!("merged #{ticket} into #{into}"),
        ("merged", Some(from), None) => format!("took #{ticket} out of #{from}"),
        ("opened", ..) => {
            let old = lines.iter().find(|line| away(line) && elsewhere(line))?.ticket.as_deref()?;
            format!("split #{ticket} off #{old}")
        }
        ("reply" | "note", Some(from), _) => format!("moved {from} to #{ticket}"),
        (kind @ ("blocks" | "relates" | "duplicates"), from, to) => match (from, to) {
            (_, Some(to)) => format!("linked #{ticket} {kind} #{to}"),
            (Some(from), None) => format!("unlinked #{ticket} {kind} #{from}"),
            (None, None) => return None,
        },
        _ => return None,
    })
}

/// The line that says most: an opening before a move, a move before anything else.
fn leading(lines: &[view::Line]) -> Option<&view::Line> {
    let weight = |line: &&view::Line| match (line.what.as_str(), line.to.as_deref()) {
        ("opened" | "merged", _) => 0,
        ("status", Some(to)) if to.starts_with("closed") => 1,
        ("reply", _) => 2,
        ("note", _) => 3,
        ("erased", _) => 5,
        _ => 4,
    };
    lines.iter().min_by_key(weight)
}
