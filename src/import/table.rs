//! Tables in text: CSV in its dialects.

use super::Source;
use crate::error::{Error, Result};

/// A table that has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// The names of the columns, trimmed; they may repeat.
    pub(super) header: Vec<String>,
    /// The rows, each with the line it begins on; of any length.
    pub(super) rows: Vec<(u64, Vec<String>)>,
    /// What the file was read as where it was not UTF-8.
    pub(super) guessed: bool,
}

/// The longest beginning of a file that its separator is guessed from, in bytes.
const HEAD: usize = 64 << 10;

impl Table {
    /// Reads a table; what separates cells is seen from its first line.
    ///
    /// # Errors
    /// Exit 1 when it cannot be read, exit 4 when it holds no rows of cells.
    pub(super) fn read(source: &Source) -> Result<Self> {
        let (text, guessed) = source.text()?;
        let table = Self::of(&text)
            .map_err(|e| Error::invalid(format!("{} is no table", source.name())).because(e))?;
        Ok(Self { guessed, ..table })
    }

    /// The table that a text is.
    ///
    /// # Errors
    /// Exit 4 when it holds no row of cells.
    pub(super) fn of(text: &str) -> Result<Self> {
        let text = text.trim_start_matches(['\u{feff}', '\n', '\r']);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator(text))
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        let (mut line, mut counted) = (1, 0);
        for record in reader.records() {
            let record = record.map_err(|e| Error::invalid(e.to_string()))?;
            let begins = record.position().map_or(0, csv::Position::byte);
            let begins = usize::try_from(begins).unwrap_or(text.len()).max(counted);
            let breaks = text[begins..].bytes().take_while(|c| matches!(c, b'\r' | b'\n')).count();
            let passed = text[counted..begins + breaks].bytes().filter(|c| *c == b'\n').count();
            (line, counted) = (line + passed as u64, begins + breaks);
            rows.push((line, record.iter().map(ToOwned::to_owned).collect::<Vec<String>>()));
        }
        let Some((_, header)) = rows.first() else { return Err(Error::invalid("it is empty")) };
        let header = header.iter().map(|name| name.trim().to_owned()).collect();
        rows.remove(0);
        Ok(Self { header, rows, guessed: false })
    }

    /// The places of the columns that bear a name, in whatever case.
    pub(super) fn columns(&self, name: &str) -> Vec<usize> {
        let name = name.to_lowercase();
        let is = |(_, column): &(usize, &String)| column.to_lowercase() == name;
        self.header.iter().enumerate().filter(is).map(|(place, _)| place).collect()
    }
}

/// What separates the cells of a first line: of comma, semicolon and tab what stands in it most often
/// outside quotes.
fn separator(text: &str) -> u8 {
    let mut counts = [(b',', 0usize), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for c in text.bytes().take(HEAD) {
        match c {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            c if !quoted => counts.iter_mut().filter(|(s, _)| *s == c).for_each(|(_, n)| *n += 1),
            _ => {}
        }
    }
    // Of two that stand there equally often, the one that comes first here.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| *separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_are_told_by_the_first_line() {
        for text in ["a,b\n1,\"x\ny\"\n", "\u{feff}a;b\r\n1;\"x\ny\"\r\n", "a\tb\n1\t\"x\ny\"\n"] {
            let table = Table::of(text).unwrap();
            assert_eq!(table.header, ["a", "b"], "{text:?}");
            assert_eq!(table.rows, [(2, vec!["1".to_owned(), "x\ny".to_owned()])], "{text:?}");
        }
        let table = Table::of("Labels,Labels,x\n1,2\n").unwrap();
        assert_eq!((table.columns("labels"), table.rows[0].1.len()), (vec![0, 1], 2));
        assert!(Table::of("").is_err());
    }
}
