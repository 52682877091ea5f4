//! Laws of erasure: what was purged is gone on every machine, whatever arrives when; nothing else is.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use tix::domain::event::{Content, Entry, Event, Wording};
use tix::domain::ids::{ChangeId, Hash, Number, Stamp, Timestamp, Uid};
use tix::domain::purge::{Known, Purge, Remains};
use tix::error::Kind;
use tix::store::{Chosen, Doomed, Line};

use crate::desk::{Desk, Move, START, a_move, cases, draft, posting};

/// What happens next, on which of three machines.
#[derive(Clone, Debug)]
enum Next {
    Made(usize, i64, Move),
    Purged(usize, i64, What, Index, Index),
    /// Some lines get through, in some order.
    Sent {
        from: usize,
        to: usize,
        order: u64,
        part: Index,
    },
}

#[derive(Clone, Copy, Debug)]
enum What {
    Ticket,
    Message,
    Customer,
    Record,
}

fn next() -> impl Strategy<Value = Next> {
    use What::{Customer, Message, Record, Ticket};
    let clock = || prop_oneof![0..4i64, 0..100_000i64];
    let what =
        prop_oneof![3 => Just(Ticket), 4 => Just(Message), 1 => Just(Customer), 1 => Just(Record)];
    prop_oneof![
        8 => (0..3usize, clock(), a_move()).prop_map(|(who, now, made)| Next::Made(who, START + now, made)),
        2 => (0..3usize, clock(), what, any::<Index>(), any::<Index>())
            .prop_map(|(who, now, what, one, message)| Next::Purged(who, START + now, what, one, message)),
        5 => (0..3usize, 1..3usize, any::<u64>(), any::<Index>())
            .prop_map(|(from, by, order, part)| Next::Sent { from, to: (from + by) % 3, order, part }),
    ]
}

/// Sends a part of what `from` knows: the rest comes later or never.
fn send(from: &Desk, to: &mut Desk, order: u64, part: Index) {
    let mut lines = from.store.lines_after(&to.store.seen().unwrap()).unwrap();
    lines.sort_by_key(|line| {
        *blake3::hash(format!("{order}{:?}", line.stamp).as_bytes()).as_bytes()
    });
    let new = lines.len();
    lines.truncate(part.index(new + 1));
    to.store.merge(&lines).unwrap();
}

/// Sends everything everywhere, until nobody has anything new.
fn settle(desks: &mut [Desk; 3]) {
    for round in 0.. {
        assert!(round < 20, "machines go on and on");
        let mut sent = 0;
        for (from, to) in [(0, 1), (1, 2), (2, 0), (1, 0), (2, 1), (0, 2)] {
            let [from, to] = desks.get_disjoint_mut([from, to]).unwrap();
            let lines = from.store.lines_after(&to.store.seen().unwrap()).unwrap();
            sent += to.store.merge(&lines).unwrap();
        }
        if sent == 0 {
            return;
        }
    }
}

/// What is to go, if there is such a thing.
fn doomed(desk: &Desk, what: What, one: Index, message: Index) -> Option<Doomed> {
    if let What::Customer | What::Record = what {
        let name = ["red", "globex"][message.index(2)].to_owned();
        return Some(Doomed::Customer(name, matches!(what, What::Record)));
    }
    let live = desk.live();
    if live.is_empty() {
        return None;
    }
    let uid = *one.get(&live);
    if let What::Ticket = what {
        return Some(Doomed::Ticket(uid));
    }
    let messages: Vec<Number> = desk.ticket(uid).messages.keys().copied().collect();
    (!messages.is_empty()).then(|| Doomed::Message(uid, *message.get(&messages)))
}

/// The texts of what is gone that stand in the journal.
fn left(desk: &Desk) -> Vec<String> {
    let entries: Vec<(Entry, Hash)> = desk
        .lines()
        .into_iter()
        .filter(|line| line.content.is_some())
        .map(|line| (line.entry(), Hash(line.digest)))
        .collect();
    let mut known = Known::default();
    for (entry, _) in &entries {
        if let Event::Purged(purge) = &entry.content.event {
            known.add(entry.ticket, entry.stamp, purge);
        }
    }
    let covered = entries.iter().filter(|(entry, digest)| known.covers(entry, *digest));
    covered.map(|(entry, _)| format!("{entry:?}")).collect()
}

