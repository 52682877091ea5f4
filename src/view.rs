//! The answers of tix before they have a look. Serialised, they are the `--json` contract.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::event::{Entry, Field};
use crate::domain::ids::{Number, Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::ticket::{Post, Ticket as Fold};
use crate::domain::words::{By, Channel, MessageKind, Priority, Resolution, Status};
use crate::error::Result;

/// A moment as JSON shows it: RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub Timestamp);

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.rfc3339())
    }
}

/// A person as JSON shows a requester.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// The name, when known.
    pub name: Option<String>,
    /// The address, when known.
    pub email: Option<String>,
}

impl From<Person> for Contact {
    fn from(person: Person) -> Self {
        Self { name: person.name, email: person.email }
    }
}

impl std::fmt::Display for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.name, &self.email) {
            (Some(name), Some(email)) => write!(f, "{name} <{email}>"),
            (name, email) => {
                f.write_str(name.as_ref().or(email.as_ref()).map_or("", String::as_str))
            }
        }
    }
}

/// The messages of a ticket: how many, or which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Messages {
    /// In lists.
    Count(i64),
    /// In `show` and exports.
    All(Vec<Message>),
}

/// A ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ticket {
    /// Its number, as text: `42`, `b7`.
    pub id: String,
    /// Its identity, a UUID.
    pub uid: Uid,
    /// One line.
    pub title: String,
    /// The first message's text.
    pub description: String,
    /// Where it stands.
    pub status: Status,
    /// How it ended, when closed.
    pub resolution: Option<Resolution>,
    /// How much it matters.
    pub priority: Priority,
    /// Sorted.
    pub labels: BTreeSet<String>,
    /// Who of us works on it.
    pub assignee: Option<Person>,
    /// Who asked.
    pub requester: Option<Contact>,
    /// Whose customer the requester is.
    pub customer: Option<String>,
    /// The support tier.
    pub tier: Option<String>,
    /// How it reached us.
    pub channel: Channel,
    /// External references, sorted.
    pub refs: BTreeSet<String>,
    /// Fields that only its source knows.
    pub fields: BTreeMap<String, String>,
    /// When it is due.
    pub due_at: Option<Time>,
    /// Hidden until then.
    pub snoozed_until: Option<Time>,
    /// Whose turn it is.
    pub turn: Option<By>,
    /// When it was opened.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
    /// When it was closed.
    pub closed_at: Option<Time>,
    /// How many messages, or which.
    pub messages: Messages,
    /// The clocks; none before tiers are set up.
    pub sla: Option<Sla>,
    /// Values that lost against a concurrent change; only where there are some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
}

/// The clocks of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sla {}

/// A value that lost against a concurrent change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The field, or the message's number.
    pub field: String,
    /// The value that stands.
    pub kept: String,
    /// The value that does not.
    pub lost: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// `42.3`.
    pub id: String,
    /// Public reply or internal note.
    pub kind: MessageKind,
    /// Who wrote it.
    pub author: Person,
    /// Whose words they are.
    pub by: By,
    /// What it says.
    pub body: String,
    /// When it was written.
    pub created_at: Time,
    /// When it was last edited.
    pub edited_at: Option<Time>,
    /// Its name where it came from.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Files that belong to it.
    pub attachments: Vec<String>,
}

impl Message {
    fn of(post: Post, ticket: Number) -> Self {
        let message = post.message;
        Self {
            id: format!("{ticket}.{}", message.number.within(ticket)),
            kind: message.kind,
            author: message.author,
            by: message.by,
            body: message.wording.body,
            created_at: Time(post.created_at),
            edited_at: message.wording.edited_at.map(Time),
            reference: message.reference,
            attachments: Vec::new(),
        }
    }
}

impl From<Fold> for Ticket {
    fn from(fold: Fold) -> Self {
        let (number, turn, updated_at) = (fold.number(), fold.turn(), fold.updated_at());
        let description = fold.description().to_owned();
        let conflict = |c: crate::domain::ticket::Conflict| Conflict {
            field: c.field,
            kept: c.kept,
            lost: c.lost,
        };
        let (uid, created_at) = (fold.uid, fold.created_at);
        let conflicts = fold.conflicts.iter().cloned().map(conflict).collect();
        let (now, conversation) = fold.into_conversation();
        Self {
            id: number.to_string(),
            uid,
            title: now.title,
            description,
            status: now.state.status,
            resolution: now.state.resolution,
            priority: now.priority,
            labels: now.labels,
            assignee: now.assignee,
            requester: now.requester.map(Contact::from),
            customer: now.customer,
            tier: now.tier,
            channel: now.channel,
            refs: now.refs,
            fields: now.fields,
            due_at: now.due_at.map(Time),
            snoozed_until: now.snoozed_until.map(Time),
            turn,
            created_at: Time(created_at),
            updated_at: Time(updated_at),
            closed_at: now.state.closed_at.map(Time),
            messages: Messages::All(
                conversation.into_iter().map(|post| Message::of(post, number)).collect(),
            ),
            sla: None,
            conflicts,
        }
    }
}

impl From<&Fold> for Ticket {
    fn from(fold: &Fold) -> Self {
        Self::from(fold.clone())
    }
}

/// Receives the rows of a streamed answer, one at a time.
pub type Sink<'s> = dyn FnMut(Ticket) -> Result<()> + 's;

/// Counts rows.
pub type Count<'a> = Box<dyn Fn() -> Result<u64> + 'a>;

