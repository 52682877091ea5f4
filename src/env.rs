//! The only reader of the environment, the clock, the user's name and randomness.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use chrono_tz::Tz;

use crate::config::Config;
use crate::domain::ids::Timestamp;
use crate::domain::person::{Person, person_of};
use crate::error::{Error, Result};
use crate::io;

/// The value of an environment variable; an empty one counts as not set.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
#[must_use]
pub fn get(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?;
    (!value.is_empty()).then(|| value.to_string_lossy().into_owned())
}

/// The same for a path, which need not be text.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
fn path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The present moment in whole seconds: `TIX_NOW`, or the system's clock. What is shown and
/// exported has no fractions, so nothing is lost on the way out and in again.
///
/// # Errors
/// Exit 4 when `TIX_NOW` is not an RFC 3339 time.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn now() -> Result<Timestamp> {
    match get("TIX_NOW") {
        Some(text) => Timestamp::from_rfc3339(&text)
            .map_err(|e| Error { what: format!("TIX_NOW cannot be read: {}", e.what), ..e }),
        None => Ok(Timestamp(chrono::Utc::now().timestamp() * 1000)),
    }
}

/// The user's zone: `TIX_TZ`, config `timezone`, `TZ`, the system's, else UTC.
///
/// # Errors
/// Exit 4 when the first two name no zone of the IANA database.
pub fn zone(config: &Config) -> Result<Tz> {
    if let Some(name) = get("TIX_TZ") {
        return zone_named(&name, "TIX_TZ");
    }
    if let Some(name) = &config.timezone {
        return zone_named(name, "config `timezone`");
    }
    let system = get("TZ").map(|name| name.trim_start_matches(':').to_owned());
    let system = system.or_else(|| iana_time_zone::get_timezone().ok());
    Ok(system.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC))
}

/// The zone that `from` calls `name`.
///
/// # Errors
/// Exit 4 when the IANA database has none of this name, with the nearest one.
pub fn zone_named(name: &str, from: &str) -> Result<Tz> {
    name.parse::<Tz>().map_err(|_| {
        let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        let near = crate::error::nearest(name, names);
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        Error::invalid(format!("{from} names no time zone: `{name}`"))
            .hint(hint.unwrap_or_else(|| "zones look like Europe/Berlin".to_owned()))
    })
}

/// The pager's command: `TIX_PAGER`, config `pager`, `PAGER`, else `less -FRX`.
#[must_use]
pub fn pager(config: &Config) -> String {
    get("TIX_PAGER")
        .or_else(|| config.pager.clone())
        .or_else(|| get("PAGER"))
        .unwrap_or_else(|| "less -FRX".to_owned())
}

/// The folders that hold programs.
#[must_use]
pub fn programs() -> std::ffi::OsString {
    path("PATH").unwrap_or_default().into()
}

/// 32 random bytes of the operating system.
///
/// # Errors
/// Exit 1 when it has none.
pub fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|e| Error::failed("the system gives no random numbers").because(e))?;
    Ok(bytes)
}

/// The folder that tix was started in.
///
/// # Errors
/// Exit 1 when it is gone.
pub fn here() -> Result<PathBuf> {
    std::env::current_dir()
        .map_err(|e| Error::failed("the current folder cannot be read").because(e))
}

/// The words of the command line, the program's name first.
pub fn arguments() -> impl Iterator<Item = std::ffi::OsString> {
    std::env::args_os()
}

/// A folder for drafts that must not be lost: `$XDG_STATE_HOME/tix/drafts` or the platform's.
#[must_use]
pub fn drafts() -> PathBuf {
    let ours =
        project().map(|dirs| dirs.state_dir().unwrap_or(dirs.data_local_dir()).join("drafts"));
    ours.unwrap_or_else(|| std::env::temp_dir().join("tix-drafts"))
}

/// A folder for what can be made anew: `$XDG_CACHE_HOME/tix` or the platform's.
///
/// # Errors
/// Exit 1 when there is no home to keep it in.
pub fn cache() -> Result<PathBuf> {
    project()
        .map(|dirs| dirs.cache_dir().to_owned())
        .ok_or_else(|| Error::failed("there is no home folder for a cache").hint("set HOME"))
}

/// The variables that a git of ours must not see: they could point it elsewhere or make it run
/// something. The flag says that the user has set a command for ssh.
#[must_use]
pub fn git_variables() -> (Vec<String>, bool) {
    const KEPT: [&str; 8] = [
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_SSH_VARIANT",
        "GIT_ASKPASS",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_TERMINAL_PROMPT",
    ];
    let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    let foreign = names.filter(|name| name.starts_with("GIT_") && !KEPT.contains(&name.as_str()));
    (foreign.collect(), get("GIT_SSH_COMMAND").or_else(|| get("GIT_SSH")).is_some())
}

