//! End-to-end tests: the real binary on a real file, in an empty folder with a fixed clock.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod completion;
mod concurrency;
mod conversation;
mod demo;
mod desk;
mod finding;
mod flags;
mod github;
mod golden;
mod hostile;
mod input;
mod journal;
mod jq;
mod lists;
#[path = "../oracle/mod.rs"]
mod oracle;
mod output;
mod prompts;
mod query;
mod search;
mod shipped;
mod streams;
mod surgery;
mod undo;
