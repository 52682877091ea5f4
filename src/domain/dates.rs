//! Dates and times as people write them, read in their own zone.

use chrono::{
    DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Weekday,
};
use chrono_tz::Tz;

use crate::domain::ids::Timestamp;
use crate::error::{Error, Result};

/// The present moment and the zone that dates are read in.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Now.
    pub now: Timestamp,
    /// The user's zone.
    pub zone: Tz,
}

/// A stretch of time: from `start` until just before `end`; a moment when both are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first moment.
    pub start: Timestamp,
    /// The first moment after it.
    pub end: Timestamp,
}

impl Span {
    fn moment(at: Timestamp) -> Self {
        Self { start: at, end: at }
    }

    /// The last second of the stretch, or the moment: what a due date means.
    #[must_use]
    pub fn last(self) -> Timestamp {
        if self.start == self.end { self.end } else { Timestamp(self.end.0 - 1000) }
    }

    /// The first moment that is past it: a moment is a whole second, as times are shown.
    #[must_use]
    pub fn past(self) -> Timestamp {
        Timestamp((self.last().0.div_euclid(1000) + 1) * 1000)
    }
}

impl Clock {
    /// Now, in the user's zone.
    #[must_use]
    pub fn local(&self) -> DateTime<Tz> {
        self.now.utc().with_timezone(&self.zone)
    }

    /// `Tue 2026-09-01 15:10 CEST`, in the user's zone.
    #[must_use]
    pub fn say(&self, at: Timestamp) -> String {
        at.utc().with_timezone(&self.zone).format("%a %Y-%m-%d %H:%M %Z").to_string()
    }

    /// Reads a date or time: `2026-09-01`, `2026-09`, `2026-09-01 15:10`, RFC 3339, `today`,
    /// `tomorrow`, `yesterday`, `mon` to `sun` (the next one), `-7d`, `+3d`, `2h`, `6w`, `3mo`,
    /// `1y`, `eod`, `eow`, `eom`; a day may be followed by a time (`fri 17:00`).
    ///
    /// # Errors
    /// Exit 4 when it is none of these.
    pub fn read(&self, text: &str) -> Result<Span> {
        let lower = text.trim().to_lowercase();
        let exact = DateTime::parse_from_rfc3339(text.trim());
        if let Ok(at) =
            exact.or_else(|_| DateTime::parse_from_str(text.trim(), "%Y-%m-%dT%H:%M%#z"))
        {
            return Ok(Span::moment(Timestamp(at.timestamp() * 1000)));
        }
        self.offset(&lower)
            .map(Span::moment)
            .or_else(|| self.day(&lower))
            .or_else(|| self.day_and_time(&lower))
            .or_else(|| self.month_or_year(&lower))
            .filter(|span| (1..=9999).contains(&span.last().utc().year()))
            .ok_or_else(|| {
                Error::invalid(format!("`{text}` is not a date")).hint(
                    "dates are 2026-09-01, 2026-09, \"2026-09-01 15:10\", today, fri, +3d, 2h, eom; \
                     see `tix help dates`",
                )
            })
    }

    /// When somebody who is put off until then looks again: at that moment, or on the first morning
    /// of a stretch, at 09:00; `eod`, `eow` and `eom` are the end of a day.
    ///
    /// # Errors
    /// As [`Clock::read`].
    pub fn put_off(&self, text: &str) -> Result<Timestamp> {
        let span = self.read(text)?;
        let end = ["eod", "eow", "eom"].iter().any(|end| text.trim().eq_ignore_ascii_case(end));
        Ok(if end { span.last() } else { self.morning(span) })
    }

    fn morning(&self, span: Span) -> Timestamp {
        if span.start == span.end {
            return span.start;
        }
        let day = span.start.utc().with_timezone(&self.zone).date_naive();
        self.instant(day.and_time(NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default()))
    }

    fn day(&self, word: &str) -> Option<Span> {
        let (first, after) = self.days(word)?;
        Some(Span { start: self.midnight(first), end: self.midnight(after) })
    }

    /// The day that a word means, and the day after it.
    fn days(&self, word: &str) -> Option<(NaiveDate, NaiveDate)> {
        let today = self.local().date_naive();
        Some(match word {
            "today" | "eod" => (today, today + Days::new(1)),
            "tomorrow" => (today + Days::new(1), today + Days::new(2)),
            "yesterday" => (today - Days::new(1), today),
            "eow" => {
                let left = 7 - u64::from(today.weekday().num_days_from_monday());
                (today + Days::new(left - 1), today + Days::new(left))
            }
            "eom" => {
                let next = today.with_day(1)? + Months::new(1);
                (next - Days::new(1), next)
            }
            _ => {
                let day = NaiveDate::parse_from_str(word, "%Y-%m-%d").ok();
                let day = day.or_else(|| next_weekday(today, word))?;
                (day, day.checked_add_days(Days::new(1))?)
            }
        })
    }

