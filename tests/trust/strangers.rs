//! What strangers write and send: texts that would act on a terminal, words that would be SQL, files
//! that would hold a reader up.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};

use tix::domain::dates::Clock;
use tix::domain::ids::Timestamp;
use tix::domain::query::{Context, Query};
use tix::error::Kind;
use tix::render;
use tix::store::{Store, Wants};

use crate::corpus::{CORPUS, acts};
use crate::dice::Dice;
use crate::it::{Desk, Ran};
use crate::session::{self, scratch};
use crate::trial::{Outcome, Trial};

pub(crate) const TEXTS: Trial = Trial {
    name: "texts",
    promise: "Nothing that a stranger writes acts on your terminal or in your spreadsheet",
    method: "Send random texts of attacks, controls, invisible and combining characters through what \
             makes texts safe, once and again",
    run: |size, seed| texts(size.pick(20_000, 2_000_000), seed, &Gates::OURS),
};

pub(crate) const QUERIES: Trial = Trial {
    name: "queries",
    promise: "No words of a query are an error of the database",
    method: "Parse random queries and ask a small desk what they find",
    run: |size, seed| queries(size.pick(2_000, 300_000), seed),
};

pub(crate) const FILES: Trial = Trial {
    name: "files",
    promise: "No file that is opened as a desk hangs tix, takes its memory or breaks it",
    method: "Write random bytes over a desk's file and put every question to it, with 2 seconds of the \
             processor and 400 MB of address space",
    run: |size, seed| files(size.pick(60, 3_000), seed),
};

/// What makes texts safe.
struct Gates {
    line: fn(&str) -> String,
    block: fn(&str) -> String,
    json: fn(&str) -> String,
    cell: fn(&str) -> String,
}

impl Gates {
    const OURS: Self = Self {
        line: |text| render::line(text).into_owned(),
        block: |text| render::block(text).into_owned(),
        json: |text| render::json_text(&serde_json::to_string(text).unwrap()).into_owned(),
        cell: render::cell,
    };
}

/// A text made of pieces of attacks and of characters of every kind.
fn text(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..=dice.below(12) {
        match dice.below(8) {
            0 | 1 => {
                let whole: Vec<char> = dice.pick(CORPUS).chars().collect();
                let start = dice.below(whole.len());
                let end = start + dice.below(whole.len() - start + 1);
                text.extend(&whole[start..end]);
            }
            2 => text.push(char::from(u8::try_from(dice.below(0x20)).unwrap())),
            3 => text.extend(char::from_u32(0x7f + u32::try_from(dice.below(0x40)).unwrap())),
            4 => text.extend(char::from_u32(0x2000 + u32::try_from(dice.below(0x80)).unwrap())),
            5 => text.push_str(dice.pick(&[
                "a", "字", "👩", "ع", "\u{301}", "\u{fe0f}", "\u{200d}", "1", "=", " ", "\u{3000}",
            ])),
            6 => text.extend(char::from_u32(0xe0000 + u32::try_from(dice.below(0x200)).unwrap())),
            _ => text.extend(char::from_u32(u32::try_from(dice.below(0x11_0000)).unwrap())),
        }
    }
    text
}

fn texts(many: u64, seed: u64, gates: &Gates) -> Outcome {
    let (mut outcome, mut dice) = (Outcome::default(), Dice::new(seed));
    for _ in 0..many {
        let text = text(&mut dice);
        let line = (gates.line)(&text);
        let block = (gates.block)(&text);
        let json = (gates.json)(&text);
        let cell = (gates.cell)(&text);
        let mut wrong = |how: &str| outcome.damaged(format!("{how}: {text:?}"));
        if acts(&line, &[]).is_some() || line.contains('\n') {
            wrong("a line acts");
        }
        if acts(&block, &['\t']).is_some() {
            wrong("a block acts");
        }
        if acts(&json, &[]).is_some() || json.contains('\n') {
            wrong("JSON acts");
        }
        if serde_json::from_str::<String>(&json).ok().as_ref() != Some(&text) {
            wrong("JSON is another text");
        }
        if (gates.line)(&line) != line || (gates.block)(&block) != block {
            wrong("what is safe is changed again");
        }
        let first = cell.chars().next();
        let runs = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
        if runs || matches!(first, Some('\t' | '\r' | '\n')) || acts(&cell, &['\t']).is_some() {
            wrong("a cell runs");
        }
    }
    outcome.count("texts", many);
    outcome
}

