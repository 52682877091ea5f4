//! Dates as mails write them, by the rules and against them.

use chrono::{NaiveDate, NaiveTime, Timelike};

use crate::domain::ids::Timestamp;
use crate::import::times;

/// Zones by name, with their hours from Greenwich.
const ZONES: [(&str, i64); 27] = [
    ("utc", 0),
    ("ut", 0),
    ("gmt", 0),
    ("z", 0),
    ("wet", 0),
    ("west", 1),
    ("bst", 1),
    ("cet", 1),
    ("met", 1),
    ("mez", 1),
    ("cest", 2),
    ("mest", 2),
    ("mesz", 2),
    ("eet", 2),
    ("eest", 3),
    ("msk", 3),
    ("msd", 4),
    ("jst", 9),
    ("kst", 9),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// What a date says, as far as it was read.
#[derive(Default)]
struct Read {
    day: Option<u32>,
    month: Option<u32>,
    year: Option<i32>,
    time: Option<NaiveTime>,
    /// Seconds east of Greenwich.
    zone: Option<i64>,
    /// The time is one of the second half of the day.
    afternoon: bool,
}

/// Reads a date in the form of mails (`Tue, 6 Jan 98 23:44:38 -0500 (EST)`) or of the C library
/// (`Tue Jan  6 23:44:38 1998`), and whatever names day, month, year and time in words; none where
/// the year cannot be true.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text: String = text.chars().take(200).collect();
    let text = without_comments(&text);
    let mut read = Read::default();
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty())
    {
        read.word(word);
    }
    let Some(date) = read.date() else {
        return times::moment(text.trim(), chrono_tz::Tz::UTC).filter(|at| believed(*at));
    };
    let mut time = date.and_time(read.time?).and_utc().timestamp();
    if read.afternoon && read.time?.hour() < 12 {
        time += 12 * 3600;
    }
    let at = times::seconds(time - read.zone.unwrap_or(0))?;
    believed(at).then_some(at)
}

/// Nobody wrote mails before 1970, nor will those be here that are written after 2100.
fn believed(at: Timestamp) -> bool {
    (0..4_102_444_800_000).contains(&at.0)
}

fn without_comments(text: &str) -> String {
    let mut depth = 0u32;
    let outside = |c: &char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    text.chars().filter(outside).collect()
}

impl Read {
    fn word(&mut self, word: &str) {
        let lower = word.to_ascii_lowercase();
        let dashed: Vec<&str> = lower.split('-').collect();
        if let [day, month, year] = dashed[..]
            && month_of(month).is_some()
        {
            for part in [day, month, year] {
                self.word(part);
            }
        } else if word.starts_with(['+', '-']) {
            self.zone = self.zone.or_else(|| offset(word));
        } else if word.contains(':') {
            self.time = self.time.or_else(|| time(word));
        } else if let Some(month) = month_of(&lower) {
            self.month = self.month.or(Some(month));
        } else if word.bytes().all(|c| c.is_ascii_digit()) {
            self.number(word);
        } else if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == lower) {
            self.zone = self.zone.or(Some(hours * 3600));
        } else if lower == "pm" {
            self.afternoon = true;
        }
    }

    fn number(&mut self, digits: &str) {
        let Ok(number) = digits.parse::<u32>() else { return };
        if digits.len() <= 2 && self.day.is_none() && (1..=31).contains(&number) {
            self.day = Some(number);
        } else if self.year.is_none() {
            let year = i32::try_from(number).unwrap_or(0);
            self.year = Some(match (digits.len(), number) {
                (2, 0..69) => 2000 + year,
                (2 | 3, _) => 1900 + year,
                _ => year,
            });
        }
    }

    fn date(&self) -> Option<NaiveDate> {
        self.time?;
        NaiveDate::from_ymd_opt(self.year?, self.month?, self.day?)
    }
}

/// A month by its English name or the first three letters of it, or near enough.
fn month_of(word: &str) -> Option<u32> {
    let begins = |name: &&'static str| word.len() <= 9 && word.starts_with(*name);
    let place = MONTHS.iter().position(begins)?;
    u32::try_from(place).ok().map(|place| place + 1)
}

/// `23:44:38`, `23:44`, perhaps with a part of a second.
fn time(word: &str) -> Option<NaiveTime> {
    let mut parts = word.split([':', '.']);
    let mut next = || parts.next().map(str::parse::<u32>);
    let (hour, minute) = (next()?.ok()?, next()?.ok()?);
    let second = next().and_then(Result::ok).unwrap_or(0).min(59);
    NaiveTime::from_hms_opt(hour, minute, second)
}

/// `-0500`, `+05:30`, `+2`: in seconds.
fn offset(word: &str) -> Option<i64> {
    let sign = if word.starts_with('-') { -1 } else { 1 };
    let digits = word[1..].replace(':', "");
    let number: i64 = digits.parse().ok().filter(|_| digits.bytes().all(|c| c.is_ascii_digit()))?;
    let seconds = match digits.len() {
        1 | 2 => number * 3600,
        3 | 4 => (number / 100) * 3600 + (number % 100) * 60,
        _ => return None,
    };
    (seconds <= 24 * 3600).then_some(sign * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_by_the_rules_and_against_them() {
        for (text, utc) in [
            ("Tue, 6 Jan 1998 23:44:38 -0500", "1998-01-07T04:44:38Z"),
            ("Tue, 6 Jan 98 23:44:38 -0500 (EST)", "1998-01-07T04:44:38Z"),
            ("6 Jan 98 23:44 EST", "1998-01-07T04:44:00Z"),
            ("Wed Apr  1 17:54:55 2020", "2020-04-01T17:54:55Z"),
            ("Thu Jan 01 00:00:00 +0000 2026", "2026-01-01T00:00:00Z"),
            ("Mon, 29 January 2024 10:00:00 PST", "2024-01-29T18:00:00Z"),
            ("22-Sep-2004 05:05:28 GMT", "2004-09-22T05:05:28Z"),
            ("Fri, 1 Mar 102 08:00:00 +05:30", "2002-03-01T02:30:00Z"),
            ("May 8, 2005 1:17 PM", "2005-05-08T13:17:00Z"),
            ("Tue, 3 Dec 2002 11:51:12 +-0700", "2002-12-03T11:51:12Z"),
            ("2016-05-24T07:57:27Z", "2016-05-24T07:57:27Z"),
            ("2016-05-24 07:57:27 +0200", "2016-05-24T05:57:27Z"),
        ] {
            assert_eq!(moment(text).map(Timestamp::rfc3339).as_deref(), Some(utc), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "Wed, 30 Jun 3609 09:33:50 +0000",
            "Fri, 1 Mar 0102 08:00:00 +0000",
            "Mon, 29 Feb 2023 10:00:00 +0000",
            "(((((",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
