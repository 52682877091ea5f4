//! Several machines that share a desk through a real git, each a home of its own with the real
//! program: they work, sync, are killed, copied, put back and led astray, and meet again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::dice::Dice;
use crate::it::{Desk, Ran, git};
use crate::run::{line, recorded, tix};
use crate::trial::{Outcome, Trial};

pub(crate) const TRIAL: Trial = Trial {
    name: "sync",
    promise: "Machines that share a desk end equal, and lose no acknowledged change",
    method: "Let three machines work, sync, be killed while they sync, go back to older copies, lose \
             their caches, carry files and have wrong clocks, while the remote is put back, too; \
             then let them meet",
    run: |size, seed| {
        let mut outcome = Outcome::default();
        for n in 0..size.pick(3, 300) {
            history(seed.wrapping_mul(7919).wrapping_add(n), size.pick(30, 50), &mut outcome);
        }
        outcome
    },
};

/// How many machines there are.
const MACHINES: usize = 3;

/// A year after everything else, in minutes.
const LATE: u64 = 500_000;

/// A machine, and what was acknowledged there.
struct Machine {
    desk: Desk,
    /// Acknowledged and not sent yet, as far as is known.
    waits: BTreeSet<u64>,
    /// Copies of the desk's file, each with what waited then.
    copies: Vec<(PathBuf, BTreeSet<u64>)>,
    /// Its clock, in minutes beyond the true one.
    ahead: i64,
}

