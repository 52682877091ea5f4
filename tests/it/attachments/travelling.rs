//! Files on their way from desk to desk, as base64 on the lines of an export.

use serde_json::{Value, json};

use super::desk;
use crate::desk::Desk;

/// What two desks must share: all that an export says, and each file's bytes.
fn bytes(desk: &Desk, line: &str) -> Vec<u8> {
    let output = desk.command(line).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Imports one ticket whose only message has these attachments; the reason when it is refused.
fn import(desk: &Desk, attachments: &Value) -> Option<String> {
    let message = json!({ "id": "7.1", "body": "see there", "attachments": attachments });
    let line = json!({ "id": "7", "title": "Travelling", "messages": [message],
        "uid": "b0000000-0000-8000-8000-000000000000" });
    let ran = desk.feed("import jsonl -", line.to_string());
    assert!([0, 4].contains(&ran.code), "{}", ran.stderr);
    ran.stderr.lines().find_map(|line| line.strip_prefix("  because: ").map(ToOwned::to_owned))
}

#[test]
fn an_export_carries_every_byte_and_a_second_one_is_the_same() {
    let one = desk();
    let all: Vec<u8> = (0..=255).cycle().take(100_001).collect();
    one.file("all.bin", &all);
    one.file("none", "");
    one.ok("attach 1 all.bin none --public");
    one.ok("attach 1.1 trace.txt");
    one.ok("comment 1 -m 'the same again' --attach all.bin");
    one.ok("new Two");
    one.ok("attach 1 screen.png -m gone");
    one.ok("undo");
    let export = one.ok("export jsonl");
    let other = Desk::new();
    let ran = other.feed("import jsonl -", &export);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(other.ok("export jsonl"), export);
    for line in ["attach 1.2 all.bin --stdout", "attach 1.3 --stdout", "attach 1.1 --stdout"] {
        assert_eq!(bytes(&other, line), bytes(&one, line), "{line}");
    }
    assert_eq!(bytes(&other, "attach 1.3 --stdout"), all);
    // The bytes of what was undone are in no export.
    let conn = rusqlite::Connection::open(other.path("tix.db")).unwrap();
    let blobs = |conn: &rusqlite::Connection| -> i64 {
        conn.query_row("SELECT count(*) FROM blob", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(blobs(&conn), 3);
    let again = other.feed("import jsonl - --json", &export);
    let document: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(
        (&document["data"]["known"], &document["data"]["change"]),
        (&json!(2), &Value::Null)
    );
    other.ok("undo");
    assert_eq!(other.ok("export jsonl"), "");
    other.ok("redo");
    assert_eq!(other.ok("export jsonl"), export);
}

#[test]
fn bytes_are_in_exports_and_nowhere_else() {
    let desk = desk();
    desk.ok("attach 1 trace.txt");
    let data = "bGluZSAxCmxpbmUgMgo=";
    for line in [
        "export jsonl",
        "export jsonl --json",
        "export jsonl --jsonl=messages",
        "export jsonl --columns messages",
        "export jsonl --jq '.data[].messages[].attachments[].data'",
    ] {
        assert!(desk.ok(line).contains(data), "{line}");
    }
    for line in [
        "export jsonl --no-data",
        "export jsonl --json=id",
        "export jsonl --csv",
        "export jsonl -q",
        "show 1 --json",
        "show 1",
        "list --json",
        "attach 1 --json",
        "comment 1 -m x --attach trace.txt --json",
        "log --json",
    ] {
        assert!(!desk.ok(line).contains(data), "{line}");
    }
    let bare = desk.ok("export jsonl --no-data");
    assert!(bare.contains(r#""name":"trace.txt","size":14,"hash":"5a7b29ca"#), "{bare}");
}

#[test]
fn a_file_may_come_without_its_bytes_and_they_later() {
    let one = desk();
    one.ok("attach 1 trace.txt screen.png");
    let other = Desk::new();
    assert_eq!(other.feed("import jsonl -", one.ok("export jsonl --no-data")).code, 0);
    assert_eq!(other.ok("export jsonl"), one.ok("export jsonl --no-data"));
    assert_eq!(other.json("attach 1")["data"][1]["here"], false);
    let listed = other.screen(80, "attach 1").stdout;
    assert!(listed.contains("trace.txt   14 bytes (not here)  text/plain"), "{listed}");
    for line in ["attach 1 trace.txt --save", "attach 1 --save", "attach 1 trace.txt --stdout"] {
        let ran = other.run(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{line}");
        assert!(ran.stderr.contains("its bytes are not here"), "{line}: {}", ran.stderr);
    }
    // One of them is brought by hand, the rest by a whole export.
    other.file("trace.txt", "line 1\nline 2\n");
    other.ok("attach 1.2 trace.txt");
    let ran = other.run("attach 1 --save --to .");
    assert_eq!(ran.code, 7, "{}", ran.stderr);
    assert_eq!(ran.stdout, "✓ saved trace.txt as ./trace (2).txt (14 bytes)\n");
    assert!(ran.stderr.contains("1 file could not be saved"), "{}", ran.stderr);
    assert!(ran.stderr.contains("screen.png of 1.2: its bytes are not here"), "{}", ran.stderr);
    let whole = one.ok("export jsonl");
    assert_eq!(other.feed("import jsonl -", &whole).code, 0);
    assert_eq!(other.ok("export jsonl"), whole);
    assert_eq!(other.json("log")["meta"]["total"], 1);
}

#[test]
fn what_a_newer_export_adds_is_added_and_own_files_stay() {
    let one = desk();
    one.ok("attach 1.1 trace.txt");
    let other = Desk::new();
    let older = one.ok("export jsonl");
    other.feed("import jsonl -", &older);
    other.file("own.txt", "own");
    other.ok("attach 1.1 own.txt");
    one.ok("attach 1.1 screen.png");
    one.ok("attach 1 screen.png");
    let ran = other.feed("import jsonl -", one.ok("export jsonl"));
    assert_eq!(ran.stdout, "✓ 0 tickets added, 1 message, 1 updated\n");
    let names = |desk: &Desk| desk.ok("attach 1 -q").lines().collect::<Vec<_>>().join(" ");
    assert_eq!(names(&other), "own.txt screen.png trace.txt screen.png");
    assert_eq!(other.feed("import jsonl -", &older).code, 0);
    assert_eq!(names(&other), "own.txt screen.png trace.txt screen.png");
}

#[test]
fn bytes_must_be_what_is_said_of_them() {
    let desk = Desk::new();
    let good = blake3::hash(b"AAA").to_hex().to_string();
    let wrong = blake3::hash(b"BBB").to_hex().to_string();
    let data = "QUFB";
    for (file, reason) in [
        (json!({"name":"a","data":data,"hash":wrong}), "not what its hash and size say"),
        (json!({"name":"a","data":data,"size":4,"hash":good}), "not what its hash and size say"),
        (json!({"name":"a","data":"QUF"}), "the `data` of the file `a` is not base64"),
        (json!({"name":"a","data":"Q\u{fffd}FB"}), "the `data` of the file `a` is not base64"),
        (json!({"name":"a","data":{"hash":good,"size":3}}), "is not base64"),
        (json!({"name":"a","data":[data]}), "is not base64"),
        (json!({"name":"a","data":7}), "is not base64"),
        (json!({"name":"a"}), "a file has no name, or neither `data` nor size and hash"),
        (json!({"data":data}), "a file has no name"),
        (json!({"name":"a","size":3,"hash":"12"}), "`12` is not a hash"),
        (json!("a.txt"), "`attachments` is not a list of files"),
    ] {
        let said = import(&desk, &json!([{"name":"good","data":"QUFB"}, file])).unwrap_or_default();
        assert!(said.contains(reason), "{file}: {said}");
        assert_eq!(desk.ok("export jsonl"), "");
    }
    for file in [
        json!({"name":"a","data":data}),
        json!({"data":data,"hash":good,"name":"b","size":3,"type":null}),
        json!({"name":"c","data":"QU\nFB\r\n"}),
        json!({"name":"d","data":null,"hash":good,"size":3}),
        json!({"name":"e","data":"","size":0}),
    ] {
        assert_eq!(import(&desk, &json!([file])), None, "{file}");
    }
    let here = desk.words("attach 7 --columns name,size,here");
    assert_eq!(here, "a 3 true b 3 true c 3 true d 3 true e 0 true");
    assert_eq!(desk.ok("attach 7 c --stdout"), "AAA");
}

#[test]
fn of_a_record_that_is_rejected_nothing_stays() {
    let desk = Desk::new();
    let line = |title: &str, file: Value| {
        let message = json!({ "body": "x", "attachments": [{"name":"kept","data":"QUFB"}, file] });
        json!({ "title": title, "messages": [message] }).to_string()
    };
    let lines = [
        line("good", json!({"name":"a","data":"QQ=="})),
        line("bad", json!({"name":"b","data":"Qg==","size":9})),
        line("good too", json!({"name":"c","data":"Qw=="})),
        line("bad again", json!({"name":"d","data":"RA==","hash":"x"})),
    ];
    let ran = desk.feed("import jsonl - --rejects rejects.txt", lines.join("\n"));
    assert_eq!(ran.code, 7, "{}", ran.stderr);
    let rejects = std::fs::read_to_string(desk.path("rejects.txt")).unwrap();
    assert!(rejects.contains("line 2: message 1 cannot be read: the `data` of"), "{rejects}");
    let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    let sql =
        "SELECT group_concat(CAST(data AS TEXT), ' ') FROM (SELECT data FROM blob ORDER BY 1)";
    let kept: String = conn.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(kept, "A AAA C");
}

/// More than a line could have before it carried files.
#[test]
fn a_ticket_with_many_large_files_travels_too() {
    let one = Desk::new();
    one.ok("new One");
    one.ok("config set attachment_max 60");
    for (name, byte) in [("a", 1u8), ("b", 2)] {
        let mut large = vec![byte; 40 << 20];
        large.extend_from_slice(b"end");
        one.file(name, large);
    }
    one.ok("attach 1 a b");
    let file = one.path("export.jsonl");
    let out = std::fs::File::create(&file).unwrap();
    assert!(one.command("export jsonl").stdout(out).status().unwrap().success());
    assert!(std::fs::metadata(&file).unwrap().len() > 100 << 20);
    let other = Desk::new();
    let ran = other.run(&format!("import jsonl {}", file.display()));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for name in ["a", "b"] {
        let line = format!("attach 1 {name} --stdout");
        assert!(bytes(&other, &line) == std::fs::read(one.path(name)).unwrap(), "{name}");
    }
}
