//! How far an import has come, in bytes read.

use std::cell::Cell;
use std::rc::Rc;

use super::super::bar::Bar;
use crate::import::Place;

/// How far an import has come, in bytes read.
pub(super) struct Progress {
    read: Rc<Cell<u64>>,
    whole: u64,
    bar: Bar,
}

impl Progress {
    /// Watches what is read of these places, each of which is read so many times.
    pub(super) fn of<'p>(places: impl Iterator<Item = (&'p mut Place, u64)>, quiet: bool) -> Self {
        let read = Rc::new(Cell::new(0));
        let mut whole = 0;
        for (place, times) in places {
            place.count_on(&read);
            whole += place.size() * times;
        }
        let bar = Bar::new("reading {wide_bar} {bytes} of {total_bytes}, {eta} left", quiet);
        Self { read, whole, bar }
    }

    /// Shows how far it has come.
    pub(super) fn step(&mut self) {
        self.bar.show(self.read.get().min(self.whole), self.whole);
    }

    /// Takes the bar away.
    pub(super) fn end(&mut self) {
        self.bar.end();
    }
}
