//! tix: support tickets from the terminal, offline, in one binary over one SQLite file.
//!
//! The journal is the truth and the only thing written. A change is a handful of entries; tickets,
//! lists and counts are folds of them, kept in derived tables in the same transaction.

pub mod domain;
pub mod error;
pub mod import;
pub mod store;
pub mod view;
