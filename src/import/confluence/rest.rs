//! Pages as Confluence's REST interface gives them: lists, single ones, and what tools wrap round
//! them.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde_json::Value;

use super::storage::{self, Pages};
use super::{Remark, finished, person, wiki};
use crate::error::{Error, Result};
use crate::import::fields::Object;
use crate::import::page::Page;
use crate::import::{Item, Options, Sink, Source, json, markup, times};
use crate::view::Rejected;

/// What a place holds, each page in its newest version.
#[derive(Default)]
pub(super) struct Contents {
    pages: BTreeMap<String, Content>,
    comments: BTreeMap<String, Content>,
    found: bool,
}

/// How deep contents lie in each other at most.
const DEPTH_MAX: usize = 8;

/// What stands around a value.
struct Around<'a> {
    /// The address of the site.
    base: Option<&'a str>,
    /// Where it stands, for messages.
    place: &'a str,
    depth: usize,
}

/// A page or a comment.
struct Content {
    version: i64,
    object: Object,
    base: Option<String>,
    place: String,
}

impl Contents {
    /// Reads a file; says whether there was any content in it.
    pub(super) fn read(&mut self, source: &Source, sink: &mut Sink<'_>) -> Result<bool> {
        self.found = false;
        let mut number = 0;
        json::each(source, &mut |value| {
            number += 1;
            let place = format!("{}, record {number}", source.name());
            self.gather(value, &Around { base: None, place: &place, depth: 0 }, sink)
        })?;
        Ok(self.found)
    }

    fn gather(&mut self, value: Value, around: &Around<'_>, sink: &mut Sink<'_>) -> Result<()> {
        let mut object = match value {
            Value::Object(object) if around.depth <= DEPTH_MAX => object,
            Value::Array(values) => {
                return values.into_iter().try_for_each(|it| self.gather(it, around, sink));
            }
            _ => return Ok(()),
        };
        let own = text(&object, "_links", "base").map(ToOwned::to_owned);
        let around = &Around {
            base: own.as_deref().or(around.base),
            depth: around.depth + 1,
            place: around.place,
        };
        if let Some(results) = object.remove("results") {
            self.found = true;
            return self.gather(results, around, sink);
        }
        // Perceval and its like: the content is in `data`, the site in `origin`.
        if object.contains_key("data") && !object.contains_key("title") {
            let origin = object.get("origin").and_then(Value::as_str).map(ToOwned::to_owned);
            let data = object.remove("data").unwrap_or_default();
            let base = origin.as_deref().or(around.base);
            return self.gather(data, &Around { base, ..*around }, sink);
        }
        for list in ["page", "comment"] {
            let inner = object.get_mut("children").and_then(|it| it.get_mut(list));
            if let Some(inner) = inner.map(Value::take) {
                self.gather(inner, around, sink)?;
            }
        }
        self.content(object, around, sink)
    }

    fn content(&mut self, object: Object, around: &Around<'_>, sink: &mut Sink<'_>) -> Result<()> {
        let Around { base, place, .. } = *around;
        let Some(id) = word(object.get("id")) else {
            if object.contains_key("title") || object.contains_key("body") {
                let reason = "it has no `id`".to_owned();
                return sink(Item::Rejected(Rejected { place: place.to_owned(), reason }));
            }
            return Ok(());
        };
        let kind = object.get("type").and_then(Value::as_str);
        let kind = kind.unwrap_or("page").to_ascii_lowercase();
        self.found |= object.contains_key("title") || object.contains_key("body");
        if let Some(why) = unwanted(&kind, &object) {
            return sink(Item::Skipped(why.to_owned()));
        }
        let number = object.get("version").and_then(|it| it.get("number").or(Some(it)));
        let version = number.and_then(Value::as_i64).unwrap_or(0);
        let (base, place) = (base.map(ToOwned::to_owned), place.to_owned());
        let all = if kind == "comment" { &mut self.comments } else { &mut self.pages };
        if let Some(known) = all.get(&id).map(|known| known.version) {
            sink(Item::Skipped("old versions".to_owned()))?;
            if known >= version {
                return Ok(());
            }
        }
        all.insert(id, Content { version, object, base, place });
        Ok(())
    }

    /// Hands over the pages, their comments at their end.
    pub(super) fn give(
        self,
        options: &Options,
        pages: &mut Pages,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        let mut remarks: BTreeMap<String, Vec<Remark>> = BTreeMap::new();
        for (id, comment) in &self.comments {
            let of = parent(&comment.object, &self.comments);
            let Some(of) = of.filter(|of| self.pages.contains_key(of)) else {
                sink(Item::Skipped("comments on pages that are not there".to_owned()))?;
                continue;
            };
            let (author, at) = (author(&comment.object), created(&comment.object, options.zone));
            let body = body(&comment.object, pages).unwrap_or_default();
            remarks.entry(of).or_default().push(Remark { id: id.clone(), author, at, body });
        }
        for (id, content) in self.pages {
            let Content { object, base, place, .. } = content;
            let base = base.as_deref().or(options.base.as_deref());
            let written = body(&object, pages).unwrap_or_default();
            let remarks = remarks.remove(&id).unwrap_or_default();
            let page = Page {
                reference: format!("confluence:{id}"),
                title: object.get("title").and_then(Value::as_str).unwrap_or_default().to_owned(),
                body: finished(written, remarks),
                labels: labels(&object),
                url: url(&object, base),
                author: author(&object).and_then(|name| person(&name)),
                created: created(&object, options.zone),
                updated: updated(&object, options.zone),
            };
            page.give(|| place, sink)?;
        }
        Ok(())
    }
}

