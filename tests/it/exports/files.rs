//! Exports into files and folders.

use std::path::Path;

use insta::assert_snapshot;

use super::desk;
use crate::desk::Desk;

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_new_file_is_written_and_none_overwritten() {
    let desk = desk();
    for format in ["jsonl", "csv", "mbox"] {
        let printed = desk.ok(&format!("export {format}"));
        let ran = desk.ok(&format!("export {format} --to out.{format}"));
        assert_eq!(ran, format!("✓ 2 tickets written to out.{format}\n"));
        let path = desk.path(&format!("out.{format}"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), printed);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
    desk.file("there.csv", "mine");
    assert_snapshot!(desk.run("export csv --to there.csv").transcript(), @"
    --- stderr
    error: there.csv is there already
      because: nothing is overwritten
      try: --to with another name
    --- exit 4
    ");
    assert_eq!(std::fs::read_to_string(desk.path("there.csv")).unwrap(), "mine");
    assert_eq!(desk.ok("export md --to o.md -q"), "o.md\n");
    let json = desk.json("export md --to p.md");
    assert_eq!(json["schema"], "tix/export-file/1");
}

#[test]
fn what_could_not_be_written_is_not_there() {
    let desk = desk();
    assert_eq!(desk.run("export eml 2 --to a.eml").code, 3);
    assert_eq!(desk.run("export csv --to no/where.csv").code, 1);
    assert!(!desk.path("a.eml").exists());
    std::fs::create_dir(desk.path("pages")).unwrap();
    desk.file("pages/2.html", "mine");
    assert_eq!(desk.run("export html --to pages").code, 4);
    assert_eq!(names(&desk.path("pages")), ["2.html"]);
    assert_eq!(std::fs::read_to_string(desk.path("pages/2.html")).unwrap(), "mine");
}

#[test]
fn a_folder_of_pages_is_complete_in_itself() {
    let desk = desk();
    desk.file("x.svg", "<svg onload=alert(1)/>");
    desk.ok("reply 2 -m 'see there' --attach x.svg");
    assert_eq!(desk.ok("export html --to pages"), "✓ 2 tickets written to pages, 5 files\n");
    let folder = desk.path("pages");
    assert_eq!(
        names(&folder),
        ["1-3-1-trace.txt", "1.html", "2-2-1-x.svg.txt", "2.html", "index.html"]
    );
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(read("1-3-1-trace.txt"), "at 0x7f\n");
    for name in ["1.html", "2.html", "index.html"] {
        let page = read(name);
        assert!(page.contains("Content-Security-Policy\" content=\"default-src 'none'"));
        assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("secret"));
    }
    assert!(read("index.html").contains("<a href=\"1.html\">It hangs 崩溃 🔥</a>"));
    assert!(read("1.html").contains("<a href=\"1-3-1-trace.txt\" download>trace.txt</a>"));
}

/// What a page of a folder of pages shows.
fn page(desk: &Desk, name: &str) -> String {
    desk.file("x.svg", "<svg onload=alert(1)/>");
    desk.ok("reply 2 -m 'see there' --attach x.svg");
    desk.ok("export html --to pages");
    let page = std::fs::read_to_string(desk.path("pages").join(name)).unwrap();
    let page = page.split("</style>").nth(1).unwrap().to_owned();
    page.split_once("<main>").unwrap().1.to_owned()
}

#[test]
fn a_page_shows_what_was_said() {
    assert_snapshot!(page(&desk(), "1.html"), @r#"

    <nav><a href="index.html">All tickets</a></nav>
    <article class="ticket" id="t1">
    <header>
    <p class="id">Ticket #1</p>
    <h1 dir="auto">It hangs 崩溃 🔥</h1>
    <dl>
    <div><dt>Status</dt><dd dir="auto">closed (answered)</dd></div>
    <div><dt>Priority</dt><dd dir="auto">urgent</dd></div>
    <div><dt>Requester</dt><dd dir="auto">Ada Lovelace &lt;ada@acme.example&gt;</dd></div>
    <div><dt>Labels</dt><dd dir="auto">two words, vip</dd></div>
    <div><dt>Opened</dt><dd dir="auto"><time datetime="2026-09-01T09:00:00Z">Tue 2026-09-01 11:00 CEST</time></dd></div>
    <div><dt>Updated</dt><dd dir="auto"><time datetime="2026-09-01T09:04:00Z">Tue 2026-09-01 11:04 CEST</time></dd></div>
    <div><dt>Closed</dt><dd dir="auto"><time datetime="2026-09-01T09:04:00Z">Tue 2026-09-01 11:04 CEST</time></dd></div>
    <div><dt>Due</dt><dd dir="auto"><time datetime="2026-09-10T21:59:59Z">Thu 2026-09-10 23:59 CEST</time></dd></div>
    </dl>
    </header>
    <section class="message requester" id="m1-1">
    <h2><span dir="auto">Ada Lovelace &lt;ada@acme.example&gt;</span> <small><time datetime="2026-09-01T09:00:00Z">Tue 2026-09-01 11:00 CEST</time> · 1.1</small></h2>
    <div class="body" dir="auto">
    <h3>1.9 Mira</h3>
    <p>Since &lt;b&gt;today&lt;/b&gt;.<br>
    From now on.</p>
    </div>
    </section>
    <section class="message us" id="m1-3">
    <h2><span dir="auto">Mira Holt &lt;mira@larkspur.example&gt;</span> <small><time datetime="2026-09-01T09:02:00Z">Tue 2026-09-01 11:02 CEST</time> · 1.3</small></h2>
    <div class="body" dir="auto">
    <p>Please try <strong>1.8.2</strong>.</p>
    </div>
    <ul class="files">
    <li><a href="1-3-1-trace.txt" download>trace.txt</a> <small>8 bytes</small></li>
    </ul>
    </section>
    <section class="message requester" id="m1-4">
    <h2><span dir="auto">Ada Lovelace &lt;ada@acme.example&gt;</span> <small><time datetime="2026-09-01T09:03:00Z">Tue 2026-09-01 11:03 CEST</time> · 1.4</small></h2>
    <div class="body" dir="auto">
    <p>Thanks!</p>
    </div>
    </section>
    </article>
    </main>
    </body>
    </html>
    "#);
}

#[test]
fn a_page_shows_nothing_that_could_do_harm() {
    assert_snapshot!(page(&desk(), "2.html"), @r#"

    <nav><a href="index.html">All tickets</a></nav>
    <article class="ticket" id="t2">
    <header>
    <p class="id">Ticket #2</p>
    <h1 dir="auto">=HYPERLINK(1)</h1>
    <dl>
    <div><dt>Status</dt><dd dir="auto">open</dd></div>
    <div><dt>Priority</dt><dd dir="auto">normal</dd></div>
    <div><dt>Requester</dt><dd dir="auto">octocat</dd></div>
    <div><dt>Opened</dt><dd dir="auto"><time datetime="2026-09-01T09:05:00Z">Tue 2026-09-01 11:05 CEST</time></dd></div>
    <div><dt>Updated</dt><dd dir="auto"><time datetime="2026-09-01T09:06:00Z">Tue 2026-09-01 11:06 CEST</time></dd></div>
    </dl>
    </header>
    <section class="message requester" id="m2-1">
    <h2><span dir="auto">octocat</span> <small><time datetime="2026-09-01T09:05:00Z">Tue 2026-09-01 11:05 CEST</time> · 2.1</small></h2>
    <div class="body" dir="auto">
    <p>␛[2J@here &lt;U+202E&gt;x</p>
    </div>
    </section>
    <section class="message us" id="m2-2">
    <h2><span dir="auto">Mira Holt &lt;mira@larkspur.example&gt;</span> <small><time datetime="2026-09-01T09:06:00Z">Tue 2026-09-01 11:06 CEST</time> · 2.2</small></h2>
    <div class="body" dir="auto">
    <p>see there</p>
    </div>
    <ul class="files">
    <li><a href="2-2-1-x.svg.txt" download>x.svg</a> <small>22 bytes</small></li>
    </ul>
    </section>
    </article>
    </main>
    </body>
    </html>
    "#);
}

#[test]
fn one_page_goes_to_standard_output_or_into_one_file() {
    let desk = desk();
    let page = desk.ok("export html 1");
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    assert_eq!(desk.ok("export html 1 --to one.html"), "✓ 1 ticket written to one.html\n");
    assert_eq!(std::fs::read_to_string(desk.path("one.html")).unwrap().len(), page.len());
    let notes = desk.run("export html 1 --with-notes");
    assert!(notes.stdout.contains("<strong class=\"mark\">Internal note</strong>"));
    assert!(notes.stdout.contains("Internal notes are in here"));
}

#[test]
fn the_help_names_every_format() {
    let desk = Desk::new();
    let help = desk.ok("help export");
    let flags = desk.ok("export --help");
    for format in [
        "jsonl",
        "json",
        "csv",
        "md",
        "html",
        "mbox",
        "eml",
        "github",
        "github-list",
        "jira",
        "taskwarrior",
        "todotxt",
    ] {
        assert!(
            help.lines().any(|line| line.split_whitespace().next() == Some(format)),
            "{format}"
        );
        assert!(flags.contains(&format!("- {format}:")), "{format}: {flags}");
    }
    assert!(help.lines().all(|line| line.chars().count() <= 80));
}
