//! Opening the desk's file: the only place that does, so that every connection is set up alike.
//!
//! Write-ahead log and `synchronous=FULL`: an acknowledged change survives a crash and a power
//! loss. Triggers and views are forbidden, so a crafted file cannot run anything.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::layout::{APPLICATION, BLOBS, SYNC, bare, lay_out};
use super::place::beside;
use super::{bounds, derive, made, place, tidy};
use crate::domain::ids::{Machine, Replica};
use crate::error::{self, Error, Kind, Result};
use crate::io;

/// The version of the schema, kept in the file's `user_version`.
///
/// It counts the changes of what is derived too: such a file is brought up to date when it is next
/// opened, from its journal.
pub const SCHEMA_VERSION: i64 = 8;

/// How long to wait for another process, in milliseconds.
pub(super) const BUSY_MS: u32 = 15_000;

/// How long until the other process is looked at again.
const PAUSE_MS: u32 = 5;

/// What is done before a desk of an older version is brought up to date.
pub(super) type Before<'a> = &'a mut dyn FnMut() -> Result<()>;

pub(super) fn read(path: &Path, before: Before<'_>) -> Result<Connection> {
    let (mut conn, version) = stand(path)?;
    if version < SCHEMA_VERSION {
        drop(conn);
        before()?;
        connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, BUSY_MS)
            .and_then(|mut conn| bring_up(&mut conn, path))
            .map_err(|e| {
                Error::no_desk(format!("{} was made by an older tix", path.display()))
                    .because(format!("it cannot be brought up to date: {e}"))
                    .hint("open it once where it can be written")
            })?;
        conn = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, BUSY_MS)?;
    }
    sound(&mut conn, path)?;
    Ok(conn)
}

/// Why a desk cannot be read, if it is because of its log: to read what that holds beyond the file,
/// its index is needed, which is made beside it.
fn unread(path: &Path, error: Error) -> Error {
    let logged = std::fs::metadata(beside(path, "-wal")).is_ok_and(|meta| meta.len() > 0);
    if error.kind != Kind::Failed || !logged {
        return error;
    }
    error.hint(
        "its latest changes are in a log beside it: open it once where its folder can be written",
    )
}

/// Opens a desk to look at it as it is, whatever its version, which is returned too, and whatever
/// became of what is derived.
pub(super) fn inspect(path: &Path) -> Result<(Connection, i64)> {
    let (mut conn, version) = stand(path)?;
    made::check_journal(&conn, path)?;
    bounds::reading(&mut conn, path)?;
    Ok((conn, version))
}

/// Opens what stands at `path`, whatever its version, before anything is known of it.
fn stand(path: &Path) -> Result<(Connection, i64)> {
    let none = || Error::no_desk(format!("no desk at {}", path.display()));
    if !path.exists() {
        return Err(none().hint("check --db and TIX_DB; `tix new` makes the desk it is given"));
    }
    let opened = looked_at(path).or_else(|e| rolled_back(path).unwrap_or(Err(e)));
    // Where nothing can be written, not even a lock, a desk at rest can still be read.
    let (conn, version) = opened.or_else(|e| match e.kind {
        Kind::Locked => Err(e),
        _ => at_rest(path).ok_or_else(|| unread(path, e)),
    })?;
    if version == 0 {
        return Err(none()
            .because("the file holds no tables")
            .hint("`tix new` makes the desk in it; `tix info` says why this file is used"));
    }
    Ok((conn, version))
}

/// Opens the file to be read only.
fn looked_at(path: &Path) -> Result<(Connection, i64)> {
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, BUSY_MS)?;
    let version = version(&conn, path)?;
    Ok((conn, version))
}

/// The same, once what somebody had begun to make and did not finish is taken back: until it has a log
/// a desk has a journal of SQLite's, which only whoever may write can play back. None where there is none.
fn rolled_back(path: &Path) -> Option<Result<(Connection, i64)>> {
    let journal = beside(path, "-journal");
    std::fs::metadata(journal).is_ok_and(|meta| meta.len() > 0).then(|| {
        let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, BUSY_MS)?;
        version(&conn, path)?;
        drop(conn);
        looked_at(path)
    })
}

/// Only now may its tables be asked.
fn sound(conn: &mut Connection, path: &Path) -> Result<()> {
    made::check(conn, path)?;
    bounds::reading(conn, path)
}

/// Brings a file of an older version up to date, unless another process just did: the journal's
/// own tables are added to, and what is derived from it is made anew.
pub(super) fn bring_up(conn: &mut Connection, path: &Path) -> Result<()> {
    made::check_journal(conn, path)?;
    bounds::writing(conn)?;
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version < SCHEMA_VERSION {
        if version < 3 {
            tx.execute_batch(&bare(BLOBS))?;
        }
        tx.execute_batch(&bare(SYNC))?;
        derive::rebuild(&tx)?;
        made::check(&tx, path)?;
        tx.execute_batch(&format!("PRAGMA user_version = {SCHEMA_VERSION}"))?;
    }
    tx.commit()?;
    Ok(())
}

