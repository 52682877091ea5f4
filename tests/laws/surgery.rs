//! Laws of merging, splitting and linking: nothing is lost, names hold for ever, and all of it can
//! be taken back.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tix::domain::draft::Posting;
use tix::domain::event::{Attachment, Event, Field, Link, Swap, Wording};
use tix::domain::ids::{Hash, Name, Number, Reference, Timestamp, Uid};
use tix::domain::words::{By, LinkKind, MessageKind};
use tix::error::{Kind, Result};
use tix::store::{Merged, Writer};
use tix::view::Messages;

use crate::desk::{Desk, START, cases, draft, import, moves, number, person, posting};
use crate::replicas::exchange;

/// What is done to tickets as wholes; which ones is picked when it is done.
#[derive(Clone, Debug)]
pub(crate) enum Cut {
    Merge(Vec<Index>, Index),
    Split(Index, Vec<Index>),
    Link(Index, LinkKind, Index),
    Unlink(Index, Index),
}

pub(crate) fn cuts() -> impl Strategy<Value = Cut> {
    let one = any::<Index>;
    prop_oneof![
        4 => (vec(one(), 1..3), one()).prop_map(|(of, into)| Cut::Merge(of, into)),
        3 => (one(), vec(one(), 1..3)).prop_map(|(of, messages)| Cut::Split(of, messages)),
        3 => (one(), select(LinkKind::ALL), one()).prop_map(|(a, kind, b)| Cut::Link(a, kind, b)),
        1 => (one(), one()).prop_map(|(a, b)| Cut::Unlink(a, b)),
    ]
}

pub(crate) fn perform(desk: &mut Writer<'_>, cut: &Cut, live: &[Uid]) -> Result<()> {
    match cut {
        _ if live.is_empty() => {}
        Cut::Merge(of, into) => {
            for part in of {
                desk.merge(*part.get(live), *into.get(live))?;
            }
        }
        Cut::Split(of, messages) => {
            let uid = whole(desk, *of, live)?;
            let there = desk.ticket(uid)?.conversation();
            let there: Vec<Number> = there.iter().map(|post| post.message.number).collect();
            if there.is_empty() {
                return Ok(());
            }
            let picked = messages.iter().map(|index| *index.get(&there)).collect();
            desk.split(uid, &picked, None)?;
        }
        Cut::Link(one, kind, other) => {
            let to = whole(desk, *other, live)?;
            let uid = whole(desk, *one, live)?;
            desk.link(uid, Link { kind: *kind, to })?;
        }
        Cut::Unlink(one, other) => {
            let (one, other) = (whole(desk, *one, live)?, whole(desk, *other, live)?);
            desk.unlink(one, None, other)?;
        }
    }
    Ok(())
}

/// What a command does something to, when it is given the number of one of these.
pub(crate) fn whole(desk: &mut Writer<'_>, one: Index, live: &[Uid]) -> Result<Uid> {
    let ticket = Name::Number(desk.ticket(*one.get(live))?.number());
    desk.resolve(&Reference { ticket, message: None })
}

/// Records what happens to one ticket as commands do: they make no circles.
pub(crate) fn record(desk: &mut Writer<'_>, uid: Uid, event: Event) -> Result<()> {
    let done = match &event {
        Event::Linked(link) => desk.link(uid, *link).map(drop),
        Event::Set(swap) => match swap.to {
            Field::Merged(Some(into)) if desk.ticket(into).is_ok() => {
                desk.merge(uid, into).map(drop)
            }
            // Nothing is merged into what is not there, and tickets are parted by undo only.
            Field::Merged(into) if into != Some(Uid::of_source(NOWHERE)) => Ok(()),
            _ => desk.record(uid, event).map(drop),
        },
        _ => desk.record(uid, event).map(drop),
    };
    match done {
        Err(e) if e.kind == Kind::Invalid => Ok(()),
        done => done,
    }
}

/// The source of no ticket.
const NOWHERE: &str = "nowhere:1";

/// Tickets that imports open, and one that nobody knows.
pub(crate) fn others() -> impl Strategy<Value = Uid> {
    select(vec!["github:acme/app#0", "github:acme/app#1", NOWHERE]).prop_map(Uid::of_source)
}

pub(crate) fn links() -> impl Strategy<Value = Link> {
    (select(LinkKind::ALL), others()).prop_map(|(kind, to)| Link { kind, to })
}

