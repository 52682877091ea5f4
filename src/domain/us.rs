//! Who of the people in other tools' tickets and mails is one of us.

use crate::domain::draft::Draft;
use crate::domain::person::Person;
use crate::domain::words::{By, MessageKind};
use crate::error::{Error, Result};

/// Those who count as us: addresses, whole domains, names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Us {
    addresses: Vec<String>,
    domains: Vec<String>,
    names: Vec<String>,
}

impl Us {
    /// Reads `mira@larkspur.example`, `*@larkspur.example` or `@larkspur.example`, or a name as it
    /// stands in other tools.
    ///
    /// # Errors
    /// Exit 4, naming what is none of these.
    pub fn of(entries: &[impl AsRef<str>]) -> Result<Self> {
        let mut us = Self::default();
        for entry in entries {
            let text = entry.as_ref().trim().to_lowercase();
            let wrong = || {
                Error::invalid(format!("`{}` is nobody of us", entry.as_ref())).hint(
                    "name addresses, whole domains such as *@acme.example, or names as other tools \
                     know them",
                )
            };
            match text.rsplit_once('@') {
                _ if text.is_empty() || text.contains(char::is_control) => return Err(wrong()),
                None if text.contains('*') => return Err(wrong()),
                None => us.names.push(text),
                Some((_, domain)) if domain.is_empty() || domain.contains(['*', ' ']) => {
                    return Err(wrong());
                }
                Some(("" | "*", domain)) => us.domains.push(domain.to_owned()),
                Some((user, _)) if user.contains(['*', ' ']) => return Err(wrong()),
                Some(_) => us.addresses.push(text),
            }
        }
        Ok(us)
    }

    /// The same and the one who acts.
    #[must_use]
    pub fn with(mut self, person: &Person) -> Self {
        self.addresses.extend(person.email.as_ref().map(|email| email.to_lowercase()));
        self
    }

    /// Is `person` one of us? Where an address is known, their name says nothing.
    #[must_use]
    pub fn has(&self, person: &Person) -> bool {
        let Some(email) = person.email.as_ref().map(|email| email.to_lowercase()) else {
            let name = person.name.as_ref().map(|name| name.to_lowercase());
            return name.is_some_and(|name| self.names.contains(&name));
        };
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.addresses.contains(&email) || self.domains.iter().any(|known| known == domain)
    }

    /// Makes what one of us wrote our words. Where it was one of us who opened a ticket of another
    /// tool, the first outsider to whom it went is the requester.
    pub fn claim(&self, draft: &mut Draft) {
        let opening = &mut draft.opening;
        let mut turned = None;
        if opening.requester.as_ref().is_some_and(|requester| self.has(requester)) {
            let outside = draft.messages.iter().flat_map(|posting| &posting.to);
            turned = outside.into_iter().find(|person| !self.has(person)).cloned();
            if let Some(outsider) = &turned {
                opening.requester = Some(outsider.clone());
            }
        }
        for posting in &mut draft.messages {
            if posting.kind == MessageKind::Note || posting.by == By::Us {
                continue;
            }
            if self.has(&posting.author) {
                posting.by = By::Us;
            } else if turned.is_some() {
                let asks = turned.as_ref().is_some_and(|it| it.same(&posting.author));
                posting.by = if asks { By::Requester } else { By::Other };
            }
        }
        let others = draft.messages.iter().filter(|posting| posting.by != By::Us);
        let others = others.map(|posting| posting.author.clone());
        let others: Vec<Person> = others.chain(draft.opening.requester.clone()).collect();
        for posting in &mut draft.messages {
            // Whom others write to says nothing of whom we have answered.
            let ours = posting.by == By::Us;
            posting.narrow(others.iter().filter(|_| ours));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::draft::{Posting, Says};
    use crate::domain::event::Opening;

    fn person(text: &str) -> Person {
        text.parse().unwrap()
    }

    #[test]
    fn we_are_addresses_domains_and_names() {
        let us =
            Us::of(&["Mira@Larkspur.example", "*@acme.example", "@b.example", "jonas"]).unwrap();
        for text in ["mira@larkspur.example", "Bo <BO@acme.example>", "x@b.example", "Jonas"] {
            assert!(us.has(&person(text)), "{text}");
        }
        for text in ["bo@larkspur.example", "x@sub.acme.example", "jonas@x", "Jonas <j@x>", "mira"]
        {
            assert!(!us.has(&person(text)), "{text}");
        }
        assert!(us.with(&person("Me <me@x>")).has(&person("ME@x")));
        for text in ["", "@", "a@", "*", "a*@b", "a@*", "a b@c", "a\u{1b}b"] {
            assert!(Us::of(&[text]).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_one_of_us_wrote_is_ours_and_who_was_written_to_asks() {
        let us = Us::of(&["@us.example"]).unwrap();
        let said =
            |author: &str, by| Posting::new(MessageKind::Reply, person(author), by, String::new());
        let mut opening = Opening::new("x").unwrap();
        opening.requester = Some(person("mira@us.example"));
        let mut first = said("mira@us.example", By::Requester);
        first.to = vec![person("jonas@us.example"), person("Ada <ada@x.example>")];
        let mut second = said("ada@x.example", By::Other);
        second.to = vec![person("mira@us.example")];
        let messages = vec![first, second, said("bo@x.example", By::Other)];
        let says = Says::ALL;
        let mut draft = Draft {
            uid: None,
            number: None,
            opening,
            created_at: None,
            state: None,
            messages,
            says,
        };
        us.claim(&mut draft);
        assert_eq!(draft.opening.requester, Some(person("Ada <ada@x.example>")));
        let by: Vec<By> = draft.messages.iter().map(|posting| posting.by).collect();
        assert_eq!(by, [By::Us, By::Requester, By::Other]);
        assert!(draft.messages[1].to.is_empty() && !draft.messages[0].to.is_empty());
    }
}