/// Opens a desk to complete a word: it waits for nobody, and makes no file beside the desk's.
pub(super) fn glance(path: &Path) -> Result<Connection> {
    let none = || Error::no_desk(format!("no desk at {}", path.display()));
    // The log lies beside the file itself, not beside a link to it.
    let path = &path.canonicalize().map_err(|_| none())?;
    if !path.is_file() {
        return Err(none());
    }
    if let Some((mut conn, _)) = at_rest(path).filter(|(_, version)| *version == SCHEMA_VERSION) {
        sound(&mut conn, path)?;
        return Ok(conn);
    }
    // To read the log its index is needed, and SQLite would make one.
    if !beside(path, "-wal").is_file() || !beside(path, "-shm").is_file() {
        return Err(none());
    }
    let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, 0)?;
    if version(&conn, path)? < SCHEMA_VERSION {
        return Err(none());
    }
    sound(&mut conn, path)?;
    Ok(conn)
}

/// Opens a desk that nobody writes as a file that cannot change; none when its log holds more.
fn at_rest(path: &Path) -> Option<(Connection, i64)> {
    if std::fs::metadata(beside(path, "-wal")).is_ok_and(|meta| meta.len() > 0) {
        return None;
    }
    place::check(path).ok()?;
    let uri = uri(path, "immutable=1")?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let mut conn =
        Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).ok()?;
    set_up(&mut conn, BUSY_MS).ok()?;
    let version = version(&conn, path).ok()?;
    Some((conn, version))
}

/// The file as SQLite's URIs name it; none when its name is no text.
fn uri(path: &Path, how: &str) -> Option<String> {
    let path = in_full(path);
    let escaped = path.to_str()?.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    Some(format!("file:{escaped}?{how}"))
}

/// What the desk is called where it is attached.
pub(super) const DESK: &str = "desk";

/// A database of its own, on the disk without a name and gone when it is closed, in which what the
/// journal of the desk at `path` adds up to can be laid out: the desk is `desk` there, to be read
/// only, and its journal's tables are found under their own names.
pub(super) fn scratch(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI;
    let mut conn = Connection::open_with_flags("", flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    set_up(&mut conn, BUSY_MS)?;
    bounds::writing(&mut conn)?;
    bounds::attaching(&conn, 1)?;
    // Nothing here is to outlive this process.
    conn.execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF")?;
    let no_text = || Error::failed(format!("the name of {} is no text", path.display()));
    let attach = |how: &str| -> Result<()> {
        conn.execute(&format!("ATTACH ?1 AS {DESK}"), [uri(path, how).ok_or_else(no_text)?])?;
        Ok(conn.query_row("SELECT count(*) FROM desk.sqlite_schema", [], |_| Ok(()))?)
    };
    if attach("mode=ro").is_err() {
        drop(conn.execute_batch("DETACH desk"));
        attach("immutable=1")?;
    }
    Ok(conn)
}

/// Opens the desk for changes; says whether it was made, and which file it is.
pub(super) fn write(
    path: &Path,
    replica: Replica,
    before: Before<'_>,
) -> Result<(Connection, bool, Option<File>)> {
    let made = make_file(path)?;
    let (mut conn, file) = known(path)?;
    match version(&conn, path)? {
        0 => {
            write_ahead(&conn)?;
            lay_out(&mut conn, replica, Machine(0))?;
            tidy::checkpoint(&mut conn)?;
        }
        SCHEMA_VERSION.. => sound(&mut conn, path)?,
        _ => {
            before()?;
            bring_up(&mut conn, path)?;
        }
    }
    if !is_write_ahead(&conn)? {
        // A copy that was put in the desk's place is none yet.
        if file != File::at(path) {
            return Err(replaced(path));
        }
        write_ahead(&conn)?;
    }
    Ok((conn, made, file))
}

/// Opens a desk that needs nothing first for reading and for changes; none if that fails.
pub(super) fn to_change(path: &Path) -> Option<(Connection, File)> {
    let (mut conn, file) = known(path).ok()?;
    let current = version(&conn, path).is_ok_and(|version| version == SCHEMA_VERSION)
        && sound(&mut conn, path).is_ok()
        && is_write_ahead(&conn).unwrap_or(false);
    file.filter(|_| current).map(|file| (conn, file))
}

/// Opens the file for changes, and knows which one it is: another may take its place meanwhile.
pub(super) fn known(path: &Path) -> Result<(Connection, Option<File>)> {
    let mut file = File::at(path);
    loop {
        let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, BUSY_MS)?;
        let now = File::at(path);
        if now == file {
            return Ok((conn, file));
        }
        file = now;
    }
}

/// Another file has taken the desk's place.
pub(super) fn replaced(path: &Path) -> Error {
    Error::new(Kind::Locked, format!("the desk {} was replaced just now", path.display()))
        .because("a copy was restored in its place; nothing was changed")
        .hint("look at it and try again")
}

/// Which file it is, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct File {
    device: u64,
    inode: u64,
}

impl File {
    /// The file at `path`; none where there is none, or where files have no such names.
    #[cfg(unix)]
    pub(super) fn at(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let meta = std::fs::metadata(path).ok()?;
        Some(Self { device: meta.dev(), inode: meta.ino() })
    }

