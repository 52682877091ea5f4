//! The ticket: the fold of its entries, and what may happen to it next.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::clocks::{Became, Turn};
use crate::domain::event::{
    Attachment, Entry, Event, Field, Mark, Message, Opening, Swap, Wording,
};
use crate::domain::ids::{ChangeId, Number, Stamp, Timestamp, Uid};
use crate::domain::purge::Gone;
use crate::domain::words::{By, MessageKind};

mod dispute;
mod moved;
mod names;
mod purged;
mod steps;
mod turn;

pub use dispute::Conflict;
pub use turn::{Due, Pressing, patience};

use dispute::Dispute;
use names::Names;
use steps::Step;

/// A ticket as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Its identity.
    pub uid: Uid,
    /// Its numbers: the first is its own, others came by imports on other machines.
    pub numbers: Vec<Number>,
    /// Numbers that it had before its machine had a letter: other tickets may have them.
    pub former: Vec<Number>,
    /// Its fields.
    pub now: Opening,
    /// Taken back: in no list any more.
    pub voided: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// Its messages by number, those taken away included.
    pub messages: BTreeMap<Number, Post>,
    /// Other numbers of messages that two machines imported.
    pub aliases: BTreeMap<Number, Number>,
    /// Values that lost against a concurrent change and were not looked at since.
    pub conflicts: Vec<Conflict>,
    /// All of it was erased for good; then it counts as taken back.
    pub purged: Option<Gone>,
    opened: Box<Opening>,
    disputes: Vec<Dispute>,
    steps: Vec<Step>,
    turns: Vec<Turn>,
    names: Names,
}

/// A message as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The message with its present text.
    pub message: Message,
    /// When it was written.
    pub created_at: Timestamp,
    /// The entry that holds its present text.
    pub text: Stamp,
    /// Taken away.
    pub removed: bool,
    /// The files that belong to it.
    pub attachments: BTreeSet<Attachment>,
    /// Its text was erased for good.
    pub purged: Option<Gone>,
}

impl Post {
    /// Where it stands in the conversation.
    fn place(&self) -> (Timestamp, u32, super::ids::Machine) {
        let Number { machine, n } = self.message.number;
        (self.created_at, n, machine)
    }

    /// Is it public, and in our words, not in those of a machine of ours?
    fn is_ours(&self) -> bool {
        let message = &self.message;
        message.kind == MessageKind::Reply && message.by == By::Us && !message.automatic
    }
}

/// The change that an entry is part of, and whether that takes another back.
type Maker = (ChangeId, Option<Mark>);

/// How an event meets a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It would change something.
    Changes,
    /// It is already so.
    Nothing,
    /// What it would change is no longer as it expects.
    Stale,
}

impl Ticket {
    /// The ticket that these entries add up to, whatever order they come in.
    ///
    /// None when no entry opens it.
    pub fn fold(entries: impl IntoIterator<Item = Entry>) -> Option<Self> {
        let mut entries: Vec<Entry> = entries.into_iter().collect();
        entries.sort_unstable_by_key(|entry| entry.stamp);
        if let Some(gone) = Self::gone(&entries) {
            return Some(gone);
        }
        purged::put_stubs(&mut entries);
        let mut ticket: Option<Self> = None;
        for entry in entries {
            match &mut ticket {
                Some(ticket) => ticket.apply(entry),
                None => ticket = Self::opened(entry),
            }
        }
        ticket
    }

    /// The ticket that `entry` opens, if it opens one.
    #[must_use]
    pub fn opened(entry: Entry) -> Option<Self> {
        let (stamp, at) = (entry.stamp, entry.happened_at());
        let (ticket, change, mark) = (entry.ticket, entry.change, entry.content.mark);
        let Event::Opened { number, opening } = entry.content.event else { return None };
        let mut ticket = Self {
            uid: ticket,
            numbers: vec![number],
            former: Vec::new(),
            now: Opening::clone(&opening),
            voided: false,
            created_at: at,
            messages: BTreeMap::new(),
            aliases: BTreeMap::new(),
            conflicts: Vec::new(),
            purged: None,
            opened: opening,
            disputes: Vec::new(),
            steps: Vec::new(),
            turns: Vec::new(),
            names: Names::default(),
        };
        let opened = ticket.now.clone();
        let fields = [
            Field::Status(opened.state),
            Field::Priority(opened.priority),
            Field::Tier(opened.tier),
        ];
        for field in &fields {
            ticket.turn_to((stamp, at), (change, None), field);
        }
        let updated_at = ticket.now.updated_at.unwrap_or(at).max(at);
        ticket.step(change, mark, updated_at);
        Some(ticket)
    }

