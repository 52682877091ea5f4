//! GitHub's issues, in two shapes: as its issue import takes them, one request a line, and as it lists
//! them, with their comments.

use serde_json::{Map, Value, json};

use super::{Options, called, described, is_note, number, printed, requester};
use crate::domain::ids::Number;
use crate::domain::words::{By, Priority, Resolution, Status};
use crate::error::Result;
use crate::view::{Message, Ticket};

/// What `POST /repos/OWNER/NAME/import/issues` takes. It has no authors: whoever sends it is the
/// author, so each text says whose it is.
pub(super) fn request(ticket: &Ticket, options: &Options) -> Result<String> {
    let (first, rest) = described(ticket);
    let mut issue = Map::new();
    let mut set = |name: &str, value: Value| issue.insert(name.to_owned(), value);
    set("title", json!(ticket.title));
    set("body", json!(first.map_or_else(String::new, |first| said(first, options))));
    set("created_at", json!(ticket.created_at));
    set("updated_at", json!(ticket.updated_at));
    if ticket.status == Status::Closed {
        set("closed_at", json!(ticket.closed_at.unwrap_or(ticket.updated_at)));
    }
    set("closed", json!(ticket.status == Status::Closed));
    if let Some(login) = ticket.assignee.as_ref().and_then(|who| who.name.as_deref())
        && is_login(login)
    {
        set("assignee", json!(login));
    }
    set("labels", json!(labels(ticket)));
    let comment = |message: &Message| json!({ "created_at": message.created_at, "body": said(message, options) });
    let comments: Vec<Value> = rest.iter().map(comment).collect();
    Ok(printed(&json!({ "issue": issue, "comments": comments }), options)? + "\n")
}

/// What `GET /repos/OWNER/NAME/issues` gives, with the comments beside.
pub(super) fn listed(ticket: &Ticket, options: &Options) -> Result<String> {
    let (first, rest) = described(ticket);
    let closed = ticket.status == Status::Closed;
    let name = |name: &String| json!({ "name": name });
    let labels: Vec<Value> = labels(ticket).iter().map(name).collect();
    let assignees: Vec<Value> = ticket.assignee.iter().map(|who| user(called(who))).collect();
    let comment = |message: &Message| {
        json!({
            "id": comment_number(ticket, message),
            "user": user(called(&message.author)),
            "created_at": message.created_at,
            "updated_at": message.edited_at.unwrap_or(message.created_at),
            "body": marked(message),
            "author_association": association(message),
        })
    };
    let comments: Vec<Value> = rest.iter().map(comment).collect();
    let author = requester(ticket).or_else(|| first.map(|first| first.author.clone()));
    let mut issue = json!({
        "title": ticket.title,
        "body": first.map(marked),
        "user": author.as_ref().map(|who| user(called(who))),
        "state": if closed { "closed" } else { "open" },
        "state_reason": ticket.resolution.map(reason),
        "labels": labels,
        "assignee": assignees.first(),
        "assignees": assignees,
        "comments": comments,
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "closed_at": ticket.closed_at,
    });
    let Value::Object(fields) = &mut issue else { return Ok(String::new()) };
    let source = source(ticket);
    let number = source.map_or_else(|| ticket.id.parse().map_or(0, apart), |(_, number)| number);
    fields.insert("number".to_owned(), json!(number));
    if let Some((repo, number)) = source {
        let url = format!("https://github.com/{repo}/issues/{number}");
        fields.insert("html_url".to_owned(), json!(url));
    }
    printed(&issue, options)
}

/// The issue that it came from.
fn source(ticket: &Ticket) -> Option<(&str, u64)> {
    ticket.refs.iter().find_map(|name| {
        let (repo, number) = name.strip_prefix("github:")?.split_once('#')?;
        Some((repo, number.parse().ok()?))
    })
}

/// What GitHub called a comment, or its number on the ticket.
fn comment_number(ticket: &Ticket, message: &Message) -> u64 {
    let came = message.reference.as_deref().and_then(|name| name.rsplit_once("/issuecomment-"));
    let came = came.and_then(|(_, digits)| digits.parse().ok());
    came.or_else(|| number(ticket, message).map(apart)).unwrap_or_default()
}

/// A number alone; those of other machines are put far apart from ours.
fn apart(number: Number) -> u64 {
    u64::from(number.machine.0) * 10_000_000_000 + u64::from(number.n)
}

fn user(login: &str) -> Value {
    json!({ "login": login })
}

/// Whose words they are, as GitHub tells its own from others.
fn association(message: &Message) -> &'static str {
    if message.by == By::Us { "MEMBER" } else { "NONE" }
}

fn reason(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Solved | Resolution::Answered => "completed",
        Resolution::Duplicate => "duplicate",
        Resolution::Wontfix | Resolution::Invalid | Resolution::Stale => "not_planned",
    }
}

/// The labels, and one more where the priority is not the usual one.
fn labels(ticket: &Ticket) -> Vec<String> {
    let mut labels: Vec<String> = ticket.labels.iter().cloned().collect();
    if ticket.priority != Priority::Normal {
        let label = format!("priority: {}", ticket.priority.word());
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}

/// Could it be somebody's name at GitHub?
fn is_login(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 39
        && !name.starts_with('-')
        && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
}

/// A text below a line that says whose it is and when it was written.
fn said(message: &Message, options: &Options) -> String {
    let kind = if is_note(message) { "**Internal note** by " } else { "" };
    // No name may become a mention of somebody there, or Markdown.
    let plain = |c: char| if c.is_ascii_punctuation() && c != '.' && c != '-' { ' ' } else { c };
    let name: String = called(&message.author).chars().map(plain).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let at = options.clock.say(message.created_at.0);
    format!("*{kind}{name}, {at}:*\n\n{}", message.body)
}

/// A text of a note with what it is above it.
fn marked(message: &Message) -> String {
    if is_note(message) {
        return format!("**Internal note**\n\n{}", message.body);
    }
    message.body.clone()
}
