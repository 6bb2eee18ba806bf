//! Text that is safe to draw. Widgets take nothing else, so what is made here is the whole defence of the screen; the
//! backend's refusal of controls stands behind it.

use super::chars::{Class, class, is_pictograph};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation;

/// Combining marks that one base may carry; more of them climb over neighbouring rows.
const MARKS_PER_CLUSTER: usize = 8;
/// Bytes of one grapheme cluster: a family emoji has 25; the rest of a longer one is cut, since it would fill one cell.
const CLUSTER_BYTES: usize = 64;
const TAB_STOP: usize = 4;
const REPLACEMENT: char = '·';
/// Zero-width joiner.
const JOINER: char = '\u{200d}';

/// Text that is safe to draw: NFC; no control, bidi, zero-width, tag or private-use character; bounded clusters; no tabs.
/// May hold newlines (`\n`), which the caller splits. Made when a model is built, and again on a paste.
#[derive(Clone, Debug, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct DisplayText(String);

impl DisplayText {
    /// Escape becomes `␛`, other controls and what reorders or hides text `·`, a tab spaces up to the next fourth
    /// column, CR LF a newline. Applying it twice changes nothing.
    pub fn sanitise(raw: &str) -> Self {
        let mut cleaner = Cleaner::with_capacity(raw.len());
        let mut chars = raw.chars().peekable();
        while let Some(c) = chars.next() {
            cleaner.take(c, &mut chars);
        }
        Self(cleaner.finish())
    }

    /// The same text as one line: every run of white space is one space, none at the ends.
    pub fn into_line(self) -> Self {
        let mut line = String::with_capacity(self.0.len());
        for word in self.0.split([' ', '\n']).filter(|word| !word.is_empty()) {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        Self(line)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The lines, without their newlines.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.split('\n')
    }
}

impl AsRef<str> for DisplayText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for DisplayText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

struct Cleaner {
    text: String,
    column: usize,
    marks: usize,
    last: Option<char>,
    /// Whether anything was kept that can join with its neighbour; plain Russian and English never does.
    joins: bool,
    tags: bool,
}

impl Cleaner {
    fn with_capacity(bytes: usize) -> Self {
        let text = String::with_capacity(bytes);
        Self { text, column: 0, marks: 0, last: None, joins: false, tags: false }
    }

    fn take(&mut self, c: char, rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
        let class = class(c);
        let after_tag = std::mem::replace(&mut self.tags, class == Class::Tag);
        match class {
            Class::Plain => {
                self.joins |= c > '\u{52f}';
                self.push(c);
            }
            Class::Space => self.push(' '),
            Class::Tab => (0..TAB_STOP - self.column % TAB_STOP).for_each(|_| self.push(' ')),
            Class::Newline => self.newline(),
            Class::CarriageReturn => {
                rest.next_if_eq(&'\n');
                self.newline();
            }
            Class::Escape => self.push('␛'),
            Class::Tag if after_tag => {}
            Class::Control | Class::Bidi | Class::Opaque | Class::Tag => self.push(REPLACEMENT),
            Class::Invisible => {}
            Class::Joiner => self.join(rest),
            Class::Mark | Class::Jamo => self.mark(c),
        }
    }

    fn push(&mut self, c: char) {
        self.text.push(c);
        self.column += 1;
        self.marks = 0;
        self.last = Some(c);
    }

    fn newline(&mut self) {
        self.text.push('\n');
        self.column = 0;
        self.last = None;
    }

    /// A mark without a base would fall on whatever is drawn to the left of the text: it is dropped.
    fn mark(&mut self, c: char) {
        if self.last.is_some() && self.marks < MARKS_PER_CLUSTER {
            self.text.push(c);
            self.marks += 1;
            self.joins = true;
        }
    }

    fn join(&mut self, rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
        let before = self.last.is_some_and(is_pictograph);
        if before && rest.peek().copied().is_some_and(is_pictograph) {
            self.text.push(JOINER);
            self.joins = true;
        }
    }

