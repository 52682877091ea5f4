//! `tix comment`.

use clap::Args;

use super::bulk::{Done, Targets};
use super::reply;
use crate::cx::{Body, Cx};
use crate::domain::purpose::Purpose;
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
}

impl Comment {
    /// The note that a draft was to be: on these tickets, in the person's editor.
    pub(super) fn of(targets: Targets) -> Self {
        Self { targets, body: Body::in_editor() }
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let Self { targets, body } = self;
        let keep_going = targets.keep_going;
        let purpose = |on| Purpose::Comment { on, keep_going };
        let (found, written) = reply::written(cx, &body, &targets, ("note", purpose))?;
        targets.all(cx, "comment on", found, |desk, uid, ()| {
            let number = reply::remark(desk, uid, written.text.clone())?;
            reply::looked_at(desk, uid)?;
            let ticket = desk.ticket(uid)?.number();
            Ok(Done::Changed(format!("#{ticket} NOTE added ({ticket}.{})", number.within(ticket))))
        })
    }
}
