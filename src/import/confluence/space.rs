//! A space as Confluence exports it: `entities.xml`, objects that name each other by number.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::ids::Timestamp;
use crate::error::{Error, Result};
use crate::import::page::Page;
use crate::import::xml::{self, Element};
use crate::import::{Item, Options, Sink, Source, times};

use super::storage::{self, Pages};
use super::{Remark, finished, person, wiki};

/// What was found so far.
#[derive(Default)]
struct Space {
    pages: BTreeMap<u64, Content>,
    comments: BTreeMap<u64, Content>,
    /// Each with the content that it is the text of.
    bodies: HashMap<u64, (String, bool)>,
    /// By number of the content.
    labels: HashMap<u64, BTreeSet<u64>>,
    names: HashMap<u64, String>,
    old: usize,
    deleted: usize,
    texts: usize,
}

/// A page or a comment.
#[derive(Default)]
struct Content {
    title: String,
    creator: Option<String>,
    created: Option<Timestamp>,
    updated: Option<Timestamp>,
    /// The page, of a comment.
    of: Option<u64>,
    /// Its texts, where they do not name it themselves.
    bodies: Vec<u64>,
}

/// Reads a space.
pub(super) fn read(source: &Source, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let (text, guessed) = source.text()?;
    let (mut space, mut pages) = (Space::default(), Pages::default());
    let text: String =
        if text.contains(is_forbidden) { text.replace(is_forbidden, "") } else { text };
    xml::each(&text, &["object"], &mut |object| {
        space.take(&object, options, &mut pages);
        Ok(())
    })
    .map_err(|e| Error::invalid(format!("{} could not be read", source.name())).because(e))?;
    drop(text);
    if guessed {
        sink(Item::Note(format!("{} is not UTF-8, and read as Windows-1252", source.name())))?;
    }
    space.give(source, options, &mut pages, sink)
}

/// Characters that no XML may hold, and exports do.
fn is_forbidden(c: char) -> bool {
    c < ' ' && !matches!(c, '\n' | '\r' | '\t')
}

/// A property's value.
fn property(object: &Element, name: &str) -> Option<String> {
    let found = named(object, name)?;
    let text = found.text();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn named<'o>(object: &'o Element, name: &str) -> Option<&'o Element> {
    object.elements().find(|it| it.attribute("name") == Some(name) && it.name != "id")
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

/// The number of an object.
fn id(object: &Element) -> Option<u64> {
    number(&object.first("id")?.text())
}

/// The object that a property names, whatever numbers it: `<property name=…><id>7</id></property>`.
fn named_id(object: &Element, name: &str) -> Option<u64> {
    id(named(object, name)?)
}

impl Space {
    fn take(&mut self, object: &Element, options: &Options, pages: &mut Pages) {
        let class = object.attribute("class").unwrap_or_default();
        match class {
            "ConfluenceUserImpl" | "InternalUser" => {
                let key = object.first("id").map(|id| id.text().trim().to_owned());
                let name = ["displayName", "name"].iter().find_map(|name| property(object, name));
                pages.users.extend(key.zip(name));
            }
            "Label" => self.names.extend(id(object).zip(property(object, "name"))),
            "Labelling" => {
                let of = ["content", "contentId"].iter().find_map(|name| named_id(object, name));
                if let Some((of, label)) = of.zip(named_id(object, "label")) {
                    self.labels.entry(of).or_default().insert(label);
                }
            }
            "BodyContent" => self.text(object),
            "Page" | "BlogPost" | "Comment" => self.content(class, object, options),
            _ => {}
        }
    }

    fn text(&mut self, object: &Element) {
        self.texts += 1;
        let Some(text) = named(object, "body").map(Element::text) else { return };
        // 2 is the storage format; before there was one, nothing was said.
        let wiki = property(object, "bodyType").is_none_or(|kind| kind != "2");
        // What ends a CDATA section was written with a space in it.
        let text = text.replace("]] >", "]]>");
        if let Some(of) = named_id(object, "content") {
            self.bodies.insert(of, (text, wiki));
        } else if let Some(own) = id(object) {
            self.bodies.entry(own).or_insert((text, wiki));
        }
    }

