//! Keys as a person presses them, one at a time, and the size of their terminal as it changes.

use std::io::BufRead;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use console::{Key, Term};

use crate::error::{Error, Result};

/// What happened at the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// A key with a character; Enter is `\n`.
    Char(char),
    /// An interrupt (Ctrl-C), or the end of the input (Ctrl-D).
    Interrupt,
    /// The terminal has another size now.
    Resized,
    /// A key without a meaning here.
    Other,
}

/// A person's keys.
#[derive(Debug)]
pub struct Keys {
    ask: Sender<()>,
    heard: Receiver<Pressed>,
    asked: bool,
}

impl Keys {
    /// Listens from now on; a key is only waited for while one is asked for, so that editors and
    /// prompts have the terminal to themselves meanwhile. On a terminal that can do nothing (`plain`)
    /// a line is read for each key, and its first character counts.
    #[must_use]
    pub fn listen(plain: bool) -> Self {
        let (ask, asked) = channel::<()>();
        let (tell, heard) = channel();
        #[cfg(unix)]
        resizes(tell.clone());
        thread::spawn(move || {
            while asked.recv().is_ok() {
                let pressed = if plain { by_line() } else { by_key() };
                if tell.send(pressed).is_err() {
                    return;
                }
            }
        });
        Self { ask, heard, asked: false }
    }

    /// What happens next.
    ///
    /// # Errors
    /// Exit 130 when nobody can press a key any more.
    pub fn pressed(&mut self) -> Result<Pressed> {
        self.listens()?;
        let pressed = self.heard.recv().map_err(|_| Error::cancelled())?;
        Ok(self.heeded(pressed))
    }

    /// What happens next, if it does within `patience`.
    ///
    /// # Errors
    /// As [`Keys::pressed`].
    pub fn pressed_within(&mut self, patience: Duration) -> Result<Option<Pressed>> {
        self.listens()?;
        match self.heard.recv_timeout(patience) {
            Ok(pressed) => Ok(Some(self.heeded(pressed))),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Error::cancelled()),
        }
    }

    /// A key is waited for.
    fn listens(&mut self) -> Result<()> {
        if !self.asked {
            self.ask.send(()).map_err(|_| Error::cancelled())?;
            self.asked = true;
        }
        Ok(())
    }

    fn heeded(&mut self, pressed: Pressed) -> Pressed {
        self.asked &= pressed == Pressed::Resized;
        pressed
    }
}

fn by_key() -> Pressed {
    match Term::stderr().read_key_raw() {
        Ok(Key::Char('\u{3}' | '\u{4}') | Key::CtrlC) | Err(_) => Pressed::Interrupt,
        Ok(Key::Enter) => Pressed::Char('\n'),
        Ok(Key::Char(key)) => Pressed::Char(key),
        Ok(_) => Pressed::Other,
    }
}

fn by_line() -> Pressed {
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) | Err(_) => Pressed::Interrupt,
        Ok(_) => Pressed::Char(line.trim().chars().next().unwrap_or('\n')),
    }
}

#[cfg(unix)]
fn resizes(tell: Sender<Pressed>) {
    let Ok(mut signals) = signal_hook::iterator::Signals::new([signal_hook::consts::SIGWINCH])
    else {
        return;
    };
    thread::spawn(move || {
        for _ in signals.forever() {
            if tell.send(Pressed::Resized).is_err() {
                return;
            }
        }
    });
}

/// The lines and columns of the terminal now.
#[must_use]
pub fn size() -> (usize, usize) {
    let (lines, columns) = Term::stderr().size();
    (lines.into(), columns.into())
}
