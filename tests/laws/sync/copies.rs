//! Copies of one machine's desk that went on by themselves: what each of them did stays, and what one
//! of them purged is its own.

use tix::domain::event::{Attachment, Event};
use tix::domain::ids::Hash;
use tix::store::{Doomed, Writer};

use super::{World, author, live};
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
    fn purge(&mut self, n: usize, now: i64, it: &Doomed) {
        let it = std::slice::from_ref(it);
        let scope = self.store(n).read().scope(it).unwrap();
        assert!(!scope.is_empty());
        self.change(n, now, |desk| desk.purge(it, &scope));
    }

    fn open(&mut self, n: usize, now: i64, title: &str) {
        self.play(n, now, &Move::Open(Box::new(draft(title))));
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