    /// Applies an entry that is later than all before it.
    pub fn apply(&mut self, entry: Entry) {
        let (stamp, mut at) = (entry.stamp, entry.happened_at());
        let (change, mark) = (entry.change, entry.content.mark);
        match self.names.meant(stamp.replica, entry.content.event) {
            Event::Opened { number, opening } => {
                at = at.max(opening.updated_at.unwrap_or(at));
                self.meet(number, &opening, change);
            }
            Event::Numbered(swap) => return self.renumber(&swap),
            Event::Voided => self.voided = true,
            Event::Restored => self.voided = false,
            Event::Set(swap) => {
                let current = self.value(&swap.to);
                if current != swap.from || !self.disputes.is_empty() {
                    let values = [&current, &swap.from, &swap.to].map(Field::value);
                    self.note_conflict((change, mark), swap.to.name(), values);
                }
                self.turn_to((stamp, at), (change, mark), &swap.to);
                // What is known of a customer is no news of their tickets.
                let whose = matches!(swap.to, Field::Customer(_) | Field::Tier(_));
                if whose && mark == Some(Mark::Follows) {
                    at = self.created_at;
                }
                self.put(swap.to);
            }
            Event::Labelled(label) => drop(self.now.labels.insert(label)),
            Event::Unlabelled(label) => drop(self.now.labels.remove(&label)),
            Event::Referred(source) => drop(self.now.refs.insert(source)),
            Event::Unreferred(source) => drop(self.now.refs.remove(&source)),
            Event::Linked(link) => drop(self.now.links.insert(link)),
            Event::Unlinked(link) => drop(self.now.links.remove(&link)),
            Event::Attached { message, file } => self.attach(message, *file, true),
            Event::Detached { message, file } => self.attach(message, *file, false),
            Event::Said(message) => {
                let (created_at, moved_at) = (at, message.origin.and_then(|it| it.moved_at));
                at = at.max(moved_at.unwrap_or(at));
                let (message, text, attachments) = (*message, stamp, BTreeSet::new());
                let (removed, purged) = (false, None);
                self.say(Post { message, created_at, text, removed, attachments, purged });
            }
            Event::Unsaid(number) => self.remove(number, true),
            Event::Resaid(number) => self.remove(number, false),
            Event::Reworded { message, swap } => self.reword((change, mark), message, *swap, stamp),
            Event::Purged(purge) => {
                self.bury(&purge, &Gone { at: stamp.at, by: entry.content.by }, stamp);
                if mark == Some(Mark::Follows) {
                    return;
                }
            }
            Event::Imported { .. } | Event::Kept { .. } | Event::Erased | Event::Unknown => return,
        }
        self.step(change, mark, at);
        if !self.disputes.is_empty() {
            self.weigh();
        }
    }

    /// How `event` meets the ticket as it stands.
    #[must_use]
    pub fn fit(&self, event: &Event) -> Fit {
        let unless = |already: bool| if already { Fit::Nothing } else { Fit::Changes };
        let swap = |now_to: bool, now_from: bool| match (now_to, now_from) {
            (true, _) => Fit::Nothing,
            (false, true) => Fit::Changes,
            (false, false) => Fit::Stale,
        };
        if self.is_buried(event) {
            return Fit::Stale;
        }
        match event {
            Event::Opened { .. }
            | Event::Imported { .. }
            | Event::Kept { .. }
            | Event::Purged(_)
            | Event::Erased
            | Event::Unknown => Fit::Nothing,
            Event::Numbered(swap) => unless(!self.numbers.contains(&swap.from)),
            Event::Voided => unless(self.voided),
            Event::Restored => unless(!self.voided),
            Event::Set(change) => {
                let current = self.value(&change.to);
                swap(current == change.to, current == change.from)
            }
            Event::Labelled(label) => unless(self.now.labels.contains(label)),
            Event::Unlabelled(label) => unless(!self.now.labels.contains(label)),
            Event::Referred(source) => unless(self.now.refs.contains(source)),
            Event::Unreferred(source) => unless(!self.now.refs.contains(source)),
            Event::Linked(link) => unless(self.now.links.contains(link)),
            Event::Unlinked(link) => unless(!self.now.links.contains(link)),
            Event::Attached { message, file } => self
                .post(*message)
                .map_or(Fit::Stale, |post| unless(post.attachments.contains(file))),
            Event::Detached { message, file } => {
                unless(self.post(*message).is_none_or(|post| !post.attachments.contains(file)))
            }
            Event::Said(message) => {
                unless(self.post(message.number).is_some() || self.twin(message).is_some())
            }
            Event::Unsaid(number) => unless(self.post(*number).is_none_or(|post| post.removed)),
            Event::Resaid(number) => unless(self.post(*number).is_none_or(|post| !post.removed)),
            Event::Reworded { message, swap: words } => {
                self.post(*message).map_or(Fit::Stale, |post| {
                    let now = &post.message.wording;
                    swap(*now == words.to, *now == words.from)
                })
            }
        }
    }

