//! `tix comment`.

use std::path::PathBuf;

use clap::Args;

use super::attach::Enclosed;
use super::bulk::{Done, Targets};
use super::reply;
use crate::cx::{Body, Cx};
use crate::domain::purpose::Purpose;
use crate::domain::words::MessageKind;
use crate::error::Result;
use crate::view::View;

/// Add an internal note; only we read it
///
/// A note never reaches the requester: nothing turns it into a public reply.
#[derive(Args, Debug)]
pub(crate) struct Comment {
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    body: Body,
    #[command(flatten)]
    enclosed: Enclosed,
}

impl Comment {
    /// The note that a draft was to be: on these tickets, in the person's editor.
    pub(super) fn of(targets: Targets, attach: Vec<PathBuf>) -> Self {
        Self { targets, body: Body::in_editor(), enclosed: Enclosed::of(attach) }
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let Self { targets, body, enclosed } = self;
        let (keep_going, files) = (targets.keep_going, enclosed.read(cx)?);
        let attach = enclosed.paths()?;
        let purpose = |on| Purpose::Comment { on, keep_going, attach };
        let spec = ("note", !files.is_empty(), purpose);
        let (found, written) = reply::written(cx, &body, &targets, spec)?;
        targets.all(cx, "comment on", found, |desk, uid, ()| {
            reply::meets(desk, uid, written.seen.as_ref())?;
            let number = reply::say(desk, uid, MessageKind::Note, written.text.clone())?;
            let with = files.with(desk, uid, number)?;
            reply::looked_at(desk, uid)?;
            let ticket = desk.ticket(uid)?.number();
            let id = number.within(ticket);
            Ok(Done::Changed(format!("#{ticket} NOTE added ({ticket}.{id}){with}")))
        })
    }
}
