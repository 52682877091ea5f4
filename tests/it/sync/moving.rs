//! A desk goes on through another remote: nothing stays behind, whatever fails on the way.

use serde_json::json;

use super::{Several, let_in, told};
use crate::desk::{Desk, git};

/// An empty repository beside the one of `several`.
fn another(several: &Several, name: &str) -> String {
    let folder = several.remote.parent().unwrap();
    git(folder, &["init", "--quiet", "--bare", name]);
    format!("file://{}", folder.join(name).display())
}

/// Somebody new gets exactly these tickets.
fn brings(by: &Desk, remote: &str, ids: &str) {
    let dee = Desk::new();
    dee.ok("key new");
    let_in(by, &dee, remote);
    dee.ok("sync");
    assert_eq!(dee.words("list --sort id -q"), ids);
}

#[test]
fn an_address_that_was_mistyped_takes_nothing_from_the_next_one() {
    let several = Several::sharing(3);
    let [ada, bo, cy] = [&several.desks[0], &several.desks[1], &several.desks[2]];
    // One of them is never heard of again, and the host is not either.
    bo.ok("new 'From a machine that is no more'");
    for desk in [bo, ada, cy] {
        desk.ok("sync");
    }
    std::fs::remove_dir_all(&several.remote).unwrap();
    let typo = several.remote.with_extension("typo").display().to_string();
    for (desk, verb) in [(ada, "init"), (cy, "join")] {
        let ran = desk.run(&format!("sync {verb} {typo}"));
        told(&ran, 7, "cannot be reached");
        assert!(!ran.stderr.contains("is not used any more"), "{}", ran.stderr);
        assert_eq!(desk.json("sync status")["data"]["remote"], json!(several.remote()));
    }
    let new = another(&several, "new.git");
    told(&cy.run(&format!("sync join {new}")), 3, "holds no shared desk");
    let ran = ada.run(&format!("sync init {new}"));
    told(&ran, 0, &format!("{} is not used any more", several.remote()));
    brings(ada, &new, "b1");
    cy.ok(&format!("sync join {new}"));
    assert_eq!(cy.words("list -q"), "b1");
}

#[test]
fn what_stopped_half_way_to_another_remote_goes_on_to_a_third() {
    let several = Several::sharing(2);
    let [ada, bo] = [&several.desks[0], &several.desks[1]];
    bo.ok("new 'From a machine that is no more'");
    bo.ok("sync");
    ada.ok("sync");
    std::fs::remove_dir_all(&several.remote).unwrap();
    // It can be read, and takes nothing: a branch is where ours would have to be.
    let second = another(&several, "second.git");
    let folder = several.remote.with_file_name("second.git");
    let tree = git(&folder, &["hash-object", "-w", "-t", "tree", "/dev/null"]);
    let who = ["-c", "user.name=x", "-c", "user.email=x"];
    let commit = git(&folder, &[&who[..], &["commit-tree", "-m", "x", tree.trim()]].concat());
    git(&folder, &["update-ref", "refs/heads/tix", commit.trim()]);
    assert_eq!(ada.run(&format!("sync init {second}")).code, 7);
    let third = another(&several, "third.git");
    ada.ok(&format!("sync init {third}"));
    brings(ada, &third, "b1");
}

/// A host makes two of the record of whose desk it is; whoever knows only the one that is given up is
/// asked in again.
#[test]
fn who_is_in_only_where_nobody_goes_on_asks_again() {
    let several = Several::sharing(3);
    let [ada, bo, cy] = [&several.desks[0], &several.desks[1], &several.desks[2]];
    let circle = || git(&several.remote, &["rev-parse", "refs/heads/tix/circle"]);
    let before = circle().trim().to_owned();
    let comes = |by: &Desk| {
        let desk = Desk::new();
        desk.ok("key new");
        let_in(by, &desk, &several.remote());
        desk
    };
    let fay = comes(cy);
    fay.ok("sync");
    fay.ok("new 'Of the one who was misled'");
    assert_eq!(fay.words("list -q"), "d1");
    git(&several.remote, &["update-ref", "refs/heads/tix/circle", &before]);
    // Here the same letter goes to another.
    let dee = comes(ada);
    dee.ok("sync");
    dee.ok("new 'Of the one who was not'");
    dee.ok("sync");
    assert_eq!(dee.words("list -q"), "d1");
    ada.ok("sync");
    let other = another(&several, "other.git");
    ada.ok(&format!("sync init {other}"));
    for desk in [bo, &dee] {
        desk.ok(&format!("sync join {other}"));
    }
    told(&fay.run(&format!("sync join {other}")), 0, "lets you in");
    told(&fay.run("sync"), 0, "lets you in");
    told(&ada.run("sync"), 0, "asks to be in");
    let own = fay.json("key show")["data"]["fingerprint"].clone();
    ada.ok(&format!("sync members add --fingerprint {own}"));
    fay.ok("sync");
    for desk in [ada, &dee, &fay] {
        desk.ok("sync");
        assert_eq!(desk.words("list -q --sort id"), "d1 e1");
    }
}

#[test]
fn a_key_that_is_not_in_does_not_lead_a_desk_to_an_empty_repository() {
    let several = Several::sharing(1);
    let ada = &several.desks[0];
    ada.ok("new 'Printer on fire'");
    ada.ok("sync");
    std::fs::remove_file(ada.path(".local/share/tix/key.txt")).unwrap();
    ada.ok("key new");
    let other = another(&several, "other.git");
    told(&ada.run(&format!("sync init {other}")), 7, "your key does not open the shared desk");
    assert_eq!(ada.json("sync status")["data"]["remote"], json!(several.remote()));
}
