//! The storage format of Confluence, XHTML with macros, as Markdown.

use std::collections::{BTreeMap, BTreeSet};

use super::inline;
use super::macros;
use super::table;
use crate::error::Result;
use crate::import::markup;
use crate::import::xml::{self, Element, Node};

/// Lists and quotations in each other are indented so often at most.
const DEPTH_MAX: usize = 12;

/// What lies deeper in elements than this is only text.
pub(super) const NEST_MAX: usize = 80;

/// The longest text that is taken apart as XML, in bytes.
const LENGTH_MAX: usize = 32 << 20;

/// What pages of one source have in common.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// The names of people, by the keys that pages name them by.
    pub(super) users: BTreeMap<String, String>,
    /// Macros that say something and have no place in Markdown.
    pub(super) dropped: BTreeSet<String>,
}

/// A part of a page that stands by itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) text: String,
    /// It follows the block before it without an empty line.
    pub(super) tight: bool,
}

/// A page under way.
pub(super) struct Converter<'p> {
    pub(super) pages: &'p mut Pages,
    /// How deep it is in lists and quotations.
    deep: usize,
    /// How deep it is in elements.
    pub(super) nest: usize,
    /// It is in a table's cell, where everything is one line.
    pub(super) in_cell: bool,
}

/// The Markdown of a page; of one that is no XML, of the HTML that it may be.
pub(super) fn markdown(text: &str, pages: &mut Pages) -> String {
    match tree(text) {
        Ok(tree) => {
            let mut converter = Converter { pages, deep: 0, nest: 0, in_cell: false };
            let blocks = converter.blocks(&tree.nodes);
            joined(&blocks)
        }
        Err(_) => markup::markdown(text),
    }
}

/// A fragment or a whole document as one element.
pub(super) fn tree(text: &str) -> Result<Element> {
    if text.len() > LENGTH_MAX {
        return Err(crate::error::Error::invalid("it is too long"));
    }
    let mut begins = text.trim_start();
    if begins.starts_with("<?xml") {
        begins = begins.split_once("?>").map_or(begins, |(_, rest)| rest.trim_start());
    }
    let mut all = Element::default();
    let mut keep = |element: Element| {
        all.nodes.push(Node::Element(element));
        Ok(())
    };
    if begins.starts_with("<!DOCTYPE") {
        let root = xml::root(begins)?.name;
        xml::each(begins, &[&root], &mut keep)?;
    } else {
        // Without a root of its own, and with prefixes that nothing declares.
        xml::each(&format!("<tix>{begins}</tix>"), &["tix"], &mut keep)?;
    }
    Ok(all)
}

/// The title that a page gives itself: its first heading.
pub(super) fn heading(element: &Element) -> Option<String> {
    for inner in element.elements() {
        if heading_level(&inner.name).is_some() {
            let text = inner.text().split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() {
                return Some(text);
            }
        } else if let Some(text) = heading(inner) {
            return Some(text);
        }
    }
    None
}

fn heading_level(name: &str) -> Option<usize> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(usize::from(level - b'0')),
        _ => None,
    }
}

/// Blocks as one text.
pub(super) fn joined(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        if !text.is_empty() {
            text.push_str(if block.tight { "\n" } else { "\n\n" });
        }
        text.push_str(&block.text);
    }
    text
}

