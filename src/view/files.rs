//! Files on a ticket.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::ids::Hash;
use crate::domain::words::MessageKind;

/// A file on a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct File {
    /// What its sender calls it.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// What its sender says it is, such as `image/png`.
    #[serde(rename = "type")]
    pub media: Option<String>,
    /// The message that it belongs to: `42.3`.
    pub message: String,
    /// Who may have it: those who read a public reply, or an internal note.
    pub kind: MessageKind,
    /// The BLAKE3 hash of its bytes.
    pub hash: Hash,
    /// Are its bytes on this desk?
    pub here: bool,
    /// Where it was saved.
    pub path: Option<String>,
}

/// Files on a ticket or on one of its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// What they are on: `#42` or `42.3`.
    pub of: String,
    /// The files.
    pub files: Vec<File>,
    /// They were saved just now.
    pub saved: bool,
}
