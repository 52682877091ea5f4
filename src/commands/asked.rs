//! What the commands that take a query share.

use clap::Args;

use crate::cx::Cx;
use crate::domain::ids::Timestamp;
use crate::domain::query::{Filter, Is, Query, sort_of};
use crate::error::{Error, Result};
use crate::store::{Reader, Wants};
use crate::view::{Explained, Rows, Shape, Sink, View};

/// A query, and how to look at what it finds.
#[expect(clippy::struct_excessive_bools, reason = "flags")]
#[derive(Args, Debug)]
pub(crate) struct Asked {
    /// What to look for: words, label:bug, priority:>=high, -assignee:@me
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// The saved query NAME
    #[arg(long, value_name = "NAME")]
    view: Option<String>,
    /// Sort by these: updated, created, due, urgency, closed, priority, status, id, title; `-` for the largest first
    #[arg(short, long, value_name = "KEYS", allow_hyphen_values = true)]
    sort: Option<String>,
    /// Show at most N tickets; 0 for all
    #[arg(short = 'L', long, value_name = "N")]
    limit: Option<u64>,
    /// Show dates and times instead of how long ago
    #[arg(long)]
    absolute: bool,
    /// Cut nothing and leave nothing out, however wide it gets
    #[arg(long)]
    wide: bool,
    /// Exit with 3 when nothing matches
    #[arg(long)]
    fail_empty: bool,
    /// Say what the query means and how it is answered, and do nothing else
    #[arg(long)]
    pub(crate) explain: bool,
}

impl Asked {
    /// Is nothing asked for?
    pub(crate) fn is_empty(&self) -> bool {
        self.view.is_none() && self.query.iter().all(|word| word.trim().is_empty())
    }

    /// The query, with the words that a command adds and in the order that `--sort` names.
    pub(crate) fn query(&self, cx: &Cx, more: Vec<String>) -> Result<(String, Query)> {
        let mut query = cx.query(&self.query)?;
        let mut words = self.query.clone();
        // Each by itself: what the query says must not reach into them, such as an OR at its end.
        for more in self.view.iter().map(|name| term("view", name)).chain(more) {
            query = query.narrowed(cx.query(std::slice::from_ref(&more))?);
            words.push(more);
        }
        if let Some(keys) = &self.sort {
            query.sort = sort_of(keys)?;
        }
        Ok((words.join(" "), query))
    }

    /// At most so many tickets: as `-L` says, or as many as fit on the screen.
    pub(crate) fn limit(&self, fits: Option<u64>) -> Option<u64> {
        match self.limit {
            Some(limit) => Some(limit).filter(|limit| *limit > 0),
            None => fits,
        }
    }

    /// How the person asked to see the list.
    pub(crate) fn shape(&self, scope: Option<String>) -> Shape {
        Shape { absolute: self.absolute, wide: self.wide, scope }
    }

    /// What to answer instead of the list, if anything: what the query means.
    pub(crate) fn instead(
        &self,
        cx: &mut Cx,
        (text, query): (&str, &Query),
        search: bool,
    ) -> Result<Option<View<'static>>> {
        if self.explain {
            return explained(cx, (text, query), search).map(Some);
        }
        if self.fail_empty && count(cx, query)? == 0 {
            return Err(Error::not_found("no tickets match"));
        }
        Ok(None)
    }
}

/// `key:value`, whatever the value is; commas in it separate alternatives.
pub(super) fn term(key: &str, value: &str) -> String {
    format!("{key}:\"{}\"", value.replace('"', "").replace(',', "\",\""))
}

/// What `query`, written as `text`, means.
pub(super) fn explained(
    cx: &mut Cx,
    (text, query): (&str, &Query),
    search: bool,
) -> Result<View<'static>> {
    let (now, tree) = (cx.clock.now, query.tell());
    let answered = cx.reader()?.map(|reader| reader.explain(query, now, search)).transpose()?;
    let (sql, parameters, plan) = answered.unwrap_or_default();
    let query = text.to_owned();
    Ok(View::Explained(Box::new(Explained { query, tree, sql, parameters, plan })))
}

/// How many tickets match.
pub(super) fn count(cx: &mut Cx, query: &Query) -> Result<u64> {
    let now = cx.clock.now;
    cx.reader()?.map_or(Ok(0), |reader| reader.count(query, now))
}

/// As many lines as fit on the screen; all of them when a program reads.
pub(super) fn fits(cx: &Cx) -> Option<u64> {
    let people = cx.io.stdout && !cx.machine;
    people.then(|| cx.io.height.saturating_sub(4).max(5) as u64)
}

/// The tickets that match, read when they are rendered.
pub(super) fn rows(
    cx: &mut Cx,
    query: Query,
    limit: Option<u64>,
    shape: Shape,
) -> Result<Rows<'_>> {
    read(cx, query, (limit, shape), Reader::list)
}

/// The same, those that the words say most about first.
pub(super) fn found(
    cx: &mut Cx,
    query: Query,
    limit: Option<u64>,
    shape: Shape,
) -> Result<Rows<'_>> {
    read(cx, query, (limit, shape), Reader::search)
}

/// How a desk hands out tickets.
type Read<'a> = fn(&Reader<'a>, &Query, Timestamp, &Wants, &mut Sink<'_>) -> Result<()>;

fn read<'a>(
    cx: &'a mut Cx,
    query: Query,
    (limit, shape): (Option<u64>, Shape),
    read: Read<'a>,
) -> Result<Rows<'a>> {
    let (now, wants) = (cx.clock.now, cx.wants(limit));
    let Some(reader) = cx.reader()? else { return Ok(none(limit, shape)) };
    let counted = query.clone();
    Ok(Rows {
        limit,
        count: Box::new(move || reader.count(&counted, now)),
        each: Box::new(move |sink| read(&reader, &query, now, &wants, sink)),
        shape,
        articles: None,
    })
}

/// No tickets.
pub(super) fn none<'a>(limit: Option<u64>, shape: Shape) -> Rows<'a> {
    Rows { limit, count: Box::new(|| Ok(0)), each: Box::new(|_| Ok(())), shape, articles: None }
}

/// Only what is open, unless something is said about the status.
pub(super) fn open(query: Query) -> Query {
    if query.scoped { query } else { query.and(Filter::Is(Is::Open)) }
}
