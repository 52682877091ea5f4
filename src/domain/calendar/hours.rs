//! The hours of a week, as people write them.

use super::{FULL, Shift};
use crate::error::{Error, Result};

/// The days of the week as calendars name them.
pub(super) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Shift {
    /// `09:00-17:00`
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}-{}", clock(self.start), clock(self.end))
    }
}

/// `09:00`; the end of the day is `24:00`.
fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Reads the hours of a week.
pub(super) fn read<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<[Vec<Shift>; 7]> {
    let mut week: [Vec<Shift>; 7] = Default::default();
    for text in texts {
        if text.trim() == "24x7" {
            add(&mut week, &(0..7).collect::<Vec<_>>(), (0, FULL))?;
            continue;
        }
        let (mut days, mut timed) = (Vec::new(), true);
        for word in text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()) {
            if word.is_empty() {
                continue;
            }
            if let Some(more) = days_of(word) {
                if timed {
                    days.clear();
                }
                days.extend(more);
                timed = false;
            } else {
                let shift = times_of(word).map_err(|e| within(e, text))?;
                if days.is_empty() {
                    return Err(unreadable(text).because(format!("`{word}` is of no day")));
                }
                add(&mut week, &days, shift)?;
                timed = true;
            }
        }
        if !timed {
            return Err(unreadable(text).because("a day has no hours"));
        }
    }
    for shifts in &mut week {
        join(shifts);
    }
    Ok(week)
}

fn unreadable(text: &str) -> Error {
    Error::invalid(format!("`{text}` are no hours"))
        .hint("hours look like 'mon-fri 09:00-12:00 13:00-17:00, sat 10:00-14:00', or 24x7")
}

/// The error, with the text that the hours stand in.
fn within(error: Error, text: &str) -> Error {
    match &error.why {
        Some(why) => {
            let why = format!("{why}, in `{text}`");
            error.because(why)
        }
        None => error.because(format!("in `{text}`")),
    }
}

/// `mon`, `mon-fri`, `sat-mon`, `daily`.
fn days_of(word: &str) -> Option<Vec<usize>> {
    let day = |name: &str| {
        let name = name.trim().to_lowercase();
        DAYS.iter().position(|day| name.len() >= 3 && name.starts_with(day) && full(&name, day))
    };
    if matches!(word.to_lowercase().as_str(), "daily" | "every-day") {
        return Some((0..7).collect());
    }
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    let (first, last) = (day(first)?, day(last)?);
    let count = (last + 7 - first) % 7;
    Some((0..=count).map(|n| (first + n) % 7).collect())
}

/// Is `name` this day's, short or in full?
fn full(name: &str, day: &str) -> bool {
    let rest = ["day", "sday", "nesday", "rsday", "urday", "s", "rs"];
    name == day || rest.iter().any(|rest| name.strip_prefix(day) == Some(rest))
}

/// `09:00-17:00`; the end may be in the next day.
fn times_of(word: &str) -> Result<(u16, u16)> {
    let times = word.split_once('-').and_then(|(start, end)| Some((time(start)?, time(end)?)));
    let (start, end) = times.ok_or_else(|| unreadable(word))?;
    if start == end || start == FULL {
        let why = if start == end { "they end when they start" } else { "they begin with the end" };
        return Err(unreadable(word).because(why));
    }
    Ok((start, end))
}

/// `9`, `09:00`, `24:00`, in minutes.
fn time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "00"));
    let digits = |text: &str, most: usize| {
        let fits = (1..=most).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
        fits.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2).filter(|_| minutes.len() == 2)?);
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= FULL).then_some(all)
}

/// Puts hours into these days; what goes beyond midnight into the days after them.
fn add(week: &mut [Vec<Shift>; 7], days: &[usize], (start, end): (u16, u16)) -> Result<()> {
    for day in days {
        if start < end {
            put(week, *day, Shift { start, end })?;
        } else {
            put(week, *day, Shift { start, end: FULL })?;
            if end > 0 {
                put(week, (day + 1) % 7, Shift { start: 0, end })?;
            }
        }
    }
    Ok(())
}

fn put(week: &mut [Vec<Shift>; 7], day: usize, shift: Shift) -> Result<()> {
    let other = week[day].iter().find(|other| shift.start < other.end && other.start < shift.end);
    if let Some(other) = other {
        let (shift, other) = (shift.text(), other.text());
        return Err(Error::invalid(format!("hours overlap on {}: {other} and {shift}", DAYS[day]))
            .hint("give each hour once"));
    }
    week[day].push(shift);
    Ok(())
}

/// Joins hours that follow each other without a break.
fn join(shifts: &mut Vec<Shift>) {
    shifts.sort_unstable();
    let mut joined: Vec<Shift> = Vec::new();
    for shift in shifts.drain(..) {
        match joined.last_mut().filter(|last| last.end == shift.start) {
            Some(last) => last.end = shift.end,
            None => joined.push(shift),
        }
    }
    *shifts = joined;
}
