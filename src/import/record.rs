//! A ticket as a source has it, before it is made to fit.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::{below, title};
use crate::domain::draft::{Draft, Posting, Says};
use crate::domain::event::{
    Attachment, BODY_MAX, LABEL_MAX, Link, Opening, Wording, body_of, label_of,
};
use crate::domain::ids::{Timestamp, Uid, is_source};
use crate::domain::person::Person;
use crate::domain::words::{
    By, Channel, LinkKind, MessageKind, Priority, Resolution, State, Status,
};
use crate::error::{Error, Result};

/// A ticket as a source has it. What its texts hold is made to fit by [`Record::draft`], so that
/// readers of formats say only what stands where.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// What it is called elsewhere, `jira:PROJ-7`: its identity is made of it.
    pub(super) reference: String,
    /// Other names that it is found by, `mail:<id>` without the brackets.
    pub(super) refs: Vec<String>,
    /// Where people read it.
    pub(super) url: Option<String>,
    /// Any text; of a longer one the whole goes above the description.
    pub(super) title: String,
    /// The first message; none where there is no conversation at all.
    pub(super) description: Option<String>,
    /// When the description was last edited.
    pub(super) edited: Option<Timestamp>,
    /// Files of the description.
    pub(super) attachments: Vec<Attachment>,
    /// Who asks.
    pub(super) requester: Option<Person>,
    /// Whose words the description is; the requester's unless said otherwise.
    pub(super) by: By,
    /// Who wrote the description, if not the requester.
    pub(super) author: Option<Person>,
    /// Whom a mail is for.
    pub(super) to: Vec<Person>,
    /// A machine wrote the description.
    pub(super) automatic: bool,
    /// How it reached us.
    pub(super) channel: Channel,
    /// Where it stands.
    pub(super) status: Status,
    /// How it ended, if it is closed; `solved` unless said otherwise.
    pub(super) resolution: Option<Resolution>,
    /// When it was closed, if it is; else its last trace counts.
    pub(super) closed: Option<Timestamp>,
    /// How much it matters.
    pub(super) priority: Priority,
    /// Any texts.
    pub(super) labels: Vec<String>,
    /// Who of us works on it.
    pub(super) assignee: Option<Person>,
    /// Whose customer asks.
    pub(super) customer: Option<String>,
    /// The support tier.
    pub(super) tier: Option<String>,
    /// When it was opened.
    pub(super) created: Option<Timestamp>,
    /// When the source last changed it.
    pub(super) updated: Option<Timestamp>,
    /// When it is due.
    pub(super) due: Option<Timestamp>,
    /// Hidden until then.
    pub(super) snoozed: Option<Timestamp>,
    /// What it has to do with other tickets, by their references.
    pub(super) links: Vec<(LinkKind, String)>,
    /// What only the source knows.
    pub(super) fields: BTreeMap<String, String>,
    /// What was said after the description.
    pub(super) replies: Vec<Reply>,
    /// What the source says nothing about is no reason to change a ticket that is here already.
    pub(super) says: Says,
}

/// A message after the first.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    /// What it is called on its ticket, such as `comment-12`; its place says it if nothing else does.
    pub(super) name: Option<String>,
    /// Internal or public.
    pub(super) kind: MessageKind,
    /// Who wrote it.
    pub(super) author: Option<Person>,
    /// Whose words they are, where the source knows; else whoever is not the requester is somebody
    /// else, and of us only if configured so.
    pub(super) by: Option<By>,
    /// Its text.
    pub(super) body: String,
    /// When it was written; one without a time stays where it stands.
    pub(super) created: Option<Timestamp>,
    /// When it was last edited.
    pub(super) edited: Option<Timestamp>,
    /// Its files.
    pub(super) attachments: Vec<Attachment>,
    /// Whom it is for, where that is known.
    pub(super) to: Vec<Person>,
    /// A machine wrote it on its own.
    pub(super) automatic: bool,
}

impl Reply {
    /// A public message.
    pub(super) fn new(author: Option<Person>, created: Option<Timestamp>, body: String) -> Self {
        Self {
            name: None,
            kind: MessageKind::Reply,
            author,
            by: None,
            body,
            created,
            edited: None,
            attachments: Vec::new(),
            to: Vec::new(),
            automatic: false,
        }
    }
}

