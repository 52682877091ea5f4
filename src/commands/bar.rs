//! A progress bar for what takes more than a second, where a person watches.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long work takes before anything is drawn.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// How often it is drawn at most, in a second.
const FRAMES: u8 = 10;

/// How far work has come. It is gone when it is let go.
pub(super) struct Bar {
    look: &'static str,
    since: Instant,
    shown: bool,
    drawn: Option<ProgressBar>,
}

/// Is a person there who may be shown how far work has come?
pub(super) fn watched(quiet: bool) -> bool {
    !quiet && std::io::stderr().is_terminal()
}

impl Bar {
    /// One that looks so, in indicatif's terms.
    pub(super) fn new(look: &'static str, quiet: bool) -> Self {
        Self { look, since: Instant::now(), shown: watched(quiet), drawn: None }
    }

    /// Shows how far it has come: `done` of `all`.
    pub(super) fn show(&mut self, done: u64, all: u64) {
        if !self.shown || (self.drawn.is_none() && self.since.elapsed() < PATIENCE) {
            return;
        }
        let bar = self.drawn.get_or_insert_with(|| {
            let target = ProgressDrawTarget::stderr_with_hz(FRAMES);
            let look = ProgressStyle::with_template(self.look);
            ProgressBar::with_draw_target(Some(all), target)
                .with_style(look.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        bar.set_length(all);
        bar.set_position(done);
    }

    /// Takes it away.
    pub(super) fn end(&mut self) {
        if let Some(bar) = self.drawn.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.end();
    }
}
