//! The harness: a folder of its own, a clock that moves a minute per command, no other environment.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use tix::domain::ids::Timestamp;
use tix::store::{Author, Store};

/// A desk in an empty folder.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
    minutes: AtomicU32,
}

/// The desk's file at `path` by itself, behind tix's back, ready for changes by one Mira.
pub(crate) fn store(path: &Path) -> Store {
    let (by, now) = ("Mira".parse().unwrap(), Timestamp(0));
    Store::create(path, &Author { by, now, secret: [7; 32] }).unwrap().0
}

/// What a command did.
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), minutes: AtomicU32::new(0) }
    }

    /// A copy of what this desk's folder holds, its clock included.
    pub(crate) fn copy(&self) -> Self {
        fn all(from: &Path, to: &Path) {
            std::fs::create_dir_all(to).unwrap();
            for entry in std::fs::read_dir(from).unwrap() {
                let (path, to) = {
                    let it = entry.unwrap();
                    (it.path(), to.join(it.file_name()))
                };
                if path.is_dir() {
                    all(&path, &to);
                } else {
                    std::fs::copy(path, to).unwrap();
                }
            }
        }
        let copy = Self::new();
        all(self.folder(), copy.folder());
        copy.minutes.store(self.minutes.load(Ordering::Relaxed), Ordering::Relaxed);
        copy
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder; returns its path as text.
    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Where texts are kept that are not stored yet.
    pub(crate) fn drafts(&self) -> PathBuf {
        let macos = cfg!(target_os = "macos");
        self.path(if macos {
            "Library/Application Support/tix/drafts"
        } else {
            ".local/state/tix/drafts"
        })
    }

    /// Puts a text there, with the slip that says what it is for.
    pub(crate) fn draft(&self, file: &str, slip: &Value, text: impl AsRef<[u8]>) {
        std::fs::create_dir_all(self.drafts()).unwrap();
        let name = file.split('.').next().unwrap();
        std::fs::write(self.drafts().join(file), text).unwrap();
        std::fs::write(self.drafts().join(format!("{name}.json")), slip.to_string()).unwrap();
    }

    /// A slip for a note, or whatever the command writes on a ticket.
    pub(crate) fn slip(&self, command: &str, ticket: &str) -> Value {
        let on = json!([{ "uid": self.ticket(ticket)["uid"], "number": ticket }]);
        // Only to look takes no time.
        self.minutes.fetch_sub(1, Ordering::Relaxed);
        let below = json!({ "line": tix::drafts::SCISSORS, "text": "" });
        json!({ "command": command, "on": on, "at": 1_788_253_200_000_i64, "begun": "", "below": below })
    }

    /// The command for `line`, split as a shell would, on this desk and in nobody's environment.
    pub(crate) fn command(&self, line: &str) -> Command {
        let minute = self.minutes.fetch_add(1, Ordering::Relaxed);
        let mut command = Command::new(env!("CARGO_BIN_EXE_tix"));
        command
            .args(shell_words::split(line).unwrap())
            .current_dir(self.folder())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.folder())
            .env("TMPDIR", self.folder())
            .env("TIX_DB", self.path("tix.db"))
            .env("TIX_USER", "Mira Holt <mira@larkspur.example>")
            .env("TIX_NOW", format!("2026-09-01T{:02}:{:02}:00Z", 9 + minute / 60, minute % 60))
            .env("TIX_TZ", "Europe/Berlin")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, line: &str) -> Ran {
        let mut ran = Ran::of(&self.command(line).output().unwrap());
        ran.stderr = ran.stderr.replace(self.folder().to_str().unwrap(), "~");
        ran
    }

    /// Runs with `input` on standard input.
    pub(crate) fn feed(&self, line: &str, input: impl AsRef<[u8]>) -> Ran {
        feed(&mut self.command(line), input)
    }

    /// Runs as if standard output were a terminal of `width` columns.
    pub(crate) fn screen(&self, width: usize, line: &str) -> Ran {
        let mut command = self.command(line);
        command.env("TIX_FORCE_TTY", width.to_string()).env("NO_COLOR", "1");
        Ran::of(&command.output().unwrap())
    }

    /// Runs what must succeed; returns its standard output.
    pub(crate) fn ok(&self, line: &str) -> String {
        let ran = self.run(line);
        assert_eq!(ran.code, 0, "{line}\n{}{}", ran.stdout, ran.stderr);
        ran.stdout
    }

    /// Runs what must succeed and prints words; returns them with a space between.
    pub(crate) fn words(&self, line: &str) -> String {
        self.ok(line).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Runs with `--json` what must succeed; returns the whole document.
    pub(crate) fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.ok(&format!("{line} --json"))).unwrap()
    }

    /// The same of what ends with this exit code, and answers all the same.
    pub(crate) fn json_of(&self, code: i32, line: &str) -> Value {
        let ran = self.run(&format!("{line} --json"));
        assert_eq!(ran.code, code, "{line}\n{}{}", ran.stdout, ran.stderr);
        serde_json::from_str(&ran.stdout).unwrap()
    }

    /// The names of all commands, as the help lists them.
    pub(crate) fn commands(&self) -> Vec<String> {
        let help = self.ok("help");
        let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
        let named = list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        named.filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect()
    }

    /// A ticket as `show --json` gives it.
    pub(crate) fn ticket(&self, id: &str) -> Value {
        self.json(&format!("show {id}"))["data"].clone()
    }
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            code: output.status.code().unwrap_or(-1),
        }
    }

    /// Both streams and the exit code as one text, for transcripts.
    pub(crate) fn transcript(&self) -> String {
        let part = |wanted: bool, text: String| if wanted { text } else { String::new() };
        let stderr = part(!self.stderr.is_empty(), format!("--- stderr\n{}", self.stderr));
        let exit = part(self.code != 0, format!("--- exit {}\n", self.code));
        format!("{}{stderr}{exit}", self.stdout)
    }
}

pub(crate) fn feed(command: &mut Command, input: impl AsRef<[u8]>) -> Ran {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    // A command that fails early does not read its input.
    drop(child.stdin.take().unwrap().write_all(input.as_ref()));
    Ran::of(&child.wait_with_output().unwrap())
}

/// Runs git in a folder, in nobody's environment.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin");
    let ran = git.env("HOME", folder).output().unwrap();
    assert!(ran.status.success(), "{arguments:?} {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8_lossy(&ran.stdout).into_owned()
}
