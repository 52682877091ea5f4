//! `tix list`.

use clap::Args;

use crate::cx::Cx;
use crate::domain::query::{Filter, Is, Query, sort_of};
use crate::error::Result;
use crate::view::{Rows, View};

/// List tickets
///
/// Without words about the status, only open tickets. `tix help query` says what a query can be.
#[derive(Args, Debug)]
pub(crate) struct List {
    /// What to look for: label:bug priority:>=high -assignee:@me
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Closed tickets too
    #[arg(long)]
    all: bool,
    /// With this label; several separated by commas are any of them
    #[arg(short, long, value_name = "LABELS")]
    label: Vec<String>,
    /// Assigned to WHO; `@me` is you
    #[arg(short, long, value_name = "WHO")]
    assignee: Option<String>,
    /// Of this priority: low, normal, high or urgent
    #[arg(short, long, value_name = "PRIORITY")]
    priority: Option<String>,
    /// Of this status: new, open, pending, hold or closed
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// Asked by WHO
    #[arg(short, long, value_name = "WHO")]
    requester: Option<String>,
    /// Sort by these: updated, created, due, closed, priority, status, id, title; `-` for the largest first
    #[arg(short, long, value_name = "KEYS", allow_hyphen_values = true)]
    sort: Option<String>,
    /// Show at most N tickets; 0 for all
    #[arg(short = 'L', long, value_name = "N")]
    limit: Option<u64>,
    /// Exit with 3 when nothing matches
    #[arg(long)]
    fail_empty: bool,
}

impl List {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let mut query = cx.query(&self.words())?;
        if let Some(keys) = &self.sort {
            query.sort = sort_of(keys)?;
        }
        if !query.scoped && !self.all {
            query = query.and(Filter::Is(Is::Open));
        }
        if self.fail_empty && count(cx, &query)? == 0 {
            return Err(crate::error::Error::not_found("no tickets match"));
        }
        let limit = match self.limit {
            Some(limit) => Some(limit).filter(|limit| *limit > 0),
            // The list, its head, its last line and the prompt fit on the screen.
            None => fits(cx),
        };
        Ok(View::Tickets(rows(cx, query, limit)?))
    }

    /// The query's words, those that the flags stand for included.
    fn words(&self) -> Vec<String> {
        let mut words = self.query.clone();
        let mut term =
            |key: &str, value: &str| words.push(format!("{key}:\"{}\"", value.replace('"', "")));
        for labels in &self.label {
            term("label", labels);
        }
        let flags = [
            ("assignee", &self.assignee),
            ("priority", &self.priority),
            ("status", &self.status),
            ("requester", &self.requester),
        ];
        for (key, value) in flags {
            if let Some(value) = value {
                term(key, value);
            }
        }
        // Commas in a flag's value separate alternatives, so they stand outside the quotes.
        words.iter_mut().skip(self.query.len()).for_each(|word| *word = word.replace(',', "\",\""));
        words
    }
}

/// As many tickets as fit on the screen; all of them when a program reads.
pub(super) fn fits(cx: &Cx) -> Option<u64> {
    let people = cx.io.stdout && !cx.machine;
    people.then(|| cx.io.height.saturating_sub(4).max(5) as u64)
}

/// The tickets that match, read when they are rendered.
pub(super) fn rows(cx: &mut Cx, query: Query, limit: Option<u64>) -> Result<Rows<'_>> {
    let (now, texts) = (cx.clock.now, cx.texts);
    let Some(reader) = cx.reader()? else {
        return Ok(Rows { limit, count: Box::new(|| Ok(0)), each: Box::new(|_| Ok(())) });
    };
    let counted = query.clone();
    Ok(Rows {
        limit,
        count: Box::new(move || reader.count(&counted, now)),
        each: Box::new(move |sink| reader.list(&query, now, (limit, texts), sink)),
    })
}

fn count(cx: &mut Cx, query: &Query) -> Result<u64> {
    let now = cx.clock.now;
    cx.reader()?.map_or(Ok(0), |reader| reader.count(query, now))
}
