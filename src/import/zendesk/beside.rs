//! What tickets refer to, and what was said on them.

use std::collections::HashMap;

use serde_json::Value;

use super::comments::{Comment, of_audit};
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::import::fields::{Object, word};
use crate::import::roster::Roster;
use crate::import::times::moment;

/// What stands in answers that hold no tickets.
pub(super) const KEYS: [&str; 12] = [
    "count",
    "next_page",
    "meta",
    "links",
    "end_of_stream",
    "end_time",
    "after_cursor",
    "comments",
    "job_status",
    "view",
    "view_count",
    "request",
];

/// What tickets refer to, by its numbers.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) users: Roster,
    pub(super) groups: HashMap<String, String>,
    pub(super) organizations: HashMap<String, String>,
    pub(super) comments: HashMap<String, Vec<Comment>>,
    pub(super) solved: HashMap<String, Timestamp>,
    /// Comments that nothing says the ticket of.
    pub(super) unnamed: usize,
}

impl Beside {
    /// Takes what stands in a list; `asked` is the address that answered with it.
    pub(super) fn take(&mut self, list: &str, object: &Object, asked: Option<&str>) {
        let id = || word(object, "id");
        match list {
            "users" | "user" => self.user(object),
            "groups" | "organizations" => {
                let of = if list == "groups" { &mut self.groups } else { &mut self.organizations };
                of.extend(id().zip(word(object, "name")));
            }
            "audits" | "ticket_audits" => {
                let Some(ticket) = word(object, "ticket_id") else { return };
                self.audit(&ticket, object);
            }
            "metric_sets" => {
                let solved = word(object, "solved_at").and_then(|at| moment(&at, chrono_tz::UTC));
                self.solved.extend(word(object, "ticket_id").zip(solved));
            }
            _ => self.loose(object, asked),
        }
    }

    pub(super) fn user(&mut self, user: &Object) {
        let (name, email) = (word(user, "name"), word(user, "email"));
        let ours = word(user, "role").map(|role| role != "end-user");
        let person = Person::new(name.as_deref(), email.as_deref());
        if let Some(id) = word(user, "id") {
            self.users.add(id, person, ours);
        }
    }

    fn audit(&mut self, ticket: &str, audit: &Object) {
        let (comments, solved) = of_audit(audit);
        self.comments.entry(ticket.to_owned()).or_default().extend(comments);
        if let Some(at) = solved {
            let last = self.solved.entry(ticket.to_owned()).or_insert(at);
            *last = at.max(*last);
        }
    }

    /// What stands around lists: comments of the ticket that was asked for, or that they name.
    fn loose(&mut self, object: &Object, asked: Option<&str>) {
        if super::ticket::is_one(object) || object.contains_key("ticket") {
            return;
        }
        let list = object.get("comments").and_then(Value::as_array);
        let alone = object.get("comment");
        for comment in list.into_iter().flatten().chain(alone).filter_map(Value::as_object) {
            let own = word(comment, "ticket_id").or_else(|| asked.and_then(ticket_of));
            match own.or_else(|| word(object, "ticket_id")) {
                Some(ticket) => {
                    self.comments.entry(ticket).or_default().extend(Comment::of(comment));
                }
                None => self.unnamed += 1,
            }
        }
        if let Some(audit) = object.get("audit").and_then(Value::as_object)
            && let Some(ticket) = word(audit, "ticket_id")
        {
            self.audit(&ticket, audit);
        }
    }
}

/// The number of the ticket that an address is about: `…/tickets/12/comments.json`.
fn ticket_of(asked: &str) -> Option<String> {
    let (_, rest) = asked.split_once("/tickets/")?;
    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (!number.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_the_ticket_that_they_are_about() {
        assert_eq!(ticket_of("GET https://x/api/v2/tickets/12/comments.json"), Some("12".into()));
        assert_eq!(ticket_of("GET https://x/api/v2/tickets.json"), None);
    }
}