/// The numbers that were given, which stay their tickets' for ever.
fn note(numbers: &mut BTreeMap<Number, Uid>, desk: &Desk) {
    for uid in desk.live() {
        for number in desk.ticket(uid).numbers {
            assert_eq!(*numbers.entry(number).or_insert(uid), uid, "{number} was given again");
        }
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn what_was_purged_is_gone_on_every_machine(story in vec(next(), 1..40)) {
        let mut desks = [Desk::new(0), Desk::new(1), Desk::new(2)];
        let (mut numbers, mut gone) = (BTreeMap::new(), Vec::new());
        for next in &story {
            match next {
                Next::Made(who, now, made) => {
                    desks[*who].play(*now, made);
                    note(&mut numbers, &desks[*who]);
                }
                Next::Purged(who, now, what, one, message) => {
                    let desk = &mut desks[*who];
                    let Some(it) = doomed(desk, *what, *one, *message) else { continue };
                    let it = [it];
                    let scope = desk.store.read().scope(&it).unwrap();
                    desk.change(*now, |desk| desk.purge(&it, &scope)).unwrap();
                    let more = desk.store.read().scope(&it).unwrap();
                    prop_assert!(more.is_empty(), "{more:?}");
                    prop_assert_eq!(left(desk), Vec::<String>::new());
                    // What others erased may have come before the purge that says so.
                    let derived = desk.store.derived().unwrap();
                    desk.store.rebuild().unwrap();
                    prop_assert_eq!(derived, desk.store.derived().unwrap());
                    gone.extend(it);
                }
                Next::Sent { from, to, order, part } => {
                    let [from, to] = desks.get_disjoint_mut([*from, *to]).unwrap();
                    send(from, to, *order, *part);
                    note(&mut numbers, to);
                }
            }
        }
        settle(&mut desks);
        for desk in &mut desks {
            desk.check();
            for it in &gone {
                match it {
                    Doomed::Ticket(uid) => prop_assert!(desk.ticket(*uid).purged.is_some()),
                    Doomed::Message(uid, number) => {
                        let ticket = desk.ticket(*uid);
                        let gone = ticket.post(*number).is_some_and(|post| post.purged.is_some());
                        prop_assert!(gone || ticket.purged.is_some(), "{uid} {number}");
                    }
                    // One may be kept anew.
                    Doomed::Customer(..) => {}
                }
            }
            prop_assert_eq!(left(desk), Vec::<String>::new());
            for (number, uid) in &numbers {
                let ticket = desk.ticket(*uid);
                prop_assert!(ticket.numbers.contains(number), "{number} is forgotten");
            }
        }
        for other in &desks[1..] {
            prop_assert_eq!(desks[0].store.derived().unwrap(), other.store.derived().unwrap());
            prop_assert_eq!(desks[0].export(), other.export());
            let log = |desk: &Desk| serde_json::to_string(&desk.store.read().log(&Chosen::default()).unwrap());
            prop_assert_eq!(log(&desks[0]).unwrap(), log(other).unwrap());
            prop_assert_eq!(desks[0].lines(), other.lines());
        }
    }
}

/// Purges, seen as it is.
fn purge(desk: &mut Desk, now: i64, it: &Doomed) {
    let it = std::slice::from_ref(it);
    let scope = desk.store.read().scope(it).unwrap();
    desk.change(now, |desk| desk.purge(it, &scope)).unwrap();
}

/// Does any entry hold this text?
fn holds(desk: &Desk, text: &str) -> bool {
    desk.lines().iter().any(|line| line.content.as_ref().is_some_and(|(it, _)| it.contains(text)))
}

#[test]
fn what_another_machine_copied_meanwhile_goes_too_and_its_numbers_stay() {
    let (mut one, mut two) = (Desk::new(0), Desk::new(1));
    let uid = one.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    let secret = posting("My password is 1234.", None);
    let number = one.change(START + 1, |desk| desk.post(uid, secret)).unwrap();
    two.store.merge(&one.lines()).unwrap();
    // Two splits it off, and edits it there; one purges it.
    let split = two
        .change(START + 2, |desk| {
            let open = desk.open(draft("Another"))?;
            let new = desk.split(uid, &[number].into(), Some("Passwords"))?;
            desk.merge(new, open)?;
            Ok(open)
        })
        .unwrap();
    let copy = two.ticket(split).messages.keys().last().copied().unwrap();
    two.change(START + 3, |desk| {
        let post = desk.ticket(split)?.post(copy).cloned().unwrap();
        let to = Wording { body: "It was 1234!".into(), edited_at: None };
        desk.reword(split, &post, &to)
    })
    .unwrap();
    purge(&mut one, START + 4, &Doomed::Message(uid, number));
    assert!(!holds(&one, "1234") && holds(&two, "1234"));
    let mut desks = [one, two, Desk::new(2)];
    settle(&mut desks);
    for desk in &mut desks {
        assert!(!holds(desk, "1234"));
        desk.check();
        let ticket = desk.ticket(split);
        assert!(ticket.post(copy).unwrap().purged.is_some());
    }
    let next = desks[1].change(START + 9, |desk| desk.post(split, posting("Next", None))).unwrap();
    assert!(next.n > copy.n, "{next} after {copy}");
}

#[test]
fn a_purge_and_what_it_erased_cannot_be_taken_back() {
    let mut desk = Desk::new(0);
    let uid = desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    let mut said = None;
    desk.change(START + 1, |desk| {
        said = Some((desk.post(uid, posting("My password is 1234.", None))?, desk.change()));
        Ok(())
    })
    .unwrap();
    let (number, change) = said.unwrap();
    purge(&mut desk, START + 2, &Doomed::Message(uid, number));
    for _ in 0..2 {
        let error = desk.undo(START + 3).unwrap_err();
        assert_eq!(error.kind, Kind::Invalid, "{error}");
        assert!(error.to_string().contains("purged"), "{error}");
    }
    let named = |desk: &mut tix::store::Writer<'_>| {
        let target = desk.named(&change.to_string())?;
        desk.take_back(target)
    };
    let error = desk.change(START + 4, named).unwrap_err();
    assert!(error.to_string().contains("purged since"), "{error}");
    for event in [Event::Unlabelled("hot".into()), Event::Resaid(number)] {
        desk.change(START + 5, |desk| desk.record(uid, event)).unwrap();
    }
    purge(&mut desk, START + 6, &Doomed::Ticket(uid));
    let error = desk.change(START + 7, |desk| desk.record(uid, Event::Restored));
    assert_eq!(error.unwrap_err().what, "#1 was purged");
    desk.check();
}

