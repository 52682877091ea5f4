//! The law of folded quotes: no text loses a line by it, whatever it is.

use proptest::prelude::*;
use tix::domain::quotes::parts;

/// Lines that mails are made of.
fn line() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "",
        "-- ",
        "--",
        "> quoted",
        "> > twice",
        ">",
        "On Monday Ada wrote:",
        "Am Montag schrieb Ada",
        "<ada@acme.example>:",
        "-----Original Message-----",
        "-------- Forwarded Message --------",
        "________________",
        "From: Ada",
        "Sent: Monday",
        "Subject: x",
        "Von: Ada",
        "2026-06-01 Ada <a@b.example>:",
        "yes",
        "発件人：x",
    ]);
    prop_oneof![3 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

proptest! {
    #[test]
    fn the_parts_are_the_text(
        lines in prop::collection::vec(line(), 0..40),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let text = lines.join(end);
        let parts = parts(&text);
        prop_assert_eq!(format!("{}{}{}", parts.said, parts.signature, parts.history), text.clone());
        let filled = |text: &str| text.lines().any(|line| !line.trim().is_empty());
        prop_assert_eq!(filled(parts.said), filled(&text));
    }
}
