//! Which parts of a letter are its text and which are its files (RFC 2046 section 5.1, RFC 2183).

use super::charset;
use super::html;
use super::transfer::Transfer;
use super::tree::{MAX_DEPTH, Node, Tree};
use std::ops::ControlFlow;

/// How much text one letter may have; the rest stays in the raw bytes and is noted.
pub(crate) const MAX_TEXT: usize = 1 << 20;

/// The text of a letter and the leaves that are files.
#[derive(Default)]
pub(crate) struct Body {
    pub text: String,
    pub html_was_source: bool,
    pub truncated: bool,
    /// Nodes that are files, in the order of the letter.
    pub files: Vec<usize>,
}

/// One branch's yield, before the letter's text is put together.
#[derive(Default)]
struct Yield {
    texts: Vec<Text>,
    files: Vec<usize>,
}

struct Text {
    text: String,
    from_html: bool,
}

/// Reads the bodies of the text parts and sorts the others.
pub(crate) fn read(raw: &[u8], tree: &Tree<'_>) -> Body {
    let mut reader = Reader { raw, tree, budget: MAX_TEXT, truncated: false };
    let found = reader.node(0, Place::Root);
    let mut body = Body { files: found.files, truncated: reader.truncated, ..Body::default() };
    let kept: Vec<&Text> = found.texts.iter().filter(|t| !t.text.trim().is_empty()).collect();
    body.html_was_source = !kept.is_empty() && kept.iter().all(|t| t.from_html);
    body.text = kept.iter().map(|t| t.text.trim_end()).collect::<Vec<_>>().join("\n\n");
    if body.text.len() > MAX_TEXT {
        let cut = (0..=MAX_TEXT).rev().find(|at| body.text.is_char_boundary(*at)).unwrap_or(0);
        body.text.truncate(cut);
        body.truncated = true;
    }
    body
}

/// Where a leaf stands, which decides what it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    /// The first part of what contains it.
    First,
    Later,
    Alternative,
}

struct Reader<'a> {
    raw: &'a [u8],
    tree: &'a Tree<'a>,
    budget: usize,
    truncated: bool,
}

impl Reader<'_> {
    fn node(&mut self, index: usize, place: Place) -> Yield {
        let node = &self.tree.nodes[index];
        if !node.multipart {
            return self.leaf(index, place);
        }
        debug_assert!(node.path.split('.').count() <= MAX_DEPTH + 1);
        if node.kind.main == "multipart/alternative" {
            return self.alternative(node);
        }
        let mut sum = Yield::default();
        for (at, child) in node.children.iter().enumerate() {
            let found = self.node(*child, if at == 0 { Place::First } else { Place::Later });
            sum.texts.extend(found.texts);
            sum.files.extend(found.files);
        }
        sum
    }

    /// The plain text, unless it is empty; then the best of the others. Files of every branch are kept.
    fn alternative(&mut self, node: &Node<'_>) -> Yield {
        let mut order: Vec<usize> = node.children.clone();
        order.sort_by_key(|child| match self.tree.nodes[*child].media() {
            "text/plain" => 0,
            "text/html" => 1,
            media if media.starts_with("multipart/") => 1,
            _ => 2,
        });
        let mut sum = Yield::default();
        for child in order {
            let has_text = sum.texts.iter().any(|t| !t.text.trim().is_empty());
            if has_text && self.is_spare_text(child) {
                continue;
            }
            let found = self.node(child, Place::Alternative);
            if !has_text {
                sum.texts = found.texts;
            }
            sum.files.extend(found.files);
        }
        sum.files.sort_unstable();
        sum
    }

    /// Another wording of a text we already have: nothing is lost by not rendering it.
    fn is_spare_text(&self, index: usize) -> bool {
        let node = &self.tree.nodes[index];
        !node.multipart && is_body_text(node, Place::Alternative)
    }

    fn leaf(&mut self, index: usize, place: Place) -> Yield {
        let node = &self.tree.nodes[index];
        let mut found = Yield::default();
        if is_body_text(node, place) {
            found.texts.push(self.text(node));
            if place == Place::Root && node.file_name().is_some() {
                found.files.push(index);
            }
        } else if !node.body.is_empty() || node.file_name().is_some() {
            found.files.push(index);
        }
        found
    }

    fn text(&mut self, node: &Node<'_>) -> Text {
        let from_html = node.media() == "text/html" || node.media() == "application/xhtml+xml";
        let (bytes, more) = node.transfer.decode_up_to(&self.raw[node.body.clone()], self.budget);
        self.truncated |= more;
        self.budget -= bytes.len();
        let decoded = charset::decode(&bytes, node.kind.token("charset").as_deref());
        let text = if from_html { html::to_text(&decoded) } else { decoded };
        let text = plain_lines(&text);
        let flowed = !from_html && node.kind.token("format").as_deref() == Some("flowed");
        let delete_space = node.kind.token("delsp").as_deref() == Some("yes");
        Text { text: if flowed { unflow(&text, delete_space) } else { text }, from_html }
    }
}

