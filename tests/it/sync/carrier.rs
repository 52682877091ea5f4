//! git as the carrier: whose settings count, and whose do not.

use std::path::{Path, PathBuf};

use super::failing::make_executable;
use super::{Several, told};
use crate::desk::{Desk, git};

/// A program that leaves a trace; and the trace.
fn trap(desk: &Desk) -> (String, PathBuf) {
    let canary = desk.path("canary");
    let run = desk.file("run", format!("#!/bin/sh\ntouch {}\n", canary.display()));
    make_executable(Path::new(&run));
    (run, canary)
}

/// As on a stick that a stranger brings.
#[test]
fn nothing_that_a_repository_on_this_machine_would_run_is_run() {
    let several = Several::apart(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    let (run, canary) = trap(ada);
    let remote = several.remote.clone();
    std::fs::create_dir_all(remote.join("hooks")).unwrap();
    for hook in [
        "pre-receive",
        "update",
        "post-receive",
        "post-update",
        "proc-receive",
        "reference-transaction",
        "push-to-checkout",
    ] {
        std::fs::copy(&run, remote.join("hooks").join(hook)).unwrap();
    }
    git(ada.folder(), &["init", "--quiet", "lender"]);
    let lender = ada.path("lender/.git/objects").display().to_string();
    std::fs::write(remote.join("objects/info/alternates"), lender + "\n").unwrap();
    for (name, value) in [
        ("core.alternateRefsCommand", run.as_str()),
        ("core.fsmonitor", &run),
        ("core.sshCommand", &run),
        ("uploadpack.packObjectsHook", &run),
        ("gc.recentObjectsHook", &run),
        ("gc.auto", "1"),
        ("gc.autoDetach", "false"),
    ] {
        git(&remote, &["config", name, value]);
    }
    ada.ok("new 'Printer on fire'");
    several.share();
    bo.ok("new 'Copier too'");
    bo.ok(&format!("sync join {}", remote.display()));
    several.meet();
    several.are_equal();
    assert!(!canary.exists());
}

/// Nor when its work tree is where ours would go, and what goes there through a filter.
#[test]
fn a_work_tree_on_this_machine_is_left_alone() {
    let several = Several::apart(1);
    let ada = &several.desks[0];
    let (run, canary) = trap(ada);
    git(ada.folder(), &["init", "--quiet", "tree"]);
    let tree = ada.path("tree");
    git(&tree, &["symbolic-ref", "HEAD", "refs/heads/tix/circle"]);
    git(&tree, &["config", "receive.denyCurrentBranch", "updateInstead"]);
    git(&tree, &["config", "filter.trap.smudge", &run]);
    std::fs::create_dir_all(tree.join(".git/info")).unwrap();
    std::fs::write(tree.join(".git/info/attributes"), "* filter=trap\n").unwrap();
    told(&ada.run(&format!("sync init {}", tree.display())), 7, "does not take the branch");
    assert!(!canary.exists());
}

#[test]
fn the_ssh_command_of_the_users_own_config_is_used_and_that_of_a_folder_is_not() {
    let several = Several::apart(1);
    let ada = &several.desks[0];
    let (run, canary) = trap(ada);
    let theirs = ada.file("theirs", "#!/bin/sh\ntouch theirs-ran\nexit 1\n");
    make_executable(Path::new(&theirs));
    git(ada.folder(), &["init", "--quiet"]);
    git(ada.folder(), &["config", "core.sshCommand", &theirs]);
    assert_eq!(ada.run("sync init git@host.invalid:desk.git").code, 7);
    assert!(!canary.exists());
    git(ada.folder(), &["config", "--global", "core.sshCommand", &run]);
    assert_eq!(ada.run("sync init git@host.invalid:desk.git").code, 7);
    assert!(canary.exists());
    assert!(!ada.path("theirs-ran").exists());
}

#[test]
fn how_the_user_has_git_make_repositories_is_not_how_the_cache_is_made() {
    let several = Several::apart(2);
    for (name, value) in
        [("init.defaultRefFormat", "reftable"), ("init.defaultObjectFormat", "sha256")]
    {
        for desk in &several.desks {
            git(desk.folder(), &["config", "--global", name, value]);
        }
    }
    several.share();
    several.desks[1].ok("new 'Printer on fire'");
    several.meet();
    several.are_equal();
}

#[test]
fn a_repository_of_another_kind_is_said_to_be_one() {
    let several = Several::sharing(1);
    let bo = Desk::new();
    bo.ok("key new");
    let folder = several.remote.parent().unwrap();
    git(folder, &["init", "--quiet", "--bare", "--object-format=sha256", "other.git"]);
    let other = folder.join("other.git");
    let ran = bo.run(&format!("sync init {}", other.display()));
    told(&ran, 4, "cannot be used");
    assert!(ran.stderr.contains("--object-format=sha1"), "{}", ran.stderr);
    // And where something is in it.
    let tree = git(&other, &["hash-object", "-w", "-t", "tree", "/dev/null"]);
    let who = ["-c", "user.name=x", "-c", "user.email=x", "commit-tree", "-m", "x"];
    let commit = git(&other, &[&who[..], &[tree.trim()]].concat());
    git(&other, &["update-ref", "refs/heads/tix/circle", commit.trim()]);
    told(&bo.run(&format!("sync join {}", other.display())), 4, "cannot be used");
}

#[test]
fn a_bundle_cannot_stand_in_the_way_of_the_next() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    let (bad, good) =
        (ada.path("bad").display().to_string(), ada.path("good").display().to_string());
    let circle = git(&several.remote, &["rev-parse", "refs/heads/tix/circle"]);
    git(ada.folder(), &["clone", "--quiet", "--bare", &several.remote(), "evil.git"]);
    let evil = ada.path("evil.git");
    git(&evil, &["update-ref", "-d", "refs/heads/tix/circle"]);
    git(&evil, &["update-ref", "refs/heads/tix/circle/x", circle.trim()]);
    git(&evil, &["bundle", "create", "--quiet", &bad, "--all"]);
    drop(bo.run(&format!("sync bundle import {bad}")));
    ada.ok("new 'Printer on fire'");
    ada.ok(&format!("sync bundle export {good}"));
    bo.ok(&format!("sync bundle import {good}"));
    assert_eq!(bo.words("list --columns title"), "Printer on fire");
}
