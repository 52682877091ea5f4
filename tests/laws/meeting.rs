//! Machines that changed the same thing at the same time, and what neither of them knows.

use tix::domain::draft::{Draft, Posting};
use tix::domain::event::{Content, Event, Field, Opening};
use tix::domain::ids::{ChangeId, Name, Reference, Replica, Stamp, Timestamp, Uid};
use tix::domain::ticket::Conflict;
use tix::domain::words::{Resolution, State};
use tix::store::{Chosen, Line};

use crate::desk::{Desk, START, draft, number, person, posting};
use crate::replicas::exchange;

/// What an import brings of a source that has changed `version` times: each time a message more.
pub(crate) fn import(source: u8, version: u8) -> Draft {
    let name = format!("github:acme/app#{source}");
    let at = |step: u8| Some(Timestamp(START - 90_000_000 + i64::from(step) * 1000));
    let mut opening = Opening::new(&format!("Crash, seen {version} times")).unwrap();
    opening.refs.insert(name.clone());
    opening.labels.insert(format!("seen-{version}"));
    opening.updated_at = at(version);
    let message = |step: u8| Posting {
        created_at: at(step),
        ..posting(&format!("{name}, {step}"), Some(&format!("{name}/{step}")))
    };
    let closed = at(version).map(|at| State::closed(Resolution::Solved, at));
    Draft {
        uid: Some(Uid::of_source(&name)),
        number: None,
        opening,
        created_at: at(0),
        state: closed.filter(|_| version == 2),
        messages: (0..=version).map(message).collect(),
        says: tix::domain::draft::Says::ALL,
    }
}

/// Two desks that share one ticket.
fn two() -> (Desk, Desk, Uid) {
    let (mut one, mut other) = (Desk::new(0), Desk::new(1));
    let uid = one.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    exchange(&one, &mut other);
    (one, other, uid)
}

fn rename(desk: &mut Desk, uid: Uid, now: i64, title: &str) {
    assert!(desk.change(now, |desk| desk.set(uid, Field::Title(title.into()))).unwrap());
}

fn meet(one: &mut Desk, other: &mut Desk) {
    exchange(one, other);
    exchange(other, one);
    assert_eq!(one.store.derived().unwrap(), other.store.derived().unwrap());
    one.check();
    other.check();
}

fn conflict(field: &str, kept: &str, lost: &str) -> Conflict {
    Conflict { field: field.into(), kept: kept.into(), lost: lost.into() }
}

#[test]
fn of_two_changes_at_the_same_time_the_later_wins_and_the_other_is_listed() {
    for (first, second) in [(1000, 2000), (2000, 1000)] {
        let (mut one, mut other, uid) = two();
        rename(&mut one, uid, START + first, "Smoke");
        rename(&mut other, uid, START + second, "Flames");
        meet(&mut one, &mut other);
        let (kept, lost) = if first > second { ("Smoke", "Flames") } else { ("Flames", "Smoke") };
        let ticket = one.ticket(uid);
        assert_eq!(ticket.now.title, kept);
        assert_eq!(ticket.conflicts, [conflict("title", kept, lost)]);
    }
}

#[test]
fn changes_in_the_same_millisecond_have_the_same_winner_everywhere() {
    let (mut one, mut other, uid) = two();
    rename(&mut one, uid, START + 1000, "Smoke");
    rename(&mut other, uid, START + 1000, "Flames");
    meet(&mut one, &mut other);
    let replica =
        |desk: &Desk| desk.lines().iter().map(|line| line.stamp.replica).collect::<Vec<_>>();
    let theirs = replica(&one).into_iter().find(|id| *id != one.lines()[0].stamp.replica);
    assert!(theirs.is_some());
    assert_eq!(one.ticket(uid).conflicts.len(), 1);
    assert_eq!(one.export(), other.export());
}

#[test]
fn a_conflict_is_settled_by_whoever_saw_both_values() {
    let (mut one, mut other, uid) = two();
    rename(&mut one, uid, START + 1000, "Smoke");
    rename(&mut other, uid, START + 2000, "Flames");
    meet(&mut one, &mut other);
    rename(&mut one, uid, START + 3000, "Smoke and flames");
    assert!(one.ticket(uid).conflicts.is_empty());
    meet(&mut one, &mut other);
    assert!(other.ticket(uid).conflicts.is_empty());
    assert_eq!(other.ticket(uid).now.title, "Smoke and flames");
}

