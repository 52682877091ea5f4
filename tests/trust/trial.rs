//! What a trial is, and the report of what came of them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How many failures are told in full.
const TOLD: usize = 5;

/// A promise, and a way to find out that it is not kept.
pub(crate) struct Trial {
    /// A word, to run it by.
    pub(crate) name: &'static str,
    /// What a user may rely on.
    pub(crate) promise: &'static str,
    /// What is done to a desk, in one sentence.
    pub(crate) method: &'static str,
    /// Does it, with dice of this seed.
    pub(crate) run: fn(Size, u64) -> Outcome,
}

/// How much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// Seconds: on every change of tix.
    Small,
    /// Minutes: for the report.
    Long,
}

impl Size {
    pub(crate) fn pick<T>(self, small: T, long: T) -> T {
        match self {
            Size::Small => small,
            Size::Long => long,
        }
    }
}

/// What came of a trial.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    counts: Vec<(String, u64)>,
    lost: u64,
    damaged: u64,
    told: Vec<String>,
    skipped: Vec<String>,
}

impl Outcome {
    /// Adds to what is counted under this name: `images`, `kills that struck`.
    pub(crate) fn count(&mut self, what: &str, many: u64) {
        match self.counts.iter_mut().find(|(name, _)| name == what) {
            Some((_, count)) => *count += many,
            None => self.counts.push((what.to_owned(), many)),
        }
    }

    /// Something that was acknowledged is gone, or was shown as it never was.
    pub(crate) fn lost(&mut self, how: impl Into<String>) {
        self.lost += 1;
        self.tell(how.into());
    }

    /// A desk cannot be used, or is no whole history; or something was not said as it should be.
    pub(crate) fn damaged(&mut self, how: impl Into<String>) {
        self.damaged += 1;
        self.tell(how.into());
    }

    fn tell(&mut self, how: String) {
        if self.told.len() < TOLD {
            self.told.push(how);
        }
    }

    /// Part of it cannot be done on this machine.
    pub(crate) fn skip(&mut self, why: impl Into<String>) {
        self.skipped.push(why.into());
    }

    pub(crate) fn losses(&self) -> (u64, u64) {
        (self.lost, self.damaged)
    }

    fn holds(&self) -> bool {
        self.lost == 0 && self.damaged == 0
    }

    /// All counts in a line.
    fn size(&self) -> String {
        let skipped = self.skipped.iter().map(|why| format!("skipped: {why}"));
        let counts = self.counts.iter().map(|(what, many)| format!("{} {what}", grouped(*many)));
        counts.chain(skipped).collect::<Vec<_>>().join(", ")
    }
}

/// `73818` as `73,818`.
fn grouped(many: u64) -> String {
    let digits = many.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Says how it goes, to whoever runs the tests.
#[expect(clippy::print_stdout, reason = "a test's progress")]
fn say(text: &str) {
    println!("{text}");
}

/// The value of an environment variable that is set.
#[expect(clippy::disallowed_methods, reason = "a test's own switch")]
fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// What the dice begin with: `TIX_SEED`, or always the same.
pub(crate) fn seed() -> u64 {
    given("TIX_SEED").map_or(149, |text| text.parse().expect("TIX_SEED is a number"))
}

/// Runs the small size; fails when the promise is not kept.
pub(crate) fn small(trial: &Trial) {
    let (seed, started) = (seed(), Instant::now());
    let outcome = (trial.run)(Size::Small, seed);
    let seconds = started.elapsed().as_secs_f64();
    say(&format!("{}: {}; {seconds:.1} s, TIX_SEED={seed}", trial.name, outcome.size()));
    assert!(
        outcome.holds(),
        "{} lost, {} damaged; again with TIX_SEED={seed}\n{}",
        outcome.lost,
        outcome.damaged,
        outcome.told.join("\n")
    );
}

/// Runs the long sizes, as many at once as there are processors, and writes `RELIABILITY.md`; fails when one of them did.
pub(crate) fn long(trials: &[&Trial]) {
    let (seed, only) = (seed(), given("TIX_TRIAL"));
    let chosen = |trial: &&&Trial| only.as_ref().is_none_or(|name| trial.name.starts_with(name));
    let chosen: Vec<&&Trial> = trials.iter().filter(chosen).collect();
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(trial) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let row = tried(trial, seed);
                    let place = trials.iter().position(|it| it.name == trial.name);
                    rows.lock().unwrap().insert(place, row);
                }
            });
        }
    });
    let rows: Vec<_> = rows.into_inner().unwrap().into_values().collect();
    assert!(!rows.is_empty(), "no trial is named so");
    if only.is_none() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/RELIABILITY.md");
        // What the laws tried in their long size stands there if they ran before.
        let simulated = concat!(env!("CARGO_TARGET_TMPDIR"), "/histories.md");
        let row = std::fs::read_to_string(simulated).unwrap_or_default();
        drop(std::fs::remove_file(simulated));
        std::fs::write(path, report(&rows, seed) + &row).unwrap();
        say(&format!("wrote {path}"));
    }
    assert!(rows.iter().all(|(_, outcome, _)| outcome.holds()), "a promise was not kept");
}

