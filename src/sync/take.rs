//! Taking in what lies in a machine's commits: each checked before anything of it counts.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::circle::Circle;
use super::piece::{self, PIECE_MAX};
use super::report::{Report, Warning};
use super::segment::{self, Head, Opened, Segment};
use super::{Remote, branch_of};
use crate::domain::event::FILE_MAX;
use crate::domain::ids::{Hash, Replica, Timestamp};
use crate::error::Result;
use crate::store::{Author, Line, Logged, Mine, Store, Taker};

/// The name of a segment in its commit.
pub(super) const SEGMENT: &str = "s";

/// How far ahead of our clock an entry may be, in milliseconds: a day.
const AHEAD_MAX: i64 = 86_400_000;

/// What is taken in from.
pub(super) struct Source<'a> {
    pub(super) circle: &'a Circle,
    pub(super) remote: &'a mut dyn Remote,
    pub(super) now: Timestamp,
    /// The commits are those on the remote, not in a file.
    pub(super) there: bool,
    /// What to tell of how far it is: commits done, and all.
    pub(super) tell: &'a mut dyn FnMut(u64, u64),
    /// How far others have seen each machine's entries.
    pub(super) seen: BTreeMap<Replica, u64>,
    /// Machines whose commits were left out in part.
    pub(super) stopped: Vec<Replica>,
    /// Those of them of which a commit is damaged.
    pub(super) damaged: Vec<Replica>,
    /// Machines whose branches hold a part of what is here: what is here is to be there.
    pub(super) shorter: Vec<Replica>,
}

/// What became of a segment.
enum Came {
    /// All of it is there.
    Whole,
    /// The rest of this machine's has to wait.
    Stop,
    /// Whoever signed the rest was out by then: it never counts.
    Beyond,
}

/// A machine whose commits are read, and what its copies did.
struct Log {
    replica: Replica,
    whose: String,
    /// The names of the machines that our lines went to, if they contradict those that came.
    parted: Option<(Vec<Replica>, u64)>,
}

