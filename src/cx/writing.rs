//! Texts that people write: from a flag, a file, a pipe or their editor, and never lost.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Cx;
use crate::domain::event::{BODY_MAX, body_of};
use crate::domain::purpose::Purpose;
use crate::drafts::{Below, Draft, Drafts, Held, Slip};
use crate::env;
use crate::error::{Error, Result};
use crate::io::Peace;
use crate::prompt;

/// Where a message's text comes from.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Body {
    /// The text
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) message: Option<String>,
    /// Read the text from FILE; `-` is standard input
    #[arg(short = 'F', long, value_name = "FILE", conflicts_with = "message")]
    pub(crate) file: Option<PathBuf>,
    /// Write the text in your editor
    #[arg(short, long)]
    pub(crate) edit: bool,
}

impl Body {
    /// By a person, in their editor.
    pub(crate) fn in_editor() -> Self {
        Self { edit: true, ..Self::default() }
    }

    /// Is a text asked for, wherever it comes from?
    pub(crate) fn is_given(&self) -> bool {
        self.message.is_some() || self.file.is_some() || self.edit
    }
}

/// Where a text comes from when no flag says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Else {
    /// From piped standard input.
    pub(crate) stdin: bool,
    /// From the person's editor.
    pub(crate) editor: bool,
}

/// What an editor is opened on.
#[derive(Debug)]
pub(crate) struct Page {
    /// What is written there.
    pub(crate) purpose: Purpose,
    /// What stands there already.
    pub(crate) text: String,
    /// What stands below a line and does not count.
    pub(crate) below: Option<Below>,
}

/// A text.
#[derive(Debug)]
pub(crate) struct Written {
    /// It reads so.
    pub(crate) text: String,
    /// What its writer saw, if they wrote it in an editor.
    pub(crate) seen: Option<Seen>,
}

/// What somebody saw who wrote a text in their editor.
#[derive(Debug)]
pub(crate) struct Seen {
    /// What the text is for.
    pub(crate) purpose: Purpose,
    /// How it read when it was begun.
    pub(crate) begun: String,
}

impl Cx {
    /// The text for a message: `-m`, `-F`, piped standard input, or the editor, as far as `or`
    /// allows the last two; none when there is none. The `page` is made when an editor opens.
    pub(crate) fn body(
        &mut self,
        body: &Body,
        or: Else,
        page: impl FnOnce(&mut Self) -> Result<Page>,
    ) -> Result<Option<Written>> {
        let given = match (&body.message, &body.file) {
            _ if self.resumed.is_some() => None,
            (Some(text), _) => Some(text.clone()),
            (None, Some(path)) => Some(read_file(path)?),
            (None, None) if !self.io.stdin && !body.edit && or.stdin => {
                Some(self.standard_input()?).filter(|t| !t.trim().is_empty())
            }
            (None, None) => None,
        };
        if body.edit {
            let stdin = if or.stdin { ", or on standard input" } else { "" };
            self.needs_person(&format!("give the text with -m TEXT or -F FILE{stdin}"))?;
        }
        let mut written = match given {
            Some(text) if !body.edit => Written { text, seen: None },
            given if body.edit || (or.editor && self.io.person) => {
                let mut page = page(self)?;
                let own = given.as_ref().is_some_and(|text| !text.trim().is_empty());
                page.text = given.unwrap_or(page.text);
                self.write(page, own)?
            }
            Some(text) => Written { text, seen: None },
            None => return Ok(None),
        };
        written.text = body_of(&written.text)?;
        Ok(Some(written))
    }

    /// All of standard input, which is text.
    #[expect(clippy::unused_self, reason = "it is this run's")]
    pub(crate) fn standard_input(&self) -> Result<String> {
        read_text("standard input", &mut std::io::stdin())
    }

    /// Somebody has to be there for an editor; a draft that is taken as it stands needs none.
    pub(crate) fn needs_person(&self, hint: &str) -> Result<()> {
        let as_is = matches!(self.resumed, Some((_, true)));
        if self.io.person || as_is {
            return Ok(());
        }
        Err(Error::needs_input("nobody is there to use an editor").hint(hint))
    }

    /// Goes on with a draft where an editor would be opened; or takes it as it stands.
    pub(crate) fn resume(&mut self, draft: Draft, as_is: bool) {
        self.resumed = Some((draft, as_is));
    }

    /// The folder of drafts.
    pub(crate) fn drafts() -> Drafts {
        Drafts::new(env::drafts())
    }

