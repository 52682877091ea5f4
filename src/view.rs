//! The answers of tix before they have a look. Serialised, they are the `--json` contract.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::event::{self, Entry, Event, Field};
use crate::domain::ids::{Number, Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::query::Group;

mod articles;
mod copies;
mod customers;
mod desk;
mod drafts;
mod failure;
mod files;
mod keys;
mod lists;
mod promises;
mod purge;
mod sla;
mod sync;
mod ticket;

pub use articles::{Article, ArticleName, Articles, Beside, FoundArticle, Helped, Mention};
pub use copies::{Backup, Care, Check, Gap, Proof, Restored, Salvaged, State};
pub use customers::{Customer, Customers, Latest};
pub use desk::{Info, Initialised};
pub use drafts::{Draft, Handled};
pub use failure::Failure;
pub use files::{File, Files};
pub use keys::{Key, Keyed};
pub use lists::{
    Alike, CannedReply, Count, Counter, Each, Explained, Found, Hit, Keep, Kept, Put, Rows, Saved,
    Shape, Similar, Sink, Stream, Tally, Urgent, Why, Written, rounded, total,
};
pub use promises::{
    ALWAYS, Calendar, Coming, Due, Elapsed, Holiday, Open, Reckoned, Targets, Tier, Week,
};
pub use purge::{Fault, Finding, HeldBy, Purged, Still, Verified};
pub use sla::{
    Attained, By, Cycle, Day, Explanation, Owed, Promises, Reading, Remeasured, Stretch,
};
pub use sync::{Asking, Bundle, Disputed, Member, Renumbered, Shared, Sharing, Synced};
pub use ticket::{
    Attachment, Clock, Conflict, Contact, Link, Message, Messages, Origin, Sla, Ticket, Time,
};

/// What `log` shows of one change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// Its name.
    pub change: String,
    /// When it was made.
    pub at: Time,
    /// Who made it.
    pub actor: Person,
    /// What it did, in words.
    pub summary: String,
    /// Its effect is taken back.
    pub undone: bool,
    /// The change that it undoes.
    pub undoes: Option<String>,
    /// The change that it redoes.
    pub redoes: Option<String>,
    /// The tickets it touched.
    pub tickets: Vec<String>,
    /// What happened, one by one; the first hundred.
    pub events: Vec<Line>,
}

/// One event of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Line {
    /// The ticket's number; none for the desk itself.
    pub ticket: Option<String>,
    /// The field that changed, or what happened.
    pub what: String,
    /// What it was.
    pub from: Option<String>,
    /// What it became.
    pub to: Option<String>,
    /// The message's text before; only in the log of a message.
    pub before: Option<String>,
    /// The message's text after; only in the log of a message.
    pub after: Option<String>,
}

impl Line {
    /// The tickets that `entry` speaks of, the one that it is about first.
    #[must_use]
    pub fn about(entry: &Entry) -> Vec<Uid> {
        let other = match &entry.content.event {
            Event::Linked(link) | Event::Unlinked(link) => vec![link.to],
            Event::Said(message) => {
                message.origin.map(|origin| origin.ticket).into_iter().collect()
            }
            Event::Set(swap) => {
                let into =
                    |field: &Field| if let Field::Merged(into) = field { *into } else { None };
                [&swap.from, &swap.to].into_iter().filter_map(into).collect()
            }
            _ => Vec::new(),
        };
        [vec![entry.ticket], other].concat()
    }

