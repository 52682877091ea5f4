//! The arithmetic of business time, for scripts.

use clap::Args;

use super::{moment, named};
use crate::cx::Cx;
use crate::domain::calendar::{Pause, Worktime};
use crate::domain::ids::Timestamp;
use crate::domain::tier::{self, Target};
use crate::error::{Error, Result};
use crate::view::{self, Reckoned, Time, View};

/// Say when so much open time has passed since a moment
///
/// That is the close of business that uses it up. A negative DURATION gives the latest moment from
/// which so much passes until START.
#[derive(Args, Debug)]
pub(super) struct Due {
    /// The calendar
    #[arg(value_name = "CALENDAR")]
    name: String,
    /// Since when: a date or time, see `tix help dates`
    #[arg(value_name = "START", allow_hyphen_values = true)]
    start: String,
    /// How much: 4h, 1h30m, 90s, 5bd for days with hours, or -8h
    #[arg(value_name = "DURATION", allow_hyphen_values = true)]
    duration: String,
    /// Time that does not count; repeat it for more
    #[arg(long, value_name = "FROM..TO", allow_hyphen_values = true)]
    pause: Vec<String>,
}

/// Say how much open time passes between two moments
#[derive(Args, Debug)]
pub(super) struct Elapsed {
    /// The calendar
    #[arg(value_name = "CALENDAR")]
    name: String,
    /// Since when: a date or time, see `tix help dates`
    #[arg(value_name = "FROM", allow_hyphen_values = true)]
    from: String,
    /// Until when; of a day, its beginning
    #[arg(value_name = "TO", allow_hyphen_values = true)]
    to: String,
    /// Time that does not count; repeat it for more
    #[arg(long, value_name = "FROM..TO", allow_hyphen_values = true)]
    pause: Vec<String>,
}

/// Say whether it is open, and when it opens next
#[derive(Args, Debug)]
pub(super) struct Open {
    /// The calendar
    #[arg(value_name = "CALENDAR")]
    name: String,
    /// When; now if left out
    #[arg(value_name = "WHEN", allow_hyphen_values = true)]
    at: Option<String>,
}

/// A length of open time.
#[derive(Clone, Copy, Debug)]
enum Length {
    Seconds(i64),
    Days(u32),
    Back(i64),
}

impl Length {
    fn parse(text: &str) -> Result<Self> {
        let lower = text.trim().to_lowercase();
        let length = match (lower.strip_prefix('-'), lower.strip_suffix("bd")) {
            (Some(back), _) => tier::seconds(back).map(Length::Back),
            (None, Some(days)) => days.parse().ok().filter(|days| *days > 0).map(Length::Days),
            (None, None) => tier::seconds(&lower).map(Length::Seconds),
        };
        length.ok_or_else(|| {
            Error::invalid(format!("`{text}` is no length of open time"))
                .hint("lengths are 4h, 1h30m, 90s, 5bd (days with hours), or -8h")
        })
    }
}

impl Due {
    pub(super) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let length = Length::parse(&self.duration)?;
        let start = moment(cx, &self.start)?;
        let pauses = pauses(cx, &self.pause)?;
        let (calendar, hours) = named(cx, &self.name)?;
        let hours = Worktime::new(hours);
        let (due, exceeded) = match length {
            Length::Seconds(seconds) => {
                (hours.due(start, seconds, &pauses), hours.exceeded(start, seconds, &pauses))
            }
            Length::Days(days) => {
                // Days end when they open next, so that is also when more than them has passed.
                let seconds = Target::Days(days).seconds(start, &hours);
                let due = seconds.and_then(|seconds| hours.exceeded(start, seconds, &pauses));
                (due, due)
            }
            Length::Back(_) if !pauses.is_empty() => {
                return Err(Error::usage("--pause does not go with a negative length"));
            }
            Length::Back(seconds) => (hours.before(start, seconds), None),
        };
        let due = due.ok_or_else(|| {
            Error::invalid(format!(
                "`{}` of open time is more than ten years",
                self.duration.trim()
            ))
        })?;
        Ok(View::Reckoned(Reckoned::Due(view::Due {
            calendar,
            zone: hours.calendar().zone().name().to_owned(),
            start_at: Time(start),
            duration_s: match length {
                Length::Seconds(seconds) => Some(seconds),
                Length::Back(seconds) => Some(-seconds),
                Length::Days(_) => None,
            },
            days: if let Length::Days(days) = length { Some(days) } else { None },
            due_at: Time(due),
            exceeded_at: exceeded.map(Time),
        })))
    }
}

impl Elapsed {
    pub(super) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let (from, to) = (moment(cx, &self.from)?, moment(cx, &self.to)?);
        let pauses = pauses(cx, &self.pause)?;
        let (calendar, hours) = named(cx, &self.name)?;
        let elapsed_s = Worktime::new(hours).elapsed(from, to, &pauses);
        let (from, to) = (Time(from), Time(to));
        Ok(View::Reckoned(Reckoned::Elapsed(view::Elapsed { calendar, from, to, elapsed_s })))
    }
}

impl Open {
    pub(super) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let at = self.at.map_or(Ok(cx.clock.now), |at| moment(cx, &at))?;
        let (calendar, hours) = named(cx, &self.name)?;
        let hours = Worktime::new(hours);
        let opens = hours.next_open(at).ok_or_else(|| {
            Error::invalid(format!("the calendar `{calendar}` is not open again in ten years"))
        })?;
        Ok(View::Reckoned(Reckoned::Open(view::Open {
            calendar,
            zone: hours.calendar().zone().name().to_owned(),
            at: Time(at),
            open: opens == at,
            opens_at: Time(opens),
            closes_at: hours.closes(at).map(Time),
        })))
    }
}

/// The pauses in order, each `FROM..TO`.
fn pauses(cx: &Cx, texts: &[String]) -> Result<Vec<Pause>> {
    let mut pauses: Vec<(Timestamp, Timestamp)> = Vec::new();
    for text in texts {
        let wrong = || {
            Error::invalid(format!("`{text}` is no pause"))
                .hint("pauses are FROM..TO: 2026-09-01T10:00Z..2026-09-01T12:00Z")
        };
        let (from, to) = text.split_once("..").ok_or_else(wrong)?;
        let pause = (moment(cx, from)?, moment(cx, to)?);
        if pause.1 < pause.0 {
            return Err(wrong().because("it ends before it starts"));
        }
        pauses.push(pause);
    }
    pauses.sort_unstable();
    Ok(pauses)
}
