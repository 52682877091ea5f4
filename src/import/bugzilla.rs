//! Bugzilla bugs: XML of `show_bug.cgi?ctype=xml`, JSON of the REST API, CSV of a list.
//!
//! A ticket's reference is `bugzilla:ID`. REST gives comments apart from bugs, by the ids of those: the
//! files of a folder are read as one, and comments whose bug is not among them are added to the
//! ticket that an earlier import made of it. What bugs have to do with each other may stand on either,
//! so everything is gone through twice.

use std::collections::HashMap;

use super::auto::Sample;
use super::ties::Ties;
use super::{Item, Options, Place, Sink, Source, each, give};
use crate::error::{Error, Result};
use bug::{Bug, Comment};

mod bug;
mod list;
mod markup;
mod rest;
#[cfg(test)]
mod tests;

/// Reads the files of a place.
///
/// # Errors
/// Whatever `sink` returns; exit 3 when there are no bugs, exit 4 when a file is broken, exit 1 when
/// it cannot be read.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let place =
        place.only(|source| !place.many || source.ends_in(&["xml", "json", "jsonl", "csv"]));
    if place.sources.is_empty() {
        return Err(Error::not_found(format!("no .xml, .json or .csv file in {}", place.name)));
    }
    let mut known = Known::default();
    for source in &place.sources {
        let gathered = walk(source, options, &mut |found| {
            known.gather(found);
            Ok(())
        });
        gathered
            .or_else(|e| if e.kind == crate::error::Kind::NotFound { Ok(()) } else { Err(e) })?;
    }
    each(&place, sink, |source, sink| walk(source, options, &mut |found| known.hand(found, sink)))?;
    known.rest(sink)
}

/// Does a sample look like it?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    let bug = |names: &[&str]| sample.objects_have(names);
    sample.root.as_ref().is_some_and(|root| root.name == "bugzilla")
        || sample.has(&["bugs[].id", "bugs[].summary"])
        || bug(&["id", "summary", "component", "product"])
        || sample.keys.iter().any(|key| rest::is_key_of_comments(key))
        || sample.columns(&["bug_id", "short_desc"])
        || sample.columns(&["Bug ID", "Summary"])
}

/// What is found in a file.
enum Found {
    /// A bug.
    Bug(Box<Bug>),
    /// Comments of the bug of an id.
    Comments(String, Vec<Comment>),
    /// Something that is no ticket, and rightly so.
    Skipped(&'static str),
    /// A bug that cannot be read, with its place.
    Broken(String, Error),
    /// What the person should know.
    Note(String),
}

/// Goes through what a file holds.
fn walk(
    source: &Source,
    options: &Options,
    give: &mut dyn FnMut(Found) -> Result<()>,
) -> Result<()> {
    let head = source.head(4 << 10)?;
    match head.trim_start_matches('\u{feff}').trim_start().chars().next() {
        Some('<') => markup::walk(source, options, give),
        Some('{' | '[') => rest::walk(source, options, give),
        _ => list::walk(source, options, give),
    }
}

fn nothing(source: &Source) -> Error {
    Error::not_found(format!("{} holds no bugs of Bugzilla", source.name()))
}

/// What is known of a whole place before its first bug is handed over.
#[derive(Default)]
struct Known {
    ties: Ties,
    comments: HashMap<String, Vec<Comment>>,
}

impl Known {
    fn gather(&mut self, found: Found) {
        match found {
            Found::Bug(bug) => bug.tie(&mut self.ties),
            Found::Comments(id, comments) => self.comments.entry(id).or_default().extend(comments),
            _ => {}
        }
    }

    fn hand(&mut self, found: Found, sink: &mut Sink<'_>) -> Result<()> {
        match found {
            Found::Bug(mut bug) => {
                if let Some(more) = self.comments.remove(&bug.id) {
                    bug.comments.get_or_insert_default().extend(more);
                }
                let place = format!("bug {}", bug.id);
                let draft = bug.draft(&self.ties, sink)?;
                give(draft, || place, sink)
            }
            // They come with their bug, or after all others.
            Found::Comments(..) => Ok(()),
            Found::Skipped(why) => sink(Item::Skipped(why.to_owned())),
            Found::Broken(place, e) => give(Err(e), || place, sink),
            Found::Note(note) => sink(Item::Note(note)),
        }
    }

    /// Hands over the comments whose bug is not among the files.
    fn rest(&mut self, sink: &mut Sink<'_>) -> Result<()> {
        let mut rest: Vec<(String, Vec<Comment>)> = self.comments.drain().collect();
        rest.retain(|(_, comments)| !comments.is_empty());
        rest.sort_by(|(a, _), (b, _)| (a.len(), a).cmp(&(b.len(), b)));
        for (id, comments) in rest {
            let place = format!("bug {id}");
            give(bug::only_comments(&id, comments), || place, sink)?;
        }
        Ok(())
    }
}
