//! Tables of a page.

use super::storage::{Block, Converter, joined, push};
use crate::import::xml::Element;

/// A table has so many columns at most, whatever it says itself.
const COLUMNS_MAX: usize = 64;

/// A cell and how far it reaches.
struct Cell {
    text: String,
    head: bool,
    across: usize,
    down: usize,
}

/// Adds a table: its first row is its head if it is one of headings, else the head is empty.
pub(super) fn block(converter: &mut Converter<'_>, element: &Element, blocks: &mut Vec<Block>) {
    let mut rows = Vec::new();
    gather(converter, element, &mut rows);
    if rows.is_empty() {
        return;
    }
    if converter.in_cell {
        // A table in a cell is lines.
        let line = |row: &Vec<Cell>| -> String {
            let cells = row.iter().map(|cell| cell.text.as_str()).filter(|text| !text.is_empty());
            cells.collect::<Vec<_>>().join(" / ")
        };
        return push(blocks, rows.iter().map(line).collect::<Vec<_>>().join("\n"));
    }
    let headed = rows[0].iter().all(|cell| cell.head) && rows.len() > 1;
    let grid = laid_out(rows);
    let columns = grid.iter().map(Vec::len).max().unwrap_or(0);
    if columns == 0 {
        return;
    }
    let line = |cells: &[String]| {
        let cells = (0..columns).map(|i| cells.get(i).map_or("", String::as_str));
        format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
    };
    let (head, body) = if headed { grid.split_at(1) } else { grid.split_at(0) };
    let mut lines = vec![line(head.first().map_or(&[][..], Vec::as_slice))];
    lines.push(format!("|{}", " --- |".repeat(columns)));
    lines.extend(body.iter().map(|row| line(row)));
    push(blocks, lines.join("\n"));
}

/// The rows, those in its head, its body and its foot.
fn gather(converter: &mut Converter<'_>, element: &Element, rows: &mut Vec<Vec<Cell>>) {
    for inner in element.elements() {
        match inner.name.as_str() {
            "tr" => {
                let cells = inner.elements().filter(|it| matches!(it.name.as_str(), "td" | "th"));
                let cells: Vec<Cell> = cells.map(|it| cell(converter, it)).collect();
                rows.extend((!cells.is_empty()).then_some(cells));
            }
            "thead" | "tbody" | "tfoot" => gather(converter, inner, rows),
            _ => {}
        }
    }
}

fn cell(converter: &mut Converter<'_>, element: &Element) -> Cell {
    let outer = std::mem::replace(&mut converter.in_cell, true);
    let text = joined(&converter.blocks(&element.nodes));
    converter.in_cell = outer;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let text = lines.collect::<Vec<_>>().join(if outer { " " } else { "<br>" });
    let reach = |name: &str| {
        let said = element.attribute(name).and_then(|text| text.trim().parse().ok());
        said.unwrap_or(1usize).clamp(1, COLUMNS_MAX)
    };
    // One in another has been through this.
    let text = if outer { text } else { barred(&text) };
    Cell { text, head: element.name == "th", across: reach("colspan"), down: reach("rowspan") }
}

/// Text in which no bar ends the cell.
fn barred(text: &str) -> String {
    text.replace('|', "\\|")
}

/// The cells column by column: what reaches further leaves the others empty.
fn laid_out(rows: Vec<Vec<Cell>>) -> Vec<Vec<String>> {
    let mut grid = Vec::with_capacity(rows.len());
    let mut taken = [0usize; COLUMNS_MAX];
    for row in rows {
        let mut line: Vec<String> = Vec::new();
        let mut cells = row.into_iter();
        while line.len() < COLUMNS_MAX {
            if taken[line.len()] > 0 {
                taken[line.len()] -= 1;
                line.push(String::new());
                continue;
            }
            let Some(cell) = cells.next() else { break };
            for i in 0..cell.across.min(COLUMNS_MAX - line.len()) {
                taken[line.len()] = cell.down - 1;
                line.push(if i == 0 { cell.text.clone() } else { String::new() });
            }
        }
        grid.push(line);
    }
    grid
}
