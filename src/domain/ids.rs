//! Names of tickets, messages, changes and machines, and the moments that order them.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The same moment for calendar arithmetic; a moment beyond the calendar's end is its end.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// RFC 3339 in UTC with whole seconds: `2026-09-01T13:10:00Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.utc().to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// Reads an RFC 3339 time; fractions of a second are cut.
    ///
    /// # Errors
    /// Exit 4 when the text is no RFC 3339 time.
    pub fn from_rfc3339(text: &str) -> Result<Self> {
        let time = DateTime::parse_from_rfc3339(text.trim()).ok();
        let time = time.filter(|time| (1..=9999).contains(&time.to_utc().year()));
        time.map(|time| Self(time.timestamp() * 1000)).ok_or_else(|| {
            Error::invalid(format!("`{text}` is not a time"))
                .hint("times look like 2026-09-01T15:10:00+02:00")
        })
    }
}

impl<Z: chrono::TimeZone> From<DateTime<Z>> for Timestamp {
    fn from(time: DateTime<Z>) -> Self {
        Self(time.timestamp_millis())
    }
}

/// A machine's copy of a desk: a random number, one per database file.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Replica(pub i64);

/// Where an entry stands in the journal's total order.
///
/// Two entries never share one: `seq` counts the entries of `replica`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// When it was recorded.
    pub at: Timestamp,
    /// Where it was recorded.
    pub replica: Replica,
    /// The how manieth entry of that replica it is, from 1.
    pub seq: u64,
}

/// A ticket's identity: a UUID that no two tickets share, on any machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(pub [u8; 16]);

impl Uid {
    /// The desk itself, for entries that are about no ticket.
    pub const DESK: Uid = Uid([0; 16]);

    /// A random UUID (version 4, RFC 9562) from `random` bytes.
    ///
    /// The first six hex digits always hold a letter, so that a prefix is never taken for a number.
    #[must_use]
    pub fn random(mut random: [u8; 16]) -> Self {
        if (0..6).all(|i| nibble(&random, i) < 10) {
            random[0] |= 0xa0;
        }
        Self(versioned(random, 4))
    }

    /// The second half of its bits: enough to tell a few million tickets apart.
    #[must_use]
    pub fn half(self) -> u64 {
        self.0[8..].iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte))
    }

    /// The UUID (version 8) of what `source` names elsewhere, the same on every machine.
    #[must_use]
    pub fn of_source(source: &str) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&blake3::hash(source.as_bytes()).as_bytes()[..16]);
        if (0..6).all(|i| nibble(&bytes, i) < 10) {
            bytes[0] |= 0xa0;
        }
        Self(versioned(bytes, 8))
    }
}

fn nibble(bytes: &[u8; 16], i: usize) -> u8 {
    if i.is_multiple_of(2) { bytes[i / 2] >> 4 } else { bytes[i / 2] & 0xf }
}

fn versioned(mut bytes: [u8; 16], version: u8) -> [u8; 16] {
    bytes[6] = (bytes[6] & 0x0f) | (version << 4);
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    bytes
}

impl Uid {
    /// The first and the last identity that begin with these hex digits; none when they do not.
    #[must_use]
    pub fn beginning(hex: &str) -> Option<[Self; 2]> {
        Some([format!("{hex:0<32}").parse().ok()?, format!("{hex:f<32}").parse().ok()?])
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(36);
        for (i, byte) in self.0.iter().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
            }
        }
        f.write_str(&text)
    }
}

impl FromStr for Uid {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let hex: String = text.chars().filter(|c| *c != '-').collect();
        let number = (hex.len() == 32).then(|| u128::from_str_radix(&hex, 16).ok()).flatten();
        number
            .map(|number| Self(number.to_be_bytes()))
            .ok_or_else(|| Error::invalid(format!("`{text}` is not a UUID")))
    }
}

/// The name of a change: what one command did, and what `undo` takes back.
///
/// Written in the letters k to z, so that it is never taken for a ticket's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeId(pub [u8; 8]);

impl ChangeId {
    /// The first eight letters: how lists name a change.
    #[must_use]
    pub fn short(self) -> String {
        self.to_string()[..8].to_owned()
    }
}

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| {
            write!(f, "{}{}", char::from(b'z' - (byte >> 4)), char::from(b'z' - (byte & 0xf)))
        })
    }
}

