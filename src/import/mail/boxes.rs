//! Where the mails of a file begin and end: mbox in every dialect, MMDF, a mail alone.

use std::io::{BufRead, BufReader, Read};

use super::head::{FIELDS, is_field};
use crate::error::Result;
use crate::import::Source;
use crate::import::place::{Seeking, cannot};

/// A mail in a file.
pub(super) struct Found<'f> {
    /// Where it begins, after the line that separates it from the one before.
    pub(super) offset: u64,
    /// How many bytes it has.
    pub(super) length: u64,
    /// Its header, as far as it fits in [`HEAD_MAX`].
    pub(super) head: &'f [u8],
    /// The line before it: `From ada@acme.example Thu Jan  1 00:00:00 2026`.
    pub(super) envelope: &'f [u8],
    /// Its lines that begin with `From ` are quoted.
    pub(super) quoted: bool,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Mails with lines between them, or nothing at all.
    Box,
    /// One mail.
    Mail,
    /// One mail, in which others seem to stand that no line separates.
    Run,
    /// Something else.
    Other,
}

/// How much of a header is looked at to find a mail's thread, in bytes.
const HEAD_MAX: usize = 1 << 20;
/// How much of a line is held, in bytes.
const LINE_MAX: u64 = 64 << 10;
/// The line between the mails of MMDF.
const MMDF: &[u8] = b"\x01\x01\x01\x01";

/// Hands over the mails of a file in their order. `sure` says that it is a mail if it is no box.
///
/// # Errors
/// Whatever `give` returns, and exit 1 when it cannot be read.
pub(super) fn mails(
    source: &Source,
    sure: bool,
    give: &mut dyn FnMut(Found<'_>) -> Result<()>,
) -> Result<Kind> {
    let mut lines = Lines::open(source)?;
    while lines.there && lines.line.trim_ascii().is_empty() {
        lines.advance()?;
    }
    if !lines.there {
        return Ok(Kind::Box);
    }
    if lines.line.trim_ascii_end() == MMDF {
        mmdf(&mut lines, give)?;
        return Ok(Kind::Box);
    }
    if begins(&lines.line, true, lines.ahead()) {
        mbox(&mut lines, give)?;
        return Ok(Kind::Box);
    }
    alone(source, &mut lines, sure, give)
}

fn mbox(lines: &mut Lines<'_>, give: &mut dyn FnMut(Found<'_>) -> Result<()>) -> Result<()> {
    let mut mail = Mail { quoted: true, ..Mail::default() };
    let (mut first, mut empty) = (true, true);
    while lines.there {
        if first || separates(&lines.line, empty, lines.ahead()) {
            mail.end(lines.start, give)?;
            mail.begin(lines.start + lines.length, &lines.line);
            (first, empty) = (false, true);
            lines.advance()?;
            continue;
        }
        mail.take(&lines.line);
        empty = blank(&lines.line);
        lines.advance()?;
    }
    mail.end(lines.start, give)
}

fn mmdf(lines: &mut Lines<'_>, give: &mut dyn FnMut(Found<'_>) -> Result<()>) -> Result<()> {
    let mut mail = Mail::default();
    while lines.there {
        let next = lines.start + lines.length;
        if lines.line.trim_ascii_end() == MMDF {
            mail.end(lines.start, give)?;
            mail.begin(next, b"");
        } else if mail.start == lines.start && lines.line.starts_with(b"From ") {
            mail.begin(next, &lines.line);
        } else {
            mail.take(&lines.line);
        }
        lines.advance()?;
    }
    mail.end(lines.start, give)
}

/// A file that is one mail, if it is one.
fn alone(
    source: &Source,
    lines: &mut Lines<'_>,
    sure: bool,
    give: &mut dyn FnMut(Found<'_>) -> Result<()>,
) -> Result<Kind> {
    let mut mail = Mail::default();
    mail.begin(lines.start, b"");
    while lines.there && !mail.headed {
        mail.take(&lines.line);
        lines.advance()?;
    }
    if !sure && !is_mail(&mail.head) {
        return Ok(Kind::Other);
    }
    // Mails may stand in the parts of one.
    let parts = String::from_utf8_lossy(&mail.head).to_ascii_lowercase().contains("multipart/");
    let run = !parts && !source.ends_in(&["eml", "msg", "mail"]) && follow(lines)? > 1;
    let length = source.size().max(lines.start).saturating_sub(mail.start);
    let (offset, head) = (mail.start, mail.head.as_slice());
    give(Found { offset, length, head, envelope: b"", quoted: false })?;
    Ok(if run { Kind::Run } else { Kind::Mail })
}

/// How many mails seem to follow in one whose header has been read, at most two: after an empty line
/// there is who wrote to whom, about what and when.
fn follow(lines: &mut Lines<'_>) -> Result<usize> {
    let (mut count, mut names, mut open) = (0, Vec::new(), true);
    while lines.there && count < 2 {
        let name = lines.line.split(|c| *c == b':').next().unwrap_or_default();
        if blank(&lines.line) {
            let all = ["from", "date", "subject"].iter().all(|name| names.contains(name));
            count += usize::from(all);
            names.clear();
            open = true;
        } else if open && is_field(&lines.line) {
            let known = FIELDS.iter().find(|known| known.as_bytes().eq_ignore_ascii_case(name));
            names.extend(known);
        } else if !lines.line.starts_with(b" ") && !lines.line.starts_with(b"\t") {
            // Some put the year between them.
            open &= lines.line.trim_ascii().iter().all(u8::is_ascii_digit);
        }
        lines.advance()?;
    }
    Ok(count)
}

/// Is this the header of a mail: has it a field that mails have?
pub(super) fn is_mail(head: &[u8]) -> bool {
    head.split(|c| *c == b'\n').take(200).filter(|line| is_field(line)).any(|line| {
        let name = line.split(|c| *c == b':').next().unwrap_or_default();
        FIELDS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name.trim_ascii_end()))
    })
}

