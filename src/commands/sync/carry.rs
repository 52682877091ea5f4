//! What a sync works with: the desk, the remote, the key, and nobody else at it meanwhile.

use std::cell::RefCell;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::IsTerminal;
use std::rc::Rc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cx::Cx;
use crate::domain::ids::{Hash, Timestamp};
use crate::domain::person::Person;
use crate::env;
use crate::error::{Error, Kind, Result};
use crate::seal::Key;
use crate::store::{Author, Store};
use crate::sync::address::Address;
use crate::sync::git::{Git, Manners};
use crate::sync::{self, Exchange, Report};

/// What a sync works with.
pub(super) struct Carrier {
    pub(super) store: Store,
    pub(super) git: Git,
    pub(super) key: Key,
    pub(super) address: Address,
    bar: Rc<RefCell<Bar>>,
    fresh: Box<dyn Fn() -> Result<Author>>,
    tell: Box<dyn FnMut(u64, u64)>,
    _lock: File,
}

impl Carrier {
    /// For a desk that is shared.
    pub(super) fn of_desk(cx: &mut Cx) -> Result<Self> {
        if cx.reader()?.is_none() {
            return Err(super::not_shared());
        }
        let store = cx.store()?;
        let state = sync::state(&store)?.ok_or_else(super::not_shared)?;
        let address = Address::read(&state.remote, &env::here()?)?;
        Self::at(cx, store, &address)
    }

    /// For this remote.
    pub(super) fn at(cx: &mut Cx, store: Store, address: &Address) -> Result<Self> {
        let key = cx.key(None)?;
        let name = &Hash::of(address.url().as_bytes()).to_string()[..16];
        let folder = env::cache()?.join("sync").join(name);
        let lock = lock(&folder)?;
        let (scrubbed, own_ssh) = env::git_variables();
        let manners = Manners { person: cx.io.person, own_ssh, scrubbed };
        let git = Git::open(&folder, Some(address.clone()), manners)?;
        let (by, now): (Person, Timestamp) = (cx.user()?.0, cx.clock.now);
        let fresh = Box::new(move || Ok(Author { by: by.clone(), now, secret: env::random()? }));
        let bar = Rc::new(RefCell::new(Bar::new(cx.global.quiet)));
        let shown = Rc::clone(&bar);
        let tell = Box::new(move |done, all| shown.borrow_mut().show(done, all));
        Ok(Self { store, git, key, address: address.clone(), bar, fresh, tell, _lock: lock })
    }

    /// The sync itself.
    pub(super) fn exchange(&mut self) -> Exchange<'_> {
        Exchange {
            store: &mut self.store,
            remote: &mut self.git,
            key: &self.key,
            fresh: &self.fresh,
            tell: &mut self.tell,
        }
    }

    /// Takes the bar away.
    pub(super) fn done(&self) {
        if let Some(bar) = self.bar.borrow_mut().drawn.take() {
            bar.finish_and_clear();
        }
    }

    /// Tidies the cache up after something was carried.
    pub(super) fn tidy(&self, report: &Report) {
        if report.received + report.sent > 0 {
            self.git.tidy();
        }
    }
}

/// Only one sync at a time uses a cache.
fn lock(folder: &std::path::Path) -> Result<File> {
    let path = folder.with_extension("lock");
    let cannot = |e: std::io::Error| {
        Error::failed(format!("the cache {} cannot be used", folder.display())).because(e)
    };
    if let Some(parent) = path.parent() {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(parent).map_err(cannot)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    let file = options.open(&path).map_err(cannot)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(Error::new(Kind::Locked, "another `tix sync` is at it")
                .hint("try again when it has finished"))
        }
        Err(TryLockError::Error(e)) => Err(cannot(e)),
    }
}

/// How long work takes before a bar is drawn.
const PATIENCE: Duration = Duration::from_secs(1);

/// A progress bar for a sync that takes more than a second, where a person watches.
struct Bar {
    since: Instant,
    shown: bool,
    drawn: Option<ProgressBar>,
}

impl Bar {
    fn new(quiet: bool) -> Self {
        let shown = !quiet && std::io::stderr().is_terminal();
        Self { since: Instant::now(), shown, drawn: None }
    }

    fn show(&mut self, done: u64, all: u64) {
        if !self.shown || self.since.elapsed() < PATIENCE {
            return;
        }
        let bar = self.drawn.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
            let look = ProgressStyle::with_template("taking in {wide_bar} {pos} of {len} parcels");
            bar.with_style(look.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        bar.set_length(all);
        bar.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = self.drawn.take() {
            bar.finish_and_clear();
        }
    }
}
