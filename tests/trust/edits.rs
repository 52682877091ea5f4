//! Every single field of a journal, altered with plain SQL: is each named?

use crate::edited::{self, desk, edits, verify};
use crate::trial::{Outcome, Size, Trial};

pub(crate) const TRIAL: Trial = Trial {
    name: "edits",
    promise: "History cannot be edited unnoticed",
    method: "Alter every field of every row of a journal of 1,000 entries of two machines, with files \
             and purges, by plain SQL, one at a time",
    run,
};

fn run(size: Size, _: u64) -> Outcome {
    tried(size, verify)
}

fn tried(size: Size, look: fn(&std::path::Path) -> tix::view::Verified) -> Outcome {
    let mut outcome = Outcome::default();
    let folder = tempfile::tempdir().unwrap();
    let path = desk(folder.path(), 1_000);
    let sound = verify(&path);
    if !sound.sound || sound.purged == 0 || sound.machines != 2 {
        outcome.damaged(format!("before anything was altered: {:?}", sound.findings));
    }
    let edited::Edits { named, all, unnamed } = edits(&path, size.pick(131, 1), look);
    outcome.count("edits", all);
    outcome.count("named", named);
    for edit in unnamed {
        outcome.lost(format!("not named: {edit}"));
    }
    if !verify(&path).sound {
        outcome.damaged("what was put back is not what was there");
    }
    outcome
}

#[test]
fn edits_that_are_not_named_are_found() {
    let blind = |_: &std::path::Path| tix::view::Verified { sound: true, ..Default::default() };
    let outcome = tried(Size::Small, blind);
    assert!(outcome.losses().0 > 50);
}
