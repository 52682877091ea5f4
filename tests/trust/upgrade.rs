//! An older desk that is being brought up to date when the power or the disk fails.

use std::collections::HashSet;
use std::path::Path;

use tix::error::Result;
use tix::store::Store;
use tix_vfs::{Disk, Failing, Fault, Image, Left, Tape};

use crate::check::{lay, sound};
use crate::dice::Dice;
use crate::power;
use crate::session::{self, scratch};
use crate::trial::{Outcome, Size, Trial};

pub(crate) const TRIAL: Trial = Trial {
    name: "upgrade",
    promise: "A desk that a newer tix brings up to date is the old one or the new one, never between",
    method: "Cut the power after each write, and fail each call, while desks of older versions are \
             opened",
    run,
};

const LEFT: [Left; 4] = [Left::Nothing, Left::All, Left::Some, Left::Torn];

/// What makes an older desk of one of today.
const OLDER: [&str; 2] = [
    "DROP TABLE blob; DROP TABLE article; DROP TABLE article_text; DROP TABLE helps;
     DROP TABLE clock; DROP TABLE version; DROP TABLE party; PRAGMA user_version = 2;",
    "DROP TABLE text; DROP TABLE link; PRAGMA user_version = 5;",
];

fn run(size: Size, seed: u64) -> Outcome {
    let mut outcome = Outcome::default();
    for changes in size.pick(vec![3], vec![12, 40, 80]) {
        for (older, reads) in OLDER.into_iter().zip([false, true]) {
            let upgrade = Upgrade::new(seed, changes, older, reads);
            let mut images = HashSet::new();
            for round in 0..size.pick(1, 4) {
                upgrade.power(seed + round, &mut images, &mut outcome);
            }
            outcome.count("of them different", images.len() as u64);
            upgrade.faults(size.pick(4, 1), &mut outcome);
        }
    }
    outcome
}

/// An older desk, and what it is to become.
struct Upgrade {
    before: Image,
    old: State,
    new: State,
    reads: bool,
}

/// What tells a desk: the version and tables of its schema, and the journal's head.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    schema: Vec<String>,
    chain: [u8; 32],
    version: i64,
}

impl State {
    fn of(path: &Path) -> Result<Self> {
        let conn = rusqlite::Connection::open(path)?;
        let mut schema = conn.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")?;
        let schema = schema.query_map([], |row| row.get(0))?;
        let mut schema: Vec<String> = schema.collect::<rusqlite::Result<_>>()?;
        schema.sort_unstable();
        let version = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        Ok(Self { schema, chain: session::chain(&conn)?, version })
    }
}

impl Upgrade {
    fn new(seed: u64, changes: u64, older: &str, reads: bool) -> Self {
        let folder = scratch();
        let path = folder.path().join("tix.db");
        session::history(&path, seed, changes);
        let new = State::of(&path).unwrap();
        let conn = rusqlite::Connection::open(&path).unwrap();
        conn.execute_batch(older).unwrap();
        drop(conn);
        let old = State::of(&path).unwrap();
        assert!(old.version < new.version && old.schema != new.schema);
        let before = Tape::on(folder.path()).base().clone();
        Self { before, old, new, reads }
    }

    /// Opens it, which brings it up to date.
    fn open(&self, path: &Path) -> Result<()> {
        if self.reads {
            Store::open(path).map(drop)
        } else {
            Store::create(path, &session::author(1, 1)).map(drop)
        }
    }

    fn power(&self, seed: u64, images: &mut HashSet<blake3::Hash>, outcome: &mut Outcome) {
        let folder = scratch();
        let path = lay(&folder.path().canonicalize().unwrap(), &self.before);
        let tape = Tape::on(folder.path());
        self.open(&path).unwrap();
        tape.ack(0);
        let events = tape.events();
        let mut disk = Disk::new(tape.base());
        drop(tape);
        let (folder, mut dice) = (scratch(), Dice::new(seed));
        for (moment, event) in events.iter().enumerate() {
            disk.play(event);
            for left in LEFT {
                let image = disk.image(left, &mut |n| dice.one_in(n));
                outcome.count("images", 1);
                if !images.insert(power::print(&image)) {
                    continue;
                }
                let place = format!("after event {moment}, {left:?} left");
                self.judge(&lay(folder.path(), &image), &place, outcome);
            }
        }
    }

    /// Fails every `stride`-th call.
    fn faults(&self, stride: usize, outcome: &mut Outcome) {
        let folder = scratch();
        let folder = folder.path().canonicalize().unwrap();
        for failing in [Failing::Io, Failing::Full] {
            for at in (0..).step_by(stride) {
                let path = lay(&folder, &self.before);
                let tape = Tape::on(&folder).unrecorded();
                tape.fail(Some(Fault { failing, at, for_ever: false }));
                let opened = self.open(&path);
                let struck = tape.struck();
                drop(tape);
                if struck == 0 {
                    assert!(opened.is_ok());
                    break;
                }
                outcome.count("calls that failed", 1);
                self.judge(&path, &format!("{failing:?} at call {at}"), outcome);
            }
        }
    }

    /// It is one or the other; and opened once more it is the new one, and sound.
    fn judge(&self, path: &Path, place: &str, outcome: &mut Outcome) {
        match State::of(path) {
            Ok(state) if state == self.old || state == self.new => {}
            Ok(state) => {
                return outcome.damaged(format!("{place}: between: version {}", state.version));
            }
            Err(e) => return outcome.damaged(format!("{place}: {e}")),
        }
        let after = self.open(path).and_then(|()| State::of(path));
        match after {
            Ok(state) if state == self.new => {}
            Ok(state) if state.chain != self.new.chain => {
                outcome.lost(format!("{place}: opened again it is another journal"));
            }
            Ok(_) => outcome.damaged(format!("{place}: opened again it is not the new one")),
            Err(e) => outcome.damaged(format!("{place}: opened again: {e}")),
        }
    }
}

/// Brought up to date one table after another, a desk would be found between.
#[test]
fn a_desk_between_two_versions_is_found() {
    let upgrade = Upgrade::new(6, 12, OLDER[0], false);
    let folder = scratch();
    let mut outcome = Outcome::default();
    let path = lay(folder.path(), &upgrade.before);
    upgrade.judge(&path, "old", &mut outcome);
    upgrade.judge(&path, "new", &mut outcome);
    assert_eq!(outcome.losses(), (0, 0));
    sound(&path).unwrap();
    let path = lay(folder.path(), &upgrade.before);
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch("CREATE TABLE blob (id INTEGER PRIMARY KEY, hash, data)").unwrap();
    drop(conn);
    upgrade.judge(&path, "between", &mut outcome);
    assert_eq!(outcome.losses(), (0, 1));
}
