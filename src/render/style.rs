//! Colour, and times and counts as people say them.

use chrono::Datelike;

use super::Output;
use crate::domain::dates::roughly;
use crate::domain::ids::Timestamp;
use crate::error::plural;
use crate::view::Ticket;

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

impl Output {
    pub(super) fn paint(&self) -> Paint {
        Paint(self.color)
    }

    /// How many columns a line may take: what is no terminal has no end.
    pub(super) fn columns(&self) -> usize {
        if self.terminal { self.width } else { usize::MAX }
    }

    /// `just now`, `5m ago`, `in 3h`, `12d ago`, `4mo ago`, `2y ago`.
    pub(super) fn ago(&self, at: Timestamp) -> String {
        let away = at.0 - self.clock.now.0;
        match roughly(away.abs()) {
            None => "just now".to_owned(),
            Some(length) if away < 0 => format!("{length} ago"),
            Some(length) => format!("in {length}"),
        }
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

    /// Is it hidden until later?
    pub(super) fn sleeps(&self, ticket: &Ticket) -> bool {
        ticket.snoozed_until.is_some_and(|until| until.0 > self.clock.now)
    }

    /// Where it stands: `open`, `open, snoozed`, `closed (solved)`.
    pub(super) fn standing(&self, ticket: &Ticket) -> String {
        match ticket.resolution {
            Some(_) if ticket.merged_into.is_some() => "merged".to_owned(),
            Some(resolution) => format!("{} ({resolution})", ticket.status),
            None if self.sleeps(ticket) => format!("{}, snoozed", ticket.status),
            None => ticket.status.to_string(),
        }
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
