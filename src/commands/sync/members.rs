//! `tix sync members`: whose desk it is.

use clap::{Args, Subcommand};

use super::carry::Carrier;
use crate::cx::Cx;
use crate::domain::ids::Hash;
use crate::error::{Error, Result};
use crate::prompt;
use crate::seal::Key;
use crate::sync::Decision;
use crate::sync::circle::{Circle, Member};
use crate::view::{self, Shared, View};

/// List whose desk it is; let people in or take them out
#[derive(Args, Debug)]
pub(super) struct Members {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand, Debug)]
enum What {
    /// List the members, their machines, and who asks to be in
    List,
    /// Let in somebody who asks, once you have compared their fingerprint
    Add {
        /// Their name, mail or fingerprint; the only one who asks if left out
        #[arg(value_name = "NEWMEMBER")]
        who: Option<String>,
        /// Their fingerprint, as they see it
        #[arg(long, value_name = "DIGITS")]
        fingerprint: Option<String>,
    },
    /// Take somebody out: nothing that is sent from now on opens for them; or decline who asks
    Rm {
        /// Their name, mail or fingerprint
        #[arg(value_name = "MEMBER")]
        who: String,
        /// Do not ask
        #[arg(short, long)]
        yes: bool,
    },
}

impl Members {
    pub(super) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let mut carrier = Carrier::of_desk(cx)?;
        let (person, mut all) = (cx.io.person, Vec::new());
        let done = match self.what.unwrap_or(What::List) {
            What::List => {
                let (circle, asking) = carrier.exchange().look()?;
                let all = listed(&circle, &asking, &carrier.key);
                return Ok(View::Shared(Shared::Members(all, None)));
            }
            What::Add { who, fingerprint } => {
                let mut name = String::new();
                carrier.exchange().change(&mut |circle, asking| {
                    let member = named(asking, who.as_deref())?.clone();
                    compare(&member, fingerprint.as_deref(), person)?;
                    name.clone_from(&member.name);
                    all = listed(circle, &[], &Key::new([0; 32]));
                    Ok(Decision::Admit(member))
                })?;
                format!("{name} is in: their next `tix sync` brings them everything")
            }
            What::Rm { who, yes } => {
                let mut name = String::new();
                let (own, mut declined) = (carrier.key.public(), false);
                let report = carrier.exchange().change(&mut |circle, asking| {
                    let all: Vec<Member> = circle.members().chain(asking).cloned().collect();
                    let member = named(&all, Some(&who))?;
                    if member.public == own {
                        return Err(Error::invalid("you cannot take yourself out")
                            .hint("one of the others can"));
                    }
                    name.clone_from(&member.name);
                    declined = asking.contains(member);
                    if declined {
                        return Ok(Decision::Refuse(member.clone()));
                    }
                    sure(&member.name, yes, person)?;
                    Ok(Decision::Remove { who: Hash(member.public.signer) })
                })?;
                super::told(cx, &report);
                if declined {
                    format!("{name} is not let in")
                } else {
                    cx.say(
                        "what they have already received stays with them, and so does what lies \
                         on the remote from before: take their access to the repository away too",
                    );
                    format!("{name} is out: what is sent from now on does not open for them")
                }
            }
        };
        let (circle, asking) = carrier.exchange().look()?;
        all.clear();
        all.extend(listed(&circle, &asking, &carrier.key));
        Ok(View::Shared(Shared::Members(all, Some(done))))
    }
}

/// Whose desk it is, those who ask to be in last.
fn listed(circle: &Circle, asking: &[Member], key: &Key) -> Vec<view::Member> {
    let own = key.public();
    let shown = |member: &Member, standing: &str| {
        let signer = Hash(member.public.signer);
        let machines = circle.machines.values().filter(|it| it.owners.first() == Some(&signer));
        let mut letters: Vec<_> = machines.filter_map(|it| it.letter).collect();
        letters.sort_unstable();
        view::Member {
            name: member.name.clone(),
            fingerprint: member.public.fingerprint(),
            standing: standing.to_owned(),
            you: member.public == own,
            machines: letters.into_iter().map(crate::domain::ids::Machine::letters).collect(),
        }
    };
    let known = circle
        .members
        .iter()
        .map(|it| shown(&it.member, if it.out.is_some() { "removed" } else { "member" }));
    known.chain(asking.iter().map(|it| shown(it, "asking"))).collect()
}

/// The one of `all` that is meant.
fn named<'a>(all: &'a [Member], who: Option<&str>) -> Result<&'a Member> {
    let plain = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let is = |member: &&Member| {
        let Some(who) = who.map(|who| who.trim().to_lowercase()) else { return true };
        let digits = plain(&who);
        let finger = digits.len() >= 10 && plain(&member.public.fingerprint()).starts_with(&digits);
        finger || (!who.is_empty() && member.name.to_lowercase().contains(&who))
    };
    let found: Vec<&Member> = all.iter().filter(is).collect();
    match (found.as_slice(), who) {
        ([one], _) => Ok(one),
        ([], None) => Err(Error::not_found("nobody asks to be in")
            .hint("they ask with `tix sync join` on their machine")),
        ([], Some(who)) => {
            Err(Error::not_found(format!("nobody is called `{who}`")).hint("`tix sync members`"))
        }
        _ => Err(Error::invalid("more than one fits")
            .because(found.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", "))
            .hint("give more of the name, or the fingerprint")),
    }
}

/// Is it really their key?
fn compare(member: &Member, given: Option<&str>, person: bool) -> Result<()> {
    let digits = member.public.fingerprint();
    if let Some(given) = given {
        if super::plain(given)? == super::plain(&digits)? {
            return Ok(());
        }
        return Err(Error::invalid(format!("it is another key that calls itself {}", member.name))
            .because(format!("its fingerprint is {digits}"))
            .hint("ask them what `tix key show` says on their machine"));
    }
    if !person {
        return Err(Error::needs_input(format!(
            "the fingerprint of {} has to be compared",
            member.name
        ))
        .because("nobody is there to compare it")
        .hint("add --fingerprint DIGITS, as they see it"));
    }
    let name = &member.name;
    let question = format!("the fingerprint of {name} is\n  {digits}\nthe same as they see it?");
    if prompt::confirm(&question, false)? { Ok(()) } else { Err(Error::cancelled()) }
}

fn sure(name: &str, yes: bool, person: bool) -> Result<()> {
    if yes {
        return Ok(());
    }
    let question = format!("take {name} out?");
    if !person {
        return Err(Error::needs_input(question)
            .because("nobody is there to confirm")
            .hint("add --yes"));
    }
    if prompt::confirm(&question, false)? { Ok(()) } else { Err(Error::cancelled()) }
}
