//! Copies of a desk: made while others work, found sound, sealed, restored, and never lost.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use insta::assert_snapshot;
use serde_json::Value;
use tix::error::Kind;

use crate::desk::{Desk, Ran};

/// A desk with tickets, a file and a canned reply.
pub(crate) fn small() -> Desk {
    let desk = Desk::new();
    desk.ok("new 'Crash on start 登录' -m 'null pointer' -l bug -r 'Ada <ada@acme.example>'");
    desk.ok("new 'Dark mode' -p low");
    desk.file("trace.txt", "null pointer\n");
    desk.ok("attach 1.1 trace.txt");
    desk.ok("canned new ack -m Hello");
    desk
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// The automatic copies, newest first.
fn automatic(desk: &Desk) -> Vec<(String, PathBuf)> {
    let listed = desk.json("backup --list");
    let listed = listed["data"].as_array().unwrap().iter().map(|it| {
        let text = |name: &str| it[name].as_str().unwrap().to_owned();
        (text("reason"), PathBuf::from(text("file")))
    });
    listed.collect()
}

/// What is in the copy, as an export.
fn exported(desk: &Desk, copy: &Path) -> String {
    desk.ok(&format!("--db {} export jsonl", copy.display()))
}

/// A program that Debian has; without it there is nothing to test, which CI may not say.
#[expect(clippy::disallowed_methods, reason = "tests have no env.rs")]
#[expect(clippy::print_stderr, reason = "what was not tried is said")]
fn there(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    assert!(there || std::env::var_os("CI").is_none(), "{program} is not installed");
    if !there {
        eprintln!("SKIPPED, since `{program}` is not installed");
    }
    there
}

#[test]
fn a_copy_is_a_whole_desk_in_one_file_that_only_its_owner_reads() {
    let desk = small();
    let before = desk.ok("export jsonl");
    let mut command = desk.command("backup copy.db");
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "umask 000; exec \"$0\" \"$@\""]);
    shell.arg(command.get_program()).args(command.get_args()).current_dir(desk.folder());
    shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command = shell;
    let ran = Ran::of(&command.output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let copy = desk.path("copy.db");
    assert_eq!(mode(&copy), 0o600);
    assert_eq!(mode(desk.drafts().with_file_name("backups").as_path()), 0o700);
    // Not of a write-ahead log: it can be read where nothing can be written.
    assert_eq!(std::fs::read(&copy).unwrap()[18..20], [1, 1]);
    assert_eq!(exported(&desk, &copy), before);
    let left: Vec<_> = std::fs::read_dir(desk.folder()).unwrap().flatten().collect();
    let left = left.iter().map(|it| it.file_name().into_string().unwrap());
    assert!(!left.into_iter().any(|name| name.starts_with(".tix-")), "a part was left");
    if there("sqlite3") {
        let immutable = format!("file:{}?immutable=1", copy.display());
        let sql = "PRAGMA integrity_check; SELECT count(*), max(title) FROM ticket";
        let told = Command::new("sqlite3").args([&immutable, sql]).output().unwrap();
        assert_eq!(Ran::of(&told).stdout, "ok\n2|Dark mode\n");
    }
}

