//! A person at a terminal: real keys into a pseudo-terminal, and what it showed.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use expectrl::process::Termios;
use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use expectrl::{Expect, Session};

use crate::desk::Desk;

/// The usual window, and a small one: columns and lines.
pub(super) const SIZES: [(u16, u16); 2] = [(80, 24), (60, 20)];

pub(super) const DOWN: &str = "\x1b[B";
pub(super) const UP: &str = "\x1b[A";
pub(super) const ENTER: &str = "\r";
pub(super) const ESCAPE: &str = "\x1b";
pub(super) const BACKSPACE: &str = "\x7f";
pub(super) const CTRL_C: &str = "\x03";
pub(super) const CTRL_D: &str = "\x04";

/// Only a test that fails waits this long.
const PATIENCE: Duration = Duration::from_secs(10);

/// A command under way on a terminal.
pub(super) struct Terminal {
    session: OsSession,
    shown: Vec<u8>,
    read: usize,
}

/// What is left when the command has ended.
pub(super) struct Left {
    /// Everything that the terminal was sent.
    pub(super) shown: String,
    /// The exit code, as a shell tells it: 130 when an interrupt ended it.
    pub(super) code: i32,
    /// The terminal shows what is typed again.
    echoes: bool,
}

impl Terminal {
    pub(super) fn run(desk: &Desk, line: &str) -> Self {
        Self::start(&desk.command(line), SIZES[0])
    }

    /// Starts `command` in a window of this size.
    pub(super) fn start(command: &Command, (columns, lines): (u16, u16)) -> Self {
        // The shell waits until the window has its size, then becomes the command.
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "read -r go; exec \"$0\" \"$@\""]);
        shell.arg(command.get_program()).args(command.get_args()).env_clear();
        shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.env("NO_COLOR", "1");
        shell.current_dir(command.get_current_dir().unwrap());
        let mut session = Session::spawn(shell).unwrap();
        session.get_process_mut().set_window_size(columns, lines).unwrap();
        session.set_echo(true).unwrap();
        session.send("\n").unwrap();
        Self { session, shown: Vec::new(), read: 0 }
    }

    /// Waits until the terminal shows `text`, after what was waited for before.
    #[track_caller]
    pub(super) fn sees(&mut self, text: &str) -> &mut Self {
        let start = Instant::now();
        loop {
            let new = &self.shown[self.read..];
            if let Some(at) = new.windows(text.len()).position(|part| part == text.as_bytes()) {
                self.read += at + text.len();
                return self;
            }
            let open = self.receive();
            let late = start.elapsed() > PATIENCE;
            assert!(open && !late, "no {text:?} in {:?}", self.text());
        }
    }

    /// Types, once the command reads single keys: until then the terminal itself would answer.
    #[track_caller]
    pub(super) fn types(&mut self, keys: &str) -> &mut Self {
        let start = Instant::now();
        while self.session.is_echo().unwrap() {
            let open = self.receive();
            let late = start.elapsed() > PATIENCE;
            assert!(open && !late, "nobody reads {keys:?} after {:?}", self.text());
        }
        self.session.send(keys).unwrap();
        self
    }

    /// Types for a command that reads whole lines.
    pub(super) fn sends(&mut self, keys: &str) -> &mut Self {
        self.session.send(keys).unwrap();
        self
    }

    /// Waits for a question and answers it.
    #[track_caller]
    pub(super) fn answers(&mut self, question: &str, keys: &str) -> &mut Self {
        self.sees(question).types(keys)
    }

    /// Gives the window another size.
    pub(super) fn resizes(&mut self, columns: u16, lines: u16) -> &mut Self {
        self.session.get_process_mut().set_window_size(columns, lines).unwrap();
        self
    }

    /// Sends the command a signal: `TERM`.
    pub(super) fn signal(&mut self, name: &str) {
        signal(self.session.get_process().pid().as_raw(), name);
    }

    /// Waits until the command has ended by itself.
    #[track_caller]
    pub(super) fn left(&mut self) -> Left {
        self.left_within(PATIENCE)
    }

    /// The same for a command that has reason to take long.
    #[track_caller]
    pub(super) fn left_within(&mut self, patience: Duration) -> Left {
        let start = Instant::now();
        while self.receive() {
            assert!(start.elapsed() < patience, "it goes on after {:?}", self.text());
        }
        let code = loop {
            match self.session.get_process().status().unwrap() {
                WaitStatus::Exited(_, code) => break code,
                WaitStatus::Signaled(_, signal, _) => break 128 + signal as i32,
                _ => rest(),
            }
            assert!(start.elapsed() < patience, "it does not end after {:?}", self.text());
        };
        let echoes = self.session.is_echo().unwrap_or(true);
        Left { shown: self.text(), code, echoes }
    }

    /// Takes in what there is to see, or rests a little; false when the command has ended.
    fn receive(&mut self) -> bool {
        let mut bytes = [0; 4096];
        match self.session.try_read(&mut bytes) {
            Ok(0) => false,
            Ok(n) => {
                self.shown.extend_from_slice(&bytes[..n]);
                true
            }
            Err(e) if e.kind() == ErrorKind::WouldBlock => {
                rest();
                true
            }
            Err(e) => panic!("{e} after {:?}", self.text()),
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown).into_owned()
    }
}

