//! The names that messages bear as mails, so that an answer finds back to what it answers.

use crate::domain::ids::{Hash, Number, Timestamp, Uid};
use crate::domain::person::Person;

/// What the names of mails begin with.
pub const SYSTEM: &str = "mail:";

/// What the names of our own messages end in: a domain that is nobody's (RFC 2606).
const HOST: &str = "@tix.invalid";

/// The Message-ID of a message, without the brackets: `tix.<ticket's uid>.<number>@tix.invalid`.
#[must_use]
pub fn made(ticket: Uid, number: Number) -> String {
    format!("tix.{ticket}.{number}{HOST}")
}

/// The ticket and the message that a Message-ID without brackets names, if it is one of ours.
#[must_use]
pub fn read(id: &str) -> Option<(Uid, Number)> {
    let (ticket, number) = id.strip_suffix(HOST)?.strip_prefix("tix.")?.split_once('.')?;
    Some((ticket.parse().ok()?, number.parse().ok()?))
}

/// A name for one of several mails that bear the same Message-ID, made of who wrote what when.
#[must_use]
pub fn apart(name: &str, author: &Person, at: Option<Timestamp>, body: &str) -> String {
    let at = at.map_or(0, |at| at.0);
    let made = Hash::of(format!("{author}\n{at}\n{}", body.trim_end()).as_bytes()).to_string();
    format!("{}#{}", name.chars().take(900).collect::<String>(), &made[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_back_to_its_message() {
        let (ticket, number) = (Uid::of_source("jira:A-1"), "b3".parse().unwrap());
        assert_eq!(read(&made(ticket, number)), Some((ticket, number)));
        for id in ["", "x@y", "tix.1@tix.invalid", "tix.@tix.invalid"] {
            assert_eq!(read(id), None, "{id}");
        }
    }
}
