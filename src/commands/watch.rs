//! A word about what is being done, where a person watches and it takes more than a second.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};

use super::bar::{PATIENCE, watched};
use crate::cx::Cx;

/// How often the sign of life moves.
const TICK: Duration = Duration::from_millis(120);

/// Says what is being done until it is let go.
pub(super) struct Watch(Option<(Sender<String>, JoinHandle<()>)>);

impl Watch {
    /// Begins to watch.
    pub(super) fn begin(cx: &Cx) -> Self {
        if !watched(cx.global.quiet) {
            return Self(None);
        }
        let (tell, told) = mpsc::channel();
        let drawn = std::thread::spawn(move || {
            let mut now = String::new();
            let begun = std::time::Instant::now();
            while begun.elapsed() < PATIENCE {
                match told.recv_timeout(PATIENCE.saturating_sub(begun.elapsed())) {
                    Ok(next) => now = next,
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_message(now);
            bar.enable_steady_tick(TICK);
            while let Ok(next) = told.recv() {
                bar.set_message(next);
            }
            bar.finish_and_clear();
        });
        Self(Some((tell, drawn)))
    }

    /// This is being done now.
    pub(super) fn step(&self, what: &str) {
        if let Some((tell, _)) = &self.0 {
            drop(tell.send(what.to_owned()));
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some((tell, drawn)) = self.0.take() {
            drop(tell);
            drop(drawn.join());
        }
    }
}
