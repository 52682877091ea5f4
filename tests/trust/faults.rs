//! A fault at every call that SQLite makes of its files: none may cost more than the change it hit.

use std::path::Path;

use tix::error::Result;
use tix::store::Store;
use tix_vfs::{Failing, Fault, Image, Tape};

use crate::check::{Judge, lay};
use crate::session::{self, Mark, scratch};
use crate::trial::{Outcome, Size, Trial};

pub(crate) const TRIAL: Trial = Trial {
    name: "faults",
    promise: "A disk that fails or is full costs at most the change that it failed, and that one whole",
    method: "Let the first, second, third … call of SQLite fail: I/O error, full disk with half of \
             a write done, file that cannot be opened, read that ends half way, shared memory that \
             cannot be had; once, and from then on; until none is left to fail",
    run,
};

const FAILING: [Failing; 5] =
    [Failing::Io, Failing::Full, Failing::Open, Failing::Short, Failing::Shared];

fn run(size: Size, seed: u64) -> Outcome {
    let mut outcome = Outcome::default();
    // A desk that is made, and one on which a history stands already.
    let plans = size.pick(vec![(0, 1), (9, 10)], vec![(0, 4), (12, 20)]);
    for (from, until) in plans {
        let plan = Plan::new(seed, from, until);
        let mut judge = Judge::new(&plan.marks, seed);
        for failing in FAILING {
            for for_ever in [false, true] {
                faults(&plan, (failing, for_ever), &mut judge, &mut outcome);
            }
        }
    }
    outcome
}

/// Changes to make, and the files to begin with.
struct Plan {
    seed: u64,
    from: u64,
    until: u64,
    marks: Vec<Mark>,
    base: Image,
}

impl Plan {
    fn new(seed: u64, from: u64, until: u64) -> Self {
        let folder = scratch();
        let marks = session::history(&folder.path().join("whole.db"), seed, until);
        let before = scratch();
        if from > 0 {
            session::history(&before.path().join("tix.db"), seed, from);
        }
        let base = Tape::on(before.path()).base().clone();
        Self { seed, from, until, marks, base }
    }
}

/// Fails the first call, then the second, and so on until there are not so many.
fn faults(
    plan: &Plan,
    (failing, for_ever): (Failing, bool),
    judge: &mut Judge<'_>,
    outcome: &mut Outcome,
) {
    let folder = scratch();
    let path = folder.path().canonicalize().unwrap().join("tix.db");
    for at in 0.. {
        lay(folder.path(), &plan.base);
        let tape = Tape::on(folder.path()).unrecorded();
        tape.fail(Some(Fault { failing, at, for_ever }));
        let went = work(plan, &path);
        let struck = tape.struck();
        drop(tape);
        let place = || format!("{failing:?} at call {at}, for ever: {for_ever}");
        match judge.look(&path) {
            Err(e) => outcome.damaged(format!("{}: {e}", place())),
            Ok(n) if n < went.acked => {
                outcome.lost(format!("{}: change {n:?} of {:?}", place(), went.acked));
            }
            Ok(n) if n.unwrap_or(0) > went.acked.map_or(1, |n| n + 1) => {
                outcome.damaged(format!("{}: change {n:?} before its time", place()));
            }
            Ok(n) if went.denied.is_some() && n == went.denied => {
                outcome.damaged(format!("{}: change {n:?} was said not to be made", place()));
            }
            Ok(_) => {}
        }
        if struck == 0 {
            return;
        }
        outcome.count("runs", 1);
        outcome.count("calls that failed", struck);
        outcome.count("changes refused", went.refused);
    }
}

/// What came of the changes.
#[derive(Default)]
struct Went {
    /// The last one that was acknowledged; the making of the desk is 0.
    acked: Option<usize>,
    /// How many were refused.
    refused: u64,
    /// The last one, if it was said that nothing was changed.
    denied: Option<usize>,
}

