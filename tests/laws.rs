//! The laws of the house, each tried on random histories: see "The heart" of the architecture.
//!
//! `PROPTEST_CASES=10000 cargo test --test laws` tries harder.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "laws/chain.rs"]
mod chain;
#[path = "laws/clocks.rs"]
mod clocks;
#[path = "laws/corpora.rs"]
mod corpora;
#[path = "laws/dates.rs"]
mod dates;
#[path = "laws/desk.rs"]
mod desk;
#[expect(dead_code, reason = "more of it is used by the trials")]
#[path = "laws/edits.rs"]
mod edits;
#[path = "laws/files.rs"]
mod files;
#[path = "laws/fold.rs"]
mod fold;
#[path = "laws/garbage.rs"]
mod garbage;
#[path = "laws/history.rs"]
mod history;
#[path = "laws/holidays.rs"]
mod holidays;
#[path = "laws/leaks.rs"]
mod leaks;
#[path = "laws/meeting.rs"]
mod meeting;
#[path = "oracle/mod.rs"]
mod oracle;
#[path = "laws/past.rs"]
mod past;
#[path = "laws/promises.rs"]
mod promises;
#[path = "laws/purge.rs"]
mod purge;
#[path = "laws/query.rs"]
mod query;
#[path = "laws/replicas.rs"]
mod replicas;
#[path = "laws/similar.rs"]
mod similar;
#[path = "laws/stories.rs"]
mod stories;
#[path = "laws/surgery.rs"]
mod surgery;
#[path = "laws/sync.rs"]
mod sync;
#[path = "laws/threads.rs"]
mod threads;
#[path = "laws/undo.rs"]
mod undo;
#[path = "laws/verify.rs"]
mod verify;
