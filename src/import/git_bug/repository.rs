//! The bugs of a git repository, `refs/bugs/*`, as the user's own git reads them: nothing is fetched,
//! nothing is written, and nothing that the repository's configuration names is run.

use std::io::{Read, Seek, Write};
use std::path::Path;
use std::process::Stdio;

use serde_json::value::RawValue;

use super::{Bug, Commit, Identity, Pack, People, draft, nothing};
use crate::error::{Error, Result};
use crate::import::{Sink, give};
use crate::io;

/// How much of a bug's operations is read, in bytes.
const BUG_MAX: u64 = 256 << 20;

/// Does a folder hold a repository with bugs?
pub(super) fn is_there(folder: &Path) -> bool {
    [folder.join(".git"), folder.to_owned()].iter().any(|git| {
        let packed = || std::fs::read_to_string(git.join("packed-refs")).unwrap_or_default();
        git.join("HEAD").is_file()
            && (git.join("refs/bugs").is_dir() || packed().contains(" refs/bugs/"))
    })
}

/// Hands over the bugs of the repository in a folder.
///
/// # Errors
/// Whatever `sink` returns; exit 3 when there are no bugs, exit 1 when git cannot be run.
pub(super) fn read(folder: &Path, sink: &mut Sink<'_>) -> Result<()> {
    let refs =
        run(folder, &["for-each-ref", "--format=%(refname)", "refs/bugs", "refs/identities"], "")?;
    let refs = String::from_utf8_lossy(&refs).into_owned();
    let of = |kind: &'static str| refs.lines().filter(move |name| name.starts_with(kind));
    let people = people(folder, &of("refs/identities/").collect::<Vec<_>>())?;
    let mut any = false;
    for name in of("refs/bugs/") {
        any = true;
        let draft = bug(folder, name).and_then(|bug| draft(&bug, &people));
        give(draft, || format!("{}, {name}", folder.display()), sink)?;
    }
    if any { Ok(()) } else { Err(nothing(&folder.display().to_string())) }
}

/// What git says; it is an error when it fails.
fn run(folder: &Path, arguments: &[&str], input: &str) -> Result<Vec<u8>> {
    let failed = || Error::failed(format!("git cannot read {}", folder.display()));
    let mut stdin = tempfile::tempfile().map_err(|e| failed().because(e))?;
    let written = stdin.write_all(input.as_bytes()).and_then(|()| stdin.rewind());
    written.map_err(|e| failed().because(e))?;
    let missing = |e: std::io::Error| failed().because(e).hint("git must be installed");
    let mut git = io::command("git").map_err(missing)?;
    git.args(["--no-pager", "--no-replace-objects"]);
    for set in ["protocol.allow=never", "core.fsmonitor=false", "core.hooksPath=/dev/null"] {
        git.args(["-c", set]);
    }
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_CONFIG",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_PARAMETERS",
        "GIT_TRACE",
    ] {
        git.env_remove(name);
    }
    git.env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0");
    git.arg("-C").arg(folder).args(arguments);
    let child = git.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(missing)?;
    let mut out = Vec::new();
    if let Some(from) = child.stdout.take() {
        from.take(BUG_MAX).read_to_end(&mut out).map_err(|e| failed().because(e))?;
    }
    let output = child.wait_with_output().map_err(|e| failed().because(e))?;
    if output.status.success() {
        return Ok(out);
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(failed().because(said.lines().next().unwrap_or("it failed")))
}

/// What these names stand for, in their order; none for what is not there.
fn objects(folder: &Path, names: &[String]) -> Result<Vec<Option<String>>> {
    let input = names.join("\n");
    let out = run(folder, &["cat-file", "--batch"], &input)?;
    let mut rest = out.as_slice();
    let mut found = Vec::with_capacity(names.len());
    while let Some(end) = rest.iter().position(|c| *c == b'\n') {
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 1..];
        let size = head.rsplit_once(' ').and_then(|(_, size)| size.parse::<usize>().ok());
        let object = size.and_then(|size| rest.get(..size)).map(String::from_utf8_lossy);
        found.push(object.map(std::borrow::Cow::into_owned));
        rest = size.and_then(|size| rest.get(size + 1..)).unwrap_or(rest);
    }
    Ok(found)
}

/// Who is behind the identities.
fn people(folder: &Path, refs: &[&str]) -> Result<People> {
    let names: Vec<String> = refs.iter().map(|name| format!("{name}:version")).collect();
    let versions = objects(folder, &names)?;
    let known = refs.iter().zip(versions).filter_map(|(name, version)| {
        let identity: Identity = serde_json::from_str(&version?).ok()?;
        Some((name.rsplit('/').next()?.to_owned(), identity.person()?))
    });
    Ok(known.collect())
}

/// The bug of a reference, its oldest operations first.
fn bug(folder: &Path, name: &str) -> Result<Bug> {
    let commits = run(folder, &["rev-list", "--reverse", "--topo-order", name, "--"], "")?;
    let commits = String::from_utf8_lossy(&commits).into_owned();
    let names: Vec<String> = commits.lines().map(|commit| format!("{commit}:ops")).collect();
    let mut packs = Vec::with_capacity(names.len());
    for text in objects(folder, &names)?.into_iter().flatten() {
        let wrong = |e| Error::invalid("its operations cannot be read").because(e);
        let raw: Box<RawValue> = serde_json::from_str(&text).map_err(wrong)?;
        let ops: Pack = serde_json::from_str(raw.get()).map_err(wrong)?;
        packs.push(Commit { ops });
    }
    let id = name.rsplit('/').next().map(ToOwned::to_owned);
    Ok(Bug { id, packs: Some(packs) })
}
