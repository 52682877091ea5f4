//! The cache of a remote: made, kept in order, and handed on to the next one.

use std::path::Path;
use std::process::Output;

use super::{Git, no_git};
use crate::error::{Error, Result};
use crate::io;
use crate::sync::address::Address;

/// The files that git leaves behind when it is killed.
const LOCKS: [&str; 5] =
    ["config.lock", "packed-refs.lock", "HEAD.lock", "shallow.lock", "gc.pid.lock"];

/// What no repository on this machine decides, as it may be a stranger's on a stick: none of these
/// is handed on to the git that git starts there.
const THEIRS: [&str; 6] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.alternateRefsCommand=true",
    "receive.denyCurrentBranch=refuse",
    "receive.autogc=false",
    "protocol.allow=never",
];

/// Those as options.
fn harmless() -> String {
    THEIRS.map(|setting| format!("-c {setting}")).join(" ")
}

impl Git {
    /// Makes the cache.
    pub(super) fn make(&mut self) -> Result<()> {
        let cannot = |e: std::io::Error| {
            Error::failed(format!("the cache {} cannot be made", self.folder.display())).because(e)
        };
        if self.folder.exists() {
            std::fs::remove_dir_all(&self.folder).map_err(cannot)?;
        }
        io::private_folder(&self.folder).map_err(cannot)?;
        let args = "-c init.defaultRefFormat=files init --quiet --bare --template= \
                    --object-format=sha1 --initial-branch=none .";
        let args: Vec<&str> = args.split_whitespace().collect();
        let made = self.command(&args, false)?.output().map_err(|e| no_git(&e))?;
        if made.status.success() {
            Ok(())
        } else {
            Err(self.told("the cache cannot be made", &made))
        }
    }

    /// Fetches; where the cache itself does not hold any more, into a new one.
    pub(super) fn fetched(&mut self, arguments: &[&str], far: bool) -> Result<Output> {
        self.reading = None;
        let came = self.command(arguments, far)?.output().map_err(|e| no_git(&e))?;
        let said = String::from_utf8_lossy(&came.stderr);
        if came.status.success() || !["bad object", "corrupt"].iter().any(|it| said.contains(it)) {
            return Ok(came);
        }
        self.make()?;
        self.address.is_some().then(|| self.point()).transpose()?;
        self.command(arguments, far)?.output().map_err(|e| no_git(&e))
    }

    /// Writes down where the remote is; never as an argument, which all processes could read.
    pub(super) fn point(&self) -> Result<()> {
        let url = self.address.as_ref().map_or("", Address::url);
        let quoted: String = url
            .chars()
            .flat_map(|c| if matches!(c, '"' | '\\') { vec!['\\', c] } else { vec![c] })
            .collect();
        let programs = match &self.address {
            Some(address) if address.is_local() => ["receive", "upload"]
                .map(|it| format!("\t{it}pack = git {} {it}-pack\n", harmless()))
                .concat(),
            _ => String::new(),
        };
        let text = format!(
            "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[remote \"o\"]\n\turl = \"{quoted}\"\n{programs}"
        );
        let path = self.folder.join("config");
        if std::fs::read_to_string(&path).is_ok_and(|now| now == text) {
            return Ok(());
        }
        std::fs::write(path, text)
            .map_err(|e| Error::failed("the cache's config cannot be written").because(e))
    }

    /// Takes away what a git that was killed left behind: nobody else uses this cache.
    pub(super) fn unlock(&self) {
        for name in LOCKS {
            drop(std::fs::remove_file(self.folder.join(name)));
        }
        let mut folders = vec![self.folder.join("refs")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "lock") {
                    drop(std::fs::remove_file(path));
                }
            }
        }
    }

    /// Takes in all that lies in another cache, which stays as it is: all that was ever sent is in
    /// it, of machines that are no more too.
    pub(super) fn adopt(&self, other: &Path) -> Result<()> {
        link(&other.join("objects"), &self.folder.join("objects")).map_err(|e| {
            Error::failed(format!("the cache {} cannot be used", other.display())).because(e)
        })?;
        // Only so that none of it is tidied away: it is here without that.
        let arguments = "fetch --quiet --prune --no-tags --no-write-fetch-head --";
        let (path, all) = (other.to_string_lossy(), "+refs/*:refs/before/*");
        let arguments: Vec<&str> = arguments.split(' ').chain([&*path, all]).collect();
        drop(self.command(&arguments, false)?.output());
        Ok(())
    }
}

/// Gives all objects in the folder `from` a name in `to` as well; git never changes their files.
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(from) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    std::fs::create_dir_all(to)?;
    let mut entries = entries.collect::<std::io::Result<Vec<_>>>()?;
    // A pack counts from when its index is there.
    entries.sort_by_key(|entry| entry.path().extension().is_some_and(|end| end == "idx"));
    for entry in entries {
        let (here, there) = (entry.path(), to.join(entry.file_name()));
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if name == "pack" || name.len() == 2 {
                link(&here, &there)?;
            }
        } else if (name.starts_with("pack-") || name.len() == 38) && !there.exists() {
            std::fs::hard_link(&here, &there).or_else(|_| {
                let half = to.join("tmp_copy");
                std::fs::copy(&here, &half)?;
                std::fs::rename(&half, &there)
            })?;
        }
    }
    Ok(())
}