impl Source<'_> {
    /// Takes in a machine's commits up to `tip`.
    pub(super) fn log(
        &mut self,
        store: &mut Store,
        (replica, tip): (Replica, &str),
        report: &mut Report,
        author: &Author,
    ) -> Result<()> {
        let known = store.logs()?.remove(&replica);
        let mine = store.mine()?;
        let commits = self.remote.since(known.as_ref().map(|log| log.tip.as_str()), tip)?;
        let whose = whose(self.circle, replica);
        if commits.is_empty() {
            // What was never sent is missing there by rights.
            if known.is_none_or(|known| known.sent == known.seq) {
                report.warnings.push(Warning::Rewound { whose });
            }
            return Ok(());
        }
        store.take(|desk| {
            let mut log = Log { replica, whose, parted: None };
            let ours = known.clone().filter(|_| replica != mine.replica);
            let mut at = known.unwrap_or_default();
            let was = at.seq;
            let before = desk.added();
            for (done, commit) in commits.iter().enumerate() {
                (self.tell)(done as u64, commits.len() as u64);
                let came = self.commit(desk, commit, (&mut log, &mut at), report)?;
                match came {
                    Came::Whole => {}
                    Came::Beyond => {
                        self.beyond(desk, (&log, tip), report)?;
                        break;
                    }
                    Came::Stop => {
                        self.stopped.push(replica);
                        break;
                    }
                }
            }
            if let Some(known) = ours.filter(|it| it.seq > at.seq && log.parted.is_none())
                && !self.stopped.contains(&replica)
                && self.remote.has(&known.tip)?
            {
                // That machine went back to an older copy, and sent anew what it still had.
                at = known;
                self.shorter.push(replica);
            }
            if !at.tip.is_empty() {
                at.sent = if self.there { at.seq } else { at.sent.min(at.seq) };
                desk.note_log(replica, &at)?;
            }
            if at.seq < was {
                desk.forget_carried()?;
            }
            let added = desk.added() - before;
            report.received += added;
            copies(desk, (&log, mine), added, (report, author))
        })
    }

    /// Says once of each commit that whoever sent it was out by then.
    fn beyond(
        &mut self,
        desk: &Taker<'_>,
        (log, tip): (&Log, &str),
        to: &mut Report,
    ) -> Result<()> {
        self.stopped.push(log.replica);
        desk.note(&beyond(log.replica), Some(tip.as_bytes()))?;
        to.warnings.push(Warning::Out { whose: log.whose.clone() });
        Ok(())
    }

    /// Takes in one commit.
    fn commit(
        &mut self,
        desk: &mut Taker<'_>,
        commit: &str,
        (log, at): (&mut Log, &mut Logged),
        report: &mut Report,
    ) -> Result<Came> {
        let bytes = self.remote.read(commit, SEGMENT, PIECE_MAX)?.unwrap_or_default();
        let circle = self.circle;
        let late = Cell::new(false);
        let may = |head: &Head| {
            late.set(circle.until(head.log).is_some_and(|until| head.last > until));
            circle.writer(head.log, head.by, head.last)
        };
        let came = match Segment::read(&bytes, (circle.desk, log.replica), may) {
            Ok(segment) => {
                let last = segment.head.last;
                self.segment(desk, commit, (log, &segment), report)?.map(|came| (came, last))
            }
            Err(e) => Err(e.why.unwrap_or(e.what)),
        };
        match came {
            Ok((Came::Whole, last)) => {
                (at.tip, at.seq) = (commit.to_owned(), last);
                Ok(Came::Whole)
            }
            Ok((came, _)) => Ok(came),
            Err(_) if late.get() => Ok(Came::Beyond),
            Err(why) => {
                let whose = log.whose.clone();
                if why.contains("newer tix") {
                    report.warnings.push(Warning::Newer { whose });
                } else {
                    self.damaged.push(log.replica);
                    report.warnings.push(Warning::Damaged { whose, why, mended: false });
                }
                Ok(Came::Stop)
            }
        }
    }

    /// Takes in a segment that was rightly signed; or says what is wrong with it.
    fn segment(
        &mut self,
        desk: &mut Taker<'_>,
        commit: &str,
        (log, segment): (&mut Log, &Segment<'_>),
        report: &mut Report,
    ) -> Result<std::result::Result<Came, String>> {
        let head = &segment.head;
        let (have, _) = desk.known(log.replica)?;
        if head.first > have + 1 {
            let (from, until) = (have + 1, head.first - 1);
            report.warnings.push(Warning::Gap { whose: log.whose.clone(), from, until });
            return Ok(Ok(Came::Stop));
        }
        if desk.chain_at(log.replica, head.first - 1)? != Some(head.before.0) {
            return Ok(Err("it does not follow what came before".to_owned()));
        }
        if desk.chain_at(log.replica, head.last)? == Some(head.after.0) {
            return Ok(Ok(Came::Whole));
        }
        let Some(key) = self.circle.key_of(head.epoch) else {
            return Ok(Err("it is sealed to a key that is not the desk's".to_owned()));
        };
        let opened = match segment.open(key) {
            Ok(opened) => opened,
            Err(e) => return Ok(Err(e.why.unwrap_or(e.what))),
        };
        for (replica, seq) in segment::seen(&opened.sheet) {
            let known = self.seen.entry(replica).or_default();
            *known = seq.max(*known);
        }
        let came = self.lines(desk, (log, &opened.lines), report)?;
        if matches!(came, Came::Whole) {
            self.files(desk, commit, (log, &opened, head.epoch), report)?;
        }
        Ok(Ok(came))
    }

    /// Takes in lines in a row; where they contradict those that are here, ours step aside.
    fn lines(
        &mut self,
        desk: &mut Taker<'_>,
        (log, lines): (&mut Log, &[Line]),
        report: &mut Report,
    ) -> Result<Came> {
        let (have, _) = desk.known(log.replica)?;
        let new = lines.iter().filter(|line| line.stamp.seq > have);
        let ahead = |line: &&Line| line.stamp.at.0 > self.now.0.saturating_add(AHEAD_MAX);
        if let Some(first) = new.clone().find(ahead) {
            // A segment comes as a whole: whoever has a part of one could not pass it on.
            report.warnings.push(Warning::Future {
                whose: log.whose.clone(),
                at: Timestamp(first.stamp.at.0 - AHEAD_MAX),
                count: new.count() as u64,
                now: self.now,
            });
            return Ok(Came::Stop);
        }
        for line in lines {
            let (have, _) = desk.known(log.replica)?;
            if line.stamp.seq <= have {
                if desk.chain_at(log.replica, line.stamp.seq)? == Some(line.chain) {
                    continue;
                }
                let common = line.stamp.seq - 1;
                let parted = desk.part(log.replica, common)?;
                log.parted = Some((parted, have - common));
                desk.forget_log(log.replica)?;
            }
            desk.line(line)?;
        }
        Ok(Came::Whole)
    }

    /// Takes in the files that came with a segment.
    fn files(
        &mut self,
        desk: &Taker<'_>,
        commit: &str,
        (log, opened, epoch): (&Log, &Opened, u32),
        report: &mut Report,
    ) -> Result<()> {
        for (place, hash) in opened.sheet.files.iter().enumerate() {
            let bytes = self.remote.read(commit, &format!("f{place}"), PIECE_MAX)?;
            let key = self.circle.key_of(epoch);
            let bytes = bytes.zip(key).and_then(|(it, key)| piece::open(key, &it, FILE_MAX).ok());
            match bytes.filter(|bytes| Hash::of(bytes) == *hash) {
                Some(bytes) => desk.carry(*hash, Some(&bytes))?,
                None => report.warnings.push(Warning::NoFile { whose: log.whose.clone() }),
            }
        }
        Ok(())
    }

    /// Says what others have seen and we were not given.
    pub(super) fn withheld(&self, store: &Store, report: &mut Report) -> Result<()> {
        let have = store.seen()?;
        for (replica, seen) in &self.seen {
            let seen = self.circle.until(*replica).map_or(*seen, |until| until.min(*seen));
            let count = seen.saturating_sub(have.get(replica).copied().unwrap_or(0));
            if count > 0 && !self.stopped.contains(replica) {
                let whose = whose(self.circle, *replica);
                report.warnings.push(Warning::Withheld { whose, count });
            }
        }
        Ok(())
    }
}

