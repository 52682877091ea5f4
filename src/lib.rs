//! tix: support tickets from the terminal, offline, in one binary over one SQLite file.

pub mod domain;
pub mod error;
