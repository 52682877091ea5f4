//! `tix log`.

use clap::Args;

use super::{asked, bulk};
use crate::cx::Cx;
use crate::domain::dates::Span;
use crate::domain::ids::{Number, Reference, Uid};
use crate::domain::person::Person;
use crate::error::{Error, Kind, Result};
use crate::store::Chosen;
use crate::view::View;

/// Show what was changed, newest first
///
/// Of a message, such as 42.3, it shows the text before and after each change.
#[derive(Args, Debug)]
pub(crate) struct Log {
    /// Only what touched these tickets or messages: 42, 42.3, b7, a uid, github:owner/repo#1; `-` reads them from standard input
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Only what WHO changed: `Name <mail>`, an address, a name; `@me` is you
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
    /// Only what was changed on DATE or later: today, -7d, 2026-09-01
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    since: Option<String>,
    /// Only what was changed on DATE or earlier
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    until: Option<String>,
    /// Show at most N changes; 0 for all
    #[arg(short = 'L', long, value_name = "N")]
    limit: Option<u64>,
}

impl Log {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let limit = match self.limit {
            Some(limit) => Some(limit).filter(|limit| *limit > 0),
            None => asked::fits(cx).map(|_| 50),
        };
        let read =
            |date: &Option<String>| date.as_ref().map(|date| cx.clock.read(date)).transpose();
        let since = read(&self.since)?.map(|span| span.start);
        let before = read(&self.until)?.map(Span::past);
        let by = self.by.as_deref().map(|who| maker(cx, who)).transpose()?;
        let of = if self.ids.is_empty() { None } else { Some(named(cx, &self.ids)?) };
        let some = of.is_some() || by.is_some() || since.is_some() || before.is_some();
        let chosen = Chosen { of, by, since, before, limit };
        let changes = cx.reader()?.map_or(Ok(Vec::new()), |reader| reader.log(&chosen))?;
        Ok(View::Log(changes, some))
    }
}

fn maker(cx: &Cx, who: &str) -> Result<Person> {
    let nobody = || {
        Error::invalid("--by names nobody").hint("give a name, an address, or `@me` for yourself")
    };
    cx.person(who)?.ok_or_else(nobody)
}

/// The tickets of these names; with a message where a name is a message's.
fn named(cx: &mut Cx, ids: &[String]) -> Result<Vec<(Uid, Option<Number>)>> {
    let mut found = Vec::new();
    for name in bulk::names(ids)? {
        let reference: Reference = name.parse()?;
        let reader = bulk::desk_for(cx, &reference)?;
        found.push(match &reference.message {
            None => (reader.resolve(&reference)?, None),
            Some(message) => {
                let own = reader.ticket(reader.own(&reference)?)?;
                match reader.message(&reference) {
                    Ok((ticket, number)) => (ticket.uid, Some(number)),
                    // What was taken away has a log too.
                    Err(e) if e.kind == Kind::NotFound => {
                        let post = bulk::any_post(&own, &name, message)?;
                        (own.uid, Some(post.message.number))
                    }
                    Err(e) => return Err(e),
                }
            }
        });
    }
    Ok(found)
}
