//! Processes killed at any moment of their lives.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::dice::Dice;
use crate::it::Desk;
use crate::run::{self, recorded, tix};
use crate::trial::{Outcome, Trial};

pub(crate) const ONE: Trial = Trial {
    name: "kill",
    promise: "An acknowledged change survives `kill -9`, and none is there by half",
    method: "Kill processes of tix at random moments of their lives while they open, answer, \
             close, label, import, attach and undo, one after another",
    run: |size, seed| storm(seed, size.pick((200, 100), (10_000, 250)), 1),
};

pub(crate) const THREE: Trial = Trial {
    name: "kill-three",
    promise: "The same with several at once on one desk",
    method: "Three at a time, each killed at a random moment",
    run: |size, seed| storm(seed ^ 3, size.pick((90, 90), (4_500, 250)), 3),
};

/// This many kills in all, and on each desk, by so many at a time.
fn storm(seed: u64, (kills, each): (u64, u64), writers: u64) -> Outcome {
    let mut outcome = Outcome::default();
    let life = Mutex::new(usual());
    for first in (0..kills).step_by(usize::try_from(each).unwrap()) {
        let storm = Storm::new(seed.wrapping_add(first), &life);
        let many = each.min(kills - first);
        // So often the desk is looked at, as it was left.
        for _ in 0..many.div_ceil(LOOK) {
            std::thread::scope(|scope| {
                for _ in 0..writers {
                    scope.spawn(|| storm.strike(LOOK.min(many) / writers));
                }
            });
            storm.judge(&mut outcome);
        }
        storm.tell(&mut outcome);
    }
    outcome
}

/// How many kills there are between two looks at the desk.
const LOOK: u64 = 25;

/// How long a command takes here and now: the longest of a few.
fn usual() -> Duration {
    let desk = Desk::new();
    let timed = |n: u64| {
        let started = Instant::now();
        assert!(tix(&desk, n, "new One -m x").output().unwrap().status.success());
        started.elapsed()
    };
    (1..=6).map(timed).max().unwrap()
}

/// One desk and what was done to it.
struct Storm<'a> {
    desk: Desk,
    seed: u64,
    count: AtomicU64,
    tickets: AtomicU64,
    life: &'a Mutex<Duration>,
    done: Mutex<BTreeMap<u64, Done>>,
    struck: AtomicU64,
    late: AtomicU64,
}

/// What somebody saw of a command.
#[derive(Clone, Debug)]
struct Done {
    line: String,
    entries: Option<u64>,
    acked: bool,
}

impl<'a> Storm<'a> {
    fn new(seed: u64, life: &'a Mutex<Duration>) -> Self {
        Self {
            desk: Desk::new(),
            seed,
            count: AtomicU64::new(0),
            tickets: AtomicU64::new(0),
            life,
            done: Mutex::default(),
            struck: AtomicU64::new(0),
            late: AtomicU64::new(0),
        }
    }

    /// Starts commands one after another and kills each.
    fn strike(&self, kills: u64) {
        for _ in 0..kills {
            let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
            let mut dice = Dice::new(self.seed.wrapping_mul(1_000_003).wrapping_add(count));
            let tickets = self.tickets.load(Ordering::Relaxed);
            let (line, entries) = run::line(&self.desk, count, &mut dice, tickets);
            let mut child = tix(&self.desk, count, &line).spawn().unwrap();
            std::thread::sleep(self.moment(&mut dice));
            child.kill().unwrap();
            let output = child.wait_with_output().unwrap();
            let struck = output.status.signal() == Some(9);
            // What has printed its answer has promised, whether or not it came to its end.
            let acked = output.status.success() || (struck && !output.stdout.is_empty());
            self.learn(struck);
            if acked {
                let opened = if line.starts_with("import") { run::IMPORTED } else { 1 };
                self.tickets.fetch_add(opened, Ordering::Relaxed);
            }
            let refused = !struck && !matches!(output.status.code(), Some(0 | 3 | 4));
            assert!(!refused, "{line}\n{}", String::from_utf8_lossy(&output.stderr));
            self.done.lock().unwrap().insert(count, Done { line, entries, acked });
        }
    }

    /// Any moment of a command's life, and as often one of its last third, when it writes.
    fn moment(&self, dice: &mut Dice) -> Duration {
        let life = *self.life.lock().unwrap();
        let part = f64::from(u32::try_from(dice.below(1000)).unwrap()) / 1000.0;
        life.mul_f64(if dice.one_in(2) { part } else { 0.65 + part * 0.4 })
    }

    /// A life is as long as makes one kill in six come too late.
    fn learn(&self, struck: bool) {
        let mut life = self.life.lock().unwrap();
        *life = life.mul_f64(if struck { 1.01 } else { 0.95 });
        let counter = if struck { &self.struck } else { &self.late };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Holds what the journal has against what was acknowledged.
    fn judge(&self, outcome: &mut Outcome) {
        outcome.count("looks", 1);
        let people = match recorded(&self.desk.path("tix.db")) {
            Ok(people) => people,
            Err(e) => return outcome.damaged(format!("seed {}: {e}", self.seed)),
        };
        for (count, done) in &*self.done.lock().unwrap() {
            let found = people.get(count).copied().unwrap_or(0);
            if done.acked && found == 0 {
                outcome.lost(format!("seed {}: `{}` of S{count}", self.seed, done.line));
            }
            if found > 0 && done.entries.is_some_and(|entries| entries != found) {
                let line = &done.line;
                outcome.damaged(format!("seed {}: {found} entries of `{line}`", self.seed));
            }
        }
    }

    fn tell(&self, outcome: &mut Outcome) {
        let (struck, late) =
            (self.struck.load(Ordering::Relaxed), self.late.load(Ordering::Relaxed));
        outcome.count("kills", struck + late);
        outcome.count("that struck a running process", struck);
        outcome.count("that came too late", late);
        let done = self.done.lock().unwrap();
        let people = recorded(&self.desk.path("tix.db")).unwrap_or_default();
        let many = |of: &dyn Fn(&u64, &Done) -> bool| {
            done.iter().filter(|(count, done)| of(count, done)).count() as u64
        };
        outcome.count("changes acknowledged", many(&|_, done| done.acked));
        let unknown = many(&|count, done| !done.acked && people.contains_key(count));
        outcome.count("made but not yet acknowledged", unknown);
    }
}

/// An answer that was printed before the change was made would be found out.
#[test]
fn a_change_that_was_only_said_to_be_made_is_found_missing() {
    let life = Mutex::new(Duration::from_mins(1));
    let storm = Storm::new(1, &life);
    let ran = |count: u64, line: &str, entries: u64| {
        assert!(tix(&storm.desk, count, line).output().unwrap().status.success());
        let done = Done { line: line.to_owned(), entries: Some(entries), acked: true };
        storm.done.lock().unwrap().insert(count, done);
        let mut outcome = Outcome::default();
        storm.judge(&mut outcome);
        outcome.losses()
    };
    assert_eq!(ran(1, "new One -m x", 2), (0, 0));
    assert_eq!(ran(2, "new Two -m x -n", 2), (1, 0));
    let conn = rusqlite::Connection::open(storm.desk.path("tix.db")).unwrap();
    conn.execute("DELETE FROM entry WHERE seq = 2", []).unwrap();
    drop(conn);
    assert_eq!(ran(3, "new Three -m x", 2), (0, 1));
}
