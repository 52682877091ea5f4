//! Laws of a desk's file that several processes use at once.

use std::collections::BTreeSet;
use std::path::Path;

use tix::domain::event::Event;
use tix::domain::ids::{Number, Reference};
use tix::error::Result;
use tix::store::Store;

use crate::desk::{START, author, draft, posting};

const WORKERS: u16 = 4;
const CHANGES: u64 = 10;

/// Opens tickets and answers on the first one; returns the numbers that were given.
fn work(path: &Path, worker: u16) -> Result<(Vec<Number>, Vec<Number>)> {
    let (mut tickets, mut messages) = (Vec::new(), Vec::new());
    for n in 0..CHANGES {
        // Clocks that do not agree, and a new process for each command.
        let author = author(worker, n + 1, START + i64::from(worker) * 500 - 40 * n.cast_signed());
        let (mut store, _) = Store::create(path, &author)?;
        let (ticket, message) = store.change(&author, |desk| {
            let uid = desk.open(draft("Printer on fire"))?;
            let number = desk.ticket(uid)?.number();
            let first: Reference = "1".parse()?;
            let first = desk.resolve(&first)?;
            desk.record(first, Event::Labelled(format!("{worker}/{n}")))?;
            Ok((number, desk.post(first, posting("Me too.", None))?))
        })?;
        tickets.push(ticket);
        messages.push(message);
    }
    Ok((tickets, messages))
}

#[test]
fn nothing_is_lost_when_many_write_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").join("desk.db");
    let given: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..=WORKERS)
            .map(|worker| {
                let path = &path;
                scope.spawn(move || work(path, worker))
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap().unwrap()).collect()
    });
    let changes = u64::from(WORKERS) * CHANGES;
    let (mut store, made) = Store::create(&path, &author(0, 1, START)).unwrap();
    assert!(!made);
    assert_eq!(store.verify().unwrap(), changes * 4);
    let tickets: BTreeSet<u32> =
        given.iter().flat_map(|(tickets, _)| tickets).map(|number| number.n).collect();
    assert!(tickets.into_iter().map(u64::from).eq(1..=changes));
    let messages: BTreeSet<u32> =
        given.iter().flat_map(|(_, messages)| messages).map(|number| number.n).collect();
    assert!(messages.into_iter().map(u64::from).eq(2..=changes + 1));
    let first = store.read().resolve(&"1".parse().unwrap()).unwrap();
    let ticket = store.read().ticket(first).unwrap();
    assert_eq!(ticket.now.labels.len() as u64, changes);
    assert_eq!(ticket.messages.len() as u64, changes + 1);
    let derived = store.derived().unwrap();
    store.rebuild().unwrap();
    assert_eq!(store.derived().unwrap(), derived);
}

#[test]
fn a_reader_sees_whole_changes_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let (mut store, _) = Store::create(&path, &author(0, 1, START)).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for n in 0..20 {
                store
                    .change(&author(0, n + 2, START), |desk| desk.open(draft("Printer on fire")))
                    .unwrap();
            }
        });
        while !writer.is_finished() {
            let entries = Store::open(&path).unwrap().verify().unwrap();
            assert_eq!(entries % 2, 0);
        }
    });
    assert_eq!(Store::open(&path).unwrap().verify().unwrap(), 40);
}

#[test]
fn a_clock_that_goes_backwards_keeps_the_order_on_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    for n in 1..6 {
        let author = author(0, n, START - 1000 * n.cast_signed());
        let (mut store, _) = Store::create(&path, &author).unwrap();
        store.change(&author, |desk| desk.open(draft("Printer on fire"))).unwrap();
        let lines = store.lines_after(&std::collections::BTreeMap::new()).unwrap();
        assert!(lines.is_sorted_by_key(|line| line.stamp));
        assert_eq!(lines.len() as u64, n * 2);
    }
}
