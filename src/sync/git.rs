//! git as the carrier: the user's own binary, with their credentials, on a repository of our own.
//!
//! Nothing of the folder that tix was started in counts, no hook runs, and no address is ever an
//! argument: it stands in our repository's config. The repository is a cache; lost, it is made anew.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use super::address::{Address, WAYS};
use super::{Move, Moved, Remote};
use crate::error::{Error, Kind, Result};
use crate::io;

mod cache;

/// Where our branches stand on the remote.
const THERE: &str = "refs/heads/tix/";

/// Where they stand in the cache as they were last seen there.
const SEEN: &str = "refs/seen/";

/// How many branches are named to git at most in one command.
pub(super) const NAMED_MAX: usize = 500;

/// Who makes commits, and when: the same everywhere, so that they tell nothing.
const MAKER: &str = "tix <tix> 946684800 +0000";

/// How often git is asked again to write to the cache, 50 ms apart.
const PATIENCE: u32 = 60;

/// How the user's environment meets git.
#[derive(Clone, Debug)]
pub struct Manners {
    /// Somebody is there who can be asked for a password.
    pub person: bool,
    /// The user has a command of their own for ssh.
    pub own_ssh: bool,
    /// The variables that git must not see.
    pub scrubbed: Vec<String>,
}

/// A remote, and the cache of it.
pub struct Git {
    folder: PathBuf,
    address: Option<Address>,
    manners: Manners,
    reading: Option<Reading>,
    before: Option<PathBuf>,
}

/// A process that hands out objects.
struct Reading {
    child: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
}

impl Drop for Reading {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Git {
    /// The remote at `address` with its cache in `folder`, which is made if need be.
    ///
    /// # Errors
    /// Exit 1 when there is no git, or the folder cannot be written.
    pub fn open(folder: &Path, address: Option<Address>, manners: Manners) -> Result<Self> {
        let (reading, before) = (None, None);
        let mut git = Self { folder: folder.to_owned(), address, manners, reading, before };
        let ssh = git.address.as_ref().is_some_and(Address::is_ssh);
        if !folder.join("objects").is_dir() || !folder.join("HEAD").is_file() {
            git.make()?;
        }
        git.unlock();
        if git.address.is_some() {
            git.point()?;
        }
        if ssh && !git.manners.own_ssh {
            // Ours would count for more than what the user's own config says.
            git.manners.own_ssh = git.near(&["config", "--get", "core.sshCommand"]).is_ok();
        }
        Ok(git)
    }

    /// This remote takes the place of another: what lies in that one's cache, in the folder
    /// `before`, is to come along.
    pub fn after(&mut self, before: PathBuf) {
        self.before = Some(before);
    }

    /// A git command on the cache; `far` when it talks to the remote.
    fn command(&self, arguments: &[&str], far: bool) -> Result<Command> {
        let mut git = io::command("git").map_err(|e| no_git(&e))?;
        git.current_dir(&self.folder).arg("--git-dir=.");
        for setting in [
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            "core.fsync=committed,added,reference",
            "core.logAllRefUpdates=false",
            "core.alternateRefsCommand=",
            "gc.auto=0",
            "maintenance.auto=false",
            "transfer.fsckObjects=true",
            "fetch.writeCommitGraph=false",
            "fetch.recurseSubmodules=false",
            "push.recurseSubmodules=no",
            "push.gpgSign=false",
            "push.followTags=false",
            "protocol.allow=never",
            "http.lowSpeedLimit=1",
            "http.lowSpeedTime=60",
            "advice.detachedHead=false",
        ] {
            git.args(["-c", setting]);
        }
        for way in WAYS {
            git.args(["-c", &format!("protocol.{way}.allow=always")]);
        }
        git.args(arguments);
        for name in &self.manners.scrubbed {
            git.env_remove(name);
        }
        git.env("LC_ALL", "C")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_PROTOCOL_FROM_USER", "0");
        if !self.manners.person {
            git.env("GIT_TERMINAL_PROMPT", "0").env("SSH_ASKPASS_REQUIRE", "never");
        }
        if far && self.address.as_ref().is_some_and(Address::is_ssh) && !self.manners.own_ssh {
            let ask = if self.manners.person { "" } else { " -oBatchMode=yes" };
            git.env(
                "GIT_SSH_COMMAND",
                format!("ssh -oConnectTimeout=30 -oServerAliveInterval=15{ask}"),
            );
        }
        git.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(git)
    }

