//! GitHub issues: REST lists, `gh … --json` output, GraphQL answers and archives made of them.
//!
//! A ticket's reference is `github:owner/repo#N`. The repository is what the issue's own addresses
//! say, else the nearest object around it (`repo`, `repository`, `full_name`), else `--repo`, else
//! the names of the file and its folder.

use serde::de::DeserializeSeed;

use super::auto::Sample;
use super::fields::{Object, items};
use super::halves::Mended;
use super::{Item, Options, Place, Sink, Source, each};
use crate::error::{Error, Result};
use crate::view::Rejected;
use beside::{Beside, Part};
use kinds::What;
use reading::{Found, Reading};

mod beside;
mod comments;
mod issue;
mod kinds;
pub(super) mod labels;
mod names;
mod people;
mod reading;
#[cfg(test)]
mod tests;
mod walk;

/// Reads a file, or the `.json` and `.jsonl` files of a folder, and hands over the issues, one at a
/// time.
///
/// # Errors
/// Whatever `sink` returns; exit 4 when a file is no JSON, exit 3 when there are no issues,
/// exit 1 when it cannot be read.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let place = place.only(|source| !place.many || source.ends_in(&["json", "jsonl"]));
    if place.sources.is_empty() {
        return Err(Error::not_found(format!("no .json file in {}", place.name)));
    }
    let beside = Beside::of(&place)?;
    each(&place, sink, |source, sink| file(source, &beside, options, sink))
}

/// Does a sample look like GitHub's?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    let issue = |paths: &[&str]| sample.objects_have(paths);
    issue(&["number", "title", "html_url"])
        || issue(&["number", "title", "url", "state"])
        || issue(&["number", "title", "labels"]) && !issue(&["iid"])
        || ["createdAt", "author", "repository_url", "pull_request"]
            .iter()
            .any(|key| issue(&["number", "title", key]))
        || sample.keys.iter().any(|key| key.starts_with("data.repository."))
        || sample.has(&["issues[].number", "issues[].title"])
        || sample.has(&["[].labels", "[].url", "[].title"]) && sample.head.contains("github.com/")
}

/// Hands over what is found in a file; says whether there was an issue, or a list without any.
fn walk_all(source: &Source, give: &mut dyn FnMut(Found) -> Result<()>) -> Result<bool> {
    let mut reading = Reading::new(give);
    let mut json = serde_json::Deserializer::from_reader(Mended::new(source.bytes()?));
    loop {
        match json.end() {
            Ok(()) => return Ok(reading.any),
            Err(e) if e.is_io() => return Err(broken(source, &e)),
            Err(_) => {}
        }
        let read = reading.top().deserialize(&mut json);
        if let Err(e) = read {
            return Err(reading.failure.take().unwrap_or_else(|| broken(source, &e)));
        }
    }
}

fn file(
    source: &Source,
    beside: &Beside<'_>,
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let name = source.name();
    let comments = match beside.part(source)? {
        Part::Alone => None,
        Part::Issue(comments) => Some(comments),
        Part::OfIssue => return Ok(()),
    };
    let fallback = options.repo.as_deref().or_else(|| source.called());
    let mut reader = Reader {
        source,
        beside,
        repo: fallback.and_then(names::repo),
        named: options.repo.is_some(),
        guessed: false,
        comments,
        said: None,
    };
    let any = walk_all(source, &mut |found| reader.item(found).map_or(Ok(()), &mut *sink))?;
    if any {
        let repo = reader.repo.take().filter(|_| reader.guessed);
        let note = repo.map(|repo| {
            Item::Note(format!(
                "{name} does not say its repository, so its issues are called github:{repo}#…; \
                 --repo OWNER/NAME says it"
            ))
        });
        return note.map_or(Ok(()), sink);
    }
    let mut error = Error::not_found(format!("{name} holds no GitHub issues"));
    error.why = reader.said;
    Err(error.hint("what `gh issue list --json …`, `gh api` or GraphQL give is read"))
}

/// What to say of a file that ends early, is no JSON or cannot be read at all.
fn broken(source: &Source, e: &serde_json::Error) -> Error {
    let error = super::json::broken(source, e);
    if e.is_io() {
        return error;
    }
    error.hint("it must be JSON as `gh issue list --json …` or the REST API gives it")
}

/// What is known of a file while it is read.
struct Reader<'a> {
    source: &'a Source,
    beside: &'a Beside<'a>,
    repo: Option<String>,
    /// The repository was given by the person.
    named: bool,
    /// The repository was taken from the file's name.
    guessed: bool,
    comments: Option<serde_json::Value>,
    /// The first message that says why there are no issues.
    said: Option<String>,
}

impl Reader<'_> {
    /// What is made of a record; nothing of what comes with another.
    fn item(&mut self, found: Found) -> Option<Item> {
        let skip = |why: &str| Some(Item::Skipped(why.to_owned()));
        match found.what {
            What::Pull => skip("pull requests"),
            What::Comment(Some(comment)) if self.beside.has_issue_of(&comment, self.source) => None,
            What::Comment(_) => skip("comments without an issue"),
            What::Nothing => skip("empty records"),
            What::Other(said) => {
                let said = said.map(|message| format!("it says `{message}`"));
                self.said = self.said.take().or_else(|| said.clone());
                let why = said.unwrap_or_else(|| "it has no number".to_owned());
                Some(self.reject(found.index, why))
            }
            What::Issue(record) => Some(self.issue(found.index, record, found.repo.as_ref())),
        }
    }

    fn issue(&mut self, index: u64, mut record: Object, repo: Option<&String>) -> Item {
        if let Some(comments) = self.comments.take() {
            record.insert("comments".to_owned(), comments);
        } else if items(&record, "comments").is_empty() {
            let number = issue::number(&record).unwrap_or_default();
            let comments = self.beside.comments(repo.map(String::as_str), number, self.source);
            if !comments.is_empty() {
                record.insert("comments".to_owned(), comments.into());
            }
        }
        self.guessed |= repo.is_none() && !self.named;
        let Some(repo) = repo.or(self.repo.as_ref()) else {
            let why = "nothing says of which repository it is; give --repo OWNER/NAME";
            return self.reject(index, why.to_owned());
        };
        match issue::draft(&record, repo) {
            Ok(draft) => Item::Draft(Box::new(draft)),
            Err(e) => self.reject(index, e.to_string()),
        }
    }

    fn reject(&self, index: u64, reason: String) -> Item {
        Item::Rejected(Rejected {
            place: format!("{}, record {index}", self.source.name()),
            reason,
        })
    }
}
