//! Where a desk lies: the disk, who may read it, and what else lies there.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use super::{note, ok};
use crate::domain::event::size_in_words;
use crate::store;
use crate::view::Check;

/// Kinds of file systems on which locks are not to be relied on.
const REMOTE: [&str; 10] =
    ["nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "davfs", "fuse.davfs2"];

/// Folders that programs copy to other machines behind everybody's back.
const SYNCED: [&str; 8] = [
    "dropbox",
    "onedrive",
    "google drive",
    "googledrive",
    "nextcloud",
    "owncloud",
    "mobile documents",
    "syncthing",
];

/// How much room a desk should have at least, in bytes.
const ROOM: u64 = 64 << 20;

pub(super) fn checks(desk: &Path) -> Vec<Check> {
    let path = desk.canonicalize().unwrap_or_else(|_| desk.to_owned());
    let mut checks = vec![sqlite(&path)];
    checks.extend(disk(&path));
    checks.extend(permissions(&path));
    checks.extend(others(&path));
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

/// The kind of file system, and how much room there is.
fn disk(path: &Path) -> Vec<Check> {
    let mut checks = Vec::new();
    let kind = mounted(path);
    let free = free(path);
    let words = [kind.clone(), free.map(|free| format!("{} free", size_in_words(free)))];
    let words: Vec<String> = words.into_iter().flatten().collect();
    let found = words.join(", ");
    let size = std::fs::metadata(path).map_or(0, |meta| meta.len());
    if kind.as_deref().is_some_and(|kind| REMOTE.contains(&kind)) {
        let hint = "keep the desk on a disk of this machine: locks are not safe elsewhere";
        checks.push(note("disk", found, hint));
    } else if free.is_some_and(|free| free < ROOM.max(2 * size)) {
        let hint = "a backup and a long import need as much room as the desk and more";
        checks.push(note("disk", found, hint));
    } else if !found.is_empty() {
        checks.push(ok("disk", found));
    }
    checks
}

/// The kind of the file system that `path` is on, where the system tells.
fn mounted(path: &Path) -> Option<String> {
    let table = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    let mounts = table.lines().filter_map(|line| {
        let (left, right) = line.split_once(" - ")?;
        let point = left.split(' ').nth(4)?.replace("\\040", " ");
        path.starts_with(&point).then(|| (point.len(), right.split(' ').next().unwrap_or_default()))
    });
    // Of two on one place the later hides the earlier.
    mounts.max_by_key(|(length, _)| *length).map(|(_, kind)| kind.to_owned())
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

/// Who may read the desk and what belongs to it.
#[cfg(unix)]
fn permissions(path: &Path) -> Vec<Check> {
    use std::os::unix::fs::MetadataExt;
    let mut wide = Vec::new();
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let file = PathBuf::from(name);
        let open = |meta: &Metadata| meta.mode() & 0o077 != 0;
        if std::fs::metadata(&file).is_ok_and(|meta| open(&meta)) {
            wide.push(file);
        }
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    let written = |meta: &Metadata| meta.mode() & 0o022 != 0 && meta.mode() & 0o1000 == 0;
    let mut checks = Vec::new();
    if let Some(file) = wide.first() {
        let found = format!("others may read {}", file.display());
        checks.push(note("permissions", found, "take their rights away: mode 600"));
    } else if std::fs::metadata(folder).is_ok_and(|meta| written(&meta)) {
        let found = format!("others may write in {}", folder.display());
        checks.push(note("permissions", found, "take their rights away: mode 700"));
    } else {
        checks.push(ok("permissions", "only you read it"));
    }
    if std::fs::metadata(path).is_ok_and(|meta| meta.nlink() > 1) {
        let hint = "keep one name: what is changed under another is lost";
        checks.push(note("names", "the file has another name too (a hard link)", hint));
    }
    checks
}

#[cfg(not(unix))]
fn permissions(_: &Path) -> Vec<Check> {
    Vec::new()
}

/// Programs that copy folders between machines, and what they leave when two changed.
fn others(path: &Path) -> Vec<Check> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase());
    let stem = stem.unwrap_or_default();
    let mut checks = Vec::new();
    let synced = path.ancestors().skip(1).find(|folder| {
        let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase());
        name.is_some_and(|name| SYNCED.iter().any(|known| name.starts_with(known)))
            || folder.join(".stfolder").exists()
    });
    if let Some(synced) = synced {
        let found = format!("{} is copied to other machines", synced.display());
        let hint = "keep the desk elsewhere: two machines that write it there lose changes";
        checks.push(note("folder", found, hint));
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let conflicts: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| {
            let name = name.to_lowercase();
            name.starts_with(&stem) && name.contains("conflict")
        })
        .collect();
    if let [first, ..] = conflicts.as_slice() {
        let found = format!("another copy lies beside it: {first}");
        let hint = "it may hold changes that this one lacks: `tix --db COPY log` shows them";
        checks.push(note("folder", found, hint));
    }
    checks
}
