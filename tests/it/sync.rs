//! Sharing a desk, with the real binary and a real git.

use std::path::PathBuf;
use std::process::Command;

use crate::desk::{Desk, Ran, git};

mod carrier;
mod failing;
mod kept;
mod keys;
mod moving;

/// Several machines and a remote.
pub(crate) struct Several {
    pub(crate) remote: PathBuf,
    pub(crate) desks: Vec<Desk>,
    _folder: tempfile::TempDir,
}

impl Several {
    /// Machines that do not share a desk yet, each with a key.
    pub(crate) fn apart(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let remote = folder.path().join("desk.git");
        git(folder.path(), &["init", "--quiet", "--bare", "desk.git"]);
        let desks: Vec<Desk> = (0..count).map(|_| Desk::new()).collect();
        for desk in &desks {
            desk.ok("key new");
        }
        Self { remote, desks, _folder: folder }
    }

    /// Machines of so many people, all of which share one desk.
    pub(crate) fn sharing(count: usize) -> Self {
        let several = Self::apart(count);
        several.share();
        several
    }

    pub(crate) fn share(&self) {
        self.desks[0].ok(&format!("sync init {}", self.remote()));
        for desk in &self.desks[1..] {
            self.join(desk);
        }
    }

    pub(crate) fn join(&self, desk: &Desk) {
        let_in(&self.desks[0], desk, &self.remote());
        desk.ok("sync");
    }

    pub(crate) fn remote(&self) -> String {
        format!("file://{}", self.remote.display())
    }

    /// Everybody syncs until nothing is new.
    pub(crate) fn meet(&self) {
        for _ in 0..2 {
            for desk in &self.desks {
                desk.ok("sync");
            }
        }
    }

    /// All desks read the same.
    pub(crate) fn are_equal(&self) {
        let first = self.desks[0].ok("list --all -L 0 --sort id --json");
        for desk in &self.desks[1..] {
            assert_eq!(desk.ok("list --all -L 0 --sort id --json"), first);
        }
    }
}

/// A machine asks to be in, and somebody who is in lets it in; both compare what there is to compare.
pub(crate) fn let_in(by: &Desk, desk: &Desk, remote: &str) {
    let digits = by.json("sync status")["data"]["fingerprint"].clone();
    desk.ok(&format!("sync join {remote} --fingerprint {digits}"));
    let own = desk.json("key show")["data"]["fingerprint"].clone();
    by.ok(&format!("sync members add --fingerprint {own}"));
}

#[test]
fn five_machines_work_offline_and_meet_again() {
    let several = Several::apart(5);
    several.desks[0].ok("new 'Printer on fire' -m 'It burns.' -r ada");
    several.desks[3].ok("new 'My own' -m 'From before.'");
    several.share();
    assert_eq!(
        several.desks[3].words("list --sort id --columns id,title"),
        "1 Printer on fire d1 My own"
    );
    // What it was called still leads to it where nothing else has the number.
    several.desks[3].ok("new 'Another'");
    for (n, desk) in several.desks.iter().enumerate() {
        desk.ok(&format!("new 'From machine {n}'"));
        desk.ok(&format!("label +seen-by-{n} 1"));
        desk.ok(&format!("comment 1 -m 'A note of {n}'"));
    }
    several.meet();
    several.are_equal();
    let ticket = several.desks[4].ticket("1");
    assert_eq!(ticket["labels"].as_array().unwrap().len(), 5);
    assert_eq!(ticket["messages"].as_array().unwrap().len(), 6);
    let ids = several.desks[2].words("list --all -q --sort id");
    for id in ["2", "b1", "c1", "d2", "d3", "e1"] {
        assert!(ids.split(' ').any(|it| it == id), "{id} in {ids}");
    }
    let idle = several.desks[1].json("sync");
    assert_eq!((&idle["data"]["received"], &idle["data"]["sent"]), (&0.into(), &0.into()));
}

