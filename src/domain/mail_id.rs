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

/// Do two texts of one Message-ID say the same, but for what lists write below?
#[must_use]
pub fn alike(one: &str, two: &str) -> bool {
    let (one, two) = (one.trim_end(), two.trim_end());
    let below = |long: &str, short: &str| {
        !short.is_empty() && long.strip_prefix(short).is_some_and(|rest| rest.starts_with('\n'))
    };
    one == two || below(one, two) || below(two, one)
}

/// The name that several mails bear of which this is one, if it was made by [`apart`].
#[must_use]
pub fn shared(name: &str) -> Option<&str> {
    let (shared, made) = name.rsplit_once('#')?;
    let hash = made.len() == 8 && made.bytes().all(|c| c.is_ascii_hexdigit());
    (hash && shared.starts_with(SYSTEM)).then_some(shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_back_to_its_message() {
        let (ticket, number) = (Uid::of_source("jira:A-1"), "b3".parse().unwrap());
        assert_eq!(read(&made(ticket, number)), Some((ticket, number)));
        let made = apart("mail:a@b", &"Ada".parse().unwrap(), None, "x");
        assert_eq!(shared(&made), Some("mail:a@b"));
        assert_eq!(shared("mail:a#b@c"), None);
        for id in ["", "x@y", "tix.1@tix.invalid", "tix.@tix.invalid"] {
            assert_eq!(read(id), None, "{id}");
        }
    }
}