#[test]
fn a_gate_that_lets_something_through_is_found() {
    let open: [Gates; 4] = [
        Gates { line: ToOwned::to_owned, ..Gates::OURS },
        Gates { block: |text| text.replace('\x1b', ""), ..Gates::OURS },
        Gates { json: |text| serde_json::to_string(text).unwrap(), ..Gates::OURS },
        Gates { cell: |text| render::block(text).into_owned(), ..Gates::OURS },
    ];
    for gates in &open {
        assert!(texts(500, 1, gates).losses().1 > 0);
    }
    assert_eq!(texts(500, 1, &Gates::OURS).losses(), (0, 0));
}

/// What queries are made of, and what breaks other people's SQL.
const WORDS: &[&str] = &[
    "is:",
    "no:",
    "has:",
    "id:",
    "title:",
    "body:",
    "note:",
    "status:",
    "priority:",
    "label:",
    "assignee:",
    "requester:",
    "customer:",
    "tier:",
    "ref:",
    "created:",
    "updated:",
    "closed:",
    "due:",
    "snoozed:",
    "sla:",
    "messages:",
    "replies:",
    "sort:",
    "view:",
    "channel:",
    "resolution:",
    "first-response:",
    "open",
    "closed",
    "high",
    ">=",
    "<",
    ">",
    "..",
    "-",
    "NOT ",
    "OR ",
    "AND ",
    "(",
    ")",
    "\"",
    "'",
    "''",
    ",",
    "*",
    "%",
    "_",
    "\\",
    ";",
    "--",
    "/*",
    "*/",
    "NEAR(",
    "^",
    "+",
    "{",
    "}",
    "title : ",
    "a",
    "fire",
    "火",
    "é",
    "@me",
    "today",
    "-7d",
    "2026-01-01",
    "2026",
    "99999999999999",
    "1e308",
    "-1",
    "NaN",
    "x'00'",
    "\0",
    "\u{1f}",
    "\u{202e}",
    "\u{301}",
    "🔥",
    "C++",
    "it's",
    "#12",
    "100%",
    "user@example.com",
    "foo-bar",
    "DROP TABLE ticket",
    "1=1",
    ")) OR 1=1 --",
    "MATCH",
    "rank",
    "sort:-updated,due",
    "b7",
    "42.3",
    "github:o/r#1",
];

fn queries(many: u64, seed: u64) -> Outcome {
    let (mut outcome, mut dice) = (Outcome::default(), Dice::new(seed));
    let folder = scratch();
    let path = folder.path().join("tix.db");
    let (mut store, _) = Store::create(&path, &session::author(seed, 0)).unwrap();
    for count in 1..=25 {
        session::change(&mut store, seed, count).unwrap();
    }
    drop(store);
    let clock = Clock { now: Timestamp(1_788_003_000_000), zone: chrono_tz::Europe::Berlin };
    let views = BTreeMap::from([("mine".to_owned(), "assignee:@me".to_owned())]);
    let context = Context { clock, me: "Me <me@x.example>".parse().unwrap(), views };
    for round in 0..many {
        // What is asked of one opening of the file is bounded.
        let text = query(&mut dice);
        outcome.count("queries", 1);
        let asked = catch_unwind(AssertUnwindSafe(|| -> Result<bool, String> {
            let query = match Query::parse(&text, &context) {
                Ok(query) => query,
                Err(e) if e.kind == Kind::Invalid => return Ok(false),
                Err(e) => return Err(format!("{:?}: {e}", e.kind)),
            };
            let store = Store::open(&path).map_err(|e| e.to_string())?;
            let (reader, mut found) = (store.read(), 0);
            let wants = Wants { limit: None, fields: None };
            let sink = &mut |_: tix::view::Ticket| {
                found += 1;
                Ok(())
            };
            let listed = match round % 2 {
                0 => reader.list(&query, clock.now, &wants, sink),
                _ => reader.search(&query, clock.now, &wants, sink),
            };
            listed.map_err(|e| e.to_string())?;
            let count = reader.count(&query, clock.now).map_err(|e| e.to_string())?;
            if count == found {
                Ok(true)
            } else {
                Err(format!("{count} are counted, {found} found"))
            }
        }));
        match asked {
            Ok(Ok(asked)) => outcome.count("of them asked", u64::from(asked)),
            Ok(Err(e)) => outcome.damaged(format!("{text:?}: {e}")),
            Err(_) => outcome.damaged(format!("{text:?}: a panic")),
        }
    }
    outcome
}

