//! Many processes at once.

use std::collections::BTreeSet;
use std::time::Instant;

use crate::it::{Desk, Ran};
use crate::run::{recorded, tix};
use crate::trial::{Outcome, Trial};

pub(crate) const TRIAL: Trial = Trial {
    name: "writers",
    promise: "Processes that change one desk at once wait for each other: none fails, none is lost",
    method: "Eight at a time open tickets as fast as they can",
    run: |size, _| eight(size.pick(25, 200)),
};

const WRITERS: u64 = 8;

fn eight(changes: u64) -> Outcome {
    let desk = Desk::new();
    let started = Instant::now();
    let one = |writer: u64| {
        let mut numbers = Vec::new();
        let mut longest = 0;
        for n in 1..=changes {
            let count = writer * changes + n;
            let began = Instant::now();
            let line = format!("new 'ticket {count}' -m body");
            numbers.push(Ran::of(&tix(&desk, count, &line).output().unwrap()));
            longest = longest.max(began.elapsed().as_millis());
        }
        (numbers, longest)
    };
    let ran: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..WRITERS).map(|writer| scope.spawn(move || one(writer))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut outcome = Outcome::default();
    outcome.count("changes", WRITERS * changes);
    let longest = ran.iter().map(|(_, longest)| *longest).max().unwrap_or(0);
    outcome.count("ms the longest of them", u64::try_from(longest).unwrap());
    let each = started.elapsed().as_millis() / u128::from(WRITERS * changes);
    outcome.count("ms each on the whole", u64::try_from(each).unwrap());
    judge(&desk, ran.iter().flat_map(|(ran, _)| ran), &mut outcome);
    outcome
}

fn judge<'a>(desk: &Desk, ran: impl Iterator<Item = &'a Ran>, outcome: &mut Outcome) {
    let mut numbers = BTreeSet::new();
    let mut made = 0;
    for ran in ran {
        if ran.code != 0 {
            outcome.damaged(format!("exit {}: {}", ran.code, ran.stderr));
        } else if !numbers.insert(ran.stdout.clone()) {
            outcome.lost(format!("two tickets are called {}", ran.stdout));
        }
        made += u64::from(ran.code == 0);
    }
    match recorded(&desk.path("tix.db")) {
        Err(e) => outcome.damaged(e),
        Ok(people) if people.len() as u64 != made => {
            outcome.lost(format!("{made} were made, {} are there", people.len()));
        }
        Ok(_) => {}
    }
}

#[test]
fn a_ticket_that_is_missing_or_there_twice_is_found() {
    let desk = Desk::new();
    let ran: Vec<Ran> =
        (1..=3).map(|n| Ran::of(&tix(&desk, n, "new One -m x").output().unwrap())).collect();
    let outcome_of = |ran: &[&Ran]| {
        let mut outcome = Outcome::default();
        judge(&desk, ran.iter().copied(), &mut outcome);
        outcome.losses()
    };
    assert_eq!(outcome_of(&[&ran[0], &ran[1], &ran[2]]), (0, 0));
    assert_eq!(outcome_of(&[&ran[0], &ran[1], &ran[1]]), (1, 0));
    assert_eq!(outcome_of(&[&ran[0], &ran[1]]), (1, 0));
    let failed = Ran { stdout: String::new(), stderr: String::new(), code: 5 };
    assert_eq!(outcome_of(&[&ran[0], &ran[1], &ran[2], &failed]), (0, 1));
}

/// A long export, or a pager that somebody left open, must not make every change slow.
#[test]
fn a_reader_of_an_old_state_holds_up_no_writer_however_long_the_log() {
    let desk = Desk::new();
    assert!(tix(&desk, 1, "new One -m x").output().unwrap().status.success());
    let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    conn.execute_batch("BEGIN; SELECT * FROM ticket;").unwrap();
    let body = "x".repeat(100_000);
    for n in 2..=6 {
        let started = Instant::now();
        let ran = tix(&desk, n, &format!("new Two -m {body}")).output().unwrap();
        assert!(ran.status.success());
        assert!(started.elapsed().as_secs() < 5, "change {n} took {:?}", started.elapsed());
    }
}
