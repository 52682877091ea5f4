//! `--jq`: an expression that makes something else of the JSON, line by line.

use std::io::Write;

use jaq_core::data::JustLut;
use jaq_core::load::parse::Def;
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Filter, Vars};
use jaq_json::{Num, Val};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{gate, json};
use crate::domain::ids::Timestamp;
use crate::error::{Error, Result, marked, nearest};

/// What jq has and the crates have not.
const OURS: &str = r#"
def @csv: [.[] | if isstring then "\"" + (. / "\"" | join("\"\"")) + "\""
    elif . == null then "" else tostring end] | join(",");
def @tsv: [.[] | if isstring then (. / "\\" | join("\\\\")) / "\t" | join("\\t") / "\n" | join("\\n")
    / "\r" | join("\\r") elif . == null then "" else tostring end] | join("\t");
"#;

/// What an expression has no business with: the environment, the process, the system's clock and
/// zone. Whoever asks for one of them is told that it is not there.
const BARRED: [&str; 8] =
    ["env", "halt", "halt_error", "now", "localtime", "strflocaltime", "stderr", "stderr_empty"];

/// How many words and signs an expression has at most: each may go one deeper on the stack.
const WORDS_MAX: usize = 500;

/// An expression, checked.
pub struct Jq(Filter<JustLut<Val>>);

impl std::fmt::Debug for Jq {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Jq")
    }
}

impl Jq {
    /// Reads an expression; `now` is what it calls so.
    ///
    /// # Errors
    /// Exit 4, with the place marked, when it cannot be read.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self> {
        measure(text)?;
        let own = format!("{OURS} def now: {};", now.0 / 1000);
        let own = load::parse(&own, |parser| parser.defs()).unwrap_or_default();
        let theirs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        let barred = |name: &str| BARRED.contains(&name);
        let mut defs: Vec<Def<&str>> = theirs.filter(|def| !barred(def.name)).collect();
        defs.extend(own);
        let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
        let funs: Vec<_> = funs.filter(|(name, ..)| !barred(name)).collect();
        let names: Vec<&str> =
            defs.iter().map(|def| def.name).chain(funs.iter().map(|fun| fun.0)).collect();

        let arena = Arena::default();
        let read = Loader::new(defs).load(&arena, File { code: text, path: () });
        let modules = read.map_err(|errors| unread(text, errors))?;
        load::import(&modules, |_| Err(String::new())).map_err(|errors| unread(text, errors))?;
        let compiled = Compiler::default().with_funs(funs).compile(modules);
        compiled.map(Self).map_err(|errors| {
            let mut unknowns = errors.into_iter().flat_map(|(_, errors)| errors);
            let (part, what) =
                unknowns.next().map_or((text, "filter"), |(part, what)| (part, what.as_str()));
            unknown(text, part, what, &names)
        })
    }

    /// Writes what the expression makes of a JSON text, each value on its own line: text as it is,
    /// anything else as JSON.
    fn run(&self, text: &[u8], out: &mut dyn Write) -> Result<()> {
        let value = jaq_json::read::parse_single(text)
            .map_err(|e| Error::failed("the JSON could not be read").because(e))?;
        let cx = Ctx::<JustLut<Val>>::new(&self.0.lut, Vars::new([]));
        for value in self.0.id.run((cx, value)) {
            match value.map_err(|e| failed(e.get_err().ok()))? {
                Val::TStr(text) | Val::BStr(text) => {
                    out.write_all(gate::block(&String::from_utf8_lossy(&text)).as_bytes())?;
                }
                value => json::put(out, &Plain(&value))?,
            }
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}

/// Refuses what would go too deep.
fn measure(text: &str) -> Result<()> {
    let within = |c: char| c.is_alphanumeric() || c == '_';
    let begins = |(last, c): (char, char)| !(c.is_whitespace() || within(last) && within(c));
    let words =
        std::iter::once(' ').chain(text.chars()).zip(text.chars()).filter(|pair| begins(*pair));
    if words.count() <= WORDS_MAX {
        return Ok(());
    }
    Err(Error::invalid("the --jq expression is too long")
        .because(format!("it has more than {WORDS_MAX} words and signs"))
        .hint("pipe the output of --json into jq"))
}

/// Why an expression could not be read: the first thing that is wrong with it.
fn unread(text: &str, errors: load::Errors<&str, ()>) -> Error {
    let expected = |what: &str, at: &str| {
        let found = at.split_whitespace().next().unwrap_or_default();
        let end = if found.is_empty() {
            "here it ends".to_owned()
        } else {
            format!("found `{}`", gate::fit(found, 40))
        };
        unreadable(text, at, found.len(), &format!("expected {what}, {end}"))
    };
    for (_, error) in errors {
        match error {
            load::Error::Io(parts) => {
                if let Some((part, _)) = parts.first() {
                    return unreadable(text, part, part.len(), "there are no modules to import");
                }
            }
            load::Error::Lex(errors) => {
                if let Some((what, at)) = errors.first() {
                    return expected(what.as_str(), at);
                }
            }
            load::Error::Parse(errors) => {
                if let Some((what, at)) = errors.first() {
                    return expected(what.as_str(), at);
                }
            }
        }
    }
    unreadable(text, text, text.len(), "it is no expression")
}

/// Names something that there is not; `names` are the filters that there are.
fn unknown(text: &str, part: &str, what: &str, names: &[&str]) -> Error {
    if names.contains(&part) {
        let why = format!("`{part}` takes another number of arguments");
        return unreadable(text, part, part.len(), &why);
    }
    let error = unreadable(text, part, part.len(), &format!("no {what} `{part}`"));
    if BARRED.contains(&part) || part == "$ENV" || part.starts_with("input") {
        return error.hint("an expression sees the answer and nothing else of the machine");
    }
    let alike = |name: &&str| name.starts_with('@') == part.starts_with('@');
    match nearest(part, names.iter().copied().filter(alike)) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    }
}

