//! Asking a person: prompts on standard error, texts in their editor.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};
use crate::io::undisturbed;

/// Below this line an editor's buffer is ignored.
pub const SCISSORS: &str = "------------------------ >8 ------------------------";

/// Asks for a line; an empty answer is the default.
///
/// # Errors
/// Exit 130 when the person cancels.
pub fn line(question: &str, required: bool) -> Result<String> {
    let ask = dialoguer::Input::<String>::new().with_prompt(question).allow_empty(!required);
    let text = undisturbed(|| ask.interact_text()).map_err(|e| cancelled(&e))?;
    if required && text.trim().is_empty() {
        return Err(Error::cancelled());
    }
    Ok(text)
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

/// A text that somebody wrote in their editor, and the file that keeps it until it is stored.
#[derive(Debug)]
pub struct Draft {
    /// What stands above the scissors line.
    pub text: String,
    /// The file.
    pub file: PathBuf,
}

/// Opens `initial` in `command` and returns what became of it; `folder` holds the file meanwhile.
/// If it is to be `cut`, only what stands above the scissors line counts.
///
/// # Errors
/// Exit 130 when the text was left empty or unchanged, exit 1 when the editor failed: then the
/// draft is kept, and the error says where.
pub fn edit(command: &str, folder: &Path, initial: &str, cut: bool) -> Result<Draft> {
    let broken = |e: std::io::Error| Error::failed("a draft cannot be kept").because(e);
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(broken)?;
    // Made for this user only, under a name that nobody can foresee.
    let mut file = tempfile::Builder::new()
        .prefix("draft-")
        .suffix(".md")
        .tempfile_in(folder)
        .map_err(broken)?;
    file.write_all(initial.as_bytes()).map_err(broken)?;
    let (_, path) = file.keep().map_err(|e| broken(e.error))?;
    let kept = |error: Error| error.hint(format!("your text is kept in {}", path.display()));
    run(command, &path).map_err(kept)?;
    let bytes =
        std::fs::read(&path).map_err(|e| Error::failed("the editor left no file").because(e))?;
    let whole = String::from_utf8(bytes)
        .map_err(|_| kept(Error::invalid("the editor wrote text that is not UTF-8")))?;
    let part = |text: &str| if cut { above_scissors(text) } else { text.trim_end().to_owned() };
    let text = part(&whole);
    if text.trim().is_empty() || text == part(initial) {
        drop(std::fs::remove_file(&path));
        return Err(Error::cancelled().because("the text was left empty or unchanged"));
    }
    Ok(Draft { text, file: path })
}

fn run(command: &str, file: &Path) -> Result<()> {
    let cannot = |why: &dyn std::fmt::Display| {
        Error::failed(format!("the editor `{command}` failed")).because(why)
    };
    let words = shell_words::split(command).map_err(|e| cannot(&e))?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(cannot(&"its command is empty"));
    };
    let status = undisturbed(|| Command::new(program).args(arguments).arg(file).status());
    let status = status.map_err(|e| cannot(&e))?;
    if status.success() { Ok(()) } else { Err(cannot(&status)) }
}

fn above_scissors(text: &str) -> String {
    let lines = text.lines().take_while(|line| line.trim() != SCISSORS);
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}
