//! The folder in which a desk's automatic copies lie, and which of them are kept.
//!
//! A desk has a folder of its own there, named after its file and its place. A copy is
//! `20260901T091500Z-import.db`: when it was made, in UTC, and before what. It has that name only
//! once it was found sound.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::config::Keep;
use crate::domain::ids::Timestamp;
use crate::error::{Error, Result};
use crate::io;

/// How a copy's moment is written in its name.
const MOMENT: &str = "%Y%m%dT%H%M%SZ";

/// The note about the last copy that somebody made where they wanted it.
const LAST: &str = "last.json";

/// How many copies are kept at most of the days of which all are.
const NEWEST: usize = 20;

/// How a file begins that may become a copy.
const PART: &str = ".tix-copy-";

const DAY: i64 = 86_400_000;

/// One automatic copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Its file.
    pub path: PathBuf,
    /// When it was made.
    pub at: Timestamp,
    /// Before what, or `backup`.
    pub reason: String,
    /// Bytes.
    pub size: u64,
    /// Which it is of those of one moment.
    count: u32,
}

/// A copy that somebody made where they wanted it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// When it was found sound.
    pub at: Timestamp,
    /// Where.
    pub file: String,
}

/// The folder of one desk's copies.
#[derive(Clone, Debug)]
pub struct Backups {
    folder: PathBuf,
}

impl Backups {
    /// Those of the desk at `desk`, below `root`.
    #[must_use]
    pub fn of(root: &Path, desk: &Path) -> Self {
        let place = desk.canonicalize().or_else(|_| std::path::absolute(desk));
        let place = place.unwrap_or_else(|_| desk.to_owned());
        let hash = blake3::hash(place.as_os_str().as_encoded_bytes()).to_hex();
        let stem = place.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let stem: String = stem.unwrap_or_default().chars().take(40).map(plain).collect();
        Self { folder: root.join(format!("{stem}-{}", &hash[..8])) }
    }

    /// The folder, which need not exist.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All of them, newest first.
    #[must_use]
    pub fn all(&self) -> Vec<Backup> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut all: Vec<Backup> = entries.filter_map(|entry| backup_at(&entry.path())).collect();
        all.sort_by_key(|backup| std::cmp::Reverse((backup.at, backup.count)));
        all
    }

    /// An empty file that may become one: it is gone when it is let go before that.
    ///
    /// # Errors
    /// Exit 1 when the folder cannot be written.
    pub fn begin(&self) -> Result<NamedTempFile> {
        let cannot = |e: std::io::Error| {
            Error::failed(format!("no copy can be kept in {}", self.folder.display())).because(e)
        };
        io::private_folder(&self.folder).map_err(cannot)?;
        part(&self.folder).map_err(cannot)
    }

    /// Gives a sound copy its name, and then takes away those that are not kept any more.
    ///
    /// # Errors
    /// Exit 1 when it cannot be renamed.
    pub fn add(
        &self,
        file: NamedTempFile,
        (at, reason): (Timestamp, &str),
        keep: Keep,
    ) -> Result<Backup> {
        let moment = at.utc().format(MOMENT);
        let mut file = file;
        for count in 1..1000 {
            let end = if count == 1 { String::new() } else { format!("-{count}") };
            let path = self.folder.join(format!("{moment}-{reason}{end}.db"));
            match file.persist_noclobber(&path) {
                Ok(_) => {
                    io::sync_folder(&path)?;
                    self.prune(at, keep, &path);
                    return backup_at(&path)
                        .ok_or_else(|| Error::failed(format!("{} is gone", path.display())));
                }
                Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => file = e.file,
                Err(e) => {
                    return Err(Error::failed(format!("{} cannot be written", path.display()))
                        .because(e.error));
                }
            }
        }
        Err(Error::failed(format!("{} is full of copies", self.folder.display())))
    }

    /// Puts a sound file in the place of one of them.
    ///
    /// # Errors
    /// Exit 1 when it cannot be renamed.
    pub fn replace(&self, backup: &Backup, file: NamedTempFile) -> Result<()> {
        file.persist(&backup.path).map_err(|e| {
            Error::failed(format!("{} cannot be written", backup.path.display())).because(e.error)
        })?;
        Ok(io::sync_folder(&backup.path)?)
    }

    /// Takes one of them away.
    ///
    /// # Errors
    /// Exit 1 when it cannot be removed.
    pub fn remove(&self, backup: &Backup) -> Result<()> {
        std::fs::remove_file(&backup.path).map_err(|e| {
            Error::failed(format!("the copy {} cannot be removed", backup.path.display()))
                .because(e)
        })
    }

    /// Takes away the copies that are not kept any more: nothing but what tix made here.
    fn prune(&self, now: Timestamp, keep: Keep, new: &Path) {
        let all = self.all();
        let kept = kept(&all, now, keep);
        for backup in all.iter().filter(|it| it.path != new && !kept.contains(&it.path)) {
            if is_desk(&backup.path) {
                drop(std::fs::remove_file(&backup.path));
            }
        }
    }

    /// When a copy was last found sound, and where that is.
    #[must_use]
    pub fn last(&self) -> Option<Last> {
        let text = std::fs::read_to_string(self.folder.join(LAST)).ok();
        let noted: Option<Last> = text.and_then(|text| serde_json::from_str(&text).ok());
        let newest = self.all().into_iter().next();
        let newest = newest.map(|it| Last { at: it.at, file: it.path.display().to_string() });
        [noted, newest].into_iter().flatten().max_by_key(|last| last.at)
    }

    /// Notes that a copy elsewhere was found sound.
    ///
    /// # Errors
    /// Exit 1 when it cannot be written.
    pub fn note(&self, last: &Last) -> Result<()> {
        use std::io::Write;
        let mut file = self.begin()?;
        file.write_all(serde_json::to_string(last).map_err(std::io::Error::from)?.as_bytes())?;
        file.persist(self.folder.join(LAST)).map_err(|e| e.error)?;
        Ok(())
    }
}