impl Left {
    /// The command ended with `code`, and the terminal is as it was.
    #[track_caller]
    pub(super) fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{:?}", self.shown);
        assert!(self.echoes, "{:?}", self.shown);
        assert!(!self.hides_cursor(), "{:?}", self.shown);
        self
    }

    pub(super) fn hides_cursor(&self) -> bool {
        self.shown.rfind("\x1b[?25l") > self.shown.rfind("\x1b[?25h")
    }

    /// The name by which it says that a draft is gone on with.
    #[track_caller]
    pub(super) fn named(&self) -> String {
        let (_, rest) = self.shown.split_once("`tix drafts resume ").expect(&self.shown);
        rest.split('`').next().unwrap().to_owned()
    }

    /// Where it says that a draft is kept.
    #[track_caller]
    pub(super) fn draft(&self) -> PathBuf {
        let (_, rest) = self.shown.split_once("your text is kept in ").expect(&self.shown);
        PathBuf::from(rest.lines().next().unwrap())
    }
}

/// Sends a signal to a process that a test has started.
pub(super) fn signal(pid: i32, name: &str) {
    let sent = Command::new("kill").args(["-s", name, "--", &pid.to_string()]).status();
    assert!(sent.unwrap().success(), "{pid} {name}");
}

fn rest() {
    std::thread::sleep(Duration::from_millis(2));
}

/// The drafts that are somewhere in the desk's folder: their texts' files.
pub(super) fn drafts(desk: &Desk) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.parent().unwrap().ends_with("tix/drafts") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(desk.folder(), &mut found);
    // Beside each text lies what it is for, and nothing else lies there.
    let (texts, slips): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|path| path.extension().is_some_and(|name| name == "md"));
    assert_eq!(texts.len(), slips.len(), "{texts:?} {slips:?}");
    texts
}

/// A command whose editor is the shell script `text`, which gets the file as its last argument.
///
/// The script finds it in `$file`, and what stood in it is kept in the desk's `buffer`.
pub(super) fn with_editor(desk: &Desk, line: &str, text: &str) -> Command {
    desk.file("ed.sh", format!("for file; do :; done\ncp \"$file\" buffer\n{text}\n"));
    let mut command = desk.command(line);
    command.env("TIX_EDITOR", "sh ./ed.sh");
    command
}

/// `line` with some of its streams redirected, as a shell would.
pub(super) fn redirected(desk: &Desk, line: &str, streams: &str) -> Command {
    let tix = desk.command(line);
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(format!("exec \"$0\" \"$@\" {streams}"));
    shell.arg(tix.get_program()).args(tix.get_args()).current_dir(desk.folder());
    shell.envs(tix.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell
}

/// What the editor was given.
pub(super) fn buffer(desk: &Desk) -> String {
    std::fs::read_to_string(desk.path("buffer")).unwrap()
}
