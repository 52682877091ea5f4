//! The query: what `list` and `--where` select, as a tree that is checked before anything runs.

use std::collections::BTreeMap;

use crate::domain::dates::Clock;
use crate::domain::ids::{Name, Timestamp};
use crate::domain::person::Person;
use crate::domain::text::Phrase;
use crate::domain::words::{Channel, Priority, Resolution, Status};
use crate::error::{Error, Result, listed, nearest};

mod lex;
mod parse;
mod tell;

/// What words in a query are read against.
#[derive(Clone, Debug)]
pub struct Context {
    /// Now and the user's zone.
    pub clock: Clock,
    /// Who `@me` is.
    pub me: Person,
    /// Saved queries by name, for `view:`.
    pub views: BTreeMap<String, String>,
}

/// A checked query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Which tickets.
    pub filter: Filter,
    /// In which order; empty means the default, last updated first.
    pub sort: Vec<Sort>,
    /// Does it say something about status, so that `list` does not add `is:open`?
    pub scoped: bool,
}

/// A condition on a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Each of these.
    All(Vec<Filter>),
    /// At least one of these.
    Any(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// A named state.
    Is(Is),
    /// The field has a value.
    Has(Has),
    /// The words stand one after the other in one of these texts, or in any.
    Words(Option<Place>, Phrase),
    /// The ticket's number, or the start of its uid.
    Id(Name),
    /// Exactly this label, case folded.
    Label(String),
    /// Exactly this external reference.
    Ref(String),
    /// The person's name or address, case folded.
    Person(Role, Person),
    /// The field's text, case folded.
    Text(Text, String),
    /// The field lies between these two ranks, both included.
    Rank(Ranked, i64, i64),
    /// The field lies between these two, the second not included.
    Time(Moment, Option<Timestamp>, Option<Timestamp>),
    /// The count lies between these two, both included.
    Count(Counted, i64, i64),
    /// The stretch of time, in seconds, lies between these two, both included.
    Length(Length, i64, i64),
}

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// The name.
            #[must_use]
            pub fn name(self) -> &'static str {
                Self::ALL.iter().find(|(value, _)| *value == self).map_or("", |(_, name)| *name)
            }

            /// Every name, in the order the help lists them.
            pub const ALL: &'static [($name, &'static str)] = &[$(($name::$variant, $word)),*];

            /// The names alone.
            pub fn names() -> impl Iterator<Item = &'static str> {
                Self::ALL.iter().map(|(_, name)| *name)
            }

            /// What bears this name.
            #[must_use]
            pub fn named(word: &str) -> Option<Self> {
                Self::ALL.iter().find(|(_, name)| *name == word).map(|(value, _)| *value)
            }
        }
    };
}

names! {
    /// Named states, after `is:`.
    Is {
        /// Not closed.
        Open = "open",
        /// Closed.
        Closed = "closed",
        /// Nobody of us has looked.
        New = "new",
        /// Waiting for the requester.
        Pending = "pending",
        /// Waiting for something else.
        Hold = "hold",
        /// Open and nobody's.
        Unassigned = "unassigned",
        /// Hidden until later.
        Snoozed = "snoozed",
        /// Open and past its due time.
        Overdue = "overdue",
        /// Our turn.
        AwaitingUs = "awaiting-us",
        /// The requester's turn.
        AwaitingRequester = "awaiting-requester",
        /// A clock has run out.
        Breached = "breached",
        /// A clock has less than a quarter left.
        AtRisk = "at-risk",
        /// It became part of another ticket.
        Merged = "merged",
        /// Open, and another open ticket blocks it.
        Blocked = "blocked",
    }
}

names! {
    /// Fields that may be empty, after `has:` and `no:`.
    Has {
        /// An assignee.
        Assignee = "assignee",
        /// A label.
        Label = "label",
        /// A customer.
        Customer = "customer",
        /// A due time.
        Due = "due",
        /// A requester.
        Requester = "requester",
        /// An external reference.
        Ref = "ref",
        /// A public reply by us.
        Reply = "reply",
        /// A file on a message.
        Attachment = "attachment",
        /// A link to another ticket, or from one.
        Link = "link",
    }
}