struct World {
    folder: tempfile::TempDir,
    machines: Vec<Machine>,
    count: u64,
    /// What somebody was told is done, and how many entries that makes.
    acked: BTreeMap<u64, Option<u64>>,
    /// What a copy that was put back did not have yet, and nobody else.
    dropped: BTreeSet<u64>,
    /// How the remote was, before.
    past: Vec<BTreeMap<String, String>>,
    /// The remote was put back: what it had may be nowhere once a machine goes back, too.
    forgot: bool,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "--quiet", "--bare", "desk.git"]);
        let machine = |_| {
            let (waits, copies) = (BTreeSet::new(), Vec::new());
            Machine { desk: Desk::new(), waits, copies, ahead: 0 }
        };
        let machines: Vec<Machine> = (0..MACHINES).map(machine).collect();
        let (acked, dropped, past) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
        let mut world = Self { folder, machines, count: 0, acked, dropped, past, forgot: false };
        // Two of them are one person's.
        for n in 0..MACHINES {
            if n == 2 {
                let key = world.ok(0, "key export").stdout;
                let path = world.machines[2].desk.path("key.txt");
                std::fs::write(&path, key).unwrap();
                let mine = std::os::unix::fs::PermissionsExt::from_mode(0o600);
                std::fs::set_permissions(&path, mine).unwrap();
            } else {
                world.ok(n, "key new");
            }
        }
        let remote = world.remote();
        world.ok(0, &format!("sync init {remote}"));
        for n in 1..MACHINES {
            let said = world.ok(0, "sync status --json").stdout;
            let digits = of(&said, "fingerprint");
            world.ok(n, &format!("sync join {remote} --fingerprint {digits}"));
            if n == 1 {
                let own = of(&world.ok(n, "key show --json").stdout, "fingerprint");
                world.ok(0, &format!("sync members add --fingerprint {own}"));
            }
            world.ok(n, "sync");
        }
        world
    }

    fn remote(&self) -> String {
        format!("file://{}", self.folder.path().join("desk.git").display())
    }

    /// The command for `line` on machine `n`, by the next person.
    fn command(&mut self, n: usize, line: &str) -> Command {
        self.count += 1;
        let machine = &self.machines[n];
        let minute = self.count.saturating_add_signed(machine.ahead);
        let mut command = tix(&machine.desk, minute, line);
        command.env("TIX_USER", format!("S{0} <s{0}@trial.example>", self.count));
        if n == 2 && machine.desk.path("key.txt").exists() {
            command.env("TIX_KEY", machine.desk.path("key.txt"));
        }
        command
    }

    fn ran(&mut self, n: usize, line: &str) -> Ran {
        Ran::of(&self.command(n, line).output().unwrap())
    }

    #[track_caller]
    fn ok(&mut self, n: usize, line: &str) -> Ran {
        let ran = self.ran(n, line);
        assert_eq!(ran.code, 0, "machine {n}: `{line}`\n{}{}", ran.stdout, ran.stderr);
        ran
    }

    /// Somebody works on machine `n`.
    fn work(&mut self, n: usize, dice: &mut Dice) {
        let ids = self.ok(n, "list --all -q -L 0").stdout;
        let ids: Vec<&str> = ids.lines().collect();
        let desk = &self.machines[n].desk;
        // Nobody is there: an import is for another trial.
        let (line, entries) = line(desk, self.count + 1, dice, ids.len() as u64);
        if line.starts_with("import") {
            return;
        }
        // The place in the list stands for the ticket.
        let words = line.split(' ').map(|word| match word.parse::<usize>() {
            Ok(place) if place <= ids.len() => ids[place - 1],
            _ => word,
        });
        let line = words.collect::<Vec<_>>().join(" ");
        let ran = self.ran(n, &line);
        if ran.code == 0 {
            self.acked.insert(self.count, entries);
            self.machines[n].waits.insert(self.count);
        } else {
            assert!([3, 4].contains(&ran.code), "`{line}`\n{}{}", ran.stdout, ran.stderr);
        }
    }

    /// Machine `n` syncs, and may be killed meanwhile.
    fn sync(&mut self, n: usize, killed: Option<Duration>, outcome: &mut Outcome) {
        self.past.push(self.branches());
        let mut command = self.command(n, "sync");
        let Some(after) = killed else {
            let ran = Ran::of(&command.output().unwrap());
            outcome.count("syncs", 1);
            match ran.code {
                0 => self.machines[n].waits.clear(),
                5 | 7 => outcome.count("of them told to look", 1),
                _ => outcome.damaged(format!("sync: {}: {}", ran.code, ran.stderr)),
            }
            return;
        };
        let mut child = command.spawn().unwrap();
        std::thread::sleep(after);
        child.kill().unwrap();
        let struck = !child.wait_with_output().unwrap().status.success();
        outcome.count("kills that struck a sync", u64::from(struck));
    }

    fn branches(&self) -> BTreeMap<String, String> {
        let form = "--format=%(refname) %(objectname)";
        let refs = git(&self.folder.path().join("desk.git"), &["for-each-ref", form]);
        let pairs = refs.lines().filter_map(|line| line.split_once(' '));
        pairs.map(|(name, at)| (name.to_owned(), at.to_owned())).collect()
    }

    /// The host puts all branches but that of the members back to where they were.
    fn rewind(&mut self, dice: &mut Dice) {
        if self.past.is_empty() {
            return;
        }
        let (past, remote) = (dice.pick(&self.past), self.folder.path().join("desk.git"));
        for (name, at) in self.branches() {
            match past.get(&name) {
                _ if name.ends_with("/circle") => {}
                Some(before) if *before != at => {
                    drop(git(&remote, &["update-ref", &name, before]));
                }
                Some(_) => {}
                None => drop(git(&remote, &["update-ref", "-d", &name])),
            }
        }
        self.forget();
    }

    /// What no machine has any more now is lost by rights.
    fn forget(&mut self) {
        self.forgot = true;
        let files = self.machines.iter().map(|machine| machine.desk.path("tix.db"));
        let here: BTreeSet<u64> =
            files.flat_map(|file| recorded(&file).unwrap().into_keys()).collect();
        self.dropped.extend(self.acked.keys().filter(|count| !here.contains(*count)));
    }

    /// A copy of the desk's file is made, behind tix's back, while nobody has it open.
    fn keep(&mut self, n: usize) {
        let machine = &mut self.machines[n];
        let copy = machine.desk.path(&format!("copy-{}.db", machine.copies.len()));
        duplicate(&machine.desk.path("tix.db"), &copy);
        machine.copies.push((copy, machine.waits.clone()));
    }

    /// A copy takes the desk's place: with `tix restore`, or behind tix's back.
    fn put_back(&mut self, n: usize, dice: &mut Dice) {
        let machine = &mut self.machines[n];
        if machine.copies.is_empty() {
            return;
        }
        let (copy, then) = dice.pick(&machine.copies);
        let gone: Vec<u64> = machine.waits.difference(&then).copied().collect();
        self.dropped.extend(gone);
        // What waited then may have been sent since, which the copy does not know.
        machine.waits = then;
        if dice.one_in(2) {
            duplicate(&copy, &machine.desk.path("tix.db"));
        } else {
            self.ok(n, &format!("restore --yes {}", copy.display()));
        }
        if self.forgot {
            self.forget();
        }
    }

    fn step(&mut self, dice: &mut Dice, outcome: &mut Outcome) {
        let n = dice.below(MACHINES);
        match dice.below(20) {
            0..9 => self.work(n, dice),
            9..13 => self.sync(n, None, outcome),
            13 | 14 => {
                let moment = u64::try_from(dice.below(120)).unwrap();
                self.sync(n, Some(Duration::from_millis(moment)), outcome);
            }
            15 => self.keep(n),
            16 => self.put_back(n, dice),
            17 => {
                drop(std::fs::remove_dir_all(self.machines[n].desk.path(".cache")));
            }
            18 => {
                let (file, to) = (self.folder.path().join("stick"), dice.below(MACHINES));
                let ran = self.ran(n, &format!("sync bundle export --force {}", file.display()));
                assert!([0, 7].contains(&ran.code), "{}", ran.stderr);
                if ran.code == 0 {
                    let ran = self.ran(to, &format!("sync bundle import {}", file.display()));
                    assert!([0, 7].contains(&ran.code), "{}", ran.stderr);
                }
            }
            _ if dice.one_in(3) => self.rewind(dice),
            _ => {
                let days = i64::try_from(dice.below(7)).unwrap() - 3;
                self.machines[n].ahead = days * 24 * 60;
            }
        }
    }

    /// Everybody meets, a year later.
    fn meet(&mut self, outcome: &mut Outcome) {
        for round in 0..4 {
            for n in 0..MACHINES {
                self.machines[n].ahead = i64::try_from(LATE).unwrap();
                let ran = self.ran(n, "sync");
                if round == 3 && ran.code != 0 {
                    outcome.damaged(format!("the last sync: {}: {}", ran.code, ran.stderr));
                }
            }
        }
    }

    /// Are all equal and sound, and is everything there that was acknowledged?
    fn judge(&mut self, outcome: &mut Outcome) -> Result<(), String> {
        let first = self.ok(0, "export jsonl").stdout;
        let people = recorded(&self.machines[0].desk.path("tix.db"))?;
        for n in 1..MACHINES {
            if self.ok(n, "export jsonl").stdout != first {
                return Err(format!("machine {n} is not as the first"));
            }
            let theirs = recorded(&self.machines[n].desk.path("tix.db"))?;
            if theirs != people {
                return Err(format!("machine {n} has other entries than the first"));
            }
        }
        for (count, entries) in &self.acked {
            let found = people.get(count).copied();
            let whole = match (entries, found) {
                (_, None) => self.dropped.contains(count),
                (Some(entries), Some(found)) => *entries == found,
                (None, Some(_)) => true,
            };
            // A change may be nothing: an undo of what was undone.
            if !whole && (entries.is_some() || found.is_some()) {
                outcome.lost(format!("change {count}: {entries:?} entries, {found:?} are there"));
            }
        }
        outcome.count("acknowledged changes", self.acked.len() as u64);
        Ok(())
    }
}

