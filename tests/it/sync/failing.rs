//! What can go wrong with a remote: recognised, said in words, nothing lost.

use std::path::Path;

use serde_json::json;

use super::{Several, let_in, told};
use crate::desk::{Desk, git};

#[test]
fn nothing_of_an_address_is_an_option_or_runs_anything() {
    let several = Several::apart(1);
    let desk = &several.desks[0];
    let canary = desk.path("canary");
    let touch = format!("touch {}", canary.display());
    let script = desk.file("run", format!("#!/bin/sh\n{touch}\n"));
    for hostile in [
        format!("--upload-pack={touch}"),
        format!("-u{touch}"),
        "-oProxyCommand=x".to_owned(),
        format!("ext::sh -c '{touch}'"),
        format!("ext::{script}"),
        format!("fd::{script}"),
        format!("ssh://-oProxyCommand={script}/x"),
        format!("ssh://git@-oProxyCommand={script}/x"),
        format!("-oProxyCommand={script}:x"),
        format!("x:-oProxyCommand={script}"),
        "git://host/x".to_owned(),
        "ftp://host/x".to_owned(),
        "a\nb".to_owned(),
        "https://".to_owned(),
        String::new(),
    ] {
        for verb in ["init", "join"] {
            let mut command = desk.command("sync");
            let ran = command.arg(verb).arg("--").arg(&hostile).output().unwrap();
            let code = ran.status.code();
            assert!(matches!(code, Some(2 | 4)), "{hostile}: {code:?}");
        }
    }
    assert!(!canary.exists());
}

#[test]
fn neither_the_folder_nor_the_environment_decide_what_git_does() {
    let several = Several::sharing(1);
    let desk = &several.desks[0];
    let canary = desk.path("canary");
    let run = desk.file("run", format!("#!/bin/sh\ntouch {}\n", canary.display()));
    make_executable(Path::new(&run));
    let here = desk.path("here");
    std::fs::create_dir(&here).unwrap();
    git(&here, &["init", "--quiet"]);
    for (name, value) in [
        ("core.fsmonitor", &run),
        ("core.sshCommand", &run),
        ("core.hooksPath", &desk.folder().display().to_string()),
        ("credential.helper", &run),
    ] {
        git(&here, &["config", name, value]);
    }
    desk.ok("new 'Printer on fire'");
    let mut command = desk.command("sync");
    command
        .current_dir(&here)
        .env("GIT_DIR", here.join(".git"))
        .env("GIT_WORK_TREE", &here)
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "core.fsmonitor")
        .env("GIT_CONFIG_VALUE_0", &run)
        .env("GIT_EXEC_PATH", desk.folder())
        .env("GIT_ALLOW_PROTOCOL", "ext:file")
        .env("GIT_EXTERNAL_DIFF", &run);
    let ran = command.output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(!canary.exists());
    assert_eq!(git(&here, &["for-each-ref"]), "");
}

#[cfg(unix)]
pub(super) fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
pub(super) fn make_executable(_: &Path) {}

#[test]
fn offline_nothing_is_lost_and_it_is_said() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    let away = several.remote.with_extension("away");
    std::fs::rename(&several.remote, &away).unwrap();
    ada.ok("new 'Printer on fire'");
    told(&ada.run("sync"), 7, "cannot be reached");
    assert_eq!(ada.json("sync status")["data"]["unsent"], 2);
    assert_eq!(ada.words("list --columns title"), "Printer on fire");
    std::fs::rename(&away, &several.remote).unwrap();
    assert_eq!(ada.json("sync")["data"]["sent"], 2);
    bo.ok("sync");
    assert_eq!(bo.words("list --columns title"), "Printer on fire");
}

#[test]
fn a_remote_that_lost_everything_gets_it_again() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    ada.ok("new 'Printer on fire'");
    several.meet();
    std::fs::remove_dir_all(&several.remote).unwrap();
    git(several.remote.parent().unwrap(), &["init", "--quiet", "--bare", "desk.git"]);
    // Not even the cache is needed.
    std::fs::remove_dir_all(bo.path(".cache")).unwrap();
    bo.ok("new 'Copier too'");
    bo.ok("sync");
    ada.ok("sync");
    several.meet();
    several.are_equal();
    assert_eq!(ada.words("count is:open"), "2");
}

