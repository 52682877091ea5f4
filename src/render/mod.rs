//! Answers into bytes: for people, for scripts, and the one gate for untrusted text.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

use crate::domain::dates::Clock;
use crate::error::{Error, Result, listed, nearest};
use crate::view::{Shape, View};

mod articles;
mod card;
mod care;
mod customers;
mod drafts;
mod files;
mod gate;
mod grid;
mod human;
mod jq;
mod json;
mod keys;
mod lines;
mod log;
mod promises;
mod purge;
mod rows;
mod schema;
mod search;
mod show;
mod sla;
mod style;
mod sync;
mod table;

pub use card::{Card, card, plain as plain_card};
pub use gate::{block, fit, hidden as is_hidden, json as json_text, line, width};
pub use jq::Jq;
pub use rows::{disarmed_cell as cell, of_ticket as field};
pub use schema::{fields, schema};

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
    /// How a person asked to see a list.
    pub shape: Shape,
    /// Now, and the zone for times.
    pub clock: Clock,
    /// What is made of the JSON.
    pub jq: Option<Rc<Jq>>,
    /// What JSON says besides the answer.
    pub warnings: Rc<RefCell<Vec<String>>>,
}

/// Writes `view` to `out`.
///
/// # Errors
/// Exit 2 for a field that there is not, exit 4 when `--jq` fails, exit 1 when writing fails.
pub fn render(view: View<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    let Some(jq) = &output.jq else { return plain(view, output, out) };
    let mut filtered = jq::Filtered::new(jq, out);
    let written = plain(view, output, &mut filtered);
    filtered.done(written)
}

fn plain(view: View<'_>, output: &Output, out: &mut dyn Write) -> Result<()> {
    match (view, output.format) {
        (view, Format::Human) => human::render(view, output, out),
        (view, Format::Json) => json::document(view, output, out),
        (view, Format::Jsonl) => json::jsonl(view, output, out),
        (view, Format::Csv | Format::Tsv) => rows::render(view, output, out),
        (view, Format::Quiet) => rows::ids(view, out),
    }
}

/// The fields of a ticket that a list shows; none for all.
#[must_use]
pub fn shown(output: &Output) -> Option<Vec<String>> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    output.columns.clone().or_else(|| match output.format {
        Format::Json | Format::Jsonl => None,
        Format::Human if output.command == "export" => None,
        // The status says that a ticket was merged, a search shows a part of the text, and what is
        // like another why it is so.
        Format::Human if output.terminal => Some(
            table::usual(output.command)
                .iter()
                .map(|(name, _)| (*name).to_owned())
                .chain(names(&["merged_into", "snippet", "shared"]))
                .collect(),
        ),
        Format::Human | Format::Csv | Format::Tsv => Some(names(rows::usual(output.command))),
        Format::Quiet => Some(names(&["id"])),
    })
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

impl Output {
    /// Checks, before the command runs, that its answer has what is asked for.
    ///
    /// # Errors
    /// Exit 2 for a field that there is not, with the nearest one, and where IDs are wanted of text.
    pub fn check(&self) -> Result<()> {
        if self.format == Format::Quiet && schema::name(self.command) == "text" {
            return Err(Error::usage(format!("`{}` prints text, which has no IDs", self.command))
                .hint("leave out --quiet"));
        }
        let Some(wanted) = &self.columns else { return Ok(()) };
        let fields = self.fields();
        let names = || fields.iter().map(String::as_str);
        let Some(unknown) = wanted.iter().find(|name| !fields.contains(name)) else {
            return Ok(());
        };
        let error = Error::usage(format!("no field `{unknown}`"))
            .because(format!("there are {}", listed(names())));
        Err(match nearest(unknown, names()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("`--json=help` lists them"),
        })
    }

    /// The fields of what is printed: the first page's are counts in JSON, and else its list's.
    fn fields(&self) -> Vec<String> {
        let json = matches!(self.format, Format::Json | Format::Jsonl);
        fields(if self.command == "dashboard" && !json { "list" } else { self.command })
    }
}