    fn content(&mut self, class: &str, object: &Element, options: &Options) {
        let Some(own) = id(object) else { return };
        let status = property(object, "contentStatus").unwrap_or_default();
        if named(object, "originalVersion").is_some_and(|it| id(it).is_some())
            || named(object, "originalVersionId").is_some_and(|it| !it.text().trim().is_empty())
        {
            self.old += usize::from(class != "Comment");
            return;
        }
        if matches!(status.as_str(), "deleted" | "trashed" | "draft" | "historical") {
            self.deleted += usize::from(class != "Comment");
            return;
        }
        let time = |name: &str| times::moment(&property(object, name)?, options.zone);
        let creator = named(object, "creator").and_then(|it| it.first("id")).map(Element::text);
        let bodies =
            object.all("collection").filter(|it| it.attribute("name") == Some("bodyContents"));
        let content = Content {
            title: property(object, "title").unwrap_or_default(),
            creator: creator.or_else(|| property(object, "creatorName")),
            created: time("creationDate"),
            updated: time("lastModificationDate"),
            of: ["containerContent", "owner", "page", "content"]
                .iter()
                .find_map(|it| named_id(object, it)),
            bodies: bodies
                .flat_map(|it| it.elements().filter_map(id).collect::<Vec<_>>())
                .collect(),
        };
        let all = if class == "Comment" { &mut self.comments } else { &mut self.pages };
        all.insert(own, content);
    }

    /// The Markdown of a content.
    fn body(&mut self, own: u64, content: &Content, pages: &mut Pages) -> String {
        let mut names = std::iter::once(&own).chain(&content.bodies);
        let found = names.find_map(|name| self.bodies.remove(name));
        found.map_or_else(String::new, |(text, wiki)| {
            if wiki && !is_storage(&text) {
                wiki::markdown(&text)
            } else {
                storage::markdown(&text, pages)
            }
        })
    }

    fn give(
        mut self,
        source: &Source,
        options: &Options,
        pages: &mut Pages,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        for (count, what) in
            [(self.old, "old versions"), (self.deleted, "deleted pages and drafts")]
        {
            for _ in 0..count {
                sink(Item::Skipped(what.to_owned()))?;
            }
        }
        if self.pages.is_empty() {
            let (name, texts) = (source.name(), self.texts);
            return sink(Item::Note(format!(
                "{name} holds 0 pages and {texts} texts: without the pages nobody can tell what the \
                 texts are called"
            )));
        }
        let mut remarks: BTreeMap<u64, Vec<Remark>> = BTreeMap::new();
        for (own, comment) in std::mem::take(&mut self.comments) {
            let body = self.body(own, &comment, pages);
            let author = comment.creator.map(|key| pages.users.get(&key).cloned().unwrap_or(key));
            if let Some(of) = comment.of.filter(|of| self.pages.contains_key(of)) {
                let remark = Remark { id: own.to_string(), author, at: comment.created, body };
                remarks.entry(of).or_default().push(remark);
            }
        }
        for (own, content) in std::mem::take(&mut self.pages) {
            let written = self.body(own, &content, pages);
            let labels = self.labels.remove(&own).unwrap_or_default();
            let labels = labels.iter().filter_map(|label| self.names.get(label).cloned()).collect();
            let author = content.creator.map(|key| pages.users.get(&key).cloned().unwrap_or(key));
            let url = |base: &String| format!("{base}/pages/viewpage.action?pageId={own}");
            let page = Page {
                reference: format!("confluence:{own}"),
                title: content.title,
                body: finished(written, remarks.remove(&own).unwrap_or_default()),
                labels,
                url: options.base.as_ref().map(url),
                author: author.and_then(|name| person(&name)),
                created: content.created,
                updated: content.updated,
            };
            page.give(|| format!("{}, page {own}", source.name()), sink)?;
        }
        super::tell_dropped(pages, sink)
    }
}

/// Is a text whose form is not said in the storage format?
fn is_storage(text: &str) -> bool {
    text.contains("<ac:") || text.contains("</p>") || text.contains("<ri:")
}
