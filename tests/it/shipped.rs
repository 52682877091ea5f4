//! What is checked in must be what the program says: completions, man pages, help, README.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::desk::Desk;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "tix.bash"),
    ("zsh", "_tix"),
    ("fish", "tix.fish"),
    ("elvish", "tix.elv"),
    ("powershell", "_tix.ps1"),
];

#[test]
fn the_completions_are_fresh() {
    let desk = Desk::new();
    for (shell, file) in COMPLETIONS {
        let shipped =
            std::fs::read_to_string(root().join("completions").join(file)).unwrap_or_default();
        let fresh = desk.ok(&format!("completions {shell}"));
        assert!(fresh == shipped, "completions/{file} is stale: run .ci/refresh");
    }
}

#[test]
fn the_man_pages_are_fresh() {
    let desk = Desk::new();
    desk.ok("man --dir pages");
    let fresh = pages(&desk.path("pages"));
    let shipped = pages(&root().join("man"));
    assert_eq!(
        fresh.keys().collect::<Vec<_>>(),
        shipped.keys().collect::<Vec<_>>(),
        "run .ci/refresh"
    );
    for (name, page) in &fresh {
        assert!(Some(page) == shipped.get(name), "man/{name} is stale: run .ci/refresh");
    }
}

fn pages(folder: &Path) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn every_example_of_the_help_runs() {
    let desk = Desk::new();
    desk.ok("new One");
    let mut count = 0;
    for topic in ["query", "dates", "sla", "json", "exit-codes", "config"] {
        let text = desk.ok(&format!("help {topic}"));
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{topic}");
        for line in text.lines().filter_map(|line| line.strip_prefix("    tix ")) {
            let runs = [
                "list",
                "search",
                "similar",
                "count",
                "log --",
                "view",
                "config set",
                "calendar",
                "tier",
            ];
            let Some(line) = line.split("  #").next().filter(|line| {
                runs.iter().any(|start| line.starts_with(start)) && !line.contains(" && ")
            }) else {
                continue;
            };
            // A pipe between quotes is jq's.
            let mut pipes = line.match_indices(" | ").map(|(at, _)| at);
            let shells = pipes.find(|at| line[..*at].matches('\'').count() % 2 == 0);
            let line = &line[..shells.unwrap_or(line.len())];
            let ran = desk.run(line);
            assert_eq!(ran.code, 0, "{topic}: tix {line}\n{}", ran.stderr);
            count += 1;
        }
    }
    assert!(count >= 60, "{count}");
}

/// Runs the README's console blocks one after the other, as a shell would, and compares what comes.
#[test]
fn the_readmes_tour_is_what_happens() {
    let desk = Desk::new();
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let blocks = readme.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let transcript: String = blocks.collect();
    let folder = Path::new(env!("CARGO_BIN_EXE_tix")).parent().unwrap().display().to_string();
    let mut count = 0;
    for step in transcript.split("$ ").skip(1) {
        let (line, expected) = step.split_once('\n').unwrap();
        let mut command = std::process::Command::new("sh");
        let blank = desk.command("");
        command.env_clear().envs(blank.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("PATH", format!("{folder}:/usr/bin:/bin")).current_dir(desk.folder());
        command
            .env("TIX_NOW", format!("2026-09-01T09:00:{count:02}Z"))
            .env("TIX_FORCE_TTY", "80")
            .env("NO_COLOR", "1");
        // What is piped on goes to no terminal.
        let line =
            line.replace("tix list -q label:bug |", "TIX_FORCE_TTY= tix list -q label:bug |");
        let ran = crate::desk::Ran::of(&command.args(["-c", &line]).output().unwrap());
        let change = |text: &str| {
            let words = text.split(' ').map(|word| {
                let named = word.len() == 9
                    && word.ends_with(':')
                    && word[..8].bytes().all(|c| (b'k'..=b'z').contains(&c));
                if named { "" } else { word }
            });
            words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let tidy = |text: &str| text.lines().map(change).collect::<Vec<_>>().join("\n");
        if !line.contains("undo -q") {
            assert_eq!(tidy(&ran.stdout), tidy(expected), "$ {line}\n{}", ran.stderr);
        }
        assert_eq!(ran.code, 0, "$ {line}\n{}", ran.stderr);
        count += 1;
    }
    assert!(count >= 12, "{count}");
}

#[test]
fn every_command_explains_itself() {
    let desk = Desk::new();
    let help = desk.ok("help");
    for command in [
        "new",
        "list",
        "search",
        "similar",
        "count",
        "view",
        "show",
        "comment",
        "reply",
        "attach",
        "close",
        "reopen",
        "edit",
        "drafts",
        "assign",
        "label",
        "status",
        "merge",
        "split",
        "link",
        "unlink",
        "log",
        "undo",
        "redo",
        "import",
        "export",
        "init",
        "info",
        "config",
        "calendar",
        "tier",
        "demo",
        "completions",
        "man",
    ] {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
        assert!(desk.ok(&format!("{command} --help")).contains("Usage:"), "{command}");
    }
}

/// The README promises nothing that was not tried: each of its numbers stands in the report, and no
/// trial in there has failed.
#[test]
fn the_readmes_promises_have_their_numbers() {
    let read = |name: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        std::fs::read_to_string(path).unwrap()
    };
    let (readme, report) = (read("README.md"), read("RELIABILITY.md"));
    assert!(!report.contains("FAILED"), "{report}");
    let trust = readme.split("\n## Trust\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = trust.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| what"));
    let mut found = 0;
    for row in rows {
        let tried = row.rsplit(" | ").next().unwrap().trim_end_matches(" |");
        let numbers = tried.split(|c: char| !c.is_ascii_digit() && c != ',');
        for number in numbers.map(|it| it.trim_matches(',')).filter(|it| !it.is_empty()) {
            let there = report
                .split(|c: char| !c.is_ascii_digit() && c != ',')
                .any(|it| it.trim_matches(',') == number);
            assert!(there, "{number} of `{row}` is not in RELIABILITY.md");
            found += 1;
        }
    }
    assert!(found > 12, "{found}");
}
