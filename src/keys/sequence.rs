//! What a terminal sends for a key: a character, a control character or an escape sequence, which
//! is read to its end whatever it says.

use std::time::Duration;

use super::{Edit, Pressed};

/// So long a terminal takes at most between the first bytes of a sequence: Escape alone is a key.
const SOON: Duration = Duration::from_millis(50);

/// The same once it is clear that a sequence has begun.
const LATER: Duration = Duration::from_millis(500);

/// The same within a pasted text.
const MUCH_LATER: Duration = Duration::from_secs(3);

const ESCAPE: u8 = 0x1b;
const PASTE: &[u8] = b"\x1b[200~";
const PASTED: &[u8] = b"\x1b[201~";

/// What the bytes begin with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// A whole key, and how many bytes it takes.
    Key(Pressed, usize),
    /// Part of one: the rest comes within this time, or never.
    Part(Duration),
}

/// What `bytes` begin with; there is at least one.
pub(super) fn read(bytes: &[u8]) -> Read {
    match bytes[0] {
        ESCAPE => escape(bytes),
        0x20..=0x7e => Read::Key(Pressed::Char(bytes[0].into()), 1),
        0x80.. => character(bytes),
        control => Read::Key(of_control(control), 1),
    }
}

/// What the bytes of a part are, when the rest never came.
pub(super) fn broken_off(bytes: &[u8]) -> Pressed {
    match bytes.strip_prefix(PASTE) {
        Some(text) => Pressed::Text(String::from_utf8_lossy(text).into_owned()),
        None if bytes == [ESCAPE] => Pressed::Escape,
        None => Pressed::Other,
    }
}

fn of_control(control: u8) -> Pressed {
    match control {
        b'\r' | b'\n' => Pressed::Char('\n'),
        // Ctrl-C, Ctrl-D.
        0x03 | 0x04 => Pressed::Interrupt,
        0x08 | 0x7f => Pressed::Edit(Edit::Back),
        // Ctrl-U, Ctrl-W, Ctrl-A, Ctrl-E, Ctrl-B, Ctrl-F.
        0x15 => Pressed::Edit(Edit::Clear),
        0x17 => Pressed::Edit(Edit::Word),
        0x01 => Pressed::Edit(Edit::Home),
        0x05 => Pressed::Edit(Edit::End),
        0x02 => Pressed::Edit(Edit::Left),
        0x06 => Pressed::Edit(Edit::Right),
        _ => Pressed::Other,
    }
}

/// A character beyond ASCII; what is none is a key without a meaning.
fn character(bytes: &[u8]) -> Read {
    let wanted = match bytes[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let begun = bytes.iter().take(wanted).skip(1).take_while(|byte| **byte & 0xc0 == 0x80).count();
    let here = 1 + begun;
    if here < wanted && here == bytes.len() {
        return Read::Part(SOON);
    }
    let text = std::str::from_utf8(&bytes[..here]).ok();
    let c = text.and_then(|text| text.chars().next()).filter(|c| !c.is_control());
    Read::Key(c.map_or(Pressed::Other, Pressed::Char), here)
}

fn escape(bytes: &[u8]) -> Read {
    let Some(second) = bytes.get(1) else { return Read::Part(SOON) };
    match second {
        // Escape, and then something of its own.
        &ESCAPE | 0x03 | 0x04 => Read::Key(Pressed::Escape, 1),
        b'[' => control_sequence(bytes),
        b'O' => match bytes.get(2) {
            None => Read::Part(SOON),
            Some(last @ 0x20..=0x7e) => Read::Key(arrow(*last), 3),
            // Alt-O, and then something of its own.
            Some(_) => Read::Key(Pressed::Other, 2),
        },
        b']' | b'P' | b'X' | b'^' | b'_' => string(bytes),
        0x20..=0x2f => until_final(bytes, 1, |_| Pressed::Other),
        0x80.. => match character(&bytes[1..]) {
            Read::Key(_, used) => Read::Key(Pressed::Other, used + 1),
            part @ Read::Part(_) => part,
        },
        _ => Read::Key(Pressed::Other, 2),
    }
}

/// `ESC [`, numbers, and what ends them.
fn control_sequence(bytes: &[u8]) -> Read {
    if bytes.starts_with(PASTE) {
        return paste(bytes);
    }
    match bytes.get(2) {
        None => Read::Part(SOON),
        // The function keys of Linux's console; the mouse of old.
        Some(b'[') => Read::fixed(bytes, 4),
        Some(b'M') => Read::fixed(bytes, 6),
        Some(_) => until_final(bytes, 2, |sequence| match sequence {
            b"1~" | b"7~" => Pressed::Edit(Edit::Home),
            b"4~" | b"8~" => Pressed::Edit(Edit::End),
            b"3~" => Pressed::Edit(Edit::Delete),
            [last] => arrow(*last),
            _ => Pressed::Other,
        }),
    }
}

impl Read {
    /// A sequence without a meaning, of so many bytes.
    fn fixed(bytes: &[u8], length: usize) -> Self {
        if bytes.len() < length { Self::Part(LATER) } else { Self::Key(Pressed::Other, length) }
    }
}

fn arrow(last: u8) -> Pressed {
    match last {
        b'C' => Pressed::Edit(Edit::Right),
        b'D' => Pressed::Edit(Edit::Left),
        b'H' => Pressed::Edit(Edit::Home),
        b'F' => Pressed::Edit(Edit::End),
        _ => Pressed::Other,
    }
}

/// Up to the byte that ends a sequence. One that cannot stand in it breaks it off.
fn until_final(bytes: &[u8], from: usize, means: fn(&[u8]) -> Pressed) -> Read {
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            // Within what began with `ESC [` these are numbers, else they end it.
            0x30..=0x3f if from == 2 => {}
            0x20..=0x2f => {}
            0x30..=0x7e => return Read::Key(means(&bytes[from..=at]), at + 1),
            _ => return Read::Key(Pressed::Other, at),
        }
    }
    Read::Part(LATER)
}

