//! The arithmetic of a ticket's clocks.

use crate::commands::bulk;
use crate::cx::Cx;
use crate::domain::clocks::{Cycle as Run, Name};
use crate::domain::ids::Timestamp;
use crate::domain::policy::Policies;
use crate::domain::ticket::Ticket;
use crate::domain::words::{By, MessageKind, Resolution, Status};
use crate::error::Result;
use crate::view::{Cycle, Day, Explanation, Reading, Stretch, Time};

/// What the clocks of a ticket say, and how they come to it.
pub(super) fn explained(cx: &mut Cx, fold: &Ticket) -> Result<Explanation> {
    let now = cx.clock.now;
    let policies = bulk::there(cx)?.policies()?;
    let clocks: Vec<Cycle> =
        fold.cycles().iter().filter_map(|run| cycle(fold, run, (&policies, now))).collect();
    let latest = |name: Name| clocks.iter().rev().find(|clock| clock.name == name);
    let none = || Reading { state: "none".to_owned(), ..Reading::default() };
    let reading = |clock: Option<&Cycle>| clock.map_or_else(none, of);
    let runs = |clock: &&Cycle| clock.ended_at.is_none();
    let done = clocks.iter().filter(|it| it.name == Name::NextResponse && it.ended_at.is_some());
    Ok(Explanation {
        id: fold.number().to_string(),
        uid: fold.uid,
        title: fold.now.title.clone(),
        status: fold.now.state.status,
        priority: fold.now.priority,
        customer: fold.now.customer.clone(),
        tier: fold.now.tier.clone(),
        why_none: clocks.is_empty().then(|| why_none(fold, &policies)),
        first_response: reading(latest(Name::FirstResponse)),
        next_response: reading(latest(Name::NextResponse).filter(runs)),
        resolution: reading(latest(Name::Resolution)),
        next_response_done: done.map(of).collect(),
        reopens: fold.reopens(),
        clocks,
    })
}

fn of(clock: &Cycle) -> Reading {
    Reading {
        state: clock.state.word().to_owned(),
        elapsed_s: Some(clock.elapsed_s),
        target_s: Some(clock.target_s),
        remaining_s: Some(clock.remaining_s),
        due_at: clock.due_at,
    }
}

/// Why nothing is promised on a ticket.
fn why_none(fold: &Ticket, policies: &Policies) -> String {
    let resolution = fold.now.state.resolution;
    match &fold.now.tier {
        _ if fold.now.merged.is_some() => "it was merged into another ticket".to_owned(),
        _ if matches!(resolution, Some(Resolution::Duplicate | Resolution::Invalid)) => {
            format!("it was closed as {}", resolution.map_or("", Resolution::word))
        }
        None => "it is under no tier: `tix edit --tier`, or a customer with one".to_owned(),
        Some(tier) if policies.latest(tier).is_none() => {
            format!("there is no tier `{tier}`: `tix tier new` makes one")
        }
        Some(tier) => format!("the tier `{tier}` promises nothing here"),
    }
}

fn cycle(fold: &Ticket, run: &Run, (policies, now): (&Policies, Timestamp)) -> Option<Cycle> {
    let policy = policies.policy(&run.terms, run.end)?;
    let rule = policy.rule(run)?;
    let reading = rule.reading(run, now)?;
    let stands = run.pauses.last().filter(|_| run.paused()).map(|(from, _)| *from);
    let until = run.end.or(stands).unwrap_or(now).max(run.start);
    let days = policy.hours.days(run.start, until, &run.pauses(until));
    let pauses =
        run.pauses.iter().map(|(from, to)| Stretch { from: Time(*from), to: to.map(Time) });
    Some(Cycle {
        name: run.name,
        state: reading.state,
        tier: run.terms.tier.clone(),
        priority: run.terms.priority,
        calendar: policy.calendar.clone(),
        zone: policy.hours.calendar().zone().name().to_owned(),
        target: rule.target.to_string(),
        target_s: reading.target,
        elapsed_s: reading.elapsed,
        remaining_s: reading.left(),
        started_at: Time(run.start),
        started_by: started(fold, run),
        ended_at: run.end.map(Time),
        ended_by: run.end.map(|end| ended(fold, run.name, end)),
        due_at: reading.due_at.map(Time),
        pauses: pauses.collect(),
        days: days.into_iter().map(day).collect(),
    })
}

fn day(day: crate::domain::calendar::Day) -> Day {
    let open = day.open.iter().map(|(from, to)| Stretch { from: Time(*from), to: Some(Time(*to)) });
    Day {
        date: day.date.to_string(),
        open: open.collect(),
        counted_s: day.counted,
        paused_s: day.paused,
        holiday: day.holiday,
    }
}

/// The public message that was written then, by us or by others.
fn message(fold: &Ticket, at: Timestamp, ours: bool) -> Option<String> {
    let conversation = fold.conversation();
    let found = conversation.iter().find(|post| {
        let message = &post.message;
        let public = message.kind == MessageKind::Reply;
        let said = public && !message.automatic;
        said && post.created_at == at && (message.by == By::Us) == ours
    })?;
    let number = fold.number();
    let id = found.message.number.within(number);
    Some(format!("{number}.{id} by {}", found.message.author.short()))
}

fn started(fold: &Ticket, run: &Run) -> String {
    match run.name {
        Name::NextResponse => message(fold, run.start, false)
            .map_or_else(|| "opened again".to_owned(), |message| format!("message {message}")),
        Name::FirstResponse | Name::Resolution => match &fold.now.requester {
            Some(requester) => format!("opened by {}", requester.short()),
            None => "opened".to_owned(),
        },
    }
}

fn ended(fold: &Ticket, name: Name, end: Timestamp) -> String {
    let reply = message(fold, end, true).filter(|_| name != Name::Resolution);
    match reply {
        Some(reply) => format!("reply {reply}"),
        None if fold.now.state.status == Status::Closed || name != Name::Resolution => {
            "closed".to_owned()
        }
        None => "ended".to_owned(),
    }
}
