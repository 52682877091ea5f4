//! Laws of undo and redo: a way back that always leads exactly there, or is refused.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use tix::domain::event::{Event, Field, Swap, Wording};
use tix::domain::ids::Uid;
use tix::domain::words::Priority;
use tix::error::{Kind, Result};

use crate::desk::{Desk, Move, START, a_move, cases, draft, moves, number, posting};
use crate::replicas::exchange;

/// Two desks that worked apart and then met, conflicts included.
fn met(ours: &[Move], theirs: &[Move]) -> Desk {
    let mut desk = Desk::after(ours);
    let mut other = Desk::new(1);
    exchange(&desk, &mut other);
    for (second, (made, theirs)) in (0..).zip(theirs.iter().rev().zip(theirs)) {
        desk.play(START + 40_000 + second * 1000, made);
        other.play(START + 40_500 + second * 1000, theirs);
    }
    exchange(&other, &mut desk);
    desk
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn undo_and_redo_walk_back_and_forth(
        (ours, theirs) in (moves(6), vec(crate::desk::work(), 0..5)),
        walk in vec(a_move(), 1..6),
        steps in vec(any::<bool>(), 1..16),
    ) {
        let mut desk = met(&ours, &theirs);
        let mut clock = START + 100_000;
        let mut seen = vec![desk.export()];
        for made in walk.iter().filter(|made| !matches!(made, Move::Undo | Move::Redo | Move::UndoOf(_))) {
            clock += 1500;
            if desk.play(clock, made) {
                seen.push(desk.export());
            }
        }
        let last = seen.len() - 1;
        let mut place = last;
        // All the way back, all the way forth, and then wherever.
        let ways = [vec![false; last], vec![true; last], steps].concat();
        for forth in ways {
            clock += 1500;
            match forth {
                true if last == 0 => continue,
                true if place == last => {
                    prop_assert_eq!(desk.redo(clock).unwrap_err().kind, Kind::Invalid);
                    continue;
                }
                false if place == 0 => continue,
                true => place += desk.redo(clock).map(|_| 1).unwrap(),
                false => place -= desk.undo(clock).map(|_| 1).unwrap(),
            }
            let now = desk.export();
            prop_assert_eq!(&now, &seen[place], "at {}", place);
        }
        desk.check();
    }

    #[test]
    fn what_was_done_since_is_never_trampled(
        moves in moves(6),
        (change, since) in (a_move(), vec(crate::desk::work(), 1..3)),
    ) {
        let mut desk = Desk::after(&moves);
        desk.play(START + 50_000, &change);
        let (target, before) = (desk.changes()[0].clone(), facts(&desk));
        for (second, made) in (0..).zip(&since) {
            desk.play(START + 51_000 + second * 1000, made);
        }
        let after = facts(&desk);
        if take_back(&mut desk, &target).is_ok() {
            let now = facts(&desk);
            for changed in before.symmetric_difference(&after) {
                prop_assert_eq!(after.contains(changed), now.contains(changed), "{}", changed);
            }
        }
    }
}

/// What the export says, fact by fact, without what follows from other facts. What a message says
/// is one fact, that it is there another.
fn facts(desk: &Desk) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for ticket in desk.tickets() {
        let uid = ticket.uid;
        let Value::Object(all) = serde_json::to_value(&ticket).unwrap() else { continue };
        let derived =
            ["updated_at", "turn", "conflicts", "description", "messages", "links", "merged_into"];
        for (key, value) in all.iter().filter(|(key, _)| !derived.contains(&key.as_str())) {
            let parts: Vec<String> = match value {
                Value::Array(parts) => parts.iter().map(Value::to_string).collect(),
                Value::Object(parts) => parts.iter().map(|part| format!("{part:?}")).collect(),
                _ => vec![value.to_string()],
            };
            facts.extend(parts.iter().map(|part| format!("{uid} {key} {part}")));
        }
        let fold = desk.ticket(uid);
        facts.extend(fold.now.links.iter().map(|link| format!("{uid} {link:?}")));
        facts.insert(format!("{uid} merged {:?}", fold.now.merged));
        for (number, post) in fold.messages {
            facts.insert(format!("{uid} message {number} removed: {}", post.removed));
            facts.insert(format!("{uid} message {number} says {:?}", post.message.wording));
        }
    }
    facts
}

fn take_back(desk: &mut Desk, change: &str) -> Result<Vec<Uid>> {
    desk.change(START + 60_000, |desk| {
        let target = desk.named(change)?;
        desk.take_back(target)
    })
}

