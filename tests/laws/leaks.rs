//! The law of secrecy: what only we may read comes out of no door that others look through.
//!
//! Every text of a random history bears a mark of its own. Which marks are secret is read from the
//! journal: those that ever stood in a note. A new public door is a line in [`DOORS`].
#![cfg(unix)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use base64::Engine;
use expectrl::Session;
use proptest::prelude::*;
use tix::domain::draft::Posting;
use tix::domain::event::{Content, Event, Message, Swap, Wording};
use tix::domain::ids::{Machine, Timestamp, Uid};
use tix::domain::ticket::Ticket;
use tix::domain::words::{By, MessageKind};
use tix::store::Store;

use crate::desk::{Act, Desk, Move, START, author, cases, draft, person, posting};
use crate::replicas::exchange;
use crate::stories::{Next, stories, told};

/// Where others look: what tix prints, what it shows in an editor, and what it keeps of a text.
/// `ID` is the ticket, `OTHER` another one, `REPLY` a public message and `NOTE` a note of the first.
const DOORS: &[(Door, &str)] = &[
    (Door::Printed, "show ID --public"),
    (Door::Printed, "show ID --public --json"),
    (Door::Printed, "show ID --public --jsonl"),
    (Door::Printed, "show ID --public --csv --columns FIELDS"),
    (Door::Printed, "show ID --public --tsv --columns FIELDS"),
    (Door::Printed, "show ID --public --columns FIELDS"),
    (Door::Printed, "show ID --public --jq ."),
    (Door::Printed, "show ID OTHER --public --json"),
    (Door::Printed, "show ID OTHER --public"),
    (Door::Printed, "show ID --public --as-of +1d"),
    (Door::Printed, "canned show all --for ID"),
    (Door::Printed, "kb link ID faq"),
    (Door::Printed, "kb show faq"),
    (Door::Printed, "kb show faq --json"),
    (Door::Printed, "kb list --json"),
    (Door::Printed, "kb search fire --json"),
    (Door::Printed, "attach ID --public"),
    (Door::Printed, "attach ID --public --json"),
    (Door::Printed, "show NOTE --public"),
    (Door::Printed, "show NOTE --public --json"),
    (Door::Printed, "show REPLY --json --jq .data.messages"),
    (Door::Printed, "export csv id:ID"),
    (Door::Printed, "export md id:ID"),
    (Door::Printed, "export html id:ID"),
    (Door::Printed, "export mbox id:ID"),
    (Door::Printed, "export github id:ID"),
    (Door::Printed, "export github-list id:ID"),
    (Door::Printed, "export jira id:ID"),
    (Door::Printed, "export taskwarrior id:ID"),
    (Door::Printed, "export todotxt id:ID"),
    (Door::Tried, "export eml id:ID"),
    (Door::Tried, "export eml --message REPLY"),
    (Door::Tried, "export eml --message NOTE"),
    (Door::Tried, "export mbox id:ID --with-notes"),
    (Door::Written, "export html id:ID id:OTHER --to pages"),
    (Door::Written, "export html id:ID --to pages"),
    (Door::Written, "export csv --to pages"),
    (Door::Written, "export mbox --to pages"),
    (Door::Edited, "reply ID"),
    (Door::Edited, "reply ID OTHER --close"),
    (Door::Edited, "edit REPLY -e"),
    (Door::Kept, "reply ID --pending"),
    (Door::Kept, "reply ID OTHER"),
    (Door::Kept, "edit REPLY -e"),
];

/// What we noted of a customer, whose people ask in many of the tickets.
const NOTED: &str = "mark0x";

/// Through these only we look: the test would see what is secret.
const OURS: &[&str] = &[
    "show ID",
    "show ID --json",
    "show ID --notes",
    "show NOTE",
    "export jsonl",
    "export json",
    "export md --with-notes",
    "export html --with-notes",
    "export github --with-notes",
    "export github-list --with-notes",
    "export jira --with-notes",
    "export taskwarrior --with-notes",
];