    /// What `entry` says; of the tickets that it is [about](Self::about), these are the numbers.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a table, a line for each")]
    pub fn of(entry: &Entry, numbers: &BTreeMap<Uid, Number>) -> Self {
        let ticket = numbers.get(&entry.ticket).copied();
        let name = ticket.map(|number| number.to_string());
        let message = |number: &Number| {
            ticket.map_or_else(String::new, |ticket| format!("{ticket}.{}", number.within(ticket)))
        };
        // By uid where the other has no number here yet.
        let other = |uid: Uid| numbers.get(&uid).map_or_else(|| uid.to_string(), Number::to_string);
        let origin = |origin: &crate::domain::event::Origin| {
            numbers.get(&origin.ticket).map(|on| format!("{on}.{}", origin.number.within(*on)))
        };
        let placed =
            |file: &event::Attachment, on: &Number| format!("{} on {}", file.name, message(on));
        let line = |what: &str, from: Option<String>, to: Option<String>| Self {
            ticket: name.clone(),
            what: what.to_owned(),
            from,
            to,
            before: None,
            after: None,
        };
        match &entry.content.event {
            Event::Opened { opening, .. } => line("opened", None, Some(opening.title.clone())),
            Event::Numbered(swap) => {
                line("number", Some(swap.from.to_string()), Some(swap.to.to_string()))
            }
            Event::Voided => line("voided", None, None),
            Event::Restored => line("restored", None, None),
            Event::Set(swap) => {
                let said = |field: &Field| match field {
                    Field::Merged(into) => into.map(other),
                    field => Some(field.value()),
                };
                line(swap.to.name(), said(&swap.from), said(&swap.to))
            }
            Event::Labelled(label) => line("label", None, Some(label.clone())),
            Event::Unlabelled(label) => line("label", Some(label.clone()), None),
            Event::Referred(source) => line("ref", None, Some(source.clone())),
            Event::Unreferred(source) => line("ref", Some(source.clone()), None),
            Event::Said(said) => {
                let from = said.origin.as_ref().and_then(origin);
                line(said.kind.word(), from, Some(message(&said.number)))
            }
            Event::Unsaid(number) => line("message", Some(message(number)), None),
            Event::Resaid(number) => line("message", None, Some(message(number))),
            Event::Reworded { message: number, .. } => {
                line("edited", Some(message(number)), Some(message(number)))
            }
            Event::Linked(to) => line(to.kind.word(), None, Some(other(to.to))),
            Event::Unlinked(to) => line(to.kind.word(), Some(other(to.to)), None),
            Event::Attached { message: on, file } => line("file", None, Some(placed(file, on))),
            Event::Detached { message: on, file } => line("file", Some(placed(file, on)), None),
            Event::Kept { key, swap } => {
                let name = |text: &Option<String>| text.as_ref().map(|_| key.clone());
                line("kept", name(&swap.from), name(&swap.to))
            }
            Event::Imported { format, from } => {
                line("imported", Some(from.clone()), Some(format.clone()))
            }
            Event::Purged(purge) => line("purged", None, Some(purge.said(ticket))),
            Event::Erased => line("erased", None, None),
            Event::Unknown => line("unknown", None, None),
        }
    }
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Imported {
    /// The name of the format.
    pub format: String,
    /// Tickets that were not there before.
    pub added: u64,
    /// Tickets that were there and changed in the source.
    pub updated: u64,
    /// Tickets that were there and are the same.
    pub known: u64,
    /// Messages that were not there before.
    pub messages: u64,
    /// Articles of the knowledge base.
    pub articles: Counts,
    /// Canned replies, customers, tiers, calendars and the like that were not there before.
    pub kept: u64,
    /// Tickets, messages and customers that were purged here, and stay so.
    pub purged: u64,
    /// Records that hold no ticket, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Records that could not be read.
    pub rejected: Vec<Rejected>,
    /// The change, unless nothing changed.
    pub change: Option<String>,
    /// It was only tried.
    pub dry_run: bool,
}

/// How many an import brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Those that were not there before.
    pub added: u64,
    /// Those that were there and changed in the source.
    pub updated: u64,
    /// Those that were there and are the same.
    pub known: u64,
}

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rejected {
    /// Where it stands.
    pub place: String,
    /// Why it could not be read.
    pub reason: String,
}

/// What a command changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// One line per ticket, as it is printed on a terminal.
    pub lines: Vec<String>,
    /// The tickets as they now stand.
    pub tickets: Vec<Ticket>,
    /// The change's name, unless nothing changed.
    pub change: Option<String>,
    /// It was only tried.
    pub dry_run: bool,
    /// When not on a terminal, print the IDs.
    pub announce: bool,
}

/// What `undo` and `redo` did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TakenBack {
    /// `undo` or `redo`.
    #[serde(skip)]
    pub redo: bool,
    /// The new change.
    pub change: String,
    /// The change that was taken back or brought back.
    pub target: String,
    /// What that change had done, in words.
    pub summary: String,
    /// The tickets touched.
    pub tickets: Vec<String>,
    /// It was only tried.
    pub dry_run: bool,
}

/// How whole tickets were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Only one was.
    pub single: bool,
    /// They are shown as they stood at this moment, and something has happened since.
    pub as_of: Option<Timestamp>,
    /// With signatures, and the history that mail programs copy below an answer.
    pub quotes: bool,
}

/// The first page: what waits for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dashboard {
    /// Open tickets past their due time.
    pub overdue: u64,
    /// Open tickets that are due later today, or whose first clock is.
    pub due_today: u64,
    /// Open tickets that wait for us.
    pub awaiting_us: u64,
    /// Open tickets that wait for their requester.
    pub awaiting_requester: u64,
    /// Open tickets nobody has looked at.
    pub new: u64,
    /// All open tickets.
    pub open: u64,
    /// Open tickets that wait for us and are snoozed.
    pub snoozed: u64,
    /// Tickets on which a clock is breached.
    pub breached: u64,
    /// Tickets on which a clock has less than a quarter left, and is not breached.
    pub at_risk: u64,
}

/// A setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Setting {
    /// Its key in `config.toml`.
    pub key: String,
    /// Its value; none where it is not set.
    pub value: Option<String>,
    /// Where the value comes from.
    pub from: String,
}

