//! `tix import`.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cx::Cx;
use crate::domain::article::Article;
use crate::domain::customer::Customer;
use crate::domain::draft::{Draft, Says};
use crate::domain::ids::Timestamp;
use crate::domain::us::Us;
use crate::error::{Error, Kind, Result, counted};
use crate::import::{self, Format, Item, Place};
use crate::store::{Met, Told, Writer, kept_in_words};
use crate::view::{Imported, Keep, Rejected, View};

mod guard;
mod progress;

use guard::Guard;
use progress::Progress;

/// Read tickets from another tool's files
///
/// Tickets are known by their source: importing the same file again adds nothing, and a newer one
/// changes only what has changed there. `tix undo` takes an import back.
#[derive(Args, Debug)]
pub(crate) struct Import {
    /// The format; `auto` sees it from the file
    #[arg(value_name = "FORMAT")]
    format: Format,
    /// Files, folders or zip archives; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The repository of GitHub issues, or the project of GitLab's, whose files do not say it
    #[arg(long, value_name = "OWNER/NAME")]
    repo: Option<String>,
    /// The address of the site that the files come from, such as `https://forum.acme.example`, where
    /// they do not say it
    #[arg(long, value_name = "URL")]
    base: Option<String>,
    /// csv: what a column is, such as `Betreff=title`; can be repeated
    #[arg(long, value_name = "COLUMN=FIELD")]
    map: Vec<String>,
    /// mail: take mails of one subject for one conversation, even where nothing else says so
    #[arg(long)]
    by_subject: bool,
    /// Say what would be imported, and import nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Write records that cannot be read to FILE, with the reason, and import the rest
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
}

impl Import {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let mut places = places(&self.files)?;
        let options = self.options(cx)?;
        let formats = places.iter().map(|place| self.format_of(cx, place));
        let formats: Vec<Format> = formats.collect::<Result<_>>()?;
        let from: Vec<String> = places.iter().map(|place| place.name.clone()).collect();
        let from = from.join(", ");
        let times = formats.iter().map(|format| format.passes());
        let mut progress = Progress::of(places.iter_mut().zip(times), cx.global.quiet);
        let named: BTreeSet<String> = formats.iter().map(|format| format.name()).collect();
        let named = named.into_iter().collect::<Vec<_>>().join(", ");
        let mut rejects = self.rejects.as_deref().map(create).transpose()?;
        let keep = rejects.is_some();
        let us = cx.config.us()?.with(&cx.user()?.0);
        let size = places.iter().map(Place::size).sum();
        let guard = Guard::of((!self.dry_run).then_some(cx.safety()?), size);
        let done = cx.change(self.dry_run, |desk| {
            let mut run = Run::new(desk, keep, guard);
            for (place, format) in places.iter().zip(formats) {
                // tix itself knows whose words are whose.
                run.us = (format != Format::Jsonl).then_some(&us);
                let read = import::read(format, place, &options, &mut |item| {
                    progress.step();
                    run.take(item)
                });
                read.map_err(what_is_named)?;
            }
            progress.end();
            let (imported, notes) = run.finish(&named, &from)?;
            if let Some((name, out)) = &mut rejects {
                write(name, out, &imported.rejected)?;
            }
            Ok((imported, notes))
        });
        let nothing = done.as_ref().map_or(true, |(imported, _)| imported.rejected.is_empty());
        if let Some((name, _)) = rejects.as_ref().filter(|_| nothing) {
            drop(std::fs::remove_file(name));
        }
        let (mut imported, notes) = done?;
        imported.dry_run = self.dry_run;
        imported.change = imported.change.filter(|_| !self.dry_run);
        for note in &notes {
            cx.say(note);
        }
        let name = rejects.map(|(name, _)| name).unwrap_or_default();
        cx.partial = partly(imported.rejected.len(), &name);
        Ok(View::Imported(imported))
    }

    /// The format of a place: what was said, or what it looks like, which is said.
    fn format_of(&self, cx: &mut Cx, place: &Place) -> Result<Format> {
        if self.format != Format::Auto {
            return Ok(self.format);
        }
        let format = import::recognise(place)?;
        cx.say(&format!("{} is taken for {}", place.name, format.name()));
        Ok(format)
    }

    /// What readers are told besides the files.
    fn options(&self, cx: &Cx) -> Result<import::Options> {
        if let Some(repo) = &self.repo {
            repository(repo)?;
        }
        let base = self.base.as_deref().map(|base| base.trim_end_matches('/').to_owned());
        let map = self.map.iter().map(|pair| {
            let wrong = || {
                Error::usage(format!("`{pair}` is not a column and a field"))
                    .hint("--map takes COLUMN=FIELD, such as --map Betreff=title")
            };
            let (column, field) = pair.rsplit_once('=').ok_or_else(wrong)?;
            Ok((column.trim().to_owned(), field.trim().to_owned()))
        });
        let map = map.collect::<Result<Vec<_>>>()?;
        let (repo, by_subject) = (self.repo.clone(), self.by_subject);
        Ok(import::Options { repo, base, zone: cx.clock.zone, map, by_subject })
    }
}

