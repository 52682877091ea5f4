//! `tix show`.

use clap::Args;

use super::bulk;
use crate::cx::Cx;
use crate::domain::ids::{Number, Reference};
use crate::domain::ticket::{Post, Ticket as Fold};
use crate::domain::words::MessageKind;
use crate::error::{Error, Result};
use crate::view::{Messages, Ticket, View};

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
}

impl Show {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let wanted = match (self.notes, self.public) {
            (true, _) => Some(MessageKind::Note),
            (_, true) => Some(MessageKind::Reply),
            _ => None,
        };
        let names = bulk::names(&self.ids)?;
        let mut tickets = Vec::with_capacity(names.len());
        for name in &names {
            let mut ticket = one(cx, name)?;
            if let (Messages::All(messages), Some(kind)) = (&mut ticket.messages, wanted) {
                messages.retain(|message| message.kind == kind);
            }
            tickets.push(ticket);
        }
        let single = names.len() == 1 && !bulk::on_stdin(&self.ids);
        Ok(View::Shown(tickets, single))
    }
}

/// The ticket of this name, with only the one message if the name is a message's.
fn one(cx: &mut Cx, name: &str) -> Result<Ticket> {
    let reference: Reference = name.parse()?;
    let reader = bulk::desk_for(cx, &reference)?;
    let fold = reader.find(&reference)?;
    let Some(message) = reference.message else { return reader.shown(fold) };
    let post = self::message(&fold, name, &message)?;
    let id = format!("{}.{}", fold.number(), post.message.number.within(fold.number()));
    let mut ticket = reader.shown(fold)?;
    if let Messages::All(messages) = &mut ticket.messages {
        messages.retain(|message| message.id == id);
    }
    Ok(ticket)
}

/// The message on `fold` that `name` names by its part after the dot.
pub(super) fn message<'t>(fold: &'t Fold, name: &str, part: &str) -> Result<&'t Post> {
    let number = Number::parse_within(part, fold.number());
    let post = number.and_then(|number| fold.post(number)).filter(|post| !post.removed);
    post.ok_or_else(|| {
        Error::not_found(format!("no message {name}"))
            .hint(format!("`tix show {}` shows the messages there are", fold.number()))
    })
}
