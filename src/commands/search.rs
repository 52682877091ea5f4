//! `tix search`.

use clap::Args;

use super::asked::{self, Asked};
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::view::{Rows, View};

/// So many articles of the knowledge base are named besides.
const BESIDE: u64 = 5;

/// Search all texts, the best matches first
///
/// Titles, descriptions, replies and notes, of closed tickets too. Words must all stand in a ticket,
/// `\"some words\"` side by side; `cra*` is any word that begins so. Takes whatever `tix help query`
/// describes.
#[derive(Args, Debug)]
pub(crate) struct Search {
    #[command(flatten)]
    asked: Asked,
}

impl Search {
    /// Does it say what the query means, and do nothing else?
    pub(crate) fn explains(&self) -> bool {
        self.asked.explain
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        if self.asked.is_empty() {
            return Err(Error::usage("nothing to search for")
                .hint("`tix search WORDS`; `tix list --all` shows every ticket"));
        }
        let (text, query) = self.asked.query(cx, Vec::new())?;
        if let Some(view) = self.asked.instead(cx, (&text, &query), true)? {
            return Ok(view);
        }
        // Each takes two lines.
        let limit = self.asked.limit(asked::fits(cx).map(|lines| lines / 2));
        let articles =
            cx.reader()?.map_or(Ok(Vec::new()), |desk| desk.articles_for(&query, BESIDE))?;
        let rows = asked::found(cx, query, limit, self.asked.shape(None))?;
        Ok(View::Found(Rows { articles: Some(articles), ..rows }))
    }
}
