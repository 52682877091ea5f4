//! What a text is written for, so that nobody has to remember it when the text could not be stored.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::domain::article::Article;
use crate::domain::event::{Field, Message, Opening};
use crate::domain::ids::{Number, Uid};
use crate::domain::person::Person;
use crate::domain::ticket::Ticket;
use crate::domain::words::{MessageKind, Resolution, Status};

/// How many tickets are named before the others are counted.
const NAMED: usize = 3;

/// What becomes of a text when it is written. A public reply and an internal note are two things,
/// and nothing turns one into the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Purpose {
    /// It answers publicly.
    Reply {
        /// These tickets.
        on: Vec<Spot>,
        /// Each is then closed so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        close: Option<Resolution>,
        /// Each then waits for its requester.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pending: bool,
        /// A ticket that cannot be answered stops nothing.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        keep_going: bool,
        /// These files go with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attach: Vec<PathBuf>,
        /// It is made of this article, which is then linked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kb: Option<String>,
    },
    /// It is an internal note.
    Comment {
        /// On these tickets.
        on: Vec<Spot>,
        /// A ticket that cannot be commented on stops nothing.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        keep_going: bool,
        /// These files go with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attach: Vec<PathBuf>,
    },
    /// It describes a new ticket.
    New {
        /// The fields that the ticket opens with.
        opening: Box<Opening>,
        /// These files go with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attach: Vec<PathBuf>,
    },
    /// It is a ticket's fields and its description.
    Edit {
        /// The ticket.
        on: Spot,
        /// How they stood when somebody last looked.
        was: String,
    },
    /// It is the new wording of a message.
    Reword {
        /// The ticket.
        on: Spot,
        /// The message.
        message: Number,
        /// Public reply or internal note; that stays.
        kind: MessageKind,
        /// How it read when somebody last looked.
        was: String,
    },
    /// It is a canned reply.
    Canned {
        /// Its name.
        name: String,
        /// How it read when somebody last looked; none for a new one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<String>,
    },
    /// It is an article of the knowledge base.
    Article {
        /// Its name; empty where one is made of the title.
        name: String,
        /// What it is to be, but for its text.
        article: Box<Article>,
        /// How it stood when somebody last looked; none for a new one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<Box<Article>>,
    },
    /// It is the config file.
    Config,
}

/// A ticket that a text is written for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// Its identity.
    pub uid: Uid,
    /// The number that people say.
    pub number: Number,
    /// Whom a public reply on it would reach, as its writer was told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Person>,
    /// The public messages that its writer could see.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub public: BTreeSet<Number>,
    /// Where it stood then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// It was part of another one then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub merged: bool,
}

impl Spot {
    /// A ticket, whatever is said there.
    #[must_use]
    pub fn named(ticket: &Ticket) -> Self {
        let (uid, number) = (ticket.uid, ticket.number());
        let merged = ticket.now.merged.is_some();
        Self { uid, number, to: Vec::new(), public: BTreeSet::new(), status: None, merged }
    }

