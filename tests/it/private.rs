//! Whose a desk is, who may read what tix writes, and what the folder it is started in may do.
#![cfg(unix)]

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use crate::desk::{Desk, Ran, feed};

fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

/// The same command in a shell that makes files for everybody unless told otherwise.
fn open_handed(desk: &Desk, line: &str) -> Command {
    let ours = desk.command(line);
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg("umask 000; exec \"$0\" \"$@\"").arg(ours.get_program());
    shell.args(ours.get_args()).current_dir(desk.folder()).env_clear();
    shell.envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.stdin(std::process::Stdio::null());
    shell
}

#[test]
fn what_tix_writes_is_private_whatever_the_umask() {
    let desk = Desk::new();
    // The pager and the editor run while everything is open.
    let modes = desk.path("modes");
    let look = format!(
        "find '{0}' ! -path '{0}' ! -name modes ! -name stat.sh -exec stat -c '%a %F %n' {{}} + >> '{1}'",
        desk.folder().display(),
        modes.display()
    );
    let script = desk.file("stat.sh", format!("{look}\necho edited > \"$1\"\n"));
    for line in ["new One -m text", "comment 1 -m two", "config set timezone Europe/Rome"] {
        let output = open_handed(&desk, line).output().unwrap();
        assert!(output.status.success(), "{line}: {}", Ran::of(&output).stderr);
    }
    let mut init = open_handed(&desk, "init");
    let output = init.env_remove("TIX_DB").output().unwrap();
    assert!(output.status.success(), "{}", Ran::of(&output).stderr);
    let mut new = open_handed(&desk, "new 'By default' -m x");
    let output = new.env_remove("TIX_DB").current_dir("/").output().unwrap();
    assert!(output.status.success(), "{}", Ran::of(&output).stderr);
    let mut edit = open_handed(&desk, "comment 1 -e");
    let output = edit
        .env("TIX_EDITOR", format!("sh '{script}'"))
        .env("TIX_FORCE_TTY", "80")
        .output()
        .unwrap();
    // Without a person no editor is opened; then its file is none of the test's.
    let edited = output.status.success();
    let seen = std::fs::read_to_string(&modes).unwrap_or_default();
    assert!(!edited || seen.contains(".note.md"), "{seen}");
    let mut all: Vec<String> = seen.lines().map(ToOwned::to_owned).collect();
    let output = Command::new("sh").arg("-c").arg(&look).output().unwrap();
    assert!(output.status.success());
    all.extend(std::fs::read_to_string(&modes).unwrap().lines().map(ToOwned::to_owned));
    assert!(all.iter().any(|line| line.contains("tix.db-wal")), "{all:#?}");
    for line in &all {
        let parts: Vec<&str> = line.splitn(2, ' ').collect();
        let file = !line.contains(" directory ");
        let ours = ["tix", ".tix"].iter().any(|part| line.contains(&format!("/{part}")));
        // That git is to leave the folder alone is no secret.
        if ours && !line.ends_with("/.gitignore") {
            let wanted = if file { "600" } else { "700" };
            assert_eq!(parts[0], wanted, "{line}");
        }
    }
}

#[test]
fn a_desk_that_others_may_write_is_refused() {
    let desk = Desk::new();
    desk.ok("new One -m text");
    let file = desk.path("tix.db");
    for mode in [0o666, 0o660, 0o602] {
        chmod(&file, mode);
        for line in ["list", "show 1", "comment 1 -m x", "info", "export jsonl"] {
            let ran = desk.run(line);
            assert_eq!(ran.code, 8, "{mode:o}: `{line}` {}", ran.stderr);
            assert!(ran.stderr.contains("chmod go-w"), "{}", ran.stderr);
        }
    }
    // Reading it does no harm.
    for mode in [0o644, 0o640, 0o400, 0o600] {
        chmod(&file, mode);
        desk.ok("list");
    }
}

#[test]
fn a_desk_with_two_names_is_refused() {
    let desk = Desk::new();
    desk.ok("new One");
    std::fs::hard_link(desk.path("tix.db"), desk.path("second.db")).unwrap();
    for line in ["list", "new Two", "list --db second.db"] {
        let ran = desk.run(line);
        assert_eq!((ran.code, ran.stderr.contains("second name")), (8, true), "{}", ran.stderr);
    }
    std::fs::remove_file(desk.path("second.db")).unwrap();
    desk.ok("new Two");
    // A link by name is another name of the same file.
    symlink(desk.path("tix.db"), desk.path("link.db")).unwrap();
    assert_eq!(desk.ok("list -q --db link.db"), "2\n1\n");
    desk.ok("new Three --db link.db");
    assert_eq!(desk.ok("list -q"), "3\n2\n1\n");
}

#[test]
fn what_is_no_file_is_no_desk_and_nobody_waits_for_it() {
    let desk = Desk::new();
    let fifo = desk.path("fifo.db");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    std::fs::create_dir(desk.path("folder.db")).unwrap();
    symlink("loop.db", desk.path("loop.db")).unwrap();
    symlink("/dev/zero", desk.path("zero.db")).unwrap();
    for name in ["fifo.db", "folder.db", "zero.db", "loop.db", "/proc/self/mem"] {
        for line in ["list", "new One", "info"] {
            let ran = desk.run(&format!("{line} --db {name}"));
            let none = line == "info" && name == "loop.db";
            assert!(
                [1, 8].contains(&ran.code) || none,
                "{line} {name}: {} {}",
                ran.code,
                ran.stderr
            );
            assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        }
    }
}