    /// Lets the person write in their editor; `own` says that they wrote what stands there already.
    /// The draft is kept until a change holds the text.
    pub(crate) fn write(&mut self, page: Page, own: bool) -> Result<Written> {
        let peace = Peace::begin();
        match self.resumed.take() {
            Some((draft, true)) => self.as_it_stands(&draft, peace),
            Some((draft, false)) => self.go_on(&draft, page, peace),
            None => {
                let desk = self.desk().ok().and_then(|desk| std::path::absolute(&desk.path).ok());
                let slip = Slip {
                    purpose: page.purpose,
                    at: self.clock.now,
                    desk: desk.and_then(|path| path.to_str().map(ToOwned::to_owned)),
                    begun: page.text,
                    below: page.below,
                    own,
                };
                let before = slip.whole(&slip.begun);
                let held = Self::drafts().begin(slip, &env::random()?)?;
                self.open((held, peace), before.as_bytes(), true)
            }
        }
    }

    /// A draft, without an editor.
    fn as_it_stands(&mut self, draft: &Draft, peace: Peace) -> Result<Written> {
        let held = Self::drafts().hold(draft)?;
        let whole = std::str::from_utf8(&draft.bytes).map_err(|_| not_text())?;
        let text = held.slip.above(whole);
        if held.slip.torn(whole) {
            return Err(torn());
        }
        if text.trim().is_empty() {
            return Err(Error::invalid(format!("the draft {} is empty", draft.name)));
        }
        Ok(self.taken((held, peace), text))
    }

    /// Opens a draft again; what stands below the line is made anew, unless somebody wrote there.
    fn go_on(&mut self, draft: &Draft, page: Page, peace: Peace) -> Result<Written> {
        let mut held = Self::drafts().hold(draft)?;
        let old = held.slip.clone();
        let whole = std::str::from_utf8(&draft.bytes);
        let (above, fixed) = match whole {
            Ok(whole) => (old.above(whole), old.typed_below(whole)),
            Err(_) => (String::new(), true),
        };
        let below = match (&old.below, page.below) {
            (Some(old), Some(new)) if !fixed => Some(Below { line: old.line.clone(), ..new }),
            _ => old.below.clone(),
        };
        held.pin(Slip { purpose: page.purpose, at: self.clock.now, below, ..old })?;
        let bytes = if fixed { draft.bytes.clone() } else { held.slip.whole(&above).into_bytes() };
        held.put(&bytes)?;
        self.open((held, peace), &bytes, false)
    }

    /// Opens the editor on a draft that holds `before`.
    fn open(
        &mut self,
        (held, peace): (Held, Peace),
        before: &[u8],
        fresh: bool,
    ) -> Result<Written> {
        let (command, from) = self.editor();
        let ended = prompt::edit(&command, from, &held.file);
        let left = held.take();
        match verdict(&held.slip, ended, left, (before, fresh)) {
            Ok(text) => Ok(self.taken((held, peace), text)),
            Err((error, Keep::Nothing)) => {
                held.remove();
                Err(error)
            }
            Err((error, keep)) => {
                let back = if keep == Keep::Before { held.put(before) } else { Ok(()) };
                self.draft = Some((held, peace));
                back.and(Err(error))
            }
        }
    }

    fn taken(&mut self, draft: (Held, Peace), text: String) -> Written {
        let Slip { purpose, begun, .. } = draft.0.slip.clone();
        self.draft = Some(draft);
        Written { text, seen: Some(Seen { purpose, begun }) }
    }

    /// The editor's command, and what names it.
    fn editor(&self) -> (String, &'static str) {
        let named = [
            (env::get("TIX_EDITOR"), "TIX_EDITOR"),
            (self.config.editor.clone(), "config `editor`"),
            (env::get("VISUAL"), "VISUAL"),
            (env::get("EDITOR"), "EDITOR"),
        ];
        let named = named.into_iter().find_map(|(command, from)| Some((command?, from)));
        named.unwrap_or_else(|| ("vi".to_owned(), "the default"))
    }

    /// The text is stored: its draft is not needed any more.
    pub(crate) fn discard_draft(&mut self) {
        if let Some((held, _peace)) = self.draft.take() {
            held.remove();
        }
    }

    /// `error` with what became of a text that was written and could not be stored.
    pub(crate) fn keeping(&self, error: Error) -> Error {
        let Some(kept) = self.kept() else { return error };
        let hint = error.hint.as_ref().map_or(kept.clone(), |hint| format!("{hint}; {kept}"));
        error.hint(hint)
    }

