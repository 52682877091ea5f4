//! JSON in which half a character is escaped, as programs that cut text write it.

use std::io::{BufRead, BufReader, Read, Result};

const REPLACEMENT: &[u8; 6] = b"\\ufffd";

/// Bytes of JSON in which every surrogate without its other half reads `\ufffd`.
///
/// A JSON reader refuses such a text, and with it the whole file.
pub(super) struct Mended<R> {
    from: R,
    ready: Vec<u8>,
    given: usize,
}

impl<R: BufRead> Mended<R> {
    /// Mends what is read from `from`.
    pub(super) fn new(from: R) -> BufReader<Self> {
        BufReader::with_capacity(64 << 10, Self { from, ready: Vec::new(), given: 0 })
    }

    /// Moves `count` bytes to `ready`; false when the file ends before.
    fn take(&mut self, count: u64) -> Result<bool> {
        let taken = self.from.by_ref().take(count).read_to_end(&mut self.ready)?;
        Ok(taken as u64 == count)
    }

    /// The UTF-16 unit of the escape that comes next; its bytes are moved to `ready`.
    fn unit(&mut self) -> Result<Option<u16>> {
        let escaped = self.take(1)? && self.ready.last() == Some(&b'\\') && self.take(1)?;
        if !escaped || self.ready.last() != Some(&b'u') || !self.take(4)? {
            return Ok(None);
        }
        let digits = &self.ready[self.ready.len() - 4..];
        let digits = std::str::from_utf8(digits).unwrap_or_default();
        Ok(u16::from_str_radix(digits, 16).ok())
    }

    /// Moves an escape to `ready`, mended; of half a character also what follows it.
    fn escape(&mut self) -> Result<()> {
        self.ready.clear();
        self.given = 0;
        let mut half = false;
        loop {
            let start = self.ready.len();
            let unit = self.unit()?;
            let second = matches!(unit, Some(0xdc00..=0xdfff));
            if half && !second {
                self.ready[start - 6..start].copy_from_slice(REPLACEMENT);
            }
            if second && !half {
                self.ready[start..].copy_from_slice(REPLACEMENT);
            }
            half = matches!(unit, Some(0xd800..=0xdbff));
            if !half {
                return Ok(());
            }
        }
    }
}

impl<R: BufRead> Read for Mended<R> {
    fn read(&mut self, to: &mut [u8]) -> Result<usize> {
        if self.given == self.ready.len() {
            let there = self.from.fill_buf()?;
            let plain = there.iter().position(|c| *c == b'\\').unwrap_or(there.len());
            if plain > 0 || there.is_empty() {
                let count = plain.min(to.len());
                to[..count].copy_from_slice(&there[..count]);
                self.from.consume(count);
                return Ok(count);
            }
            self.escape()?;
        }
        let count = (&self.ready[self.given..]).read(to)?;
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_character_reads_as_the_replacement_character() {
        for (text, expected) in [
            (r"plain", r"plain"),
            (r#""a\nb\\""#, r#""a\nb\\""#),
            (r"\ud83d\ude00!", r"\ud83d\ude00!"),
            (r"\uD83D", r"\ufffd"),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r"\ud83dx\n", r"\ufffdx\n"),
            (r"\ud83d\n", r"\ufffd\n"),
            (r"\ud83d\\ud83d", r"\ufffd\\ud83d"),
            (r"\ude00\ud83d\ud83d\ude00", r"\ufffd\ufffd\ud83d\ude00"),
            (r"\\ud83d \u00e9\u12", r"\\ud83d \u00e9\u12"),
            ("\\", "\\"),
            (r"\ud83d\", r"\ufffd\"),
        ] {
            for size in [1, 3, 1024] {
                let mut mended = String::new();
                let from = BufReader::with_capacity(size, text.as_bytes());
                Mended::new(from).read_to_string(&mut mended).unwrap();
                assert_eq!(mended, expected, "{text} by {size}");
            }
        }
    }
}
