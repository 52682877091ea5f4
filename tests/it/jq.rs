//! `--jq`: what it is applied to, what it prints, and what it says when it cannot.

use std::io::{BufRead, BufReader};

use serde_json::Value;

use crate::desk::{Desk, Ran};

#[test]
fn jq_is_applied_to_the_document_and_prints_raw_lines() {
    let desk = Desk::new();
    desk.ok("new One -l b,a");
    desk.ok("new 'Two \"2\"' -p high");
    for (line, wanted) in [
        ("list --jq .data[].title", "Two \"2\"\nOne\n"),
        ("list --jq .schema", "tix/list/1\n"),
        ("list --jq '.meta.total, .warnings, null'", "2\n[]\nnull\n"),
        (
            "list --jq '.data[] | {title, id}'",
            "{\"title\":\"Two \\\"2\\\"\",\"id\":\"2\"}\n{\"title\":\"One\",\"id\":\"1\"}\n",
        ),
        ("list --json=id --jq .data", "[{\"id\":\"2\"},{\"id\":\"1\"}]\n"),
        ("list --columns id --jq .data", "[{\"id\":\"2\"},{\"id\":\"1\"}]\n"),
        ("list --jsonl --jq '[.id, .title] | @tsv'", "2\tTwo \"2\"\n1\tOne\n"),
        ("list --jsonl=title --jq keys[]", "title\ntitle\n"),
        (
            "list --jq '.data[] | [.id, .title, null] | @csv'",
            "\"2\",\"Two \"\"2\"\"\",\n\"1\",\"One\",\n",
        ),
        (
            "list --jq '.data[] | select(.title | test(\"^o\"; \"i\")).labels | join(\" \")'",
            "a b\n",
        ),
        ("show 1 --jq .data.labels", "[\"a\",\"b\"]\n"),
        ("list --jq '3/2, 4/2, -1, 1e3, nan'", "1.5\n2\n-1\n1000\nnull\n"),
        ("list --jq '.data[] | empty'", ""),
        ("list is:closed --jq .data[]", ""),
        ("export jsonl --jq '.data | length'", "2\n"),
        ("--jq .data.open", "2\n"),
        ("close 2 --jq '.data[].status, .meta.dry_run'", "closed\nfalse\n"),
        ("new Three --jq .data.id", "3\n"),
    ] {
        assert_eq!(desk.ok(line), wanted, "{line}");
    }
    // Another output flag does not change it, nor does a terminal.
    assert_eq!(desk.ok("list --csv -q --jq .meta.total"), "2\n");
    assert_eq!(desk.screen(80, "list --jq .meta.total").stdout, "2\n");
}

#[test]
fn jq_lets_no_live_control_character_out() {
    let desk = Desk::new();
    desk.ok("new One -m 'a\u{1b}[2J\u{202e}b\tc\nd'");
    let text = "a␛[2J<U+202E>b\tc\nd\n";
    assert_eq!(desk.ok("show 1 --jq .data.description"), text);
    assert_eq!(desk.screen(80, "show 1 --jq .data.description").stdout, text);
    let json = desk.ok("show 1 --jq '[.data.description]'");
    assert_eq!(json, "[\"a\\u001b[2J\\u202eb\\tc\\nd\"]\n");
}

#[test]
fn jq_sees_the_answer_and_nothing_else_of_the_machine() {
    let desk = Desk::new();
    desk.ok("new One");
    desk.file("x.jq", "def x: 1;");
    for expression in [
        "env",
        "$ENV",
        "$ENV.HOME",
        "input",
        "inputs",
        "halt",
        "halt_error",
        "localtime",
        "stderr",
        "input_filename",
        "import \"x\" as x; 1",
        "include \"x\"; 1",
        "import \"x\" as $x; $x",
    ] {
        let ran = desk.run(&format!("list --jq '{expression}'"));
        assert_eq!((ran.code, ran.stdout.as_str()), (4, ""), "{expression}: {}", ran.stderr);
        assert!(ran.stderr.contains('^'), "{expression}: {}", ran.stderr);
    }
    let mut command = desk.command("list --jq 'now | todate'");
    command.env("TIX_NOW", "2026-09-01T10:00:00+02:00");
    assert_eq!(Ran::of(&command.output().unwrap()).stdout, "2026-09-01T08:00:00Z\n");
}