/// A mail while its lines go by.
#[derive(Default)]
struct Mail {
    start: u64,
    head: Vec<u8>,
    /// Its header is over.
    headed: bool,
    /// There is something in it.
    text: bool,
    envelope: Vec<u8>,
    quoted: bool,
}

impl Mail {
    fn begin(&mut self, start: u64, envelope: &[u8]) {
        self.head.clear();
        self.envelope.clear();
        self.envelope.extend_from_slice(envelope);
        (self.start, self.headed, self.text) = (start, false, false);
    }

    fn take(&mut self, line: &[u8]) {
        let blank = blank(line);
        self.text |= !blank;
        if !self.headed {
            self.headed = (blank && self.text) || self.head.len() + line.len() > HEAD_MAX;
            if !self.headed {
                self.head.extend_from_slice(line);
            }
        }
    }

    fn end(&self, at: u64, give: &mut dyn FnMut(Found<'_>) -> Result<()>) -> Result<()> {
        if !self.text {
            return Ok(());
        }
        let (offset, length) = (self.start, at - self.start);
        let (head, envelope, quoted) = (&self.head, &self.envelope, self.quoted);
        give(Found { offset, length, head, envelope, quoted })
    }
}

fn blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n" | b"" | b"\r")
}

/// Is this the first line of a box? One that names nobody is if nothing else is there.
fn begins(line: &[u8], empty: bool, next: Option<&[u8]>) -> bool {
    let nobody = line.trim_ascii() == b"From" && next.is_none_or(blank);
    let headed = line.starts_with(b"From ") && next.is_some_and(is_field);
    nobody || headed || separates(line, empty, next)
}

/// Does a line separate two mails? It ends in a date, and stands behind an empty line or before a
/// header; or it names a sender alone, before a header.
fn separates(line: &[u8], empty: bool, next: Option<&[u8]>) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let headed = next.is_some_and(|next| is_field(next) || next.starts_with(b">From "));
    let mut words = rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let one = words.next().is_some() && words.next().is_none();
    (headed && one) || ((headed || empty) && ends_in_date(rest))
}

/// Does it end in a year or a zone, with a time of day before it? What follows the host that it came
/// from, `remote from there`, does not count.
fn ends_in_date(rest: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&rest[..rest.len().min(1000)]);
    let text = text.rsplit_once(" remote from ").map_or(&*text, |(before, _)| before);
    let words: Vec<&str> = text.split_ascii_whitespace().rev().take(8).collect();
    let year = |word: &str| {
        word.len() == 4
            && (word.starts_with("19") || word.starts_with("20"))
            && word.bytes().all(|c| c.is_ascii_digit())
    };
    let zone = |word: &str| {
        let digits = word.trim_start_matches(['+', '-']);
        let offset = digits.len() + 1 == word.len() && digits.len() == 4;
        (offset && digits.bytes().all(|c| c.is_ascii_digit()))
            || (word.len() <= 5 && word.bytes().all(|c| c.is_ascii_uppercase()))
    };
    let time = |word: &&str| {
        let mut parts = word.split(':');
        let digits = |part: &str| matches!(part.len(), 1 | 2) && part.parse::<u8>().is_ok();
        parts.clone().count() > 1 && parts.all(digits)
    };
    let zones = words.iter().take(2).take_while(|word| zone(word)).count();
    let ends = words.first().is_some_and(|word| year(word))
        || (zones > 0 && words[..words.len().min(4)].iter().any(|word| year(word)));
    ends && words.iter().any(time)
}

