//! Places where nothing may be written.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::full::Mount;
use crate::it::{Desk, Ran};
use crate::run::tix;
use crate::trial::{Outcome, Size, Trial};

pub(crate) const TRIAL: Trial = Trial {
    name: "read-only",
    promise: "Where a desk may only be read it is read, and a change is refused with nothing touched",
    method: "Read and change desks whose folder, file or disk may not be written, with and without \
             a log beside them",
    run,
};

/// What may not be written.
#[derive(Clone, Copy, Debug)]
enum Shut {
    /// Everything may be written, for once.
    Nothing,
    Folder,
    File,
    Both,
    Disk,
}

/// What lies beside the desk.
#[derive(Clone, Copy, Debug)]
enum Beside {
    /// Its log and the log's index, as commands leave them.
    Log,
    /// Nothing: its log was folded in.
    Nothing,
    /// Its log alone: without the index it cannot be read, and the file alone is not the whole desk.
    Alone,
}

fn run(size: Size, _: u64) -> Outcome {
    let mut outcome = Outcome::default();
    for _ in 0..size.pick(1, 5) {
        for shut in [Shut::Folder, Shut::File, Shut::Both, Shut::Disk] {
            for beside in [Beside::Log, Beside::Nothing, Beside::Alone] {
                place(shut, beside, &mut outcome);
            }
        }
    }
    outcome
}

/// A desk with this beside it, and what it answers.
fn laid(beside: Beside) -> (Desk, [(&'static str, String); 2]) {
    let desk = Desk::new();
    for line in ["new One -m 'It burns.'", "close 1"] {
        assert!(tix(&desk, 1, line).output().unwrap().status.success());
    }
    if matches!(beside, Beside::Nothing) {
        let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    }
    let log = std::fs::metadata(desk.path("tix.db-wal")).map_or(0, |meta| meta.len());
    assert_eq!(log == 0, matches!(beside, Beside::Nothing));
    // For the disk that is mounted again as it is.
    all(&desk, 0o644);
    let expected = ["list --all --json", "show 1 --json"].map(|line| {
        let ran = Ran::of(&tix(&desk, 9, line).output().unwrap());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        (line, ran.stdout)
    });
    if matches!(beside, Beside::Alone) {
        std::fs::remove_file(desk.path("tix.db-shm")).unwrap();
    }
    (desk, expected)
}

fn place(shut: Shut, beside: Beside, outcome: &mut Outcome) {
    let (desk, expected) = laid(beside);
    mode(desk.folder(), 0o755);
    let _mounted = match shut {
        Shut::Disk => {
            let words = ["-o", "bind,ro", desk.folder().to_str().unwrap()];
            let Some(mounted) = Mount::new(desk.folder(), &words) else {
                return outcome.skip("a disk that is read-only, which takes root to mount");
            };
            Some(mounted)
        }
        _ => None,
    };
    close(&desk, shut);
    let before = contents(desk.folder());
    let place = format!("{shut:?} shut, {beside:?} beside");
    for (line, expected) in expected {
        let ran = by_another(&desk, line);
        outcome.count("reads", 1);
        let unread =
            matches!((shut, beside), (Shut::Folder | Shut::Both | Shut::Disk, Beside::Alone))
                && ran.code == 1
                && ran.stdout.is_empty()
                && ran.stderr.contains("a log beside it");
        outcome.count("of them refused, as the log cannot be read", u64::from(unread));
        if !unread && (ran.code != 0 || ran.stdout != expected) {
            outcome.damaged(format!("{place}: `{line}`: exit {}: {}", ran.code, ran.stderr));
        }
    }
    for line in ["new Three -m x", "comment 1 -m x", "undo", "label +a 1"] {
        let ran = by_another(&desk, line);
        outcome.count("changes refused", 1);
        let clean = matches!(ran.code, 1 | 8)
            && ran.stdout.is_empty()
            && ran.stderr.contains("error: ")
            && ran.stderr.contains("  try: ");
        if !clean {
            outcome.damaged(format!("{place}: `{line}`: exit {}: {}", ran.code, ran.stderr));
        }
    }
    if contents(desk.folder()) != before {
        outcome.damaged(format!("{place}: something was written"));
    }
    open(&desk);
}

/// Takes the right to write away.
fn close(desk: &Desk, shut: Shut) {
    let (folder, file) = match shut {
        Shut::Folder => (0o555, 0o644),
        Shut::File => (0o777, 0o444),
        Shut::Both => (0o555, 0o444),
        Shut::Nothing => return give(desk),
        Shut::Disk => return,
    };
    all(desk, file);
    mode(desk.folder(), folder);
}

/// Makes it theirs who run the commands.
fn give(desk: &Desk) {
    for path in files(desk.folder()).iter().map(PathBuf::as_path).chain([desk.folder()]) {
        let owner = if root() { Some(65534) } else { None };
        std::os::unix::fs::chown(path, owner, owner).unwrap();
    }
}

fn root() -> bool {
    let own = std::fs::metadata("/proc/self");
    own.is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0)
}

fn open(desk: &Desk) {
    drop(std::fs::set_permissions(desk.folder(), PermissionsExt::from_mode(0o755)));
}

fn all(desk: &Desk, to: u32) {
    for path in files(desk.folder()) {
        mode(&path, to);
    }
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

/// Runs it as somebody for whom a mode counts: for root none does.
fn by_another(desk: &Desk, line: &str) -> Ran {
    let inner = tix(desk, 9, line);
    let mut command = if root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(inner.get_program());
        command
    } else {
        Command::new(inner.get_program())
    };
    command.args(inner.get_args()).current_dir(inner.get_current_dir().unwrap());
    command.env_clear().envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Ran::of(&command.output().unwrap())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    all.filter(|path| path.is_file()).collect()
}

/// The desk and its log; the log's index is SQLite's own affair.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let all = files(folder).into_iter().filter(|path| !path.to_string_lossy().ends_with("-shm"));
    all.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn a_change_where_none_should_be_made_is_found() {
    let mut outcome = Outcome::default();
    place(Shut::Nothing, Beside::Log, &mut outcome);
    let (_, damaged) = outcome.losses();
    assert!(damaged > 0);
}