/// What a person reads of an error in JSON.
fn message(ran: &Ran) -> String {
    let error: Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!((&error["code"], &error["exit"]), (&"invalid".into(), &4.into()));
    format!("{}\n{}", error["message"].as_str().unwrap(), error["hint"].as_str().unwrap())
}

#[test]
fn a_broken_expression_is_shown_with_the_place_marked_and_nothing_is_done() {
    let desk = Desk::new();
    desk.ok("new One");
    for (expression, why, mark, hint) in [
        (".data[", "expected closing bracket, here it ends", "      ^", "tix help json"),
        (".data[] |", "expected term, here it ends", "         ^", "tix help json"),
        (".data | selekt(.id)", "no filter `selekt`", "        ^^^^^^", "did you mean `select`?"),
        ("\"äö\" | slect(1)", "no filter `slect`", "       ^^^^^", "did you mean `select`?"),
        (
            ".data | select",
            "`select` takes another number of arguments",
            "        ^^^^^^",
            "tix help json",
        ),
        ("$id", "no variable `$id`", "^^^", "tix help json"),
        (". §", "expected token, found `§`", "  ^", "tix help json"),
        ("", "expected term, here it ends", "^", "tix help json"),
    ] {
        let ran = desk.run(&format!("close 1 --jq '{expression}'"));
        assert_eq!((ran.code, ran.stdout.as_str()), (4, ""), "{expression}");
        let message = message(&ran);
        let shown =
            format!("the --jq expression could not be read: {why}\n    {expression}\n    {mark}\n");
        assert!(message.starts_with(&shown), "{expression}\n{message}");
        assert!(message.contains(hint), "{expression}\n{message}");
    }
    assert_eq!(desk.ticket("1")["status"], "new");
    // On no desk at all, none is made.
    let empty = Desk::new();
    assert_eq!(empty.run("new One --jq '.['").code, 4);
    assert!(!empty.path("tix.db").exists());
}

#[test]
fn an_expression_too_long_to_read_is_refused() {
    let desk = Desk::new();
    desk.ok("new One");
    for part in ["-", "if ", "(", "[", "1|", "1+", "try ", "\"\\("] {
        let ran = desk.run(&format!("list --jq '{}1'", part.repeat(2000)));
        assert!(message(&ran).contains("too long"), "{part}");
        let ran = desk.run(&format!("list --jq '{}1'", part.repeat(200)));
        assert!([0, 4].contains(&ran.code), "{part}: {} {}", ran.code, ran.stderr);
    }
}

#[test]
fn an_expression_that_fails_says_so_and_whether_something_was_changed() {
    let desk = Desk::new();
    desk.ok("new One");
    let ran = desk.run("list --jq '.data | keys | .[0] + \"x\"'");
    assert_eq!(ran.code, 4);
    assert!(message(&ran).starts_with("the --jq expression failed: cannot calculate 0 + \"x\""));
    let ran = desk.run("list --jq '.meta.total, .data.id'");
    assert_eq!(ran.stdout, "1\n");
    let message_of = message(&ran);
    // What it stumbled over may be the whole answer.
    assert!(message_of.contains("with \"id\"") && message_of.len() < 300, "{message_of}");

    let made = "the change was made, but the answer could not be written: the --jq expression";
    for line in ["close 1", "new Two", "undo"] {
        let ran = desk.run(&format!("{line} --jq .data.x.y.z[]"));
        assert!(message(&ran).starts_with(made), "{line}: {}", ran.stderr);
    }
    assert_eq!(desk.ticket("1")["status"], "closed");
    let ran = desk.run("reopen 1 --dry-run --jq .data.id");
    assert!(message(&ran).starts_with("the --jq expression failed"), "{}", ran.stderr);
    let ran = desk.run("close 1 --jq .data.id");
    assert!(message(&ran).starts_with("the --jq expression failed"), "{}", ran.stderr);
}

#[test]
fn jq_streams_line_by_line() {
    let desk = Desk::new();
    let lines: Vec<String> = (0..3000).map(|n| format!(r#"{{"title":"ticket {n}"}}"#)).collect();
    desk.feed("import jsonl -", lines.join("\n"));
    assert_eq!(desk.ok("list --jsonl --jq .id").lines().count(), 3000);
    // A reader that goes away ends it in silence, before the expression fails further down.
    let mut child = desk
        .command(
            "list --jsonl --jq 'if .id == \"1\" then error else .description + \"x\" * 500 end'",
        )
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert_eq!(first.len(), 501);
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}
