//! `tix log`.

use clap::Args;

use super::{asked, bulk};
use crate::cx::Cx;
use crate::error::Result;
use crate::view::View;

/// Show what was changed, newest first
#[derive(Args, Debug)]
pub(crate) struct Log {
    /// Only what touched this ticket
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Show at most N changes; 0 for all
    #[arg(short = 'L', long, value_name = "N")]
    limit: Option<u64>,
}

impl Log {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let uid = self.id.as_deref().map(|id| bulk::find(cx, id)).transpose()?;
        let limit = match self.limit {
            Some(limit) => Some(limit).filter(|limit| *limit > 0),
            None => asked::fits(cx).map(|_| 50),
        };
        let changes = cx.reader()?.map_or(Ok(Vec::new()), |reader| reader.log(uid, limit))?;
        Ok(View::Log(changes))
    }
}
