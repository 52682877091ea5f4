//! A disk without room.

use std::path::Path;
use std::process::Command;

use crate::it::{Desk, Ran};
use crate::run::{recorded, tix};
use crate::trial::{Outcome, Size, Trial};

pub(crate) const TRIAL: Trial = Trial {
    name: "full",
    promise: "A full disk refuses the change, says so, and keeps all that was there; with room again \
              it goes on",
    method: "Work until nothing fits any more: files held to a length, one length after another, \
             and a disk of 3 MB",
    run,
};

fn run(size: Size, _: u64) -> Outcome {
    let mut outcome = Outcome::default();
    let step = size.pick(48, 4);
    for blocks in (0..960).step_by(step) {
        limited(blocks, &mut outcome);
    }
    for _ in 0..size.pick(1, 10) {
        small_disk(&mut outcome);
    }
    outcome
}

/// What this much text takes on the disk is more than a page or two.
const BODY: usize = 9_000;

/// Works while no file may grow beyond so many blocks of 512 bytes.
fn limited(blocks: usize, outcome: &mut Outcome) {
    let desk = Desk::new();
    let held = |count: u64, line: &str| {
        let inner = tix(&desk, count, line);
        // Where the signal is not ignored, a file that grows too long kills the process.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.arg("-c").arg(script).arg(inner.get_program()).args(inner.get_args());
        command.env_clear().envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Ran::of(&command.output().unwrap())
    };
    let words = ["the disk failed", "the desk's disk failed"];
    let made = fill(&held, &words, outcome);
    outcome.count("limits of a file's length", 1);
    again(&desk, made, outcome);
}

/// Opens tickets until one is refused; returns how many there are. The first is the desk's first.
fn fill(run: &dyn Fn(u64, &str) -> Ran, words: &[&str], outcome: &mut Outcome) -> u64 {
    let mut made = 0;
    let refused = loop {
        let count = made + 1;
        let ran = run(count, &format!("new 'Ticket {count}' -m '{}'", "x".repeat(BODY)));
        if ran.code != 0 || made > 1000 {
            break ran;
        }
        made += 1;
    };
    outcome.count("changes made", made);
    outcome.count("changes refused", 1);
    let clean = refused.code == 1
        && refused.stdout.is_empty()
        && words.iter().any(|words| refused.stderr.contains(words))
        && refused.stderr.contains("room");
    if !clean {
        outcome.damaged(format!("after {made}: exit {}: {}", refused.code, refused.stderr));
    }
    // What is there can be read, though nothing can be written.
    let list = run(made + 1, "list -L 0 -q");
    if made > 0 && (list.code != 0 || list.stdout.lines().count() as u64 != made) {
        outcome.damaged(format!("list after {made}: exit {}: {}", list.code, list.stderr));
    }
    made
}

/// With room again: all is there and the next change is made.
fn again(desk: &Desk, made: u64, outcome: &mut Outcome) {
    let ran = Ran::of(&tix(desk, made + 2, "new 'With room' -m x").output().unwrap());
    if ran.code != 0 {
        outcome.damaged(format!("with room again, after {made}: {}", ran.stderr));
    }
    match recorded(&desk.path("tix.db")) {
        Err(e) => outcome.damaged(format!("after {made}: {e}")),
        Ok(people) => {
            for count in (1..=made).filter(|count| people.get(count) != Some(&2)) {
                outcome.lost(format!("ticket {count} of {made}"));
            }
        }
    }
}

/// Works on a disk of 3 MB of its own, where one can be had.
fn small_disk(outcome: &mut Outcome) {
    let desk = Desk::new();
    let Some(mounted) = Mount::new(desk.folder(), &["-t", "tmpfs", "-o", "size=3m", "tmpfs"])
    else {
        return outcome.skip("the disk of 3 MB, which takes root to mount");
    };
    let ballast = desk.path("ballast");
    std::fs::write(&ballast, vec![1; 200_000]).unwrap();
    let run = |count: u64, line: &str| Ran::of(&tix(&desk, count, line).output().unwrap());
    let made = fill(&run, &["the disk is full; nothing was changed"], outcome);
    outcome.count("disks filled", 1);
    std::fs::remove_file(ballast).unwrap();
    again(&desk, made, outcome);
    drop(mounted);
}

/// Something mounted on a folder, for as long as this lives.
pub(crate) struct Mount<'a>(&'a Path);

impl<'a> Mount<'a> {
    /// None where it cannot be mounted.
    pub(crate) fn new(folder: &'a Path, words: &[&str]) -> Option<Self> {
        let mount = Command::new("mount").args(words).arg(folder).output();
        mount.ok().filter(|output| output.status.success()).map(|_| Self(folder))
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(self.0).output());
    }
}

#[test]
fn a_refusal_that_says_something_else_and_a_lost_ticket_are_found() {
    let desk = Desk::new();
    let run = |count: u64, line: &str| match count {
        ..4 => Ran::of(&tix(&desk, count, line).output().unwrap()),
        _ => Ran { stdout: String::new(), stderr: "error: oh".to_owned(), code: 1 },
    };
    let mut outcome = Outcome::default();
    // The refusal names no disk, and the list cannot be read.
    assert_eq!(fill(&run, &["the disk is full"], &mut outcome), 3);
    assert_eq!(outcome.losses(), (0, 2));
    again(&desk, 4, &mut outcome);
    assert_eq!(outcome.losses(), (1, 2));
}
