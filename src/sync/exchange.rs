//! One sync, from looking at the remote to having sent everything; every step may be cut short, and is
//! made up for by the next sync.

use std::collections::BTreeMap;

use super::circle::{self, Circle, Event};
use super::members::asking;
use super::publish::{self, Sending};
use super::report::{Report, Warning};
use super::take::{self, Source};
use super::{ASKS, CIRCLE, Move, Moved, Remote, branch_of, commits, replica_of};
use crate::domain::ids::{Hash, Replica, Timestamp};
use crate::error::{Error, Kind, Result};
use crate::seal::Key;
use crate::store::{Author, Store};

/// How often we look again when others were faster.
pub(super) const TRIES: u32 = 12;

/// How far ahead our own clock may have been, in milliseconds: a day.
const AHEAD_MAX: i64 = 86_400_000;

/// What a desk knows of how it is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Where the remote is.
    pub remote: String,
    /// The desk.
    pub desk: Hash,
    /// We have asked to be in and are not yet.
    pub asked: bool,
    /// When it was last brought up to date.
    pub synced_at: Option<Timestamp>,
}

/// How the desk is shared; none where it is not.
///
/// # Errors
/// When the desk cannot be read.
pub fn state(store: &Store) -> Result<Option<State>> {
    let text = |key: &str| -> Result<Option<String>> {
        Ok(store.shared(key)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    };
    let (Some(remote), Some(desk)) = (text("remote")?, text("desk")?) else { return Ok(None) };
    let synced_at = text("synced")?.and_then(|at| at.parse().ok()).map(Timestamp);
    let asked = store.shared("asked")?.is_some();
    Ok(Some(State { remote, desk: desk.parse()?, asked, synced_at }))
}

/// A desk, a remote, and whoever brings them together.
pub struct Exchange<'a> {
    /// The desk.
    pub store: &'a mut Store,
    /// The remote.
    pub remote: &'a mut dyn Remote,
    /// Their key.
    pub key: &'a Key,
    /// Who they are and when, with fresh randomness each time.
    pub fresh: &'a dyn Fn() -> Result<Author>,
    /// What to tell of how far it is.
    pub tell: &'a mut dyn FnMut(u64, u64),
}

