//! Programs that tix starts, found where the folder it was started in has no say.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

static FOLDERS: OnceLock<OsString> = OnceLock::new();

/// Where programs are looked for from now on: what `PATH` says.
pub fn look_in(folders: OsString) {
    drop(FOLDERS.set(folders));
}

/// The program of this name, ready for its arguments.
///
/// It is looked for in the folders of `PATH` that are named in full: what stands in `.` was put
/// there by whoever made the folder. A name with a `/` is a place of its own.
///
/// # Errors
/// When there is no such program.
pub fn command(name: impl AsRef<OsStr>) -> io::Result<Command> {
    let name = name.as_ref();
    let Some(folders) = FOLDERS.get().filter(|_| Path::new(name).components().count() == 1) else {
        return Ok(Command::new(name));
    };
    let mut file = name.to_owned();
    if Path::new(name).extension().is_none() {
        file.push(std::env::consts::EXE_SUFFIX);
    }
    let folders = std::env::split_paths(folders).filter(|folder| folder.is_absolute());
    let found = folders.map(|folder| folder.join(&file)).find(|place| runs(place));
    found.map(Command::new).ok_or_else(|| {
        let name = name.to_string_lossy();
        io::Error::new(io::ErrorKind::NotFound, format!("no program `{name}` in PATH"))
    })
}

#[cfg(unix)]
fn runs(place: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let meta = std::fs::metadata(place);
    meta.is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn runs(place: &Path) -> bool {
    place.is_file()
}
