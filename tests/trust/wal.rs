//! A log that was cut or damaged.

use tix::store::Store;
use tix_vfs::Image;

use crate::check::{Judge, lay};
use crate::dice::Dice;
use crate::session::{self, Mark, scratch};
use crate::trial::{Outcome, Size, Trial};

pub(crate) const TRIAL: Trial = Trial {
    name: "log",
    promise: "Whatever becomes of the log, the desk is what it was after some change, whole",
    method: "Cut the write-ahead log at one length after another, and turn over single bits of it",
    run,
};

fn run(size: Size, seed: u64) -> Outcome {
    let (changes, stride, flips) = size.pick((10, 1_499, 100), (24, 97, 2_000));
    let (marks, files) = logged(seed, changes);
    let mut judge = Judge::new(&marks, seed);
    let mut outcome = Outcome::default();
    let log = files["tix.db-wal"].clone();
    outcome.count("bytes of log", log.len() as u64);
    let mut last = 0;
    for length in (0..=log.len()).step_by(stride).chain([log.len()]) {
        let cut = log[..length].to_vec();
        let n = look(&files, cut, &mut judge, &format!("cut at {length}"), &mut outcome);
        outcome.count("cuts", 1);
        if n < last {
            outcome.lost(format!("cut at {length}: change {n}, where less of it held {last}"));
        }
        last = n;
    }
    if last != marks.len() - 1 {
        outcome.lost(format!("the whole log holds change {last} of {}", marks.len() - 1));
    }
    let mut dice = Dice::new(seed);
    for _ in 0..flips {
        let (at, bit) = (dice.below(log.len()), dice.below(8));
        let mut flipped = log.clone();
        flipped[at] ^= 1 << bit;
        let place = format!("bit {bit} of byte {at}");
        look(&files, flipped, &mut judge, &place, &mut outcome);
        outcome.count("bits turned over", 1);
    }
    outcome
}

/// The change that the desk stands after with this log.
fn look(
    files: &Image,
    log: Vec<u8>,
    judge: &mut Judge<'_>,
    place: &str,
    outcome: &mut Outcome,
) -> usize {
    let folder = scratch();
    let mut files = files.clone();
    files.insert("tix.db-wal".to_owned(), log);
    match judge.look(&lay(folder.path(), &files)) {
        Ok(Some(n)) => n,
        Ok(None) => {
            outcome.lost(format!("{place}: no desk"));
            0
        }
        Err(e) => {
            outcome.damaged(format!("{place}: {e}"));
            0
        }
    }
}

/// A history whose changes are all in the log still, since somebody reads the desk as it was.
fn logged(seed: u64, changes: u64) -> (Vec<Mark>, Image) {
    let folder = scratch();
    let path = folder.path().join("tix.db");
    drop(Store::create(&path, &session::author(seed, 0)).unwrap());
    let reader = rusqlite::Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM replica;").unwrap();
    let marks = session::history(&path, seed, changes);
    let file = |name: &str| (name.to_owned(), std::fs::read(folder.path().join(name)).unwrap());
    let files = Image::from([file("tix.db"), file("tix.db-wal")]);
    drop(reader);
    (marks, files)
}

/// Damage that SQLite's sums do not show, as a log written by somebody else has it.
#[test]
fn a_log_that_is_no_whole_history_is_found() {
    let (marks, files) = logged(2, 6);
    let (others, theirs) = logged(3, 6);
    let mut judge = Judge::new(&marks, 2);
    let mut outcome = Outcome::default();
    let log = files["tix.db-wal"].clone();
    assert_eq!(look(&files, log, &mut judge, "whole", &mut outcome), 6);
    assert_eq!(outcome.losses(), (0, 0));
    assert_ne!(marks.last(), others.last());
    let log = theirs["tix.db-wal"].clone();
    look(&files, log, &mut judge, "another's", &mut outcome);
    assert_eq!(outcome.losses(), (0, 1));
}
