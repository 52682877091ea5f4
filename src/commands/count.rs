//! `tix count`.

use clap::Args;

use super::asked;
use crate::cx::Cx;
use crate::domain::query::groups_of;
use crate::error::Result;
use crate::view::{self, View};

/// Count tickets
///
/// All that match, closed ones too: unlike `list`, this adds nothing to the query.
#[derive(Args, Debug)]
pub(crate) struct Count {
    /// Which tickets; `tix help query` says what a query can be
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// One count for each: status, resolution, priority, channel, label, assignee, requester, customer, tier, turn; several separated by commas
    #[arg(long, value_name = "GROUPS")]
    by: Option<String>,
    /// Say what the query means and how it is answered, and do nothing else
    #[arg(long)]
    explain: bool,
}

impl Count {
    /// Does it say what the query means, and do nothing else?
    pub(crate) fn explains(&self) -> bool {
        self.explain
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let groups = self.by.as_deref().map(groups_of).transpose()?.unwrap_or_default();
        let query = cx.query(&self.query)?;
        if self.explain {
            return asked::explained(cx, (&self.query.join(" "), &query), false);
        }
        if groups.is_empty() {
            return Ok(View::Count(view::Count { count: asked::count(cx, &query)? }));
        }
        let now = cx.clock.now;
        let tallies =
            cx.reader()?.map_or(Ok(Vec::new()), |reader| reader.tally(&query, now, &groups))?;
        Ok(View::Tallies(tallies, groups))
    }
}
