//! One run of tix: its settings, its streams, its desk.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::rc::Rc;

use clap::Args;

use crate::config::Config;
use crate::domain::dates::Clock;
use crate::domain::event::body_of;
use crate::domain::person::Person;
use crate::domain::query::{Context, Query};
use crate::env::{self, Desk};
use crate::error::{Error, Result};
use crate::io::Io;
use crate::prompt;
use crate::render::{self, Format, Output};
use crate::store::{Author, Reader, Store, Wants, Writer};

/// Flags that every command takes.
#[expect(clippy::struct_excessive_bools, reason = "flags")]
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The desk's file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) db: Option<PathBuf>,
    /// Who acts: `Name <mail>`
    #[arg(long, global = true, value_name = "WHO")]
    pub(crate) user: Option<String>,
    /// Print JSON; with FIELDS only those; `--json=help` lists them
    #[arg(long, global = true, value_name = "FIELDS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) json: Option<String>,
    /// Print one JSON object a line
    #[arg(long, global = true, value_name = "FIELDS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) jsonl: Option<String>,
    /// Print what a jq expression makes of the JSON
    #[arg(long, global = true, value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) jq: Option<String>,
    /// Print comma-separated values
    #[arg(long, global = true)]
    pub(crate) csv: bool,
    /// Print tab-separated values with a header
    #[arg(long, global = true)]
    pub(crate) tsv: bool,
    /// Leave out the header of CSV and TSV
    #[arg(long, global = true)]
    pub(crate) no_header: bool,
    /// The columns to show, separated by commas
    #[arg(long, global = true, value_name = "NAMES")]
    pub(crate) columns: Option<String>,
    /// Print IDs only
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// When to use colour: auto, always or never
    #[arg(long, global = true, value_name = "WHEN")]
    pub(crate) color: Option<String>,
    /// Never ask anything
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Never use a pager
    #[arg(long, global = true)]
    pub(crate) no_pager: bool,
}

/// One run: what commands work with.
pub(crate) struct Cx {
    /// The flags that every command takes.
    pub(crate) global: Global,
    /// The settings.
    pub(crate) config: Config,
    /// The streams.
    pub(crate) io: Io,
    /// Now, and the user's zone.
    pub(crate) clock: Clock,
    /// The output is for a program: no limit, no table.
    pub(crate) machine: bool,
    /// The fields that the output shows; none for all.
    fields: Option<Vec<String>>,
    /// Part of the work failed: what to say when the rest is printed (exit 7).
    pub(crate) partial: Option<Error>,
    /// What to say on standard error when the answer is out.
    pub(crate) afterwards: Option<String>,
    /// The whole command line, for what explains it.
    pub(crate) grammar: fn() -> clap::Command,
    desk: Option<Desk>,
    store: Option<Store>,
    user: OnceCell<(Person, &'static str)>,
    author: Option<Author>,
    drafts: Vec<PathBuf>,
    quiet_birth: bool,
    said: BTreeSet<String>,
    warnings: Option<Rc<RefCell<Vec<String>>>>,
}

impl Cx {
    pub(crate) fn new(
        global: Global,
        config: Config,
        io: Io,
        output: &Output,
        grammar: fn() -> clap::Command,
    ) -> Self {
        let Output { format, clock, .. } = output;
        Self {
            clock: *clock,
            machine: *format != Format::Human,
            fields: render::shown(output),
            global,
            config,
            io,
            partial: None,
            afterwards: None,
            grammar,
            desk: None,
            store: None,
            user: OnceCell::new(),
            author: None,
            drafts: Vec::new(),
            quiet_birth: false,
            said: BTreeSet::new(),
            warnings: (*format == Format::Json).then(|| Rc::clone(&output.warnings)),
        }
    }

    /// What the output shows of a list, of at most `limit` tickets.
    pub(crate) fn wants(&self, limit: Option<u64>) -> Wants {
        Wants { limit, fields: self.fields.clone() }
    }

    /// Does the output show what was changed field by field, not in a line?
    pub(crate) fn rows(&self) -> bool {
        self.machine || self.global.columns.is_some()
    }

    /// The desk in use, whether it exists or not.
    pub(crate) fn desk(&mut self) -> Result<&Desk> {
        let desk = match self.desk.take() {
            Some(desk) => desk,
            None => env::desk(self.global.db.as_deref())?,
        };
        Ok(self.desk.insert(desk))
    }

    /// Uses another desk from now on, made without a word if it is not there.
    pub(crate) fn use_desk(&mut self, path: PathBuf, why: &str) {
        self.quiet_birth = true;
        self.desk = Some(Desk { path, why: why.to_owned(), named: true });
        self.store = None;
    }

    /// Reads the desk; none when nobody named it and it does not exist yet.
    pub(crate) fn reader(&mut self) -> Result<Option<Reader<'_>>> {
        let desk = self.desk()?.clone();
        if self.store.is_none() && (desk.named || desk.path.exists()) {
            self.store = Some(Store::open(&desk.path)?);
        }
        Ok(self.store.as_ref().map(Store::read))
    }

    /// Who acts, and what says so. It is asked for often, and git may have to be.
    pub(crate) fn user(&self) -> Result<(Person, &'static str)> {
        if let Some(user) = self.user.get() {
            return Ok(user.clone());
        }
        let user = env::user(self.global.user.as_deref(), &self.config)?;
        Ok(self.user.get_or_init(|| user).clone())
    }

    /// Who acts, now, with fresh randomness.
    pub(crate) fn author(&mut self) -> Result<Author> {
        if let Some(author) = &self.author {
            return Ok(author.clone());
        }
        let author = Author { by: self.user()?.0, now: self.clock.now, secret: env::random()? };
        Ok(self.author.insert(author).clone())
    }