fn history(seed: u64, steps: u64, outcome: &mut Outcome) {
    let (mut world, mut dice) = (World::new(), Dice::new(seed));
    for _ in 0..steps {
        world.step(&mut dice, outcome);
    }
    world.meet(outcome);
    outcome.count("histories", 1);
    if let Err(how) = world.judge(outcome) {
        outcome.damaged(format!("seed {seed}: {how}"));
    }
}

/// The text of a field of a document.
fn of(json: &str, field: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    format!("'{}'", value["data"][field].as_str().unwrap())
}

/// Copies a desk's file and what lies beside it.
fn duplicate(from: &Path, to: &Path) {
    for end in ["", "-wal", "-shm"] {
        let beside = |path: &Path| PathBuf::from(format!("{}{end}", path.display()));
        drop(std::fs::remove_file(beside(to)));
        if end != "-shm" && beside(from).exists() {
            std::fs::copy(beside(from), beside(to)).unwrap();
        }
    }
}

#[test]
fn a_machine_that_forgets_is_found() {
    let (mut world, mut outcome) = (World::new(), Outcome::default());
    world.keep(1);
    world.ok(1, "new One -m x");
    world.acked.insert(world.count, Some(2));
    world.meet(&mut outcome);
    world.judge(&mut outcome).unwrap();
    assert_eq!(outcome.losses(), (0, 0));
    // One machine has an older file, and nobody syncs again.
    let copy = world.machines[1].copies[0].0.clone();
    duplicate(&copy, &world.machines[1].desk.path("tix.db"));
    assert!(world.judge(&mut outcome).is_err());
    // All have forgotten what was acknowledged.
    world.acked.insert(4711, Some(2));
    duplicate(&world.machines[0].desk.path("tix.db"), &world.machines[1].desk.path("tix.db"));
    world.judge(&mut outcome).unwrap();
    assert_eq!(outcome.losses(), (1, 0));
}
