//! Texts that were written and are not stored yet.

use schemars::JsonSchema;
use serde::Serialize;

use super::Time;
use crate::domain::purpose::Purpose;
use crate::domain::words::MessageKind;
use crate::drafts;

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

impl From<drafts::Draft> for Draft {
    fn from(draft: drafts::Draft) -> Self {
        let text = draft.text();
        let purpose = draft.slip.as_ref().map(|slip| &slip.purpose);
        let on = purpose.map(Purpose::on).unwrap_or_default();
        Self {
            at: Time(draft.at),
            command: purpose.map(|purpose| purpose.command().to_owned()),
            kind: purpose.and_then(Purpose::kind),
            tickets: on.iter().map(|spot| spot.number.to_string()).collect(),
            purpose: purpose.map_or_else(|| "not known".to_owned(), ToString::to_string),
            first: draft.first(),
            text,
            desk: draft.slip.as_ref().and_then(|slip| slip.desk.clone()),
            file: draft.file.display().to_string(),
            open: draft.open,
            name: draft.name,
        }
    }
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
