//! Answers into bytes: for people, for scripts, and the one gate for untrusted text.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

use crate::domain::dates::Clock;
use crate::error::{Error, Result, listed, nearest};
use crate::view::View;

mod gate;
mod human;
mod json;
mod log;
mod rows;
mod show;
mod style;
mod table;

pub use gate::{block, fit, line, width};
pub use json::fields;

/// The look of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people; on a pipe, as plain lines.
    Human,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values (RFC 4180).
    Csv,
    /// Tab-separated values.
    Tsv,
    /// IDs only.
    Quiet,
}

/// How to render.
#[derive(Clone, Debug)]
pub struct Output {
    /// The look.
    pub format: Format,
    /// The fields or columns asked for; none for the usual ones.
    pub columns: Option<Vec<String>>,
    /// The CSV or TSV begins with the columns' names.
    pub header: bool,
    /// The command, which names the JSON's schema: `tix/list/1`.
    pub command: &'static str,
    /// It goes to a terminal.
    pub terminal: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Use colour.
    pub color: bool,
    /// Now, and the zone for times.
    pub clock: Clock,
    /// What JSON says besides the answer.
    pub warnings: Rc<RefCell<Vec<String>>>,
}

/// Writes `view` to `out`.
///
/// # Errors
/// Exit 2 for a field that there is not, exit 1 when writing fails.
pub fn render(view: View<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    match (view, output.format) {
        (View::Text(text), format) if format != Format::Json => Ok(out.write_all(text.as_bytes())?),
        (View::Exported(rows), format) if format != Format::Json => json::lines(rows, output, out),
        (view, Format::Human) => human::render(view, output, out),
        (view, Format::Json) => json::document(view, output, out),
        (view, Format::Jsonl) => json::jsonl(view, output, out),
        (view, Format::Csv | Format::Tsv) => rows::render(view, output, out),
        (view, Format::Quiet) => rows::ids(view, out),
    }
}

/// Writes an error for people, through the gate.
///
/// # Errors
/// When standard error is gone.
pub fn error(error: &Error, color: bool, out: &mut dyn Write) -> std::io::Result<()> {
    let head = style::Paint(color).red("error:");
    writeln!(out, "{head} {}", gate::line(&error.what))?;
    if let Some(why) = &error.why {
        writeln!(out, "  because: {}", gate::block(why))?;
    }
    if let Some(hint) = &error.hint {
        writeln!(out, "  try: {}", gate::block(hint))?;
    }
    Ok(())
}

/// Writes an error for scripts.
///
/// # Errors
/// When standard error is gone.
pub fn error_json(error: &Error, out: &mut dyn Write) -> std::io::Result<()> {
    json::error(error, out)
}

/// Checks that every one of `wanted` is one of `fields`.
///
/// # Errors
/// Exit 2 with the list of fields and the nearest one.
fn known(wanted: &[String], fields: &[&str]) -> Result<()> {
    let Some(unknown) = wanted.iter().find(|name| !fields.contains(&name.as_str())) else {
        return Ok(());
    };
    let error = Error::usage(format!("no field `{unknown}`"))
        .because(format!("there are {}", listed(fields.iter().copied())));
    Err(match nearest(unknown, fields.iter().copied()) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`--json=help` lists them"),
    })
}