/// Whether a leaf is part of the letter's text rather than a file.
fn is_body_text(node: &Node<'_>, place: Place) -> bool {
    let media = node.media();
    let attached = node.disposition.main == "attachment";
    match place {
        // Whatever stands alone and is text of some kind is the letter.
        Place::Root => media.starts_with("text/") || media == "application/xhtml+xml",
        _ if attached => false,
        Place::Alternative => {
            matches!(media, "text/plain" | "text/html" | "text/enriched" | "text/x-amp-html")
        }
        Place::First | Place::Later => {
            matches!(media, "text/plain" | "text/html") && node.file_name().is_none()
        }
    }
}

/// Line ends as `\n`, no form feeds, no trailing blanks on the whole.
fn plain_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{c}'], "\n")
}

/// Joins the soft-broken lines of `format=flowed` (RFC 3676 section 4), each quote depth by itself.
fn unflow(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let rest = &line[depth..];
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        if open == Some(depth) {
            out.push_str(rest);
        } else {
            if open.is_some() || !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&">".repeat(depth));
            if depth > 0 {
                out.push(' ');
            }
            out.push_str(rest);
        }
        let soft = rest.ends_with(' ') && rest != "-- ";
        if soft && delete_space {
            out.pop();
        }
        open = soft.then_some(depth);
        if !soft {
            // A hard end: the next line starts anew.
            open = None;
        }
    }
    out
}

/// Runs the decoded bytes of a leaf through `sink`.
pub(crate) fn stream(raw: &[u8], node: &Node<'_>, sink: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) {
    let transfer = if node.multipart { Transfer::Identity } else { node.transfer };
    transfer.decode(&raw[node.body.clone()], sink);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::parse::tree;

    fn body(raw: &str) -> Body {
        read(raw.as_bytes(), &tree::build(raw.as_bytes()))
    }

    #[test]
    fn plain_text_is_preferred_unless_it_is_empty() {
        let letter = |plain: &str| {
            format!(
                "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>rich</p>\n--b\n\
                 Content-Type: text/plain\n\n{plain}\n--b--\n"
            )
        };
        let (plain, rich) = (body(&letter("plain")), body(&letter(" ")));
        assert_eq!((plain.text.as_str(), plain.html_was_source), ("plain", false));
        assert_eq!((rich.text.trim(), rich.html_was_source), ("rich", true));
    }

    #[test]
    fn named_text_in_a_mixed_letter_is_a_file() {
        let raw = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: text/plain; \
                   name=\"list.txt\"\n\nfile\n--b--\n";
        let found = body(raw);
        assert_eq!((found.text.as_str(), found.files.len()), ("hello", 1));
    }

    #[test]
    fn flowed_lines_are_joined_within_their_quote_depth() {
        assert_eq!(unflow("one \ntwo\n> q \n> r\nend", false), "one two\n> q r\nend");
        assert_eq!(unflow("при \nвет", true), "привет");
        assert_eq!(unflow("a\n\nb\n-- \nname", false), "a\n\nb\n-- \nname");
        assert_eq!(unflow("", false), "");
    }
}
