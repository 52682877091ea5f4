//! `tix reply`.

use clap::Args;

use super::bulk::{self, Done, Targets};
use super::close;
use crate::cx::{Body, Buffer, Cx};
use crate::domain::draft::Posting;
use crate::domain::event::Field;
use crate::domain::ids::{Number, Uid};
use crate::domain::words::{MessageKind, Resolution, State, Status};
use crate::error::{Error, Result};
use crate::prompt;
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
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let text = text(cx, &self.body, &self.targets, MessageKind::Reply)?;
        self.targets.each(cx, "reply to", |desk, uid| {
            let number = say(desk, uid, MessageKind::Reply, text.clone())?;
            looked_at(desk, uid)?;
            let mut then = String::new();
            if let Some(resolution) = self.close {
                close::close(desk, uid, resolution)?;
                then = format!(", closed ({resolution})");
            }
            if self.pending && close::move_to(desk, uid, State::of(Status::Pending))? {
                ", pending".clone_into(&mut then);
            }
            let ticket = desk.ticket(uid)?.number();
            let line =
                format!("#{ticket} PUBLIC reply added ({ticket}.{}){then}", number.within(ticket));
            if self.close.is_some() {
                close::done(desk, uid, line)
            } else {
                Ok(Done::Changed(line))
            }
        })
    }
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

/// The text of a message on these tickets.
pub(super) fn text(
    cx: &mut Cx,
    body: &Body,
    targets: &Targets,
    kind: MessageKind,
) -> Result<String> {
    let verb = if kind == MessageKind::Reply { "reply" } else { "note" };
    if targets.on_stdin() && (body.file.as_deref() == Some("-".as_ref())) {
        return Err(Error::usage("standard input cannot hold both the IDs and the text")
            .hint("give the text with -m, or with -F from a file"));
    }
    let below = below(cx, targets, kind)?;
    let buffer = Buffer { below: &below, ask: true, stdin: !targets.on_stdin() };
    let text = cx.body(body, &buffer)?.ok_or_else(|| {
        Error::needs_input(format!("the {verb} has no text"))
            .hint("give it with -m TEXT, -F FILE, or on standard input")
    })?;
    if text.trim().is_empty() {
        return Err(Error::invalid(format!("the {verb} is empty")));
    }
    Ok(text)
}

/// What an editor's buffer says below the scissors line: who will read the text, and the
/// conversation's public end.
fn below(cx: &mut Cx, targets: &Targets, kind: MessageKind) -> Result<String> {
    let ([id], true) = (targets.ids.as_slice(), cx.io.person) else {
        return Ok(format!("\n\n{}\n", prompt::SCISSORS));
    };
    let uid = bulk::find(cx, id)?;
    let Some(reader) = cx.reader()? else { return Ok(String::new()) };
    let ticket = reader.ticket(uid)?;
    let requester = ticket.now.requester.as_ref().map_or("nobody".to_owned(), ToString::to_string);
    let reach = match kind {
        MessageKind::Reply => format!("PUBLIC reply, read by {requester}"),
        MessageKind::Note => "NOTE, internal: only we read it".to_owned(),
    };
    let mut below =
        format!("\n\n{}\n{reach}\n#{} {}\n", prompt::SCISSORS, ticket.number(), ticket.now.title);
    let conversation = ticket.conversation();
    let public = conversation.iter().rev().find(|post| post.message.kind == MessageKind::Reply);
    if let Some(post) = public {
        let lines = post.message.wording.body.lines().map(|line| format!("> {line}\n"));
        let quoted: String = lines.collect();
        below = format!("{below}\n{} wrote:\n{quoted}", post.message.author);
    }
    Ok(below)
}

/// Somebody of us has looked: a new ticket is open now.
pub(super) fn looked_at(desk: &mut Writer<'_>, uid: Uid) -> Result<()> {
    if desk.ticket(uid)?.now.state.status == Status::New {
        desk.set(uid, Field::Status(State::of(Status::Open)))?;
    }
    Ok(())
}
