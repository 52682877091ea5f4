//! What the keys do: each act is the command of the same name, as if it had been typed.

use clap::{Args, FromArgMatches};

use crate::commands::{assign, close, comment, edit, label, merge, reply, snooze, status, undo};
use crate::cx::Cx;
use crate::domain::ids::Uid;
use crate::domain::words::{Priority, Resolution, Status};
use crate::error::{Error, Result};
use crate::io::Out;
use crate::keys::{Keys, Pressed};
use crate::prompt;
use crate::render;
use crate::view::{Look, View};

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

    /// Does it.
    pub(super) fn done(self, cx: &mut Cx, keys: &mut Keys, uid: Uid, plain: bool) -> Result<Came> {
        let id = uid.to_string();
        let ask = |question: &str| {
            super::eprint_raw("\r\n");
            if plain { asked(question) } else { prompt::line(question, false) }
        };
        let view = match self {
            Act::Reply => parsed::<reply::Reply>(&["-e", &id])?.run(cx),
            Act::Note => parsed::<comment::Comment>(&["-e", &id])?.run(cx),
            Act::Close => {
                let how = one_of(keys, Resolution::ALL, Resolution::word)?;
                parsed::<close::Close>(&["--as", how, &id])?.run(cx)
            }
            Act::Status => {
                let to = one_of(keys, &Status::ALL[..4], Status::word)?;
                parsed::<status::Status>(&[to, &id])?.run(cx)
            }
            Act::Priority => {
                let to = one_of(keys, Priority::ALL, Priority::word)?;
                parsed::<edit::Edit>(&["--priority", to, &id])?.run(cx)
            }
            Act::Label => {
                parsed::<label::Label>(&["--", &said(&ask("Labels (+on,-off)")?)?, &id])?.run(cx)
            }
            Act::Assign => {
                parsed::<assign::Assign>(&["--", &ask("Assign to (@me, empty: nobody)")?, &id])?
                    .run(cx)
            }
            Act::Title => {
                let title = format!("--title={}", said(&ask("Title")?)?);
                parsed::<edit::Edit>(&[&title, &id])?.run(cx)
            }
            Act::Snooze => parsed::<snooze::Snooze>(&[
                "--",
                &said(&ask("Snooze until (+3d, fri 14:00)")?)?,
                &id,
            ])?
            .run(cx),
            Act::Merge => {
                let into = said(&ask("Merge into (ID)")?)?;
                parsed::<merge::Merge>(&["--", &id, &into])?.run(cx)
            }
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
    let view = parsed::<undo::Undo>(&[change])?.run(cx)?;
    let View::TakenBack(taken) = view else { return Ok(Vec::new()) };
    Ok(vec![format!("took back: {}", taken.summary)])
}

/// Shows all of a ticket in the pager.
pub(super) fn page(cx: &mut Cx, uid: Uid) -> Result<()> {
    let look = render::Output { clock: cx.clock, command: "show", ..cx.look.clone() };
    let pager = (crate::env::pager(&cx.config), 0);
    let now = cx.clock.now;
    let reader = cx.reader()?.ok_or_else(|| Error::failed("the desk is gone"))?;
    let ticket = reader.shown(reader.ticket(uid)?, now)?;
    let mut out = Out::new(Some(pager));
    let look_at = Look { single: true, as_of: None };
    match render::render(View::Shown(vec![ticket], look_at), &look, &mut out) {
        // Whoever closes the pager has read enough.
        Err(error) if error.kind == crate::error::Kind::ClosedPipe => Ok(()),
        written => written.and_then(|()| out.finish()),
    }
}

/// The command that these words make.
fn parsed<C: Args + FromArgMatches>(words: &[&str]) -> Result<C> {
    let command = C::augment_args(clap::Command::new("tix").no_binary_name(true));
    let matches = command.try_get_matches_from(words);
    matches.and_then(|matches| C::from_arg_matches(&matches)).map_err(|e| {
        let text = e.to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        Error::usage(first.to_owned())
    })
}

/// A text that somebody gave; none means that they want nothing.
fn said(text: &str) -> Result<String> {
    if text.trim().is_empty() { Err(Error::cancelled()) } else { Ok(text.to_owned()) }
}

/// A line, on a terminal that can do nothing but print.
fn asked(question: &str) -> Result<String> {
    super::eprint_raw(&format!("{question}: "));
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    if read.is_ok_and(|read| read > 0) {
        Ok(line.trim().to_owned())
    } else {
        Err(Error::cancelled())
    }
}

/// One of `all`, by the key of its first letter that no earlier one has.
fn one_of<T: Copy>(
    keys: &mut Keys,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Result<&'static str> {
    let mut offered: Vec<(char, &'static str)> = Vec::new();
    for one in all {
        let word = word(*one);
        let free = |key: &char| !offered.iter().any(|(taken, _)| taken == key);
        if let Some(key) = word.chars().find(free) {
            offered.push((key, word));
        }
    }
    let shown: Vec<String> = offered.iter().map(|(key, word)| format!("{key} {word}")).collect();
    super::eprint_raw(&format!("\r\n{}: ", shown.join("  ")));
    loop {
        match keys.pressed()? {
            Pressed::Char(key) => {
                let found = offered.iter().find(|(offered, _)| *offered == key);
                return found.map(|(_, word)| *word).ok_or_else(Error::cancelled);
            }
            Pressed::Resized => {}
            Pressed::Interrupt | Pressed::Other => return Err(Error::cancelled()),
        }
    }
}
