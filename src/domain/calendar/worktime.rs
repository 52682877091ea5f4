//! The arithmetic of business time, exact to the second.
//!
//! The conventions are those of biz (Zendesk) and Zammad, but for the one that says when a target
//! is due that is used up just when an open stretch ends: then, not at the next opening. A wall time
//! that a change of the clocks leaves out moves forward by what is left out; one that comes twice is
//! the first. A holiday is a whole local date.

use std::cell::RefCell;

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::Calendar;
use crate::domain::ids::Timestamp;

/// Time before this year and from [`LAST`] on is not counted.
const FIRST: i32 = 1900;

/// See [`FIRST`].
const LAST: i32 = 2300;

/// Nothing is due further off than this many days: ten years.
const FAR: u64 = 3653;

/// So many days are laid out at once.
const AHEAD: u64 = 64;

/// A stretch of open time, in seconds since 1970 (UTC).
#[derive(Clone, Copy, Debug)]
struct Open {
    start: i64,
    end: i64,
    /// Open seconds before it, since the first day that was laid out.
    before: i64,
}

impl Open {
    fn after(&self) -> i64 {
        self.before + self.end - self.start
    }
}

/// The open stretches of the days from `from` to before `to`.
#[derive(Clone, Debug)]
struct Laid {
    from: NaiveDate,
    to: NaiveDate,
    open: Vec<Open>,
}

/// A stretch of time that does not count, in its order; both ends are moments.
pub type Pause = (Timestamp, Timestamp);

/// A local date of a calendar and how much of it counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The date in the calendar's zone.
    pub date: NaiveDate,
    /// The open stretches of it that lie in the time asked about.
    pub open: Vec<(Timestamp, Timestamp)>,
    /// How many seconds of them count.
    pub counted: i64,
    /// How many seconds of them were paused.
    pub paused: i64,
    /// The holiday that it is; its name may be empty.
    pub holiday: Option<String>,
}

/// Counts the open time of a calendar, laying out its days once.
#[derive(Clone, Debug)]
pub struct Worktime {
    calendar: Calendar,
    laid: RefCell<Option<Laid>>,
}

impl Worktime {
    /// Of this calendar.
    #[must_use]
    pub fn new(calendar: Calendar) -> Self {
        Self { calendar, laid: RefCell::default() }
    }

    /// The calendar.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The open seconds from `start` until before `end` that are not paused; 0 when `end` comes
    /// first.
    #[must_use]
    pub fn elapsed(&self, start: Timestamp, end: Timestamp, pauses: &[Pause]) -> i64 {
        let (start, end) = (seconds(start), seconds(end));
        if end <= start {
            return 0;
        }
        self.lay(start, end);
        let mut sum = self.count(end) - self.count(start);
        let mut at = start;
        for (from, to) in pauses {
            let (from, to) = (seconds(*from).clamp(at, end), seconds(*to).clamp(at, end));
            if from < to {
                sum -= self.count(to) - self.count(from);
                at = to;
            }
        }
        sum
    }

    /// The earliest moment at which `length` open seconds that are not paused have passed since
    /// `start`: `start` itself for none. None when that is more than ten years off.
    #[must_use]
    pub fn due(&self, start: Timestamp, length: i64, pauses: &[Pause]) -> Option<Timestamp> {
        let (mut at, mut left) = (seconds(start), length);
        for (from, to) in pauses {
            let (from, to) = (seconds(*from), seconds(*to));
            if from > at {
                let passed = self.elapsed(moment(at), moment(from), &[]);
                if passed >= left {
                    break;
                }
                left -= passed;
            }
            at = at.max(to);
        }
        if left <= 0 {
            return Some(if left == 0 && length == 0 { start } else { moment(at) });
        }
        self.lay(at, at);
        let wanted = self.count(at) + left;
        self.reach(at, wanted)?;
        let laid = self.laid.borrow();
        let open = &laid.as_ref()?.open;
        let found = open.get(open.partition_point(|open| open.after() < wanted))?;
        Some(moment(found.start + wanted - found.before))
    }

    /// The moment after which more than `length` seconds have passed since `start`: where `due` is
    /// the close of business, the next opening. It is due then in every list that compares times.
    #[must_use]
    pub fn exceeded(&self, start: Timestamp, length: i64, pauses: &[Pause]) -> Option<Timestamp> {
        let due = self.due(start, length, pauses)?;
        let mut open = self.next_open(due)?;
        while let Some((_, to)) = pauses.iter().find(|(from, to)| *from <= open && open < *to) {
            open = self.next_open(*to)?;
        }
        Some(open)
    }