impl Record {
    /// An open ticket of this name and title, and nothing else known of it.
    pub(super) fn new(reference: String, channel: Channel, title: String) -> Self {
        Self {
            reference,
            refs: Vec::new(),
            url: None,
            title,
            description: None,
            edited: None,
            attachments: Vec::new(),
            requester: None,
            by: By::Requester,
            author: None,
            to: Vec::new(),
            automatic: false,
            channel,
            status: Status::Open,
            resolution: None,
            closed: None,
            priority: Priority::Normal,
            labels: Vec::new(),
            assignee: None,
            customer: None,
            tier: None,
            created: None,
            updated: None,
            due: None,
            snoozed: None,
            links: Vec::new(),
            fields: BTreeMap::new(),
            replies: Vec::new(),
            says: Says::ALL,
        }
    }

    /// Notes a field that only the source knows; one line, nothing when it is empty.
    pub(super) fn field(&mut self, name: &str, value: &str) {
        let words: Vec<&str> = value.split_whitespace().collect();
        if !words.is_empty() {
            self.fields.insert(name.to_owned(), words.join(" "));
        }
    }

    /// The draft that it becomes.
    ///
    /// # Errors
    /// Exit 4, saying what of it cannot be kept.
    pub(super) fn draft(mut self) -> Result<Draft> {
        if !is_source(&self.reference) {
            return Err(Error::invalid(format!("`{}` cannot be its name", shown(&self.reference))));
        }
        if let Some(url) = self.url.take() {
            self.field("url", &url);
        }
        let whole = self.title.trim();
        let (title, whole) = title(if whole.is_empty() { "(no title)" } else { whole });
        self.replies.iter_mut().fold(self.created, |last, reply| {
            reply.created = reply.created.or(last);
            reply.created
        });
        let said = self.replies.iter().filter_map(|reply| reply.created);
        let traces = || said.clone().chain(self.created).chain(self.updated).chain(self.closed);
        let created_at = self.created.or_else(|| traces().min());
        let closed_at = self.closed.or_else(|| traces().max());
        let state = (self.status == Status::Closed).then(|| State {
            status: Status::Closed,
            resolution: Some(self.resolution.unwrap_or(Resolution::Solved)),
            closed_at,
        });
        let begins = state.map_or(self.status, |_| Status::Open);
        let mut opening = Opening {
            state: State::of(begins),
            priority: self.priority,
            channel: self.channel,
            labels: self.labels.iter().filter_map(|text| label(text)).collect(),
            refs: self.refs.iter().filter(|name| is_source(name)).cloned().collect(),
            assignee: self.assignee.take(),
            requester: self.requester.clone(),
            customer: self.customer.take(),
            tier: self.tier.take(),
            due_at: self.due,
            snoozed_until: self.snoozed,
            links: links(&self.links, &self.reference),
            fields: std::mem::take(&mut self.fields),
            updated_at: self.updated,
            ..Opening::new(&title)?
        };
        opening.refs.insert(self.reference.clone());
        let uid = Some(Uid::of_source(&self.reference));
        let says = self.says;
        let messages = self.messages(whole.as_deref(), created_at)?;
        Ok(Draft { uid, number: None, opening, created_at, state, messages, says })
    }

    /// The conversation, oldest first, the description always at its head.
    fn messages(self, whole: Option<&str>, at: Option<Timestamp>) -> Result<Vec<Posting>> {
        let mut messages = Vec::with_capacity(self.replies.len() + 1);
        let requester = self.requester.as_ref();
        if self.description.is_some() || whole.is_some() || !self.replies.is_empty() {
            let author = self.author.or_else(|| requester.cloned()).unwrap_or_else(unknown);
            let body = body(&below(whole, &self.description.unwrap_or_default()))?;
            let wording = Wording { body, edited_at: self.edited };
            messages.push(Posting {
                wording,
                reference: Some(self.reference.clone()),
                created_at: at,
                attachments: self.attachments,
                to: self.to,
                automatic: self.automatic,
                ..Posting::new(MessageKind::Reply, author, self.by, String::new())
            });
        }
        let mut replies: Vec<Reply> = self.replies;
        replies.sort_by_key(|reply| reply.created);
        let mut known = BTreeSet::new();
        for (index, reply) in replies.into_iter().enumerate() {
            let name = reply.name.unwrap_or_else(|| format!("comment-{}", index + 1));
            let name = if is_source(&name) { name } else { format!("{}/{name}", self.reference) };
            if !known.insert(name.clone()) {
                continue;
            }
            let author = reply.author.unwrap_or_else(unknown);
            let asks = requester.is_some_and(|requester| requester.same(&author));
            let by = match (reply.kind, reply.by) {
                (MessageKind::Note, _) => By::Us,
                (_, Some(by)) => by,
                (_, None) if asks => By::Requester,
                (_, None) => By::Other,
            };
            let wording = Wording { body: body(&reply.body)?, edited_at: reply.edited };
            messages.push(Posting {
                wording,
                reference: Some(name),
                created_at: reply.created,
                attachments: reply.attachments,
                to: reply.to,
                automatic: reply.automatic,
                ..Posting::new(reply.kind, author, by, String::new())
            });
        }
        Ok(messages)
    }
}

