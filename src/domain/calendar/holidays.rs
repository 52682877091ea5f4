//! Holidays as people write them, and when they come.

use chrono::{Days, NaiveDate};

use super::{Calendar, Holiday};
use crate::error::{Error, Result};

/// A stretch of holidays is at most a year.
const MOST: usize = 366;

/// Holidays under one name: `2026-12-25=Christmas Day`, `2026-12-24..2026-12-31`, `12-25`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holidays {
    /// The days, in order.
    pub days: Vec<Holiday>,
    /// What they are called, if anything.
    pub name: String,
}

impl Holidays {
    /// Reads one date or the first and the last one, with a name if it has one.
    ///
    /// # Errors
    /// Exit 4 when they are no dates, or the last one is before the first.
    pub fn parse(text: &str) -> Result<Self> {
        let (dates, name) = text.split_once('=').unwrap_or((text, ""));
        let days = match dates.split_once("..") {
            None => vec![Holiday::parse(dates)?],
            Some((first, last)) => between(Holiday::parse(first)?, Holiday::parse(last)?)
                .map_err(|e| Error { what: format!("`{}`: {}", dates.trim(), e.what), ..e })?,
        };
        Ok(Self { days, name: name.trim().to_owned() })
    }
}

/// The holidays from the first to the last.
fn between(first: Holiday, last: Holiday) -> Result<Vec<Holiday>> {
    let yearly = |month, day| NaiveDate::from_ymd_opt(2000, month, day);
    let (first, last, always) = match (first, last) {
        (Holiday::Once(first), Holiday::Once(last)) => (Some(first), Some(last), false),
        (Holiday::Yearly(m, d), Holiday::Yearly(n, e)) => (yearly(m, d), yearly(n, e), true),
        _ => {
            return Err(Error::invalid("one of the dates is in every year, the other is not"));
        }
    };
    let (Some(first), Some(last)) = (first, last) else { return Ok(Vec::new()) };
    if last < first {
        let error = Error::invalid("the last day is before the first");
        let over = "over the end of a year they are two: 12-24..12-31 and 01-01..01-06";
        return Err(if always { error.hint(over) } else { error });
    }
    let days = first.iter_days().take_while(|day| *day <= last).take(MOST + 1);
    let days: Vec<Holiday> = days.map(|day| Holiday::on(day, always)).collect();
    if days.len() > MOST {
        return Err(Error::invalid("holidays of more than a year")
            .hint("a day of the week without hours needs no holidays"));
    }
    Ok(days)
}

impl Calendar {
    /// The holidays from `from` on, for a year, in order, with their names.
    #[must_use]
    pub fn coming(&self, from: NaiveDate) -> Vec<(NaiveDate, &str)> {
        let last = from + Days::new(365);
        let year = from.iter_days().take_while(|day| *day < last);
        year.filter_map(|day| Some((day, self.holiday(day)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_are_a_date_or_a_stretch_of_them_and_a_name() {
        for (text, count, first, name) in [
            ("2026-12-25", 1, "2026-12-25", ""),
            ("12-25 = Christmas Day", 1, "12-25", "Christmas Day"),
            ("2026-12-24..2027-01-02=Works = closed", 10, "2026-12-24", "Works = closed"),
            ("02-28..03-01", 3, "02-28", ""),
        ] {
            let read = Holidays::parse(text).unwrap();
            assert_eq!((read.days.len(), read.name.as_str()), (count, name), "{text}");
            assert_eq!(read.days[0].text(), first, "{text}");
        }
        for (text, says) in [
            ("2026-02-30", "no date"),
            ("christmas", "no date"),
            ("", "no date"),
            ("2026-12-31..2026-12-24", "before the first"),
            ("12-31..01-02", "before the first"),
            ("2026-12-31..01-02", "in every year"),
            ("2026-01-01..2028-01-01", "more than a year"),
        ] {
            let error = Holidays::parse(text).unwrap_err();
            assert!(error.what.contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn a_yearly_holiday_comes_in_every_year() {
        let mut calendar = Calendar::always();
        calendar.close(Holiday::parse("02-29").unwrap(), "leap");
        calendar.close(Holiday::parse("2026-12-25").unwrap(), "once");
        let from = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        let days = |from| {
            let days = calendar.coming(from).into_iter();
            days.map(|(day, _)| day.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(days(from), ["2026-12-25"]);
        assert_eq!(days(from + Days::new(365)), ["2028-02-29"]);
    }
}
