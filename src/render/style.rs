//! Colour, and times and counts as people say them.

use chrono::Datelike;

use super::Output;
use crate::domain::ids::Timestamp;
use crate::error::plural;

/// Colours text, if colour is wanted. Only what is exceptional gets one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint(pub(super) bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// A word that was looked for.
    pub(super) fn found(self, text: &str) -> String {
        self.with("1;4", text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    pub(super) fn red(self, text: &str) -> String {
        self.with("1;31", text)
    }

    pub(super) fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }

    pub(super) fn green(self, text: &str) -> String {
        self.with("32", text)
    }
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Output {
    pub(super) fn paint(&self) -> Paint {
        Paint(self.color)
    }

    /// `just now`, `5m ago`, `in 3h`, `12d ago`, `4mo ago`, `2y ago`.
    pub(super) fn ago(&self, at: Timestamp) -> String {
        let away = at.0 - self.clock.now.0;
        let (size, unit) = match away.abs() {
            away if away < MINUTE => return "just now".to_owned(),
            away if away < HOUR => (away / MINUTE, "m"),
            away if away < 2 * DAY => (away / HOUR, "h"),
            away if away < 60 * DAY => (away / DAY, "d"),
            away if away < 730 * DAY => (away / (30 * DAY), "mo"),
            away => (away / (365 * DAY), "y"),
        };
        if away < 0 { format!("{size}{unit} ago") } else { format!("in {size}{unit}") }
    }

    /// How long ago, or the date and time where those are asked for.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        if !self.shape.absolute {
            return self.ago(at);
        }
        at.utc().with_timezone(&self.clock.zone).format("%Y-%m-%d %H:%M").to_string()
    }

    /// `Tue 2026-09-01 15:10 CEST`, in the user's zone.
    pub(super) fn time(&self, at: Timestamp) -> String {
        self.clock.say(at)
    }

    /// The time with how long ago: `Tue 2026-09-01 15:10 CEST (3h ago)`.
    pub(super) fn when(&self, at: Timestamp) -> String {
        format!("{} ({})", self.time(at), self.ago(at))
    }

    /// `1 Sep 15:10`, the year only when it is another.
    pub(super) fn short_time(&self, at: Timestamp) -> String {
        let local = at.utc().with_timezone(&self.clock.zone);
        let same = local.year() == self.clock.local().year();
        local.format(if same { "%-d %b %H:%M" } else { "%-d %b %Y" }).to_string()
    }
}

/// `1 ticket`, `2 tickets`, `1,234 tickets`.
pub(super) fn count(count: u64, noun: &str) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text} {}", plural(count, noun))
}
