//! Copies of the desk that tix makes by itself, before what no undo takes back.

use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Cx;
use crate::backups::{Backup, Backups};
use crate::config::Keep;
use crate::domain::ids::Timestamp;
use crate::env;
use crate::error::{Error, Result};
use crate::store::{self, Author, Depth, Scope};

/// Makes a copy of the desk in use, whenever that is called for.
#[derive(Clone, Debug)]
pub(crate) struct Safety {
    desk: PathBuf,
    at: Timestamp,
    keep: Keep,
}

impl Safety {
    /// The folder of the desk's copies: no part of a project, so that none goes into a repository.
    pub(crate) fn backups(&self) -> Backups {
        let beside = || self.desk.parent().map(|folder| folder.join("backups"));
        let root = env::backups().or_else(beside).unwrap_or_default();
        Backups::of(&root, &self.desk)
    }

    /// Copies the desk as it stands on the disk; none where there is none yet. The copy has its name
    /// only when it was found sound; then those that are not kept any more are taken away.
    pub(crate) fn copy(&self, reason: &str) -> Result<Option<Backup>> {
        if !std::fs::metadata(&self.desk).is_ok_and(|meta| meta.len() > 0) {
            return Ok(None);
        }
        let file = self.sound(reason, |file| store::copy(&self.desk, file))?;
        self.keep(file, reason).map(Some)
    }

    /// Copies the desk as it stands on the disk, but for what is to go from it for good: so the copy
    /// never holds that, and shows that all the rest stays.
    pub(crate) fn copy_without(&self, author: &Author, scope: &Scope) -> Result<Backup> {
        let author = other(author)?;
        let make = |file: &Path| store::copy_without(&self.desk, file, &author, scope);
        let file = self.sound("purge", make)?;
        self.keep(file, "purge")
    }

    /// Takes what goes for good out of one of the automatic copies too.
    pub(crate) fn erase(&self, backup: &Backup, author: &Author, scope: &Scope) -> Result<()> {
        let author = other(author)?;
        let make = |file: &Path| store::copy_without(&backup.path, file, &author, scope);
        let file = self.sound("purge", make)?;
        self.backups().replace(backup, file)
    }

    /// What `make` makes, found sound.
    fn sound(&self, reason: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<NamedTempFile> {
        let file = self.backups().begin()?;
        make(file.path())?;
        let sound = store::examine(file.path(), Depth::Truth, &mut |_| ());
        sound.and_then(|exam| exam.truth()).map_err(|e| {
            let desk = self.desk.display();
            Error::no_desk(format!(
                "the copy of {desk} that is made before a {reason} is not sound"
            ))
            .because(e)
            .hint("`tix doctor` says what is wrong with the desk")
        })?;
        Ok(file)
    }

    /// Gives a sound copy its name among the automatic ones.
    pub(crate) fn keep(&self, file: NamedTempFile, reason: &str) -> Result<Backup> {
        self.backups().add(file, (self.at, reason), self.keep)
    }

    /// The same before a desk of an older version is brought up to date.
    pub(super) fn upgrade(&self, made: &mut Option<Backup>) -> Result<()> {
        *made = self.copy("upgrade")?;
        Ok(())
    }
}

impl Cx {
    /// What makes copies of the desk in use.
    pub(crate) fn safety(&mut self) -> Result<Safety> {
        let (at, keep) = (self.clock.now, self.config.backups()?);
        Ok(Safety { desk: self.desk()?.path.clone(), at, keep })
    }

    /// Copies the desk, before what `reason` names in a word, and says where the copy is.
    pub(crate) fn safety_copy(&mut self, reason: &str) -> Result<Option<Backup>> {
        let made = self.safety()?.copy(reason)?;
        self.say_copied(made.as_ref());
        Ok(made)
    }

    pub(super) fn say_copied(&self, made: Option<&Backup>) {
        if let Some(made) = made {
            self.say(&copied(made));
        }
    }
}

/// The same person as another replica: what is recorded in a copy is recorded nowhere else.
fn other(author: &Author) -> Result<Author> {
    Ok(Author { secret: env::random()?, ..author.clone() })
}

/// Where a copy is, in words.
pub(crate) fn copied(made: &Backup) -> String {
    let Backup { path, reason, .. } = made;
    format!("the desk as it was before the {reason} is kept in {}", path.display())
}
