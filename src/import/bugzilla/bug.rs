//! A bug, whatever shape it came in, into a draft.

use std::collections::HashMap;

use crate::domain::draft::{Draft, Says};
use crate::domain::event::{Attachment, FILE_MAX};
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{By, Channel, LinkKind, MessageKind, Priority, Resolution, Status};
use crate::error::{Error, Result};
use crate::import::record::{Record, Reply};
use crate::import::ties::Ties;
use crate::import::{Item, Sink, words};

/// A bug as a file has it.
#[derive(Debug, Default)]
pub(super) struct Bug {
    pub(super) id: String,
    pub(super) summary: Option<String>,
    pub(super) status: Option<String>,
    pub(super) resolution: Option<String>,
    pub(super) priority: Option<String>,
    pub(super) severity: Option<String>,
    pub(super) reporter: Option<Person>,
    pub(super) assignee: Option<Person>,
    pub(super) created: Option<Timestamp>,
    pub(super) updated: Option<Timestamp>,
    pub(super) closed: Option<Timestamp>,
    pub(super) due: Option<Timestamp>,
    pub(super) keywords: Vec<String>,
    /// What only Bugzilla knows.
    pub(super) fields: Vec<(&'static str, String)>,
    pub(super) blocks: Vec<String>,
    pub(super) depends_on: Vec<String>,
    pub(super) dupe_of: Option<String>,
    /// The description first; none where the file says nothing of them.
    pub(super) comments: Option<Vec<Comment>>,
    pub(super) files: Vec<File>,
    /// The address of the site.
    pub(super) base: Option<String>,
    /// What the file does not speak of.
    pub(super) silent: Vec<&'static str>,
}

/// A comment, the description among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Comment {
    /// What it is called, `comment-12`.
    pub(super) name: Option<String>,
    /// Is it the description? Where no comment says so it is the first.
    pub(super) first: Option<bool>,
    pub(super) author: Option<Person>,
    pub(super) at: Option<Timestamp>,
    pub(super) text: String,
    pub(super) private: bool,
    /// The file that it came with.
    pub(super) attachment: Option<String>,
    /// The files that it has.
    pub(super) files: Vec<Attachment>,
    /// Those whose bytes are not there, as lines of a list.
    pub(super) named: Vec<String>,
}

/// A file of a bug.
#[derive(Debug)]
pub(super) struct File {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) about: String,
    pub(super) author: Option<Person>,
    pub(super) at: Option<Timestamp>,
    pub(super) private: bool,
    /// Its bytes, where the file holds them.
    pub(super) bytes: Option<Vec<u8>>,
}

/// What a bug of this id is called here.
pub(super) fn reference(id: &str) -> String {
    format!("bugzilla:{}", id.trim())
}

/// Comments alone: they are added to the ticket of their bug, if that is here.
///
/// # Errors
/// Exit 4 when the id can be no name.
pub(super) fn only_comments(id: &str, comments: Vec<Comment>) -> Result<Draft> {
    let mut record = Record::new(reference(id), Channel::Web, format!("Bug {}", id.trim()));
    let described = talk(&mut record, comments);
    let description = Says::ALL.beyond(Says::ALL.without(["description"]));
    record.says = if described { description } else { Says::NOTHING };
    record.draft()
}

/// The comments into a record; says whether the description is among them.
fn talk(record: &mut Record, mut comments: Vec<Comment>) -> bool {
    let said = comments.iter().position(|comment| comment.first == Some(true));
    let unsaid = || comments.first().filter(|comment| comment.first.is_none()).map(|_| 0);
    let first = said.or_else(unsaid);
    record.description = Some(String::new());
    // A description that only some may read is no public message.
    if let Some(first) = first.filter(|first| !comments[*first].private) {
        let first = comments.remove(first);
        record.description = Some(first.text());
        let asks = |author: &Person| record.requester.as_ref().is_some_and(|it| it.same(author));
        if let Some(author) = first.author.filter(|author| !asks(author)) {
            if record.requester.is_some() {
                record.by = By::Other;
            }
            record.author = Some(author);
        }
        record.attachments = first.files;
    }
    record.replies = comments.into_iter().map(Comment::reply).collect();
    first.is_some()
}

