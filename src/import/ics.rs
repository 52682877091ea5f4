//! iCalendar files (RFC 5545) into holidays: events that take whole days.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use calcard::icalendar::{
    ICalendarComponent, ICalendarComponentType, ICalendarFrequency, ICalendarProperty,
    ICalendarRecurrenceRule, ICalendarStatus, ICalendarValue,
};
use calcard::{Entry, Parser};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::domain::calendar::Holiday;
use crate::error::{Error, Result};

/// A file is at most this large: the holidays of a country for a century have a tenth of it.
const BYTES_MAX: u64 = 4 << 20;

/// An event of more days is no holiday.
const DAYS_MAX: usize = 92;

/// There are at most so many holidays in a file.
const HOLIDAYS_MAX: usize = 5_000;

/// A title is cut here.
const TITLE_MAX: usize = 100;

/// What a file holds.
#[derive(Debug, Default)]
pub struct Events {
    /// Holidays and their names.
    pub taken: Vec<(Holiday, String)>,
    /// What is none: the events' names, each with the reason.
    pub left: Vec<String>,
}

/// The text of a file, which has at most so many bytes.
fn text_of(path: &Path, most: u64) -> Result<String> {
    let name = path.display().to_string();
    let cannot = |e: std::io::Error| Error::failed(format!("cannot read {name}")).because(e);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(cannot)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > most {
        return Err(Error::invalid(format!("{name} is too large"))
            .because(format!("it has more than {} MiB", most >> 20)));
    }
    String::from_utf8(bytes)
        .map_err(|e| Error::invalid(format!("{name} is not UTF-8 text")).because(e.utf8_error()))
}

/// The holidays in an iCalendar file; moments in UTC are read in `zone`.
///
/// # Errors
/// Exit 1 when it cannot be read, exit 4 when it is no such file or a broken one.
pub fn holidays(path: &Path, zone: Tz) -> Result<Events> {
    let name = path.display().to_string();
    let wrong = |why: &str| Error::invalid(format!("{name} is no iCalendar file")).because(why);
    let text = text_of(path, BYTES_MAX)?;
    if text.contains('\0') {
        return Err(wrong("it is not text"));
    }
    // The parser takes what there is of a file that was cut off.
    let last = text.lines().rev().map(str::trim).find(|line| !line.is_empty());
    let whole = last.is_none_or(|line| line.eq_ignore_ascii_case("END:VCALENDAR"));
    let mut events = Events::default();
    let (mut parser, mut any) = (Parser::new(&text), false);
    loop {
        match parser.entry() {
            Entry::ICalendar(calendar) => {
                if !whole {
                    return Err(wrong("its end is missing"));
                }
                any = true;
                read(&calendar.components, zone, &mut events);
            }
            Entry::Eof => break,
            Entry::InvalidLine(_) if any => {}
            Entry::InvalidLine(_) => return Err(wrong("it does not begin with BEGIN:VCALENDAR")),
            _ => return Err(wrong("something else is in it")),
        }
        if events.taken.len() > HOLIDAYS_MAX {
            return Err(Error::invalid(format!("{name} has too many holidays"))
                .because(format!("at most {HOLIDAYS_MAX} are taken")));
        }
    }
    if any { Ok(events) } else { Err(wrong("there is nothing in it")) }
}

fn read(components: &[ICalendarComponent], zone: Tz, events: &mut Events) {
    let all = || components.iter().filter(|it| it.component_type == ICalendarComponentType::VEvent);
    let other = |event: &&ICalendarComponent| event.has_property(&ICalendarProperty::RecurrenceId);
    // Where one of its days was moved, an event is not the same in every year.
    let moved: HashSet<&str> = all().filter(other).filter_map(|event| event.uid()).collect();
    for event in all() {
        if events.taken.len() > HOLIDAYS_MAX {
            return;
        }
        let varies = event.uid().is_some_and(|uid| moved.contains(uid));
        let days = if varies { Err("single days of it are moved") } else { days(event, zone) };
        match days {
            Ok(days) => {
                let title = title(event);
                events.taken.extend(days.into_iter().map(|day| (day, title.clone())));
            }
            Err(why) => events.left.push(format!("{}: {why}", called(event))),
        }
    }
}

fn title(event: &ICalendarComponent) -> String {
    let summary = event.property(&ICalendarProperty::Summary);
    let text = summary.and_then(|summary| summary.values.first()?.as_text()).unwrap_or_default();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(TITLE_MAX).collect()
}

/// How messages name an event.
fn called(event: &ICalendarComponent) -> String {
    match title(event) {
        title if title.is_empty() => "an event without a name".to_owned(),
        title => format!("`{title}`"),
    }
}