#[test]
fn a_settled_conflict_is_back_when_what_settled_it_is_undone() {
    let (mut one, mut other, uid) = two();
    rename(&mut one, uid, START + 1000, "Smoke");
    rename(&mut other, uid, START + 2000, "Flames");
    meet(&mut one, &mut other);
    let (unsettled, listed) = (one.export(), one.ticket(uid).conflicts);
    rename(&mut one, uid, START + 3000, "Smoke and flames");
    let settled = one.export();
    one.undo(START + 4000).unwrap();
    assert_eq!(one.ticket(uid).conflicts, listed);
    assert_eq!(one.export(), unsettled);
    one.redo(START + 5000).unwrap();
    assert_eq!(one.export(), settled);
    meet(&mut one, &mut other);
}

#[test]
fn two_machines_that_agree_have_no_conflict() {
    let (mut one, mut other, uid) = two();
    rename(&mut one, uid, START + 1000, "Smoke");
    rename(&mut other, uid, START + 2000, "Smoke");
    meet(&mut one, &mut other);
    assert!(one.ticket(uid).conflicts.is_empty());
}

#[test]
fn labels_and_messages_of_two_machines_are_all_kept() {
    let (mut one, mut other, uid) = two();
    for (desk, label) in [(&mut one, "hot"), (&mut other, "urgent")] {
        desk.change(START + 1000, |desk| {
            desk.record(uid, Event::Labelled(label.into()))?;
            desk.post(uid, posting(label, None))
        })
        .unwrap();
    }
    meet(&mut one, &mut other);
    let ticket = one.ticket(uid);
    assert_eq!(ticket.now.labels.iter().collect::<Vec<_>>(), ["hot", "urgent"]);
    let names: Vec<String> = ticket
        .conversation()
        .iter()
        .map(|post| post.message.number.within(ticket.number()))
        .collect();
    assert_eq!(names, ["1", "2", "b2"]);
    assert!(ticket.conflicts.is_empty());
}

#[test]
fn two_machines_that_import_the_same_source_meet_in_one_ticket() {
    for version in 0..3 {
        let (mut one, mut other) = (Desk::new(0), Desk::new(1));
        other.change(START, |desk| desk.open(draft("Already here"))).unwrap();
        for (desk, now) in [(&mut one, 1000), (&mut other, 2000)] {
            desk.change(START + now, |desk| desk.meet(import(5, version))).unwrap();
        }
        meet(&mut one, &mut other);
        let uid = import(5, version).uid.unwrap();
        let ticket = one.ticket(uid);
        assert_eq!(ticket.numbers, [number("1"), number("b2")]);
        for name in ["1", "b2", "github:acme/app#5"] {
            let reference: Reference = name.parse().unwrap();
            for desk in [&one, &other] {
                assert_eq!(desk.store.read().resolve(&reference).unwrap(), uid, "{name}");
            }
        }
        assert_eq!(ticket.conversation().len(), usize::from(version) + 1);
        for n in 1..=u32::from(version) + 1 {
            let mine = ticket.post(number(&format!("{n}"))).unwrap();
            assert_eq!(mine, ticket.post(number(&format!("b{n}"))).unwrap());
        }
        assert_eq!(ticket.conflicts, []);
        assert_eq!(
            other.change(START + 3000, |desk| desk.meet(import(5, version))).unwrap(),
            tix::store::Met::Known
        );
    }
}

#[test]
fn a_message_is_known_by_either_of_its_numbers() {
    let (mut one, mut other) = (Desk::new(0), Desk::new(1));
    for (desk, now) in [(&mut one, 1000), (&mut other, 2000)] {
        desk.change(START + now, |desk| desk.meet(import(5, 1))).unwrap();
    }
    let uid = import(5, 1).uid.unwrap();
    other.change(START + 2500, |desk| desk.record(uid, Event::Unsaid(number("b2")))).unwrap();
    meet(&mut one, &mut other);
    assert!(one.ticket(uid).post(number("2")).unwrap().removed);
    one.change(START + 3000, |desk| desk.record(uid, Event::Resaid(number("b2")))).unwrap();
    meet(&mut one, &mut other);
    assert_eq!(other.ticket(uid).conversation().len(), 2);
}

#[test]
fn a_message_that_its_source_named_is_there_once_and_its_double_takes_nothing_away() {
    let (mut one, _, uid) = two();
    let imported =
        || Posting { author: person("bot"), ..posting("From the forum.", Some("forum:1/2")) };
    let first = one.change(START + 1000, |desk| desk.post(uid, imported())).unwrap();
    let before = one.export();
    assert_eq!(one.change(START + 2000, |desk| desk.post(uid, imported())).unwrap(), first);
    assert_eq!(one.export(), before);
}