    fn finish(self) -> String {
        if !self.joins {
            return self.text;
        }
        let text = match is_nfc_quick(self.text.chars()) {
            IsNormalized::Yes => self.text,
            _ => self.text.nfc().collect(),
        };
        bound_clusters(&text)
    }
}

/// Cuts clusters that are still too long: conjoining scripts build them without combining marks, and NFC may take a
/// letter apart into a base and more marks than it had.
fn bound_clusters(text: &str) -> String {
    let mut bounded = String::with_capacity(text.len());
    let mut marks = 0;
    for cluster in text.graphemes(true) {
        let from = bounded.len();
        for c in cluster.chars() {
            match is_mark(c) {
                true => marks += 1,
                false if c != JOINER => marks = 0,
                false => {}
            }
            if bounded.len() - from + c.len_utf8() > CLUSTER_BYTES {
                break;
            }
            if marks <= MARKS_PER_CLUSTER {
                bounded.push(c);
            }
        }
        while bounded.ends_with(JOINER) {
            bounded.pop();
        }
    }
    bounded
}

fn is_mark(c: char) -> bool {
    matches!(class(c), Class::Mark | Class::Jamo)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(raw: &str) -> String {
        DisplayText::sanitise(raw).into_string()
    }

    /// What a letter may carry to lie to a reader or to drive a terminal, beside what is shown of it.
    const HOSTILE: &[(&str, &str)] = &[
        ("\u{1b}[31mred\u{1b}[0m", "␛[31mred␛[0m"),
        ("\u{1b}]0;pwn\u{7}", "␛]0;pwn·"),
        ("\u{1b}]8;;http://x\u{1b}\\y", "␛]8;;http://x␛\\y"),
        ("\u{1b}]52;c;aGk=\u{7}", "␛]52;c;aGk=·"),
        ("\u{1b}Pq#0\u{1b}\\", "␛Pq#0␛\\"),
        ("\u{1b}c\u{1b}[2J", "␛c␛[2J"),
        ("\u{9b}31m", "·31m"),
        ("\u{9d}0;t\u{9c}", "·0;t·"),
        ("a\u{0}b", "a·b"),
        ("a\u{8}\u{8}b", "a··b"),
        ("a\u{7f}b", "a·b"),
        ("a\u{b}b\u{c}c", "a·b·c"),
        ("one\rtwo", "one\ntwo"),
        ("one\r\ntwo\n", "one\ntwo\n"),
        ("one\u{85}two\u{2028}three\u{2029}", "one\ntwo\nthree\n"),
        ("a\tb", "a   b"),
        ("\tb", "    b"),
        ("exe\u{202e}gpj.tab", "exe·gpj.tab"),
        ("\u{2066}a\u{2069}", "·a·"),
        ("a\u{61c}b\u{200e}c\u{200f}", "a·b·c·"),
        ("у\u{200b}во\u{200c}лен", "уволен"),
        ("уво\u{ad}лен", "уволен"),
        ("\u{feff}письмо\u{2060}", "письмо"),
        ("дог\u{200d}овор", "договор"),
        ("👨\u{200d}👩\u{200d}👧", "👨\u{200d}👩\u{200d}👧"),
        ("❤\u{fe0f}\u{200d}🔥", "❤\u{200d}🔥"),
        ("👨\u{200d}", "👨"),
        ("a\u{e0001}\u{e0041}\u{e0042}b", "a·b"),
        ("\u{e000}\u{f8ff}\u{100000}", "···"),
        ("a\u{3164}b\u{115f}", "a·b·"),
        ("a\u{2800}b\u{a0}c\u{3000}d", "a b c d"),
        ("\u{301}\u{302}a", "a"),
        ("a\u{fe0e}b\u{e0100}", "ab"),
        ("\u{fff9}a\u{fffa}b\u{fffb}", "·a·b·"),
        ("\u{fdd0}\u{ffff}", "··"),
    ];

    #[test]
    fn hostile_text_is_shown_and_does_nothing() {
        for (raw, safe) in HOSTILE {
            assert_eq!(&shown(raw), safe, "{}", raw.escape_unicode());
        }
    }

    #[test]
    fn letters_of_the_world_are_kept() {
        for text in [
            "Семёнова Алёна",
            "№ 2 «Ёлка» — 15 °C",
            "שלום",
            "الاسم",
            "Nguyễn",
            "한국어",
            "हिन्दी",
            "日本語",
            "👍🏽 🇷🇺",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn composed_letters_come_out_composed() {
        assert_eq!(shown("и\u{306}е\u{308}"), "йё");
    }

    #[test]
    fn a_base_carries_at_most_eight_marks() {
        let stack = format!("я{}ю", "\u{336}".repeat(30));
        assert_eq!(shown(&stack), format!("я{}ю", "\u{336}".repeat(8)));
        assert_eq!(
            shown(&format!("к{}", "\u{1160}".repeat(40))).chars().count(),
            41,
            "fillers are shown one by one"
        );
        assert_eq!(shown(&format!("\u{1100}{}", "\u{11a8}".repeat(40))).chars().count(), 9);
    }

    #[test]
    fn no_cluster_is_longer_than_a_cell_can_bear() {
        let family = "👨\u{200d}".repeat(500);
        let hangul = "\u{1100}".repeat(500);
        for raw in [family, hangul, "क\u{94d}".repeat(500)] {
            let text = shown(&raw);
            assert!(text.graphemes(true).all(|cluster| cluster.len() <= CLUSTER_BYTES));
        }
    }

    #[test]
    fn a_line_has_single_spaces_and_no_breaks() {
        let line = DisplayText::sanitise("  Re:\r\n  отпуск\t\tи\n\nпремия ").into_line();
        assert_eq!(line.as_str(), "Re: отпуск и премия");
    }

    #[test]
    fn a_hundred_kilobytes_take_milliseconds() {
        // Generous, since the test runs unoptimised beside others; the figure in a release build is about a millisecond.
        let raw = "Меня уволили за прогул\u{200b}, é ё\u{301} 👨\u{200d}👩\n".repeat(1500);
        let start = std::time::Instant::now();
        assert!(!DisplayText::sanitise(&raw).is_empty());
        assert!(start.elapsed() < std::time::Duration::from_millis(500), "{:?}", start.elapsed());
    }

    fn hostile_text() -> impl Strategy<Value = String> {
        let odd = prop::sample::select(HOSTILE).prop_map(|(raw, _)| raw.to_owned());
        let mark = prop::char::range('\u{300}', '\u{36f}').prop_map(String::from);
        let any = any::<char>().prop_map(String::from);
        let composing = prop::sample::select(
            &["\u{958}", "\u{fb2c}", "\u{1100}", "\u{1161}", "\u{11a8}", "и", "\u{200d}", "👨"][..],
        );
        prop::collection::vec(prop_oneof![odd, mark, any, composing.prop_map(str::to_owned)], 0..40)
            .prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn whatever_comes_nothing_dangerous_is_left(raw in hostile_text()) {
            let text = shown(&raw);
            let harmless = |c| c == '\n' || c == JOINER || !class(c).is_dangerous();
            prop_assert!(text.chars().all(harmless));
            prop_assert!(!text.contains(['\t', '\r']));
            prop_assert!(unicode_normalization::is_nfc(&text));
            prop_assert!(text.lines().all(|line| !line.ends_with(JOINER)));
            for cluster in text.graphemes(true) {
                prop_assert!(cluster.len() <= CLUSTER_BYTES && cluster.chars().filter(|&c| is_mark(c)).count() <= MARKS_PER_CLUSTER);
            }
        }

        #[test]
        fn making_it_safe_twice_changes_nothing(raw in hostile_text()) {
            let once = shown(&raw);
            prop_assert_eq!(shown(&once), once);
        }
    }
}
