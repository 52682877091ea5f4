//! Business calendars, what is reckoned by them, and support tiers, for people.

use std::io::Write;

use chrono_tz::Tz;

use super::human::done;
use super::style::count;
use super::{Output, gate, lines};
use crate::domain::clocks::Name;
use crate::domain::ids::Timestamp;
use crate::domain::tier::length;
use crate::error::Result;
use crate::view::{Calendar, Coming, Due, Kept, Made, Open, Reckoned, Targets, Tier, Time};

/// So many holidays to come are shown of a calendar.
const COMING: usize = 10;

pub(super) fn calendars(
    all: &[Calendar],
    (kept, made): (Kept, Made),
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    match kept {
        Kept::All if all.is_empty() => nothing(
            "no calendars yet",
            "`tix calendar new NAME --tz ZONE --hours 'mon-fri 09:00-17:00'` keeps one",
            (output, out),
        ),
        Kept::All => {
            let row =
                |it: &Calendar| vec![it.name.clone(), state(it), it.zone.clone(), it.hours.clone()];
            let rows = all.iter().map(row).collect();
            grid(&["NAME", "NOW", "ZONE", "HOURS"], rows, output, out)
        }
        Kept::One => all.iter().try_for_each(|it| calendar(it, output, out)),
        Kept::Saved | Kept::Forgotten => all.iter().try_for_each(|it| {
            let line = match kept {
                Kept::Forgotten => format!("took away the calendar {}", it.name),
                _ => format!("kept the calendar {}: {}", it.name, in_words(it)),
            };
            told(&line, &made, kept, (output, out))
        }),
    }
}

/// Says what was done, if it was.
fn told(
    line: &str,
    made: &Made,
    kept: Kept,
    (output, out): (&Output, &mut dyn Write),
) -> Result<()> {
    if kept == Kept::Saved && made.change.is_none() {
        return Ok(());
    }
    done(line, made.dry_run, output, out)
}

fn nothing(what: &str, hint: &str, (output, out): (&Output, &mut dyn Write)) -> Result<()> {
    writeln!(out, "{what}")?;
    Ok(writeln!(out, "{}", output.paint().dim(hint))?)
}

/// `mon-fri 09:00-17:00 (Europe/Berlin), 3 holidays`
fn in_words(it: &Calendar) -> String {
    let holidays = it.holidays.len() as u64;
    let holidays =
        if holidays == 0 { String::new() } else { format!(", {}", count(holidays, "holiday")) };
    format!("{} ({}){holidays}", it.hours, it.zone)
}

fn state(it: &Calendar) -> String {
    if it.open { "open".to_owned() } else { "closed".to_owned() }
}

/// A calendar with its hours day by day and the holidays to come.
fn calendar(it: &Calendar, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    writeln!(out, "{}  {}", paint.bold(&gate::line(&it.name)), gate::line(&it.zone))?;
    let zone = zone_of(&it.zone);
    writeln!(out, "{}", hanging(&standing(it.open, it.opens_at, it.closes_at, (zone, output))))?;
    writeln!(out)?;
    for (day, hours) in it.week.days() {
        let hours = if hours.is_empty() { "–".to_owned() } else { hours.join("  ") };
        writeln!(out, "  {}  {hours}", paint.dim(day))?;
    }
    holidays(it, output, out)?;
    if !it.tiers.is_empty() {
        writeln!(out, "\n{}  {}", paint.dim("tiers"), gate::line(&it.tiers.join(", ")))?;
    }
    Ok(())
}

fn holidays(it: &Calendar, output: &Output, out: &mut dyn Write) -> Result<()> {
    if it.holidays.is_empty() {
        return Ok(writeln!(out, "\n{}", output.paint().dim("no holidays"))?);
    }
    writeln!(out, "\n{}", output.paint().dim("holidays to come"))?;
    for Coming { date, name } in it.coming.iter().take(COMING) {
        let line = format!("  {date}  {}", gate::line(name.as_deref().unwrap_or_default()));
        writeln!(out, "{}", gate::fit(line.trim_end(), room(output)))?;
    }
    if it.coming.is_empty() {
        writeln!(out, "  none within a year")?;
    }
    let shown = it.coming.len().min(COMING);
    if it.holidays.len() > shown {
        let all = count(it.holidays.len() as u64, "holiday");
        writeln!(out, "  {}", output.paint().dim(&format!("{all} in all (--json has them)")))?;
    }
    Ok(())
}