    /// The latest moment from which `length` open seconds pass until `end`; none when that is more
    /// than ten years ago.
    #[must_use]
    pub fn before(&self, end: Timestamp, length: i64) -> Option<Timestamp> {
        let end = seconds(end);
        if length == 0 {
            return Some(moment(end));
        }
        self.lay(end, end);
        let mut days = AHEAD;
        while self.count(end) < length {
            days *= 4;
            if days > 4 * FAR {
                return None;
            }
            self.lay(end - i64::try_from(days).unwrap_or(0) * 86_400, end);
        }
        let wanted = self.count(end) - length;
        let laid = self.laid.borrow();
        let open = &laid.as_ref()?.open;
        let found = open.get(open.partition_point(|open| open.after() <= wanted))?;
        Some(moment(found.start + (wanted - found.before).max(0)))
    }

    /// `days` dates with hours further on at the same wall time, or when they open next.
    #[must_use]
    pub fn due_days(&self, start: Timestamp, days: u32) -> Option<Timestamp> {
        let local = start.utc().with_timezone(&self.calendar.zone()).naive_local();
        let (mut date, mut left, mut passed) = (local.date(), days, 0);
        while left > 0 {
            date = date.succ_opt()?;
            passed += 1;
            if passed > FAR {
                return None;
            }
            left -= u32::from(self.works(date));
        }
        self.next_open(moment(instant(self.calendar.zone(), date.and_time(local.time()))))
    }

