//! Beginning to share a desk, joining one, and going on through another remote.

use super::address::Address;
use super::circle::{self, Circle};
use super::exchange::{Exchange, state};
use super::report::{Report, Warning};
use super::{CIRCLE, commits};
use crate::domain::ids::Hash;
use crate::error::{Error, Kind, Result};
use crate::seal::Key;

/// Begins to share a desk through an empty remote.
///
/// # Errors
/// Exit 4 when there is a desk already, exit 7 when it cannot be reached.
pub fn found(it: &mut Exchange<'_>, address: &Address) -> Result<Report> {
    let tips = it.remote.tips()?;
    if tips.contains_key(CIRCLE) {
        return Err(Error::invalid(format!("{address} holds a shared desk already")).hint(
            "`tix sync join` with this address joins it; to share another, use another repository",
        ));
    }
    let author = (it.fresh)()?;
    let (circle, record) =
        Circle::found(&author.by.to_string(), it.key, Key::new((it.fresh)()?.secret))?;
    let tip = commits::write(it.remote, None, std::slice::from_ref(&record))?;
    it.push(CIRCLE, &tip)?.then_some(()).ok_or_else(|| {
        Error::invalid(format!("{address} got a shared desk from somebody else just now"))
            .hint("`tix sync join` with this address joins it")
    })?;
    it.store.take(|desk| {
        desk.note("remote", Some(address.url().as_bytes()))?;
        desk.note("desk", Some(circle.desk.to_string().as_bytes()))?;
        desk.note("circle", Some(tip.as_bytes()))?;
        // Its numbers are the desk's from the first.
        desk.note("founder", Some(b"1"))?;
        desk.note_records(0, &[record])
    })?;
    it.run()
}

/// Shares a desk that is shared already through another remote, an empty one, from now on.
///
/// # Errors
/// Exit 4 when there is a desk already, exit 7 when it cannot be reached.
pub fn move_to(it: &mut Exchange<'_>, address: &Address) -> Result<Report> {
    let tips = it.remote.tips()?;
    if tips.contains_key(CIRCLE) {
        return Err(Error::invalid(format!("{address} holds a shared desk already"))
            .hint("if it is the same desk, `tix sync join` with this address goes on there"));
    }
    it.learn(&tips)?;
    it.remote.inherit()?;
    it.store.take(|desk| desk.note("remote", Some(address.url().as_bytes())))?;
    let mut report = it.run()?;
    report.warnings.retain(|it| *it != Warning::Emptied);
    Ok(report)
}

/// Joins a desk that is shared, once `confirm` has agreed to it; or asks to be let in.
///
/// # Errors
/// Exit 3 when there is none, exit 4 when this desk is shared otherwise, or as `confirm` fails.
pub fn join(
    it: &mut Exchange<'_>,
    address: &Address,
    confirm: &mut dyn FnMut(Hash) -> Result<()>,
) -> Result<Report> {
    let tips = it.remote.tips()?;
    let Some(tip) = tips.get(CIRCLE) else {
        return Err(Error::not_found(format!("{address} holds no shared desk"))
            .hint("`tix sync init` with this address begins one"));
    };
    it.remote.inherit()?;
    it.remote.fetch()?;
    let records = commits::read(it.remote, &tips, (&[], None))?.unwrap_or_default();
    let Some(first) = records.first() else {
        return Err(Error::not_found(format!("{address} holds no shared desk")));
    };
    let desk = circle::desk_of(first);
    match state(it.store)? {
        Some(state) if state.desk != desk => {
            let through = state.remote.parse::<Address>().map(|it| it.to_string());
            return Err(Error::invalid("this desk is shared already, and that is another one")
                .because(format!("it is shared through {}", through.unwrap_or_default()))
                .hint(
                    "use another desk for the other: --db FILE, or `tix init` in another folder",
                ));
        }
        Some(_) => {}
        None => confirm(desk)?,
    }
    let shut = match it.agree(&records, tip) {
        Err(e) if circle::is_shut(&e) => true,
        agreed => agreed.map(|()| false)?,
    };
    it.store.take(|store| {
        store.note("remote", Some(address.url().as_bytes()))?;
        store.note("desk", Some(desk.to_string().as_bytes()))?;
        Ok(())
    })?;
    if shut { it.ask(first) } else { it.run() }
}

impl Exchange<'_> {
    /// Goes on with a desk that we asked to be let into, if we have been.
    ///
    /// # Errors
    /// As [`Exchange::run`].
    pub fn wait(&mut self) -> Result<Report> {
        let tips = self.remote.tips()?;
        if self.lacks(&tips)? {
            self.remote.fetch()?;
        }
        let records = commits::read(self.remote, &tips, (&[], None))?.unwrap_or_default();
        let desk = state(self.store)?.map(|state| state.desk);
        let same = records.first().map(|first| circle::desk_of(first)) == desk;
        let agreed = match tips.get(CIRCLE).filter(|_| same) {
            Some(tip) => self.agree(&records, tip),
            None => Ok(()),
        };
        match agreed.and_then(|()| self.run()) {
            Err(e) if circle::is_shut(&e) => Ok(Report { waiting: true, ..Report::default() }),
            done => done,
        }
    }

    /// Takes the records of whose desk it is as they are on a remote that somebody chose, where a host
    /// had made two of them; not, where they are fewer than those that are known.
    fn agree(&mut self, there: &[Vec<u8>], tip: &str) -> Result<()> {
        let here = self.store.records()?;
        let same = here.iter().zip(there).take_while(|(ours, theirs)| ours == theirs).count();
        if same == there.len() {
            return Circle::read(&here, self.key).map(drop);
        }
        Circle::read(there, self.key)?;
        if same == here.len() {
            return Ok(());
        }
        if there.len() < here.len() {
            return Err(Error::new(Kind::Partial, "less is known there of whose desk it is")
                .because(format!("{} records of it are here, {} there", here.len(), there.len()))
                .hint("nothing was changed; compare `tix sync members` with the others"));
        }
        self.store.take(|desk| {
            desk.note_records(same, &there[same..])?;
            // Its letter may be another machine's there.
            desk.note("lettered", None)?;
            desk.note("circle", Some(tip.as_bytes()))
        })
    }
}