#[test]
fn of_two_values_the_later_stands_and_the_other_can_be_taken_back() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    ada.ok("new 'Printer on fire'");
    ada.ok("sync");
    bo.ok("sync");
    ada.ok("edit 1 --title 'Printer smokes' --priority high");
    for _ in 0..20 {
        // Its clock is ahead of the other's.
        bo.ok("config");
    }
    bo.ok("edit 1 --title 'Printer is wet'");
    ada.ok("sync");
    let synced = bo.json("sync");
    let conflict = &synced["data"]["conflicts"][0];
    assert_eq!(conflict["field"], "title");
    assert_eq!(
        (&conflict["kept"], &conflict["lost"]),
        (&"Printer is wet".into(), &"Printer smokes".into())
    );
    ada.ok("sync");
    assert_eq!(ada.ok("sync conflicts"), bo.ok("sync conflicts"));
    assert!(ada.ok("sync conflicts show 1").contains("Printer smokes"));
    let would = ada.ok("sync conflicts resolve 1 --take --dry-run");
    assert!(would.contains("Printer smokes"), "{would}");
    ada.ok("sync conflicts resolve 1 title --take");
    assert_eq!(ada.ticket("1")["title"], "Printer smokes");
    assert_eq!(ada.ok("sync conflicts"), "");
    // Undo works as ever, and brings the conflict back; to keep what stands settles it too.
    ada.ok("undo");
    assert_eq!(ada.ticket("1")["title"], "Printer is wet");
    assert_ne!(ada.ok("sync conflicts"), "");
    ada.ok("sync conflicts resolve 1 --keep");
    assert_eq!(ada.ticket("1")["title"], "Printer is wet");
    several.meet();
    several.are_equal();
    assert_eq!(bo.ok("sync conflicts"), "");
    assert_eq!(bo.run("sync conflicts resolve 1 --keep").code, 3);
}

#[test]
fn files_travel_and_what_lies_on_the_remote_is_sealed() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    ada.file("trace.txt", "zebracrossing in the trace");
    ada.ok("new 'Zebracrossing' -m 'The zebracrossing burns.' -r 'Zoe <zebra@acme.example>'");
    ada.ok("attach 1 trace.txt");
    ada.ok("sync");
    bo.ok("sync");
    bo.ok("attach 1 --save --to .");
    assert_eq!(
        std::fs::read_to_string(bo.path("trace.txt")).unwrap(),
        "zebracrossing in the trace"
    );
    let objects = git(&several.remote, &["cat-file", "--batch-all-objects", "--batch-check"]);
    let mut seen = 0;
    for line in objects.lines() {
        let mut words = line.split(' ');
        let (name, kind) = (words.next().unwrap(), words.next().unwrap());
        let mut git = Command::new("git");
        git.args(["cat-file", kind, name]).current_dir(&several.remote);
        let bytes = git.output().unwrap().stdout;
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for marker in ["zebra", "mira", "larkspur", "acme", "trace.txt", "secret-key"] {
            assert!(!text.contains(marker), "{marker} in {line}");
        }
        seen += 1;
    }
    assert!(seen > 12, "{seen}");
    assert!(!git(&several.remote, &["for-each-ref"]).to_lowercase().contains("mira"));
}

#[test]
fn a_purge_reaches_the_others_and_their_copies_when_they_say_so() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    ada.ok("new 'Printer on fire' -m 'Quastenflosser7 burns.'");
    ada.ok("sync");
    bo.ok("sync");
    bo.ok("backup");
    let copy = bo.json("backup --list")["data"][0]["file"].as_str().unwrap().to_owned();
    let holds = |file: &str| {
        let bytes = std::fs::read(file).unwrap();
        bytes.windows(15).any(|it| it == b"Quastenflosser7")
    };
    ada.ok("purge 1 --confirm 1");
    ada.ok("sync");
    let ran = bo.run("sync");
    told(&ran, 0, "1 purge came; the automatic copies here may still hold what went");
    assert!(holds(&copy) && !holds(bo.path("tix.db").to_str().unwrap()));
    assert!(bo.ok("log").contains("purged #1"), "{}", bo.ok("log"));
    bo.ok("purge 1 --confirm 1");
    assert!(!holds(&copy));
    bo.ok("verify");
    several.meet();
    several.are_equal();
}

#[test]
fn a_file_carries_the_desk_where_there_is_no_network() {
    let several = Several::sharing(3);
    let [ada, bo, cy] = [&several.desks[0], &several.desks[1], &several.desks[2]];
    ada.ok("new 'Printer on fire'");
    let file = ada.path("stick.tix");
    ada.ok(&format!("sync bundle export {}", file.display()));
    assert_eq!(ada.run(&format!("sync bundle export {}", file.display())).code, 4);
    let read = bo.json(&format!("sync bundle import {}", file.display()));
    assert_eq!(read["data"]["received"], 2);
    assert_eq!(bo.words("list --columns title"), "Printer on fire");
    // Whoever got it by the file brings it to the others.
    bo.ok("sync");
    cy.ok("sync");
    assert_eq!(cy.words("list --columns title"), "Printer on fire");
    ada.ok("sync");
    several.meet();
    several.are_equal();
    let stranger = Several::sharing(1);
    let ran = stranger.desks[0].run(&format!("sync bundle import {}", file.display()));
    assert_eq!(ran.code, 7, "{}", ran.stderr);
    let ran = bo.run("sync bundle import /dev/null");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
}

