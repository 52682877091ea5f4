//! `tix close`.

use clap::Args;

use super::bulk::{self, Done, Targets};
use super::reply;
use crate::cx::Cx;
use crate::domain::event::{Event, Field, Link, body_of};
use crate::domain::ids::Uid;
use crate::domain::words::{LinkKind, MessageKind, Resolution, State, Status};
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
            // Closed it may be already, but otherwise than is said now.
            let mut changed = match state.status {
                Status::Closed if said.is_none() && original.is_none() => false,
                _ => close(desk, uid, resolution)?,
            };
            let mut line = format!("#{number} closed ({resolution})");
            if let Some(original) = &original {
                line = format!("#{number} closed (duplicate of #{})", original.number());
                changed |= repeats(desk, uid, original.uid)?;
            }
            if let Some(text) = &message {
                note(desk, uid, text)?;
            }
            Ok(match (changed, &message) {
                (true, _) => done(desk, uid, line)?,
                (false, Some(_)) => {
                    Done::Changed(format!("#{number} is already closed, NOTE added"))
                }
                (false, None) => Done::Already(format!("#{number} is already closed")),
            })
        })
    }
}

/// Closes a ticket as `resolution`, since when it is closed if it is; says whether that changed
/// anything.
pub(super) fn close(desk: &mut Writer<'_>, uid: Uid, resolution: Resolution) -> Result<bool> {
    let since = desk.ticket(uid)?.now.state.closed_at.unwrap_or(desk.now());
    move_to(desk, uid, State::closed(resolution, since))
}

/// Moves a ticket to `state`; one that is no duplicate any more forgets of what.
pub(super) fn move_to(desk: &mut Writer<'_>, uid: Uid, state: State) -> Result<bool> {
    let was = desk.ticket(uid)?.now.state.resolution;
    let changed = desk.set(uid, Field::Status(state))?;
    if changed && state.status == Status::Closed {
        // Opened again, it is there at once.
        desk.set(uid, Field::SnoozedUntil(None))?;
    }
    let duplicate = Some(Resolution::Duplicate);
    if changed && was == duplicate && state.resolution != duplicate {
        forget(desk, uid, None)?;
    }
    Ok(changed)
}

/// Says of a ticket that it repeats this one, and no other; says whether that changed anything.
fn repeats(desk: &mut Writer<'_>, uid: Uid, original: Uid) -> Result<bool> {
    let new = desk.link(uid, Link { kind: LinkKind::Duplicates, to: original })?;
    Ok(forget(desk, uid, Some(original))? || new)
}

/// Takes away what a ticket repeats, but for one; says whether that changed anything.
fn forget(desk: &mut Writer<'_>, uid: Uid, but: Option<Uid>) -> Result<bool> {
    let links = desk.ticket(uid)?.now.links.clone();
    let mut any = false;
    for link in links {
        if link.kind == LinkKind::Duplicates && Some(link.to) != but {
            any |= desk.record(uid, Event::Unlinked(link))?;
        }
    }
    Ok(any)
}

/// That a ticket was closed, with a note when an open one blocks it.
pub(super) fn done(desk: &mut Writer<'_>, uid: Uid, line: String) -> Result<Done> {
    let blockers = desk.blockers(uid)?;
    if blockers.is_empty() {
        return Ok(Done::Changed(line));
    }
    let number = desk.ticket(uid)?.number();
    let names: Vec<String> = blockers.iter().map(|number| format!("#{number}")).collect();
    Ok(Done::Noted(line, format!("#{number} is blocked by {}, still open", names.join(", "))))
}

/// Adds an internal note by the one who acts.
pub(super) fn note(desk: &mut Writer<'_>, uid: Uid, text: &str) -> Result<()> {
    reply::say(desk, uid, MessageKind::Note, body_of(text)?).map(drop)
}
