//! Whoever asked on a ticket that was merged asks on the whole: whose turn it is, who is answered,
//! what wakes it.

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::surgery::change;

/// Tickets by different people.
pub(crate) fn asked(count: usize) -> Desk {
    let desk = Desk::new();
    for n in 1..=count {
        desk.ok(&format!("new 't{n}' -m 'd {n}' -r 'R{n} <r{n}@x.example>'"));
    }
    desk
}

fn stands(desk: &Desk, id: &str) -> [Value; 2] {
    let ticket = desk.ticket(id);
    ["status", "turn"].map(|field| ticket[field].clone())
}

#[test]
fn who_asked_on_a_part_asks_on_the_whole() {
    let desk = asked(2);
    desk.ok("new Third -m ours");
    desk.ok("edit 3 -r 'R3 <r3@x.example>'");
    desk.ok("merge 3 2");
    desk.ok("merge 2 1");
    for (id, who) in [("2", "R2 <r2@x.example>"), ("1", "R3 <r3@x.example>")] {
        desk.ok("reply 1 -m answer --pending");
        let line = desk.ok(&format!("reply {id} --from '{who}' -m 'still broken'"));
        assert!(line.ends_with(", open\n"), "{line}");
        assert_eq!(stands(&desk, "1"), ["open", "us"], "{who}");
        let messages = desk.ticket("1")["messages"].as_array().unwrap().clone();
        assert_eq!(messages.last().unwrap()["by"], "requester");
        assert_eq!(desk.words("next -q"), "1");
    }
    desk.ok("reply 1 -m answer");
    desk.ok("reply 1 --from 'Cy <cy@x.example>' -m 'me too'");
    assert_eq!(stands(&desk, "1"), ["open", "requester"]);
}

#[test]
fn a_question_that_is_merged_makes_the_whole_ours() {
    for (line, before, told) in [
        ("close 1", "closed", ", reopened"),
        ("reply 1 -m x --pending", "pending", ", open"),
        ("status hold 1", "hold", ", open"),
        ("snooze 9d 1", "new", ", open"),
    ] {
        let desk = asked(2);
        desk.ok(line);
        let apart = desk.ok("export jsonl");
        let ran = desk.ok("merge 2 1");
        assert_eq!(ran, format!("✓ #2 merged into #1 (1 message){told}\n"));
        let ticket = desk.ticket("1");
        assert_eq!((&ticket["turn"], &ticket["snoozed_until"]), (&json!("us"), &Value::Null));
        assert_eq!(desk.words("next -q"), "1", "{line}");
        desk.ok("undo");
        assert_eq!(desk.ok("export jsonl"), apart);
        assert_eq!(desk.ticket("1")["status"], before);
        // One that waits for nobody wakes nobody.
        desk.ok("reply 2 -m done");
        assert_eq!(desk.ok("merge 2 1"), "✓ #2 merged into #1 (2 messages)\n");
        assert_eq!(desk.ticket("1")["status"], before);
    }
}

#[test]
fn the_whole_is_ours_until_everybody_has_an_answer() {
    let desk = asked(2);
    desk.ok("reply 1 -m 'only R1'");
    assert_eq!(stands(&desk, "1"), ["open", "requester"]);
    desk.ok("merge 2 1");
    assert_eq!(stands(&desk, "1"), ["open", "us"]);
    desk.ok("undo");
    desk.ok("reply 2 -m 'only R2'");
    desk.ok("merge 2 1");
    assert_eq!(stands(&desk, "1"), ["open", "requester"]);
}

#[test]
fn a_reply_reaches_everybody_who_has_no_answer() {
    let desk = asked(2);
    desk.ok("merge 2 1");
    let line = desk.ok("reply 1 -m x");
    assert_eq!(line, "✓ #1 PUBLIC reply added (1.3), read by R2, R1\n");
    let reply = desk.ticket("1")["messages"][2].clone();
    assert_eq!(reply["to"], json!(["R2 <r2@x.example>", "R1 <r1@x.example>"]));
    assert_eq!(stands(&desk, "1"), ["open", "requester"]);
    // Whoever writes next is answered, and nobody twice.
    desk.ok("reply 1 --from 'R1 <r1@x.example>' -m more");
    assert_eq!(desk.ok("reply 1 -m y"), "✓ #1 PUBLIC reply added (1.5)\n");
    assert_eq!(desk.ticket("1")["messages"][4]["to"], json!(["R1 <r1@x.example>"]));
}

