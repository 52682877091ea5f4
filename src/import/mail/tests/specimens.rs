//! Real mails with what another program found in them, where they are at hand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::*;
use crate::import::mail::parts::Part;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");

/// The mailboxes, with the facts that are known of each.
fn specimens() -> Vec<(PathBuf, BTreeMap<String, String>)> {
    let Ok(index) = std::fs::read_to_string(Path::new(DATA).join("INDEX.md")) else {
        return Vec::new();
    };
    let lines = index.lines().filter(|line| line.starts_with("- `mail/"));
    let fact = |fact: &str| {
        let (name, value) = fact.split_once('=')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    let read = |line: &str| {
        let name = line.split('`').nth(1)?;
        let facts: BTreeMap<String, String> =
            line.rsplit_once("facts: ")?.1.split("; ").filter_map(fact).collect();
        facts.contains_key("messages").then(|| (Path::new(DATA).join(name), facts))
    };
    lines.filter_map(read).collect()
}

/// What the facts count in single mails, file by file.
#[derive(Default)]
struct Seen {
    subjects: Vec<String>,
    ids: BTreeSet<String>,
    nameless: usize,
    files: usize,
    html_only: usize,
    dates: Vec<crate::domain::ids::Timestamp>,
    others: usize,
}

/// The parts that are made of no others, those of mails in a mail too.
fn leaves(bytes: &[u8], count: &mut dyn FnMut(&Part<'_>)) {
    for leaf in Part::of(bytes).leaves() {
        if leaf.kind.starts_with("message/") {
            leaves(&leaf.bytes(), count);
        } else {
            count(leaf);
        }
    }
}

fn seen(place: &Place) -> Seen {
    let mut seen = Seen::default();
    let mut files = Files::new(place);
    for (number, source) in (0u32..).zip(&place.sources) {
        let mut threads = Threads::new(false);
        let kind = boxes::mails(source, false, &mut |found| {
            let (head, _) = Head::of_mail(found.head);
            let subject = head.text("subject", None).unwrap_or_default();
            seen.subjects.push(subject.split_whitespace().collect::<Vec<_>>().join(" "));
            seen.dates.extend(head.moment(b""));
            match head.id() {
                Some(id) => drop(seen.ids.insert(id)),
                None => seen.nameless += 1,
            }
            threads.add(number, &found);
            Ok(())
        });
        if kind.unwrap() == Kind::Other {
            seen.others += 1;
            seen.subjects.push(String::new());
        }
        for place in 0..threads.count() {
            let bytes = files.bytes(&threads.spot(place).unwrap()).unwrap();
            let (mut html, mut plain) = (false, false);
            leaves(&bytes, &mut |leaf| {
                seen.files += usize::from(leaf.is_file());
                html |= leaf.kind == "text/html" && !leaf.is_file();
                plain |= leaf.kind == "text/plain" && !leaf.is_file();
            });
            seen.html_only += usize::from(html && !plain);
        }
    }
    seen
}

/// Where this reads more, or other, than the program that the facts come from.
fn differs(name: &str, fact: &str) -> Option<&'static str> {
    Some(match (name, fact) {
        ("eml/mimekit", "sha_subjects") => "a mark before its first field hides a header from it",
        ("eml/ietf", "earliest") => "it does not read `04-Jan-93 13:22:13`",
        (
            "eml/redmine" | "eml/zammad" | "eml/ruby-mail" | "eml/spamassassin-charsets",
            "sha_subjects",
        ) => {
            "it leaves words in charsets that it does not know, and bytes that should not be there"
        }
        ("eml/ruby-mail", "unique_message_ids" | "without_message_id")
        | ("eml/enmime-low-quality", "attachments") => {
            "its headers end at the first line that is no field"
        }
        ("eml/ruby-mail", "latest") => "nobody wrote a mail in the year 3609",
        _ => return None,
    })
}

#[test]
fn real_mails_hold_what_another_program_finds_in_them() {
    for (path, facts) in specimens() {
        let name = path.strip_prefix(Path::new(DATA).join("mail")).unwrap().display().to_string();
        let name = name.trim_end_matches('/');
        let place = Place::at(&path).unwrap();
        let (seen, out) = (seen(&place), out(&place).unwrap());
        let messages = || out.drafts.iter().flat_map(|draft| &draft.messages);
        let repeats = out.skipped.iter().filter(|it| *it == "repeats").count();
        let told: BTreeSet<_> = out.drafts.iter().filter_map(|draft| draft.uid).collect();
        assert_eq!(told.len(), out.drafts.len() - again(&out), "{name}");
        for (fact, value) in [
            // Files that are no mails are mails to it, without names.
            ("messages", (messages().count() + repeats + seen.others).to_string()),
            ("threads_refs", (out.drafts.len() + seen.others).to_string()),
            ("unique_message_ids", seen.ids.len().to_string()),
            ("without_message_id", (seen.nameless + seen.others).to_string()),
            ("attachments", seen.files.to_string()),
            ("html_only", seen.html_only.to_string()),
            ("earliest", seen.dates.iter().min().unwrap().rfc3339()),
            ("latest", seen.dates.iter().max().unwrap().rfc3339()),
            ("sha_subjects", sha256(seen.subjects.join("\n").as_bytes())[..16].to_owned()),
        ] {
            let Some(known) = facts.get(fact).filter(|_| differs(name, fact).is_none()) else {
                continue;
            };
            assert_eq!(value, *known, "{name}: {fact}");
        }
    }
}

/// How many tickets are made of mails that are the same byte for byte.
fn again(out: &Out) -> usize {
    let uids: Vec<_> = out.drafts.iter().filter_map(|draft| draft.uid).collect();
    uids.len() - uids.iter().collect::<BTreeSet<_>>().len()
}

#[test]
fn other_formats_are_no_mail_and_mail_is_no_other() {
    use crate::import::{Format, recognise};
    let Ok(kinds) = std::fs::read_dir(DATA) else { return };
    let mut paths: Vec<PathBuf> = kinds.map(|kind| kind.unwrap().path()).collect();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let Ok(place) = Place::at(&path) else { continue };
        let mail = path.starts_with(Path::new(DATA).join("mail"));
        let found = recognise(&place).ok();
        if mail {
            assert!(matches!(found, Some(Format::Mail) | None), "{}", path.display());
        } else {
            assert_ne!(found, Some(Format::Mail), "{}", path.display());
        }
    }
}

