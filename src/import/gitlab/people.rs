//! Who is behind the numbers that a project export gives people.

use std::collections::HashMap;

use serde_json::Value;

use crate::domain::person::Person;
use crate::import::fields::{Object, somebody};

/// The names of people by their numbers, as far as some note or list tells them.
#[derive(Debug, Default)]
pub(super) struct People(HashMap<u64, String>);

impl People {
    /// Notes who a member of a project is.
    pub(super) fn gather(&mut self, member: &Value) {
        let user = member.get("user").unwrap_or(member);
        let name = ["name", "username"].iter().find_map(|name| user.get(name)?.as_str());
        for id in [member.get("user_id"), user.get("id")].into_iter().flatten() {
            if let (Some(id), Some(name)) = (id.as_u64(), name) {
                self.0.entry(id).or_insert_with(|| name.to_owned());
            }
        }
    }

    /// Notes everybody whom the notes and events of an issue name beside a number.
    pub(super) fn gather_all(&mut self, issue: &Object) {
        for list in
            ["notes", "notes_data", "events", "resource_label_events", "resource_state_events"]
        {
            let all = issue.get(list).and_then(Value::as_array).into_iter().flatten();
            for one in all.filter_map(Value::as_object) {
                for (number, who) in [("author_id", "author"), ("user_id", "user")] {
                    let id = one.get(number).and_then(Value::as_u64);
                    let name = one.get(who).and_then(|who| who.get("name")?.as_str());
                    if let (Some(id), Some(name)) = (id, name) {
                        self.0.entry(id).or_insert_with(|| name.to_owned());
                    }
                }
            }
        }
    }

    /// The person of a number; one whom nothing names is called by it.
    pub(super) fn numbered(&self, id: u64) -> Option<Person> {
        let name = self.0.get(&id).cloned().unwrap_or_else(|| format!("user {id}"));
        somebody(Some(&name))
    }

    /// Who wrote something: the author that stands there, or the number of one.
    pub(super) fn author(&self, object: &Object) -> Option<Person> {
        let there = object.get("author").and_then(person);
        there.or_else(|| self.numbered(object.get("author_id")?.as_u64()?))
    }
}

/// The person that an object is.
pub(super) fn person(value: &Value) -> Option<Person> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let name = text("name").filter(|name| !name.trim().is_empty()).or_else(|| text("username"));
    let known = somebody(name.or(value.as_str()))?;
    let email = text("email").or_else(|| text("public_email")).filter(|email| email.contains('@'));
    Person::new(known.name.as_deref().or(known.email.as_deref()), email.or(known.email.as_deref()))
}
