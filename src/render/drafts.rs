//! Texts that are not stored yet, for people.

use std::io::Write;

use super::{Output, gate};
use crate::error::Result;
use crate::view::{Draft, Handled};

pub(super) fn drafts(
    drafts: &[Draft],
    handled: Handled,
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    if drafts.is_empty() {
        return Ok(writeln!(out, "no drafts")?);
    }
    for draft in drafts {
        match handled {
            Handled::Listed => listed(draft, output, out)?,
            Handled::Shown if output.terminal => shown(draft, output, out)?,
            Handled::Shown => writeln!(out, "{}", gate::block(&draft.text))?,
            Handled::Removed => {
                let line = format!("removed draft {} ({})", draft.name, draft.purpose);
                super::human::done(&line, false, output, out)?;
            }
        }
    }
    Ok(())
}

/// `kqxz  PUBLIC reply to #42 · 5m ago`, and below it the first line of the text.
fn listed(draft: &Draft, output: &Output, out: &mut dyn Write) -> Result<()> {
    head(draft, output, out)?;
    let first = if draft.first.is_empty() { "(nothing written yet)" } else { &draft.first };
    Ok(writeln!(out, "      {}", gate::fit(&gate::line(first), columns(output, 6)))?)
}

/// How many columns there are beside `taken` others.
fn columns(output: &Output, taken: usize) -> usize {
    if output.terminal { output.width.saturating_sub(taken).max(4) } else { usize::MAX }
}

fn head(draft: &Draft, output: &Output, out: &mut dyn Write) -> Result<()> {
    let open = if draft.open { " · open in an editor" } else { "" };
    let when = format!(" · {}{open}", output.ago(draft.at.0));
    let name = gate::line(&draft.name);
    let purpose = gate::line(&draft.purpose);
    let purpose = gate::fit(&purpose, columns(output, gate::width(&name) + gate::width(&when) + 2));
    Ok(writeln!(out, "{}  {purpose}{when}", output.paint().bold(&name))?)
}

fn shown(draft: &Draft, output: &Output, out: &mut dyn Write) -> Result<()> {
    head(draft, output, out)?;
    writeln!(out, "{}\n", output.paint().dim(&gate::line(&draft.file)))?;
    let text = if draft.text.is_empty() { "(nothing written yet)" } else { &draft.text };
    Ok(writeln!(out, "{}", gate::block(text))?)
}
