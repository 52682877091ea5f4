//! What is owed, and the arithmetic behind it.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Contact, Made, Time};
use crate::domain::clocks::{self, Name, State};
use crate::domain::ids::Uid;
use crate::domain::words::{Priority, Status};

/// What `sla` answers with.
#[derive(Clone, Debug)]
pub enum Promises {
    /// The clocks that run, what is due first at the top, and how many there are; for a person more
    /// than are shown says only that there are more.
    Owed(Vec<Owed>, u64),
    /// The arithmetic of a ticket's clocks.
    Explained(Box<Explanation>),
    /// What was kept.
    Report(Vec<Attained>, Vec<By>),
    /// Clocks before and after they were measured anew, and the change that did it.
    Remeasured(Vec<Remeasured>, Made),
}

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The tier.
    Tier,
    /// The customer.
    Customer,
    /// The month in which it was due.
    Month,
    /// The clock.
    Clock,
}

impl By {
    /// Every one, in order.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Tier, "tier"),
        (Self::Customer, "customer"),
        (Self::Month, "month"),
        (Self::Clock, "clock"),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(by, _)| *by == self).map_or("", |(_, name)| name)
    }
}

/// A clock that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Owed {
    /// The ticket's number.
    pub id: String,
    /// Its identity.
    pub uid: Uid,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// How much it matters.
    pub priority: Priority,
    /// Who asked.
    pub requester: Option<Contact>,
    /// Whose customer that is.
    pub customer: Option<String>,
    /// The support tier.
    pub tier: String,
    /// What the clock measures.
    pub clock: Name,
    /// How it stands.
    pub state: State,
    /// When its target is used up.
    pub due_at: Option<Time>,
    /// How many seconds of business time there are.
    pub target_s: i64,
    /// How many of them are left, negative when more is used up.
    pub remaining_s: i64,
}

/// A clock of the three, as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reading {
    /// `none`, or how it stands.
    pub state: String,
    /// The seconds of business time that are used up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed_s: Option<i64>,
    /// How many there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_s: Option<i64>,
    /// How many are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining_s: Option<i64>,
    /// When they are used up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Time>,
}

impl Reading {
    /// A clock as it was read.
    #[must_use]
    pub fn of(reading: &clocks::Reading) -> Self {
        Self {
            state: reading.state.word().to_owned(),
            elapsed_s: Some(reading.elapsed),
            target_s: Some(reading.target),
            remaining_s: Some(reading.left()),
            due_at: reading.due_at.map(Time),
        }
    }
}

/// The arithmetic of a ticket's clocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explanation {
    /// The ticket's number.
    pub id: String,
    /// Its identity.
    pub uid: Uid,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// How much it matters.
    pub priority: Priority,
    /// Whose customer the requester is.
    pub customer: Option<String>,
    /// The support tier.
    pub tier: Option<String>,
    /// Why there are no clocks, in words.
    pub why_none: Option<String>,
    /// Until our first public reply.
    pub first_response: Reading,
    /// Until our reply to what is unanswered now.
    pub next_response: Reading,
    /// Until it is closed.
    pub resolution: Reading,
    /// The earlier cycles of the next response.
    pub next_response_done: Vec<Reading>,
    /// How often it was opened again.
    pub reopens: u32,
    /// Every cycle with its arithmetic, the oldest first.
    pub clocks: Vec<Cycle>,
}

/// A cycle of a clock, day by day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cycle {
    /// What it measures.
    pub name: Name,
    /// How it stands.
    pub state: State,
    /// The tier it is measured by.
    pub tier: String,
    /// The priority it is measured by.
    pub priority: Priority,
    /// The calendar in whose hours it runs.
    pub calendar: String,
    /// The calendar's zone.
    pub zone: String,
    /// The target as the tier gives it, such as `4h` or `5bd`.
    pub target: String,
    /// The same in seconds of business time.
    pub target_s: i64,
    /// How many are used up.
    pub elapsed_s: i64,
    /// How many are left, negative when more is used up.
    pub remaining_s: i64,
    /// When it began.
    pub started_at: Time,
    /// What began it, in words.
    pub started_by: String,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// What ended it, in words.
    pub ended_by: Option<String>,
    /// When the target is used up; null while it is paused.
    pub due_at: Option<Time>,
    /// When it stood still.
    pub pauses: Vec<Stretch>,
    /// The days in the calendar's zone and what of them counted.
    pub days: Vec<Day>,
}

/// A stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stretch {
    /// When it began.
    pub from: Time,
    /// When it ended; null while it goes on.
    pub to: Option<Time>,
}

/// A day in the calendar's zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Day {
    /// The date.
    pub date: String,
    /// The hours of it between beginning and end.
    pub open: Vec<Stretch>,
    /// How many seconds counted.
    pub counted_s: i64,
    /// How many seconds did not, because it stood still.
    pub paused_s: i64,
    /// The holiday that it is; its name may be empty.
    pub holiday: Option<String>,
}

/// How much of what was promised was kept.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Attained {
    /// The tier; null where the report is not by tier.
    pub tier: Option<String>,
    /// The customer; null for those of none.
    pub customer: Option<String>,
    /// The month in which it was due: `2026-09`.
    pub month: Option<String>,
    /// The clock.
    pub clock: Option<Name>,
    /// How many were kept.
    pub met: u64,
    /// How many were not, those that run on included.
    pub missed: u64,
    /// How many there were.
    pub total: u64,
    /// How many of a hundred were kept; null when there were fewer than five.
    pub percent: Option<f64>,
}

/// A clock before and after it was measured anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Remeasured {
    /// The ticket's number.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The tier.
    pub tier: String,
    /// What the clock measures.
    pub clock: Name,
    /// As it was; null where nothing was promised.
    pub before: Option<Reading>,
    /// As it is; null where nothing is promised.
    pub after: Option<Reading>,
}
