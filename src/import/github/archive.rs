//! Archives that keep an issue in several files: `N-main.json`, `N-comments.json`, `N-xrefs.json`.

use std::path::Path;

use serde_json::Value;

use crate::error::Result;
use crate::import::{Place, Source, whole};

/// What a file is to such an archive.
pub(super) enum Part {
    /// Not part of one.
    Alone,
    /// The issue itself, with the comments found beside it.
    Issue(Value),
    /// Read with its issue, or of no use.
    OfIssue,
}

/// What `source` is, judged by its name and the files beside it.
///
/// # Errors
/// When the comments beside an issue cannot be read.
pub(super) fn part(source: &Source) -> Result<Part> {
    let Some(path) = source.path() else { return Ok(Part::Alone) };
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let Some((number, kind)) = stem.and_then(|stem| stem.rsplit_once('-')) else {
        return Ok(Part::Alone);
    };
    if number.is_empty() || !number.bytes().all(|c| c.is_ascii_digit()) {
        return Ok(Part::Alone);
    }
    let beside = |kind: &str| path.with_file_name(format!("{number}-{kind}.json"));
    let comments = beside("comments");
    Ok(match kind {
        "main" if comments.is_file() => Part::Issue(value(&comments)?),
        "main" => Part::Alone,
        _ if beside("main").is_file() => Part::OfIssue,
        _ => Part::Alone,
    })
}

fn value(path: &Path) -> Result<Value> {
    whole(&Place::at(path)?.sources[0])
}