/// An empty file of one's own in `folder` that is gone when it is let go, unless it gets a name. It is
/// held by a lock, so that what tix was killed over is told from what it is at.
///
/// # Errors
/// When none can be made.
pub fn part(folder: &Path) -> std::io::Result<NamedTempFile> {
    sweep(folder);
    loop {
        let file = tempfile::Builder::new().prefix(PART).suffix(".db").tempfile_in(folder)?;
        drop(file.as_file().try_lock());
        // Somebody may have swept just before that.
        if file.path().exists() {
            return Ok(file);
        }
    }
}

/// Takes away what was never finished in `folder`, because tix was killed: it holds what the desk held.
pub fn sweep(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with(PART) {
            continue;
        }
        // SQLite's journal of it belongs to it.
        let whose = folder.join(name.strip_suffix("-journal").unwrap_or(&name));
        let let_go = || File::open(whose).map_or(true, |file| file.try_lock().is_ok());
        let modified = entry.metadata().and_then(|meta| meta.modified()).ok();
        let age = modified.and_then(|at| at.elapsed().ok());
        if let_go() || age.is_some_and(|age| age.as_secs() > 86_400) {
            drop(std::fs::remove_file(entry.path()));
        }
    }
}

/// The copy that this file is, by its name.
fn backup_at(path: &Path) -> Option<Backup> {
    let meta = std::fs::symlink_metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    let name = path.file_name()?.to_str()?.strip_suffix(".db")?;
    let (moment, reason) = name.split_once('-')?;
    let at = NaiveDateTime::parse_from_str(moment, MOMENT).ok()?.and_utc();
    let counted = reason.rsplit_once('-').and_then(|(it, end)| Some((it, end.parse().ok()?)));
    let (reason, count) = counted.unwrap_or((reason, 1));
    let (path, reason) = (path.to_owned(), reason.to_owned());
    Some(Backup { path, at: at.into(), reason, size: meta.len(), count })
}

/// Does the file say of itself that it is a desk?
fn is_desk(path: &Path) -> bool {
    let mut head = [0; 72];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head.starts_with(b"SQLite format 3\0") && head[68..72] == *b"tix1"
}

