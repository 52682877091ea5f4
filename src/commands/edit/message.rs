//! `tix edit 42.3`: a message reworded, or taken away.

use crate::commands::bulk::{self, Done, Found, Targets};
use crate::commands::{buffer, reply};
use crate::cx::{Body, Cx, Else, Seen, Written};
use crate::domain::event::Wording;
use crate::domain::ids::{Number, Reference, Uid};
use crate::domain::purpose::{Purpose, badge};
use crate::domain::ticket::{Post, Ticket};
use crate::error::{Error, Kind, Result};
use crate::view::View;

/// Rewords the one message that the targets name, or takes all of them away.
pub(super) fn run<'a>(
    cx: &'a mut Cx,
    targets: &Targets,
    (names, body, remove): (Vec<String>, Body, bool),
) -> Result<View<'a>> {
    if let Some(id) = names.iter().find(|id| !bulk::names_message(id)) {
        return Err(Error::usage(format!("`{id}` is a ticket, and a message was to be edited"))
            .hint("42.3 is the third message on ticket 42"));
    }
    if targets.query.is_some() {
        return Err(Error::usage("--where finds tickets, and --remove takes messages away")
            .hint("name the messages: 42.3 is the third on ticket 42"));
    }
    if remove {
        return self::remove(cx, targets);
    }
    if !body.is_given() {
        return Err(Error::usage("nothing to change is given").hint(
            "reword the message with -m TEXT, -F FILE or -e, or take it away with --remove",
        ));
    }
    let [id] = names.as_slice() else {
        return Err(Error::usage("one message is reworded at a time"));
    };
    reword(cx, targets, &body, id)
}

/// The message, wherever it is now; one that was taken away is where it was.
fn find(cx: &mut Cx, name: &str) -> Result<(Uid, Number)> {
    let error = match bulk::find_message(cx, name) {
        Ok((ticket, number)) => return Ok((ticket.uid, number)),
        Err(e) if e.kind == Kind::NotFound => e,
        Err(e) => return Err(e),
    };
    let reference: Reference = name.parse()?;
    let reader = bulk::there(cx)?;
    let ticket = reader.ticket(reader.own(&reference)?)?;
    let part = reference.message.as_deref().unwrap_or_default();
    match bulk::any_post(&ticket, name, part) {
        Ok(post) if post.removed => Ok((ticket.uid, post.message.number)),
        _ => Err(error),
    }
}

/// Messages to be changed.
fn found(all: Vec<(Uid, Number)>, failed: Vec<Error>) -> Found<Number> {
    let told = |ticket: &Ticket, number: &Number| {
        let post = ticket.post(*number);
        let first = post.and_then(|post| post.message.wording.body.lines().next());
        format!("{} {}", called(ticket, *number), first.unwrap_or_default())
    };
    Found { all, failed, noun: "message", told, also: Vec::new() }
}

/// `PUBLIC reply 42.3`, `NOTE 42.4`
fn called(ticket: &Ticket, number: Number) -> String {
    let kind = ticket.post(number).map_or("", |post| badge(post.message.kind));
    format!("{kind} {}.{}", ticket.number(), number.within(ticket.number()))
}

/// What became of a message: `#42 NOTE removed (42.4)`.
fn line(ticket: &Ticket, number: Number, done: &str) -> String {
    let own = ticket.number();
    let kind = ticket.post(number).map_or("", |post| badge(post.message.kind));
    format!("#{own} {kind} {done} ({own}.{})", number.within(own))
}

fn is_description(ticket: &Ticket, number: Number) -> bool {
    ticket.first().is_some_and(|post| post.message.number == number)
}

fn remove<'a>(cx: &'a mut Cx, targets: &Targets) -> Result<View<'a>> {
    let (all, failed) = targets.named(cx, find)?;
    targets.all(cx, "remove", found(all, failed), |desk, uid, number| {
        let ticket = desk.ticket(uid)?;
        let (name, line) = (called(ticket, number), line(ticket, number, "removed"));
        if is_description(ticket, number) {
            return Err(Error::invalid(format!("{name} cannot be taken away"))
                .because(format!("it is the description of #{}", ticket.number()))
                .hint("reword it with -m, -F or -e"));
        }
        let changed = desk.take_away(uid, number)?;
        Ok(if changed { Done::Changed(line) } else { Done::Already(format!("{name} is gone")) })
    })
}

fn reword<'a>(cx: &'a mut Cx, targets: &Targets, body: &Body, id: &str) -> Result<View<'a>> {
    let (ticket, number) = bulk::find_message(cx, id)?;
    let or = Else { stdin: false, editor: false };
    let post = |ticket: &Ticket| ticket.post(number).cloned();
    let Some(now) = post(&ticket) else { return Err(gone(&ticket, number)) };
    let written = cx.body(body, or, |_| Ok(buffer::wording(&ticket, &now)))?;
    let Some(Written { text, seen }) = written else { return Err(gone(&ticket, number)) };
    if text.trim().is_empty() && !is_description(&ticket, number) {
        return Err(Error::invalid("a message cannot be reworded to nothing")
            .hint("--remove takes it away"));
    }
    let found = found(vec![(ticket.uid, number)], Vec::new());
    targets.all(cx, "reword", found, |desk, uid, number| {
        reply::meets(desk, uid, seen.as_ref())?;
        let to = Wording { body: text.clone(), edited_at: Some(desk.now()) };
        let ticket = desk.ticket(uid)?;
        let there = post(ticket).filter(|post| !post.removed);
        let Some(there) = there else { return Err(gone(ticket, number)) };
        reads_as_seen(ticket, &there, seen.as_ref())?;
        let (name, line) = (called(ticket, number), line(ticket, number, "reworded"));
        let changed = desk.reword(uid, &there, &to)?;
        Ok(if changed {
            Done::Changed(line)
        } else {
            Done::Already(format!("{name} reads so already"))
        })
    })
}

fn gone(ticket: &Ticket, number: Number) -> Error {
    let own = ticket.number();
    Error::not_found(format!("no message {own}.{}", number.within(own)))
        .hint(format!("`tix show {own}` shows the messages there are"))
}

/// A message still reads as its writer saw it, or its wording stays.
fn reads_as_seen(ticket: &Ticket, post: &Post, seen: Option<&Seen>) -> Result<()> {
    let Some(Seen { purpose: Purpose::Reword { was, .. }, .. }) = seen else { return Ok(()) };
    if *was == post.message.wording.body {
        return Ok(());
    }
    let name = called(ticket, post.message.number);
    Err(Error::invalid(format!("{name} has been edited while you wrote")))
}
