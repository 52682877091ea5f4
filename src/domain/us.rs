//! Who of those who write is one of us.

use crate::domain::draft::Draft;
use crate::domain::person::Person;
use crate::domain::words::{By, Channel, MessageKind};

/// Those whose words are ours: addresses, domains (`@acme.example`) and handles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Us(Vec<String>);

impl Us {
    /// Reads a list separated by commas, such as `@acme.example, mira@home.example, mira`; `*@` is
    /// taken for `@`.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let parts = text.split(',').map(|part| part.trim().trim_start_matches('*').to_lowercase());
        Self(parts.filter(|part| !part.is_empty() && part != "@").collect())
    }

    /// The same, and this person.
    #[must_use]
    pub fn and(mut self, person: &Person) -> Self {
        let name = person.email.as_ref().or(person.name.as_ref());
        self.0.extend(name.map(|name| name.to_lowercase()));
        self
    }

    /// Is this one of us? Who has an address is known by it alone: names can be anybody's.
    #[must_use]
    pub fn has(&self, person: &Person) -> bool {
        let Some(email) = person.email.as_ref().map(|email| email.to_lowercase()) else {
            let name = person.name.as_ref().map(|name| name.to_lowercase());
            return name.is_some_and(|name| self.0.contains(&name));
        };
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        let is = |known: &String| match known.strip_prefix('@') {
            Some(known) => known == domain,
            None => *known == email,
        };
        self.0.iter().any(is)
    }

    /// Says of a draft from elsewhere which of its messages are ours. If we began a conversation by
    /// mail, whom we wrote to asks there, or who answered first.
    pub fn settle(&self, draft: &mut Draft) {
        let ours = |person: &Person| self.has(person);
        let mut swapped = false;
        if draft.opening.channel == Channel::Email
            && draft.opening.requester.as_ref().is_some_and(ours)
        {
            let written_to = draft.messages.first().into_iter().flat_map(|first| &first.to);
            let wrote = draft.messages.iter().filter(|message| !message.automatic);
            let wrote = wrote.map(|message| &message.author);
            let outside = written_to.chain(wrote).find(|person| !ours(person)).cloned();
            swapped = outside.is_some();
            if swapped {
                draft.opening.requester = outside;
            }
        }
        let requester = draft.opening.requester.clone();
        for message in &mut draft.messages {
            let asks = requester.as_ref().is_some_and(|asks| asks.same(&message.author));
            match message.by {
                By::Us => {}
                By::Other if asks => message.by = By::Requester,
                _ if asks => {}
                _ if ours(&message.author) => message.by = By::Us,
                By::Requester if swapped => message.by = By::Other,
                _ => {}
            }
            if message.by != By::Us || message.kind == MessageKind::Note {
                message.to.clear();
            }
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
    fn we_are_known_by_address_domain_or_handle() {
        let us =
            Us::read("*@acme.example, @Home.example,ada@x.example , mira,, @").and(&person("bob"));
        for ours in ["a@acme.example", "M <b@HOME.example>", "Ada@x.example", "Mira", "bob"] {
            assert!(us.has(&person(ours)), "{ours}");
        }
        for other in ["a@sub.acme.example", "ada@y.example", "mira <m@evil.example>", "x"] {
            assert!(!us.has(&person(other)), "{other}");
        }
    }

    #[test]
    fn whom_we_wrote_to_asks() {
        let posting = |author: &str, to: &[&str]| Posting {
            to: to.iter().map(|to| person(to)).collect(),
            ..Posting::new(MessageKind::Reply, person(author), By::Requester, String::new())
        };
        let messages = vec![
            posting("me@acme.example", &["help@acme.example", "ada@x.example"]),
            posting("ada@x.example", &["me@acme.example"]),
            Posting { by: By::Other, ..posting("you@acme.example", &["ada@x.example"]) },
        ];
        let requester = Some(person("me@acme.example"));
        let opening = Opening { channel: Channel::Email, requester, ..Opening::new("x").unwrap() };
        let (created_at, state, says) = (None, None, Says::ALL);
        let mut draft =
            Draft { uid: None, number: None, opening, created_at, state, messages, says };
        Us::read("@acme.example").settle(&mut draft);
        assert_eq!(draft.opening.requester, Some(person("ada@x.example")));
        let by: Vec<By> = draft.messages.iter().map(|message| message.by).collect();
        assert_eq!(by, [By::Us, By::Requester, By::Us]);
        let to: Vec<usize> = draft.messages.iter().map(|message| message.to.len()).collect();
        assert_eq!(to, [2, 0, 1]);
    }
}
