//! Desks for questions: what people in many languages did to them on two machines.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tix::domain::draft::{Draft, Posting, Says};
use tix::domain::event::{Field, Opening};
use tix::domain::ids::{Replica, Timestamp, Uid};
use tix::domain::words::{By, Channel, MessageKind, Priority, Resolution, State, Status};

use crate::desk::{Act, Desk, Move, START, files, person, posting};
use crate::oracle::dice::Dice;
use crate::oracle::make::{self, CUSTOMERS, LABELS, PEOPLE, REFS, TIERS};
use crate::oracle::naive::Ticket;
use crate::promises::promises;
use crate::replicas::exchange;
use crate::surgery::cuts;

/// What happens next: on which machine, how many seconds after the last, and what.
#[derive(Clone, Debug)]
pub(crate) enum Next {
    Made(usize, i64, Move),
    /// The machines tell one another everything.
    Met,
}

/// What is known of a desk whose story was played.
pub(crate) struct Told {
    pub(crate) desk: Desk,
    /// Its tickets, in the order of their rows.
    pub(crate) tickets: Vec<Ticket>,
    /// Some time after all of it, in seconds.
    pub(crate) now: i64,
}

pub(crate) fn stories(length: usize) -> impl Strategy<Value = Vec<Next>> {
    let wait = || select(vec![0, 1, 1, 60, 3600, 86_400, 400_000]);
    let first = (wait(), drafts()).prop_map(|(wait, draft)| Next::Made(0, wait, open(draft)));
    let who = prop_oneof![4 => Just(0usize), 1 => Just(1)];
    let next = prop_oneof![
        12 => (who, wait(), moves()).prop_map(|(who, wait, made)| Next::Made(who, wait, made)),
        1 => Just(Next::Met),
    ];
    (vec(first, 3..9), vec(next, 0..length)).prop_map(|(first, rest)| [first, rest].concat())
}

/// Plays a story; the desk is that of the first machine.
pub(crate) fn told(story: &[Next]) -> Told {
    let mut desks = [Desk::new(0), Desk::new(1)];
    let mut rows = Rows::default();
    let mut now = START;
    for next in story.iter().chain([&Next::Met]) {
        match next {
            Next::Made(who, wait, made) => {
                now += wait * 1000;
                desks[*who].play(now, made);
            }
            Next::Met => {
                let [one, other] = desks.each_mut();
                rows.note(one);
                exchange(other, one);
                rows.note(one);
                exchange(one, other);
                // A change in the very moment of one that is known from elsewhere would be put a
                // millisecond after it: lists know that order, the export does not.
                now += 1000;
            }
        }
    }
    let [desk, _] = desks;
    let tickets = tickets(&desk, &rows.order);
    Told { desk, tickets, now: now / 1000 + 100_000 }
}

/// A desk with more tickets than are gathered before a list goes through them in its order.
pub(crate) fn crowd(count: usize, dice: &mut Dice) -> Told {
    let (mut desk, mut rows) = (Desk::new(0), Rows::default());
    let opened = |dice: &mut Dice| {
        let some = dice.pick(&["log", "crash", "登录", "foo bar", "common"]);
        let mut draft = crate::desk::draft(&format!("Common {some} {}", dice.below(30)));
        draft.opening.labels.insert(dice.pick(&["bug", "bug", "Bug", "2026"]).to_owned());
        draft.opening.state = State::of(dice.pick(&Status::ALL[..4]));
        draft.opening.priority = dice.pick(Priority::ALL);
        draft.opening.assignee = dice.pick(&[None, Some(person(PEOPLE[0])), Some(person("bob"))]);
        if dice.one_in(3) {
            draft.state = Some(State::closed(dice.pick(Resolution::ALL), Timestamp(START)));
        }
        let day = i64::try_from(dice.below(40)).unwrap() * 86_400_000;
        draft.created_at = Some(Timestamp(START - day));
        draft
    };
    desk.change(START, |desk| (0..count).try_for_each(|_| desk.open(opened(dice)).map(drop)))
        .unwrap();
    rows.note(&desk);
    let tickets = tickets(&desk, &rows.order);
    Told { desk, tickets, now: START / 1000 + 100_000 }
}

/// The order in which a desk heard of its tickets.
#[derive(Default)]
struct Rows {
    seen: BTreeSet<(Replica, u64)>,
    tickets: BTreeSet<Uid>,
    order: Vec<Uid>,
}

impl Rows {
    /// Lines of one machine come in their order; those of a merge, machine by machine.
    fn note(&mut self, desk: &Desk) {
        let mut lines = desk.lines();
        lines.sort_by_key(|line| (line.stamp.replica, line.stamp.seq));
        for line in lines {
            let new = self.seen.insert((line.stamp.replica, line.stamp.seq));
            if new && self.tickets.insert(line.ticket) {
                self.order.push(line.ticket);
            }
        }
    }
}

fn tickets(desk: &Desk, order: &[Uid]) -> Vec<Ticket> {
    let places: BTreeMap<&Uid, usize> = order.iter().zip(0..).collect();
    let mut tickets: Vec<(usize, Ticket)> = Vec::new();
    for ticket in desk.tickets() {
        let row = places[&ticket.uid];
        let numbers = desk.ticket(ticket.uid).numbers.iter().map(ToString::to_string).collect();
        tickets.push((row, Ticket::new(serde_json::to_value(&ticket).unwrap(), numbers)));
    }
    tickets.sort_by_key(|(row, _)| *row);
    let mut tickets: Vec<Ticket> = tickets.into_iter().map(|(_, ticket)| ticket).collect();
    Ticket::meet(&mut tickets);
    tickets
}

