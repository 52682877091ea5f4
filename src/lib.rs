//! tix: support tickets from the terminal, offline, in one binary over one SQLite file.
//!
//! The journal is the truth and the only thing written. A change is a handful of entries; tickets,
//! lists and counts are folds of them, kept in derived tables in the same transaction.
//!
//! A command's way, for `tix close 42`: [`run`] parses the command line into `commands::Close`,
//! whose `run` finds the ticket through a [`store::Reader`] and then makes one change:
//! [`store::Store::change`] takes the lock, the closure decides by what it reads inside, each
//! [`domain::event::Event`] is stamped, chained and stored, the tickets touched are folded anew and
//! their derived rows written, and the transaction is committed. What comes back is a
//! [`view::View`], which [`render`] writes as a line, a table or JSON.
//!
//! Modules have ranks, and import only from lower ones: error, domain, (view, config, io, keys),
//! (env, backups, drafts, store, import, prompt, render), cx, commands, cli.

pub mod backups;
mod cli;
mod commands;
pub mod config;
mod cx;
pub mod domain;
pub mod drafts;
pub mod env;
pub mod error;
pub mod export;
pub mod import;
pub mod io;
pub mod keys;
pub mod prompt;
pub mod render;
pub mod seal;
pub mod store;
pub mod sync;
pub mod view;

/// Runs the program on the process's arguments and streams; returns its exit code.
#[must_use]
pub fn run() -> std::process::ExitCode {
    store::bound_memory();
    cli::main()
}