/// Text as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Text {
    /// The text.
    pub text: String,
}

/// What a document says of its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Meta<M> {
    /// What it says besides.
    #[serde(flatten)]
    pub made: M,
    /// How many are here.
    pub returned: u64,
    /// How many match.
    pub total: u64,
    /// A limit cut the list.
    pub truncated: bool,
}

impl<M> Meta<M> {
    /// The same, saying something else besides.
    #[must_use]
    pub fn with<N>(self, made: N) -> Meta<N> {
        let Self { returned, total, truncated, .. } = self;
        Meta { made, returned, total, truncated }
    }
}

/// What is said besides of an answer that changed nothing: nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unmade {}

/// What is said besides of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Made {
    /// The change's name, for `tix undo`; null when everything was so already.
    pub change: Option<String>,
    /// It was only tried.
    pub dry_run: bool,
}

/// An answer.
pub enum View<'a> {
    /// Tickets in a list.
    Tickets(Rows<'a>),
    /// Tickets found by their words, the best first.
    Found(Rows<'a>),
    /// Tickets that are like another, the best first.
    Similar(Rows<'a>),
    /// How many tickets match.
    Count(Count),
    /// How many of each kind, by what they were counted.
    Tallies(Vec<Tally>, Vec<Group>),
    /// Saved queries.
    Saved(Vec<Saved>, Kept),
    /// Canned replies, what was done with them, and the change that did it.
    Canned(Vec<CannedReply>, Kept, Made),
    /// Articles of the knowledge base, and what was done with them.
    Articles(Articles),
    /// Customers, and what was done with them.
    Customers(Customers),
    /// What is owed, and what was kept.
    Promises(Promises),
    /// Business calendars, what was done with them, and the change that did it.
    Calendars(Vec<Calendar>, Kept, Made),
    /// What was reckoned by a calendar.
    Reckoned(Reckoned),
    /// Support tiers, what was done with them, and the change that did it.
    Tiers(Vec<Tier>, Kept, Made),
    /// Texts that are not stored yet.
    Drafts(Vec<Draft>, Handled),
    /// What a query means.
    Explained(Box<Explained>),
    /// Whole tickets with their conversations.
    Shown(Vec<Ticket>, Look),
    /// Files on a ticket.
    Files(Files),
    /// Whole tickets: JSON lines unless an output flag says otherwise.
    Exported(Rows<'a>),
    /// Somebody else's format.
    Streamed(Stream<'a>),
    /// Copies of the desk, and how it is.
    Care(Care),
    /// What was written into a file or a folder.
    Written(Written),
    /// What a command changed.
    Changed(Changed),
    /// Changes, newest first; the flag says that only some were asked for.
    Log(Vec<Change>, bool),
    /// What `undo` or `redo` did.
    TakenBack(TakenBack),
    /// What `purge` did.
    Purged(Purged),
    /// What `verify` found.
    Verified(Verified),
    /// What an import did.
    Imported(Imported),
    /// What there is to know about the desk.
    Info(Box<Info>),
    /// The first page, and its list.
    Dashboard(Dashboard, Rows<'a>),
    /// Settings.
    Config(Vec<Setting>),
    /// A setting that was changed.
    Configured(Setting),
    /// The desk here.
    Initialised(Initialised),
    /// The user's key, and what was done with it.
    Key(Key, Keyed),
    /// About sharing.
    Shared(Shared),
    /// Text as it is: help, completions, man pages.
    Text(Text),
}

impl View<'_> {
    /// Text as it is.
    pub fn text(text: impl Into<String>) -> Self {
        View::Text(Text { text: text.into() })
    }

    /// Was something changed for this answer?
    #[must_use]
    pub fn changed(&self) -> bool {
        match self {
            View::Changed(changed) => changed.change.is_some() && !changed.dry_run,
            View::TakenBack(taken) => !taken.dry_run,
            View::Purged(purged) => purged.change.is_some() && !purged.dry_run,
            View::Imported(imported) => imported.change.is_some() && !imported.dry_run,
            View::Initialised(desk) => desk.made,
            View::Key(_, done) => *done != Keyed::Shown,
            View::Care(Care::Restored(restored)) => !restored.dry_run,
            View::Canned(_, _, made)
            | View::Articles(Articles::Changed { made, .. })
            | View::Customers(Customers { made, .. })
            | View::Calendars(_, _, made)
            | View::Tiers(_, _, made)
            | View::Promises(Promises::Remeasured(_, made)) => {
                made.change.is_some() && !made.dry_run
            }
            View::Configured(_)
            | View::Saved(_, Kept::Saved | Kept::Forgotten)
            | View::Drafts(_, Handled::Removed) => true,
            _ => false,
        }
    }
}
