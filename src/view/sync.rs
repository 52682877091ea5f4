//! Sharing a desk, as it is shown.

use schemars::JsonSchema;
use serde::Serialize;

use super::Time;
use crate::domain::ids::Uid;

/// What a sync did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Synced {
    /// The remote, without a password that may stand in it.
    pub remote: String,
    /// How many entries of others came.
    pub received: u64,
    /// How many entries were sent.
    pub sent: u64,
    /// The letter that numbers given here begin with; `a` is shown as none.
    pub letter: Option<String>,
    /// Which numbers became what, because this machine got a letter.
    pub renumbered: Vec<Renumbered>,
    /// Values that lost against those of others, new with this sync.
    pub conflicts: Vec<Disputed>,
    /// Who asks to be in.
    pub asking: Vec<Asking>,
    /// We asked to be in, and nobody has let us in yet.
    pub waiting: bool,
    /// What to compare: of the desk, or of your own key where somebody has to let you in.
    pub fingerprint: String,
}

/// A number that became another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Renumbered {
    /// What it was.
    pub from: String,
    /// What it is.
    pub to: String,
}

/// Somebody who asks to be in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Asking {
    /// As they call themselves.
    pub name: String,
    /// Of their key, to compare with what they see.
    pub fingerprint: String,
}

/// How a desk is shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sharing {
    /// The remote, without a password; null where the desk is not shared.
    pub remote: Option<String>,
    /// The desk's fingerprint, the same on all machines.
    pub fingerprint: Option<String>,
    /// The letter that numbers given here begin with.
    pub letter: Option<String>,
    /// When it was last brought up to date.
    pub synced_at: Option<Time>,
    /// How many entries were recorded here and not sent.
    pub unsent: u64,
    /// We asked to be in, and nobody has let us in yet.
    pub waiting: bool,
    /// How many values lost against those of others and were not looked at since.
    pub conflicts: u64,
}

/// Somebody whose desk it is, or who asks to be in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Member {
    /// As they call themselves.
    pub name: String,
    /// Of their key.
    pub fingerprint: String,
    /// `member`, `removed` or `asking`.
    pub standing: String,
    /// It is you.
    pub you: bool,
    /// The letters of their machines.
    pub machines: Vec<String>,
}

/// A value that lost against one set at the same time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Disputed {
    /// The ticket's number, or what is kept: `customer/acme`.
    pub id: String,
    /// Its identity; all zero for what is kept.
    pub uid: Uid,
    /// Its title.
    pub title: String,
    /// The field, or the message's number on the ticket.
    pub field: String,
    /// The value that stands.
    pub kept: String,
    /// The value that does not.
    pub lost: String,
}

impl Disputed {
    /// What it is a conflict of, as people call it.
    #[must_use]
    pub fn name(&self) -> String {
        if self.is_kept() { self.title.clone() } else { format!("#{}", self.id) }
    }

    /// Is it of what is kept on the desk, not of a ticket?
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.uid == Uid::DESK
    }
}

/// A file that carries a desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bundle {
    /// The file.
    pub file: String,
    /// How many entries of others came from it.
    pub received: u64,
    /// How many machines' entries it carries.
    pub machines: u64,
    /// It was written, not read.
    pub written: bool,
}

/// An answer about sharing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shared {
    /// What a sync did.
    Synced(Box<Synced>),
    /// How the desk is shared.
    Sharing(Sharing),
    /// Whose desk it is, and what was done.
    Members(Vec<Member>, Option<String>),
    /// Values that lost; the flag says that one was asked for.
    Conflicts(Vec<Disputed>, bool),
    /// A file that carries a desk.
    Bundle(Bundle),
}