/// Gives each file to its comment, or else to the description; one that only some may read gets a
/// note of its own where its comment is public. What is given back are the bytes.
fn attach(comments: &mut Vec<Comment>, files: Vec<File>, base: Option<&str>) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let named = |(at, comment): (usize, &Comment)| Some((comment.attachment.clone()?, at));
    let own: HashMap<String, usize> = comments.iter().enumerate().rev().filter_map(named).collect();
    let first = comments.iter().position(|comment| comment.first != Some(false));
    for file in files {
        let fits = |at: &usize| comments[*at].private || !file.private;
        let own = own.get(&file.id).copied().filter(fits);
        let at = own.or_else(|| first.filter(fits)).unwrap_or_else(|| {
            comments.push(Comment {
                name: Some(format!("attachment-{}", file.id)),
                first: Some(false),
                author: file.author.clone(),
                at: file.at,
                text: file.about.clone(),
                private: file.private,
                ..Comment::default()
            });
            comments.len() - 1
        });
        let name = if file.name.is_empty() { &file.about } else { &file.name };
        if let Some(bytes) = file.bytes.filter(|bytes| bytes.len() as u64 <= FILE_MAX) {
            comments[at].files.push(Attachment::of(name, &bytes));
            all.push(bytes);
        } else {
            let url = base.map(|base| format!(": {base}/attachment.cgi?id={}", file.id));
            comments[at].named.push(format!("- {name}{}", url.unwrap_or_default()));
        }
    }
    all
}

impl Comment {
    /// Its text, and the names of the files whose bytes are not there.
    fn text(&self) -> String {
        if self.named.is_empty() {
            return self.text.clone();
        }
        format!("{}\n\nAttachments:\n\n{}", self.text.trim_end(), self.named.join("\n"))
    }

    fn reply(self) -> Reply {
        let text = self.text();
        let kind = if self.private { MessageKind::Note } else { MessageKind::Reply };
        let reply = Reply::new(self.author, self.at, text);
        Reply { name: self.name, kind, attachments: self.files, ..reply }
    }
}

impl Bug {
    /// Notes that it comes, and what it has to do with others.
    pub(super) fn tie(&self, ties: &mut Ties) {
        let own = reference(&self.id);
        for other in &self.blocks {
            ties.tie(&own, LinkKind::Blocks, &reference(other));
        }
        for other in &self.depends_on {
            ties.tie(&reference(other), LinkKind::Blocks, &own);
        }
        if let Some(other) = &self.dupe_of {
            ties.tie(&own, LinkKind::Duplicates, &reference(other));
        }
        ties.comes(own);
    }

    /// Its draft, the bytes of its files handed over before.
    ///
    /// # Errors
    /// Whatever `sink` returns.
    pub(super) fn draft(mut self, ties: &Ties, sink: &mut Sink<'_>) -> Result<Result<Draft>> {
        let Some(title) = self.summary.take().filter(|_| !self.id.trim().is_empty()) else {
            return Ok(Err(Error::invalid("it has no number or no summary")));
        };
        let mut record = Record::new(reference(&self.id), Channel::Web, title);
        record.requester = self.reporter.take();
        record.assignee = self.assignee.take();
        (record.created, record.updated) = (self.created, self.updated);
        (record.closed, record.due) = (self.closed, self.due);
        record.labels = std::mem::take(&mut self.keywords);
        record.links = ties.of(&record.reference);
        record.priority = self.level();
        self.state(&mut record);
        for (name, value) in std::mem::take(&mut self.fields) {
            record.field(name, words::something(&value).unwrap_or_default());
        }
        record.field("severity", self.severity.as_deref().unwrap_or_default());
        let base = self.base.as_deref().map(|base| base.trim_end_matches('/'));
        record.url = base.map(|base| format!("{base}/show_bug.cgi?id={}", self.id.trim()));
        let said = self.comments.is_some();
        let mut comments = self.comments.take().unwrap_or_default();
        for bytes in attach(&mut comments, std::mem::take(&mut self.files), base) {
            sink(Item::Bytes(bytes))?;
        }
        let mut silent = std::mem::take(&mut self.silent);
        if !(talk(&mut record, comments) && said) {
            silent.push("description");
        }
        record.says = Says::ALL.without(silent);
        Ok(record.draft())
    }

    fn level(&self) -> Priority {
        let word = |text: &Option<String>| words::priority(text.as_deref()?);
        word(&self.priority).or_else(|| word(&self.severity)).unwrap_or(Priority::Normal)
    }

    fn state(&self, record: &mut Record) {
        let ended = self.resolution.as_deref().and_then(words::something);
        let status = self.status.as_deref().unwrap_or_default();
        let standing = words::standing(status).map(|standing| standing.status);
        record.status = standing.unwrap_or(match ended {
            Some(_) => Status::Closed,
            None => Status::Open,
        });
        if record.status != Status::Closed {
            record.closed = None;
            return;
        }
        let resolution = ended.and_then(words::resolution);
        record.resolution = Some(match resolution {
            _ if self.dupe_of.is_some() => Resolution::Duplicate,
            Some(resolution) => resolution,
            None => Resolution::Solved,
        });
        if let Some(word) = ended.filter(|word| !word.eq_ignore_ascii_case("fixed")) {
            record.field("bugzilla_resolution", word);
        }
    }
}
