//! Machines that share a desk, whatever happens to them: all end equal, and no acknowledged change
//! is lost.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::rc::Rc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use tix::domain::ids::{Hash, Timestamp};
use tix::error::{Kind, Result};
use tix::seal::Key;
use tix::store::{Author, Chosen, Line, Store};
use tix::sync::address::Address;
use tix::sync::{self, Exchange, Report, Warning};

use crate::desk::{Move, START, a_move, cases, perform, person};

#[path = "sync/copies.rs"]
mod copies;
#[path = "sync/hostile.rs"]
mod hostile;
#[path = "sync/hub.rs"]
mod hub;
#[path = "sync/story.rs"]
mod story;

use hub::{Hub, Way};
use story::{Next, happens, next};

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

thread_local! {
    static DRAWN: Cell<u64> = const { Cell::new(0) };
}

/// Randomness that is never the same twice, as the system's.
fn secret() -> [u8; 32] {
    DRAWN.with(|drawn| drawn.set(drawn.get() + 1));
    *blake3::hash(format!("secret {}", DRAWN.with(Cell::get)).as_bytes()).as_bytes()
}

fn author(now: i64) -> Author {
    Author { by: person("Grace <grace@acme.example>"), now: Timestamp(now), secret: secret() }
}

/// A machine: a desk's file, a key, and a way to the remote.
pub(crate) struct Machine {
    file: PathBuf,
    pub(crate) store: Option<Store>,
    pub(crate) key: Key,
    pub(crate) way: Way,
    /// Copies of the file as it once was.
    copies: Vec<PathBuf>,
}

/// Everything there is.
pub(crate) struct World {
    folder: tempfile::TempDir,
    pub(crate) hub: Rc<RefCell<Hub>>,
    pub(crate) machines: Vec<Machine>,
    made: usize,
    /// What was acknowledged somewhere: the change and the hash of what it says.
    acknowledged: BTreeSet<Told>,
    /// What a restore threw away that nobody else had.
    dropped: BTreeSet<Told>,
    /// What has gone wrong so far.
    pub(crate) wrong: Wrong,
}

/// What has gone wrong so far.
#[derive(Default)]
pub(crate) struct Wrong {
    /// The remote has forgotten something.
    pub(crate) forgot: bool,
    /// A cache was lost.
    pub(crate) cleared: bool,
    /// A file brought something, or a desk or the remote went back: a cache may be all that has it.
    pub(crate) needed: bool,
}

/// A line by what it says, whoever's it counts as.
type Told = ([u8; 8], [u8; 32]);

fn told(line: &Line) -> Told {
    (line.change.0, line.digest)
}