/// The folder below which automatic copies of desks lie: `$XDG_STATE_HOME/tix/backups` or the
/// platform's; none where there is no home.
#[must_use]
pub fn backups() -> Option<PathBuf> {
    project().map(|dirs| dirs.state_dir().unwrap_or(dirs.data_local_dir()).join("backups"))
}

/// The config file: `TIX_CONFIG`, or `config.toml` in the platform's config folder.
#[must_use]
pub fn config_file() -> PathBuf {
    let named = path("TIX_CONFIG");
    let ours = || project().map(|dirs| dirs.config_dir().join("config.toml"));
    named.or_else(ours).unwrap_or_else(|| PathBuf::from("tix.toml"))
}

/// The file of the user's key: `TIX_KEY`, or `key.txt` in the platform's data folder. Not in the
/// config folder: people publish that.
///
/// # Errors
/// Exit 1 when there is no home to keep one in.
pub fn key_file() -> Result<PathBuf> {
    let ours = || project().map(|dirs| dirs.data_dir().join("key.txt"));
    path("TIX_KEY").or_else(ours).ok_or_else(|| {
        Error::failed("there is no home folder for a key").hint("name a file in TIX_KEY")
    })
}

fn project() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "tix")
}

/// Which desk is used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// Its file.
    pub path: PathBuf,
    /// What chose it.
    pub why: String,
    /// Somebody named it: it is an error when it does not exist.
    pub named: bool,
}

/// The desk: `--db`, `TIX_DB`, the nearest `.tix/tix.db` here or above, the platform's data folder.
///
/// # Errors
/// Exit 1 when there is no home to put one in.
pub fn desk(flag: Option<&Path>) -> Result<Desk> {
    let named =
        |path: &Path, why: &str| Desk { path: path.to_owned(), why: why.to_owned(), named: true };
    if let Some(path) = flag {
        return Ok(named(path, "--db names it"));
    }
    if let Some(path) = path("TIX_DB") {
        return Ok(named(&path, "TIX_DB names it"));
    }
    for folder in here()?.ancestors() {
        let path = folder.join(".tix").join("tix.db");
        if path.is_file() {
            let why = format!("{} holds a desk", folder.display());
            own(&path)?;
            return Ok(Desk { path, why, named: false });
        }
    }
    let dirs = project().ok_or_else(|| {
        Error::failed("there is no home folder for the desk")
            .hint("name a file with --db or TIX_DB")
    })?;
    let why = "the default: no --db, no TIX_DB, no .tix folder here or above".to_owned();
    Ok(Desk { path: dirs.data_dir().join("tix.db"), why, named: false })
}

/// A desk that nobody named is used only where it is this user's: what is written here must not go
/// to whoever owns the folder.
#[cfg(unix)]
fn own(desk: &Path) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    let us = rustix::process::geteuid().as_raw();
    if std::fs::metadata(desk).is_ok_and(|meta| meta.uid() == us) {
        return Ok(());
    }
    Err(Error::no_desk(format!("the desk {} belongs to another user", desk.display()))
        .because("it was found in this folder or above it; nobody named it")
        .hint("name the one that you mean with --db or TIX_DB"))
}

#[cfg(not(unix))]
fn own(_: &Path) -> Result<()> {
    Ok(())
}

/// Who acts, and what says so: `--user`, `TIX_USER`, config `user`, git, the system's user.
///
/// # Errors
/// Exit 4 when the name given is empty.
pub fn user(flag: Option<&str>, config: &Config) -> Result<(Person, &'static str)> {
    let from = [
        (flag.map(ToOwned::to_owned), "--user"),
        (get("TIX_USER"), "TIX_USER"),
        (config.user.clone(), "config `user`"),
    ];
    for (text, from) in from {
        if let Some(text) = text {
            return Ok((person_of(&text)?, from));
        }
    }
    if let Some(person) = git_user() {
        return Ok((person, "git"));
    }
    let system = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(get);
    let person = Person::new(system.as_deref(), None).or_else(|| Person::new(Some("me"), None));
    let nobody =
        || Error::failed("there is no user").hint("set one: `tix config set user \"Ada <ada@x>\"`");
    Ok((person.ok_or_else(nobody)?, "the system"))
}

/// Who the user is to git. The folder that tix was started in has no say in which program that is,
/// and its repository only a name, which is a text like any other.
fn git_user() -> Option<Person> {
    let output = io::command("git")
        .ok()?
        .args(["config", "--get-regexp", r"^user\.(name|email)$"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let value =
        |key: &str| text.lines().rev().find_map(|line| line.strip_prefix(key)).map(str::trim);
    Person::new(value("user.name "), value("user.email "))
}

/// A new folder of one's own among the system's temporary ones, kept until somebody removes it.
///
/// # Errors
/// Exit 1 when none can be made.
pub fn temporary_folder(prefix: &str) -> Result<PathBuf> {
    let folder = tempfile::Builder::new().prefix(prefix).tempdir();
    folder
        .map(tempfile::TempDir::keep)
        .map_err(|e| Error::failed("a temporary folder cannot be made").because(e))
}
