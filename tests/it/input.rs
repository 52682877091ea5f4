//! Bad input: a clear error, the right exit code, nothing half-written.

use crate::desk::Desk;

/// Runs what must fail with `code` and say `words`; nothing may have changed.
fn refused(desk: &Desk, line: &str, code: i32, words: &str) {
    let before = desk.ok("export jsonl");
    let ran = desk.run(line);
    assert_eq!(ran.code, code, "{line}: {}", ran.stderr);
    assert!(ran.stderr.contains(words), "{line}: {}", ran.stderr);
    assert_eq!(ran.stdout, "", "{line}");
    assert_eq!(desk.ok("export jsonl"), before, "{line}");
}

#[test]
fn what_cannot_be_is_refused_with_a_reason() {
    let desk = Desk::new();
    desk.ok("new One");
    let long = "x".repeat(300);
    for (line, code, words) in [
        ("show 99", 3, "no ticket #99"),
        ("show crash", 4, "does not name a ticket"),
        ("show github:o/r#1", 3, "no ticket github:o/r#1"),
        ("close 99", 3, "no ticket #99"),
        ("show @", 6, "nobody is there"),
        ("new ''", 4, "a title cannot be empty"),
        (&format!("new {long}"), 4, "the title has 300 characters; at most 200 fit"),
        ("new \"two\nlines\"", 4, "a title is one line"),
        ("new", 6, "a ticket needs a title"),
        ("comment 1", 6, "the note has no text"),
        ("reply 1 -m ''", 4, "the reply is empty"),
        ("new x -l a,b -p hihg", 4, "did you mean `high`?"),
        ("close 1 --as done", 4, "no resolution `done`"),
        ("close --where '' --yes", 4, "an empty query"),
        ("new x -e", 6, "nobody is there to use an editor"),
        ("new x --due 9999y", 4, "is not a date"),
        ("label +a,-a 1", 4, "put on and taken off at once"),
        ("import github x.json --repo bad", 1, "cannot read x.json"),
        ("show", 2, "required arguments"),
        ("new x --due someday", 4, "`someday` is not a date"),
        ("new x --ref 12", 4, "is not an external reference"),
        ("list --json=id,titel", 2, "did you mean `title`?"),
        ("list --columns nope", 2, "no field `nope`"),
        ("list statsu:open", 4, "did you mean `status`?"),
        ("list 'is:opne'", 4, "did you mean `is:open`?"),
        ("list '(is:open'", 4, "this parenthesis is not closed"),
        ("list --sort oldest", 4, "cannot sort by `oldest`"),
        ("close --where 'nope:1' --yes", 4, "no key `nope`"),
        ("edit 1", 2, "nothing to change is given"),
        ("edit 1 -e", 6, "nobody is there to use an editor"),
        ("comment 1 -F .", 1, "cannot read ."),
        ("comment 1 -F nowhere.txt", 1, "cannot read nowhere.txt"),
        ("import github nowhere.json", 1, "cannot read nowhere.json"),
        ("frobnicate", 2, "unrecognized subcommand"),
        ("config get nope", 3, "no setting `nope`"),
        ("config set color pink", 4, "no colour mode `pink`"),
        ("config set timezone Europe/Berlim", 4, "did you mean `Europe/Berlin`?"),
        ("help nonsense", 3, "no help on `nonsense`"),
        ("--color pink list", 4, "no colour mode `pink`"),
    ] {
        refused(&desk, line, code, words);
    }
}

#[test]
fn a_body_of_twenty_megabytes_is_refused() {
    let desk = Desk::new();
    desk.ok("new One");
    let file = desk.file("large.txt", "x".repeat(20 << 20));
    refused(&desk, &format!("comment 1 -F {file}"), 4, "is too large");
    let file = desk.file("latin.txt", b"caf\xe9");
    refused(&desk, &format!("comment 1 -F {file}"), 4, "is not UTF-8 text");
    let ran = desk.feed("comment 1", "x".repeat(20 << 20));
    assert_eq!(ran.code, 4, "{}", ran.stderr);
}

