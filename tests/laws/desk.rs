//! Desks and random moves on them: what the laws are tried on.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tix::domain::draft::{Draft, Posting};
use tix::domain::event::{Attachment, Event, Field, Link, Message, Opening, Swap, Wording};
use tix::domain::ids::{Hash, Machine, Number, Stamp, Timestamp, Uid};
use tix::domain::person::Person;
use tix::domain::query::Query;
use tix::domain::ticket::Ticket;
use tix::domain::words::{By, Channel, MessageKind, Priority, Resolution, State, Status};
use tix::error::{Kind, Result};
use tix::store::{Author, Chosen, Line, Store, Writer};
use tix::view;

use crate::promises::promises;
use crate::surgery::{self, Cut, cuts, links, others};

pub(crate) use crate::edits::{START, author, draft};
pub(crate) use crate::meeting::import;

/// How often a property is tried, unless `PROPTEST_CASES` says otherwise.
pub(crate) fn cases(default: u32) -> ProptestConfig {
    let asked = ProptestConfig::default().cases;
    let cases = if asked == 256 { default } else { asked };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// One thing done to a ticket; what it is done to is picked when it is done.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Set(Field),
    Label(String),
    Unlabel(String),
    Refer(String),
    Unrefer(String),
    Say(MessageKind, By, String),
    Unsay(Index),
    Resay(Index),
    Reword(Index, String),
    Link(Link),
    Unlink(Link),
    Attach(Index, Attachment),
    Detach(Index, Attachment),
}

impl Act {
    /// The event that does this to `ticket` as it stands, if there is something to do it to.
    pub(crate) fn event(&self, ticket: &Ticket, machine: Machine) -> Option<Event> {
        let message = |index: &Index| {
            let count = ticket.messages.len();
            let place = if count == 0 { None } else { Some(index.index(count)) };
            place
                .and_then(|place| ticket.messages.values().nth(place))
                .map(|post| post.message.clone())
        };
        Some(match self {
            Act::Set(to) => {
                let swap = Swap { from: ticket.value(to), to: to.clone() };
                Event::Set(Box::new(swap))
            }
            Act::Label(label) => Event::Labelled(label.clone()),
            Act::Unlabel(label) => Event::Unlabelled(label.clone()),
            Act::Refer(source) => Event::Referred(source.clone()),
            Act::Unrefer(source) => Event::Unreferred(source.clone()),
            Act::Say(kind, by, body) => Event::Said(Box::new(Message {
                automatic: false,
                number: ticket.next_message(machine),
                kind: *kind,
                author: person("Ada <ada@acme.example>"),
                by: *by,
                wording: Wording { body: body.clone(), edited_at: None },
                reference: None,
                to: Vec::new(),
                answers: None,
                origin: None,
            })),
            Act::Link(link) => Event::Linked(*link),
            Act::Unlink(link) => Event::Unlinked(*link),
            Act::Attach(index, file) => {
                Event::Attached { message: message(index)?.number, file: Box::new(file.clone()) }
            }
            Act::Detach(index, file) => {
                Event::Detached { message: message(index)?.number, file: Box::new(file.clone()) }
            }
            Act::Unsay(index) => Event::Unsaid(message(index)?.number),
            Act::Resay(index) => Event::Resaid(message(index)?.number),
            Act::Reword(index, body) => {
                let Message { number, wording: from, .. } = message(index)?;
                let to = Wording { body: body.clone(), edited_at: Some(Timestamp(START + 7_000)) };
                Event::Reworded { message: number, swap: Box::new(Swap { from, to }) }
            }
        })
    }
}

/// What one command does.
#[derive(Clone, Debug)]
pub(crate) enum Move {
    Open(Box<Draft>),
    /// Several acts in one change.
    Work(Vec<(Index, Act)>),
    /// An import of these sources, each as it stood at some time.
    Import(Vec<(u8, u8)>),
    Undo,
    Redo,
    /// `undo CHANGE`, whoever made it.
    UndoOf(Index),
    /// Tickets are merged, split or linked.
    Cut(Cut),
    /// A calendar, a tier or a customer changes, or clocks are measured anew.
    Keep(&'static str, Option<String>),
}

/// A desk and whoever sits at it.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) machine: Machine,
    changes: u64,
}

