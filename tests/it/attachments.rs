//! Files on tickets: attached, listed, saved, taken away, and what is refused.

use std::path::Path;

use insta::assert_snapshot;

use crate::desk::Desk;

mod saving;
mod travelling;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok("new 'Crash on start' -m 'It crashes.' -r ada");
    desk.file("trace.txt", "line 1\nline 2\n");
    desk.file("screen.png", [0x89, b'P', 0, 255, b'\n'].repeat(300));
    desk
}

/// The files of a ticket as `attach` lists them: name and message.
fn there(desk: &Desk, id: &str) -> Vec<String> {
    let text = desk.ok(&format!("attach {id} --tsv --no-header --columns name,message,kind"));
    text.lines().map(|line| line.replace('\t', " ")).collect()
}

/// Everything in a folder, by name.
fn saved(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|it| (it.file_name().into_string().unwrap(), std::fs::read(it.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn files_become_a_note_a_reply_or_join_a_message() {
    let desk = desk();
    assert_snapshot!(desk.run("attach 1 trace.txt screen.png").transcript(), @"✓ #1 NOTE added (1.2) with trace.txt, screen.png");
    assert_eq!(desk.ticket("1")["status"], "open");
    assert_snapshot!(desk.run("attach 1 trace.txt --public -m 'As you asked.'").transcript(), @"✓ #1 PUBLIC reply added (1.3) with trace.txt");
    assert_snapshot!(desk.run("attach 1.1 screen.png").transcript(), @"✓ #1 PUBLIC 1.1: added screen.png");
    assert_snapshot!(desk.run("attach 1.2 trace.txt --name again.log").transcript(), @"✓ #1 NOTE 1.2: added again.log");
    assert_snapshot!(desk.run("attach 1.2 trace.txt").transcript(), @"
    --- stderr
    note: 1.2 has that already
    ");
    assert_snapshot!(desk.screen(80, "attach 1").transcript(), @"
    NAME        SIZE      TYPE        MESSAGE
    screen.png  2 KiB     image/png   1.1 PUBLIC
    again.log   14 bytes  text/plain  1.2 NOTE
    screen.png  2 KiB     image/png   1.2 NOTE
    trace.txt   14 bytes  text/plain  1.2 NOTE
    trace.txt   14 bytes  text/plain  1.3 PUBLIC
    ");
    assert_snapshot!(desk.run("attach 1.3").transcript(), @"trace.txt	14	text/plain	1.3	reply");
    assert_snapshot!(desk.screen(80, "show 1").transcript(), @"
    #1 Crash on start
    open · the requester's turn
    requester   ada
    opened      Tue 2026-09-01 11:00 CEST (9m ago) by cli
    updated     Tue 2026-09-01 11:05 CEST (4m ago)

    ── 1.1 PUBLIC  ada (requester)  1 Sep 11:00 · 9m ago
       It crashes.
       file: screen.png (2 KiB, image/png)

    ── 1.2 NOTE, internal  Mira Holt (us)  1 Sep 11:01 · 8m ago
       file: again.log (14 bytes, text/plain)
       file: screen.png (2 KiB, image/png)
       file: trace.txt (14 bytes, text/plain)

    ── 1.3 PUBLIC  Mira Holt (us)  1 Sep 11:03 · 6m ago
       As you asked.
       file: trace.txt (14 bytes, text/plain)
    ");
}

#[test]
fn a_message_is_written_with_its_files_in_one_change() {
    let desk = desk();
    assert_eq!(
        desk.ok("comment 1 -m 'See there.' --attach trace.txt --attach screen.png"),
        "✓ #1 NOTE added (1.2) with trace.txt, screen.png\n"
    );
    assert_eq!(
        desk.ok("reply 1 --attach trace.txt --close"),
        "✓ #1 PUBLIC reply added (1.3) with trace.txt, closed (answered)\n"
    );
    assert_eq!(desk.ticket("1.3")["messages"][0]["body"], "");
    assert_eq!(
        desk.screen(80, "new Two -m text --attach trace.txt").stdout,
        "✓ #2 Two · new · 1 line · 1 file\n"
    );
    assert_eq!(there(&desk, "2"), ["trace.txt 2.1 reply"]);
    let piped = desk.feed("comment 2 --attach trace.txt", "from a pipe");
    assert_eq!(piped.stdout, "✓ #2 NOTE added (2.2) with trace.txt\n");
    assert_eq!(desk.ticket("2.2")["messages"][0]["body"], "from a pipe");
    assert_eq!(desk.json("log")["meta"]["total"], 5);
    desk.ok("undo");
    assert_eq!(there(&desk, "2"), ["trace.txt 2.1 reply"]);
    desk.ok("comment 1 2 -m both --attach trace.txt");
    assert_eq!(there(&desk, "2").len(), 2);
    desk.ok("new Three -n --attach trace.txt");
    assert_eq!(desk.run("attach 3").code, 3);
}

#[test]
fn what_was_attached_can_be_undone_and_redone() {
    let desk = desk();
    let before = desk.ok("export jsonl");
    desk.ok("attach 1.1 trace.txt screen.png");
    let after = desk.ok("export jsonl");
    assert_eq!(desk.words("list -q has:attachment"), "1");
    desk.ok("undo");
    assert_eq!((desk.ok("export jsonl"), there(&desk, "1").len()), (before, 0));
    assert_eq!(desk.words("list -q no:attachment"), "1");
    desk.ok("redo");
    assert_eq!(desk.ok("export jsonl"), after);
    assert_snapshot!(desk.run("attach 1 screen.png --remove").transcript(), @"✓ #1 PUBLIC 1.1: removed screen.png");
    assert_eq!(there(&desk, "1"), ["trace.txt 1.1 reply"]);
    let summary = desk.json("log -L 1")["data"][0]["summary"].clone();
    assert_eq!(summary, "removed screen.png on 1.1");
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), after);
    desk.ok("attach 1 -m note trace.txt");
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), after);
    assert_eq!(desk.run("attach 1.2").code, 3);
}

#[test]
fn what_is_only_tried_stores_nothing() {
    let desk = desk();
    let before = (desk.ok("export jsonl"), desk.ok("info --jq .data.entries"));
    assert_eq!(desk.ok("attach 1 trace.txt -n"), "would: #1 NOTE added (1.2) with trace.txt\n");
    desk.ok("comment 1 -m x --attach trace.txt -n");
    desk.ok("attach 1.1 trace.txt -n");
    assert_eq!((desk.ok("export jsonl"), desk.ok("info --jq .data.entries")), before);
    let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    let count = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM blob"), 0);
    desk.ok("attach 1 trace.txt");
    desk.ok("attach 1 trace.txt --name copy.txt");
    assert_eq!(count("SELECT count(*) FROM blob"), 1);
}

#[test]
fn files_come_back_as_they_were() {
    let desk = desk();
    let all: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    desk.file("all.bin", &all);
    desk.file("none", "");
    desk.ok("attach 1 all.bin none trace.txt");
    let raw = |line: &str| desk.command(line).output().unwrap().stdout;
    assert_eq!(raw("attach 1 all.bin --stdout"), all);
    assert_eq!(raw("attach 1.2 none --stdout"), b"");
    std::fs::create_dir(desk.path("out")).unwrap();
    assert_snapshot!(desk.run("attach 1 --save --to out").transcript(), @"
    ✓ saved all.bin as out/all.bin (69 KiB)
    ✓ saved none as out/none (0 bytes)
    ✓ saved trace.txt as out/trace.txt (14 bytes)
    ");
    let own = |name: &str| (name.to_owned(), std::fs::read(desk.path(name)).unwrap());
    assert_eq!(saved(&desk.path("out")), ["all.bin", "none", "trace.txt"].map(own));
    assert_eq!(desk.ok("attach 1 trace.txt --save -q"), "trace (2).txt\n");
    assert_eq!(own("trace (2).txt").1, own("trace.txt").1);
    let document = desk.json("attach 1 none --save --to out");
    assert_eq!(document["data"][0]["path"], "out/none (2)");
    assert_eq!(document["schema"], "tix/attachments/1");
}

#[test]
fn standard_input_is_a_file_with_a_name() {
    let desk = desk();
    let bytes = [0, 159, 146, 150, b'\r', b'\n'];
    let ran = desk.feed("attach 1 - --name 'raw data.bin'", bytes);
    assert_eq!(ran.stdout, "✓ #1 NOTE added (1.2) with raw data.bin\n");
    assert_eq!(desk.command("attach 1 --stdout").output().unwrap().stdout, bytes);
    desk.feed("attach 1 - trace.txt --name x", "");
    for (line, words) in [
        ("attach 1 -", "standard input has no name"),
        ("attach 1 - trace.txt --name x", "--name is for one file"),
        ("comment 1 -m x --attach -", "--attach takes a file"),
    ] {
        let ran = desk.feed(line, "text");
        assert_eq!((ran.code, ran.stderr.contains(words)), (2, true), "{line}: {}", ran.stderr);
    }
    assert_eq!(there(&desk, "1").len(), 1);
}

#[test]
fn what_cannot_be_attached_is_refused_and_nothing_is_half_written() {
    let desk = desk();
    std::fs::create_dir(desk.path("folder")).unwrap();
    #[cfg(unix)]
    std::os::unix::net::UnixListener::bind(desk.path("socket")).unwrap();
    let before = desk.ok("export jsonl");
    for (line, code, words) in [
        ("attach 1 trace.txt nowhere.txt", 1, "cannot read nowhere.txt"),
        ("attach 1 trace.txt folder", 4, "folder is a folder"),
        ("attach 1 trace.txt /dev/null", 4, "/dev/null is a pipe or a device"),
        #[cfg(unix)]
        ("attach 1 trace.txt socket", 4, "socket is a pipe or a device"),
        ("comment 1 -m x --attach folder", 4, "folder is a folder"),
        ("new Two --attach nowhere.txt", 1, "cannot read nowhere.txt"),
        ("attach 9 trace.txt", 3, "no ticket #9"),
        ("attach 1.7 trace.txt", 3, "no message 1.7"),
        ("attach crash trace.txt", 4, "does not name a ticket"),
        ("attach 1.1 trace.txt -m x", 2, "1.1 has a text of its own"),
        ("attach 1.1 trace.txt --public", 2, "1.1 has a text of its own"),
        ("attach 1 -m x", 2, "no file to attach"),
        ("attach 1 -n", 2, "no file to attach"),
        ("attach 1 trace.txt --name a/b", 4, "it is a path"),
        ("attach 1 trace.txt --name ''", 4, "it is empty"),
        ("attach 1 trace.txt --name ..", 4, "it is a folder's"),
        ("attach 1 --remove", 2, "required arguments"),
        ("attach 1 trace.txt --to folder", 2, "--save"),
        ("attach 1 --save", 3, "#1 has no files"),
        ("attach 1.1 --stdout", 3, "1.1 has no files"),
        ("attach 1 x --remove", 3, "no file `x` on #1"),
        ("attach", 2, "required arguments"),
    ] {
        let ran = desk.run(line);
        assert_eq!(ran.code, code, "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{line}: {}", ran.stderr);
        assert_eq!((ran.stdout.as_str(), desk.ok("export jsonl")), ("", before.clone()), "{line}");
    }
    assert_eq!(desk.ok("attach 1"), "");
    assert_eq!(desk.screen(80, "attach 1").stdout, "#1 has no files\n");
}

#[test]
fn a_file_may_have_what_the_config_says_and_no_byte_more() {
    let desk = desk();
    desk.ok("config set attachment_max 2");
    let most = 2 << 20;
    desk.file("most.bin", vec![7; most]);
    desk.file("more.bin", vec![7; most + 1]);
    desk.file("much.bin", vec![7; 3 * most]);
    assert_eq!(desk.run("attach 1 most.bin").code, 0);
    assert_snapshot!(desk.run("attach 1 more.bin").transcript(), @"
    --- stderr
    error: more.bin has 2.1 MiB
      because: a file that is attached has at most 2 MiB (2097152 bytes)
      try: `attachment_max` in the config raises that to as much as 60 MiB
    --- exit 4
    ");
    assert!(desk.run("attach 1 much.bin").stderr.starts_with("error: much.bin has 6 MiB\n"));
    let ran = desk.feed("attach 1 - --name x", vec![7; most + 1]);
    assert!(
        ran.stderr.starts_with("error: standard input has more than 2 MiB\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(desk.feed("attach 1 - --name x", vec![7; most]).code, 0);
    assert_eq!(there(&desk, "1").len(), 2);
    for value in ["0", "61", "many", "-1"] {
        assert_eq!(desk.run(&format!("config set attachment_max -- {value}")).code, 4, "{value}");
    }
    assert_eq!(desk.ok("config get attachment_max"), "2\n");
}

#[test]
fn by_default_a_file_may_have_25_mib() {
    let desk = desk();
    let most = 25 << 20;
    desk.file("most.bin", vec![1; most]);
    desk.file("more.bin", vec![1; most + 1]);
    assert_eq!(desk.run("attach 1 most.bin").code, 0);
    assert_eq!(desk.run("attach 1 more.bin").code, 4);
    let ran = desk.command("attach 1 --stdout").output().unwrap();
    assert!(ran.stdout == vec![1; most]);
}

#[test]
fn a_name_that_fits_several_files_is_an_error_that_lists_them() {
    let desk = desk();
    desk.ok("attach 1 trace.txt");
    desk.ok("attach 1.1 trace.txt");
    desk.file("trace.txt", "another");
    desk.ok("attach 1.1 trace.txt");
    let said = ["--save", "--stdout", "--remove"]
        .map(|flag| desk.run(&format!("attach 1 trace.txt {flag}")).transcript());
    assert_eq!((&said[0], &said[0]), (&said[1], &said[2]));
    assert_snapshot!(said[0], @"
    --- stderr
    error: `trace.txt` fits 3 files on #1
      because: there are
        1.1 5a7b29ca trace.txt (14 bytes)
        1.1 cee450a2 trace.txt (7 bytes)
        1.2 5a7b29ca trace.txt (14 bytes)
      try: name the message instead of the ticket, or the file by the start of its hash
    --- exit 4
    ");
    assert_eq!(desk.run("attach 1 --stdout").code, 4);
    assert_eq!(desk.ok("attach 1.2 trace.txt --stdout"), "line 1\nline 2\n");
    let hash = desk.json("attach 1.1")["data"][1]["hash"].as_str().unwrap()[..8].to_owned();
    desk.ok(&format!("attach 1 {hash} --remove"));
    assert_eq!(there(&desk, "1"), ["trace.txt 1.1 reply", "trace.txt 1.2 note"]);
    let ran = desk.run("attach 1 trcae.txt --save");
    assert!(ran.stderr.contains("did you mean `trace.txt`?"), "{}", ran.stderr);
}

#[test]
fn a_file_of_a_note_is_in_nothing_public() {
    let desk = desk();
    desk.file("canary.txt", "canary-bytes");
    desk.ok("attach 1 canary.txt");
    desk.ok("attach 1.1 trace.txt");
    for line in [
        "show 1 --public",
        "show 1 --public --json",
        "show 1.1 --json",
        "attach 1 --public",
        "attach 1 --public --json",
        "attach 1.1",
        "attach 1 --public --stdout",
        "list --json",
        "search crash --json",
    ] {
        for ran in [desk.run(line), desk.screen(80, line)] {
            assert_eq!(ran.code, 0, "{line}: {}", ran.stderr);
            assert!(!ran.stdout.contains("canary"), "{line}: {}", ran.stdout);
        }
    }
    std::fs::create_dir(desk.path("out")).unwrap();
    desk.ok("attach 1 --public --save --to out");
    assert_eq!(saved(&desk.path("out")).len(), 1);
    assert_eq!(desk.run("attach 1 canary.txt --public --save").code, 3);
    assert!(desk.ok("show 1 --notes").contains("canary.txt"));
    assert!(desk.ok("show 1").contains("canary.txt"));
}
