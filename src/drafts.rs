//! Texts that somebody is writing: each in a file of its own, beside a slip that says what it is
//! for, until it is stored.
//!
//! The text is `kqxz.reply.md`, the slip `kqxz.json`. Editors see the text only, and may do to it
//! what they like; that a public reply is one and a note is one, they cannot change.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use crate::domain::ids::Timestamp;
use crate::domain::purpose::Purpose;
use crate::error::{Error, Kind, Result};
use crate::io;
use crate::view;

mod slip;

pub use slip::{Below, SCISSORS, Slip, line_unlike};

/// A draft in which nobody wrote anything is kept so long.
const DAY: i64 = 86_400_000;

/// A text that was written and is not stored yet.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its name: `kqxz`.
    pub name: String,
    /// Its file.
    pub file: PathBuf,
    /// What it is for; none when nobody knows any more.
    pub slip: Option<Slip>,
    /// When it was begun or last gone on with.
    pub at: Timestamp,
    /// Somebody has it open in an editor.
    pub open: bool,
    /// What stands in the file.
    pub bytes: Vec<u8>,
}

impl Draft {
    /// The text: what counts of it, or everything where that is nothing.
    #[must_use]
    pub fn text(&self) -> String {
        let whole = String::from_utf8_lossy(&self.bytes);
        let Some(slip) = &self.slip else { return whole.trim_end().to_owned() };
        let above = slip.above(&whole);
        let below = above.trim().is_empty() && slip.typed_below(&whole);
        if below { whole.trim_end().to_owned() } else { above }
    }

    /// The first line that somebody wrote in an editor; else the first that there is.
    #[must_use]
    pub fn first(&self) -> String {
        let text = self.text();
        let begun = self.slip.as_ref().map_or("", |slip| slip.begun.as_str());
        let given: BTreeSet<&str> = begun.lines().map(str::trim).collect();
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
        let first = lines.peek().copied().unwrap_or_default();
        lines.find(|line| !given.contains(line)).unwrap_or(first).to_owned()
    }

    /// Did nobody write anything?
    fn is_blank(&self) -> bool {
        let whole = String::from_utf8_lossy(&self.bytes);
        self.slip.as_ref().is_some_and(|slip| !slip.own && !slip.written(&whole))
    }
}

/// How it is shown.
impl From<Draft> for view::Draft {
    fn from(draft: Draft) -> Self {
        let text = draft.text();
        let purpose = draft.slip.as_ref().map(|slip| &slip.purpose);
        let on = purpose.map(Purpose::on).unwrap_or_default();
        Self {
            at: view::Time(draft.at),
            command: purpose.map(|purpose| purpose.command().to_owned()),
            kind: purpose.and_then(Purpose::kind),
            tickets: on.iter().map(|spot| spot.number.to_string()).collect(),
            purpose: purpose.map_or_else(|| "not known".to_owned(), ToString::to_string),
            first: draft.first(),
            text,
            desk: draft.slip.as_ref().and_then(|slip| slip.desk.clone()),
            file: draft.file.display().to_string(),
            open: draft.open,
            name: draft.name,
        }
    }
}

/// The folder in which drafts are kept.
#[derive(Clone, Debug)]
pub struct Drafts {
    folder: PathBuf,
}

impl Drafts {
    /// Those in `folder`, which need not exist.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Begins a draft: its name is drawn from `chance`, and its text is what the slip says.
    ///
    /// # Errors
    /// Exit 1 when the folder cannot be written.
    pub fn begin(&self, slip: Slip, chance: &[u8]) -> Result<Held> {
        let cannot = |e: std::io::Error| {
            Error::failed(format!("no draft can be kept in {}", self.folder.display()))
                .because(e)
                .hint("the editor was not opened; make the folder writable, or give the text with -m or -F")
        };
        io::private_folder(&self.folder).map_err(cannot)?;
        self.sweep(slip.at);
        for bytes in chance.windows(4) {
            let name: String = bytes.iter().map(|byte| char::from(b'k' + (byte & 0xf))).collect();
            let pin = self.folder.join(format!("{name}.json"));
            let file = self.file(&name, &slip);
            match (own_file(&pin, true), file.exists()) {
                (Ok(_), true) => drop(std::fs::remove_file(&pin)),
                (Ok(lock), false) => {
                    let held = Held { name, file, slip, pin, lock };
                    let written = held
                        .write_slip()
                        .and_then(|()| held.write(held.slip.whole(&held.slip.begun).as_bytes()));
                    return match written {
                        Ok(()) => Ok(held),
                        Err(e) => {
                            held.remove();
                            Err(cannot(e))
                        }
                    };
                }
                (Err(e), _) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
                (Err(e), _) => return Err(cannot(e)),
            }
        }
        Err(Error::failed("no name is free for a draft").hint("`tix drafts` lists those there are"))
    }