/// Notes to what names lines of ours went. Somebody else may have taken them in by those, and they
/// count as theirs.
pub(super) fn note_parted(desk: &Taker<'_>, names: &[Replica]) -> Result<()> {
    let bytes: Vec<u8> = names.iter().flat_map(|it| it.0.to_be_bytes()).collect();
    desk.note("parted", Some(&bytes))
}

/// Under what it is noted that a branch goes on after its people were out.
fn beyond(replica: Replica) -> String {
    format!("beyond {}", branch_of(replica))
}

/// Is it known that this machine's branch, which ends with `tip`, goes on after its people were out?
pub(super) fn is_beyond(store: &Store, replica: Replica, tip: &str) -> Result<bool> {
    Ok(store.shared(&beyond(replica))?.is_some_and(|known| known == tip.as_bytes()))
}

/// What follows when a machine has more than one copy.
fn copies(
    desk: &Taker<'_>,
    (log, mine): (&Log, Mine),
    added: u64,
    (report, author): (&mut Report, &Author),
) -> Result<()> {
    let ours = log.replica == mine.replica;
    let parted = log.parted.as_ref().map_or(0, |(_, count)| *count);
    if ours && (added > 0 || parted > 0) {
        desk.rename(author)?;
        if let Some((names, _)) = &log.parted {
            note_parted(desk, names)?;
        }
        report.warnings.push(Warning::Copied { parted });
    } else if parted > 0 {
        let whose = log.whose.clone();
        report.warnings.push(Warning::Parted { whose, count: parted });
    }
    Ok(())
}

/// How a machine is called: by its letter and by who writes for it.
pub(super) fn whose(circle: &Circle, replica: Replica) -> String {
    let letter = circle.machines.get(&replica).and_then(|machine| machine.letter);
    let name = circle.owner(replica).unwrap_or("nobody");
    match letter {
        Some(letter) => format!("machine {} ({name})", letter.letters()),
        None => format!("machine {} ({name})", branch_of(replica)),
    }
}
