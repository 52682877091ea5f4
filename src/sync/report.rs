//! What a sync did, and what it has to say.

use crate::domain::event::Swap;
use crate::domain::ids::Timestamp;
use crate::domain::ids::{Machine, Number};
use crate::error::{counted, plural};

use super::circle::Member;

/// What a sync did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many entries of others came.
    pub received: u64,
    /// How many entries were sent.
    pub sent: u64,
    /// The letter that this machine got in this sync.
    pub letter: Option<Machine>,
    /// Which numbers became what because of that.
    pub numbered: Vec<Swap<Number>>,
    /// Who asks to be in.
    pub asks: Vec<Member>,
    /// We asked to be in, and nobody has let us in yet.
    pub waiting: bool,
    /// What is not as it should be.
    pub warnings: Vec<Warning>,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A commit of this machine is damaged or forged: it and what follows was left out.
    Damaged {
        /// Whose.
        whose: String,
        /// What is wrong with it.
        why: String,
        /// It is our own, and was sent anew.
        mended: bool,
    },
    /// Entries are missing before those that are there.
    Gap {
        /// Whose.
        whose: String,
        /// The first that is missing.
        from: u64,
        /// The last that is missing.
        until: u64,
    },
    /// Others have seen entries that the remote does not give us.
    Withheld {
        /// Whose.
        whose: String,
        /// How many.
        count: u64,
    },
    /// Entries are from more than a day ahead: they wait.
    Future {
        /// Whose.
        whose: String,
        /// The moment of the first of them.
        at: Timestamp,
        /// How many.
        count: u64,
        /// Now.
        now: Timestamp,
    },
    /// The remote gave less than it did before: what it lacked was sent again.
    Rewound {
        /// Whose.
        whose: String,
    },
    /// The remote has nothing any more of what it had: all of it was sent again.
    Emptied,
    /// Somebody was taken out, and what their machine sent after that was left out.
    Out {
        /// Whose.
        whose: String,
    },
    /// A machine runs a newer tix, whose entries cannot be read here.
    Newer {
        /// Whose.
        whose: String,
    },
    /// Our key is another one than this machine had.
    Rekeyed {
        /// How many entries had not been sent with the old one.
        count: u64,
    },
    /// Entries that only their machine may send are here and not on the remote.
    Waiting {
        /// Whose.
        whose: String,
        /// How many.
        count: u64,
    },
    /// Another copy of this desk went on by itself, or this one is an older copy of it.
    Copied {
        /// How many entries both had recorded for themselves.
        parted: u64,
    },
    /// Two copies of somebody else's desk went on by themselves.
    Parted {
        /// Whose.
        whose: String,
        /// How many entries of one were put aside as another machine's.
        count: u64,
    },
    /// A file did not come along.
    NoFile {
        /// Whose.
        whose: String,
    },
    /// The latest entry here is from more than a day ahead.
    Ahead {
        /// Its moment.
        at: Timestamp,
        /// Now.
        now: Timestamp,
    },
}

impl Warning {
    /// Is something left undone because of it?
    #[must_use]
    pub fn is_partial(&self) -> bool {
        match self {
            Warning::Damaged { mended, .. } => !mended,
            Warning::Rewound { .. }
            | Warning::Emptied
            | Warning::Out { .. }
            | Warning::Rekeyed { .. }
            | Warning::Waiting { .. }
            | Warning::Copied { .. }
            | Warning::Parted { .. } => false,
            Warning::Gap { .. }
            | Warning::Newer { .. }
            | Warning::Withheld { .. }
            | Warning::Future { .. }
            | Warning::NoFile { .. }
            | Warning::Ahead { .. } => true,
        }
    }

    /// What to say of it, and what to do.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a table, an entry for each")]
    pub fn words(&self) -> String {
        match self {
            Warning::Damaged { whose, why, mended: true } => {
                format!("what lay on the remote of {whose} was not right ({why}); it was sent anew")
            }
            Warning::Damaged { whose, why, .. } => format!(
                "a part of what {whose} sent is not right ({why}); it and what follows was left \
                 out: they send it anew at their next `tix sync`"
            ),
            Warning::Gap { whose, from, until } => format!(
                "the remote lacks entries {from} to {until} of {whose}; what follows was left out: \
                 ask for a bundle (`tix sync bundle export`)"
            ),
            Warning::Withheld { whose, count } => format!(
                "the remote does not give {} of {whose} that others have seen: if that stays so, \
                 ask for a bundle (`tix sync bundle export`)",
                counted(*count, "entry")
            ),
            Warning::Future { whose, at, count, now } => format!(
                "the clock of {whose} is {} ahead: {} {} until {}",
                days(*at, *now),
                counted(*count, "entry"),
                if *count == 1 { "waits" } else { "wait" },
                at.rfc3339()
            ),
            Warning::Rewound { whose } => format!(
                "the remote had less of {whose} than before; what was missing was sent again"
            ),
            Warning::Emptied => {
                "the remote had nothing any more of this desk; all of it was sent again".to_owned()
            }
            Warning::NoFile { whose } => format!(
                "a file that {whose} attached did not come along: ask them to attach it again"
            ),
            Warning::Ahead { at, now } => format!(
                "the latest entry here is {} ahead: others take it in, and what is recorded here after \
                 it, when that day comes; set this machine's clock right",
                days(*at, *now)
            ),
            Warning::Out { whose } => format!(
                "{whose} is out: what was sent after that is left out; let in again, they bring it"
            ),
            Warning::Newer { whose } => format!(
                "{whose} runs a newer tix, and what it sends cannot be read here: update tix"
            ),
            Warning::Rekeyed { count: 0 } => {
                "your key is another one now: this desk is a machine of its own from now on"
                    .to_owned()
            }
            Warning::Rekeyed { count } => format!(
                "your key is another one now: {} that {} not sent with the old one {} sent under \
                 another key, and nothing is lost",
                counted(*count, "entry"),
                if *count == 1 { "was" } else { "were" },
                are(*count),
            ),
            Warning::Waiting { whose, count } => format!(
                "{} of {whose} {} here and not on the remote: only that machine sends {}, at its \
                 next `tix sync`",
                counted(*count, "entry"),
                are(*count),
                if *count == 1 { "it" } else { "them" },
            ),
            Warning::Copied { parted: 0 } => {
                "this desk is an older copy of one that went on: it has what that one sent, and is \
                 a machine of its own from now on"
                    .to_owned()
            }
            Warning::Copied { parted } => format!(
                "another copy of this desk went on by itself: {} of this one {} kept under a \
                 name of {} own, and nothing is lost",
                counted(*parted, "entry"),
                are(*parted),
                if *parted == 1 { "its" } else { "their" },
            ),
            Warning::Parted { whose, count } => format!(
                "there are two copies of the desk of {whose}: {} of one {} kept aside, and nothing \
                 is lost",
                counted(*count, "entry"),
                are(*count),
            ),
        }
    }
}

fn are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn days(at: Timestamp, now: Timestamp) -> String {
    let days = u64::try_from((at.0 - now.0) / 86_400_000).unwrap_or(0);
    format!("{days} {}", plural(days, "day"))
}
