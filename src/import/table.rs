//! Tables in text: CSV in its dialects.

use std::borrow::Cow;

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
    /// The line of a last row in which a quote opens and never closes.
    pub(super) unclosed: Option<u64>,
}

/// How many columns a table may have.
const COLUMNS_MAX: usize = 10_000;

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
    /// Exit 4 when it holds no row of cells, or more columns than any table has.
    pub(super) fn of(text: &str) -> Result<Self> {
        let text = text.trim_start_matches(['\u{feff}', '\n', '\r']);
        let (text, said) = match text.strip_prefix("sep=") {
            Some(rest) if rest.as_bytes().get(1).is_some_and(|c| matches!(c, b'\r' | b'\n')) => {
                (rest[1..].trim_start_matches(['\r', '\n']), rest.bytes().next())
            }
            _ => (text, None),
        };
        let delimiter = said.unwrap_or_else(|| separator(text));
        let text = joined(text, delimiter);
        let mut table = Self::rows_of(&text, delimiter, u64::from(said.is_some()))?;
        if let Some(inner) = table.unwrapped() {
            let text = joined(&inner, separator(&inner));
            table = Self::rows_of(&text, separator(&inner), u64::from(said.is_some()))?;
        }
        Ok(table)
    }

    fn rows_of(text: &str, delimiter: u8, before: u64) -> Result<Self> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut table = Self::default();
        let (mut line, mut counted) = (1 + before, 0);
        let mut record = csv::StringRecord::new();
        let mut begun = false;
        while reader.read_record(&mut record).map_err(|e| Error::invalid(e.to_string()))? {
            let begins = record.position().map_or(0, csv::Position::byte);
            let begins = usize::try_from(begins).unwrap_or(text.len()).max(counted);
            let breaks = text[begins..].bytes().take_while(|c| matches!(c, b'\r' | b'\n')).count();
            let passed = text[counted..begins + breaks].bytes().filter(|c| *c == b'\n').count();
            (line, counted) = (line + passed as u64, begins + breaks);
            if !begun && record.len() > COLUMNS_MAX {
                return Err(Error::invalid(format!("it has more than {COLUMNS_MAX} columns")));
            }
            let most = if begun { table.header.len().max(64) * 2 } else { COLUMNS_MAX };
            let cells = record.iter().take(most);
            if begun {
                table.rows.push((line, cells.map(ToOwned::to_owned).collect()));
            } else {
                table.header = cells.map(|name| name.trim().to_owned()).collect();
            }
            begun = true;
        }
        // A quote that is never closed takes the rest of the file into one cell.
        let last = &text[counted..];
        let open = last.bytes().filter(|c| *c == b'"').count() % 2 == 1;
        table.unclosed = (open && last.trim_end().contains('\n')).then_some(line);
        if begun { Ok(table) } else { Err(Error::invalid("it is empty")) }
    }

    /// The text that it was before a spreadsheet took each of its lines for one cell and saved that.
    fn unwrapped(&self) -> Option<String> {
        let (first, rest) = self.header.split_first()?;
        let inside = [',', ';', '\t'].iter().any(|c| first.matches(*c).count() >= 2);
        if !inside || rest.iter().any(|cell| !cell.is_empty()) {
            return None;
        }
        let mut text = first.clone();
        for (_, cells) in &self.rows {
            let count = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
            text.push('\n');
            text.push_str(&cells[..count].join(";"));
        }
        Some(text)
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

/// The same without blanks between a separator and a quote, if that is how its columns are separated:
/// a quote counts only where a cell begins.
fn joined(text: &str, delimiter: u8) -> Cow<'_, str> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = char::from(delimiter);
    let cells = first.split(delimiter).skip(1);
    let apart = cells.clone().filter(|cell| cell.starts_with(' ')).count();
    if apart == 0 || apart * 2 < cells.count() {
        return Cow::Borrowed(text);
    }
    let (mut whole, mut quoted, mut begins) = (String::with_capacity(text.len()), false, true);
    for c in text.chars() {
        quoted ^= c == '"';
        if begins && c == ' ' && !quoted {
            continue;
        }
        begins = !quoted && (c == delimiter || c == '\n');
        whole.push(c);
    }
    Cow::Owned(whole)
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
    #[test]
    fn tables_that_a_spreadsheet_saved_again_are_read_as_they_were() {
        let text = "\"Key,Text,\"\"a, b\"\"\";;\n\"A-1,\"\"one\";;\n;;\nplain;;\n\"two\"\",3\";;\nA-2,x,4;;\n";
        let table = Table::of(text).unwrap();
        assert_eq!(table.header, ["Key", "Text", "a, b"]);
        let cells: Vec<&str> = table.rows[0].1.iter().map(String::as_str).collect();
        assert_eq!(cells, ["A-1", "one\n\nplain\ntwo", "3"]);
        assert_eq!(table.rows[1].1, ["A-2", "x", "4"]);
        let table = Table::of("sep=;\r\na;b\r\n1;2\r\n").unwrap();
        assert_eq!((table.header.len(), table.rows[0].0), (2, 3));
        let table = Table::of("a; b; c\n1; \"x; \"\"y\"\"\nz\";3\n").unwrap();
        assert_eq!(table.rows, [(2, vec!["1".into(), "x; \"y\"\nz".into(), "3".into()])]);
    }

    #[test]
    fn what_no_quote_closes_is_seen() {
        assert_eq!(Table::of("a,b\n1,2\n3,\"x\n4,5\n6,7\n").unwrap().unclosed, Some(3));
        assert_eq!(Table::of("a,b\n1,2\n3,\"x\ny\"\n").unwrap().unclosed, None);
        assert!(Table::of(&",".repeat(10_000_000)).is_err());
    }
}