/// A line as a newer tix on another machine writes it.
fn newer(before: &[u8; 32], (seq, at): (u8, i64), uid: Uid, content: &str) -> Line {
    let stamp = Stamp { at: Timestamp(at), replica: Replica(99), seq: seq.into() };
    let (change, salt) = (ChangeId([seq; 8]), [3; 16]);
    let digest =
        *blake3::Hasher::new().update(&salt).update(content.as_bytes()).finalize().as_bytes();
    let chain = *blake3::Hasher::new()
        .update(b"tix1")
        .update(before)
        .update(&at.to_be_bytes())
        .update(&stamp.replica.0.to_be_bytes())
        .update(&stamp.seq.to_be_bytes())
        .update(&uid.0)
        .update(&change.0)
        .update(&digest)
        .finalize()
        .as_bytes();
    Line { stamp, ticket: uid, change, chain, content: Some((content.to_owned(), salt)), digest }
}

#[test]
fn an_event_that_only_a_newer_tix_knows_is_kept_and_passed_on_and_changes_nothing() {
    let (mut one, mut other, uid) = two();
    let known = serde_json::to_string(&Content {
        by: person("Ada"),
        when: None,
        mark: None,
        event: Event::Labelled("hot".into()),
    })
    .unwrap();
    let first = newer(
        &[0; 32],
        (1, START + 1000),
        uid,
        r#"{"by":"Ada", "event":{"beamed":{"to":"Mars"}}}"#,
    );
    let second = newer(&first.chain, (2, START + 2000), uid, &known);
    let third = newer(
        &second.chain,
        (3, START + 3000),
        uid,
        r#"{"by":"Ada","event":{"set":{"from":{"mood":1},"to":{"mood":2}}}}"#,
    );
    let fourth =
        newer(&third.chain, (4, START + 4000), Uid([9; 16]), r#"["not even","an object"]"#);
    let before = one.export();
    assert_eq!(one.store.merge(std::slice::from_ref(&first)).unwrap(), 1);
    assert_eq!(one.export(), before);
    one.check();
    let rest = [fourth.clone(), second.clone(), third.clone()];
    assert_eq!(one.store.merge(&rest).unwrap(), 3);
    assert_eq!(one.ticket(uid).now.labels.len(), 1);
    rename(&mut one, uid, START, "Still at work");
    meet(&mut one, &mut other);
    let relayed: Vec<Line> =
        other.lines().into_iter().filter(|line| line.stamp.replica == Replica(99)).collect();
    assert_eq!(relayed, [first, second, third, fourth]);
    let log = other.store.read().log(&Chosen::default()).unwrap();
    assert!(log.iter().any(|change| change.events.iter().any(|event| event.what == "unknown")));
}

#[test]
fn entries_that_arrive_before_their_ticket_wait_for_it() {
    let (mut one, mut other, uid) = two();
    rename(&mut other, uid, START + 1000, "Smoke");
    let mut third = Desk::new(2);
    let lines = other.lines();
    let (theirs, ours): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|line| line.stamp.at > Timestamp(START));
    third.store.merge(&theirs).unwrap();
    assert!(third.live().is_empty());
    third.check();
    third.store.merge(&ours).unwrap();
    exchange(&other, &mut one);
    assert_eq!(third.store.derived().unwrap(), one.store.derived().unwrap());
    let by_number = Reference { ticket: Name::Number(number("1")), message: None };
    assert_eq!(third.store.read().resolve(&by_number).unwrap(), uid);
}

#[test]
fn a_slow_clock_sorts_nothing_before_what_it_was_based_on() {
    for now in [START - 60_000, START, START + 999, START + 1000, START + 1001] {
        let (mut one, mut other, uid) = two();
        for n in 0..6 {
            // Each answers the other, in the same millisecond or long before it.
            rename(&mut one, uid, if n == 0 { START + 1000 } else { now }, &format!("{n}"));
            exchange(&one, &mut other);
            rename(&mut other, uid, now, &format!("{n}, they say"));
            exchange(&other, &mut one);
            assert_eq!(one.ticket(uid).now.title, format!("{n}, they say"));
            assert!(one.ticket(uid).conflicts.is_empty());
        }
        meet(&mut one, &mut other);
    }
}

#[test]
fn undo_passes_over_what_a_teammate_already_took_away() {
    let (mut one, mut other, uid) = two();
    rename(&mut one, uid, START + 1000, "Smoke");
    one.change(START + 2000, |desk| desk.record(uid, Event::Labelled("hot".into()))).unwrap();
    meet(&mut one, &mut other);
    other.change(START + 3000, |desk| desk.record(uid, Event::Unlabelled("hot".into()))).unwrap();
    meet(&mut one, &mut other);
    one.undo(START + 4000).unwrap();
    assert_eq!(one.ticket(uid).now.title, "Printer on fire");
    one.check();
}