#[test]
fn a_broken_import_changes_nothing() {
    let desk = Desk::new();
    desk.ok("new One");
    let mut lines: Vec<String> =
        (1..=5000).map(|n| format!(r#"{{"title":"ticket {n}"}}"#)).collect();
    lines[4710] = r#"{"title": broken"#.to_owned();
    let file = desk.file("broken.jsonl", lines.join("\n"));
    refused(&desk, &format!("import jsonl {file}"), 4, "4711");
    let file = desk.file("broken.json", r#"[{"number": 1, "title": "x", "body": "#);
    refused(&desk, &format!("import github {file}"), 4, "broken.json");
}

#[test]
fn records_that_cannot_be_read_are_listed_and_the_rest_imported() {
    let desk = Desk::new();
    let file =
        desk.file("some.jsonl", "{\"title\":\"good\"}\n{\"title\":\"\"}\n{\"title\":\"fine\"}\n");
    let ran = desk.run(&format!("import jsonl {file}"));
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("line 2"), "{}", ran.stderr);
    let ran = desk.run(&format!("import jsonl {file} --rejects rejects.txt"));
    assert_eq!(ran.code, 7, "{}", ran.stderr);
    assert_eq!(desk.ok("list -q").lines().count(), 2);
    let rejects = std::fs::read_to_string(desk.path("rejects.txt")).unwrap();
    assert!(rejects.contains("line 2") && rejects.contains("empty"), "{rejects}");
}

#[test]
fn a_desk_that_is_none_of_ours_is_left_alone() {
    let desk = Desk::new();
    assert_eq!(desk.run("list").code, 8);
    let text = desk.file("tix.db", "this is a letter, not a database; it is long enough to have a header in it, or so it seems to the reader");
    assert_eq!(desk.run("list").code, 8);
    assert_eq!(desk.run("new One").code, 8);
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("this is a letter"));
    std::fs::remove_file(&text).unwrap();
    let conn = rusqlite::Connection::open(&text).unwrap();
    conn.execute_batch("CREATE TABLE other (x)").unwrap();
    for line in ["list", "new One", "import jsonl /dev/null"] {
        let ran = desk.run(line);
        assert_eq!(
            (ran.code, ran.stderr.contains("is not a tix desk")),
            (8, true),
            "{line}: {}",
            ran.stderr
        );
    }
}

#[test]
fn a_desk_of_a_newer_tix_is_refused() {
    let desk = Desk::new();
    desk.ok("new One");
    let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    conn.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(conn);
    for line in ["list", "show 1", "new Two", "undo"] {
        let ran = desk.run(line);
        assert_eq!(
            (ran.code, ran.stderr.contains("made by a newer tix")),
            (8, true),
            "{line}: {}",
            ran.stderr
        );
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let desk = Desk::new();
    let file = desk.file("flat", "");
    let mut command = desk.command("new One");
    let ran =
        crate::desk::Ran::of(&command.env("TIX_DB", format!("{file}/tix.db")).output().unwrap());
    assert_eq!((ran.code, ran.stderr.contains("cannot be made")), (1, true), "{}", ran.stderr);
}

#[test]
fn a_default_desk_that_does_not_exist_is_an_empty_one() {
    let desk = Desk::new();
    let run = |line: &str| {
        let mut command = desk.command(line);
        crate::desk::Ran::of(&command.env_remove("TIX_DB").output().unwrap())
    };
    for line in ["list", "log", "export jsonl", ""] {
        let ran = run(line);
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""), "{line}");
    }
    assert_eq!(run("show 1").code, 3);
    assert_eq!(run("undo").code, 4);
    let ran = run("new One");
    assert!(ran.stderr.contains("made the desk"), "{}", ran.stderr);
    let path = desk.path(".local/share/tix/tix.db");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }
    assert_eq!(run("new Two").stderr, "");
    let info = run("info --json").stdout;
    let info: serde_json::Value = serde_json::from_str(&info).unwrap();
    assert!(info["data"]["why"].as_str().unwrap().starts_with("the default"));
}

#[test]
fn a_folders_own_desk_is_found_from_below() {
    let desk = Desk::new();
    let below = desk.path("a/b");
    std::fs::create_dir_all(&below).unwrap();
    let run = |line: &str, folder: &std::path::Path| {
        let mut command = desk.command(line);
        crate::desk::Ran::of(&command.env_remove("TIX_DB").current_dir(folder).output().unwrap())
    };
    assert_eq!(run("init", desk.folder()).code, 0);
    assert!(run("init", desk.folder()).stderr.starts_with("note: there is a desk already"));
    assert_eq!(run("new One", &below).stdout, "1\n");
    assert_eq!(run("list -q", desk.folder()).stdout, "1\n");
    assert!(!desk.path(".local").exists());
}

#[test]
fn init_does_not_take_another_file_for_a_desk() {
    let desk = Desk::new();
    let file = desk.file("letter.txt", "this is a letter, not a database, and long enough to have a header in it, or so it seems to whoever reads it");
    assert_eq!(desk.run(&format!("init --db {file}")).code, 8);
    assert_eq!(desk.run("config set user ''").code, 4);
}

/// What a power loss may leave of the very first change: a part of a page, and SQLite's own journal.
#[test]
fn a_desk_whose_making_was_cut_short_is_made_by_the_next_change() {
    let desk = Desk::new();
    let magic = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    let mut journal = [&magic[..], &[0; 12], &[0, 0, 2, 0, 0, 0, 0x10, 0]].concat();
    journal.resize(512, 0);
    desk.file("tix.db", [0; 2048]);
    desk.file("tix.db-journal", journal);
    let ran = desk.run("list");
    assert_eq!(ran.code, 8, "{}", ran.stderr);
    assert!(ran.stderr.contains("the file holds no tables"), "{}", ran.stderr);
    assert!(ran.stderr.contains("`tix new` makes the desk in it"), "{}", ran.stderr);
    desk.ok("new 'Printer on fire' -m 'It burns.'");
    assert_eq!(desk.words("list --columns id,title"), "1 Printer on fire");
    desk.ok("doctor");
}
