//! What is wrong with a desk is found, said, and mended where it can be; and of a damaged one
//! everything that is whole is saved.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;
use tix::store::{Line, Store};

use crate::copies;
use crate::desk::Desk;

/// The same with an article, and with something that was taken back.
fn small() -> Desk {
    let desk = copies::small();
    desk.ok("kb new Reset -m 'Open it.'");
    desk.ok("kb link 1 reset");
    desk.ok("close 2 --as solved");
    desk.ok("undo");
    desk
}

/// Does something to the desk behind tix's back.
fn tamper(desk: &Desk, sql: &str) {
    let conn = Connection::open(desk.path("tix.db")).unwrap();
    conn.execute_batch(sql).unwrap();
}

/// The checks that did not end well: what, how and with which exit code.
fn complaints(desk: &Desk) -> (Vec<String>, i32) {
    let ran = desk.run("doctor --json");
    let document: Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}", ran.stderr));
    let checks = document["data"].as_array().unwrap().iter().filter(|it| it["state"] != "ok");
    let said = checks.map(|it| {
        let text = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
        assert!(!it["hint"].is_null(), "{it} says nothing to do");
        format!("{} {}: {}", text("state"), text("check"), text("found"))
    });
    (said.filter(|line| !line.starts_with("note backup")).collect(), ran.code)
}

