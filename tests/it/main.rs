//! End-to-end tests: the real binary on a real file, in an empty folder with a fixed clock.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod arrival;
mod attachments;
mod bulk;
mod business;
mod calendars;
mod canned;
mod completion;
mod concurrency;
mod conversation;
mod customers;
mod demo;
mod desk;
mod drafts;
mod exports;
mod finding;
mod flags;
mod github;
mod golden;
mod holidays;
mod hostile;
mod imports;
mod input;
mod journal;
mod jq;
mod kb;
mod key;
mod links;
mod lists;
mod messages;
#[path = "../oracle/mod.rs"]
mod oracle;
mod output;
mod past;
mod prompts;
mod query;
mod search;
mod shipped;
mod similar;
mod sla;
mod streams;
mod surgery;
mod sync;
mod tiers;
mod undo;
mod whole;
