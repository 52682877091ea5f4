//! The names of what promises rest on, as people give them.

use super::kept;
use crate::cx::Cx;
use crate::error::Result;

/// The tier of this name; none where the text is empty, or `none`.
///
/// # Errors
/// Exit 3 when there is none of the name, with the nearest one.
pub(super) fn tier(cx: &mut Cx, text: &str) -> Result<Option<String>> {
    named(cx, "tier", text)
}

/// What is kept under a name of this kind.
pub(super) fn named(cx: &mut Cx, kind: &str, text: &str) -> Result<Option<String>> {
    let name = text.trim().to_lowercase();
    if name.is_empty() || name == "none" {
        return Ok(None);
    }
    let all = kept::all(cx, kind)?;
    if all.iter().any(|(there, _)| *there == name) {
        return Ok(Some(name));
    }
    let list = format!("tix {kind} list");
    Err(kept::missing((kind, &list), &name, all.iter().map(|(name, _)| name.as_str())))
}