#[test]
fn a_desk_goes_on_through_another_remote() {
    let several = Several::sharing(3);
    let [ada, bo, cy] = [&several.desks[0], &several.desks[1], &several.desks[2]];
    // One of them is never heard of again.
    cy.ok("new 'From a machine that is no more'");
    cy.ok("sync");
    ada.ok("sync");
    bo.ok("new 'Not sent yet'");
    let folder = several.remote.parent().unwrap();
    git(folder, &["init", "--quiet", "--bare", "other.git"]);
    let other = format!("file://{}", folder.join("other.git").display());
    told(&ada.run(&format!("sync init {}", several.remote())), 4, "shared already");
    std::fs::remove_dir_all(&several.remote).unwrap();
    let ran = ada.run(&format!("sync init {other}"));
    told(&ran, 0, &format!("the others go on with `tix sync join {other}`"));
    bo.ok(&format!("sync join {other}"));
    for desk in [ada, bo, ada] {
        desk.ok("sync");
    }
    assert_eq!(
        ada.words("list --sort id --columns id,title"),
        bo.words("list --sort id --columns id,title")
    );
    assert_eq!(ada.words("list --sort id -q"), "b1 c1");
    assert_eq!(ada.json("sync status")["data"]["remote"], json!(other));
    // Whoever comes new gets it all.
    let dee = Desk::new();
    dee.ok("key new");
    let_in(ada, &dee, &other);
    dee.ok("sync");
    assert_eq!(dee.words("list --sort id -q"), "b1 c1");
}

#[test]
fn a_host_that_put_whose_desk_it_is_back_is_left() {
    let several = Several::sharing(3);
    let [ada, bo, cy] = [&several.desks[0], &several.desks[1], &several.desks[2]];
    let circle =
        |remote: &Path| git(remote, &["rev-parse", "refs/heads/tix/circle"]).trim().to_owned();
    let before = circle(&several.remote);
    let asks = |n: usize| {
        let desk = Desk::new();
        desk.ok("key new");
        let_in(&several.desks[n], &desk, &several.remote());
        desk
    };
    let dee = asks(0);
    let eve = asks(0);
    bo.ok("sync");
    // The host forgets that, and somebody who did not hear of it lets another one in.
    git(&several.remote, &["update-ref", "refs/heads/tix/circle", &before]);
    let fay = asks(2);
    cy.ok("new 'Of the one who was misled'");
    cy.ok("sync");
    told(&ada.run("sync"), 7, "were written anew");
    told(&bo.run("sync"), 7, "`tix sync init` and another, empty repository");
    let folder = several.remote.parent().unwrap();
    git(folder, &["init", "--quiet", "--bare", "other.git"]);
    let other = format!("file://{}", folder.join("other.git").display());
    ada.ok(&format!("sync init {other}"));
    for desk in [bo, cy, &dee, &eve] {
        desk.ok(&format!("sync join {other}"));
    }
    let ran = fay.run(&format!("sync join {other}"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = ada.run("sync");
    let own = fay.json("key show")["data"]["fingerprint"].clone();
    told(&ran, 0, "asks to be in");
    ada.ok(&format!("sync members add --fingerprint {own}"));
    for desk in [bo, cy, &dee, &eve, &fay, ada] {
        desk.ok("sync");
        assert_eq!(desk.words("list -q"), "c1");
    }
}

#[test]
fn another_key_is_told_apart_from_a_damaged_desk() {
    let several = Several::sharing(1);
    let desk = &several.desks[0];
    desk.ok("new 'Printer on fire'");
    let key = desk.path(".local/share/tix/key.txt");
    std::fs::rename(&key, desk.path("key.away")).unwrap();
    assert_eq!(desk.run("sync").code, 3);
    desk.ok("key new");
    told(&desk.run("sync"), 7, "your key does not open the shared desk");
    assert_eq!(desk.json("sync status")["data"]["unsent"], 2);
    std::fs::rename(desk.path("key.away"), &key).unwrap();
    assert_eq!(desk.json("sync")["data"]["sent"], 2);
}

/// Two machines with copies of one file: each goes on, and all of it is there in the end.
#[test]
fn a_copied_desk_is_recognised_and_nothing_is_lost() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    bo.ok("new 'Before the copy'");
    bo.ok("sync");
    let twin = bo.copy();
    bo.ok("new 'On the one'");
    twin.ok("new 'On the other'");
    twin.ok("comment b1 -m 'a note of the twin'");
    bo.ok("comment b1 -m 'a note of bo'");
    bo.ok("sync");
    let ran = twin.run("sync");
    told(&ran, 0, "another copy of this desk went on by itself");
    for desk in [bo, ada, &twin] {
        desk.ok("sync");
    }
    let all = "list --all --sort id --json";
    assert_eq!(twin.ok(all), ada.ok(all));
    let ids = ada.words("list --all -q --sort id");
    assert_eq!(ids, "b1 b2 c2");
    assert_eq!(ada.ticket("b1")["messages"].as_array().unwrap().len(), 3);
}

#[test]
fn an_older_copy_put_back_gets_what_it_had_sent() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    bo.ok("new 'One'");
    bo.ok("sync");
    let old = bo.copy();
    bo.ok("new 'Two'");
    bo.ok("sync");
    let ran = old.run("sync");
    told(&ran, 0, "older copy");
    assert_eq!(old.words("list --columns title --sort id"), "One Two");
    old.ok("new 'Three'");
    old.ok("sync");
    ada.ok("sync");
    assert_eq!(ada.words("list -q --sort id"), "b1 b2 c1");
}

