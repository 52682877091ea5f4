//! The support desk itself: pure values and rules, without I/O, SQL or a command line.

pub mod dates;
pub mod diff;
pub mod draft;
pub mod event;
pub mod ids;
pub mod likeness;
pub mod past;
pub mod person;
pub mod query;
pub mod snippet;
pub mod text;
pub mod ticket;
pub mod words;
