//! Every output flag acts on every command, or is refused before anything is done.

use serde_json::Value;

use crate::desk::{Desk, Ran};
use crate::golden::{desk, lines, prepared, schema_of, without_hash};

/// What the last part of `line` does with `flags`, on a pipe or on a screen of 80 columns.
fn ran(small: &Desk, line: &str, flags: &str, screen: bool) -> Ran {
    let (desk, last) = prepared(small, line);
    let line = format!("{last} {flags}");
    let mut ran = if screen { desk.screen(80, &line) } else { desk.run(&line) };
    let refused = ran.code == 2 && ran.stdout.is_empty();
    assert!([0, 7].contains(&ran.code) || refused, "{line}: {}", ran.stderr);
    ran.stdout = without_hash(&ran.stdout.replace(desk.folder().to_str().unwrap(), "~"));
    ran
}

/// The fields of what `line` answers with when no JSON is asked for.
fn fields(line: &str) -> Vec<String> {
    let of = match schema_of(line) {
        "dashboard" => "list",
        "explain" => "list --explain",
        "resume" => "drafts resume x",
        "attachments" => "attach 1",
        "export-file" => "export md --to x.md",
        "calendar-due" => "calendar due 24x7 today 1h",
        "calendar-elapsed" => "calendar elapsed 24x7 today today",
        "calendar-open" => "calendar open 24x7",
        "kb-search" => "kb search x",
        "sla-explain" => "sla explain 1",
        "sla-report" => "sla report",
        "sla-recalc" => "sla recalc",
        "sync-status" => "sync status",
        "sync-members" => "sync members",
        "sync-conflicts" => "sync conflicts",
        "sync-bundle" => "sync bundle export x",
        name => name,
    };
    Desk::new().ok(&format!("{of} --json=help")).lines().map(ToOwned::to_owned).collect()
}

fn rows(document: &Value) -> Vec<Value> {
    match &document["data"] {
        Value::Array(rows) => rows.clone(),
        one => vec![one.clone()],
    }
}

#[test]
fn json_flags_act_on_every_command() {
    let small = desk();
    for line in lines() {
        for screen in [false, true] {
            let whole = ran(&small, line, "--json", screen).stdout;
            let document: Value =
                serde_json::from_str(&whole).unwrap_or_else(|e| panic!("{line}: {e}"));
            assert!(document["schema"].as_str().unwrap().starts_with("tix/"), "{line}");
            let jq = ran(&small, line, "--jq .schema", screen).stdout;
            assert_eq!(jq.trim_end(), document["schema"], "{line}");

            let lines = ran(&small, line, "--jsonl", screen).stdout;
            let objects: Vec<Value> =
                lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(objects.len(), rows(&document).len(), "{line}");
            let jq = ran(&small, line, "--jsonl --jq '\"x\"'", screen).stdout;
            assert_eq!(jq, "x\n".repeat(objects.len()), "{line}");
            for (object, row) in objects.iter().zip(rows(&document)) {
                let names =
                    |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
                assert_eq!(names(object), names(&row), "{line}");
                let one = names(&row).remove(0);
                let picked = ran(&small, line, &format!("--json={one}"), screen).stdout;
                let picked = rows(&serde_json::from_str(&picked).unwrap()).remove(0);
                assert_eq!(names(&picked), [one], "{line}");
            }
        }
    }
}

#[test]
fn table_flags_act_on_every_command() {
    let small = desk();
    for line in lines() {
        let bare = ["conflicts", "sla", "articles"];
        let last = fields(line).into_iter().rfind(|name| !bare.contains(&name.as_str())).unwrap();
        for screen in [false, true] {
            let of = |flags: &str| ran(&small, line, flags, screen).stdout;
            let header = |text: String| text.lines().next().unwrap_or_default().to_owned();
            assert!(
                fields(line).contains(&header(of("--tsv")).split('\t').next().unwrap().to_owned()),
                "{line}"
            );
            assert!(
                fields(line).contains(&header(of("--csv")).split(',').next().unwrap().to_owned()),
                "{line}"
            );
            assert_eq!(header(of(&format!("--csv --columns {last}"))), last, "{line}");
            assert_eq!(header(of(&format!("--tsv --columns {last}"))), last, "{line}");
            for flags in ["--csv", "--tsv"] {
                let count = |flags: &str| of(&format!("{flags} --columns {last}")).lines().count();
                assert_eq!(count(flags), count(&format!("{flags} --no-header")) + 1, "{line}");
            }
            // Alone, as cells of that column and nothing else.
            let text = of(&format!("--columns {last}"));
            let cells = of(&format!("--tsv --no-header --columns {last}"));
            let changes =
                ["change", "target", "summary", "redoes", "undoes"].contains(&last.as_str());
            let table = screen
                && ["list", "search", "similar", "next", "dashboard", "demo"]
                    .contains(&schema_of(line));
            if schema_of(line) == "export" {
                assert!(text.starts_with(&format!("{{\"{last}\":")), "{line}: {text}");
            } else if !changes && !table && last != "uid" && !line.contains("key new") {
                assert_eq!(text, cells, "{line}");
            }
            let unknown = ran(&small, line, "--columns nope", screen);
            assert_eq!((unknown.code, unknown.stdout.as_str()), (2, ""), "{line}");
        }
    }
}

