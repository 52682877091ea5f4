//! A line while it is typed.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{Edit, Pressed};

/// A line, and where its cursor stands.
#[derive(Debug, Default)]
pub(super) struct Line {
    text: String,
    at: usize,
}

/// What a key means for the line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It goes on.
    On,
    /// It is done.
    Done,
    /// Nobody wants it any more.
    Cancelled,
}

impl Line {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Takes a key.
    pub(super) fn take(&mut self, pressed: Pressed) -> Step {
        match pressed {
            Pressed::Char('\n') => return Step::Done,
            Pressed::Escape | Pressed::Interrupt => return Step::Cancelled,
            Pressed::Char(key) => self.insert(key.encode_utf8(&mut [0; 4])),
            Pressed::Text(text) => {
                // Its lines become one; a control character in it is no key and no text.
                let text = text.trim_matches(['\r', '\n']).replace("\r\n", " ");
                let text = text.replace(['\r', '\n', '\t'], " ");
                self.insert(&text.replace(char::is_control, ""));
            }
            Pressed::Edit(edit) => self.edit(edit),
            Pressed::Resized | Pressed::Other => {}
        }
        Step::On
    }

    fn insert(&mut self, text: &str) {
        self.text.insert_str(self.at, text);
        self.at += text.len();
    }

    fn edit(&mut self, edit: Edit) {
        let (before, after) = self.text.split_at(self.at);
        let back = before.graphemes(true).next_back().map_or(0, str::len);
        let on = after.graphemes(true).next().map_or(0, str::len);
        match edit {
            Edit::Back => self.cut(self.at - back),
            Edit::Delete => drop(self.text.drain(self.at..self.at + on)),
            Edit::Word => {
                let word = before.trim_end().rfind(char::is_whitespace);
                let space = |at: usize| before[at..].chars().next().map_or(0, char::len_utf8);
                self.cut(word.map_or(0, |at| at + space(at)));
            }
            Edit::Clear => self.cut(0),
            Edit::Left => self.at -= back,
            Edit::Right => self.at += on,
            Edit::Home => self.at = 0,
            Edit::End => self.at = self.text.len(),
        }
    }

    /// Takes away what stands between `from` and the cursor.
    fn cut(&mut self, from: usize) {
        self.text.drain(from..self.at);
        self.at = from;
    }

    /// What draws it over the line that the cursor is in: as much of it as fits, the cursor in sight.
    pub(super) fn shown(&self, question: &str, columns: usize) -> String {
        let columns = columns.max(10);
        // Without what it explains, or without itself, where the answer would have no room.
        let short = question.split(" (").next().unwrap_or(question);
        let heads = [question, short].into_iter().filter(|head| head.width() + 12 <= columns);
        let head = heads.map(|head| format!("{head}: ")).next().unwrap_or_else(|| "> ".to_owned());
        let room = columns - head.width() - 1;
        let (before, after) = self.text.split_at(self.at);
        let (mut start, mut used) = (self.at, 0);
        for (at, part) in before.grapheme_indices(true).rev() {
            used += part.width();
            if used > room {
                break;
            }
            start = at;
        }
        let before = &before[start..];
        let (mut end, mut used) = (0, before.width());
        let mut over = 0;
        for (at, part) in after.grapheme_indices(true) {
            used += part.width();
            if used > room {
                break;
            }
            end = at + part.len();
            over += part.width();
        }
        let after = &after[..end];
        let back = if over > 0 { format!("\x1b[{over}D") } else { String::new() };
        format!("\r\x1b[K{head}{before}{after}{back}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Line {
        let mut line = Line::default();
        for key in text.chars() {
            assert_eq!(line.take(Pressed::Char(key)), Step::On);
        }
        line
    }

    #[test]
    fn keys_edit_whole_characters_and_words() {
        let mut line = typed("ab 登录 👩\u{200d}💻");
        line.edit(Edit::Back);
        assert_eq!(line.text(), "ab 登录 ");
        line.edit(Edit::Word);
        assert_eq!(line.text(), "ab ");
        line.edit(Edit::Left);
        line.edit(Edit::Left);
        line.edit(Edit::Delete);
        line.take(Pressed::Text(" x\r\ny\x1b[31m\n".to_owned()));
        assert_eq!(line.text(), "a x y[31m ");
        line.edit(Edit::Clear);
        assert_eq!((line.text(), line.at), (" ", 0));
        line.edit(Edit::Back);
        line.edit(Edit::Left);
        line.edit(Edit::End);
        line.edit(Edit::Right);
        assert_eq!(line.text(), " ");
    }

    #[test]
    fn what_is_shown_fits_and_has_the_cursor_in_it() {
        let mut line = typed("0123456789登录0123456789");
        assert_eq!(line.shown("Title", 80), "\r\x1b[KTitle: 0123456789登录0123456789");
        assert_eq!(line.shown("Title", 20), "\r\x1b[KTitle: 录0123456789");
        assert_eq!(line.shown("Title (one line)", 20), line.shown("Title", 20));
        assert_eq!(line.shown("Title", 10), "\r\x1b[K> 3456789");
        line.edit(Edit::Home);
        line.edit(Edit::Right);
        assert_eq!(line.shown("Title", 20), "\r\x1b[KTitle: 0123456789登\x1b[11D");
    }

    #[test]
    fn enter_ends_it_and_escape_leaves_it() {
        assert_eq!(typed("a").take(Pressed::Char('\n')), Step::Done);
        assert_eq!(typed("a").take(Pressed::Escape), Step::Cancelled);
        assert_eq!(typed("a").take(Pressed::Interrupt), Step::Cancelled);
        assert_eq!(typed("a").take(Pressed::Other), Step::On);
    }
}