    /// Runs a command on the cache alone; returns what it prints.
    fn near(&self, arguments: &[&str]) -> Result<String> {
        let ran = self.command(arguments, false)?.output().map_err(|e| no_git(&e))?;
        answer(&ran).ok_or_else(|| self.told("git failed on tix's own copy of the remote", &ran))
    }

    /// Runs a command that talks to the remote.
    fn far(&self, arguments: &[&str]) -> Result<String> {
        let ran = self.command(arguments, true)?.output().map_err(|e| no_git(&e))?;
        answer(&ran).ok_or_else(|| self.unreached(&ran))
    }

    /// What git said, without the remote's password.
    fn words(&self, ran: &Output) -> String {
        let text = String::from_utf8_lossy(&ran.stderr);
        let lines = text.lines().map(|line| line.trim_start_matches("fatal: ").trim());
        let said = lines.filter(|line| !line.is_empty()).take(4).collect::<Vec<_>>().join("; ");
        match &self.address {
            Some(address) => said.replace(address.url(), &address.to_string()),
            None => said,
        }
    }

    fn told(&self, what: &str, ran: &Output) -> Error {
        Error::failed(what).because(self.words(ran))
    }

    /// Why the remote could not be reached, and what to do.
    fn unreached(&self, ran: &Output) -> Error {
        let said = self.words(ran);
        let low = said.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| low.contains(word));
        let at = self.address.as_ref().map_or_else(String::new, |address| format!(" {address}"));
        if says(&["hash algorithm", "mismatched algorithms", "unknown object format"]) {
            return Error::invalid(format!("the repository{at} cannot be used"))
                .because("it is one that names things by SHA-256")
                .hint(
                    "use one of the usual kind: `git init --bare --object-format=sha1` makes it",
                );
        }
        let hint = if says(&["resolve host", "timed out", "unreachable", "connection refused"]) {
            "try again when you are online: what you did here is safe and waits"
        } else if says(&["permission denied", "authentication", "terminal prompts disabled", "403"])
        {
            "git was not let in: check that `git ls-remote` with this address works"
        } else if says(&["host key verification"]) {
            "connect once with ssh by hand and compare the host's key"
        } else if says(&["not appear to be a git repository", "not found", "no such file"]) {
            "what you did here is safe and waits: look whether its disk is there and the address is \
             right; where none was made yet, `git init --bare` or the host's website makes one"
        } else {
            "what you did here is safe and waits; try again"
        };
        Error::new(Kind::Partial, format!("the remote{at} cannot be reached"))
            .because(said)
            .hint(hint)
    }

    /// The process that hands out objects, started if need be.
    fn reading(&mut self) -> Result<&mut Reading> {
        let reading = if let Some(reading) = self.reading.take() {
            reading
        } else {
            let mut command = self.command(&["cat-file", "--batch-command"], false)?;
            command.stdin(Stdio::piped()).stderr(Stdio::null());
            let mut child = command.spawn().map_err(|e| no_git(&e))?;
            let (ask, answer) = (child.stdin.take(), child.stdout.take());
            let (Some(ask), Some(answer)) = (ask, answer) else {
                return Err(Error::failed("git cannot be talked to"));
            };
            Reading { child, ask, answer: BufReader::with_capacity(64 << 10, answer) }
        };
        Ok(self.reading.insert(reading))
    }

    /// Tidies the cache up when much has come.
    pub fn tidy(&self) {
        let args = ["-c", "gc.auto=2000", "-c", "gc.autoDetach=false", "gc", "--auto", "--quiet"];
        drop(self.command(&args, false).map(|mut git| git.output()));
    }

    /// Hands a commit of these files to git.
    fn imported(&self, parent: Option<&str>, files: &[(String, Vec<u8>)]) -> Result<Output> {
        let mut command = self.command(&["fast-import", "--quiet", "--force", "--done"], false)?;
        command.stdin(Stdio::piped());
        let mut child = command.spawn().map_err(|e| no_git(&e))?;
        let Some(mut to) = child.stdin.take() else {
            return Err(Error::failed("git cannot be talked to"));
        };
        // Where git ends before it has read everything it says why.
        let _told = (|| -> std::io::Result<()> {
            writeln!(to, "feature done\ncommit refs/made/last\nmark :1")?;
            writeln!(to, "committer {MAKER}\ndata 0")?;
            if let Some(parent) = parent {
                writeln!(to, "from {parent}")?;
            }
            writeln!(to, "deleteall")?;
            for (name, bytes) in files {
                writeln!(to, "M 100644 inline {name}\ndata {}", bytes.len())?;
                to.write_all(bytes)?;
                writeln!(to)?;
            }
            write!(to, "\nget-mark :1\ndone\n")?;
            to.flush()
        })();
        drop(to);
        Ok(child.wait_with_output()?)
    }

