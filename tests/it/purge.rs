//! `tix purge`: what is erased is in no file of the desk any more, and everything else stands.

use std::path::Path;
use std::time::Duration;

use insta::assert_snapshot;
use rusqlite::Connection;
use serde_json::{Value, json};
use tix::drafts::SCISSORS;

use crate::desk::{Desk, store};

/// Words that stand nowhere else, as they are written and as search has them. Search stores what a
/// word has in common with the one before it only once, so its beginning may stand apart.
const MARKS: [&str; 5] =
    ["Quälgeist77Zébra", "qualgeist77zebra", "geist77z", "猫头鹰口令", "GEIST77"];

/// Where in the folder a file holds one of the marks.
fn hits(folder: &Path, marks: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(hits(&path, marks));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for mark in marks {
            let mark = mark.as_bytes();
            let many = bytes.windows(mark.len()).filter(|part| *part == mark).count();
            if many > 0 {
                found.push(format!("{}: {many}", path.display()));
            }
        }
    }
    found
}

/// The words that the text index knows, and that begin or end like the marks.
fn words(desk: &Desk) -> i64 {
    let conn = Connection::open(desk.path("tix.db")).unwrap();
    conn.execute_batch("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, text, row)").unwrap();
    let sql =
        "SELECT count(*) FROM temp.words WHERE term LIKE '%77zebra%' OR term IN ('头鹰', '鹰口')";
    conn.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// A desk on which one ticket, one message of another, and one customer hold the marks.
fn desk() -> Desk {
    let desk = Desk::new();
    for n in 0..30 {
        desk.ok(&format!("new 'Printer {n} on fire' -m 'Since today, {n} times.' -r bo"));
    }
    desk.ok("new 'Quälgeist77Zébra im Titel' -m 'Mein 猫头鹰口令 ist weg' -l geist77z -r 'Ada <ada@acme.example>' --ref forum:geist77z");
    desk.ok("comment 31 -m 'Quälgeist77Zébra notes'");
    desk.ok("reply 30 -m 'Das Passwort ist Quälgeist77Zébra.'");
    desk.ok("edit 30.2 -m 'Das Passwort war Quälgeist77Zébra, oder 猫头鹰口令.'");
    let file = desk.file("geist77z.txt", "the file says Quälgeist77Zébra");
    desk.ok(&format!("attach 30.2 {file}"));
    std::fs::remove_file(file).unwrap();
    for n in 0..5 {
        desk.ok(&format!("new 'After {n}' -m 'More text {n}'"));
    }
    desk
}

fn sound(desk: &Desk) {
    let verified = desk.run("verify");
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);
    let mut store = store(&desk.path("tix.db"));
    let before = store.derived().unwrap();
    store.rebuild().unwrap();
    assert_eq!(store.derived().unwrap(), before);
}

