//! Files on a ticket, for people.

use std::io::Write;

use super::{Output, gate};
use crate::domain::event::size_in_words;
use crate::domain::words::MessageKind;
use crate::error::Result;
use crate::view::{Attachment, File, Files};

/// The least that is shown of a name.
const NAME_MIN: usize = 8;

/// The files, one a line under their heads. Where there is no room, what they are goes first, then
/// how large they are; then names are cut.
pub(super) fn list(files: &Files, output: &Output, out: &mut dyn Write) -> Result<()> {
    if files.files.is_empty() {
        return Ok(writeln!(out, "{} has no files", gate::line(&files.of))?);
    }
    let mut columns = vec![column("MESSAGE", files, &message)];
    let mut room = output.width.saturating_sub(columns[0].width + 2);
    for (place, name, cell) in [(0, "SIZE", &size as &Cell), (1, "TYPE", &media)] {
        let column = column(name, files, cell);
        if columns.len() > place && room >= column.width + 2 + NAME_MIN {
            room -= column.width + 2;
            columns.insert(place, column);
        }
    }
    let mut names = column("NAME", files, &|file| gate::line(&file.name).into_owned());
    names.width = names.width.min(room.max(NAME_MIN));
    columns.insert(0, names);
    for row in usize::from(!output.header)..=files.files.len() {
        let cells = columns.iter().map(|it| padded(&gate::fit(&it.cells[row], it.width), it.width));
        let line = cells.collect::<Vec<_>>().join("  ");
        let line = line.trim_end();
        let line = if row == 0 { output.paint().dim(line) } else { line.to_owned() };
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// What a column says of a file.
type Cell = dyn Fn(&File) -> String;

/// A column's head and cells, and the widest of them.
struct Column {
    cells: Vec<String>,
    width: usize,
}

fn column(head: &str, files: &Files, cell: &Cell) -> Column {
    let cells = files.files.iter().map(cell);
    let cells: Vec<String> = std::iter::once(head.to_owned()).chain(cells).collect();
    let width = cells.iter().map(|cell| gate::width(cell)).max().unwrap_or(0);
    Column { cells, width }
}

fn message(file: &File) -> String {
    let kind = match file.kind {
        MessageKind::Reply => "PUBLIC",
        MessageKind::Note => "NOTE",
    };
    format!("{} {kind}", file.message)
}

fn size(file: &File) -> String {
    let size = size_in_words(file.size);
    if file.here { size } else { format!("{size} (not here)") }
}

fn media(file: &File) -> String {
    gate::fit(&gate::line(file.media.as_deref().unwrap_or("–")), 40).into_owned()
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