#[test]
fn what_a_source_brings_to_a_part_wakes_the_whole() {
    let desk = asked(1);
    let brings = |messages: &[(&str, &str)]| {
        let message = |(at, body): &(&str, &str)| {
            json!({ "body": body, "ref": format!("mail:<{body}@x>"),
            "author": "R2 <r2@x.example>", "created_at": at })
        };
        let ticket = json!({ "uid": "0198c0de-0000-7000-8000-00000000a0da", "title": "It hangs",
            "requester": "R2 <r2@x.example>", "created_at": "2026-08-01T08:00:00Z",
            "messages": messages.iter().map(message).collect::<Vec<_>>() });
        assert_eq!(desk.feed("import jsonl -", ticket.to_string()).code, 0);
    };
    brings(&[("2026-08-01T08:00:00Z", "first")]);
    desk.ok("merge 2 1");
    desk.ok("reply 1 -m x --pending");
    brings(&[("2026-08-01T08:00:00Z", "first"), ("2026-09-01T22:00:00Z", "again")]);
    assert_eq!(stands(&desk, "1"), ["open", "us"]);
    assert_eq!(desk.json("list --all id:2")["data"][0]["status"], "closed");
    desk.ok(&format!("undo {}", change(&desk, 0)));
    assert_eq!(stands(&desk, "1"), ["pending", "requester"]);
}

#[test]
fn who_wrote_what_is_split_off_asks_there() {
    let desk = asked(1);
    desk.ok("reply 1 --from 'Stranger <s@x.example>' -m 'also me'");
    desk.ok("comment 1 -m hmm");
    desk.ok("reply 1 -m which?");
    desk.ok("reply 1 --from 'Stranger <s@x.example>' -m 'the old one'");
    desk.ok("split 1 3 2 5");
    let ticket = desk.ticket("2");
    assert_eq!(ticket["requester"]["name"], "Stranger");
    let by: Vec<&Value> =
        ticket["messages"].as_array().unwrap().iter().map(|it| &it["by"]).collect();
    assert_eq!(by, ["requester", "us", "requester"]);
    assert_eq!(desk.ok("split 1 4"), "3\n");
    assert_eq!(desk.ticket("3")["requester"]["name"], "R1");
}

#[test]
fn what_is_one_has_nothing_to_do_with_itself() {
    let desk = asked(3);
    for line in ["link 1 blocks 2", "link 2 relates 1", "link 3 duplicates 1", "link 2 relates 3"] {
        desk.ok(line);
    }
    let before = desk.ok("export jsonl");
    desk.ok("merge 3 2");
    desk.ok("merge 2 1");
    let links = desk.ticket("1")["links"].clone();
    let kinds: Vec<&Value> = links.as_array().unwrap().iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds, ["merged-from"], "{links}");
    desk.ok("undo");
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), before);
}

