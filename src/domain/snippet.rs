//! Where the words looked for stand in a ticket: the part of it that a search shows.

use super::query::Place;
use super::text::{Phrase, Word, words};
use super::ticket::{Post, Ticket};
use super::words::MessageKind;

/// About how many characters of a message are shown.
const LENGTH: usize = 200;

/// How many of them come before the first word found.
const BEFORE: usize = 24;

/// A piece of text with places in it to be marked, as ranges of bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// The places, in order, without overlap.
    pub marks: Vec<(usize, usize)>,
}

/// What a search shows of a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The title.
    pub title: Marked,
    /// The message that holds most of the words, as numbered within the ticket, and its kind.
    pub message: Option<(String, MessageKind)>,
    /// The part of the message around the words, on one line; `…` where something is left out.
    pub part: Marked,
}

/// The phrases looked for, and where.
pub type Wanted<'q> = [(Option<Place>, &'q Phrase)];

/// A place that a phrase was found at: its range of bytes, and which phrase.
type Found = (usize, usize, usize);

impl Snippet {
    /// The snippet of `ticket` for the phrases `wanted`.
    #[must_use]
    pub fn of(ticket: &Ticket, wanted: &Wanted<'_>) -> Self {
        let title = ticket.now.title.clone();
        let found = find(&title, Place::Title, wanted);
        let title = Marked { marks: joined(&found), text: title };
        let mut best: Option<(usize, &Post, Vec<Found>)> = None;
        for post in ticket.conversation() {
            let place = match post.message.kind {
                MessageKind::Reply => Place::Body,
                MessageKind::Note => Place::Note,
            };
            let found = find(&post.message.wording.body, place, wanted);
            let distinct = distinct(&found);
            if distinct > best.as_ref().map_or(0, |(most, ..)| *most) {
                best = Some((distinct, post, found));
            }
        }
        let Some((_, post, found)) = best else { return Self { title, ..Self::default() } };
        let number = ticket.number();
        let name = format!("{number}.{}", post.message.number.within(number));
        Self {
            title,
            message: Some((name, post.message.kind)),
            part: part(&post.message.wording.body, &found),
        }
    }
}

impl Snippet {
    /// The snippet of a text under a title, such as an article's.
    #[must_use]
    pub fn of_text(title: &str, body: &str, wanted: &Wanted<'_>) -> Self {
        let found = find(title, Place::Title, wanted);
        let title = Marked { marks: joined(&found), text: title.to_owned() };
        let part = part(body, &find(body, Place::Body, wanted));
        Self { title, message: None, part }
    }
}

fn find(text: &str, place: Place, wanted: &Wanted<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut cut: Option<Vec<Word>> = None;
    for (i, (within, phrase)) in wanted.iter().enumerate() {
        if within.is_none_or(|within| within == place) {
            let words = cut.get_or_insert_with(|| words(text));
            let places = phrase.places(words).into_iter();
            found.extend(places.map(|(first, last)| (words[first].start, words[last].end, i)));
        }
    }
    found.sort_unstable();
    found
}

fn distinct(found: &[Found]) -> usize {
    found.iter().map(|(.., phrase)| *phrase).collect::<std::collections::BTreeSet<_>>().len()
}

/// The places without their overlaps.
fn joined(found: &[Found]) -> Vec<(usize, usize)> {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for (start, end, _) in found {
        match marks.last_mut() {
            Some(last) if *start <= last.1 => last.1 = last.1.max(*end),
            _ => marks.push((*start, *end)),
        }
    }
    marks
}

/// The part of `text` that shows most of what was found.
fn part(text: &str, found: &[Found]) -> Marked {
    // In bytes: close enough for finding out where most stands.
    let within = |start: usize| -> Vec<Found> {
        let from_here = &found[found.partition_point(|(at, ..)| *at < start)..];
        from_here.iter().take_while(|(_, end, _)| *end <= start + LENGTH).copied().collect()
    };
    // The first of the best.
    let start = found.iter().rev().map(|(at, ..)| *at).max_by_key(|at| distinct(&within(*at)));
    let start = start.unwrap_or(0);
    let before = text[..start].char_indices().rev().take(BEFORE + 1).last();
    let mut begin = before.map_or(start, |(at, _)| at);
    if begin > 0 {
        // Not in the middle of a word, where the script has words.
        let space = text[begin..start].find(char::is_whitespace);
        begin = space.map_or(begin, |space| begin + space);
    }
    let marks = joined(found);
    let mut out = Marked { text: String::new(), marks: Vec::new() };
    if !text[..begin].trim().is_empty() {
        out.text.push('…');
    }
    let mut open = None;
    for (count, (at, c)) in text[begin..].char_indices().enumerate() {
        let at = at + begin;
        if open.is_some_and(|(end, _)| at >= end) {
            close(&mut out, &mut open);
        }
        if count >= LENGTH && open.is_none() {
            if !text[at..].trim().is_empty() {
                out.text.push('…');
            }
            return out;
        }
        if let Some((_, end)) = marks.iter().find(|(start, _)| *start == at) {
            open = Some((*end, out.text.len()));
        }
        match c {
            c if !c.is_whitespace() => out.text.push(c),
            _ if out.text.is_empty() || out.text.ends_with(' ') => {}
            _ => out.text.push(' '),
        }
    }
    close(&mut out, &mut open);
    out
}

fn close(out: &mut Marked, open: &mut Option<(usize, usize)>) {
    if let Some((_, start)) = open.take() {
        out.marks.push((start, out.text.trim_end().len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, phrases: &[&str]) -> String {
        let phrases: Vec<Phrase> = phrases.iter().filter_map(|text| Phrase::read(text)).collect();
        let wanted: Vec<_> = phrases.iter().map(|phrase| (None, phrase)).collect();
        let part = part(text, &find(text, Place::Body, &wanted));
        let mut out = part.text.clone();
        for (start, end) in part.marks.iter().rev() {
            out.insert(*end, ']');
            out.insert(*start, '[');
        }
        out
    }

    #[test]
    fn the_words_found_are_marked_in_one_line() {
        assert_eq!(
            shown("It crashes.\n\nNull\n  pointer!", &["null pointer"]),
            "It crashes. [Null pointer]!"
        );
        assert_eq!(shown("登录失败了", &["失败"]), "登录[失败]了");
        assert_eq!(shown("登录失败了", &["录失败"]), "登[录失败]了");
    }

    #[test]
    fn a_long_text_is_shown_where_most_words_stand() {
        let text =
            format!("crash {} a crash of the cache {}", "bla ".repeat(200), "x ".repeat(300));
        let out = shown(&text, &["crash", "cache"]);
        assert!(out.starts_with("… bla") && out.contains("a [crash] of the [cache] x"), "{out}");
        assert!(out.ends_with("x …") || out.ends_with("x…"), "{out}");
        assert!(out.chars().count() < LENGTH + 10);
    }
}
