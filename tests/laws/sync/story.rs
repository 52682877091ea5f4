//! What may happen to machines that share a desk.

use proptest::prelude::*;
use proptest::sample::Index;
use tix::domain::ids::{Hash, Number};
use tix::error::Kind;
use tix::seal::Key;
use tix::store::Doomed;
use tix::sync;

use super::{World, address};
use crate::desk::{Move, START, a_move};

/// What happens next.
#[derive(Clone, Debug)]
pub(super) enum Next {
    Made(usize, i64, Move),
    /// A ticket, or a message of it.
    Purged(usize, i64, Index, Option<Index>),
    /// A sync, cut after so many calls.
    Sync(usize, i64, Option<u32>),
    Bundle(usize, usize),
    Keep(usize),
    Restore(usize, Index),
    Copy(usize),
    /// Somebody's key is another one; before that, the old one was taken out.
    Rekey(usize, bool),
    /// The cache is gone.
    Forget(usize),
    /// The remote is as it was before.
    Rewind(Index),
}

pub(super) fn next() -> impl Strategy<Value = Next> {
    // Whole seconds, as the real ones: several changes share a moment.
    let clock = || {
        let second = prop_oneof![8 => 0..30i64, 1 => -259_200..259_200i64];
        second.prop_map(|second| second * 1000)
    };
    let who = || 0..6usize;
    prop_oneof![
        12 => (who(), clock(), a_move()).prop_map(|(who, now, made)| Next::Made(who, START + now, made)),
        8 => (who(), clock(), prop::option::weighted(0.4, 0..40u32))
            .prop_map(|(who, now, cut)| Next::Sync(who, START + now, cut)),
        1 => (who(), clock(), any::<Index>(), prop::option::weighted(0.8, any::<Index>()))
            .prop_map(|(who, now, ticket, message)| Next::Purged(who, START + now, ticket, message)),
        1 => (who(), who()).prop_map(|(from, to)| Next::Bundle(from, to)),
        1 => who().prop_map(Next::Keep),
        1 => (who(), any::<Index>()).prop_map(|(who, which)| Next::Restore(who, which)),
        1 => who().prop_map(Next::Copy),
        1 => (who(), any::<bool>()).prop_map(|(who, out)| Next::Rekey(who, out)),
        1 => who().prop_map(Next::Forget),
        1 => any::<Index>().prop_map(Next::Rewind),
    ]
}

impl World {
    /// Machine `n` has another key from now on; the old one was taken out before, if `out`.
    pub(super) fn rekey(&mut self, n: usize, out: bool) {
        let old = self.machines[n].key.public();
        let Some(other) =
            (0..self.machines.len()).find(|it| self.machines[*it].key.public() != old)
        else {
            return;
        };
        self.made += 1;
        let key = Key::new([100 + u8::try_from(self.made % 100).unwrap(); 32]);
        let who = Hash(old.signer);
        if out {
            let gone = self
                .with(other, START, |it| it.change(&mut |_, _| Ok(sync::Decision::Remove { who })));
            gone.unwrap();
            // What nobody had taken in by then is there no more than what a remote forgot.
            self.forget();
        }
        for machine in self.machines.iter_mut().filter(|it| it.key.public() == old) {
            machine.key = key.clone();
        }
        let asked = self.with(n, START, |it| sync::join(it, &address(), &mut |_| Ok(())));
        assert!(asked.unwrap().waiting);
        let admit = |_: &sync::circle::Circle, asking: &[sync::circle::Member]| {
            let new = asking.iter().find(|it| it.public == key.public());
            Ok(sync::Decision::Admit(new.unwrap().clone()))
        };
        self.with(other, START, |it| it.change(&mut { admit })).unwrap();
    }
}

