//! Articles of the knowledge base.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Kept, Made, Time};
use crate::domain::ids::Uid;
use crate::domain::person::Person;
use crate::domain::snippet::Snippet;
use crate::domain::words::Status;

/// An article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Article {
    /// Its name.
    pub name: String,
    /// One line.
    pub title: String,
    /// Sorted.
    pub labels: BTreeSet<String>,
    /// Its text, Markdown.
    pub body: String,
    /// Its name where it came from.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Where people read it elsewhere.
    pub url: Option<String>,
    /// Who wrote it.
    pub author: Option<Person>,
    /// When it was written.
    pub created_at: Option<Time>,
    /// When it was last changed.
    pub updated_at: Option<Time>,
    /// The tickets that it is linked to.
    pub tickets: Vec<Helped>,
}

/// A ticket that an article is linked to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Helped {
    /// Its number.
    pub id: String,
    /// Its identity.
    pub uid: Uid,
    /// One line.
    pub title: String,
    /// Where it stands.
    pub status: Status,
}

/// An article as its tickets name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArticleName {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
}

/// An article that fits what is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Mention {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// How much: more is better.
    pub score: f64,
}

/// What a search for tickets says besides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Beside {
    /// Articles of the knowledge base that fit too, the best first.
    pub articles: Vec<Mention>,
}

/// An article that a search found.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FoundArticle {
    /// Its name.
    pub name: String,
    /// One line.
    pub title: String,
    /// Sorted.
    pub labels: BTreeSet<String>,
    /// Its name where it came from.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Where people read it elsewhere.
    pub url: Option<String>,
    /// When it was last changed.
    pub updated_at: Option<Time>,
    /// How much the words say about it: more is better.
    pub score: f64,
    /// The part of its text where the words stand.
    pub snippet: String,
    /// The same with the words marked, for people.
    #[serde(skip)]
    #[schemars(skip)]
    pub marked: Snippet,
}

/// Articles, and what was done with them.
#[derive(Clone, Debug, PartialEq)]
pub enum Articles {
    /// All were asked for, or those that some words name.
    Listed(Vec<Article>),
    /// Some were asked for by name; the flag says that it was one.
    Shown(Vec<Article>, bool),
    /// These were found, of so many.
    Found(Vec<FoundArticle>, u64),
    /// These were changed, each line saying how.
    Changed {
        /// As they stand now, or stood last.
        all: Vec<Article>,
        /// What was done.
        lines: Vec<String>,
        /// Some were kept, or taken away.
        done: Kept,
        /// When not on a terminal, print the names.
        announce: bool,
        /// The change.
        made: Made,
    },
}
