//! Lists of tickets, searches and counts.

use std::borrow::Cow;
use std::io::Write;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Mention, Ticket};
use crate::domain::query::Group;
use crate::domain::snippet::Snippet;
use crate::error::Result;

/// Receives the rows of a streamed answer, one at a time.
pub type Sink<'s> = dyn FnMut(Ticket) -> Result<()> + 's;

/// Counts rows.
pub type Counter<'a> = Box<dyn Fn() -> Result<u64> + 'a>;

/// Hands rows to a sink.
pub type Each<'a> = Box<dyn FnOnce(&mut Sink<'_>) -> Result<()> + 'a>;

/// A stream of tickets, read only when it is rendered.
pub struct Rows<'a> {
    /// How many are wanted; none for all.
    pub limit: Option<u64>,
    /// How many match, whatever the limit.
    pub count: Counter<'a>,
    /// Hands each row to the sink.
    pub each: Each<'a>,
    /// How a person asked to see them.
    pub shape: Shape,
    /// Articles of the knowledge base that fit too; none where nobody looked for any.
    pub articles: Option<Vec<Mention>>,
}

/// How many match, when `returned` were handed over: only a limit can have left some out.
///
/// # Errors
/// When the desk cannot be read.
pub fn total(returned: u64, limit: Option<u64>, count: &Counter<'_>) -> Result<u64> {
    if limit == Some(returned) { count() } else { Ok(returned) }
}

/// What is kept on a desk by its key, as exports have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Keep {
    /// Its key: `canned/thanks`.
    pub kept: String,
    /// What is kept under it.
    pub value: String,
}

/// Puts bytes.
pub type Put<'a> = Box<dyn FnOnce(&mut dyn Write) -> Result<()> + 'a>;

/// Bytes that are safe to print, written when they are rendered.
pub struct Stream<'a>(pub Put<'a>);

/// What was written into a file or a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Written {
    /// The file, or the folder.
    pub to: String,
    /// The format.
    pub format: String,
    /// How many tickets.
    pub tickets: u64,
    /// How many files.
    pub files: u64,
    /// Internal notes are in it.
    pub notes: bool,
}

/// How a person asked to see a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Dates and times instead of how long ago.
    pub absolute: bool,
    /// Everything, however wide it gets.
    pub wide: bool,
    /// The default query that narrows it.
    pub scope: Option<String>,
}

/// How many tickets match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Count {
    /// So many.
    pub count: u64,
}

/// How many tickets there are of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// What they have in common; none where they have no value.
    pub keys: Vec<(Group, Option<String>)>,
    /// So many.
    pub count: u64,
}

impl Serialize for Tally {
    fn serialize<S: serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = to.serialize_map(Some(self.keys.len() + 1))?;
        for (group, value) in &self.keys {
            map.serialize_entry(group.name(), value)?;
        }
        map.serialize_entry("count", &self.count)?;
        map.end()
    }
}

impl JsonSchema for Tally {
    fn schema_name() -> Cow<'static, str> {
        "Tally".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let value = || json!({ "type": ["string", "null"] });
        let groups = Group::ALL.iter().map(|(_, name)| ((*name).to_owned(), value()));
        let mut properties: Map<String, Value> = groups.collect();
        properties.insert("count".to_owned(), json!({ "type": "integer", "minimum": 0 }));
        json_schema!({ "type": "object", "properties": properties, "required": ["count"] })
    }
}

/// What was done with saved queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All were asked for.
    All,
    /// One was asked for.
    One,
    /// One was saved.
    Saved,
    /// One was taken out.
    Forgotten,
}

/// A saved query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Saved {
    /// Its name.
    pub name: String,
    /// The query.
    pub query: String,
}

/// A canned reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CannedReply {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The places that a ticket fills in.
    pub places: Vec<String>,
}

/// What a query means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explained {
    /// The query as it was written, with what the command adds.
    pub query: String,
    /// Its tree, one condition a line.
    pub tree: Vec<String>,
    /// The statement that answers it.
    pub sql: String,
    /// The statement's parameters.
    pub parameters: Vec<String>,
    /// How SQLite goes about it.
    pub plan: Vec<String>,
}

/// Why a ticket is in an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Why {
    /// A search found it.
    Found(Hit),
    /// It is like another.
    Alike(Alike),
}

impl Why {
    /// How much there is to it.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        match self {
            Why::Found(hit) => hit.score,
            Why::Alike(alike) => Some(alike.score),
        }
    }
}

/// A score with no more digits than mean something.
#[must_use]
pub fn rounded(score: f64) -> f64 {
    (score * 1e6).round() / 1e6
}

/// Why a search found a ticket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Hit {
    /// How much the words say about it: more is better. None without words that must hold.
    pub score: Option<f64>,
    /// Where the words stand.
    #[serde(serialize_with = "part_of")]
    #[schemars(with = "Option<String>")]
    pub snippet: Snippet,
}

/// A ticket that a search found, as JSON shows it.
#[derive(JsonSchema)]
pub struct Found {
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// Why it was found.
    #[serde(flatten)]
    pub hit: Hit,
}

/// Why a ticket is like a ticket or a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Alike {
    /// How much: at most 1, for what could be the same text.
    pub score: f64,
    /// The telling words that both have, the most telling first.
    pub shared: Vec<String>,
}

/// A ticket that is like another, as JSON shows it.
#[derive(JsonSchema)]
pub struct Similar {
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// Why it is here.
    #[serde(flatten)]
    pub alike: Alike,
}

/// A ticket that is to be looked at next, as JSON shows it.
#[derive(JsonSchema)]
pub struct Urgent {
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// Why it is urgent, in words.
    pub reason: String,
}

/// A snippet as JSON shows it: the part of a message, null when the words stand in no message.
fn part_of<S: serde::Serializer>(snippet: &Snippet, to: S) -> std::result::Result<S::Ok, S::Error> {
    snippet.message.as_ref().map(|_| snippet.part.text.as_str()).serialize(to)
}