/// Opens a ticket, does `first` and `then` to it, and tries to take `first` back alone.
fn undo_under(
    first: impl FnOnce(&mut tix::store::Writer<'_>, Uid) -> Result<()>,
    then: impl FnOnce(&mut tix::store::Writer<'_>, Uid) -> Result<()>,
) -> String {
    let mut desk = Desk::new(0);
    let uid = desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    desk.change(START + 1000, |desk| first(desk, uid)).unwrap();
    let change = desk.changes()[0].clone();
    desk.change(START + 2000, |desk| then(desk, uid)).unwrap();
    let (export, lines) = (desk.export(), desk.lines());
    let error = take_back(&mut desk, &change).unwrap_err();
    assert_eq!(error.kind, Kind::Invalid);
    assert_eq!((export, lines), (desk.export(), desk.lines()));
    error.what
}

#[test]
fn a_field_that_was_changed_since_is_not_taken_back() {
    let raise = |to| {
        move |desk: &mut tix::store::Writer<'_>, uid| desk.set(uid, Field::Priority(to)).map(drop)
    };
    let said = undo_under(raise(Priority::High), raise(Priority::Urgent));
    assert_eq!(said, "#1 has changed since");
    let both = |desk: &mut tix::store::Writer<'_>, uid| {
        desk.record(uid, Event::Labelled("hot".into()))?;
        desk.set(uid, Field::Priority(Priority::High)).map(drop)
    };
    assert_eq!(undo_under(both, raise(Priority::Low)), "#1 has changed since");
}

#[test]
fn what_a_change_took_back_itself_is_not_taken_back_again() {
    let both = |desk: &mut tix::store::Writer<'_>, uid| {
        for to in [Priority::High, Priority::Normal, Priority::Low] {
            desk.set(uid, Field::Priority(to))?;
        }
        desk.record(uid, Event::Labelled("hot".into()))?;
        desk.record(uid, Event::Unlabelled("hot".into())).map(drop)
    };
    // What others set since is a value that the change passed through.
    let then = |desk: &mut tix::store::Writer<'_>, uid| {
        desk.record(uid, Event::Labelled("hot".into()))?;
        desk.set(uid, Field::Priority(Priority::High)).map(drop)
    };
    assert_eq!(undo_under(both, then), "#1 has changed since");
    let twice = |desk: &mut tix::store::Writer<'_>, uid| {
        desk.set(uid, Field::Priority(Priority::High))?;
        desk.set(uid, Field::Priority(Priority::Low)).map(drop)
    };
    assert_eq!(undo_under(twice, then), "#1 has changed since");
}

#[test]
fn a_message_that_was_edited_since_is_not_taken_back() {
    let edit = |from: &str, to: &str| {
        let wording = |body: &str| Wording { body: body.to_owned(), edited_at: None };
        let swap = Box::new(Swap { from: wording(from), to: wording(to) });
        let event = Event::Reworded { message: number("1"), swap };
        move |desk: &mut tix::store::Writer<'_>, uid| desk.record(uid, event).map(drop)
    };
    let said = undo_under(edit("It burns.", "It smokes."), edit("It smokes.", "It is out."));
    assert_eq!(said, "message 1.1 has been edited since");
    let say =
        |desk: &mut tix::store::Writer<'_>, uid| desk.post(uid, posting("More.", None)).map(drop);
    let swap = Swap { from: posting("More.", None).wording, to: posting("Less.", None).wording };
    let event = Event::Reworded { message: number("2"), swap: Box::new(swap) };
    let said = undo_under(say, |desk, uid| desk.record(uid, event).map(drop));
    assert_eq!(said, "message 1.2 has been edited since");
}

#[test]
fn a_message_that_was_brought_back_and_edited_is_not_taken_away_again() {
    let mut desk = Desk::new(0);
    let uid = desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    desk.change(START + 1000, |desk| desk.record(uid, Event::Unsaid(number("1")))).unwrap();
    desk.undo(START + 2000).unwrap();
    let back = desk.changes()[0].clone();
    let swap = Swap { from: posting("It burns.", None).wording, to: posting("Hot.", None).wording };
    let event = Event::Reworded { message: number("1"), swap: Box::new(swap) };
    desk.change(START + 3000, |desk| desk.record(uid, event)).unwrap();
    let error = take_back(&mut desk, &back).unwrap_err();
    assert_eq!(error.what, "message 1.1 has been edited since");
    desk.undo(START + 70_000).unwrap();
    take_back(&mut desk, &back).unwrap();
    assert!(desk.ticket(uid).post(number("1")).unwrap().removed);
}

#[test]
fn a_change_that_came_to_nothing_is_in_nobodys_way() {
    let mut desk = Desk::new(0);
    let uid = desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    let fresh = desk.export();
    let label = |event: fn(String) -> Event| {
        move |desk: &mut tix::store::Writer<'_>| desk.record(uid, event("hot".into()))
    };
    desk.change(START + 1000, label(Event::Labelled)).unwrap();
    let before = desk.export();
    desk.change(START + 2000, |desk| {
        desk.record(uid, Event::Unlabelled("hot".into()))?;
        desk.record(uid, Event::Labelled("hot".into()))
    })
    .unwrap();
    desk.undo(START + 3000).unwrap();
    assert_eq!(desk.export(), before);
    desk.undo(START + 4000).unwrap();
    assert_eq!(desk.export(), fresh);
}