names! {
    /// The texts of a ticket.
    Place {
        /// The title.
        Title = "title",
        /// The description and the public messages.
        Body = "body",
        /// The internal notes.
        Note = "note",
    }
}

names! {
    /// People of a ticket.
    Role {
        /// Who of us works on it.
        Assignee = "assignee",
        /// Who asked.
        Requester = "requester",
    }
}

names! {
    /// Fields of free text.
    Text {
        /// The customer.
        Customer = "customer",
        /// The support tier.
        Tier = "tier",
    }
}

names! {
    /// Fields with an ordered vocabulary.
    Ranked {
        /// Where it stands.
        Status = "status",
        /// How it ended.
        Resolution = "resolution",
        /// How much it matters.
        Priority = "priority",
        /// How it reached us.
        Channel = "channel",
    }
}

names! {
    /// Fields that hold a moment.
    Moment {
        /// When it was opened.
        Created = "created",
        /// When it was last changed.
        Updated = "updated",
        /// When it was closed.
        Closed = "closed",
        /// When it is due.
        Due = "due",
        /// Hidden until then.
        Snoozed = "snoozed",
        /// When we first replied in public.
        FirstResponse = "first-response",
    }
}

names! {
    /// Stretches of time.
    Length {
        /// From the opening to our first public reply.
        FirstResponse = "first-response",
        /// What a running clock has left.
        Sla = "sla",
    }
}

names! {
    /// Fields that count.
    Counted {
        /// Messages, notes included.
        Messages = "messages",
        /// Public replies by us.
        Replies = "replies",
    }
}

names! {
    /// What tickets can be counted by.
    Group {
        /// Where it stands.
        Status = "status",
        /// How it ended.
        Resolution = "resolution",
        /// How much it matters.
        Priority = "priority",
        /// How it reached us.
        Channel = "channel",
        /// Each of its labels.
        Label = "label",
        /// Who of us works on it.
        Assignee = "assignee",
        /// Who asked.
        Requester = "requester",
        /// The customer.
        Customer = "customer",
        /// The support tier.
        Tier = "tier",
        /// Whose turn it is.
        Turn = "turn",
    }
}

names! {
    /// What lists can be sorted by.
    SortKey {
        /// When it was last changed.
        Updated = "updated",
        /// When it was opened.
        Created = "created",
        /// When it is due; tickets without come last.
        Due = "due",
        /// By when somebody of us should have acted; tickets for which nobody should come last.
        Urgency = "urgency",
        /// When it was closed.
        Closed = "closed",
        /// How much it matters.
        Priority = "priority",
        /// Where it stands.
        Status = "status",
        /// Its number.
        Id = "id",
        /// Its title.
        Title = "title",
    }
}

/// One key to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// What by.
    pub key: SortKey,
    /// The largest first.
    pub descending: bool,
}

/// The other keys of the language.
const PLAIN: &[&str] = &["is", "no", "has", "id", "label", "ref", "sla", "sort", "view"];

/// Every key of the language.
pub fn keys() -> impl Iterator<Item = &'static str> {
    let names = PLAIN.iter().copied();
    let names = names.chain(Place::names()).chain(Role::names()).chain(Text::names());
    names.chain(Ranked::names()).chain(Moment::names()).chain(Counted::names())
}

/// Is it a key of the language, in lower case?
#[must_use]
pub fn is_key(word: &str) -> bool {
    keys().any(|key| key == word)
}

impl Query {
    /// Reads and checks a query.
    ///
    /// # Errors
    /// Exit 4, with the word that cannot be read marked and the nearest name offered.
    pub fn parse(text: &str, context: &Context) -> Result<Self> {
        parse::query(text, context)
    }

