//! `tix` without a command.

use clap::Args;

use super::{asked, next};
use crate::cx::Cx;
use crate::domain::query::{Filter, Is, Query};
use crate::error::Result;
use crate::view::{self, Shape, View};

/// What waits for whom, and what is ours to do
#[derive(Args, Debug)]
pub(crate) struct Dashboard {}

impl Dashboard {
    #[expect(clippy::unused_self, reason = "every command is run so")]
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let clock = cx.clock;
        let none = view::Dashboard {
            overdue: 0,
            due_today: 0,
            awaiting_us: 0,
            awaiting_requester: 0,
            new: 0,
            open: 0,
            snoozed: 0,
            breached: 0,
            at_risk: 0,
        };
        let counts = cx.reader()?.map_or(Ok(none), |reader| reader.dashboard(&clock))?;
        // In a narrow window the counts take more lines.
        let counts_take = if cx.io.width < 100 { 3 } else { 2 };
        let limit = asked::fits(cx).map(|limit| limit.saturating_sub(counts_take).max(5));
        let pressing = [Is::AwaitingUs, Is::Breached, Is::AtRisk].map(Filter::Is);
        let ours = next::urgent(Query::all().and(Filter::Any(pressing.to_vec())));
        Ok(View::Dashboard(counts, asked::rows(cx, ours, limit, Shape::default())?))
    }
}