impl Converter<'_> {
    /// What these nodes hold, block by block; text between blocks is a paragraph.
    pub(super) fn blocks(&mut self, nodes: &[Node]) -> Vec<Block> {
        let (mut blocks, mut line) = (Vec::new(), String::new());
        self.nest += 1;
        for node in nodes {
            match node {
                Node::Element(element) if self.nest > NEST_MAX => {
                    inline::add_text(&element.text(), &mut line);
                }
                Node::Element(element) if Self::is_block(element) => {
                    paragraph(&mut line, &mut blocks);
                    self.block(element, &mut blocks);
                }
                node => self.inline(node, &mut line),
            }
        }
        paragraph(&mut line, &mut blocks);
        self.nest -= 1;
        blocks
    }

    fn is_block(element: &Element) -> bool {
        match element.name.as_str() {
            "ac:structured-macro" | "ac:macro" => !macros::is_inline(element),
            "ac:task-list" | "ac:layout" | "ac:layout-section" | "ac:layout-cell"
            | "ac:confluence" | "ac:adf-extension" | "ac:rich-text-body" | "tix" => true,
            name => {
                heading_level(name).is_some()
                    || [
                        "address",
                        "article",
                        "blockquote",
                        "body",
                        "center",
                        "dd",
                        "details",
                        "div",
                        "dl",
                        "dt",
                        "fieldset",
                        "figure",
                        "footer",
                        "header",
                        "hr",
                        "html",
                        "li",
                        "main",
                        "nav",
                        "ol",
                        "p",
                        "pre",
                        "section",
                        "summary",
                        "table",
                        "ul",
                    ]
                    .contains(&name)
            }
        }
    }

    fn block(&mut self, element: &Element, blocks: &mut Vec<Block>) {
        if let Some(level) = heading_level(&element.name) {
            let text = self.line(&element.nodes).replace("  \n", " ");
            if !text.is_empty() {
                push(blocks, format!("{} {text}", "#".repeat(level)));
            }
            return;
        }
        match element.name.as_str() {
            "ac:structured-macro" | "ac:macro" => macros::block(self, element, blocks),
            "ac:adf-extension" => self.extension(element, blocks),
            "ac:task-list" => self.tasks(element, blocks),
            "ul" | "ol" => {
                let text = self.list(element);
                if !text.is_empty() {
                    push(blocks, text);
                }
            }
            "blockquote" => {
                let inner = self.deeper(|it| it.blocks(&element.nodes));
                self.quote(&inner, blocks);
            }
            "pre" => self.code(&element.text(), "", blocks),
            "hr" => push(blocks, "---".to_owned()),
            "table" => table::block(self, element, blocks),
            "dt" => {
                let text = self.line(&element.nodes);
                push(blocks, format!("**{text}**"));
            }
            _ => blocks.extend(self.blocks(&element.nodes)),
        }
    }

    /// What is done one level deeper.
    pub(super) fn deeper<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        self.deep += 1;
        let done = act(self);
        self.deep -= 1;
        done
    }

    /// These blocks behind `>`.
    pub(super) fn quote(&self, inner: &[Block], blocks: &mut Vec<Block>) {
        let text = joined(inner);
        if text.is_empty() {
            return;
        }
        if self.deep >= DEPTH_MAX || self.in_cell {
            return push(blocks, text);
        }
        let line = |line: &str| if line.is_empty() { ">".to_owned() } else { format!("> {line}") };
        push(blocks, text.lines().map(line).collect::<Vec<_>>().join("\n"));
    }

    /// Code between fences that are in none of its lines.
    pub(super) fn code(&self, code: &str, language: &str, blocks: &mut Vec<Block>) {
        let code = code.trim_matches(['\n', '\r']).replace("\r\n", "\n");
        let code = code.trim_end();
        if code.is_empty() {
            return;
        }
        if self.in_cell {
            let lines = code.lines().map(inline::code);
            return push(blocks, lines.collect::<Vec<_>>().join("\n"));
        }
        let mut fence = "```".to_owned();
        while code.lines().any(|line| line.trim_start().starts_with(&fence)) {
            fence.push('`');
        }
        push(blocks, format!("{fence}{language}\n{code}\n{fence}"));
    }

    fn list(&mut self, element: &Element) -> String {
        let ordered = element.name == "ol";
        let start =
            element.attribute("start").and_then(|it| it.trim().parse().ok()).unwrap_or(1u32);
        let (mut number, mut items) = (start, Vec::new());
        for inner in element.elements() {
            let blocks = self.deeper(|it| match inner.name.as_str() {
                "li" => it.blocks(&inner.nodes),
                _ => it.blocks(std::slice::from_ref(&Node::Element(inner.clone()))),
            });
            // A list that stands beside the items belongs to the one before it.
            let stray = matches!(inner.name.as_str(), "ul" | "ol") && !items.is_empty();
            let marker = if ordered { format!("{number}. ") } else { "- ".to_owned() };
            let item = self.item(blocks, &marker, stray);
            if !item.is_empty() {
                number = number.saturating_add(u32::from(!stray));
                items.push(item);
            }
        }
        items.join("\n")
    }

    /// Blocks behind a marker, the other lines below the first.
    fn item(&self, mut blocks: Vec<Block>, marker: &str, stray: bool) -> String {
        for block in blocks.iter_mut().skip(1) {
            let begins = block.text.trim_start();
            block.tight |= begins.starts_with("- ") || is_numbered(begins);
        }
        let text = joined(&blocks);
        if text.is_empty() {
            return text;
        }
        let margin = if self.deep >= DEPTH_MAX { 0 } else { marker.len() };
        let margin = " ".repeat(margin);
        let mut item = String::new();
        for (i, line) in text.lines().enumerate() {
            item.push_str(if i > 0 { "\n" } else { "" });
            match line {
                line if i == 0 && !stray => item.extend([marker, line]),
                "" => {}
                line => item.extend([margin.as_str(), line]),
            }
        }
        item
    }

    fn tasks(&mut self, element: &Element, blocks: &mut Vec<Block>) {
        let mut items = Vec::new();
        for task in element.all("ac:task") {
            let done = task.text_of("ac:task-status").as_deref() == Some("complete");
            let body = task.first("ac:task-body").map(|body| body.nodes.as_slice());
            let inner = self.deeper(|it| it.blocks(body.unwrap_or_default()));
            let item = self.item(inner, if done { "- [x] " } else { "- [ ] " }, false);
            items.extend((!item.is_empty()).then_some(item));
        }
        if !items.is_empty() {
            push(blocks, items.join("\n"));
        }
    }

    /// What a newer editor adds, as the older ones show it.
    fn extension(&mut self, element: &Element, blocks: &mut Vec<Block>) {
        if let Some(fallback) = element.first("ac:adf-fallback") {
            return blocks.extend(self.blocks(&fallback.nodes));
        }
        for node in element.all("ac:adf-node") {
            let content = node.first("ac:adf-content").unwrap_or(node);
            let inner = self.deeper(|it| it.blocks(&content.nodes));
            self.quote(&inner, blocks);
        }
    }

    /// These nodes as one line of text.
    pub(super) fn line(&mut self, nodes: &[Node]) -> String {
        let mut line = String::new();
        for node in nodes {
            self.inline(node, &mut line);
        }
        line.trim().to_owned()
    }
}

fn is_numbered(text: &str) -> bool {
    text.split_once(". ").is_some_and(|(number, _)| {
        !number.is_empty() && number.len() < 6 && number.bytes().all(|c| c.is_ascii_digit())
    })
}

/// Adds a block.
pub(super) fn push(blocks: &mut Vec<Block>, text: String) {
    blocks.push(Block { text, tight: false });
}

/// Ends a paragraph.
fn paragraph(line: &mut String, blocks: &mut Vec<Block>) {
    let text = std::mem::take(line);
    let text = text.trim_matches([' ', '\n']);
    if !text.is_empty() {
        push(blocks, inline::begun(text));
    }
}
