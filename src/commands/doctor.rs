//! `tix doctor`.

use std::path::Path;

use clap::Args;

use super::watch::Watch;
use crate::cx::Cx;
use crate::domain::ids::Timestamp;
use crate::error::{Error, Result, counted};
use crate::store::{self, Depth, Exam};
use crate::view::{Care, Check, Fault, Finding, State, View};

mod place;

/// How long ago a copy of the desk should have been made at most, in milliseconds.
const OLD: i64 = 30 * 86_400_000;

/// Look whether the desk is sound, and whether it is kept well
///
/// It only looks, unless --fix is given. Every page of the file, every machine's chain of entries,
/// every derived row and every stored file is held against what it should be. Damage is exit 8;
/// notes are worth knowing and no damage.
#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// Make anew what is derived from the journal, after a copy of the desk; the journal is never
    /// touched
    #[arg(long)]
    fix: bool,
}

impl Doctor {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let desk = cx.desk()?.clone();
        if !desk.path.exists() {
            if desk.named {
                return Err(Error::no_desk(format!("no desk at {}", desk.path.display()))
                    .hint("check --db and TIX_DB"));
            }
            let found = format!("none yet at {}", desk.path.display());
            return Ok(View::Care(Care::Checked(vec![ok("desk", found)])));
        }
        let watch = Watch::begin(cx);
        let step = &mut |what: &str| watch.step(&format!("looking at {what}"));
        let mut exam = store::examine(&desk.path, Depth::Whole, step);
        if self.fix
            && let Ok(found) = &exam
            && found.truth().is_ok()
        {
            if found.whole().is_ok() {
                cx.say("there is nothing to make anew");
            } else {
                cx.safety_copy("fix")?;
                cx.forget_store();
                store::mend(&desk.path)?;
                cx.say("what is derived was made anew from the journal");
                exam = store::examine(&desk.path, Depth::Whole, step);
            }
        }
        drop(watch);
        let mut checks = place::checks(&desk.path);
        match &exam {
            Ok(exam) => found(exam, &mut checks),
            Err(e) => {
                let hint = e.hint.clone().unwrap_or_else(|| SALVAGE.to_owned());
                checks.push(bad("file", e.to_string(), hint));
            }
        }
        checks.push(last_copy(cx)?);
        checks.extend(drafts());
        let damaged = checks.iter().filter(|check| check.state == State::Bad).count();
        if damaged > 0 {
            let what = format!("the desk {} is damaged", desk.path.display());
            let what = Error::no_desk(what).because(counted(damaged as u64, "check") + " failed");
            cx.partial = Some(what.hint("what to do is said with each check above"));
        }
        Ok(View::Care(Care::Checked(checks)))
    }
}

const SALVAGE: &str = "`tix restore` a copy, or `tix salvage` saves what can still be read";
const FIX: &str = "`tix doctor --fix` makes it anew from the journal";

fn ok(check: &str, found: impl Into<String>) -> Check {
    Check { check: check.to_owned(), state: State::Ok, found: found.into(), hint: None }
}

fn note(check: &str, found: impl Into<String>, hint: impl Into<String>) -> Check {
    Check { state: State::Note, hint: Some(hint.into()), ..ok(check, found) }
}

fn bad(check: &str, found: impl Into<String>, hint: impl Into<String>) -> Check {
    Check { state: State::Bad, hint: Some(hint.into()), ..ok(check, found) }
}

/// What the exam found, check by check.
fn found(exam: &Exam, checks: &mut Vec<Check>) {
    checks.push(match &exam.pages {
        Ok(faults) if faults.is_empty() => ok("file", "every page is sound"),
        Ok(faults) => bad("file", first(faults), SALVAGE),
        Err(e) => bad("file", e.to_string(), SALVAGE),
    });
    journal(exam, checks);
    match &exam.derived {
        None if exam.version < store::SCHEMA_VERSION => {
            let found = format!("schema {}, of an older tix", exam.version);
            checks.push(note("tables", found, "any other command brings it up to date"));
        }
        None => {}
        Some(Ok(faults)) if faults.is_empty() => {
            checks.push(ok("tables", "they say what the journal says, row by row"));
        }
        Some(Ok(faults)) => checks.push(bad("tables", first(faults), FIX)),
        Some(Err(e)) => checks.push(bad("tables", e.to_string(), FIX)),
    }
    checks.push(match exam.index.as_slice() {
        [] => ok("text index", "sound"),
        faults => bad("text index", first(faults), FIX),
    });
    if exam.twice.is_empty() {
        checks.push(ok("numbers", "each is one ticket's"));
    } else {
        let numbers: Vec<String> = exam.twice.iter().map(|it| format!("#{it}")).collect();
        let found = format!("several tickets are called {}", numbers.join(", "));
        checks.push(note("numbers", found, "name them by UUID (`tix list --columns uid,title`)"));
    }
}

