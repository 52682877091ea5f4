//! What is promised to whom, by the names that people give.

use crate::cx::Cx;
use crate::error::{Error, Result, nearest};

/// The tier of this name, as it is kept; none where the text says none.
///
/// # Errors
/// Exit 3 when there is no such tier, with the nearest name.
pub(super) fn tier(cx: &mut Cx, text: &str) -> Result<Option<String>> {
    let name = text.trim().to_lowercase();
    if name.is_empty() || name == "none" {
        return Ok(None);
    }
    let kept = cx.reader()?.map_or(Ok(Vec::new()), |desk| desk.kept_of("tier"))?;
    let mut names = kept.iter().map(|(name, _)| name.as_str());
    if names.clone().any(|kept| kept == name) {
        return Ok(Some(name));
    }
    let error = Error::not_found(format!("no tier `{name}`"));
    Err(match nearest(&name, &mut names) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`tix tier list` lists them"),
    })
}