#[test]
fn a_ticket_that_was_worked_on_since_is_not_taken_back() {
    let mut desk = Desk::new(0);
    let uid = desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    let opened = desk.changes()[0].clone();
    let reply = posting("Have you tried water?", None);
    desk.change(START + 1000, |desk| desk.post(uid, reply)).unwrap();
    let lines = desk.lines();
    let error = take_back(&mut desk, &opened).unwrap_err();
    assert_eq!((error.kind, error.what.as_str()), (Kind::Invalid, "#1 has been worked on since"));
    assert_eq!(desk.lines(), lines);
    desk.undo(START + 2000).unwrap();
    take_back(&mut desk, &opened).unwrap();
    assert!(desk.live().is_empty());
}

#[test]
fn one_refusal_keeps_the_whole_change() {
    let mut desk = Desk::new(0);
    let two = |desk: &mut tix::store::Writer<'_>| {
        Ok([desk.open(draft("One"))?, desk.open(draft("Two"))?])
    };
    let [one, two] = desk.change(START, two).unwrap();
    desk.change(START + 1000, |desk| {
        desk.set(one, Field::Priority(Priority::High))?;
        desk.set(two, Field::Priority(Priority::High))
    })
    .unwrap();
    let change = desk.changes()[0].clone();
    desk.change(START + 2000, |desk| desk.set(two, Field::Priority(Priority::Low))).unwrap();
    let (export, lines) = (desk.export(), desk.lines());
    assert_eq!(take_back(&mut desk, &change).unwrap_err().kind, Kind::Invalid);
    assert_eq!((export, lines), (desk.export(), desk.lines()));
}

#[test]
fn what_was_undone_elsewhere_after_it_was_redone_here_is_not_redone() {
    let (mut one, mut other) = (Desk::new(0), Desk::new(1));
    let uid = one.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    let raise = |to| move |desk: &mut tix::store::Writer<'_>| desk.set(uid, Field::Priority(to));
    one.change(START + 1000, raise(Priority::High)).unwrap();
    let raised = one.changes()[0].clone();
    one.undo(START + 2000).unwrap();
    one.redo(START + 3000).unwrap();
    exchange(&one, &mut other);
    take_back(&mut other, &raised).unwrap();
    other.change(START + 61_000, raise(Priority::High)).unwrap();
    exchange(&other, &mut one);
    assert_eq!(one.redo(START + 62_000).unwrap_err().kind, Kind::Invalid);
    assert_eq!(one.ticket(uid).now.priority, Priority::High);
}

/// Split off here while it was brought back and edited there, a message is on two tickets, and each
/// has its own wording.
#[test]
fn two_tickets_with_their_own_wordings_of_a_message_are_merged_anew() {
    let mut desk = Desk::new(0);
    let two = |desk: &mut tix::store::Writer<'_>| {
        Ok([desk.open(draft("One"))?, desk.open(draft("Two"))?])
    };
    let [one, two] = desk.change(START, two).unwrap();
    let more = posting("More.", None);
    let message = desk.change(START + 1000, |desk| desk.post(two, more.clone())).unwrap();
    let split = |desk: &mut tix::store::Writer<'_>| desk.split(two, &[message].into(), None);
    let three = desk.change(START + 2000, split).unwrap();
    let swap = Swap { from: more.wording, to: posting("Less.", None).wording };
    desk.change(START + 3000, |desk| {
        desk.record(two, Event::Resaid(message))?;
        desk.record(two, Event::Reworded { message, swap: Box::new(swap) })
    })
    .unwrap();
    for order in [[two, three], [three, two]] {
        let apart = desk.export();
        desk.change(START + 4000, |desk| {
            order.into_iter().try_for_each(|from| desk.merge(from, one).map(drop))
        })
        .unwrap();
        let merged = desk.export();
        desk.undo(START + 5000).unwrap();
        assert_eq!(desk.export(), apart);
        desk.redo(START + 6000).unwrap();
        assert_eq!(desk.export(), merged);
        desk.undo(START + 7000).unwrap();
    }
}

#[test]
fn there_is_nothing_to_redo_once_something_else_was_done() {
    let mut desk = Desk::new(0);
    let uid = desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    assert_eq!(desk.redo(START).unwrap_err().kind, Kind::Invalid);
    desk.change(START, |desk| desk.set(uid, Field::Priority(Priority::High))).unwrap();
    desk.undo(START).unwrap();
    desk.change(START, |desk| desk.record(uid, Event::Labelled("hot".into()))).unwrap();
    assert_eq!(desk.redo(START).unwrap_err().kind, Kind::Invalid);
}
