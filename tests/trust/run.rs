//! Commands of the real program in processes of their own, each by somebody of its own, so that
//! what each one recorded can be told from the journal.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use tix::domain::ids::Uid;
use tix_vfs::Image;

use crate::check::{lay, sound};
use crate::dice::Dice;
use crate::it::Desk;
use crate::session::scratch;

/// The command for `line`, run by the person of this count, at the minute of this count.
pub(crate) fn tix(desk: &Desk, count: u64, line: &str) -> Command {
    let mut command = desk.command(line);
    let now = chrono::DateTime::from_timestamp(1_788_253_200 + count.cast_signed() * 60, 0);
    let now = now.unwrap().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    command.env("TIX_USER", format!("S{count} <s{count}@trial.example>")).env("TIX_NOW", now);
    command
}

/// How many tickets an import of [`line`] brings.
pub(crate) const IMPORTED: u64 = 20;

/// A command line of some kind, and how many entries it records if it does anything: none where
/// that depends. `tickets` is how many there may be.
pub(crate) fn line(
    desk: &Desk,
    count: u64,
    dice: &mut Dice,
    tickets: u64,
) -> (String, Option<u64>) {
    let id = 1 + dice.below(usize::try_from(tickets).unwrap().max(1)) as u64;
    match if tickets == 0 { 0 } else { dice.below(12) } {
        0..4 => (format!("new 'Ticket {count} 着火了' -m 'It burns.' -l a,b"), Some(2)),
        4 => (format!("reply {id} -m 'answer {count}'"), None),
        5 => (format!("comment {id} -m 'note {count}'"), None),
        6 => (format!("close {id} -m 'done {count}'"), None),
        7 => (format!("label +l{count} {id}"), Some(1)),
        8 => ("undo".to_owned(), None),
        9 => {
            let file = desk.file(&format!("log-{count}.txt"), format!("{count}\n").repeat(4000));
            (format!("new 'File {count}' -m 'see there' --attach {file}"), Some(3))
        }
        _ => {
            let ticket = |n: u64| {
                let uid = Uid::of_source(&format!("storm:{count}.{n}"));
                let message = serde_json::json!({ "body": "It hangs. ".repeat(30) });
                let ticket = serde_json::json!({ "uid": uid, "title": format!("Crash {count}.{n}"),
                    "messages": [message], "created_at": "2026-08-01T08:00:00Z" });
                format!("{ticket}\n")
            };
            let tickets: String = (0..IMPORTED).map(ticket).collect();
            let file = desk.file(&format!("import-{count}.jsonl"), tickets);
            (format!("import jsonl {file}"), Some(1 + 2 * IMPORTED))
        }
    }
}

/// How many entries each person recorded on a desk that nobody has open, after it was found sound
/// as whatever was done to it left it.
pub(crate) fn recorded(desk: &Path) -> Result<BTreeMap<u64, u64>, String> {
    let folder = scratch();
    let mut image = Image::new();
    for name in ["tix.db", "tix.db-wal"] {
        if let Ok(bytes) = std::fs::read(desk.with_file_name(name)) {
            image.insert(name.to_owned(), bytes);
        }
    }
    let path = lay(folder.path(), &image);
    if std::fs::metadata(&path).map_or(0, |meta| meta.len()) == 0 {
        return Ok(BTreeMap::new());
    }
    // Whoever was to make it was killed before anything was in it.
    let empty = |conn: rusqlite::Connection| {
        conn.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
    };
    if rusqlite::Connection::open(&path).and_then(empty).map_err(|e| e.to_string())? {
        return Ok(BTreeMap::new());
    }
    sound(&path)?;
    people(&path).map_err(|e| e.to_string())
}

fn people(path: &Path) -> rusqlite::Result<BTreeMap<u64, u64>> {
    let conn = rusqlite::Connection::open(path)?;
    let mut statement = conn.prepare("SELECT content FROM entry")?;
    let mut rows = statement.query([])?;
    let mut people = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let content: String = row.get(0)?;
        let name = content.strip_prefix("{\"by\":\"S").and_then(|rest| rest.split(' ').next());
        *people.entry(name.unwrap().parse().unwrap()).or_insert(0) += 1;
    }
    Ok(people)
}
