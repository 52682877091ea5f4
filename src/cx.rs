//! One run of tix: its settings, its streams, its desk.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Args;

mod safety;
mod writing;

pub(crate) use safety::{Safety, copied};
pub(crate) use writing::{Body, Else, Page, Seen, Written};

use crate::config::Config;
use crate::domain::dates::Clock;
use crate::domain::person::{Person, person_of};
use crate::domain::query::{Context, Query};
use crate::drafts::{Draft, Held};
use crate::env::{self, Desk};
use crate::error::{Error, Kind, Result};
use crate::io::{self, Io, Peace};
use crate::render::{self, Format, Output};
use crate::seal::{self, Key};
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
    /// How the answer is to look.
    pub(crate) look: Output,
    /// What to say on standard error when the answer is out.
    pub(crate) afterwards: Option<String>,
    /// The whole command line, for what explains it.
    pub(crate) grammar: fn() -> clap::Command,
    desk: Option<Desk>,
    store: Option<Store>,
    user: OnceCell<(Person, &'static str)>,
    author: Option<Author>,
    draft: Option<(Held, Peace)>,
    resumed: Option<(Draft, bool)>,
    changes: bool,
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
            look: output.clone(),
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
            draft: None,
            resumed: None,
            changes: false,
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

    /// Opens the desk anew when it is next looked at: it is to be replaced, or may have changed.
    pub(crate) fn forget_store(&mut self) {
        self.store = None;
    }

    /// What is read from now on is to be changed.
    pub(crate) fn will_change(&mut self) {
        self.changes = true;
    }

    /// This run may be the first of a desk, even of one that somebody named: until then it is empty.
    pub(crate) fn may_begin(&mut self) -> Result<()> {
        let desk = self.desk()?.clone();
        self.desk = Some(Desk { named: false, ..desk });
        Ok(())
    }

    /// Reads the desk; none when nobody named it and it does not exist yet.
    pub(crate) fn reader(&mut self) -> Result<Option<Reader<'_>>> {
        let desk = self.desk()?.clone();
        if self.store.is_none() && (desk.named || desk.path.exists()) {
            let open = if self.changes { Store::open_to_change_after } else { Store::open_after };
            let (safety, mut made) = (self.safety()?, None);
            self.store = Some(open(&desk.path, &mut || safety.upgrade(&mut made))?);
            self.say_copied(made.as_ref());
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

    /// The user's key, in this file or in the usual one.
    #[expect(clippy::unused_self, reason = "it is this run's user")]
    pub(crate) fn key(&self, file: Option<&Path>) -> Result<Key> {
        seal::read(&file.map_or_else(env::key_file, |file| Ok(file.to_owned()))?)
    }

    /// Who acts, now, with fresh randomness.
    pub(crate) fn author(&mut self) -> Result<Author> {
        if let Some(author) = &self.author {
            return Ok(author.clone());
        }
        let author = Author { by: self.user()?.0, now: self.clock.now, secret: env::random()? };
        Ok(self.author.insert(author).clone())
    }

    /// The desk itself, opened for what no person decides: bringing it together with others.
    pub(crate) fn store(&mut self) -> Result<Store> {
        let author = self.author()?;
        let path = self.desk()?.path.clone();
        self.store = None;
        let (store, made) = Store::create(&path, &author)?;
        if made {
            self.say(&format!("made the desk {} (`tix info` says more)", path.display()));
        }
        Ok(store)
    }

    /// Makes one change, or only tries it.
    pub(crate) fn change<T>(
        &mut self,
        dry_run: bool,
        decide: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        if self.draft.is_none() {
            return self.make(dry_run, decide);
        }
        // Until its draft is gone no interrupt ends tix: it would be stored, and kept as if not.
        let mut recorded = 0;
        let made = if io::interrupted() { Err(Error::cancelled()) } else { Ok(()) };
        let made = made.and_then(|()| {
            self.make(dry_run, |desk| {
                let answer = decide(desk)?;
                recorded = desk.recorded();
                Ok(answer)
            })
        });
        let made = made.map_err(|e| match e.kind {
            Kind::Locked if io::interrupted() => Error::cancelled().because(e),
            _ => e,
        })?;
        if dry_run {
            self.say_kept();
        } else if recorded > 0 {
            self.discard_draft();
        }
        Ok(made)
    }

    /// Takes away what is left of texts that were erased; says whether nothing is left.
    pub(crate) fn clean(&mut self) -> Result<bool> {
        self.store.as_mut().map_or(Ok(true), Store::clean)
    }

    fn make<T>(
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
        let (safety, mut copied) = (self.safety()?, None);
        let before = &mut || safety.upgrade(&mut copied);
        let (mut store, made) = match self.store.take() {
            Some(store) if store.changes() => (store, false),
            // What was found in a desk is in no other that could be made now.
            Some(_) => (Store::again_after(&desk.path, &author, before)?, false),
            None => Store::create_after(&desk.path, &author, before)?,
        };
        self.say_copied(copied.as_ref());
        if made && !self.quiet_birth {
            self.say(&format!("made the desk {} (`tix info` says more)", desk.path.display()));
        }
        let reopen = self.config.reopen();
        let decide = |desk: &mut Writer<'_>| {
            if let Some(seconds) = reopen {
                desk.reopen_within(seconds);
            }
            decide(desk)
        };
        let answer =
            if dry_run { store.rehearse(&author, decide) } else { store.change(&author, decide) }?;
        self.store = Some(store).filter(|store| !store.spent());
        Ok(answer)
    }

    /// Says something to the person on standard error, or to a program among the warnings.
    pub(crate) fn say(&self, text: &str) {
        match &self.warnings {
            Some(warnings) => warnings.borrow_mut().push(text.to_owned()),
            None => self.tell(&format!("note: {text}")),
        }
    }

    /// From now on what is said is gathered, for who shows it in their own place; or no more.
    pub(crate) fn gather(&mut self, gathered: bool) {
        self.warnings = gathered.then(Rc::default);
    }

    /// What was said since it is gathered.
    pub(crate) fn gathered(&mut self) -> Vec<String> {
        self.warnings.as_ref().map_or_else(Vec::new, |said| std::mem::take(&mut *said.borrow_mut()))
    }

    /// Another change in the same run: it is now, and bears a name of its own.
    pub(crate) fn afresh(&mut self) -> Result<()> {
        self.clock.now = env::now()?;
        self.author = None;
        Ok(())
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

    /// The same on one line, as far as that fits on the screen.
    pub(crate) fn tell_fitted(&self, text: &str) {
        self.tell(&render::fit(&render::line(text), self.io.width));
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
            name => person_of(name).map(Some),
        }
    }
}
