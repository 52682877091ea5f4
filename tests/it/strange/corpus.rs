//! What strangers write who mean no good.

/// An attack each. The parameters of control sequences here are none that tix itself uses.
pub(crate) const CORPUS: &[&str] = &[
    "\x1b[97;41mred",
    "\x1b[3J\x1b[9;9Hgone",
    "\x1b[6n\x1b[>c\x1b[18t",
    "\x1b[1337;7A\x1b[99P",
    "\x1b]0;owned title\x07",
    "\x1b]2;owned\x1b\\",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;b3duZWQ=\x07",
    "\x1b]1337;File=inline=1:AAAA\x07",
    "\x1bP$qm\x1b\\",
    "\x1bP+q544e\x1b\\",
    "\x1b_Gf=100,a=T;AAAA\x1b\\",
    "\x1b^private\x1b\\",
    "\x1bXstart\x1b\\",
    "\x1bc\x1b=\x1b#8\x1b(0lqk",
    "\u{9b}31mC1\u{9d}0;owned\u{9c}",
    "\u{90}q\u{9c}\u{9f}x\u{9c}\u{85}",
    "done\rerror: owned",
    "safe\x08\x08\x08\x08evil",
    "bell\x07\x05\x0e\x0f\x7f",
    "one\ntwo\r\n✓ #1 closed (solved)",
    "tab\tvertical\x0bform\x0cfile\x1cend",
    "abc\u{202e}txt.exe",
    "\u{202a}\u{202b}\u{202d}pdf\u{202c}",
    "\u{2066}isolate\u{2067}x\u{2068}y\u{2069}",
    "\u{200e}marks\u{200f}\u{61c}",
    "pay\u{200b}pal\u{2060}\u{feff}",
    "soft\u{ad}hyphen\u{34f}\u{180e}",
    "tags\u{e0041}\u{e0042}\u{e007f}",
    "vs\u{fe01}\u{fe0f}\u{e0100}",
    "z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}\u{30a}\u{30b}\u{30c}algo",
    "nel\u{85}ls\u{2028}ps\u{2029}end",
    "ends in \x1b",
    "[2J begins after one",
    "\u{fffd}\u{fffe}\u{ffff}\u{10ffff}",
    "\u{fff9}ruby\u{fffa}text\u{fffb}",
    "\u{206a}\u{206f}old\u{1d173}\u{1bca0}",
    "\u{115f}\u{1160}\u{3164}\u{ffa0}filler",
    "👩\u{200d}👩\u{200d}👧 漢字 עברית 🏳\u{fe0f}\u{200d}🌈",
    "ｗｉｄｅ １２３ ﷽ ꧅",
    "%s%n%x{}{0}$HOME$(touch owned)`touch owned`",
    "; touch owned | sh && touch owned #",
    "'\"\\'\\\"$IFS",
    "--help",
    "../../../../etc/owned",
    "[click](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</title></style></textarea>--><svg onload=alert(1)>",
    "[a]: http://evil.example \"owned\"",
    "<http://evil.example> http://evil.example mailto:x@evil.example",
    "# heading\n\n| a | b |\n|---|---|\n~~~\n```\n> quote",
    "=cmd|' /C calc'!A0",
    "  =HYPERLINK(\"http://evil.example\")",
    "＝1+1",
    "+1-1@SUM(1)",
    "\t=1+1",
    "Bcc: owned@evil.example",
    "x\r\nBcc: owned@evil.example\r\n\r\nowned",
    "=?utf-8?q?owned=0d=0aBcc:_x@evil.example?=",
    "From owned@evil.example Thu Jan  1 00:00:00 1970",
    "{{title}}{{requester.first|x}}",
    "\\u001b[2J\\x1b]0;x\\a",
    "CON.txt:stream",
    "&lt;b&gt;&amp;&#27;[2J",
];

/// What acts on a terminal, or cannot be seen: the first such character of `text`, in which `plain`
/// are those that may be there.
pub(crate) fn acts(text: &str, plain: &[char]) -> Option<(usize, char)> {
    let mut last = '\0';
    for (at, c) in text.char_indices() {
        let joins = matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0f}') && u32::from(last) >= 0x600;
        // What a sign or a digit needs to be an emoji.
        let joins = joins || c == '\u{fe0f}' && matches!(last, '#' | '*' | '0'..='9' | '©' | '®');
        let hidden = matches!(u32::from(c), 0x80..=0x9f | 0xad | 0x34f | 0x61c | 0x115f..=0x1160
            | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f | 0x2028..=0x202e
            | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb
            | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff);
        if (c.is_control() || hidden) && !joins && c != '\n' && !plain.contains(&c) {
            return Some((at, c));
        }
        last = c;
    }
    None
}

/// `text` without the colours that tix gives it.
pub(crate) fn unpainted(text: &str) -> String {
    let mut out = text.to_owned();
    for code in ["0", "1", "2", "4", "1;4", "1;31", "31", "32", "33", "36"] {
        out = out.replace(&format!("\x1b[{code}m"), "");
    }
    out
}

#[test]
fn the_check_finds_what_it_is_for() {
    let dangerous = CORPUS.iter().filter(|text| acts(text, &[]).is_some()).count();
    assert!(CORPUS.len() > 40 && dangerous > 30, "{dangerous} of {}", CORPUS.len());
    assert_eq!(acts("plain 漢字 👩\u{200d}💻\n", &[]), None);
    assert_eq!(acts("a\x1b[0m", &[]), Some((1, '\x1b')));
    assert_eq!(acts(&unpainted("\x1b[1;31ma\x1b[0m"), &[]), None);
    assert_eq!(acts(&unpainted("\x1b[97;41ma"), &[]), Some((0, '\x1b')));
}
