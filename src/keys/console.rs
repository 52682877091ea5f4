//! Keys where there is no Unix terminal: a thread reads one whenever it is asked for.

use std::io::BufRead;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use console::{Key, Term};

use super::{Edit, Pressed};

/// Where keys come from.
#[derive(Debug)]
pub(super) struct Source {
    ask: Sender<()>,
    heard: Receiver<Pressed>,
    asked: bool,
}

impl Source {
    pub(super) fn listen(plain: bool) -> Self {
        let (ask, asked) = channel::<()>();
        let (tell, heard) = channel();
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

    /// What happens next, within `patience` if there is such a thing.
    pub(super) fn next(&mut self, patience: Option<Duration>) -> Option<Pressed> {
        if !self.asked {
            self.ask.send(()).ok()?;
            self.asked = true;
        }
        let heard = match patience {
            Some(patience) => self.heard.recv_timeout(patience).ok(),
            None => self.heard.recv().ok(),
        };
        self.asked &= heard.is_none();
        heard
    }

    /// A key is only read while one is asked for: there is nothing to prepare, hand over or forget.
    pub(super) fn attend(&mut self) {}

    pub(super) fn release(&mut self) {}

    pub(super) fn forget(&mut self) {}
}

fn by_key() -> Pressed {
    let key = match Term::stderr().read_key_raw() {
        Ok(key) => key,
        Err(_) => return Pressed::Interrupt,
    };
    match key {
        Key::Char('\u{3}' | '\u{4}') | Key::CtrlC => Pressed::Interrupt,
        Key::Enter => Pressed::Char('\n'),
        Key::Escape => Pressed::Escape,
        Key::Backspace => Pressed::Edit(Edit::Back),
        Key::Del => Pressed::Edit(Edit::Delete),
        Key::ArrowLeft => Pressed::Edit(Edit::Left),
        Key::ArrowRight => Pressed::Edit(Edit::Right),
        Key::Home => Pressed::Edit(Edit::Home),
        Key::End => Pressed::Edit(Edit::End),
        Key::Char('\u{15}') => Pressed::Edit(Edit::Clear),
        Key::Char('\u{17}') => Pressed::Edit(Edit::Word),
        Key::Char(key) if !key.is_control() => Pressed::Char(key),
        _ => Pressed::Other,
    }
}

fn by_line() -> Pressed {
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) | Err(_) => Pressed::Interrupt,
        Ok(_) => super::of_line(&line),
    }
}
