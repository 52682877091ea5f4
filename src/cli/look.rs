//! The look of the output, from flags, config and environment.

use std::borrow::Cow;
use std::rc::Rc;

use crate::config::{Color, Config, color_of};
use crate::cx::Global;
use crate::domain::dates::Clock;
use crate::env;
use crate::error::Result;
use crate::io::Io;
use crate::render::{Format, Jq, Output};
use crate::view::Shape;

/// The flags of the output, the strongest first: JSON beats every other.
pub(super) fn output(
    global: &Global,
    config: &Config,
    io: Io,
    (clock, command): (Clock, &'static str),
) -> Result<Output> {
    let (format, fields) = if let Some(fields) = &global.json {
        (Format::Json, Some(fields))
    } else if let Some(fields) = &global.jsonl {
        (Format::Jsonl, Some(fields))
    } else if global.jq.is_some() {
        (Format::Json, None)
    } else if global.csv {
        (Format::Csv, None)
    } else if global.tsv {
        (Format::Tsv, None)
    } else if global.quiet {
        (Format::Quiet, None)
    } else {
        (Format::Human, None)
    };
    let given = fields.filter(|fields| !fields.is_empty()).or(global.columns.as_ref());
    let columns = given.map(|names| {
        let each = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        each.map(ToOwned::to_owned).collect::<Vec<_>>()
    });
    let jq = global.jq.as_ref().map(|text| Jq::parse(text, clock.now)).transpose()?;
    let output = Output {
        format,
        columns: columns.filter(|names| !names.is_empty()),
        header: !global.no_header,
        command,
        terminal: io.stdout,
        width: io.width,
        color: color(global.color.as_deref().or(config.color.as_deref()), io.stdout)?,
        shape: Shape::default(),
        clock,
        jq: jq.map(Rc::new),
        warnings: Rc::default(),
    };
    output.check()?;
    Ok(output)
}

/// What `--color` says among words that were not parsed.
pub(super) fn named_color<'w>(words: impl Iterator<Item = Cow<'w, str>>) -> Option<String> {
    let words: Vec<Cow<'w, str>> = words.collect();
    let apart =
        || words.windows(2).find(|pair| pair[0] == "--color").map(|pair| pair[1].to_string());
    let joined = words.iter().find_map(|word| word.strip_prefix("--color=").map(ToOwned::to_owned));
    joined.or_else(apart)
}

/// `--color` or config, then `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR=0`, then: is it a terminal?
pub(super) fn color(named: Option<&str>, terminal: bool) -> Result<bool> {
    match named.map_or(Ok(Color::Auto), color_of)? {
        Color::Always => return Ok(true),
        Color::Never => return Ok(false),
        Color::Auto => {}
    }
    let is =
        |name: &str, wanted: bool| env::get(name).is_some_and(|value| (value == "0") != wanted);
    if env::get("NO_COLOR").is_some() {
        return Ok(false);
    }
    if is("CLICOLOR_FORCE", true) {
        return Ok(true);
    }
    let dumb = env::get("TERM").is_some_and(|term| term == "dumb");
    Ok(terminal && !is("CLICOLOR", false) && !dumb)
}
