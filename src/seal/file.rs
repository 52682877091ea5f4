//! The file that a key is kept in: an age identity file that only its owner can read.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

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
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        io::private_folder(folder).map_err(cannot)?;
    }
    sweep(path);
    // Half a key is none, and would be in the way of the next one: it gets its name when it is whole.
    let half = half(path, &std::process::id().to_string());
    let written = write(&half, &key.text(note)).and_then(|()| name_it(&half, path));
    drop(std::fs::remove_file(&half));
    written.and_then(|()| io::sync_folder(path)).map_err(cannot)
}

/// What a key's file is called until it is whole, by who writes it.
fn half(path: &Path, by: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{by}.half"))
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Gives a file its name; never one that another has.
fn name_it(half: &Path, path: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(half, path) {
        // Some disks know no second name for a file.
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists && !path.exists() => {
            std::fs::rename(half, path)
        }
        linked => linked,
    }
}

/// Takes away what is left of a key where tix was killed.
fn sweep(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    for entry in std::fs::read_dir(folder.unwrap_or(Path::new("."))).into_iter().flatten().flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let by = name.strip_suffix(".half").and_then(|it| it.rsplit_once('.')).map(|(_, by)| by);
        if by.is_some_and(|by| half(path, by).file_name() == Some(&entry.file_name())) {
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