#[derive(Clone, Copy, PartialEq)]
enum Door {
    Printed,
    /// It may be refused.
    Tried,
    /// Into a file or a folder called `pages`.
    Written,
    Edited,
    Kept,
}

/// A desk in a file, and what is secret in it.
struct House {
    folder: tempfile::TempDir,
    desk: Desk,
    secrets: BTreeSet<String>,
}

impl House {
    fn new(desk: Desk) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tix.db");
        let (mut store, _) = Store::create(&path, &author(7, 0, START)).unwrap();
        store.merge(&desk.lines()).unwrap();
        let mut secrets = BTreeSet::new();
        for uid in desk.live() {
            let ticket = desk.ticket(uid);
            let is_note =
                |number| ticket.post(number).is_some_and(|post| kind(post) == MessageKind::Note);
            for line in desk.lines().iter().filter(|line| line.ticket == uid) {
                let (text, _) = line.content.as_ref().unwrap();
                match serde_json::from_str::<Content>(text).unwrap().event {
                    Event::Said(said) if said.kind == MessageKind::Note => {
                        secrets.extend(marks(&said.wording.body));
                    }
                    Event::Reworded { message, swap } if is_note(message) => {
                        secrets.extend(marks(&swap.from.body));
                        secrets.extend(marks(&swap.to.body));
                    }
                    _ => {}
                }
            }
        }
        let house = Self { folder, desk, secrets };
        let places = "{{id}} {{title}} {{requester|-}} {{requester.name|-}} {{requester.first|-}} \
                      {{requester.email|-}} {{customer|-}} {{me|-}} {{me.email|-}} {{today|-}}";
        let customer = format!("customer new acme --domain acme.example --note {NOTED}");
        let article = "kb new 'Faq of fire' --name faq -m 'It burns.'".to_owned();
        for line in [format!("canned new all -m '{places}'"), customer, article] {
            let kept = house.command(&line).output().unwrap();
            assert!(kept.status.success(), "{kept:?}");
        }
        house
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tix"));
        command.args(shell_words::split(line).unwrap()).current_dir(self.path()).env_clear();
        command.env("PATH", "/usr/bin:/bin").env("HOME", self.path());
        command.env("TIX_DB", self.path().join("tix.db")).env("TIX_USER", "Mira <mira@x.example>");
        command.env("TIX_EDITOR", "sh ./ed.sh").env("TIX_TZ", "UTC").env("NO_COLOR", "1");
        command.env("TIX_NOW", Timestamp(START + 9_000_000_000).rfc3339());
        command
    }

    /// Both streams of a command, on a pipe and on screens of two widths.
    fn printed(&self, line: &str) -> String {
        let mut all = String::new();
        for width in [None, Some("100"), Some("50")] {
            let mut command = self.command(line);
            command.envs(width.map(|width| ("TIX_FORCE_TTY", width)));
            let Output { status, stdout, stderr } = command.output().unwrap();
            let stderr = String::from_utf8_lossy(&stderr).into_owned();
            assert!(status.success(), "{line}: {stderr}");
            all += &(String::from_utf8_lossy(&stdout).into_owned() + &stderr);
        }
        all
    }

    /// Runs at a terminal; the editor copies what it is given, and then does this.
    fn at_terminal(&self, line: &str, script: &str) -> String {
        let script = format!("cp \"$1\" shown\n{script}\n");
        std::fs::write(self.path().join("ed.sh"), script).unwrap();
        let mut session = Session::spawn(self.command(line)).unwrap();
        let mut seen = Vec::new();
        let end = std::io::Read::read_to_end(&mut session, &mut seen);
        drop(end);
        session.get_process_mut().wait().unwrap();
        String::from_utf8_lossy(&seen).into_owned()
    }

    /// What comes out of a door.
    fn through(&self, door: Door, line: &str) -> String {
        match door {
            Door::Printed => self.printed(line),
            Door::Tried => {
                let Output { stdout, stderr, .. } = self.command(line).output().unwrap();
                String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap()
            }
            Door::Written => self.written(line),
            Door::Edited => {
                let seen = self.at_terminal(line, ":");
                seen + &std::fs::read_to_string(self.path().join("shown")).unwrap()
            }
            Door::Kept => {
                let mut all = self.at_terminal(line, "echo typed | cat - shown > \"$1\"; exit 1");
                let listed = self.printed("drafts -q");
                let name = listed.lines().next().expect(&all).to_owned();
                for file in files(self.path()).filter(|path| path.to_str().unwrap().contains(&name))
                {
                    all += &std::fs::read_to_string(file).unwrap();
                }
                for line in ["drafts", "drafts --json", "drafts --csv"] {
                    all += &self.printed(line);
                }
                all += &self.printed(&format!("drafts show {name}"));
                self.printed(&format!("drafts resume {name} --as-is --dry-run"));
                let removed = self.command(&format!("drafts rm {name} --yes")).output().unwrap();
                assert!(removed.status.success());
                all
            }
        }
    }

    /// Both streams of a command, and what it writes.
    fn written(&self, line: &str) -> String {
        let Output { status, stdout, stderr } = self.command(line).output().unwrap();
        let mut all = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
        assert!(status.success(), "{line}: {all}");
        let to = self.path().join("pages");
        if to.is_dir() {
            for file in std::fs::read_dir(&to).unwrap() {
                all += &std::fs::read_to_string(file.unwrap().path()).unwrap();
            }
            std::fs::remove_dir_all(to).unwrap();
        } else {
            all += &std::fs::read_to_string(&to).unwrap();
            std::fs::remove_file(to).unwrap();
        }
        all
    }

    /// `line` about this ticket; none where the ticket has no such message.
    fn about(&self, line: &str, ticket: &Ticket) -> Option<String> {
        let others = self.desk.live().into_iter().filter(|uid| *uid != ticket.uid);
        let other = others.map(|uid| uid.to_string()).next().unwrap_or(ticket.uid.to_string());
        let of = |wanted| {
            let post = ticket.conversation().into_iter().find(|post| kind(post) == wanted)?;
            Some(format!("{}.{}", ticket.uid, post.message.number.within(ticket.number())))
        };
        let mut line = line.replace("ID", &ticket.uid.to_string()).replace("OTHER", &other);
        for (word, wanted) in [("REPLY", MessageKind::Reply), ("NOTE", MessageKind::Note)] {
            if line.contains(word) {
                line = line.replace(word, &of(wanted)?);
            }
        }
        Some(line)
    }

    /// Looks through every door at this ticket.
    fn check(&self, ticket: &Ticket) {
        let fields = self.printed("show --json=help x");
        let fields: BTreeSet<&str> = fields.lines().collect();
        let fields = fields.into_iter().collect::<Vec<_>>().join(",");
        let public = |post: &&&tix::domain::ticket::Post| kind(post) == MessageKind::Reply;
        let conversation = ticket.conversation();
        for (door, template) in DOORS {
            let Some(line) = self.about(&template.replace("FIELDS", &fields), ticket) else {
                continue;
            };
            let seen = self.through(*door, &line);
            let mails = template.contains("mbox") || template.contains("eml");
            let seen = if mails { decoded(&seen) } else { seen };
            let secret = |it: &String| it == NOTED || self.secrets.contains(it);
            let leaked: Vec<String> = marks(&seen).filter(secret).collect();
            assert!(leaked.is_empty(), "{line}: {leaked:?} in {seen}");
            // And what is public does come out, so that this is no closed door.
            let wanted: BTreeSet<String> = match *template {
                // Its name leads to the ticket that it is part of.
                _ if ticket.now.merged.is_some() => BTreeSet::new(),
                "show ID --public --json"
                | "show ID --public"
                | "export md id:ID"
                | "export html id:ID"
                | "export mbox id:ID"
                | "export github id:ID"
                | "export github-list id:ID"
                | "export jira id:ID"
                | "export taskwarrior id:ID"
                | "export html id:ID --to pages" => {
                    conversation.iter().filter(public).flat_map(|post| marks(body(post))).collect()
                }
                "reply ID" => {
                    ticket.answered().into_iter().flat_map(|post| marks(body(post))).collect()
                }
                _ => BTreeSet::new(),
            };
            let seen: BTreeSet<String> = marks(&seen).collect();
            assert!(seen.is_superset(&wanted), "{line}: {seen:?} lacks some of {wanted:?}");
        }
    }

    /// The same test sees what is secret where it may be seen.
    fn sees(&self, ticket: &Ticket) {
        if ticket.now.merged.is_some() {
            return; // Its name leads to the ticket that it is part of.
        }
        let conversation = ticket.conversation();
        let first = conversation.iter().find(|post| kind(post) == MessageKind::Note);
        let Some(mark) = first.and_then(|post| marks(body(post)).next()) else { return };
        assert!(self.secrets.contains(&mark));
        for line in OURS {
            let Some(line) = self.about(line, ticket) else { continue };
            assert!(self.printed(&line).contains(&mark), "{line} does not show {mark}");
        }
    }
}