/// The ticket that one is part of, by going on from ticket to ticket.
pub(crate) fn part_of(desk: &Desk, uid: Uid) -> Uid {
    let (mut here, mut passed) = (uid, vec![]);
    let next = |uid: Uid| {
        let into = desk.ticket(uid).now.merged?;
        desk.store.read().ticket(into).ok().filter(|into| !into.voided).map(|into| into.uid)
    };
    while let Some(into) = next(here) {
        passed.push(here);
        if let Some(place) = passed.iter().position(|it| *it == into) {
            return *passed[place..].iter().min().unwrap();
        }
        here = into;
    }
    here
}

/// Every message of the desk that is there, by author and text: how often.
fn said(desk: &Desk) -> BTreeMap<String, usize> {
    let mut said = BTreeMap::new();
    for ticket in desk.tickets().into_iter().filter(|ticket| ticket.merged_into.is_none()) {
        let Messages::All(messages) = ticket.messages else { panic!("no messages") };
        for message in messages {
            *said
                .entry(format!("{} {} {:?}", message.author, message.body, message.kind))
                .or_insert(0) += 1;
        }
    }
    said
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn merging_and_splitting_lose_no_message_and_double_none(
        moves in moves(8),
        cuts in vec(cuts(), 1..8),
    ) {
        let mut desk = Desk::after(&moves);
        for (second, cut) in (0..).zip(&cuts) {
            let before = said(&desk);
            let live = desk.live();
            let made = desk.change(START + 60_000 + second * 1000, |desk| perform(desk, cut, &live));
            if made.is_ok() {
                let after = said(&desk);
                let what = format!("{cut:?}: {before:?} became {after:?}");
                prop_assert!(after.keys().eq(before.keys()), "{}", what);
                // What came from one place is one message, however often it was brought.
                prop_assert!(after.iter().all(|(text, count)| *count <= before[text]), "{}", what);
            }
        }
        desk.check();
    }

    #[test]
    fn a_message_is_found_by_every_name_it_ever_had(
        moves in moves(8),
        cuts in vec(cuts(), 1..8),
    ) {
        let mut desk = Desk::after(&moves);
        let mut names: BTreeMap<(Uid, Number), String> = BTreeMap::new();
        for (second, cut) in (0..).zip(&cuts) {
            for uid in desk.live().into_iter().filter(|uid| part_of(&desk, *uid) == *uid) {
                for post in desk.ticket(uid).conversation() {
                    names.insert((uid, post.message.number), post.message.wording.body.clone());
                }
            }
            let live = desk.live();
            drop(desk.change(START + 60_000 + second * 1000, |desk| perform(desk, cut, &live)));
        }
        for ((uid, number), body) in names {
            let on = desk.ticket(uid).number();
            let (ticket, message) = Some(number.within(on)).map(|it| (Name::Number(on), Some(it))).unwrap();
            let found = desk.store.read().message(&Reference { ticket, message });
            let (ticket, number) = found.unwrap();
            let post = ticket.post(number).unwrap();
            prop_assert!(!post.removed);
            prop_assert_eq!(&post.message.wording.body, &body);
            // It stands on what its ticket is part of, unless it was taken away there.
            let whole = desk.ticket(part_of(&desk, ticket.uid));
            let there = whole.copy_of(post, ticket.uid);
            prop_assert!(whole.uid == ticket.uid || there.is_some_and(|copy| copy.removed));
        }
    }
}

/// Two tickets of two people, the second with a note and an answer.
fn two(desk: &mut Desk) -> (Uid, Uid) {
    let by = |who: &str, body: &str| Posting { author: person(who), ..posting(body, None) };
    desk.change(START, |desk| {
        let one = desk.open(draft("Printer on fire"))?;
        let other = desk.open(draft("Smoke in room 7"))?;
        desk.post(other, by("Bo <bo@x.example>", "I see it too."))?;
        desk.post(other, Posting::ours(MessageKind::Note, person("Mira"), "Arson?".into()))?;
        let answer = Posting::ours(MessageKind::Reply, person("Mira"), "Get out.".into());
        let answer =
            Posting { answers: Some(number("2")), to: vec![person("Bo <bo@x.example>")], ..answer };
        desk.post(other, answer)?;
        Ok((one, other))
    })
    .unwrap()
}

