//! Confluence pages into the knowledge base: storage XML, REST JSON, space exports.

use std::fmt::Write;

use super::auto::Sample;
use super::page::Page;
use super::{Item, Options, Place, Sink, Source};
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::error::{Error, Kind, Result};

mod inline;
mod macros;
mod rest;
mod space;
mod storage;
mod table;
#[cfg(test)]
mod tests;
mod wiki;

/// How much of a file tells what it is.
const HEAD: usize = 4 << 10;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Json,
    Space,
    Storage,
    Other,
}

impl Shape {
    fn of(source: &Source) -> Result<Self> {
        let head = source.head(HEAD)?;
        let begins = head.trim_start();
        Ok(if begins.starts_with(['{', '[']) {
            Shape::Json
        } else if begins.contains("<hibernate-generic") {
            Shape::Space
        } else if begins.starts_with('<') {
            Shape::Storage
        } else {
            Shape::Other
        })
    }
}

/// Reads the files of a place. Pages that stand in several files are one, in its newest version.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let shapes: Result<Vec<Shape>> = place.sources.iter().map(Shape::of).collect();
    let shapes = shapes?;
    let space = shapes.contains(&Shape::Space);
    let (mut contents, mut pages) = (rest::Contents::default(), storage::Pages::default());
    let (mut any, mut error) = (false, None);
    for (source, shape) in place.sources.iter().zip(shapes) {
        let read = match shape {
            Shape::Space => space::read(source, options, sink).map(|()| true),
            // Beside a space lie its attachments.
            _ if space => Ok(false),
            Shape::Json => contents.read(source, sink),
            Shape::Storage if source.ends_in(&["html", "htm", "svg"]) && place.many => Ok(false),
            Shape::Storage => single(source, &mut pages, sink).map(|()| true),
            Shape::Other => Ok(false),
        };
        match read {
            Ok(true) => any = true,
            Ok(false) if place.many && !space => {
                sink(Item::Skipped("files of other kinds".to_owned()))?;
            }
            Ok(false) => {}
            Err(e) if place.many && e.kind == Kind::NotFound => error = error.or(Some(e)),
            Err(e) => return Err(e),
        }
    }
    if !any {
        let first = place.sources.first();
        let none = || first.map_or_else(|| Error::not_found("there is no file"), rest::none);
        return Err(error.unwrap_or_else(none));
    }
    contents.give(options, &mut pages, sink)?;
    tell_dropped(&pages, sink)
}

/// Says which macros have no place in Markdown.
fn tell_dropped(pages: &storage::Pages, sink: &mut Sink<'_>) -> Result<()> {
    if pages.dropped.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = pages.dropped.iter().take(10).map(String::as_str).collect();
    sink(Item::Note(format!("macros that hold no text were left out: {}", names.join(", "))))
}

/// A file that is one page: its first heading is its title, else its name.
fn single(source: &Source, pages: &mut storage::Pages, sink: &mut Sink<'_>) -> Result<()> {
    let (text, guessed) = source.text()?;
    if guessed {
        sink(Item::Note(format!("{} is not UTF-8, and read as Windows-1252", source.name())))?;
    }
    let text = text.replace('\0', "");
    let tree = storage::tree(&text).ok();
    let stem = source.file_name().rsplit_once('.').map_or(source.file_name(), |(stem, _)| stem);
    let title = tree.as_ref().and_then(storage::heading);
    let title = title.unwrap_or_else(|| stem.replace(['-', '_', '+'], " "));
    let inside = source.inside();
    let path = inside.rsplit_once('.').map_or(inside, |(path, _)| path);
    let path = if path.is_empty() { "page" } else { path };
    let page = Page {
        reference: format!("confluence:{}", path.replace(char::is_whitespace, "%20")),
        title: if title.trim().is_empty() { "Page".to_owned() } else { title },
        body: storage::markdown(&text, pages),
        ..Page::default()
    };
    page.give(|| source.name().to_owned(), sink)
}

/// A comment on a page.
struct Remark {
    id: String,
    author: Option<String>,
    at: Option<Timestamp>,
    body: String,
}

/// A page's text with its comments at its end.
fn finished(body: String, mut remarks: Vec<Remark>) -> String {
    remarks.retain(|remark| !remark.body.trim().is_empty());
    if remarks.is_empty() {
        return body;
    }
    remarks.sort_by(|a, b| (a.at, a.id.len(), &a.id).cmp(&(b.at, b.id.len(), &b.id)));
    let mut text = format!("{body}\n\n## Comments");
    for Remark { author, at, body, .. } in remarks {
        let author = author.unwrap_or_else(|| "unknown".to_owned());
        let day = at.map(|at| format!(", {}", &at.rfc3339()[..10])).unwrap_or_default();
        let author = inline::escaped(&author);
        let _ = write!(text, "\n\n**{author}{day}:**\n\n{body}");
    }
    text.trim_start().to_owned()
}

/// Somebody of whom a name is known; no address is made up.
fn person(name: &str) -> Option<Person> {
    Person::new(Some(name), None)
}

/// Does a sample look like it?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    let head = sample.head.trim_start();
    if head.starts_with('<') {
        let root = sample.root.as_ref().map_or("", |root| root.name.as_str());
        let prefixed = || head.contains("<ac:") || head.contains("<ri:");
        return root == "hibernate-generic"
            || root.starts_with("ac:")
            || (root != "rss" && prefixed());
    }
    let inside = |before: &str| {
        let has = |name: &str| sample.keys.contains(&format!("{before}{name}"));
        let stored = has("body.storage.value") || has("body.storage") || has("body.view");
        let linked = has("_links.webui") || has("_links.tinyui");
        has("id") && has("title") && (stored || (linked && has("type")))
    };
    ["", "[].", "results[].", "[].data.", "data.", "[].results[].", "data.results[]."]
        .into_iter()
        .any(inside)
}
