//! Comments, as such or as events of audits.

use chrono_tz::UTC;
use serde_json::Value;

use super::beside::Beside;
use crate::domain::ids::Timestamp;
use crate::domain::words::{By, MessageKind};
use crate::import::fields::{Object, claim, with_files, word};
use crate::import::markup::markdown;
use crate::import::record::Reply;
use crate::import::times::moment;

/// What somebody said on a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comment {
    pub(super) id: Option<String>,
    pub(super) author: Option<String>,
    pub(super) body: String,
    pub(super) public: bool,
    pub(super) created: Option<Timestamp>,
}

impl Comment {
    /// The comment that an object is, if it says something.
    pub(super) fn of(object: &Object) -> Option<Self> {
        let text = word(object, "body").or_else(|| word(object, "plain_body"));
        let html = || word(object, "html_body").map(|html| markdown(&html));
        let body = with_files(&text.or_else(html).unwrap_or_default(), &files(object));
        let created = word(object, "created_at").or_else(|| word(object, "created"));
        (!body.is_empty()).then(|| Self {
            id: word(object, "id"),
            author: word(object, "author_id").or_else(|| word(object, "user_id")),
            body,
            public: claim(object, "public").unwrap_or(true),
            created: created.and_then(|at| moment(&at, UTC)),
        })
    }

    /// The message that it becomes.
    pub(super) fn reply(&self, ticket: &Object, beside: &Beside) -> Reply {
        let author = self.author.as_deref();
        let mut reply = Reply::new(beside.users.person(author), self.created, self.body.clone());
        reply.name = self.id.as_ref().map(|id| format!("comment-{id}"));
        reply.by = Some(voice(author, ticket, beside));
        if !self.public {
            reply.kind = MessageKind::Note;
        }
        reply
    }
}

/// Whose words those of `author` are. Only agents are assigned tickets.
pub(super) fn voice(author: Option<&str>, ticket: &Object, beside: &Beside) -> By {
    let is = |field: &str| author.is_some() && word(ticket, field).as_deref() == author;
    if is("requester_id") {
        By::Requester
    } else if beside.users.ours(author) == Some(true) || is("assignee_id") {
        By::Us
    } else {
        By::Other
    }
}

/// The comments of an audit, and when it solved the ticket.
pub(super) fn of_audit(audit: &Object) -> (Vec<Comment>, Option<Timestamp>) {
    let at = word(audit, "created_at").and_then(|at| moment(&at, UTC));
    let (mut comments, mut solved) = (Vec::new(), None);
    let events = audit.get("events").and_then(Value::as_array);
    for event in events.into_iter().flatten().filter_map(Value::as_object) {
        let is = |name: &str, value: &str| word(event, name).as_deref() == Some(value);
        if is("type", "Comment") || is("type", "VoiceComment") {
            comments.extend(Comment::of(event).map(|comment| Comment {
                created: comment.created.or(at),
                author: comment.author.or_else(|| word(audit, "author_id")),
                ..comment
            }));
        }
        if is("field_name", "status") && (is("value", "solved") || is("value", "closed")) {
            solved = solved.or(at);
        }
    }
    (comments, solved)
}

/// The files of a comment, by name and address.
fn files(object: &Object) -> Vec<(String, Option<String>)> {
    let list = object.get("attachments").and_then(Value::as_array);
    let file = |value: &Value| {
        let file = value.as_object()?;
        Some((word(file, "file_name")?, word(file, "content_url")))
    };
    list.into_iter().flatten().filter_map(file).collect()
}