    /// The number people say.
    #[must_use]
    pub fn number(&self) -> Number {
        self.numbers[0]
    }

    /// The messages that are there, oldest first.
    #[must_use]
    pub fn conversation(&self) -> Vec<&Post> {
        let mut posts: Vec<&Post> = self.messages.values().filter(|post| !post.removed).collect();
        posts.sort_by_key(|post| post.place());
        posts
    }

    /// The fields and the conversation, the ticket given up.
    #[must_use]
    pub fn into_conversation(self) -> (Opening, Vec<Post>) {
        let mut posts: Vec<Post> =
            self.messages.into_values().filter(|post| !post.removed).collect();
        posts.sort_by_key(Post::place);
        (self.now, posts)
    }

    /// The first message, taken away or not: where the description stands.
    #[must_use]
    pub fn first(&self) -> Option<&Post> {
        self.messages.values().min_by_key(|post| {
            let Number { machine, n } = post.message.number;
            (n, machine)
        })
    }

    /// The first message, if it is there and public: what is internal describes nothing.
    #[must_use]
    pub fn described(&self) -> Option<&Post> {
        self.first().filter(|post| !post.removed && post.message.kind == MessageKind::Reply)
    }

    /// The description's text.
    #[must_use]
    pub fn description(&self) -> &str {
        self.described().map_or("", |post| post.message.wording.body.as_str())
    }

    /// Our public replies that are there. A description answers nothing, whoever wrote it, and
    /// wherever it was moved; nor does what a machine wrote.
    pub fn our_replies(&self) -> impl Iterator<Item = &Post> {
        let first = self.first().map(|post| post.message.number);
        let there = self.messages.values().filter(|post| !post.removed && post.is_ours());
        let answers = move |post: &&Post| {
            let message = &post.message;
            Some(message.number) != first && !message.described() && !message.automatic
        };
        there.filter(answers)
    }

    /// The message of this number, under whichever of its numbers.
    #[must_use]
    pub fn post(&self, number: Number) -> Option<&Post> {
        self.messages.get(self.aliases.get(&number).unwrap_or(&number))
    }

    /// The message of this name where it came from, taken away or not.
    #[must_use]
    pub fn message_named(&self, reference: &str) -> Option<&Post> {
        self.names.named(reference).and_then(|number| self.messages.get(&number))
    }

    /// The next free message number on `machine`.
    #[must_use]
    pub fn next_message(&self, machine: super::ids::Machine) -> Number {
        Number { machine, n: self.names.last() + 1 }
    }

    /// The present value of the same field as `like`.
    #[must_use]
    pub fn value(&self, like: &Field) -> Field {
        let now = &self.now;
        match like {
            Field::Title(_) => Field::Title(now.title.clone()),
            Field::Status(_) => Field::Status(now.state),
            Field::Priority(_) => Field::Priority(now.priority),
            Field::Assignee(_) => Field::Assignee(now.assignee.clone()),
            Field::Requester(_) => Field::Requester(now.requester.clone()),
            Field::Customer(_) => Field::Customer(now.customer.clone()),
            Field::Tier(_) => Field::Tier(now.tier.clone()),
            Field::Channel(_) => Field::Channel(now.channel),
            Field::DueAt(_) => Field::DueAt(now.due_at),
            Field::SnoozedUntil(_) => Field::SnoozedUntil(now.snoozed_until),
            Field::Merged(_) => Field::Merged(now.merged),
            Field::Custom(name, _) => Field::Custom(name.clone(), now.fields.get(name).cloned()),
        }
    }

