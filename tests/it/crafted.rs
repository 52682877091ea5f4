//! Desks that somebody crafted or damaged: every question to them ends soon, in little memory, with
//! an answer or a clean error, and runs nothing.

use rusqlite::Connection;
use serde_json::Value;

use crate::desk::{Desk, Ran, store};
use crate::golden;

/// One question of every kind that reads.
const QUESTIONS: [&str; 18] = [
    "",
    "list",
    "list --all --json",
    "show 1",
    "show 1 2 3 --json",
    "search crash",
    "similar 1",
    "count --by label,status",
    "log",
    "log 1",
    "next",
    "sla",
    "sla explain 1",
    "export jsonl",
    "export md",
    "info",
    "verify",
    "doctor",
];

/// Seconds of the processor: as what is released, and as what is built without optimising, which
/// takes three to four times as long.
const SECONDS: u32 = if cfg!(debug_assertions) { 5 } else { 2 };

/// What `line` does within the limits.
fn bounded(desk: &Desk, line: &str) -> Ran {
    let ours = desk.command(line);
    let mut shell = std::process::Command::new("/bin/sh");
    // Kilobytes of address space.
    let limits = format!("ulimit -t {SECONDS}; ulimit -v 400000");
    shell.arg("-c").arg(format!("{limits}; exec \"$0\" \"$@\"")).arg(ours.get_program());
    shell.args(ours.get_args()).current_dir(desk.folder()).env_clear();
    shell.envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Ran::of(&shell.stdin(std::process::Stdio::null()).output().unwrap())
}

/// What is wrong with how the questions end; the exit codes that there were.
fn faults(desk: &Desk) -> (Vec<String>, Vec<i32>) {
    let (mut faults, mut codes) = (Vec::new(), Vec::new());
    for line in QUESTIONS {
        let ran = bounded(desk, line);
        let clean = [0, 1, 3, 4, 7, 8].contains(&ran.code)
            && (ran.code == 0)
                != (ran.stderr.contains("error: ") || ran.stderr.contains("tix/error"))
            && !ran.stderr.contains("panicked");
        if !clean {
            let end: String = ran.stderr.chars().take(400).collect();
            faults.push(format!("`tix {line}` ended with {}: {end}", ran.code));
        }
        codes.push(ran.code);
    }
    (faults, codes)
}

/// A small desk at rest, and a door to its file that lets everything be done to it.
fn open(desk: &Desk) -> Connection {
    let conn = Connection::open(desk.path("tix.db")).unwrap();
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA writable_schema = ON").unwrap();
    conn
}

