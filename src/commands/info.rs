//! `tix info`.

use clap::Args;

use crate::cx::Cx;
use crate::env;
use crate::error::Result;
use crate::store;
use crate::view::{self, View};

/// Say which desk is in use and why, and what is in it
#[derive(Args, Debug)]
pub(crate) struct Info {}

impl Info {
    #[expect(clippy::unused_self, reason = "every command is run so")]
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let desk = cx.desk()?.clone();
        let (user, user_from) = cx.user()?;
        let stats =
            if desk.path.exists() { cx.reader()?.map(|reader| reader.stats()) } else { None };
        let stats = stats.transpose()?;
        let backup = cx.safety()?.backups().last();
        let length = |end| std::fs::metadata(store::beside(&desk.path, end));
        let size = ["", "-wal"].map(|end| length(end).map_or(0, |meta| meta.len()));
        let exists = stats.is_some();
        let stats = stats.unwrap_or_default();
        Ok(View::Info(Box::new(view::Info {
            desk: desk.path.display().to_string(),
            why: desk.why,
            exists,
            size: size.iter().sum(),
            tickets: stats.tickets,
            entries: stats.entries,
            changes: stats.changes,
            schema: exists.then_some(stats.schema),
            user: user.to_string(),
            user_from: user_from.to_owned(),
            timezone: cx.clock.zone.name().to_owned(),
            config: env::config_file().display().to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            backup_at: backup.map(|last| view::Time(last.at)),
        })))
    }
}
