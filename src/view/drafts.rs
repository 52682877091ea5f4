//! Texts that were written and are not stored yet.

use schemars::JsonSchema;
use serde::Serialize;

use super::Time;
use crate::domain::words::MessageKind;

/// A text that was written and is not stored yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Draft {
    /// Its name: `kqxz`.
    pub name: String,
    /// When it was begun, or last gone on with.
    pub at: Time,
    /// The command that it is for: reply, comment, new, edit or config; none when nobody knows.
    pub command: Option<String>,
    /// Public reply or internal note, if it is to be a message.
    pub kind: Option<MessageKind>,
    /// The tickets that it is about.
    pub tickets: Vec<String>,
    /// All of that in words.
    #[serde(rename = "for")]
    pub purpose: String,
    /// Its text.
    pub text: String,
    /// The desk's file.
    pub desk: Option<String>,
    /// Its own file.
    pub file: String,
    /// It is open in an editor now.
    pub open: bool,
    /// Its first line that somebody wrote.
    #[serde(skip)]
    pub first: String,
}

/// What was done with drafts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// They were listed.
    Listed,
    /// One was shown.
    Shown,
    /// They were thrown away.
    Removed,
}
