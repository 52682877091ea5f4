//! `tix show`.

use clap::Args;

use super::bulk;
use crate::cx::Cx;
use crate::domain::dates::Span;
use crate::domain::ids::{Number, Reference};
use crate::domain::ticket::{Post, Ticket as Fold};
use crate::domain::words::MessageKind;
use crate::error::{Error, Result};
use crate::view::{Look, Messages, Ticket, View};

/// Show tickets with their conversations
///
/// A message can be named too: 42.3 is the third on ticket 42.
#[derive(Args, Debug)]
pub(crate) struct Show {
    /// The tickets or messages: 42, 42.3, b7, a uid, github:owner/repo#1; `-` reads them from standard input
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Only internal notes
    #[arg(long, conflicts_with = "public")]
    notes: bool,
    /// Only public messages
    #[arg(long)]
    public: bool,
    /// As they stood at DATE, what was taken back later included; a day counts to its end
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    as_of: Option<String>,
}

impl Show {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let wanted = match (self.notes, self.public) {
            (true, _) => Some(MessageKind::Note),
            (_, true) => Some(MessageKind::Reply),
            _ => None,
        };
        let as_of = self.as_of.as_ref().map(|date| cx.clock.read(date)).transpose()?;
        let names = bulk::names(&self.ids)?;
        let mut tickets = Vec::with_capacity(names.len());
        let mut since = false;
        for name in &names {
            let (mut ticket, changed) = one(cx, name, as_of)?;
            if let (Messages::All(messages), Some(kind)) = (&mut ticket.messages, wanted) {
                messages.retain(|message| message.kind == kind);
            }
            since |= changed;
            tickets.push(ticket);
        }
        let single = names.len() == 1 && !bulk::on_stdin(&self.ids);
        let as_of = as_of.filter(|_| since).map(Span::last);
        Ok(View::Shown(tickets, Look { single, as_of }))
    }
}

/// The ticket of this name, with only the one message if the name is a message's; and whether
/// something has happened to it since it was so.
fn one(cx: &mut Cx, name: &str, as_of: Option<Span>) -> Result<(Ticket, bool)> {
    let reference: Reference = name.parse()?;
    let (fold, since) = match as_of.filter(|then| then.past() <= cx.clock.now) {
        None => (bulk::desk_for(cx, &reference)?.find(&reference)?, false),
        Some(then) => past(cx, &reference, then)?,
    };
    let Some(message) = &reference.message else { return Ok((Ticket::from(fold), since)) };
    let post = post(&fold, name, message)?;
    if post.removed {
        return Err(no_message(&fold, name));
    }
    let number = post.message.number;
    let id = format!("{}.{}", fold.number(), number.within(fold.number()));
    let mut ticket = Ticket::from(fold);
    if let Messages::All(messages) = &mut ticket.messages {
        messages.retain(|message| message.id == id);
    }
    Ok((ticket, since))
}

/// The ticket that `reference` names as it stood then.
fn past(cx: &mut Cx, reference: &Reference, then: Span) -> Result<(Fold, bool)> {
    let past = bulk::desk_for(cx, reference)?.past(reference, then.past())?;
    let (clock, name) = (cx.clock, &reference.ticket);
    let when = clock.say(then.last());
    let absent =
        |why: String| Error::not_found(format!("{name} was not there at {when}")).because(why);
    match past.ticket {
        Some(ticket) if ticket.voided => Err(absent("it had been taken back".to_owned())),
        Some(ticket) => Ok((ticket, past.since)),
        None => {
            let opened = past.opened_at.map(|at| format!("it was opened {}", clock.say(at)));
            Err(absent(opened.unwrap_or_else(|| "when it was opened is not known".to_owned())))
        }
    }
}

/// The message of `ticket` that is called `message` after the dot of `name`, taken away or not.
pub(super) fn post<'t>(ticket: &'t Fold, name: &str, message: &str) -> Result<&'t Post> {
    let number = Number::parse_within(message, ticket.number());
    number.and_then(|number| ticket.post(number)).ok_or_else(|| no_message(ticket, name))
}

fn no_message(ticket: &Fold, name: &str) -> Error {
    Error::not_found(format!("no message {name}"))
        .hint(format!("`tix show {}` shows the messages there are", ticket.number()))
}
