//! Messages: what is said on a ticket, and the files that belong to it.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{Hash, Number, Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::words::{By, MessageKind};
use crate::error::counted;

/// A message on a ticket, as first said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its number on the ticket.
    pub number: Number,
    /// Public reply or internal note.
    pub kind: MessageKind,
    /// Who wrote it.
    pub author: Person,
    /// Whose words they are.
    pub by: By,
    /// What it says.
    pub wording: Wording,
    /// Its name where it came from.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Whom a public message of ours is for, as far as that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Person>,
    /// The message on the same ticket that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Number>,
    /// Where it first stood, if a merge or a split brought it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// A machine wrote it on its own: nobody has answered, and nobody waits for an answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
}

/// Where a message first stood: however often it is moved on, this is how it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The ticket.
    pub ticket: Uid,
    /// Its number there.
    pub number: Number,
    /// When one of us moved it; none where a source brought it along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_at: Option<Timestamp>,
}

impl Origin {
    /// The same place, whenever the message was moved.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        (self.ticket, self.number) == (other.ticket, other.number)
    }
}

impl Message {
    /// Was it the description of the ticket that it was moved from?
    #[must_use]
    pub fn described(&self) -> bool {
        self.origin.is_some_and(|origin| origin.number.n == 1)
    }
}

/// A file that belongs to a message. Its bytes lie beside the journal, under their hash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attachment {
    /// What its sender calls it: a stranger's text, no path.
    pub name: String,
    /// The hash of its bytes.
    pub hash: Hash,
    /// How many bytes it has.
    pub size: u64,
    /// What its sender says it is, such as `image/png`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
}

/// The largest file that a desk can keep, in bytes: 60 MiB.
pub const FILE_MAX: u64 = 60 << 20;

/// The most that the files of one ticket may have together when one is attached, in bytes: 512 MiB.
/// An export writes a ticket with all of them on one line.
pub const FILES_MAX: u64 = 512 << 20;

impl Attachment {
    /// A file of this name that holds `bytes`; what it is, is guessed from how its name ends.
    #[must_use]
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            hash: Hash::of(bytes),
            size: bytes.len() as u64,
            media: media_of(name).map(ToOwned::to_owned),
        }
    }
}

/// How names end, and what such files mostly are.
const MEDIA: [(&str, &str); 26] = [
    ("bz2", "application/x-bzip2"),
    ("conf", "text/plain"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("diff", "text/x-diff"),
    ("eml", "message/rfc822"),
    ("gif", "image/gif"),
    ("gz", "application/gzip"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("ics", "text/calendar"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("log", "text/plain"),
    ("md", "text/markdown"),
    ("mp4", "video/mp4"),
    ("patch", "text/x-diff"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("tar", "application/x-tar"),
    ("txt", "text/plain"),
    ("webp", "image/webp"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
];

fn media_of(name: &str) -> Option<&'static str> {
    let (_, end) = name.rsplit_once('.')?;
    let known = |(known, _): &&(&str, &str)| known.eq_ignore_ascii_case(end);
    MEDIA.iter().find(known).map(|(_, media)| *media)
}

/// `1 byte`, `12 KiB`, `1.4 MiB`, `2 GiB`: how much that is, never less than it is.
#[must_use]
pub fn size_in_words(bytes: u64) -> String {
    match bytes {
        0..1024 => counted(bytes, "byte"),
        1024..=0x000f_fc00 => format!("{} KiB", bytes.div_ceil(1 << 10)),
        _ => {
            let (unit, size) =
                if bytes < 0x3ff0_0000 { ("MiB", 1 << 20) } else { ("GiB", 1 << 30) };
            let tenths = (u128::from(bytes) * 10).div_ceil(size);
            let (whole, rest) = (tenths / 10, tenths % 10);
            if rest == 0 { format!("{whole} {unit}") } else { format!("{whole}.{rest} {unit}") }
        }
    }
}

/// The text of a message, and since when it reads so if it was edited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// The text.
    pub body: String,
    /// When it was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_said_in_the_unit_that_fits() {
        for (bytes, words) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1 KiB"),
            (1025, "2 KiB"),
            (1023 << 10, "1023 KiB"),
            ((1023 << 10) + 1, "1 MiB"),
            (1 << 20, "1 MiB"),
            ((1 << 20) + 1, "1.1 MiB"),
            (25 << 20, "25 MiB"),
            (1 << 30, "1 GiB"),
            (u64::MAX, "17179869184 GiB"),
        ] {
            assert_eq!(size_in_words(bytes), words, "{bytes}");
        }
    }

    #[test]
    fn what_a_file_is_is_guessed_from_its_end() {
        for (name, media) in [
            ("a.TXT", Some("text/plain")),
            ("b.tar.gz", Some("application/gzip")),
            ("png", None),
            (".png", Some("image/png")),
            ("a.", None),
            ("run.exe", None),
        ] {
            assert_eq!(Attachment::of(name, b"x").media.as_deref(), media, "{name}");
        }
    }
}