/// The lines of a file with their places, however long they are, and the line after each.
struct Lines<'s> {
    source: &'s Source,
    from: BufReader<Box<dyn Seeking>>,
    /// There is a line.
    there: bool,
    /// The line, or the beginning of a long one.
    line: Vec<u8>,
    /// Where it begins, or the end of the file.
    start: u64,
    /// How many bytes it has.
    length: u64,
    next: Vec<u8>,
    next_length: u64,
}

impl<'s> Lines<'s> {
    fn open(source: &'s Source) -> Result<Self> {
        let from = BufReader::with_capacity(256 << 10, source.open()?);
        let (line, next) = (Vec::new(), Vec::new());
        let (there, start, length, next_length) = (true, 0, 0, 0);
        let mut lines = Self { source, from, there, line, start, length, next, next_length };
        lines.advance()?;
        lines.advance()?;
        if lines.line.starts_with(b"\xef\xbb\xbf") {
            lines.line.drain(..3);
            (lines.start, lines.length) = (3, lines.length - 3);
        }
        Ok(lines)
    }

    fn ahead(&self) -> Option<&[u8]> {
        (self.next_length > 0).then_some(self.next.as_slice())
    }

    fn advance(&mut self) -> Result<()> {
        self.start += self.length;
        std::mem::swap(&mut self.line, &mut self.next);
        self.length = self.next_length;
        self.next.clear();
        self.next_length = self.read().map_err(|e| cannot(self.source.name(), &e))?;
        self.there = self.length > 0;
        Ok(())
    }

    fn read(&mut self) -> std::io::Result<u64> {
        let part = self.from.by_ref().take(LINE_MAX).read_until(b'\n', &mut self.next)? as u64;
        let whole = part < LINE_MAX || self.next.last() == Some(&b'\n');
        Ok(if whole { part } else { part + self.from.skip_until(b'\n')? as u64 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &'static str) -> (Kind, Vec<&'static str>) {
        let mut found = Vec::new();
        let source = Source::of("x", text.as_bytes());
        let kind = mails(&source, false, &mut |mail| {
            let start = usize::try_from(mail.offset).unwrap();
            found.push(&text[start..start + usize::try_from(mail.length).unwrap()]);
            assert!(mail.length > 0);
            Ok(())
        });
        (kind.unwrap(), found)
    }

    #[test]
    fn a_box_is_cut_where_mails_begin_and_nowhere_else() {
        let date = "Thu Jan  1 00:00:00 2026";
        let one = "Subject: a\n\nHi\n";
        let text = format!(
            "From a@b {date}\n{one}From c@d {date} +0100\n{one}\nFrom here on 2003\n\nFrom - \n{one}\
             From 1844@xxx\n{one}From 12 to 13:00 in 2026\nis fine\n\nFrom x {date} remote from y\nno\n"
        );
        let (kind, found) = cut(text.leak());
        assert_eq!(kind, Kind::Box);
        let long = format!("{one}\nFrom here on 2003\n\n");
        let last = format!("{one}From 12 to 13:00 in 2026\nis fine\n\n");
        assert_eq!(found, [one, long.as_str(), one, last.as_str(), "no\n"]);
    }

    #[test]
    fn marks_empty_lines_and_carriage_returns_are_no_part_of_it() {
        let (_, found) = cut("\u{feff}\r\nFrom a Thu Jan  1 00:00:00 2026\r\nTo: x\r\n\r\ny\r\n");
        assert_eq!(found, ["To: x\r\n\r\ny\r\n"]);
        for text in ["", "\n\n", "From \n", "From ", "\u{feff}", "From a@b 10:00 2026\n\n"] {
            assert_eq!(cut(text), (Kind::Box, Vec::new()), "{text:?}");
        }
    }

    #[test]
    fn mmdf_has_lines_of_its_own() {
        let (kind, found) = cut(concat!(
            "\u{1}\u{1}\u{1}\u{1}\nTo: a\n\nFrom x@y Thu Jan  1 00:00:00 2026\n\u{1}\u{1}\u{1}\u{1}\n",
            "\u{1}\u{1}\u{1}\u{1}\nFrom x\nTo: b\n\nz\n\u{1}\u{1}\u{1}\u{1}\n"
        ));
        assert_eq!(kind, Kind::Box);
        assert_eq!(found, ["To: a\n\nFrom x@y Thu Jan  1 00:00:00 2026\n", "To: b\n\nz\n"]);
    }

    #[test]
    fn a_mail_alone_is_one_and_a_run_of_them_is_seen() {
        assert_eq!(cut("From: a\nDate: x\n\nHi\n").0, Kind::Mail);
        assert_eq!(cut("a,b\n1,2\n").0, Kind::Other);
        assert_eq!(cut("From the beginning\nthere was: nothing\n").0, Kind::Other);
        let one = "From: a\nDate: x\nSubject: y\n\nHi\n\n";
        assert_eq!(cut(one.repeat(3).leak()).0, Kind::Run);
    }
}
