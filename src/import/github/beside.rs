//! What stands beside an issue: archives keep it in several files (`N-main.json`, `N-comments.json`,
//! `N-xrefs.json`), and the API gives comments as pages of their own.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde_json::Value;

use super::kinds::What;
use super::{issue, names, walk_all};
use crate::error::Result;
use crate::import::fields::Object;
use crate::import::{Place, Source, whole};

/// What a file is to an archive of several files an issue.
pub(super) enum Part {
    /// Not part of one.
    Alone,
    /// The issue itself, with the comments found beside it.
    Issue(Value),
    /// Read with its issue, or of no use.
    OfIssue,
}

/// The files of a place, and the comments in them that stand without their issue.
#[derive(Default)]
pub(super) struct Beside<'p> {
    files: HashMap<&'p str, &'p Source>,
    comments: HashMap<u64, Vec<(Whose, Value)>>,
    issues: HashSet<(Whose, u64)>,
}

/// What a number belongs to: a repository, or else the folder of the file that bears it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Whose {
    Repo(String),
    Folder(String),
}

impl<'p> Beside<'p> {
    /// Looks through the files of a place, if there are several.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub(super) fn of(place: &'p Place) -> Result<Self> {
        let mut beside = Self::default();
        if !place.many {
            return Ok(beside);
        }
        beside.files = place.sources.iter().map(|source| (source.inside(), source)).collect();
        for source in place.sources.iter().filter(|source| part_of(source.inside()).is_none()) {
            let folder = folder(source.inside());
            walk_all(source, &mut |found| {
                match found.what {
                    What::Issue(issue) => {
                        let number = issue::number(&issue).unwrap_or_default();
                        let repo = found.repo.map(|repo| (Whose::Repo(repo), number));
                        beside.issues.extend(repo);
                        beside.issues.insert((Whose::Folder(folder.to_owned()), number));
                    }
                    What::Comment(Some(comment)) => {
                        if let Some((whose, number)) = whose(&comment, source) {
                            let all = beside.comments.entry(number).or_default();
                            all.push((whose, Value::Object(comment)));
                        }
                    }
                    _ => {}
                }
                Ok(())
            })?;
        }
        Ok(beside)
    }

    /// What `source` is to an archive, judged by its name and the files beside it.
    ///
    /// # Errors
    /// When the comments beside an issue cannot be read.
    pub(super) fn part(&self, source: &Source) -> Result<Part> {
        let Some((number, kind)) = part_of(source.inside()) else { return Ok(Part::Alone) };
        let name = |kind: &str| format!("{number}-{kind}.json");
        let there = |kind: &str| match source.path() {
            Some(path) => path.with_file_name(file_name(&name(kind))).is_file(),
            None => self.files.contains_key(name(kind).as_str()),
        };
        Ok(match kind {
            "main" if there("comments") => Part::Issue(self.value(source, &name("comments"))?),
            "main" => Part::Alone,
            _ if there("main") => Part::OfIssue,
            _ => Part::Alone,
        })
    }

    fn value(&self, source: &Source, name: &str) -> Result<Value> {
        match source.path() {
            Some(path) => {
                let path: &Path = &path.with_file_name(file_name(name));
                whole(&Place::at(path)?.sources[0])
            }
            None => self.files.get(name).map_or(Ok(Value::Null), |source| whole(source)),
        }
    }

    /// The comments of an issue that stand in other files; where nothing says its repository, those
    /// of its number.
    pub(super) fn comments(&self, repo: Option<&str>, number: u64, source: &Source) -> Vec<Value> {
        let folder = folder(source.inside());
        let its = |whose: &Whose| match whose {
            Whose::Repo(of) => repo.is_none_or(|repo| repo == of),
            Whose::Folder(below) => is_below(below, folder),
        };
        let all = self.comments.get(&number).into_iter().flatten();
        all.filter(|(whose, _)| its(whose)).map(|(_, comment)| comment.clone()).collect()
    }

    /// Is the issue of a comment there?
    pub(super) fn has_issue_of(&self, comment: &Object, source: &Source) -> bool {
        match whose(comment, source) {
            Some((Whose::Folder(folder), number)) => folder
                .match_indices('/')
                .map(|(end, _)| &folder[..end])
                .chain(["", &folder])
                .any(|folder| self.issues.contains(&(Whose::Folder(folder.to_owned()), number))),
            Some(key) => self.issues.contains(&key),
            None => false,
        }
    }
}

/// `a/000007-main.json` is `(a/000007, main)`.
fn part_of(inside: &str) -> Option<(&str, &str)> {
    let (number, kind) = inside.strip_suffix(".json")?.rsplit_once('-')?;
    let digits = file_name(number);
    let numbered = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
    numbered.then_some((number, kind))
}

fn file_name(inside: &str) -> &str {
    inside.rsplit('/').next().unwrap_or(inside)
}

fn folder(inside: &str) -> &str {
    inside.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_below(folder: &str, above: &str) -> bool {
    let rest = folder.strip_prefix(above);
    rest.is_some_and(|rest| above.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

/// Which issue a comment is on: what its addresses say, else the number in the name of its file or
/// of the folder that it lies in.
fn whose(comment: &Object, source: &Source) -> Option<(Whose, u64)> {
    let address = |name: &str| names::address(comment.get(name)?.as_str()?);
    if let Some(at) = ["issue_url", "html_url", "url"].iter().find_map(|name| address(name)) {
        return Some((Whose::Repo(at.repo), at.number));
    }
    let inside = source.inside();
    let last = |part: &str| {
        let digits = part.split(|c: char| !c.is_ascii_digit());
        digits.filter_map(|digits| digits.parse().ok()).next_back()
    };
    let number = inside.rsplit('/').take(2).find_map(last)?;
    Some((Whose::Folder(folder(inside).to_owned()), number))
}
