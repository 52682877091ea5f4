//! `tix export`.

use clap::{Args, ValueEnum};

use super::asked;
use crate::cx::Cx;
use crate::domain::query::{Sort, SortKey};
use crate::error::Result;
use crate::view::{Rows, Shape, View};

/// Write tickets out, whole
///
/// All tickets, closed ones too, or those that match QUERY. `jsonl` is tix's own format: one JSON
/// object a line with the conversation, internal notes and the bytes of all files included;
/// `tix import jsonl` reads it back.
#[derive(Args, Debug)]
pub(crate) struct Export {
    /// The format
    #[arg(value_name = "FORMAT")]
    format: Format,
    /// Which tickets; `tix help query` says what a query can be
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Leave out the bytes of files, and write only what they are
    #[arg(long)]
    no_data: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// tix's own: one JSON object a line
    Jsonl,
}

impl Export {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let Format::Jsonl = self.format;
        let mut query = cx.query(&self.query)?;
        if query.sort.is_empty() {
            query.sort.push(Sort { key: SortKey::Id, descending: false });
        }
        let now = cx.clock.now;
        let data = !self.no_data && cx.wants(None).has("messages");
        let Some(reader) = cx.reader()? else {
            return Ok(View::Exported(asked::none(None, Shape::default())));
        };
        Ok(View::Exported(Rows {
            limit: None,
            count: Box::new(|| Ok(0)),
            each: Box::new(move |sink| {
                reader.export(&query, now, &mut |mut ticket| {
                    if data {
                        reader.with_bytes(&mut ticket)?;
                    }
                    sink(ticket)
                })
            }),
            shape: Shape::default(),
            articles: None,
        }))
    }
}