/// A sequence that holds a text, up to BEL or `ESC \`.
fn string(bytes: &[u8]) -> Read {
    let text = &bytes[2..];
    let end = text.iter().position(|byte| [0x07, ESCAPE, 0x03].contains(byte));
    match end.map(|end| (end + 2, text[end])) {
        None if text.is_empty() => Read::Part(SOON),
        None => Read::Part(LATER),
        Some((at, 0x07)) => Read::Key(Pressed::Other, at + 1),
        Some((at, ESCAPE)) => match bytes.get(at + 1) {
            None => Read::Part(LATER),
            Some(b'\\') => Read::Key(Pressed::Other, at + 2),
            Some(_) => Read::Key(Pressed::Other, at),
        },
        // An interrupt is always heard.
        Some((at, _)) => Read::Key(Pressed::Other, at),
    }
}

/// A pasted text; nothing in it is a key.
fn paste(bytes: &[u8]) -> Read {
    let text = &bytes[PASTE.len()..];
    // It comes a byte at a time, so its end is the end of what there is.
    let Some(text) = text.strip_suffix(PASTED) else { return Read::Part(MUCH_LATER) };
    Read::Key(Pressed::Text(String::from_utf8_lossy(text).into_owned()), bytes.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Everything that these bytes say, as it is read byte by byte.
    fn all(bytes: &[u8]) -> Vec<Pressed> {
        let (mut held, mut said) = (Vec::new(), Vec::new());
        for byte in bytes {
            held.push(*byte);
            while !held.is_empty() {
                let Read::Key(key, used) = read(&held) else { break };
                held.drain(..used);
                said.push(key);
            }
        }
        if !held.is_empty() {
            said.push(broken_off(&held));
        }
        said
    }

    #[test]
    fn a_sequence_is_read_to_its_end() {
        let sequences: [&[u8]; 24] = [
            b"\x1b[A",
            b"\x1b[97;5u",
            b"\x1b[?1;2c",
            b"\x1b[<0;10;10m",
            b"\x1b[M !c",
            b"\x1b[[A",
            b"\x1b[15~",
            b"\x1b[1;5D",
            b"\x1b[1$y",
            b"\x1bOP",
            b"\x1bOs",
            b"\x1b]10;rgb:c/c/c\x07",
            b"\x1b]10;rgb:c/c/c\x1b\\",
            b"\x1bP1$r0m\x1b\\",
            b"\x1b_Gi=1;OK\x1b\\",
            b"\x1b(B",
            b"\x1bc",
            b"\x1b\r",
            b"\x1b\x7f",
            "\x1b登".as_bytes(),
            b"\x1b[",
            b"\x1b]",
            b"\x1bO",
            b"\xff",
        ];
        for sequence in sequences {
            assert_eq!(all(sequence), [Pressed::Other], "{sequence:?}");
        }
    }

    #[test]
    fn keys_are_what_they_are() {
        let text = |text: &str| Pressed::Text(text.to_owned());
        let edits = [Edit::Left, Edit::Right, Edit::Home, Edit::End].map(Pressed::Edit);
        let cases: [(&[u8], &[Pressed]); 12] = [
            ("a登\r".as_bytes(), &[Pressed::Char('a'), Pressed::Char('登'), Pressed::Char('\n')]),
            (b"\x1b", &[Pressed::Escape]),
            (b"\x1b\x1b", &[Pressed::Escape, Pressed::Escape]),
            (b"\x1b\x03", &[Pressed::Escape, Pressed::Interrupt]),
            (b"\x1b[12\x03", &[Pressed::Other, Pressed::Interrupt]),
            (b"\x1b]12\x03", &[Pressed::Other, Pressed::Interrupt]),
            (b"\x1b[D\x1b[C\x1b[H\x1b[F", &edits),
            (b"\x1bOD\x1bOC\x1bOH\x1bOF", &edits),
            (b"\x02\x06\x1b[1~\x1b[4~", &edits),
            (b"\x1b[3~\x15", &[Pressed::Edit(Edit::Delete), Pressed::Edit(Edit::Clear)]),
            (b"\x1b[200~a\rb\x1b[31m\x1b[201~q", &[text("a\rb\x1b[31m"), Pressed::Char('q')]),
            (b"\x1b[200~cut", &[text("cut")]),
        ];
        for (bytes, keys) in cases {
            assert_eq!(all(bytes), keys, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn something_is_always_taken_and_never_more_than_there_is(
            bytes in prop::collection::vec(
                prop_oneof![Just(0x1b_u8), Just(b'['), Just(b'O'), Just(b']'), any::<u8>()], 1..20),
        ) {
            if let Read::Key(_, used) = read(&bytes) {
                prop_assert!((1..=bytes.len()).contains(&used), "{used} of {bytes:?}");
            }
        }

        #[test]
        fn no_letter_of_a_sequence_is_a_key(numbers in "[0-9;:<=>?]{0,12}", last in "[@-LN-Z\\\\-~]") {
            let keys = all(format!("\x1b[{numbers}{last}").as_bytes());
            prop_assert_eq!(keys.len(), 1);
            prop_assert!(!matches!(keys[0], Pressed::Char(_)), "{:?}", keys);
        }
    }
}
