//! Links the program at a fixed address, unless the feature `pie` asks for a random one.
//!
//! The time zone database holds 33,000 pointers. In a position-independent program the loader
//! writes each of them anew at every start: half a millisecond, a quarter of what a command takes.

#[expect(clippy::disallowed_methods, reason = "cargo speaks through the environment")]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|it| it == value);
    let gnu = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    if gnu && std::env::var_os("CARGO_FEATURE_PIE").is_none() {
        println!("cargo:rustc-link-arg-bin=tix=-no-pie");
    }
}