/// A file that was named must be what it is said to be.
fn what_is_named(e: Error) -> Error {
    if e.kind == Kind::NotFound { Error { kind: Kind::Invalid, ..e } } else { e }
}

/// What to say when records were rejected.
fn partly(rejected: usize, name: &str) -> Option<Error> {
    if rejected == 0 {
        return None;
    }
    let records = counted(rejected as u64, "record");
    let error = Error::new(Kind::Partial, format!("{records} could not be imported"));
    Some(error.hint(format!("{name} says which, and why")))
}

/// What to read.
fn places(files: &[PathBuf]) -> Result<Vec<Place>> {
    let place = |file: &PathBuf| {
        if file == "-" { Place::stdin(spooled()?) } else { Place::at(file) }
    };
    files.iter().map(place).collect()
}

/// Checks that a repository is named `owner/name`.
fn repository(text: &str) -> Result<()> {
    let part =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '#');
    match text.split_once('/') {
        Some((owner, name)) if part(owner) && part(name) && !name.contains('/') => Ok(()),
        _ => Err(Error::invalid(format!("`{text}` is not a repository"))
            .hint("repositories are named OWNER/NAME")),
    }
}

/// How many records may be rejected before a file counts as no file of its format.
const REJECTS_MAX: usize = 10_000;

/// An import under way.
struct Run<'a, 'b> {
    desk: &'a mut Writer<'b>,
    imported: Imported,
    notes: Vec<String>,
    keep: bool,
    guard: Guard,
    /// Who of the people in what is read is one of us, where it does not say so itself.
    us: Option<&'a Us>,
    /// Customers, who are kept when the tickets are there: until then whose customer asks in one is
    /// what the file says.
    customers: Vec<Keep>,
    /// How many files were stored for the tickets so far.
    stored: usize,
    /// When each ticket was last changed, and what was said of it, by half of its identity: this
    /// is all that grows with the number of tickets, so it is small.
    seen: HashMap<u64, (Timestamp, Says)>,
    /// The articles so far, by what they are called where they come from, and when they were changed.
    articles: HashMap<String, Timestamp>,
}

impl<'a, 'b> Run<'a, 'b> {
    fn new(desk: &'a mut Writer<'b>, keep: bool, guard: Guard) -> Self {
        let (imported, notes) = (Imported::default(), Vec::new());
        let (seen, articles) = (HashMap::new(), HashMap::new());
        let customers = Vec::new();
        let (us, stored) = (None, 0);
        Self { desk, imported, notes, keep, guard, us, customers, stored, seen, articles }
    }

    fn take(&mut self, item: Item) -> Result<()> {
        let (mut draft, names) = match item {
            Item::Draft(draft) => (*draft, None),
            Item::Joins(names, draft) => (*draft, Some(names)),
            Item::Article(article) => return self.article(*article),
            Item::Kept(keep) => return self.keep_one(keep),
            Item::Bytes(bytes) => return self.desk.store_blob(&bytes).map(drop),
            Item::Note(note) => {
                self.notes.push(note);
                return Ok(());
            }
            Item::Skipped(reason) => {
                *self.imported.skipped.entry(reason).or_insert(0) += 1;
                return Ok(());
            }
            Item::Rejected(_) if self.imported.rejected.len() >= REJECTS_MAX => {
                let what = format!("more than {REJECTS_MAX} records cannot be imported");
                return Err(
                    Error::invalid(what).hint("nothing was imported; is it of this format?")
                );
            }
            Item::Rejected(rejected) if self.keep => {
                self.imported.rejected.push(rejected);
                return self.desk.unstore(self.stored);
            }
            Item::Rejected(Rejected { place, reason }) => {
                return Err(Error::invalid(format!("{place} cannot be imported"))
                    .because(reason)
                    .hint("nothing was imported; with --rejects FILE the rest is"));
            }
        };
        self.guard.step(self.desk)?;
        if let Some(us) = self.us {
            us.claim(&mut draft);
        }
        let before = self.desk.messages();
        let repeated = names.is_none() && self.repeats(&mut draft);
        let met = match names {
            Some(names) => self.desk.join(&names, draft)?,
            None => self.desk.meet(draft)?,
        };
        match met {
            _ if repeated => *self.imported.skipped.entry("repeats".to_owned()).or_insert(0) += 1,
            Met::Added => self.imported.added += 1,
            Met::Updated => self.imported.updated += 1,
            Met::Known => self.imported.known += 1,
            Met::Purged => {}
        }
        self.imported.messages += self.desk.messages() - before;
        self.stored = self.desk.stored();
        Ok(())
    }