impl FromStr for ChangeId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut bytes = [0; 8];
        let letters = text.as_bytes();
        if letters.len() != 16 || !letters.iter().all(|c| (b'k'..=b'z').contains(c)) {
            return Err(Error::invalid(format!("`{text}` is not the name of a change")));
        }
        for (byte, pair) in bytes.iter_mut().zip(letters.chunks_exact(2)) {
            *byte = ((b'z' - pair[0]) << 4) | (b'z' - pair[1]);
        }
        Ok(Self(bytes))
    }
}

/// Which machine of a shared desk gave a number: the first shows no letter, later ones b, c, ….
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Machine(pub u16);

impl Machine {
    /// How many machines a desk can have: those of one or two letters.
    pub const COUNT: u16 = 26 + 26 * 26;

    /// How many more there are for messages that copies of one machine gave the same number: those of
    /// three letters.
    pub const DOUBLES: u16 = 26 * 26 * 26;

    /// The machine's letters; the first is `a`.
    #[must_use]
    pub fn letters(self) -> String {
        let mut rest = u32::from(self.0) + 1;
        let mut letters = Vec::new();
        while rest > 0 {
            rest -= 1;
            letters.push(char::from(b'a' + u8::try_from(rest % 26).unwrap_or(0)));
            rest /= 26;
        }
        letters.iter().rev().collect()
    }

    /// Reads the letters; none is the first machine.
    fn from_letters(letters: &str) -> Option<Self> {
        let n = letters.bytes().try_fold(0u32, |n, c| {
            c.is_ascii_lowercase().then(|| n * 26 + u32::from(c - b'a') + 1)
        })?;
        u16::try_from(n.saturating_sub(1)).ok().map(Self)
    }
}

/// A number people say: `42`, or `b7` on a desk's second machine. Given once, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// The machine that gave it.
    pub machine: Machine,
    /// Counted from 1 on that machine.
    pub n: u32,
}

impl Number {
    /// The highest number that an import may bring: beyond it there must be room to count on.
    pub const WANTED_MAX: u32 = 1 << 30;

    /// The number of a message as part of an ID: the machine's letter only where it is not that
    /// of the ticket's own machine (`42.3`, `42.b4`, `b3.a6`).
    #[must_use]
    pub fn within(self, ticket: Number) -> String {
        if self.machine == ticket.machine {
            return self.n.to_string();
        }
        format!("{}{}", self.machine.letters(), self.n)
    }

    /// Reads the part after the dot of a message's ID on `ticket`.
    #[must_use]
    pub fn parse_within(text: &str, ticket: Number) -> Option<Self> {
        let (letters, number) = split(text)?;
        let machine =
            if letters.is_empty() { ticket.machine } else { Machine::from_letters(letters)? };
        Some(Self { machine, n: number })
    }
}

fn split(text: &str) -> Option<(&str, u32)> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, number) = text.split_at(digits);
    (letters.len() <= 3).then_some(())?;
    number.bytes().all(|c| c.is_ascii_digit()).then_some(())?;
    Some((letters, number.parse().ok().filter(|n| *n > 0)?))
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.machine != Machine(0) {
            f.write_str(&self.machine.letters())?;
        }
        write!(f, "{}", self.n)
    }
}

impl FromStr for Number {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        split(text)
            .and_then(|(letters, n)| Some(Self { machine: Machine::from_letters(letters)?, n }))
            .ok_or_else(|| Error::invalid(format!("`{text}` is not a ticket's number")))
    }
}

/// Serde by `Display` and `FromStr`; to a schema, text.
macro_rules! as_text {
    ($($name:ty),*) => {$(
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string" })
            }
        }
    )*};
}
pub(crate) use as_text;
as_text!(Uid, ChangeId, Number, Hash);

/// The BLAKE3 hash of a file's bytes: the name they are kept under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from(self.0).to_hex())
    }
}

impl FromStr for Hash {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let hash = blake3::Hash::from_hex(text).ok();
        let wrong = || Error::invalid(format!("`{text}` is not a hash of 64 hex digits"));
        hash.map(|hash| Self(*hash.as_bytes())).ok_or_else(wrong)
    }
}

/// How someone named a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// `42`, `#42` or `b7`; when no ticket has it, perhaps the start of a UUID.
    Number(Number),
    /// Six or more hex digits that begin a UUID.
    Prefix(String),
    /// An external reference such as `github:owner/repo#1`.
    Source(String),
    /// `@`: the ticket last touched.
    Last,
}