    /// Writes all branches of the cache that are named into a file.
    ///
    /// # Errors
    /// Exit 1 when the file cannot be written.
    pub fn bundle(&mut self, file: &Path, branches: &BTreeMap<String, String>) -> Result<()> {
        let mut refs = Vec::new();
        for (branch, commit) in branches {
            let name = format!("{THERE}{branch}");
            self.near(&["update-ref", &name, commit])?;
            refs.push(name);
        }
        let mut arguments = vec!["bundle", "create", "--quiet"];
        let path = file.to_string_lossy();
        arguments.push(&path);
        arguments.extend(refs.iter().map(String::as_str));
        let made = self.command(&arguments, false)?.output().map_err(|e| no_git(&e))?;
        if made.status.success() {
            return Ok(());
        }
        Err(self.told(&format!("the bundle {} cannot be written", file.display()), &made))
    }

    /// Brings the commits in a bundle here; returns its branches.
    ///
    /// # Errors
    /// Exit 1 when it cannot be read or is no bundle.
    pub fn unbundle(&mut self, file: &Path) -> Result<BTreeMap<String, String>> {
        let path = file.to_string_lossy();
        let listed = self.command(&["ls-remote", "--", &path], false)?.output();
        let branches = branches(&self.bundled(file, &listed.map_err(|e| no_git(&e))?)?);
        // By name: one that is none of ours may be in the way of the next bundle's.
        let wanted: Vec<String> = branches
            .keys()
            .map(|branch| format!("+{THERE}{branch}:refs/bundle/{branch}"))
            .collect();
        for part in wanted.chunks(NAMED_MAX) {
            let mut arguments =
                vec!["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", &path];
            arguments.extend(part.iter().map(String::as_str));
            let came = self.fetched(&arguments, false)?;
            self.bundled(file, &came)?;
        }
        Ok(branches)
    }

    /// What git printed of a bundle.
    fn bundled(&self, file: &Path, ran: &Output) -> Result<String> {
        answer(ran).ok_or_else(|| {
            self.told(&format!("{} cannot be read as a bundle", file.display()), ran)
                .hint("a bundle is what `tix sync bundle export` writes; copy it again")
        })
    }
}

/// What git printed, if it did what it was to do.
fn answer(ran: &Output) -> Option<String> {
    ran.status.success().then(|| String::from_utf8_lossy(&ran.stdout).into_owned())
}

fn no_git(e: &std::io::Error) -> Error {
    if e.kind() == std::io::ErrorKind::NotFound {
        return Error::failed("there is no git here")
            .because("tix shares a desk through git")
            .hint("install git 2.36 or later; everything but `tix sync` works without");
    }
    Error::failed("git cannot be run").because(e)
}

/// Our branches among those that `ls-remote` lists.
fn branches(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    let ours = lines.filter_map(|(commit, name)| Some((name.strip_prefix(THERE)?, commit)));
    let sound = ours.filter(|(name, commit)| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        name.len() <= 80 && name.chars().all(plain) && is_commit(commit)
    });
    sound.map(|(name, commit)| (name.to_owned(), commit.to_owned())).collect()
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|c| c.is_ascii_hexdigit())
}

impl Remote for Git {
    fn tips(&mut self) -> Result<BTreeMap<String, String>> {
        let text = self.far(&["ls-remote", "--quiet", "--", "o", &format!("{THERE}*")])?;
        Ok(branches(&text))
    }

    fn fetch(&mut self) -> Result<()> {
        let arguments = "fetch --quiet --prune --no-tags --no-write-fetch-head \
                         --no-recurse-submodules -- o";
        let wanted = format!("+{THERE}*:{SEEN}*");
        let arguments: Vec<&str> = arguments.split(' ').chain([wanted.as_str()]).collect();
        let came = self.fetched(&arguments, true)?;
        answer(&came).map(drop).ok_or_else(|| self.unreached(&came))
    }

