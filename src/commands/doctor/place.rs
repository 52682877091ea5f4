//! Where a desk lies: the disk, who may read it, and what else lies there.

use std::path::Path;

use super::{note, ok};
use crate::domain::event::size_in_words;
use crate::store;
use crate::view::Check;

/// How much room a desk should have at least, in bytes.
const ROOM: u64 = 64 << 20;

pub(super) fn checks(desk: &Path) -> Vec<Check> {
    let path = desk.canonicalize().unwrap_or_else(|_| desk.to_owned());
    let mut checks = vec![sqlite(&path)];
    checks.extend(disk(&path));
    checks.extend(permissions(&path));
    let hint =
        "keep the desk on a disk of this machine, where nothing copies it while it is written";
    checks.extend(store::notes_of_place(&path).into_iter().map(|found| note("place", found, hint)));
    checks
}

fn sqlite(path: &Path) -> Check {
    let version = store::sqlite_version();
    let found = |mode: &str| format!("SQLite {version}, journal mode {mode}");
    match store::journal_mode(path) {
        Ok(mode) if mode == "wal" => ok("database", found("wal, synchronous full")),
        Ok(mode) => {
            note("database", found(&mode), "the next change sets the mode to wal by itself")
        }
        // What is wrong is said of the file.
        Err(_) => ok("database", format!("SQLite {version}")),
    }
}

/// How much room there is.
fn disk(path: &Path) -> Option<Check> {
    let free = free(path)?;
    let found = format!("{} free", size_in_words(free));
    let size = std::fs::metadata(path).map_or(0, |meta| meta.len());
    if free < ROOM.max(2 * size) {
        let hint = "a backup and a long import need as much room as the desk and more";
        return Some(note("disk", found, hint));
    }
    Some(ok("disk", found))
}

#[cfg(unix)]
fn free(path: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(path).ok()?;
    Some(told.f_bavail.saturating_mul(told.f_frsize))
}

#[cfg(not(unix))]
fn free(_: &Path) -> Option<u64> {
    None
}

/// Who may read the desk and what belongs to it; that others write it is refused anyway.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "none where files have no modes")]
fn permissions(path: &Path) -> Option<Check> {
    use std::os::unix::fs::MetadataExt;
    let mode = |path: &Path| std::fs::metadata(path).map_or(0, |meta| meta.mode());
    for end in ["", "-wal", "-shm"] {
        let file = store::beside(path, end);
        if mode(&file) & 0o077 != 0 {
            let found = format!("others may read {}", file.display());
            return Some(note("permissions", found, "take their rights away: mode 600"));
        }
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    if mode(folder) & 0o022 != 0 && mode(folder) & 0o1000 == 0 {
        let found = format!("others may write in {}", folder.display());
        return Some(note("permissions", found, "take their rights away: mode 700"));
    }
    Some(ok("permissions", "only you read it"))
}

#[cfg(not(unix))]
fn permissions(_: &Path) -> Option<Check> {
    None
}
