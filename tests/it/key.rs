//! The user's key: made once, shown, and made again from its words.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::desk::Desk;

fn shown(desk: &Desk, line: &str) -> Value {
    desk.json(line)["data"].clone()
}

#[test]
fn a_key_is_made_once_and_comes_back_from_its_words() {
    let desk = Desk::new();
    let ran = desk.run("key show");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("`tix key new` makes one"), "{}", ran.stderr);
    let made = shown(&desk, "key new");
    assert_eq!((&made["words"], &made["identity"]), (&Value::Null, &Value::Null));
    let file = made["file"].as_str().unwrap().to_owned();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let ran = desk.run("key new");
    assert_eq!(ran.code, 4);
    assert!(ran.stderr.contains("there is a key already"), "{}", ran.stderr);
    assert_eq!(desk.ok("key show -q").trim(), made["recipient"].as_str().unwrap());

    let words = shown(&desk, "key show --words")["words"].as_str().unwrap().to_owned();
    assert_eq!(words.split(' ').count(), 24);
    assert_eq!(desk.feed("key recover", &words).code, 4, "there is a key already");
    std::fs::remove_file(&file).unwrap();
    assert_eq!(desk.feed("key recover", words.replacen(' ', " x ", 1)).code, 4);
    assert_eq!(desk.feed("key recover", &words).code, 0);
    assert_eq!(shown(&desk, "key"), made);
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let desk = Desk::new();
    let file = shown(&desk, "key new")["file"].as_str().unwrap().to_owned();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let ran = desk.run("key export");
    assert_eq!((ran.code, ran.stdout.as_str()), (4, ""));
    assert!(ran.stderr.contains("can be read by others"), "{}", ran.stderr);
}

#[test]
fn an_exported_key_is_an_age_identity() {
    let desk = Desk::new();
    let made = shown(&desk, "key new");
    let text = desk.ok("key export");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("# exported: "), "{text}");
    assert_eq!(lines[1], format!("# public key: {}", made["recipient"].as_str().unwrap()));
    assert!(lines[2].starts_with("AGE-SECRET-KEY-1") && lines.len() == 3, "{text}");
}

#[test]
fn the_words_are_laid_out_to_be_copied() {
    let desk = Desk::new();
    desk.ok("key new");
    let shown = desk.screen(60, "key show --words").stdout;
    assert!(shown.contains(" 1 ") && shown.contains("24 "), "{shown}");
    assert_eq!(shown.lines().count(), 3 + 1 + 6, "{shown}");
}

/// As a tix leaves it that was killed while it wrote.
#[test]
fn a_key_that_was_not_written_to_its_end_is_not_in_the_way() {
    let desk = Desk::new();
    let file = shown(&desk, "key new")["file"].as_str().unwrap().to_owned();
    let folder = std::path::Path::new(&file).parent().unwrap();
    let there = || std::fs::read_dir(folder).unwrap().flatten().map(|it| it.file_name());
    let before: Vec<_> = there().collect();
    std::fs::remove_file(&file).unwrap();
    std::fs::write(folder.join(".key.txt.77.half"), "").unwrap();
    desk.ok("key new");
    assert_eq!(there().collect::<Vec<_>>(), before);
    // Or just before it took its other name away.
    let key = std::fs::read(&file).unwrap();
    std::fs::hard_link(&file, folder.join(".key.txt.77.half")).unwrap();
    assert_eq!(desk.run("key new").code, 4);
    assert_eq!(there().collect::<Vec<_>>(), before);
    assert_eq!(std::fs::read(&file).unwrap(), key);
}