impl Exchange<'_> {
    /// Brings desk and remote together.
    ///
    /// # Errors
    /// Exit 7 when the remote cannot be reached or is not right; what was taken in by then stays.
    pub fn run(&mut self) -> Result<Report> {
        let mut report = Report::default();
        let author = (self.fresh)()?;
        self.store.take(|desk| desk.begin(&author))?;
        for _ in 0..TRIES {
            // What is left undone may be done this time.
            report.warnings.retain(|it| !it.is_partial());
            let tips = self.remote.tips()?;
            if self.is_idle(&tips)? {
                return self.done(report);
            }
            if !tips.contains_key(CIRCLE) && self.store.shared("synced")?.is_some() {
                report.warnings.push(Warning::Emptied);
            }
            if self.lacks(&tips)? {
                self.remote.fetch()?;
            }
            let mut circle = self.learn(&tips)?;
            self.asks(&tips, &circle, &mut report)?;
            let beyond = self.take(&tips, (&circle, true), &mut report)?;
            if !self.settle(&tips, &mut circle, &mut report)? {
                continue;
            }
            self.number(&circle, &mut report)?;
            if self.send(&tips, &circle, beyond, &mut report)? {
                self.waiting(&circle, &mut report)?;
                return self.done(report);
            }
        }
        Err(Error::new(Kind::Partial, "others were faster at the remote again and again")
            .hint("what you did here is safe and waits; run `tix sync` again"))
    }

    fn done(&mut self, mut report: Report) -> Result<Report> {
        let now = (self.fresh)()?.now;
        self.store.take(|desk| {
            desk.note("asked", None)?;
            desk.note("synced", Some(now.0.to_string().as_bytes()))
        })?;
        let (_, own) = self.store.latest()?;
        if own.0 > now.0.saturating_add(AHEAD_MAX) {
            report.warnings.push(Warning::Ahead { at: own, now });
        }
        let mut said = Vec::new();
        for warning in report.warnings {
            if !said.contains(&warning) {
                said.push(warning);
            }
        }
        report.warnings = said;
        Ok(report)
    }

    /// Is everything the same here and there?
    fn is_idle(&self, tips: &BTreeMap<String, String>) -> Result<bool> {
        let (logs, mine) = (self.store.logs()?, self.store.mine()?);
        let known = |key: &str| -> Result<Option<String>> {
            Ok(self.store.shared(key)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
        };
        let lettered = known("lettered")? == Some(branch_of(mine.replica));
        let same = lettered
            && tips.get(CIRCLE) == known("circle")?.as_ref()
            && tips.iter().all(|(branch, tip)| match replica_of(branch) {
                Some(replica) => {
                    logs.get(&replica).is_some_and(|log| log.tip == *tip)
                        || take::is_beyond(self.store, replica, tip).is_ok_and(|it| it)
                }
                None => !branch.starts_with(ASKS),
            })
            && logs
                .iter()
                .all(|(it, log)| log.sent == log.seq && tips.contains_key(&branch_of(*it)));
        let seen = self.store.seen()?;
        let whole = |(it, seq): (&Replica, &u64)| {
            *seq == 0 || logs.get(it).is_some_and(|log| log.seq == *seq)
        };
        Ok(same && seen.iter().all(whole))
    }

    /// Is something on the remote that is not here?
    pub(super) fn lacks(&mut self, tips: &BTreeMap<String, String>) -> Result<bool> {
        for tip in tips.values() {
            if !self.remote.has(tip)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Learns whose desk it is by now.
    pub(super) fn learn(&mut self, tips: &BTreeMap<String, String>) -> Result<Circle> {
        let records = self.store.records()?;
        let known = self.store.shared("circle")?;
        let known = known.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let read = commits::read(self.remote, tips, (&records, known.as_deref()))?;
        let all = read.as_ref().unwrap_or(&records);
        let desk = state(self.store)?.map(|state| state.desk);
        if all.first().map(|first| circle::desk_of(first)) != desk {
            return Err(Error::new(Kind::Partial, "the remote holds another desk than it did")
                .hint("nothing was taken from it; check the address with `tix sync status`"));
        }
        let circle = Circle::read(all, self.key)?;
        if let (Some(read), Some(tip)) = (&read, tips.get(CIRCLE)) {
            let from = records.len();
            self.store.take(|desk| {
                desk.note_records(from, &read[from..])?;
                desk.note("circle", Some(tip.as_bytes()))
            })?;
        }
        Ok(circle)
    }

    /// Who asks to be in.
    fn asks(
        &mut self,
        tips: &BTreeMap<String, String>,
        circle: &Circle,
        report: &mut Report,
    ) -> Result<()> {
        report.asks = asking(self.remote, tips, circle)?.into_iter().map(|(_, it)| it).collect();
        Ok(())
    }

    /// Takes in what other machines sent; returns those of which something is damaged, and those
    /// whose branches hold less than is here.
    pub(super) fn take(
        &mut self,
        tips: &BTreeMap<String, String>,
        (circle, there): (&Circle, bool),
        report: &mut Report,
    ) -> Result<(Vec<Replica>, Vec<Replica>)> {
        let now = (self.fresh)()?.now;
        let own = branch_of(self.store.mine()?.replica);
        let mut source = Source {
            circle,
            remote: &mut *self.remote,
            now,
            there,
            tell: &mut *self.tell,
            seen: BTreeMap::new(),
            stopped: Vec::new(),
            damaged: Vec::new(),
            shorter: Vec::new(),
        };
        // Our own first: whether we are who we were.
        let mut branches: Vec<&String> = tips.keys().collect();
        branches.sort_by_key(|branch| **branch != own);
        for branch in branches {
            let Some(replica) = replica_of(branch) else { continue };
            let logs = self.store.logs()?;
            let out = circle.until(replica).is_some();
            if logs.get(&replica).is_some_and(|log| log.tip == tips[branch])
                || out && take::is_beyond(self.store, replica, &tips[branch])?
            {
                continue;
            }
            let author = (self.fresh)()?;
            source.log(self.store, (replica, &tips[branch]), report, &author)?;
        }
        source.withheld(self.store, report)?;
        Ok((source.damaged, source.shorter))
    }

    /// Says on the remote which machines are ours; not, where somebody else was faster.
    fn settle(
        &mut self,
        tips: &BTreeMap<String, String>,
        circle: &mut Circle,
        report: &mut Report,
    ) -> Result<bool> {
        self.put_aside(circle, report)?;
        let mine = self.store.mine()?;
        let before = self.store.records()?.len();
        let mut records = Vec::new();
        if !circle.machines.contains_key(&mine.replica) {
            let letter = Some(circle.next_letter()?);
            records.push(circle.add(&Event::Machine { replica: mine.replica, letter }, self.key)?);
        }
        let logs = self.store.logs()?;
        for (replica, seq) in self.store.seen()? {
            let ours = match circle.machines.get(&replica) {
                None => seq > 0,
                Some(known) => {
                    let held = logs.get(&replica).map_or(0, |log| log.seq);
                    known.letter.is_none() && seq > held && !circle.owns(self.key, replica)
                }
            };
            if ours {
                let event = Event::Machine { replica, letter: None };
                records.push(circle.add(&event, self.key)?);
            }
        }
        self.append(tips, before, &records)
    }

    /// Gives what those who may send it cannot send any more to another machine's name, under which
    /// whoever has it may: what was recorded here with another key, and what was taken in before it
    /// was known that whoever sent it was out.
    fn put_aside(&mut self, circle: &Circle, report: &mut Report) -> Result<()> {
        let (mine, logs) = (self.store.mine()?, self.store.logs()?);
        if circle.machines.contains_key(&mine.replica) && !circle.owns(self.key, mine.replica) {
            let held = logs.get(&mine.replica).map_or(0, |log| log.seq);
            let held = circle.until(mine.replica).map_or(held, |until| until.min(held));
            let author = (self.fresh)()?;
            self.store.take(|desk| {
                if mine.seq > held {
                    let parted = desk.part(mine.replica, held)?;
                    take::note_parted(desk, &parted)?;
                }
                desk.rename(&author)
            })?;
            report.warnings.push(Warning::Rekeyed { count: mine.seq.saturating_sub(held) });
        }
        for (replica, seq) in self.store.seen()? {
            if let Some(until) = circle.until(replica).filter(|until| *until < seq) {
                self.store.take(|desk| {
                    desk.part(replica, until)?;
                    desk.forget_log(replica)
                })?;
            }
        }
        Ok(())
    }

    /// Puts records after those that are known here; not, where somebody else was faster.
    pub(super) fn append(
        &mut self,
        tips: &BTreeMap<String, String>,
        before: usize,
        records: &[Vec<u8>],
    ) -> Result<bool> {
        let known = self.store.shared("circle")?;
        let mut known = known.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let there = tips.get(CIRCLE);
        if records.is_empty() && known.as_ref() == there {
            return Ok(true);
        }
        if let Some(tip) = &known
            && !self.remote.has(tip)?
        {
            known = Some(commits::write(self.remote, None, &self.store.records()?)?);
        }
        let tip = match (records.is_empty(), &known) {
            (true, Some(tip)) => tip.clone(),
            _ => commits::write(self.remote, known.as_deref(), records)?,
        };
        if !self.push(CIRCLE, &tip)? {
            return Ok(false);
        }
        self.store.take(|desk| {
            desk.note_records(before, records)?;
            desk.note("circle", Some(tip.as_bytes()))
        })?;
        Ok(true)
    }

    /// Moves one branch forward; not, where somebody else was faster.
    pub(super) fn push(&mut self, branch: &str, to: &str) -> Result<bool> {
        let there = Move { branch: branch.to_owned(), to: Some(to.to_owned()), over: None };
        match self.remote.push(&[there])?.pop() {
            Some(Moved::Done) => Ok(true),
            Some(Moved::Refused(why)) => Err(publish::refused(branch, &why)),
            Some(Moved::Late) | None => Ok(false),
        }
    }

    /// Gives this machine the letter that the records say, and its tickets numbers with it.
    fn number(&mut self, circle: &Circle, report: &mut Report) -> Result<()> {
        let mine = self.store.mine()?;
        let name = branch_of(mine.replica);
        let Some(letter) = circle.machines.get(&mine.replica).and_then(|it| it.letter) else {
            return Err(Error::failed("this machine has no letter on the shared desk"));
        };
        // By other records of whose desk it is it may have got another one.
        if self.store.shared("lettered")?.as_deref() == Some(name.as_bytes())
            && mine.machine == letter
        {
            return Ok(());
        }
        // On the desk that was there first numbers stay as they are.
        let first = self.store.shared("founder")?.is_some();
        let mut machines: Vec<Replica> = circle
            .machines
            .iter()
            .filter(|(it, known)| known.letter.is_none() && circle.owns(self.key, **it))
            .map(|(it, _)| *it)
            .collect();
        machines.push(mine.replica);
        let parted = self.store.shared("parted")?.unwrap_or_default();
        let names = parted.as_chunks().0.iter();
        machines.extend(names.map(|name| Replica(i64::from_be_bytes(*name))));
        self.store.take(|desk| desk.letter(letter))?;
        if !first {
            let author = (self.fresh)()?;
            let numbered = self.store.change(&author, |desk| desk.number_anew(&machines))?;
            report.numbered.extend(numbered);
        }
        report.letter = Some(letter);
        self.store.take(|desk| {
            desk.note("founder", None)?;
            desk.note("parted", None)?;
            desk.note("lettered", Some(name.as_bytes()))
        })
    }

    /// Sends what is known here and not there; not, where somebody else was faster.
    fn send(
        &mut self,
        tips: &BTreeMap<String, String>,
        circle: &Circle,
        (damaged, shorter): (Vec<Replica>, Vec<Replica>),
        report: &mut Report,
    ) -> Result<bool> {
        self.write(circle)?;
        let mut mend = damaged;
        mend.retain(|it| circle.owns(self.key, *it));
        for warning in &mut report.warnings {
            if let Warning::Damaged { whose, mended, .. } = warning {
                *mended |= mend.iter().any(|it| super::take::whose(circle, *it) == *whose);
            }
        }
        mend.extend(shorter);
        let sending = Sending { tips, mend };
        let sent = sending.send(self.store, self.remote)?;
        report.sent += sent.unwrap_or(0);
        Ok(sent.is_some())
    }

    /// Says what is here and not there, and is not ours to send.
    fn waiting(&mut self, circle: &Circle, report: &mut Report) -> Result<()> {
        let logs = self.store.logs()?;
        for (replica, seq) in self.store.seen()? {
            let count = seq.saturating_sub(logs.get(&replica).map_or(0, |log| log.seq));
            if count > 0 && !circle.owns(self.key, replica) {
                let whose = take::whose(circle, replica);
                report.warnings.push(Warning::Waiting { whose, count });
            }
        }
        Ok(())
    }

    /// Puts what was recorded on our machines into commits.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn write(&mut self, circle: &Circle) -> Result<u64> {
        let now = (self.fresh)()?.now;
        let mut written = 0;
        for replica in self.store.seen()?.into_keys() {
            if circle.owns(self.key, replica) {
                let by = (circle, self.key);
                written += publish::write(self.store, self.remote, by, (replica, now))?;
            }
        }
        Ok(written)
    }
}