    /// A ticket as it stands now.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Self {
        let there = ticket.conversation();
        let public = there.iter().filter(|post| post.message.kind == MessageKind::Reply);
        Self {
            to: ticket.reached(ticket.answered()).into_iter().cloned().collect(),
            public: public.map(|post| post.message.number).collect(),
            status: Some(ticket.now.state.status),
            ..Self::named(ticket)
        }
    }

    /// What has happened to the ticket since its writer looked that a public reply to it must not
    /// pass over, in words; none when nothing has. What only we read is no such thing.
    #[must_use]
    pub fn missed(&self, ticket: &Ticket) -> Option<String> {
        let now = Spot::of(ticket);
        // A note makes a new ticket an open one.
        let ours = |status| matches!(status, Some(Status::New | Status::Open));
        if let Some(said) = self.status.and_then(|_| self.said_since(ticket)) {
            return Some(said);
        }
        if self.status.is_some()
            && self.status != now.status
            && !(ours(self.status) && ours(now.status))
        {
            let state = Field::Status(ticket.now.state);
            return Some(format!("it is {} now", state.value()));
        }
        if self.to == now.to {
            return None;
        }
        let names: Vec<String> = now.to.iter().map(ToString::to_string).collect();
        let reach = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
        Some(format!("the reply would reach {reach} now"))
    }

    /// What was said publicly since, in words.
    fn said_since(&self, ticket: &Ticket) -> Option<String> {
        let own = ticket.number();
        let new = ticket.conversation().into_iter().map(|post| &post.message).filter(|message| {
            message.kind == MessageKind::Reply && !self.public.contains(&message.number)
        });
        let name =
            |it: &Message| format!("{own}.{} by {}", it.number.within(own), it.author.short());
        let new: Vec<String> = new.map(name).collect();
        match new.as_slice() {
            [] => None,
            [one] => Some(format!("a new message {one} arrived meanwhile")),
            _ => Some(format!("new messages arrived meanwhile: {}", in_short(&new))),
        }
    }
}

/// `1, 2, 3 and 4 more`
fn in_short(names: &[String]) -> String {
    let some = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => some,
        more => format!("{some} and {more} more"),
    }
}

impl Purpose {
    /// The command that does it.
    #[must_use]
    pub fn command(&self) -> &'static str {
        match self {
            Purpose::Reply { .. } => "reply",
            Purpose::Comment { .. } => "comment",
            Purpose::New { .. } => "new",
            Purpose::Edit { .. } | Purpose::Reword { .. } => "edit",
            Purpose::Canned { .. } => "canned",
            Purpose::Article { .. } => "kb",
            Purpose::Config => "config",
        }
    }

    /// A word for it in the name of a file: no other purpose of another kind has the same.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Purpose::Reply { .. } => "reply",
            Purpose::Comment { .. } => "note",
            Purpose::New { .. } => "new",
            Purpose::Edit { .. } => "edit",
            Purpose::Reword { kind: MessageKind::Reply, .. } => "reply-edit",
            Purpose::Reword { kind: MessageKind::Note, .. } => "note-edit",
            Purpose::Canned { .. } => "canned",
            Purpose::Article { .. } => "article",
            Purpose::Config => "config",
        }
    }

    /// What kind of message it is or becomes, if any.
    #[must_use]
    pub fn kind(&self) -> Option<MessageKind> {
        match self {
            Purpose::Reply { .. } => Some(MessageKind::Reply),
            Purpose::Comment { .. } => Some(MessageKind::Note),
            Purpose::Reword { kind, .. } => Some(*kind),
            Purpose::New { .. }
            | Purpose::Edit { .. }
            | Purpose::Canned { .. }
            | Purpose::Article { .. }
            | Purpose::Config => None,
        }
    }

    /// The tickets that it is about.
    #[must_use]
    pub fn on(&self) -> &[Spot] {
        match self {
            Purpose::Reply { on, .. } | Purpose::Comment { on, .. } => on,
            Purpose::Edit { on, .. } | Purpose::Reword { on, .. } => std::slice::from_ref(on),
            Purpose::New { .. }
            | Purpose::Canned { .. }
            | Purpose::Article { .. }
            | Purpose::Config => &[],
        }
    }
}

/// `PUBLIC reply to #42`, `NOTE on #42`: what lists of drafts say.
impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Purpose::Reply { on, close, pending, .. } => {
                write!(f, "PUBLIC reply to {}", named(on))?;
                close.map_or(Ok(()), |resolution| write!(f, ", then closed ({resolution})"))?;
                f.write_str(if *pending { ", then pending" } else { "" })
            }
            Purpose::Comment { on, .. } => write!(f, "NOTE on {}", named(on)),
            Purpose::New { opening, .. } => write!(f, "new ticket: {}", opening.title),
            Purpose::Edit { on, .. } => write!(f, "edit of #{}", on.number),
            Purpose::Reword { on, message, kind, .. } => {
                let within = message.within(on.number);
                write!(f, "edit of {} {}.{within}", badge(*kind), on.number)
            }
            Purpose::Canned { name, was: None } => write!(f, "new canned reply {name}"),
            Purpose::Canned { name, .. } => write!(f, "edit of the canned reply {name}"),
            Purpose::Article { article, was: None, .. } => {
                write!(f, "new article: {}", article.title)
            }
            Purpose::Article { name, .. } => write!(f, "edit of the article {name}"),
            Purpose::Config => f.write_str("edit of the config"),
        }
    }
}

