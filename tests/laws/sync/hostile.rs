//! A hostile peer: whatever is done to a valid segment or record, nothing of it is ever applied.

use proptest::prelude::*;
use tix::domain::ids::{Hash, Replica};
use tix::seal::Key;
use tix::sync::circle::{self, Circle, Event, Member};
use tix::sync::segment::{self, Head, Segment, Sheet};
use tix::sync::{CIRCLE, branch_of};

use super::{START, World, lines};
use crate::desk::{Move, draft};

/// A desk with one ticket that is shared with another, and what lies on the remote of it.
fn shared() -> World {
    let mut world = World::new(2);
    world.play(0, START, &Move::Open(Box::new(draft("Printer on fire"))));
    world.share();
    world.play(0, START + 1, &Move::Open(Box::new(draft("And the copier"))));
    world.sync(0, START + 1).unwrap();
    world
}

/// The branch of the first machine, its tip, and the segment in it.
fn tip(world: &World) -> (String, String, Vec<u8>) {
    let branch = branch_of(world.store(0).mine().unwrap().replica);
    let hub = world.hub.borrow();
    let commit = hub.branches[&branch].clone();
    let bytes = hub.commits[&commit].files[0].1.clone();
    (branch, commit, bytes)
}

/// Puts another segment in the place of the last one that the first machine sent.
fn put(world: &World, bytes: &[u8]) {
    let (branch, commit, _) = tip(world);
    let mut hub = world.hub.borrow_mut();
    let mut forged = hub.commits[&commit].clone();
    forged.files[0].1 = bytes.to_vec();
    let name = Hash::of(bytes).to_string()[..40].to_owned();
    hub.commits.insert(name.clone(), forged);
    hub.branches.insert(branch, name);
}

/// A sync of the second machine takes in nothing of what now lies on the remote, and says so.
fn refused(world: &mut World) {
    let before = lines(world.store(1));
    let report = world.sync(1, START + 2).unwrap();
    assert_eq!((report.received, report.warnings.len()), (0, 1), "{:?}", report.warnings);
    assert_eq!(lines(world.store(1)), before);
}

#[test]
fn a_segment_with_a_byte_changed_or_cut_off_is_never_applied() {
    let mut world = shared();
    let (branch, commit, bytes) = tip(&world);
    let all = bytes.len();
    let mut tried = 0;
    for at in (0..all).filter(|at| *at < 700 || at % 17 == 0 || *at > all - 70) {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        put(&world, &changed);
        refused(&mut world);
        tried += 1;
    }
    for end in (0..all).step_by(37) {
        put(&world, &bytes[..end]);
        refused(&mut world);
        tried += 1;
    }
    assert!(tried > 700, "{tried}");
    world.hub.borrow_mut().branches.insert(branch, commit);
    assert_eq!(world.sync(1, START + 3).unwrap().received, 2);
    world.settle();
    world.check();
}

/// The desk as the first machine knows it.
fn circle(world: &World) -> Circle {
    Circle::read(&world.store(0).records().unwrap(), &world.machines[0].key).unwrap()
}

/// Whoever is in, and seals and signs anew, still cannot write for another's machine, nor what does
/// not follow.
#[test]
fn a_segment_that_a_member_forged_is_never_applied() {
    let mut world = shared();
    let circle = circle(&world);
    let (epoch, key) = circle.key().unwrap();
    let replica = world.store(0).mine().unwrap().replica;
    let (owner, other) = (world.machines[0].key.clone(), world.machines[1].key.clone());
    let all: Vec<_> = world.store(0).lines_of(replica, 0, 100).unwrap();
    let tail = &all[all.len() - 2..];
    let before = all[all.len() - 3].chain;
    let mut wrong = tail.to_vec();
    wrong[0].ticket.0[3] ^= 1;
    let desk = (circle.desk, epoch);
    let close = |desk, lines: (_, &[_]), by: &Key| {
        segment::close(desk, lines, &Sheet::default(), (key, by)).unwrap()
    };
    let stranger = Key::new([9; 32]);
    let forged = [
        close(desk, (before, tail), &other),
        close(desk, (before, tail), &stranger),
        close((Hash([7; 32]), epoch), (before, tail), &owner),
        close((circle.desk, epoch + 1), (before, tail), &owner),
        close(desk, (before, &wrong), &owner),
        close(desk, ([0; 32], tail), &owner),
        close(desk, (before, &tail[1..]), &owner),
        segment::close(desk, (before, tail), &Sheet::default(), (&stranger, &owner)).unwrap(),
    ];
    for bytes in forged {
        put(&world, &bytes);
        refused(&mut world);
    }
    // What the owner signs, and follows, is taken.
    put(&world, &close(desk, (before, tail), &owner));
    assert_eq!(world.sync(1, START + 2).unwrap().received, 2);
}