#[test]
fn a_branch_that_was_altered_is_left_out_and_its_owner_mends_it() {
    let several = Several::sharing(3);
    let [ada, bo, cy] = [&several.desks[0], &several.desks[1], &several.desks[2]];
    ada.ok("new 'Printer on fire'");
    ada.ok("sync");
    let refs = git(&several.remote, &["for-each-ref", "--format=%(refname)"]);
    let before = refs.lines().map(|name| (name, git(&several.remote, &["rev-parse", name])));
    let known: Vec<(&str, String)> = before.collect();
    bo.ok("sync");
    ada.ok("new 'Copier too'");
    ada.ok("sync");
    let changed =
        known.iter().find(|(name, tip)| git(&several.remote, &["rev-parse", name]) != *tip);
    let branch = changed.unwrap().0;
    // Somebody writes it anew, with another content.
    let blob = several.desks[0]
        .file("forged", "tix1 this is no segment at all, but long enough to be one of them");
    let blob = git(&several.remote, &["hash-object", "-w", &blob]);
    let tree = several.desks[0].file("tree", format!("100644 blob {}\ts\n", blob.trim()));
    let made = format!("git mktree < {tree}");
    let mut sh = std::process::Command::new("sh");
    let tree = sh.args(["-c", &made]).current_dir(&several.remote).output().unwrap().stdout;
    let tree = String::from_utf8(tree).unwrap();
    let commit = git(
        &several.remote,
        &["-c", "user.name=x", "-c", "user.email=x", "commit-tree", "-m", "x", tree.trim()],
    );
    git(&several.remote, &["update-ref", branch, commit.trim()]);
    told(&cy.run("sync"), 7, "is not right");
    assert_eq!(cy.ok("list"), "");
    told(&bo.run("sync"), 7, "is not right");
    assert_eq!(bo.words("list --columns title"), "Printer on fire");
    told(&ada.run("sync"), 0, "sent anew");
    for desk in [bo, cy] {
        desk.ok("sync");
        assert_eq!(desk.words("count is:open"), "2");
    }
    several.are_equal();
}

/// Killed at any time, a sync is made up for by the next.
#[test]
fn a_sync_that_is_killed_loses_nothing() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    for n in 0..24u64 {
        ada.ok(&format!("new 'Ticket {n}'"));
        let mut child = ada.command("sync").spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(n * 9));
        drop(child.kill());
        child.wait().unwrap();
        if n % 4 == 0 {
            let mut child = bo.command("sync").spawn().unwrap();
            std::thread::sleep(std::time::Duration::from_millis(n * 11));
            drop(child.kill());
            child.wait().unwrap();
        }
    }
    several.meet();
    several.are_equal();
    assert_eq!(bo.words("count is:open"), "24");
    sound(bo);
}

fn sound(desk: &Desk) {
    let store = tix::store::Store::open(&desk.path("tix.db")).unwrap();
    assert!(store.verify().unwrap() > 0);
}

/// As a git leaves it that wrote on while its cache was taken away.
#[test]
fn a_cache_that_does_not_hold_is_made_anew() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    let stick = ada.path("stick.tix").display().to_string();
    let breaks = || {
        let sync = bo.path(".cache/tix/sync");
        let caches = std::fs::read_dir(sync).unwrap().map(|it| it.unwrap().path());
        let cache = caches.into_iter().find(|it| it.is_dir()).unwrap();
        std::fs::create_dir_all(cache.join("refs/seen")).unwrap();
        std::fs::write(cache.join("refs/seen/circle"), format!("{}\n", "1".repeat(40))).unwrap();
    };
    ada.ok("new 'Over the net'");
    ada.ok("sync");
    breaks();
    bo.ok("sync");
    ada.ok("new 'In a file'");
    ada.ok(&format!("sync bundle export {stick}"));
    breaks();
    bo.ok(&format!("sync bundle import {stick}"));
    assert_eq!(bo.words("count is:open"), "2");
    several.meet();
    several.are_equal();
}

