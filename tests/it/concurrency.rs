//! Many processes at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::desk::Desk;

#[test]
fn eight_processes_open_two_hundred_tickets_with_two_hundred_numbers() {
    let desk = Arc::new(Desk::new());
    let threads: Vec<_> = (0..8)
        .map(|n| {
            let desk = Arc::clone(&desk);
            std::thread::spawn(move || -> Vec<String> {
                (0..25).map(|i| desk.ok(&format!("new 'ticket {n} {i}' -m body"))).collect()
            })
        })
        .collect();
    let numbers: BTreeSet<String> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
    assert_eq!(numbers.len(), 200);
    assert_eq!(desk.json("list -L 0")["meta"]["total"], 200);
}

#[test]
fn a_reader_does_not_hold_up_a_writer() {
    let desk = Desk::new();
    desk.ok("new One");
    let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    conn.execute_batch("BEGIN; SELECT * FROM ticket;").unwrap();
    let started = std::time::Instant::now();
    desk.ok("new Two");
    assert!(started.elapsed().as_secs() < 5);
}
