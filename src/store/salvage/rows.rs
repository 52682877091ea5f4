//! What the records of a damaged desk are, by their shape, and what they say of each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::pages::{Record, Value};
use crate::domain::ids::{Hash, Machine};

/// An entry as it stands in the file, its ticket and change by their row numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Raw {
    pub(super) at: i64,
    pub(super) ticket: i64,
    pub(super) change: i64,
    pub(super) chain: [u8; 32],
    pub(super) content: Option<(String, [u8; 16])>,
    pub(super) digest: Option<[u8; 32]>,
}

/// A machine as the desk knew it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Known {
    pub(super) mine: bool,
    pub(super) number: Option<u16>,
    pub(super) seq: u64,
}

/// All that was found. A name may have been read in several places, and wrongly in some.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) entries: BTreeMap<(i64, u64), Vec<Raw>>,
    /// Entries that an index names, whether they can be read or not.
    pub(super) named: BTreeSet<(i64, u64)>,
    pub(super) subjects: HashMap<i64, Vec<[u8; 16]>>,
    pub(super) changes: HashMap<i64, Vec<[u8; 8]>>,
    pub(super) replicas: BTreeMap<i64, Known>,
    /// The bytes of files, under their hash.
    pub(super) files: BTreeSet<Hash>,
    /// The highest number of a ticket that each machine gave.
    pub(super) numbers: BTreeMap<Machine, u32>,
}

/// A replica's number is random, and never as small as a row's.
const REPLICA_MIN: i64 = 1 << 32;

impl Found {
    /// Takes a record in, as what it is; the bytes of a file go to `file`.
    pub(super) fn take(&mut self, record: Record, file: &mut dyn FnMut(Hash, Vec<u8>)) {
        let Record { row, mut values } = record;
        match (row, values.as_mut_slice()) {
            (Some(row), [Value::Null, Value::Blob(uid)]) => self.name(row, uid),
            (None, [Value::Blob(uid), Value::Int(row)]) => {
                let row = *row;
                self.name(row, uid);
            }
            (None, [Value::Int(replica), Value::Int(seq), Value::Int(_)])
                if *replica >= REPLICA_MIN =>
            {
                self.named.extend(u64::try_from(*seq).ok().map(|seq| (*replica, seq)));
            }
            (Some(_), [Value::Null, Value::Blob(hash), Value::Blob(data)]) => {
                let is = Hash::of(data);
                if is.0 == hash.as_slice() && self.files.insert(is) {
                    file(is, std::mem::take(data));
                }
            }
            (
                Some(replica),
                [
                    Value::Null,
                    Value::Int(mine),
                    number,
                    Value::Int(seq),
                    Value::Int(_),
                    Value::Blob(_),
                ],
            ) => {
                let number = match number {
                    Value::Int(number) => u16::try_from(*number).ok(),
                    _ => None,
                };
                let seq = u64::try_from(*seq).unwrap_or(0);
                let known = Known { mine: *mine != 0, number, seq };
                let there = self.replicas.entry(replica).or_insert(known);
                if there.seq <= seq {
                    *there = known;
                }
            }
            (Some(_), values) if values.len() == 10 => {
                self.entry(values);
            }
            (
                Some(row),
                [Value::Null, Value::Blob(uid), Value::Int(machine), Value::Int(n), ..],
            ) if uid.len() == 16 => {
                let (machine, n) = (u16::try_from(*machine), u32::try_from(*n));
                self.name(row, uid);
                if let (Ok(machine), Ok(n)) = (machine, n) {
                    let last = self.numbers.entry(Machine(machine)).or_default();
                    *last = n.max(*last);
                }
            }
            _ => {}
        }
    }

    /// A ticket's or a change's name.
    fn name(&mut self, row: i64, uid: &[u8]) {
        if let Ok(uid) = <[u8; 16]>::try_from(uid) {
            let all = self.subjects.entry(row).or_default();
            if !all.contains(&uid) {
                all.push(uid);
            }
        } else if let Ok(uid) = <[u8; 8]>::try_from(uid) {
            let all = self.changes.entry(row).or_default();
            if !all.contains(&uid) {
                all.push(uid);
            }
        }
    }

    fn entry(&mut self, values: &mut [Value]) -> Option<()> {
        let [Value::Null, Value::Int(at), Value::Int(replica), Value::Int(seq), rest @ ..] = values
        else {
            return None;
        };
        let [Value::Int(ticket), Value::Int(change), Value::Blob(chain), salt, content, digest] =
            rest
        else {
            return None;
        };
        let content = match (salt, content) {
            (Value::Blob(salt), Value::Text(text)) => {
                let text = String::from_utf8(std::mem::take(text)).ok()?;
                Some((text, salt.as_slice().try_into().ok()?))
            }
            (Value::Null, Value::Null) => None,
            _ => return None,
        };
        let digest = match digest {
            Value::Blob(digest) => Some(digest.as_slice().try_into().ok()?),
            _ => None,
        };
        let chain = chain.as_slice().try_into().ok()?;
        let seq = u64::try_from(*seq).ok().filter(|seq| *seq > 0)?;
        let raw = Raw { at: *at, ticket: *ticket, change: *change, chain, content, digest };
        let all = self.entries.entry((*replica, seq)).or_default();
        if !all.contains(&raw) {
            all.push(raw);
        }
        Some(())
    }
}
