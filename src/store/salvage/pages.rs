//! The pages of a database file, read without SQLite: what stands on a page that is whole can be read
//! whatever became of the others.
//!
//! The format is SQLite's (<https://sqlite.org/fileformat2.html>). Every leaf page is read for itself,
//! so it does not matter whether the pages that led to it, or the schema, still stand. Nothing read
//! here is believed: whoever asks for it holds it against the journal's hashes.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::error::{Error, Result};

/// The size of a page where the file does not say it any more: what tix makes.
const PAGE: usize = 4096;

/// No record is larger: a file of 60 MiB, and its hash.
const RECORD_MAX: usize = 64 << 20;

/// A value of a record.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Int(i64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
    /// A number with a fraction: tix stores none.
    Other,
}

/// A record as it stands on a page.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// Its row number in a table; none in an index.
    pub(super) row: Option<i64>,
    pub(super) values: Vec<Value>,
}

/// A database file with its log.
pub(super) struct Pages {
    file: File,
    size: usize,
    usable: usize,
    count: u32,
    /// The pages that the log holds, as they stood after the last change.
    logged: HashMap<u32, Vec<u8>>,
}

impl Pages {
    /// Opens the file, and its log if one lies beside it.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let cannot = |e: std::io::Error| {
            Error::failed(format!("{} cannot be read", path.display())).because(e)
        };
        let mut file = File::open(path).map_err(cannot)?;
        let length = file.metadata().map_err(cannot)?.len();
        let mut head = [0; 100];
        let whole = file.read_exact(&mut head).is_ok() && head.starts_with(b"SQLite format 3\0");
        let named = match u16::from_be_bytes([head[16], head[17]]) {
            1 => 65_536,
            size => usize::from(size),
        };
        let sane = whole && named.is_power_of_two() && (512..=65_536).contains(&named);
        let size = if sane { named } else { PAGE };
        let reserved = if sane { usize::from(head[20]).min(size - 480) } else { 0 };
        let count = u32::try_from(length.div_ceil(size as u64)).unwrap_or(u32::MAX);
        let logged = log(&super::super::place::beside(path, "-wal"), size).unwrap_or_default();
        Ok(Self { file, size, usable: size - reserved, count, logged })
    }

    /// Hands over every record that can be read, those of the log last.
    pub(super) fn each(&mut self, sink: &mut dyn FnMut(Record)) {
        for number in 1..=self.count {
            if let Some(page) = self.stored(number) {
                self.records(number, &page, false, sink);
            }
        }
        let mut logged: Vec<(u32, Vec<u8>)> =
            self.logged.iter().map(|(number, page)| (*number, page.clone())).collect();
        logged.sort_unstable_by_key(|(number, _)| *number);
        for (number, page) in logged {
            self.records(number, &page, true, sink);
        }
    }

    /// A page of the file itself.
    fn stored(&mut self, number: u32) -> Option<Vec<u8>> {
        let place = u64::from(number.checked_sub(1)?) * self.size as u64;
        let mut page = vec![0; self.size];
        self.file.seek(SeekFrom::Start(place)).ok()?;
        self.file.read_exact(&mut page).ok()?;
        Some(page)
    }

    /// The records of a page, if it is one of those that have any.
    fn records(
        &mut self,
        number: u32,
        page: &[u8],
        logged: bool,
        sink: &mut dyn FnMut(Record),
    ) -> Option<()> {
        let start = if number == 1 { 100 } else { 0 };
        // Leaves of tables; leaves and inner pages of indexes.
        let (table, cells) = match page.get(start)? {
            0x0d => (true, start + 8),
            0x0a => (false, start + 8),
            0x02 => (false, start + 12),
            _ => return None,
        };
        let inner = *page.get(start)? == 0x02;
        for cell in 0..usize::from(short(page, start + 3)?) {
            let Some(place) = short(page, cells + 2 * cell) else { break };
            let place = usize::from(place) + if inner { 4 } else { 0 };
            if let Some(record) = self.cell(page, place, table, logged) {
                sink(record);
            }
        }
        Some(())
    }

    fn cell(&mut self, page: &[u8], place: usize, table: bool, logged: bool) -> Option<Record> {
        let (length, place) = varint(page, place)?;
        let length = usize::try_from(length).ok().filter(|length| *length <= RECORD_MAX)?;
        let (row, place) = if table {
            let (row, place) = varint(page, place)?;
            (Some(row.cast_signed()), place)
        } else {
            (None, place)
        };
        let here = self.local(length, table);
        let mut payload = page.get(place..place + here)?.to_vec();
        if here < length {
            let next = page.get(place + here..place + here + 4)?.try_into().ok()?;
            self.overflow(u32::from_be_bytes(next), length, logged, &mut payload)?;
        }
        Some(Record { row, values: values(&payload)? })
    }

    /// How much of a record of `length` bytes stands on its own page.
    fn local(&self, length: usize, table: bool) -> usize {
        let usable = self.usable;
        let most = if table { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
        if length <= most {
            return length;
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let some = least + (length - least) % (usable - 4);
        if some <= most { some } else { least }
    }

    /// Gathers the rest of a record from the pages it goes on in.
    fn overflow(
        &mut self,
        mut next: u32,
        length: usize,
        logged: bool,
        payload: &mut Vec<u8>,
    ) -> Option<()> {
        while payload.len() < length {
            let page = match self.logged.get(&next).filter(|_| logged) {
                Some(page) => page.clone(),
                None => self.stored(next).filter(|_| next <= self.count)?,
            };
            next = u32::from_be_bytes(page.get(..4)?.try_into().ok()?);
            let part = (length - payload.len()).min(self.usable - 4);
            payload.extend_from_slice(page.get(4..4 + part)?);
        }
        Some(())
    }
}

/// The pages of a write-ahead log up to its last whole change. Older changes in it, from before the
/// log was begun anew, have other salts.
fn log(path: &Path, size: usize) -> Option<HashMap<u32, Vec<u8>>> {
    let bytes = std::fs::read(path).ok()?;
    let salts = bytes.get(16..24)?;
    let frames: Vec<&[u8]> = bytes.get(32..)?.chunks_exact(24 + size).collect();
    let ours = |frame: &&&[u8]| frame[8..16] == *salts;
    let ends = |frame: &&[u8]| frame[4..8] != [0; 4];
    let mut pages = HashMap::new();
    let whole = frames.iter().take_while(ours).count();
    let last = frames[..whole].iter().rposition(ends)?;
    for frame in &frames[..=last] {
        let number = u32::from_be_bytes(frame[..4].try_into().ok()?);
        pages.insert(number, frame[24..].to_vec());
    }
    Some(pages)
}

fn short(page: &[u8], place: usize) -> Option<u16> {
    Some(u16::from_be_bytes(page.get(place..place + 2)?.try_into().ok()?))
}

/// A number of one to nine bytes, and where it ends.
fn varint(bytes: &[u8], place: usize) -> Option<(u64, usize)> {
    let mut number = 0u64;
    for at in 0..9 {
        let byte = *bytes.get(place + at)?;
        if at == 8 {
            return Some((number << 8 | u64::from(byte), place + 9));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((number, place + at + 1));
        }
    }
    None
}

/// The values of a record.
fn values(payload: &[u8]) -> Option<Vec<Value>> {
    let (head, mut place) = varint(payload, 0)?;
    let mut body = usize::try_from(head).ok().filter(|head| *head <= payload.len())?;
    let end = body;
    let mut values = Vec::new();
    while place < end {
        let (kind, next) = varint(payload, place)?;
        place = next;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => usize::try_from(kind).ok()?,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            kind => usize::try_from((kind - 12) / 2).ok()?,
        };
        let bytes = payload.get(body..body.checked_add(length)?)?;
        body += length;
        values.push(match kind {
            0 => Value::Null,
            7 => Value::Other,
            8 => Value::Int(0),
            9 => Value::Int(1),
            1..=6 => Value::Int(integer(bytes)),
            kind if kind % 2 == 0 => Value::Blob(bytes.to_vec()),
            _ => Value::Text(bytes.to_vec()),
        });
    }
    (place == end).then_some(values)
}

/// A signed number of up to eight bytes.
fn integer(bytes: &[u8]) -> i64 {
    let sign = if bytes.first().is_some_and(|byte| *byte >= 0x80) { -1 } else { 0 };
    bytes.iter().fold(sign, |number, byte| number << 8 | i64::from(*byte))
}
