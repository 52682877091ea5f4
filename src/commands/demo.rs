//! `tix demo`.

use clap::Args;

use super::asked;
use crate::cx::Cx;
use crate::domain::draft::Draft;
use crate::domain::ids::Timestamp;
use crate::domain::query::{Filter, Is, Query};
use crate::env;
use crate::error::Result;
use crate::import::{self, Item, Options, Place};
use crate::view::{Shape, View};

/// The sample: support for one invented project, as if it were [`SAMPLE_NOW`].
const SAMPLE: &str = include_str!("demo.jsonl");

/// The moment that the sample's times are written for.
const SAMPLE_NOW: &str = "2026-09-01T09:00:00Z";

/// Fill a throwaway desk with a sample and show it
#[derive(Args, Debug)]
pub(crate) struct Demo {}

impl Demo {
    #[expect(clippy::unused_self, reason = "every command is run so")]
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let path = env::temporary_folder("tix-demo-")?.join("tix.db");
        cx.use_desk(path.clone(), "the demo made it");
        let shift = cx.clock.now.0 - Timestamp::from_rfc3339(SAMPLE_NOW)?.0;
        let sample = Place::bytes("the sample", SAMPLE.as_bytes());
        cx.change(false, |desk| {
            import::read(import::Format::Jsonl, &sample, &Options::default(), &mut |item| {
                if let Item::Draft(mut draft) = item {
                    move_by(&mut draft, shift);
                    desk.meet(*draft)?;
                }
                Ok(())
            })?;
            desk.note_import("jsonl", "the sample")
        })?;
        let program = env::arguments().next().unwrap_or_else(|| "tix".into());
        let (program, desk) = (program.to_string_lossy(), path.to_string_lossy());
        let tix = format!("{} --db {}", shell_words::quote(&program), shell_words::quote(&desk));
        cx.afterwards = Some(format!(
            "\nThis is a desk to play with, at {desk}\nTry on it:\n    \
             {tix} show 14\n    \
             {tix} list 'priority:>=high' sort:due\n    \
             {tix} reply 16 -m 'Fixed in the docs, thank you!' --close\n"
        ));
        let open = Query::all().and(Filter::Is(Is::Open));
        Ok(View::Tickets(asked::rows(cx, open, None, Shape::default())?))
    }
}

/// Moves every time of the draft, so that the sample always looks as if it were of today.
fn move_by(draft: &mut Draft, shift: i64) {
    let times = draft
        .created_at
        .iter_mut()
        .chain(draft.opening.updated_at.iter_mut())
        .chain(draft.opening.due_at.iter_mut())
        .chain(draft.opening.snoozed_until.iter_mut())
        .chain(draft.opening.state.closed_at.iter_mut())
        .chain(draft.state.iter_mut().filter_map(|state| state.closed_at.as_mut()));
    times.for_each(|at| at.0 += shift);
    for posting in &mut draft.messages {
        let times = posting.created_at.iter_mut().chain(posting.wording.edited_at.iter_mut());
        times.for_each(|at| at.0 += shift);
    }
}
