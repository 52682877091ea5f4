//! Articles of the knowledge base, as people and imports supply them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::ids::Timestamp;
use crate::domain::person::Person;

/// An article: Markdown under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// What it is called: lower-case letters, digits and hyphens.
    pub name: String,
    /// One line.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Labels.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub labels: BTreeSet<String>,
    /// What it is called elsewhere, such as `confluence:131`.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Where people read it elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Person>,
    /// When it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}