impl Desk {
    pub(crate) fn new(machine: u16) -> Self {
        let store = Store::in_memory(&author(machine, 0, START), Machine(machine)).unwrap();
        Self { store, machine: Machine(machine), changes: 0 }
    }

    /// A desk on which all of these moves were made, a second apart.
    pub(crate) fn after(moves: &[Move]) -> Self {
        let mut desk = Self::new(0);
        for (second, made) in (0..).zip(moves) {
            desk.play(START + second * 1000, made);
        }
        desk
    }

    /// Whoever makes the next change, and when.
    pub(crate) fn next(&mut self, now: i64) -> Author {
        self.changes += 1;
        author(self.machine.0, self.changes, now)
    }

    /// Makes one change.
    pub(crate) fn change<T>(
        &mut self,
        now: i64,
        decide: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        let author = self.next(now);
        self.store.change(&author, decide)
    }

    /// Makes a move; says whether it recorded anything. Only a refusal may stop it, and then
    /// nothing was recorded; what was, comes after everything that this desk had seen.
    pub(crate) fn play(&mut self, now: i64, made: &Move) -> bool {
        let before = self.stamps();
        let author = self.next(now);
        let (machine, live) = (self.machine, self.live());
        let changes = self.changes();
        let made = self.store.change(&author, |desk| {
            perform(desk, made, (machine, &live, &changes))?;
            Ok(desk.recorded())
        });
        let after = self.stamps();
        let recorded = match made {
            Ok(recorded) => recorded,
            Err(e) => {
                assert!(matches!(e.kind, Kind::Invalid | Kind::NotFound), "{e}");
                0
            }
        };
        assert_eq!(after.len() as u64, before.len() as u64 + recorded);
        let new = after.difference(&before).next();
        assert!(new.is_none() || new > before.last(), "{new:?} comes before what it is based on");
        recorded > 0
    }

    fn stamps(&self) -> BTreeSet<Stamp> {
        self.lines().iter().map(|line| line.stamp).collect()
    }

    /// Every line that the desk knows.
    pub(crate) fn lines(&self) -> Vec<Line> {
        self.store.lines_after(&BTreeMap::new()).unwrap()
    }

    /// The tickets that were not taken back, as the export shows them.
    pub(crate) fn tickets(&self) -> Vec<view::Ticket> {
        let mut tickets = Vec::new();
        let sink = &mut |ticket| {
            tickets.push(ticket);
            Ok(())
        };
        self.store.read().export(&Query::all(), Timestamp(START), sink).unwrap();
        tickets
    }

    /// The export, in an order that does not depend on the order of arrival.
    pub(crate) fn export(&self) -> Vec<String> {
        let mut lines: Vec<String> =
            self.tickets().iter().map(|ticket| serde_json::to_string(ticket).unwrap()).collect();
        lines.sort_unstable();
        lines
    }

    pub(crate) fn live(&self) -> Vec<Uid> {
        let mut live: Vec<Uid> = self.tickets().iter().map(|ticket| ticket.uid).collect();
        live.sort_unstable();
        live
    }

    /// The names of all changes, newest first.
    pub(crate) fn changes(&self) -> Vec<String> {
        let log = self.store.read().log(&Chosen::default()).unwrap();
        log.into_iter().map(|change| change.change).collect()
    }

    pub(crate) fn ticket(&self, uid: Uid) -> Ticket {
        self.store.read().ticket(uid).unwrap()
    }

    pub(crate) fn undo(&mut self, now: i64) -> Result<Vec<Uid>> {
        self.change(now, |desk| desk.take_back_latest().map(|(_, touched)| touched))
    }

    pub(crate) fn redo(&mut self, now: i64) -> Result<Vec<Uid>> {
        self.change(now, |desk| {
            let target = desk.latest_undone()?;
            desk.take_back(target)
        })
    }

