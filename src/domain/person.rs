//! People as they are named in tickets: a name, an address, or both.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::ids::as_text;
use crate::error::{Error, Result};

/// Someone: written `Name <mail>`, `mail` or `Name`. At least one of the two is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person {
    /// The name, when known.
    pub name: Option<String>,
    /// The mail address, when known.
    pub email: Option<String>,
}

impl Person {
    /// The person of these two, or none when both are empty.
    ///
    /// What looks like an address counts as one, so that writing and reading give the same person.
    #[must_use]
    pub fn new(name: Option<&str>, email: Option<&str>) -> Option<Self> {
        let tidy = |text: Option<&str>| {
            let text = text?.split_whitespace().collect::<Vec<_>>().join(" ");
            (!text.is_empty()).then_some(text)
        };
        let (name, email) = (tidy(name), tidy(email));
        match (name, email.map(|email| email.replace(['<', '>', ' '], ""))) {
            (Some(name), Some(email)) if !is_address(&email) => {
                Self::from_str(&format!("{name} {email}")).ok()
            }
            (Some(name), Some(email)) => Some(Self { name: Some(name), email: Some(email) }),
            (Some(one), None) | (None, Some(one)) => Self::from_str(&one).ok(),
            (None, None) => None,
        }
    }

    /// The name where there is one, else the address: how lists show people.
    #[must_use]
    pub fn short(&self) -> &str {
        self.name.as_deref().or(self.email.as_deref()).unwrap_or_default()
    }

    /// Are both the same person: by address where both have one, else by name?
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        let same = |a: &Option<String>, b: &Option<String>| {
            a.is_some()
                && a.as_deref().map(str::to_lowercase) == b.as_deref().map(str::to_lowercase)
        };
        if self.email.is_some() && other.email.is_some() {
            return same(&self.email, &other.email);
        }
        same(&self.name, &other.name)
    }
}

/// The person that somebody names here and now, who has no control characters; one that was imported
/// is kept as they came.
///
/// # Errors
/// Exit 4, saying what is wrong with the name.
pub fn person_of(text: &str) -> Result<Person> {
    if text.trim().chars().any(char::is_control) {
        let shown: String = text.chars().take(40).collect();
        return Err(Error::invalid(format!("`{shown}` cannot be a person"))
            .because("it holds a control character, such as the end of a line"));
    }
    text.parse()
}

fn is_address(text: &str) -> bool {
    !text.contains(char::is_whitespace)
        && text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.name, &self.email) {
            (Some(name), Some(email)) => write!(f, "{name} <{email}>"),
            _ => f.write_str(self.short()),
        }
    }
}

impl FromStr for Person {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return Err(Error::invalid("a person needs a name or an address"));
        }
        if let Some((name, email)) = text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<'))
            && is_address(email)
        {
            let name = name.trim().trim_matches('"').trim();
            let name = (!name.is_empty()).then(|| name.to_owned());
            return Ok(Self { name, email: Some(email.to_owned()) });
        }
        Ok(if is_address(&text) {
            Self { name: None, email: Some(text) }
        } else {
            Self { name: Some(text), email: None }
        })
    }
}

as_text!(Person);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_back_as_they_are_written() {
        for text in
            ["Ada Lovelace <ada@acme.example>", "ada@acme.example", "octocat", "a <b>", "<>"]
        {
            let person: Person = text.parse().unwrap();
            assert_eq!(person.to_string(), text);
            assert_eq!(person.to_string().parse::<Person>().unwrap(), person);
        }
    }

    #[test]
    fn the_same_person_is_known_by_address_before_name() {
        let read = |text: &str| text.parse::<Person>().unwrap();
        assert!(read("Ada <ADA@acme.example>").same(&read("ada@acme.example")));
        assert!(!read("Ada <ada@acme.example>").same(&read("Ada <ada@other.example>")));
        assert!(read("Ada <ada@acme.example>").same(&read("ada")));
    }

    #[test]
    fn nobody_is_no_person() {
        assert_eq!(Person::new(Some("  "), None), None);
        assert!("".parse::<Person>().is_err());
        for text in ["x\x1by", "x\ny", "x\ty", "Ada <a\x07@acme.example>"] {
            assert!(person_of(text).is_err(), "{text:?}");
        }
        assert_eq!(person_of(" Ada \n").unwrap(), "Ada".parse().unwrap());
    }
}
