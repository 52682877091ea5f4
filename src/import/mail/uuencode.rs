//! Files that stand in a text between `begin 644 name` and `end`.

/// A file in a text.
pub(super) struct Found {
    /// What it is called there.
    pub(super) name: String,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

/// The files in a text, and the text without them.
pub(super) fn files(text: &str) -> (String, Vec<Found>) {
    let (mut rest, mut files) = (String::new(), Vec::new());
    if !text.contains("begin ") {
        return (text.to_owned(), files);
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut at = 0;
    // Where no file ends any more, none begins.
    let last = lines.iter().rposition(|line| line.trim_end() == "end").unwrap_or(0);
    while at < lines.len() {
        let name = begins(lines[at]).filter(|_| at < last);
        let inside = |line: &&&str| fits(line.trim_end_matches(['\r', '\n']));
        let count = name.map_or(0, |_| lines[at + 1..].iter().take_while(inside).count());
        let end = lines.get(at + 1 + count).is_some_and(|line| line.trim_end() == "end");
        if let Some(name) = name.filter(|_| end && count > 0) {
            let bytes =
                lines[at + 1..at + 1 + count].iter().flat_map(|line| line_of(line.as_bytes()));
            files.push(Found { name: name.to_owned(), bytes: bytes.collect() });
            at += count + 2;
        } else {
            rest.extend(lines[at..=at + if end { 0 } else { count }].iter().copied());
            at += 1 + if end { 0 } else { count };
        }
    }
    (rest, files)
}

/// The bytes of a part that is one file.
pub(super) fn decoded(bytes: &[u8]) -> Vec<u8> {
    let lines = bytes.split(|c| *c == b'\n');
    let inside = lines.skip_while(|line| !line.starts_with(b"begin ")).skip(1);
    inside.take_while(|line| line.trim_ascii_end() != b"end").flat_map(line_of).collect()
}

/// The name in `begin 644 name`.
fn begins(line: &str) -> Option<&str> {
    let (mode, name) = line.strip_prefix("begin ")?.trim_end().split_once(' ')?;
    let octal = matches!(mode.len(), 3 | 4) && mode.bytes().all(|c| (b'0'..=b'7').contains(&c));
    (octal && !name.is_empty()).then_some(name)
}

/// Is a line as long as its first letter says?
fn fits(line: &str) -> bool {
    let bytes = line.as_bytes();
    let Some(first) = bytes.first().filter(|c| (b' '..=b'`').contains(c)) else { return false };
    let length = usize::from((first - b' ') & 63);
    let letters = length.div_ceil(3) * 4;
    let all = bytes.iter().all(|c| (b' '..=b'`').contains(c));
    // Blanks at the end of a line get lost.
    all && bytes.len() <= letters + 2
        && line.trim_end() != "end"
        && (bytes.len() > letters || length > 0 || bytes.len() == 1)
}

fn line_of(line: &[u8]) -> Vec<u8> {
    let line = line.trim_ascii_end();
    let Some((first, rest)) = line.split_first().filter(|(c, _)| **c >= b' ') else {
        return Vec::new();
    };
    let length = usize::from((first - b' ') & 63);
    let mut bytes = Vec::with_capacity(length + 2);
    for group in rest.chunks(4) {
        let bits = (0..4).fold(0u32, |bits, i| {
            let c = group.get(i).copied().unwrap_or(b' ');
            bits << 6 | u32::from(c.wrapping_sub(b' ') & 63)
        });
        bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
    }
    bytes.truncate(length);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_a_text_are_taken_out() {
        let text = "Hi\nbegin 644 a b.txt\n#0V%T\n`\nend\nbye\nbegin the day\nend\n";
        let (rest, files) = super::files(text);
        assert_eq!(rest, "Hi\nbye\nbegin the day\nend\n");
        assert_eq!((files[0].name.as_str(), files[0].bytes.as_slice()), ("a b.txt", &b"Cat"[..]));
        assert_eq!(decoded(b"begin 644 x\r\n#0V%T\r\n`\r\nend\r\n"), b"Cat");
        for text in ["begin 644 x\n#0V%T\n", "begin 644 x\nend\n", "begin 644 x\nwords here\nend\n"]
        {
            assert_eq!(super::files(text), (text.to_owned(), Vec::new()), "{text}");
        }
    }

    impl PartialEq for Found {
        fn eq(&self, other: &Self) -> bool {
            (&self.name, &self.bytes) == (&other.name, &other.bytes)
        }
    }

    impl std::fmt::Debug for Found {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(&self.name)
        }
    }
}
