//! Dates as people write them, and what they mean by watching a clock on the wall: no conversion
//! from local time, only from moments to what the clock shows.

use std::cell::RefCell;
use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use chrono_tz::Tz;

/// A date in one of the forms of `tix help dates`.
#[derive(Clone, Debug)]
pub(crate) enum Date {
    Day(NaiveDate),
    Month(i32, u32),
    Year(i32),
    /// `today`, `yesterday`, `eow` and so on, as it is written.
    Named(&'static str),
    /// Any word for a day, and a time in seconds.
    At(Box<Date>, u32, &'static str),
    /// So many of a unit from now; with its sign, if it is written with one.
    Away(&'static str, u32, &'static str),
    /// A moment, in seconds, as a zone of so many minutes writes it.
    Exact(i64, i32),
}

/// Now, in seconds, and where the clock hangs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wall {
    pub(crate) now: i64,
    pub(crate) zone: Tz,
}

/// The days of the week, Monday first, as they are written.
pub(crate) const WEEKDAYS: [(&str, &str); 7] = [
    ("mon", "monday"),
    ("tue", "tuesday"),
    ("wed", "wednesday"),
    ("thu", "thursday"),
    ("fri", "friday"),
    ("sat", "saturday"),
    ("sun", "sunday"),
];

impl Date {
    pub(crate) fn text(&self) -> String {
        match self {
            Date::Day(day) => day.format("%Y-%m-%d").to_string(),
            Date::Month(year, month) => format!("{year:04}-{month:02}"),
            Date::Year(year) => format!("{year:04}"),
            Date::Named(word) => (*word).to_owned(),
            Date::At(day, time, between) => {
                let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
                let seconds = if second > 0 { format!(":{second:02}") } else { String::new() };
                format!("{}{between}{hour:02}:{minute:02}{seconds}", day.text())
            }
            Date::Away(sign, count, unit) => format!("{sign}{count}{unit}"),
            Date::Exact(at, 0) => {
                DateTime::from_timestamp(*at, 0).unwrap().format("%Y-%m-%dT%H:%M:%SZ").to_string()
            }
            Date::Exact(at, minutes) => {
                let local = DateTime::from_timestamp(*at + i64::from(*minutes) * 60, 0).unwrap();
                let (sign, of) = (if *minutes < 0 { '-' } else { '+' }, minutes.abs());
                let local = local.format("%Y-%m-%dT%H:%M:%S");
                format!("{local}{sign}{:02}:{:02}", of / 60, of % 60)
            }
        }
    }
}

impl Wall {
    /// What the clock shows at a moment.
    pub(crate) fn shows(&self, at: i64) -> NaiveDateTime {
        DateTime::from_timestamp(at, 0).unwrap().with_timezone(&self.zone).naive_local()
    }

    /// The first and the last second that a date means.
    pub(crate) fn span(&self, date: &Date) -> (i64, i64) {
        let from = |first: NaiveDate, after: NaiveDate| {
            (self.first(first.into()), self.first(after.into()) - 1)
        };
        match date {
            Date::Month(year, month) => {
                let first = NaiveDate::from_ymd_opt(*year, *month, 1).unwrap();
                from(first, first.iter_days().find(|day| day.month() != *month).unwrap())
            }
            Date::Year(year) => from(first_of(*year), first_of(*year + 1)),
            Date::At(day, time, _) => {
                let midnight: NaiveDateTime = self.day(day).into();
                let at = self.first(midnight + TimeDelta::seconds((*time).into()));
                (at, at)
            }
            Date::Away(sign, count, unit) => {
                let at = self.away(if *sign == "-" { -1 } else { 1 }, *count, unit);
                (at, at)
            }
            Date::Exact(at, _) => (*at, *at),
            Date::Day(_) | Date::Named(_) => {
                let day = self.day(date);
                from(day, day.succ_opt().unwrap())
            }
        }
    }

    /// The day that a word means.
    fn day(&self, date: &Date) -> NaiveDate {
        let today = self.shows(self.now).date();
        let until =
            |last: &dyn Fn(NaiveDate) -> bool| today.iter_days().find(|day| last(*day)).unwrap();
        match date {
            Date::Day(day) => *day,
            Date::Named("today" | "eod") => today,
            Date::Named("tomorrow") => today.succ_opt().unwrap(),
            Date::Named("yesterday") => today.pred_opt().unwrap(),
            Date::Named("eow") => until(&|day| day.weekday() == Weekday::Sun),
            Date::Named("eom") => until(&|day| day.succ_opt().unwrap().month() != day.month()),
            Date::Named(word) => {
                let wanted =
                    WEEKDAYS.iter().position(|(short, long)| word == short || word == long);
                let wanted = u32::try_from(wanted.unwrap()).unwrap();
                until(&|day| day > today && day.weekday().num_days_from_monday() == wanted)
            }
            other => panic!("{other:?} is no day"),
        }
    }

    fn away(&self, way: i64, count: u32, unit: &str) -> i64 {
        let (shown, by) = (self.shows(self.now), way * i64::from(count));
        match unit {
            "m" | "min" => self.now + by * 60,
            "h" => self.now + by * 3600,
            "d" => self.first(shown + TimeDelta::days(by)),
            "w" => self.first(shown + TimeDelta::days(7 * by)),
            _ => {
                let months = if unit == "y" { 12 * by } else { by };
                let months = i64::from(shown.year()) * 12 + i64::from(shown.month0()) + months;
                let year = i32::try_from(months.div_euclid(12)).unwrap();
                let month = u32::try_from(months.rem_euclid(12)).unwrap() + 1;
                let there = |day: u32| NaiveDate::from_ymd_opt(year, month, day);
                let day = (1..=shown.day()).rev().find_map(there).unwrap();
                self.first(day.and_time(shown.time()))
            }
        }
    }

    /// The first moment at which the clock shows `wanted` or something later.
    pub(crate) fn first(&self, wanted: NaiveDateTime) -> i64 {
        thread_local! {
            static KNOWN: RefCell<HashMap<(Tz, NaiveDateTime), i64>> = RefCell::default();
        }
        let known = KNOWN.with_borrow(|known| known.get(&(self.zone, wanted)).copied());
        known.unwrap_or_else(|| {
            let first = self.watched(wanted);
            KNOWN.with_borrow_mut(|known| known.insert((self.zone, wanted), first));
            first
        })
    }

    /// Watches the clock from more than a day before: by the hour while `wanted` is far, by the
    /// minute when it is near, by the second at last.
    fn watched(&self, wanted: NaiveDateTime) -> i64 {
        let mut at = (wanted.and_utc().timestamp() - 40 * 3600).div_euclid(60) * 60;
        let early = |at: i64, by: i64| self.shows(at) < wanted - TimeDelta::hours(by);
        while early(at + 3600, 4) {
            at += 3600;
        }
        // Clocks are changed between two minutes.
        while early(at, 0) && early(at + 59, 0) {
            at += 60;
        }
        while early(at, 0) {
            at += 1;
        }
        at
    }
}

fn first_of(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap()
}
