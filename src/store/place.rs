//! Where a desk's file lies, and whose it is: what no desk should be trusted in is refused before
//! it is opened.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The files that SQLite keeps beside a desk and believes.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Refuses a file that others could have written, or that is the same file under two names.
///
/// A file is read and written through its log, which lies beside one of its names only; and whoever
/// can write the file or its log decides what tickets say.
///
/// # Errors
/// Exit 8, saying what is wrong and what to do.
pub(super) fn check(path: &Path) -> Result<()> {
    let Ok(meta) = std::fs::metadata(path) else { return Ok(()) };
    if !meta.is_file() {
        return Err(Error::no_desk(format!("{} is not a file", path.display())));
    }
    #[cfg(unix)]
    {
        alone(path, &meta)?;
        // Beside the file itself, not beside a link to it.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        for suffix in BESIDE {
            let log = beside(&path, suffix);
            let Ok(theirs) = std::fs::symlink_metadata(&log) else { continue };
            if !theirs.is_file() {
                return Err(Error::no_desk(format!("{} is not a file", log.display()))
                    .because("SQLite would read it as the desk's log")
                    .hint("look at it, and move it away"));
            }
            alone(&log, &theirs)?;
            same_owner(&log, &theirs, &meta)?;
        }
    }
    Ok(())
}

/// The file that SQLite keeps beside the desk's: `-wal`, `-shm` or `-journal`.
#[must_use]
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(unix)]
fn alone(path: &Path, meta: &std::fs::Metadata) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    let shown = path.display();
    if meta.nlink() > 1 {
        return Err(Error::no_desk(format!("{shown} has a second name (a hard link)"))
            .because("its log would lie beside one of them only, and changes would be lost")
            .hint("copy the file and use the copy"));
    }
    if meta.mode() & 0o022 != 0 {
        return Err(Error::no_desk(format!("others may write {shown}"))
            .because(format!("its mode is {:o}", meta.mode() & 0o7777))
            .hint("if you trust what is in it, take their right away: `chmod go-w` and the file"));
    }
    Ok(())
}

/// A log that somebody else put there would be taken for the desk's own.
#[cfg(unix)]
fn same_owner(log: &Path, theirs: &std::fs::Metadata, desk: &std::fs::Metadata) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    let us = rustix::process::geteuid().as_raw();
    if [desk.uid(), us, 0].contains(&theirs.uid()) {
        return Ok(());
    }
    Err(Error::no_desk(format!("{} is somebody else's", log.display()))
        .because("SQLite would read it as the desk's log")
        .hint("look at it, and move it away"))
}

/// What speaks against the folder that a desk lies in, each in a sentence; nothing where it is well.
#[must_use]
pub fn notes(path: &Path) -> Vec<String> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut notes = Vec::new();
    if let Some(kind) = network(&path) {
        notes.push(format!(
            "the desk lies on a network file system ({kind}): its locks may not hold between machines"
        ));
    }
    if let Some(service) = synced(&path) {
        notes.push(format!(
            "the desk lies in a folder of {service}, which copies files while they are written: \
             keep it elsewhere, and copy exports there"
        ));
    }
    notes.extend(conflicted(&path).into_iter().map(|copy| {
        format!("{} looks like a copy that a sync program made of the desk", copy.display())
    }));
    notes
}

/// The name of the network file system that it lies on.
#[cfg(target_os = "linux")]
fn network(path: &Path) -> Option<&'static str> {
    // The numbers of statfs(2).
    const KINDS: [(i128, &str); 9] = [
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xfe53_4d42, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0x5346_414f, "AFS"),
        (0x00c3_6400, "Ceph"),
        (0x0102_1997, "9P"),
        (0x7375_7245, "Coda"),
        (0x6573_5546, "FUSE, such as sshfs"),
    ];
    // The kernel's number is 32 bits wide, whatever the type.
    let kind = i128::from(rustix::fs::statfs(path).ok()?.f_type) & 0xffff_ffff;
    KINDS.iter().find(|(number, _)| *number == kind).map(|(_, name)| *name)
}

#[cfg(not(target_os = "linux"))]
fn network(_: &Path) -> Option<&'static str> {
    None
}

/// The program that copies the folder to other machines.
fn synced(path: &Path) -> Option<&'static str> {
    const NAMES: [(&str, &str); 9] = [
        ("dropbox", "Dropbox"),
        ("onedrive", "OneDrive"),
        ("google drive", "Google Drive"),
        ("googledrive", "Google Drive"),
        ("mobile documents", "iCloud Drive"),
        ("icloud drive", "iCloud Drive"),
        ("nextcloud", "Nextcloud"),
        ("owncloud", "ownCloud"),
        ("pcloud drive", "pCloud"),
    ];
    const MARKS: [(&str, &str); 3] =
        [(".stfolder", "Syncthing"), (".dropbox", "Dropbox"), (".sync", "Resilio Sync")];
    path.ancestors().skip(1).find_map(|folder| {
        let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase());
        let named = name.and_then(|name| {
            // `OneDrive - Acme`, `Dropbox (Personal)`
            let begins = |(start, _): &&(&str, &str)| {
                name.strip_prefix(start)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '-', '(']))
            };
            NAMES.iter().find(begins).map(|(_, service)| *service)
        });
        // A home folder holds Dropbox's own settings under that name.
        let marked = MARKS.iter().find(|(mark, _)| {
            let mark = folder.join(mark);
            if mark.ends_with(".dropbox") { mark.is_file() } else { mark.is_dir() }
        });
        named.or(marked.map(|(_, service)| *service))
    })
}

/// Files beside it that are called as sync programs call the second of two versions.
fn conflicted(path: &Path) -> Vec<PathBuf> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let (Some(folder), Some(stem)) = (path.parent(), stem) else { return Vec::new() };
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|other| {
            let name = other.file_name().map(|name| name.to_string_lossy().to_lowercase());
            name.is_some_and(|name| {
                name.starts_with(&stem.to_lowercase()) && name.contains("conflict")
            })
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_are_synced_are_known() {
        let folder = tempfile::tempdir().unwrap();
        let desk = |at: &str| {
            let folder = folder.path().join(at);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("tix.db"), "").unwrap();
            folder.join("tix.db")
        };
        assert_eq!(notes(&desk("plain/dropboxes/my onedrive")), [""; 0]);
        for (at, service) in [
            ("Dropbox/a/b", "Dropbox"),
            ("OneDrive - Acme", "OneDrive"),
            ("Google Drive/My Drive", "Google Drive"),
        ] {
            let notes = notes(&desk(at));
            assert!(notes.len() == 1 && notes[0].contains(service), "{at}: {notes:?}");
        }
        let desk = desk("shared/desk");
        std::fs::create_dir(folder.path().join("shared/.stfolder")).unwrap();
        std::fs::write(desk.with_file_name("tix.sync-conflict-20260901-1.db"), "").unwrap();
        let notes = notes(&desk);
        assert!(notes.len() == 2 && notes[0].contains("Syncthing"), "{notes:?}");
        assert!(notes[1].contains("tix.sync-conflict"), "{notes:?}");
    }
}
