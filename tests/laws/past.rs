//! Laws of what was: a ticket as of any moment is what it was then, and a log leaves out what is
//! not asked for and nothing else.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use tix::domain::draft::Draft;
use tix::domain::ids::{Name, Reference, Timestamp, Uid};
use tix::store::Chosen;
use tix::view::{self, Messages};

use crate::desk::{Desk, Move, START, cases, moves, person};

/// The moves without those that say themselves when something happened.
fn dated_by_the_clock(moves: Vec<Move>) -> Vec<Move> {
    let undated = |draft: Box<Draft>| {
        let mut draft = *draft;
        (draft.created_at, draft.state, draft.opening.updated_at) = (None, None, None);
        draft.messages.iter_mut().for_each(|posting| posting.created_at = None);
        Move::Open(Box::new(draft))
    };
    // What is split off begins when its first message was written, which is before the split.
    let dated = |made: &Move| matches!(made, Move::Import(_) | Move::Cut(_));
    let moves = moves.into_iter().filter(|made| !dated(made));
    moves.map(|made| if let Move::Open(draft) = made { undated(draft) } else { made }).collect()
}

fn named(uid: Uid) -> Reference {
    let hex = uid.to_string().replace('-', "");
    Reference { ticket: Name::Prefix(hex), message: None }
}

/// The tickets that there were just before this moment.
fn as_of(desk: &Desk, uids: &BTreeSet<Uid>, end: i64) -> Vec<view::Ticket> {
    let past = |uid: &Uid| desk.store.read().past(&named(*uid), Timestamp(end)).unwrap().ticket;
    let there = uids.iter().filter_map(past).filter(|ticket| !ticket.voided);
    there.map(view::Ticket::from).collect()
}

/// The tickets by their own entries: what others have to do with them is not there.
fn alone(desk: &Desk) -> Vec<view::Ticket> {
    desk.tickets().iter().map(|it| view::Ticket::from(desk.ticket(it.uid))).collect()
}

fn sorted(mut tickets: Vec<view::Ticket>) -> Vec<view::Ticket> {
    tickets.sort_by_key(|ticket| ticket.uid);
    tickets
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_ticket_as_of_a_moment_is_what_was_shown_then(moves in moves(24)) {
        let moves = dated_by_the_clock(moves);
        let mut desk = Desk::new(0);
        let mut shown = vec![Vec::new()];
        for (second, made) in (0..).zip(&moves) {
            desk.play(START + second * 1000, made);
            shown.push(sorted(alone(&desk)));
        }
        let uids: BTreeSet<Uid> = shown.iter().flatten().map(|ticket| ticket.uid).collect();
        for (second, then) in (0..).zip(&shown) {
            // Just after the change, and just before the next.
            for end in [START + (second - 1) * 1000 + 1, START + second * 1000] {
                prop_assert_eq!(&sorted(as_of(&desk, &uids, end)), then);
            }
        }
    }

    #[test]
    fn a_ticket_as_of_the_end_of_time_is_the_ticket(moves in moves(16)) {
        let desk = Desk::after(&moves);
        for ticket in alone(&desk) {
            let past = desk.store.read().past(&named(ticket.uid), Timestamp(i64::MAX)).unwrap();
            prop_assert!(!past.since);
            prop_assert_eq!(view::Ticket::from(past.ticket.unwrap()), ticket);
        }
    }

    #[test]
    fn nothing_is_there_before_it_is_opened(moves in moves(16)) {
        let desk = Desk::after(&moves);
        for ticket in desk.tickets() {
            let past = |end: Timestamp| desk.store.read().past(&named(ticket.uid), end).unwrap();
            let opened = past(Timestamp(0)).opened_at.unwrap();
            prop_assert_eq!(past(opened).ticket, None);
            prop_assert_eq!(opened, ticket.created_at.0);
            prop_assert!(past(Timestamp(opened.0 + 1)).ticket.is_some());
        }
    }

    #[test]
    fn a_log_leaves_out_what_is_not_asked_for_and_nothing_else(
        moves in moves(16),
        who in select(vec!["Grace <grace@acme.example>", "GRACE", "Bo <bo@acme.example>", "acme"]),
        times in (0..20i64, 0..20i64),
        limit in proptest::option::of(0..6u64),
    ) {
        let desk = Desk::after(&moves);
        let (by, since, before) = (person(who), START + times.0 * 1000, START + times.1 * 1000);
        let log = |chosen: Chosen| desk.store.read().log(&chosen).unwrap();
        let all = log(Chosen::default());
        // The tickets that go on to the first one are part of it.
        let goes_on = |uid: Uid, to: Uid| {
            let (mut here, mut passed) = (uid, vec![]);
            while here != to {
                passed.push(here);
                let next = desk.ticket(here).now.merged.filter(|into| !passed.contains(into));
                let Some(into) = next.filter(|into| desk.live().contains(into)) else { return false };
                here = into;
            }
            true
        };
        let of = desk.tickets().first().map(|first| {
            let parts = desk.tickets().into_iter().filter(|it| goes_on(it.uid, first.uid));
            (first.uid, parts.map(|part| part.id).collect::<Vec<_>>())
        });
        let chosen = Chosen {
            of: of.as_ref().map(|(uid, _)| vec![(*uid, None)]),
            by: Some(by.clone()),
            since: Some(Timestamp(since)),
            before: Some(Timestamp(before)),
            limit,
        };
        let asked = |change: &view::Change| {
            change.actor.same(&by)
                && (since..before).contains(&change.at.0.0)
                && of.as_ref().is_none_or(|(_, ids)| ids.iter().any(|id| change.tickets.contains(id)))
        };
        let most = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap());
        let expected: Vec<view::Change> = all.into_iter().filter(asked).take(most).collect();
        prop_assert_eq!(log(chosen), expected);
    }

    #[test]
    fn the_log_of_a_message_ends_with_what_it_says_now(moves in moves(24)) {
        let desk = Desk::after(&moves);
        for ticket in desk.tickets() {
            let fold = desk.ticket(ticket.uid);
            let Messages::All(messages) = &ticket.messages else { panic!("no messages") };
            for (number, post) in &fold.messages {
                let of = Some(vec![(ticket.uid, Some(*number))]);
                let log = desk.store.read().log(&Chosen { of, ..Chosen::default() }).unwrap();
                let told: Vec<&view::Line> =
                    log.iter().rev().flat_map(|change| &change.events).collect();
                let id = format!("{}.{}", ticket.id, number.within(fold.number()));
                let now = messages.iter().find(|message| message.id == id);
                prop_assert_eq!(post.removed, now.is_none());
                prop_assert_eq!(&told.last().unwrap().after, &now.map(|message| message.body.clone()));
                // Each goes on where the one before it ended, from nothing.
                let mut text = None;
                for line in told {
                    prop_assert_eq!(&line.before, &text);
                    text.clone_from(&line.after);
                }
            }
        }
    }
}
