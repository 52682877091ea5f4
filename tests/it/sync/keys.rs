//! Who is in, and whose machine is whose, when keys and people change.

use super::{Several, let_in, told};
use crate::desk::{Desk, git};

fn finger(desk: &Desk) -> String {
    desk.json("key show")["data"]["fingerprint"].to_string()
}

/// Gives a machine another key, as somebody does who has lost theirs.
fn another_key(desk: &Desk) {
    std::fs::remove_file(desk.path(".local/share/tix/key.txt")).unwrap();
    desk.ok("key new");
}

#[test]
fn what_was_not_sent_before_a_key_was_lost_is_sent_with_the_next() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    ada.ok("new 'From ada'");
    bo.ok("new 'Sent'");
    bo.ok("sync");
    bo.ok("new 'Not sent' -m 'nobody else has it'");
    bo.ok("comment b1 -m 'neither is this'");
    another_key(bo);
    ada.ok("sync");
    let_in(ada, bo, &several.remote());
    let ran = bo.run("sync");
    told(&ran, 0, "under another key");
    several.meet();
    assert_eq!(
        ada.words("list --columns title --sort title"),
        "From ada Not sent Sent",
        "{}",
        ran.stderr
    );
    assert_eq!(ada.ticket("b1")["messages"].as_array().unwrap().len(), 2);
    several.are_equal();
    for desk in [ada, bo] {
        assert_eq!(desk.json("sync status")["data"]["unsent"], 0);
        desk.ok("verify");
        desk.ok("doctor");
    }
}

#[test]
fn whoever_takes_somebody_out_takes_in_first_what_they_sent() {
    let several = Several::sharing(3);
    let [ada, bo, cy] = [&several.desks[0], &several.desks[1], &several.desks[2]];
    bo.ok("new 'Sent before he went'");
    bo.ok("sync");
    cy.ok("sync");
    ada.ok(&format!("sync members rm {} --yes", finger(bo)));
    assert_eq!(ada.words("list --columns title"), "Sent before he went");
    for desk in [ada, cy, ada] {
        desk.ok("sync");
    }
    assert_eq!(ada.ok("list --all --json"), cy.ok("list --all --json"));
}

/// What somebody sends who does not know yet that they are out is in nobody's way.
#[test]
fn what_somebody_sends_who_is_out_is_left_out_without_end_of_complaint() {
    let several = Several::sharing(3);
    let [ada, bo, cy] = [&several.desks[0], &several.desks[1], &several.desks[2]];
    bo.ok("new 'Before'");
    several.meet();
    let before = git(&several.remote, &["for-each-ref", "--format=%(refname) %(objectname)"]);
    ada.ok(&format!("sync members rm {} --yes", finger(bo)));
    // Bo's git was at it all the while, and what it sent comes after.
    let circle = before.lines().find(|line| line.contains("circle")).unwrap();
    let (name, old) = circle.split_once(' ').unwrap();
    let new = git(&several.remote, &["rev-parse", name]);
    git(&several.remote, &["update-ref", name, old]);
    bo.ok("new 'After'");
    bo.ok("sync");
    git(&several.remote, &["update-ref", name, new.trim()]);
    told(&cy.run("sync"), 0, "is out");
    for desk in [ada, cy, ada, cy] {
        desk.ok("sync");
    }
    assert_eq!(cy.words("list --columns title"), "Before");
    assert_eq!(ada.ok("list --all --json"), cy.ok("list --all --json"));
    // Let in again with another key, they bring it themselves.
    another_key(bo);
    let_in(ada, bo, &several.remote());
    bo.ok("sync");
    several.meet();
    assert_eq!(cy.words("list --columns title --sort title"), "After Before");
    several.are_equal();
}

/// One person's two machines, one with a clock that is ahead, while somebody else's branch is damaged.
#[test]
fn a_machine_whose_clock_is_ahead_is_not_set_back_for_what_ails_another() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    let lap = Desk::new();
    std::fs::create_dir_all(lap.path(".local/share/tix")).unwrap();
    std::fs::copy(ada.path(".local/share/tix/key.txt"), lap.path(".local/share/tix/key.txt"))
        .unwrap();
    let digits = ada.json("sync status")["data"]["fingerprint"].clone();
    lap.ok(&format!("sync join {} --fingerprint {digits}", several.remote()));
    bo.ok("new 'Copier too'");
    several.meet();
    for line in ["new 'From days ahead'", "sync"] {
        lap.command(line).env("TIX_NOW", "2026-09-05T09:00:00Z").output().unwrap();
    }
    let branches = || git(&several.remote, &["for-each-ref", "--format=%(refname) %(objectname)"]);
    let before = branches();
    bo.ok("new 'Printer on fire'");
    told(&bo.run("sync"), 7, "2 days ahead");
    let after = branches();
    let changed = after.lines().find(|line| !before.contains(line)).unwrap();
    let branch = changed.split(' ').next().unwrap();
    let old = before.lines().find(|line| line.starts_with(branch)).unwrap();
    // What does not open is put on top of bo's.
    let tree = git(&several.remote, &["mktree", "--missing"]);
    let parent = old.split(' ').nth(1).unwrap();
    let who = ["-c", "user.name=x", "-c", "user.email=x"];
    let made = ["commit-tree", "-m", "x", "-p", parent, tree.trim()];
    let commit = git(&several.remote, &[&who[..], &made[..]].concat());
    git(&several.remote, &["update-ref", branch, commit.trim()]);
    let there = branches();
    told(&ada.run("sync"), 7, "is not right");
    assert_eq!(branches(), there);
}

#[test]
fn somebody_who_asks_can_be_declined() {
    let several = Several::sharing(1);
    let (ada, eve) = (&several.desks[0], Desk::new());
    eve.ok("key new");
    let digits = ada.json("sync status")["data"]["fingerprint"].clone();
    eve.ok(&format!("sync join {} --fingerprint {digits}", several.remote()));
    told(&ada.run("sync"), 0, "asks to be in");
    assert!(ada.ok(&format!("sync members rm {}", finger(&eve))).contains("is not let in"));
    assert_eq!(ada.run("sync").stderr, "");
    assert_eq!(ada.run("sync members add").code, 3);
}
