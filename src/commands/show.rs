//! `tix show`.

use clap::Args;

use super::bulk;
use crate::cx::Cx;
use crate::domain::ids::Reference;
use crate::domain::ticket::Ticket as Fold;
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
        let names = bulk::names(&self.ids)?;
        let mut tickets = Vec::with_capacity(names.len());
        for name in &names {
            let mut ticket = one(cx, name, self.public)?;
            if let (Messages::All(messages), true) = (&mut ticket.messages, self.notes) {
                messages.retain(|message| message.kind == MessageKind::Note);
            }
            tickets.push(ticket);
        }
        let single = names.len() == 1 && !bulk::on_stdin(&self.ids);
        Ok(View::Shown(tickets, single))
    }
}

/// The ticket of this name, with only the one message if the name is a message's.
fn one(cx: &mut Cx, name: &str, public: bool) -> Result<Ticket> {
    let part = |fold: Fold| if public { fold.without_notes() } else { fold };
    if !bulk::names_message(name) {
        let reference: Reference = name.parse()?;
        let reader = bulk::desk_for(cx, &reference)?;
        return reader.shown(part(reader.find(&reference)?));
    }
    let (fold, number) = bulk::find_message(cx, name)?;
    let id = format!("{}.{}", fold.number(), number.within(fold.number()));
    let reader = cx.reader()?.ok_or_else(|| Error::failed("the desk is gone"))?;
    let mut ticket = reader.shown(part(fold))?;
    if let Messages::All(messages) = &mut ticket.messages {
        messages.retain(|message| message.id == id);
    }
    Ok(ticket)
}