#[test]
fn a_late_message_is_named_where_it_is_and_the_next_joins_it() {
    let desk = asked(1);
    let says = |desk: &Desk, at: &str, line: &str| {
        let mut command = desk.command(line);
        let out = command.env("TIX_NOW", at).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    desk.ok("close 1");
    let late = |at: &str, flags: &str| {
        says(&desk, at, &format!("reply 1 --from 'R1 <r1@x.example>' -m {} {flags}", &at[5..10]))
    };
    assert_eq!(late("2026-10-01T10:00:00Z", "-q"), "2\n");
    let json: Value = serde_json::from_str(&late("2026-10-02T10:00:00Z", "--json")).unwrap();
    assert_eq!(
        (&json["data"][0]["id"], &json["data"][0]["messages"][1]["body"]),
        (&json!("2"), &json!("10-02"))
    );
    says(&desk, "2026-10-03T10:00:00Z", "reply 2 -m done --close");
    let line = late("2026-10-04T10:00:00Z", "");
    assert_eq!(
        line,
        "✓ #2 PUBLIC message of R1 added (2.4), reopened: #1 was closed too long ago\n"
    );
    says(&desk, "2026-10-05T10:00:00Z", "close 2");
    assert_eq!(late("2026-11-05T10:00:00Z", "-q"), "3\n");
    assert_eq!(late("2026-11-06T10:00:00Z", "-q"), "3\n");
    // A ticket that somebody linked is not the one that goes on.
    desk.ok("new Other -r 'R1 <r1@x.example>'");
    desk.ok("link 4 relates 3");
    assert_eq!(late("2026-11-07T10:00:00Z", "-q"), "3\n");
}

#[test]
fn what_is_only_tried_has_no_change() {
    let desk = asked(2);
    for line in ["close 1 -n", "merge 2 1 -n", "new One -n", "label +a 1 -n"] {
        let meta = desk.json(line)["meta"].clone();
        assert_eq!((&meta["change"], &meta["dry_run"]), (&Value::Null, &json!(true)), "{line}");
    }
    assert_ne!(desk.json("close 1")["meta"]["change"], Value::Null);
}

#[test]
fn a_message_is_taken_away_once() {
    let desk = asked(1);
    desk.ok("comment 1 -m hmm");
    desk.ok("edit 1.2 --remove");
    let ran = desk.run("edit 1.2 --remove");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "note: NOTE 1.2 is gone\n"));
    assert_eq!(desk.run("edit 1.9 --remove").code, 3);
    assert_eq!(desk.run("edit 1.2 -m x").code, 3);
}

#[test]
fn a_change_is_found_by_as_many_letters_as_tell_it() {
    let desk = asked(1);
    let name = change(&desk, 0);
    assert_eq!(desk.run(&format!("undo {}", &name[..1])).code, 0);
    // There are sixteen letters.
    let desk = asked(17);
    let mut first: Vec<String> = (0..17).map(|back| change(&desk, back)[..1].to_owned()).collect();
    first.sort();
    let twice = first.windows(2).find(|pair| pair[0] == pair[1]).unwrap();
    let ran = desk.run(&format!("undo {}", twice[0]));
    assert_eq!((ran.code, ran.stderr.contains("several changes begin with")), (4, true));
}

#[test]
fn what_is_taken_away_or_reworded_is_so_wherever_it_stood() {
    let gone = |desk: &Desk, names: &[&str]| {
        for name in names {
            assert_eq!(desk.run(&format!("show {name}")).code, 3, "{name}");
        }
        let texts = [
            desk.ok("export jsonl"),
            desk.ok("search hunter2"),
            desk.ok("list --all note:hunter2"),
        ];
        assert!(
            texts.iter().all(|text| !text.contains("hunter2") && !text.contains('#')),
            "{texts:?}"
        );
    };
    let desk = asked(3);
    desk.ok("comment 1 -m 'PASSWORD hunter2'");
    desk.ok("merge 1 2");
    desk.ok("merge 2 3");
    desk.ok("split 3 1.1 1.2");
    let before = desk.ok("export jsonl");
    assert_eq!(desk.ok("edit 1.2 --remove"), "✓ #4 NOTE removed (4.2)\n");
    gone(&desk, &["1.2", "2.3", "4.2"]);
    assert_eq!(desk.run("edit 1.2 --remove").stderr, "note: NOTE 1.2 is gone\n");
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), before);
    desk.ok("edit 4.2 -m 'nothing to see'");
    assert!(!desk.ok("export jsonl").contains("hunter2"));
    assert_eq!(desk.ok("search hunter2"), "");
    desk.ok("undo");
    assert_eq!(desk.ok("export jsonl"), before);
    // What reads otherwise where it stood stays.
    let desk = asked(2);
    desk.ok("merge 2 1");
    assert_eq!(desk.ok("edit 1.2 --remove"), "✓ #1 PUBLIC reply removed (1.2)\n");
    let log = desk.json("log -L 1");
    assert_eq!(log["data"][0]["summary"], "took away messages 1.2, 2.1");
    desk.ok("undo");
    desk.ok("undo");
    assert_eq!(desk.ok("show 2.1 --json").matches("d 2").count(), 2);
}