#[test]
fn records_that_were_changed_cut_or_signed_by_a_stranger_are_refused() {
    let world = shared();
    let records = world.store(0).records().unwrap();
    let key = &world.machines[1].key;
    assert!(Circle::read(&records, key).is_ok());
    for n in 0..records.len() {
        for at in (0..records[n].len()).step_by(13) {
            let mut forged = records.clone();
            forged[n][at] ^= 1;
            let read = Circle::read(&forged, key);
            // The first is the desk: another one is not this.
            let same = read.is_ok_and(|it| it.desk == circle::desk_of(&records[0]));
            assert!(!same, "record {n}, byte {at}");
        }
    }
    let mut without = records.clone();
    without.remove(1);
    assert!(Circle::read(&without, key).is_err());
    let mut circle = circle(&world);
    let stranger = Key::new([9; 32]);
    let member = Member { name: "Eve".to_owned(), public: stranger.public() };
    let mut with = records.clone();
    with.push(circle.add(&Event::Admitted(member), &stranger).unwrap());
    assert!(Circle::read(&with, key).is_err());
}

#[test]
fn whoever_was_taken_out_neither_reads_nor_writes_any_more() {
    let mut world = shared();
    let (who, removed) = {
        let public = world.machines[1].key.public();
        (Hash(public.signer), world.store(1).mine().unwrap().replica)
    };
    world.play(1, START + 2, &Move::Open(Box::new(draft("Before"))));
    world.sync(1, START + 2).unwrap();
    world.sync(0, START + 2).unwrap();
    let heads: Vec<(Replica, u64)> = world.store(0).seen().unwrap().into_iter().collect();
    world
        .with(0, START + 3, |it| it.change(&mut |_, _| Ok(tix::sync::Decision::Remove { who })))
        .unwrap();
    world.play(0, START + 4, &Move::Open(Box::new(draft("Secret"))));
    world.sync(0, START + 4).unwrap();
    // They learn nothing more, and are told why.
    let error = world.sync(1, START + 5).unwrap_err();
    assert!(error.what.contains("not in the shared desk any more"), "{error}");
    let text = |world: &World, n| format!("{:?}", lines(world.store(n)));
    assert!(!text(&world, 1).contains("Secret"));
    // What they write by force is not taken.
    let circle = circle(&world);
    let key = circle.key_of(0).unwrap();
    world.play(1, START + 6, &Move::Open(Box::new(draft("Forged"))));
    let store = world.store(1);
    let known = heads.iter().find(|(it, _)| *it == removed).unwrap().1;
    let before = store.chain_at(removed, known).unwrap().unwrap();
    let tail = store.lines_of(removed, known, 100).unwrap();
    let by = world.machines[1].key.clone();
    let bytes =
        segment::close((circle.desk, 0), (before, &tail), &Sheet::default(), (key, &by)).unwrap();
    let may = |head: &Head| circle.writer(head.log, head.by, head.last);
    assert!(Segment::read(&bytes, (circle.desk, removed), may).is_err());
    // What they wrote before still counts, also for those who join later.
    let sent = tip_of(&world, &branch_of(removed));
    assert!(Segment::read(&sent, (circle.desk, removed), may).is_ok());
}

fn tip_of(world: &World, branch: &str) -> Vec<u8> {
    let hub = world.hub.borrow();
    hub.commits[&hub.branches[branch]].files[0].1.clone()
}

/// Nothing that was written on a desk stands on the remote in the clear.
#[test]
fn the_remote_holds_no_text_name_or_address() {
    let mut world = World::new(3);
    world.play(0, START, &Move::Open(Box::new(draft("Zebracrossing at the entrance"))));
    world.play(1, START, &Move::Open(Box::new(draft("Quaggacrossing"))));
    world.share();
    world.settle();
    let hub = world.hub.borrow();
    let (mut pieces, mut bytes) = (0, 0);
    for commit in hub.commits.values() {
        for (_, piece) in &commit.files {
            let text = String::from_utf8_lossy(piece).to_lowercase();
            for marker in ["zebra", "quagga", "burns", "grace", "acme", "example", "secret-key"] {
                assert!(!text.contains(marker), "{marker}");
            }
            (pieces, bytes) = (pieces + 1, bytes + piece.len());
        }
    }
    assert!(pieces > 8 && bytes > 4000 && hub.branches.contains_key(CIRCLE));
}

proptest! {
    #![proptest_config(crate::desk::cases(200))]

    #[test]
    fn no_bytes_are_too_odd_to_be_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let desk = (Hash([0; 32]), Replica(1));
        let whole = [b"tix1".as_slice(), &bytes].concat();
        for bytes in [&bytes, &whole] {
            prop_assert!(Segment::read(bytes, desk, |_| Some(Key::new([1; 32]).public())).is_err());
            prop_assert!(Circle::read(std::slice::from_ref(bytes), &Key::new([1; 32])).is_err());
        }
    }
}
