//! `tix salvage`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use super::backup::{folder, part};
use super::watch::Watch;
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::io;
use crate::store::{self, Depth, Saved};
use crate::view::{self, Care, Gap, View};

/// Save what can still be read of a damaged desk into a new one
///
/// The damaged file is only read. Every page is read for itself, and every entry is held against the
/// journal's chain: what is proven is kept as it is, what comes after a gap is recorded anew with its
/// author and time. What is missing is listed, and is exit 7.
#[derive(Args, Debug)]
pub(crate) struct Salvage {
    /// The damaged desk; its log is read too, if it lies beside it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The new desk; FILE with `-salvaged` in its name if left out
    #[arg(long, value_name = "NEW")]
    to: Option<PathBuf>,
    /// Leave out what comes after a gap
    #[arg(long)]
    proven_only: bool,
    /// Say what could be saved, and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

impl Salvage {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        if !self.file.is_file() {
            return Err(Error::no_desk(format!("no desk at {}", self.file.display())));
        }
        let to = self.to.clone().unwrap_or_else(|| beside(&self.file));
        if to.exists() {
            return Err(Error::invalid(format!("{} is there already", to.display()))
                .because("nothing is overwritten")
                .hint("name another file with --to"));
        }
        let author = cx.author()?;
        let watch = Watch::begin(cx);
        watch.step("reading every page");
        let new = part(folder(&to))?;
        let saved = store::salvage(&self.file, new.path(), &author, self.proven_only)?;
        let step = &mut |what: &str| watch.step(&format!("checking what was saved: {what}"));
        store::examine(new.path(), Depth::Whole, step)?.whole()?;
        drop(watch);
        if !self.dry_run {
            new.persist_noclobber(&to).map_err(|e| {
                Error::failed(format!("{} cannot be written", to.display())).because(e.error)
            })?;
            io::sync_folder(&to)?;
        }
        let salvaged = self.told(&to, saved);
        if !(salvaged.missing.is_empty() && salvaged.files_lost.is_empty()) {
            let what = "a part of the desk could not be saved";
            let hint = if self.dry_run {
                "nothing was written".to_owned()
            } else {
                format!("the rest is in {}: `tix restore` makes it the desk", to.display())
            };
            cx.partial = Some(Error::new(crate::error::Kind::Partial, what).hint(hint));
        }
        Ok(View::Care(Care::Salvaged(salvaged)))
    }

    fn told(&self, to: &Path, saved: Saved) -> view::Salvaged {
        let gap = |(replica, first, last): store::Missing| Gap {
            machine: format!("{:x}", replica.0),
            first,
            last,
        };
        let headless = "of tickets whose beginning is missing: kept, and shown nowhere".to_owned();
        let unshown = (saved.headless > 0).then_some((headless, saved.headless));
        view::Salvaged {
            from: self.file.display().to_string(),
            to: to.display().to_string(),
            proven: saved.proven,
            recovered: saved.recovered,
            tickets: saved.tickets,
            missing: saved.missing.into_iter().map(gap).collect(),
            left_out: unshown.into_iter().collect::<BTreeMap<_, _>>(),
            files: saved.files,
            files_lost: saved.files_lost,
            dry_run: self.dry_run,
        }
    }
}

/// `tix-salvaged.db` beside `tix.db`.
fn beside(file: &Path) -> PathBuf {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let end = file.extension().map_or_else(|| "db".to_owned(), |it| it.to_string_lossy().into());
    file.with_file_name(format!("{}-salvaged.{end}", stem.unwrap_or_default()))
}
