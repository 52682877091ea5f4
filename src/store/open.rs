//! Opening the desk's file: the only place that does, so that every connection is set up alike.
//!
//! Write-ahead log and `synchronous=FULL`: an acknowledged change survives a crash and a power
//! loss. Triggers and views are forbidden, so a crafted file cannot run anything.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::derive;
use crate::domain::ids::{Machine, Replica};
use crate::error::{Error, Result};
use crate::io;

/// The version of the schema, kept in the file's `user_version`.
///
/// It counts the changes of what is derived too: such a file is brought up to date when it is next
/// opened, from its journal.
pub const SCHEMA_VERSION: i64 = 7;

/// Marks a file as a desk: `tix1` in the file's `application_id`.
const APPLICATION: i64 = 0x7469_7831;

/// How long to wait for another process, in milliseconds.
const BUSY_MS: u32 = 15_000;

/// How long until the other process is looked at again.
const PAUSE_MS: u32 = 5;

/// The write-ahead log may grow to this many bytes (64 pages) before a command checkpoints it:
/// that costs a one-shot process two flushes a change instead of five.
const WAL_MAX: u64 = 64 * 4120;

const JOURNAL: &str = include_str!("schema/journal.sql");

/// What came to the journal's own tables with version 3.
const BLOBS: &str = include_str!("schema/blobs.sql");

/// What came to them with version 7.
const SYNC: &str = include_str!("schema/sync.sql");

pub(super) fn read(path: &Path) -> Result<Connection> {
    let none = || Error::no_desk(format!("no desk at {}", path.display()));
    if !path.exists() {
        return Err(none().hint("check --db and TIX_DB; `tix new` makes the desk it is given"));
    }
    let opened = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, BUSY_MS)
        .and_then(|conn| version(&conn, path).map(|version| (conn, version)));
    // Where nothing can be written, not even a lock, a desk at rest can still be read.
    let (conn, version) = opened.or_else(|e| at_rest(path).ok_or(e))?;
    if version == 0 {
        return Err(none().because("the file holds no tables"));
    }
    if version < SCHEMA_VERSION {
        drop(conn);
        connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, BUSY_MS)
            .and_then(|mut conn| bring_up(&mut conn))
            .map_err(|e| {
                Error::no_desk(format!("{} was made by an older tix", path.display()))
                    .because(format!("it cannot be brought up to date: {e}"))
                    .hint("open it once where it can be written")
            })?;
        return connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, BUSY_MS);
    }
    Ok(conn)
}

/// Brings a file of an older version up to date, unless another process just did: the journal's
/// own tables are added to, and what is derived from it is made anew.
fn bring_up(conn: &mut Connection) -> Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version < SCHEMA_VERSION {
        if version < 3 {
            tx.execute_batch(&bare(BLOBS))?;
        }
        tx.execute_batch(&bare(SYNC))?;
        derive::rebuild(&tx)?;
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
    if let Some((conn, _)) = at_rest(path).filter(|(_, version)| *version == SCHEMA_VERSION) {
        return Ok(conn);
    }
    // To read the log its index is needed, and SQLite would make one.
    if !beside(path, "-wal").is_file() || !beside(path, "-shm").is_file() {
        return Err(none());
    }
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, 0)?;
    if version(&conn, path)? < SCHEMA_VERSION { Err(none()) } else { Ok(conn) }
}

/// The file that SQLite keeps beside the desk's.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Opens a desk that nobody writes as a file that cannot change; none when its log holds more.
fn at_rest(path: &Path) -> Option<(Connection, i64)> {
    if std::fs::metadata(beside(path, "-wal")).is_ok_and(|meta| meta.len() > 0) {
        return None;
    }
    let path = in_full(path);
    let escaped = path.to_str()?.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let uri = format!("file:{escaped}?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let mut conn =
        Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).ok()?;
    set_up(&mut conn, BUSY_MS).ok()?;
    let version = version(&conn, &path).ok()?;
    Some((conn, version))
}

pub(super) fn write(path: &Path, replica: Replica) -> Result<(Connection, bool)> {
    let made = make_file(path)?;
    let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, BUSY_MS)?;
    match version(&conn, path)? {
        0 => {
            write_ahead(&conn)?;
            lay_out(&mut conn, replica, Machine(0))?;
            checkpoint(&conn)?;
        }
        SCHEMA_VERSION.. => {}
        _ => bring_up(&mut conn)?,
    }
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok((conn, made))
}

/// Opens a desk that needs nothing first for reading and for changes; none if that fails.
pub(super) fn to_change(path: &Path) -> Option<Connection> {
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, BUSY_MS).ok()?;
    let current = version(&conn, path).is_ok_and(|version| version == SCHEMA_VERSION);
    let kept = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
    (current && kept.is_ok()).then_some(conn)
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

/// After a commit: folds the log back into the file once it has grown, else leaves it be.
pub(super) fn rest(conn: &Connection, path: &Path) -> Result<()> {
    let length = std::fs::metadata(beside(path, "-wal")).map_or(0, |meta| meta.len());
    if length > WAL_MAX { checkpoint(conn) } else { Ok(()) }
}

/// Folds the log back into the file. Readers may be in the way; then a later command does it.
fn checkpoint(conn: &Connection) -> Result<()> {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).or_else(|e| {
        let busy = e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy);
        if busy { Ok(()) } else { Err(e.into()) }
    })
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
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|e| cannot(&e))?;
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

/// Opens the file; `patience` is how long to wait for another process, in milliseconds.
fn connect(path: &Path, access: OpenFlags, patience: u32) -> Result<Connection> {
    if std::fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return Err(Error::no_desk(format!("{} is not a file", path.display())));
    }
    let path = &in_full(path);
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let flags = if path.is_symlink() { access | OpenFlags::SQLITE_OPEN_NO_MUTEX } else { flags };
    let mut conn = Connection::open_with_flags(path, flags).map_err(|e| {
        Error::failed(format!("the desk {} cannot be opened", path.display())).because(e)
    })?;
    set_up(&mut conn, patience)?;
    Ok(conn)
}

/// A name such as `:memory:` has a meaning of its own to SQLite; a path has not.
fn in_full(path: &Path) -> PathBuf {
    if path.is_relative() { Path::new(".").join(path) } else { path.to_owned() }
}

/// Waits a little for another process, but not for a person who has had enough of it.
fn wait(times: i32) -> bool {
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
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, 64 << 20)?;
    conn.set_prepared_statement_cache_capacity(64);
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
        crate::error::Kind::NoDesk => {
            Error::no_desk(format!("{} is not a tix desk", path.display())).because(e)
        }
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
fn write_ahead(conn: &Connection) -> Result<()> {
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

/// A schema without its comments, which the file would keep and every command would read.
pub(super) fn bare(schema: &str) -> String {
    let lines = schema.lines().map(|line| line.split("--").next().unwrap_or_default());
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Creates the tables, unless another process just did.
fn lay_out(conn: &mut Connection, replica: Replica, machine: Machine) -> Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == 0 {
        tx.execute_batch(&bare(JOURNAL))?;
        tx.execute_batch(&bare(BLOBS))?;
        tx.execute_batch(&bare(SYNC))?;
        tx.execute_batch(&bare(derive::SCHEMA))?;
        tx.execute(
            "INSERT INTO replica (id, mine, number, seq, at, chain) VALUES (?1, 1, ?2, 0, 0, zeroblob(32))",
            (replica.0, machine.0),
        )?;
        tx.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA_VERSION};"
        ))?;
    }
    tx.commit()?;
    Ok(())
}
