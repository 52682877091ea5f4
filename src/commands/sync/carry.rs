//! What a sync works with: the desk, the remote, the key, and nobody else at it meanwhile.

use std::cell::RefCell;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;
use std::rc::Rc;

use super::super::bar::Bar;
use crate::cx::Cx;
use crate::domain::ids::{Hash, Timestamp};
use crate::domain::person::Person;
use crate::env;
use crate::error::{Error, Kind, Result};
use crate::io;
use crate::seal::Key;
use crate::store::{Author, Store};
use crate::sync::address::Address;
use crate::sync::git::{Git, Manners};
use crate::sync::{self, Exchange, Report};

/// What is said of how far a sync has come.
const LOOK: &str = "taking in {wide_bar} {pos} of {len} parcels";

/// What a sync works with.
pub(super) struct Carrier {
    pub(super) store: Store,
    pub(super) git: Git,
    pub(super) key: Key,
    pub(super) address: Address,
    bar: Rc<RefCell<Bar>>,
    fresh: Box<dyn Fn() -> Result<Author>>,
    tell: Box<dyn FnMut(u64, u64)>,
    locks: Vec<File>,
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

    /// For this remote, whatever the desk was shared through so far.
    pub(super) fn at(cx: &mut Cx, store: Store, address: &Address) -> Result<Self> {
        let key = cx.key(None)?;
        let folder = folder_of(address)?;
        let locks = vec![lock(&folder)?];
        let (scrubbed, own_ssh) = env::git_variables();
        let manners = Manners { person: cx.io.person, own_ssh, scrubbed };
        let git = Git::open(&folder, Some(address.clone()), manners)?;
        let (by, now): (Person, Timestamp) = (cx.user()?.0, cx.clock.now);
        let fresh = Box::new(move || Ok(Author { by: by.clone(), now, secret: env::random()? }));
        let bar = Rc::new(RefCell::new(Bar::new(LOOK, cx.global.quiet)));
        let shown = Rc::clone(&bar);
        let tell = Box::new(move |done, all| shown.borrow_mut().show(done, all));
        Ok(Self { store, git, key, address: address.clone(), bar, fresh, tell, locks })
    }

    /// The remote takes the place of `before`, and all that was sent through that comes along.
    pub(super) fn after(mut self, before: &Address) -> Result<Self> {
        let folder = folder_of(before)?;
        self.locks.push(lock(&folder)?);
        self.git.after(folder);
        Ok(self)
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
        self.bar.borrow_mut().end();
    }

    /// Tidies the cache up after something was carried.
    pub(super) fn tidy(&self, report: &Report) {
        if report.received + report.sent > 0 {
            self.git.tidy();
        }
    }
}

/// The folder of a remote's cache.
fn folder_of(address: &Address) -> Result<PathBuf> {
    let name = &Hash::of(address.url().as_bytes()).to_string()[..16];
    Ok(env::cache()?.join("sync").join(name))
}

/// Only one sync at a time uses a cache.
fn lock(folder: &std::path::Path) -> Result<File> {
    let path = folder.with_extension("lock");
    let cannot = |e: std::io::Error| {
        Error::failed(format!("the cache {} cannot be used", folder.display())).because(e)
    };
    if let Some(parent) = path.parent() {
        io::private_folder(parent).map_err(cannot)?;
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