/// Hands rows to a sink.
pub type Each<'a> = Box<dyn FnOnce(&mut Sink<'_>) -> Result<()> + 'a>;

/// A stream of tickets, read only when it is rendered.
pub struct Rows<'a> {
    /// How many are wanted; none for all.
    pub limit: Option<u64>,
    /// How many match, whatever the limit.
    pub count: Count<'a>,
    /// Hands each row to the sink.
    pub each: Each<'a>,
}

/// What `log` shows of one change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The ticket's number; none for the desk itself.
    pub ticket: Option<String>,
    /// The field that changed, or what happened.
    pub what: String,
    /// What it was.
    pub from: Option<String>,
    /// What it became.
    pub to: Option<String>,
}

impl Line {
    /// What `entry` says, about the ticket numbered `ticket`.
    #[must_use]
    pub fn of(entry: &Entry, ticket: Option<Number>) -> Self {
        use crate::domain::event::Event;
        let name = ticket.map(|number| number.to_string());
        let message = |number: &Number| {
            ticket.map_or_else(String::new, |ticket| format!("{ticket}.{}", number.within(ticket)))
        };
        let line = |what: &str, from: Option<String>, to: Option<String>| Self {
            ticket: name.clone(),
            what: what.to_owned(),
            from,
            to,
        };
        match &entry.content.event {
            Event::Opened { opening, .. } => line("opened", None, Some(opening.title.clone())),
            Event::Voided => line("voided", None, None),
            Event::Restored => line("restored", None, None),
            Event::Set(swap) => {
                let said = |field: &Field| Some(field.value());
                line(swap.to.name(), said(&swap.from), said(&swap.to))
            }
            Event::Labelled(label) => line("label", None, Some(label.clone())),
            Event::Unlabelled(label) => line("label", Some(label.clone()), None),
            Event::Referred(source) => line("ref", None, Some(source.clone())),
            Event::Unreferred(source) => line("ref", Some(source.clone()), None),
            Event::Said(said) => line(said.kind.word(), None, Some(message(&said.number))),
            Event::Unsaid(number) => line("message", Some(message(number)), None),
            Event::Resaid(number) => line("message", None, Some(message(number))),
            Event::Reworded { message: number, .. } => {
                line("edited", Some(message(number)), Some(message(number)))
            }
            Event::Imported { format, from } => {
                line("imported", Some(from.clone()), Some(format.clone()))
            }
            Event::Unknown => line("unknown", None, None),
        }
    }
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
    /// Records that hold no ticket, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Records that could not be read.
    pub rejected: Vec<Rejected>,
    /// The change, unless nothing changed.
    pub change: Option<String>,
    /// It was only tried.
    pub dry_run: bool,
}

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// Where it stands.
    pub place: String,
    /// Why it could not be read.
    pub reason: String,
}

/// What a command changed.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

/// What `info` says of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Info {
    /// The desk's file.
    pub desk: String,
    /// Why this one.
    pub why: String,
    /// Does it exist yet?
    pub exists: bool,
    /// Bytes on disk, the write-ahead log included.
    pub size: u64,
    /// Tickets by status.
    pub tickets: BTreeMap<String, u64>,
    /// Entries in the journal.
    pub entries: u64,
    /// Changes in the journal.
    pub changes: u64,
    /// The schema's version; none where there is no desk yet.
    pub schema: Option<i64>,
    /// Who acts.
    pub user: String,
    /// Where that is set.
    pub user_from: String,
    /// The zone that times are read and shown in.
    pub timezone: String,
    /// The config file.
    pub config: String,
    /// The version of tix.
    pub version: String,
}

/// The first page: what waits for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dashboard {
    /// Open tickets past their due time.
    pub overdue: u64,
    /// Open tickets due today.
    pub due_today: u64,
    /// Open tickets that wait for us.
    pub awaiting_us: u64,
    /// Open tickets that wait for their requester.
    pub awaiting_requester: u64,
    /// Open tickets nobody has looked at.
    pub new: u64,
    /// All open tickets.
    pub open: u64,
}

/// A setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Its key in `config.toml`.
    pub key: String,
    /// Its value; none where it is not set.
    pub value: Option<String>,
    /// Where the value comes from.
    pub from: String,
}

/// An answer.
pub enum View<'a> {
    /// Tickets in a list.
    Tickets(Rows<'a>),
    /// Whole tickets with their conversations; the flag says that one was asked for.
    Shown(Vec<Ticket>, bool),
    /// Whole tickets as JSON lines, whatever the output flags.
    Exported(Rows<'a>),
    /// What a command changed.
    Changed(Changed),
    /// Changes, newest first.
    Log(Vec<Change>),
    /// What `undo` or `redo` did.
    TakenBack(TakenBack),
    /// What an import did.
    Imported(Imported),
    /// What there is to know about the desk.
    Info(Box<Info>),
    /// The first page, and its list.
    Dashboard(Dashboard, Rows<'a>),
    /// Settings.
    Config(Vec<Setting>),
    /// The desk here, and whether it was made just now.
    Initialised(String, bool),
    /// Text as it is: help, completions, man pages.
    Text(String),
    /// Nothing to say.
    Nothing,
}

impl View<'_> {
    /// Was something changed for this answer?
    #[must_use]
    pub fn changed(&self) -> bool {
        match self {
            View::Changed(changed) => changed.change.is_some() && !changed.dry_run,
            View::TakenBack(taken) => !taken.dry_run,
            View::Imported(imported) => imported.change.is_some() && !imported.dry_run,
            View::Initialised(_, made) => *made,
            _ => false,
        }
    }
}