/// Makes the changes, each as a command does. When one is refused somebody looks whether it was
/// made, and does it once more if not; when nobody can tell, that was all.
fn work(plan: &Plan, path: &Path) -> Went {
    let acked = usize::try_from(plan.from).ok().filter(|from| *from > 0);
    let mut went = Went { acked, ..Went::default() };
    for count in plan.from + 1..=plan.until {
        let n = usize::try_from(count).unwrap();
        let mut tries = 0;
        loop {
            let Err(e) = make(path, plan.seed, count) else {
                (went.acked, went.denied) = (Some(n), None);
                break;
            };
            went.refused += 1;
            went.denied = e.to_string().contains("nothing was changed").then_some(n);
            tries += 1;
            match chain(path) {
                Ok(chain) if chain == plan.marks[n].chain && went.denied.is_none() => {
                    went.acked = Some(n);
                    break;
                }
                Ok(chain) if chain == plan.marks[n - 1].chain && tries < 2 => {}
                Err(_) if count == 1 && tries < 2 => {}
                _ => return went,
            }
        }
    }
    went
}

fn make(path: &Path, seed: u64, count: u64) -> Result<()> {
    let author = session::author(seed, if count == 1 { 0 } else { count });
    let mut store = if count.is_multiple_of(2) && path.exists() {
        Store::open_to_change(path)?
    } else {
        Store::create(path, &author)?.0
    };
    if !store.changes() {
        store = Store::again(path, &author)?;
    }
    session::change(&mut store, seed, count)
}

fn chain(path: &Path) -> Result<[u8; 32]> {
    session::chain(&rusqlite::Connection::open(path)?)
}

/// What is said to be done and was only tried must be missed, and half a change must be seen.
#[test]
fn what_was_never_committed_and_what_is_there_by_half_are_found() {
    let plan = Plan::new(3, 20, 21);
    let mut judge = Judge::new(&plan.marks, 3);
    let folder = scratch();
    let path = lay(folder.path(), &plan.base);
    assert_eq!(judge.look(&path), Ok(Some(20)));
    for sql in [
        "DELETE FROM entry WHERE id = (SELECT max(id) FROM entry)",
        "DELETE FROM term WHERE ticket = (SELECT max(ticket) FROM term)",
        "UPDATE ticket SET title = 'Other' WHERE id = (SELECT max(id) FROM ticket)",
        "UPDATE blob SET data = zeroblob(length(data))",
        "DELETE FROM blob",
        "UPDATE replica SET seq = seq - 1",
        "UPDATE replica SET at = at + 1",
    ] {
        let path = lay(folder.path(), &plan.base);
        let conn = rusqlite::Connection::open(&path).unwrap();
        assert!(conn.execute(sql, []).unwrap() > 0, "{sql}");
        drop(conn);
        let found = judge.look(&path);
        assert!(found.is_err(), "{sql}: {found:?}");
    }
}

/// After a failure SQLite's memory of the file may be wrong, so it is thrown away.
#[test]
fn a_database_that_failed_is_not_used_again() {
    let folder = scratch();
    let path = folder.path().canonicalize().unwrap().join("tix.db");
    session::history(&path, 4, 3);
    let tape = Tape::on(folder.path()).unrecorded();
    for (failing, at) in [(Failing::Io, 9), (Failing::Full, 0)] {
        let mut store = Store::open_to_change(&path).unwrap();
        tape.fail(Some(Fault { failing, at, for_ever: true }));
        let refused = session::change(&mut store, 4, 4).unwrap_err();
        tape.fail(None);
        assert!(store.spent() && !store.changes(), "{refused}");
        let refused = session::change(&mut store, 4, 4).unwrap_err();
        assert!(refused.to_string().contains("failed before"), "{refused}");
        if failing == Failing::Full {
            session::change(&mut Store::open_to_change(&path).unwrap(), 4, 4).unwrap();
        }
    }
}