fn files(folder: &Path) -> impl Iterator<Item = std::path::PathBuf> {
    let drafts = [".local/state/tix/drafts", "Library/Application Support/tix/drafts"];
    let folders = drafts.map(|inside| folder.join(inside)).into_iter();
    let there = folders.filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
    there.map(|entry| entry.unwrap().path())
}

fn kind(post: &tix::domain::ticket::Post) -> MessageKind {
    post.message.kind
}

fn body(post: &tix::domain::ticket::Post) -> &str {
    &post.message.wording.body
}

/// What is encoded in mails: texts in base64, and lines that go on.
fn decoded(text: &str) -> String {
    let mut all = text.replace("=\n", "");
    for part in text.split("\n\n") {
        let lines = part.lines().take_while(|line| !line.contains(['-', ' ', ':']));
        let solid: String = lines.collect();
        if let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(solid) {
            all += &String::from_utf8_lossy(&bytes);
        }
    }
    all
}

/// The marks in a text: `mark17x`.
fn marks(text: &str) -> impl Iterator<Item = String> {
    text.match_indices("mark").filter_map(|(at, _)| {
        let rest = &text[at + 4..];
        let end = rest.find('x').filter(|end| *end > 0)?;
        rest[..end].bytes().all(|c| c.is_ascii_digit()).then(|| text[at..at + 5 + end].to_owned())
    })
}