fn crafted(small: &Desk, sql: &str) -> Desk {
    let desk = small.copy();
    let conn = open(&desk);
    conn.execute_batch(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    drop(conn);
    desk
}

#[test]
fn what_tix_did_not_put_there_is_refused_and_not_run() {
    let small = golden::desk();
    let cases = [
        (
            "view `ticket`",
            "DROP TABLE ticket; CREATE VIEW ticket AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n",
        ),
        (
            "trigger `gone`",
            "CREATE TRIGGER gone AFTER INSERT ON entry BEGIN DELETE FROM entry; END",
        ),
        (
            "table `helps`",
            "DROP TABLE helps; CREATE TABLE helps (uid BLOB NOT NULL, article TEXT NOT NULL, big TEXT AS (hex(zeroblob(400000000))))",
        ),
        ("table `kept`", "DROP TABLE kept; CREATE VIRTUAL TABLE kept USING fts5(key, value)"),
        (
            "table `article_text`",
            "DROP TABLE article_text; CREATE VIRTUAL TABLE article_text USING fts5(title, body)",
        ),
        (
            "table `text_data`",
            "UPDATE sqlite_schema SET sql = replace(sql, 'BLOB', 'TEXT') WHERE name = 'text_data'",
        ),
        ("table `sqlite_stat1`", "ANALYZE"),
        ("table `boxes`", "CREATE VIRTUAL TABLE boxes USING rtree(id, a, b)"),
        ("index `more`", "CREATE INDEX more ON entry (upper(content))"),
        ("the table `link` is missing", "DROP TABLE link"),
        ("is not as tix makes it", "ALTER TABLE entry ADD COLUMN x TEXT DEFAULT 'x'"),
        (
            "is not as tix makes it",
            "UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL', 'NOT NULL CHECK (1)') WHERE name = 'term'",
        ),
    ];
    for (named, sql) in cases {
        let desk = crafted(&small, sql);
        for line in QUESTIONS.iter().chain(&["comment 1 -m x", "new x", "undo", "close 1"]) {
            let ran = bounded(&desk, line);
            assert_eq!(ran.code, 8, "{named}: `{line}`\n{}{}", ran.stdout, ran.stderr);
            // Doctor tells it in its list.
            let told = ran.stdout + &ran.stderr;
            assert!(told.contains(named), "{named}: `{line}`\n{told}");
        }
        assert_eq!(desk.ok("__complete fish show ''"), "\n", "{named}");
        let entries: i64 =
            open(&desk).query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap();
        assert!(entries > 5, "{named}");
    }
}

#[test]
fn what_no_version_made_is_refused_in_an_older_file_too() {
    let small = golden::desk();
    let cases = [
        (
            "view `ticket`",
            "DROP TABLE ticket; CREATE VIEW ticket AS SELECT 1; PRAGMA user_version = 2",
        ),
        (
            "trigger `gone`",
            "CREATE TRIGGER gone AFTER INSERT ON entry BEGIN DELETE FROM entry; END; PRAGMA user_version = 2",
        ),
        ("table `entry` is not", "ALTER TABLE entry ADD COLUMN x TEXT; PRAGMA user_version = 5"),
        ("table `mine`", "CREATE TABLE mine (x); PRAGMA user_version = 5"),
    ];
    for (named, sql) in cases {
        let desk = crafted(&small, sql);
        let before = std::fs::read(desk.path("tix.db")).unwrap();
        for line in ["list", "new x", "info"] {
            let ran = bounded(&desk, line);
            assert_eq!(ran.code, 8, "{named}: {}", ran.stderr);
            assert!(ran.stderr.contains(named), "{named}: {}", ran.stderr);
        }
        assert_eq!(std::fs::read(desk.path("tix.db")).unwrap(), before, "{named}");
    }
}

#[test]
fn a_schema_of_half_a_million_objects_ends() {
    let small = golden::desk();
    let desk = crafted(
        &small,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000)
         INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql)
         SELECT 'view', 'v' || i, 'v' || i, 0, 'CREATE VIEW v' || i || ' AS SELECT 1' FROM n",
    );
    let (faults, codes) = faults(&desk);
    assert_eq!(faults, [""; 0]);
    assert!(codes.iter().all(|code| *code != 0), "{codes:?}");
}

