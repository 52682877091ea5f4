//! One mail, read from where it lies.

use std::io::{Read, SeekFrom};

use super::body::{self, Content};
use super::head::Head;
use super::parts::Part;
use super::threads::Spot;
use super::{machine, people, subject};
use crate::domain::event::{Attachment, FILE_MAX, FILES_MAX};
use crate::domain::ids::{Hash, Timestamp, is_source};
use crate::domain::person::Person;
use crate::error::{Error, Result};
use crate::import::place::{Seeking, cannot};
use crate::import::{Item, Place, Sink};

/// The largest mail that is read, in bytes.
pub(super) const MAIL_MAX: u64 = 192 << 20;
/// How many of the mails that one names as those before it count.
const BEFORE_MAX: usize = 200;

/// A mail as it is told.
pub(super) struct Mail {
    /// Its name on the desk, `mail:` and its Message-ID.
    pub(super) name: String,
    /// The names of the mails before it, the nearest first.
    pub(super) before: Vec<String>,
    /// When it was written.
    pub(super) at: Option<Timestamp>,
    /// Who wrote it.
    pub(super) author: Option<Person>,
    /// To whom.
    pub(super) to: Vec<Person>,
    /// What it is about, as it stands there.
    pub(super) subject: Option<String>,
    /// The list that it went over.
    pub(super) list: Option<String>,
    /// Where people read it.
    pub(super) url: Option<String>,
    /// What it says.
    pub(super) text: String,
    /// The files that came with it.
    pub(super) files: Vec<Attachment>,
    /// A machine wrote it on its own.
    pub(super) automatic: bool,
}

/// The files of a place, of which a few are open.
pub(super) struct Files<'p> {
    place: &'p Place,
    open: Vec<(u32, Box<dyn Seeking>)>,
}

/// How many files are open at once.
const OPEN_MAX: usize = 4;

impl<'p> Files<'p> {
    /// None of them open.
    pub(super) fn new(place: &'p Place) -> Self {
        Self { place, open: Vec::new() }
    }

    /// Where a mail is, for people.
    pub(super) fn called(&self, spot: &Spot) -> String {
        let name = self.place.sources.get(spot.source as usize).map_or("", |source| source.name());
        if spot.offset == 0 { name.to_owned() } else { format!("{name}, at byte {}", spot.offset) }
    }

    /// The bytes of a mail, as they were before a mailbox changed them.
    ///
    /// # Errors
    /// Exit 1 when it cannot be read.
    pub(super) fn bytes(&mut self, spot: &Spot) -> Result<Vec<u8>> {
        let name = self.called(spot);
        let failed = |e: std::io::Error| cannot(&name, &e);
        let file = self.file(spot.source)?;
        let mut bytes = Vec::with_capacity(usize::try_from(spot.length).unwrap_or(0));
        file.seek(SeekFrom::Start(spot.offset)).map_err(failed)?;
        file.take(spot.length).read_to_end(&mut bytes).map_err(failed)?;
        Ok(if spot.quoted { unquoted(bytes) } else { bytes })
    }

    fn file(&mut self, source: u32) -> Result<&mut Box<dyn Seeking>> {
        if let Some(place) = self.open.iter().position(|(open, _)| *open == source) {
            return Ok(&mut self.open[place].1);
        }
        let gone = || Error::failed("a file is gone");
        let file = self.place.sources.get(source as usize).ok_or_else(gone)?.open()?;
        self.open.truncate(OPEN_MAX - 1);
        self.open.insert(0, (source, file));
        Ok(&mut self.open[0].1)
    }
}

/// Without the `>` that mailboxes put before lines that begin with `From `.
fn unquoted(bytes: Vec<u8>) -> Vec<u8> {
    let quoted = |line: &[u8]| {
        let rest = line.iter().position(|c| *c != b'>').unwrap_or(line.len());
        rest > 0 && line[rest..].starts_with(b"From ")
    };
    if !bytes.windows(6).any(|window| window == b">From ") {
        return bytes;
    }
    let lines = bytes.split_inclusive(|c| *c == b'\n');
    lines.flat_map(|line| if quoted(line) { &line[1..] } else { line }).copied().collect()
}

