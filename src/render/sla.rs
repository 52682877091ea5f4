//! What is owed, and the arithmetic behind it, for people.

use std::fmt::Write as _;
use std::io::Write;

use chrono_tz::Tz;

use super::grid::grid;
use super::style::{Paint, count};
use super::{Output, gate};
use crate::domain::clocks::State;
use crate::domain::dates::roughly;
use crate::domain::ids::Timestamp;
use crate::domain::tier::length;
use crate::domain::words::Priority;
use crate::error::Result;
use crate::view::{
    Attained, By, Clock, Cycle, Day, Explanation, Owed, Promises, Reading, Remeasured, Sla, Time,
};

/// What is over by more seconds of business than this has long been so.
const LONG: i64 = 100 * 3600;

/// More days than this are told in sum.
const DAYS_MAX: usize = 21;

pub(super) fn promises(promises: &Promises, output: &Output, out: &mut dyn Write) -> Result<()> {
    match promises {
        Promises::Owed(owed, more) => self::owed(owed, *more > owed.len() as u64, output, out),
        Promises::Explained(explanation) => explained(explanation, output, out),
        Promises::Report(rows, by) => report(rows, by, output, out),
        Promises::Remeasured(rows, made) => remeasured(rows, made.dry_run, output, out),
    }
}

/// `2h10m`, or `1d 4h` of business hours as `28h`; what is over with a minus.
fn rough(seconds: i64) -> String {
    // Seconds matter only in the last minute.
    let whole = if seconds.abs() >= 60 { seconds / 60 * 60 } else { seconds };
    let whole = if whole.abs() >= 24 * 3600 { whole / 3600 * 3600 } else { whole };
    length(whole)
}

pub(super) fn painted(state: State, text: &str, paint: Paint) -> String {
    match state {
        State::Breached | State::Missed => paint.red(text),
        State::AtRisk => paint.yellow(text),
        State::Running | State::Paused | State::Met => text.to_owned(),
    }
}

/// How a clock stands, in a word or two: `2h10m`, `-1h05m`, `paused`, `met`.
pub(super) fn brief(clock: &Clock, output: &Output) -> String {
    match (clock.state, clock.remaining_s) {
        (State::Running | State::AtRisk | State::Breached, Some(left)) => {
            left_of(left, clock.due_at, output)
        }
        (state, _) => state.word().to_owned(),
    }
}

/// A line that fits on the screen; on a pipe nothing is cut.
fn fitted(line: &str, output: &Output) -> String {
    if output.terminal { gate::fit(line, output.width).into_owned() } else { line.to_owned() }
}

/// What is left, in hours of business; what is long over, as everybody counts.
fn left_of(left: i64, due: Option<Time>, output: &Output) -> String {
    let over = due.map(|due| output.clock.now.0.saturating_sub(due.0.0)).and_then(roughly);
    match over.filter(|_| left < -LONG) {
        Some(over) => format!("-{over}"),
        None => rough(left),
    }
}

/// The clock of a ticket that presses most: the one that runs and has least left, else one that
/// stands still.
pub(super) fn foremost(sla: &Sla) -> Option<&Clock> {
    let runs =
        |clock: &&Clock| matches!(clock.state, State::Running | State::AtRisk | State::Breached);
    let first = sla.clocks.iter().filter(runs).min_by_key(|clock| clock.due_at);
    first.or_else(|| sla.clocks.iter().find(|clock| clock.state == State::Paused))
}

/// The clocks of a ticket in a line: `first response met · resolution 3h left, due …`.
pub(super) fn line(sla: &Sla, output: &Output) -> String {
    let one = |clock: &Clock| {
        let name = clock.name.said();
        let text = match (clock.state, clock.due_at) {
            (State::Breached, _) => {
                let left = clock.remaining_s.unwrap_or_default();
                let over = left_of(left, clock.due_at, output);
                format!("{name} breached by {}", over.trim_start_matches('-'))
            }
            (State::Running | State::AtRisk, Some(due)) => {
                let left = rough(clock.remaining_s.unwrap_or_default());
                format!("{name} {left} left, due {}", output.short_time(due.0))
            }
            (state, _) => format!("{name} {}", state.word()),
        };
        painted(clock.state, &text, output.paint())
    };
    sla.clocks.iter().map(one).collect::<Vec<_>>().join(" · ")
}

