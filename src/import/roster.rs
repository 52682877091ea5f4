//! Those whom a source knows by numbers or short names, and whether they are of us.

use std::collections::HashMap;

use crate::domain::person::Person;

/// Somebody whom a source knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Who it is.
    pub(super) person: Person,
    /// One of us, as far as the source says.
    pub(super) ours: Option<bool>,
}

/// Those whom a source knows, by what it calls them.
#[derive(Debug, Default)]
pub(super) struct Roster {
    known: HashMap<String, Member>,
}

impl Roster {
    /// Adds somebody; who is known already stays as known, but for what was not said of them.
    pub(super) fn add(&mut self, id: String, person: Option<Person>, ours: Option<bool>) {
        let Some(person) = person.filter(|_| !id.is_empty()) else { return };
        let member = self.known.entry(id).or_insert(Member { person, ours });
        member.ours = member.ours.or(ours);
    }

    /// Who bears an id, if that is known.
    pub(super) fn get(&self, id: &str) -> Option<&Member> {
        self.known.get(id)
    }

    /// Is somebody one of us, as far as that is known?
    pub(super) fn ours(&self, id: Option<&str>) -> Option<bool> {
        self.get(id?)?.ours
    }

    /// Who bears an id; whom nobody names is called by it, and nobody by none.
    pub(super) fn person(&self, id: Option<&str>) -> Option<Person> {
        let id = id.filter(|id| !id.is_empty() && *id != "0" && *id != "-1")?;
        let called = || Person { name: Some(format!("user {id}")), email: None };
        Some(self.get(id).map_or_else(called, |member| member.person.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_known_by_what_a_source_calls_them() {
        let mut roster = Roster::default();
        roster.add("7".to_owned(), Person::new(Some("Ada"), None), None);
        roster.add("7".to_owned(), Person::new(Some("Bob"), None), Some(true));
        roster.add("8".to_owned(), None, None);
        assert_eq!(roster.person(Some("7")), Person::new(Some("Ada"), None));
        assert_eq!((roster.ours(Some("7")), roster.ours(None)), (Some(true), None));
        assert_eq!(roster.person(Some("8")), Person::new(Some("user 8"), None));
        assert_eq!((roster.person(None), roster.person(Some("0"))), (None, None));
    }
}
