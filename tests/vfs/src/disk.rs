//! What a disk holds, and what it could hold after a power loss.
//!
//! What was flushed is there. Of what was not, each part may be: a write whole, in sectors of 512
//! bytes, or not at all; a length; a name in the folder, or the name that was removed. The disk
//! does not lie about flushes, and writing some bytes leaves those beside them as they were: what
//! SQLite itself supposes.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Event;

/// What a disk writes at once.
const SECTOR: usize = 512;

/// The files of a folder by their names.
pub type Image = BTreeMap<String, Vec<u8>>;

/// How much is left of what was not flushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Nothing.
    Nothing,
    /// All of it.
    All,
    /// Some writes, each whole.
    Some,
    /// Some sectors.
    Torn,
}

#[derive(Clone, Debug)]
enum Change {
    Wrote(u64, Arc<[u8]>),
    Cut(u64),
}

#[derive(Clone, Debug)]
enum Naming {
    Made(String, usize),
    Removed(String),
}

#[derive(Clone, Debug, Default)]
struct File {
    flushed: Vec<u8>,
    since: Vec<Change>,
}

/// A folder's files at one moment of what was recorded.
#[derive(Clone, Debug)]
pub struct Disk {
    files: Vec<File>,
    names: BTreeMap<String, usize>,
    since: Vec<Naming>,
}

impl Disk {
    /// A disk that holds these files.
    #[must_use]
    pub fn new(base: &Image) -> Self {
        let file = |bytes: &Vec<u8>| File { flushed: bytes.clone(), since: Vec::new() };
        Self {
            files: base.values().map(file).collect(),
            names: base.keys().cloned().zip(0..).collect(),
            since: Vec::new(),
        }
    }

    /// Goes on by one event.
    pub fn play(&mut self, event: &Event) {
        match event {
            Event::Made(file, name) => {
                self.files.resize_with(self.files.len().max(file + 1), File::default);
                self.since.push(Naming::Made(name.clone(), *file));
            }
            Event::Wrote(file, at, bytes) => {
                self.files[*file].since.push(Change::Wrote(*at, Arc::clone(bytes)));
            }
            Event::Cut(file, length) => self.files[*file].since.push(Change::Cut(*length)),
            Event::Flushed(file, names) => {
                let File { flushed, since } = &mut self.files[*file];
                since.drain(..).for_each(|change| apply(flushed, &change));
                if *names {
                    self.flush_names();
                }
            }
            Event::Removed(name, flushed) => {
                self.since.push(Naming::Removed(name.clone()));
                if *flushed {
                    self.flush_names();
                }
            }
            Event::Acked(_) => {}
        }
    }

    fn flush_names(&mut self) {
        let since = std::mem::take(&mut self.since);
        for naming in since {
            name(&mut self.names, naming);
        }
    }

    /// What could be found after a power loss now; `chance(n)` is true once in `n` times.
    pub fn image(&self, left: Left, chance: &mut dyn FnMut(usize) -> bool) -> Image {
        // Little, half or most of it, so that not every image is half of everything.
        let (rare, most) = (chance(3), chance(2));
        let keep = |chance: &mut dyn FnMut(usize) -> bool| match left {
            Left::Nothing => false,
            Left::All => true,
            Left::Some | Left::Torn if rare => chance(2),
            Left::Some | Left::Torn => chance(8) != most,
        };
        let mut names = self.names.clone();
        for naming in &self.since {
            if keep(chance) {
                name(&mut names, naming.clone());
            }
        }
        let mut image = Image::new();
        for (name, file) in names {
            let File { flushed, since } = &self.files[file];
            let mut bytes = flushed.clone();
            for change in since {
                match change {
                    Change::Wrote(at, written) if left == Left::Torn => {
                        for (start, sector) in sectors(*at, written) {
                            if keep(chance) {
                                write(&mut bytes, start, sector);
                            }
                        }
                    }
                    whole if keep(chance) => apply(&mut bytes, whole),
                    _ => {}
                }
            }
            image.insert(name, bytes);
        }
        image
    }
}

/// What was written, cut where sectors of the disk meet.
fn sectors(at: u64, written: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let first = SECTOR - usize::try_from(at % SECTOR as u64).unwrap_or(0);
    let (head, rest) = written.split_at(first.min(written.len()));
    let next = at + head.len() as u64;
    let rest = rest.chunks(SECTOR).zip(0u64..);
    let rest = rest.map(move |(sector, n)| (next + n * SECTOR as u64, sector));
    std::iter::once((at, head)).chain(rest)
}

fn name(names: &mut BTreeMap<String, usize>, naming: Naming) {
    match naming {
        Naming::Made(name, file) => drop(names.insert(name, file)),
        Naming::Removed(name) => drop(names.remove(&name)),
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Wrote(at, written) => write(bytes, *at, written),
        Change::Cut(length) => bytes.resize(place(*length), 0),
    }
}

fn write(bytes: &mut Vec<u8>, at: u64, written: &[u8]) {
    let (start, end) = (place(at), place(at) + written.len());
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[start..end].copy_from_slice(written);
}

fn place(at: u64) -> usize {
    usize::try_from(at).expect("files of a test are small")
}