#[test]
fn a_sound_desk_is_found_sound_and_left_as_it_is() {
    let desk = small();
    let files = || ["tix.db", "tix.db-wal"].map(|name| std::fs::read(desk.path(name)).unwrap());
    let before = files();
    assert_eq!(complaints(&desk), (Vec::new(), 0));
    let ran = desk.screen(80, "doctor");
    assert_eq!(ran.code, 0);
    for said in [
        "✓ journal: ",
        "✓ tables: they say what the journal says",
        "note backup: no copy was ever made",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    assert_eq!(files(), before);
    desk.ok("backup copy.db");
    assert!(desk.screen(80, "doctor").stdout.contains("✓ backup: last Tue 2026-09-01"));
    std::fs::remove_file(desk.path("copy.db")).unwrap();
    assert!(desk.screen(80, "doctor").stdout.contains("it is not there now"));
    // None is a reason to look, but not to worry.
    assert_eq!(desk.run("doctor --db none.db").code, 8);
    let empty = Desk::new();
    let mut command = empty.command("doctor");
    command.env_remove("TIX_DB");
    assert!(command.status().unwrap().success());
}

#[test]
fn what_is_derived_wrongly_is_found_row_by_row_and_made_anew() {
    let wrong = [
        ("UPDATE ticket SET title = 'Crash' WHERE id = 2", "tables: ticket: 1 rows"),
        ("DELETE FROM term", "tables: term: "),
        ("UPDATE step SET undone = 1 - undone", "tables: step: "),
        ("INSERT INTO number VALUES (0, 9, 2, 0)", "tables: number: 0 rows"),
        ("DELETE FROM kept", "tables: kept: "),
        ("DELETE FROM helps", "tables: helps: "),
        ("UPDATE article SET name = 'x'", "tables: article: "),
        ("DELETE FROM text WHERE rowid = 2", "tables: text: it does not hold the words"),
        ("INSERT INTO text (rowid, title) VALUES (99, 'more')", "tables: text: "),
        ("DELETE FROM article_text", "tables: article_text: "),
        ("DROP TABLE ticket", "tables: "),
    ];
    for (sql, said) in wrong {
        let desk = small();
        let before = desk.ok("export jsonl");
        let lines = lines(&desk.path("tix.db"));
        tamper(&desk, sql);
        let (found, code) = complaints(&desk);
        assert!(
            code == 8 && found.iter().any(|line| line.starts_with(&format!("bad {said}"))),
            "{sql}: {found:?}"
        );
        let ran = desk.run("doctor --fix");
        assert_eq!(ran.code, 0, "{sql}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains("as it was before the fix is kept in"), "{}", ran.stderr);
        assert_eq!(complaints(&desk), (Vec::new(), 0), "{sql}");
        assert_eq!(desk.ok("export jsonl"), before, "{sql}");
        assert_eq!(lines, self::lines(&desk.path("tix.db")));
        assert!(desk.run("doctor --fix").stderr.contains("there is nothing to make anew"));
    }
}

#[test]
fn what_nothing_can_replace_is_named_and_never_mended() {
    let wrong = [
        (
            "UPDATE entry SET content = replace(content, 'pointer', 'printer')",
            "journal: entry 2 of machine",
        ),
        ("DELETE FROM entry WHERE seq = 2", "journal: entry 2 of machine"),
        ("UPDATE entry SET at = at + 1 WHERE seq = 3", "journal: entry 3 of machine"),
        ("UPDATE replica SET seq = seq + 1", "journal: "),
        ("UPDATE blob SET data = 'x'", "attachments: the bytes of trace.txt on 1.1 are not those"),
    ];
    for (sql, said) in wrong {
        let desk = small();
        tamper(&desk, sql);
        let (found, code) = complaints(&desk);
        assert!(
            code == 8 && found.iter().any(|line| line.starts_with(&format!("bad {said}"))),
            "{sql}: {found:?}"
        );
        assert_eq!(desk.run("doctor --fix").code, 8, "{sql}");
    }
    let desk = small();
    tamper(&desk, "DELETE FROM blob");
    assert_eq!(
        complaints(&desk),
        (vec!["note attachments: the bytes are not here of trace.txt on 1.1".to_owned()], 0)
    );
}

#[test]
fn where_a_desk_lies_is_looked_at_too() {
    use std::os::unix::fs::PermissionsExt;
    let desk = small();
    let path = desk.path("tix.db");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    desk.file("tix (Mira's conflicted copy 2026-09-01).db", "");
    std::fs::create_dir(desk.path(".stfolder")).unwrap();
    desk.draft("kqxz.note.md", &desk.slip("comment", "1"), "Could be the cache.\n");
    let (found, code) = complaints(&desk);
    assert_eq!(code, 0, "{found:?}");
    for said in [
        "note permissions: others may read",
        "looks like a copy that a sync program made of the desk",
        "the desk lies in a folder of Syncthing",
        "note drafts: 1 text not stored yet",
    ] {
        assert!(found.iter().any(|line| line.contains(said)), "{said}: {found:?}");
    }
    // What makes a desk one that is not to be trusted is more than a note.
    tamper(&desk, "CREATE TRIGGER t AFTER INSERT ON entry BEGIN SELECT 1; END");
    let (found, code) = complaints(&desk);
    assert!(code == 8 && found.iter().any(|line| line.contains("trigger `t`")), "{found:?}");
    std::fs::hard_link(&path, desk.path("link.db")).unwrap();
    let (found, code) = complaints(&desk);
    assert!(code == 8 && found.iter().any(|line| line.contains("second name")), "{found:?}");
}

#[test]
fn a_file_that_is_no_desk_any_more_is_said_to_be_damaged() {
    let desk = small();
    checkpointed(&desk);
    let mut bytes = std::fs::read(desk.path("tix.db")).unwrap();
    bytes[..100].fill(0);
    desk.file("tix.db", bytes);
    let (found, code) = complaints(&desk);
    assert!(code == 8 && found.iter().any(|line| line.starts_with("bad file: ")), "{found:?}");
}

/// Folds the log into the file.
fn checkpointed(desk: &Desk) {
    tamper(desk, "PRAGMA wal_checkpoint(TRUNCATE)");
    std::fs::remove_file(desk.path("tix.db-wal")).ok();
    std::fs::remove_file(desk.path("tix.db-shm")).ok();
}

fn lines(desk: &Path) -> Vec<Line> {
    Store::open(desk).unwrap().lines_after(&BTreeMap::new()).unwrap()
}

/// What entries say, wherever they stand.
fn said(lines: &[Line]) -> BTreeSet<String> {
    lines
        .iter()
        .map(|line| format!("{:?} {:?} {:?}", line.ticket, line.change, line.content))
        .collect()
}

/// A desk with enough in it to fill many pages, some records over several of them.
fn full() -> Desk {
    let desk = small();
    let words: Vec<String> = (0..900).map(|n| format!("word{n}")).collect();
    let long = words.join(" ");
    for n in 0..12 {
        desk.ok(&format!("new 'Ticket {n}' -m 'Text {n}' -r who{n}"));
        desk.ok(&format!(
            "comment {} -m '{n} {}'",
            n + 3,
            if n % 3 == 0 { &long } else { "short" }
        ));
    }
    desk.file("large.bin", (0..20_000u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>());
    desk.ok("attach 3.1 large.bin");
    desk
}

/// Salvages a damaged file, and holds what came out against what was in it.
fn held(desk: &Desk, whole: &[Line], damage: &str) -> Value {
    let damaged = std::fs::read(desk.path("damaged.db")).unwrap();
    let ran = desk.run("salvage damaged.db --to saved.db --json");
    assert!([0, 7].contains(&ran.code), "{damage}: {}", ran.stderr);
    assert_eq!(
        std::fs::read(desk.path("damaged.db")).unwrap(),
        damaged,
        "{damage}: it was changed"
    );
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    let told = told["data"].clone();
    let saved = lines(&desk.path("saved.db"));
    let (was, is) = (said(whole), said(&saved));
    // Besides what was there, only that it was salvaged, and which numbers were given.
    let mut new = is.difference(&was);
    let ours = |said: &String| said.contains("salvage") || said.contains("numbers/0");
    assert!(new.clone().count() > 0 && new.all(ours), "{damage}");
    let lost: Vec<&Line> = whole
        .iter()
        .filter(|line| !is.contains(&said(&[(*line).clone()]).pop_first().unwrap()))
        .collect();
    // Exactly what is missing is listed.
    let missing = told["missing"].as_array().unwrap().iter().flat_map(|gap| {
        let end = gap["last"].as_u64();
        (gap["first"].as_u64().unwrap()..=end.unwrap_or(0)).collect::<Vec<_>>()
    });
    let missing: Vec<u64> = missing.collect();
    assert_eq!(missing, lost.iter().map(|line| line.stamp.seq).collect::<Vec<_>>(), "{damage}");
    assert_eq!(
        ran.code == 7,
        !(told["missing"].as_array().unwrap().is_empty()
            && told["files_lost"].as_array().unwrap().is_empty())
    );
    // What stands undamaged in the file came back.
    for line in lost {
        let (text, salt) = line.content.as_ref().unwrap();
        let stored = [salt.as_slice(), text.as_bytes()].concat();
        let there = damaged.windows(stored.len()).any(|part| part == stored);
        assert!(!there, "{damage}: {text} was there");
    }
    assert_eq!(desk.run("--db saved.db doctor").code, 0, "{damage}");
    for end in ["", "-wal", "-shm"] {
        std::fs::remove_file(desk.path(&format!("saved.db{end}"))).ok();
    }
    told
}

#[test]
fn whatever_page_is_lost_everything_on_the_others_comes_back() {
    let desk = full();
    checkpointed(&desk);
    let whole = lines(&desk.path("tix.db"));
    let bytes = std::fs::read(desk.path("tix.db")).unwrap();
    let (mut all, mut files) = (0, 0);
    for page in 0..bytes.len() / 4096 {
        let mut damaged = bytes.clone();
        damaged[page * 4096..(page + 1) * 4096].fill(0);
        desk.file("damaged.db", damaged);
        let told = held(&desk, &whole, &format!("page {}", page + 1));
        all += usize::from(told["missing"].as_array().unwrap().is_empty());
        files += usize::from(!told["files_lost"].as_array().unwrap().is_empty());
    }
    // Most pages are of what is derived, or are written twice.
    assert!(all * 2 > bytes.len() / 4096 && files > 10, "{all} {files}");
}

#[test]
fn flipped_bytes_lose_what_they_are_in_and_no_more() {
    let desk = full();
    checkpointed(&desk);
    let whole = lines(&desk.path("tix.db"));
    let bytes = std::fs::read(desk.path("tix.db")).unwrap();
    let mut state = 7u64;
    for _ in 0..40 {
        let mut damaged = bytes.clone();
        let mut places = Vec::new();
        for _ in 0..4 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let place = usize::try_from(state >> 33).unwrap() % damaged.len();
            damaged[place] ^= 1 << (state % 8);
            places.push(place);
        }
        desk.file("damaged.db", damaged);
        salvaged_unless_shadowed(&desk, &whole, &places);
    }
}

/// A flip in a page's own index hides entries whose text still stands there.
fn salvaged_unless_shadowed(desk: &Desk, whole: &[Line], places: &[usize]) {
    let ran = desk.run("salvage damaged.db --to saved.db --json");
    assert!([0, 7].contains(&ran.code), "{places:?}: {}", ran.stderr);
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    let saved = said(&lines(&desk.path("saved.db")));
    let was = said(whole);
    assert!((1..=2).contains(&saved.difference(&was).count()), "{places:?}");
    let lost = was.difference(&saved).count();
    assert!(lost < 60, "{places:?}: {lost} of {} lost", was.len());
    let kept =
        told["data"]["proven"].as_u64().unwrap() + told["data"]["recovered"].as_u64().unwrap();
    assert_eq!(usize::try_from(kept).unwrap() + lost, was.len(), "{places:?}");
    assert_eq!(desk.run("--db saved.db doctor").code, 0, "{places:?}");
    for end in ["", "-wal", "-shm"] {
        std::fs::remove_file(desk.path(&format!("saved.db{end}"))).ok();
    }
}

#[test]
fn what_stands_only_in_the_log_is_saved_too() {
    let desk = full();
    desk.ok("comment 5 -m 'only in the log'");
    let whole = lines(&desk.path("tix.db"));
    let bytes = std::fs::read(desk.path("tix.db")).unwrap();
    let log = std::fs::read(desk.path("tix.db-wal")).unwrap();
    assert!(!bytes.windows(15).any(|part| part == b"only in the log"));
    desk.file("damaged.db", &bytes[..4096]);
    desk.file("damaged.db-wal", &log);
    let ran = desk.run("salvage damaged.db --to saved.db");
    assert_eq!(ran.code, 7, "{}", ran.stderr);
    assert!(
        said(&lines(&desk.path("saved.db"))).iter().any(|line| line.contains("only in the log"))
    );
    std::fs::remove_file(desk.path("saved.db")).unwrap();
    desk.file("damaged.db", &bytes);
    let ran = desk.run("salvage damaged.db --to saved.db");
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let saved = said(&lines(&desk.path("saved.db")));
    assert!(said(&whole).is_subset(&saved));
}

#[test]
fn a_saved_desk_goes_on_where_the_damaged_one_was() {
    let desk = full();
    checkpointed(&desk);
    let mut bytes = std::fs::read(desk.path("tix.db")).unwrap();
    let opened = b"\"title\":\"Ticket 5\"";
    let place = bytes.windows(opened.len()).position(|part| part == opened).unwrap();
    bytes[place + 10] ^= 1;
    desk.file("tix.db", bytes);
    assert_eq!(desk.run("doctor").code, 8);
    let ran = desk.run("salvage tix.db -n");
    assert!(ran.code == 7 && ran.stdout.starts_with("would: "), "{}", ran.stdout);
    assert!(!desk.path("tix-salvaged.db").exists());
    assert_eq!(desk.run("salvage tix.db --to tix.db").code, 4);
    let ran = desk.run("salvage tix.db");
    assert_eq!(ran.code, 7);
    assert!(ran.stdout.contains("missing: entry "), "{}", ran.stdout);
    assert!(ran.stdout.contains("not shown: 3 entries: of tickets whose"), "{}", ran.stdout);
    assert_eq!(desk.run("salvage tix.db").code, 4, "it is there already");
    let proven = desk.json_of(7, "salvage tix.db --to proven.db --proven-only");
    assert_eq!(proven["data"]["recovered"], 0);
    let ran = desk.run("restore tix-salvaged.db --yes");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(desk.run("doctor").code, 0);
    // Numbers go on, also after those that are lost.
    assert_eq!(desk.ok("new Next"), "15\n");
    assert_eq!(desk.run("show 8").code, 3, "its beginning is lost");
    assert!(desk.ok("log").contains("salvage"));
    assert_eq!(desk.run("salvage none.db").code, 8);
    desk.file("note.txt", "hello");
    assert_eq!(desk.run("salvage note.txt").code, 8);
}
