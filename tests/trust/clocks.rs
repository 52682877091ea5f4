//! Clocks that go wrong: backwards, decades away, through a night on which an hour comes twice.

use crate::dice::Dice;
use crate::it::{Desk, Ran};
use crate::run::tix;
use crate::session;
use crate::trial::{Outcome, Size, Trial};

pub(crate) const TRIAL: Trial = Trial {
    name: "clock",
    promise: "Whatever the clock says, changes keep their order, and undo takes back the latest",
    method: "Change and undo on desks whose clock jumps between 1970, 2099, yesterday and nights on \
             which summer time begins or ends",
    run,
};

/// Where a clock jumps to.
const MOMENTS: [&str; 9] = [
    "1970-01-01T00:00:00Z",
    "2026-03-29T02:30:00+01:00",
    "2026-10-25T02:30:00+02:00",
    "2026-10-25T02:30:00+01:00",
    "2026-09-01T09:00:00Z",
    "2026-09-01T08:59:59Z",
    "2016-12-31T23:59:59Z",
    "2099-12-31T23:59:59Z",
    "1938-04-24T22:13:20Z",
];

fn run(size: Size, seed: u64) -> Outcome {
    let mut outcome = Outcome::default();
    let mut dice = Dice::new(seed);
    for _ in 0..size.pick(2, 40) {
        desk(&mut dice, size.pick(12, 25), &mut outcome);
    }
    outcome
}

fn desk(dice: &mut Dice, rounds: u64, outcome: &mut Outcome) {
    let desk = Desk::new();
    let mut count = 0;
    let mut run = |dice: &mut Dice, line: &str| {
        count += 1;
        let moment = dice.pick(&MOMENTS);
        let zone = dice.pick(&["Europe/Berlin", "America/New_York", "Asia/Kathmandu"]);
        let ran = tix(&desk, count, line).env("TIX_NOW", moment).env("TIX_TZ", zone).output();
        (moment, Ran::of(&ran.unwrap()))
    };
    run(dice, "new First -m x");
    let mut before = String::new();
    for round in 1..=rounds {
        let lines = [
            format!("new 'Ticket {round}' -m x --due tomorrow"),
            format!("reply 1 -m 'answer {round}'"),
            format!("label +l{round} 1"),
            format!("snooze 2d 1 && comment 1 -m {round}").split(" && ").next().unwrap().to_owned(),
        ];
        let line = dice.pick(&lines);
        let (moment, ran) = run(dice, &line);
        outcome.count("changes", 1);
        if ran.code != 0 {
            outcome.damaged(format!("{moment}: `{line}`: exit {}: {}", ran.code, ran.stderr));
            continue;
        }
        let undone = dice.one_in(3);
        let (_, shown) = run(dice, "export jsonl");
        // To snooze until when it is snoozed already changes nothing that could be undone.
        if undone && shown.stdout != before {
            let (moment, ran) = run(dice, "undo");
            let (_, after) = run(dice, "export jsonl");
            outcome.count("taken back", 1);
            if ran.code != 0 || (!before.is_empty() && after.stdout != before) {
                outcome.lost(format!("{moment}: undo of `{line}`: {}", ran.stderr));
            }
            before = after.stdout;
        } else {
            before = shown.stdout;
        }
    }
    order(&desk, outcome);
}

/// The order of stamps is that in which things were recorded.
fn order(desk: &Desk, outcome: &mut Outcome) {
    let path = desk.path("tix.db");
    let conn = rusqlite::Connection::open(&path).unwrap();
    let sql = "SELECT count(*) FROM entry a JOIN entry b ON b.seq = a.seq + 1 WHERE b.at < a.at";
    let back: i64 = conn.query_row(sql, [], |row| row.get(0)).unwrap();
    if back > 0 {
        outcome.damaged(format!("{back} entries are stamped before those that they follow"));
    }
    drop(conn);
    if let Err(e) = crate::check::sound(&path) {
        outcome.damaged(e);
    }
}

#[test]
fn stamps_that_go_back_are_found() {
    let desk = Desk::new();
    for n in 1..=3 {
        assert!(tix(&desk, n, "new One -m x").output().unwrap().status.success());
    }
    let mut outcome = Outcome::default();
    order(&desk, &mut outcome);
    assert_eq!(outcome.losses(), (0, 0));
    let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    conn.execute("UPDATE entry SET at = at - 86400000 WHERE seq = 5", []).unwrap();
    assert!(session::chain(&conn).is_ok());
    drop(conn);
    order(&desk, &mut outcome);
    // Out of order, and not what the chain says.
    assert_eq!(outcome.losses(), (0, 2));
}
