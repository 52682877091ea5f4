//! `tix comment`.

use clap::Args;

use super::attach::Enclosed;
use super::bulk::{Done, Targets};
use super::reply;
use crate::cx::{Body, Cx};
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
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let files = self.enclosed.read(cx)?;
        let bare = !files.is_empty();
        let text = reply::text(cx, &self.body, &self.targets, (MessageKind::Note, bare))?;
        self.targets.each(cx, "comment on", |desk, uid| {
            let number = reply::say(desk, uid, MessageKind::Note, text.clone())?;
            let with = files.with(desk, uid, number)?;
            reply::looked_at(desk, uid)?;
            let ticket = desk.ticket(uid)?.number();
            let id = number.within(ticket);
            Ok(Done::Changed(format!("#{ticket} NOTE added ({ticket}.{id}){with}")))
        })
    }
}
