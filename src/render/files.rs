//! Files on a ticket, for people.

use std::io::Write;

use super::{Output, gate};
use crate::domain::event::size_in_words;
use crate::domain::words::MessageKind;
use crate::error::Result;
use crate::view::{Attachment, File, Files};

/// What a list says of each file, the name left out.
const FACTS: usize = 3;

/// The files, one a line under their heads; only names are cut where there is no room.
pub(super) fn list(files: &Files, output: &Output, out: &mut dyn Write) -> Result<()> {
    let paint = output.paint();
    if files.files.is_empty() {
        return Ok(writeln!(out, "{} has no files", gate::line(&files.of))?);
    }
    let heads = ["SIZE", "TYPE", "MESSAGE"].map(ToOwned::to_owned);
    let rows: Vec<[String; FACTS]> = files.files.iter().map(facts).collect();
    let widest = |column: usize| {
        let cells = rows.iter().chain([&heads]).map(|cells| gate::width(&cells[column]));
        cells.max().unwrap_or(0)
    };
    let widths: [usize; FACTS] = std::array::from_fn(widest);
    let names: Vec<String> =
        files.files.iter().map(|file| gate::line(&file.name).into_owned()).collect();
    let longest = names.iter().map(|name| gate::width(name)).max().unwrap_or(0).max(4);
    let room = output.width.saturating_sub(widths.iter().sum::<usize>() + 2 * FACTS).max(8);
    let line = |name: &str, cells: &[String; FACTS]| {
        let mut line = padded(&gate::fit(name, room), longest.min(room));
        for (cell, width) in cells.iter().zip(widths) {
            line = format!("{line}  {}", padded(cell, width));
        }
        line.trim_end().to_owned()
    };
    if output.header {
        writeln!(out, "{}", paint.dim(&line("NAME", &heads)))?;
    }
    for (name, cells) in names.iter().zip(&rows) {
        writeln!(out, "{}", line(name, cells))?;
    }
    Ok(())
}

fn facts(file: &File) -> [String; FACTS] {
    let kind = match file.kind {
        MessageKind::Reply => "PUBLIC",
        MessageKind::Note => "NOTE",
    };
    let size = if file.here {
        size_in_words(file.size)
    } else {
        format!("{} (not here)", size_in_words(file.size))
    };
    let media = gate::fit(&gate::line(file.media.as_deref().unwrap_or("–")), 40).into_owned();
    [size, media, format!("{} {kind}", file.message)]
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(gate::width(text))))
}

/// `saved trace.txt as out/trace.txt (12 KiB)`
pub(super) fn saved(file: &File) -> String {
    let path = file.path.as_deref().unwrap_or_default();
    format!("saved {} as {path} ({})", file.name, size_in_words(file.size))
}

/// `trace.txt (12 KiB, text/plain)`
pub(super) fn in_words(file: &Attachment) -> String {
    let media = file.media.as_ref().map_or(String::new(), |media| format!(", {media}"));
    format!("{} ({}{media})", file.name, size_in_words(file.size))
}
