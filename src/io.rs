//! The streams: what is a terminal, how large it is, and the way out for data.

use std::io::{BufWriter, IsTerminal, Stdout, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, OnceLock};

use crate::error::Result;

mod program;

pub use program::{command, look_in};

/// What is at the ends of the streams.
#[derive(Clone, Copy, Debug)]
pub struct Io {
    /// Standard output is a terminal, or pretends to be.
    pub stdout: bool,
    /// Someone can be asked: standard input and error are terminals, and asking is allowed.
    pub person: bool,
    /// Standard input is a terminal.
    pub stdin: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Lines of the terminal.
    pub height: usize,
}

impl Io {
    /// Looks at the streams. `forced` is the width of a pretended terminal, `columns` what the
    /// environment says of the real one.
    #[must_use]
    pub fn look(forced: Option<usize>, columns: Option<usize>, may_ask: bool) -> Self {
        let stdin = std::io::stdin().is_terminal();
        let person = may_ask && stdin && std::io::stderr().is_terminal();
        let stdout = forced.is_some() || std::io::stdout().is_terminal();
        let size = if stdout { console::Term::stdout().size_checked() } else { None };
        let (height, width) = size.unwrap_or((24, 80));
        let width = forced.or(columns).unwrap_or(width.into());
        Self {
            stdout,
            person,
            stdin,
            width: width.clamp(20, 1000),
            height: usize::from(height).max(10),
        }
    }
}

/// Standard output; on a terminal, through the pager once it is longer than the screen.
pub struct Out {
    held: Vec<u8>,
    lines: usize,
    to: To,
    pager: Option<(String, usize)>,
}

enum To {
    Stdout(BufWriter<Stdout>),
    Pager(Child, Option<ChildStdin>, Peace),
}

impl Out {
    /// `pager` is the command, and the number of lines that fit without it.
    #[must_use]
    pub fn new(pager: Option<(String, usize)>) -> Self {
        let to = To::Stdout(BufWriter::with_capacity(64 << 10, std::io::stdout()));
        Self { held: Vec::new(), lines: 0, to, pager }
    }

    /// Starts the pager, if it can be, and lets out what was held.
    fn release(&mut self, page: bool) -> std::io::Result<()> {
        if let Some((command, _)) = self.pager.take().filter(|_| page)
            && let peace = Peace::begin()
            && let Some(mut child) = spawn(&command)
        {
            let stdin = child.stdin.take();
            self.to = To::Pager(child, stdin, peace);
        }
        let held = std::mem::take(&mut self.held);
        self.put(&held)
    }

    fn put(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match &mut self.to {
            To::Stdout(out) => out.write_all(bytes),
            To::Pager(_, Some(stdin), _) => stdin.write_all(bytes),
            To::Pager(_, None, _) => Ok(()),
        }
    }

    /// Lets everything out and waits until it has been read.
    ///
    /// # Errors
    /// When the reader went away (a closed pipe), or writing failed.
    pub fn finish(mut self) -> Result<()> {
        self.release(false)?;
        match &mut self.to {
            To::Stdout(out) => out.flush()?,
            To::Pager(child, stdin, _) => {
                drop(stdin.take());
                child.wait()?;
            }
        }
        Ok(())
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Some((_, fits)) = &self.pager {
            self.lines += bytes.split(|byte| *byte == b'\n').count() - 1;
            self.held.extend_from_slice(bytes);
            if self.lines > *fits {
                self.release(true)?;
            }
            return Ok(bytes.len());
        }
        self.put(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Makes a folder, and those above it that are missing, for this user only.
///
/// # Errors
/// When it cannot be made.
pub fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Sees to it that the name of the file at `path` is on the disk.
///
/// # Errors
/// When the folder cannot be opened or written.
pub fn sync_folder(path: &Path) -> std::io::Result<()> {
    // Elsewhere a folder cannot be opened as a file, and names are on the disk with the files.
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// Where a program draws that a person uses meanwhile: never into data that goes elsewhere.
#[must_use]
pub fn screen() -> Stdio {
    if std::io::stdout().is_terminal() { Stdio::inherit() } else { std::io::stderr().into() }
}

/// Leaves an interrupt (Ctrl-C) to whoever has the terminal while `work` runs: a prompt, an editor.
/// At any other time it ends tix, as usual.
pub fn undisturbed<T>(work: impl FnOnce() -> T) -> T {
    let _peace = Peace::begin();
    work()
}

/// Has there been an interrupt since tix is to be left undisturbed?
#[must_use]
pub fn interrupted() -> bool {
    SIGNS.get().is_some_and(|signs| signs.seen.load(SeqCst) && !signs.ends.load(SeqCst))
}

/// What an interrupt does, and whether there was one.
struct Signs {
    ends: Arc<AtomicBool>,
    seen: Arc<AtomicBool>,
    depth: AtomicUsize,
}

static SIGNS: OnceLock<Signs> = OnceLock::new();

/// As long as this lives, an interrupt does not end tix. It is noted, but for those that strike
/// while another such lives within: they are for what that is about.
#[derive(Debug)]
pub struct Peace(());

impl Peace {
    /// From now on.
    #[must_use]
    pub fn begin() -> Self {
        let signs = SIGNS.get_or_init(|| {
            let (ends, seen) = (Arc::new(AtomicBool::new(true)), Arc::<AtomicBool>::default());
            let interrupt = signal_hook::consts::SIGINT;
            // Where no handler can be set, an interrupt ends tix at any time.
            drop(signal_hook::flag::register_conditional_shutdown(interrupt, 130, ends.clone()));
            drop(signal_hook::flag::register(interrupt, seen.clone()));
            Signs { ends, seen, depth: AtomicUsize::new(0) }
        });
        signs.depth.fetch_add(1, SeqCst);
        signs.seen.store(false, SeqCst);
        signs.ends.store(false, SeqCst);
        Self(())
    }
}

impl Drop for Peace {
    fn drop(&mut self) {
        let Some(signs) = SIGNS.get() else { return };
        signs.seen.store(false, SeqCst);
        let last = signs.depth.fetch_sub(1, SeqCst) == 1;
        signs.ends.store(last, SeqCst);
    }
}

/// The pager's process; none when its command cannot be started: then the text is printed.
fn spawn(command: &str) -> Option<Child> {
    let words = shell_words::split(command).ok()?;
    let (program, arguments) = words.split_first()?;
    let mut pager = self::command(program).ok()?;
    // The text has passed the gate, so `less` may show our colours; it may run nothing.
    pager.args(arguments).env("LESSSECURE", "1").stdin(Stdio::piped());
    pager.spawn().ok()
}
