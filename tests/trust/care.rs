//! Commands that take or replace the whole desk, killed at any moment of their lives.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::dice::Dice;
use crate::it::Desk;
use crate::trial::{Outcome, Trial};

pub(crate) const TRIAL: Trial = Trial {
    name: "care",
    promise: "To back up, restore, mend or purge is done or not done, and a purge can be gone on with",
    method: "Kill `backup`, `restore`, `doctor --fix` and `purge` at random moments of their lives, each \
             on a desk of its own; then look at the desk, at every copy, and for the purged text in \
             every file",
    run: |size, seed| {
        let mut outcome = Outcome::default();
        let stage = Stage::new();
        for (n, act) in (0..).zip(["backup now.db", "restore --yes", "doctor --fix", PURGE]) {
            stage.strike(act, size.pick(6, 250), &mut Dice::new(seed ^ n), &mut outcome);
        }
        outcome
    },
};

const PURGE: &str = "purge 3 --confirm 3";

/// Stands in the ticket that is purged, and nowhere else.
const MARK: &str = "Quastenflosser7";

/// A desk, and an older copy of it elsewhere.
struct Stage {
    desk: Desk,
    elsewhere: Desk,
}

impl Stage {
    fn new() -> Self {
        let (desk, elsewhere) = (Desk::new(), Desk::new());
        for n in 1..=8 {
            let what = if n == 3 { MARK } else { "It burns." };
            desk.ok(&format!("new 'Ticket {n}' -m '{what}' -l bug"));
        }
        desk.ok(&format!("backup {}", elsewhere.path("then.db").display()));
        desk.ok("new 'Later' -m 'more'");
        desk.ok("reply 3 -m 'answered'");
        Self { desk, elsewhere }
    }

    /// A desk like it, for one kill.
    fn desk(&self, act: &str) -> Desk {
        let desk = self.desk.copy();
        // The automatic copies of a desk belong to its place.
        desk.ok("backup");
        if act.starts_with("doctor") {
            let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
            conn.execute("DELETE FROM ticket WHERE id > 4", []).unwrap();
        }
        desk
    }

    fn line(&self, act: &str) -> String {
        if act.starts_with("restore") {
            return format!("{act} {}", self.elsewhere.path("then.db").display());
        }
        act.to_owned()
    }

    fn strike(&self, act: &str, kills: u64, dice: &mut Dice, outcome: &mut Outcome) {
        let line = self.line(act);
        let whole = self.desk(act);
        let before = tickets(&self.desk);
        let started = Instant::now();
        whole.ok(&line);
        let lasts = started.elapsed();
        let after = tickets(&whole);
        for _ in 0..kills {
            let desk = self.desk(act);
            let mut child = desk.command(&line).spawn().unwrap();
            let part = f64::from(u32::try_from(dice.below(1100)).unwrap()) / 1000.0;
            std::thread::sleep(lasts.mul_f64(part).max(Duration::from_micros(50)));
            child.kill().unwrap();
            let struck = !child.wait_with_output().unwrap().status.success();
            outcome.count("kills", 1);
            outcome.count("that struck", u64::from(struck));
            if let Err(how) = judge(&desk, act, (&before, &after)) {
                outcome.damaged(format!("`{act}`: {how}"));
            }
        }
    }
}

fn tickets(desk: &Desk) -> String {
    desk.run("export jsonl").stdout
}

/// Is it done, or not done at all? Nothing else is left of it, once it was done again.
fn judge(desk: &Desk, act: &str, (before, after): (&String, &String)) -> Result<(), String> {
    let ran = |line: &str| {
        let ran = desk.run(line);
        if ran.code == 0 { Ok(ran.stdout) } else { Err(format!("{line}: {}", ran.stderr)) }
    };
    if act.starts_with("doctor") {
        ran("doctor --fix")?;
    }
    ran("verify")?;
    let now = ran("export jsonl")?;
    if now != *before && now != *after {
        return Err("the desk is neither as it was nor as it was to be".to_owned());
    }
    for file in files(desk.folder()) {
        let name = file.file_name().unwrap().to_string_lossy();
        let copy = name.ends_with(".db") && !name.starts_with('.') && name != "tix.db";
        if copy {
            ran(&format!("verify --db {}", file.display()))?;
        }
    }
    if act == PURGE {
        ran(PURGE)?;
        let holds = |file: &Path| {
            let bytes = std::fs::read(file).unwrap();
            bytes.windows(MARK.len()).any(|it| it.eq_ignore_ascii_case(MARK.as_bytes()))
        };
        if let Some(file) = files(desk.folder()).into_iter().find(|file| holds(file)) {
            return Err(format!("the purged text is in {}", file.display()));
        }
    }
    ran("new 'The next' -m x").map(drop)
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            all.extend(files(&entry.path()));
        } else {
            all.push(entry.path());
        }
    }
    all
}

#[test]
fn a_text_that_is_left_and_a_desk_by_half_are_found() {
    let stage = Stage::new();
    let (before, desk) = (tickets(&stage.desk), stage.desk(PURGE));
    desk.ok(PURGE);
    let after = tickets(&desk);
    assert_eq!(judge(&desk.copy(), PURGE, (&before, &after)), Ok(()));
    let left = desk.copy();
    left.file("left.txt", MARK);
    assert!(judge(&left, PURGE, (&before, &after)).unwrap_err().contains("left.txt"));
    desk.ok("close 1");
    assert!(judge(&desk, PURGE, (&before, &after)).unwrap_err().contains("neither"));
}
