//! `tix next`.

use clap::Args;

use super::asked;
use crate::cx::Cx;
use crate::domain::query::{Filter, Is, Moment, Query, Sort, SortKey};
use crate::error::Result;
use crate::view::{Rows, Shape, Sink, View};

/// How many tickets a person is shown unless they say otherwise.
const USUAL: u64 = 10;

/// Show what to do next, the most urgent first
///
/// Tickets that wait for us, are overdue, or have a clock that is breached or at risk, each with the
/// reason. First comes what is overdue longest: by its due time, by its first clock, or since its
/// requester waits longer than its priority allows (urgent not at all, high 1 day, normal 3 days,
/// low 7 days). Snoozed tickets are left out.
#[derive(Args, Debug)]
pub(crate) struct Next {
    /// Only of these: words, label:bug, assignee:@me; `tix help query` says what a query can be
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Show at most N tickets; 0 for all. A person is shown 10, a program all
    #[arg(short = 'L', long, value_name = "N")]
    limit: Option<u64>,
}

impl Next {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let query = next(cx.query(&self.query)?);
        let people = cx.io.stdout && !cx.machine;
        let usual = people.then_some(USUAL);
        let limit = self.limit.map_or(usual, |limit| Some(limit).filter(|limit| *limit > 0));
        let (now, wants, shape) = (cx.clock.now, cx.wants(limit), Shape::default());
        let Some(reader) = cx.reader()? else {
            return Ok(View::Tickets(asked::none(limit, shape)));
        };
        let counted = query.clone();
        // A person is told that there are more, which is quicker known than how many.
        let most = limit.filter(|_| people).map(|limit| limit.saturating_add(1));
        let count = move || match most {
            Some(most) => reader.count_to(&counted, now, most),
            None => reader.count(&counted, now),
        };
        let each = move |sink: &mut Sink<'_>| reader.next(&query, now, &wants, sink);
        let (count, each) = (Box::new(count), Box::new(each));
        Ok(View::Tickets(Rows { limit, count, each, shape, articles: None }))
    }
}

/// Those of `query` for which somebody of us should act now.
pub(super) fn next(query: Query) -> Query {
    let ours = [Is::AwaitingUs, Is::Overdue, Is::Breached, Is::AtRisk].map(Filter::Is);
    let ours = Filter::Any(ours.to_vec());
    urgent(query.and(ours))
}

/// The same tickets but those that sleep, unless the query speaks of them, the most urgent first
/// unless it has an order of its own.
pub(super) fn urgent(mut query: Query) -> Query {
    let sleep = |filter: &Filter| {
        matches!(filter, Filter::Is(Is::Snoozed) | Filter::Time(Moment::Snoozed, ..))
    };
    if !query.filter.has(&sleep) {
        query = query.and(Filter::Not(Box::new(Filter::Is(Is::Snoozed))));
    }
    if query.sort.is_empty() {
        query.sort = vec![Sort { key: SortKey::Urgency, descending: false }];
    }
    query
}