/// Somebody of whom nothing is known.
pub(super) fn unknown() -> Person {
    Person { name: Some("unknown".to_owned()), email: None }
}

/// A body as it may be stored: what is too long is cut, and says so.
pub(super) fn body(text: &str) -> Result<String> {
    const CUT: &str = "\n\n[the rest was too long to import]";
    if text.len() <= BODY_MAX {
        return body_of(text);
    }
    let mut end = BODY_MAX - CUT.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    body_of(&format!("{}{CUT}", &text[..end]))
}

/// A text as a label, made to fit where it does not.
pub(super) fn label(text: &str) -> Option<String> {
    label_of(text).ok().or_else(|| {
        let part = |c: char| c == ',' || c.is_whitespace() || c.is_control();
        let words: Vec<&str> = text.split(part).filter(|word| !word.is_empty()).collect();
        let short: String = words.join(" ").chars().take(LABEL_MAX).collect();
        label_of(&short).ok()
    })
}

/// Links to other tickets by what those are made of, but for one to itself.
fn links(links: &[(LinkKind, String)], own: &str) -> BTreeSet<Link> {
    let others = links.iter().filter(|(_, to)| to != own && is_source(to));
    others.map(|(kind, to)| Link { kind: *kind, to: Uid::of_source(to) }).collect()
}

/// A text in a message, cut.
fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_rfc3339(text).unwrap()
    }

    #[test]
    fn what_does_not_fit_is_made_to() {
        let mut record =
            Record::new("jira:A-1".into(), Channel::Web, format!("\n{}\nb", "x".repeat(300)));
        record.labels = vec!["a,b".into(), " ".into(), "ok".into()];
        record.refs = vec!["no".into(), "mail:x@y".into()];
        record.url = Some("https://x.example/A-1\n".into());
        record.links =
            vec![(LinkKind::Blocks, "jira:A-1".into()), (LinkKind::Blocks, "jira:A-2".into())];
        let draft = record.draft().unwrap();
        assert_eq!(draft.opening.title.chars().count(), 200);
        assert!(draft.messages[0].wording.body.starts_with("xxx"));
        assert_eq!(draft.opening.labels.len(), 2);
        let refs: Vec<&String> = draft.opening.refs.iter().collect();
        assert_eq!(refs, ["jira:A-1", "mail:x@y"]);
        assert_eq!(draft.opening.links.len(), 1);
        assert_eq!(draft.opening.fields["url"], "https://x.example/A-1");
        assert_eq!(draft.uid, Some(Uid::of_source("jira:A-1")));
        assert!(Record::new("A-1".into(), Channel::Web, "t".into()).draft().is_err());
    }

    #[test]
    fn messages_stand_by_time_and_know_whose_they_are() {
        let person = |name: &str| Person::new(Some(name), None);
        let mut record = Record::new("jira:A-1".into(), Channel::Web, "t".into());
        (record.requester, record.created) = (person("ada"), Some(at("2026-01-01T00:00:00Z")));
        let later = Reply::new(person("bob"), Some(at("2026-01-03T00:00:00Z")), "late".into());
        let note = Reply { kind: MessageKind::Note, ..Reply::new(person("eve"), None, "n".into()) };
        let mine = Reply::new(person("ada"), Some(at("2026-01-02T00:00:00Z")), "mine".into());
        record.replies = vec![later, note, mine];
        record.status = Status::Closed;
        let draft = record.draft().unwrap();
        let said: Vec<(&str, By)> =
            draft.messages.iter().map(|m| (m.wording.body.as_str(), m.by)).collect();
        assert_eq!(
            said,
            [("", By::Requester), ("mine", By::Requester), ("late", By::Other), ("n", By::Us)]
        );
        assert_eq!(draft.state.unwrap().closed_at, Some(at("2026-01-03T00:00:00Z")));
        assert_eq!(draft.state.unwrap().resolution, Some(Resolution::Solved));
        assert_eq!(draft.messages[1].reference.as_deref(), Some("jira:A-1/comment-1"));
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_and_says_so() {
        let text = body(&"é".repeat(BODY_MAX / 2 + 10)).unwrap();
        assert!(text.len() <= BODY_MAX && text.ends_with("too long to import]"));
    }
}