#[test]
fn whoever_saw_less_than_goes_by_now_is_refused() {
    let mut desk = Desk::new(0);
    let uid = desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    let it = [Doomed::Ticket(uid)];
    let scope = desk.store.read().scope(&it).unwrap();
    desk.change(START + 1, |desk| desk.post(uid, posting("Wait!", None))).unwrap();
    let error = desk.change(START + 2, |desk| desk.purge(&it, &scope)).unwrap_err();
    assert_eq!(error.kind, Kind::Invalid);
    assert!(desk.ticket(uid).purged.is_none());
}

/// A purge as older versions wrote it, which may list what is another machine's by now.
#[test]
fn a_ticket_that_nothing_opens_any_more_is_nowhere() {
    let (mut desk, other) = (Desk::new(0), Desk::new(1));
    let uid = desk.change(START, |desk| desk.open(draft("Printer on fire"))).unwrap();
    let opened = desk.lines()[0].stamp;
    let remains = Remains { replica: opened.replica, seq: opened.seq, digest: None, said: None };
    let purge = Purge { entries: vec![remains], ..Purge::default() };
    let event = Event::Purged(Box::new(purge));
    let by = crate::desk::person("Grace <grace@acme.example>");
    let content = serde_json::to_string(&Content { by, when: None, mark: None, event }).unwrap();
    let replica = other.store.mine().unwrap().replica;
    let stamp = Stamp { at: Timestamp(START + 1), replica, seq: 1 };
    let line = Line::new(stamp, (uid, ChangeId([7; 8])), (content, [7; 16]), &[0; 32]);
    desk.store.merge(&[line]).unwrap();
    assert!(desk.live().is_empty());
    desk.check();
}