/// Cells that hold what no desk would put there.
#[test]
fn cells_of_the_wrong_kind_are_errors_and_no_more() {
    let small = golden::desk();
    let mut columns: Vec<(String, String)> = Vec::new();
    {
        let conn = open(&small);
        let mut tables = conn
            .prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'",
            )
            .unwrap();
        let tables: Vec<String> =
            tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        for table in tables {
            let mut names =
                conn.prepare(&format!("SELECT name FROM pragma_table_info('{table}')")).unwrap();
            let names = names.query_map([], |row| row.get::<_, String>(0)).unwrap();
            columns.extend(names.map(|name| (table.clone(), name.unwrap())));
        }
    }
    assert!(columns.len() > 80, "{columns:?}");
    let values = [
        "'text'",
        "x'00ff'",
        "9223372036854775807",
        "-9223372036854775808",
        "99",
        "1e300",
        "''",
        "CAST(x'ff80c3' AS TEXT)",
        "'a' || char(0) || 'b' || char(27)",
        "zeroblob(32)",
        "'[[[[[['",
    ];
    // Every value in every column would take minutes: each column gets three, all get every value.
    let mut wrong = Vec::new();
    for (place, (table, column)) in columns.iter().enumerate() {
        for value in values.iter().cycle().skip(place).step_by(4).take(3) {
            let desk = small.copy();
            let conn = open(&desk);
            let sql = format!("UPDATE OR IGNORE {table} SET {column} = {value}");
            // An index may already say no.
            if conn.execute_batch(&sql).is_err() {
                continue;
            }
            drop(conn);
            for line in ["list --all --json", "show 1", "search crash", "log", "export jsonl", ""] {
                let ran = bounded(&desk, line);
                let clean = [0, 1, 3, 8].contains(&ran.code) && !ran.stderr.contains("panicked");
                if !clean {
                    wrong.push(format!("{sql}: `{line}` {}: {}", ran.code, ran.stderr));
                }
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// Contents that no command writes, by what is wrong with them, each with the entry it is put into.
fn absurd(small: &Desk) -> Vec<(&'static str, (i64, String))> {
    let conn = open(small);
    let entry = |what: &str| -> (i64, String) {
        let sql = "SELECT id, content FROM entry WHERE content LIKE ?1 ORDER BY id LIMIT 1";
        conn.query_row(sql, [format!("%{what}%")], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    };
    let (id, opened) = entry("Crash on start");
    let edited = |from: &str, to: &str| {
        assert!(opened.contains(from), "{opened}");
        (id, opened.replace(from, to))
    };
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    let mut cases: Vec<(&'static str, (i64, String))> = vec![
        ("deep", (id, deep.clone())),
        ("deep in a value", edited("\"Crash on start\"", &deep)),
        ("a long title", edited("Crash on start", &"x".repeat(10 << 20))),
        ("a long label", edited("\"bug\"", &format!("\"{}\"", "y".repeat(10 << 20)))),
        (
            "many labels",
            edited(
                "\"bug\"",
                &(0..200_000).map(|n| format!("\"l{n}\"")).collect::<Vec<_>>().join(","),
            ),
        ),
        ("marks", edited("Crash on start", &"a\u{301}".repeat(1 << 20))),
        ("no JSON", (id, "nothing".to_owned())),
        ("a number", (id, "18446744073709551615".to_owned())),
    ];
    let numbers = [
        "18446744073709551615",
        "-1",
        "9223372036854775807",
        "-9223372036854775808",
        "1e308",
        "9458460000000000",
    ];
    let value: Value = serde_json::from_str(&opened).unwrap();
    let mut paths = Vec::new();
    leaves(&value, &mut String::new(), &mut paths);
    for path in &paths {
        for number in numbers {
            let mut changed = value.clone();
            *changed.pointer_mut(path).unwrap() = serde_json::from_str(number).unwrap();
            cases.push(("a number", (id, changed.to_string())));
        }
    }
    cases
}

#[test]
fn journals_of_absurd_contents_end() {
    let small = golden::desk();
    let mut folded = 0;
    for (name, (id, content)) in absurd(&small) {
        let desk = small.copy();
        let conn = open(&desk);
        conn.execute("UPDATE entry SET content = ?2 WHERE id = ?1", (id, &content)).unwrap();
        drop(conn);
        let shown: String = content.chars().take(300).collect();
        assert_eq!(faults(&desk).0, [""; 0], "{name}: {shown}");
        // Folded anew: no command does that with what was not recorded so; the store does.
        if store(&desk.path("tix.db")).rebuild().is_ok() {
            folded += 1;
            assert_eq!(faults(&desk).0, [""; 0], "{name}, folded: {shown}");
        }
    }
    assert!(folded > 10, "{folded}");
}

#[test]
fn a_journal_of_which_nothing_was_recorded_is_told_of_as_soon() {
    let desk = crafted(&golden::desk(), "UPDATE entry SET content = content || ' '");
    assert_eq!(faults(&desk).0, [""; 0]);
    let told = desk.run("verify").stderr;
    let entries: u32 =
        open(&desk).query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap();
    assert!(told.starts_with(&format!("error: {entries} things on the desk")), "{told}");
}

/// A page of a tree whose cells all lead to `child`: `kind` is 5 in a table and 2 in an index.
fn branch(kind: u8, child: u32) -> Vec<u8> {
    let mut page = vec![0; 4096];
    let mut start = 4096;
    let mut cells = 0_u16;
    while start - 16 > 12 + 2 * (usize::from(cells) + 1) {
        start -= 8;
        page[start..start + 4].copy_from_slice(&child.to_be_bytes());
        // A key; in an index, the length of an empty record and the record.
        page[start + 4..start + 8].copy_from_slice(&[2, 2, 0, 0]);
        let at = 12 + 2 * usize::from(cells);
        page[at..at + 2].copy_from_slice(&u16::try_from(start).unwrap().to_be_bytes());
        cells += 1;
    }
    page[0] = kind;
    page[3..5].copy_from_slice(&cells.to_be_bytes());
    page[5..7].copy_from_slice(&u16::try_from(start).unwrap().to_be_bytes());
    page[8..12].copy_from_slice(&child.to_be_bytes());
    page
}

/// Makes a tree of the desk into one in which every path leads to the same leaf: a few pages, and
/// rows for longer than the world will stand.
fn bomb(desk: &Desk, tree: &str) {
    let conn = open(desk);
    let find = "SELECT rootpage, type = 'table' FROM sqlite_schema WHERE name = ?1";
    let (root, table): (u32, bool) =
        conn.query_row(find, [tree], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    conn.close().unwrap();
    let path = desk.path("tix.db");
    let mut bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes[16..18], [0x10, 0], "pages of 4096 bytes");
    let pages = u32::try_from(bytes.len() / 4096).unwrap();
    let place = |page: u32| (page as usize - 1) * 4096;
    let leaf = bytes[place(root)..place(root) + 4096].to_vec();
    let kind = if table { 5 } else { 2 };
    let depth = 8;
    bytes[place(root)..place(root) + 4096].copy_from_slice(&branch(kind, pages + 1));
    for level in 1..depth {
        bytes.extend(branch(kind, pages + level + 1));
    }
    bytes.extend(leaf);
    bytes[28..32].copy_from_slice(&(pages + depth).to_be_bytes());
    std::fs::write(&path, bytes).unwrap();
}

#[test]
fn a_tree_without_end_ends() {
    let small = golden::desk();
    let mut stopped = 0;
    for tree in [
        "entry",
        "ticket",
        "entry_ticket",
        "entry_change",
        "ticket_updated",
        "sqlite_autoindex_entry_1",
        "number",
        "term",
        "step",
    ] {
        let desk = small.copy();
        bomb(&desk, tree);
        let (faults, codes) = faults(&desk);
        assert_eq!(faults, [""; 0], "{tree}");
        stopped += codes.iter().filter(|code| **code == 8).count();
    }
    assert!(stopped >= 8, "{stopped}");
}

#[test]
fn a_desk_that_was_just_brought_up_to_date_is_read_whole() {
    let desk = Desk::new();
    let lines: Vec<String> =
        (0..1_500).map(|n| format!(r#"{{"title":"Ticket {n}","labels":["a","b"]}}"#)).collect();
    assert_eq!(desk.feed("import jsonl -", lines.join("\n")).code, 0);
    open(&desk).execute_batch("PRAGMA user_version = 1").unwrap();
    assert_eq!(desk.ok("list --all --jsonl").lines().count(), 1_500);
}

/// The places of all that is neither an object nor an array.
fn leaves(value: &Value, path: &mut String, found: &mut Vec<String>) {
    let length = path.len();
    let mut each = |name: String, value: &Value| {
        path.push('/');
        path.push_str(&name.replace('~', "~0").replace('/', "~1"));
        leaves(value, path, found);
        path.truncate(length);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| each(name.clone(), value)),
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(i, value)| each(i.to_string(), value));
        }
        _ => found.push(path.clone()),
    }
}