    /// Takes a draft up again; nobody else may until it is let go.
    ///
    /// # Errors
    /// Exit 4 when nobody knows what it is for, exit 5 when somebody else has it open.
    pub fn hold(&self, draft: &Draft) -> Result<Held> {
        let name = &draft.name;
        let slip = draft.slip.clone().ok_or_else(|| {
            Error::invalid(format!("what the draft {name} was for is not known"))
                .hint(format!("`tix drafts show {name}` prints its text"))
        })?;
        let pin = self.folder.join(format!("{name}.json"));
        let lock = File::open(&pin)
            .map_err(|e| Error::failed(format!("the draft {name} cannot be opened")).because(e))?;
        let held = Held { name: name.clone(), file: draft.file.clone(), pin, slip, lock };
        // Whoever lists the drafts looks whether they are open, for a moment.
        for _ in 0..20 {
            if !is_locked(&held.lock) {
                return Ok(held);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err(Error::new(Kind::Locked, format!("the draft {name} is open in another editor"))
            .hint("end that one first"))
    }

    /// All of them, newest first.
    ///
    /// # Errors
    /// Exit 1 when the folder is there and cannot be read.
    pub fn all(&self) -> Result<Vec<Draft>> {
        let cannot = |e: std::io::Error| {
            Error::failed(format!("the drafts in {} cannot be read", self.folder.display()))
                .because(e)
        };
        let folder = match std::fs::read_dir(&self.folder) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            folder => folder.map_err(cannot)?,
        };
        let mut names = BTreeSet::new();
        for entry in folder {
            let entry = entry.map_err(cannot)?;
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            names.extend(entry.file_name().into_string().ok().filter(|_| is_file));
        }
        let pins = names.iter().filter_map(|name| name.strip_suffix(".json"));
        let mut drafts: Vec<Draft> = pins.filter_map(|name| self.pinned(name)).collect();
        let known: BTreeSet<PathBuf> = drafts.iter().map(|draft| draft.file.clone()).collect();
        let others = names.iter().filter_map(|name| name.strip_suffix(".md"));
        drafts.extend(others.filter_map(|name| self.alone(name, &known)));
        drafts.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.name.cmp(&b.name)));
        Ok(drafts)
    }

    /// The one draft whose name begins so.
    ///
    /// # Errors
    /// Exit 3 when there is none, exit 4 when there are several.
    pub fn find(&self, name: &str) -> Result<Draft> {
        let mut all = self.all()?;
        if let Some(place) = all.iter().position(|draft| draft.name == name) {
            return Ok(all.swap_remove(place));
        }
        all.retain(|draft| !name.is_empty() && draft.name.starts_with(name));
        match all.len() {
            0 => Err(Error::not_found(format!("no draft `{name}`"))
                .hint("`tix drafts` lists those there are")),
            1 => Ok(all.remove(0)),
            _ => Err(Error::invalid(format!("several drafts begin with `{name}`"))
                .hint("give more of its letters")),
        }
    }

    fn file(&self, name: &str, slip: &Slip) -> PathBuf {
        self.folder.join(format!("{name}.{}.md", slip.purpose.word()))
    }

    /// The draft that the slip of this name is about.
    fn pinned(&self, name: &str) -> Option<Draft> {
        let pin = File::open(self.folder.join(format!("{name}.json"))).ok()?;
        let slip: Slip = serde_json::from_reader(std::io::BufReader::new(&pin)).ok()?;
        let file = self.file(name, &slip);
        // An editor may have deleted it.
        let bytes = std::fs::read(&file).unwrap_or_else(|_| slip.whole(&slip.begun).into_bytes());
        let (at, open) = (slip.at, is_locked(&pin));
        Some(Draft { name: name.to_owned(), file, slip: Some(slip), at, open, bytes })
    }

    /// A text without a slip: an editor wrote it after tix had ended.
    fn alone(&self, name: &str, known: &BTreeSet<PathBuf>) -> Option<Draft> {
        let file = self.folder.join(format!("{name}.md"));
        let bytes = (!known.contains(&file)).then(|| std::fs::read(&file).ok()).flatten()?;
        let saved = std::fs::metadata(&file).and_then(|meta| meta.modified()).ok();
        let since = saved.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let at = since.and_then(|since| i64::try_from(since.as_secs()).ok());
        let at = Timestamp(at.unwrap_or(0).saturating_mul(1000));
        Some(Draft { name: name.to_owned(), file, slip: None, at, open: false, bytes })
    }

    /// Removes what was begun long ago and never written in.
    fn sweep(&self, now: Timestamp) {
        for draft in self.all().unwrap_or_default() {
            if draft.is_blank() && !draft.open && draft.at.0.saturating_add(DAY) < now.0 {
                drop(self.remove(&draft));
            }
        }
    }

    /// Throws a draft away with what editors have left of it: backups, swap files.
    ///
    /// # Errors
    /// As [`Drafts::remove`].
    pub fn erase(&self, draft: &Draft) -> Result<()> {
        self.remove(draft)?;
        let name = draft.file.file_name().map(|name| name.to_string_lossy().into_owned());
        let folder = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in folder {
            let beside = entry.file_name().to_string_lossy().into_owned();
            if name.as_ref().is_some_and(|name| beside.contains(name.as_str())) {
                drop(std::fs::remove_file(entry.path()));
            }
        }
        Ok(())
    }

    /// Throws a draft away.
    ///
    /// # Errors
    /// Exit 5 when somebody has it open, exit 1 when it cannot be removed.
    pub fn remove(&self, draft: &Draft) -> Result<()> {
        if draft.slip.is_some() {
            self.hold(draft)?.remove();
        } else {
            drop(std::fs::remove_file(&draft.file));
        }
        let Ok(true) = draft.file.try_exists() else { return Ok(()) };
        Err(Error::failed(format!("the draft {} cannot be removed", draft.name))
            .because(draft.file.display()))
    }
}

