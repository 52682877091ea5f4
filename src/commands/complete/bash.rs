//! Lines as bash reads them: cut into words, and words quoted for it.

/// Inside which quotes something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quote {
    None,
    Single,
    Double,
}

impl Quote {
    /// The character that closes them.
    pub(super) fn mark(self) -> Option<char> {
        match self {
            Quote::None => None,
            Quote::Single => Some('\''),
            Quote::Double => Some('"'),
        }
    }
}

/// A command line as far as the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// Its words, their quotes removed, the last being the one at the cursor.
    pub(super) words: Vec<String>,
    /// The part of the last word that bash leaves as it is.
    pub(super) head: String,
    /// The quotes that are open where that part ends.
    pub(super) quote: Quote,
    /// The last word is a file to read from or write to.
    pub(super) redirected: bool,
}

/// Cuts `line`, the end of which, `replaced`, bash will replace; none where a kind of quotes is
/// open that words are not completed in.
///
/// Bash ends the words that it replaces at more places than the words of a command: at `:`, at `=`
/// and at others, as `COMP_WORDBREAKS` says. Hence a word has a part that stays.
pub(super) fn cut(line: &str, replaced: &str) -> Option<Cut> {
    let stays = line.len() - line.strip_suffix(replaced).map(|_| replaced.len())?;
    let mut reading = Reading {
        words: Vec::new(),
        word: String::new(),
        within: false,
        quote: Quote::None,
        redirected: false,
    };
    let (mut head, mut quote) = (None, Quote::None);
    let mut rest = line.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if at == stays {
            (head, quote) = (Some(reading.word.clone()), reading.quote);
        }
        let next = rest.peek().map(|(_, c)| *c);
        if reading.quote == Quote::None && c == '$' && next == Some('\'') {
            return None;
        }
        if reading.take(c, next) {
            rest.next();
        }
    }
    if stays == line.len() {
        (head, quote) = (Some(reading.word.clone()), reading.quote);
    }
    reading.words.push(reading.word);
    Some(Cut { words: reading.words, head: head?, quote, redirected: reading.redirected })
}

/// What has been read of a line.
struct Reading {
    words: Vec<String>,
    word: String,
    within: bool,
    quote: Quote,
    redirected: bool,
}

impl Reading {
    /// Takes a character; true when it took the one after it too.
    fn take(&mut self, c: char, next: Option<char>) -> bool {
        match (self.quote, c) {
            (Quote::Single, '\'') | (Quote::Double, '"') => self.quote = Quote::None,
            (Quote::Double, '\\') if next.is_some_and(|c| "$`\"\\".contains(c)) => {
                self.word.extend(next);
                return true;
            }
            (Quote::None, '\\') => {
                self.within = true;
                self.word.extend(next);
                return true;
            }
            (Quote::None, '\'') => (self.quote, self.within) = (Quote::Single, true),
            (Quote::None, '"') => (self.quote, self.within) = (Quote::Double, true),
            (Quote::None, c) if c.is_whitespace() => self.end(),
            (Quote::None, ';' | '|' | '&' | '(' | ')') => {
                self.end();
                self.words.clear();
                self.redirected = false;
            }
            (Quote::None, '<' | '>') => {
                self.end();
                self.redirected = true;
            }
            (_, c) => {
                self.within = true;
                self.word.push(c);
            }
        }
        false
    }

    fn end(&mut self) {
        let word = std::mem::take(&mut self.word);
        if std::mem::take(&mut self.within) && !std::mem::take(&mut self.redirected) {
            self.words.push(word);
        }
    }
}

/// `word` so that bash reads it as it is; none where that cannot be.
pub(super) fn quoted(word: &str, within: Quote) -> Option<String> {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        match within {
            // The history is expanded between these, and no quote prevents it.
            Quote::Double if c == '!' => return None,
            Quote::Double if "$`\"\\".contains(c) => out.extend(['\\', c]),
            Quote::Single if c == '\'' => out.push_str("'\\''"),
            Quote::None
                if c.is_ascii() && !c.is_ascii_alphanumeric() && !"_-./:=@+,".contains(c) =>
            {
                out.extend(['\\', c]);
            }
            _ => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(line: &str, replaced: &str) -> (Vec<String>, String, Quote) {
        let cut = cut(line, replaced).unwrap();
        (cut.words, cut.head, cut.quote)
    }

    #[test]
    fn a_line_is_cut_into_words_and_the_last_into_what_stays_and_what_goes() {
        let cases: [(&str, &str, &[&str], &str, Quote); 9] = [
            ("tix list label:bu", "bu", &["tix", "list", "label:bu"], "label:", Quote::None),
            ("tix list \"label:bu", "label:bu", &["tix", "list", "label:bu"], "", Quote::Double),
            ("tix list label:\"go", "go", &["tix", "list", "label:go"], "label:", Quote::Double),
            (
                "tix list label:\\\"go",
                "\\\"go",
                &["tix", "list", "label:\"go"],
                "label:",
                Quote::None,
            ),
            (
                "tix e --where 'is:open l",
                "is:open l",
                &["tix", "e", "--where", "is:open l"],
                "",
                Quote::Single,
            ),
            ("tix show ", "", &["tix", "show", ""], "", Quote::None),
            (
                "tix list priority:\\>=h",
                "h",
                &["tix", "list", "priority:>=h"],
                "priority:>=",
                Quote::None,
            ),
            ("cd 'a b' && tix li", "li", &["tix", "li"], "", Quote::None),
            ("tix list 'a;b' >out < in x", "x", &["tix", "list", "a;b", "x"], "", Quote::None),
        ];
        for (line, replaced, words, head, quote) in cases {
            let words = words.iter().map(ToString::to_string).collect();
            assert_eq!(read(line, replaced), (words, head.to_owned(), quote), "{line}");
        }
        assert!(cut("tix list priority:>=h", "h").unwrap().redirected);
        assert_eq!(cut("tix list $'a", "a"), None);
        assert_eq!(cut("tix list a", "b"), None);
    }

    proptest! {
        #[test]
        fn what_is_quoted_reads_as_it_was(word in "[ -~äß漢👩]{1,12}", within in 0usize..3) {
            let (quote, mark) = [(Quote::None, ""), (Quote::Single, "'"), (Quote::Double, "\"")][within];
            if let Some(text) = quoted(&word, quote) {
                let line = format!("tix {mark}{text}{mark}");
                prop_assert_eq!(&cut(&line, "").unwrap().words[1], &word);
            }
        }
    }
}
