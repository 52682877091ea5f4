//! What fits in a query: keys, and values of keys.

use std::collections::HashSet;

use super::desk::Source;
use super::offers::{DATES, plain, query_keys, settings, sorts, views};
use super::{Offer, begins};
use crate::domain::query::{Counted, Has, Is, Moment, Ranked, Role, Text, is_key};
use crate::store::{Among, Term};

/// What fits after the last term of a query; `head` stands before the query.
pub(super) fn offers(desk: &Source<'_>, head: &str, typed: &str) -> Vec<Offer> {
    let start = last(typed, char::is_whitespace);
    let term = typed[start..].trim_start_matches(['(', '-']);
    let head = format!("{head}{}", &typed[..typed.len() - term.len()]);
    let Some((key, value)) = term.split_once(':') else {
        // A minus alone begins a flag.
        return if typed == "-" { Vec::new() } else { query_keys(&head, term) };
    };
    let key = key.to_ascii_lowercase();
    if !is_key(&key) {
        return Vec::new();
    }
    let head = format!("{head}{}", &term[..=key.len()]);
    if key == "sort" {
        return sorts(&head, value);
    }
    let start = last(value, |c| c == ',');
    let (before, item) = value.split_at(start);
    values(desk, &key, &format!("{head}{before}"), item)
}

/// Where the part after the last `cut` outside quotes begins.
fn last(text: &str, cut: impl Fn(char) -> bool) -> usize {
    let (mut start, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        quoted ^= c == '"';
        if !quoted && cut(c) {
            start = at + c.len_utf8();
        }
    }
    start
}

fn values(desk: &Source<'_>, key: &str, head: &str, item: &str) -> Vec<Offer> {
    let names = |of: &mut dyn Iterator<Item = &'static str>| plain(of, head, item);
    if let Some(role) = Role::named(key) {
        return people(desk, role, head, item);
    }
    if let Some(text) = Text::named(key) {
        let (kind, kept) = match text {
            Text::Customer => (Term::Customer, "customer"),
            Text::Tier => (Term::Tier, "tier"),
        };
        // Those that are kept, and those that tickets have from elsewhere.
        let mut offers = desk.kept(kept, head, item.strip_prefix('"').unwrap_or(item));
        let more = words(desk, kind, head, item);
        offers.retain(|kept| !more.iter().any(|offer| offer.value() == kept.value()));
        offers.extend(more);
        return offers;
    }
    if let Some(ranked) = Ranked::named(key) {
        return compared(head, item, &ranked.words(), ranked == Ranked::Priority);
    }
    if Moment::named(key).is_some() {
        return compared(head, item, &DATES, false);
    }
    if Counted::named(key).is_some() {
        return Vec::new();
    }
    match key {
        "is" => names(&mut Is::names()),
        "has" | "no" => names(&mut Has::names()),
        "id" => desk.tickets(Among::All, head, item),
        "label" => words(desk, Term::Label, head, item),
        "ref" => words(desk, Term::Ref, head, item),
        "view" => plain(views(&settings()).iter().map(String::as_str), head, item),
        _ => Vec::new(),
    }
}

/// Words of an order, also after a comparison or in a range.
fn compared(head: &str, item: &str, words: &[&str], signs: bool) -> Vec<Offer> {
    let range = item.rfind("..").map_or(0, |dots| dots + 2);
    let word = item[range..].trim_start_matches(['>', '<', '=']);
    let kept = format!("{head}{}", &item[..item.len() - word.len()]);
    let mut offers = plain(words.iter().copied(), &kept, word);
    if signs && item.is_empty() {
        offers.push(Offer::new(head, ">=", "at least").open());
        offers.push(Offer::new(head, "<=", "at most").open());
    }
    offers
}

/// Words from the desk, in quotes where the query needs them.
fn words(desk: &Source<'_>, kind: Term, head: &str, item: &str) -> Vec<Offer> {
    let words = desk.words(kind, item.strip_prefix('"').unwrap_or(item)).into_iter();
    words.filter_map(|(_, word)| Some(Offer::new(head, quoted(&word)?, ""))).collect()
}

/// People by the address or the name that begins as typed.
fn people(desk: &Source<'_>, role: Role, head: &str, item: &str) -> Vec<Offer> {
    let mut offers = Vec::new();
    if begins("@me", item) {
        offers.push(Offer::new(head, "@me", "you"));
    }
    let typed = item.strip_prefix('"').unwrap_or(item);
    let kind = if role == Role::Assignee { Term::Assignee } else { Term::Requester };
    let mut seen = HashSet::new();
    for person in desk.persons(kind, typed) {
        // An address is found whatever the name beside it is.
        let name = person.name.as_ref().filter(|name| begins(name, typed));
        let (word, about) = match (&person.email, name) {
            (Some(email), _) if typed.is_empty() || begins(email, typed) => {
                (email.clone(), person.name.clone().unwrap_or_default())
            }
            (email, Some(name)) => (name.clone(), email.clone().unwrap_or_default()),
            _ => continue,
        };
        if seen.insert(word.clone()) {
            offers.extend(quoted(&word).map(|word| Offer::new(head, word, about)));
        }
    }
    offers
}

/// A value as a query reads it; none where it cannot be written in one.
fn quoted(word: &str) -> Option<String> {
    if word.contains('"') {
        return None;
    }
    let plain = !word.contains(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
    Some(if plain { word.to_owned() } else { format!("\"{word}\"") })
}