/// Why a content is no page that counts, if it is not.
fn unwanted(kind: &str, object: &Object) -> Option<&'static str> {
    let status = object.get("status").and_then(Value::as_str).unwrap_or("current");
    match (kind, status.to_ascii_lowercase().as_str()) {
        ("attachment", _) => Some("attachments"),
        ("page" | "blogpost" | "comment", "historical") => Some("old versions"),
        ("page" | "blogpost" | "comment", "trashed" | "deleted") => Some("deleted pages"),
        ("page" | "blogpost" | "comment", "draft") => Some("drafts"),
        ("page" | "blogpost" | "comment", _) => None,
        _ => Some("contents of other kinds"),
    }
}

/// The page that a comment is on.
fn parent(object: &Object, comments: &BTreeMap<String, Content>) -> Option<String> {
    let mut of = container(object)?;
    // A comment may answer another.
    for _ in 0..32 {
        let Some(comment) = comments.get(&of) else { break };
        of = container(&comment.object)?;
    }
    Some(of)
}

fn container(object: &Object) -> Option<String> {
    let direct = ["pageId", "blogPostId", "parentCommentId"];
    let direct = direct.iter().find_map(|name| word(object.get(*name)));
    let inside = || word(object.get("container")?.get("id"));
    let expandable = || {
        let path = object.get("_expandable")?.get("container")?.as_str()?;
        let id = path.rsplit('/').next()?;
        (!id.is_empty()).then(|| id.to_owned())
    };
    direct.or_else(inside).or_else(expandable)
}

fn text<'o>(object: &'o Object, outer: &str, inner: &str) -> Option<&'o str> {
    object.get(outer)?.get(inner)?.as_str()
}

/// An id, whether it is text or a number.
fn word(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The text of a page, in the first form in which it is there.
fn body(object: &Object, pages: &mut Pages) -> Option<String> {
    let body = object.get("body")?;
    let value = |form: &str| -> Option<&str> {
        let found = body.get(form)?;
        found.get("value").unwrap_or(found).as_str()
    };
    if let Some(text) = value("storage").or_else(|| value("editor")) {
        return Some(storage::markdown(text, pages));
    }
    if let Some(text) = value("wiki") {
        return Some(wiki::markdown(text));
    }
    let shown = ["view", "export_view", "styled_view", "anonymous_export_view"];
    shown.iter().find_map(|form| value(form)).map(markup::markdown)
}

fn author(object: &Object) -> Option<String> {
    let by = object.get("history").and_then(|it| it.get("createdBy"));
    let by = by.or_else(|| object.get("version").and_then(|it| it.get("by")))?;
    let names = ["displayName", "publicName", "username"];
    names.iter().find_map(|name| word(by.get(*name)))
}

fn created(object: &Object, zone: Tz) -> Option<crate::domain::ids::Timestamp> {
    let at = object.get("history").and_then(|it| it.get("createdDate"));
    let first = || {
        let version = object.get("version")?;
        (version.get("number")?.as_i64()? == 1).then(|| version.get("when"))?
    };
    times::value(at.or_else(|| object.get("createdAt")).or_else(first)?, zone)
}

fn updated(object: &Object, zone: Tz) -> Option<crate::domain::ids::Timestamp> {
    let version = object.get("version");
    let at = ["when", "createdAt"].iter().find_map(|name| version?.get(*name));
    let at = at.or_else(|| object.get("history")?.get("lastUpdated")?.get("when"));
    times::value(at?, zone)
}

fn labels(object: &Object) -> Vec<String> {
    let inside = object.get("metadata").and_then(|it| it.get("labels"));
    let list = inside.or_else(|| object.get("labels"));
    let list = list.and_then(|it| it.get("results").unwrap_or(it).as_array());
    let name = |label: &Value| {
        word(label.get("name").or_else(|| label.get("label"))).or(word(Some(label)))
    };
    list.into_iter().flatten().filter_map(name).collect()
}

fn url(object: &Object, base: Option<&str>) -> Option<String> {
    if let Some(url) = object.get("content_url").and_then(Value::as_str) {
        return Some(url.to_owned());
    }
    let webui = text(object, "_links", "webui")?;
    if webui.starts_with("http") {
        return Some(webui.to_owned());
    }
    base.map(|base| format!("{}{webui}", base.trim_end_matches('/')))
}

/// A file in which there is none.
pub(super) fn none(source: &Source) -> Error {
    Error::not_found(format!("{} holds no Confluence pages", source.name()))
        .because("they have an `id`, a `title` and a `body`")
}
