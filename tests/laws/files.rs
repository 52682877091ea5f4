//! Laws of files: what was attached comes back bit for bit, by whatever way.

use proptest::collection::vec;
use proptest::prelude::*;
use tix::domain::event::{Attachment, Event};
use tix::domain::ids::Hash;
use tix::error::Kind;
use tix::store::Store;

use crate::desk::{Desk, START, cases, draft, number};

/// Some bytes, often the same as others.
fn contents() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => vec(any::<u8>(), 0..300),
        1 => vec(any::<u8>(), 4000..9000),
        1 => Just(Vec::new()),
        1 => Just(b"the same".to_vec()),
    ]
}

/// Attaches `contents` to a new ticket's description, in one change.
fn attached(desk: &mut Desk, contents: &[Vec<u8>]) {
    desk.change(START, |desk| {
        let uid = desk.open(draft("Printer on fire"))?;
        for (place, bytes) in contents.iter().enumerate() {
            let hash = desk.store_blob(bytes)?;
            let file = Attachment::of(&format!("{place}.txt"), bytes);
            assert_eq!(hash, file.hash);
            desk.record(uid, Event::Attached { message: number("1"), file: Box::new(file) })?;
        }
        Ok(())
    })
    .unwrap();
}

fn blob(desk: &Desk, bytes: &[u8]) -> Option<Vec<u8>> {
    desk.store.read().blob(Hash::of(bytes)).unwrap()
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn bytes_come_back_as_they_were(contents in vec(contents(), 0..6)) {
        let mut desk = Desk::new(0);
        attached(&mut desk, &contents);
        let check = |desk: &Desk| {
            for bytes in &contents {
                assert_eq!(blob(desk, bytes).as_ref(), Some(bytes));
            }
        };
        check(&desk);
        let (export, log) = (desk.export(), desk.changes().len());
        // What is taken back is not erased, and what is made anew of the journal keeps its files.
        desk.undo(START + 1000).unwrap();
        check(&desk);
        desk.redo(START + 2000).unwrap();
        desk.check();
        check(&desk);
        prop_assert_eq!(desk.export(), export);
        prop_assert_eq!(desk.changes().len(), log + 2);
    }

    #[test]
    fn what_is_only_tried_stores_nothing(bytes in contents()) {
        let mut desk = Desk::new(0);
        let author = desk.next(START);
        let hash = desk.store.rehearse(&author, |desk| desk.store_blob(&bytes)).unwrap();
        prop_assert!(!desk.store.read().has_blob(hash).unwrap());
        prop_assert_eq!(blob(&desk, &bytes), None);
        // Bytes that come without a word of the journal are kept all the same.
        desk.store.change(&author, |desk| desk.store_blob(&bytes)).unwrap();
        prop_assert_eq!(blob(&desk, &bytes), Some(bytes));
        prop_assert!(desk.lines().is_empty());
    }

    #[test]
    fn only_what_was_refused_is_taken_away(contents in vec(contents(), 1..6), kept in 0..6usize) {
        let mut desk = Desk::new(0);
        let kept = &contents[..kept.min(contents.len())];
        desk.change(START, |desk| {
            kept.iter().try_for_each(|bytes| desk.store_blob(bytes).map(drop))?;
            let before = desk.stored();
            contents.iter().try_for_each(|bytes| desk.store_blob(bytes).map(drop))?;
            desk.unstore(before)
        })
        .unwrap();
        for bytes in &contents {
            prop_assert_eq!(blob(&desk, bytes).is_some(), kept.contains(bytes));
        }
    }

    #[test]
    fn damage_is_seen_and_mended(bytes in contents(), at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tix.db");
        let author = crate::desk::author(0, 1, START);
        let (mut store, _) = Store::create(&path, &author).unwrap();
        let hash = store.change(&author, |desk| desk.store_blob(&bytes)).unwrap();
        let mut other = bytes.clone();
        if other.is_empty() {
            other.push(0);
        } else {
            let place = at.index(other.len());
            other[place] ^= 1 << bit;
        }
        let conn = rusqlite::Connection::open(&path).unwrap();
        conn.execute("UPDATE blob SET data = ?1", [&other]).unwrap();
        let error = store.read().blob(hash).unwrap_err();
        prop_assert_eq!(error.kind, Kind::NoDesk);
        store.change(&author, |desk| desk.store_blob(&bytes)).unwrap();
        prop_assert_eq!(store.read().blob(hash).unwrap(), Some(bytes));
    }
}

#[test]
fn a_file_of_60_mib_is_kept_and_none_with_a_byte_more() {
    let mut desk = Desk::new(0);
    let mut bytes = vec![7; 60 << 20];
    desk.change(START, |desk| desk.store_blob(&bytes)).unwrap();
    assert!(blob(&desk, &bytes).as_ref() == Some(&bytes));
    bytes.push(7);
    let error = desk.change(START, |desk| desk.store_blob(&bytes)).unwrap_err();
    assert_eq!(
        (error.kind, error.what.as_str()),
        (Kind::Invalid, "a file of 60.1 MiB is too large")
    );
}