    #[cfg(not(unix))]
    pub(super) fn at(_: &Path) -> Option<Self> {
        None
    }
}

pub(super) fn memory(replica: Replica, machine: Machine) -> Result<Connection> {
    let mut conn = Connection::open_in_memory()?;
    set_up(&mut conn, BUSY_MS)?;
    lay_out(&mut conn, replica, machine)?;
    Ok(conn)
}

fn is_write_ahead(conn: &Connection) -> Result<bool> {
    let mode: String = conn.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    Ok(mode == "wal")
}

/// Makes the file and its folder, for this user only; says whether the file is new.
fn make_file(path: &Path) -> Result<bool> {
    let cannot = |e: &std::io::Error| {
        Error::failed(format!("the desk {} cannot be made", path.display())).because(e)
    };
    if path.exists() {
        return Ok(false);
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folder(folder).map_err(|e| cannot(&e))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(true),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(cannot(&e)),
    }
}

/// Makes the folder and those above it that are missing, so that a power loss takes none of them
/// with what is later kept inside. SQLite flushes the desk's own folder.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let new: Vec<&Path> = folder.ancestors().take_while(missing).collect();
    io::private_folder(folder)?;
    // Where a folder may not be read it cannot be flushed; what is in it is no worse for that.
    for folder in new {
        drop(io::sync_folder(folder));
    }
    Ok(())
}

/// Opens the file; `patience` is how long to wait for another process, in milliseconds.
pub(super) fn connect(path: &Path, access: OpenFlags, patience: u32) -> Result<Connection> {
    let path = &in_full(path);
    place::check(path)?;
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let flags = if path.is_symlink() { access | OpenFlags::SQLITE_OPEN_NO_MUTEX } else { flags };
    let mut conn = Connection::open_with_flags(path, flags).map_err(|e| {
        let what = format!("the desk {} cannot be opened", path.display());
        Error::failed(what).because(e).hint(error::OPENS)
    })?;
    set_up(&mut conn, patience)?;
    Ok(conn)
}

/// A name such as `:memory:` has a meaning of its own to SQLite; a path has not.
fn in_full(path: &Path) -> PathBuf {
    if path.is_relative() { Path::new(".").join(path) } else { path.to_owned() }
}

/// Waits a little for another process, but not for a person who has had enough of it.
pub(super) fn wait(times: i32) -> bool {
    let waited = times.unsigned_abs().saturating_mul(PAUSE_MS);
    let on = waited < BUSY_MS && !io::interrupted();
    if on {
        std::thread::sleep(Duration::from_millis(PAUSE_MS.into()));
    }
    on
}

fn set_up(conn: &mut Connection, patience: u32) -> Result<()> {
    if patience == BUSY_MS {
        conn.busy_handler(Some(wait))?;
    } else {
        conn.busy_timeout(Duration::from_millis(patience.into()))?;
    }
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    // Plans do not depend on the values bound, so that binding anew never compiles anew.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Whoever only looks at a file that may be damaged leaves its log as it is.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    bounds::opening(conn)?;
    conn.set_prepared_statement_cache_capacity(64);
    conn.execute_batch(&bounds::heap())?;
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON;",
    )?;
    Ok(())
}

/// The schema's version; 0 for an empty file.
fn version(conn: &Connection, path: &Path) -> Result<i64> {
    let pragma = |name: &str| -> Result<i64> {
        Ok(conn.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))?)
    };
    let version = pragma("user_version").map_err(|e| match e.kind {
        Kind::NoDesk => Error::no_desk(format!("{} is not a tix desk", path.display())).because(e),
        _ => e,
    })?;
    let foreign = pragma("application_id")? != APPLICATION;
    if foreign && (version != 0 || pragma("schema_version")? != 0) {
        return Err(Error::no_desk(format!("{} is not a tix desk", path.display()))
            .because("it is another program's database"));
    }
    if version > SCHEMA_VERSION {
        return Err(Error::no_desk(format!("{} was made by a newer tix", path.display()))
            .because(format!("its schema is {version}; this tix knows {SCHEMA_VERSION}"))
            .hint("update tix; nothing was changed"));
    }
    Ok(version)
}

/// Switches to the write-ahead log. SQLite does not wait by itself for others who do the same.
pub(super) fn write_ahead(conn: &Connection) -> Result<()> {
    let mut waited = 0;
    loop {
        match conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0)) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                return Err(Error::failed("the desk cannot use a write-ahead log")
                    .because(format!("SQLite chose `{mode}`"))
                    .hint("keep the desk on a local disk, not on a network share"));
            }
            Err(e)
                if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < BUSY_MS =>
            {
                std::thread::sleep(Duration::from_millis(10));
                waited += 10;
            }
            Err(e) => return Err(e.into()),
        }
    }
}

/// Ends the work on a new desk: it is in its one file, on the disk, and will be written ahead.
pub(super) fn finish(conn: Connection, path: &Path) -> Result<()> {
    write_ahead(&conn)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    conn.close().map_err(|(_, e)| e)?;
    std::fs::File::open(path).and_then(|file| file.sync_all())?;
    Ok(())
}
