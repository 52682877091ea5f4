//! A page as a source has it, made to fit the knowledge base.

use super::fields::{below, title};
use super::record::{body, label};
use super::{Item, Sink};
use crate::domain::article::Article;
use crate::domain::ids::{Timestamp, is_source};
use crate::domain::person::Person;
use crate::error::{Error, Result};
use crate::view::Rejected;

/// A page.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    /// What it is called elsewhere: `confluence:131`.
    pub(super) reference: String,
    /// As it stands there.
    pub(super) title: String,
    /// Markdown.
    pub(super) body: String,
    /// As they stand there.
    pub(super) labels: Vec<String>,
    /// Where people read it.
    pub(super) url: Option<String>,
    /// Who wrote it.
    pub(super) author: Option<Person>,
    /// When it was written.
    pub(super) created: Option<Timestamp>,
    /// When it was last changed.
    pub(super) updated: Option<Timestamp>,
}

impl Page {
    /// Hands it over, or as one that cannot be read.
    pub(super) fn give(self, place: impl FnOnce() -> String, sink: &mut Sink<'_>) -> Result<()> {
        sink(match self.article() {
            Ok(article) => Item::Article(Box::new(article)),
            Err(e) => Item::Rejected(Rejected { place: place(), reason: e.to_string() }),
        })
    }

    fn article(self) -> Result<Article> {
        if !is_source(&self.reference) {
            return Err(Error::invalid(format!("`{}` names no page", self.reference)));
        }
        let (title, whole) = title(&self.title);
        if title.is_empty() {
            return Err(Error::invalid("it has no title"));
        }
        let url = self.url.map(|url| url.trim().to_owned()).filter(|url| !url.is_empty());
        let second = |at: Timestamp| Timestamp(at.0.div_euclid(1000) * 1000);
        Ok(Article {
            title,
            body: body(&below(whole.as_deref(), &self.body))?,
            labels: self.labels.iter().filter_map(|text| label(text)).collect(),
            reference: Some(self.reference),
            url,
            author: self.author,
            created_at: self.created.map(second),
            updated_at: self.updated.map(second),
            ..Article::default()
        })
    }
}
