//! Canned replies: texts with places for what differs from ticket to ticket.
//!
//! A place is `{{name}}`, or `{{name|text}}` with what stands there when the ticket does not say.
//! Nothing that only we may read has a name.

use crate::domain::dates::Clock;
use crate::domain::person::Person;
use crate::domain::ticket::Ticket;
use crate::error::{Error, Result, listed, nearest};

/// What a place can be called, and what then stands there.
pub const VARIABLES: [(&str, &str); 10] = [
    ("id", "the ticket's number"),
    ("title", "the ticket's title"),
    ("requester", "the requester's name, or the address"),
    ("requester.name", "the requester's name"),
    ("requester.first", "the first word of that name"),
    ("requester.email", "the requester's address"),
    ("customer", "the customer's name"),
    ("me", "your name, or your address"),
    ("me.email", "your address"),
    ("today", "the date today"),
];

/// What a canned reply is filled in from.
#[derive(Clone, Copy, Debug)]
pub struct From<'a> {
    /// The ticket.
    pub ticket: &'a Ticket,
    /// Who replies.
    pub me: &'a Person,
    /// Now, and the user's zone.
    pub clock: &'a Clock,
}

impl From<'_> {
    /// What stands in the place of this name; none where the ticket does not say.
    fn value(self, name: &str) -> Option<String> {
        let (now, requester) = (&self.ticket.now, self.ticket.now.requester.as_ref());
        let known = requester.and_then(|who| who.name.clone());
        match name {
            "id" => Some(format!("#{}", self.ticket.number())),
            "title" => Some(now.title.clone()),
            "requester" => requester.map(|who| who.short().to_owned()),
            "requester.name" => known,
            "requester.first" => {
                known.and_then(|name| name.split_whitespace().next().map(ToOwned::to_owned))
            }
            "requester.email" => requester.and_then(|who| who.email.clone()),
            "customer" => now.customer.clone(),
            "me" => Some(self.me.short().to_owned()),
            "me.email" => self.me.email.clone(),
            "today" => Some(self.clock.local().format("%Y-%m-%d").to_string()),
            _ => None,
        }
    }
}

/// A part of a canned reply.
enum Part<'a> {
    Text(&'a str),
    Place { name: &'a str, otherwise: Option<&'a str> },
}

/// Checks that every place in `text` has a name that there is.
///
/// # Errors
/// Exit 4, with the nearest name.
pub fn check(text: &str) -> Result<()> {
    parts(text).map(drop)
}

/// The names of the places in `text`, each once, in their order.
///
/// # Errors
/// Exit 4 when one is called what nothing is called.
pub fn places(text: &str) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for part in parts(text)? {
        if let Part::Place { name, .. } = part
            && !names.iter().any(|there| there == name)
        {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// `text` with every place filled in.
///
/// # Errors
/// Exit 4 when the ticket does not say what stands in a place that has no text of its own.
pub fn filled(text: &str, from: From<'_>) -> Result<String> {
    let mut filled = String::with_capacity(text.len());
    for part in parts(text)? {
        match part {
            Part::Text(text) => filled.push_str(text),
            Part::Place { name, otherwise } => {
                let value = from.value(name).filter(|value| !value.trim().is_empty());
                let value = value.or_else(|| otherwise.map(ToOwned::to_owned));
                filled.push_str(&value.ok_or_else(|| lacking(name, from.ticket))?);
            }
        }
    }
    Ok(filled)
}

fn lacking(name: &str, ticket: &Ticket) -> Error {
    Error::invalid(format!("#{} says nothing for {{{{{name}}}}}", ticket.number())).hint(format!(
        "write {{{{{name}|some text}}}} for what then stands there, or give the ticket what it lacks"
    ))
}

fn parts(text: &str) -> Result<Vec<Part<'_>>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("{{") {
        parts.push(Part::Text(before));
        let open = || {
            let start: String = after.chars().take(30).collect();
            Error::invalid(format!("`{{{{{start}` is not closed"))
                .hint("a place for the ticket's words looks like {{requester}}")
        };
        let (place, behind) = after.split_once("}}").ok_or_else(open)?;
        let (name, otherwise) = match place.split_once('|') {
            Some((name, otherwise)) => (name.trim(), Some(otherwise.trim())),
            None => (place.trim(), None),
        };
        if !VARIABLES.iter().any(|(known, _)| *known == name) {
            return Err(unknown(name));
        }
        parts.push(Part::Place { name, otherwise });
        rest = behind;
    }
    parts.push(Part::Text(rest));
    Ok(parts)
}

fn unknown(name: &str) -> Error {
    let names = || VARIABLES.iter().map(|(name, _)| *name);
    let error = Error::invalid(format!("nothing is called {{{{{name}}}}}"))
        .because(format!("there are {}", listed(names())));
    match nearest(name, names()) {
        Some(near) => error.hint(format!("did you mean {{{{{near}}}}}?")),
        None => error,
    }
}