    /// `at` if somebody is there then, else when somebody is there next.
    #[must_use]
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        let at = seconds(at);
        self.lay(at, at);
        self.reach(at, self.count(at) + 1)?;
        let laid = self.laid.borrow();
        let open = &laid.as_ref()?.open;
        let found = open.get(open.partition_point(|open| open.end <= at))?;
        Some(moment(found.start.max(at)))
    }

    /// When the time ends that is open at `at`: none when it is closed then, or stays open for more
    /// than a year.
    #[must_use]
    pub fn closes(&self, at: Timestamp) -> Option<Timestamp> {
        let at = seconds(at);
        self.lay(at, at + 400 * 86_400);
        let laid = self.laid.borrow();
        let open = &laid.as_ref()?.open;
        let mut from = open.get(open.partition_point(|open| open.end <= at)..)?.iter();
        let mut end = from.next().filter(|open| open.start <= at)?.end;
        for open in from {
            if open.start > end {
                return Some(moment(end));
            }
            end = open.end;
        }
        None
    }

    /// The days from `start` to `end` and what of them counts.
    #[must_use]
    pub fn days(&self, start: Timestamp, end: Timestamp, pauses: &[Pause]) -> Vec<Day> {
        let zone = self.calendar.zone();
        let date = |at: Timestamp| at.utc().with_timezone(&zone).date_naive();
        let (mut day, last) = (date(start), date(end));
        let mut days = Vec::new();
        while day <= last && day.year() < LAST {
            let Some(next) = day.succ_opt() else { break };
            let midnight = |date: NaiveDate| {
                moment(instant(zone, date.and_hms_opt(0, 0, 0).unwrap_or_default()))
            };
            let (from, to) = (midnight(day).max(start), midnight(next).min(end));
            let counted = self.elapsed(from, to, pauses);
            let all = self.elapsed(from, to, &[]);
            let open = self.stretches(from, to);
            let holiday = self.calendar.holiday(day).map(ToOwned::to_owned);
            days.push(Day { date: day, open, counted, paused: all - counted, holiday });
            day = next;
        }
        days
    }

    /// The open stretches between two moments.
    fn stretches(&self, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let (from, to) = (seconds(from), seconds(to));
        self.lay(from, to);
        let laid = self.laid.borrow();
        let Some(laid) = laid.as_ref() else { return Vec::new() };
        let first = laid.open.partition_point(|open| open.end <= from);
        let inside = laid.open[first..].iter().take_while(|open| open.start < to);
        let inside = inside.map(|open| (moment(open.start.max(from)), moment(open.end.min(to))));
        inside.filter(|(start, end)| start < end).collect()
    }

    /// Has this date hours?
    fn works(&self, date: NaiveDate) -> bool {
        !self.calendar.shifts(date.weekday()).is_empty() && self.calendar.holiday(date).is_none()
    }

    /// Open seconds before `at`, since the first day that was laid out.
    fn count(&self, at: i64) -> i64 {
        let laid = self.laid.borrow();
        let Some(laid) = laid.as_ref() else { return 0 };
        let next = laid.open.partition_point(|open| open.start < at);
        let last = next.checked_sub(1).and_then(|last| laid.open.get(last));
        last.map_or(0, |open| open.before + at.min(open.end) - open.start)
    }

    /// Lays out more days until `wanted` open seconds are in them, but not further off from `at`
    /// than ten years.
    fn reach(&self, at: i64, wanted: i64) -> Option<()> {
        let end = self.date(at) + Days::new(FAR);
        loop {
            let to = {
                let laid = self.laid.borrow();
                let laid = laid.as_ref()?;
                if laid.open.last().is_some_and(|open| open.after() >= wanted) {
                    return Some(());
                }
                laid.to
            };
            if to >= end {
                return None;
            }
            let more = (to - Duration::days(1)).and_hms_opt(0, 0, 0)? + Duration::days(1);
            self.lay(at, more.and_utc().timestamp());
        }
    }

    /// Lays out the days around everything from `start` to `end`, in seconds.
    fn lay(&self, start: i64, end: i64) {
        let (first, last) = (self.date(start) - Days::new(2), self.date(end) + Days::new(3));
        let mut slot = self.laid.borrow_mut();
        let ready = slot.take().filter(|laid| laid.from <= first);
        let mut laid = ready.unwrap_or(Laid { from: first, to: first, open: Vec::new() });
        if laid.to < last {
            let last = last + Days::new(AHEAD);
            while laid.to < last {
                self.lay_day(laid.to, &mut laid.open);
                laid.to = laid.to + Days::new(1);
            }
        }
        *slot = Some(laid);
    }

    fn lay_day(&self, date: NaiveDate, all: &mut Vec<Open>) {
        let mut stretches = self.hours_of(date);
        // A day that the clocks left out has its hours on the next one.
        let mut day = date;
        while let Some(before) = day.pred_opt().filter(|before| self.left_out(*before)) {
            stretches.extend(self.hours_of(before));
            day = before;
        }
        if self.left_out(date) {
            return;
        }
        // Hours that moved on may lie in, or behind, those that follow them.
        stretches.sort_unstable();
        for (start, end) in stretches {
            let start = all.last().map_or(start, |open| open.end.max(start));
            if start < end {
                let before = all.last().map_or(0, Open::after);
                all.push(Open { start, end, before });
            }
        }
    }

    /// When the hours of a date begin and end, in seconds.
    fn hours_of(&self, date: NaiveDate) -> Vec<(i64, i64)> {
        if self.calendar.holiday(date).is_some() {
            return Vec::new();
        }
        let at = |minutes: u16| {
            let midnight = date.and_hms_opt(0, 0, 0).unwrap_or_default();
            instant(self.calendar.zone(), midnight + Duration::minutes(minutes.into()))
        };
        let shifts = self.calendar.shifts(date.weekday()).iter();
        shifts.map(|shift| (at(shift.start), at(shift.end))).collect()
    }

    /// Did no clock of the zone ever show this date?
    fn left_out(&self, date: NaiveDate) -> bool {
        let noon = date.and_hms_opt(12, 0, 0).unwrap_or_default();
        let at = moment(instant(self.calendar.zone(), noon));
        at.utc().with_timezone(&self.calendar.zone()).date_naive() != date
    }

    /// The local date of a moment, within what is counted.
    fn date(&self, at: i64) -> NaiveDate {
        let date = moment(at).utc().with_timezone(&self.calendar.zone()).date_naive();
        let year = |year| NaiveDate::from_ymd_opt(year, 1, 7).unwrap_or_default();
        date.clamp(year(FIRST), year(LAST))
    }
}

/// Whole seconds since 1970.
fn seconds(at: Timestamp) -> i64 {
    at.0.div_euclid(1000)
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp(seconds.saturating_mul(1000))
}

/// The moment that a wall time means, in seconds.
fn instant(zone: Tz, local: NaiveDateTime) -> i64 {
    let found = zone.from_local_datetime(&local).earliest();
    found.map_or_else(|| beyond(zone, local), |at| at.timestamp())
}

/// The moment of a wall time that the clocks leave out: as if they had not been changed yet.
fn beyond(zone: Tz, local: NaiveDateTime) -> i64 {
    let wall = local.and_utc().timestamp();
    let offset = |at: i64| {
        let at = DateTime::from_timestamp(at, 0).unwrap_or_default();
        i64::from(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc())
    };
    let one = offset(wall - offset(wall));
    let other = offset(wall - one);
    wall - one.min(other)
}
