//! Business calendars, what is reckoned by them, and support tiers.

use chrono::{NaiveDate, Weekday};
use schemars::JsonSchema;
use serde::Serialize;

use super::Time;
use crate::domain::calendar::{Calendar as Kept, Holiday as Day, Shift, Worktime};
use crate::domain::clocks::Name;
use crate::domain::ids::Timestamp;
use crate::domain::tier::{Target, Tier as Promised};
use crate::domain::words::Priority;

/// A business calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Calendar {
    /// Its name.
    pub name: String,
    /// The zone whose wall time the hours are in.
    pub zone: String,
    /// The hours as `--hours` takes them: `mon-fri 09:00-17:00`.
    pub hours: String,
    /// The hours day by day.
    pub week: Week,
    /// Is somebody there now?
    pub open: bool,
    /// The first open moment from now on; null when there is none in ten years.
    pub opens_at: Option<Time>,
    /// When it closes; null while it is closed, and when it stays open for more than a year.
    pub closes_at: Option<Time>,
    /// All holidays.
    pub holidays: Vec<Holiday>,
    /// Those of the year to come.
    pub coming: Vec<Coming>,
    /// The tiers whose clocks run by it.
    pub tiers: Vec<String>,
}

/// The hours of each day of the week, such as `09:00-17:00`.
#[expect(missing_docs, reason = "the days of the week")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Week {
    pub mon: Vec<String>,
    pub tue: Vec<String>,
    pub wed: Vec<String>,
    pub thu: Vec<String>,
    pub fri: Vec<String>,
    pub sat: Vec<String>,
    pub sun: Vec<String>,
}

impl Week {
    /// The days in order, with their names.
    #[must_use]
    pub fn days(&self) -> [(&'static str, &[String]); 7] {
        [
            ("mon", &self.mon),
            ("tue", &self.tue),
            ("wed", &self.wed),
            ("thu", &self.thu),
            ("fri", &self.fri),
            ("sat", &self.sat),
            ("sun", &self.sun),
        ]
    }
}

/// A holiday of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Holiday {
    /// `2026-12-25`, or `12-25` in every year.
    pub date: String,
    /// What it is called, if anything.
    pub name: Option<String>,
    /// It is in every year.
    pub yearly: bool,
}

/// A day that is a holiday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Coming {
    /// `2026-12-25`
    pub date: String,
    /// What it is called, if anything.
    pub name: Option<String>,
}

impl Coming {
    fn of((date, name): (NaiveDate, &str)) -> Self {
        Self { date: date.to_string(), name: named(name) }
    }
}

fn named(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.to_owned())
}

impl Calendar {
    /// The calendar kept under `name`, as it stands at `now`, and the tiers that have it.
    #[must_use]
    pub fn of(name: String, calendar: Kept, now: Timestamp, tiers: Vec<String>) -> Self {
        let hours = |day: Weekday| calendar.shifts(day).iter().map(Shift::text).collect();
        let week = Week {
            mon: hours(Weekday::Mon),
            tue: hours(Weekday::Tue),
            wed: hours(Weekday::Wed),
            thu: hours(Weekday::Thu),
            fri: hours(Weekday::Fri),
            sat: hours(Weekday::Sat),
            sun: hours(Weekday::Sun),
        };
        let today = now.utc().with_timezone(&calendar.zone()).date_naive();
        let coming = calendar.coming(today).into_iter().map(Coming::of).collect();
        let holidays = calendar.holidays().iter().map(|(day, name)| Holiday {
            date: day.text(),
            name: named(name),
            yearly: matches!(day, Day::Yearly(..)),
        });
        let holidays = holidays.collect();
        let (zone, text) = (calendar.zone().name().to_owned(), calendar.hours());
        let hours = Worktime::new(calendar);
        let opens = hours.next_open(now);
        Self {
            name,
            zone,
            hours: text,
            week,
            open: opens == Some(now),
            opens_at: opens.map(Time),
            closes_at: hours.closes(now).map(Time),
            holidays,
            coming,
            tiers,
        }
    }
}

