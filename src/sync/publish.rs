//! Putting what was recorded here into commits, and moving the branches on the remote.

use std::collections::BTreeMap;

use super::circle::Circle;
use super::git::NAMED_MAX;
use super::piece;
use super::segment::{self, Sheet};
use super::take::SEGMENT;
use super::{Move, Moved, Remote, branch_of};
use crate::domain::event::Event;
use crate::domain::ids::{Hash, Replica, Timestamp};
use crate::error::{Error, Kind, Result};
use crate::seal::Key;
use crate::store::{Line, Logged, Store};

/// How many lines a segment holds at most, and how many bytes of text, about.
const LINES_MAX: u32 = 20_000;
const BYTES_MAX: usize = 4 << 20;

/// How many bytes the files of a segment have at most, but for the last of them.
const FILES_MAX: usize = 32 << 20;

/// Puts the lines of a machine that lie in no commit yet into commits; returns how many there were.
pub(super) fn write(
    store: &mut Store,
    remote: &mut dyn Remote,
    (circle, by): (&Circle, &Key),
    (replica, now): (Replica, Timestamp),
) -> Result<u64> {
    let (epoch, to) = circle.key()?;
    let mut written = 0;
    loop {
        let mut log = store.logs()?.remove(&replica).unwrap_or_default();
        if !log.tip.is_empty() && !remote.has(&log.tip)? {
            // The cache is gone, and the remote never had it.
            log = Logged::default();
            store.take(|desk| desk.forget_carried())?;
        }
        let (lines, files) = next(store, replica, log.seq)?;
        let Some(last) = lines.last() else { return Ok(written) };
        let before = store.chain_at(replica, log.seq)?.unwrap_or_default();
        let seen = store.seen()?.into_iter().collect();
        let sheet = Sheet { at: now, seen, files: files.iter().map(|(hash, _)| *hash).collect() };
        let segment = segment::close((circle.desk, epoch), (before, &lines), &sheet, (to, by))?;
        let mut pieces = vec![(SEGMENT.to_owned(), segment)];
        for (place, (_, bytes)) in files.iter().enumerate() {
            pieces.push((format!("f{place}"), piece::close(&[to.public().recipient], bytes)?));
        }
        let parent = (!log.tip.is_empty()).then_some(log.tip.as_str());
        let tip = remote.write(parent, &pieces)?;
        let seq = last.stamp.seq;
        store.take(|desk| {
            files.iter().try_for_each(|(hash, _)| desk.carry(*hash, None))?;
            desk.note_log(replica, &Logged { tip, seq, sent: log.sent.min(seq) })
        })?;
        written += lines.len() as u64;
    }
}

/// A file with its bytes.
type File = (Hash, Vec<u8>);

/// The next lines that go into one segment, and the files that they name.
fn next(store: &Store, replica: Replica, seq: u64) -> Result<(Vec<Line>, Vec<File>)> {
    let mut lines = store.lines_of(replica, seq, LINES_MAX)?;
    let (mut files, mut bytes, mut room) = (Vec::<File>::new(), 0, FILES_MAX);
    let mut count = 0;
    for line in &lines {
        bytes += line.content.as_ref().map_or(0, |(text, _)| text.len()) + 64;
        if count > 0 && (bytes > BYTES_MAX || room == 0) {
            break;
        }
        count += 1;
        let Some(hash) = named(line) else { continue };
        if store.carries(hash)? || files.iter().any(|(known, _)| *known == hash) {
            continue;
        }
        // What is damaged here may be whole elsewhere.
        if let Ok(Some(file)) = store.read().blob(hash) {
            room = room.saturating_sub(file.len());
            files.push((hash, file));
        }
    }
    lines.truncate(count);
    Ok((lines, files))
}

/// The file that a line adds to a message.
fn named(line: &Line) -> Option<Hash> {
    let (text, _) = line.content.as_ref()?;
    if !text.contains("\"attached\"") {
        return None;
    }
    match line.entry().content.event {
        Event::Attached { file, .. } => Some(file.hash),
        _ => None,
    }
}

/// What is to be moved on the remote.
pub(super) struct Sending<'a> {
    /// The branches that were there when we looked.
    pub(super) tips: &'a BTreeMap<String, String>,
    /// Machines of ours whose branches there are not right: they are written over.
    pub(super) mend: Vec<Replica>,
}

impl Sending<'_> {
    /// Moves the branches of all machines of which more is known here; says whether all were moved,
    /// none where somebody was faster. Counts what was new to the remote.
    pub(super) fn send(&self, store: &mut Store, remote: &mut dyn Remote) -> Result<Option<u64>> {
        let logs = store.logs()?;
        let (mut moves, mut fresh) = (Vec::new(), Vec::new());
        for (replica, log) in &logs {
            match self.wanted(remote, *replica, log)? {
                Some(there) => moves.push((*replica, there)),
                None if self.tips.get(&branch_of(*replica)) == Some(&log.tip) => {
                    fresh.push(*replica);
                }
                None => {}
            }
        }
        let mut late = false;
        for part in moves.chunks(NAMED_MAX) {
            let wanted: Vec<Move> = part.iter().map(|(_, there)| there.clone()).collect();
            for ((replica, there), done) in part.iter().zip(remote.push(&wanted)?) {
                match done {
                    Moved::Done => fresh.push(*replica),
                    Moved::Late => late = true,
                    Moved::Refused(why) => return Err(refused(&there.branch, &why)),
                }
            }
        }
        let mut sent = 0;
        store.take(|desk| {
            for replica in fresh {
                let Some(log) = logs.get(&replica).filter(|log| log.sent != log.seq) else {
                    continue;
                };
                sent += log.seq.saturating_sub(log.sent);
                desk.note_log(replica, &Logged { sent: log.seq, ..log.clone() })?;
            }
            Ok(())
        })?;
        Ok((!late).then_some(sent))
    }

    /// How a machine's branch is to be moved, if at all.
    fn wanted(
        &self,
        remote: &mut dyn Remote,
        replica: Replica,
        log: &Logged,
    ) -> Result<Option<Move>> {
        let branch = branch_of(replica);
        let there = self.tips.get(&branch);
        if log.tip.is_empty() || there == Some(&log.tip) || !remote.has(&log.tip)? {
            return Ok(None);
        }
        let to = Some(log.tip.clone());
        let Some(there) = there else { return Ok(Some(Move { branch, to, over: None })) };
        if self.mend.contains(&replica) {
            return Ok(Some(Move { branch, to, over: Some(there.clone()) }));
        }
        let behind = remote.since(Some(&log.tip), there)?.is_empty();
        Ok(behind.then_some(Move { branch, to, over: None }))
    }
}

/// What to say when the remote does not take a branch.
pub(super) fn refused(branch: &str, why: &str) -> Error {
    Error::new(Kind::Partial, format!("the remote does not take the branch tix/{branch}"))
        .because(why)
        .hint("check that you may write there, and that nothing protects branches named tix/…")
}
