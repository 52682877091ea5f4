//! What fits at the cursor: the answer to the shells' scripts in `completions/`.
//!
//! Asked as `tix __complete SHELL …` and no command of its own, since nobody types it. It answers
//! from the command line's own description and from the desk in use, says nothing when something is
//! wrong, and never writes.

use std::io::Write;

mod bash;
mod desk;
mod line;
mod offers;
mod query;
mod shells;

pub(crate) use line::owes;

use crate::io::Out;

/// The first word of the command line that asks for a completion.
pub(crate) const COMPLETE: &str = "__complete";

/// One thing that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Offer {
    /// What stands before the word at the cursor and stays, such as `label:bug,`.
    head: String,
    /// The word.
    word: String,
    /// What it is; may be empty.
    about: String,
    /// More is to follow at once, so no space.
    open: bool,
}

/// What fits.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fits {
    /// A file: the shell knows these best.
    Files,
    /// One of these.
    These(Vec<Offer>),
}

impl Offer {
    fn new(head: &str, word: impl Into<String>, about: impl Into<String>) -> Self {
        Self { head: head.to_owned(), word: word.into(), about: about.into(), open: false }
    }

    fn open(self) -> Self {
        Self { open: true, ..self }
    }

    /// The whole word of the command line.
    fn value(&self) -> String {
        format!("{}{}", self.head, self.word)
    }
}

/// Prints what fits; the first argument is the shell's name, the others are as its script has them.
pub(crate) fn complete(mut cli: clap::Command, arguments: &[String]) {
    cli.build();
    let answer = arguments.split_first().and_then(|(shell, rest)| match shell.as_str() {
        "bash" => shells::bash(&cli, rest),
        "zsh" => shells::zsh(&cli, rest),
        "fish" => shells::fish(&cli, rest),
        _ => None,
    });
    let mut out = Out::new(None);
    let written = out.write_all(answer.unwrap_or_default().as_bytes());
    // A shell that does not listen any more needs no word about it.
    drop(written.map(|()| out.finish()));
}

/// The word at the end of `words`, the others before it: what fits there.
fn fits(cli: &clap::Command, words: &[String]) -> Option<Fits> {
    let (last, before) = words.split_last()?;
    let place = line::Place::after(cli, before);
    Some(offers::at(&place, last))
}

/// Does `text` begin with `typed`, whatever the case?
fn begins(text: &str, typed: &str) -> bool {
    text.to_lowercase().starts_with(&typed.to_lowercase())
}

/// Cuts a list at its last comma: what stays, and the element at the cursor.
fn element(typed: &str) -> (&str, &str) {
    let cut = typed.rfind(',').map_or(0, |comma| comma + 1);
    typed.split_at(cut)
}