#[test]
fn quiet_prints_what_names_each_row_or_is_refused() {
    let small = desk();
    for line in lines() {
        let document = ran(&small, line, "--json", false).stdout;
        let document: Value = serde_json::from_str(&document).unwrap();
        let key = match schema_of(line) {
            "log" | "undo" | "redo" | "import" => "change",
            "info" | "init" | "restore" => "desk",
            "config" => "value",
            "count" => "count",
            "attachments" if line.contains("--save") => "path",
            "export-file" | "salvage" => "to",
            "backup" | "sync-bundle" => "file",
            "doctor" => "check",
            "calendar-due" => "due_at",
            "calendar-elapsed" => "elapsed_s",
            "calendar-open" => "opens_at",
            "sla-report" => "total",
            "calendar" | "tier" | "view" | "canned" | "kb" | "kb-search" | "customer"
            | "drafts" | "attachments" | "sync-members" => "name",
            "explain" => "sql",
            "key" => "recipient",
            "sync" | "sync-status" => "fingerprint",
            _ => "id",
        };
        for screen in [false, true] {
            let quiet = ran(&small, line, "-q", screen);
            let found: Vec<&str> = quiet.stdout.lines().collect();
            if document["schema"] == "tix/text/1" {
                assert_eq!(quiet.code, 2, "{line}");
                assert!(quiet.stderr.contains("which has no IDs"), "{line}: {}", quiet.stderr);
            } else if schema_of(line) == "dashboard" {
                assert_eq!(found, ["1", "2"], "{line}");
            } else {
                let rows = rows(&document);
                let cells =
                    rows.iter().filter(|row| !row[key].is_null()).map(|row| match &row[key] {
                        Value::String(text) => text.replace('\n', " "),
                        other => other.to_string(),
                    });
                let cells: Vec<String> = cells.collect();
                assert_eq!(found.len(), cells.len(), "{line}: {}", quiet.stdout);
                let same = found.iter().zip(cells).all(|(found, cell)| {
                    // Changes have random names, and keys are random.
                    let drawn = ["change", "recipient", "fingerprint"].contains(&key);
                    *found == cell || drawn && found.len() == cell.len()
                });
                assert!(same, "{line}: {}", quiet.stdout);
            }
        }
    }
}

#[test]
fn a_flag_that_is_refused_is_so_before_anything_is_done() {
    let desk = Desk::new();
    desk.ok("new One");
    for flags in ["--json=nope", "--jsonl=nope", "--columns nope", "--csv --columns nope"] {
        for line in ["close 1", "edit 1 --title Two", "undo", "new Three", "config set user me"] {
            let ran = desk.run(&format!("{line} {flags}"));
            assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{line} {flags}");
            assert!(ran.stderr.contains("no field `nope`"), "{line} {flags}: {}", ran.stderr);
        }
    }
    assert_eq!(desk.run("man --dir pages -q").code, 2);
    assert!(!desk.path("pages").exists());
    assert_eq!(desk.json("log")["meta"]["total"], 1);
    assert_eq!(desk.json("config get user")["data"]["value"], Value::Null);
}

#[test]
fn what_printed_nothing_says_what_was_done() {
    let desk = Desk::new();
    assert_eq!(
        desk.ok("config path"),
        format!("{}\n", desk.path(".config/tix/config.toml").display())
    );
    assert_eq!(desk.json("config path")["data"]["from"], "the default");
    assert!(desk.ok("man --dir pages").contains(" pages in pages\n"));
    assert_eq!(desk.json("man --dir pages")["data"]["text"], desk.ok("man --dir pages"));
    // A header is left out of every table.
    desk.ok("new One");
    assert!(desk.screen(80, "list").stdout.starts_with("ID "));
    assert!(desk.screen(80, "list --no-header").stdout.starts_with("#1 "));
}