/// Gives every text of a story a mark of its own, at both ends.
fn marked(story: &[Next]) -> Vec<Next> {
    let mut story = story.to_vec();
    let mut count = 0;
    let mut mark = |body: &mut String| {
        count += 1;
        *body = format!("mark{count}x {body} mark{count}x");
    };
    for next in &mut story {
        match next {
            Next::Made(_, _, Move::Open(draft)) => {
                draft.messages.iter_mut().for_each(|it| mark(&mut it.wording.body));
            }
            Next::Made(_, _, Move::Work(acts)) => {
                for (_, act) in acts {
                    if let Act::Say(_, _, body) | Act::Reword(_, body) = act {
                        mark(body);
                    }
                }
            }
            _ => {}
        }
    }
    story
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn what_only_we_may_read_comes_out_of_no_door(story in stories(40)) {
        let house = House::new(told(&marked(&story)).desk);
        let mut tickets: Vec<Ticket> =
            house.desk.live().into_iter().map(|uid| house.desk.ticket(uid)).collect();
        // Those with most to hide.
        let notes = |ticket: &Ticket| {
            ticket.messages.values().filter(|post| kind(post) == MessageKind::Note).count()
        };
        tickets.sort_by_key(|ticket| std::cmp::Reverse(notes(ticket)));
        for ticket in tickets.iter().take(2) {
            house.check(ticket);
            house.sees(ticket);
        }
    }
}

