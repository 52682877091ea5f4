//! The support desk itself: pure values and rules, without I/O, SQL or a command line.

pub mod article;
pub mod calendar;
pub mod canned;
pub mod clocks;
pub mod conversation;
pub mod customer;
pub mod dates;
pub mod diff;
pub mod draft;
pub mod event;
pub mod ids;
pub mod likeness;
pub mod mail_id;
pub mod message;
pub mod opening;
pub mod past;
pub mod person;
pub mod policy;
pub mod purpose;
pub mod query;
pub mod snippet;
pub mod text;
pub mod ticket;
pub mod tier;
pub mod us;
pub mod words;