#[test]
fn the_log_of_the_whole_is_that_of_all_its_parts() {
    let desk = asked(3);
    desk.ok("edit 1.1 -m 'first again'");
    desk.ok("label +a,+b 1");
    desk.ok("merge 1 2");
    desk.ok("merge 2 3");
    desk.ok("edit 3.2 -m 'and again'");
    let summaries = |line: &str| -> Vec<String> {
        let log = desk.json(line);
        log["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["summary"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = [
        "edited messages 3.2, 1.1, 2.2",
        "merged #2 into #3",
        "merged #1 into #2",
        "labelled #1 a, b",
        "edited message 1.1",
        "opened #3: t3",
        "opened #2: t2",
        "opened #1: t1",
    ];
    for line in ["log 1", "log 2", "log 3"] {
        assert_eq!(summaries(line), all, "{line}");
    }
    let tale = [all[0], all[1], all[2], all[4], all[7]];
    for line in ["log 1.1", "log 2.2", "log 3.2"] {
        assert_eq!(summaries(line), tale, "{line}");
        let log = desk.json(line)["data"].clone();
        let texts = |n: usize| -> Vec<[Value; 2]> {
            let events = log[n]["events"].as_array().unwrap();
            events.iter().map(|it| [it["before"].clone(), it["after"].clone()]).collect()
        };
        assert_eq!(texts(0), [[json!("first again"), json!("and again")]]);
        assert_eq!(texts(4), [[Value::Null, json!("d 1")]]);
    }
    desk.ok("edit 3.2 --remove");
    assert_eq!(summaries("log 3.2").len(), 6);
}

#[test]
fn an_undo_takes_back_the_whole_of_a_change_or_nothing() {
    for (line, later, why) in [
        ("label +c,+d 1", "label -c 1", "took the label `c` off"),
        ("edit 1 --ref x:1 --ref x:2", "edit 1 --ref= --ref x:1", "took the reference `x:2` away"),
        (
            "edit 1 --priority high --title Uno",
            "edit 1 --priority normal",
            "set its priority to `normal`",
        ),
        ("label +c 1 2", "label -c 2", "took the label `c` off"),
    ] {
        let desk = asked(2);
        desk.ok(line);
        let first = change(&desk, 0);
        desk.ok(later);
        let second = change(&desk, 0);
        let before = desk.ok("export jsonl");
        let ran = desk.run(&format!("undo {first}"));
        assert_eq!(ran.code, 4, "{line}");
        let told = format!(
            "because: change {} {why}\n  try: take that back first: `tix undo {}`",
            &second[..8],
            &second[..8]
        );
        assert!(
            ran.stderr.contains("has changed since") && ran.stderr.contains(&told),
            "{}",
            ran.stderr
        );
        assert_eq!(desk.ok("export jsonl"), before);
        desk.ok("undo");
        desk.ok("undo");
        desk.ok("redo");
        desk.ok("redo");
        assert_eq!(desk.ok("export jsonl"), before);
    }
}

#[test]
fn a_narrow_screen_holds_a_ticket_and_its_log() {
    let desk = Desk::new();
    desk.ok("new 'A rather long title of a ticket that does not end soon' -m x -p high -r 'Ada Wilhelmina Lovelace <ada@a-long-name.acme.example>' -l printing,network,escalated,second-floor");
    desk.ok("reply 1 --from 'Bartholomew 漢字漢字漢字 <bartholomew@another-long-name.acme.example>' -m 'me too'");
    desk.ok("edit 1.2 -m 'me too, too'");
    for width in [30, 40, 50, 80] {
        for line in ["show 1", "log"] {
            let shown = desk.screen(width, line).stdout;
            for line in shown.lines() {
                let columns = unicode_width::UnicodeWidthStr::width(line);
                assert!(columns <= width, "{width}: {line}");
            }
            let flat: String = shown.split_whitespace().collect();
            let told = if line == "log" {
                "thatdoesnotendsoon"
            } else {
                "another-long-name.acme.example>"
            };
            assert!(flat.contains(told), "{shown}");
        }
    }
}