/// Which of the copies, newest first, are kept.
fn kept(all: &[Backup], now: Timestamp, keep: Keep) -> Vec<PathBuf> {
    let age = |backup: &Backup| now.0.saturating_sub(backup.at.0);
    let (days, weeks) = (i64::from(keep.days) * DAY, i64::from(keep.weeks) * 7 * DAY);
    let week = |at: DateTime<Utc>| (at.iso_week().year(), at.iso_week().week());
    let mut seen = Vec::new();
    let mut kept = Vec::new();
    for (place, backup) in all.iter().enumerate() {
        let recent = age(backup) <= days && place < NEWEST;
        let first = age(backup) <= days + weeks && !seen.contains(&week(backup.at.utc()));
        if place == 0 || recent || first {
            kept.push(backup.path.clone());
            seen.push(week(backup.at.utc()));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_788_253_200_000);

    fn ages(hours: &[i64]) -> Vec<Backup> {
        let one = |hours: &i64| Backup {
            path: PathBuf::from(format!("{hours}")),
            at: Timestamp(NOW.0 - hours * 3_600_000),
            reason: "import".to_owned(),
            size: 1,
            count: 1,
        };
        hours.iter().map(one).collect()
    }

    fn left(hours: &[i64], keep: Keep) -> Vec<i64> {
        let kept = kept(&ages(hours), NOW, keep);
        kept.iter().map(|path| path.to_str().unwrap().parse().unwrap()).collect()
    }

    #[test]
    fn all_of_some_days_are_kept_then_one_a_week() {
        let hours: Vec<i64> = (0..20 * 7).map(|half_days| half_days * 12).collect();
        let left = left(&hours, Keep::default());
        assert_eq!(&left[..15], &hours[..15]);
        // One of each week that began in the eight before, and nothing beyond.
        assert!((8..=9).contains(&left[15..].len()), "{left:?}");
        assert!(left.iter().all(|hours| *hours <= 63 * 24), "{left:?}");
    }

    #[test]
    fn many_of_one_day_are_cut_to_the_newest_and_the_last_one_stays_for_ever() {
        let hours: Vec<i64> = vec![1; 60];
        assert_eq!(left(&hours, Keep::default()).len(), NEWEST);
        assert_eq!(left(&[9000, 9001], Keep::default()), [9000]);
        assert_eq!(left(&[1, 2, 3], Keep { days: 0, weeks: 0 }), [1]);
    }

    #[test]
    fn only_what_tix_made_is_one_and_is_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let backups = Backups { folder: folder.path().to_owned() };
        let mut desk = [0; 100];
        desk[..16].copy_from_slice(b"SQLite format 3\0");
        desk[68..72].copy_from_slice(b"tix1");
        for (name, bytes) in [
            ("20200101T000000Z-import.db", &desk[..]),
            ("20200102T000000Z-import-2.db", &desk[..]),
            ("20200103T000000Z-mine.db", b"mine"),
            ("letter.txt", b"mine"),
            ("20200101-import.db", b"mine"),
        ] {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let reasons: Vec<String> = backups.all().into_iter().map(|it| it.reason).collect();
        assert_eq!(reasons, ["mine", "import", "import"]);
        let file = backups.begin().unwrap();
        std::fs::write(file.path(), desk).unwrap();
        let new = backups.add(file, (NOW, "restore"), Keep::default()).unwrap();
        assert_eq!((new.at, new.reason.as_str(), new.size), (NOW, "restore", 100));
        let mut names: Vec<String> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let left = [
            "20200101-import.db",
            "20200103T000000Z-mine.db",
            "20260901T090000Z-restore.db",
            "letter.txt",
        ];
        assert_eq!(names, left);
        let file = backups.begin().unwrap();
        std::fs::write(file.path(), desk).unwrap();
        let second = backups.add(file, (NOW, "restore"), Keep::default()).unwrap();
        assert!(second.path.ends_with("20260901T090000Z-restore-2.db"), "{second:?}");
        assert_eq!((second.reason.as_str(), backups.last().unwrap().at), ("restore", NOW));
    }

    #[test]
    #[cfg(unix)]
    fn what_nobody_is_at_any_more_is_taken_away_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mine = part(folder.path()).unwrap();
        // As a process leaves it that was killed.
        let dead = folder.path().join(".tix-copy-x.db");
        let dead_too = folder.path().join(".tix-copy-x.db-journal");
        let other = folder.path().join("other.db");
        let of_mine = PathBuf::from(format!("{}-journal", mine.path().display()));
        for path in [&dead, &dead_too, &other, &of_mine] {
            std::fs::write(path, "x").unwrap();
        }
        sweep(folder.path());
        assert!(mine.path().exists() && of_mine.exists() && other.exists());
        assert!(!dead.exists() && !dead_too.exists());
        let path = mine.path().to_owned();
        drop(mine);
        assert!(!path.exists());
    }
}