#[test]
fn nothing_is_overwritten_unless_it_is_said() {
    let desk = small();
    desk.file("copy.db", "mine");
    assert_snapshot!(desk.run("backup copy.db").transcript(), @r"
    --- stderr
    error: copy.db is there already
      because: nothing is overwritten
      try: name another file, or add --force
    --- exit 4
    ");
    assert_eq!(std::fs::read(desk.path("copy.db")).unwrap(), b"mine");
    desk.ok("backup copy.db --force");
    desk.ok("backup copy.db --force");
    desk.ok("--db copy.db show 1");
    for own in ["tix.db", "./tix.db", "tix.db-wal"] {
        let ran = desk.run(&format!("backup {own} --force"));
        assert_eq!(ran.code, 4, "{own}");
        assert!(ran.stderr.contains("belongs to the desk itself"), "{own}: {}", ran.stderr);
    }
    assert_eq!(desk.run("backup .").code, 4);
    assert_eq!(desk.run("backup nowhere/copy.db").code, 1);
    assert_eq!(desk.run("backup --db none.db copy2.db").code, 8);
    assert!(!desk.path("none.db").exists());
    desk.ok("show 1");
}

#[test]
fn automatic_copies_are_listed_for_a_person_and_for_a_script() {
    let desk = small();
    assert_snapshot!(desk.screen(80, "backup --list").stdout, @r"
    no automatic copies yet
    `tix backup` makes one, `tix backup FILE` one where you want it
    ");
    assert_eq!(desk.ok("backup --list"), "");
    desk.ok("backup");
    desk.ok("backup copy.db");
    desk.ok("restore copy.db --yes");
    let reasons: Vec<String> = automatic(&desk).into_iter().map(|(reason, _)| reason).collect();
    assert_eq!(reasons, ["restore", "backup"]);
    let shown = desk.screen(40, "backup --list").stdout;
    assert!(shown.starts_with("2m ago · before restore · "), "{shown}");
    let lines = desk.ok("backup --list");
    assert_eq!(lines.lines().count(), 2);
    assert!(lines.lines().all(|line| line.split('\t').count() == 4), "{lines}");
    // When the last one was made, `info` knows.
    assert!(desk.ok("info").contains("backup    Tue 2026-09-01"), "{}", desk.ok("info"));
}

#[test]
fn a_sealed_copy_opens_with_stock_tools_and_restores() {
    let desk = small();
    let before = desk.ok("export jsonl");
    desk.ok("key new");
    desk.file("other.txt", "");
    std::fs::remove_file(desk.path("other.txt")).unwrap();
    let mut other = desk.command("key new");
    other.env("TIX_KEY", desk.path("other.txt"));
    let other = Ran::of(&other.output().unwrap()).stdout;
    let other = other.lines().find_map(|line| line.strip_prefix("recipient")).unwrap().trim();
    let sealed = desk.ok(&format!("backup copy.db.age --to me --to {other}"));
    assert!(sealed.contains("sealed to 2, opened again"), "{sealed}");
    let theirs = desk.ok(&format!("backup theirs.age --to {other}"));
    assert!(theirs.contains("sealed to 1, not to you"), "{theirs}");
    assert_eq!(mode(&desk.path("copy.db.age")), 0o600);
    // No plain copy is left anywhere, nor a word of it.
    for name in ["copy.db.age", "theirs.age"] {
        let bytes = std::fs::read(desk.path(name)).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/v1"));
        assert!(!bytes.windows(7).any(|part| part == b"pointer"));
    }
    assert!(automatic(&desk).is_empty());
    if there("age") {
        desk.file("key.txt", desk.ok("key export"));
        let mut age = Command::new("age");
        age.args(["-d", "-i", "key.txt", "-o", "stock.db", "copy.db.age"]);
        assert!(age.current_dir(desk.folder()).status().unwrap().success());
        assert_eq!(exported(&desk, &desk.path("stock.db")), before);
    }
    desk.ok("close 1 2");
    desk.ok("restore copy.db.age --yes");
    assert_eq!(desk.ok("export jsonl"), before);
    let closed = desk.run("restore theirs.age --yes");
    assert_eq!(closed.code, 8, "{}", closed.stderr);
    assert!(closed.stderr.contains("sealed to others"), "{}", closed.stderr);
    desk.ok("restore theirs.age --yes --identity other.txt");
    assert_eq!(desk.ok("export jsonl"), before);
    // What was cut or changed is found out before anything is done.
    let bytes = std::fs::read(desk.path("copy.db.age")).unwrap();
    for (name, bytes) in [
        ("cut.age", bytes[..bytes.len() - 5000].to_vec()),
        ("changed.age", [&bytes[..9000], b"x", &bytes[9001..]].concat()),
    ] {
        desk.file(name, bytes);
        let ran = desk.run(&format!("restore {name} --yes"));
        assert_eq!(ran.code, 8, "{name}: {}", ran.stderr);
    }
    assert_eq!(desk.ok("export jsonl"), before);
}

#[test]
fn what_is_sealed_is_named_so_and_nothing_else_is() {
    let desk = small();
    for line in ["backup copy.age", "backup copy.db --to me", "backup --to me"] {
        assert_eq!(desk.run(line).code, 2, "{line}");
    }
    let ran = desk.run("backup copy.age --to age1nobody");
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    // Without a key there is no `me`.
    let ran = desk.run("backup copy.age --to me");
    assert!(ran.code != 0 && ran.stderr.contains("tix key new"), "{}", ran.stderr);
    assert!(!desk.path("copy.age").exists());
}

#[test]
fn a_restored_desk_is_as_it_was_and_goes_on_as_another_machine() {
    let desk = small();
    let before = desk.ok("export jsonl");
    desk.ok("backup copy.db");
    desk.ok("new Third");
    desk.ok("comment 1 -m 'after the copy'");
    let after = desk.ok("export jsonl");
    let asked = desk.run("restore copy.db");
    assert_eq!((asked.code, asked.stdout.as_str()), (6, ""));
    assert!(asked.stderr.contains("--yes"), "{}", asked.stderr);
    assert!(desk.ok("restore copy.db -n").starts_with("would: restore "));
    assert_eq!(desk.ok("export jsonl"), after);
    let restored = desk.json("restore copy.db --yes");
    assert_eq!(desk.ok("export jsonl"), before);
    let kept = PathBuf::from(restored["data"]["before"].as_str().unwrap());
    assert_eq!(exported(&desk, &kept), after);
    // No number is given again, and what was done before can be taken back.
    assert_eq!(desk.ok("new Fourth"), "4\n");
    assert!(desk.ok("undo").contains("opened #4"));
    assert!(desk.ok("undo").contains("ack"));
    assert!(desk.ok("redo").contains("ack"));
    assert_eq!(desk.ok("new Fifth"), "5\n");
    assert_eq!(desk.json("log --by @me")["data"][0]["summary"], "opened #5: Fifth");
    let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    let replicas = |mine: i64| -> Vec<i64> {
        let mut statement = conn.prepare("SELECT id FROM replica WHERE mine = ?1").unwrap();
        statement.query_map([mine], |row| row.get(0)).unwrap().flatten().collect()
    };
    assert_eq!((replicas(1).len(), replicas(2).len()), (1, 1));
    let mode: String = conn.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    drop(conn);
    assert_eq!(desk.run("doctor").code, 0, "{}", desk.run("doctor").stdout);
    // Restored again, it is another machine again.
    desk.ok("restore copy.db --yes");
    assert_eq!(desk.ok("new Sixth"), "6\n");
}

#[test]
fn a_copy_that_is_used_as_a_desk_is_another_machine_too() {
    let desk = small();
    desk.ok("backup copy.db");
    desk.ok("--db copy.db new Theirs");
    desk.ok("new Ours");
    let replica = |file: &str| -> i64 {
        let conn = rusqlite::Connection::open(desk.path(file)).unwrap();
        conn.query_row("SELECT id FROM replica WHERE mine = 1", [], |row| row.get(0)).unwrap()
    };
    assert_ne!(replica("tix.db"), replica("copy.db"));
    assert_eq!(desk.run("--db copy.db doctor").code, 0);
    assert!(desk.ok("--db copy.db undo").contains("opened #3"));
}

#[test]
fn what_is_no_sound_desk_is_not_restored() {
    let desk = small();
    let before = desk.ok("export jsonl");
    desk.file("note.txt", "hello");
    desk.ok("backup copy.db");
    let conn = rusqlite::Connection::open(desk.path("copy.db")).unwrap();
    conn.execute("UPDATE entry SET content = replace(content, 'pointer', 'printer')", []).unwrap();
    drop(conn);
    rusqlite::Connection::open(desk.path("other.db"))
        .unwrap()
        .execute_batch("CREATE TABLE x (y)")
        .unwrap();
    for (file, code) in
        [("note.txt", 8), ("copy.db", 8), ("other.db", 8), ("none.db", 1), ("tix.db", 4)]
    {
        let ran = desk.run(&format!("restore {file} --yes"));
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{file}: {}", ran.stderr);
    }
    assert_eq!(desk.ok("export jsonl"), before);
    assert!(automatic(&desk).is_empty());
}

#[test]
fn a_damaged_desk_is_kept_aside_with_its_log_which_is_applied_to_nothing() {
    let desk = small();
    desk.ok("backup copy.db");
    let before = desk.ok("export jsonl");
    desk.ok("comment 1 -m 'in the log'");
    assert!(desk.path("tix.db-wal").metadata().unwrap().len() > 0);
    let mut bytes = std::fs::read(desk.path("tix.db")).unwrap();
    bytes[..4096].fill(0);
    desk.file("tix.db", &bytes);
    let ran = desk.run("restore copy.db --yes");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("tix.db.set-aside-2026"), "{}", ran.stdout);
    assert_eq!(desk.ok("export jsonl"), before);
    let aside = |end: &str| {
        let names = std::fs::read_dir(desk.folder()).unwrap().flatten();
        let names = names.map(|it| it.file_name().into_string().unwrap());
        names.filter(|name| name.contains("set-aside") && name.ends_with(end)).count()
    };
    assert_eq!((aside("Z"), aside("Z-wal")), (1, 1));
    // A log that outlived its desk is none of the next one's.
    std::fs::remove_file(desk.path("tix.db")).unwrap();
    desk.file("tix.db-wal", vec![7; 9000]);
    desk.ok("restore copy.db");
    assert_eq!(desk.ok("export jsonl"), before);
    assert_eq!(desk.run("doctor").code, 0);
}

#[test]
fn a_desk_is_restored_where_none_was() {
    let (desk, other) = (small(), Desk::new());
    desk.ok("backup copy.db");
    let copy = desk.path("copy.db");
    other.ok(&format!("restore {}", copy.display()));
    assert_eq!(other.ok("export jsonl"), desk.ok("export jsonl"));
}

#[test]
fn whoever_had_the_old_file_open_records_nothing_in_it() {
    let desk = small();
    desk.ok("backup copy.db");
    let by = "Mira".parse().unwrap();
    let author = tix::store::Author { by, now: tix::domain::ids::Timestamp(0), secret: [7; 32] };
    let (mut store, _) = tix::store::Store::create(&desk.path("tix.db"), &author).unwrap();
    // As long as it is open, the desk is not replaced.
    let mut restore = desk.command("restore copy.db --yes").spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert!(restore.try_wait().unwrap().is_none(), "it did not wait");
    store.change(&author, |desk| desk.put("canned/late", Some("x"))).unwrap();
    drop(store);
    assert!(restore.wait().unwrap().success());
    // What was recorded meanwhile is in the copy of what was there.
    let (reason, kept) = automatic(&desk).remove(0);
    assert_eq!(reason, "restore");
    assert!(exported(&desk, &kept).contains("canned/late"));
    // And where it is replaced behind everybody's back, nothing is recorded in what is gone.
    let (mut store, _) = tix::store::Store::create(&desk.path("tix.db"), &author).unwrap();
    std::fs::copy(desk.path("copy.db"), desk.path("new.db")).unwrap();
    std::fs::rename(desk.path("new.db"), desk.path("tix.db")).unwrap();
    let error = store.change(&author, |desk| desk.put("canned/lost", Some("x"))).unwrap_err();
    assert_eq!(error.kind, Kind::Locked);
    assert!(error.what.contains("was replaced"), "{error}");
}

#[test]
fn no_acknowledged_change_is_lost_while_copies_are_restored() {
    let desk = small();
    desk.ok("backup copy.db");
    let acknowledged = std::sync::Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let (desk, acknowledged) = (&desk, &acknowledged);
            scope.spawn(move || {
                for n in 0..12 {
                    let title = format!("ticket {writer}-{n}");
                    let ran = Ran::of(&desk.command(&format!("new '{title}'")).output().unwrap());
                    match ran.code {
                        0 => _ = acknowledged.lock().unwrap().insert(title),
                        5 => assert!(ran.stderr.contains("replaced"), "{}", ran.stderr),
                        code => panic!("exit {code}: {}", ran.stderr),
                    }
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..4 {
                let ran = Ran::of(&desk.command("restore copy.db --yes").output().unwrap());
                assert!([0, 5].contains(&ran.code), "{}", ran.stderr);
            }
        });
    });
    let mut all = desk.ok("export jsonl");
    for (_, copy) in automatic(&desk) {
        all += &exported(&desk, &copy);
    }
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() > 3, "{acknowledged:?}");
    for title in acknowledged {
        assert!(all.contains(&format!("\"{title}\"")), "{title} is lost");
    }
    assert_eq!(desk.run("doctor").code, 0, "{}", desk.run("doctor").stdout);
}