/// The days that an event takes, or why it takes none.
fn days(event: &ICalendarComponent, zone: Tz) -> std::result::Result<Vec<Holiday>, &'static str> {
    if event.status() == Some(&ICalendarStatus::Cancelled) {
        return Err("it is cancelled");
    }
    let start = moment(event, &ICalendarProperty::Dtstart, zone).ok_or("it has no date")?;
    let end = match moment(event, &ICalendarProperty::Dtend, zone) {
        Some(end) => end,
        None if event.has_property(&ICalendarProperty::Dtend) => return Err("its end is no date"),
        None => lasting(event, start)?,
    };
    let midnight = |at: NaiveDateTime| at.time() == NaiveTime::MIN;
    if !midnight(start) || !midnight(end) {
        return Err("it does not take whole days");
    }
    // Some programs write the end of one day as the day itself.
    let (first, last) = (start.date(), end.date().pred_opt().unwrap_or(end.date()));
    let last = if end == start { first } else { last };
    if last < first {
        return Err("it ends before it starts");
    }
    let days: Vec<NaiveDate> =
        first.iter_days().take_while(|day| *day <= last).take(DAYS_MAX + 1).collect();
    if days.len() > DAYS_MAX {
        return Err("it takes more than three months");
    }
    let yearly = recurs(event, first)?;
    Ok(days
        .into_iter()
        .map(|day| Holiday::on(day, yearly))
        .filter(|day| Holiday::parse(&day.text()).is_ok())
        .collect())
}

/// When an event ends that does not say when: a day's on the next, else when its length is over.
fn lasting(
    event: &ICalendarComponent,
    start: NaiveDateTime,
) -> std::result::Result<NaiveDateTime, &'static str> {
    let length = event.property(&ICalendarProperty::Duration).and_then(|it| it.values.first());
    let end = match length {
        Some(ICalendarValue::Duration(length)) if !length.neg => {
            chrono::Duration::try_seconds(length.as_seconds())
                .and_then(|length| start.checked_add_signed(length))
        }
        Some(_) => None,
        None if timed(event) => return Err("it does not take whole days"),
        None => start.checked_add_days(chrono::Days::new(1)),
    };
    end.ok_or("its length cannot be read")
}

/// Does it begin at a time of day?
fn timed(event: &ICalendarComponent) -> bool {
    let start = event.property(&ICalendarProperty::Dtstart).and_then(|start| start.values.first());
    start.and_then(ICalendarValue::as_partial_date_time).is_some_and(|at| at.hour.is_some())
}

/// The local time that a property of an event holds; of a date, its midnight.
fn moment(
    event: &ICalendarComponent,
    property: &ICalendarProperty,
    zone: Tz,
) -> Option<NaiveDateTime> {
    let at = event.property(property)?.values.first()?.as_partial_date_time()?;
    let date = NaiveDate::from_ymd_opt(at.year?.into(), at.month?.into(), at.day?.into())?;
    let Some(hour) = at.hour else { return date.and_hms_opt(0, 0, 0) };
    let (minute, second) = (at.minute.unwrap_or(0), at.second.unwrap_or(0));
    let time = date.and_hms_opt(hour.into(), minute.into(), second.into())?;
    // A Z: the moment is given, not the time on somebody's wall.
    let moment = at.tz_hour.is_some();
    Some(if moment {
        Utc.from_utc_datetime(&time).with_timezone(&zone).naive_local()
    } else {
        time
    })
}

/// Is it in every year on the same date? No other recurrence is read.
fn recurs(event: &ICalendarComponent, first: NaiveDate) -> std::result::Result<bool, &'static str> {
    use ICalendarProperty as Property;
    if [Property::Rdate, Property::Exdate, Property::Exrule].iter().any(|it| event.has_property(it))
    {
        return Err("it recurs with exceptions");
    }
    let mut rules = event.properties(&Property::Rrule);
    let Some(rule) = rules.next() else { return Ok(false) };
    match rule.values.first() {
        Some(ICalendarValue::RecurrenceRule(rule)) if rules.next().is_none() => {
            if fixed(rule, first) {
                Ok(true)
            } else {
                Err("it recurs, and not every year on the same date")
            }
        }
        _ => Err("how it recurs cannot be read"),
    }
}

/// Every year, for ever, on the date of `first`.
fn fixed(rule: &ICalendarRecurrenceRule, first: NaiveDate) -> bool {
    let numbers = rule.byday.is_empty()
        && rule.byyearday.is_empty()
        && rule.byweekno.is_empty()
        && rule.bysetpos.is_empty()
        && rule.byhour.is_empty();
    let month =
        rule.bymonth.iter().all(|it| !it.is_leap() && u32::from(it.month()) == first.month());
    let day = rule.bymonthday.iter().all(|it| i64::from(*it) == i64::from(first.day()));
    let always = rule.until.is_none() && rule.count.is_none() && rule.rscale.is_none();
    let yearly = rule.freq == ICalendarFrequency::Yearly && rule.interval.unwrap_or(1) == 1;
    yearly && always && numbers && month && day
}
