//! `tix reply`.

use clap::Args;

use super::bulk::{Done, Found, Targets};
use super::{buffer, close};
use crate::cx::{Body, Cx, Else, Seen, Written};
use crate::domain::draft::Posting;
use crate::domain::event::Field;
use crate::domain::ids::{Number, Uid};
use crate::domain::purpose::{Purpose, Spot};
use crate::domain::ticket::Ticket;
use crate::domain::words::{MessageKind, Resolution, State, Status};
use crate::error::{Error, Result};
use crate::store::Writer;
use crate::view::View;

/// Answer publicly; the requester reads it
#[derive(Args, Debug)]
pub(crate) struct Reply {
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    body: Body,
    /// Close the ticket with this answer
    #[arg(long, value_name = "RESOLUTION", num_args = 0..=1, require_equals = true,
          default_missing_value = "answered", conflicts_with = "pending")]
    close: Option<Resolution>,
    /// Wait for the requester after this answer
    #[arg(long)]
    pending: bool,
}

impl Reply {
    /// The reply that a draft was to be: to these tickets, in the person's editor.
    pub(super) fn of(targets: Targets, close: Option<Resolution>, pending: bool) -> Self {
        Self { targets, body: Body::in_editor(), close, pending }
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let Self { targets, body, close, pending } = self;
        let keep_going = targets.keep_going;
        let purpose = |on| Purpose::Reply { on, close, pending, keep_going };
        let (found, written) = written(cx, &body, &targets, ("reply", purpose))?;
        let Written { text, seen } = written;
        targets.all(cx, "reply to", found, |desk, uid, ()| {
            reaches_as_seen(desk.ticket(uid)?, seen.as_ref())?;
            let number = say(desk, uid, MessageKind::Reply, text.clone())?;
            looked_at(desk, uid)?;
            let mut then = String::new();
            if let Some(resolution) = close {
                close::close(desk, uid, resolution)?;
                then = format!(", closed ({resolution})");
            }
            if pending && close::move_to(desk, uid, State::of(Status::Pending))? {
                ", pending".clone_into(&mut then);
            }
            let ticket = desk.ticket(uid)?.number();
            Ok(Done::Changed(format!(
                "#{ticket} PUBLIC reply added ({ticket}.{}){then}",
                number.within(ticket)
            )))
        })
    }
}

/// A reply reaches whom its writer was told that it would, or it is not sent.
fn reaches_as_seen(ticket: &Ticket, seen: Option<&Seen>) -> Result<()> {
    let Some(seen) = seen else { return Ok(()) };
    let told = seen.purpose.on().iter().find(|spot| spot.uid == ticket.uid);
    let now = buffer::reached(ticket);
    if told.is_none_or(|told| told.to == now) {
        return Ok(());
    }
    let names: Vec<String> = now.iter().map(ToString::to_string).collect();
    let reach = if now.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    Err(Error::invalid(format!("#{} has moved on while you wrote", ticket.number()))
        .because(format!("the reply would reach {reach} now")))
}

/// Adds a message by the one who acts; returns its number.
pub(super) fn say(
    desk: &mut Writer<'_>,
    uid: Uid,
    kind: MessageKind,
    text: String,
) -> Result<Number> {
    let by = desk.author().by.clone();
    desk.post(uid, Posting::ours(kind, by, text))
}

/// The tickets that a message is for, and its text; the command's name and what for.
pub(super) fn written(
    cx: &mut Cx,
    body: &Body,
    targets: &Targets,
    (verb, purpose): (&str, impl FnOnce(Vec<Spot>) -> Purpose),
) -> Result<(Found<()>, Written)> {
    if targets.on_stdin() && (body.file.as_deref() == Some("-".as_ref())) {
        return Err(Error::usage("standard input cannot hold both the IDs and the text")
            .hint("give the text with -m, or with -F from a file"));
    }
    let found = targets.find(cx)?;
    if found.all.is_empty() {
        return Ok((found, Written { text: String::new(), seen: None }));
    }
    let or = Else { stdin: !targets.on_stdin(), editor: true };
    let written = cx.body(body, or, |cx| buffer::message(cx, &found, purpose))?;
    let written = written.ok_or_else(|| {
        Error::needs_input(format!("the {verb} has no text"))
            .hint("give it with -m TEXT, -F FILE, or on standard input")
    })?;
    if written.text.trim().is_empty() {
        return Err(Error::invalid(format!("the {verb} is empty")));
    }
    Ok((found, written))
}

/// Somebody of us has looked: a new ticket is open now.
pub(super) fn looked_at(desk: &mut Writer<'_>, uid: Uid) -> Result<()> {
    if desk.ticket(uid)?.now.state.status == Status::New {
        desk.set(uid, Field::Status(State::of(Status::Open)))?;
    }
    Ok(())
}