/// Reads a mail, and hands over the bytes of its files. `kept` is how many bytes the files of its
/// conversation have so far.
///
/// # Errors
/// Whatever `sink` returns.
pub(super) fn mail(
    bytes: &[u8],
    at: Option<Timestamp>,
    kept: &mut u64,
    sink: &mut Sink<'_>,
) -> Result<Mail> {
    let part = Part::of(bytes);
    let head = &part.head;
    let content = body::content(&part);
    let charset = first_charset(&part);
    let charset = charset.as_deref();
    let people = |name: &str| {
        head.raw(name).map(|field| people::people(&field, charset)).unwrap_or_default()
    };
    let author = people("from").into_iter().chain(people("sender")).next();
    let to = people("to").into_iter().chain(people("cc")).collect();
    let subject = head.text("subject", charset);
    let (text, files) = stored(content, kept, sink)?;
    let list = head.text("list-id", charset).and_then(|id| subject::list_name(&id));
    let url =
        head.text("archived-at", None).map(|url| url.trim_matches(['<', '>', ' ']).to_owned());
    let name = head.id().map_or_else(|| hashed(bytes), |id| called(&id));
    let mut before: Vec<String> = Vec::new();
    let references = head.ids("references");
    let nearest = head.ids("in-reply-to").into_iter().chain(references.into_iter().rev());
    for id in nearest.chain(machine::about(&part)) {
        let other = called(&id);
        if other != name && !before.contains(&other) && before.len() < BEFORE_MAX {
            before.push(other);
        }
    }
    Ok(Mail {
        name,
        before,
        at,
        author,
        to,
        subject,
        list,
        url: url.filter(|url| url.starts_with("http://") || url.starts_with("https://")),
        text,
        files,
        automatic: machine::wrote(&part),
    })
}

/// The text of a mail and its files, whose bytes are handed over one by one.
fn stored(
    content: Content<'_>,
    kept: &mut u64,
    sink: &mut Sink<'_>,
) -> Result<(String, Vec<Attachment>)> {
    let mut text = content.text;
    let mut files = Vec::with_capacity(content.files.len());
    for file in content.files {
        let bytes = file.bytes();
        let size = bytes.len() as u64;
        if size > FILE_MAX || *kept + size > FILES_MAX {
            text = format!("{text}\n\n{}", body::too_large(&file.name, size));
            continue;
        }
        *kept += size;
        let known = Attachment::of(&file.name, &bytes);
        let media = file.media.clone().filter(|media| media != "application/octet-stream");
        files.push(Attachment { media: media.or(known.media.clone()), ..known });
        sink(Item::Bytes(bytes.into_owned()))?;
    }
    Ok((text, files))
}

/// The charset of the first text that says one: that of its header, where that says none.
fn first_charset(mail: &Part<'_>) -> Option<String> {
    mail.leaves().into_iter().take(5).find_map(Part::charset)
}

/// The name of the mail with this Message-ID.
pub(super) fn called(id: &str) -> String {
    let name = format!("mail:{id}");
    if is_source(&name) { name } else { format!("mail:{}", short(id.as_bytes())) }
}

/// The name of a mail without a Message-ID: it is made of what does not change on its way.
fn hashed(bytes: &[u8]) -> String {
    let (head, body) = Head::of_mail(bytes);
    let mut made = Vec::with_capacity(body.len() + 200);
    let fields =
        ["from", "to", "cc", "date", "subject", "content-type", "content-transfer-encoding"];
    for name in fields {
        made.extend_from_slice(&head.raw(name).unwrap_or_default());
        made.push(b'\n');
    }
    made.extend(body.trim_ascii_end().iter().filter(|c| **c != b'\r'));
    format!("mail:{}", short(&made))
}

/// The first half of a hash.
fn short(bytes: &[u8]) -> String {
    Hash::of(bytes).to_string().chars().take(32).collect()
}