#[test]
fn a_second_sync_at_the_same_time_is_told_to_wait() {
    let several = Several::sharing(1);
    let desk = &several.desks[0];
    let caches = std::fs::read_dir(desk.path(".cache/tix/sync")).unwrap();
    let lock =
        caches.flatten().map(|it| it.path()).find(|it| it.extension().is_some_and(|e| e == "lock"));
    let file = std::fs::OpenOptions::new().write(true).open(lock.unwrap()).unwrap();
    file.lock().unwrap();
    told(&desk.run("sync"), 5, "another `tix sync` is at it");
    drop(file);
    desk.ok("sync");
}

/// What a newer tix records is kept and passed on, and folds to nothing here.
#[test]
fn an_event_that_is_not_known_is_kept_and_passed_on() {
    let several = Several::sharing(3);
    let [ada, bo, cy] = [&several.desks[0], &several.desks[1], &several.desks[2]];
    ada.ok("new 'Printer on fire'");
    ada.ok("comment 1 -m 'a note'");
    let mut store = tix::store::Store::open(&ada.path("tix.db")).unwrap();
    let mine = store.mine().unwrap();
    let lines = store.lines_of(mine.replica, 0, 100).unwrap();
    let last = lines.last().unwrap();
    // As a newer one would have written it: an entry after the last.
    let content = r#"{"by":"Mira","event":{"teleported":{"to":"the moon"}}}"#.to_owned();
    let mut stamp = last.stamp;
    stamp.seq += 1;
    let names = (last.ticket, last.change);
    let line = tix::store::Line::new(stamp, names, (content, [5; 16]), &last.chain);
    drop(store);
    store = crate::desk::store(&ada.path("tix.db"));
    assert_eq!(store.merge(std::slice::from_ref(&line)).unwrap(), 1);
    drop(store);
    several.meet();
    // From one that does not know it to another.
    for desk in [bo, cy] {
        let store = tix::store::Store::open(&desk.path("tix.db")).unwrap();
        assert!(store.lines_of(mine.replica, 0, 100).unwrap().contains(&line));
        assert_eq!(desk.ticket("1")["title"], "Printer on fire");
    }
    several.are_equal();
}

/// Over ssh to this machine, where a server for it is installed.
#[test]
#[expect(clippy::print_stderr, reason = "what was not tried is said")]
fn over_ssh_it_is_the_same() {
    let Some(server) = Server::start() else {
        eprintln!("SKIPPED: there is no sshd on this machine, so nothing was tried over ssh");
        return;
    };
    let mut several = Several::apart(2);
    let path = several.remote.display().to_string();
    several.desks.truncate(2);
    let remote = format!("ssh://{}@127.0.0.1:{}{path}", server.user, server.port);
    let run = |desk: &Desk, line: &str| {
        let mut command = desk.command(line);
        let ran = command.env("GIT_SSH_COMMAND", &server.command).output().unwrap();
        let text = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(0), "{line}: {text}");
    };
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    ada.ok("new 'Printer on fire'");
    run(ada, &format!("sync init {remote}"));
    let digits = ada.json("sync status")["data"]["fingerprint"].clone();
    run(bo, &format!("sync join {remote} --fingerprint {digits}"));
    let own = bo.json("key show")["data"]["fingerprint"].clone();
    run(ada, &format!("sync members add --fingerprint {own}"));
    run(bo, "sync");
    assert_eq!(bo.words("list --columns title"), "Printer on fire");
}

/// An ssh server of our own, for this test alone.
struct Server {
    child: std::process::Child,
    port: u16,
    user: String,
    command: String,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Option<Self> {
        let daemon = Path::new("/usr/sbin/sshd");
        if !daemon.is_file() || !Path::new("/usr/bin/ssh").is_file() {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        for name in ["host", "mine"] {
            let mut made = std::process::Command::new("ssh-keygen");
            made.args(["-q", "-t", "ed25519", "-N", "", "-f", &path(name)]);
            assert!(made.status().unwrap().success());
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\nPidFile none\nPasswordAuthentication no\n",
            path("host"),
            path("mine.pub")
        );
        std::fs::write(path("config"), config).unwrap();
        drop(std::fs::create_dir_all("/run/sshd"));
        let mut sshd = std::process::Command::new(daemon);
        let child =
            sshd.args(["-D", "-e", "-f", &path("config")]).stderr(std::process::Stdio::null());
        let child = child.spawn().ok()?;
        let reached = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        for _ in 0..100 {
            if reached() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let user = std::process::Command::new("id").arg("-un").output().ok()?.stdout;
        let user = String::from_utf8_lossy(&user).trim().to_owned();
        let command = format!(
            "ssh -oBatchMode=yes -oStrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null -oLogLevel=ERROR -i {}",
            path("mine")
        );
        Some(Self { child, port, user, command, _folder: folder })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
