//! Laws of the chain: what a machine recorded cannot be altered unnoticed.

use proptest::prelude::*;
use proptest::sample::Index;
use rusqlite::Connection;
use tix::domain::ids::Machine;
use tix::error::Kind;
use tix::store::{Line, Store};

use crate::desk::{Desk, START, author, cases, draft, moves, posting};

/// Alters one bit of `line`: in its content, its salt, its place, its names or its hashes.
fn tamper(line: &mut Line, part: usize, byte: Index, bit: u8) {
    let flip = |bytes: &mut [u8]| bytes[byte.index(bytes.len())] ^= 1 << bit;
    let (text, salt) = line.content.as_mut().unwrap();
    match part {
        0 => {
            // Some other character, so that it stays text.
            let mut letters: Vec<char> = text.chars().collect();
            let letter = &mut letters[byte.index(text.chars().count())];
            *letter = if *letter == '~' { '!' } else { '~' };
            *text = letters.into_iter().collect();
        }
        1 => flip(salt),
        2 => line.stamp.at.0 ^= 1 << (byte.index(7) * 8 + usize::from(bit)),
        3 => flip(&mut line.ticket.0),
        4 => flip(&mut line.change.0),
        5 => flip(&mut line.chain),
        6 => flip(&mut line.digest),
        7 => text.push(' '),
        _ => line.content = Some((String::new(), *salt)),
    }
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn a_line_that_was_tampered_with_is_refused_with_all_that_came_with_it(
        moves in moves(5),
        (which, part, byte, bit) in (any::<Index>(), 0..9usize, any::<Index>(), 0..8u8),
        (known, fixed) in (any::<Index>(), any::<bool>()),
    ) {
        let lines = Desk::after(&moves).lines();
        let which = which.index(lines.len());
        let mut altered = lines.clone();
        tamper(&mut altered[which], part, byte, bit);
        // Once the text is another, a digest made to fit it does not help.
        if fixed && part == 0 {
            let (text, salt) = altered[which].content.clone().unwrap();
            let digest = blake3::Hasher::new().update(&salt).update(text.as_bytes()).finalize();
            altered[which].digest = *digest.as_bytes();
        }
        let mut desk = Desk::new(1);
        desk.store.merge(&lines[..known.index(which + 1)]).unwrap();
        let before = (desk.lines(), desk.store.derived().unwrap(), desk.store.seen().unwrap());
        let error = desk.store.merge(&altered).unwrap_err();
        prop_assert_eq!(error.kind, Kind::NoDesk);
        prop_assert!(error.what.starts_with(&format!("entry {} of machine", which + 1)), "{}", error);
        prop_assert_eq!(&before, &(desk.lines(), desk.store.derived().unwrap(), desk.store.seen().unwrap()));
        desk.check();
        desk.store.merge(&lines).unwrap();
        prop_assert_eq!(desk.lines(), lines);
    }

    #[test]
    fn a_line_put_in_another_place_is_never_taken_in(
        moves in moves(5),
        (which, to) in (any::<Index>(), any::<Index>()),
        other in any::<bool>(),
    ) {
        let lines = Desk::after(&moves).lines();
        let (which, to) = (which.index(lines.len()), to.index(lines.len()) as u64 + 1);
        let mut moved = lines[which].clone();
        moved.stamp.seq = to;
        if other {
            moved.stamp.replica.0 ^= 1;
        } else if to == which as u64 + 1 {
            return Ok(());
        }
        let mut desk = Desk::new(1);
        desk.store.merge(&lines[..which]).unwrap();
        let known = desk.lines();
        // Where it continues nothing it is ignored; where it claims to, it is refused.
        prop_assert!(desk.store.merge(&[moved]).map_or(true, |added| added == 0));
        prop_assert_eq!(desk.lines(), known);
    }
}