fn owed(owed: &[Owed], more: bool, output: &Output, out: &mut dyn Write) -> Result<()> {
    if owed.is_empty() {
        return Ok(writeln!(out, "nothing is owed")?);
    }
    let paint = output.paint();
    let heads = [
        ("ID", 0),
        ("LEFT", 0),
        ("DUE", 3),
        ("CLOCK", 1),
        ("PRIORITY", 4),
        ("CUSTOMER", 2),
        ("TIER", 5),
        ("TITLE", 0),
    ];
    let row = |one: &Owed| {
        let priority = match one.priority {
            Priority::Normal => String::new(),
            Priority::Urgent => paint.red("urgent"),
            Priority::High => paint.yellow("high"),
            Priority::Low => "low".to_owned(),
        };
        let left = left_of(one.remaining_s, one.due_at, output);
        let left = format!("{left} {}", word(one.state));
        vec![
            format!("#{}", one.id),
            painted(one.state, left.trim_end(), paint),
            one.due_at.map_or_else(String::new, |due| output.short_time(due.0)),
            one.clock.said().to_owned(),
            priority,
            gate::fit(&gate::line(one.customer.as_deref().unwrap_or_default()), 24).into_owned(),
            gate::fit(&gate::line(&one.tier), 16).into_owned(),
            gate::line(&one.title).into_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = owed.iter().map(row).collect();
    grid(&heads, &rows, 7, output, out)?;
    if more {
        let line = format!("what is owed first of more: {} (-L 0 for all)", owed.len());
        writeln!(out, "{}", paint.dim(&line))?;
    }
    Ok(())
}

/// What is exceptional is said in words too.
fn word(state: State) -> &'static str {
    match state {
        State::Breached => "breached",
        State::AtRisk => "at risk",
        _ => "",
    }
}

fn explained(explanation: &Explanation, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    let title = gate::line(&explanation.title);
    writeln!(out, "{}", paint.bold(&fitted(&format!("#{} {title}", explanation.id), output)))?;
    let mut parts = vec![explanation.status.to_string(), explanation.priority.to_string()];
    let named = |name: &Option<String>| name.as_deref().map(|name| gate::line(name).into_owned());
    parts.extend(named(&explanation.customer));
    parts.extend(named(&explanation.tier).map(|tier| format!("tier {tier}")));
    if explanation.reopens > 0 {
        parts.push(format!("reopened {}", count(explanation.reopens.into(), "time")));
    }
    writeln!(out, "{}", parts.join(" · "))?;
    if let Some(why) = &explanation.why_none {
        return Ok(writeln!(out, "no clocks: {}", gate::line(why))?);
    }
    for cycle in &explanation.clocks {
        writeln!(out)?;
        self::cycle(cycle, output, out)?;
    }
    Ok(())
}

fn cycle(cycle: &Cycle, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    let zone: Tz = cycle.zone.parse().unwrap_or(Tz::UTC);
    let used = format!("{} of {}", length(cycle.elapsed_s), length(cycle.target_s));
    let left = match cycle.remaining_s {
        left if left < 0 => format!("{} over", length(-left)),
        left => format!("{} left", length(left)),
    };
    let state = painted(cycle.state, cycle.state.word(), paint);
    writeln!(out, "{} {state}: {used}, {left}", paint.bold(cycle.name.said()))?;
    let calendar = gate::line(&cycle.calendar);
    let (tier, priority) = (gate::line(&cycle.tier), cycle.priority);
    let terms = format!(
        "  {} at priority {priority} in tier {tier}, hours of {calendar} ({})",
        cycle.target, cycle.zone
    );
    writeln!(out, "{}", fitted(&terms, output))?;
    moment("began", cycle.started_at.0, &cycle.started_by, (zone, output), out)?;
    let (hidden, days) = shown(&cycle.days);
    if hidden > 0 {
        let sum: i64 = cycle.days[..hidden].iter().map(|day| day.counted_s).sum();
        writeln!(out, "  {:<14}  {:<23}  {}", "…", format!("{hidden} days"), length(sum))?;
    }
    for day in days {
        self::day(day, zone, output, out)?;
    }
    if let (Some(at), Some(by)) = (cycle.ended_at, &cycle.ended_by) {
        moment("ended", at.0, by, (zone, output), out)?;
    }
    match cycle.due_at {
        Some(due) => moment("due", due.0, "", (zone, output), out),
        None => Ok(writeln!(out, "  due    when it goes on: it stands still while pending")?),
    }
}

/// The last days, and how many come before them.
fn shown(days: &[Day]) -> (usize, &[Day]) {
    let hidden = if days.len() > DAYS_MAX { days.len() - DAYS_MAX } else { 0 };
    (hidden, &days[hidden..])
}

/// `began  Fri 2026-09-04 16:00 CEST  opened by Ada`, in the calendar's zone and the user's.
fn moment(
    what: &str,
    at: Timestamp,
    why: &str,
    (zone, output): (Tz, &Output),
    out: &mut dyn Write,
) -> Result<()> {
    let there = at.utc().with_timezone(&zone);
    let here = at.utc().with_timezone(&output.clock.zone);
    let mut line = format!("  {what:<5}  {}", there.format("%a %Y-%m-%d %H:%M:%S %Z"));
    if there.naive_local() != here.naive_local() {
        let _ = write!(line, " ({})", here.format("%a %H:%M %Z"));
    }
    if !why.is_empty() {
        let _ = write!(line, "  {}", gate::line(why));
    }
    Ok(writeln!(out, "{}", fitted(&line, output))?)
}

/// `Fri 2026-09-04  16:00-17:00  1h`
fn day(day: &Day, zone: Tz, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    let date = chrono::NaiveDate::parse_from_str(&day.date, "%Y-%m-%d").unwrap_or_default();
    let date = date.format("%a %Y-%m-%d").to_string();
    let hour = |at: Timestamp| at.utc().with_timezone(&zone).format("%H:%M").to_string();
    let open = day.open.iter().map(|stretch| {
        let to = stretch.to.unwrap_or(stretch.from);
        format!("{}-{}", hour(stretch.from.0), hour(to.0))
    });
    let mut hours = open.collect::<Vec<_>>().join(" ");
    if let Some(name) = &day.holiday {
        let name = gate::line(name);
        hours = if name.is_empty() { "holiday".to_owned() } else { format!("holiday: {name}") };
    }
    let closed = hours.is_empty();
    if closed {
        "closed".clone_into(&mut hours);
    }
    let counted = if day.counted_s > 0 { length(day.counted_s) } else { "–".to_owned() };
    let paused = match day.paused_s {
        0 => String::new(),
        paused => format!("  ({} paused)", length(paused)),
    };
    let line = format!("  {date:<14}  {hours:<23}  {counted}{paused}");
    let line = fitted(&line, output);
    Ok(writeln!(out, "{}", if closed { paint.dim(&line) } else { line })?)
}

fn report(rows: &[Attained], by: &[By], output: &Output, out: &mut dyn Write) -> Result<()> {
    if rows.is_empty() {
        return Ok(writeln!(out, "nothing was due")?);
    }
    let mut heads: Vec<(String, u8)> = by.iter().map(|by| (by.name().to_uppercase(), 0)).collect();
    let free = by.iter().position(|by| *by == By::Customer).unwrap_or(0);
    heads.extend(
        [("MET", 0), ("MISSED", 0), ("KEPT", 0)].map(|(head, rank)| (head.to_owned(), rank)),
    );
    let cell = |row: &Attained, by: &By| match by {
        By::Tier => row.tier.clone(),
        By::Customer => row.customer.clone(),
        By::Month => row.month.clone(),
        By::Clock => row.clock.map(|clock| clock.said().to_owned()),
    };
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let cells = by.iter().map(|by| cell(row, by).unwrap_or_else(|| "–".to_owned()));
            let mut cells: Vec<String> = cells.map(|text| gate::line(&text).into_owned()).collect();
            cells.push(row.met.to_string());
            cells.push(row.missed.to_string());
            // Of few, the share says nothing.
            cells.push(match row.percent {
                Some(percent) => format!("{percent} %"),
                None => format!("{} of {}", row.met, row.total),
            });
            cells
        })
        .collect();
    let heads: Vec<(&str, u8)> = heads.iter().map(|(head, rank)| (head.as_str(), *rank)).collect();
    grid(&heads, &lines, free, output, out)
}

fn remeasured(
    rows: &[Remeasured],
    dry_run: bool,
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let heads = [("ID", 0), ("CLOCK", 0), ("TIER", 3), ("BEFORE", 1), ("AFTER", 0), ("TITLE", 2)];
    let told = |reading: &Option<Reading>| match reading {
        None => "no target".to_owned(),
        Some(reading) => {
            let due = reading.due_at.map_or_else(String::new, |due| output.short_time(due.0));
            format!("{due} {}", reading.state).trim_start().to_owned()
        }
    };
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                format!("#{}", row.id),
                row.clock.said().to_owned(),
                gate::line(&row.tier).into_owned(),
                told(&row.before),
                told(&row.after),
                gate::line(&row.title).into_owned(),
            ]
        })
        .collect();
    grid(&heads, &lines, 5, output, out)?;
    let line = format!("{} measured anew", count(rows.len() as u64, "clock"));
    super::human::done(&line, dry_run, output, out)
}
