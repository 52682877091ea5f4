//! A ticket as it is shown, and what it is made of.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{ArticleName, Why};
use crate::domain::clocks::{Name, Reading, State};
use crate::domain::disguise::disguise;
use crate::domain::event::Attachment as File;
use crate::domain::ids::{Hash, Number, Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::ticket::{Post, Ticket as Fold};
use crate::domain::words::{By, Channel, MessageKind, Priority, Resolution, Status};

/// A moment as JSON shows it: RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub Timestamp);

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.rfc3339())
    }
}

impl JsonSchema for Time {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time", "pattern": "Z$" })
    }
}

/// A person as JSON shows a requester.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Contact {
    /// The name, when known.
    pub name: Option<String>,
    /// The address, when known.
    pub email: Option<String>,
}

impl Contact {
    /// What is odd about how they are called.
    #[must_use]
    pub fn disguise(&self) -> Option<String> {
        disguise(self.name.as_deref(), self.email.as_deref())
    }
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Messages {
    /// In lists.
    Count(i64),
    /// In `show` and exports.
    All(Vec<Message>),
}

/// A ticket.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
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
    /// The ticket that it was merged into.
    pub merged_into: Option<String>,
    /// What it has to do with other tickets; null in lists, which do not say.
    pub links: Option<Vec<Link>>,
    /// The clocks; none before tiers are set up.
    pub sla: Option<Sla>,
    /// The articles of the knowledge base that are linked to it; only in `show` and after changes, and
    /// only where there are some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub articles: Vec<ArticleName>,
    /// Values that lost against a concurrent change; only where there are some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// Why it is here; only in searches and the like, whose schemas are [`super::Found`] and
    /// [`super::Similar`].
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub hit: Option<Box<Why>>,
    /// Why it is urgent; only in `next`, whose schema is that of [`super::Urgent`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub reason: Option<String>,
}

/// Another ticket, and what this one has to do with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Link {
    /// `blocks`, `blocked-by`, `relates`, `duplicates`, `duplicated-by`, `merged-into` or
    /// `merged-from`.
    pub kind: String,
    /// The other's number.
    pub id: String,
    /// The other's identity.
    pub uid: Uid,
    /// The other's title, for people.
    #[serde(skip)]
    pub title: String,
    /// Where the other stands, for people: its status, or what it was merged into.
    #[serde(skip)]
    pub stands: String,
}

/// A file that belongs to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attachment {
    /// What its sender calls it.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// The BLAKE3 hash of its bytes.
    pub hash: Hash,
    /// What its sender says it is, such as `image/png`.
    #[serde(rename = "type")]
    pub media: Option<String>,
    /// Its bytes in base64: only in exports, and only where they are on the desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
}

impl From<File> for Attachment {
    fn from(file: File) -> Self {
        let File { name, size, hash, media } = file;
        Self { name, size, hash, media, data: None }
    }
}

/// The clocks of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sla {
    /// Those that run, and those that have ended.
    pub clocks: Vec<Clock>,
}

/// A clock of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Clock {
    /// What it measures.
    pub name: Name,
    /// How long there is, in seconds of business time.
    pub target_s: i64,
    /// When that is used up; null while it is paused.
    pub due_at: Option<Time>,
    /// How it stands.
    pub state: State,
    /// How many seconds of business time are left, negative when more is used up.
    pub remaining_s: Option<i64>,
}

impl Clock {
    /// A clock as it was read.
    #[must_use]
    pub fn of(name: Name, reading: &Reading) -> Self {
        let Reading { state, target: target_s, due_at, .. } = *reading;
        let (due_at, remaining_s) = (due_at.map(Time), Some(reading.left()));
        Self { name, target_s, due_at, state, remaining_s }
    }
}

/// A value that lost against a concurrent change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Conflict {
    /// The field, or the message's number.
    pub field: String,
    /// The value that stands.
    pub kept: String,
    /// The value that does not.
    pub lost: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
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
    pub attachments: Vec<Attachment>,
    /// Whom it is for, where it is a public message of ours and that is known.
    pub to: Vec<Person>,
    /// The message that it answers, such as `42.2`.
    pub answers: Option<String>,
    /// Where it first stood, if a merge or a split brought it here.
    pub origin: Option<Origin>,
    /// A machine wrote it on its own, such as a report that a mail could not be delivered.
    pub automatic: bool,
    /// When its text was erased for good; null in exports.
    pub purged_at: Option<Time>,
}

/// Where a message first stood before it was moved to another ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Origin {
    /// The ticket's identity.
    pub ticket: Uid,
    /// The message's number there.
    pub message: Number,
    /// What it was called there, such as `7.2`; null where the ticket is not known.
    pub id: Option<String>,
}

impl Message {
    fn of(post: Post, ticket: Number) -> Self {
        let mut message = post.message;
        if post.purged.is_some() {
            message.reference = None;
        }
        let id = |number: Number| format!("{ticket}.{}", number.within(ticket));
        Self {
            id: id(message.number),
            kind: message.kind,
            author: message.author,
            by: message.by,
            body: message.wording.body,
            created_at: Time(post.created_at),
            edited_at: message.wording.edited_at.map(Time),
            reference: message.reference,
            attachments: post.attachments.into_iter().map(Attachment::from).collect(),
            to: message.to,
            answers: message.answers.map(id),
            origin: message.origin.map(|it| Origin {
                ticket: it.ticket,
                message: it.number,
                id: None,
            }),
            automatic: message.automatic,
            purged_at: post.purged.map(|gone| Time(gone.at)),
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
            merged_into: None,
            links: None,
            sla: None,
            conflicts,
            articles: Vec::new(),
            hit: None,
            reason: None,
        }
    }
}

impl From<&Fold> for Ticket {
    fn from(fold: &Fold) -> Self {
        Self::from(fold.clone())
    }
}