/// A ticket, or with a second part one message on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The ticket.
    pub ticket: Name,
    /// What stood after the dot.
    pub message: Option<String>,
}

impl FromStr for Reference {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bare = text.trim().trim_end_matches(':').trim_start_matches('#');
        let whole = |ticket| Ok(Self { ticket, message: None });
        if bare == "@" {
            return whole(Name::Last);
        }
        let number = bare.parse().ok();
        if let Some(number) = number.filter(|it: &Number| it.machine.0 < Machine::COUNT) {
            return whole(Name::Number(number));
        }
        if is_source(bare) {
            return whole(Name::Source(bare.to_owned()));
        }
        let hex: String = bare.chars().filter(|c| *c != '-').collect();
        if (6..=32).contains(&hex.len()) && hex.chars().all(|c| c.is_ascii_hexdigit()) {
            return whole(Name::Prefix(hex.to_ascii_lowercase()));
        }
        if let Some((ticket, message)) = bare.rsplit_once('.')
            && split(message).is_some()
            && let Ok(Self { ticket, message: None }) = ticket.parse()
        {
            return Ok(Self { ticket, message: Some(message.to_owned()) });
        }
        Err(Error::invalid(format!("`{text}` does not name a ticket")).hint(
            "a ticket is 42, #42, b7, the start of its uid (6 or more characters) \
             or a reference such as github:owner/repo#1",
        ))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::Number(number) => write!(f, "#{number}"),
            Name::Prefix(text) | Name::Source(text) => f.write_str(text),
            Name::Last => f.write_str("@"),
        }
    }
}

/// Is `text` an external reference: a system's lower-case name, a colon, and something?
#[must_use]
pub fn is_source(text: &str) -> bool {
    text.split_once(':').is_some_and(|(system, rest)| {
        let named = system.starts_with(|c: char| c.is_ascii_lowercase())
            && system.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-');
        named && !rest.is_empty() && rest.len() <= 1000 && !rest.chars().any(char::is_control)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_show_the_letter_of_a_later_machine_only() {
        for (text, machine, n) in [("42", 0, 42), ("b7", 1, 7), ("z1", 25, 1), ("aa3", 26, 3)] {
            let number: Number = text.parse().unwrap();
            assert_eq!(number, Number { machine: Machine(machine), n });
            assert_eq!(number.to_string(), text);
        }
        for text in ["", "0", "-1", "4x", "abcd1", "B7", "99999999999"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_message_shows_a_letter_only_where_it_is_not_its_tickets() {
        let own: Number = "42".parse().unwrap();
        let other: Number = "b3".parse().unwrap();
        for (text, ticket) in [("3", own), ("b4", own), ("a6", other), ("6", other)] {
            assert_eq!(Number::parse_within(text, ticket).unwrap().within(ticket), text);
        }
    }

    #[test]
    fn a_random_uid_never_begins_like_a_number() {
        for byte in 0..=255 {
            let uid = Uid::random([byte; 16]).to_string();
            assert!(uid[..6].contains(|c: char| c.is_ascii_alphabetic()), "{uid}");
            assert_eq!(uid.parse::<Uid>().unwrap().to_string(), uid);
        }
    }

    #[test]
    fn change_names_read_back() {
        let id = ChangeId([0, 1, 2, 0xff, 0x80, 7, 9, 0xab]);
        assert_eq!(id.to_string().parse::<ChangeId>().unwrap(), id);
    }

    #[test]
    fn references_are_told_apart_by_their_form() {
        let read = |text: &str| text.parse::<Reference>().unwrap();
        let number = |text: &str| Name::Number(text.parse().unwrap());
        assert_eq!(read("#42").ticket, number("42"));
        assert_eq!(read("42:").ticket, number("42"));
        assert_eq!(read("b7").ticket, number("b7"));
        assert_eq!(read("@").ticket, Name::Last);
        assert_eq!(read("3F0A-9c").ticket, Name::Prefix("3f0a9c".into()));
        assert_eq!(read("github:o/r#1").ticket, Name::Source("github:o/r#1".into()));
        assert_eq!(read("jira:PROJ-7").ticket, Name::Source("jira:PROJ-7".into()));
        let message = read("#42.b3");
        assert_eq!((message.ticket, message.message), (number("42"), Some("b3".into())));
        assert!("crash".parse::<Reference>().is_err());
    }
}
