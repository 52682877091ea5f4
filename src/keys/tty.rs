//! Keys from a Unix terminal: its bytes one by one, so that what is typed ahead is left to whoever
//! reads next, and signals among them.

use std::io::{Read as _, Write as _};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGWINCH};
use signal_hook::low_level;

use super::Pressed;
use super::sequence::{self, Read};

/// How the terminal behaved before keys were read; none while it does so.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// Signals that are heard as keys are.
struct Signs {
    resized: UnixStream,
    interrupted: UnixStream,
}

static SIGNS: OnceLock<Option<Signs>> = OnceLock::new();

/// Where keys come from.
#[derive(Debug)]
pub(super) struct Source {
    held: Vec<u8>,
    plain: bool,
    attends: bool,
}

/// What was waited for.
enum Came {
    Byte(u8),
    Sign(Pressed),
    Nothing,
}

impl Source {
    pub(super) fn listen(plain: bool) -> Self {
        SIGNS.get_or_init(signs);
        Self { held: Vec::new(), plain, attends: false }
    }

    /// What happens next, within `patience` if there is such a thing. A sequence that has begun is
    /// waited for to its end.
    pub(super) fn next(&mut self, patience: Option<Duration>) -> Option<Pressed> {
        self.attend();
        let until = patience.map(|patience| Instant::now() + patience);
        loop {
            let part = match self.held_key() {
                Ok(pressed) => return Some(pressed),
                Err(part) => part,
            };
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            match wait(part.or(left)) {
                Came::Byte(byte) => self.held.push(byte),
                Came::Sign(pressed) => {
                    if pressed == Pressed::Interrupt {
                        self.held.clear();
                    }
                    return Some(pressed);
                }
                Came::Nothing if part.is_some() => {
                    return Some(sequence::broken_off(&std::mem::take(&mut self.held)));
                }
                Came::Nothing => return None,
            }
        }
    }

    /// The key that is held whole; else how long the rest of one may take.
    fn held_key(&mut self) -> std::result::Result<Pressed, Option<Duration>> {
        if self.plain {
            return if self.held.ends_with(b"\n") {
                Ok(super::of_line(&String::from_utf8_lossy(&std::mem::take(&mut self.held))))
            } else {
                Err(None)
            };
        }
        if self.held.is_empty() {
            return Err(None);
        }
        match sequence::read(&self.held) {
            Read::Part(patience) => Err(Some(patience)),
            Read::Key(pressed, used) => {
                self.held.drain(..used);
                Ok(pressed)
            }
        }
    }

    /// Keys are read from now on, one by one and without an echo.
    pub(super) fn attend(&mut self) {
        if self.attends {
            return;
        }
        self.attends = true;
        // What struck while somebody else had the terminal was for them.
        if let Some(Some(signs)) = SIGNS.get() {
            empty(&signs.interrupted);
            empty(&signs.resized);
        }
        if !self.plain {
            make_raw();
        }
    }

    pub(super) fn release(&mut self) {
        self.attends = false;
        if !self.plain {
            restore();
        }
    }

    pub(super) fn forget(&mut self) {
        self.held.clear();
        let _ = tcflush(std::io::stdin(), QueueSelector::IFlush);
    }
}

/// Waits for a byte or a signal.
fn wait(patience: Option<Duration>) -> Came {
    let until = patience.map(|patience| Instant::now() + patience);
    let stdin = std::io::stdin();
    let signs = SIGNS.get().and_then(Option::as_ref);
    loop {
        let mut fds = vec![PollFd::new(&stdin, PollFlags::IN)];
        if let Some(signs) = signs {
            fds.push(PollFd::new(&signs.interrupted, PollFlags::IN));
            fds.push(PollFd::new(&signs.resized, PollFlags::IN));
        }
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let left = left.and_then(|left| Timespec::try_from(left).ok());
        match poll(&mut fds, left.as_ref()) {
            // A signal: it lies in its pipe now.
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return Came::Sign(Pressed::Interrupt),
            Ok(0) => return Came::Nothing,
            Ok(_) => {}
        }
        let ready: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
        for (place, pressed) in [(1, Pressed::Interrupt), (2, Pressed::Resized)] {
            if let Some(signs) = signs
                && ready[place]
            {
                empty(if place == 1 { &signs.interrupted } else { &signs.resized });
                return Came::Sign(pressed);
            }
        }
        if let Some(came) = byte(&stdin) {
            return came;
        }
    }
}

/// One byte; none when there was none after all.
fn byte(stdin: &impl AsFd) -> Option<Came> {
    let mut byte = [0];
    match rustix::io::read(stdin, &mut byte) {
        Ok(0) => Some(Came::Sign(Pressed::Interrupt)),
        Ok(_) => Some(Came::Byte(byte[0])),
        Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => None,
        Err(_) => Some(Came::Sign(Pressed::Interrupt)),
    }
}

/// Hears signals from now on: a new size and an interrupt as keys; what ends tix after the terminal
/// behaves as before.
fn signs() -> Option<Signs> {
    if let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP]) {
        thread::spawn(move || {
            for signal in signals.forever() {
                restore();
                drop(low_level::emulate_default_handler(signal));
            }
        });
    }
    Some(Signs { resized: heard(SIGWINCH)?, interrupted: heard(SIGINT)? })
}

/// Where a byte lies after each such signal.
fn heard(signal: i32) -> Option<UnixStream> {
    let (ours, theirs) = UnixStream::pair().ok()?;
    ours.set_nonblocking(true).ok()?;
    low_level::pipe::register(signal, theirs).ok()?;
    Some(ours)
}

fn empty(mut stream: &UnixStream) {
    let mut bytes = [0; 64];
    while stream.read(&mut bytes).is_ok_and(|read| read == bytes.len()) {}
}

/// Bracketed paste on, and off: a terminal that knows it says what was pasted and not typed.
const PASTES: &[u8] = b"\x1b[?2004h";
const NO_PASTES: &[u8] = b"\x1b[?2004l";

fn make_raw() {
    let mut before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
    let stdin = std::io::stdin();
    let Ok(settings) = tcgetattr(&stdin) else { return };
    let mut raw = settings.clone();
    raw.make_raw();
    raw.output_modes = settings.output_modes;
    if tcsetattr(&stdin, OptionalActions::Now, &raw).is_ok() {
        before.get_or_insert(settings);
        drop(std::io::stderr().write_all(PASTES));
    }
}

/// The terminal behaves as before keys were read.
fn restore() {
    let mut before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(settings) = before.take() {
        drop(std::io::stderr().write_all(NO_PASTES));
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &settings);
    }
}
