//! Every command on a real terminal, narrow and wide.

use unicode_width::UnicodeWidthStr;

use super::terminal::Terminal;
use crate::golden::{desk, lines, prepared, subcommand};

#[test]
fn every_command_fits_its_terminal() {
    let small = desk();
    small.ok("new 'A title that is much too long for a narrow terminal: 日本語のタイトル と もっと長い' -l one,two,three -r 'Somebody Longname <somebody@acme.example>' -p urgent");
    for line in lines() {
        for (columns, named) in [(20, None), (80, None), (200, None), (80, Some("20"))] {
            let (desk, last) = prepared(&small, line);
            let mut command = desk.command(last);
            command.env("TIX_PAGER", "cat").env("TERM", "xterm");
            if let Some(named) = named {
                command.env("COLUMNS", named);
            }
            let left = Terminal::start(&command, (columns, 24)).left();
            assert!([0, 7].contains(&left.code), "{line}: {}", left.shown);
            assert!(!left.shown.contains('\x1b'), "{line}: {:?}", left.shown);
            let width = named.map_or(columns.into(), |named| named.parse().unwrap());
            let table = ["list", "dashboard", "demo"].contains(&subcommand(line));
            for row in left.shown.lines().map(|row| row.trim_end_matches('\r')) {
                if table && (row.starts_with('#') || row.starts_with("ID ")) {
                    assert!(row.width() <= width, "{line} at {width}: {row:?}");
                }
            }
        }
    }
}
