//! Moments as sources write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use serde_json::Value;

use crate::domain::ids::Timestamp;

/// Reads a moment in one of the forms that name their own zone, else in `zone`: RFC 3339 and what
/// is near it, RFC 2822, `20260102T030405Z`, `2026-01-02 03:04:05 +0200`, a bare date, and seconds or
/// milliseconds since 1970. Nothing whose days and months could be confused.
pub(super) fn moment(text: &str, zone: Tz) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = Timestamp::from_rfc3339(text) {
        return Some(time);
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%d %H:%M:%S%.f %z", "%Y-%m-%d %H:%M:%S%.f%z"] {
        if let Ok(time) = DateTime::parse_from_str(text, form) {
            return seconds(time.timestamp());
        }
    }
    if let Ok(time) = DateTime::parse_from_rfc2822(text) {
        return seconds(time.timestamp());
    }
    if let Some(utc) = text.strip_suffix('Z')
        && let Ok(time) = NaiveDateTime::parse_from_str(utc, "%Y%m%dT%H%M%S")
    {
        return seconds(time.and_utc().timestamp());
    }
    if let Some(utc) = text.strip_suffix(" UTC")
        && let Ok(time) = NaiveDateTime::parse_from_str(utc, "%Y-%m-%d %H:%M:%S")
    {
        return seconds(time.and_utc().timestamp());
    }
    if !text.bytes().take(4).all(|c| c.is_ascii_digit()) {
        return None;
    }
    for form in [
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
        "%Y/%m/%d %H:%M:%S",
        "%Y/%m/%d %H:%M",
    ] {
        if let Ok(time) = NaiveDateTime::parse_from_str(text, form) {
            return local(time, zone);
        }
    }
    for form in ["%Y-%m-%d", "%Y/%m/%d"] {
        if let Ok(date) = NaiveDate::parse_from_str(text, form) {
            return local(date.and_hms_opt(0, 0, 0)?, zone);
        }
    }
    epoch(text)
}

/// The same of a JSON value; a number is seconds or milliseconds since 1970.
pub(super) fn value(value: &Value, zone: Tz) -> Option<Timestamp> {
    match value {
        Value::String(text) => moment(text, zone),
        Value::Number(number) => epoch(&number.to_string()),
        _ => None,
    }
}

/// When something is due: a bare day lasts until its end.
pub(super) fn due(text: &str, zone: Tz) -> Option<Timestamp> {
    match NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d") {
        Ok(day) => local(day.and_hms_opt(23, 59, 59)?, zone),
        Err(_) => moment(text, zone),
    }
}

/// A local time in `zone`; one that the clocks skip is that of an hour later.
pub(super) fn local(time: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
    let there = zone.from_local_datetime(&time).earliest();
    let later = || zone.from_local_datetime(&(time + chrono::TimeDelta::hours(1))).earliest();
    seconds(there.or_else(later)?.timestamp())
}

/// Seconds since 1970, perhaps with a fraction, or milliseconds where seconds would be in the year
/// 5138 and later, or microseconds where those would be.
fn epoch(text: &str) -> Option<Timestamp> {
    let whole: i64 = text.split_once('.').map_or(text, |(whole, _)| whole).parse().ok()?;
    let digits = text.bytes().all(|c| c.is_ascii_digit() || c == b'.');
    if !digits || whole < 100_000_000 {
        return None;
    }
    if whole >= 100_000_000_000_000 {
        return seconds(whole / 1_000_000);
    }
    if whole >= 100_000_000_000 { seconds(whole / 1000) } else { seconds(whole) }
}

/// Whole seconds since 1970, within the years 1 to 9999.
pub(super) fn seconds(seconds: i64) -> Option<Timestamp> {
    let time = DateTime::from_timestamp(seconds, 0)?;
    (1..=9999).contains(&chrono::Datelike::year(&time)).then_some(Timestamp(seconds * 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_many_forms() {
        let zone: Tz = "Europe/Berlin".parse().unwrap();
        for (text, utc) in [
            ("2026-01-20T23:11:29.411793076Z", "2026-01-20T23:11:29Z"),
            ("2016-04-20T10:04:20.000+0000", "2016-04-20T10:04:20Z"),
            ("2013-06-25 11:49:00 +0200", "2013-06-25T09:49:00Z"),
            ("Sun, 10 Mar 2024 03:55:53 -0700", "2024-03-10T10:55:53Z"),
            ("20180914T103257Z", "2018-09-14T10:32:57Z"),
            ("2014-11-21 00:17:40", "2014-11-20T23:17:40Z"),
            ("2011-03-16 15:44:01.920", "2011-03-16T14:44:01Z"),
            ("2023-04-01 10:00:00 UTC", "2023-04-01T10:00:00Z"),
            ("2026-03-29 02:30:00", "2026-03-29T01:30:00Z"),
            ("2026-07-01", "2026-06-30T22:00:00Z"),
            ("1434772042.000005", "2015-06-20T03:47:22Z"),
            ("1434772042000", "2015-06-20T03:47:22Z"),
            ("1434772042000005", "2015-06-20T03:47:22Z"),
        ] {
            let read = moment(text, zone).map(Timestamp::rfc3339);
            assert_eq!(read.as_deref(), Some(utc), "{text}");
        }
        for text in ["", "5/9/2025 18:57", "2/3/22", "yesterday", "12", "2026-13-01", "-1434772042"]
        {
            assert_eq!(moment(text, zone), None, "{text}");
        }
    }
}