    fn put(&mut self, field: Field) {
        let now = &mut self.now;
        match field {
            Field::Title(title) => now.title = title,
            Field::Status(state) => now.state = state,
            Field::Priority(priority) => now.priority = priority,
            Field::Assignee(person) => now.assignee = person,
            Field::Requester(person) => now.requester = person,
            Field::Customer(customer) => now.customer = customer,
            Field::Tier(tier) => now.tier = tier,
            Field::Channel(channel) => now.channel = channel,
            Field::DueAt(at) => now.due_at = at,
            Field::SnoozedUntil(at) => now.snoozed_until = at,
            Field::Merged(into) => now.merged = into,
            Field::Custom(name, Some(value)) => drop(now.fields.insert(name, value)),
            Field::Custom(name, None) => drop(now.fields.remove(&name)),
        }
    }

    /// A second machine opened the same ticket from the same source: what it adds is kept, where
    /// it differs both values are.
    fn meet(&mut self, number: Number, opening: &Opening, by: ChangeId) {
        if !self.numbers.contains(&number) {
            self.numbers.push(number);
        }
        // What both opened with is no news: it may have changed here since.
        self.now.labels.extend(opening.labels.difference(&self.opened.labels).cloned());
        self.now.refs.extend(opening.refs.difference(&self.opened.refs).cloned());
        self.now.links.extend(opening.links.difference(&self.opened.links).copied());
        let known = self.opened.values();
        for theirs in opening.values().into_iter().filter(|theirs| !known.contains(theirs)) {
            let ours = self.value(&theirs);
            if ours != theirs {
                self.dispute(by, theirs.name(), ours.value(), theirs.value());
            }
        }
    }

    /// The number of the message that came from the same place as `message`, if it is there.
    #[must_use]
    pub fn twin(&self, message: &Message) -> Option<Number> {
        self.names.twin(message)
    }

    fn say(&mut self, post: Post) {
        let Some(post) = self.told_apart(post) else { return };
        let number = post.message.number;
        if let Some(twin) = self.twin(&post.message) {
            self.names.take(number);
            self.aliases.insert(number, twin);
        } else {
            self.names.add(&post.message);
            self.messages.insert(number, post);
        }
    }

    fn remove(&mut self, number: Number, removed: bool) {
        let number = *self.aliases.get(&number).unwrap_or(&number);
        if let Some(post) = self.messages.get_mut(&number) {
            post.removed = removed;
        }
    }

    fn attach(&mut self, number: Number, file: Attachment, on: bool) {
        let number = *self.aliases.get(&number).unwrap_or(&number);
        let Some(post) = self.messages.get_mut(&number) else { return };
        if on {
            post.attachments.insert(file);
        } else {
            post.attachments.remove(&file);
        }
    }

    fn reword(&mut self, by: Maker, number: Number, swap: Swap<Wording>, text: Stamp) {
        let number = *self.aliases.get(&number).unwrap_or(&number);
        let Some(post) = self.messages.get_mut(&number) else { return };
        let to = swap.to.body.clone();
        let was = std::mem::replace(&mut post.message.wording, swap.to);
        post.text = text;
        let name = number.within(self.number());
        self.note_conflict(by, &name, [was.body, swap.from.body, to]);
    }

    /// The moments that clocks heed, those taken back left out.
    pub(super) fn turns(&self) -> Vec<Turn> {
        let stands =
            |change| self.steps.iter().find(|it| it.change == change).is_none_or(|it| it.on);
        self.turns.iter().filter(|turn| stands(turn.change)).cloned().collect()
    }

    /// Notes what a field became, for the clocks. What takes a change back, or brings it back, is
    /// none of its own.
    fn turn_to(&mut self, (stamp, at): (Stamp, Timestamp), (change, mark): Maker, field: &Field) {
        if matches!(mark, Some(Mark::Undoes(_) | Mark::Redoes(_))) {
            return;
        }
        let to = match field {
            Field::Status(state) => Became::State(*state),
            Field::Priority(priority) => Became::Priority(*priority),
            Field::Tier(tier) => Became::Tier(tier.clone()),
            _ => return,
        };
        self.turns.push(Turn { stamp, at, change, to });
    }
}