/// An error that shows the expression, with `length` bytes from where `part` begins marked.
fn unreadable(text: &str, part: &str, length: usize, why: &str) -> Error {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len());
    Error::invalid("the --jq expression could not be read")
        .because(format!("{why}{}", marked(text, start, length)))
        .hint("`tix help json` has examples")
}

/// How much of a message is shown from its beginning and its end: it may hold the whole answer.
const SHOWN: (usize, usize) = (80, 60);

/// What an expression stumbled over.
fn failed(error: Option<jaq_json::Error>) -> Error {
    let why = error.map_or_else(|| "it stopped".to_owned(), |error| error.to_string());
    let why: Vec<char> = why.chars().collect();
    let part = |chars: &[char]| chars.iter().collect::<String>();
    let why = match why.len().checked_sub(SHOWN.1) {
        Some(rest) if rest > SHOWN.0 => {
            format!("{} … {}", part(&why[..SHOWN.0]), part(&why[rest..]))
        }
        _ => part(&why),
    };
    Error::invalid("the --jq expression failed")
        .because(why)
        .hint("`--jq .` shows what it is applied to")
}

/// A value as JSON that others can read: what is no JSON becomes the nearest that is.
struct Plain<'a>(&'a Val);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        match self.0 {
            Val::Null => to.serialize_unit(),
            Val::Bool(is) => to.serialize_bool(*is),
            Val::Num(number) => number_to(number, to),
            Val::TStr(text) | Val::BStr(text) => to.serialize_str(&String::from_utf8_lossy(text)),
            Val::Arr(values) => to.collect_seq(values.iter().map(Plain)),
            Val::Obj(fields) => {
                let mut map = to.serialize_map(Some(fields.len()))?;
                for (name, value) in fields.iter() {
                    match name {
                        Val::TStr(name) => map.serialize_key(&String::from_utf8_lossy(name))?,
                        other => map.serialize_key(&other.to_string())?,
                    }
                    map.serialize_value(&Plain(value))?;
                }
                map.end()
            }
        }
    }
}

/// Whole numbers without a fraction, as jq has them.
fn number_to<S: Serializer>(number: &Num, to: S) -> std::result::Result<S::Ok, S::Error> {
    if let Some(whole) = number.as_isize() {
        return whole.serialize(to);
    }
    match number.to_string().parse::<f64>() {
        Ok(float) => match format!("{float}").parse::<i64>() {
            Ok(whole) => to.serialize_i64(whole),
            Err(_) => to.serialize_f64(float),
        },
        Err(_) => to.serialize_unit(),
    }
}

/// Takes JSON in, one text a line, and lets out what an expression makes of each.
pub(super) struct Filtered<'a> {
    jq: &'a Jq,
    line: Vec<u8>,
    to: &'a mut dyn Write,
    /// What went wrong, which is more than a writer can say.
    error: Option<Error>,
}

impl<'a> Filtered<'a> {
    pub(super) fn new(jq: &'a Jq, to: &'a mut dyn Write) -> Self {
        Self { jq, line: Vec::new(), to, error: None }
    }

    /// What went wrong with the expression goes before what the writing of it led to.
    pub(super) fn done(self, written: Result<()>) -> Result<()> {
        self.error.map_or(written, Err)
    }
}

impl Write for Filtered<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.line.extend_from_slice(bytes);
            return Ok(bytes.len());
        };
        self.line.extend_from_slice(&bytes[..end]);
        let line = std::mem::take(&mut self.line);
        if let Err(error) = self.jq.run(&line, self.to) {
            self.error = Some(error);
            return Err(std::io::Error::other("the --jq expression failed"));
        }
        Ok(end + 1)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}
