//! Keys for people.

use std::io::Write;

use super::{Output, gate, human};
use crate::error::Result;
use crate::view::{Key, Keyed};

/// How many of the words stand on a line.
const WORDS: usize = 4;

pub(super) fn key(key: &Key, done: Keyed, output: &Output, out: &mut dyn Write) -> Result<()> {
    match done {
        Keyed::Made => human::done(&format!("made your key: {}", key.file), false, output, out)?,
        Keyed::Recovered => {
            human::done(&format!("recovered your key: {}", key.file), false, output, out)?;
        }
        Keyed::Shown => {}
    }
    if let Some(identity) = &key.identity {
        return Ok(write!(out, "{}", gate::block(identity))?);
    }
    let facts =
        [("recipient", &key.recipient), ("fingerprint", &key.fingerprint), ("file", &key.file)];
    for (name, value) in facts {
        let name = output.paint().dim(&format!("{name:<11}"));
        writeln!(out, "{name} {}", gate::line(value))?;
    }
    let Some(words) = &key.words else { return Ok(()) };
    writeln!(out)?;
    let words: Vec<&str> = words.split(' ').collect();
    for (row, line) in words.chunks(WORDS).enumerate() {
        let numbered = line.iter().zip(row * WORDS + 1..);
        let cells = numbered.map(|(word, number)| {
            let number = output.paint().dim(&format!("{number:>2}"));
            format!("{number} {word:<9}")
        });
        writeln!(out, "{}", cells.collect::<String>().trim_end())?;
    }
    Ok(())
}
