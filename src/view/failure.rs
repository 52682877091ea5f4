//! What went wrong, as it is shown to a program.

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Kind;

/// An error as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Failure {
    /// Its kind.
    pub code: Kind,
    /// The exit code of that kind.
    pub exit: u8,
    /// What to do next.
    pub hint: Option<String>,
    /// What went wrong, and why.
    pub message: String,
    /// `tix/error/1`.
    pub schema: String,
}
