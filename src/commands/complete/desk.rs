//! What the desk in use offers. Where it cannot be read at once, that is nothing.

use std::collections::HashSet;
use std::path::Path;

use super::{Offer, begins, element};
use crate::domain::article::Article;
use crate::domain::customer::Customer;
use crate::domain::event::size_in_words;
use crate::domain::ids::{Number, Reference};
use crate::domain::person::Person;
use crate::domain::tier::Tier;
use crate::env;
use crate::error::Result;
use crate::store::{Among, Chosen, Reader, Store, Term};

/// How many tickets are offered.
const MOST: usize = 100;

/// The desk that the command line would use.
pub(super) struct Source<'p> {
    db: Option<&'p Path>,
}

impl<'p> Source<'p> {
    pub(super) fn new(db: Option<&'p Path>) -> Self {
        Self { db }
    }

    fn ask<T: Default>(&self, question: impl FnOnce(Reader<'_>) -> Result<T>) -> T {
        let store = env::desk(self.db).and_then(|desk| Store::glance(&desk.path));
        store.and_then(|store| question(store.read())).unwrap_or_default()
    }

    /// Tickets whose number, or a word of whose title, begins as typed.
    pub(super) fn tickets(&self, among: Among, head: &str, typed: &str) -> Vec<Offer> {
        if typed.contains(':') {
            return self.terms(Term::Ref, head, typed);
        }
        let number = typed.strip_prefix('#').unwrap_or(typed);
        let head = format!("{head}{}", &typed[..typed.len() - number.len()]);
        let mut found = self.titled(among, number);
        if found.is_empty() && !number.is_empty() && among == Among::Open {
            found = self.titled(Among::Closed, number);
        }
        let offer =
            |(number, title): (Number, String)| Offer::new(&head, number.to_string(), title);
        found.into_iter().map(offer).collect()
    }

    /// What is kept of this kind under names that begin as typed.
    pub(super) fn kept(&self, kind: &str, head: &str, typed: &str) -> Vec<Offer> {
        let all = self.ask(|reader| reader.kept_of(kind));
        let fitting = all.into_iter().filter(|(name, _)| begins(name, typed));
        let about = |text: &str| match kind {
            "customer" => Customer::read(text).ok().and_then(|it| it.title).unwrap_or_default(),
            "tier" => Tier::read(text).ok().and_then(|it| it.about).unwrap_or_default(),
            "kb" => Article::read("", text).map(|it| it.title).unwrap_or_default(),
            "calendar" => String::new(),
            _ => text.lines().next().unwrap_or_default().to_owned(),
        };
        fitting.map(|(name, text)| Offer::new(head, name, about(&text))).collect()
    }

    fn titled(&self, among: Among, typed: &str) -> Vec<(Number, String)> {
        let in_title = typed.len() > 1 && !typed.starts_with(|c: char| c.is_ascii_digit());
        let typed_low = typed.to_lowercase();
        let fits = |number: Number, title: &str| {
            let mut words = title.split(|c: char| !c.is_alphanumeric());
            number.to_string().starts_with(&typed_low)
                || (in_title && words.any(|word| begins(word, &typed_low)))
        };
        self.ask(|reader| {
            let found = reader.latest(among, &fits)?;
            let Ok(number) = typed.parse::<Number>() else { return Ok(found) };
            // The number itself, then those updated last, then any other that begins so.
            let there: HashSet<Number> = found.iter().map(|(number, _)| *number).collect();
            let more = reader.numbered(among, number)?.into_iter();
            let (own, more): (Vec<_>, Vec<_>) = more.partition(|(it, _)| *it == number);
            let found = found.into_iter().filter(|(it, _)| *it != number);
            let more = more.into_iter().filter(|(it, _)| !there.contains(it));
            Ok(own.into_iter().chain(found).chain(more).take(MOST).collect())
        })
    }

    /// Words of this kind as they are written, those that begin as typed.
    pub(super) fn words(&self, kind: Term, typed: &str) -> Vec<(String, String)> {
        let start = if kind == Term::Ref { typed.to_owned() } else { typed.to_lowercase() };
        self.ask(|reader| reader.words(kind, &start))
    }

    fn terms(&self, kind: Term, head: &str, typed: &str) -> Vec<Offer> {
        let words = self.words(kind, typed).into_iter();
        words.map(|(_, word)| Offer::new(head, word, "")).collect()
    }

    /// Labels in a list; a sign before one stays where signs have a meaning.
    pub(super) fn labels(&self, signs: bool, head: &str, typed: &str) -> Vec<Offer> {
        let (before, last) = element(typed);
        let sign = |label: &str| signs && label.starts_with(['+', '-']);
        let typed = if sign(last) { &last[1..] } else { last };
        let head = format!("{head}{before}{}", &last[..last.len() - typed.len()]);
        let known = |label: &str| {
            let mut given = before.split(',').map(|it| if sign(it) { &it[1..] } else { it });
            given.any(|it| it == label)
        };
        let mut offers = self.terms(Term::Label, &head, typed);
        offers.retain(|offer| !known(&offer.word) && !sign(&offer.word));
        offers
    }

    /// People by name or address; `@me` first.
    pub(super) fn people(&self, role: Term, head: &str, typed: &str) -> Vec<Offer> {
        let mut offers = Vec::new();
        if begins("@me", typed) {
            offers.push(Offer::new(head, "@me", "you"));
        }
        let mut seen = HashSet::new();
        for person in self.persons(role, typed) {
            // Who types an address goes on typing it.
            let (word, about) = match &person.email {
                Some(email) if typed.contains('@') => {
                    (email.clone(), person.name.clone().unwrap_or_default())
                }
                _ => (person.to_string(), String::new()),
            };
            if seen.insert(word.clone()) {
                offers.push(Offer::new(head, word, about));
            }
        }
        offers
    }

    /// The people in this role whose name or address begins as typed.
    pub(super) fn persons(&self, role: Term, typed: &str) -> Vec<Person> {
        let words = self.words(role, typed).into_iter();
        words.filter_map(|(_, text)| text.parse().ok()).collect()
    }

    /// The names of the files on the ticket or message that is `given` first, without those that
    /// follow it.
    pub(super) fn files(&self, given: &[String], head: &str, typed: &str) -> Vec<Offer> {
        let Some((id, named)) = given.split_first() else { return Vec::new() };
        let files = self.ask(|reader| {
            let reference: Reference = id.parse()?;
            let fold = reader.find(&reference)?;
            let number = fold.number();
            let only = reference.message.and_then(|it| Number::parse_within(&it, number));
            let mut files = Vec::new();
            for post in fold.conversation() {
                let message = post.message.number;
                if only.is_none_or(|only| only == message) {
                    let id = format!("{number}.{}", message.within(number));
                    files.extend(post.attachments.iter().map(|it| (id.clone(), it.clone())));
                }
            }
            Ok(files)
        });
        let fits = |name: &String| begins(name, typed) && !named.contains(name);
        let fitting = files.into_iter().filter(|(_, file)| fits(&file.name));
        let about = |id: &str, size: u64| format!("{id}, {}", size_in_words(size));
        fitting.map(|(id, file)| Offer::new(head, file.name, about(&id, file.size))).collect()
    }

    /// The latest changes, by their names.
    pub(super) fn changes(&self, head: &str, typed: &str) -> Vec<Offer> {
        let changes =
            self.ask(|reader| reader.log(&Chosen { limit: Some(20), ..Chosen::default() }));
        let fitting = changes.into_iter().filter(|change| change.change.starts_with(typed));
        fitting
            .map(|change| {
                let length = typed.len().max(8);
                Offer::new(
                    head,
                    change.change.chars().take(length).collect::<String>(),
                    change.summary,
                )
            })
            .collect()
    }
}
