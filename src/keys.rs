//! Keys as a person presses them, one at a time, lines as they type them, and the size of their
//! terminal as it changes.

use std::time::Duration;

use console::Term;

use crate::error::{Error, Result};

mod line;
#[cfg(unix)]
mod sequence;
#[cfg(not(unix))]
#[path = "keys/console.rs"]
mod source;
#[cfg(unix)]
#[path = "keys/tty.rs"]
mod source;

use line::{Line, Step};
use source::Source;

/// What happened at the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// A key with a character; Enter is `\n`.
    Char(char),
    /// More than one key says: a pasted text, or a line on a terminal that is read line by line.
    Text(String),
    /// A key that edits a line.
    Edit(Edit),
    /// Escape.
    Escape,
    /// An interrupt (Ctrl-C), or the end of the input (Ctrl-D).
    Interrupt,
    /// The terminal has another size now.
    Resized,
    /// A key without a meaning here.
    Other,
}

/// What a key does to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Takes away the character before the cursor.
    Back,
    /// Takes away the character after it.
    Delete,
    /// Takes away the word before it (Ctrl-W).
    Word,
    /// Takes away everything before it (Ctrl-U).
    Clear,
    /// Moves it one character back.
    Left,
    /// Moves it one character on.
    Right,
    /// Moves it to the line's beginning.
    Home,
    /// Moves it to the line's end.
    End,
}

/// A person's keys.
#[derive(Debug)]
pub struct Keys {
    source: Source,
    plain: bool,
}

impl Keys {
    /// Listens from now on. On a terminal that can do nothing (`plain`) whole lines are read.
    #[must_use]
    pub fn listen(plain: bool) -> Self {
        Self { source: Source::listen(plain), plain }
    }

    /// What happens next.
    pub fn pressed(&mut self) -> Pressed {
        self.source.next(None).unwrap_or(Pressed::Interrupt)
    }

    /// What happens next, if it does within `patience`.
    pub fn pressed_within(&mut self, patience: Duration) -> Option<Pressed> {
        self.source.next(Some(patience))
    }

    /// Reads the keys from now on, not only when one is waited for: what is typed meanwhile is not
    /// echoed.
    pub fn attend(&mut self) {
        self.source.attend();
    }

    /// Somebody else has the terminal, until the next key is waited for: it behaves as before.
    pub fn release(&mut self) {
        self.source.release();
    }

    /// Forgets what was typed and not read yet: it was meant for something that is no more.
    pub fn forget(&mut self) {
        self.source.forget();
    }

    /// Asks for a line below what is drawn, which `again` draws when the window has another size.
    ///
    /// # Errors
    /// Exit 130 when the person wants none, by Escape or an interrupt.
    pub fn line(
        &mut self,
        question: &str,
        again: &mut dyn FnMut() -> Result<()>,
    ) -> Result<String> {
        if self.plain {
            return self.whole_line(question);
        }
        let mut line = Line::default();
        self.attend();
        let ended = loop {
            draw(&line.shown(question, size().1));
            let pressed = self.pressed();
            if pressed == Pressed::Resized {
                again()?;
                continue;
            }
            match line.take(pressed) {
                Step::On => {}
                Step::Done => break true,
                Step::Cancelled => break false,
            }
        };
        if ended {
            draw(&format!("\r\x1b[K{question}: {}\r\n", line.text()));
            return Ok(line.into_text());
        }
        draw("\r\n");
        self.forget();
        Err(Error::cancelled())
    }

    fn whole_line(&mut self, question: &str) -> Result<String> {
        draw(&format!("{question}: "));
        loop {
            match self.pressed() {
                Pressed::Char('\n') => return Ok(String::new()),
                Pressed::Char(key) => return Ok(key.to_string()),
                Pressed::Text(text) => return Ok(text),
                Pressed::Interrupt => return Err(Error::cancelled()),
                _ => {}
            }
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.release();
    }
}

/// A line of a terminal that is read line by line: a key if it is one character.
fn of_line(line: &str) -> Pressed {
    let line = line.trim();
    let mut rest = line.chars();
    match (rest.next(), rest.next()) {
        (None, _) => Pressed::Char('\n'),
        (Some(key), None) => Pressed::Char(key),
        _ => Pressed::Text(line.to_owned()),
    }
}

/// Draws for the person; nobody is left to see it when standard error is gone.
fn draw(text: &str) {
    use std::io::Write;
    drop(std::io::stderr().write_all(text.as_bytes()));
}

/// The lines and columns of the terminal now.
#[must_use]
pub fn size() -> (usize, usize) {
    let (lines, columns) = Term::stderr().size();
    (lines.into(), columns.into())
}
