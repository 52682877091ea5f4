//! The disk that trials cut the power of: what it keeps, and what it may lose.

use tix_vfs::{Disk, Event, Image, Left};

use crate::dice::Dice;

fn wrote(file: usize, at: u64, bytes: &[u8]) -> Event {
    Event::Wrote(file, at, bytes.into())
}

fn image(disk: &Disk, left: Left, seed: u64) -> Image {
    let mut dice = Dice::new(seed);
    disk.image(left, &mut |n| dice.one_in(n))
}

fn of_one(bytes: &[u8]) -> Disk {
    Disk::new(&Image::from([("a".to_owned(), bytes.to_vec())]))
}

#[test]
fn what_was_flushed_is_there_and_what_was_not_may_be() {
    let mut disk = of_one(b"old");
    disk.play(&wrote(0, 0, b"new"));
    disk.play(&wrote(0, 3, b"er"));
    assert_eq!(image(&disk, Left::Nothing, 1)["a"], b"old");
    assert_eq!(image(&disk, Left::All, 1)["a"], b"newer");
    disk.play(&Event::Flushed(0, false));
    assert_eq!(image(&disk, Left::Nothing, 1)["a"], b"newer");
    disk.play(&Event::Cut(0, 1));
    assert_eq!(image(&disk, Left::All, 1)["a"], b"n");
}

#[test]
fn a_name_is_flushed_with_the_folder_and_a_removed_one_may_come_back() {
    let mut disk = Disk::new(&Image::new());
    disk.play(&Event::Made(0, "a".to_owned()));
    disk.play(&wrote(0, 0, b"x"));
    disk.play(&Event::Flushed(0, false));
    assert!(image(&disk, Left::Nothing, 1).is_empty());
    disk.play(&Event::Flushed(0, true));
    assert_eq!(image(&disk, Left::Nothing, 1)["a"], b"x");
    disk.play(&Event::Removed("a".to_owned(), false));
    assert_eq!(image(&disk, Left::Nothing, 1)["a"], b"x");
    assert!(image(&disk, Left::All, 1).is_empty());
}

#[test]
fn a_torn_write_is_torn_where_sectors_meet() {
    let mut disk = of_one(&[0; 2048]);
    disk.play(&wrote(0, 500, &[1; 1040]));
    let mut kept = [0; 4];
    for seed in 0..200 {
        let bytes = &image(&disk, Left::Torn, seed)["a"];
        for (n, part) in [500..512, 512..1024, 1024..1536, 1536..1540].into_iter().enumerate() {
            let first = bytes[part.start];
            assert!(bytes[part].iter().all(|byte| *byte == first));
            kept[n] += u32::from(first);
        }
        assert!(bytes[..500].iter().chain(&bytes[1540..]).all(|byte| *byte == 0));
    }
    assert!(kept.iter().all(|kept| (20..180).contains(kept)), "{kept:?}");
}
