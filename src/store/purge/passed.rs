//! Imports pass over what was purged here: no source brings it back.

use std::collections::BTreeSet;

use crate::domain::draft::{Draft, Posting};
use crate::domain::ids::Uid;
use crate::domain::purge::{Known, key_hash};
use crate::error::Result;
use crate::store::erase;
use crate::store::write::Writer;

impl Writer<'_> {
    /// How many tickets and messages were passed over, as they were purged here.
    #[must_use]
    pub fn passed(&self) -> u64 {
        self.passed
    }

    /// Was what is kept under this key purged, and not kept anew since?
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn is_purged(&mut self, key: &str) -> Result<bool> {
        Ok(self.kept(key)?.is_none() && self.gone()?.keys.contains_key(&key_hash(key)))
    }

    fn gone(&mut self) -> Result<&Known> {
        let gone = match self.gone.take() {
            Some(gone) => gone,
            None => erase::known(self.connection())?.0,
        };
        Ok(self.gone.insert(gone))
    }

    /// Is it a message of this ticket that was purged: by its name, its number, or when it has
    /// neither, its moment?
    pub(in crate::store) fn is_gone(&mut self, uid: Uid, posting: &Posting) -> Result<bool> {
        let gone = self.gone()?;
        if gone.is_empty() {
            return Ok(false);
        }
        let named = posting.reference.as_ref().is_some_and(|name| gone.has_name(uid, name));
        if named {
            return Ok(true);
        }
        let Some(ticket) = self.hold(uid)? else { return Ok(false) };
        if posting.reference.is_some() {
            return Ok(false);
        }
        let purged = match posting.number {
            Some(number) => ticket.post(number).is_some_and(|post| post.purged.is_some()),
            None => ticket.messages.values().any(|post| {
                post.purged.is_some()
                    && posting.created_at == Some(post.created_at)
                    && posting.kind == post.message.kind
            }),
        };
        Ok(purged)
    }

    /// A conversation without the mails that were purged; none when nothing else is left of it. What
    /// is left of one whose ticket was purged is about another.
    pub(in crate::store) fn without_gone(
        &mut self,
        names: &[Vec<String>],
        mut draft: Draft,
    ) -> Result<Option<(Vec<Vec<String>>, Draft)>> {
        let mut names: Vec<Vec<String>> = names.to_vec();
        names.resize(draft.messages.len(), Vec::new());
        if self.gone()?.is_empty() {
            return Ok(Some((names, draft)));
        }
        let on = draft.uid.unwrap_or(Uid::DESK);
        let mut left = Vec::new();
        for (posting, names) in std::mem::take(&mut draft.messages).into_iter().zip(names) {
            if self.is_gone(on, &posting)? {
                self.passed += 1;
            } else {
                left.push((posting, names));
            }
        }
        let Some((first, _)) = left.first() else { return Ok(None) };
        let purged = self.hold(on)?.is_some_and(|ticket| ticket.purged.is_some());
        if purged {
            let name = first.reference.clone().unwrap_or_default();
            draft.uid = Some(Uid::of_source(&format!("after purge:{on}:{name}")));
        }
        let names;
        (draft.messages, names) = left.into_iter().unzip();
        Ok(Some((names, draft)))
    }

    /// Takes away the bytes that this change has stored and no entry names: those of what was passed
    /// over.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn forget_passed(&mut self) -> Result<()> {
        if self.passed > 0 {
            let new = self.stored.iter().filter(|(_, new)| *new).map(|(hash, _)| *hash);
            let new: BTreeSet<_> = new.collect();
            self.settle()?;
            let named = erase::named(self.connection(), &new)?;
            self.stored.retain(|(hash, new)| !new || named.contains(hash));
            erase::forget(self.connection(), new)?;
        }
        Ok(())
    }
}
