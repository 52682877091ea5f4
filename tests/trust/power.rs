//! Power loss: the files as they could be found after each thing that was done to them.

use std::collections::{BTreeSet, HashMap};

use tix::store::Store;
use tix_vfs::{Disk, Event, Flushes, Image, Left, Tape};

use crate::check::{Found, Judge, lay};
use crate::dice::Dice;
use crate::session::{self, scratch};
use crate::trial::{Outcome, Size, Trial};

pub(crate) const TRIAL: Trial = Trial {
    name: "power",
    promise: "An acknowledged change survives a power loss, and none is there by half",
    method: "Cut the power after each write, flush, cut and removal of a session of changes: what \
             was not flushed is lost, kept, kept in part, or torn in sectors",
    run,
};

/// What is left of what was not flushed, image by image.
const SMALL: [Left; 4] = [Left::Nothing, Left::All, Left::Some, Left::Torn];
const LONG: [Left; 6] = [Left::Nothing, Left::All, Left::Some, Left::Torn, Left::Some, Left::Torn];

fn run(size: Size, seed: u64) -> Outcome {
    let (changes, left) = size.pick((21, &SMALL[..]), (170, &LONG[..]));
    session(seed, changes, left, Flushes::AsAsked)
}

/// Records a session and looks at all that a power loss could have left.
fn session(seed: u64, changes: u64, left: &[Left], flushes: Flushes) -> Outcome {
    let folder = scratch();
    let marks = session::history(&folder.path().join("history.db"), seed, changes);
    let (base, events) = record(seed, changes, flushes);
    let mut outcome = Outcome::default();
    outcome.count("changes", changes);
    let mut judge = Judge::new(&marks, seed);
    images(&(base, events), left, &mut judge, &mut outcome);
    outcome
}

/// Makes the desk and the changes as commands would: most in a process of their own.
fn record(seed: u64, changes: u64, flushes: Flushes) -> (Image, Vec<Event>) {
    let folder = scratch();
    let tape = Tape::on(folder.path()).flushing(flushes);
    let path = folder.path().canonicalize().unwrap().join("tix.db");
    let (mut store, made) = Store::create(&path, &session::author(seed, 0)).unwrap();
    assert!(made);
    tape.ack(0);
    for count in 1..=changes {
        match count % 4 {
            0 => {}
            1 => store = Store::create(&path, &session::author(seed, count)).unwrap().0,
            _ => store = Store::open_to_change(&path).unwrap(),
        }
        session::change(&mut store, seed, count).unwrap();
        tape.ack(count);
    }
    drop(store);
    (tape.base().clone(), tape.events())
}

/// Looks at every image of every moment, and holds it against what was acknowledged by then.
fn images(
    (base, events): &(Image, Vec<Event>),
    left: &[Left],
    judge: &mut Judge<'_>,
    outcome: &mut Outcome,
) {
    let folder = scratch();
    let mut disk = Disk::new(base);
    let mut dice = Dice::new(149);
    let mut seen: HashMap<blake3::Hash, Found> = HashMap::new();
    let mut acked: Option<usize> = None;
    for (moment, event) in events.iter().enumerate() {
        disk.play(event);
        if let Event::Acked(n) = event {
            acked = Some(usize::try_from(*n).unwrap());
        }
        for left in left {
            let image = disk.image(*left, &mut |n| dice.one_in(n));
            let found = seen
                .entry(print(&image))
                .or_insert_with(|| judge.look(&lay(folder.path(), &image)))
                .clone();
            outcome.count("images", 1);
            let place = || format!("after event {moment}, {left:?} left");
            match found {
                Err(e) => outcome.damaged(format!("{}: {e}", place())),
                Ok(n) if n < acked => {
                    outcome.lost(format!("{}: change {n:?} of {acked:?}", place()));
                }
                // The next change may be there before it was acknowledged, but not the one after it.
                Ok(n) if n.unwrap_or(0) > acked.map_or(0, |n| n + 1) => {
                    outcome.damaged(format!("{}: change {n:?} before its time", place()));
                }
                Ok(_) => {}
            }
        }
    }
    outcome.count("of them different", seen.len() as u64);
    outcome.count("desks after recovery", judge.states());
}

/// What tells one image from another.
pub(crate) fn print(image: &Image) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for (name, bytes) in image {
        hasher.update(name.as_bytes()).update(&(bytes.len() as u64).to_be_bytes()).update(bytes);
    }
    hasher.finalize()
}

/// The same session with fewer flushes, as a disk that promises less: the trial must see it.
#[test]
fn what_is_not_flushed_is_found_missing() {
    let (lost, damaged) = session(7, 12, &SMALL, Flushes::Fewer).losses();
    assert!(lost > 0 && damaged == 0, "synchronous=NORMAL: {lost} lost, {damaged} damaged");
    let (lost, damaged) = session(7, 12, &SMALL, Flushes::Never).losses();
    assert!(lost > 0 && damaged > 0, "synchronous=OFF: {lost} lost, {damaged} damaged");
}

/// The history that images are held against is the one that was recorded.
#[test]
fn a_session_is_the_same_whoever_makes_it() {
    let (folder, other) = (scratch(), scratch());
    let marks = session::history(&folder.path().join("tix.db"), 5, 60);
    assert_eq!(session::history(&other.path().join("tix.db"), 5, 60), marks);
    let chains: BTreeSet<_> = marks.iter().map(|mark| mark.chain).collect();
    assert_eq!(chains.len(), marks.len(), "a change that records nothing");
}