pub(super) fn happens(world: &mut World, next: &Next) {
    let count = world.machines.len();
    match next {
        Next::Made(who, now, made) => world.play(who % count, *now, made),
        Next::Purged(who, now, ticket, message) => {
            let who = who % count;
            if let Some(it) = doomed(world, who, *ticket, *message) {
                world.purge(who, *now, &it);
            }
        }
        Next::Sync(who, now, cut) => {
            let who = who % count;
            world.machines[who].way.left = *cut;
            let done = world.sync(who, *now);
            world.machines[who].way.left = None;
            if let Err(e) = done {
                assert_eq!(e.kind, Kind::Partial, "{e}");
            }
        }
        Next::Bundle(from, to) => {
            world.wrong.needed = true;
            if let Err(e) = world.bundle(from % count, to % count, START) {
                assert_eq!(e.kind, Kind::Partial, "{e}");
            }
        }
        Next::Keep(who) => {
            let copy = world.keep(who % count);
            world.machines[who % count].copies.push(copy);
        }
        Next::Restore(who, which) if !world.wrong.cleared => {
            world.wrong.needed = true;
            world.restore(who % count, *which);
        }
        Next::Copy(who) => world.copy(who % count),
        Next::Rekey(who, out) => world.rekey(who % count, *out),
        // What one machine alone still has, without the parcel that it came in, waits for the machine
        // that recorded it. So where caches are lost nothing goes back, and no file has brought anything.
        Next::Forget(who) if !world.wrong.needed => {
            world.wrong.cleared = true;
            world.machines[who % count].way.here.clear();
        }
        Next::Rewind(which) if !world.wrong.cleared => {
            world.wrong.needed = true;
            world.forget();
            let mut hub = world.hub.borrow_mut();
            if !hub.past.is_empty() {
                let mut past = hub.past[which.index(hub.past.len())].clone();
                // The records of whose desk it is are refused when they were put back and written on.
                let circle = hub.branches.get(sync::CIRCLE).cloned();
                past.extend(circle.map(|tip| (sync::CIRCLE.to_owned(), tip)));
                hub.branches = past;
            }
        }
        Next::Restore(..) | Next::Forget(_) | Next::Rewind(_) => {}
    }
}

/// What is to go, if there is such a thing.
fn doomed(world: &World, who: usize, ticket: Index, message: Option<Index>) -> Option<Doomed> {
    let live = super::live(world.store(who));
    let uid = *(!live.is_empty()).then(|| ticket.get(&live))?;
    let Some(message) = message else { return Some(Doomed::Ticket(uid)) };
    let ticket = world.store(who).read().ticket(uid).unwrap();
    let there = ticket.messages.values().filter(|post| post.purged.is_none());
    let there: Vec<Number> = there.map(|post| post.message.number).collect();
    (!there.is_empty()).then(|| Doomed::Message(uid, *message.get(&there)))
}

#[test]
fn what_a_machine_and_the_remote_forgot_comes_back_from_whoever_has_it() {
    let mut world = World::new(3);
    world.share();
    let open = || Move::Open(Box::new(crate::desk::draft("red")));
    world.play(1, START, &open());
    let copy = world.keep(1);
    world.machines[1].copies.push(copy);
    world.play(1, START, &open());
    let before = world.hub.borrow().branches.clone();
    world.sync(1, START).unwrap();
    world.sync(2, START).unwrap();
    // The host and the machine itself go back; the third has it all.
    world.hub.borrow_mut().branches = before;
    world.restore(1, super::any_index());
    world.settle();
    world.check();
    assert_eq!(super::live(world.store(0)).len(), 2);
}

#[test]
fn two_copies_whose_key_was_taken_out_bring_what_each_has() {
    let mut world = World::new(3);
    let open = || Move::Open(Box::new(crate::desk::draft("red")));
    world.play(2, START, &open());
    world.share();
    world.copy(2);
    world.hub.borrow_mut().branches.retain(|name, _| name == sync::CIRCLE);
    world.rekey(2, true);
    world.play(3, START, &open());
    world.play(2, START, &open());
    world.settle();
    world.check();
    assert_eq!(super::live(world.store(0)).len(), 3);
}
