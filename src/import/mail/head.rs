//! The header of a mail or of a part of one: its fields, and what is in them.

use std::borrow::Cow;
use std::ops::Range;

use super::words;
use crate::domain::ids::Timestamp;

/// Fields of which every mail has one.
pub(super) const FIELDS: [&str; 16] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "received",
    "return-path",
    "mime-version",
    "content-type",
    "delivered-to",
    "sender",
    "reply-to",
    "in-reply-to",
    "x-mailer",
    "envelope-to",
    "cc",
];

/// The longest name of a field, in bytes.
const NAME_MAX: usize = 100;

/// Does a line begin a field: a name of printable characters, and a colon?
pub(super) fn is_field(line: &[u8]) -> bool {
    let end = line.iter().take(NAME_MAX).position(|c| *c == b':').unwrap_or(0);
    let name = line[..end].trim_ascii_end();
    !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
}

/// The fields of a header.
pub(super) struct Head<'m> {
    bytes: &'m [u8],
    fields: Vec<(Range<usize>, Range<usize>)>,
}

impl<'m> Head<'m> {
    /// The header of a mail, which empty lines may stand before, and what comes after it.
    pub(super) fn of_mail(bytes: &'m [u8]) -> (Self, &'m [u8]) {
        let blank = bytes.iter().take_while(|c| matches!(c, b'\r' | b'\n')).count();
        Self::of(&bytes[blank..])
    }

    /// The header that `bytes` begin with, and what comes after it.
    pub(super) fn of(bytes: &'m [u8]) -> (Self, &'m [u8]) {
        let mut fields: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let end =
                bytes[at..].iter().position(|c| *c == b'\n').map_or(bytes.len(), |n| at + n + 1);
            let line = &bytes[at..end];
            if line.starts_with(b" ") || line.starts_with(b"\t") {
                if let Some((_, value)) = fields.last_mut() {
                    value.end = end;
                }
            } else if line.trim_ascii().is_empty() {
                at = end;
                break;
            } else if is_field(line) {
                let colon = line.iter().position(|c| *c == b':').unwrap_or(0);
                fields.push((at..at + colon, at + colon + 1..end));
            } else if !goes_on(&bytes[end..], fields.is_empty()) {
                break;
            }
            at = end;
        }
        (Self { bytes, fields }, &bytes[at..])
    }

    /// The value of the first field of this name as it stands there, on one line.
    pub(super) fn raw(&self, name: &str) -> Option<Cow<'m, [u8]>> {
        self.all(name).next()
    }

    /// The values of all fields of this name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = Cow<'m, [u8]>> {
        let bytes = self.bytes;
        let named = self.fields.iter().filter(move |(field, _)| {
            bytes[field.clone()].trim_ascii_end().eq_ignore_ascii_case(name.as_bytes())
        });
        named.map(move |(_, value)| unfolded(bytes[value.clone()].trim_ascii()))
    }

    /// Is there a field of this name with something in it?
    pub(super) fn has(&self, name: &str) -> bool {
        self.all(name).any(|value| !value.is_empty())
    }

    /// The value of the first field of this name as text, what is written in words of RFC 2047
    /// included; none when it is missing or empty.
    pub(super) fn text(&self, name: &str, charset: Option<&str>) -> Option<String> {
        let text = words::text(&self.raw(name)?, charset);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The same in lower case, for words that machines write.
    pub(super) fn word(&self, name: &str) -> Option<String> {
        let value = self.raw(name)?;
        let text = String::from_utf8_lossy(&value);
        let word = text.split([';', ' ', '(']).next().unwrap_or_default().trim();
        (!word.is_empty()).then(|| word.to_ascii_lowercase())
    }

    /// The Message-IDs in the fields of this name, without their brackets.
    pub(super) fn ids(&self, name: &str) -> Vec<String> {
        self.all(name).flat_map(|value| ids(&value)).collect()
    }

    /// Its Message-ID, without the brackets.
    pub(super) fn id(&self) -> Option<String> {
        let value = self.raw("message-id")?;
        if let Some(id) = ids(&value).into_iter().next() {
            return Some(id);
        }
        let bare = String::from_utf8_lossy(&value);
        let bare = bare.trim_matches(|c: char| c.is_whitespace() || c == '<' || c == '>');
        (!bare.is_empty()).then(|| bare.to_owned())
    }

    /// When it was written: its date, or that of its `envelope`, or when it was first received.
    pub(super) fn moment(&self, envelope: &[u8]) -> Option<Timestamp> {
        let read = |value: &[u8]| super::dates::moment(&String::from_utf8_lossy(value));
        let dates = self.all("date").chain(self.all("resent-date"));
        let written = dates.into_iter().find_map(|value| read(&value));
        let sent = || {
            let rest = envelope.strip_prefix(b"From ")?;
            let place = rest.iter().position(|c| *c == b' ')?;
            read(&rest[place..])
        };
        let received = || {
            let dates = self.all("received").filter_map(|value| {
                let place = value.iter().rposition(|c| *c == b';')?;
                read(&value[place + 1..])
            });
            dates.min()
        };
        written.or_else(sent).or_else(received)
    }
}

