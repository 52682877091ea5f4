//! Whose desk it is: signed records, each naming the one before, that say who is in, which keys the
//! desk is sealed to, and which machine has which letter.
//!
//! The first record is the desk: its hash is what people compare when they join. A record counts when
//! a member signed it. All but the signatures is sealed: a host learns how many records there are.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::piece::{self, Piece};
use crate::domain::ids::{Hash, Machine, Replica};
use crate::error::{Error, Kind, Result};
use crate::seal::{self, Key, Public, Recipient};

/// The version of the format.
const VERSION: u32 = 1;

/// The most bytes that a record may have when it is opened.
const RECORD_MAX: u64 = 4 << 20;

/// The longest record, in bytes, as it is sent.
pub(super) const SENT_MAX: u64 = RECORD_MAX + (2 << 20);

/// What is said to a key that is nobody's who is or was in.
const SHUT: &str = "your key does not open the shared desk";

/// Somebody whose desk it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// As they call themselves.
    pub name: String,
    /// Their key.
    pub public: Public,
}

/// Something that happened to the circle of those whose desk it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The desk is shared from now on, by this member.
    Founded(Member),
    /// This one is in.
    Admitted(Member),
    /// The one with this key is out; of their machines only these entries count.
    Removed {
        /// Their signing key.
        who: Hash,
        /// How many entries each of their machines had.
        heads: Vec<(Replica, u64)>,
    },
    /// Whoever signed this writes for a machine.
    Machine {
        /// Its name.
        replica: Replica,
        /// Its letter, for one that numbers tickets.
        letter: Option<u16>,
    },
    /// Something that a newer tix knows.
    #[serde(skip)]
    Unknown,
}

/// What anybody can read of a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Head {
    v: u32,
    /// How manieth it is, from 0.
    n: u64,
    /// The hash of the record before; all zero for the first.
    before: Hash,
    /// Which of the desk's keys it is sealed to.
    epoch: u32,
    /// That key's public half.
    recipient: Recipient,
    /// Who signed it.
    by: Hash,
    /// The desk's keys, sealed to each member: where they or the members change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keys: Option<String>,
}

/// A machine of the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Its letter, if it numbers tickets.
    pub letter: Option<Machine>,
    /// Who writes for it, by their signing keys.
    pub owners: Vec<Hash>,
}

/// Somebody who is or was in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// Who.
    pub member: Member,
    /// Of each of their machines, how many entries count: for those who are out.
    pub out: Option<BTreeMap<Replica, u64>>,
}

/// Whose desk it is, as far as the records go.
#[derive(Clone)]
pub struct Circle {
    /// The desk: the hash of its first record.
    pub desk: Hash,
    /// Everybody who is or was in.
    pub members: Vec<Admitted>,
    /// The machines.
    pub machines: BTreeMap<Replica, Registered>,
    keys: Vec<Key>,
    last: Hash,
    count: u64,
}

impl fmt::Debug for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Circle({} members, {} records)", self.members.len(), self.count)
    }
}

/// What is shown of a desk to be compared.
#[must_use]
pub fn fingerprint(desk: Hash) -> String {
    seal::digits(&[&b"tix fingerprint of a desk"[..], &desk.0])
}

/// The desk that a first record founds.
#[must_use]
pub fn desk_of(first: &[u8]) -> Hash {
    Hash::of(first)
}

