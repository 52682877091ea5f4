//! `tix show`.

use clap::Args;

use super::bulk;
use crate::cx::Cx;
use crate::domain::dates::Span;
use crate::domain::ids::{Number, Reference};
use crate::domain::ticket::Ticket as Fold;
use crate::domain::words::MessageKind;
use crate::error::{Error, Result, counted};
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
    /// On a terminal, show signatures and the earlier messages that are quoted at the end too
    #[arg(long)]
    quotes: bool,
    /// As they stood at DATE, what was taken back later included; a day counts to its end
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    as_of: Option<String>,
}

impl Show {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let as_of = self.as_of.as_ref().map(|date| cx.clock.read(date)).transpose()?;
        let names = bulk::names(&self.ids)?;
        let mut tickets = Vec::with_capacity(names.len());
        let mut since = false;
        for name in &names {
            let (mut ticket, changed) = one(cx, name, (self.public, as_of))?;
            if let (Messages::All(messages), true) = (&mut ticket.messages, self.notes) {
                messages.retain(|message| message.kind == MessageKind::Note);
            }
            since |= changed;
            tickets.push(ticket);
        }
        let single = names.len() == 1 && !bulk::on_stdin(&self.ids);
        let as_of = as_of.filter(|_| since).map(Span::last);
        Ok(View::Shown(tickets, Look { single, as_of, quotes: self.quotes }))
    }
}

/// The ticket of this name, with only the one message if the name is a message's; and whether
/// something has happened to it since it was so.
fn one(cx: &mut Cx, name: &str, (public, as_of): (bool, Option<Span>)) -> Result<(Ticket, bool)> {
    let now = cx.clock.now;
    let part = |fold: Fold| if public { fold.without_notes() } else { fold };
    let reference: Reference = name.parse()?;
    let then = as_of.filter(|then| then.past() <= cx.clock.now);
    let (fold, number, since) = match then {
        Some(then) => past(cx, &reference, name, then)?,
        None if reference.message.is_some() => {
            let (fold, number) = bulk::find_message(cx, name)?;
            (fold, Some(number), false)
        }
        None => (bulk::desk_for(cx, &reference)?.find(&reference)?, None, false),
    };
    let id = number.map(|number| format!("{}.{}", fold.number(), number.within(fold.number())));
    // What it had to do with others then, they do not say.
    let mut ticket = if then.is_some() {
        Ticket::from(part(fold))
    } else {
        tell_of_others(cx, &reference, name, (&fold, id.as_deref()))?;
        bulk::there(cx)?.shown(part(fold), now)?
    };
    if let (Messages::All(messages), Some(id)) = (&mut ticket.messages, id) {
        messages.retain(|message| message.id == id);
    }
    Ok((ticket, since))
}

/// Says where a message is now that was moved, and what a ticket lacks that was merged into it.
fn tell_of_others(
    cx: &mut Cx,
    reference: &Reference,
    name: &str,
    (fold, id): (&Fold, Option<&str>),
) -> Result<()> {
    let reader = bulk::there(cx)?;
    if let Some(id) = id {
        if reader.own(reference)? != fold.uid {
            cx.say_once(&format!("{} is {id} now", name.trim_start_matches('#')));
        }
        return Ok(());
    }
    let number = fold.number();
    for (part, count) in reader.left_behind(fold)? {
        let messages = counted(count as u64, "message");
        cx.say_once(&format!(
            "#{part} has {messages} that came after it was merged; \
             `tix merge {part} {number}` moves them here"
        ));
    }
    Ok(())
}

/// The ticket that `reference` names as it stood then, and the number of the message on it.
fn past(
    cx: &mut Cx,
    reference: &Reference,
    called: &str,
    then: Span,
) -> Result<(Fold, Option<Number>, bool)> {
    let past = bulk::desk_for(cx, reference)?.past(reference, then.past())?;
    let (clock, name) = (cx.clock, &reference.ticket);
    let when = clock.say(then.last());
    let absent =
        |why: String| Error::not_found(format!("{name} was not there at {when}")).because(why);
    match past.ticket {
        Some(ticket) if ticket.voided => Err(absent("it had been taken back".to_owned())),
        Some(ticket) => {
            let message = reference.message.as_deref();
            let found = message.map(|message| bulk::post(&ticket, called, message)).transpose()?;
            let number = found.map(|post| post.message.number);
            Ok((ticket, number, past.since))
        }
        None => {
            let opened = past.opened_at.map(|at| format!("it was opened {}", clock.say(at)));
            Err(absent(opened.unwrap_or_else(|| "when it was opened is not known".to_owned())))
        }
    }
}
