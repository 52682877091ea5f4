//! Laws of the fold alone, without a desk.

use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tix::domain::event::{Content, Entry, Event, Mark, Opening};
use tix::domain::ids::{ChangeId, Machine, Replica, Stamp, Timestamp, Uid};
use tix::domain::ticket::{Fit, Ticket};
use tix::view;

use crate::desk::{Act, START, acts, cases, drafts, person};

const UID: Uid = Uid([7; 16]);

/// What one replica recorded: its place and its event, the events not always fitting.
type Recorded = (i64, u16, Raw);

#[derive(Clone, Debug)]
enum Raw {
    Open(Box<Opening>),
    Act(Act, Act),
    Voided,
    Restored,
    Undoes(u8),
    Redoes(u8),
}

fn recorded() -> impl Strategy<Value = Vec<Recorded>> {
    let raw = prop_oneof![
        1 => drafts().prop_map(|draft| Raw::Open(Box::new(draft.opening))),
        12 => (acts(), acts()).prop_map(|(before, act)| Raw::Act(before, act)),
        1 => Just(Raw::Voided),
        1 => Just(Raw::Restored),
        1 => (0..20u8).prop_map(Raw::Undoes),
        1 => (0..20u8).prop_map(Raw::Redoes),
    ];
    // Few moments and replicas: many stamps differ in the last part only.
    vec((0..5i64, 0..3u16, raw), 1..20)
}

fn change(n: u8) -> ChangeId {
    ChangeId([n; 8])
}

fn entry(stamp: Stamp, change: ChangeId, mark: Option<Mark>, event: Event) -> Entry {
    let content = Content { by: person("Ada"), when: None, mark, event };
    Entry { stamp, ticket: UID, change, content }
}

/// Entries of several replicas, each made on a ticket that looked otherwise to whoever made it.
fn entries(recorded: Vec<Recorded>) -> Vec<Entry> {
    let mut ticket = opened(&Opening::new("Printer on fire").unwrap());
    let mut entries = Vec::new();
    for (n, (at, replica, raw)) in (1u8..).zip(recorded) {
        let stamp =
            Stamp { at: Timestamp(START + at), replica: Replica(replica.into()), seq: n.into() };
        let machine = Machine(replica);
        let (mut mark, mut event) = (None, Event::Restored);
        match raw {
            Raw::Open(opening) => {
                let number = tix::domain::ids::Number { machine, n: n.into() };
                event = Event::Opened { number, opening };
            }
            Raw::Act(before, act) => {
                event = act.event(&ticket, machine).unwrap_or(event);
                if let Some(before) = before.event(&ticket, machine) {
                    ticket.apply(entry(stamp, change(n), None, before));
                }
            }
            Raw::Voided => event = Event::Voided,
            Raw::Restored => {}
            Raw::Undoes(earlier) => mark = Some(Mark::Undoes(change(earlier))),
            Raw::Redoes(earlier) => mark = Some(Mark::Redoes(change(earlier))),
        }
        entries.push(entry(stamp, change(n), mark, event));
    }
    entries
}

fn opened(opening: &Opening) -> Ticket {
    let opening = Box::new(opening.clone());
    let event = Event::Opened { number: "1".parse().unwrap(), opening };
    let stamp = Stamp { at: Timestamp(START), replica: Replica(0), seq: 0 };
    Ticket::opened(entry(stamp, change(0), None, event)).unwrap()
}

fn json(ticket: &Ticket) -> String {
    let view = serde_json::to_string(&view::Ticket::from(ticket)).unwrap();
    format!("{view} voided: {}", ticket.voided)
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_fold_does_not_depend_on_the_order_of_arrival(
        (entries, shuffled) in recorded().prop_map(entries).prop_flat_map(|entries| {
            (Just(entries.clone()), Just(entries).prop_shuffle())
        }),
    ) {
        prop_assert_eq!(Ticket::fold(entries), Ticket::fold(shuffled));
    }

    #[test]
    fn every_event_reads_back_from_its_json(recorded in recorded()) {
        for entry in entries(recorded) {
            let text = serde_json::to_string(&entry.content).unwrap();
            let read: Content = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(serde_json::to_string(&read).unwrap(), text);
            prop_assert_eq!(read, entry.content);
        }
    }
}

/// Applies `event` and then its inverse, and the event once more: as undo and redo do.
fn there_and_back(ticket: &Ticket, event: &Event, n: u64) {
    let (mut now, before) = (ticket.clone(), json(ticket));
    let mut apply = |seq: u64, name: u8, mark: Option<Mark>, event: &Event| {
        let at = Timestamp(START + 60_000 * i64::from(name));
        let stamp = Stamp { at, replica: Replica(0), seq };
        assert_eq!(now.fit(event), Fit::Changes, "{event:?}");
        now.apply(entry(stamp, change(name), mark, event.clone()));
        json(&now)
    };
    let done = apply(n, 200, None, event);
    let inverse = event.clone().invert();
    let undone = apply(n + 1, 201, Some(Mark::Undoes(change(200))), &inverse);
    assert_eq!(undone, before, "{event:?}");
    let redone = apply(n + 2, 202, Some(Mark::Redoes(change(200))), &inverse.invert());
    assert_eq!(redone, done, "{event:?}");
}

#[test]
fn ten_thousand_events_and_their_inverses_change_nothing() {
    let tried = Cell::new(0);
    let all = (drafts(), recorded(), vec(acts(), 24..25));
    let mut asked = 0;
    while asked == 0 || tried.get() < 10_000 {
        asked += 1;
        // A new one each time: one that has tried all its cases tries no more.
        TestRunner::new(cases(640))
            .run(&all, |(draft, recorded, acts)| {
                let mut history = entries(recorded);
                history.sort_by_key(|entry| entry.stamp);
                let mut ticket = opened(&draft.opening);
                for entry in history {
                    ticket.apply(entry);
                }
                let events = acts.iter().filter_map(|act| act.event(&ticket, Machine(0)));
                for event in events.chain([Event::Voided, Event::Restored]) {
                    if ticket.fit(&event) == Fit::Changes {
                        there_and_back(&ticket, &event, 1000);
                        tried.set(tried.get() + 1);
                    }
                }
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn an_opening_taken_back_leaves_a_ticket_that_is_in_no_list() {
    let ticket = opened(&Opening::new("Printer on fire").unwrap());
    there_and_back(&ticket, &Event::Voided, 1);
    let inverse = Event::Opened { number: ticket.number(), opening: Box::new(ticket.now) }.invert();
    assert_eq!(inverse, Event::Voided);
}
