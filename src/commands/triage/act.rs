//! What the keys do: each act is the command of the same name, as if it had been typed.

use clap::{Args, FromArgMatches};

use super::screen::Asking;
use crate::commands::{assign, close, comment, edit, label, merge, reply, snooze, status, undo};
use crate::cx::Cx;
use crate::domain::ids::Uid;
use crate::domain::words::{Priority, Resolution, Status};
use crate::error::{Error, Result};
use crate::view::View;

/// The keys that are shown, each with its word.
pub(super) const KEYS: [(char, &str); 16] = [
    ('r', "reply"),
    ('n', "note"),
    ('c', "close"),
    ('t', "status"),
    ('p', "priority"),
    ('l', "label"),
    ('a', "assign"),
    ('s', "snooze"),
    ('m', "merge"),
    ('\n', "skip"),
    ('b', "back"),
    ('u', "undo"),
    ('v', "view"),
    ('?', "help"),
    ('q', "quit"),
    ('e', "title"),
];

/// What `?` says.
pub(super) const HELP: &str = "\
r  reply in your editor: PUBLIC, the requester reads it
n  note in your editor: NOTE, only we read it
c  close; the next key says how
t  status, p  priority: the next key says which
l  labels, such as +bug,-question   a  assign   e  title
s  snooze until a time or a message of the requester (z too)
m  merge into another ticket
Enter or space  skip   b  back   u  undo the last act
v  view all of it   q  quit with a summary (Ctrl-C too)";

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Reply,
    Note,
    Close,
    Status,
    Priority,
    Label,
    Assign,
    Title,
    Snooze,
    Merge,
    Skip,
    Back,
    Undo,
    View,
    Help,
    Quit,
}

/// What an act came to: lines to show, and the change if it made one.
pub(super) struct Came {
    pub(super) lines: Vec<String>,
    pub(super) change: Option<String>,
}

impl Act {
    /// Those that change something, in the order of the summary.
    pub(super) const ALL: [Act; 10] = [
        Act::Reply,
        Act::Note,
        Act::Close,
        Act::Snooze,
        Act::Merge,
        Act::Status,
        Act::Priority,
        Act::Label,
        Act::Assign,
        Act::Title,
    ];

    pub(super) fn of(key: char) -> Option<Self> {
        Some(match key {
            'r' => Act::Reply,
            'n' => Act::Note,
            'c' => Act::Close,
            't' => Act::Status,
            'p' => Act::Priority,
            'l' => Act::Label,
            'a' => Act::Assign,
            'e' => Act::Title,
            's' | 'z' => Act::Snooze,
            'm' => Act::Merge,
            '\n' | ' ' => Act::Skip,
            'b' => Act::Back,
            'u' => Act::Undo,
            'v' => Act::View,
            '?' => Act::Help,
            'q' => Act::Quit,
            _ => return None,
        })
    }

    /// Is the ticket done with for now?
    pub(super) fn ends(self) -> bool {
        matches!(self, Act::Reply | Act::Note | Act::Close | Act::Snooze | Act::Merge)
    }

    /// As the summary counts it.
    pub(super) fn past(self) -> &'static str {
        match self {
            Act::Reply => "replied",
            Act::Note => "noted",
            Act::Close => "closed",
            Act::Snooze => "snoozed",
            Act::Merge => "merged",
            Act::Status => "moved",
            Act::Priority => "prioritised",
            Act::Label => "labelled",
            Act::Assign => "assigned",
            _ => "retitled",
        }
    }

    /// Does it give the terminal to somebody else, such as an editor?
    pub(super) fn hands_over(self) -> bool {
        matches!(self, Act::Reply | Act::Note)
    }

    /// The words of its command, some of which are asked for.
    pub(super) fn words(self, uid: Uid, ask: &mut Asking<'_>) -> Result<Vec<String>> {
        let mut words: Vec<String> = match self {
            Act::Reply | Act::Note => vec!["-e".to_owned()],
            Act::Close => {
                let how = ask.one_of(Resolution::ALL, Resolution::word)?;
                let original = if how == Resolution::Duplicate.word() {
                    ask.line("Duplicate of (ID, empty: none)")?
                } else {
                    String::new()
                };
                match original.trim() {
                    "" => vec![format!("--as={how}")],
                    id => vec![format!("--duplicate-of={id}")],
                }
            }
            Act::Status => vec![ask.one_of(&Status::ALL[..4], Status::word)?.to_owned()],
            Act::Priority => {
                vec![format!("--priority={}", ask.one_of(Priority::ALL, Priority::word)?)]
            }
            Act::Label => vec!["--".to_owned(), ask.text("Labels (+on,-off)")?],
            Act::Assign => vec!["--".to_owned(), ask.line("Assign to (@me, empty: nobody)")?],
            Act::Title => vec![format!("--title={}", ask.text("Title")?)],
            Act::Snooze => vec!["--".to_owned(), ask.text("Snooze until (+3d, fri 14:00)")?],
            Act::Merge => {
                let into = ask.text("Merge into (ID)")?;
                return Ok(vec!["--".to_owned(), uid.to_string(), into]);
            }
            _ => Vec::new(),
        };
        words.push(uid.to_string());
        Ok(words)
    }

    /// Runs its command with these words.
    pub(super) fn done(self, cx: &mut Cx, words: &[String]) -> Result<Came> {
        let view = match self {
            Act::Reply => parsed::<reply::Reply>(words)?.run(cx),
            Act::Note => parsed::<comment::Comment>(words)?.run(cx),
            Act::Close => parsed::<close::Close>(words)?.run(cx),
            Act::Status => parsed::<status::Status>(words)?.run(cx),
            Act::Priority | Act::Title => parsed::<edit::Edit>(words)?.run(cx),
            Act::Label => parsed::<label::Label>(words)?.run(cx),
            Act::Assign => parsed::<assign::Assign>(words)?.run(cx),
            Act::Snooze => parsed::<snooze::Snooze>(words)?.run(cx),
            Act::Merge => parsed::<merge::Merge>(words)?.run(cx),
            _ => return Ok(Came { lines: Vec::new(), change: None }),
        }?;
        Ok(match view {
            View::Changed(changed) => Came { lines: changed.lines, change: changed.change },
            _ => Came { lines: Vec::new(), change: None },
        })
    }
}

/// Takes back a change; returns what to say of it.
pub(super) fn undo(cx: &mut Cx, change: &str) -> Result<Vec<String>> {
    let view = parsed::<undo::Undo>(&[change.to_owned()])?.run(cx)?;
    let View::TakenBack(taken) = view else { return Ok(Vec::new()) };
    Ok(vec![format!("took back: {}", taken.summary)])
}

/// The command that these words make.
fn parsed<C: Args + FromArgMatches>(words: &[String]) -> Result<C> {
    let command = C::augment_args(clap::Command::new("tix").no_binary_name(true));
    let matches = command.try_get_matches_from(words);
    matches.and_then(|matches| C::from_arg_matches(&matches)).map_err(|e| {
        let text = e.to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        Error::usage(first.to_owned())
    })
}
