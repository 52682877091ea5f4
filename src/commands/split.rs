//! `tix split`.

use std::collections::BTreeSet;

use clap::Args;

use super::bulk;
use crate::cx::Cx;
use crate::domain::event::title_of;
use crate::domain::ids::{Number, Reference, Uid};
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
        let messages: Result<BTreeSet<Number>> =
            self.messages.iter().map(|name| message(cx, (&self.id, uid), name)).collect();
        let messages = messages?;
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

/// The number, on the ticket of this name, of the message called so.
fn message(cx: &mut Cx, (id, uid): (&str, Uid), name: &str) -> Result<Number> {
    let whole: Option<Reference> = name.parse().ok().filter(|it: &Reference| it.message.is_some());
    let reference = match whole {
        Some(reference) => reference,
        None => format!("{id}.{name}").parse().map_err(|_| {
            Error::invalid(format!("`{name}` does not name a message"))
                .hint("a message is 42.3, or 3 alone")
        })?,
    };
    let reader = bulk::desk_for(cx, &reference)?;
    let (ticket, number) = reader.message(&reference)?;
    if ticket.uid == uid {
        return Ok(number);
    }
    let (on, there) = (reader.ticket(uid)?.number(), ticket.number());
    Err(Error::invalid(format!("`{name}` is no message of #{on}"))
        .because(format!("it stands on #{there}, as {there}.{}", number.within(there))))
}
