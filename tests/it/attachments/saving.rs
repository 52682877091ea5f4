//! Files written out: where, under which names, and what is never done.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{desk, saved};
use crate::desk::{Desk, Ran};

#[test]
fn bytes_that_are_not_what_was_stored_are_never_handed_out() {
    let desk = desk();
    desk.ok("attach 1 trace.txt screen.png");
    let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    let damage = "UPDATE blob SET data = zeroblob(14) WHERE length(data) = 14";
    assert_eq!(conn.execute(damage, []).unwrap(), 1);
    drop(conn);
    std::fs::create_dir(desk.path("out")).unwrap();
    for line in ["attach 1 --save --to out", "attach 1 trace.txt --stdout", "export jsonl"] {
        let ran = desk.run(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (8, ""), "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains("trace.txt of 1.2 is damaged"), "{line}: {}", ran.stderr);
    }
    assert_eq!(saved(&desk.path("out")), []);
    assert_eq!(desk.run("export jsonl --no-data").code, 0);
    // To attach it once more mends it.
    assert_eq!(desk.run("attach 1.2 trace.txt").code, 0);
    assert_eq!(desk.ok("attach 1 trace.txt --stdout"), "line 1\nline 2\n");
}

#[test]
fn text_on_a_terminal_passes_the_gate_and_anything_else_is_refused() {
    let desk = desk();
    let text = "a\x1b[2Jb\n\tc";
    desk.file("odd.txt", text);
    desk.ok("attach 1 odd.txt screen.png");
    assert_eq!(desk.screen(80, "attach 1 odd.txt --stdout").stdout, "a␛[2Jb\n\tc");
    assert_eq!(desk.ok("attach 1 odd.txt --stdout"), text);
    let ran = desk.screen(80, "attach 1 screen.png --stdout");
    assert_eq!((ran.code, ran.stdout.as_str()), (4, ""));
    assert!(ran.stderr.contains("screen.png is not text"), "{}", ran.stderr);
    for flags in ["--json", "-q", "--columns name", "--jq ."] {
        let ran = desk.run(&format!("attach 1 odd.txt --stdout {flags}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{flags}");
    }
}

/// Attaches an empty file of each name to the description, as an import can bring them.
fn named(names: &[&str]) -> Desk {
    let desk = Desk::new();
    let file = |(size, name): (usize, &&str)| json!({ "name": name, "data": "QUFB", "size": 3, "type": size.to_string() });
    let files: Vec<Value> = names.iter().enumerate().map(file).collect();
    let message = json!({ "id": "1.1", "body": "see there", "attachments": files });
    let line = json!({ "id": "1", "title": "From a stranger", "messages": [message] });
    let ran = desk.feed("import jsonl -", line.to_string());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    desk
}

const HOSTILE: [&str; 14] = [
    "../../etc/passwd",
    "/etc/shadow",
    "C:\\x",
    "two\nlines",
    "\x1b]0;owned\x07\x1b[2J.txt",
    "\u{202e}txt.exe",
    "a\u{200b}b",
    ".bashrc",
    "-rf",
    "CON",
    "",
    "..",
    "~/.ssh/authorized_keys",
    "火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火火.txt",
];

#[test]
fn names_of_strangers_lead_nowhere_and_act_on_nothing() {
    let desk = named(&HOSTILE);
    let folder = desk.path("deep/down/here");
    std::fs::create_dir_all(&folder).unwrap();
    let before = saved_below(desk.folder());
    for line in ["attach 1", "show 1", "attach 1 --json", "log", "attach 1 -q"] {
        for ran in [desk.run(line), desk.screen(80, line), desk.screen(30, line)] {
            assert_eq!(ran.code, 0, "{line}: {}", ran.stderr);
            let acts = |c: char| {
                (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{200b}' | '\u{202e}')
            };
            assert!(!ran.stdout.contains(acts), "{line}: {:?}", ran.stdout);
        }
    }
    let ran = desk.run("attach 1 --save --to deep/down/here");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), HOSTILE.len());
    assert!(!ran.stdout.contains(['\x1b', '\u{202e}']), "{:?}", ran.stdout);
    let mut names: Vec<String> = saved(&folder).into_iter().map(|(name, _)| name).collect();
    names.sort();
    let long = format!("{}.txt", "火".repeat(32));
    let mut expected = [
        "passwd",
        "shadow",
        "x",
        "two_lines",
        "_]0;owned__[2J.txt",
        "_txt.exe",
        "a_b",
        "_bashrc",
        "_rf",
        "_CON",
        "attachment",
        "attachment (2)",
        "authorized_keys",
        &long,
    ];
    expected.sort_unstable();
    assert_eq!(names, expected);
    let after = saved_below(desk.folder());
    assert_eq!(after.len(), before.len() + HOSTILE.len());
    assert!(after.iter().all(|path| before.contains(path) || path.starts_with(&folder)));
}

#[test]
fn a_hostile_name_can_be_typed_as_it_is_shown() {
    let desk = named(&HOSTILE);
    for name in ["␛]0;owned␇␛[2J.txt", "<U+202E>txt.exe", "passwd", "_bashrc", "two_lines"] {
        let ran = desk.run(&format!("attach 1 '{name}' --stdout"));
        assert_eq!((ran.code, ran.stdout.as_str()), (0, "AAA"), "{name}: {}", ran.stderr);
    }
}

/// Every file below a folder.
fn saved_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(saved_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[cfg(unix)]
#[test]
fn nothing_is_overwritten_and_no_link_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let desk = desk();
    desk.ok("attach 1 trace.txt");
    std::fs::create_dir(desk.path("out")).unwrap();
    let target = desk.path("target.txt");
    std::fs::write(&target, "precious").unwrap();
    symlink(&target, desk.path("out/trace.txt")).unwrap();
    symlink(desk.path("nowhere"), desk.path("out/trace (2).txt")).unwrap();
    std::fs::create_dir(desk.path("out/trace (3).txt")).unwrap();
    assert_eq!(desk.ok("attach 1 --save --to out -q"), "out/trace (4).txt\n");
    assert_eq!(std::fs::read(&target).unwrap(), b"precious");
    assert!(!desk.path("nowhere").exists());
    let mode = std::fs::metadata(desk.path("out/trace (4).txt")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
}

#[test]
fn a_folder_that_cannot_be_saved_into_is_named() {
    let desk = desk();
    desk.ok("attach 1 trace.txt screen.png");
    let ran = desk.run("attach 1 --save --to nowhere");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.starts_with("error: cannot save into nowhere\n"), "{}", ran.stderr);
    let ran = desk.run("attach 1 --save --to trace.txt");
    assert!(ran.stderr.contains("it is not a folder"), "{}", ran.stderr);
    // Nobody can make a file there, whoever they are.
    if Path::new("/proc/self").exists() {
        let ran = desk.run("attach 1 --save --to /proc/self");
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{}", ran.stderr);
        assert!(ran.stderr.contains("cannot write /proc/self/screen.png"), "{}", ran.stderr);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let folder = desk.path("closed");
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o500)).unwrap();
        let ran = desk.run("attach 1 --save --to closed");
        // Root may.
        if std::fs::write(folder.join("probe"), "").is_err() {
            assert_eq!(ran.code, 1, "{}", ran.stderr);
            assert!(ran.stderr.contains("cannot write closed/screen.png"), "{}", ran.stderr);
        }
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700)).unwrap();
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let desk = desk();
    desk.file("large.txt", "x".repeat(1 << 20));
    desk.ok("attach 1 large.txt");
    let mut child = desk.command("attach 1 --stdout").spawn().unwrap();
    drop(child.stdout.take());
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}