    /// The run ended well; the draft goes, if only part of the work was done, it stays.
    pub(crate) fn put_away(&mut self) {
        match self.partial.take() {
            Some(error) => self.partial = Some(self.keeping(error)),
            None => self.discard_draft(),
        }
    }

    /// What to say of an act that failed in a run that goes on, and of the text that it leaves.
    pub(crate) fn let_go(&mut self, error: Error) -> Vec<String> {
        let error = self.keeping(error);
        self.draft = None;
        // A database that failed is never used again, and it may have been that.
        self.forget_store();
        let hint = error.hint.as_ref().map(|hint| format!("try: {hint}"));
        std::iter::once(error.to_string()).chain(hint).collect()
    }

    /// Says that the text was not stored, because nothing was to be.
    pub(super) fn say_kept(&mut self) {
        if let Some(kept) = self.kept() {
            self.say(&kept);
        }
        // To be found again.
        self.draft = None;
    }

    fn kept(&self) -> Option<String> {
        let (Held { name, file, .. }, _) = self.draft.as_ref()?;
        let file = file.display();
        Some(format!("`tix drafts resume {name}` goes on; your text is kept in {file}"))
    }
}

/// What is kept of a text that is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    /// What the editor left.
    Found,
    /// What was there before.
    Before,
    /// Nothing: nobody wrote anything.
    Nothing,
}

/// The text that an editor left, or why it is not taken.
fn verdict(
    slip: &Slip,
    ended: Result<()>,
    left: Result<Option<Vec<u8>>>,
    (before, fresh): (&[u8], bool),
) -> std::result::Result<String, (Error, Keep)> {
    let or = |error: Error| ended.clone().err().unwrap_or(error);
    let otherwise = if slip.own || !fresh { Keep::Before } else { Keep::Nothing };
    let bytes = match left {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err((or(Error::failed("the editor left no file")), otherwise)),
        Err(e) => return Err((or(e), Keep::Found)),
    };
    let whole = String::from_utf8(bytes).map_err(|_| (or(not_text()), Keep::Found))?;
    let text = slip.above(&whole);
    if let Err(error) = ended {
        let worth = slip.written(&whole) || (slip.own && !text.trim().is_empty());
        return Err((error, if worth { Keep::Found } else { otherwise }));
    }
    let unchanged = whole.as_bytes() == before
        || std::str::from_utf8(before).is_ok_and(|before| slip.above(before) == text);
    if !unchanged && !text.trim().is_empty() {
        return if slip.torn(&whole) { Err((torn(), Keep::Found)) } else { Ok(text) };
    }
    let cancelled = Error::cancelled();
    Err(if whole.as_bytes() != before && slip.typed_below(&whole) {
        let why = "what was written stands below the line, where nothing is taken";
        (cancelled.because(why), Keep::Found)
    } else if fresh {
        (cancelled.because("the text was left empty or unchanged"), Keep::Nothing)
    } else {
        let why = "the text was left empty or unchanged; --as-is takes it as it stands";
        (cancelled.because(why), Keep::Before)
    })
}

fn torn() -> Error {
    Error::invalid("the line with >8 in it is gone, and what stood below it is not")
        .because("nobody can tell what of it is your text")
}

fn not_text() -> Error {
    Error::invalid("the editor wrote text that is not UTF-8")
}

fn read_file(path: &Path) -> Result<String> {
    if path == "-" {
        return read_text("standard input", &mut std::io::stdin());
    }
    let name = path.display().to_string();
    let cannot = |e: std::io::Error| Error::failed(format!("cannot read {name}")).because(e);
    let mut file = std::fs::File::open(path).map_err(cannot)?;
    read_text(&name, &mut file)
}

/// Reads a text, but not without end.
fn read_text(name: &str, from: &mut dyn Read) -> Result<String> {
    let limit = BODY_MAX as u64 + 1024;
    let mut bytes = Vec::new();
    from.take(limit)
        .read_to_end(&mut bytes)
        .map_err(|e| Error::failed(format!("cannot read {name}")).because(e))?;
    if bytes.len() as u64 == limit {
        let most = BODY_MAX >> 20;
        return Err(Error::invalid(format!("{name} is too large"))
            .because(format!("a message holds at most {most} MiB"))
            .hint("cut it to what matters"));
    }
    String::from_utf8(bytes)
        .map_err(|e| Error::invalid(format!("{name} is not UTF-8 text")).because(e.utf8_error()))
}
