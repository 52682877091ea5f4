//! Segments: some lines of one machine in a row, sealed and signed, with the files that they name.
//!
//! The head says which lines they are and how the machine's chain stands before and after them; the
//! chain is the journal's own, so a segment fits what is known of its machine or is refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::piece::{self, BODY_MAX, Piece};
use crate::domain::ids::{ChangeId, Hash, Replica, Stamp, Timestamp, Uid};
use crate::error::{Error, Result};
use crate::seal::{Key, Public};
use crate::store::Line;

/// The version of the format.
const VERSION: u32 = 1;

/// What anybody can read of a segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The version of the format.
    pub v: u32,
    /// The desk that it is of.
    pub desk: Hash,
    /// Which of the desk's keys it is sealed to.
    pub epoch: u32,
    /// The machine whose lines they are.
    pub log: Replica,
    /// The count of the first line.
    pub first: u64,
    /// The count of the last line.
    pub last: u64,
    /// The machine's chain before the first line.
    pub before: Hash,
    /// The machine's chain up to and with the last line.
    pub after: Hash,
    /// Who signed it.
    pub by: Hash,
}

/// What a segment says besides its lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// When it was made, by the clock of whoever made it.
    pub at: Timestamp,
    /// How far its maker knew each machine's lines.
    pub seen: Vec<(Replica, u64)>,
    /// The files that lie beside it, in order.
    pub files: Vec<Hash>,
}

/// A segment that was opened, and is what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What it says besides its lines.
    pub sheet: Sheet,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// Seals lines of one machine in a row, the first of which continues `before`.
///
/// # Errors
/// When there are none.
pub fn close(
    (desk, epoch): (Hash, u32),
    (before, lines): ([u8; 32], &[Line]),
    sheet: &Sheet,
    (to, by): (&Key, &Key),
) -> Result<Vec<u8>> {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        return Err(Error::failed("a segment without lines"));
    };
    let head = Head {
        v: VERSION,
        desk,
        epoch,
        log: first.stamp.replica,
        first: first.stamp.seq,
        last: last.stamp.seq,
        before: Hash(before),
        after: Hash(last.chain),
        by: Hash(by.public().signer),
    };
    let mut body = serde_json::to_vec(sheet).map_err(std::io::Error::from)?;
    body.push(b'\n');
    for line in lines {
        write(line, &mut body);
    }
    let sealed = piece::close(&[to.public().recipient], &body)?;
    piece::make("segment", &head, &sealed, by)
}

/// A segment whose signature is right; what it holds is sealed yet.
#[derive(Clone, Debug)]
pub struct Segment<'a> {
    /// What anybody can read of it.
    pub head: Head,
    body: &'a [u8],
}

impl<'a> Segment<'a> {
    /// Reads a segment of a desk's machine.
    ///
    /// # Errors
    /// Exit 8 when it is none, or one of another desk or machine, or signed by nobody who may.
    pub fn read(
        bytes: &'a [u8],
        (desk, log): (Hash, Replica),
        may: impl Fn(&Head) -> Option<Public>,
    ) -> Result<Self> {
        let wrong = |why: &str| Err(Error::no_desk("it is damaged or forged").because(why));
        let Some(piece) = Piece::read(bytes) else { return wrong("it is no segment") };
        let Some(head) = piece.head::<Head>() else { return wrong("its head cannot be read") };
        if head.v > VERSION {
            return Err(Error::no_desk("it was made by a newer tix").hint("update tix"));
        }
        if (head.desk, head.log) != (desk, log) {
            return wrong("it is of another desk or machine");
        }
        if head.first == 0 || head.last < head.first {
            return wrong("its head makes no sense");
        }
        let Some(by) = may(&head) else { return wrong("whoever signed it may not") };
        if !piece.is_signed("segment", &by) {
            return wrong("its signature is not right");
        }
        Ok(Self { head, body: piece.body })
    }

    /// Opens it, and checks that its lines are those that its head says.
    ///
    /// # Errors
    /// Exit 8 when the key is another, or they are not.
    pub fn open(&self, key: &Key) -> Result<Opened> {
        let wrong = || Error::no_desk("it is damaged or forged");
        let body = piece::open(key, self.body, BODY_MAX)?;
        let end = body.iter().position(|byte| *byte == b'\n').ok_or_else(wrong)?;
        let sheet: Sheet = serde_json::from_slice(&body[..end]).map_err(|_| wrong())?;
        let (mut rest, mut lines) = (&body[end + 1..], Vec::new());
        let (mut before, mut seq) = (self.head.before.0, self.head.first);
        while !rest.is_empty() {
            let line = read(&mut rest, (self.head.log, seq), &before).ok_or_else(wrong)?;
            (before, seq) = (line.chain, seq + 1);
            lines.push(line);
        }
        if seq != self.head.last + 1 || before != self.head.after.0 {
            return Err(wrong().because("its lines are not those that its head says"));
        }
        Ok(Opened { sheet, lines })
    }
}

/// A line without what follows from its place: its machine, count, chain and hash.
fn write(line: &Line, out: &mut Vec<u8>) {
    out.extend_from_slice(&line.stamp.at.0.to_be_bytes());
    out.extend_from_slice(&line.ticket.0);
    out.extend_from_slice(&line.change.0);
    if let Some((text, salt)) = &line.content {
        out.push(1);
        out.extend_from_slice(salt);
        out.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(text.as_bytes());
    } else {
        out.push(0);
        out.extend_from_slice(&line.digest);
    }
}

fn read(rest: &mut &[u8], (replica, seq): (Replica, u64), before: &[u8; 32]) -> Option<Line> {
    fn part<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
        let (part, after) = rest.split_first_chunk::<N>()?;
        *rest = after;
        Some(*part)
    }
    let at = Timestamp(i64::from_be_bytes(part(rest)?));
    let names = (Uid(part(rest)?), ChangeId(part(rest)?));
    let stamp = Stamp { at, replica, seq };
    match part::<1>(rest)? {
        [1] => {
            let salt = part::<16>(rest)?;
            let length = usize::try_from(u32::from_be_bytes(part(rest)?)).ok()?;
            let (text, after) = rest.split_at_checked(length)?;
            *rest = after;
            let text = std::str::from_utf8(text).ok()?.to_owned();
            Some(Line::new(stamp, names, (text, salt), before))
        }
        [0] => Some(Line::erased(stamp, names, part(rest)?, before)),
        _ => None,
    }
}

/// How far whoever made a segment knew each machine's lines.
#[must_use]
pub fn seen(sheet: &Sheet) -> BTreeMap<Replica, u64> {
    sheet.seen.iter().copied().collect()
}
