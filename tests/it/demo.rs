//! The demo: what a newcomer sees first.

use crate::desk::Desk;

#[test]
fn the_demo_fills_a_desk_and_says_what_to_try() {
    let desk = Desk::new();
    let ran = desk.screen(100, "demo");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("Booking page down"), "{}", ran.stdout);
    let tries: Vec<&str> =
        ran.stderr.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    assert_eq!(tries.len(), 3, "{}", ran.stderr);
    for line in tries {
        let (_, arguments) = line.split_once(' ').unwrap();
        let mut command = desk.command(arguments);
        command.env_remove("TIX_DB");
        let output = command.output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!output.stdout.is_empty(), "{line}");
    }
    assert!(!desk.path("tix.db").exists());
}

#[test]
fn the_sample_is_believable() {
    let desk = Desk::new();
    let document = desk.json("demo");
    let open = document["data"].as_array().unwrap().len();
    assert!((8..=14).contains(&open), "{open}");
    let customers =
        document["data"].as_array().unwrap().iter().filter(|t| !t["customer"].is_null());
    assert!(customers.count() >= 3);
}