/// A draft that is being written: as long as this lives, nobody else takes it up.
#[derive(Debug)]
pub struct Held {
    /// Its name.
    pub name: String,
    /// Its text's file.
    pub file: PathBuf,
    /// What it is for.
    pub slip: Slip,
    pin: PathBuf,
    lock: File,
}

impl Held {
    /// Writes the slip, and keeps others away.
    fn write_slip(&self) -> std::io::Result<()> {
        is_locked(&self.lock);
        let mut pin = &self.lock;
        pin.write_all(serde_json::to_string(&self.slip)?.as_bytes())?;
        pin.sync_all()
    }

    /// Says anew what the text is for.
    ///
    /// # Errors
    /// Exit 1 when that cannot be written; then it is as it was.
    pub fn pin(&mut self, slip: Slip) -> Result<()> {
        let before = std::mem::replace(&mut self.slip, slip);
        let new = self.pin.with_extension("new");
        drop(std::fs::remove_file(&new));
        let done = own_file(&new, true).and_then(|lock| {
            let old = std::mem::replace(&mut self.lock, lock);
            let done = self.write_slip().and_then(|()| std::fs::rename(&new, &self.pin));
            if done.is_err() {
                self.lock = old;
            }
            done
        });
        done.map_err(|e| {
            self.slip = before;
            Error::failed(format!("the draft {} cannot be written", self.name)).because(e)
        })
    }

    /// Puts `bytes` into the file.
    ///
    /// # Errors
    /// Exit 1 when it cannot be written.
    pub fn put(&self, bytes: &[u8]) -> Result<()> {
        self.write(bytes).map_err(|e| {
            Error::failed(format!("the draft {} cannot be written", self.name)).because(e)
        })
    }

    fn write(&self, bytes: &[u8]) -> std::io::Result<()> {
        own_file(&self.file, false)?.write_all(bytes)
    }

    /// What the file holds; none when it is gone.
    ///
    /// # Errors
    /// Exit 1 when it cannot be read.
    pub fn take(&self) -> Result<Option<Vec<u8>>> {
        // An editor may have put another file in its place.
        #[cfg(unix)]
        drop(std::fs::set_permissions(
            &self.file,
            std::os::unix::fs::PermissionsExt::from_mode(0o600),
        ));
        match std::fs::read(&self.file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::failed("what the editor wrote cannot be read").because(e)),
        }
    }

    /// It is stored, or not wanted: nothing of it stays.
    pub fn remove(self) {
        drop(std::fs::remove_file(&self.file));
        drop(std::fs::remove_file(&self.pin));
    }
}