#[test]
fn what_a_message_answers_is_known_where_it_is_moved() {
    let mut desk = Desk::new(0);
    let (one, other) = two(&mut desk);
    desk.change(START + 1000, |desk| desk.merge(other, one)).unwrap();
    let ticket = desk.ticket(one);
    let posts = ticket.conversation();
    let texts: Vec<&str> = posts.iter().map(|post| post.message.wording.body.as_str()).collect();
    assert_eq!(texts, ["It burns.", "It burns.", "I see it too.", "Arson?", "Get out."]);
    let answer = &posts[4].message;
    assert_eq!(answer.answers, Some(posts[2].message.number));
    assert_eq!(answer.to, [person("Bo <bo@x.example>")]);
    let places: Vec<_> =
        posts.iter().map(|post| post.message.origin.map(|it| (it.ticket, it.number))).collect();
    let from = |n: &str| Some((other, number(n)));
    assert_eq!(places, [None, from("1"), from("2"), from("3"), from("4")]);
    let new = desk
        .change(START + 2000, |desk| desk.split(one, &[number("3"), number("5")].into(), None))
        .unwrap();
    let split = desk.ticket(new);
    assert_eq!(split.conversation()[1].message.answers, Some(number("1")));
    assert_eq!(split.now.requester, Some(person("Bo <bo@x.example>")));
    assert_eq!(split.conversation()[0].place_from(new).ticket, other);
}

#[test]
fn a_description_of_ours_answers_nothing_where_it_is_moved() {
    let mut desk = Desk::new(0);
    let ours = |desk: &mut Writer<'_>| {
        let mut draft = draft("We saw smoke");
        (draft.messages[0].by, draft.messages[0].author) = (By::Us, person("Mira"));
        desk.open(draft)
    };
    let asked = desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    let seen = desk.change(START + 1000, ours).unwrap();
    desk.change(START + 2000, |desk| desk.merge(seen, asked)).unwrap();
    let ticket = desk.ticket(asked);
    assert_eq!((ticket.turn(), ticket.our_replies().count()), (Some(By::Us), 0));
    assert_eq!(ticket.waits_since().map(|at| at.0), Some(START));
    assert_eq!(ticket.updated_at().0, START + 2000);
}

/// Two machines that know the same two tickets.
fn apart() -> (Desk, Desk, Uid, Uid) {
    let (mut one, mut other) = (Desk::new(0), Desk::new(1));
    let (a, b) = two(&mut one);
    exchange(&one, &mut other);
    (one, other, a, b)
}

fn meet(one: &mut Desk, other: &mut Desk) {
    exchange(one, other);
    exchange(other, one);
    assert_eq!(one.store.derived().unwrap(), other.store.derived().unwrap());
    assert_eq!(one.export(), other.export());
    one.check();
    other.check();
}

fn resolved(desk: &Desk, name: &str) -> Uid {
    desk.store.read().resolve(&name.parse().unwrap()).unwrap()
}

#[test]
fn machines_that_merge_each_into_the_other_agree_on_one_ticket() {
    let (mut one, mut other, a, b) = apart();
    one.change(START + 1000, |desk| desk.merge(a, b)).unwrap();
    other.change(START + 1000, |desk| desk.merge(b, a)).unwrap();
    meet(&mut one, &mut other);
    for desk in [&one, &other] {
        let all = [resolved(desk, "1"), resolved(desk, "2")];
        assert_eq!(all, [a.min(b); 2]);
        for name in ["1.1", "2.1", "2.4"] {
            let found = desk.store.read().message(&name.parse().unwrap());
            assert!(found.is_ok(), "{name}");
        }
    }
    let third = one.change(START + 2000, |desk| desk.open(draft("Third"))).unwrap();
    one.change(START + 3000, |desk| desk.merge(third, a)).unwrap();
    meet(&mut one, &mut other);
    assert_eq!(resolved(&other, "3"), a.min(b));
    assert_eq!(one.ticket(a.min(b)).messages.values().filter(|it| !it.removed).count(), 6);
    // Each takes back its own, and all is as it was.
    other.undo(START + 4000).unwrap();
    meet(&mut one, &mut other);
    one.undo(START + 5000).unwrap();
    one.undo(START + 6000).unwrap();
    one.undo(START + 7000).unwrap();
    meet(&mut one, &mut other);
    for desk in [&one, &other] {
        assert_eq!((resolved(desk, "1"), resolved(desk, "2")), (a, b));
        assert_eq!(
            (desk.ticket(a).conversation().len(), desk.ticket(b).conversation().len()),
            (1, 4)
        );
    }
}