/// One of them in its long size, and how long it took.
fn tried(trial: &Trial, seed: u64) -> (&Trial, Outcome, Duration) {
    let Trial { name, method, .. } = trial;
    say(&format!("{name}: {method}"));
    let started = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| (trial.run)(Size::Long, seed)));
    let outcome = outcome.unwrap_or_else(|_| {
        let mut outcome = Outcome::default();
        outcome.damaged("the trial broke off: see above");
        outcome
    });
    let took = started.elapsed();
    let ((lost, damaged), seconds) = (outcome.losses(), took.as_secs_f64());
    let size = outcome.size();
    say(&format!("{name}: {size}; {lost} lost, {damaged} damaged, {seconds:.0} s"));
    for how in &outcome.told {
        say(&format!("  {name}: {how}"));
    }
    (trial, outcome, took)
}

#[expect(clippy::disallowed_methods, reason = "a report has a date")]
fn report(rows: &[(&Trial, Outcome, Duration)], seed: u64) -> String {
    let mut text = format!(
        "# Reliability

What was done to tix, and what was lost. Written by

    cargo test --release --locked --test laws --test trust -- --ignored --nocapture

on {}, with tix {}, SQLite {}, on {}. Seed {seed}. Each trial has a test beside it in `tests/trust`
that breaks something on purpose, to show that the trial finds it.

| promise | what was done | how much | lost | damaged | seconds |
|---|---|---|---|---|---|
",
        chrono::Utc::now().format("%Y-%m-%d"),
        env!("CARGO_PKG_VERSION"),
        rusqlite::version(),
        machine(),
    );
    for (trial, outcome, took) in rows {
        let verdict = |many: u64| {
            if many == 0 { "0".to_owned() } else { format!("**FAILED: {}**", grouped(many)) }
        };
        writeln!(
            text,
            "| {} (`{}`) | {} | {} | {} | {} | {} |",
            trial.promise,
            trial.name,
            trial.method,
            outcome.size(),
            verdict(outcome.lost),
            verdict(outcome.damaged),
            took.as_secs()
        )
        .unwrap();
    }
    text
}

/// The kind of machine: its system, its processors, and the file system of temporary files.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kind = std::process::Command::new("stat")
        .args(["-f", "-c", "%T"])
        .arg(std::env::temp_dir())
        .output()
        .ok()
        .filter(|output| output.status.success())
        .map_or("unknown".to_owned(), |output| {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        });
    let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("{system} ({processor}, {cores} cores, temporary files on {kind})")
}

#[test]
fn a_report_says_what_failed() {
    let broken: fn(Size, u64) -> Outcome = |_, _| {
        let mut outcome = Outcome::default();
        outcome.count("images", 70_123);
        outcome.lost("one");
        outcome
    };
    let trial = Trial { name: "x", promise: "Kept", method: "Hit", run: broken };
    let outcome = (trial.run)(Size::Long, 1);
    let text = report(&[(&trial, outcome, Duration::from_secs(61))], 7);
    let row = "| Kept (`x`) | Hit | 70,123 images | **FAILED: 1** | 0 | 61 |\n";
    assert!(text.ends_with(row) && text.contains("Seed 7"), "{text}");
    let failed = catch_unwind(|| small(&Trial { run: broken, ..trial }));
    assert!(failed.is_err());
}
