//! Which mails are one conversation: those that name each other, or name the same mail, be it here
//! or not.

use std::collections::HashMap;

use super::boxes::Found;
use super::head::Head;
use super::subject;
use crate::domain::ids::{Hash, Timestamp};

/// Where a mail is, and what orders it: small, since there is one of every mail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// Which of the files it is in.
    pub(super) source: u32,
    /// Where it begins there.
    pub(super) offset: u64,
    /// How many bytes it has.
    pub(super) length: u64,
    /// Its lines that begin with `From ` are quoted.
    pub(super) quoted: bool,
    /// When it was written.
    pub(super) at: Option<Timestamp>,
    /// How many mails it says were before it.
    depth: u16,
    thread: u32,
}

/// Mails as they are found, and which belong together.
#[derive(Default)]
pub(super) struct Threads {
    spots: Vec<Spot>,
    /// The node of each Message-ID, by its hash.
    known: HashMap<u128, u32>,
    /// The node that each is joined to; its own where it is the first of its thread.
    joined: Vec<u32>,
    by_subject: bool,
}

impl Threads {
    /// No mails yet. With `by_subject` mails of one subject belong together too.
    pub(super) fn new(by_subject: bool) -> Self {
        Self { by_subject, ..Self::default() }
    }

    /// How many mails there are.
    pub(super) fn count(&self) -> usize {
        self.spots.len()
    }

    /// Adds a mail that was found in a file.
    pub(super) fn add(&mut self, source: u32, found: &Found<'_>) {
        let (head, _) = Head::of_mail(found.head);
        let thread = self.node();
        let before: Vec<String> =
            ["references", "in-reply-to"].iter().flat_map(|name| head.ids(name)).collect();
        for id in head.id().iter().chain(&before) {
            self.join(thread, key("", id));
        }
        if let Some(text) = head.text("subject", None).filter(|_| self.by_subject) {
            let bare = subject::bare(&text).to_lowercase();
            if !bare.is_empty() {
                self.join(thread, key("subject ", &bare));
            }
        }
        self.spots.push(Spot {
            source,
            offset: found.offset,
            length: found.length,
            quoted: found.quoted,
            at: head.moment(found.envelope),
            depth: u16::try_from(before.len()).unwrap_or(u16::MAX),
            thread,
        });
    }

    /// Adds that a mail names others not in its header, but in its parts.
    pub(super) fn names(&mut self, place: usize, ids: &[String]) {
        if let Some(thread) = self.spots.get(place).map(|spot| spot.thread) {
            for id in ids {
                self.join(thread, key("", id));
            }
        }
    }

    /// Where a mail is, by its place among those that were added.
    pub(super) fn spot(&self, place: usize) -> Option<Spot> {
        self.spots.get(place).copied()
    }

    fn node(&mut self) -> u32 {
        let node = u32::try_from(self.joined.len()).unwrap_or(u32::MAX);
        self.joined.push(node);
        node
    }

    fn join(&mut self, thread: u32, key: u128) {
        let other = *self.known.entry(key).or_insert(thread);
        let (one, two) = (self.first(thread), self.first(other));
        let (low, high) = (one.min(two), one.max(two));
        self.set(high, low);
    }

    /// The node that stands for the thread of another, the way there made shorter.
    fn first(&mut self, mut node: u32) -> u32 {
        while let Some(next) = self.joined.get(node as usize).copied().filter(|next| *next != node)
        {
            let far = self.joined.get(next as usize).copied().unwrap_or(next);
            self.set(node, far);
            node = far;
        }
        node
    }

    fn set(&mut self, node: u32, to: u32) {
        if let Some(joined) = self.joined.get_mut(node as usize) {
            *joined = to;
        }
    }

    /// The threads by the date of their first mail, the mails of each by date; one without a date
    /// stands last. What is written in one second stands in the order of its answers.
    pub(super) fn sorted(mut self) -> Vec<Vec<Spot>> {
        for place in 0..self.spots.len() {
            let thread = self.first(self.spots[place].thread);
            self.spots[place].thread = thread;
        }
        self.known = HashMap::new();
        let date = |spot: &Spot| spot.at.unwrap_or(Timestamp(i64::MAX));
        self.spots.sort_by_key(|spot| (spot.thread, date(spot), spot.depth));
        let mut threads: Vec<Vec<Spot>> =
            self.spots.chunk_by(|a, b| a.thread == b.thread).map(<[Spot]>::to_vec).collect();
        threads.sort_by_key(|thread| thread.first().map(date));
        threads
    }
}

/// What stands for a name.
fn key(kind: &str, name: &str) -> u128 {
    let Hash(bytes) = Hash::of(format!("{kind}{name}").as_bytes());
    bytes.iter().take(16).fold(0, |key, byte| key << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads(by_subject: bool, heads: &[&str]) -> Vec<Vec<u64>> {
        let mut threads = Threads::new(by_subject);
        for (offset, head) in (0..).zip(heads) {
            let head = head.as_bytes();
            let found = Found { offset, length: 1, head, envelope: b"", quoted: false };
            threads.add(0, &found);
        }
        let place = |thread: &Vec<Spot>| thread.iter().map(|spot| spot.offset).collect();
        threads.sorted().iter().map(place).collect()
    }

    #[test]
    fn mails_that_name_each_other_or_the_same_are_one_conversation() {
        let date = |n: u8| format!("Date: {n} Jan 2026 10:00:00 +0000");
        let heads = [
            format!("Message-ID: <c>\nReferences: <a> <b>\n{}", date(3)),
            format!("Message-ID: <x>\nIn-Reply-To: <y>\n{}", date(1)),
            format!("Message-ID: <a>\n{}", date(2)),
            format!("Message-ID: <y>\nIn-Reply-To: <x>\n{}", date(4)),
            format!("Message-ID: <d>\nIn-Reply-To: Ada's of <b>\n{}", date(5)),
            "Subject: no name".to_owned(),
            "Subject: Re: no name".to_owned(),
        ];
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        assert_eq!(threads(false, &heads), [vec![1, 3], vec![2, 0, 4], vec![5], vec![6]]);
        assert_eq!(threads(true, &heads), [vec![1, 3], vec![2, 0, 4], vec![5, 6]]);
    }
}
