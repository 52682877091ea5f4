//! `tix close`.

use clap::Args;

use super::bulk::{self, Done, Targets};
use crate::cx::Cx;
use crate::domain::draft::Posting;
use crate::domain::event::Field;
use crate::domain::ids::Uid;
use crate::domain::words::{MessageKind, Resolution, State, Status};
use crate::error::{Error, Result};
use crate::store::Writer;
use crate::view::View;

/// Close tickets
#[derive(Args, Debug)]
pub(crate) struct Close {
    #[command(flatten)]
    targets: Targets,
    /// How it ended: solved, answered, wontfix, duplicate, invalid or stale
    #[arg(long = "as", value_name = "RESOLUTION")]
    resolution: Option<Resolution>,
    /// The ticket that this one repeats
    #[arg(long, value_name = "ID", conflicts_with = "resolution")]
    duplicate_of: Option<String>,
    /// Add an internal note that says why
    #[arg(short, long, value_name = "NOTE", allow_hyphen_values = true)]
    message: Option<String>,
}

impl Close {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let original = match &self.duplicate_of {
            Some(id) => {
                let uid = bulk::find(cx, id)?;
                cx.reader()?.map(|reader| reader.ticket(uid)).transpose()?
            }
            None => None,
        };
        let usual = if original.is_some() { Resolution::Duplicate } else { Resolution::Solved };
        let resolution = self.resolution.unwrap_or(usual);
        let message = self.message.filter(|text| !text.trim().is_empty());
        let said = self.resolution;
        self.targets.each(cx, "close", |desk, uid| {
            let ticket = desk.ticket(uid)?;
            let (number, state) = (ticket.number(), ticket.now.state);
            if original.as_ref().is_some_and(|original| original.uid == uid) {
                return Err(Error::invalid(format!("#{number} cannot repeat itself")));
            }
            // Closed it is already, but perhaps otherwise.
            let again = said
                .filter(|_| state.status == Status::Closed)
                .or(original.as_ref().map(|_| resolution));
            let mut changed = close(desk, uid, resolution)?;
            if let (false, Some(resolution)) = (changed, again) {
                changed =
                    desk.set(uid, Field::Status(State { resolution: Some(resolution), ..state }))?;
            }
            let mut line = format!("#{number} closed ({resolution})");
            if let Some(original) = &original {
                let id = original.number().to_string();
                line = format!("#{number} closed (duplicate of #{id})");
                changed |= desk.set(uid, Field::Custom("duplicate_of".to_owned(), Some(id)))?;
            }
            if let Some(text) = &message {
                note(desk, uid, text)?;
            }
            Ok(match (changed, &message) {
                (true, _) => Done::Changed(line),
                (false, Some(_)) => {
                    Done::Changed(format!("#{number} is already closed, NOTE added"))
                }
                (false, None) => Done::Already(format!("#{number} is already closed")),
            })
        })
    }
}

/// Closes a ticket unless it is closed; says whether it did.
pub(super) fn close(desk: &mut Writer<'_>, uid: Uid, resolution: Resolution) -> Result<bool> {
    if desk.ticket(uid)?.now.state.status == Status::Closed {
        return Ok(false);
    }
    let state = State::closed(resolution, desk.now());
    desk.set(uid, Field::Status(state))
}

/// Adds an internal note by the one who acts.
pub(super) fn note(desk: &mut Writer<'_>, uid: Uid, text: &str) -> Result<()> {
    let by = desk.author().by.clone();
    let posting = Posting::ours(MessageKind::Note, by, crate::domain::event::body_of(text)?);
    desk.post(uid, posting).map(drop)
}
