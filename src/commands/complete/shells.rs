//! The answer as each shell's script reads it: first what kind it is, then a line for each offer.
//!
//! What is inserted must stand for exactly the offered word: bash inserts it as it is, so it is
//! quoted here; zsh and fish quote it themselves. Nothing passes that the gate would have to change.

use std::fmt::Write;

use super::bash::{self, Quote};
use super::{Fits, Offer, begins, fits};
use crate::render;

/// A longer word is nobody's to insert.
const LENGTH_MAX: usize = 200;

/// The columns that a list has when the shell does not say.
const WIDTH: usize = 80;

/// Types of bash's completion that insert one offer after the other, or all at once.
const INSERTING: [&str; 2] = ["37", "42"];

/// `bash TYPE COLUMNS WORD LINE`: WORD is what bash will replace, the end of LINE as it is typed.
pub(super) fn bash(cli: &clap::Command, given: &[String]) -> Option<String> {
    let [kind, columns, replaced, line] = given else { return None };
    let cut = bash::cut(line, replaced)?;
    if cut.redirected {
        return Some("files\n".to_owned());
    }
    let Some(offers) = safe(fits(cli, cut.words.get(1..)?)?) else {
        return Some("files\n".to_owned());
    };
    let typed = cut.words.last()?.strip_prefix(&cut.head)?;
    let word = |offer: &Offer| {
        let value = offer.value();
        let rest = value.strip_prefix(&cut.head)?.to_owned();
        Some((bash::quoted(&rest, cut.quote)?, rest, offer.clone()))
    };
    let words: Vec<(String, String, Offer)> = offers.iter().filter_map(word).collect();
    let one = words.len() == 1;
    let mut answer = if one && words[0].2.open { "open\n" } else { "\n" }.to_owned();
    let inserts = INSERTING.contains(&kind.as_str());
    let shown = !one && !inserts && cut.quote == Quote::None;
    let widest = width(words.iter().map(|(word, ..)| word.as_str()));
    for (word, _, offer) in &words {
        let about = if shown { offer.about.as_str() } else { "" };
        let mut line = row(word, about, widest, wide(columns)).into_owned();
        // Bash closes the quotes, unless the word ends as if they were.
        line.extend(
            (one || inserts).then(|| cut.quote.mark()).flatten().filter(|it| line.ends_with(*it)),
        );
        let _ = writeln!(answer, "{line}");
    }
    if !one && !inserts && words.iter().any(|(_, rest, _)| !begins(rest, typed)) {
        // What these have in common must not replace the word typed: found is, whose title fits.
        answer.push_str(" \n");
    }
    Some(answer)
}

/// `zsh COLUMNS WORD…`: the words as far as the cursor, their quotes removed.
pub(super) fn zsh(cli: &clap::Command, given: &[String]) -> Option<String> {
    let (columns, words) = given.split_first()?;
    let typed = words.last()?;
    let Some(offers) = safe(fits(cli, words)?) else { return Some("files\n".to_owned()) };
    let other = |offer: &Offer| !offer.value().starts_with(typed.as_str());
    let menu = offers.len() > 1 && offers.iter().any(other);
    let mut answer = if menu { "menu\n" } else { "\n" }.to_owned();
    let lines = offers.iter().any(|offer| !offer.about.is_empty());
    let widest = width(offers.iter().map(|offer| offer.word.as_str()));
    for offer in &offers {
        let mut flags = String::new();
        flags.extend(lines.then_some('l'));
        flags.extend(offer.open.then_some('o'));
        flags.extend(other(offer).then_some('u'));
        let shown = row(&offer.word, &offer.about, widest, wide(columns));
        let _ = writeln!(answer, "-{flags}\t{}\t{shown}", offer.value());
    }
    Some(answer)
}

/// `fish WORD… TOKEN`: the words before the cursor, and the one at it as it is typed.
pub(super) fn fish(cli: &clap::Command, given: &[String]) -> Option<String> {
    let (token, before) = given.split_last()?;
    let token = bash::cut(token, "")?.words.pop()?;
    let words: Vec<String> = before.iter().cloned().chain([token]).collect();
    let Some(offers) = safe(fits(cli, &words)?) else { return Some("files\n".to_owned()) };
    let mut answer = "\n".to_owned();
    // Fish quotes all but this, and would put somebody's home in its place.
    for offer in offers.iter().filter(|offer| !offer.value().starts_with('~')) {
        let _ = writeln!(answer, "{}\t{}", offer.value(), offer.about);
    }
    Some(answer)
}

/// The offers that can be inserted as they are, what they are about made safe to print; none for
/// files.
fn safe(fits: Fits) -> Option<Vec<Offer>> {
    let Fits::These(offers) = fits else { return None };
    let harmless = |offer: &Offer| {
        !offer.word.is_empty()
            && offer.word.chars().count() <= LENGTH_MAX
            && render::line(&offer.word) == offer.word
    };
    let tell = |offer: Offer| {
        let about = offer.about.lines().next().map(render::line).unwrap_or_default().into_owned();
        Offer { about, ..offer }
    };
    Some(offers.into_iter().filter(harmless).map(tell).collect())
}

/// A line of a list: the word, and what it is, as far as there is room.
fn row<'a>(word: &'a str, about: &str, widest: usize, columns: usize) -> std::borrow::Cow<'a, str> {
    if about.is_empty() {
        return word.into();
    }
    let gap = " ".repeat(widest.saturating_sub(render::width(word)) + 2);
    render::fit(&format!("{word}{gap}{about}"), columns.max(widest + 10)).into_owned().into()
}

fn width<'a>(words: impl Iterator<Item = &'a str>) -> usize {
    words.map(render::width).max().unwrap_or(0).min(WIDTH / 2)
}

fn wide(columns: &str) -> usize {
    columns.parse().unwrap_or(WIDTH).clamp(20, 1000) - 2
}
