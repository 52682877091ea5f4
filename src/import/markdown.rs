//! Markdown files into the knowledge base.

use super::auto::Sample;
use super::page::Page;
use super::{Item, Options, Place, Sink, Source, times};
use crate::error::{Error, Result};

mod front;
#[cfg(test)]
mod tests;

use front::Front;

/// What the names of such files end in.
const ENDS: [&str; 4] = ["md", "markdown", "mdx", "mkd"];

/// Reads the files of a place. In a folder those count whose names say so.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let mut any = false;
    for source in &place.sources {
        if place.many && !source.ends_in(&ENDS) {
            sink(Item::Skipped("files of other kinds".to_owned()))?;
            continue;
        }
        any = true;
        one(source, options, sink)?;
    }
    if any {
        return Ok(());
    }
    Err(Error::not_found(format!("there is no Markdown file in {}", place.name))
        .because("their names end in .md or .markdown"))
}

fn one(source: &Source, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let (text, guessed) = source.text()?;
    if guessed {
        sink(Item::Note(format!("{} is not UTF-8, and read as Windows-1252", source.name())))?;
    }
    let text = text.replace("\r\n", "\n").replace('\0', "");
    let (front, body) = Front::split(&text);
    let stem = source.file_name().rsplit_once('.').map_or(source.file_name(), |(stem, _)| stem);
    // A folder's own page is called like the folder.
    let folder = source.inside().rsplit('/').nth(1);
    let named = match folder {
        Some(folder) if matches!(stem.to_ascii_lowercase().as_str(), "index" | "readme") => folder,
        _ => stem,
    };
    let titles = [front.title.clone(), heading(body), Some(named.replace(['-', '_'], " "))];
    let title = titles.into_iter().flatten().find(|title| !title.trim().is_empty());
    let path = if source.inside().is_empty() { "page.md" } else { source.inside() };
    let time = |text: &Option<String>| times::moment(text.as_deref()?, options.zone);
    let page = Page {
        reference: format!("markdown:{}", path.replace(char::is_whitespace, "%20")),
        title: title.unwrap_or_else(|| "Page".to_owned()),
        body: body.trim_matches('\n').to_owned(),
        url: front.url.clone(),
        author: front.author.as_deref().and_then(|name| name.parse().ok()),
        created: time(&front.created),
        updated: time(&front.updated),
        labels: front.labels,
    };
    if page.body.trim().is_empty() {
        return sink(Item::Skipped("files without text".to_owned()));
    }
    page.give(|| source.name().to_owned(), sink)
}

/// The first heading, `# Title` or underlined, outside of code.
fn heading(text: &str) -> Option<String> {
    let (mut code, mut before) = (false, "");
    for line in text.lines() {
        let begins = line.trim();
        if begins.starts_with("```") || begins.starts_with("~~~") {
            code = !code;
        }
        let level = begins.bytes().take_while(|c| *c == b'#').count();
        let text = begins[level..].trim().trim_end_matches('#').trim_end();
        if !code
            && (1..7).contains(&level)
            && begins[level..].starts_with([' ', '\t'])
            && !text.is_empty()
        {
            return Some(plain(text));
        }
        let underlined = begins.len() > 1 && begins.bytes().all(|c| c == b'=');
        if !code && underlined && !before.trim().is_empty() {
            return Some(plain(before.trim()));
        }
        before = line;
    }
    None
}

/// A heading without its marks: `[text](target)` is text.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let (text, target) = match after.split_once("](") {
            Some((text, target)) if !text.contains('[') => (text, target),
            _ => break,
        };
        let Some((_, left)) = target.split_once(')') else { break };
        out.push_str(before.trim_end_matches('!'));
        out.push_str(text);
        rest = left;
    }
    out.push_str(rest);
    out.replace("**", "").replace('`', "").trim().to_owned()
}

/// Does a sample look like it?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    let begins = sample.head.trim_start();
    let text = !sample.head.contains('\0') && !begins.starts_with(['{', '[']);
    text && sample.source.ends_in(&ENDS)
}
