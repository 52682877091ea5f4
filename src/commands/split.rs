//! `tix split`.

use std::collections::BTreeSet;

use clap::Args;

use super::bulk;
use crate::cx::Cx;
use crate::domain::event::title_of;
use crate::domain::ids::{Name, Number, Reference};
use crate::domain::ticket::Ticket;
use crate::error::{Error, Result, counted};
use crate::view::{Changed, View};

/// Make a ticket of its own from messages
///
/// The new ticket has these messages as they were said, from the same people; on the old one they
/// are taken away, and `tix show 42.3` shows where one of them is now. The two relate.
#[derive(Args, Debug)]
pub(crate) struct Split {
    /// The ticket that they stand on
    #[arg(value_name = "ID")]
    id: String,
    /// The messages: 42.3, or 3 alone
    #[arg(value_name = "MSG", required = true)]
    messages: Vec<String>,
    /// The new ticket's title; else the first line of its first public message
    #[arg(long, value_name = "TITLE", allow_hyphen_values = true)]
    title: Option<String>,
    /// Say what would be done, and do nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

impl Split {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let title = self.title.as_deref().map(title_of).transpose()?;
        let uid = bulk::find(cx, &self.id)?;
        let whole = bulk::there(cx)?.ticket(uid)?;
        let mut messages = BTreeSet::new();
        for name in &self.messages {
            let reference = named(&self.id, name)?;
            messages.insert(match standing(cx, &self.id, &whole, &reference)? {
                Some(number) => number,
                None => moved(cx, &whole, name, &reference)?,
            });
        }
        let (ticket, number, change) = cx.change(self.dry_run, |desk| {
            let new = desk.split(uid, &messages, title.as_deref())?;
            let number = desk.ticket(uid)?.number();
            Ok((desk.shown(&[new])?.remove(0), number, desk.change().to_string()))
        })?;
        let count = counted(messages.len() as u64, "message");
        Ok(View::Changed(Changed {
            lines: vec![format!("#{} {} · split off #{number} ({count})", ticket.id, ticket.title)],
            tickets: vec![ticket],
            change: Some(change),
            dry_run: self.dry_run,
            announce: true,
        }))
    }
}

/// The message called so: `42.3`, or `3` of the ticket `id`.
fn named(id: &str, name: &str) -> Result<Reference> {
    let whole: Option<Reference> = name.parse().ok().filter(|it: &Reference| it.message.is_some());
    whole.map_or_else(|| format!("{id}.{name}").parse(), Ok).map_err(|_| {
        Error::invalid(format!("`{name}` does not name a message"))
            .hint("a message is 42.3, or 3 alone")
    })
}

/// The number of a message that stands where its name says, on the ticket `id` itself.
fn standing(
    cx: &mut Cx,
    id: &str,
    whole: &Ticket,
    reference: &Reference,
) -> Result<Option<Number>> {
    let named: Reference = id.parse()?;
    let own = named.ticket == reference.ticket || reference.ticket == Name::Number(whole.number());
    if !own || bulk::there(cx)?.own(&named)? != whole.uid {
        return Ok(None);
    }
    let part = reference.message.as_deref().unwrap_or_default();
    let post = Number::parse_within(part, whole.number()).and_then(|number| whole.post(number));
    Ok(post.filter(|post| !post.removed).map(|post| post.message.number))
}

/// The number of a message, by a name that it had before it was moved to `whole`.
fn moved(cx: &mut Cx, whole: &Ticket, name: &str, reference: &Reference) -> Result<Number> {
    let (ticket, number) = bulk::desk_for(cx, reference)?.message(reference)?;
    if ticket.uid == whole.uid {
        return Ok(number);
    }
    let (on, there) = (whole.number(), ticket.number());
    Err(Error::invalid(format!("`{name}` is no message of #{on}"))
        .because(format!("it stands on #{there}, as {there}.{}", number.within(there))))
}
