//! What a character may do to a terminal. The classes follow Unicode's general categories `Cc`, `Cf`, `Co` and the
//! property `Default_Ignorable_Code_Point`; anything that this file does not know is unassigned and is not shown.

use unicode_normalization::char::{is_combining_mark, is_public_assigned};

/// How a character is treated on its way to a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Drawn as it is, one grapheme by itself.
    Plain,
    /// White space of some width: becomes a space.
    Space,
    Tab,
    /// `\n`, NEL, line and paragraph separators.
    Newline,
    CarriageReturn,
    Escape,
    /// C0, DEL, C1.
    Control,
    /// Reorders the text around it: embeddings, overrides, isolates, marks.
    Bidi,
    /// Takes no room and is used to hide or to split words: ZWSP, ZWNJ, word joiner, BOM, soft hyphen, variation
    /// selectors. Dropped, because ordinary newsletters are full of them.
    Invisible,
    /// Zero-width joiner: kept inside emoji only.
    Joiner,
    /// Tag characters: ASCII that cannot be seen.
    Tag,
    /// Private use, surrogate-like, non-character, unassigned, fillers and other format characters.
    Opaque,
    /// A combining mark.
    Mark,
    /// A vowel or a final consonant of Hangul, which takes no room after its initial.
    Jamo,
}

impl Class {
    /// Whether the character belongs in no JSON and no file name as it is.
    pub(super) fn is_dangerous(self) -> bool {
        use Class::*;
        matches!(self, Escape | Control | Bidi | Invisible | Joiner | Tag | Opaque)
    }
}

pub(super) fn class(c: char) -> Class {
    match c {
        ' '..='~' | 'А'..='я' | 'ё' | 'Ё' => Class::Plain,
        '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => Class::Newline,
        '\r' => Class::CarriageReturn,
        '\t' => Class::Tab,
        '\u{1b}' => Class::Escape,
        _ if c.is_control() => Class::Control,
        _ => beyond_controls(c),
    }
}

fn beyond_controls(c: char) -> Class {
    match c {
        '\u{200d}' => Class::Joiner,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' => {
            Class::Bidi
        }
        '\u{ad}'
        | '\u{34f}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'
        | '\u{200c}'
        | '\u{2060}'..='\u{2065}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{e0100}'..='\u{e01ef}' => Class::Invisible,
        '\u{e0000}'..='\u{e00ff}' => Class::Tag,
        // Fillers and invisible vowels look like spaces but are letters.
        '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}' => Class::Opaque,
        // Format characters of single scripts, of music and of hieroglyphs.
        '\u{600}'..='\u{605}'
        | '\u{6dd}'
        | '\u{70f}'
        | '\u{890}'
        | '\u{891}'
        | '\u{8e2}'
        | '\u{fff0}'..='\u{fffc}'
        | '\u{110bd}'
        | '\u{110cd}'
        | '\u{13430}'..='\u{1345f}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e01f0}'..='\u{e0fff}' => Class::Opaque,
        '\u{1161}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}' => Class::Jamo,
        '\u{2800}' => Class::Space,
        _ if c.is_whitespace() => Class::Space,
        _ if is_combining_mark(c) => Class::Mark,
        // Private use is "assigned" to nobody: is_public_assigned refuses it together with what has no meaning yet.
        _ if is_public_assigned(c) => Class::Plain,
        _ => Class::Opaque,
    }
}

/// Whether the character may stand beside a zero-width joiner: pictographs, their skin tones, arrows and signs that emoji
/// sequences use (Unicode TS #51, `emoji-zwj-sequences`). Wider than the standard's list, which is safe: a joiner between
/// two pictographs hides nothing.
pub(super) fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2190}'..='\u{21ff}' | '\u{2b00}'..='\u{2bff}')
}
