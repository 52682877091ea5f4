//! The circle's records as commits, which are the same wherever they are made.

use std::collections::BTreeMap;

use super::{CIRCLE, Remote, circle};
use crate::domain::ids::Hash;
use crate::error::{Error, Kind, Result};

/// The name of a record in its commit.
pub(super) const RECORD: &str = "r";

/// The most bytes that all records have together: seven hundred members' take half of it.
const ALL_MAX: u64 = 128 << 20;

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
    let mut read: Vec<Vec<u8>> = Vec::new();
    let (mut last, mut room) = (Hash([0; 32]), ALL_MAX);
    // Each is looked at before the next is read: what a host has made up does not fill the memory.
    for (n, commit) in all.iter().enumerate() {
        let record = remote.read(commit, RECORD, circle::SENT_MAX.min(room))?;
        let record = record.ok_or_else(|| rewritten("one of them is missing or too long"))?;
        if records.get(n).is_some_and(|ours| *ours != record) {
            return Err(rewritten("they are others than were there before"));
        }
        circle::follows(&record, n, last)?;
        last = Hash::of(&record);
        room -= record.len() as u64;
        read.push(record);
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

#[cfg(test)]
mod tests {
    use super::super::circle::Circle;
    use super::super::{Move, Moved};
    use super::*;
    use crate::seal::Key;

    /// A remote whose commits all hold one record, and how often it was read.
    struct Same(Vec<u8>, usize);

    impl Remote for Same {
        fn tips(&mut self) -> Result<BTreeMap<String, String>> {
            Ok(BTreeMap::from([(CIRCLE.to_owned(), "c".to_owned())]))
        }
        fn fetch(&mut self) -> Result<()> {
            Ok(())
        }
        fn has(&mut self, _: &str) -> Result<bool> {
            Ok(true)
        }
        fn since(&mut self, _: Option<&str>, _: &str) -> Result<Vec<String>> {
            Ok(vec!["c".to_owned(); 1_000])
        }
        fn read(&mut self, _: &str, _: &str, most: u64) -> Result<Option<Vec<u8>>> {
            self.1 += 1;
            Ok((self.0.len() as u64 <= most).then(|| self.0.clone()))
        }
        fn write(&mut self, _: Option<&str>, _: &[(String, Vec<u8>)]) -> Result<String> {
            Ok("c".to_owned())
        }
        fn push(&mut self, moves: &[Move]) -> Result<Vec<Moved>> {
            Ok(vec![Moved::Late; moves.len()])
        }
    }

    #[test]
    fn of_a_record_that_a_host_has_made_up_no_more_is_read() {
        let (_, record) = Circle::found("Ada", &Key::new([1; 32]), Key::new([2; 32])).unwrap();
        let zeros = |count: u64| vec![0; usize::try_from(count).unwrap()];
        let known = [vec![1], vec![2]];
        for (bytes, known, reads) in [
            (record, &[][..], 2),
            (zeros(circle::SENT_MAX), &[][..], 1),
            (zeros(circle::SENT_MAX + 1), &[][..], 1),
            (zeros(9), &known[..], 1),
        ] {
            let mut remote = Same(bytes, 0);
            let tips = remote.tips().unwrap();
            let error = read(&mut remote, &tips, (known, None)).unwrap_err();
            assert_eq!((error.kind, remote.1), (Kind::Partial, reads));
        }
    }
}
