//! What the commands share that keep something on the desk by its name.

use crate::cx::Cx;
use crate::error::{Error, Result, nearest};
use crate::store::Writer;
use crate::view::Made;

/// Everything of this kind: its names and what is kept under them, sorted.
pub(super) fn all(cx: &mut Cx, kind: &str) -> Result<Vec<(String, String)>> {
    cx.reader()?.map_or(Ok(Vec::new()), |desk| desk.kept_of(kind))
}

/// What is kept under a name.
pub(super) fn find(cx: &mut Cx, kind: &str, name: &str) -> Result<Option<String>> {
    cx.reader()?.map_or(Ok(None), |desk| desk.kept(&key(kind, name)))
}

/// The key of what is kept: `canned/thanks`.
pub(super) fn key(kind: &str, name: &str) -> String {
    format!("{kind}/{name}")
}

/// There is nothing of this kind under `name`; `names` are what there is.
pub(super) fn missing<'a>(
    (kind, list): (&str, &str),
    name: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Error {
    let error = Error::not_found(format!("no {kind} `{name}`"));
    match nearest(name, names) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint(format!("`{list}` lists them")),
    }
}

/// Makes one change, or only tries it; `act` says whether it changed anything.
pub(super) fn change(
    cx: &mut Cx,
    dry_run: bool,
    act: impl FnOnce(&mut Writer<'_>) -> Result<bool>,
) -> Result<Made> {
    let change = cx.change(dry_run, |desk| {
        let changed = act(desk)?;
        Ok(changed.then(|| desk.change().to_string()))
    })?;
    Ok(Made { change, dry_run })
}
