//! Customers, and what was done with them.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Kept, Made, Time};
use crate::domain::customer;
use crate::domain::words::Status;

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Customer {
    /// The name that they are kept under.
    pub name: String,
    /// What they are called in full.
    pub title: Option<String>,
    /// The support tier.
    pub tier: Option<String>,
    /// The addresses of their people.
    pub mails: Vec<String>,
    /// The mail domains whose people are theirs.
    pub domains: Vec<String>,
    /// What their people are called elsewhere.
    pub handles: Vec<String>,
    /// How many of their tickets are open.
    pub open: u64,
    /// How many tickets are theirs.
    pub tickets: u64,
    /// What we want to remember of them; internal.
    pub notes: Option<String>,
    /// Their tickets that changed last; null in a list.
    pub latest: Option<Vec<Latest>>,
}

/// A ticket of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Latest {
    /// Its number.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// When it was last changed.
    pub updated_at: Time,
}

impl Customer {
    /// A customer who is kept under `name`, with so many open tickets of so many.
    #[must_use]
    pub fn of(name: String, customer: customer::Customer, (open, tickets): (u64, u64)) -> Self {
        let customer::Customer { title, mails, domains, handles, tier, notes } = customer;
        Self { name, title, tier, mails, domains, handles, open, tickets, notes, latest: None }
    }
}

/// Customers, and what was done with them.
#[derive(Clone, Debug)]
pub struct Customers {
    /// Each as they stand now, or did before they were taken away.
    pub all: Vec<Customer>,
    /// What was done.
    pub done: Kept,
    /// The same, line by line, as it is printed on a terminal.
    pub lines: Vec<String>,
    /// The change that did it.
    pub made: Made,
}