fn query(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..=dice.below(7) {
        text.push_str(dice.pick(WORDS));
        text.push_str(dice.pick(&["", "", " "]));
        if dice.one_in(6) {
            text.push_str(&self::text(dice));
        }
    }
    text
}

/// One question of every kind.
const QUESTIONS: &[&str] = &[
    "",
    "list",
    "list --all --json",
    "show 1",
    "show 1 2 3 --json",
    "search fire",
    "similar 1",
    "count --by label,status",
    "log",
    "log 1",
    "next",
    "sla",
    "export jsonl",
    "export md",
    "info",
    "verify",
    "doctor",
];

fn files(many: u64, seed: u64) -> Outcome {
    let (mut outcome, mut dice) = (Outcome::default(), Dice::new(seed));
    let desk = Desk::new();
    for line in [
        "tier new gold --first 4h --resolve 5bd",
        "new 'Fire in the 火 room' -m 'It burns.' -r 'Ada <ada@acme.example>' -l hot,bug --tier gold",
        "new 'Second' -m fire -p low --due 2026-09-10",
        "comment 1 -m 'Ask the fire brigade.'",
        "reply 1 -m 'They come.'",
        "new 'Third' -m 'Smoke too'",
        "merge 3 1",
        "undo",
        "kb new 'Fire' -m 'Run.'",
    ] {
        desk.ok(line);
    }
    let path = desk.path("tix.db");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(conn);
    let sound = std::fs::read(&path).unwrap();
    for round in 0..many {
        let mut bytes = sound.clone();
        for _ in 0..=dice.below(8) {
            // Half of them where trees are described: at the beginning of a page.
            let page = dice.below(bytes.len() / 4096) * 4096;
            let within = if dice.one_in(2) { 110 } else { 4096 };
            let at = page + dice.below(within);
            let end = (at + 1 + dice.below(4)).min(bytes.len());
            for byte in &mut bytes[at..end] {
                *byte = u8::try_from(dice.below(256)).unwrap();
            }
        }
        for beside in ["tix.db-wal", "tix.db-shm"] {
            drop(std::fs::remove_file(desk.path(beside)));
        }
        std::fs::write(&path, &bytes).unwrap();
        outcome.count("files", 1);
        for _ in 0..3 {
            let line = dice.pick(QUESTIONS);
            let ran = bounded(&desk, line);
            outcome.count("questions", 1);
            outcome.count("of them answered", u64::from(ran.code == 0));
            let clean = [0, 1, 3, 4, 7, 8].contains(&ran.code) && !ran.stderr.contains("panicked");
            if !clean {
                outcome.damaged(format!("file {round}: `{line}` {}: {}", ran.code, ran.stderr));
            }
        }
    }
    outcome
}

/// What `line` does within 2 seconds of the processor and 400 MB of address space.
fn bounded(desk: &Desk, line: &str) -> Ran {
    let ours = desk.command(line);
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg("ulimit -t 2; ulimit -v 400000; exec \"$0\" \"$@\"");
    shell.arg(ours.get_program()).args(ours.get_args()).current_dir(desk.folder()).env_clear();
    shell.envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Ran::of(&shell.stdin(Stdio::null()).output().unwrap())
}

#[test]
fn a_question_that_takes_too_much_is_seen() {
    let limited = |script: &str| {
        let script = format!("ulimit -t 2; ulimit -v 400000; {script}");
        Command::new("/bin/sh").arg("-c").arg(script).stderr(Stdio::null()).status().unwrap()
    };
    assert!(!limited("while :; do :; done").success());
    assert!(!limited("exec tail /dev/zero").success());
    assert!(limited("exec true").success());
}
