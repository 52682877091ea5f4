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
    let first = draft.text.lines().find(|line| !line.trim().is_empty());
    let first = first.map_or("(nothing written yet)".into(), |line| gate::line(line.trim()));
    let indent = "      ";
    let columns =
        if output.terminal { output.width.saturating_sub(indent.len()) } else { usize::MAX };
    Ok(writeln!(out, "{indent}{}", gate::fit(&first, columns))?)
}

fn head(draft: &Draft, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    let open = if draft.open { " · open in an editor" } else { "" };
    let rest = format!("{} · {}{open}", gate::line(&draft.purpose), output.ago(draft.at.0));
    let name = gate::line(&draft.name);
    Ok(writeln!(out, "{}  {rest}", paint.bold(&name))?)
}

fn shown(draft: &Draft, output: &Output, out: &mut dyn Write) -> Result<()> {
    head(draft, output, out)?;
    writeln!(out, "{}\n", output.paint().dim(&gate::line(&draft.file)))?;
    let text = if draft.text.is_empty() { "(nothing written yet)" } else { &draft.text };
    Ok(writeln!(out, "{}", gate::block(text))?)
}
