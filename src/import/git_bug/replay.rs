//! Operations done one after the other.

use std::collections::{BTreeSet, HashMap};

use super::operation::{Operation, name};
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{Channel, Resolution, Status};
use crate::error::{Error, Result};
use crate::import::record::{Record, Reply};
use crate::import::times;

/// A bug as far as its operations were done.
#[derive(Debug, Default)]
pub(super) struct Replay {
    title: Option<String>,
    url: Option<String>,
    labels: BTreeSet<String>,
    closed: Option<Timestamp>,
    is_closed: bool,
    updated: Option<Timestamp>,
    /// The description first.
    comments: Vec<Comment>,
    /// Where they stand, by the operations that they came with.
    places: HashMap<String, usize>,
}

#[derive(Debug)]
struct Comment {
    /// The operation that it came with.
    name: String,
    author: Option<Person>,
    created: Option<Timestamp>,
    edited: Option<Timestamp>,
    message: String,
    files: Vec<String>,
}

impl Replay {
    /// Does an operation of `author`; one of a kind that is not known changes nothing.
    ///
    /// # Errors
    /// Exit 4 when it cannot be read.
    pub(super) fn act(&mut self, raw: &str, author: Option<&Person>) -> Result<()> {
        let done = Operation::of(raw)?;
        let at = times::seconds(done.timestamp).filter(|_| done.timestamp > 0);
        self.updated = self.updated.max(at);
        match done.kind {
            1 if self.title.is_none() => {
                self.title = Some(done.title.clone().unwrap_or_default());
                let url = |(key, _): &(&String, &String)| key.ends_with("-url");
                let all = done.metadata.iter().flatten();
                self.url = all.clone().find(url).map(|(_, value)| value.clone());
                self.says(comment(raw, done, author, at));
            }
            2 => self.title = done.title.or(self.title.take()),
            3 if self.title.is_some() => self.says(comment(raw, done, author, at)),
            4 => {
                self.is_closed = done.status == Some(2);
                self.closed = at;
            }
            5 => {
                for label in done.removed.unwrap_or_default() {
                    self.labels.remove(&label);
                }
                self.labels.extend(done.added.unwrap_or_default());
            }
            6 => self.edit(done, at),
            _ => {}
        }
        Ok(())
    }

    fn says(&mut self, comment: Comment) {
        self.places.insert(comment.name.clone(), self.comments.len());
        self.comments.push(comment);
    }

    fn edit(&mut self, done: Operation, at: Option<Timestamp>) {
        let target = done.target.unwrap_or_default();
        let place = self.places.get(&target).copied();
        if let Some(comment) = place.and_then(|place| self.comments.get_mut(place)) {
            comment.edited = at;
            comment.message = done.message.unwrap_or_default();
            comment.files = done.files.unwrap_or_default();
        }
    }

    /// What it has led to, of the bug of this name; without one the first operation names it.
    ///
    /// # Errors
    /// Exit 4 when nothing began it.
    pub(super) fn record(self, id: Option<&str>) -> Result<Record> {
        let Some(title) = self.title else {
            return Err(Error::invalid("nothing says how it began"));
        };
        let mut comments = self.comments.into_iter();
        let Some(first) = comments.next() else {
            return Err(Error::invalid("nothing says how it began"));
        };
        let id = id.unwrap_or(&first.name);
        let mut record = Record::new(format!("git-bug:{id}"), Channel::Web, title);
        record.url = self.url;
        record.labels = self.labels.into_iter().collect();
        (record.created, record.updated) = (first.created, self.updated);
        record.description = Some(first.text());
        record.requester = first.author;
        if self.is_closed {
            (record.status, record.resolution) = (Status::Closed, Some(Resolution::Solved));
            record.closed = self.closed;
        }
        record.replies = comments
            .map(|comment| {
                let body = comment.text();
                let mut reply = Reply::new(comment.author, comment.created, body);
                reply.name = Some(format!("comment-{}", &comment.name[..12]));
                reply.edited = comment.edited;
                reply
            })
            .collect();
        Ok(record)
    }
}

fn comment(
    raw: &str,
    done: Operation,
    author: Option<&Person>,
    created: Option<Timestamp>,
) -> Comment {
    Comment {
        name: name(raw),
        author: author.cloned(),
        created,
        edited: None,
        message: done.message.unwrap_or_default(),
        files: done.files.unwrap_or_default(),
    }
}

impl Comment {
    /// Its text, and the hashes of its files, whose bytes lie elsewhere.
    fn text(&self) -> String {
        if self.files.is_empty() {
            return self.message.clone();
        }
        let files: Vec<String> = self.files.iter().map(|file| format!("- {file}")).collect();
        format!("{}\n\nAttachments:\n\n{}", self.message.trim_end(), files.join("\n"))
    }
}