    /// Takes an article into the knowledge base, unless this import has brought it, as new, before.
    fn article(&mut self, article: Article) -> Result<()> {
        let at = article.updated_at.unwrap_or(Timestamp(i64::MIN));
        if let Some(reference) = &article.reference {
            let before = self.articles.insert(reference.clone(), at);
            if before.is_some_and(|before| before >= at) {
                *self.imported.skipped.entry("repeats".to_owned()).or_insert(0) += 1;
                return Ok(());
            }
        }
        let Told { met, name, kept } = self.desk.meet_article(article)?;
        if !kept.is_empty() {
            let parts = kept.join(" and ");
            self.notes.push(format!(
                "the {parts} of the article {name} changed there and here: it stays as it is here"
            ));
        }
        let counts = &mut self.imported.articles;
        match met {
            Met::Added => counts.added += 1,
            Met::Updated => counts.updated += 1,
            Met::Known | Met::Purged => counts.known += 1,
        }
        Ok(())
    }

    /// Was the same ticket there before in this import? Then the first copy stands unless this one
    /// is newer, and is only added to: pages overlap, and one file has what another left out.
    fn repeats(&mut self, draft: &mut Draft) -> bool {
        let Some(uid) = draft.uid else { return false };
        let (at, says) = (draft.opening.updated_at.unwrap_or(Timestamp(i64::MIN)), draft.says);
        let mut repeated = true;
        let seen = self.seen.entry(uid.half()).or_insert_with(|| {
            repeated = false;
            (at, Says::NOTHING)
        });
        if at <= seen.0 {
            draft.says = says.beyond(seen.1);
        }
        *seen = (at.max(seen.0), says.with(seen.1));
        repeated
    }

    /// Keeps what belongs to no ticket.
    fn keep_one(&mut self, keep: Keep) -> Result<()> {
        if keep.kept.starts_with("customer/") {
            self.customers.push(keep);
            return Ok(());
        }
        self.put(&keep.kept, &keep.value, |desk| desk.put(&keep.kept, Some(&keep.value)))
    }

    /// Puts `value` under `key` unless something is kept there: what we changed stays.
    fn put(
        &mut self,
        key: &str,
        value: &str,
        put: impl FnOnce(&mut Writer<'_>) -> Result<bool>,
    ) -> Result<()> {
        match self.desk.kept(key)? {
            None => self.imported.kept += u64::from(put(self.desk)?),
            Some(there) if there == value => {}
            Some(_) => {
                let what = kept_in_words(key);
                self.notes.push(format!("{what} stays as it is here: it differs in the import"));
            }
        }
        Ok(())
    }

    fn keep_customers(&mut self) -> Result<()> {
        for Keep { kept, value } in std::mem::take(&mut self.customers) {
            let name = kept.trim_start_matches("customer/");
            if self.desk.is_purged(&kept)? {
                self.imported.purged += 1;
                continue;
            }
            let customer = Customer::read(&value)?;
            let done = self.put(&kept, &value, |desk| desk.keep_customer(name, Some(&customer)));
            if let Err(e) = done {
                if e.kind != Kind::Invalid {
                    return Err(e);
                }
                self.notes.push(format!("{} is left out: {e}", kept_in_words(&kept)));
            }
        }
        Ok(())
    }

    /// What was imported, and what is to be said of it.
    fn finish(mut self, format: &str, from: &str) -> Result<(Imported, Vec<String>)> {
        self.keep_customers()?;
        self.desk.forget_passed()?;
        let mut imported = self.imported;
        self.notes.extend(self.guard.said());
        imported.purged += self.desk.passed();
        format.clone_into(&mut imported.format);
        if self.desk.recorded() > 0 {
            self.desk.note_import(format, from)?;
            imported.change = Some(self.desk.change().to_string());
        }
        Ok((imported, self.notes))
    }
}

/// Standard input in a file that is gone when it is closed: it is read to its end before the desk
/// is locked, and never held in memory.
fn spooled() -> Result<File> {
    use std::io::Seek;
    let broken = |e: std::io::Error| Error::failed("standard input cannot be read").because(e);
    let mut file = tempfile::tempfile().map_err(broken)?;
    std::io::copy(&mut std::io::stdin(), &mut file).map_err(broken)?;
    file.rewind().map_err(broken)?;
    Ok(file)
}

/// A new file; one that is there already, an import's own perhaps, is never overwritten.
fn create(path: &Path) -> Result<(String, File)> {
    let name = path.display().to_string();
    match File::create_new(path) {
        Ok(file) => Ok((name, file)),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Error::invalid(format!("{name} is there already"))
                .hint("name a new file for the rejected records"))
        }
        Err(e) => Err(Error::failed(format!("{name} cannot be written")).because(e)),
    }
}

fn write(name: &str, out: &mut File, rejected: &[Rejected]) -> Result<()> {
    for Rejected { place, reason } in rejected {
        writeln!(out, "{place}: {}", crate::render::line(reason))
            .map_err(|e| Error::failed(format!("{name} cannot be written")).because(e))?;
    }
    Ok(())
}