    /// The query in words: its tree, one condition a line, and its order.
    #[must_use]
    pub fn tell(&self) -> Vec<String> {
        tell::query(self)
    }

    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self { filter: Filter::All(Vec::new()), sort: Vec::new(), scoped: false }
    }

    /// The same, narrowed by another query, whose order counts where this one has none.
    #[must_use]
    pub fn narrowed(mut self, by: Self) -> Self {
        self.scoped |= by.scoped;
        if self.sort.is_empty() {
            self.sort = by.sort;
        }
        self.and(by.filter)
    }

    /// The same with one more condition.
    #[must_use]
    pub fn and(mut self, more: Filter) -> Self {
        self.filter = match self.filter {
            Filter::All(mut all) => {
                all.push(more);
                Filter::All(all)
            }
            other => Filter::All(vec![other, more]),
        };
        self
    }
}

impl Filter {
    /// Is this condition or one within it such a one?
    pub fn has(&self, such: &dyn Fn(&Self) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.has(such)),
            Self::Not(part) => part.has(such),
            leaf => such(leaf),
        }
    }

    /// The phrases that a ticket may be found by, and where each must stand.
    #[must_use]
    pub fn phrases(&self) -> Vec<(Option<Place>, &Phrase)> {
        match self {
            Self::Words(place, phrase) => vec![(*place, phrase)],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::phrases).collect(),
            _ => Vec::new(),
        }
    }
}

/// Reads `status,label`: what to count by.
///
/// # Errors
/// Exit 4 when a key is not one of [`Group`].
pub fn groups_of(text: &str) -> Result<Vec<Group>> {
    let one = |word: &str| {
        Group::named(&word.to_lowercase())
            .ok_or_else(|| no_name("cannot count by", word, "", Group::ALL))
    };
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(one).collect()
}

/// The error for a name that is not among `all`, with the nearest one after its `key`.
fn no_name<T>(what: &str, word: &str, key: &str, all: &[(T, &'static str)]) -> Error {
    let names = || all.iter().map(|(_, name)| *name);
    let error = Error::invalid(format!("{what} `{word}`"));
    match nearest(word, names()) {
        Some(near) => error.hint(format!("did you mean `{key}{near}`?")),
        None => error.hint(format!("there are {}", listed(names()))),
    }
}

/// Reads `-updated,due`: keys to sort by, a minus for the largest first.
///
/// # Errors
/// Exit 4 when a key is not one of [`SortKey`].
pub fn sort_of(text: &str) -> Result<Vec<Sort>> {
    let one = |word: &str| {
        let (descending, name) = match word.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, word),
        };
        let key = SortKey::named(&name.to_lowercase())
            .ok_or_else(|| no_name("cannot sort by", name, "", SortKey::ALL))?;
        Ok(Sort { key, descending })
    };
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(one).collect()
}

impl Ranked {
    /// The words of the vocabulary, lowest first.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Status => Status::ALL.iter().map(|it| it.word()).collect(),
            Self::Resolution => Resolution::ALL.iter().map(|it| it.word()).collect(),
            Self::Priority => Priority::ALL.iter().map(|it| it.word()).collect(),
            Self::Channel => Channel::ALL.iter().map(|it| it.word()).collect(),
        }
    }

    /// The word that is stored as `rank`.
    #[must_use]
    pub fn word(self, rank: i64) -> Option<&'static str> {
        usize::try_from(rank).ok().and_then(|at| self.words().get(at).copied())
    }
}

/// A ranked value's place by its word.
fn rank_of(key: Ranked, word: &str) -> Result<i64> {
    Ok(match key {
        Ranked::Status => word.parse::<Status>()?.rank(),
        Ranked::Resolution => word.parse::<Resolution>()?.rank(),
        Ranked::Priority => word.parse::<Priority>()?.rank(),
        Ranked::Channel => word.parse::<Channel>()?.rank(),
    })
}
