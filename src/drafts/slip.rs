//! What is known of a text beside the text itself, and which part of what an editor leaves it is.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::ids::Timestamp;
use crate::domain::purpose::Purpose;

/// Below this line an editor's buffer is ignored.
pub const SCISSORS: &str = "------------------------ >8 ------------------------";

/// What is known of a text beside the text itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// What the text is for.
    #[serde(flatten)]
    pub purpose: Purpose,
    /// When it was begun, or last gone on with.
    pub at: Timestamp,
    /// The desk's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<String>,
    /// The text that the editor was given.
    pub begun: String,
    /// What stood below it and is no part of it; without that, everything counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<Below>,
    /// A person wrote what the editor was given.
    #[serde(default)]
    pub own: bool,
}

/// What an editor shows beside the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Below {
    /// The line where the text ends.
    pub line: String,
    /// What stands below it.
    pub text: String,
}

impl Slip {
    /// What an editor is to show: `text`, and what stands below it.
    #[must_use]
    pub fn whole(&self, text: &str) -> String {
        match &self.below {
            Some(below) => format!("{text}\n\n{}\n{}\n", below.line, below.text),
            None => format!("{}\n", text.trim_end_matches('\n')),
        }
    }

    /// The part of `whole` that counts.
    #[must_use]
    pub fn above(&self, whole: &str) -> String {
        self.parted(whole).0
    }

    /// Did somebody write below the line, where nothing counts?
    #[must_use]
    pub fn typed_below(&self, whole: &str) -> bool {
        let given = self.below.iter().flat_map(|below| below.text.lines());
        let given: BTreeSet<&str> = given.chain(self.begun.lines()).map(str::trim).collect();
        let (_, rest) = self.parted(whole);
        rest.into_iter()
            .skip(1)
            .map(str::trim)
            .any(|line| !line.is_empty() && !given.contains(line))
    }

    /// Is the line gone, and what stood below it still there?
    #[must_use]
    pub fn torn(&self, whole: &str) -> bool {
        let Some(Below { line, text }) = &self.below else { return false };
        let there = |wanted: &str| whole.lines().any(|it| it.trim() == wanted.trim());
        let ours = text.lines().take(2).filter(|line| !line.trim().is_empty());
        !there(line) && ours.into_iter().any(there)
    }

    /// Does `whole` hold anything that somebody wrote in their editor?
    #[must_use]
    pub fn written(&self, whole: &str) -> bool {
        let above = self.above(whole);
        (!above.trim().is_empty() && above != self.begun.trim_end()) || self.typed_below(whole)
    }

    /// The part that counts, and the lines from the line on.
    fn parted<'w>(&self, whole: &'w str) -> (String, Vec<&'w str>) {
        let whole = whole.strip_prefix('\u{feff}').unwrap_or(whole);
        let Some(Below { line, .. }) = &self.below else {
            return (whole.replace("\r\n", "\n").trim_end().to_owned(), Vec::new());
        };
        let mut lines: Vec<&str> = whole.lines().collect();
        let end = lines.iter().position(|it| it.trim() == line).unwrap_or(lines.len());
        let rest = lines.split_off(end);
        (lines.join("\n").trim_end().to_owned(), rest)
    }
}

/// A line like the usual one that stands nowhere in `text`.
#[must_use]
pub fn line_unlike(text: &str) -> String {
    let mut line = SCISSORS.to_owned();
    while text.lines().any(|it| it.trim() == line) {
        line.push('-');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slip(begun: &str) -> Slip {
        Slip {
            purpose: Purpose::Config,
            at: Timestamp(0),
            desk: None,
            begun: begun.to_owned(),
            below: Some(Below { line: SCISSORS.to_owned(), text: "to Ada\n> quoted".to_owned() }),
            own: false,
        }
    }

    #[test]
    fn what_counts_ends_at_the_line() {
        let slip = slip("");
        assert_eq!(slip.above(&format!("\u{feff}a\r\n\r\n{SCISSORS}  \r\nb")), "a");
        assert_eq!(
            slip.above(&format!("a\n> {SCISSORS}\n{SCISSORS}\n{SCISSORS}\n")),
            format!("a\n> {SCISSORS}")
        );
        let line = line_unlike(&format!("a\n {SCISSORS}\n{SCISSORS}-"));
        assert_eq!(line, format!("{SCISSORS}--"));
    }

    #[test]
    fn a_line_that_is_gone_is_missed_only_while_what_stood_below_it_is_there() {
        let slip = slip("");
        for whole in [slip.whole("a"), "a".to_owned(), String::new(), "a\n> quoted".to_owned()] {
            assert_eq!(slip.torn(&whole), whole.ends_with("> quoted"), "{whole:?}");
        }
        assert!(slip.torn(&slip.whole("a").replace(SCISSORS, "")));
    }

    #[test]
    fn what_somebody_wrote_is_told_from_what_the_editor_was_given() {
        let slip = slip("given");
        let below = format!("\n{SCISSORS}\nto Ada\n> quoted\n");
        for same in [slip.whole("given"), slip.whole(""), slip.whole("given\n \n"), String::new()] {
            assert!(!slip.written(&same), "{same:?}");
        }
        for (whole, under) in [
            (format!("more{below}"), false),
            (format!("given\nmore{below}"), false),
            ("more".to_owned(), false),
            (format!("given{below}more"), true),
            (format!("{below}more"), true),
        ] {
            assert_eq!(
                (slip.written(&whole), slip.typed_below(&whole)),
                (true, under),
                "{whole:?}"
            );
        }
    }
}
