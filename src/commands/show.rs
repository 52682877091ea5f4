//! `tix show`.

use clap::Args;

use super::bulk;
use crate::cx::Cx;
use crate::domain::ids::Reference;
use crate::domain::words::MessageKind;
use crate::error::{Result, counted};
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
    if reference.message.is_none() {
        let fold = reader.find(&reference)?;
        let (number, behind) = (fold.number(), reader.left_behind(&fold)?);
        let ticket = reader.shown(fold)?;
        for (part, count) in behind {
            let messages = counted(count as u64, "message");
            cx.say_once(&format!(
                "#{part} has {messages} that came after it was merged; \
                 `tix merge {part} {number}` moves them here"
            ));
        }
        return Ok(ticket);
    }
    let (fold, number) = reader.message(&reference)?;
    let id = format!("{}.{}", fold.number(), number.within(fold.number()));
    let moved = reader.own(&reference)? != fold.uid;
    let mut ticket = reader.shown(fold)?;
    if let Messages::All(messages) = &mut ticket.messages {
        messages.retain(|message| message.id == id);
    }
    if moved {
        cx.say_once(&format!("{} is {id} now", name.trim_start_matches('#')));
    }
    Ok(ticket)
}
