//! Is a desk sound? Every check reads only, and what one finds does not keep the others from looking.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::derive::{self, TABLES};
use super::{bounds, made, open, text, verify};
use crate::domain::ids::{Machine, Number};
use crate::error::{Error, Result};
use crate::view::{Fault, Finding, Verified};

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// What nothing can replace: the file's pages and the journal.
    Truth,
    /// What is derived from it too, which takes as long as to fold everything anew.
    Whole,
}

/// What a check of a desk found.
#[derive(Debug)]
pub struct Exam {
    /// The version of its schema.
    pub version: i64,
    /// What SQLite finds wrong with the file.
    pub pages: Result<Vec<String>>,
    /// What SQLite finds wrong with the text index.
    pub index: Vec<String>,
    /// What of the journal, and of the files' bytes, is not what was recorded.
    pub verified: Result<Verified>,
    /// What the derived tables say that the journal does not; none where that was not looked at, as
    /// where the file is damaged.
    pub derived: Option<Result<Vec<String>>>,
    /// Numbers that several tickets have.
    pub twice: Vec<Number>,
}

impl Exam {
    /// How many entries there are; or what is wrong with what nothing can replace. A file whose bytes
    /// are damaged, and a text that is erased though no purge says so, are so in a copy too.
    ///
    /// # Errors
    /// Exit 8, saying what it is.
    pub fn truth(&self) -> Result<u64> {
        if let Some(fault) = self.pages.clone()?.first() {
            return Err(Error::no_desk("the file is damaged").because(fault));
        }
        let verified = self.verified.as_ref().map_err(Clone::clone)?;
        let copied = |kind: Fault| matches!(kind, Fault::File | Fault::Erased);
        match verified.findings.iter().find(|it| !copied(it.kind)) {
            None => Ok(verified.entries),
            Some(Finding { machine, seq, what, .. }) => {
                let which = seq.map_or_else(String::new, |seq| format!("entry {seq} "));
                let of = machine.as_deref().unwrap_or("?");
                let error = format!("{which}of machine {of} is not what was recorded");
                Err(Error::no_desk(error).because(what))
            }
        }
    }

    /// The same with all that can be made anew.
    ///
    /// # Errors
    /// Exit 8, saying what it is.
    pub fn whole(&self) -> Result<u64> {
        let entries = self.truth()?;
        let derived = self.derived.as_ref().map_or(Ok(Vec::new()), Clone::clone)?;
        match derived.iter().chain(&self.index).next() {
            None => Ok(entries),
            Some(fault) => Err(Error::no_desk("the tables do not say what the journal says")
                .because(fault)
                .hint("`tix doctor --fix` makes them anew")),
        }
    }
}

/// Looks at the desk at `path`; `step` is told what is being looked at.
///
/// # Errors
/// Exit 8 when it cannot be opened as a desk at all.
pub fn examine(path: &Path, depth: Depth, step: &mut dyn FnMut(&str)) -> Result<Exam> {
    let (conn, version) = open::inspect(path)?;
    step("the file's pages");
    let (pages, index) = match integrity(&conn) {
        Ok((pages, index)) => (Ok(pages), index),
        Err(e) => (Err(e), Vec::new()),
    };
    step("the journal");
    let verified = verify::verify(&conn, None);
    let current = version == open::SCHEMA_VERSION;
    let twice = if current { twice(&conn).unwrap_or_default() } else { Vec::new() };
    // Out of a file whose pages do not hold nothing is folded: it may never end.
    let sound = matches!(&pages, Ok(faults) if faults.is_empty()) && verified.is_ok();
    let derived = (current && sound && depth == Depth::Whole).then(|| {
        step("what is derived");
        made::check(&conn, path)?;
        differences(path)
    });
    Ok(Exam { version, pages, index, verified, derived, twice })
}

/// Makes anew what is derived in the desk at `path`, whatever became of it.
///
/// # Errors
/// Exit 8 when that cannot be done; then nothing was changed.
pub fn mend(path: &Path) -> Result<()> {
    let (mut conn, file) = open::known(path)?;
    made::check_journal(&conn, path)?;
    bounds::writing(&mut conn)?;
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if file != open::File::at(path) {
        return Err(open::replaced(path));
    }
    derive::rebuild(&tx)?;
    made::check(&tx, path)?;
    tx.commit()?;
    Ok(())
}

/// The version of the database library.
#[must_use]
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

/// How the desk at `path` keeps what is not finished.
///
/// # Errors
/// Exit 8 when it cannot be opened as a desk at all.
pub fn journal_mode(path: &Path) -> Result<String> {
    let (conn, _) = open::inspect(path)?;
    Ok(conn.query_row("PRAGMA journal_mode", [], |row| row.get(0))?)
}