/// Opens a file that only this user may read; a new one, or one whose text is thrown away.
fn own_file(path: &Path, new: bool) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(new).create(true).truncate(!new);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Does somebody else hold it? If not, whoever has opened it does now, where files can be held.
fn is_locked(file: &File) -> bool {
    matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slip(begun: &str, own: bool) -> Slip {
        Slip {
            purpose: Purpose::Comment { on: Vec::new(), keep_going: false, attach: Vec::new() },
            at: Timestamp(0),
            desk: None,
            begun: begun.to_owned(),
            below: Some(Below { line: SCISSORS.to_owned(), text: "quoted".to_owned() }),
            own,
        }
    }

    fn begin(drafts: &Drafts, seed: u8, begun: &str) -> Held {
        drafts.begin(slip(begun, false), &[seed, 1, 2, 3, 4, 5, 6, 7]).unwrap()
    }

    fn names(drafts: &Drafts) -> Vec<String> {
        drafts.all().unwrap().into_iter().map(|draft| draft.name).collect()
    }

    #[test]
    fn a_draft_is_found_by_its_first_letters() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(folder.path().join("deep/drafts"));
        assert!(drafts.all().unwrap().is_empty());
        for seed in [0, 0, 1] {
            begin(&drafts, seed, "");
        }
        assert_eq!(names(&drafts), ["klmn", "llmn", "lmno"]);
        assert_eq!(drafts.find("k").unwrap().name, "klmn");
        assert_eq!(drafts.find("l").unwrap_err().kind, Kind::Invalid);
        for none in ["x", "", "../klmn", "klmn.note"] {
            assert_eq!(drafts.find(none).unwrap_err().kind, Kind::NotFound, "{none}");
        }
    }

    #[test]
    fn nobody_takes_up_what_another_has_open() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(folder.path().to_owned());
        let mut held = begin(&drafts, 0, "");
        let draft = drafts.find("k").unwrap();
        assert!(draft.open);
        for kind in [drafts.hold(&draft).unwrap_err().kind, drafts.remove(&draft).unwrap_err().kind]
        {
            assert_eq!(kind, Kind::Locked);
        }
        held.pin(slip("more", true)).unwrap();
        let draft = drafts.find("k").unwrap();
        assert!(draft.open && draft.slip.as_ref().unwrap().own);
        drop(held);
        assert!(!drafts.find("k").unwrap().open);
        drafts.remove(&draft).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_text_without_its_slip_is_still_there_and_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(folder.path().to_owned());
        let held = begin(&drafts, 0, "");
        std::fs::write(folder.path().join("klmn.reply.md"), "another").unwrap();
        std::fs::write(folder.path().join("draft-1.md"), "from before").unwrap();
        std::fs::write(folder.path().join(".klmn.note.md.swp"), "the editor's").unwrap();
        drop(held);
        // The note is no reply, whatever lies beside it.
        let draft = drafts.find("klmn").unwrap();
        assert!(draft.file.ends_with("klmn.note.md") && draft.text().is_empty());
        for (name, text) in [("klmn.reply", "another"), ("draft-1", "from before")] {
            let draft = drafts.find(name).unwrap();
            assert_eq!((draft.text().as_str(), draft.slip.is_none()), (text, true));
            assert_eq!(drafts.hold(&draft).unwrap_err().kind, Kind::Invalid);
        }
        std::fs::write(folder.path().join("klmn.json"), "{}").unwrap();
        assert_eq!(drafts.find("klmn.note").unwrap().slip, None);
    }

    #[test]
    fn a_draft_that_an_editor_deleted_holds_what_it_began_with() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(folder.path().to_owned());
        let held = drafts.begin(slip("given", true), &[0; 8]).unwrap();
        std::fs::remove_file(&held.file).unwrap();
        assert_eq!(held.take().unwrap(), None);
        assert_eq!(drafts.find("kkkk").unwrap().text(), "given");
    }

    #[test]
    fn what_nobody_wrote_in_is_swept_away_after_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(folder.path().to_owned());
        let below = format!("\n\n{SCISSORS}\nquoted\n");
        for seed in 0..3 {
            drop(begin(&drafts, seed, ""));
        }
        std::fs::write(folder.path().join("llmn.note.md"), format!("typed{below}")).unwrap();
        std::fs::write(folder.path().join("mlmn.note.md"), format!("{below}typed below")).unwrap();
        drafts.sweep(Timestamp(DAY));
        assert_eq!(names(&drafts), ["klmn", "llmn", "mlmn"]);
        drafts.sweep(Timestamp(DAY + 1));
        assert_eq!(names(&drafts), ["llmn", "mlmn"]);
        assert_eq!(drafts.find("l").unwrap().text(), "typed");
        assert!(drafts.find("m").unwrap().text().ends_with("typed below"));
    }
}