#[test]
fn a_desk_is_joined_only_when_its_fingerprint_was_compared() {
    let several = Several::apart(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    let remote = several.remote();
    assert_eq!(ada.run("sync").code, 8);
    ada.ok("new 'The first'");
    assert_eq!(ada.run("sync").code, 4);
    assert_eq!(bo.run(&format!("sync join {remote}")).code, 3);
    ada.ok(&format!("sync init {remote}"));
    assert_eq!(ada.run(&format!("sync init {remote}")).code, 4);
    assert_eq!(bo.run(&format!("sync init {remote}")).code, 4);
    assert_eq!(bo.run(&format!("sync join {remote}")).code, 6);
    let ran = bo.run(&format!("sync join {remote} --fingerprint '11111 22222'"));
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    let digits = ada.json("sync status")["data"]["fingerprint"].clone();
    bo.ok(&format!("sync join {remote} --fingerprint {digits}"));
    // Until somebody lets them in they wait.
    assert_eq!(bo.json("sync")["data"]["waiting"], true);
    let asks = ada.run("sync");
    assert!(asks.stderr.contains("asks to be in"), "{}", asks.stderr);
    assert_eq!(ada.run("sync members add").code, 6);
    assert_eq!(ada.run("sync members add --fingerprint 1").code, 4);
    assert_eq!(ada.run("sync members add nobody").code, 3);
    let own = bo.json("key show")["data"]["fingerprint"].clone();
    ada.ok(&format!("sync members add --fingerprint {own}"));
    ada.ok("new 'Printer on fire'");
    ada.ok("sync");
    assert_eq!(bo.json("sync")["data"]["waiting"], false);
    assert_eq!(bo.words("list --sort id --columns id,title"), "1 The first 2 Printer on fire");
    let members = ada.json("sync members");
    assert_eq!(members["data"].as_array().unwrap().len(), 2);
    // Both are called the same here: the fingerprint tells them apart.
    assert_eq!(ada.run("sync members rm mira --yes").code, 4);
    assert_eq!(ada.run(&format!("sync members rm {own}")).code, 6);
    ada.ok(&format!("sync members rm {own} --yes"));
    let out = bo.run("sync");
    assert_eq!(out.code, 7);
    assert!(out.stderr.contains("not in the shared desk any more"), "{}", out.stderr);
}

pub(crate) fn told(ran: &Ran, code: i32, words: &str) {
    assert_eq!(ran.code, code, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains(words), "{}", ran.stderr);
}

/// The README's lines, as they stand there, but for who the host is and what a person answers.
#[test]
fn the_walk_through_of_the_readme_works() {
    let several = Several::apart(0);
    let (ada, bo) = (Desk::new(), Desk::new());
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let part = readme.split("## Several machines").nth(1).unwrap();
    let block = part.split("```sh\n").nth(1).unwrap().split("\n```").next().unwrap();
    let fingerprint = |desk: &Desk, of: &str| desk.json(of)["data"]["fingerprint"].clone();
    let (mut desk, mut ran) = (&ada, 0);
    for line in block.lines() {
        if line.starts_with('#') {
            desk = if line.contains("another machine") { &bo } else { &ada };
            continue;
        }
        let Some(line) = line.strip_prefix("tix ") else { continue };
        let line = line.replace("git@host:desk.git", &several.remote());
        let line = match line.as_str() {
            join if join.starts_with("sync join") => {
                format!("{join} --fingerprint {}", fingerprint(&ada, "sync status"))
            }
            "sync members add" => {
                format!("sync members add --fingerprint {}", fingerprint(&bo, "key show"))
            }
            line => line.to_owned(),
        };
        desk.ok(&line);
        ran += 1;
    }
    assert_eq!(ran, 7);
    ada.ok("new 'Printer on fire'");
    ada.ok("sync");
    bo.ok("sync");
    assert_eq!(bo.words("list --columns id,title"), "1 Printer on fire");
}
