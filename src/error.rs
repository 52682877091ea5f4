//! What went wrong, why, and what to do next, with a kind that is the exit code.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// The result of everything that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// The kinds of failure; each is an exit code of the contract (`tix help exit-codes`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Input, output or the database failed (1).
    Failed,
    /// The command line could not be understood (2).
    Usage,
    /// No such ticket, message or name (3).
    NotFound,
    /// A value or query that cannot be read, is ambiguous, or a change refused (4).
    Invalid,
    /// Another process holds the desk for too long (5).
    Locked,
    /// Input or a confirmation is needed and nobody is there (6).
    NeedsInput,
    /// Some of the work was done (7).
    Partial,
    /// No desk there, a newer schema, or a damaged file (8).
    NoDesk,
    /// The person cancelled (130).
    Cancelled,
    /// The reader of our output went away: silence and exit 0.
    #[schemars(skip)]
    ClosedPipe,
}

impl Kind {
    /// The process exit code of this kind.
    #[must_use]
    pub fn exit(self) -> u8 {
        match self {
            Kind::ClosedPipe => 0,
            Kind::Failed => 1,
            Kind::Usage => 2,
            Kind::NotFound => 3,
            Kind::Invalid => 4,
            Kind::Locked => 5,
            Kind::NeedsInput => 6,
            Kind::Partial => 7,
            Kind::NoDesk => 8,
            Kind::Cancelled => 130,
        }
    }
}

/// An error as a person or a script sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Its kind, which is the exit code.
    pub kind: Kind,
    /// What happened, to which thing: lower case, no full stop.
    pub what: String,
    /// The cause, when it is not the same thing.
    pub why: Option<String>,
    /// One thing to do next.
    pub hint: Option<String>,
}

impl Error {
    /// An error of `kind` saying `what` happened.
    pub fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), why: None, hint: None }
    }

    /// Input, output or the database failed (exit 1).
    pub fn failed(what: impl Into<String>) -> Self {
        Self::new(Kind::Failed, what)
    }

    /// The command line could not be understood (exit 2).
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Kind::Usage, what)
    }

    /// No such thing (exit 3).
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, what)
    }

    /// A value that cannot be read or a change that is refused (exit 4).
    pub fn invalid(what: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, what)
    }

    /// Input is needed and nobody is there (exit 6).
    pub fn needs_input(what: impl Into<String>) -> Self {
        Self::new(Kind::NeedsInput, what)
    }

    /// No usable desk (exit 8).
    pub fn no_desk(what: impl Into<String>) -> Self {
        Self::new(Kind::NoDesk, what)
    }

    /// The person cancelled (exit 130).
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(Kind::Cancelled, "cancelled")
    }

    /// Was there no room on the disk?
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.what == FULL
    }

    /// Adds the cause.
    #[must_use]
    pub fn because(mut self, why: impl fmt::Display) -> Self {
        self.why = Some(why.to_string());
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// What to do about a file that cannot be opened.
pub(crate) const OPENS: &str = "may you read the desk's file, and write in its folder?";

/// What is said when there is no room on the disk.
const FULL: &str = "the disk is full; nothing was changed";

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        self.why.as_ref().map_or(Ok(()), |why| write!(f, ": {why}"))
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Self {
        if e.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::new(Kind::ClosedPipe, "the reader went away");
        }
        Self::failed("input or output failed").because(e)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(e: rusqlite::Error) -> Self {
        use rusqlite::Error as Cell;
        use rusqlite::ErrorCode as Code;
        let damaged = "the desk's file is damaged or not a desk";
        match e.sqlite_error_code() {
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => {
                Self::new(Kind::Locked, "the desk is locked by another process")
                    .hint("try again when the other tix command has finished")
            }
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Self::no_desk(damaged).because(e),
            // We store nothing that we cannot read.
            None if matches!(
                e,
                Cell::FromSqlConversionFailure(..)
                    | Cell::IntegralValueOutOfRange(..)
                    | Cell::InvalidColumnType(..)
                    | Cell::Utf8Error(..)
            ) =>
            {
                Self::no_desk(damaged).because(e)
            }
            Some(Code::OperationInterrupted) => {
                Self::no_desk("the desk's file is damaged or was made to harm")
                    .because("there is more to read in it than a file of its size can hold")
            }
            Some(Code::DiskFull) => Self::failed(FULL),
            Some(Code::SystemIoFailure) => Self::failed("the desk's disk failed")
                .because(e)
                .hint("is there room on it, and may files be so large?"),
            Some(Code::ReadOnly | Code::PermissionDenied) => {
                Self::failed("the desk cannot be written")
                    .because(e)
                    .hint("may you write its file, and in its folder? --db names another desk")
            }
            Some(Code::CannotOpen) => {
                Self::failed("the desk's files cannot be opened").because(e).hint(OPENS)
            }
            _ => Self::failed("the desk's database failed").because(e),
        }
    }
}

/// The nearest of `names` to `word`, if it is near enough to be what was meant.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // No name is so long, and comparing takes its time.
    let word = if word.len() > 100 { "" } else { word };
    let lower = word.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&lower, &name.to_lowercase()), name))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// `a, b and c`, each in backticks: how messages list names.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

/// `1 ticket`, `2 tickets`, `3 entries`, `4 days`.
#[must_use]
pub fn counted(count: u64, noun: &str) -> String {
    format!("{count} {}", plural(count, noun))
}

/// `noun` as it follows that count.
#[must_use]
pub fn plural(count: u64, noun: &str) -> String {
    match noun.strip_suffix('y') {
        _ if count == 1 => noun.to_owned(),
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    }
}

/// How many bytes beside what is marked are shown of a long text.
const BESIDE: usize = 200;

/// `text` on a line of its own with `length` bytes from `start` marked below it, for messages.
#[must_use]
pub fn marked(text: &str, start: usize, length: usize) -> String {
    let end = (start + length).min(text.len());
    let from = text.floor_char_boundary(start.saturating_sub(BESIDE));
    let until = text.ceil_char_boundary(end.min(start + BESIDE).saturating_add(BESIDE));
    let (before, after) =
        (if from > 0 { "…" } else { "" }, if until < text.len() { "…" } else { "" });
    let end = text.ceil_char_boundary(end.min(until));
    // A control character may be longer than the space it is shown as.
    let plain = |part: &str| -> String {
        part.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    };
    let width = |part: &str| unicode_width::UnicodeWidthStr::width(plain(part).as_str());
    let indent = " ".repeat(width(before) + width(&text[from..start]));
    let marks = "^".repeat(width(&text[start..end]).max(1));
    format!("\n    {before}{}{after}\n    {indent}{marks}", plain(&text[from..until]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_marked_is_below_its_place() {
        assert_eq!(marked("is:opne x", 0, 7), "\n    is:opne x\n    ^^^^^^^");
        assert_eq!(marked("登录 x:y", 7, 3), "\n    登录 x:y\n         ^^^");
        assert_eq!(marked("\u{85}\u{85} x", 5, 1), "\n       x\n       ^");
        assert_eq!(marked("x", 1, 0), "\n    x\n     ^");
        let long = format!("{} x:y {}", "登 ".repeat(500), "z".repeat(5000));
        let said = marked(&long, 2001, 3);
        assert!(said.contains("登  x:y z") && said.len() < 1000, "{said}");
        assert!(marked(&long, 0, long.len()).len() < 3000);
    }
}