/// `#1, #2, #3 and 4 more`
fn named(on: &[Spot]) -> String {
    in_short(&on.iter().map(|it| format!("#{}", it.number)).collect::<Vec<_>>())
}

/// The words that say aloud who may read a message.
#[must_use]
pub fn badge(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Reply => "PUBLIC reply",
        MessageKind::Note => "NOTE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spots(count: u32) -> Vec<Spot> {
        let number = |n| Number { machine: crate::domain::ids::Machine(0), n };
        let spot = |n| {
            let (uid, number) = (Uid([7; 16]), number(n));
            Spot {
                uid,
                number,
                to: Vec::new(),
                public: BTreeSet::new(),
                status: None,
                merged: false,
            }
        };
        (1..=count).map(spot).collect()
    }

    /// One of every kind.
    fn all() -> Vec<Purpose> {
        let reply = |count, close, pending| Purpose::Reply {
            on: spots(count),
            close,
            pending,
            keep_going: false,
            attach: Vec::new(),
            kb: None,
        };
        let on = || spots(1).remove(0);
        let message: Number = "3".parse().unwrap();
        let was = || "was".to_owned();
        let reword = |kind| Purpose::Reword { on: on(), message, kind, was: was() };
        let opening = Box::new(Opening::new("Crash").unwrap());
        let article = || Box::new(Article { title: "Reset".to_owned(), ..Article::default() });
        vec![
            reply(1, None, true),
            reply(5, Some(Resolution::Answered), false),
            Purpose::Comment { on: spots(3), keep_going: true, attach: vec!["trace.txt".into()] },
            Purpose::New { opening, attach: Vec::new() },
            Purpose::Edit { on: on(), was: was() },
            reword(MessageKind::Reply),
            reword(MessageKind::Note),
            Purpose::Canned { name: "thanks".to_owned(), was: None },
            Purpose::Canned { name: "thanks".to_owned(), was: Some(was()) },
            Purpose::Article { name: String::new(), article: article(), was: None },
            Purpose::Article { name: "reset".to_owned(), article: article(), was: Some(article()) },
            Purpose::Config,
        ]
    }

    #[test]
    fn every_purpose_says_what_it_is() {
        let told: Vec<String> = all().iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "PUBLIC reply to #1, then pending",
                "PUBLIC reply to #1, #2, #3 and 2 more, then closed (answered)",
                "NOTE on #1, #2, #3",
                "new ticket: Crash",
                "edit of #1",
                "edit of PUBLIC reply 1.3",
                "edit of NOTE 1.3",
                "new canned reply thanks",
                "edit of the canned reply thanks",
                "new article: Reset",
                "edit of the article reset",
                "edit of the config",
            ]
        );
    }

    #[test]
    fn every_purpose_reads_back_and_none_for_another() {
        for purpose in all() {
            let text = serde_json::to_string(&purpose).unwrap();
            assert_eq!(serde_json::from_str::<Purpose>(&text).unwrap(), purpose);
            for other in all().iter().filter(|other| other.kind() != purpose.kind()) {
                assert_ne!(other.word(), purpose.word());
            }
        }
        let pinned = r#"{"command":"comment","on":[{"uid":"07070707-0707-0707-0707-070707070707","number":"1"}]}"#;
        let note = Purpose::Comment { on: spots(1), keep_going: false, attach: Vec::new() };
        assert_eq!(serde_json::to_string(&note).unwrap(), pinned);
    }
}
