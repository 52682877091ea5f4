//! What the tests of formats have in common.

use std::path::{Path, PathBuf};

use crate::domain::draft::Draft;
use crate::domain::ids::{Machine, Timestamp};
use crate::error::Result;
use crate::import::git_bug::sha256;
use crate::import::{Format, Item, Options, Place, read};
use crate::store::{Author, Met, Store};
use crate::view::Rejected;

/// What was read.
#[derive(Debug, Default)]
pub(in crate::import) struct Read {
    pub(in crate::import) drafts: Vec<Draft>,
    pub(in crate::import) skipped: Vec<String>,
    pub(in crate::import) rejected: Vec<Rejected>,
    pub(in crate::import) notes: Vec<String>,
    pub(in crate::import) bytes: Vec<Vec<u8>>,
}

/// What a place holds.
pub(in crate::import) fn place(format: Format, place: &Place, options: &Options) -> Result<Read> {
    let mut all = Read::default();
    read(format, place, options, &mut |item| {
        match item {
            Item::Draft(draft) | Item::Joins(_, draft) => all.drafts.push(*draft),
            Item::Skipped(reason) => all.skipped.push(reason),
            Item::Rejected(rejected) => all.rejected.push(rejected),
            Item::Note(note) => all.notes.push(note),
            Item::Bytes(bytes) => all.bytes.push(bytes),
            other => panic!("{other:?}"),
        }
        Ok(())
    })?;
    Ok(all)
}

/// What a file that holds this text holds.
pub(in crate::import) fn text(format: Format, text: &str) -> Read {
    place(format, &Place::bytes("f", text.as_bytes()), &Options::default()).unwrap()
}

/// What a file or folder on the disk holds.
pub(in crate::import) fn path(format: Format, path: &Path) -> Read {
    place(format, &Place::at(path).unwrap(), &Options::default()).unwrap()
}

/// A real file, where those are at hand.
pub(in crate::import) fn specimen(name: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(name);
    path.exists().then_some(path)
}

/// The beginning of the hash of values, a line each.
pub(in crate::import) fn sha<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> String {
    let values: Vec<String> = values.into_iter().map(|value| value.as_ref().to_owned()).collect();
    sha256::hex(values.join("\n").as_bytes())[..16].to_owned()
}

/// The moment that a text names.
pub(in crate::import) fn at(text: &str) -> Timestamp {
    Timestamp::from_rfc3339(text).unwrap()
}

/// Copies of a text, each damaged in a few places, are read or refused.
pub(in crate::import) fn endures(format: Format, text: &str) {
    for copy in super::damaged(text.as_bytes(), 1500) {
        drop(place(format, &Place::bytes("f", &copy), &Options::default()));
    }
}

/// Imports what a place holds twice: the second time changes nothing, and a desk that is built anew
/// from its journal is the same. What is there then is given back.
pub(in crate::import) fn twice(format: Format, at: &Path) -> Read {
    let now = self::at("2027-09-01T12:00:00Z");
    let mut author = Author { by: "Tester".parse().unwrap(), now, secret: [7; 32] };
    let mut store = Store::in_memory(&author, Machine(0)).unwrap();
    let all = path(format, at);
    for first in [true, false] {
        author.secret[0] += 1;
        let recorded = store.change(&author, |writer| {
            for draft in path(format, at).drafts {
                let met = writer.meet(draft.clone())?;
                assert!(first || met == Met::Known, "{draft:?}");
            }
            Ok(writer.recorded())
        });
        assert_eq!(recorded.unwrap() > 0, first, "{}", at.display());
    }
    let derived = store.derived().unwrap();
    store.rebuild().unwrap();
    assert_eq!(store.derived().unwrap(), derived);
    all
}