    /// The derived tables are what a rebuild makes of the journal, and the journal is sound.
    pub(crate) fn check(&mut self) {
        let count = |of: fn(&view::Ticket) -> usize| self.tickets().iter().map(of).sum::<usize>();
        let rows = |table: &str| self.store.derived().unwrap()[table].len();
        assert_eq!(rows("ticket"), count(|_| 1));
        let mut kept = self.store.read().disputed().unwrap();
        kept.retain(|one| one.uid == Uid::DESK);
        assert_eq!(rows("conflict"), count(|ticket| ticket.conflicts.len()) + kept.len());
        let lower = |ticket: &view::Ticket| {
            let labels = ticket.labels.iter().map(|label| label.to_lowercase());
            labels.collect::<BTreeSet<_>>().len()
        };
        let terms = self.store.derived().unwrap()["term"].clone();
        let labels = terms.iter().filter(|line| line.contains("kind=Integer(0)"));
        assert_eq!(labels.count(), count(lower));
        assert_eq!(self.store.verify().unwrap(), self.lines().len() as u64);
        let derived = self.store.derived().unwrap();
        self.store.rebuild().unwrap();
        assert_eq!(derived, self.store.derived().unwrap());
    }
}

pub(crate) fn perform(
    desk: &mut Writer<'_>,
    made: &Move,
    (machine, live, changes): (Machine, &[Uid], &[String]),
) -> Result<()> {
    match made {
        Move::Open(draft) => drop(desk.open(Draft::clone(draft))?),
        Move::Import(sources) => {
            for (source, version) in sources {
                desk.meet(import(*source, *version))?;
            }
        }
        Move::Work(acts) if !live.is_empty() => {
            for (index, act) in acts {
                let uid = surgery::whole(desk, *index, live)?;
                if let Some(event) = act.event(desk.ticket(uid)?, machine) {
                    surgery::record(desk, uid, event)?;
                }
            }
        }
        Move::UndoOf(index) if !changes.is_empty() => {
            let target = desk.named(&changes[index.index(changes.len())])?;
            desk.take_back(target)?;
        }
        Move::Undo => {
            let target = desk.latest()?;
            desk.take_back(target)?;
        }
        Move::Redo => {
            let target = desk.latest_undone()?;
            desk.take_back(target)?;
        }
        Move::Cut(cut) => surgery::perform(desk, cut, live)?,
        Move::Keep(key, value) => drop(desk.put(key, value.as_deref())?),
        Move::Work(_) | Move::UndoOf(_) => {}
    }
    Ok(())
}

pub(crate) fn person(text: &str) -> Person {
    text.parse().unwrap()
}

pub(crate) fn posting(body: &str, reference: Option<&str>) -> Posting {
    let ada = person("ada@acme.example");
    Posting {
        reference: reference.map(ToOwned::to_owned),
        ..Posting::new(MessageKind::Reply, ada, By::Requester, body.to_owned())
    }
}

pub(crate) fn moves(length: usize) -> impl Strategy<Value = Vec<Move>> {
    let open = || drafts().prop_map(|draft| Move::Open(Box::new(draft)));
    (vec(open(), 1..3), vec(a_move(), 0..length)).prop_map(|(first, rest)| [first, rest].concat())
}

pub(crate) fn a_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        2 => drafts().prop_map(|draft| Move::Open(Box::new(draft))),
        8 => work(),
        2 => vec((0..3u8, 0..3u8), 1..4).prop_map(Move::Import),
        3 => Just(Move::Undo),
        2 => Just(Move::Redo),
        1 => any::<Index>().prop_map(Move::UndoOf),
        3 => cuts().prop_map(Move::Cut),
        3 => promises(),
    ]
}

/// A change to one or more tickets.
pub(crate) fn work() -> impl Strategy<Value = Move> {
    vec((any::<Index>(), acts()), 1..4).prop_map(Move::Work)
}

pub(crate) fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => fields().prop_map(Act::Set),
        1 => words().prop_map(Act::Label),
        1 => words().prop_map(Act::Unlabel),
        1 => sources().prop_map(Act::Refer),
        1 => sources().prop_map(Act::Unrefer),
        3 => (kinds(), select(By::ALL), words()).prop_map(|(kind, by, body)| Act::Say(kind, by, body)),
        1 => any::<Index>().prop_map(Act::Unsay),
        1 => any::<Index>().prop_map(Act::Resay),
        2 => (any::<Index>(), words()).prop_map(|(index, body)| Act::Reword(index, body)),
        3 => ties(),
    ]
}

/// Of their own: more than ten alternatives side by side are tried many times slower.
fn ties() -> impl Strategy<Value = Act> {
    prop_oneof![
        links().prop_map(Act::Link),
        links().prop_map(Act::Unlink),
        (any::<Index>(), files()).prop_map(|(index, file)| Act::Attach(index, file)),
        (any::<Index>(), files()).prop_map(|(index, file)| Act::Detach(index, file)),
    ]
}