fn folder() -> tempfile::TempDir {
    // Without a disk that has to be waited for, where there is such a place.
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

impl World {
    /// One desk that is shared, and the others that have joined it.
    pub(crate) fn new(count: u8) -> Self {
        let hub = Rc::new(RefCell::new(Hub::default()));
        let (acknowledged, dropped) = (BTreeSet::new(), BTreeSet::new());
        let machines = Vec::new();
        let (folder, wrong) = (folder(), Wrong::default());
        let mut world = Self { folder, hub, machines, made: 0, acknowledged, dropped, wrong };
        for n in 0..count {
            // Two of them are one person's.
            let machine = world.machine(Key::new([n.min(3); 32]));
            world.machines.push(machine);
        }
        world
    }

    fn machine(&mut self, key: Key) -> Machine {
        self.made += 1;
        let file = self.folder.path().join(format!("{}.db", self.made));
        let store = Some(Store::create(&file, &author(START)).unwrap().0);
        Machine { file, store, key, way: Way::new(&self.hub), copies: Vec::new() }
    }

    /// Shares the desk of the first, and lets all others in.
    pub(crate) fn share(&mut self) {
        self.with(0, START, |it| sync::found(it, &address())).unwrap();
        for n in 1..self.machines.len() {
            let asked =
                self.with(n, START, |it| sync::join(it, &address(), &mut |_| Ok(()))).unwrap();
            if asked.waiting {
                self.with(0, START, |it| {
                    it.change(&mut |_, asking| Ok(sync::Decision::Admit(asking[0].clone())))
                })
                .unwrap();
            }
            self.sync(n, START).unwrap();
        }
    }

    /// Does something with the remote on machine `n`, by its clock.
    pub(crate) fn with<T>(
        &mut self,
        n: usize,
        now: i64,
        act: impl FnOnce(&mut Exchange<'_>) -> Result<T>,
    ) -> Result<T> {
        let machine = &mut self.machines[n];
        act(&mut Exchange {
            store: machine.store.as_mut().unwrap(),
            remote: &mut machine.way,
            key: &machine.key,
            fresh: &|| Ok(author(now)),
            tell: &mut |_, _| {},
        })
    }

    #[expect(clippy::redundant_closure_for_method_calls, reason = "it takes any lifetime")]
    pub(crate) fn sync(&mut self, n: usize, now: i64) -> Result<Report> {
        self.with(n, now, |it| it.run())
    }

    pub(crate) fn store(&self, n: usize) -> &Store {
        self.machines[n].store.as_ref().unwrap()
    }

    /// Makes a move on machine `n`.
    fn play(&mut self, n: usize, now: i64, made: &Move) {
        let store = self.machines[n].store.as_mut().unwrap();
        let before: BTreeSet<Told> = lines(store).iter().map(told).collect();
        let live = live(store);
        let log = store.read().log(&Chosen::default()).unwrap();
        let changes: Vec<String> = log.into_iter().map(|change| change.change).collect();
        let letter = store.mine().unwrap().machine;
        let done =
            store.change(&author(now), |desk| perform(desk, made, (letter, &live, &changes)));
        if let Err(e) = done {
            assert!(matches!(e.kind, Kind::Invalid | Kind::NotFound), "{e}");
        }
        let after = lines(store);
        self.acknowledged.extend(after.iter().map(told).filter(|it| !before.contains(it)));
    }

    /// Keeps a copy of the file of machine `n`.
    fn keep(&mut self, n: usize) -> PathBuf {
        self.made += 1;
        let copy = self.folder.path().join(format!("{}.copy", self.made));
        let machine = &mut self.machines[n];
        machine.store = None;
        duplicate(&machine.file, &copy);
        machine.store = Some(Store::create(&machine.file, &author(START)).unwrap().0);
        copy
    }

    /// Puts an older copy in the place of the file of machine `n`, without a word.
    fn restore(&mut self, n: usize, which: Index) {
        if self.machines[n].copies.is_empty() {
            return;
        }
        let copy = self.machines[n].copies[which.index(self.machines[n].copies.len())].clone();
        let before = lines(self.store(n));
        let sent = self.store(n).logs().unwrap();
        let machine = &mut self.machines[n];
        machine.store = None;
        duplicate(&copy, &machine.file);
        machine.store = Some(Store::create(&machine.file, &author(START)).unwrap().0);
        let kept: BTreeSet<Told> = lines(self.store(n)).iter().map(told).collect();
        let gone = before.iter().filter(|line| {
            let there = sent.get(&line.stamp.replica).map_or(0, |log| log.sent);
            line.stamp.seq > there && !kept.contains(&told(line))
        });
        self.dropped.extend(gone.map(told));
        if self.wrong.forgot {
            self.forget();
        }
    }

    /// The remote forgets: what an older copy that was put back had sent there before may be nowhere.
    pub(crate) fn forget(&mut self) {
        self.wrong.forgot = true;
        let here = self.machines.iter().flat_map(|it| lines(it.store.as_ref().unwrap()));
        let here: BTreeSet<Told> = here.map(|line| told(&line)).collect();
        self.dropped.extend(self.acknowledged.difference(&here));
    }

    /// A second machine goes on with a copy of the file of machine `n`.
    fn copy(&mut self, n: usize) {
        if self.machines.len() >= 6 {
            return;
        }
        let file = self.keep(n);
        let store = Some(Store::create(&file, &author(START)).unwrap().0);
        let key = self.machines[n].key.clone();
        let machine = Machine { file, store, key, way: Way::new(&self.hub), copies: Vec::new() };
        self.machines.push(machine);
    }

    /// A file carries what one machine knows to another.
    #[expect(clippy::redundant_closure_for_method_calls, reason = "it takes any lifetime")]
    fn bundle(&mut self, from: usize, to: usize, now: i64) -> Result<()> {
        let branches = self.with(from, now, |it| it.pack())?;
        let hub = Rc::clone(&self.hub);
        for tip in branches.values() {
            let line = hub.borrow().line(tip);
            let whole = line.iter().all(|commit| self.machines[from].way.here.contains(commit));
            assert!(whole, "a bundle holds all that leads to its branches");
            self.machines[to].way.here.extend(line);
        }
        self.with(to, now, |it| it.unpack(&branches)).map(drop)
    }

    /// Everybody meets again; nobody is cut short any more.
    pub(crate) fn settle(&mut self) -> Vec<Report> {
        let late = START + 400 * DAY;
        let mut reports = Vec::new();
        for machine in &mut self.machines {
            machine.way.left = None;
        }
        for _ in 0..4 {
            for n in 0..self.machines.len() {
                reports.push(self.sync(n, late).unwrap());
            }
        }
        reports
    }

    /// All machines are equal, sound, and hold what was acknowledged.
    pub(crate) fn check(&mut self) {
        let first = lines(self.store(0));
        let have: BTreeSet<Told> = first.iter().map(told).collect();
        let lost: Vec<&Told> = self
            .acknowledged
            .iter()
            .filter(|it| !have.contains(*it) && !self.dropped.contains(*it))
            .collect();
        assert!(lost.is_empty(), "{} acknowledged entries are lost", lost.len());
        begun(&first);
        let derived = self.store(0).derived().unwrap();
        let mut numbers = BTreeMap::new();
        for uid in live(self.store(0)) {
            let number = self.store(0).read().ticket(uid).unwrap().number();
            assert_eq!(numbers.insert(number, uid), None, "{number} is two tickets");
        }
        for n in 0..self.machines.len() {
            assert_eq!(lines(self.store(n)), first, "machine {n}");
            same(&self.store(n).derived().unwrap(), &derived, &format!("machine {n}"));
            assert_eq!(self.store(n).verify().unwrap(), first.len() as u64);
            let store = self.machines[n].store.as_mut().unwrap();
            store.rebuild().unwrap();
            same(&store.derived().unwrap(), &derived, &format!("machine {n} rebuilt"));
        }
    }
}

/// The derived rows are the same; else those are told that only one of two has.
fn same(one: &BTreeMap<String, Vec<String>>, other: &BTreeMap<String, Vec<String>>, whose: &str) {
    let mut all = Vec::new();
    for (sign, (has, lacks)) in [('+', (one, other)), ('-', (other, one))] {
        for (table, rows) in has {
            let lacks: BTreeSet<&String> = lacks[table].iter().collect();
            let only = rows.iter().filter(|row| !lacks.contains(row));
            all.extend(only.map(|row| format!("{sign} {table}: {row}")));
        }
    }
    assert!(one == other, "{whose}: {all:?}");
}

/// Nothing of a ticket stands before its opening, where the fold would pass over it.
fn begun(lines: &[Line]) {
    let mut lines: Vec<&Line> = lines.iter().collect();
    lines.sort_unstable_by_key(|line| line.stamp);
    let mut opened = BTreeSet::from([tix::domain::ids::Uid::DESK]);
    for line in lines {
        // One whose opening was erased stands for what a purge says.
        let first = |event| matches!(event, tix::domain::event::Event::Opened { .. });
        if line.content.is_none() || first(line.entry().content.event) {
            opened.insert(line.ticket);
        }
        assert!(opened.contains(&line.ticket), "{line:?} stands before its ticket");
    }
}

pub(crate) fn address() -> Address {
    "/nowhere".parse().unwrap()
}

pub(crate) fn lines(store: &Store) -> Vec<Line> {
    store.lines_after(&BTreeMap::new()).unwrap()
}

fn live(store: &Store) -> Vec<tix::domain::ids::Uid> {
    let mut all = Vec::new();
    let query = tix::domain::query::Query::all();
    let sink = &mut |ticket: tix::view::Ticket| {
        all.push(ticket.uid);
        Ok(())
    };
    store.read().export(&query, Timestamp(START), sink).unwrap();
    all.sort_unstable();
    all
}

/// Copies a desk's file and what lies beside it.
fn duplicate(from: &std::path::Path, to: &std::path::Path) {
    for end in ["", "-wal", "-shm"] {
        let beside = |path: &std::path::Path| PathBuf::from(format!("{}{end}", path.display()));
        drop(std::fs::remove_file(beside(to)));
        if beside(from).exists() {
            std::fs::copy(beside(from), beside(to)).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn machines_that_share_a_desk_end_equal_whatever_happens(
        before in vec((0..3usize, a_move()), 0..4),
        story in vec(next(), 1..40),
    ) {
        lived(&before, &story);
    }
}

/// Three machines with something of their own share a desk, live through a story, and meet again.
fn lived(before: &[(usize, Move)], story: &[Next]) {
    let mut world = World::new(3);
    for (who, made) in before {
        world.play(*who, START, made);
    }
    world.share();
    for next in story {
        happens(&mut world, next);
    }
    world.settle();
    world.check();
}

/// The long size. What came of it stands in the report that the trials write when they run after it.
#[test]
#[ignore = "takes minutes: see tests/trust/main.rs"]
fn the_long_run() {
    let started = std::time::Instant::now();
    let mut runner = proptest::test_runner::TestRunner::new(cases(5_000));
    let many = runner.config().cases;
    let any = (vec((0..3usize, a_move()), 0..4), vec(next(), 1..60));
    runner
        .run(&any, |(before, story)| {
            lived(&before, &story);
            Ok(())
        })
        .unwrap();
    let row = format!(
        "| Machines that share a desk end equal, and lose no acknowledged change (`histories`) | \
         The same in memory: random changes, syncs cut short at any call, copies, restores, bundles, \
         clocks that jump, remotes that are put back | {},{:03} histories | 0 | 0 | {} |\n",
        many / 1000,
        many % 1000,
        started.elapsed().as_secs()
    );
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/histories.md"), row).unwrap();
}

#[test]
fn a_copy_that_went_on_by_itself_loses_nothing() {
    let mut world = World::new(2);
    let open = |title: &str| Move::Open(Box::new(crate::desk::draft(title)));
    world.play(0, START, &open("One"));
    world.share();
    world.copy(1);
    let say = Move::Work(vec![(
        any_index(),
        crate::desk::Act::Say(
            tix::domain::words::MessageKind::Reply,
            tix::domain::words::By::Us,
            "hello".to_owned(),
        ),
    )]);
    for n in [1, 2] {
        world.play(n, START + 1, &open("Same number"));
        world.play(n, START + 2, &say);
    }
    world.sync(1, START + 3).unwrap();
    let report = world.sync(2, START + 3).unwrap();
    assert!(
        report.warnings.iter().any(|it| matches!(it, Warning::Copied { parted } if *parted > 0))
    );
    assert!(!report.numbered.is_empty());
    world.settle();
    world.check();
    let one = &crate::sync::live(world.store(0))[..];
    assert_eq!(one.len(), 3);
    let said: usize = one
        .iter()
        .map(|uid| world.store(0).read().ticket(*uid).unwrap().conversation().len())
        .sum();
    assert_eq!(said, 5, "three descriptions and two replies");
}

#[test]
fn of_two_copies_that_gave_one_number_one_gets_another() {
    let mut world = World::new(3);
    world.share();
    world.copy(0);
    let open = |title: &str| Move::Open(Box::new(crate::desk::draft(title)));
    world.play(3, START, &open("One"));
    world.play(0, START, &open("Other"));
    // What the copy did comes to the remote by somebody else.
    world.bundle(3, 1, START).unwrap();
    world.settle();
    world.check();
}

fn any_index() -> Index {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    any::<Index>().new_tree(&mut runner).unwrap().current()
}

#[test]
fn an_entry_from_far_ahead_waits_until_its_day_comes() {
    let mut world = World::new(2);
    world.share();
    world.play(1, START + 3 * DAY, &Move::Open(Box::new(crate::desk::draft("Tomorrow"))));
    let report = world.sync(1, START).unwrap();
    assert!(report.warnings.iter().any(|it| matches!(it, Warning::Ahead { .. })));
    let report = world.sync(0, START).unwrap();
    assert!(report.warnings.iter().any(|it| matches!(it, Warning::Future { count: 2, .. })));
    assert!(live(world.store(0)).is_empty());
    // What is recorded meanwhile is not after it.
    world.play(0, START, &Move::Open(Box::new(crate::desk::draft("Today"))));
    assert!(world.store(0).latest().unwrap().1.0 < START + DAY);
    assert!(world.sync(0, START + 3 * DAY).unwrap().warnings.is_empty());
    assert_eq!(live(world.store(0)).len(), 2);
    world.settle();
    world.check();
}

#[test]
fn records_that_were_written_anew_are_refused() {
    let mut world = World::new(2);
    world.share();
    let mut other = World::new(1);
    other.share();
    let theirs = other.hub.borrow();
    let mut hub = world.hub.borrow_mut();
    hub.commits.extend(theirs.commits.clone());
    hub.branches.insert(sync::CIRCLE.to_owned(), theirs.branches[sync::CIRCLE].clone());
    drop(hub);
    let before = lines(world.store(1));
    let error = world.sync(1, START).unwrap_err();
    assert_eq!(error.kind, Kind::Partial);
    assert!(error.what.contains("written anew"), "{error}");
    assert_eq!(lines(world.store(1)), before);
    assert_ne!(Hash::of(b"a"), Hash::of(b"b"));
}
