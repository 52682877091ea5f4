//! Keys as they are shown.

use schemars::JsonSchema;
use serde::Serialize;

/// The user's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Key {
    /// Its file.
    pub file: String,
    /// Whom others seal to: `age1…`.
    pub recipient: String,
    /// What to compare with whoever says that it is theirs.
    pub fingerprint: String,
    /// The secret as 24 words; only where they were asked for.
    pub words: Option<String>,
    /// The secret as an age identity file; only where it was asked for.
    pub identity: Option<String>,
}

/// What was done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyed {
    /// It was made.
    Made,
    /// It was made again from its words.
    Recovered,
    /// It was shown.
    Shown,
}