impl Circle {
    /// Founds a desk; returns it with its first record.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn found(name: &str, by: &Key, desk_key: Key) -> Result<(Self, Vec<u8>)> {
        let member = Member { name: name.to_owned(), public: by.public() };
        let circle = Self {
            desk: Hash([0; 32]),
            members: vec![Admitted { member: member.clone(), out: None }],
            machines: BTreeMap::new(),
            keys: vec![desk_key],
            last: Hash([0; 32]),
            count: 0,
        };
        let record = circle.record(&Event::Founded(member), by, true)?;
        let (desk, last) = (desk_of(&record), Hash::of(&record));
        Ok((Self { desk, last, count: 1, ..circle }, record))
    }

    /// Reads the records with a member's key.
    ///
    /// # Errors
    /// Exit 7 when they were altered, exit 4 when the key is nobody's who is in.
    pub fn read(records: &[Vec<u8>], key: &Key) -> Result<Self> {
        let heads: Vec<Head> = records
            .iter()
            .enumerate()
            .map(|(n, bytes)| head(bytes).ok_or_else(|| altered(n, "it cannot be read")))
            .collect::<Result<_>>()?;
        if let Some(newer) = heads.iter().find(|head| head.v > VERSION) {
            return Err(Error::new(Kind::Partial, "the shared desk was changed by a newer tix")
                .because(format!("record {} is of a newer kind", newer.n))
                .hint("update tix; nothing was changed"));
        }
        let (keys, closed) = keys(&heads, key)?;
        if let Some(n) = closed {
            // Anybody could have written that: it is so only if somebody says so who may.
            Self::read(&records[..n], key)?.signed(n, (&records[n], &heads[n]))?;
            return Err(Error::new(Kind::Partial, "you are not in the shared desk any more")
                .because("one of the others has removed you")
                .hint("what is on this machine stays; ask them if that was meant"));
        }
        let mut circle: Option<Self> = None;
        for (n, (bytes, head)) in records.iter().zip(&heads).enumerate() {
            let last = circle.as_ref().map_or(Hash([0; 32]), |it| it.last);
            is_next(n, head, last)?;
            let event = opened(bytes, head, &keys).map_err(|e| altered(n, &e.to_string()))?;
            match &mut circle {
                None => circle = Some(Self::founded(bytes, event, keys.clone())?),
                Some(circle) => circle.follow(n, (bytes, head), event)?,
            }
        }
        circle.ok_or_else(|| altered(0, "there is none"))
    }

    fn founded(bytes: &[u8], event: Event, keys: Vec<Key>) -> Result<Self> {
        let Event::Founded(member) = event else {
            return Err(altered(0, "it founds no desk"));
        };
        if !Piece::read(bytes).is_some_and(|piece| piece.is_signed("record", &member.public)) {
            return Err(altered(0, "its signature is not right"));
        }
        let members = vec![Admitted { member, out: None }];
        let (desk, last) = (desk_of(bytes), Hash::of(bytes));
        Ok(Self { desk, members, machines: BTreeMap::new(), keys, last, count: 1 })
    }

    /// Goes on with the next record.
    fn follow(&mut self, n: usize, (bytes, head): (&[u8], &Head), event: Event) -> Result<()> {
        self.signed(n, (bytes, head))?;
        self.apply(head.by, event);
        self.last = Hash::of(bytes);
        self.count += 1;
        Ok(())
    }

    /// Is it the next record, rightly signed by somebody who is in?
    fn signed(&self, n: usize, (bytes, head): (&[u8], &Head)) -> Result<()> {
        is_next(n, head, self.last)?;
        let by = self.members().find(|member| member.public.signer == head.by.0);
        let Some(by) = by.map(|member| member.public.clone()) else {
            return Err(altered(n, "nobody who is in has signed it"));
        };
        if !Piece::read(bytes).is_some_and(|piece| piece.is_signed("record", &by)) {
            return Err(altered(n, "its signature is not right"));
        }
        Ok(())
    }

    /// What a record that is rightly signed changes; one that makes no sense changes nothing.
    fn apply(&mut self, by: Hash, event: Event) {
        match event {
            Event::Admitted(member) => {
                let same = |it: &&mut Admitted| it.member.public.signer == member.public.signer;
                match self.members.iter_mut().find(same) {
                    Some(known) => known.out = None,
                    None => self.members.push(Admitted { member, out: None }),
                }
            }
            Event::Removed { who, heads } => {
                let same = |it: &&mut Admitted| it.member.public.signer == who.0;
                if let Some(known) = self.members.iter_mut().find(same) {
                    known.out = Some(heads.into_iter().collect());
                }
            }
            Event::Machine { replica, letter } => {
                let taken = |letter: &u16| {
                    self.machines.values().any(|it| it.letter == Some(Machine(*letter)))
                };
                let letter = letter.filter(|it| *it < Machine::COUNT && !taken(it)).map(Machine);
                match self.machines.get_mut(&replica) {
                    // What has no letter is a copy's rest: whoever holds it may bring it.
                    Some(known) if known.letter.is_none() && !known.owners.contains(&by) => {
                        known.owners.push(by);
                    }
                    Some(_) => {}
                    None => {
                        self.machines.insert(replica, Registered { letter, owners: vec![by] });
                    }
                }
            }
            Event::Founded(_) | Event::Unknown => {}
        }
    }

    /// Makes the next record and goes on with it.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn add(&mut self, event: &Event, by: &Key) -> Result<Vec<u8>> {
        let keys = matches!(event, Event::Admitted(_) | Event::Removed { .. });
        let mut next = self.clone();
        next.apply(Hash(by.public().signer), event.clone());
        let record = next.record(event, by, keys)?;
        next.last = Hash::of(&record);
        next.count += 1;
        *self = next;
        Ok(record)
    }

    /// Takes another key for all that comes.
    pub fn renew(&mut self, key: Key) {
        self.keys.push(key);
    }

    /// The record for `event`; the desk's keys go along for those who are in.
    fn record(&self, event: &Event, by: &Key, keys: bool) -> Result<Vec<u8>> {
        let (epoch, key) = self.key()?;
        let recipient = key.public().recipient;
        let sealed = keys.then(|| {
            let lines: Vec<String> = self.keys.iter().map(Key::line).collect();
            let to: Vec<Recipient> = self.members().map(|it| it.public.recipient.clone()).collect();
            piece::close(&to, lines.join("\n").as_bytes()).map(|keys| STANDARD.encode(keys))
        });
        let head = Head {
            v: VERSION,
            n: self.count,
            before: self.last,
            epoch,
            recipient: recipient.clone(),
            by: Hash(by.public().signer),
            keys: sealed.transpose()?,
        };
        let body = serde_json::to_vec(event).map_err(std::io::Error::from)?;
        piece::make("record", &head, &piece::close(&[recipient], &body)?, by)
    }

    /// The key that what comes now is sealed to, and how manieth it is.
    ///
    /// # Errors
    /// Never: a desk has a key.
    pub fn key(&self) -> Result<(u32, &Key)> {
        let key = self.keys.last().ok_or_else(|| Error::failed("the shared desk has no key"))?;
        Ok((u32::try_from(self.keys.len() - 1).unwrap_or(u32::MAX), key))
    }

    /// The key of this epoch.
    #[must_use]
    pub fn key_of(&self, epoch: u32) -> Option<&Key> {
        self.keys.get(usize::try_from(epoch).ok()?)
    }

    /// Those who are in.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|it| it.out.is_none()).map(|it| &it.member)
    }

    /// Whoever signs with this key and may write the entries of `replica` up to `last`.
    #[must_use]
    pub fn writer(&self, replica: Replica, signer: Hash, last: u64) -> Option<Public> {
        let machine = self.machines.get(&replica)?;
        let known = machine.owners.contains(&signer);
        let who = self.members.iter().find(|it| it.member.public.signer == signer.0)?;
        let counts = who
            .out
            .as_ref()
            .is_none_or(|heads| heads.get(&replica).is_some_and(|head| last <= *head));
        (known && counts).then(|| who.member.public.clone())
    }

    /// How many entries of a machine count, where all who wrote for it are out.
    #[must_use]
    pub fn until(&self, replica: Replica) -> Option<u64> {
        let machine = self.machines.get(&replica)?;
        let counted = |owner: &Hash| -> Option<u64> {
            let who = self.members.iter().find(|it| it.member.public.signer == owner.0)?;
            Some(who.out.as_ref()?.get(&replica).copied().unwrap_or(0))
        };
        machine.owners.iter().map(counted).try_fold(0, |most, count| Some(most.max(count?)))
    }

    /// Does the one with this key write for `replica`?
    #[must_use]
    pub fn owns(&self, key: &Key, replica: Replica) -> bool {
        let signer = Hash(key.public().signer);
        self.machines.get(&replica).is_some_and(|machine| machine.owners.contains(&signer))
    }

    /// The first letter that no machine has.
    ///
    /// # Errors
    /// Exit 4 when all are taken.
    pub fn next_letter(&self) -> Result<u16> {
        let taken =
            |letter: &u16| self.machines.values().any(|it| it.letter == Some(Machine(*letter)));
        (0..Machine::COUNT).find(|letter| !taken(letter)).ok_or_else(|| {
            Error::invalid("the shared desk has no letter left for another machine")
                .because(format!("{} machines have joined it", Machine::COUNT))
        })
    }

    /// The name of whoever writes for a machine.
    #[must_use]
    pub fn owner(&self, replica: Replica) -> Option<&str> {
        let owner = self.machines.get(&replica)?.owners.first()?;
        let same = |it: &&Admitted| it.member.public.signer == owner.0;
        self.members.iter().find(same).map(|it| it.member.name.as_str())
    }
}

