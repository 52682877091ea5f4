//! Conversations that an import brings in pieces: mails find the tickets that they belong to by the
//! names of what they answer.

use std::collections::HashMap;

use super::drafts::Met;
use super::write::Writer;
use super::{derive, journal, named};
use crate::domain::draft::{Draft, Posting};
use crate::domain::event::{Event, Mark};
use crate::domain::ids::{Number, Timestamp, Uid};
use crate::domain::mail_id;
use crate::domain::ticket::{Post, Ticket};
use crate::domain::words::By;
use crate::error::Result;

/// How many names a ticket may bear before those of mails that are not there are left out.
const REFS_MAX: usize = 60;

/// Where a message of a draft belongs.
#[derive(Clone, Debug, Default)]
struct Belongs {
    /// The ticket, if there is one on the desk.
    to: Option<Uid>,
    /// It is there already.
    known: bool,
    /// Other tickets that only bear a name of the same conversation: what they answer was not there.
    waits: Vec<Uid>,
}

/// What was found under the names that a draft speaks of.
type Found = HashMap<String, Option<named::Mailed>>;

impl Writer<'_> {
    /// Takes in a conversation whose messages may belong to tickets that are there: each to that of
    /// the nearest message that it answers, by its `names`. A conversation of which nothing is known
    /// becomes a ticket of its own. Messages that are there stay as they are.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn join(&mut self, names: &[Vec<String>], draft: Draft) -> Result<Met> {
        let before = self.recorded();
        let Some((names, draft)) = self.without_gone(names, draft)? else {
            return Ok(Met::Purged);
        };
        let names = names.as_slice();
        let mut belongs = self.belongings(names, &draft)?;
        let mut met = Met::Updated;
        if belongs.iter().all(|it| it.to.is_none()) {
            let there = match draft.uid {
                Some(uid) => self.hold(uid)?.map(|ticket| (uid, ticket.voided)),
                None => None,
            };
            let Some((uid, voided)) = there else { return self.meet(draft) };
            if voided {
                // It was last changed when it was before it was taken back.
                let base = Ticket::fold(self.imported_entries(uid)?);
                self.record_as(uid, base.map(|base| base.updated_at()), None, Event::Restored)?;
                met = Met::Added;
            }
            belongs = self.belongings(names, &draft)?;
        }
        for it in &belongs {
            for other in &it.waits {
                self.unite(it.to.unwrap_or(*other), *other)?;
            }
        }
        let Some(home) = belongs.iter().find_map(|it| it.to).or(draft.uid) else { return Ok(met) };
        for (posting, it) in draft.messages.iter().zip(&belongs) {
            let uid = named::part_of(self.connection(), it.to.unwrap_or(home))?;
            if it.known { self.hear_again(uid, posting)? } else { self.hear(uid, posting, &draft)? }
        }
        self.refer(named::part_of(self.connection(), home)?, &draft)?;
        Ok(if self.recorded() > before { met } else { Met::Known })
    }

    /// Where each message of a draft belongs, as far as the desk knows.
    fn belongings(&mut self, names: &[Vec<String>], draft: &Draft) -> Result<Vec<Belongs>> {
        self.settle()?;
        let mut found = Found::new();
        let mut all = Vec::with_capacity(draft.messages.len());
        for (place, posting) in draft.messages.iter().enumerate() {
            let name = posting.reference.as_deref();
            let mut own = name.map(|name| self.mailed(&mut found, name)).transpose()?.flatten();
            if let (None, Some(shared)) = (own, name.and_then(mail_id::shared)) {
                own = self.mailed(&mut found, shared)?;
            }
            if let Some(own) = own.filter(|own| own.said) {
                all.push(Belongs { to: Some(own.uid), known: true, waits: Vec::new() });
                continue;
            }
            let mut near: Vec<named::Mailed> = Vec::new();
            for name in names.get(place).into_iter().flatten() {
                near.extend(self.mailed(&mut found, name)?);
            }
            near.extend(own);
            let to = near.iter().find(|it| it.said).or(near.first()).map(|it| it.uid);
            let mut waits: Vec<Uid> = near.iter().filter(|it| !it.said).map(|it| it.uid).collect();
            waits.sort_unstable();
            waits.dedup();
            all.push(Belongs { to, known: false, waits });
        }
        Ok(all)
    }

    fn mailed(&mut self, found: &mut Found, name: &str) -> Result<Option<named::Mailed>> {
        if let Some(mailed) = found.get(name) {
            return Ok(*mailed);
        }
        let mailed = named::mailed(self.connection(), name)?;
        found.insert(name.to_owned(), mailed);
        Ok(mailed)
    }

    /// Makes one ticket of two that turn out to be one conversation: the later is part of the other.
    fn unite(&mut self, one: Uid, other: Uid) -> Result<()> {
        let conn = self.connection();
        let (one, other) = (named::part_of(conn, one)?, named::part_of(conn, other)?);
        if one == other {
            return Ok(());
        }
        let earlier = derive::row_of(conn, one)? < derive::row_of(conn, other)?;
        let (into, from) = if earlier { (one, other) } else { (other, one) };
        self.merge(from, into)?;
        self.settle()
    }

    /// A message that the desk does not have yet.
    fn hear(&mut self, uid: Uid, posting: &Posting, draft: &Draft) -> Result<()> {
        // Who asks is what the ticket says, not what a part of its conversation looks like.
        let by = if posting.by == By::Requester { By::Other } else { posting.by };
        let mut posting = Posting { by, ..posting.clone() };
        let ticket = self.ticket(uid)?;
        let authors = ticket.messages.values().map(|post| &post.message.author);
        posting.narrow(authors.chain(&ticket.now.requester));
        let name = posting.reference.clone();
        let arrived = self.receive(uid, posting)?;
        let Some(name) = name else { return Ok(()) };
        // What was known of it was only its name.
        let waited = self.ticket(arrived.ticket)?.now.refs.contains(&name);
        let identity =
            Uid::of_source(&name) == arrived.ticket || draft.opening.refs.contains(&name);
        if waited && !identity {
            self.record(arrived.ticket, Event::Unreferred(name))?;
        }
        Ok(())
    }

    /// A message that bears a name which the desk knows: it is the same, and is brought back if it
    /// was taken back with its import; or another that only has the name of it.
    fn hear_again(&mut self, uid: Uid, posting: &Posting) -> Result<()> {
        let Some(name) = &posting.reference else { return Ok(()) };
        if mail_id::read(name.trim_start_matches(mail_id::SYSTEM)).is_some() {
            return Ok(());
        }
        let ticket = self.ticket(uid)?;
        let bears = |name: &str| {
            let mut posts = ticket.messages.values();
            posts.find(|post| post.message.reference.as_deref() == Some(name))
        };
        let shared = mail_id::shared(name);
        let apart = || {
            let body = &posting.wording.body;
            mail_id::apart(name, &posting.author, posting.created_at, body)
        };
        let known = match shared {
            Some(shared) => bears(name).or_else(|| {
                let body = &posting.wording.body;
                let alike = |post: &&Post| mail_id::alike(&post.message.wording.body, body);
                bears(shared).filter(|post| written_alike(post, posting)).filter(alike)
            }),
            None => {
                bears(name).filter(|post| written_alike(post, posting)).or_else(|| bears(&apart()))
            }
        };
        if let Some(post) = known {
            let (number, removed) = (post.message.number, post.removed);
            return if removed { self.resay(uid, number) } else { Ok(()) };
        }
        let name = if shared.is_some() { name.clone() } else { apart() };
        let by = if posting.by == By::Requester { By::Other } else { posting.by };
        self.receive(uid, Posting { by, reference: Some(name), ..posting.clone() }).map(drop)
    }

    /// Says a message again that was taken away because its import was taken back.
    fn resay(&mut self, uid: Uid, number: Number) -> Result<()> {
        let Some(row) = derive::row_of(self.connection(), uid)? else { return Ok(()) };
        let entries = journal::of_ticket(self.connection(), row)?;
        let gone = entries.iter().filter(|entry| entry.content.event == Event::Unsaid(number));
        let undone = gone.max_by_key(|entry| entry.stamp);
        if undone.is_some_and(|entry| matches!(entry.content.mark, Some(Mark::Undoes(_)))) {
            self.record(uid, Event::Resaid(number))?;
        }
        Ok(())
    }

    /// Notes the names of mails that a conversation speaks of and that the desk does not know: they,
    /// or what answers them too, may come later.
    fn refer(&mut self, uid: Uid, draft: &Draft) -> Result<()> {
        self.settle()?;
        for name in &draft.opening.refs {
            let there = self.ticket(uid)?.now.refs.len();
            if there < REFS_MAX && named::mailed(self.connection(), name)?.is_none() {
                self.record(uid, Event::Referred(name.clone()))?;
            }
        }
        Ok(())
    }
}

/// Did the same person write both in the same second?
fn written_alike(post: &Post, posting: &Posting) -> bool {
    let same = |at: Timestamp| at.0.div_euclid(1000) == post.created_at.0.div_euclid(1000);
    posting.created_at.is_none_or(same) && post.message.author.same(&posting.author)
}