/// Does a line without a field stand inside a header: is the next one a field? At its beginning
/// that is what mailboxes put there.
fn goes_on(rest: &[u8], first: bool) -> bool {
    let next = rest.split(|c| *c == b'\n').next().unwrap_or_default();
    is_field(next) || (first && next.starts_with(b">From "))
}

/// A value on one line.
fn unfolded(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.contains(&b'\n') {
        return Cow::Borrowed(value);
    }
    Cow::Owned(value.iter().copied().filter(|c| !matches!(c, b'\r' | b'\n')).collect())
}

/// The Message-IDs in a value, without their brackets; prose between them is passed over.
fn ids(value: &[u8]) -> Vec<String> {
    let mut ids = Vec::new();
    let mut open = None;
    for (place, c) in value.iter().enumerate() {
        match (c, open) {
            (b'<', _) => open = Some(place + 1),
            (b'>', Some(start)) => {
                if place > start {
                    ids.push(String::from_utf8_lossy(&value[start..place]).into_owned());
                }
                open = None;
            }
            (c, Some(_)) if c.is_ascii_whitespace() => open = None,
            _ => {}
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_however_they_are_written() {
        let text = b"subject : a\r\n b\nFROM:\n\tx@y\nthis is none\nX: 1\nX: 2\n\nbody: z\n";
        let (head, body) = Head::of(text);
        assert_eq!(head.text("Subject", None).as_deref(), Some("a b"));
        assert_eq!(head.text("from", None).as_deref(), Some("x@y"));
        assert_eq!(head.all("x").count(), 2);
        assert_eq!(body, b"body: z\n");
        assert!(!head.has("body"));
        let (head, body) = Head::of(b"no header at all\n\nx: y\n");
        assert!(!head.has("x") && body.starts_with(b"no header"));
        let (head, body) = Head::of(b"a: b\nthen text\nmore\n");
        assert!(head.has("a") && body == b"then text\nmore\n");
    }

    #[test]
    fn ids_stand_in_brackets_and_prose_between_them() {
        let text =
            b"Message-ID: \n <a@b>\nIn-Reply-To: Ada's message of \"Mon\" <c@d> and <e@f> <g h>\n";
        let (head, _) = Head::of(text);
        assert_eq!(head.id().as_deref(), Some("a@b"));
        assert_eq!(head.ids("in-reply-to"), ["c@d", "e@f"]);
        assert_eq!(Head::of(b"Message-Id: 12@x\n").0.id().as_deref(), Some("12@x"));
        assert_eq!(Head::of(b"Message-Id: <>\n").0.id(), None);
    }
}