#[test]
fn a_desk_is_copied_before_it_is_brought_up_to_date() {
    for line in ["list -q pointer", "comment 1 -m more"] {
        let desk = small();
        let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
        conn.execute_batch("DROP TABLE text; DROP TABLE helps; PRAGMA user_version = 4").unwrap();
        drop(conn);
        // To look is not to bring up to date.
        let ran = desk.run("doctor");
        assert!(ran.code == 0 && ran.stdout.contains("schema 4"), "{}", ran.stdout);
        desk.ok("backup old.db");
        let ran = desk.run(line);
        assert_eq!(ran.code, 0, "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains("as it was before the upgrade is kept in"), "{}", ran.stderr);
        let [(reason, copy)] = automatic(&desk).try_into().unwrap();
        assert_eq!(reason, "upgrade");
        let version = |file: &Path| -> i64 {
            let conn = rusqlite::Connection::open(file).unwrap();
            conn.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
        };
        assert_eq!((version(&copy), version(&desk.path("old.db"))), (4, 4));
        assert_eq!(version(&desk.path("tix.db")), tix::store::SCHEMA_VERSION);
        desk.ok("restore old.db --yes");
        assert_eq!(desk.ok("list -q pointer"), "1\n");
    }
}

/// Tickets as `import jsonl` reads them.
fn many(count: usize) -> String {
    let line = |n| format!("{{\"id\":\"{n}\",\"title\":\"Imported {n}\"}}\n");
    (1..=count).map(line).collect()
}

#[test]
fn a_large_import_is_preceded_by_a_copy_and_a_small_one_is_not() {
    let desk = small();
    let before = desk.ok("export jsonl");
    desk.file("small.jsonl", many(1000));
    desk.file("large.jsonl", many(1001));
    desk.ok("import jsonl large.jsonl -n");
    assert!(automatic(&desk).is_empty());
    let ran = desk.run("import jsonl large.jsonl");
    assert!(ran.stderr.contains("as it was before the import is kept in"), "{}", ran.stderr);
    let [(reason, copy)] = automatic(&desk).try_into().unwrap();
    assert_eq!(reason, "import");
    assert_eq!(exported(&desk, &copy), before);
    let other = Desk::new();
    other.file("small.jsonl", many(1000));
    other.file("large.jsonl", many(1001));
    // Of an empty desk there is nothing to keep.
    other.ok("import jsonl large.jsonl");
    assert!(automatic(&other).is_empty());
    other.ok("import jsonl small.jsonl");
    assert!(automatic(&other).is_empty());
}

#[test]
fn copies_of_two_desks_lie_apart_and_none_in_a_project() {
    let desk = Desk::new();
    let mut init = desk.command("init");
    init.env_remove("TIX_DB");
    assert!(init.status().unwrap().success());
    let project = desk.path(".tix/tix.db");
    desk.ok(&format!("--db {} new One", project.display()));
    desk.ok("new Two");
    let one = desk.json(&format!("--db {} backup", project.display()));
    let two = desk.json("backup");
    let folder = |made: &Value| {
        Path::new(made["data"]["file"].as_str().unwrap()).parent().unwrap().to_owned()
    };
    assert_ne!(folder(&one), folder(&two));
    assert!(folder(&one).starts_with(desk.drafts().with_file_name("backups")));
    let inside = std::fs::read_dir(desk.path(".tix")).unwrap().flatten();
    let inside: BTreeSet<String> = inside.map(|it| it.file_name().into_string().unwrap()).collect();
    assert!(inside.iter().all(|name| name.starts_with("tix.db") || name == ".gitignore"));
}

#[test]
fn how_many_copies_are_kept_is_a_setting() {
    let desk = small();
    desk.ok("config set backups '0d 0w'");
    for _ in 0..3 {
        desk.ok("backup");
    }
    assert_eq!(automatic(&desk).len(), 1);
    assert_eq!(desk.run("config set backups often").code, 4);
    desk.ok("config set backups '1d 1w'");
    desk.ok("backup");
    assert_eq!(automatic(&desk).len(), 2);
}
