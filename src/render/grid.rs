//! Small tables for people: columns side by side, one of them as wide as there is room.

use std::io::Write;

use super::{Output, lines};
use crate::error::Result;

/// The column that takes what room is left has at least this many.
const FREE_MIN: usize = 16;

/// A column: its head, and when it goes where there is no room: the highest first, 0 never.
pub(super) type Head<'a> = (&'a str, u8);

/// Writes rows under their heads. The cells have passed the gate and may be painted; the column
/// `free` is cut where there is no room for all.
pub(super) fn grid(
    heads: &[Head<'_>],
    rows: &[Vec<String>],
    free: usize,
    output: &Output,
    out: &mut dyn Write,
) -> Result<()> {
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(i, (head, _))| {
            let cells = rows.iter().map(|row| lines::width(&row[i]));
            cells.max().unwrap_or(0).max(head.chars().count())
        })
        .collect();
    // A column in which nothing stands is none.
    let empty = |i: usize| i != free && rows.iter().all(|row| row[i].is_empty());
    let mut shown: Vec<usize> = (0..heads.len()).filter(|i| !empty(*i)).collect();
    let others = |shown: &[usize]| -> usize {
        shown.iter().filter(|i| **i != free).map(|i| widths[*i] + 2).sum()
    };
    while others(&shown) + FREE_MIN.min(widths[free]) > output.width {
        let last = shown.iter().copied().filter(|i| heads[*i].1 > 0).max_by_key(|i| heads[*i].1);
        let Some(last) = last else { break };
        shown.retain(|i| *i != last);
    }
    let room = output.width.saturating_sub(others(&shown)).max(4);
    let line = |cells: &dyn Fn(usize) -> String| {
        let cells = shown.iter().map(|i| {
            let width = if *i == free { widths[*i].min(room) } else { widths[*i] };
            let cell = lines::fit(&cells(*i), width);
            let gap = width.saturating_sub(lines::width(&cell));
            format!("{cell}{}", " ".repeat(gap))
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    if output.header {
        writeln!(out, "{}", output.paint().dim(&line(&|i| heads[i].0.to_owned())))?;
    }
    for row in rows {
        writeln!(out, "{}", line(&|i| row[i].clone()))?;
    }
    Ok(())
}
