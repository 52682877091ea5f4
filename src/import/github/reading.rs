//! A file while it is walked: which repository each issue belongs to, and what is handed over.

use super::kinds::{Spot, What, sort};
use super::names;
use super::walk::Walk;
use crate::error::{Error, Result};
use crate::import::fields::{Object, items};

/// A record and where it stood.
#[derive(Debug)]
pub(super) struct Found {
    /// Its place among the records, from 1.
    pub(super) index: u64,
    /// What it is.
    pub(super) what: What,
    /// Its repository, if the file says it.
    pub(super) repo: Option<String>,
}

/// A file while it is walked.
pub(super) struct Reading<'g> {
    give: &'g mut dyn FnMut(Found) -> Result<()>,
    /// What `give` returned, when that ended the walk.
    pub(super) failure: Option<Error>,
    /// There was an issue, or a list without any.
    pub(super) any: bool,
    /// The repositories that the objects around name, as far as known.
    around: Vec<Option<String>>,
    /// Issues that an object around them may still name the repository of, with how many those are.
    waiting: Vec<(usize, Found)>,
    /// Lists and records so far.
    pub(super) steps: u64,
    count: u64,
}

impl<'g> Reading<'g> {
    pub(super) fn new(give: &'g mut dyn FnMut(Found) -> Result<()>) -> Self {
        let (around, waiting) = (Vec::new(), Vec::new());
        Self { give, failure: None, any: false, around, waiting, steps: 0, count: 0 }
    }

    /// The seed of a value that nothing stands around.
    pub(super) fn top(&mut self) -> Walk<'_, 'g> {
        Walk { reading: self, listed: true, pull: false }
    }

    /// Begins an object.
    pub(super) fn begin(&mut self) {
        self.around.push(None);
    }

    /// Ends the object that began last; returns the repository it names.
    pub(super) fn end(&mut self, object: Object, spot: &Spot) -> Result<Option<String>> {
        let name = self.around.pop().flatten();
        self.object(object, name.as_ref(), spot)?;
        self.leave(name.as_ref())?;
        Ok(name)
    }

    fn object(&mut self, object: Object, name: Option<&String>, spot: &Spot) -> Result<()> {
        let comments = items(&object, "comments").len();
        match sort(object, spot) {
            Some(What::Issue(object)) => {
                let own = names::of_issue(&object).or_else(|| name.cloned());
                self.record(What::Issue(object), own)
            }
            Some(What::Comment(None)) => {
                (0..comments).try_for_each(|_| self.record(What::Comment(None), None))
            }
            Some(what) => self.record(what, None),
            None => Ok(()),
        }
    }

    /// Hands a record over, or keeps it until its repository is known.
    pub(super) fn record(&mut self, what: What, own: Option<String>) -> Result<()> {
        (self.count, self.steps) = (self.count + 1, self.steps + 1);
        self.any |= !matches!(what, What::Nothing | What::Other(_));
        let repo = own.or_else(|| self.around.iter().rev().flatten().next().cloned());
        let found = Found { index: self.count, what, repo };
        let unnamed = matches!(found.what, What::Issue(_)) && found.repo.is_none();
        if unnamed && !self.around.is_empty() {
            self.waiting.push((self.around.len(), found));
            return Ok(());
        }
        (self.give)(found)
    }

    /// Lets the issues inside an object go on under its name, or wait for that of the next.
    fn leave(&mut self, name: Option<&String>) -> Result<()> {
        let depth = self.around.len();
        let inside = self.waiting.partition_point(|(around, _)| *around <= depth);
        if name.is_none() && depth > 0 {
            self.waiting[inside..].iter_mut().for_each(|(around, _)| *around = depth);
            return Ok(());
        }
        for (_, mut found) in self.waiting.split_off(inside) {
            found.repo = name.cloned();
            (self.give)(found)?;
        }
        Ok(())
    }

    /// Notes the name that the innermost object gives to its repository.
    pub(super) fn name(&mut self, name: Option<String>) {
        if let Some(place) = self.around.last_mut()
            && name.is_some()
        {
            *place = name;
        }
    }

    /// Keeps the error of `result`, which has no place in that of a deserializer.
    pub(super) fn stop<T, E: serde::de::Error>(
        &mut self,
        result: Result<T>,
    ) -> std::result::Result<T, E> {
        result.map_err(|e| {
            self.failure = Some(e);
            E::custom("stopped")
        })
    }
}
