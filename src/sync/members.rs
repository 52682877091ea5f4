//! Asking to be in, letting people in and taking them out.

use std::collections::BTreeMap;

use super::circle::{self, Circle, Event, Member};
use super::exchange::TRIES;
use super::publish;
use super::report::Report;
use super::{ASKS, Exchange, Move, Moved, Remote};
use crate::domain::ids::Hash;
use crate::error::{Error, Kind, Result};
use crate::seal::Key;

/// The longest wish to be in, in bytes.
const ASK_MAX: u64 = 64 << 10;

impl Exchange<'_> {
    /// Whose desk it is, and who asks to be in.
    ///
    /// # Errors
    /// Exit 7 when the remote cannot be reached or is not right.
    pub fn look(&mut self) -> Result<(Circle, Vec<Member>)> {
        let tips = self.remote.tips()?;
        if self.lacks(&tips)? {
            self.remote.fetch()?;
        }
        let circle = self.learn(&tips)?;
        let asking = asking(self.remote, &tips, &circle)?;
        Ok((circle, asking.into_iter().map(|(_, member)| member).collect()))
    }

    /// Asks to be let in.
    pub(super) fn ask(&mut self, first: &[u8]) -> Result<Report> {
        let member = Member { name: (self.fresh)()?.by.to_string(), public: self.key.public() };
        let ask = circle::ask(first, &member, self.key)?;
        let branch = branch_of_ask(&member);
        let commit = self.remote.write(None, &[("ask".to_owned(), ask)])?;
        let over = self.remote.tips()?.get(&branch).cloned();
        let there = Move { branch: branch.clone(), to: Some(commit), over };
        if let Some(Moved::Refused(why)) = self.remote.push(&[there])?.pop() {
            return Err(publish::refused(&branch, &why));
        }
        self.store.take(|desk| desk.note("asked", Some(b"1")))?;
        Ok(Report { waiting: true, ..Report::default() })
    }

    /// Lets somebody in, or puts somebody out, by what `decide` makes of those who are in and of those
    /// who ask to be.
    ///
    /// # Errors
    /// As `decide`, or as [`Exchange::run`].
    pub fn change(
        &mut self,
        decide: &mut dyn FnMut(&Circle, &[Member]) -> Result<Decision>,
    ) -> Result<Report> {
        let author = (self.fresh)()?;
        self.store.take(|desk| desk.begin(&author))?;
        let mut report = Report::default();
        for _ in 0..TRIES {
            report.warnings.clear();
            let tips = self.remote.tips()?;
            if self.lacks(&tips)? {
                self.remote.fetch()?;
            }
            let mut circle = self.learn(&tips)?;
            let asking = asking(self.remote, &tips, &circle)?;
            let members: Vec<Member> = asking.iter().map(|(_, member)| member.clone()).collect();
            let before = self.store.records()?.len();
            let (event, gone) = match decide(&circle, &members)? {
                Decision::Admit(member) => {
                    let branch = branch_of_ask(&member);
                    (Event::Admitted(member), tips.contains_key(&branch).then_some(branch))
                }
                Decision::Refuse(member) => {
                    let branch = branch_of_ask(&member);
                    let there = Move { branch, to: None, over: None };
                    self.remote.push(&[there])?;
                    return Ok(report);
                }
                Decision::Remove { who } => {
                    // What they sent so far counts.
                    self.take(&tips, (&circle, true), &mut report)?;
                    let seen = self.store.seen()?;
                    let theirs = circle.machines.iter().filter(|(_, it)| it.owners.contains(&who));
                    let heads = theirs.filter_map(|(it, _)| Some((*it, *seen.get(it)?))).collect();
                    circle.renew(Key::new((self.fresh)()?.secret));
                    (Event::Removed { who, heads }, None)
                }
            };
            let record = circle.add(&event, self.key)?;
            if self.append(&tips, before, &[record])? {
                if let Some(branch) = gone {
                    self.remote.push(&[Move { branch, to: None, over: None }])?;
                }
                return Ok(report);
            }
        }
        Err(Error::new(Kind::Partial, "others were faster at the remote again and again")
            .hint("nothing was changed; try again"))
    }
}

/// What is to become of somebody.
#[derive(Clone, Debug)]
pub enum Decision {
    /// They are in.
    Admit(Member),
    /// They are not let in.
    Refuse(Member),
    /// They are out: of their machines what was sent so far counts.
    Remove {
        /// Their signing key.
        who: Hash,
    },
}

/// Those who ask to be in, and their branches.
pub(super) fn asking(
    remote: &mut dyn Remote,
    tips: &BTreeMap<String, String>,
    circle: &Circle,
) -> Result<Vec<(String, Member)>> {
    let mut all = Vec::new();
    for (branch, tip) in tips.iter().filter(|(branch, _)| branch.starts_with(ASKS)).take(100) {
        let Some(bytes) = remote.read(tip, "ask", ASK_MAX)? else { continue };
        let Some(member) = circle::asked(circle, &bytes) else { continue };
        if branch_of_ask(&member) == *branch
            && !circle.members().any(|it| it.public == member.public)
        {
            all.push((branch.clone(), member));
        }
    }
    Ok(all)
}

fn branch_of_ask(member: &Member) -> String {
    format!("{ASKS}{}", &Hash::of(&member.public.signer).to_string()[..16])
}