    /// Makes one change, or only tries it.
    pub(crate) fn change<T>(
        &mut self,
        dry_run: bool,
        decide: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        let author = self.author()?;
        let desk = self.desk()?.clone();
        if dry_run && !desk.path.exists() {
            let memory = Store::in_memory(&author, crate::domain::ids::Machine(0));
            return memory?.rehearse(&author, decide);
        }
        let (mut store, made) = Store::create(&desk.path, &author)?;
        if made && !self.quiet_birth {
            self.say(&format!("made the desk {} (`tix info` says more)", desk.path.display()));
        }
        let answer =
            if dry_run { store.rehearse(&author, decide) } else { store.change(&author, decide) }?;
        self.store = Some(store);
        Ok(answer)
    }

    /// Says something to the person on standard error, or to a program among the warnings.
    pub(crate) fn say(&self, text: &str) {
        match &self.warnings {
            Some(warnings) => warnings.borrow_mut().push(text.to_owned()),
            None => self.tell(&format!("note: {text}")),
        }
    }

    /// The same, unless this run has said it before.
    pub(crate) fn say_once(&mut self, text: &str) {
        if self.said.insert(text.to_owned()) {
            self.say(text);
        }
    }

    /// Says something to the person, on standard error.
    #[expect(clippy::unused_self, reason = "it is this run that says it")]
    pub(crate) fn tell(&self, text: &str) {
        // Nobody is left to tell when standard error is gone.
        drop(writeln!(std::io::stderr(), "{}", crate::render::block(text)));
    }

    /// Reads a query, its dates in the user's zone and `@me` as the one who acts.
    pub(crate) fn query(&self, words: &[String]) -> Result<Query> {
        let text = words.join(" ");
        let views = self.config.views.clone();
        // Who it is may take a while to find out.
        let says = |text: &str, word: &str| text.to_ascii_lowercase().contains(word);
        let asked = says(&text, "@me")
            || (says(&text, "view:") && views.values().any(|view| says(view, "@me")));
        let me = if asked { self.user()?.0 } else { Person { name: None, email: None } };
        Query::parse(&text, &Context { clock: self.clock, me, views })
    }

    /// The person named on the command line; `@me` is the one who acts, empty is nobody.
    pub(crate) fn person(&self, text: &str) -> Result<Option<Person>> {
        match text.trim() {
            "" => Ok(None),
            me if me.eq_ignore_ascii_case("@me") => Ok(Some(self.user()?.0)),
            name => name.parse().map(Some),
        }
    }

    /// The text for a message: `-m`, `-F`, piped standard input, or the editor, as far as `buffer`
    /// allows the last two; none when there is none.
    pub(crate) fn body(&mut self, body: &Body, buffer: &Buffer<'_>) -> Result<Option<String>> {
        let given = match (&body.message, &body.file) {
            (Some(text), _) => Some(text.clone()),
            (None, Some(path)) => Some(read_file(path)?),
            (None, None) if !self.io.stdin && !body.edit && buffer.stdin => {
                Some(read_text("standard input", &mut std::io::stdin())?)
                    .filter(|t| !t.trim().is_empty())
            }
            (None, None) => None,
        };
        if body.edit && !self.io.person {
            return Err(Error::needs_input("nobody is there to use an editor")
                .hint("give the text with -m TEXT, -F FILE, or on standard input"));
        }
        let text = match given {
            Some(text) if !body.edit => text,
            given if self.io.person && (body.edit || buffer.ask) => {
                self.edit(&format!("{}{}", given.unwrap_or_default(), buffer.below), true)?
            }
            Some(text) => text,
            None => return Ok(None),
        };
        body_of(&text).map(Some)
    }

    /// Opens a text in the editor, to be cut at the scissors line or not; the draft is kept until
    /// the run has ended well.
    pub(crate) fn edit(&mut self, initial: &str, cut: bool) -> Result<String> {
        let command = env::get("TIX_EDITOR")
            .or_else(|| self.config.editor.clone())
            .or_else(|| env::get("VISUAL"))
            .or_else(|| env::get("EDITOR"))
            .unwrap_or_else(|| "vi".to_owned());
        let draft = prompt::edit(&command, &env::drafts(), initial, cut)?;
        self.drafts.push(draft.file);
        Ok(draft.text)
    }

    /// The run ended well: drafts are not needed any more.
    pub(crate) fn discard_drafts(&mut self) {
        for file in self.drafts.drain(..) {
            drop(std::fs::remove_file(file));
        }
    }

    /// Where a text stands that was typed and could not be stored.
    pub(crate) fn kept_draft(&self) -> Option<&PathBuf> {
        self.drafts.last()
    }
}

/// What an editor's buffer is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buffer<'a> {
    /// What stands below the scissors line, the line included.
    pub(crate) below: &'a str,
    /// Open the editor when no text is given.
    pub(crate) ask: bool,
    /// Read piped standard input when no text is given.
    pub(crate) stdin: bool,
}

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

fn read_file(path: &std::path::Path) -> Result<String> {
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
    let limit = crate::domain::event::BODY_MAX as u64 + 1024;
    let mut bytes = Vec::new();
    from.take(limit)
        .read_to_end(&mut bytes)
        .map_err(|e| Error::failed(format!("cannot read {name}")).because(e))?;
    if bytes.len() as u64 == limit {
        let most = crate::domain::event::BODY_MAX >> 20;
        return Err(Error::invalid(format!("{name} is too large"))
            .because(format!("a message holds at most {most} MiB"))
            .hint("cut it to what matters"));
    }
    String::from_utf8(bytes)
        .map_err(|e| Error::invalid(format!("{name} is not UTF-8 text")).because(e.utf8_error()))
}
