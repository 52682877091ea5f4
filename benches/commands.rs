//! How long whole commands take, from the process's start to its end, on small and large desks.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should say where")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, BenchmarkId, Criterion, SamplingMode, Throughput};
use serde_json::{Value, json};

const SMALL: usize = 1_000;
const LARGE: usize = 10_000;

/// Stands in one ticket of a thousand.
const RARE: &str = "quagga";

/// Stands in nearly every ticket.
const COMMON: &str = "login";

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .without_plots()
        .configure_from_args();
    start_up(&mut criterion);
    importing(&mut criterion);
    for tickets in sizes() {
        on_a_desk(&mut criterion, tickets);
    }
    criterion.final_summary();
}

/// How many tickets the desks have: `TICKETS=100000`, or a few thousand.
#[expect(clippy::disallowed_methods, reason = "a bench has no other way to be told")]
fn sizes() -> Vec<usize> {
    match std::env::var("TICKETS") {
        Ok(sizes) => sizes.split(',').map(|size| size.trim().parse().unwrap()).collect(),
        Err(_) => vec![SMALL, LARGE],
    }
}

fn start_up(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    criterion.bench_function("start-up", |b| b.iter(|| run(folder.path(), &["--version"])));
}

/// A thousand tickets into a desk that does not exist yet.
fn importing(criterion: &mut Criterion) {
    let file = tickets_file(SMALL);
    let mut group = group(criterion, "import jsonl");
    group.sample_size(10).throughput(Throughput::Elements(SMALL as u64));
    group.bench_function(BenchmarkId::from_parameter(SMALL), |b| {
        let import = |folder: tempfile::TempDir| {
            run(folder.path(), &["import", "jsonl", file.to_str().unwrap()]);
            folder
        };
        b.iter_batched(|| tempfile::tempdir().unwrap(), import, BatchSize::PerIteration);
    });
    group.finish();
}

fn on_a_desk(criterion: &mut Criterion, tickets: usize) {
    let desk = tempfile::tempdir().unwrap();
    run(desk.path(), &["import", "jsonl", tickets_file(tickets).to_str().unwrap()]);
    let middle = (tickets / 2).to_string();
    let reading: [(&str, &[&str]); 9] = [
        ("list", &["list", "-L", "50"]),
        ("list filtered", &["list", "label:bug", "priority:>=high", "sort:-updated"]),
        ("count", &["count", "is:open"]),
        ("show", &["show", &middle]),
        ("search rare", &["search", RARE, "-L", "50"]),
        ("search common", &["search", COMMON, "-L", "50"]),
        ("similar", &["similar", &middle]),
        ("list jsonl", &["list", "--all", "--jsonl"]),
        ("export jsonl", &["export", "jsonl"]),
    ];
    for (name, words) in reading {
        let mut group = group(criterion, name);
        if name.ends_with("jsonl") {
            group.sample_size(10).throughput(Throughput::Elements(tickets as u64));
        }
        group.bench_function(BenchmarkId::from_parameter(tickets), |b| {
            b.iter(|| run(desk.path(), words));
        });
        group.finish();
    }
    // Last, for it leaves the desk larger: by a ticket each time.
    let mut group = group(criterion, "new");
    group.bench_function(BenchmarkId::from_parameter(tickets), |b| {
        b.iter(|| run(desk.path(), &["new", "Crash on start", "-m", "It crashes.", "-l", "bug"]));
    });
    group.finish();
}

fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat);
    group
}

/// Runs tix on the desk in `folder`, in nobody's environment; it must succeed.
fn run(folder: &Path, words: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_tix"))
        .args(words)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("TIX_DB", folder.join("tix.db"))
        .env("TIX_USER", "Mira Holt <mira@larkspur.example>")
        .env("TIX_NOW", "2026-09-01T09:00:00Z")
        .env("TIX_TZ", "UTC")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "tix {words:?}: {status}");
}

/// A file of so many made-up tickets, always the same ones.
fn tickets_file(tickets: usize) -> PathBuf {
    let mut chance = Chance(42);
    let mut text = String::new();
    for n in 1..=tickets {
        writeln!(text, "{}", ticket(n, &mut chance)).unwrap();
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("tickets-{tickets}.jsonl"));
    std::fs::write(&path, text).unwrap();
    path
}

/// A ticket with a conversation of one to five messages.
fn ticket(n: usize, chance: &mut Chance) -> Value {
    let day = format!("2026-{:02}-{:02}", 1 + chance.below(8), 1 + chance.below(28));
    let who = chance.below(500);
    let mail = format!("r{who}@acme.example");
    let closed = chance.below(10) < 7;
    let last = chance.below(5);
    let rare = if n % 1000 == 500 { format!(" {RARE}") } else { String::new() };
    let messages: Vec<Value> = (0..=last)
        .map(|m| {
            let ours = m % 2 == 1;
            let author = if ours { "mira@larkspur.example" } else { &mail };
            json!({
                "id": format!("{n}.{}", m + 1),
                "kind": if ours && chance.below(3) == 0 { "note" } else { "reply" },
                "author": author,
                "by": if ours { "us" } else { "requester" },
                "body": chance.words(20, 100) + &rare,
                "created_at": format!("{day}T{:02}:00:00Z", 9 + m),
            })
        })
        .collect();
    json!({
        "id": n.to_string(),
        "title": chance.words(4, 9),
        "status": if closed { "closed" } else { chance.one(&["new", "open", "pending", "hold"]) },
        "resolution": closed.then(|| chance.one(&["solved", "answered", "wontfix"])),
        "priority": chance.one(&["low", "normal", "normal", "normal", "high", "urgent"]),
        "labels": [chance.one(&["bug", "docs", "question"]), chance.one(&["import", "sync", "ui"])],
        "requester": { "name": format!("Requester {who}"), "email": mail },
        "created_at": format!("{day}T09:00:00Z"),
        "updated_at": format!("{day}T20:00:00Z"),
        "closed_at": closed.then(|| format!("{day}T20:00:00Z")),
        "messages": messages,
    })
}

/// A linear congruential generator: the same numbers on every machine (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    fn words(&mut self, least: usize, most: usize) -> String {
        let words = "the a calendar invoice window printer import export sync crash start login \
                     password button label page slow never always after update since yesterday \
                     customer cannot open file empty wrong twice missing answer please when";
        let words: Vec<&str> = words.split_whitespace().collect();
        let count = least + self.below(most - least);
        let text: Vec<&str> = (0..count).map(|_| self.one(&words)).collect();
        text.join(" ")
    }
}