fn open(draft: Draft) -> Move {
    Move::Open(Box::new(draft))
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        3 => drafts().prop_map(open),
        8 => vec((any::<Index>(), acts()), 1..4).prop_map(Move::Work),
        1 => vec((0..3u8, 0..3u8), 1..4).prop_map(Move::Import),
        2 => Just(Move::Undo),
        1 => Just(Move::Redo),
        1 => any::<Index>().prop_map(Move::UndoOf),
        3 => cuts().prop_map(Move::Cut),
        2 => promises(),
    ]
}

fn acts() -> impl Strategy<Value = Act> {
    let text = |list: &'static [&'static str]| select(list).prop_map(ToOwned::to_owned);
    prop_oneof![
        6 => fields().prop_map(Act::Set),
        1 => text(LABELS).prop_map(Act::Label),
        1 => text(LABELS).prop_map(Act::Unlabel),
        1 => text(REFS).prop_map(Act::Refer),
        1 => text(REFS).prop_map(Act::Unrefer),
        4 => (kinds(), select(By::ALL), prose()).prop_map(|(kind, by, body)| Act::Say(kind, by, body)),
        1 => any::<Index>().prop_map(Act::Unsay),
        1 => any::<Index>().prop_map(Act::Resay),
        2 => (any::<Index>(), prose()).prop_map(|(index, body)| Act::Reword(index, body)),
        2 => prop_oneof![
            2 => (any::<Index>(), files()).prop_map(|(index, file)| Act::Attach(index, file)),
            1 => (any::<Index>(), files()).prop_map(|(index, file)| Act::Detach(index, file)),
        ],
    ]
}

fn prose() -> impl Strategy<Value = String> {
    any::<u64>().prop_map(|seed| make::prose(&mut Dice::new(seed)))
}

fn titles() -> impl Strategy<Value = String> {
    any::<u64>().prop_map(|seed| make::title(&mut Dice::new(seed)))
}

fn kinds() -> impl Strategy<Value = MessageKind> {
    select(MessageKind::ALL)
}

/// To the second: no command and no import knows more.
fn moments() -> impl Strategy<Value = Timestamp> {
    let days = (-40..30i64, select(vec![0, 1, 43_200, 86_399]));
    days.prop_map(|(day, second)| Timestamp(START + (day * 86_400 + second) * 1000))
}

fn people() -> impl Strategy<Value = Option<tix::domain::person::Person>> {
    option::of(select(PEOPLE).prop_map(person))
}

fn states() -> impl Strategy<Value = State> {
    prop_oneof![
        3 => select(&Status::ALL[..4]).prop_map(State::of),
        2 => (select(Resolution::ALL), moments()).prop_map(|(how, at)| State::closed(how, at)),
    ]
}

fn fields() -> impl Strategy<Value = Field> {
    let some = |list: &'static [&'static str]| option::of(select(list).prop_map(ToOwned::to_owned));
    prop_oneof![
        3 => titles().prop_map(Field::Title),
        3 => states().prop_map(Field::Status),
        1 => select(Priority::ALL).prop_map(Field::Priority),
        1 => people().prop_map(Field::Assignee),
        1 => people().prop_map(Field::Requester),
        1 => some(CUSTOMERS).prop_map(Field::Customer),
        1 => some(TIERS).prop_map(Field::Tier),
        1 => select(Channel::ALL).prop_map(Field::Channel),
        2 => option::of(moments()).prop_map(Field::DueAt),
        1 => option::of(moments()).prop_map(Field::SnoozedUntil),
    ]
}

fn openings() -> impl Strategy<Value = Opening> {
    let text = |list: &'static [&'static str]| select(list).prop_map(ToOwned::to_owned);
    let named = (btree_set(text(LABELS), 0..3), btree_set(text(REFS), 0..2));
    let people = (people(), people(), option::of(text(CUSTOMERS)), option::of(text(TIERS)));
    let kinds = (states(), select(Priority::ALL), select(Channel::ALL));
    let times = (option::of(moments()), option::of(moments()), option::of(moments()));
    (titles(), named, people, kinds, times).prop_map(|(title, named, people, kinds, times)| {
        let mut opening = Opening::new(&title).unwrap();
        (opening.labels, opening.refs) = named;
        (opening.assignee, opening.requester, opening.customer, opening.tier) = people;
        (opening.state, opening.priority, opening.channel) = kinds;
        (opening.due_at, opening.snoozed_until, opening.updated_at) = times;
        opening
    })
}

/// A ticket with a description, as every command and import opens one.
fn drafts() -> impl Strategy<Value = Draft> {
    let message = (kinds(), select(By::ALL), prose(), option::of(moments()));
    let first = (select(By::ALL), prose());
    let created_at = option::of(moments());
    (openings(), created_at, option::of(states()), first, vec(message, 0..3)).prop_map(
        |(opening, created_at, state, (by, body), rest)| {
            let first = Posting { by, created_at, ..posting(&body, None) };
            let rest = rest.into_iter().map(|(kind, by, body, created_at)| Posting {
                kind,
                by,
                created_at,
                ..posting(&body, None)
            });
            let messages = std::iter::once(first).chain(rest).collect();
            let (uid, number, says) = (None, None, Says::ALL);
            Draft { uid, number, opening, created_at, state, messages, says }
        },
    )
}
