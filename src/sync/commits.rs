//! The circle's records as commits, which are the same wherever they are made.

use std::collections::BTreeMap;

use super::piece::PIECE_MAX;
use super::{CIRCLE, Remote};
use crate::error::{Error, Kind, Result};

/// The name of a record in its commit.
pub(super) const RECORD: &str = "r";

/// Makes the commits of `records` after `parent`; returns the last.
pub(super) fn write(
    remote: &mut dyn Remote,
    parent: Option<&str>,
    records: &[Vec<u8>],
) -> Result<String> {
    let mut tip = parent.map(ToOwned::to_owned);
    for record in records {
        let files = [(RECORD.to_owned(), record.clone())];
        tip = Some(remote.write(tip.as_deref(), &files)?);
    }
    tip.ok_or_else(|| Error::failed("there are no records of whose desk it is"))
}

/// The records on the remote, read after those that are known.
///
/// # Errors
/// Exit 7 when what is known is not among them: somebody has written them anew.
pub(super) fn read(
    remote: &mut dyn Remote,
    tips: &BTreeMap<String, String>,
    known: (&[Vec<u8>], Option<&str>),
) -> Result<Option<Vec<Vec<u8>>>> {
    let (records, at) = known;
    let Some(tip) = tips.get(CIRCLE) else { return Ok(None) };
    if at == Some(tip) {
        return Ok(None);
    }
    let all = remote.since(None, tip)?;
    let mut read = Vec::with_capacity(all.len());
    for commit in &all {
        let record = remote.read(commit, RECORD, PIECE_MAX)?;
        read.push(record.ok_or_else(|| rewritten("one of them is missing"))?);
    }
    let same = records.iter().zip(&read).all(|(ours, theirs)| ours == theirs);
    if !same {
        return Err(rewritten("they are others than were there before"));
    }
    Ok((read.len() > records.len()).then_some(read))
}

fn rewritten(why: &str) -> Error {
    Error::new(Kind::Partial, "the remote's records of whose desk it is were written anew")
        .because(why)
        .hint(
            "nothing was taken from it, and what you did is safe here; compare `tix sync members` \
             with the others: who knows best goes on with `tix sync init` and another, empty \
             repository, and the others with `tix sync join` and that one",
        )
}
