//! Cells of Jira's tables that hold several values, and columns that only one site has.

use crate::domain::words::LinkKind;
use crate::import::dates::Dates;
use crate::import::record::Record;
use crate::import::words;

/// A file: `date;author;name;address`, where the name may hold a semicolon.
pub(super) fn file(cell: &str, dates: &Dates) -> Option<(String, Option<String>)> {
    let (rest, url) = match cell.rsplit_once(';') {
        Some((rest, url)) if url.trim_start().starts_with("http") => (rest, Some(url.trim())),
        _ => (cell, None),
    };
    let mut parts = rest.splitn(3, ';');
    let (date, _, name) = (parts.next()?, parts.next()?, parts.next()?);
    dates.read(date)?;
    Some((name.trim().to_owned(), url.map(ToOwned::to_owned)))
}

/// What a column of links to other issues holds: the kind, and whether they stand on this issue.
pub(super) fn link(header: &str) -> Option<(LinkKind, bool)> {
    const LINK: &[&str] = &[
        "issue link",
        "enlace",
        "lien",
        "link",
        "verkn",
        "powiąz",
        "связ",
        "collegament",
        "koppel",
        "リンク",
        "链接",
        "連結",
    ];
    const OUT: &[&str] = &[
        "outward",
        "ausgehend",
        "salida",
        "saliente",
        "sortant",
        "saída",
        "wychodz",
        "исходящ",
        "uscita",
        "uitgaand",
        "外向",
        "外部",
        "向外",
    ];
    let lower = header.to_lowercase();
    let (before, name) = lower.split_once('(')?;
    let custom = before.trim_end().ends_with("field") || !name.ends_with(')');
    let is = |words: &[&str]| words.iter().any(|word| before.contains(word));
    (!custom && is(LINK)).then(|| (super::link_kind(name), is(OUT)))
}

/// The longest value of such a column that is kept, in characters.
const LONGEST: usize = 2000;

/// Keeps what a column holds that Jira's own do not know.
pub(super) fn custom(record: &mut Record, column: &str, value: &str) {
    const NOISE: [&str; 12] = [
        "rank",
        "development",
        "issue color",
        "lexorank",
        "[chart] date of first response",
        "[chart] time in status",
        "epic color",
        "epic status",
        "work category",
        "votes",
        "parent id",
        "global rank",
    ];
    let inner = column.rsplit_once('(').and_then(|(before, inner)| {
        let custom = !before.is_empty() && inner.ends_with(')');
        custom.then(|| inner.trim_end_matches(')'))
    });
    let name = inner.unwrap_or(column).trim().to_lowercase();
    let value = value.trim();
    let noise = NOISE.contains(&name.as_str()) || value == "{}" || words::is_nothing(value);
    if noise || name.is_empty() || crate::import::headers::is_ours(&name) {
        return;
    }
    let short: String = value.chars().take(LONGEST).collect();
    record.field(&name, &short);
}