/// What SQLite finds wrong with the file, and what with the text index alone, which is derived.
fn integrity(conn: &Connection) -> Result<(Vec<String>, Vec<String>)> {
    let mut statement = conn.prepare("PRAGMA integrity_check(20)")?;
    let found = statement.query_map([], |row| row.get::<_, String>(0))?;
    let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
    let faults = found.into_iter().filter(|line| line != "ok");
    let faults = faults.flat_map(|text| text.lines().map(ToOwned::to_owned).collect::<Vec<_>>());
    let faults = faults.filter(|line| !line.starts_with("*** in database"));
    Ok(faults.partition(|line| !line.contains("FTS5")))
}

/// Numbers that several tickets have. None gives them so; a desk that was copied behind tix's back
/// and went on twice may.
fn twice(conn: &Connection) -> Result<Vec<Number>> {
    let sql = "SELECT machine, n FROM ticket GROUP BY machine, n HAVING count(*) > 1 LIMIT 20";
    let mut statement = conn.prepare(sql)?;
    let rows = statement
        .query_map([], |row| Ok(Number { machine: Machine(row.get(0)?), n: row.get(1)? }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What the derived tables of the desk at `path` say that its journal does not, or the other way
/// round: everything is folded anew, elsewhere, and held against them row by row.
fn differences(path: &Path) -> Result<Vec<String>> {
    let scratch = open::scratch(path)?;
    scratch.execute_batch("BEGIN")?;
    derive::fill(&scratch)?;
    let mut faults = Vec::new();
    for table in TABLES {
        let differs = match table {
            "text" => words_differ(&scratch)?,
            table => rows_differ(&scratch, table)?,
        };
        faults.extend(differs.map(|what| format!("{table}: {what}")));
    }
    Ok(faults)
}

/// A table's columns and their order: row numbers that a rebuild gives anew are left out.
fn columns(table: &str) -> (&'static str, &'static str) {
    match table {
        "article" => ("name, ref", "name"),
        "article_text" => ("term, name, col, offset", "term, name, col, offset"),
        "ticket" | "step" => ("*", "id"),
        "voided" => ("*", "ticket"),
        "purge" => ("*", "entry"),
        "number" => ("*", "machine, n, ticket"),
        "term" => ("*", "kind, key, ticket"),
        "link" => ("*", "ticket, kind, other"),
        "version" => ("*", "key, at, replica, seq"),
        "party" => ("*", "key, customer"),
        "helps" => ("*", "uid, article"),
        "kept" => ("*", "key"),
        _ => ("*", "ticket, place"),
    }
}

/// How a table differs from what was made anew.
fn rows_differ(scratch: &Connection, table: &str) -> Result<Option<String>> {
    let (columns, order) = columns(table);
    let source = |database: &str| -> Result<String> {
        if table != "article_text" {
            return Ok(format!("{database}.{table}"));
        }
        let words = text::words_of(scratch, database, table)?;
        Ok(format!("{words} w JOIN {database}.article a ON a.id = w.doc"))
    };
    let (ours, theirs) = (source("main")?, source("desk")?);
    let select = |from: &str| format!("SELECT {columns} FROM {from}");
    let ordered = |from: &str| format!("{} ORDER BY {order}", select(from));
    if same(scratch, &ordered(&ours), &ordered(&theirs))? {
        return Ok(None);
    }
    let count = |one: &str, other: &str| -> Result<i64> {
        let sql = format!("SELECT count(*) FROM ({} EXCEPT {})", select(one), select(other));
        Ok(scratch.query_row(&sql, [], |row| row.get(0))?)
    };
    let (missing, wrong) = (count(&ours, &theirs)?, count(&theirs, &ours)?);
    let first = format!("{} EXCEPT {} ORDER BY 1 LIMIT 1", select(&ours), select(&theirs));
    let first: Option<String> = scratch
        .query_row(&first, [], |row| Ok(format!("{:?}", row.get::<_, rusqlite::types::Value>(0)?)))
        .optional()?;
    let first = first.map_or_else(String::new, |first| format!(" (the first: {first})"));
    Ok(Some(format!("{missing} rows that should be there are not{first}, {wrong} should not be")))
}

/// How the text index differs from one that was made anew.
fn words_differ(scratch: &Connection) -> Result<Option<String>> {
    let select = |database: &str| -> Result<String> {
        let words = text::words_of(scratch, database, "text")?;
        // As it comes: by word, then by ticket.
        Ok(format!("SELECT term, doc, col, offset FROM {words}"))
    };
    let same = same(scratch, &select("main")?, &select("desk")?)?;
    Ok((!same).then(|| "it does not hold the words of the texts".to_owned()))
}

/// Do both statements give the same rows in the same order?
fn same(conn: &Connection, one: &str, other: &str) -> Result<bool> {
    let (mut one, mut other) = (conn.prepare(one)?, conn.prepare(other)?);
    let columns = one.column_count();
    if columns != other.column_count() {
        return Ok(false);
    }
    let (mut ours, mut theirs) = (one.query([])?, other.query([])?);
    loop {
        match (ours.next()?, theirs.next()?) {
            (None, None) => return Ok(true),
            (Some(our), Some(their)) => {
                for column in 0..columns {
                    if our.get_ref(column)? != their.get_ref(column)? {
                        return Ok(false);
                    }
                }
            }
            _ => return Ok(false),
        }
    }
}