    fn inherit(&mut self) -> Result<()> {
        self.before.take().map_or(Ok(()), |before| self.adopt(&before))
    }

    fn has(&mut self, commit: &str) -> Result<bool> {
        let reading = self.reading()?;
        writeln!(reading.ask, "info {commit}")?;
        reading.ask.flush()?;
        let mut line = String::new();
        reading.answer.read_line(&mut line)?;
        Ok(line.contains(" commit "))
    }

    fn since(&mut self, known: Option<&str>, tip: &str) -> Result<Vec<String>> {
        let but = match known {
            Some(known) if self.has(known)? => Some(format!("^{known}")),
            _ => None,
        };
        let mut arguments = vec!["rev-list", "--reverse", "--topo-order", tip];
        arguments.extend(but.as_deref());
        arguments.push("--");
        Ok(self.near(&arguments)?.lines().map(ToOwned::to_owned).collect())
    }

    fn read(&mut self, commit: &str, file: &str, most: u64) -> Result<Option<Vec<u8>>> {
        let reading = self.reading()?;
        writeln!(reading.ask, "info {commit}:{file}")?;
        reading.ask.flush()?;
        let mut line = String::new();
        reading.answer.read_line(&mut line)?;
        let mut words = line.split_whitespace().skip(1);
        let (Some("blob"), Some(size)) = (words.next(), words.next()) else { return Ok(None) };
        let size: u64 = size.parse().unwrap_or(u64::MAX);
        if size > most {
            return Ok(None);
        }
        writeln!(reading.ask, "contents {commit}:{file}")?;
        reading.ask.flush()?;
        line.clear();
        reading.answer.read_line(&mut line)?;
        let mut bytes = Vec::new();
        (&mut reading.answer).take(size + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != size + 1 {
            return Err(Error::failed("git stopped in the middle of an object"));
        }
        bytes.pop();
        Ok(Some(bytes))
    }

    fn write(&mut self, parent: Option<&str>, files: &[(String, Vec<u8>)]) -> Result<String> {
        let mut tries = 0;
        loop {
            let ran = self.imported(parent, files)?;
            if let Some(commit) = answer(&ran).filter(|commit| is_commit(commit.trim())) {
                return Ok(commit.trim().to_owned());
            }
            tries += 1;
            // A git of a tix that was killed may come to its end just now.
            if tries > PATIENCE || !String::from_utf8_lossy(&ran.stderr).contains("cannot lock ref")
            {
                return Err(self.told("tix's own copy of the remote cannot be written", &ran));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn push(&mut self, moves: &[Move]) -> Result<Vec<Moved>> {
        let mut arguments =
            vec!["push".to_owned(), "--porcelain".to_owned(), "--no-verify".to_owned()];
        for Move { branch, over, .. } in moves {
            if let Some(over) = over {
                arguments.push(format!("--force-with-lease={THERE}{branch}:{over}"));
            }
        }
        arguments.extend(["--".to_owned(), "o".to_owned()]);
        for Move { branch, to, over } in moves {
            let plus = if over.is_some() { "+" } else { "" };
            arguments.push(format!("{plus}{}:{THERE}{branch}", to.as_deref().unwrap_or("")));
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = self.command(&arguments, true)?.output().map_err(|e| no_git(&e))?;
        let text = String::from_utf8_lossy(&ran.stdout);
        let verdicts: Vec<(&str, Vec<&str>)> = text
            .lines()
            .filter_map(|line| {
                let (flag, rest) = line.split_once('\t')?;
                Some((flag, rest.split('\t').collect()))
            })
            .collect();
        if verdicts.is_empty() && !ran.status.success() {
            return Err(self.unreached(&ran));
        }
        let of = |it: &Move| {
            let end = format!(":{THERE}{}", it.branch);
            let found = verdicts.iter().find(|(_, rest)| rest[0].ends_with(&end));
            match found {
                Some(("!", rest)) => {
                    let why = rest.get(1).copied().unwrap_or_default();
                    if why.contains("remote rejected") && !why.contains("lock") {
                        Moved::Refused(format!("{why} {}", self.words(&ran)))
                    } else {
                        Moved::Late
                    }
                }
                Some(_) => Moved::Done,
                None => Moved::Refused(self.words(&ran)),
            }
        };
        Ok(moves.iter().map(of).collect())
    }
}