/// What was reckoned by a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reckoned {
    /// When so much time has passed.
    Due(Due),
    /// How much time has passed.
    Elapsed(Elapsed),
    /// Whether somebody is there.
    Open(Open),
}

/// When so much open time has passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Due {
    /// The calendar.
    pub calendar: String,
    /// Its zone.
    pub zone: String,
    /// Since then; of a negative length, until then.
    pub start_at: Time,
    /// So many seconds of open time; null for days.
    pub duration_s: Option<i64>,
    /// So many days with hours; null for seconds.
    pub days: Option<u32>,
    /// The earliest moment at which they have passed: the close of business that uses them up. Of a
    /// negative length, the latest moment from which so many pass.
    pub due_at: Time,
    /// The moment after which more than that has passed; null of a negative length.
    pub exceeded_at: Option<Time>,
}

/// How much open time has passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Elapsed {
    /// The calendar.
    pub calendar: String,
    /// Since then.
    pub from: Time,
    /// Until before then.
    pub to: Time,
    /// So many seconds; 0 when `to` comes first.
    pub elapsed_s: i64,
}

/// Whether somebody is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Open {
    /// The calendar.
    pub calendar: String,
    /// Its zone.
    pub zone: String,
    /// At this moment.
    pub at: Time,
    /// Somebody is.
    pub open: bool,
    /// The first open moment from then on: `at` itself while it is open.
    pub opens_at: Time,
    /// When it closes; null while it is closed, and when it stays open for more than a year.
    pub closes_at: Option<Time>,
}

/// A support tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tier {
    /// Its name.
    pub name: String,
    /// What it is, in words.
    pub about: Option<String>,
    /// The calendar in whose hours its clocks run.
    pub calendar: String,
    /// The targets of the first response.
    pub first_response: Targets,
    /// The targets of every later response.
    pub next_response: Targets,
    /// The targets of the resolution.
    pub resolution: Targets,
    /// How many open tickets are under it.
    pub open_tickets: u64,
    /// How many customers have it.
    pub customers: u64,
}

/// The targets of a clock: `4h`, `5bd`, or null where nothing is promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Targets {
    /// Of every priority that has none of its own.
    pub any: Option<String>,
    /// Of tickets of high priority, its own or that of any.
    pub high: Option<String>,
    /// Of low priority.
    pub low: Option<String>,
    /// Of normal priority.
    pub normal: Option<String>,
    /// Of urgent priority.
    pub urgent: Option<String>,
}

impl Targets {
    fn of(tier: &Promised, clock: Name) -> Self {
        let of = |priority| tier.target(clock, priority).as_ref().map(Target::to_string);
        Self {
            any: tier.set(clock, None).flatten().as_ref().map(Target::to_string),
            high: of(Priority::High),
            low: of(Priority::Low),
            normal: of(Priority::Normal),
            urgent: of(Priority::Urgent),
        }
    }

    /// By priority, the most urgent first.
    #[must_use]
    pub fn each(&self) -> [(Priority, Option<&str>); 4] {
        [
            (Priority::Urgent, self.urgent.as_deref()),
            (Priority::High, self.high.as_deref()),
            (Priority::Normal, self.normal.as_deref()),
            (Priority::Low, self.low.as_deref()),
        ]
    }
}

/// What every tier without a calendar runs by.
pub const ALWAYS: &str = "24x7";

impl Tier {
    /// The tier kept under `name`, with the numbers of those that have it: open tickets and customers.
    #[must_use]
    pub fn of(name: String, tier: Promised, (open_tickets, customers): (u64, u64)) -> Self {
        let [first_response, next_response, resolution] =
            Name::ALL.map(|clock| Targets::of(&tier, clock));
        Self {
            name,
            calendar: tier.calendar.unwrap_or_else(|| ALWAYS.to_owned()),
            about: tier.about,
            first_response,
            next_response,
            resolution,
            open_tickets,
            customers,
        }
    }

    /// The clocks and their targets, in order.
    #[must_use]
    pub fn clocks(&self) -> [(Name, &Targets); 3] {
        let [first, next, resolution] = Name::ALL;
        [(first, &self.first_response), (next, &self.next_response), (resolution, &self.resolution)]
    }
}
