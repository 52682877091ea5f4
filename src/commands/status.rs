//! `tix status`.

use clap::Args;

use super::bulk::{Done, Targets};
use super::close;
use crate::cx::Cx;
use crate::domain::words::{self, Resolution, State};
use crate::error::Result;
use crate::view::View;

/// Set the status: new, open, pending, hold or closed
#[derive(Args, Debug)]
pub(crate) struct Status {
    /// new, open, pending, hold or closed
    #[arg(value_name = "STATUS")]
    status: words::Status,
    #[command(flatten)]
    targets: Targets,
}

impl Status {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let status = self.status;
        self.targets.each(cx, "set the status of", |desk, uid| {
            let number = desk.ticket(uid)?.number();
            let changed = match status {
                words::Status::Closed if desk.ticket(uid)?.now.state.status == status => false,
                words::Status::Closed => close::close(desk, uid, Resolution::Solved)?,
                _ => close::move_to(desk, uid, State::of(status))?,
            };
            let line = format!("#{number} {status}");
            match (changed, status) {
                (false, _) => Ok(Done::Already(format!("#{number} is already {status}"))),
                (true, words::Status::Closed) => close::done(desk, uid, line),
                (true, _) => Ok(Done::Changed(line)),
            }
        })
    }
}
