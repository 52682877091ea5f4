//! The files that fuzzing begins with, whole and damaged, read as every format would.

use std::fs;
use std::time::Instant;

use tix::import::{Format, Item, Options, Place, read, recognise};

const CORPORA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus");

/// Copies of a file, each damaged in a few places, the same at every run.
fn damaged(whole: &[u8], count: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut state = whole.len() as u64;
    let mut draw = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    std::iter::repeat_with(move || {
        let mut bytes = whole.to_vec();
        for _ in 0..=draw(4) {
            let (at, other) = (draw(bytes.len()), draw(whole.len()));
            match draw(5) {
                0 => bytes.truncate(at + 1),
                1 => bytes[at] = b"\"\\{}[]<>&;:,=-0\n\0\xff"[draw(18)],
                2 => _ = bytes.remove(at),
                3 => bytes.insert(at, whole[other]),
                _ => bytes.extend_from_slice(&whole[other..]),
            }
            bytes.push(b' ');
        }
        bytes
    })
    .take(count)
}

/// Their formats, their names and what is in them.
fn files() -> Vec<(String, String, Vec<u8>)> {
    let mut files = Vec::new();
    for folder in fs::read_dir(CORPORA).unwrap() {
        let folder = folder.unwrap().path();
        let format = folder.file_name().unwrap().to_string_lossy().into_owned();
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap();
            let name = file.file_name().to_string_lossy().into_owned();
            files.push((format.clone(), name, fs::read(file.path()).unwrap()));
        }
    }
    files.sort();
    files
}

fn format_of(name: &str) -> Format {
    <Format as clap::ValueEnum>::from_str(name, false).unwrap()
}

/// How many tickets and articles there are in `bytes`, if it can be read.
fn found(format: Format, bytes: &[u8]) -> Option<usize> {
    let mut found = 0;
    let place = Place::bytes("file", bytes);
    let read = read(format, &place, &Options::default(), &mut |item| {
        found += usize::from(matches!(item, Item::Draft(_) | Item::Joins(..) | Item::Article(_)));
        Ok(())
    });
    read.ok().map(|()| found)
}

#[test]
fn what_fuzzing_begins_with_can_be_read() {
    for (format, name, bytes) in &files() {
        let found = found(format_of(format), bytes);
        assert!(found.is_some_and(|found| found > 0), "{format}/{name}: {found:?}");
    }
}

#[test]
fn files_are_known_for_what_they_are() {
    for (format, name, bytes) in &files() {
        let told = recognise(&Place::bytes(name, bytes)).unwrap();
        assert_eq!(told, format_of(format), "{format}/{name}");
    }
}

#[test]
fn damaged_files_are_read_or_refused_in_no_time() {
    for (format, name, bytes) in files() {
        let format = format_of(&format);
        let start = Instant::now();
        for copy in damaged(&bytes, 150) {
            let place = Place::bytes("file", &copy);
            drop(recognise(&place));
            let _ = found(format, &copy);
        }
        assert!(start.elapsed().as_secs() < 60, "{format:?} {name}");
    }
}