/// A wish to be in, as it is sent: sealed to the desk's first key, and signed.
///
/// # Errors
/// When the first record cannot be read, or nothing can be sealed.
pub fn ask(first: &[u8], member: &Member, by: &Key) -> Result<Vec<u8>> {
    let head = head(first).ok_or_else(|| altered(0, "it cannot be read"))?;
    let body = serde_json::to_vec(member).map_err(std::io::Error::from)?;
    let sealed = piece::close(&[head.recipient], &body)?;
    piece::make("ask", &desk_of(first), &sealed, by)
}

/// Who asks to be in; none where the wish was not sent to this desk by whom it says.
#[must_use]
pub fn asked(circle: &Circle, bytes: &[u8]) -> Option<Member> {
    let piece = Piece::read(bytes)?;
    if piece.head::<Hash>()? != circle.desk {
        return None;
    }
    let body = piece::open(circle.key_of(0)?, piece.body, RECORD_MAX).ok()?;
    let member: Member = serde_json::from_slice(&body).ok()?;
    (piece.is_signed("ask", &member.public) && member.name.len() <= 400).then_some(member)
}

/// Is that why: the key is nobody's who is or was in?
#[must_use]
pub fn is_shut(error: &Error) -> bool {
    error.what == SHUT
}

fn head(bytes: &[u8]) -> Option<Head> {
    Piece::read(bytes)?.head()
}