/// Two machines and a ticket whose first message is a note, with a reply and a second note.
fn guarded() -> (Desk, Desk, Uid) {
    let (mut one, mut other) = (Desk::new(0), Desk::new(1));
    let mut draft = draft("Printer on fire");
    let note = |body: &str| Posting::ours(MessageKind::Note, person("Mira"), body.to_owned());
    draft.messages = vec![note("mark1x"), posting("mark2x", None), note("mark3x")];
    let uid = one.change(START, |desk| desk.open(draft)).unwrap();
    exchange(&one, &mut other);
    (one, other, uid)
}

fn reword(desk: &mut Desk, uid: Uid, now: i64, (from, to): (&str, &str)) {
    let wording = |body: &str, at| Wording { body: body.to_owned(), edited_at: at };
    let ticket = desk.ticket(uid);
    let found = ticket.messages.values().find(|post| body(post) == from).unwrap();
    let message = found.message.number;
    let swap = Swap { from: wording(from, None), to: wording(to, Some(Timestamp(now))) };
    let event = Event::Reworded { message, swap: Box::new(swap) };
    assert!(desk.change(now, |desk| desk.record(uid, event)).unwrap());
}

#[test]
fn a_description_or_a_dispute_that_is_internal_stays_so() {
    let (mut one, mut other, uid) = guarded();
    for (i, text) in [(1, "mark1x"), (2, "mark2x"), (3, "mark3x")] {
        reword(&mut one, uid, START + i * 1000, (text, &format!("mark{i}1x")));
        reword(&mut other, uid, START + i * 1000 + 500, (text, &format!("mark{i}2x")));
    }
    exchange(&other, &mut one);
    let ticket = one.ticket(uid);
    assert_eq!(ticket.conflicts.len(), 3);
    let secrets: BTreeSet<String> =
        ["mark1x", "mark11x", "mark12x", "mark3x", "mark31x", "mark32x"].map(String::from).into();
    let house = House::new(one);
    assert_eq!(house.secrets, secrets);
    house.check(&ticket);
    house.sees(&ticket);
    // The dispute about what is public is shown; about the notes only to us.
    for public in ["mark21x", "mark22x"] {
        assert!(house.printed(&format!("show {uid} --public")).contains(public));
    }
    for secret in ["mark11x", "mark31x"] {
        assert!(house.printed(&format!("show {uid}")).contains(secret));
        assert!(house.printed(&format!("show {uid} --json")).contains(secret));
    }
}

#[test]
fn a_note_that_was_taken_away_stays_away() {
    let (mut one, _, uid) = guarded();
    let said = |desk: &mut Desk, n: i64, event| {
        desk.change(START + n, |desk| desk.record(uid, event)).unwrap()
    };
    let ticket = one.ticket(uid);
    let note = ticket.messages.values().find(|post| body(post) == "mark3x").unwrap().message.number;
    assert!(said(&mut one, 1000, Event::Unsaid(note)));
    let message = Message {
        automatic: false,
        number: ticket.next_message(Machine(0)),
        kind: MessageKind::Reply,
        author: person("Bo <bo@acme.example>"),
        by: By::Other,
        wording: Wording { body: "mark4x".to_owned(), edited_at: None },
        reference: None,
        to: Vec::new(),
        answers: None,
        origin: None,
    };
    assert!(said(&mut one, 2000, Event::Said(Box::new(message))));
    let ticket = one.ticket(uid);
    let house = House::new(one);
    assert!(house.secrets.contains("mark3x"));
    house.check(&ticket);
}