pub(crate) fn fields() -> impl Strategy<Value = Field> {
    prop_oneof![
        3 => words().prop_map(Field::Title),
        3 => states().prop_map(Field::Status),
        1 => select(Priority::ALL).prop_map(Field::Priority),
        1 => people().prop_map(Field::Assignee),
        1 => people().prop_map(Field::Requester),
        2 => prop_oneof![
            option::of(words()).prop_map(Field::Customer),
            option::of(words()).prop_map(Field::Tier),
        ],
        1 => select(Channel::ALL).prop_map(Field::Channel),
        2 => prop_oneof![
            option::of(moments()).prop_map(Field::DueAt),
            option::of(moments()).prop_map(Field::SnoozedUntil),
        ],
        1 => option::of(others()).prop_map(Field::Merged),
        1 => (words(), option::of(words())).prop_map(|(name, value)| Field::Custom(name, value)),
    ]
}

/// Few words, so that chance meets: labels that differ in case only, quotes, other scripts.
pub(crate) fn words() -> impl Strategy<Value = String> {
    select(vec!["red", "Red", "o'\"clock", "übel 火"]).prop_map(ToOwned::to_owned)
}

fn sources() -> impl Strategy<Value = String> {
    select(vec!["jira:A-1", "jira:A-2", "mail:<a@b>"]).prop_map(ToOwned::to_owned)
}

pub(crate) fn files() -> impl Strategy<Value = Attachment> {
    words().prop_map(|name| {
        let (hash, size) = (Hash::of(name.as_bytes()), name.len() as u64);
        Attachment { name, hash, size, media: None }
    })
}

fn kinds() -> impl Strategy<Value = MessageKind> {
    select(MessageKind::ALL)
}

fn people() -> impl Strategy<Value = Option<Person>> {
    option::of(select(vec!["Ada <ada@acme.example>", "bob"]).prop_map(person))
}

/// Before and after the time of the tests, to the millisecond.
fn moments() -> impl Strategy<Value = Timestamp> {
    (-40_000..40_000i64).prop_map(|offset| Timestamp(START + offset))
}

fn states() -> impl Strategy<Value = State> {
    prop_oneof![
        select(&Status::ALL[..4]).prop_map(State::of),
        (select(Resolution::ALL), moments()).prop_map(|(how, at)| State::closed(how, at)),
    ]
}

fn openings() -> impl Strategy<Value = Opening> {
    let several = (btree_set(words(), 0..3), btree_set(sources(), 0..2));
    let custom = btree_map(words(), words(), 0..2);
    let first = vec(fields(), 0..5);
    (words(), several, custom, first, option::of(moments())).prop_map(
        |(title, (labels, refs), custom, first, updated_at)| {
            let mut opening = Opening::new(&title).unwrap();
            (opening.labels, opening.refs, opening.fields) = (labels, refs, custom);
            opening.updated_at = updated_at;
            for field in first {
                put(&mut opening, field);
            }
            opening
        },
    )
}

fn put(opening: &mut Opening, field: Field) {
    match field {
        Field::Status(state) => opening.state = state,
        Field::Priority(priority) => opening.priority = priority,
        Field::Assignee(person) => opening.assignee = person,
        Field::Requester(person) => opening.requester = person,
        Field::Customer(customer) => opening.customer = customer,
        Field::DueAt(at) => opening.due_at = at,
        _ => {}
    }
}

pub(crate) fn drafts() -> impl Strategy<Value = Draft> {
    let message = (kinds(), select(By::ALL), words(), option::of(moments()));
    let messages = vec(message, 0..3);
    (openings(), option::of(moments()), option::of(states()), messages).prop_map(
        |(opening, created_at, state, messages)| {
            let message = |(kind, by, body, created_at): (_, _, String, _)| Posting {
                kind,
                by,
                created_at,
                ..posting(&body, None)
            };
            let messages = messages.into_iter().map(message).collect();
            Draft {
                uid: None,
                number: None,
                opening,
                created_at,
                state,
                messages,
                says: tix::domain::draft::Says::ALL,
            }
        },
    )
}

pub(crate) fn number(text: &str) -> Number {
    text.parse().unwrap()
}
