//! Laws of several machines with one desk: whoever has seen the same entries has the same desk.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use tix::domain::ids::{Name, Number, Reference, Replica, Uid};
use tix::error::Kind;
use tix::store::{Chosen, Line};

use crate::desk::{Desk, Move, START, a_move, cases};

/// Brings to `to` everything that `from` knows.
pub(crate) fn exchange(from: &Desk, to: &mut Desk) {
    let lines = from.store.lines_after(&to.store.seen().unwrap()).unwrap();
    let known = to.lines().len();
    assert_eq!(to.store.merge(&lines).unwrap(), lines.len() as u64);
    assert_eq!(to.lines().len(), known + lines.len());
}

/// What happens next, on which of three machines.
#[derive(Clone, Debug)]
enum Next {
    Made(usize, i64, Move),
    /// Some lines get through, in some order, some of them twice.
    Sent {
        from: usize,
        to: usize,
        order: u64,
        part: Index,
    },
}

fn next() -> impl Strategy<Value = Next> {
    // Clocks that stand still, that are far apart, and that go backwards.
    let clock = prop_oneof![0..4i64, 0..100_000i64];
    prop_oneof![
        3 => (0..3usize, clock, a_move()).prop_map(|(who, now, made)| Next::Made(who, START + now, made)),
        2 => (0..3usize, 1..3usize, any::<u64>(), any::<Index>())
            .prop_map(|(from, by, order, part)| Next::Sent { from, to: (from + by) % 3, order, part }),
    ]
}

/// Sends a part of what `from` knows: the rest comes later or never.
fn send(from: &Desk, to: &mut Desk, order: u64, part: Index) {
    let mut lines = from.store.lines_after(&to.store.seen().unwrap()).unwrap();
    lines.extend(from.lines().into_iter().step_by(3));
    lines.sort_by_key(|line| {
        *blake3::hash(format!("{order}{:?}", line.stamp).as_bytes()).as_bytes()
    });
    let new = lines.len();
    lines.truncate(part.index(new + 1));
    to.store.merge(&lines).unwrap();
}

/// What was promised to people on some machine, and must hold on every machine for ever.
#[derive(Default)]
struct Promised {
    lines: BTreeMap<(Replica, u64), Line>,
    tickets: BTreeMap<Number, Uid>,
    messages: BTreeMap<(Uid, Number), (String, String)>,
}

impl Promised {
    fn note(&mut self, desk: &Desk) {
        for line in desk.lines() {
            let kept =
                self.lines.entry((line.stamp.replica, line.stamp.seq)).or_insert(line.clone());
            assert_eq!(*kept, line);
        }
        for uid in desk.live() {
            let ticket = desk.ticket(uid);
            for number in &ticket.numbers {
                assert_eq!(*self.tickets.entry(*number).or_insert(uid), uid, "{number} was moved");
            }
            for number in ticket.messages.keys().chain(ticket.aliases.keys()) {
                let Some(post) = ticket.post(*number) else { panic!("{number} leads nowhere") };
                let who =
                    (post.message.author.to_string(), format!("{:?}", post.message.reference));
                let known = self.messages.entry((uid, *number)).or_insert_with(|| who.clone());
                assert_eq!(*known, who, "{uid} {number} was moved");
            }
        }
    }

    fn check(&self, desk: &Desk) {
        let lines: BTreeMap<_, _> = desk
            .lines()
            .into_iter()
            .map(|line| ((line.stamp.replica, line.stamp.seq), line))
            .collect();
        assert_eq!(lines, self.lines);
        for (number, uid) in &self.tickets {
            let reference = Reference { ticket: Name::Number(*number), message: None };
            let ticket = desk.ticket(*uid);
            match desk.store.read().own(&reference) {
                Ok(found) => {
                    assert_eq!(found, *uid);
                    let whole = desk.store.read().resolve(&reference).unwrap();
                    assert_eq!(whole, crate::surgery::part_of(desk, *uid));
                }
                Err(e) => {
                    assert_eq!(e.kind, Kind::NotFound);
                    assert!(ticket.voided && ticket.numbers.contains(number), "{number}: {e}");
                }
            }
        }
        for ((uid, number), (author, _)) in &self.messages {
            let ticket = desk.ticket(*uid);
            assert_eq!(ticket.post(*number).unwrap().message.author.to_string(), *author);
        }
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn replicas_that_have_seen_the_same_entries_are_equal(story in vec(next(), 1..32)) {
        let mut desks = [Desk::new(0), Desk::new(1), Desk::new(2)];
        let mut promised = Promised::default();
        for next in &story {
            match next {
                Next::Made(who, now, made) => {
                    desks[*who].play(*now, made);
                    promised.note(&desks[*who]);
                }
                Next::Sent { from, to, order, part } => {
                    let [from, to] = desks.get_disjoint_mut([*from, *to]).unwrap();
                    send(from, to, *order, *part);
                    promised.note(to);
                }
            }
        }
        for (from, to) in [(0, 1), (1, 2), (2, 0), (0, 1)] {
            let [from, to] = desks.get_disjoint_mut([from, to]).unwrap();
            exchange(from, to);
        }
        for desk in &mut desks {
            promised.check(desk);
            desk.check();
        }
        for other in &desks[1..] {
            prop_assert_eq!(desks[0].store.derived().unwrap(), other.store.derived().unwrap());
            prop_assert_eq!(desks[0].export(), other.export());
            let log = |desk: &Desk| serde_json::to_string(&desk.store.read().log(&Chosen::default()).unwrap());
            prop_assert_eq!(log(&desks[0]).unwrap(), log(other).unwrap());
        }
    }
}