/// Does a record say that it is number `n`, after the one with the hash `last`? Whoever wrote it.
///
/// # Errors
/// Exit 7 when it does not, or cannot be read.
pub(super) fn follows(bytes: &[u8], n: usize, last: Hash) -> Result<()> {
    let head = head(bytes).ok_or_else(|| altered(n, "it cannot be read"))?;
    is_next(n, &head, last)
}

fn is_next(n: usize, head: &Head, last: Hash) -> Result<()> {
    if (head.n, head.before) == (n as u64, last) {
        return Ok(());
    }
    Err(altered(n, "it does not follow the one before"))
}

/// The desk's keys, opened with that of somebody who is or was in; and the first record after that
/// whose keys do not open.
fn keys(heads: &[Head], key: &Key) -> Result<(Vec<Key>, Option<usize>)> {
    let mut closed = None;
    for (n, head) in heads.iter().enumerate().rev() {
        let Some(keys) = &head.keys else { continue };
        let opened =
            STANDARD.decode(keys).ok().and_then(|it| piece::open(key, &it, RECORD_MAX).ok());
        match opened.and_then(|lines| String::from_utf8(lines).ok()) {
            Some(lines) => {
                let keys = lines.lines().map(Key::parse).collect::<Result<_>>()?;
                return Ok((keys, closed));
            }
            None => closed = Some(n),
        }
    }
    Err(Error::new(Kind::Partial, SHUT)
        .because(format!("yours is {}", key.public().fingerprint()))
        .hint(
            "use the key that you joined with (TIX_KEY), or `tix sync join` to ask with this one",
        ))
}

/// What a record says.
fn opened(bytes: &[u8], head: &Head, keys: &[Key]) -> Result<Event> {
    let wrong = || Error::no_desk("it is damaged");
    let key =
        usize::try_from(head.epoch).ok().and_then(|epoch| keys.get(epoch)).ok_or_else(wrong)?;
    if key.public().recipient != head.recipient {
        return Err(wrong().because("it is sealed to another key"));
    }
    let piece = Piece::read(bytes).ok_or_else(wrong)?;
    let body = piece::open(key, piece.body, RECORD_MAX)?;
    let sound = serde_json::from_slice::<serde_json::Value>(&body).map_err(|_| wrong())?;
    Ok(serde_json::from_value(sound).unwrap_or(Event::Unknown))
}

fn altered(n: usize, why: &str) -> Error {
    Error::new(Kind::Partial, "the records of whose desk it is are not right")
        .because(format!("record {n}: {why}"))
        .hint("nothing was taken from it; ask the others whether theirs says so too")
}

#[cfg(test)]
mod tests;