#[test]
fn one_merge_on_two_machines_is_one_merge() {
    let (mut one, mut other, a, b) = apart();
    one.change(START + 1000, |desk| desk.merge(b, a)).unwrap();
    other.change(START + 2000, |desk| desk.merge(b, a)).unwrap();
    meet(&mut one, &mut other);
    let ticket = other.ticket(a);
    assert_eq!((ticket.conversation().len(), ticket.conflicts.len()), (5, 0));
    assert!(other.ticket(b).conflicts.is_empty() || other.ticket(b).now.merged == Some(a));
}

#[test]
fn what_another_machine_added_meanwhile_is_listed_and_moved_by_merging_again() {
    let (mut one, mut other, a, b) = apart();
    one.change(START + 1000, |desk| desk.merge(b, a)).unwrap();
    other.change(START + 2000, |desk| desk.post(b, posting("Still burning.", None))).unwrap();
    meet(&mut one, &mut other);
    let behind = |desk: &Desk| desk.store.read().left_behind(&desk.ticket(a)).unwrap();
    assert_eq!(behind(&one), [(number("2"), 1)]);
    let found = one.store.read().message(&"2.b5".parse().unwrap()).unwrap();
    assert_eq!((found.0.uid, found.1), (b, number("b5")));
    let merged = one.change(START + 3000, |desk| desk.merge(b, a)).unwrap();
    assert_eq!(merged, Merged { new: false, messages: 1, woken: None });
    assert_eq!((behind(&one), one.ticket(a).conversation().len()), (vec![], 6));
    let again = one.change(START + 4000, |desk| desk.merge(b, a)).unwrap();
    assert_eq!(again, Merged { new: false, messages: 0, woken: None });
    // The first merge cannot go without the second.
    let first = one
        .changes()
        .into_iter()
        .find(|it| one.store.read().change_named(it).unwrap().summary == "merged #2 into #1");
    let undo = |desk: &mut Writer<'_>| {
        let target = desk.named(first.as_deref().unwrap())?;
        desk.take_back(target)
    };
    let error = one.change(START + 5000, undo).unwrap_err();
    assert_eq!(error.what, "more of #2 came to #1 since");
    one.undo(START + 6000).unwrap();
    one.change(START + 7000, undo).unwrap();
    meet(&mut one, &mut other);
    assert_eq!((one.ticket(a).conversation().len(), one.ticket(b).conversation().len()), (1, 5));
}

#[test]
fn an_import_brings_news_of_a_merged_ticket_to_the_whole() {
    let mut desk = Desk::new(0);
    let whole = desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    desk.change(START + 1000, |desk| desk.meet(import(5, 0))).unwrap();
    let part = import(5, 0).uid.unwrap();
    desk.change(START + 2000, |desk| desk.merge(part, whole)).unwrap();
    desk.change(START + 3000, |desk| desk.meet(import(5, 2))).unwrap();
    let bodies = |uid: Uid| -> Vec<String> {
        let ticket = desk.ticket(uid);
        ticket.conversation().iter().map(|it| it.message.wording.body.clone()).collect()
    };
    let source = |n: u8| format!("github:acme/app#5, {n}");
    assert_eq!(bodies(part), [source(0), source(1), source(2)]);
    assert_eq!(bodies(whole), [source(0), source(1), source(2), "It burns.".to_owned()]);
    let ticket = desk.ticket(part);
    assert_eq!(ticket.now.merged, Some(whole));
    assert_eq!(ticket.now.state.resolution, Some(tix::domain::words::Resolution::Duplicate));
    let met = desk.change(START + 4000, |desk| desk.meet(import(5, 2))).unwrap();
    assert_eq!(met, tix::store::Met::Known);
    let before = desk.export();
    desk.undo(START + 5000).unwrap();
    desk.redo(START + 6000).unwrap();
    assert_eq!(desk.export(), before);
    // The source's own news would be lost on the whole if the merge went alone.
    let merge = desk
        .changes()
        .into_iter()
        .find(|it| desk.store.read().change_named(it).unwrap().summary == "merged #2 into #1");
    let undo = |desk: &mut Writer<'_>| {
        let target = desk.named(merge.as_deref().unwrap())?;
        desk.take_back(target)
    };
    let error = desk.change(START + 7000, undo).unwrap_err();
    assert_eq!(error.what, "more of #2 came to #1 since");
    desk.undo(START + 8000).unwrap();
    desk.undo(START + 9000).unwrap();
    assert_eq!(desk.ticket(whole).conversation().len(), 1);
}