/// Columns of the screen; on a pipe nothing is cut.
fn room(output: &Output) -> usize {
    if output.terminal { output.width } else { usize::MAX }
}

fn zone_of(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// A moment in the zone of a calendar, and where that is another in the user's.
fn both(at: Timestamp, zone: Tz, output: &Output) -> Vec<String> {
    let say = |zone: Tz| at.utc().with_timezone(&zone).format("%a %Y-%m-%d %H:%M").to_string();
    let seconds =
        |zone: Tz| at.utc().with_timezone(&zone).format("%a %Y-%m-%d %H:%M:%S").to_string();
    let say = |zone: Tz| if at.0 % 60_000 == 0 { say(zone) } else { seconds(zone) };
    let (there, here) = (say(zone), say(output.clock.zone));
    if there == here {
        return vec![output_zone(&there, at, output.clock.zone)];
    }
    let here = format!("{here} for you ({})", output.clock.zone.name());
    vec![format!("{there} there ({})", zone.name()), here]
}

/// `Tue 2026-09-01 15:10 CEST`
fn output_zone(text: &str, at: Timestamp, zone: Tz) -> String {
    format!("{text} {}", at.utc().with_timezone(&zone).format("%Z"))
}

/// `open, closes Fri 2026-09-04 17:00 CEST (in 3h)`, on two lines where zones differ.
fn standing(
    open: bool,
    opens: Option<Time>,
    closes: Option<Time>,
    (zone, output): (Tz, &Output),
) -> Vec<String> {
    let (word, at) = if open { ("open, closes", closes) } else { ("closed, opens", opens) };
    let Some(Time(at)) = at else {
        let text =
            if open { "open, and stays so for more than a year" } else { "closed for years" };
        return vec![text.to_owned()];
    };
    let mut lines = both(at, zone, output);
    lines[0] = format!("{word} {}", lines[0]);
    lines
}

/// The first line, and the others below it a little to the right.
fn hanging(lines: &[String]) -> String {
    lines.join("\n  ")
}

pub(super) fn reckoned(reckoned: &Reckoned, output: &Output, out: &mut dyn Write) -> Result<()> {
    match reckoned {
        Reckoned::Due(due) if output.terminal => self::due(due, output, out),
        Reckoned::Due(due) => Ok(writeln!(out, "{}", due.due_at.0.rfc3339())?),
        Reckoned::Elapsed(elapsed) if output.terminal => {
            let seconds = elapsed.elapsed_s;
            Ok(writeln!(out, "{} ({})", length(seconds), count(seconds.unsigned_abs(), "second"))?)
        }
        Reckoned::Elapsed(elapsed) => Ok(writeln!(out, "{}", elapsed.elapsed_s)?),
        Reckoned::Open(it) if output.terminal => {
            let Open { open, opens_at, closes_at, .. } = it;
            let zone = (zone_of(&it.zone), output);
            Ok(writeln!(out, "{}", hanging(&standing(*open, Some(*opens_at), *closes_at, zone)))?)
        }
        Reckoned::Open(it) => {
            let word = if it.open { "open" } else { "closed" };
            Ok(writeln!(out, "{word}\t{}", it.opens_at.0.rfc3339())?)
        }
    }
}

fn due(due: &Due, output: &Output, out: &mut dyn Write) -> Result<()> {
    let zone = zone_of(&due.zone);
    writeln!(out, "{}", hanging(&both(due.due_at.0, zone, output)))?;
    let late = due.exceeded_at.filter(|at| *at != due.due_at);
    if let Some(Time(late)) = late {
        let late = format!("late from {}", hanging(&both(late, zone, output)));
        writeln!(out, "{}", output.paint().dim(&late))?;
    }
    Ok(())
}

pub(super) fn tiers(
    all: &[Tier],
    (kept, made): (Kept, Made),
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    match kept {
        Kept::All if all.is_empty() => nothing(
            "no tiers yet",
            "`tix tier new NAME --first 4h --resolve 5bd` keeps one",
            (output, out),
        ),
        Kept::All => {
            let row = |it: &Tier| {
                let mut cells = vec![it.name.clone(), it.calendar.clone()];
                cells.extend(it.clocks().iter().map(|(_, targets)| in_short(targets)));
                cells
            };
            let heads = ["NAME", "CALENDAR", "FIRST", "NEXT", "RESOLVE"];
            grid(&heads, all.iter().map(row).collect(), output, out)
        }
        Kept::One => all.iter().try_for_each(|it| tier(it, output, out)),
        Kept::Saved | Kept::Forgotten => all.iter().try_for_each(|it| {
            let line = match kept {
                Kept::Forgotten => format!("took away the tier {}", it.name),
                _ => format!("kept the tier {}: {}", it.name, promised(it)),
            };
            told(&line, &made, kept, (output, out))
        }),
    }
}

/// `4h, urgent 1h`; `–` where nothing is promised.
fn in_short(targets: &Targets) -> String {
    let any = targets.any.as_deref();
    let own = targets.each();
    let own = own.iter().filter(|(_, target)| *target != any);
    let own = own.map(|(priority, target)| format!("{priority} {}", target.unwrap_or("none")));
    let own: Vec<String> = own.collect();
    match any {
        None if own.is_empty() => "–".to_owned(),
        any => any.map(ToOwned::to_owned).into_iter().chain(own).collect::<Vec<_>>().join(", "),
    }
}

/// `first 4h, urgent 1h; resolve 5bd; calendar office`
fn promised(it: &Tier) -> String {
    let clocks = it.clocks();
    let clocks = clocks.iter().map(|(clock, targets)| (clock, in_short(targets)));
    let mut parts: Vec<String> = clocks
        .filter(|(_, targets)| targets != "–")
        .map(|(clock, targets)| format!("{} {targets}", word(*clock)))
        .collect();
    if parts.is_empty() {
        parts.push("nothing promised".to_owned());
    }
    parts.push(format!("calendar {}", it.calendar));
    parts.join("; ")
}

/// The flag that sets a clock's target.
fn word(clock: Name) -> &'static str {
    match clock {
        Name::FirstResponse => "first",
        Name::NextResponse => "next",
        Name::Resolution => "resolve",
    }
}