#[test]
fn a_log_that_is_not_the_desks_own_is_refused() {
    let desk = Desk::new();
    desk.ok("new One");
    let log = desk.path("tix.db-wal");
    std::fs::remove_file(&log).ok();
    std::fs::write(desk.path("theirs"), "").unwrap();
    symlink(desk.path("theirs"), &log).unwrap();
    assert_eq!(desk.run("list").code, 8);
    std::fs::remove_file(&log).unwrap();
    std::fs::hard_link(desk.path("theirs"), &log).unwrap();
    assert_eq!(desk.run("list").code, 8);
    std::fs::remove_file(&log).unwrap();
    std::fs::write(&log, "").unwrap();
    chmod(&log, 0o666);
    let ran = desk.run("new Two");
    assert_eq!((ran.code, ran.stderr.contains("tix.db-wal")), (8, true), "{}", ran.stderr);
    chmod(&log, 0o600);
    desk.ok("new Two");
}

#[test]
fn a_desk_of_another_user_is_used_only_when_it_is_named() {
    let desk = Desk::new();
    desk.ok("init --db .tix/tix.db");
    desk.ok("new Mine --db .tix/tix.db");
    let path = desk.path(".tix/tix.db");
    // Only the system's own user can give a file away.
    if std::os::unix::fs::chown(&path, Some(12_345), None).is_err() {
        return;
    }
    for line in ["list", "new One", "info"] {
        let ran = Ran::of(&desk.command(line).env_remove("TIX_DB").output().unwrap());
        assert_eq!(ran.code, 8, "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains("belongs to another user"), "{}", ran.stderr);
        assert!(ran.stderr.contains("--db"), "{}", ran.stderr);
    }
    let complete = "__complete fish show ''";
    let ran = Ran::of(&desk.command(complete).env_remove("TIX_DB").output().unwrap());
    assert_eq!(ran.stdout, "\n");
    assert_eq!(desk.ok("list -q --db .tix/tix.db"), "1\n");
}

/// A folder that somebody prepared: whatever can hold a command in it writes `owned`.
fn trap(desk: &Desk) {
    let touch = format!("touch '{}'", desk.path("owned").display());
    let program = format!("#!/bin/sh\n{touch}\n");
    for name in ["git", "vi", "vim", "less", "more", "pager", "sh", "stty", "ed", "editor"] {
        chmod(Path::new(&desk.file(name, &program)), 0o755);
    }
    for folder in [".git/hooks", ".git/objects", ".git/refs", ".tix/hooks", ".config/tix"] {
        std::fs::create_dir_all(desk.path(folder)).unwrap();
    }
    desk.file(".git/HEAD", "ref: refs/heads/main\n");
    desk.file("extra", format!("[core]\n fsmonitor = {touch}\n pager = {touch}\n"));
    desk.file(
        ".git/config",
        format!(
            "[core]\n repositoryformatversion = 0\n fsmonitor = {touch}\n sshCommand = {touch}\n pager = {touch}\n \
             editor = {touch}\n hooksPath = .git/hooks\n[alias]\n config = !{touch}\n[pager]\n config = {touch}\n\
             [include]\n path = ../extra\n[user]\n name = \"Mal\\u001b[2J\"\n email = mal@evil.example\n[credential]\n helper = !{touch}\n"
        ),
    );
    let settings = format!("editor = \"{touch}\"\npager = \"{touch}\"\nuser = \"Mal\"\n");
    for name in ["config.toml", "tix.toml", ".tix.toml", ".tix/config.toml", ".tix/tix.toml"] {
        desk.file(name, &settings);
    }
    desk.file(".vimrc", format!("silent !{touch}\n"));
    desk.file(".exrc", format!("silent !{touch}\n"));
    desk.file(".lesskey", "");
    desk.file(".envrc", &touch);
}

#[test]
fn nothing_runs_because_of_the_folder_that_tix_is_started_in() {
    let desk = Desk::new();
    trap(&desk);
    let home = tempfile::tempdir().unwrap();
    let lines = [
        "init",
        "new One -m text",
        "list",
        "show 1",
        "comment 1 -m x",
        "comment 1",
        "reply 1 -m y",
        "info",
        "export md",
        "log",
        "help query",
        "triage",
        "drafts",
        "config",
        "undo",
        "search text",
    ];
    for line in lines {
        for paths in [".:/usr/bin:/bin", ":/usr/bin:/bin", "/usr/bin:.:/bin", "./:/usr/bin", ""] {
            let mut command = desk.command(line);
            command.env_remove("TIX_DB").env_remove("TIX_USER").env("HOME", home.path());
            command.env("PATH", paths).env("TIX_FORCE_TTY", "80").env("USER", "mira");
            let ran = feed(&mut command, "");
            assert!(!ran.stderr.contains("panicked"), "{line}: {}", ran.stderr);
            assert!(!desk.path("owned").exists(), "`{line}` with PATH={paths}");
        }
    }
    // What the repository calls its user is a text.
    let mut log = desk.command("log --json");
    log.env_remove("TIX_DB").env("HOME", home.path());
    let ran = Ran::of(&log.output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.stdout.contains('\x1b'), "{}", ran.stdout);
    assert_eq!(std::fs::metadata(desk.path(".tix/tix.db")).unwrap().mode() & 0o777, 0o600);
}
