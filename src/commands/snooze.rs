//! `tix snooze`.

use clap::Args;

use super::bulk::{Done, Targets};
use crate::cx::Cx;
use crate::domain::dates::Clock;
use crate::domain::event::Field;
use crate::domain::ids::{Timestamp, Uid};
use crate::domain::words::Status;
use crate::error::{Error, Result};
use crate::store::Writer;
use crate::view::View;

/// Hide tickets for a while
///
/// A snoozed ticket is left out of `next`, `triage` and the first page until then, or until its
/// requester writes. `list` goes on showing it, as snoozed. A day without a time means 09:00 on that
/// day; an empty WHEN ends the sleep.
#[derive(Args, Debug)]
pub(crate) struct Snooze {
    /// Until when: +3d, fri (at 09:00), "tomorrow 14:00"; an empty text wakes
    #[arg(value_name = "WHEN", allow_hyphen_values = true)]
    when: String,
    #[command(flatten)]
    targets: Targets,
}

impl Snooze {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let clock = cx.clock;
        let until = until(&clock, &self.when)?;
        self.targets.each(cx, "snooze", |desk, uid| match until {
            Some(at) => put_to_sleep(desk, uid, at, &clock),
            None => wake(desk, uid),
        })
    }
}

/// The moment that somebody means, which must be still to come; none for an empty text.
fn until(clock: &Clock, text: &str) -> Result<Option<Timestamp>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let at = clock.put_off(text)?;
    if at > clock.now {
        return Ok(Some(at));
    }
    Err(Error::invalid(format!("`{text}` is not in the future"))
        .because(format!("it means {}, and it is {}", clock.say(at), clock.say(clock.now)))
        .hint("say until when, such as +4h, tomorrow, fri or \"fri 14:00\""))
}

fn put_to_sleep(desk: &mut Writer<'_>, uid: Uid, at: Timestamp, clock: &Clock) -> Result<Done> {
    let ticket = desk.ticket(uid)?;
    let number = ticket.number();
    if ticket.now.state.status == Status::Closed {
        return Err(Error::invalid(format!("#{number} is closed"))
            .because("only what is open comes back from a sleep")
            .hint(format!("`tix reopen {number}` opens it again")));
    }
    let until = clock.say(at);
    Ok(if desk.set(uid, Field::SnoozedUntil(Some(at)))? {
        Done::Changed(format!("#{number} snoozed until {until} or a message of the requester"))
    } else {
        Done::Already(format!("#{number} is already snoozed until {until}"))
    })
}

fn wake(desk: &mut Writer<'_>, uid: Uid) -> Result<Done> {
    let (now, ticket) = (desk.now(), desk.ticket(uid)?);
    let number = ticket.number();
    if ticket.now.snoozed_until.is_none_or(|until| until <= now) {
        return Ok(Done::Already(format!("#{number} is not snoozed")));
    }
    desk.set(uid, Field::SnoozedUntil(None))?;
    Ok(Done::Changed(format!("#{number} woken")))
}