/// A tier with its targets by priority.
fn tier(it: &Tier, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    writeln!(out, "{}  calendar {}", paint.bold(&gate::line(&it.name)), gate::line(&it.calendar))?;
    if let Some(about) = &it.about {
        let about = gate::line(about);
        for line in textwrap::wrap(&about, room(output)) {
            writeln!(out, "{line}")?;
        }
    }
    writeln!(out)?;
    let rows = it.clocks().map(|(clock, targets)| {
        let cells = targets.each().map(|(_, target)| target.unwrap_or("–").to_owned());
        std::iter::once(clock.said().to_owned()).chain(cells).collect()
    });
    grid(&["", "URGENT", "HIGH", "NORMAL", "LOW"], rows.to_vec(), output, out)?;
    let users = [count(it.open_tickets, "open ticket"), count(it.customers, "customer")];
    writeln!(out)?;
    for line in lines::joined(&users, " · ", room(output)) {
        writeln!(out, "{}", paint.dim(&line))?;
    }
    Ok(())
}

/// No column is cut to less than this.
const LEAST: usize = 6;

/// Rows under their heads. Where there is no room, the widest column is cut.
fn grid(
    heads: &[&str],
    rows: Vec<Vec<String>>,
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    let heads = heads.iter().map(|head| (*head).to_owned()).collect();
    let gated = |row: Vec<String>| row.iter().map(|it| gate::line(it).into_owned()).collect();
    let rows: Vec<Vec<String>> =
        std::iter::once(heads).chain(rows.into_iter().map(gated)).collect();
    let mut widths = vec![0; rows[0].len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = gate::width(cell).max(*width);
        }
    }
    let gaps = 2 * (widths.len() - 1);
    while widths.iter().sum::<usize>() + gaps > room(output) {
        match widths.iter_mut().max_by_key(|width| **width) {
            Some(widest) if *widest > LEAST => *widest -= 1,
            _ => break,
        }
    }
    for (i, row) in rows.iter().enumerate().skip(usize::from(!output.header)) {
        let cells = row.iter().zip(&widths).map(|(cell, width)| {
            let cell = gate::fit(cell, *width);
            format!("{cell}{}", " ".repeat(width.saturating_sub(gate::width(&cell))))
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        let line = line.trim_end();
        let line = if i == 0 { output.paint().dim(line) } else { line.to_owned() };
        writeln!(out, "{line}")?;
    }
    Ok(())
}
