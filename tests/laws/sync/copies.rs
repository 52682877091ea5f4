//! Purges on machines that share a desk.

use tix::domain::event::{Attachment, Event};
use tix::domain::ids::Hash;
use tix::store::{Doomed, Writer};

use super::{World, author};
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
