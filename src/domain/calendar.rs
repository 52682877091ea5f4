//! Business calendars: when somebody is there to answer, in the wall time of one zone.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

mod holidays;
mod hours;
mod worktime;

pub use holidays::Holidays;
pub use worktime::{Day, Pause, Worktime};

use hours::DAYS;

/// A day of minutes.
const FULL: u16 = 24 * 60;

/// An open stretch of a day, in minutes since its midnight; the end is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shift {
    /// The first minute.
    pub start: u16,
    /// The minute after the last; 1440 is the end of the day.
    pub end: u16,
}

/// A day on which nobody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holiday {
    /// In every year: its month and day.
    Yearly(u32, u32),
    /// Once.
    Once(NaiveDate),
}

impl Holiday {
    /// That date, or its month and day in every year.
    #[must_use]
    pub fn on(date: NaiveDate, yearly: bool) -> Self {
        if yearly { Self::Yearly(date.month(), date.day()) } else { Self::Once(date) }
    }

    /// Reads `2026-12-25`, or `12-25` for every year.
    ///
    /// # Errors
    /// Exit 4 when it is no date.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let once = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        let once = once.filter(|date| (1900..=2299).contains(&date.year()));
        // A leap year, so that 29 February is one.
        let yearly = NaiveDate::parse_from_str(&format!("2000-{text}"), "%Y-%m-%d").ok();
        once.map(Self::Once).or(yearly.map(|date| Self::on(date, true))).ok_or_else(|| {
            Error::invalid(format!("`{text}` is no date of a holiday"))
                .hint("holidays are 2026-12-25, or 12-25 for every year")
        })
    }

    /// As [`Holiday::parse`] reads it.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Once(date) => date.to_string(),
            Self::Yearly(month, day) => format!("{month:02}-{day:02}"),
        }
    }
}

/// A business calendar: the hours of a week in a zone, but for the holidays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: Tz,
    week: [Vec<Shift>; 7],
    holidays: BTreeMap<Holiday, String>,
}

/// A calendar as it is written down.
#[derive(Serialize, Deserialize)]
struct Written {
    zone: String,
    hours: BTreeMap<String, Vec<String>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    holidays: BTreeMap<String, String>,
}

impl Calendar {
    /// A calendar without hours.
    #[must_use]
    pub fn new(zone: Tz) -> Self {
        Self { zone, week: Default::default(), holidays: BTreeMap::new() }
    }

    /// Somebody is always there.
    #[must_use]
    pub fn always() -> Self {
        let all = vec![Shift { start: 0, end: FULL }];
        Self {
            zone: Tz::UTC,
            week: std::array::from_fn(|_| all.clone()),
            holidays: BTreeMap::new(),
        }
    }

    /// The zone whose wall time the hours are in.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Another zone; the hours keep their wall times.
    pub fn set_zone(&mut self, zone: Tz) {
        self.zone = zone;
    }

    /// The hours of a day of the week, in order.
    #[must_use]
    pub fn shifts(&self, day: Weekday) -> &[Shift] {
        &self.week[day.num_days_from_monday() as usize]
    }

    /// The holidays with their names, which may be empty.
    #[must_use]
    pub fn holidays(&self) -> &BTreeMap<Holiday, String> {
        &self.holidays
    }

    /// The name of the holiday that `date` is.
    #[must_use]
    pub fn holiday(&self, date: NaiveDate) -> Option<&str> {
        let yearly = Holiday::Yearly(date.month(), date.day());
        let name = self.holidays.get(&Holiday::Once(date)).or_else(|| self.holidays.get(&yearly));
        name.map(String::as_str)
    }

    /// Takes the hours from text: `mon-fri 09:00-12:00 13:00-17:00, sat 10:00-14:00`, or `24x7`.
    /// `22:00-06:00` goes on into the next day.
    ///
    /// # Errors
    /// Exit 4 when the text cannot be read, or hours overlap.
    pub fn set_hours<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> Result<()> {
        self.week = hours::read(texts)?;
        Ok(())
    }

    /// Adds a holiday: a date, or one in every year, with a name if it has one.
    pub fn close(&mut self, holiday: Holiday, name: &str) {
        self.holidays.insert(holiday, name.trim().to_owned());
    }

    /// Takes a holiday away; says whether there was one.
    pub fn reopen(&mut self, holiday: Holiday) -> bool {
        self.holidays.remove(&holiday).is_some()
    }

    /// # Errors
    /// Exit 4 when nobody is ever there.
    pub fn check(&self) -> Result<()> {
        if self.week.iter().all(Vec::is_empty) {
            return Err(Error::invalid("the calendar has no open hours")
                .hint("give some: --hours 'mon-fri 09:00-17:00', or --hours 24x7"));
        }
        Ok(())
    }

    /// The hours as [`Calendar::set_hours`] reads them, days with the same hours together.
    #[must_use]
    pub fn hours(&self) -> String {
        let full = [Shift { start: 0, end: FULL }];
        if self.week.iter().all(|shifts| shifts[..] == full) {
            return "24x7".to_owned();
        }
        let mut all = String::new();
        let mut day = 0;
        while day < 7 {
            let shifts = &self.week[day];
            let last = (day..7).take_while(|next| self.week[*next] == *shifts).last();
            let last = last.unwrap_or(day);
            if !shifts.is_empty() {
                let gap = if all.is_empty() { "" } else { ", " };
                let days = match last - day {
                    0 => DAYS[day].to_owned(),
                    1 => format!("{}, {}", DAYS[day], DAYS[last]).replace(", ", ","),
                    _ => format!("{}-{}", DAYS[day], DAYS[last]),
                };
                let shifts: Vec<String> = shifts.iter().map(Shift::text).collect();
                all.extend([gap, &days, " ", &shifts.join(" ")]);
            }
            day = last + 1;
        }
        all
    }

    /// The calendar as it is kept.
    ///
    /// # Errors
    /// None in practice: whatever writing JSON can fail with.
    pub fn write(&self) -> Result<String> {
        let hours = DAYS.iter().zip(&self.week).filter(|(_, shifts)| !shifts.is_empty());
        let hours = hours
            .map(|(day, shifts)| ((*day).to_owned(), shifts.iter().map(Shift::text).collect()));
        let holidays = self.holidays.iter().map(|(day, name)| (day.text(), name.clone()));
        let written = Written {
            zone: self.zone.name().to_owned(),
            hours: hours.collect(),
            holidays: holidays.collect(),
        };
        Ok(serde_json::to_string(&written).map_err(std::io::Error::from)?)
    }

    /// Reads a calendar that was kept.
    ///
    /// # Errors
    /// Exit 4 when it is none.
    pub fn read(text: &str) -> Result<Self> {
        let bad = |e: &dyn std::fmt::Display| {
            Error::invalid("a calendar on this desk cannot be read").because(e)
        };
        let written: Written = serde_json::from_str(text).map_err(|e| bad(&e))?;
        let zone = written.zone.parse().map_err(|e: chrono_tz::ParseError| bad(&e))?;
        let mut calendar = Self::new(zone);
        let lines: Vec<String> =
            written.hours.iter().map(|(day, hours)| format!("{day} {}", hours.join(" "))).collect();
        calendar.set_hours(lines.iter().map(String::as_str))?;
        for (day, name) in &written.holidays {
            calendar.close(Holiday::parse(day)?, name);
        }
        calendar.check()?;
        Ok(calendar)
    }
}