#[test]
fn an_edit_in_the_source_is_followed_unless_the_copy_was_edited_here() {
    let reworded = |text: &str| {
        let mut draft = import(5, 1);
        draft.messages[1].wording.body = text.to_owned();
        draft.opening.updated_at = Some(Timestamp(START + 2_500));
        draft
    };
    for edited in [false, true] {
        let mut desk = Desk::new(0);
        let whole = desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
        desk.change(START + 1000, |desk| desk.meet(import(5, 1))).unwrap();
        let part = import(5, 1).uid.unwrap();
        desk.change(START + 2000, |desk| desk.merge(part, whole)).unwrap();
        if edited {
            let post = desk.ticket(whole).post(number("3")).unwrap().clone();
            let (message, from) = (post.message.number, post.message.wording);
            let to = Wording { body: "Ours".into(), edited_at: None };
            let swap = Box::new(Swap { from, to });
            desk.change(START + 2200, |desk| desk.record(whole, Event::Reworded { message, swap }))
                .unwrap();
        }
        desk.change(START + 3000, |desk| desk.meet(reworded("Edited there"))).unwrap();
        let text =
            |uid, n: &str| desk.ticket(uid).post(number(n)).unwrap().message.wording.body.clone();
        assert_eq!(text(part, "2"), "Edited there");
        assert_eq!(text(whole, "3"), if edited { "Ours" } else { "Edited there" });
    }
}

#[test]
fn what_was_split_off_and_merged_back_has_its_old_number_again() {
    let mut desk = Desk::new(0);
    let (_, other) = two(&mut desk);
    let three = [number("3")].into();
    let new = desk.change(START + 1000, |desk| desk.split(other, &three, None)).unwrap();
    let split = desk.export();
    assert!(desk.ticket(other).post(number("3")).unwrap().removed);
    desk.change(START + 2000, |desk| desk.merge(new, other)).unwrap();
    let ticket = desk.ticket(other);
    assert_eq!((ticket.conversation().len(), ticket.messages.len()), (4, 4));
    let (found, at) = desk.store.read().message(&"3.1".parse().unwrap()).unwrap();
    assert_eq!((found.uid, at), (other, number("3")));
    desk.undo(START + 3000).unwrap();
    assert_eq!(desk.export(), split);
    desk.redo(START + 4000).unwrap();
    assert_eq!(desk.ticket(other).conversation().len(), 4);
    desk.check();
}

#[test]
fn a_moved_message_that_was_worked_on_since_stops_the_undo() {
    let wording = |body: &str| Wording { body: body.to_owned(), edited_at: None };
    let swap = Box::new(Swap { from: wording("I see it too."), to: wording("I saw it.") });
    let (hash, size) = (Hash::of(b"smoke"), 5);
    let file = Attachment { name: "smoke.png".into(), hash, size, media: None };
    for event in [
        Event::Reworded { message: number("3"), swap },
        Event::Attached { message: number("3"), file: Box::new(file) },
    ] {
        let mut desk = Desk::new(0);
        let (one, other) = two(&mut desk);
        desk.change(START + 1000, |desk| desk.merge(other, one)).unwrap();
        let merge = desk.changes()[0].clone();
        desk.change(START + 2000, |desk| desk.record(one, event)).unwrap();
        let undo = |desk: &mut Writer<'_>| {
            let target = desk.named(&merge)?;
            desk.take_back(target)
        };
        let before = desk.export();
        let error = desk.change(START + 3000, undo).unwrap_err();
        assert_eq!(error.what, "message 1.3 has been edited since");
        assert_eq!(desk.export(), before);
        desk.undo(START + 4000).unwrap();
        desk.change(START + 5000, undo).unwrap();
        assert_eq!(desk.ticket(other).conversation().len(), 4);
    }
}

#[test]
fn a_redo_makes_no_circle() {
    let mut desk = Desk::new(0);
    let (one, other) = two(&mut desk);
    desk.change(START + 1000, |desk| desk.merge(other, one)).unwrap();
    desk.undo(START + 2000).unwrap();
    let undone = desk.changes()[0].clone();
    desk.change(START + 3000, |desk| desk.merge(one, other)).unwrap();
    let redo = |desk: &mut Writer<'_>| {
        let target = desk.named(&undone)?;
        desk.take_back(target)
    };
    let error = desk.change(START + 4000, redo).unwrap_err();
    assert_eq!(error.kind, Kind::Invalid, "{error}");
    assert_eq!(resolved(&desk, "1"), other);
}