#[test]
fn nothing_of_a_ticket_and_of_a_message_is_left_in_any_file() {
    let desk = desk();
    assert!(hits(desk.folder(), &MARKS).len() > 3 && words(&desk) > 0);
    let below = format!("\n\n{SCISSORS}\n> Das Passwort war Quälgeist77Zébra, oder 猫头鹰口令.\n");
    desk.draft("klmn.reply.md", &desk.slip("reply", "30"), format!("Is it?{below}"));
    std::fs::write(desk.drafts().join(".klmn.reply.md.swp"), "b0VIM geist77z").unwrap();
    desk.draft("mnop.note.md", &desk.slip("comment", "31"), "Quälgeist77Zébra again\n");
    desk.draft("nopq.note.md", &desk.slip("comment", "1"), "Something else\n");
    assert_snapshot!(desk.ok("purge 30.2 31 --dry-run"), @"
    would: purge #31 Quälgeist77Zébra im Titel: all of it, 2 messages
    would: purge 30.2 on #30 Printer 29 on fire, 1 file
    would: purge draft klmn (PUBLIC reply to #30)
    would: purge draft mnop (NOTE on #31)
    ");
    assert_eq!(desk.run("show 31").code, 0);
    let ran = desk.run("purge 30.2 31 --confirm '30.2 #31'");
    let rest = "note: the desk without it, as it was before the purge, is kept in ~/";
    assert!(ran.stderr.starts_with(rest), "{}", ran.stderr);
    assert_snapshot!(ran.stdout, @"✓ purged #31, 30.2 (7 entries, 1 file, 2 drafts)");
    assert_eq!(hits(desk.folder(), &MARKS), [""; 0]);
    assert_eq!(words(&desk), 0);
    let drafts = desk.json("drafts");
    assert_eq!(drafts["data"].as_array().unwrap().len(), 1);
    for format in ["jsonl", "csv", "md", "html", "mbox", "github", "jira", "taskwarrior", "todotxt"]
    {
        desk.run(&format!("export {format} --all --with-notes --to out.{format}"));
    }
    desk.ok("export jsonl");
    assert_eq!(hits(desk.folder(), &MARKS), [""; 0]);
    sound(&desk);
    assert_snapshot!(desk.run("show 31").transcript(), @"
    --- stderr
    error: #31 was purged
      because: Mira Holt erased it for good on 2026-09-01
      try: nothing of it is left; its number is not given again
    --- exit 3
    ");
    assert!(desk.ok("show 30").contains("── 30.2 PUBLIC  purged (us)"), "{}", desk.ok("show 30"));
    for gone in ["edit 30.2 -m x", "attach 30.2 tix.db", "reply 31 -m x", "split 30 30.2"] {
        assert!([3, 4].contains(&desk.run(gone).code), "{gone}");
    }
    assert_eq!(desk.ok("new Next"), "37\n");
    assert_eq!(desk.ok("reply 30 -m Next --json").matches("\"30.3\"").count(), 1);
    assert_snapshot!(desk.run("undo 31").transcript(), @"
    --- stderr
    error: no change `31`
      try: `tix log` lists the changes
    --- exit 3
    ");
}

#[test]
fn only_the_name_confirms_and_only_a_person_is_asked() {
    let desk = Desk::new();
    desk.ok("new One -m text");
    desk.ok("new Two");
    assert_snapshot!(desk.run("purge 1 2").transcript(), @"
    --- stderr
    error: purging 1 2 has to be confirmed
      because: nobody is there to type the name
      try: give the name once more with --confirm, or --dry-run to see what would go
    --- exit 6
    ");
    for (wrong, code) in
        [("--yes", 2), ("--confirm 2", 4), ("--confirm yes", 4), ("--confirm 1", 4)]
    {
        assert_eq!(desk.run(&format!("purge 1 2 {wrong}")).code, code, "{wrong}");
    }
    assert_eq!(desk.run("purge 9 --confirm 9").code, 3);
    assert_eq!(desk.run("purge 1.7 --confirm 1.7").code, 3);
    assert_eq!(desk.run("purge acme --confirm acme").code, 3);
    assert_eq!(desk.ok("list -q").lines().count(), 2);
    desk.ok("purge 1 2 --confirm 2 --confirm 1");
    assert_eq!(desk.ok("list --all -q"), "");
    assert_eq!(Desk::new().run("purge 1").code, 8);
}

#[test]
fn a_purge_cannot_be_undone_and_earlier_changes_can() {
    let desk = Desk::new();
    desk.ok("new One -m text");
    desk.ok("new Two -m text");
    desk.ok("reply 2 -m secret");
    desk.ok("purge 2.2 --confirm 2.2");
    assert_eq!(desk.run("undo").code, 4);
    let log = desk.json("log");
    let change = |i: usize| log["data"][i]["change"].as_str().unwrap().to_owned();
    let ran = desk.run(&format!("undo {}", change(1)));
    assert!(ran.code == 4 && ran.stderr.contains("purged since"), "{}", ran.stderr);
    desk.ok(&format!("undo {}", change(3)));
    assert_eq!(desk.ok("list -q"), "2\n");
    assert_eq!(log["data"][0]["summary"], "purged 2.2");
}

#[test]
fn a_merge_and_a_split_take_no_text_out_of_reach() {
    let desk = Desk::new();
    desk.ok("new One -m 'It is Quälgeist77Zébra.' -r ada");
    desk.ok("new Two -m 'Something else' -r bo");
    desk.ok("reply 1 --from ada -m 'Again: 猫头鹰口令'");
    desk.ok("merge 1 2");
    desk.ok("split 2 2.3");
    // The one that was merged goes; the other keeps what is its own.
    let ran = desk.json("purge 1 --confirm 1");
    assert_eq!(ran["data"]["tickets"], json!(["1", "3"]), "{ran}");
    assert_eq!(ran["data"]["messages"], json!(["2.2", "2.3"]));
    assert_eq!(hits(desk.folder(), &MARKS), [""; 0]);
    assert!(desk.ok("show 2").contains("Something else"));
    sound(&desk);
    // What is part of a ticket goes with it.
    desk.ok("new Four -m 'Quälgeist77Zébra' -r cy");
    desk.ok("merge 4 2");
    let ran = desk.json("purge 2 --confirm 2");
    assert_eq!(ran["data"]["tickets"], json!(["2", "4"]), "{ran}");
    assert_eq!(hits(desk.folder(), &MARKS), [""; 0]);
    assert_eq!(desk.ok("new Five"), "5\n");
    sound(&desk);
}

#[test]
fn a_customer_goes_with_all_of_their_tickets() {
    let desk = Desk::new();
    desk.ok("customer new geist77z --title 'Quälgeist77Zébra AG' --mail ada@geist77z.example --note '猫头鹰口令'");
    desk.ok("new One -m 'Hello' -r 'Ada <ada@geist77z.example>'");
    desk.ok("new Two -m 'Quälgeist77Zébra' -r 'Ada <ada@geist77z.example>'");
    desk.ok("undo");
    desk.ok("new Three -m 'Ada wrote from ada@home.example' -r bo");
    desk.ok("close 1");
    desk.ok("canned new hi -m 'Dear ada@geist77z.example'");
    assert_eq!(desk.run("purge geist77z --confirm geist77z --keep-tickets -n").code, 0);
    let copy = desk.copy();
    let ran = copy.json("purge customer:geist77z --confirm geist77z --keep-tickets");
    assert_eq!((&ran["data"]["tickets"], &ran["data"]["entries"]), (&json!([]), &json!(1)));
    assert_eq!(ran["data"]["still"][0]["on"], "1", "{ran}");
    assert_eq!(hits(copy.folder(), &["猫头鹰口令"]), [""; 0]);
    sound(&copy);
    let ran = desk.json("purge geist77z --confirm geist77z");
    assert_eq!(ran["data"]["tickets"], json!(["1", "2"]), "{ran}");
    assert_eq!(
        ran["data"]["still"],
        json!([{"on": "canned `hi`", "what": "ada@geist77z.example"}])
    );
    desk.ok("canned rm hi");
    assert_eq!(desk.json("customer")["data"], json!([]));
    sound(&desk);
    // The name itself stands in what is kept of canned replies only.
    assert_eq!(hits(desk.folder(), &["Quälgeist77Zébra", "猫头鹰口令", "77zebra"]), [""; 0]);
    desk.ok("customer new geist77z");
    assert_eq!(desk.json("customer")["data"][0]["name"], "geist77z");
    assert_eq!(desk.ok("new Next"), "4\n");
}

#[test]
fn an_import_does_not_bring_it_back() {
    let desk = Desk::new();
    let issue = |n: u32, comments: &str| {
        format!(
            r#"{{"number":{n},"title":"Issue {n}","body":"Body {n}","state":"OPEN","url":"https://github.com/o/r/issues/{n}",
            "author":{{"login":"ada"}},"comments":[{comments}],"createdAt":"2026-08-01T10:00:00Z","updatedAt":"2026-08-01T10:00:00Z"}}"#
        )
    };
    let comment = |id: u32| {
        format!(
            r#"{{"id":"c{id}","author":{{"login":"bo"}},"body":"Quälgeist77Zébra {id}","createdAt":"2026-08-02T10:00:00Z",
            "url":"https://github.com/o/r/issues/1#issuecomment-{id}"}}"#
        )
    };
    let issues = format!("[{},{}]", issue(1, &comment(5)), issue(2, &comment(6)));
    let file = desk.file("issues.json", &issues);
    desk.ok(&format!("import github {file}"));
    desk.ok("purge 2 1.2 --confirm '2 1.2'");
    let again = format!(
        "[{},{}]",
        issue(1, &format!("{},{}", comment(5), comment(7).replace("Quälgeist77Zébra", "New"))),
        issue(2, &comment(6))
    );
    std::fs::remove_file(&file).unwrap();
    let input = again.replace("2026-08-01T10:00:00Z\"}", "2026-08-03T10:00:00Z\"}");
    let ran = desk.feed("import github -", &input);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("2 purged here before passed over"), "{}", ran.stdout);
    assert_eq!(hits(desk.folder(), &MARKS), [""; 0]);
    assert!(desk.ok("show 1").contains("New 7"));
    assert_eq!(desk.run("show 2").code, 3);
    sound(&desk);
}

#[test]
fn mails_do_not_come_back_and_new_ones_do() {
    let desk = Desk::new();
    let mail = |id: &str, answers: &str, text: &str| {
        let answers = if answers.is_empty() {
            String::new()
        } else {
            format!("In-Reply-To: <{answers}>\nReferences: <{answers}>\n")
        };
        format!(
            "From ada@acme.example Tue Sep  1 08:00:00 2026\nFrom: Ada <ada@acme.example>\nTo: support@larkspur.example\nSubject: Crash\nDate: Tue, 01 Sep 2026 08:00:00 +0000\nMessage-ID: <{id}>\n{answers}\n{text}\n\n"
        )
    };
    let first = mail("a@x", "", "Quälgeist77Zébra") + &mail("b@x", "a@x", "more geist77z");
    assert_eq!(desk.feed("import mail -", &first).code, 0);
    desk.ok("purge 1 --confirm 1");
    let ran = desk.feed("import mail -", &first);
    assert!(ran.stdout.contains("purged here before"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(desk.ok("list --all -q"), "");
    assert_eq!(hits(desk.folder(), &MARKS), [""; 0]);
    let ran = desk.feed("import mail -", first + &mail("c@x", "b@x", "Is anybody there?"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(hits(desk.folder(), &MARKS), [""; 0]);
    assert!(desk.ok("show 2").contains("Is anybody there?"));
    sound(&desk);
}

#[test]
fn whoever_still_reads_is_told_of_and_a_second_purge_goes_on() {
    let desk = desk();
    let reader = Connection::open(desk.path("tix.db")).unwrap();
    reader.busy_timeout(Duration::ZERO).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM entry;").unwrap();
    let ran = desk.run("purge 31 30.2 --confirm '31 30.2'");
    assert_eq!(ran.code, 7, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("another process still reads the desk"), "{}", ran.stderr);
    assert!(!hits(desk.folder(), &MARKS).is_empty());
    reader.execute_batch("COMMIT").unwrap();
    drop(reader);
    let ran = desk.run("purge 31 30.2");
    assert_snapshot!(ran.transcript(), @"
    ✓ nothing of it is left
    --- stderr
    note: it was purged before, by Mira Holt at Tue 2026-09-01 11:40 CEST; what was left is cleaned up
    ");
    assert_eq!(hits(desk.folder(), &MARKS), [""; 0]);
}

#[test]
fn what_quotes_the_text_is_listed() {
    let desk = Desk::new();
    desk.ok("new One -m 'The password is Quälgeist77Zébra, as I said.' -r ada");
    desk.ok("new Two -m 'other' -r bo");
    let quote = "> The password is Quälgeist77Zébra, as I said.\nOh no.";
    assert_eq!(desk.feed("reply 1 -F -", quote).code, 0);
    let ran = desk.json("purge 1.1 --confirm 1.1");
    assert_eq!(ran["data"]["still"], json!([{"on": "1", "what": "a quote of 1.1"}]));
    let ran = desk.json("purge 1.2 --confirm 1.2");
    assert_eq!(ran["data"]["still"], json!([]));
    assert_eq!(hits(desk.folder(), &MARKS), [""; 0]);
}

#[test]
fn it_goes_from_the_automatic_copies_and_all_else_stays_in_them() {
    let desk = desk();
    desk.ok("backup");
    let old = desk.json("backup --list")["data"][0]["file"].as_str().unwrap().to_owned();
    desk.ok("new Later -m 'nothing of it'");
    let before: Vec<Value> = desk.json("list --all -L 0")["data"].as_array().unwrap().clone();
    let tried = desk.json("purge 31 30.2 -n");
    assert_eq!(
        tried["data"]["backups"],
        json!([{"file": old, "removed": false, "cleaned": false}])
    );
    assert!(!hits(desk.folder(), &MARKS).is_empty());
    let ran = desk.run("purge 31 30.2 --confirm '31 30.2' --json");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(told["data"]["backups"], json!([{"file": old, "removed": false, "cleaned": true}]));
    assert_eq!(hits(desk.folder(), &MARKS), [""; 0]);
    let listed = desk.json("backup --list")["data"].as_array().unwrap().clone();
    assert_eq!(told["data"]["before"], listed[0]["file"]);
    let reasons: Vec<&str> = listed.iter().map(|it| it["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["purge", "backup"]);
    // Each is a sound desk with all else, one that was made before the last ticket included.
    let after: Vec<Value> = desk.json("list --all -L 0")["data"].as_array().unwrap().clone();
    assert_eq!(after.len() + 1, before.len());
    for (copy, fewer) in listed.iter().zip([0, 1]) {
        let other = Desk::new();
        other.ok(&format!("restore {}", shell_words::quote(copy["file"].as_str().unwrap())));
        other.ok("verify");
        let there: Vec<Value> = other.json("list --all -L 0")["data"].as_array().unwrap().clone();
        let wanted: Vec<&Value> =
            after.iter().filter(|it| fewer == 0 || it["title"] != "Later").collect();
        assert_eq!(there.iter().collect::<Vec<_>>(), wanted);
        assert_eq!(
            other.json("doctor")["data"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|it| it["state"] == "bad")
                .count(),
            0
        );
        assert!(other.run("purge 31 --confirm 31").stderr.contains("it was purged before"));
    }
    // Numbers that were given are not given again by any of them.
    let back = desk.run(&format!("restore {} --yes", shell_words::quote(&old)));
    assert_eq!(back.code, 0, "{}", back.stderr);
    assert_eq!(desk.ok("new After -m x --json=id").matches("\"32\"").count(), 0);
    assert_eq!(hits(desk.folder(), &MARKS), [""; 0]);
}

#[test]
fn automatic_copies_that_hold_it_are_taken_away_when_asked() {
    let desk = desk();
    desk.ok("backup");
    assert_eq!(desk.run("purge 31 30.2 --backups").code, 6);
    let ran = desk.json("purge 31 30.2 --backups --confirm '31 30.2'");
    assert_eq!(ran["data"]["backups"][0]["removed"], true, "{ran}");
    assert_eq!(hits(desk.folder(), &MARKS), [""; 0]);
    let listed = desk.json("backup --list");
    assert_eq!(listed["data"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed["data"][0]["reason"], "purge");
}

#[test]
fn a_copy_that_cannot_be_read_is_told_of_and_stays() {
    let desk = desk();
    desk.ok("backup");
    let old = desk.json("backup --list")["data"][0]["file"].as_str().unwrap().to_owned();
    let mut bytes = std::fs::read(&old).unwrap();
    let middle = bytes.len() / 2;
    bytes[4096..middle].fill(0x5a);
    std::fs::write(&old, &bytes).unwrap();
    let ran = desk.run("purge 31 30.2 --confirm '31 30.2'");
    assert_eq!(ran.code, 7, "{}", ran.stderr);
    assert!(ran.stderr.contains("may still hold it"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--backups"), "{}", ran.stderr);
    assert_eq!(std::fs::read(&old).unwrap(), bytes);
    desk.ok("purge 31 30.2 --backups --confirm '31 30.2'");
    assert_eq!(hits(desk.folder(), &MARKS), [""; 0]);
}