    fn day_and_time(&self, text: &str) -> Option<Span> {
        let (day, time) = text.rsplit_once([' ', 't'])?;
        let time = ["%H:%M", "%H:%M:%S"]
            .iter()
            .find_map(|format| NaiveTime::parse_from_str(time, format).ok())?;
        let (day, _) = self.days(day.trim())?;
        Some(Span::moment(self.instant(day.and_time(time))))
    }

    fn month_or_year(&self, text: &str) -> Option<Span> {
        let (first, months) = match text.split_once('-') {
            Some(_) => (NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok()?, 1),
            None if text.len() == 4 => (NaiveDate::from_ymd_opt(text.parse().ok()?, 1, 1)?, 12),
            None => return None,
        };
        let after = first.checked_add_months(Months::new(months))?;
        Some(Span { start: self.midnight(first), end: self.midnight(after) })
    }

    /// `-7d`, `+3d`, `2h`, …: so long before or after now. Days, weeks, months and years keep the
    /// local time of day; hours and minutes are exact.
    fn offset(&self, text: &str) -> Option<Timestamp> {
        let (back, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: u32 = rest[..digits].parse().ok()?;
        let months = |n: u32| {
            let local = self.local().naive_local();
            let moved = if back {
                local.checked_sub_months(Months::new(n))
            } else {
                local.checked_add_months(Months::new(n))
            };
            moved.map(|time| self.instant(time))
        };
        let days = |n: u32| {
            let local = self.local().naive_local();
            let moved = if back {
                local.checked_sub_days(Days::new(n.into()))
            } else {
                local.checked_add_days(Days::new(n.into()))
            };
            moved.map(|time| self.instant(time))
        };
        let exact = |n: u32, unit: i64| {
            let by = i64::from(n) * unit * if back { -1 } else { 1 };
            Some(Timestamp(self.now.0.checked_add(by)?))
        };
        match &rest[digits..] {
            "m" | "min" => exact(count, 60_000),
            "h" => exact(count, 3_600_000),
            "d" => days(count),
            "w" => days(count.checked_mul(7)?),
            "mo" => months(count),
            "y" => months(count.checked_mul(12)?),
            _ => None,
        }
    }

    fn midnight(&self, day: NaiveDate) -> Timestamp {
        self.instant(day.and_time(NaiveTime::MIN))
    }

    /// The moment of a local time: the earlier of two where clocks go back, the first that exists
    /// where they go forward.
    fn instant(&self, local: NaiveDateTime) -> Timestamp {
        if let Some(at) = self.zone.from_local_datetime(&local).earliest() {
            return Timestamp::from(at);
        }
        // No clock ever showed it: the first moment at which they showed something later.
        let there = local.and_utc().timestamp();
        let (mut before, mut after) = (there - GAP_MAX, there + GAP_MAX);
        while after - before > 1 {
            let middle = i64::midpoint(before, after);
            let shown = Timestamp(middle * 1000).utc().with_timezone(&self.zone).naive_local();
            *(if shown < local { &mut before } else { &mut after }) = middle;
        }
        Timestamp(after * 1000)
    }
}

/// In seconds: no zone is further from UTC than a day, and no gap longer (Samoa left one out).
const GAP_MAX: i64 = 2 * 86_400;

/// Reads a length of time, `30m`, `4h`, `2d` or `1w`, in seconds; a day has 24 hours.
///
/// # Errors
/// Exit 4 when it is none.
pub fn length(text: &str) -> Result<i64> {
    let lower = text.trim().to_lowercase();
    let digits = lower.find(|c: char| !c.is_ascii_digit()).unwrap_or(lower.len());
    let unit = match &lower[digits..] {
        "s" => Some(1),
        "m" | "min" => Some(60),
        "h" => Some(3600),
        "d" => Some(86_400),
        "w" => Some(7 * 86_400),
        _ => None,
    };
    let count = lower[..digits].parse::<u32>().ok();
    count.zip(unit).map(|(count, unit)| i64::from(count) * unit).ok_or_else(|| {
        Error::invalid(format!("`{text}` is not a length of time"))
            .hint("lengths are 30m, 4h, 2d, 1w")
    })
}

/// A length of time in milliseconds as people say it, `5m`, `3h`, `12d`, `4mo`, `2y`; none when it is
/// less than a minute.
#[must_use]
pub fn roughly(length: i64) -> Option<String> {
    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let (size, unit) = match length {
        length if length < MINUTE => return None,
        length if length < HOUR => (length / MINUTE, "m"),
        length if length < 2 * DAY => (length / HOUR, "h"),
        length if length < 60 * DAY => (length / DAY, "d"),
        length if length < 730 * DAY => (length / (30 * DAY), "mo"),
        length => (length / (365 * DAY), "y"),
    };
    Some(format!("{size}{unit}"))
}

fn next_weekday(today: NaiveDate, word: &str) -> Option<NaiveDate> {
    let (3.., Ok(day)) = (word.len(), word.parse::<Weekday>()) else { return None };
    (1..=7).map(|n| today + Days::new(n)).find(|date| date.weekday() == day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        let now = Timestamp::from_rfc3339("2026-09-01T15:10:00+02:00").unwrap();
        Clock { now, zone: Tz::Europe__Berlin }
    }

    #[test]
    fn dates_are_read_in_the_users_zone() {
        for (text, start, end) in [
            ("2026-09-04", "2026-09-03T22:00:00Z", "2026-09-04T22:00:00Z"),
            ("today", "2026-08-31T22:00:00Z", "2026-09-01T22:00:00Z"),
            ("fri", "2026-09-03T22:00:00Z", "2026-09-04T22:00:00Z"),
            ("tue", "2026-09-07T22:00:00Z", "2026-09-08T22:00:00Z"),
            ("eow", "2026-09-05T22:00:00Z", "2026-09-06T22:00:00Z"),
            ("eom", "2026-09-29T22:00:00Z", "2026-09-30T22:00:00Z"),
            ("2026-10", "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z"),
            ("fri 17:00", "2026-09-04T15:00:00Z", "2026-09-04T15:00:00Z"),
            ("2026-09-04 17:00", "2026-09-04T15:00:00Z", "2026-09-04T15:00:00Z"),
            ("2026-09-04T17:00", "2026-09-04T15:00:00Z", "2026-09-04T15:00:00Z"),
            ("2026-09-04T17:00Z", "2026-09-04T17:00:00Z", "2026-09-04T17:00:00Z"),
            ("-7d", "2026-08-25T13:10:00Z", "2026-08-25T13:10:00Z"),
            ("+3d", "2026-09-04T13:10:00Z", "2026-09-04T13:10:00Z"),
            ("2h", "2026-09-01T15:10:00Z", "2026-09-01T15:10:00Z"),
            ("3mo", "2026-12-01T14:10:00Z", "2026-12-01T14:10:00Z"),
        ] {
            let span = clock().read(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(
                (span.start.rfc3339(), span.end.rfc3339()),
                (start.into(), end.into()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_a_date_is_said_so() {
        for text in [
            "",
            "next fri",
            "03/04",
            "2026-13-01",
            "2026-02-30",
            "d",
            "-",
            "1x",
            "mo",
            "99999999999d",
        ] {
            assert!(clock().read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_that_no_clock_showed_is_the_first_after_the_gap() {
        for (zone, text, at) in [
            (Tz::Europe__Berlin, "2026-03-29 02:30", "2026-03-29T01:00:00Z"),
            (Tz::Pacific__Apia, "2011-12-30", "2011-12-30T10:00:00Z"),
            (Tz::America__Sao_Paulo, "2018-11-04", "2018-11-04T03:00:00Z"),
            (Tz::Australia__Lord_Howe, "2026-10-04 02:10", "2026-10-03T15:30:00Z"),
        ] {
            let clock = Clock { zone, ..clock() };
            assert_eq!(clock.read(text).unwrap().start.rfc3339(), at, "{text}");
        }
    }

    #[test]
    fn a_day_begins_with_its_morning_and_a_moment_is_itself() {
        for (text, at) in [
            ("fri", "2026-09-04T07:00:00Z"),
            ("2026-11", "2026-11-01T08:00:00Z"),
            ("fri 17:00", "2026-09-04T15:00:00Z"),
            ("+3d", "2026-09-04T13:10:00Z"),
            ("eod", "2026-09-01T21:59:59Z"),
            (" EOW", "2026-09-06T21:59:59Z"),
            ("eom", "2026-09-30T21:59:59Z"),
            ("today", "2026-09-01T07:00:00Z"),
        ] {
            assert_eq!(clock().put_off(text).unwrap().rfc3339(), at, "{text}");
        }
    }

    #[test]
    fn a_due_day_ends_with_its_last_second() {
        assert_eq!(clock().read("fri").unwrap().last().rfc3339(), "2026-09-04T21:59:59Z");
        assert_eq!(clock().read("2h").unwrap().last().rfc3339(), "2026-09-01T15:10:00Z");
        assert_eq!(clock().read("fri").unwrap().past().rfc3339(), "2026-09-04T22:00:00Z");
        assert_eq!(clock().read("2h").unwrap().past().rfc3339(), "2026-09-01T15:10:01Z");
    }
}
