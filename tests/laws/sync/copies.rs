//! Copies of one machine's desk that went on by themselves: what each of them did stays, and what one
//! of them purged is its own.

use tix::domain::event::{Attachment, Event};
use tix::domain::ids::{Hash, Number, Uid};
use tix::store::{Doomed, Writer};

use super::{World, author, lines, live};
use crate::desk::{Move, START, draft, posting};

impl World {
    /// Makes a change on machine `n`.
    fn change<T>(
        &mut self,
        n: usize,
        now: i64,
        decide: impl FnOnce(&mut Writer<'_>) -> tix::error::Result<T>,
    ) -> T {
        let store = self.machines[n].store.as_mut().unwrap();
        store.change(&author(now), decide).unwrap()
    }

    /// Purges on machine `n`, seen as it is.
    pub(super) fn purge(&mut self, n: usize, now: i64, it: &Doomed) {
        let it = std::slice::from_ref(it);
        let scope = self.store(n).read().scope(it).unwrap();
        assert!(!scope.is_empty(), "{it:?}");
        self.change(n, now, |desk| desk.purge(it, &scope));
        assert!(self.store(n).read().scope(it).unwrap().is_empty(), "{it:?}");
    }

    fn say(&mut self, n: usize, now: i64, (uid, text): (Uid, &str)) -> Number {
        self.change(n, now, |desk| desk.post(uid, posting(text, None)))
    }

    fn open(&mut self, n: usize, now: i64, title: &str) {
        self.play(n, now, &Move::Open(Box::new(draft(title))));
    }

    /// Machine 1 has opened a ticket that everybody has, and machine 2 goes on with a copy of it.
    fn copied() -> (Self, Uid) {
        let mut world = Self::new(2);
        world.share();
        world.open(1, START, "Printer on fire");
        world.settle();
        world.copy(1);
        let uid = live(world.store(0))[0];
        (world, uid)
    }

    /// All texts that machine `n` has.
    fn texts(&self, n: usize) -> String {
        format!("{:?}", lines(self.store(n)))
    }

    /// The bodies of a ticket's messages on machine `n`.
    fn bodies(&self, n: usize, uid: Uid) -> Vec<String> {
        let ticket = self.store(n).read().ticket(uid).unwrap();
        ticket.messages.values().map(|post| post.message.wording.body.clone()).collect()
    }
}

/// The lines of two copies that the remote has a third of go by one name as far as they are the same.
#[test]
fn copies_of_a_copy_are_told_apart() {
    for brought in [false, true] {
        let mut world = World::new(2);
        world.share();
        world.open(1, START, "X");
        world.copy(1);
        world.open(1, START + 1000, "A");
        world.open(1, START + 2000, "B");
        world.copy(1);
        for title in ["C", "D"] {
            world.open(1, START + 3000, title);
        }
        world.open(2, START + 3000, "Other");
        world.open(3, START + 3000, "C too");
        for n in [2, 3, 0] {
            world.sync(n, START + 5000).unwrap();
        }
        if brought {
            world.bundle(1, 0, START + 5000).unwrap();
            world.sync(0, START + 5000).unwrap();
            world.store(0).verify().unwrap();
            assert_eq!(live(world.store(0)).len(), 7);
        }
        world.settle();
        world.check();
        assert_eq!(live(world.store(0)).len(), 7);
    }
}

/// Both copies give their note one number; the one that the remote does not have yet is purged.
#[test]
fn what_one_copy_purged_of_its_own_leaves_the_other_alone() {
    for first in [1, 2] {
        let (mut world, uid) = World::copied();
        for n in [first, 3 - first] {
            // What is purged stands as third of its machine, as does the ticket that the other opened.
            if n == 2 {
                world.open(2, START + 1000, "Copy one");
            }
            let text = ["", "My password is 1234.", "Hello"][n];
            world.say(n, START + 2000, (uid, text));
        }
        let said = world.store(1).read().ticket(uid).unwrap().messages.keys().last().copied();
        world.sync(2, START + 3000).unwrap();
        world.purge(1, START + 4000, &Doomed::Message(uid, said.unwrap()));
        world.sync(1, START + 5000).unwrap();
        world.settle();
        world.check();
        for n in 0..3 {
            assert!(!world.texts(n).contains("1234"));
            assert_eq!(world.bodies(n, uid).len(), 3);
            assert!(world.bodies(n, uid).iter().any(|body| body == "Hello"), "machine {n}");
            assert_eq!(live(world.store(n)).len(), 2);
        }
    }
}

/// Machine 0 knows only one of two messages with one number when it purges that.
#[test]
fn what_was_purged_of_one_copy_is_not_what_comes_later_of_another() {
    let (mut world, uid) = World::copied();
    world.say(2, START + 1000, (uid, "Hello"));
    let said = world.say(1, START + 2000, (uid, "My password is 1234."));
    world.bundle(1, 0, START + 2000).unwrap();
    world.purge(0, START + 3000, &Doomed::Message(uid, said));
    world.sync(2, START + 4000).unwrap();
    world.settle();
    world.check();
    for n in 0..3 {
        assert!(!world.texts(n).contains("1234"));
        assert!(world.bodies(n, uid).iter().any(|body| body == "Hello"), "machine {n}");
    }
}

/// A message that has another number by now is purged by that, with what its own copy said of it.
#[test]
fn of_two_messages_with_one_number_each_is_purged_by_its_own() {
    for secret in [1, 2] {
        let (mut world, uid) = World::copied();
        for n in [1, 2] {
            let text = if n == secret { "My password is 1234." } else { "Hello" };
            let said = world.say(n, START + 1000, (uid, text));
            world.change(n, START + 1500, |desk| {
                let post = desk.ticket(uid)?.post(said).cloned().unwrap();
                let body = format!("{text} Bye");
                let to = tix::domain::event::Wording { body, edited_at: None };
                desk.reword(uid, &post, &to)
            });
        }
        world.sync(2, START + 2000).unwrap();
        world.settle();
        let ticket = world.store(0).read().ticket(uid).unwrap();
        let it = ticket.messages.values().find(|it| it.message.wording.body.contains("1234"));
        world.purge(0, START + 3000, &Doomed::Message(uid, it.unwrap().message.number));
        world.settle();
        world.check();
        for n in 0..3 {
            assert!(!world.texts(n).contains("1234"));
            assert!(world.bodies(n, uid).iter().any(|body| body == "Hello Bye"), "machine {n}");
        }
    }
}

/// Bytes that were purged and come again are sent again.
#[test]
fn a_file_that_was_purged_can_be_attached_anew() {
    let mut world = World::new(2);
    world.share();
    let bytes = b"a letter";
    for n in [0, 1] {
        let titles = ["One", "Two"];
        world.open(n, START, titles[n]);
        let uid = world.change(n, START + 1000, |desk| {
            let uid = desk.open(draft("A letter came"))?;
            let number = desk.post(uid, posting("See the letter.", None))?;
            let hash = desk.store_blob(bytes)?;
            let size = bytes.len() as u64;
            let file = Attachment { name: "letter.txt".to_owned(), hash, size, media: None };
            desk.record(uid, Event::Attached { message: number, file: Box::new(file) })?;
            Ok(uid)
        });
        for _ in 0..2 {
            world.sync(n, START + 2000).unwrap();
            world.sync(1 - n, START + 2000).unwrap();
        }
        for n in [0, 1] {
            assert!(world.store(n).read().blob(Hash::of(bytes)).unwrap().is_some(), "machine {n}");
        }
        world.purge(n, START + 3000, &Doomed::Ticket(uid));
        world.settle();
        for n in [0, 1] {
            assert!(world.store(n).read().blob(Hash::of(bytes)).unwrap().is_none(), "machine {n}");
        }
    }
    world.check();
}
