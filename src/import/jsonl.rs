//! tix's own export: a ticket a line, as `tix export jsonl` writes it or a person by hand.

use super::auto::Sample;
use super::{Item, Options, Place, Sink, Source, each};
use crate::error::{Error, Result};
use crate::view::Rejected;

mod kept;
mod lean;
mod messages;
#[cfg(test)]
mod tests;
mod ticket;

/// The longest line that is read, in MiB. A ticket with as many files as can be attached to it has
/// two thirds of that, and as much text as anybody has.
const LINE_MAX: u64 = 1024;

/// Reads files line by line and hands over their tickets, the bytes of each one's files before it.
///
/// # Errors
/// Whatever `sink` returns; exit 4 when a line is too long, exit 1 when a file cannot
/// be read.
pub(super) fn read(place: &Place, _: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let place = place.only(|source| !place.many || source.ends_in(&["json", "jsonl"]));
    each(&place, sink, |source, sink| lines(source, LINE_MAX, sink))
}

/// Does a sample look like tix's own export?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    sample.has(&["id", "uid", "title", "status"]) || sample.has(&["kept", "value"])
}

/// The same of a file whose lines have at most `most` MiB.
fn lines(source: &Source, most: u64, sink: &mut Sink<'_>) -> Result<()> {
    let read = source.lines(most << 20, &mut |number, line| {
        if line.is_empty() {
            return Ok(());
        }
        let place = format!("{}, line {number}", source.name());
        let item = item(line, place, &mut |bytes| sink(Item::Bytes(bytes)))?;
        sink(item)
    });
    read.map_err(|e| {
        if !e.what.ends_with(&format!("is longer than {most} MiB")) {
            return e;
        }
        e.because("a line is a ticket, and is read as a whole")
            .hint("leave out the `data` of its files, as `tix export jsonl --no-data` does")
    })
}

fn item(line: &[u8], place: String, bytes: &mut lean::Bytes<'_>) -> Result<Item> {
    let draft = match lean::read(line, bytes)? {
        Ok(serde_json::Value::Object(fields)) if fields.contains_key("kept") => {
            return Ok(match kept::read(&fields) {
                Ok(keep) => Item::Kept(keep),
                Err(e) => Item::Rejected(Rejected { place, reason: e.to_string() }),
            });
        }
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
