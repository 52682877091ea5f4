//! Damage to the file itself: a byte that is not what was written.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use tix::domain::ids::Timestamp;
use tix::domain::query::Query;
use tix::error::Result;
use tix::store::{Chosen, Store};
use tix_vfs::Image;

use crate::check::{lay, sound};
use crate::dice::Dice;
use crate::session::{self, scratch};
use crate::trial::{Outcome, Size, Trial};

pub(crate) const TRIAL: Trial = Trial {
    name: "bytes",
    promise: "A damaged file is found out: what differs from what was stored is never taken for true",
    method: "Change single bytes of a desk's file; hold what is shown against the truth, and what \
             is not shown as it was against the checks",
    run,
};

fn run(size: Size, seed: u64) -> Outcome {
    let file = closed(seed, size.pick(10, 40));
    let mut outcome = Outcome::default();
    outcome.count("bytes of file", file.len() as u64);
    let truth = told(&lay(scratch().path(), &Image::new()), &file).unwrap();
    let mut dice = Dice::new(seed);
    for _ in 0..size.pick(60, 1_500) {
        let (at, turned) = (dice.below(file.len()), 1 + dice.below(255));
        let mut damaged = file.clone();
        damaged[at] ^= u8::try_from(turned).unwrap();
        flip(&damaged, &truth, &format!("byte {at} ^ {turned}"), &mut outcome);
    }
    outcome
}

/// What comes of one damaged file.
fn flip(file: &[u8], truth: &str, place: &str, outcome: &mut Outcome) {
    outcome.count("bytes changed", 1);
    let folder = scratch();
    let path = folder.path().join("tix.db");
    let tried = catch_unwind(AssertUnwindSafe(|| (told(&path, file), checked(&path, file))));
    let Ok((told, checked)) = tried else {
        return outcome.damaged(format!("{place}: a panic"));
    };
    match (told, checked) {
        (_, Err(_)) => outcome.count("found by the checks", 1),
        (Ok(told), Ok(())) if told == truth => outcome.count("without consequence", 1),
        (Err(e), Ok(())) => outcome.damaged(format!("{place}: found only when it was read: {e}")),
        (Ok(_), Ok(())) => outcome.lost(format!("{place}: something else is shown as true")),
    }
}

/// All that a desk shows, as text.
fn told(path: &Path, file: &[u8]) -> Result<String> {
    let path = lay(path.parent().unwrap(), &Image::from([name(file)]));
    let store = Store::open(&path)?;
    let (reader, now) = (store.read(), Timestamp(0));
    let mut text = String::new();
    reader.export(&Query::all(), now, &mut |mut ticket| {
        reader.with_bytes(&mut ticket)?;
        text += &json(&ticket)?;
        Ok(())
    })?;
    for change in reader.log(&Chosen::default())? {
        text += &json(&change)?;
    }
    text += &json(&reader.kept_whole()?)?;
    for (table, rows) in store.derived()? {
        text += &table;
        text += &rows.join("\n");
    }
    Ok(text)
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    Ok(serde_json::to_string(value).map_err(std::io::Error::from)?)
}

fn checked(path: &Path, file: &[u8]) -> std::result::Result<(), String> {
    let path = lay(path.parent().unwrap(), &Image::from([name(file)]));
    sound(&path).map(drop)
}

fn name(file: &[u8]) -> (String, Vec<u8>) {
    ("tix.db".to_owned(), file.to_vec())
}

/// A desk with a history, its log folded in, as its file.
fn closed(seed: u64, changes: u64) -> Vec<u8> {
    let folder = scratch();
    let path = folder.path().join("tix.db");
    session::history(&path, seed, changes);
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(conn);
    std::fs::read(path).unwrap()
}

/// What no sum covers and no check looks at is shown as true: the trial must say so.
#[test]
fn a_desk_that_shows_something_else_is_found() {
    let file = closed(4, 8);
    let folder = scratch();
    let path = folder.path().join("tix.db");
    let truth = told(&path, &file).unwrap();
    let mut outcome = Outcome::default();
    flip(&file, &truth, "as it is", &mut outcome);
    assert_eq!(outcome.losses(), (0, 0));
    // A whole desk, but another one.
    flip(&closed(5, 8), &truth, "another's", &mut outcome);
    assert_eq!(outcome.losses(), (1, 0));
    // The title of a ticket, in the journal and where it is shown.
    let mut damaged = file.clone();
    let at = file.windows(7).position(|bytes| bytes == b"Printer").unwrap();
    damaged[at] = b'S';
    flip(&damaged, &truth, "a title", &mut outcome);
    assert_eq!(outcome.losses(), (1, 0));
}
