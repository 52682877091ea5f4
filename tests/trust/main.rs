//! The trials: what may happen to a desk, done to it thousands of times, and what was lost.
//!
//! Each file has trials ([`trial::Trial`]), and each trial runs in two sizes: small ones are the
//! tests below, long ones are what `RELIABILITY.md` is made of:
//!
//! `cargo test --release --locked --test laws --test trust -- --ignored --nocapture`
//!
//! `TIX_TRIAL=power` runs the long size of those whose name begins so, and writes nothing.
//! `TIX_SEED=7` throws other dice than usual. Each trial has a sabotage beside it: a test that shows
//! that it can fail.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![cfg(unix)]

mod care;
mod check;
mod clocks;
#[path = "../it/strange/corpus.rs"]
mod corpus;
#[path = "../oracle/dice.rs"]
mod dice;
mod disk;
#[path = "../laws/edits.rs"]
mod edited;
mod edits;
mod faults;
mod full;
#[expect(dead_code, reason = "more of it is used there")]
#[path = "../it/desk.rs"]
mod it;
mod pages;
mod power;
mod readonly;
mod run;
mod session;
mod several;
mod storm;
mod strangers;
mod trial;
mod upgrade;
mod wal;
mod writers;

use trial::Trial;

/// Says which trials there are, in the order of the report, and makes a test of each one's small size.
macro_rules! trials {
    ($($name:ident: $module:ident::$trial:ident,)*) => {
        const TRIALS: &[&Trial] = &[$(&$module::$trial),*];

        mod small {
            $(#[test]
            fn $name() {
                super::trial::small(&super::$module::$trial);
            })*
        }
    };
}

trials! {
    power_loss: power::TRIAL,
    faults: faults::TRIAL,
    kills: storm::ONE,
    kills_of_three: storm::THREE,
    writers: writers::TRIAL,
    full_disk: full::TRIAL,
    read_only: readonly::TRIAL,
    damaged_logs: wal::TRIAL,
    damaged_files: pages::TRIAL,
    whole_desks: care::TRIAL,
    upgrades: upgrade::TRIAL,
    wrong_clocks: clocks::TRIAL,
    edits: edits::TRIAL,
    hostile_texts: strangers::TEXTS,
    hostile_queries: strangers::QUERIES,
    hostile_files: strangers::FILES,
    several_machines: several::TRIAL,
}

#[test]
#[ignore = "takes twenty minutes; see the head of this file"]
fn the_long_run() {
    trial::long(TRIALS);
}
