//! tix's own export: a ticket a line, as `tix export jsonl` writes it or a person by hand.

use std::io::{BufRead, Read};

use super::halves::Mended;
use super::{Item, Sink, Source};
use crate::error::{Error, Result};
use crate::view::Rejected;

mod lean;
mod messages;
#[cfg(test)]
mod tests;
mod ticket;

/// The longest line that is read, in MiB. A ticket with as many files as can be attached to it has
/// two thirds of that, and as much text as anybody has.
const LINE_MAX: u64 = 1024;

/// Reads `source` line by line and hands over its tickets, the bytes of each one's files before it.
///
/// # Errors
/// Whatever `sink` returns; exit 4 when a line is too long, exit 1 when the file cannot
/// be read.
pub(super) fn read(source: Source, sink: &mut Sink<'_>) -> Result<()> {
    lines(source, LINE_MAX, sink)
}

/// The same for lines of at most `most` MiB.
fn lines(source: Source, most: u64, sink: &mut Sink<'_>) -> Result<()> {
    let name = source.name();
    let mut bytes = Mended::new(source.bytes());
    let mut line = Vec::new();
    for number in 1u64.. {
        line.clear();
        let read = bytes.by_ref().take((most << 20) + 1).read_until(b'\n', &mut line);
        let length = read.map_err(|e| Error::failed(format!("cannot read {name}")).because(e))?;
        let place = format!("{name}, line {number}");
        if length == 0 {
            break;
        }
        if line.len() as u64 > most << 20 && line.last() != Some(&b'\n') {
            return Err(Error::invalid(format!("{place} is longer than {most} MiB"))
                .because("a line is a ticket, and is read as a whole")
                .hint("leave out the `data` of its files, as `tix export jsonl --no-data` does"));
        }
        let text = line.trim_ascii();
        if !text.is_empty() {
            let item = item(text, place, &mut |bytes| sink(Item::Bytes(bytes)))?;
            sink(item)?;
        }
    }
    Ok(())
}

fn item(line: &[u8], place: String, bytes: &mut lean::Bytes<'_>) -> Result<Item> {
    let draft = match lean::read(line, bytes)? {
        Ok(serde_json::Value::Object(fields)) => ticket::draft(&fields, line),
        Ok(_) => Err(Error::invalid("it is not an object")),
        Err(e) => {
            let text = e.to_string().replace(" at line 1 column ", " at column ");
            Err(Error::invalid("it is not JSON").because(text))
        }
    };
    Ok(match draft {
        Ok(draft) => Item::Draft(Box::new(draft)),
        Err(e) => Item::Rejected(Rejected { place, reason: e.to_string() }),
    })
}
