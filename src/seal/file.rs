//! The file that a key is kept in: an age identity file that only its owner can read.

use std::io::Write;
use std::path::Path;

use super::Key;
use crate::error::{Error, Result};
use crate::io;

/// Reads the key in the file at `path`.
///
/// # Errors
/// Exit 3 when there is none, exit 4 when it holds no key or others can read it.
pub fn read(path: &Path) -> Result<Key> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Error::not_found(format!("there is no key at {name}"))
            .hint("`tix key new` makes one; `tix key recover` makes it from its words"),
        _ => Error::failed(format!("the key at {name} cannot be read")).because(e),
    })?;
    if is_open(path) {
        return Err(Error::invalid(format!("the key at {name} can be read by others"))
            .because("only you may be able to read it")
            .hint(format!(
                "make it yours alone: chmod 600 {}",
                shell_words::quote(&name.to_string())
            )));
    }
    Key::parse(&text)
        .map_err(|e| Error { what: format!("{name} cannot be used as a key: {}", e.what), ..e })
}

/// Writes `key` into a new file at `path` that only this user can read, with a note
/// at its head.
///
/// # Errors
/// Exit 4 when there is a file already, which is left alone; exit 1 when it cannot be written.
pub fn write_new(path: &Path, key: &Key, note: &str) -> Result<()> {
    let name = path.display();
    let cannot = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Error::invalid(format!("there is a key already at {name}"))
                .because("what was sealed to it can be opened with nothing else")
                .hint("`tix key show` shows it; to use another as well, name its file in TIX_KEY")
        }
        _ => Error::failed(format!("the key cannot be kept at {name}")).because(e),
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        io::private_folder(folder).map_err(cannot)?;
    }
    let folder = folder.unwrap_or(Path::new("."));
    let half = format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy());
    sweep(folder, &half);
    // Half a key is none, and would be in the way of the next one: it gets its name when it is whole.
    let written = tempfile::Builder::new().prefix(&half).suffix(HALF).tempfile_in(folder);
    let written = written.and_then(|mut file| {
        file.write_all(key.text(note).as_bytes())?;
        file.as_file().sync_all()?;
        Ok(file.persist_noclobber(path)?)
    });
    written.and_then(|_| io::sync_folder(path)).map_err(cannot)
}

/// How the name of a key's file ends until it is whole.
const HALF: &str = ".half";

/// Takes away what is left in `folder` of a key where tix was killed.
fn sweep(folder: &Path, half: &str) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(half) && name.ends_with(HALF) {
            drop(std::fs::remove_file(entry.path()));
        }
    }
}

#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}