/// The journal, and the files that it names.
fn journal(exam: &Exam, checks: &mut Vec<Check>) {
    let verified = match &exam.verified {
        Ok(verified) => verified,
        Err(e) => return checks.push(bad("journal", e.to_string(), SALVAGE)),
    };
    let (files, wrong): (Vec<_>, Vec<_>) =
        verified.findings.iter().partition(|it| it.kind == Fault::File);
    let wrong: Vec<String> = wrong.iter().map(|it| told(it)).collect();
    checks.push(if wrong.is_empty() {
        let entries = counted(verified.entries, "entry");
        let machines = counted(verified.machines, "machine");
        let purged = match verified.purged {
            0 => String::new(),
            purged => format!(", {purged} of them erased by a purge"),
        };
        ok("journal", format!("{entries} of {machines}{purged}, each chain whole"))
    } else {
        bad("journal", first(&wrong), format!("{SALVAGE}; `tix verify` names each"))
    });
    if verified.unknown > 0 {
        let entries = counted(verified.unknown, "entry");
        let found = format!("{entries} of a newer tix are kept and not shown");
        checks.push(note("entries", found, "update tix to see what they say"));
    }
    let damaged: Vec<String> = files.iter().map(|it| it.what.clone()).collect();
    if !damaged.is_empty() {
        let hint = "attach them again, which mends them, or take them from a copy";
        checks.push(bad("attachments", first(&damaged), hint));
    } else if verified.absent.is_empty() {
        let orphans = match verified.orphans {
            0 => String::new(),
            orphans => format!(", {orphans} of them on no message any more"),
        };
        let files = counted(verified.files, "file");
        checks.push(ok("attachments", format!("{files} as stored{orphans}")));
    }
    if !verified.absent.is_empty() {
        let found = format!("the bytes are not here of {}", first(&verified.absent));
        checks.push(note("attachments", found, "attach them again where they are needed"));
    }
}

/// `entry 3 of machine 3f0a…: …`
fn told(finding: &Finding) -> String {
    let Finding { machine, seq, what, .. } = finding;
    let machine = machine.as_deref().unwrap_or("?");
    match seq {
        Some(seq) => format!("entry {seq} of machine {machine}: {what}"),
        None => format!("machine {machine}: {what}"),
    }
}

/// `first (and 3 more)`
fn first(faults: &[String]) -> String {
    match faults {
        [] => String::new(),
        [one] => one.clone(),
        [one, more @ ..] => format!("{one} (and {} more)", more.len()),
    }
}

/// When a copy was last found sound.
fn last_copy(cx: &mut Cx) -> Result<Check> {
    let hint = "`tix backup FILE` makes one; keep it on another disk";
    let Some(last) = cx.safety()?.backups().last() else {
        return Ok(note("backup", "no copy was ever made", hint));
    };
    let when = cx.clock.say(last.at);
    let found = format!("last {when}: {}", last.file);
    let Timestamp(age) = Timestamp(cx.clock.now.0.saturating_sub(last.at.0));
    if !Path::new(&last.file).exists() {
        return Ok(note("backup", format!("{found} (it is not there now)"), hint));
    }
    Ok(if age > OLD { note("backup", found, hint) } else { ok("backup", found) })
}

/// Texts that were written and are not stored.
fn drafts() -> Option<Check> {
    let drafts = Cx::drafts().all().unwrap_or_default().len() as u64;
    let found = || format!("{} not stored yet", counted(drafts, "text"));
    (drafts > 0).then(|| note("drafts", found(), "`tix drafts` lists them"))
}
