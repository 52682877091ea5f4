//! Laws of one desk: what is derived is what the journal says.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tix::domain::ids::{Timestamp, Uid};
use tix::domain::query::{Counted, Filter, Query, Role, Text};
use tix::store::Wants;
use tix::view::{self, Messages};

use crate::desk::{Desk, START, cases, draft, moves, number, person, posting, words};

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn derived_tables_equal_a_rebuild_after_any_history(moves in moves(24)) {
        let mut desk = Desk::after(&moves);
        let export = desk.export();
        desk.check();
        prop_assert_eq!(export, desk.export());
    }

    #[test]
    fn a_list_says_of_each_ticket_what_its_entries_add_up_to(moves in moves(16)) {
        let desk = Desk::after(&moves);
        let mut expected = desk.tickets();
        for ticket in &mut expected {
            let Messages::All(messages) = &ticket.messages else { panic!("no messages") };
            ticket.messages = Messages::Count(messages.len().try_into().unwrap());
            (ticket.conflicts, ticket.links) = (Vec::new(), None);
        }
        let mut listed = Vec::new();
        let sink = &mut |ticket| {
            listed.push(ticket);
            Ok(())
        };
        desk.store.read().list(&Query::all(), Timestamp(START), &Wants::default(), sink).unwrap();
        prop_assert_eq!(listed, expected);
    }

    #[test]
    fn a_query_finds_exactly_the_tickets_that_say_so(moves in moves(16), word in words()) {
        let desk = Desk::after(&moves);
        let lower = word.to_lowercase();
        let is = |text: &str| text.to_lowercase() == lower;
        let ask = |filter: Filter, says: &dyn Fn(&view::Ticket) -> bool| {
            let mut expected = desk.tickets();
            expected.retain(says);
            let expected: BTreeSet<Uid> = expected.iter().map(|ticket| ticket.uid).collect();
            assert_eq!(found(&desk, filter.clone()), expected, "{filter:?}");
        };
        let bob = |role| Filter::Person(role, person("Bob"));
        ask(Filter::Label(word.clone()), &|ticket| ticket.labels.iter().any(|label| is(label)));
        ask(Filter::Ref("jira:A-1".into()), &|ticket| ticket.refs.contains("jira:A-1"));
        ask(Filter::Text(Text::Customer, lower.clone()), &|ticket| {
            ticket.customer.as_deref().is_some_and(is)
        });
        ask(Filter::Text(Text::Tier, lower.clone()), &|ticket| ticket.tier.as_deref().is_some_and(is));
        ask(bob(Role::Assignee), &|ticket| ticket.assignee == Some(person("bob")));
        ask(bob(Role::Requester), &|ticket| {
            let name = ticket.requester.as_ref().and_then(|contact| contact.name.as_deref());
            name == Some("bob")
        });
    }
}

fn found(desk: &Desk, filter: Filter) -> BTreeSet<Uid> {
    let (query, mut found) = (Query::all().and(filter), BTreeSet::new());
    let sink = &mut |ticket: view::Ticket| {
        found.insert(ticket.uid);
        Ok(())
    };
    desk.store.read().list(&query, Timestamp(START), &Wants::default(), sink).unwrap();
    assert_eq!(desk.store.read().count(&query, Timestamp(START)).unwrap(), found.len() as u64);
    found
}

#[test]
fn a_bound_at_the_end_of_the_numbers_is_a_bound() {
    let mut desk = Desk::new(0);
    desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    for (low, high, there) in [(i64::MAX, i64::MAX, 0), (0, i64::MAX, 1), (i64::MIN, 1, 1)] {
        let filter = Filter::Count(Counted::Messages, low, high);
        assert_eq!(found(&desk, filter).len(), there);
    }
}

#[test]
fn a_change_to_more_tickets_than_the_writer_holds_is_one_change() {
    let mut desk = Desk::new(0);
    let uids =
        desk.change(START, |desk| (0..600).map(|_| desk.open(draft("One of many"))).collect());
    let uids: Vec<_> = uids.unwrap();
    let before = desk.export();
    desk.change(START + 1000, |desk| {
        for uid in uids.iter().chain(&uids[..10]) {
            desk.post(*uid, posting("And another thing.", None))?;
        }
        Ok(())
    })
    .unwrap();
    let after = desk.export();
    desk.check();
    assert_eq!(desk.undo(START + 2000).unwrap().len(), 600);
    assert_eq!(desk.export(), before);
    desk.redo(START + 3000).unwrap();
    assert_eq!(desk.export(), after);
    desk.check();
}

#[test]
fn a_rehearsed_change_leaves_nothing_behind() {
    let mut desk = Desk::after(&[]);
    let author = desk.next(START);
    let rehearsed = desk.store.rehearse(&author, |desk| desk.open(draft("Only tried"))).unwrap();
    assert!(desk.lines().is_empty());
    assert!(desk.store.read().ticket(rehearsed).is_err());
    let uid = desk.store.change(&author, |desk| desk.open(draft("Only tried"))).unwrap();
    assert_eq!(uid, rehearsed);
    assert_eq!(desk.ticket(uid).number().to_string(), "1");
}

#[test]
fn an_import_cannot_use_up_the_numbers() {
    let mut desk = Desk::new(0);
    let highest = number(&u32::MAX.to_string());
    let mut draft = draft("From afar");
    draft.number = Some(highest);
    draft.messages[0].number = Some(highest);
    let first = desk.change(START, |desk| desk.open(draft.clone())).unwrap();
    let second = desk.change(START, |desk| desk.open(draft)).unwrap();
    desk.change(START, |desk| desk.post(first, posting("More.", None))).unwrap();
    assert_eq!(desk.ticket(second).number(), number("2"));
    assert_eq!(desk.ticket(first).conversation().len(), 2);
    desk.check();
}
