//! Two at once; many are in `tests/trust/writers.rs`.

use crate::desk::Desk;

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
