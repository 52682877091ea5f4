//! A progress bar for imports that take more than a second, where a person watches.

use std::cell::Cell;
use std::io::IsTerminal;
use std::rc::Rc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::import::Place;

/// How long work takes before a bar is drawn.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often it is drawn at most, in a second.
const FRAMES: u8 = 10;

/// How far an import has come, in bytes read.
pub(super) struct Progress {
    read: Rc<Cell<u64>>,
    whole: u64,
    since: Instant,
    bar: Option<ProgressBar>,
    shown: bool,
}

impl Progress {
    /// Watches what is read of these places, each of which is read so many times.
    pub(super) fn of<'p>(places: impl Iterator<Item = (&'p mut Place, u64)>, quiet: bool) -> Self {
        let read = Rc::new(Cell::new(0));
        let mut whole = 0;
        for (place, times) in places {
            place.count_on(&read);
            whole += place.size() * times;
        }
        let shown = !quiet && std::io::stderr().is_terminal();
        Self { read, whole, since: Instant::now(), bar: None, shown }
    }

    /// Shows how far it has come.
    pub(super) fn step(&mut self) {
        if !self.shown || (self.bar.is_none() && self.since.elapsed() < PATIENCE) {
            return;
        }
        let at = self.read.get().min(self.whole);
        let whole = self.whole;
        let bar = self.bar.get_or_insert_with(|| {
            let target = ProgressDrawTarget::stderr_with_hz(FRAMES);
            let bar = ProgressBar::with_draw_target(Some(whole), target);
            let look = "reading {wide_bar} {bytes} of {total_bytes}, {eta} left";
            bar.with_style(
                ProgressStyle::with_template(look).unwrap_or_else(|_| ProgressStyle::default_bar()),
            )
        });
        bar.set_position(at);
    }

    /// Takes the bar away.
    pub(super) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}