/// What the facts name a list of texts by.
fn sha256(bytes: &[u8]) -> String {
    const PRIMES: [u32; 64] = {
        let (mut primes, mut count, mut next) = ([0; 64], 0, 2);
        while count < 64 {
            let mut divisor = 2;
            while next % divisor != 0 {
                divisor += 1;
            }
            if divisor == next {
                primes[count] = next;
                count += 1;
            }
            next += 1;
        }
        primes
    };
    /// The first 32 bits behind the point of a root, found by halving.
    fn root(of: u32, power: u32) -> u32 {
        let (mut low, mut high) = (0u128, 1 << 40);
        let goal = u128::from(of) << (32 * power);
        while high - low > 1 {
            let middle = u128::midpoint(low, high);
            if middle.pow(power) <= goal { low = middle } else { high = middle }
        }
        u32::try_from(low & 0xffff_ffff).unwrap()
    }
    let mut state: Vec<u32> = PRIMES[..8].iter().map(|prime| root(*prime, 2)).collect();
    let rounds: Vec<u32> = PRIMES.iter().map(|prime| root(*prime, 3)).collect();
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    padded
        .resize(padded.len().next_multiple_of(64) + if padded.len() % 64 > 56 { 64 } else { 0 }, 0);
    let end = padded.len() - 8;
    padded[end..].copy_from_slice(&(bytes.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let words = block.chunks(4).map(|word| u32::from_be_bytes(word.try_into().unwrap()));
        let mut words: Vec<u32> = words.collect();
        for i in 16..64 {
            let (a, b) = (words[i - 15], words[i - 2]);
            let a = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let b = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            words.push(words[i - 16].wrapping_add(a).wrapping_add(words[i - 7]).wrapping_add(b));
        }
        let mut now = state.clone();
        for (word, round) in words.iter().zip(&rounds) {
            let (a, e) = (now[0], now[4]);
            let mix = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = (e & now[5]) ^ (!e & now[6]);
            let one =
                [mix, choice, *round, *word].iter().fold(now[7], |sum, it| sum.wrapping_add(*it));
            let mix = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let most = (a & now[1]) ^ (a & now[2]) ^ (now[1] & now[2]);
            now.rotate_right(1);
            now[4] = now[4].wrapping_add(one);
            now[0] = one.wrapping_add(mix).wrapping_add(most);
        }
        for (sum, it) in state.iter_mut().zip(now) {
            *sum = sum.wrapping_add(it);
        }
    }
    state.iter().map(|word| format!("{word:08x}")).collect::<Vec<_>>().concat()
}

#[test]
fn texts_are_named_as_elsewhere() {
    let name = sha256(b"abc");
    assert_eq!(name, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(&sha256(&[b'a'; 119])[..8], "31eba51c");
}
