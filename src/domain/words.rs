//! The fixed vocabularies: status, resolution, priority, channel, message kinds.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, listed, nearest};

/// An enum whose values are lower-case words, in the order that comparisons use.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident ($what:literal) { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),* }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word for it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }

            /// Its place in the order, from 0: how it is stored.
            #[must_use]
            pub fn rank(self) -> i64 {
                self as i64
            }

            /// The value stored as `rank`.
            #[must_use]
            pub fn from_rank(rank: i64) -> Option<Self> {
                usize::try_from(rank).ok().and_then(|rank| Self::ALL.get(rank).copied())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                let lower = text.trim().to_lowercase();
                let words = || Self::ALL.iter().map(|value| value.word());
                Self::ALL.iter().find(|value| value.word() == lower).copied().ok_or_else(|| {
                    let error = Error::invalid(format!(concat!("no ", $what, " `{}`"), text.trim()));
                    let there = format!("there are {}", listed(words()));
                    match nearest(&lower, words()) {
                        Some(near) => error.because(there).hint(format!("did you mean `{near}`?")),
                        None => error.because(there),
                    }
                })
            }
        }
    };
}

vocabulary! {
    /// Where a ticket stands.
    Status ("status") {
        /// Nobody of us has looked.
        New = "new",
        /// It is our turn.
        Open = "open",
        /// We wait for the requester.
        Pending = "pending",
        /// We wait for something else: a release, a third party.
        Hold = "hold",
        /// Done, with a resolution.
        Closed = "closed",
    }
}

vocabulary! {
    /// How a closed ticket ended.
    Resolution ("resolution") {
        /// The problem is gone.
        Solved = "solved",
        /// The question has its answer.
        Answered = "answered",
        /// It stays as it is.
        Wontfix = "wontfix",
        /// Another ticket is about the same.
        Duplicate = "duplicate",
        /// Nothing to act on.
        Invalid = "invalid",
        /// Nobody came back.
        Stale = "stale",
    }
}

vocabulary! {
    /// How much it matters.
    Priority ("priority") {
        /// Whenever there is time.
        Low = "low",
        /// The ordinary case.
        Normal = "normal",
        /// Before the ordinary ones.
        High = "high",
        /// At once.
        Urgent = "urgent",
    }
}

vocabulary! {
    /// How a ticket reached us.
    Channel ("channel") {
        /// Typed here.
        Cli = "cli",
        /// By mail.
        Email = "email",
        /// A forum or mailing list.
        Forum = "forum",
        /// A chat.
        Chat = "chat",
        /// A web form or issue tracker.
        Web = "web",
        /// A call.
        Phone = "phone",
        /// Another program.
        Api = "api",
    }
}

vocabulary! {
    /// Who may read a message. Nothing turns one kind into the other.
    MessageKind ("kind of message") {
        /// Public: the requester reads it.
        Reply = "reply",
        /// Internal: only we read it.
        Note = "note",
    }
}

vocabulary! {
    /// What a ticket has to do with another, read from the one that the link stands on.
    LinkKind ("kind of link") {
        /// The other cannot go on before this one is closed.
        Blocks = "blocks",
        /// They have to do with each other.
        Relates = "relates",
        /// It is about the same as the other.
        Duplicates = "duplicates",
    }
}

vocabulary! {
    /// What people call a link, from either of its ends.
    Relation ("kind of link") {
        /// The other cannot go on before this one is closed.
        Blocks = "blocks",
        /// They have to do with each other.
        Relates = "relates",
        /// It is about the same as the other.
        Duplicates = "duplicates",
        /// This one cannot go on before the other is closed.
        BlockedBy = "blocked-by",
        /// The other is about the same as this one.
        DuplicatedBy = "duplicated-by",
    }
}

impl Relation {
    /// The kind of the link, and whether it stands on the other ticket.
    #[must_use]
    pub fn link(self) -> (LinkKind, bool) {
        match self {
            Relation::Blocks => (LinkKind::Blocks, false),
            Relation::Relates => (LinkKind::Relates, false),
            Relation::Duplicates => (LinkKind::Duplicates, false),
            Relation::BlockedBy => (LinkKind::Blocks, true),
            Relation::DuplicatedBy => (LinkKind::Duplicates, true),
        }
    }

    /// Is a link of this kind meant, on this ticket or on the other? Relating goes both ways.
    #[must_use]
    pub fn means(self, kind: LinkKind, back: bool) -> bool {
        self.link() == (kind, back) || (self == Relation::Relates && kind == LinkKind::Relates)
    }
}

vocabulary! {
    /// Whose words a message holds.
    By ("side") {
        /// Ours.
        Us = "us",
        /// The requester's.
        Requester = "requester",
        /// Somebody else's.
        Other = "other",
    }
}

/// Status, resolution and the moment of closing: they change together, so that they can be taken
/// back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Where the ticket stands.
    pub status: Status,
    /// How it ended, when closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// Since when it is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<super::ids::Timestamp>,
}

impl State {
    /// A state that is not closed.
    #[must_use]
    pub fn of(status: Status) -> Self {
        Self { status, resolution: None, closed_at: None }
    }

    /// Closed `at` a moment as `resolution`.
    #[must_use]
    pub fn closed(resolution: Resolution, at: super::ids::Timestamp) -> Self {
        Self { status: Status::Closed, resolution: Some(resolution), closed_at: Some(at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_not_there_offers_the_nearest() {
        let error = "opne".parse::<Status>().unwrap_err();
        assert_eq!(error.what, "no status `opne`");
        assert_eq!(error.hint.as_deref(), Some("did you mean `open`?"));
        assert_eq!("Urgent".parse::<Priority>().unwrap(), Priority::Urgent);
        assert!(Priority::High > Priority::Normal);
    }
}
