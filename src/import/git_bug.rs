//! git-bug: bugs as JSON, or in the git repository that holds them.
//!
//! A bug is a chain of packs of operations, and its state is what they lead to when they are done one
//! after the other. Operations have no names but the hashes of their texts; edits name what they
//! change by them. A ticket's reference is `git-bug:ID`.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::auto::Sample;
use super::halves::Mended;
use super::{Item, Options, Place, Sink, Source, each, give, json};
use crate::domain::person::Person;
use crate::error::{Error, Kind, Result};
use crate::view::Rejected;
use replay::Replay;

mod operation;
mod replay;
mod repository;
pub(super) mod sha256;
#[cfg(test)]
mod tests;

/// A bug with all that was done to it, oldest first.
#[derive(Debug, Deserialize)]
struct Bug {
    id: Option<String>,
    packs: Option<Vec<Commit>>,
}

#[derive(Debug, Deserialize)]
struct Commit {
    ops: Pack,
}

/// What somebody did at once.
#[derive(Debug, Deserialize)]
struct Pack {
    #[serde(default)]
    author: Identity,
    #[serde(default)]
    ops: Vec<Box<RawValue>>,
}

/// Somebody, by an identity that is kept elsewhere or by name.
#[derive(Debug, Default, Deserialize)]
struct Identity {
    id: Option<String>,
    name: Option<String>,
    login: Option<String>,
    email: Option<String>,
}

impl Identity {
    /// The person it is: without a name what git-bug shows, the beginning of the identity.
    fn person(&self) -> Option<Person> {
        let name = self.name.as_deref().filter(|name| !name.trim().is_empty());
        let short = || self.id.as_deref().map(|id| id.get(..7).unwrap_or(id));
        Person::new(name.or(self.login.as_deref()).or_else(short), self.email.as_deref())
    }
}

/// The people of a repository, by their identities.
type People = HashMap<String, Person>;

/// Reads the files of a place, or the repository that it is.
///
/// # Errors
/// Whatever `sink` returns; exit 3 when there are no bugs, exit 4 when the only file is no JSON,
/// exit 1 when something cannot be read.
pub(super) fn read(place: &Place, _: &Options, sink: &mut Sink<'_>) -> Result<()> {
    if place.many && repository::is_there(Path::new(&place.name)) {
        return repository::read(Path::new(&place.name), sink);
    }
    let some = place.only(|source| !place.many || source.ends_in(&["json"]));
    if some.sources.is_empty() {
        return Err(nothing(&place.name));
    }
    each(&some, sink, |source, sink| file(source, place.many, sink))
}

/// Does a sample look like it?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    sample.objects_have(&["id", "packs"])
        || sample.place.many && repository::is_there(Path::new(&sample.place.name))
}

fn nothing(name: &str) -> Error {
    Error::not_found(format!("{name} holds no bugs of git-bug"))
        .hint("name the folder of the git repository that holds them")
}

fn file(source: &Source, many: bool, sink: &mut Sink<'_>) -> Result<()> {
    match bugs(source) {
        Ok(bugs) if bugs.is_empty() => Err(nothing(source.name())),
        Ok(bugs) => bugs.iter().try_for_each(|bug| {
            let draft = draft(bug, &People::new());
            give(draft, || source.name().to_owned(), sink)
        }),
        // Of a folder a file is one bug among others.
        Err(e) if many && e.kind == Kind::Invalid => {
            let place = source.name().to_owned();
            sink(Item::Rejected(Rejected { place, reason: e.to_string() }))
        }
        Err(e) => Err(e),
    }
}

/// The bugs in a file: one, several, or a list of them.
fn bugs(source: &Source) -> Result<Vec<Bug>> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Raw(Box<RawValue>);
    let from = Mended::new(source.bytes()?);
    let mut bugs = Vec::new();
    for raw in serde_json::Deserializer::from_reader(from).into_iter::<Raw>() {
        let raw = raw.map_err(|e| json::broken(source, &e))?;
        let text = raw.0.get();
        let list = text.starts_with('[');
        let read = if list { serde_json::from_str(text) } else { one(text) };
        bugs.extend(read.map_err(|e| json::broken(source, &e))?);
    }
    bugs.retain(|bug: &Bug| bug.packs.is_some());
    Ok(bugs)
}

fn one(text: &str) -> serde_json::Result<Vec<Bug>> {
    Ok(vec![serde_json::from_str(text)?])
}

fn draft(bug: &Bug, people: &People) -> Result<crate::domain::draft::Draft> {
    let id = bug.id.as_deref().filter(|id| !id.is_empty());
    let mut replay = Replay::default();
    for commit in bug.packs.iter().flatten() {
        let known = commit.ops.author.id.as_ref().and_then(|id| people.get(id)).cloned();
        let author = known.or_else(|| commit.ops.author.person());
        for raw in &commit.ops.ops {
            replay.act(raw.get(), author.as_ref())?;
        }
    }
    replay.record(id)?.draft()
}
