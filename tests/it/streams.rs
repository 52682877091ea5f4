//! Every command on every kind of stream: no panic, no signal, no hang, an exit code of the
//! contract, and no colour that nobody asked for.
#![cfg(unix)]

use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::desk::{Desk, Ran};
use crate::golden::{desk, lines, prepared};

/// Command lines besides those of [`lines`]: they read standard input, or end early.
const OTHERS: [&str; 10] = [
    "--help",
    "--version",
    "close --help",
    "comment 1",
    "comment 1 -F -",
    "close - --as solved",
    "import jsonl -",
    "edit 1 -e",
    "show 99",
    "list nope:1",
];

/// The exit codes that there are, but for those of a person at a terminal.
const CODES: [i32; 9] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

/// What a command does, if it ends.
fn within(mut command: Command, line: &str) -> Ran {
    let child = command.spawn().unwrap();
    let (done, ran) = mpsc::channel();
    std::thread::spawn(move || done.send(child.wait_with_output()));
    let output = ran.recv_timeout(Duration::from_secs(30));
    let ran = Ran::of(&output.unwrap_or_else(|_| panic!("`{line}` hangs")).unwrap());
    assert!(CODES.contains(&ran.code), "`{line}`: {}\n{}", ran.code, ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "`{line}`: {}", ran.stderr);
    ran
}

/// Every command line on a desk of its own, changed by `how` or not, and what each did.
fn each(how: impl Fn(&mut Command), check: impl Fn(&str, &Ran, &Ran)) {
    let small = desk();
    for line in lines().chain(OTHERS) {
        let ran = |how: &dyn Fn(&mut Command)| {
            let (desk, last) = prepared(&small, line);
            let mut command = desk.command(last);
            how(&mut command);
            tidy(&desk, within(command, line))
        };
        check(line, &ran(&|_| ()), &ran(&how));
    }
}

/// Without what differs from desk to desk.
fn tidy(desk: &Desk, ran: Ran) -> Ran {
    let folder = desk.folder().to_str().unwrap();
    // The copies of a desk lie in a folder that is named after its place.
    let place = desk.path("tix.db").canonicalize().unwrap_or_default();
    let hash = blake3::hash(place.as_os_str().as_encoded_bytes()).to_hex();
    let tidy = |text: String| text.replace(folder, "~").replace(&hash[..8], "PLACE");
    Ran { stdout: tidy(ran.stdout), stderr: tidy(ran.stderr), code: ran.code }
}

/// The command with some of its streams redirected, as a shell would.
fn redirected(command: &mut Command, streams: &str) {
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(format!("exec \"$0\" \"$@\" {streams}"));
    shell.arg(command.get_program()).args(command.get_args());
    shell.current_dir(command.get_current_dir().unwrap()).env_clear();
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    *command = shell;
}

#[test]
fn a_reader_that_is_gone_is_silence() {
    let gone = |command: &mut Command| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        command.stdout(writer);
    };
    each(gone, |line, usual, gone| {
        assert!(gone.code == 0 || gone.code == usual.code, "`{line}`: {}", gone.stderr);
        // What it says besides, it may leave out.
        assert!(gone.stderr.is_empty() || gone.stderr == usual.stderr, "`{line}`: {}", gone.stderr);
    });
}

#[test]
fn closed_streams_are_as_good_as_none() {
    for streams in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        each(
            |command| redirected(command, streams),
            |line, usual, closed| {
                assert_eq!(closed.code, usual.code, "`{line}` {streams}: {}", closed.stderr);
                let empty = streams.contains(" >&-") || streams.starts_with('>');
                assert_eq!(
                    closed.stdout.is_empty(),
                    empty || usual.stdout.is_empty(),
                    "`{line}` {streams}"
                );
            },
        );
    }
}

#[test]
fn a_full_disk_is_exit_1_and_a_change_is_not_lost_sight_of() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let small = desk();
    for line in lines().chain(OTHERS) {
        let (desk, last) = prepared(&small, line);
        let entries = || desk.ok("info --jq .data.entries");
        let (before, usual) = (entries(), prepared(&small, line).0.run(last));
        let mut command = desk.command(last);
        redirected(&mut command, ">/dev/full");
        let full = within(command, line);
        let wanted = if usual.stdout.is_empty() { usual.code } else { 1 };
        assert_eq!(full.code, wanted, "`{line}`: {}", full.stderr);
        if entries() != before {
            assert!(full.stderr.contains("the change was made, but"), "`{line}`: {}", full.stderr);
        } else if last.contains("-n") || usual.code != 0 {
            assert!(!full.stderr.contains("the change was made"), "`{line}`: {}", full.stderr);
        }
    }
}

#[test]
fn the_environment_changes_nothing_on_a_pipe() {
    for (name, value) in [("TERM", "dumb"), ("COLUMNS", "20"), ("NO_COLOR", "1")] {
        each(
            |command| set(command, name, value),
            |line, usual, other| {
                assert!(
                    !usual.stdout.contains('\x1b') && !usual.stderr.contains('\x1b'),
                    "`{line}`"
                );
                assert_eq!(usual.code, other.code, "`{line}` {name}: {}", other.stderr);
                // clap breaks its own text at COLUMNS everywhere.
                let lines = |ran: &Ran| ran.stdout.lines().count();
                assert!(
                    lines(usual) == lines(other) || line.ends_with("--help"),
                    "`{line}` {name}"
                );
                assert!(
                    !other.stdout.contains('\x1b') && !other.stderr.contains('\x1b'),
                    "`{line}`"
                );
            },
        );
    }
}

#[test]
fn colour_comes_when_it_is_wanted_and_changes_nothing_else() {
    let add = |command: &mut Command, flags: &str| {
        command.args(flags.split(' '));
    };
    each(
        |command| add(command, "--color always"),
        |line, usual, always| {
            assert_eq!(
                bare(&always.stdout).lines().count(),
                usual.stdout.lines().count(),
                "`{line}`"
            );
        },
    );
    for (flags, name, value) in [
        ("--color never", "CLICOLOR_FORCE", "1"),
        ("--json --color always", "TERM", "xterm"),
        ("--no-pager", "NO_COLOR", "1"),
        ("--no-pager", "TERM", "dumb"),
    ] {
        each(
            |command| {
                add(command, flags);
                set(command, name, value);
                set(command, "TIX_FORCE_TTY", "80");
            },
            |line, _, plain| assert!(!plain.stdout.contains('\x1b'), "`{line}` {flags} {name}"),
        );
    }
}

fn set(command: &mut Command, name: &str, value: &str) {
    command.env(name, value);
}

/// The text without colours; any other escape sequence is left, and fails.
fn bare(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut bare = parts.next().unwrap().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('m').unwrap();
        assert!(code.bytes().all(|c| c.is_ascii_digit() || c == b';'), "{part:?}");
        bare += rest;
    }
    assert!(!bare.contains('\x1b'), "{bare:?}");
    bare
}
