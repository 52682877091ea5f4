//! `tix reopen`.

use clap::Args;

use super::bulk::{Done, Targets};
use super::close;
use crate::cx::Cx;
use crate::domain::words::{State, Status};
use crate::error::Result;
use crate::view::View;

/// Open closed tickets again
#[derive(Args, Debug)]
pub(crate) struct Reopen {
    #[command(flatten)]
    targets: Targets,
    /// Add an internal note that says why
    #[arg(short, long, value_name = "NOTE", allow_hyphen_values = true)]
    message: Option<String>,
}

impl Reopen {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let message = self.message.filter(|text| !text.trim().is_empty());
        self.targets.each(cx, "reopen", |desk, uid| {
            let ticket = desk.ticket(uid)?;
            let (number, status) = (ticket.number(), ticket.now.state.status);
            if status != Status::Closed {
                return Ok(Done::Already(format!("#{number} is not closed; it is {status}")));
            }
            close::move_to(desk, uid, State::of(Status::Open))?;
            if let Some(text) = &message {
                close::note(desk, uid, text)?;
            }
            Ok(Done::Changed(format!("#{number} reopened")))
        })
    }
}