#[test]
fn erased_content_leaves_the_chain_whole() {
    let mut desk = Desk::new(0);
    let uid = desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    desk.change(START + 1000, |desk| desk.post(uid, posting("My password is 1234.", None)))
        .unwrap();
    desk.change(START + 2000, |desk| desk.post(uid, posting("Please forget it.", None))).unwrap();
    let mut lines = desk.lines();
    assert!(lines[2].content.take().unwrap().0.contains("1234"));
    let mut other = Desk::new(1);
    assert_eq!(other.store.merge(&lines).unwrap(), 4);
    assert_eq!(other.lines(), lines);
    // The chain holds, but nobody has said that it should be erased.
    let verified = other.store.read().verify(None).unwrap();
    let found: Vec<_> = verified.findings.iter().map(|it| (it.kind, it.seq)).collect();
    assert_eq!(found, [(tix::view::Fault::Erased, Some(3))]);
    assert_eq!(other.ticket(uid).conversation().len(), 2);
}

#[test]
fn verify_names_the_entry_that_was_damaged() {
    let damages = [
        ("UPDATE entry SET content = replace(content, 'Grace', 'Gauss') WHERE seq = 3", 3),
        ("UPDATE entry SET content = content || ' ' WHERE seq = 2", 2),
        ("UPDATE entry SET content = CAST(x'ff' AS TEXT) WHERE seq = 2", 2),
        ("UPDATE entry SET content = 7 WHERE seq = 2", 2),
        ("UPDATE entry SET salt = zeroblob(16) WHERE seq = 4", 4),
        ("UPDATE entry SET salt = NULL WHERE seq = 4", 4),
        ("UPDATE entry SET content = NULL WHERE seq = 4", 4),
        ("UPDATE entry SET salt = zeroblob(15) WHERE seq = 4", 4),
        ("UPDATE entry SET chain = zeroblob(32) WHERE seq = 1", 1),
        ("UPDATE entry SET chain = x'00' WHERE seq = 1", 1),
        ("UPDATE entry SET at = at + 1 WHERE seq = 5", 5),
        ("UPDATE entry SET ticket = (SELECT max(ticket) FROM entry) WHERE seq = 1", 1),
        ("UPDATE entry SET change = 1 WHERE seq = 5", 5),
        ("UPDATE entry SET seq = 9 WHERE seq = 5", 5),
        ("UPDATE subject SET uid = randomblob(16) WHERE id = 1", 1),
        ("UPDATE change SET uid = randomblob(8) WHERE id = 1", 1),
        ("DELETE FROM entry WHERE seq = 3", 3),
        ("DELETE FROM entry WHERE seq = 5", 5),
        ("DELETE FROM entry", 1),
        ("DELETE FROM change WHERE id = 1", 1),
    ];
    for (damage, named) in damages {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        let (mut store, _) = Store::create(&path, &author(0, 0, START)).unwrap();
        for count in 1..=2 {
            let both = |desk: &mut tix::store::Writer<'_>| desk.open(draft("Printer on fire"));
            store.change(&author(0, count, START), both).unwrap();
        }
        let last = |desk: &mut tix::store::Writer<'_>| {
            let uid = desk.resolve(&"2".parse()?)?;
            desk.post(uid, posting("Hello?", None))
        };
        store.change(&author(0, 3, START), last).unwrap();
        assert_eq!(store.verify().unwrap(), 5);
        drop(store);
        Connection::open(&path).unwrap().execute_batch(damage).unwrap();
        let error = Store::open(&path).unwrap().verify().expect_err(damage);
        assert_eq!(error.kind, Kind::NoDesk, "{damage}: {error}");
        assert!(error.what.starts_with(&format!("entry {named} of machine")), "{damage}: {error}");
    }
}

#[test]
fn a_desk_in_memory_numbers_as_the_machine_it_is() {
    let mut desk = Desk::new(2);
    assert_eq!(desk.machine, Machine(2));
    let uid = desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    assert_eq!(desk.ticket(uid).number().to_string(), "c1");
}
