//! Asking a person: prompts on standard error, texts in their editor.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::error::{Error, Result};
use crate::io::{self, undisturbed};
use crate::keys::Keys;

/// Asks for a line, again until there is one if it is `required`.
///
/// # Errors
/// Exit 130 when the person cancels.
pub fn line(question: &str, required: bool) -> Result<String> {
    let mut keys = Keys::listen(false);
    loop {
        let text = undisturbed(|| keys.line(question, &mut || Ok(())))?;
        if !(required && text.trim().is_empty()) {
            return Ok(text);
        }
    }
}

/// Asks for one of `choices`; returns its place.
///
/// # Errors
/// Exit 130 when the person cancels.
pub fn choose(question: &str, choices: &[&str], default: usize) -> Result<usize> {
    let ask = dialoguer::Select::new().with_prompt(question).items(choices).default(default);
    undisturbed(|| ask.interact_opt()).map_err(|e| cancelled(&e))?.ok_or_else(Error::cancelled)
}

/// Asks whether to go on; no is the default.
///
/// # Errors
/// Exit 130 when the person cancels.
pub fn confirm(question: &str, default: bool) -> Result<bool> {
    let ask = dialoguer::Confirm::new().with_prompt(question).default(default);
    Ok(undisturbed(|| ask.interact_opt()).map_err(|e| cancelled(&e))?.unwrap_or(false))
}

fn cancelled(error: &dialoguer::Error) -> Error {
    // A prompt that is broken off leaves the cursor hidden.
    drop(console::Term::stderr().show_cursor());
    let dialoguer::Error::IO(error) = error;
    match error.kind() {
        std::io::ErrorKind::Interrupted | std::io::ErrorKind::UnexpectedEof => Error::cancelled(),
        _ => Error::failed("the question could not be asked").because(error),
    }
}

/// Opens `file` in the editor, whose command is `command` as `from` says, and waits until it is
/// closed. However that ends, the terminal is as it was.
///
/// # Errors
/// Exit 130 when an interrupt ended the editor, exit 1 when it failed or could not be started.
pub fn edit(command: &str, from: &str, file: &Path) -> Result<()> {
    let cannot = |what: &str, why: &dyn std::fmt::Display| {
        Error::failed(format!("the editor `{command}` ({from}) {what}")).because(why)
    };
    let words = shell_words::split(command).map_err(|e| cannot("cannot be started", &e))?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(cannot("cannot be started", &"the command is empty"));
    };
    let mut editor = io::command(program).map_err(|e| cannot("cannot be started", &e))?;
    editor.args(discreet(&editor)).args(arguments).arg(file).stdout(io::screen());
    let settings = Settings::of_terminal();
    let status = undisturbed(|| editor.status()).map_err(|e| cannot("cannot be started", &e))?;
    if status.success() {
        return Ok(());
    }
    settings.restore();
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let interrupt = signal_hook::consts::SIGINT;
    if signal == Some(interrupt) || status.code() == Some(128 + interrupt) {
        return Err(Error::cancelled().because(format!("the editor `{command}` was interrupted")));
    }
    if signal.is_some() {
        // It had no time to leave the screen as it found it.
        drop(std::io::stderr().write_all(PLAIN));
    }
    Err(cannot("failed", &status))
}

/// Leaves the alternate screen, shows the cursor, and ends pasting, mouse and keypad modes.
const PLAIN: &[u8] = b"\x1b[?1047l\x1b[?25h\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\
    \x1b[?1l\x1b>\x1b[0m\r\n";

/// What keeps vim from noting down elsewhere what is written in it: no history of registers and
/// searches, no undo file, no backups, and its swap file beside the text, in a folder that is ours.
/// The swap file stays, for it is what is left of a text when the connection breaks.
fn discreet(editor: &Command) -> &'static [&'static str] {
    const VIM: [&str; 4] =
        ["-i", "NONE", "--cmd", "silent! set noundofile nobackup nowritebackup directory=."];
    // What is called `vi` is vim in many places, and in others does not know these.
    let place = Path::new(editor.get_program());
    let place = place.canonicalize().unwrap_or_else(|_| place.to_owned());
    let name = place.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let vim = ["vim", "nvim", "gvim"].iter().any(|vim| {
        name.strip_prefix(vim).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    });
    if vim { &VIM } else { &[] }
}

/// How the terminal behaves; none where that cannot be known.
#[cfg(unix)]
struct Settings(Option<rustix::termios::Termios>);

#[cfg(unix)]
impl Settings {
    fn of_terminal() -> Self {
        Self(rustix::termios::tcgetattr(std::io::stdin()).ok())
    }

    fn restore(self) {
        let Some(settings) = self.0 else { return };
        let now = rustix::termios::OptionalActions::Now;
        // Nothing can be done about a terminal that is gone.
        let _ = rustix::termios::tcsetattr(std::io::stdin(), now, &settings);
    }
}

#[cfg(not(unix))]
struct Settings;

#[cfg(not(unix))]
impl Settings {
    fn of_terminal() -> Self {
        Self
    }

    fn restore(self) {}
}
