//! The clocks of a ticket: what we owe, since when, and how much of it is used up.
//!
//! What the entries say is a list of [`Cycle`]s, which knows nothing of hours. A [`Rule`] (a target
//! in the hours of a calendar) makes a [`Reading`] of each at some moment. The rules are those that
//! Zendesk, Zammad and Request Tracker share; where they differ, `tix help sla` says what holds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::{Pause, Worktime};
use crate::domain::ids::{Stamp, Timestamp};
use crate::domain::tier::Target;
use crate::domain::words::Priority;

mod cycles;

pub use cycles::{Became, Turn};

/// What a clock measures.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// From the opening until our first public reply.
    FirstResponse,
    /// From the oldest message of the requester that is unanswered until our public reply.
    NextResponse,
    /// From the opening until the ticket is closed, but for the time it was pending or closed.
    Resolution,
}

impl Name {
    /// Every clock, in order.
    pub const ALL: [Self; 3] = [Self::FirstResponse, Self::NextResponse, Self::Resolution];

    /// Its name in data.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::NextResponse => "next_response",
            Self::Resolution => "resolution",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn said(self) -> &'static str {
        match self {
            Self::FirstResponse => "first response",
            Self::NextResponse => "next response",
            Self::Resolution => "resolution",
        }
    }

    /// Its place in the order, from 0: how it is stored.
    #[must_use]
    pub fn rank(self) -> i64 {
        self as i64
    }

    /// The clock stored as `rank`.
    #[must_use]
    pub fn from_rank(rank: i64) -> Option<Self> {
        usize::try_from(rank).ok().and_then(|rank| Self::ALL.get(rank).copied())
    }
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It runs, and more than a quarter of the target is left.
    Running,
    /// It runs, and less than a quarter is left.
    AtRisk,
    /// It runs, and more than the target is used up.
    Breached,
    /// It stands still: the ticket is pending.
    Paused,
    /// It has ended in time.
    Met,
    /// It has ended too late.
    Missed,
}

impl State {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::AtRisk => "at-risk",
            Self::Breached => "breached",
            Self::Paused => "paused",
            Self::Met => "met",
            Self::Missed => "missed",
        }
    }
}

/// By which terms a cycle is measured.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Terms {
    /// The tier.
    pub tier: String,
    /// The priority.
    pub priority: Priority,
    /// When the ticket came under the tier: the tier as it stood then counts, and its calendar.
    pub since: Stamp,
}

/// One run of a clock, as the ticket's entries tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// What it measures.
    pub name: Name,
    /// When it began.
    pub start: Timestamp,
    /// When it ended; none while it runs.
    pub end: Option<Timestamp>,
    /// When it stood still; the last may have no end yet.
    pub pauses: Vec<(Timestamp, Option<Timestamp>)>,
    /// What it is measured by.
    pub terms: Terms,
}

impl Cycle {
    /// Does it stand still?
    #[must_use]
    pub fn paused(&self) -> bool {
        self.end.is_none() && self.pauses.last().is_some_and(|(_, end)| end.is_none())
    }

    /// The pauses as far as they matter until `until`.
    #[must_use]
    pub fn pauses(&self, until: Timestamp) -> Vec<Pause> {
        self.pauses.iter().map(|(from, to)| (*from, to.unwrap_or(until))).collect()
    }
}

/// What a cycle is held to.
#[derive(Clone, Copy, Debug)]
pub struct Rule<'a> {
    /// The hours in which it runs.
    pub hours: &'a Worktime,
    /// How long it may take.
    pub target: Target,
}

/// What is so of a cycle whatever the moment: what is stored of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The target, in seconds of business time from its start.
    pub target: i64,
    /// The seconds used up until its end or its pause; none while it runs.
    pub used: Option<i64>,
    /// When the target is used up; none while it is paused.
    pub due_at: Option<Timestamp>,
    /// The moment after which less than a quarter is left; none unless it runs.
    pub risk_at: Option<Timestamp>,
    /// The moment after which it is breached; none unless it runs.
    pub breach_at: Option<Timestamp>,
}

/// A clock at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// How it stands.
    pub state: State,
    /// The seconds of business time that are used up.
    pub elapsed: i64,
    /// The target in seconds.
    pub target: i64,
    /// When the target is used up; none while it is paused.
    pub due_at: Option<Timestamp>,
}

impl Reading {
    /// What is left, in seconds; negative when more is used up than there was.
    #[must_use]
    pub fn left(&self) -> i64 {
        self.target - self.elapsed
    }
}

impl Rule<'_> {
    /// What is so of `cycle` whatever the moment; none when its target is more than ten years off.
    #[must_use]
    pub fn fixed(&self, cycle: &Cycle) -> Option<Fixed> {
        let (hours, start) = (self.hours, cycle.start);
        let target = self.target.seconds(start, hours)?;
        let stands = cycle.end.or_else(|| cycle.pauses.last().map(|(from, _)| *from));
        let stands = stands.filter(|_| cycle.end.is_some() || cycle.paused());
        let pauses = cycle.pauses(stands.unwrap_or(Timestamp(i64::MAX)));
        let used = stands.map(|until| hours.elapsed(start, until, &pauses));
        // Days end at a time of day when somebody is there.
        let due = match self.target {
            Target::Seconds(_) => hours.due(start, target, &pauses),
            Target::Days(_) => hours.exceeded(start, target, &pauses),
        };
        let due_at = if cycle.paused() { None } else { Some(due?) };
        if stands.is_some() {
            return Some(Fixed { target, used, due_at, risk_at: None, breach_at: None });
        }
        // Less than a quarter is left once more than this is used up.
        let risky = target * 3 / 4;
        let risk_at = hours.exceeded(start, risky, &pauses);
        let breach_at = hours.exceeded(start, target, &pauses);
        Some(Fixed { target, used, due_at, risk_at, breach_at })
    }

    /// The clock at a moment.
    #[must_use]
    pub fn reading(&self, cycle: &Cycle, now: Timestamp) -> Option<Reading> {
        let fixed = self.fixed(cycle)?;
        let elapsed =
            fixed.used.unwrap_or_else(|| self.hours.elapsed(cycle.start, now, &cycle.pauses(now)));
        let (target, due_at) = (fixed.target, fixed.due_at);
        let state = state(cycle, elapsed, target);
        Some(Reading { state, elapsed, target, due_at })
    }
}

/// How a cycle stands when so much is used up.
#[must_use]
pub fn state(cycle: &Cycle, elapsed: i64, target: i64) -> State {
    match (cycle.end, elapsed <= target) {
        (Some(_), true) => State::Met,
        (Some(_), false) => State::Missed,
        (None, _) if cycle.paused() => State::Paused,
        (None, false) => State::Breached,
        (None, true) if elapsed > target * 3 / 4 => State::AtRisk,
        (None, true) => State::Running,
    }
}
