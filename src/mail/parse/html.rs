//! HTML to text: words without any markup, a link's address in parentheses behind its words, scripts and styles gone, nothing
//! fetched. The renderer works on a tree, so letters that are
//! nested or tagged beyond what a person's program writes go through a linear stripper instead, and a tree that may be
//! deep is rendered on a stack of its own: no letter may end the process.

use html2text::render::TextDecorator;
use mail_parser::decoders::html::html_to_text;
use std::cell::RefCell;
use std::rc::Rc;

/// What the renderer may be given. A table inside a table inside a table is how newsletters are made; 120 levels is not.
const MAX_NESTING: usize = 120;
const MAX_TAGS: usize = 20_000;
/// Formatting left open is opened again in each following block (HTML Living Standard, "reconstruct the active
/// formatting elements"), so their product bounds the tree.
const MAX_REOPENED: usize = 200_000;
/// Up to this many tags no tree is deep enough to matter for the caller's stack.
const SHALLOW_TAGS: usize = 200;
const RENDER_STACK: usize = 64 << 20;
/// Columns of the rendering: wide, since the console wraps by itself.
const WIDTH: usize = 400;

/// The text of an HTML body.
pub(crate) fn to_text(html: &str) -> String {
    let rendered = match Survey::of(html) {
        Some(survey) if survey.tags <= SHALLOW_TAGS => {
            std::panic::catch_unwind(|| render(html)).ok().flatten()
        }
        Some(_) => std::thread::scope(|scope| {
            let builder = std::thread::Builder::new().stack_size(RENDER_STACK);
            builder.spawn_scoped(scope, || render(html)).ok()?.join().ok().flatten()
        }),
        None => None,
    };
    rendered.unwrap_or_else(|| html_to_text(html))
}

fn render(html: &str) -> Option<String> {
    let words = Words::default();
    let links = words.links.clone();
    let config = html2text::config::with_decorator(words)
        .raw_mode(true)
        .unicode_strikeout(false)
        .allow_width_overflow();
    let text = match html.contains([LINK, LINK_END]) {
        true => config.string_from_read(html.replace([LINK, LINK_END], "").as_bytes(), WIDTH),
        false => config.string_from_read(html.as_bytes(), WIDTH),
    };
    let text = with_addresses(&text.ok()?, &links.borrow().found);
    Some(text.lines().map(tidy_line).collect::<Vec<_>>().join("\n"))
}

/// Around a link's place in the list while the text is wrapped: an address would be broken. Letters that hold these lose
/// them; they stand for nothing outside a font of one's own.
const LINK: char = '\u{e000}';
const LINK_END: char = '\u{e001}';

/// Addresses of links in the order of the text, and those whose end has not come yet.
#[derive(Debug, Default)]
struct Links {
    found: Vec<String>,
    open: Vec<usize>,
}

/// Renders words as they are: no stars for bold, no signs for headings.
#[derive(Clone, Debug, Default)]
struct Words {
    links: Rc<RefCell<Links>>,
}

impl TextDecorator for Words {
    type Annotation = ();

    fn decorate_link_start(&mut self, url: &str) -> (String, ()) {
        let mut links = self.links.borrow_mut();
        let place = links.found.len();
        links.found.push(url.trim().to_owned());
        links.open.push(place);
        (String::new(), ())
    }

    fn decorate_link_end(&mut self) -> String {
        let place = self.links.borrow_mut().open.pop();
        place.map(|place| format!("{LINK}{place}{LINK_END}")).unwrap_or_default()
    }

    fn decorate_em_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_em_end(&self) -> String {
        String::new()
    }

    fn decorate_strong_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_strong_end(&self) -> String {
        String::new()
    }

    fn decorate_strikeout_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }

    fn decorate_code_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_code_end(&self) -> String {
        String::new()
    }

    fn decorate_superscript_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_superscript_end(&self) -> String {
        String::new()
    }

    fn decorate_preformat_first(&self) {}

    fn decorate_preformat_cont(&self) {}

    fn decorate_image(&mut self, _src: &str, title: &str) -> (String, ()) {
        (if title.trim().is_empty() { String::new() } else { format!("[{}]", title.trim()) }, ())
    }

    fn header_prefix(&self, _level: usize) -> String {
        String::new()
    }

    fn quote_prefix(&self) -> String {
        "> ".to_owned()
    }

    fn unordered_item_prefix(&self) -> String {
        "- ".to_owned()
    }

    fn ordered_item_prefix(&self, i: i64) -> String {
        format!("{i}. ")
    }

    fn make_subblock_decorator(&self) -> Self {
        self.clone()
    }
}

/// Puts the addresses where their places stand; one that its words say already is not said twice.
fn with_addresses(text: &str, links: &[String]) -> String {
    let mut whole = String::with_capacity(text.len());
    for (n, piece) in text.split(LINK).enumerate() {
        let Some((place, rest)) = piece.split_once(LINK_END).filter(|_| n > 0) else {
            whole.push_str(piece);
            continue;
        };
        let address =
            place.parse().ok().and_then(|place: usize| links.get(place)).and_then(|url| address(url));
        if let Some(address) = address {
            let bare = address.split_once("://").map_or(address, |(_, bare)| bare).trim_end_matches('/');
            let said = whole.trim_end().trim_end_matches('/');
            if !said.ends_with(bare) {
                whole.push_str(&format!(" ({address})"));
            }
        }
        whole.push_str(rest);
    }
    whole
}

/// What a person can use of a link: a page, a mail address, a telephone number. What only a browser could use is left out.
fn address(url: &str) -> Option<&str> {
    let lower = url.get(..8.min(url.len())).map(str::to_ascii_lowercase).unwrap_or_default();
    if lower.starts_with("mailto:") {
        return Some(url[7..].split('?').next().unwrap_or_default()).filter(|address| !address.is_empty());
    }
    if lower.starts_with("tel:") {
        return Some(&url[4..]).filter(|number| !number.is_empty());
    }
    ["http://", "https://", "ftp://"].iter().any(|scheme| lower.starts_with(scheme)).then_some(url)
}

/// A horizontal rule fills the whole width; a few dashes say the same.
fn tidy_line(line: &str) -> &str {
    let line = line.trim_end();
    let rule = line.chars().count() > 20 && line.chars().all(|c| c == '─');
    if rule { &line[..line.char_indices().nth(20).map_or(line.len(), |(at, _)| at)] } else { line }
}

const VOID: [&str; 8] = ["br", "img", "meta", "link", "hr", "input", "col", "wbr"];
/// Elements that close their predecessor by themselves, so that leaving them open nests nothing.
const SELF_CLOSING: [&str; 8] = ["p", "li", "td", "tr", "th", "dt", "dd", "option"];
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// A rough count of what a tree of this text would be.
struct Survey {
    tags: usize,
}

impl Survey {
    /// `None` if the text is beyond the bounds.
    fn of(html: &str) -> Option<Self> {
        let mut open: Vec<&str> = Vec::new();
        let mut formatting = [0usize; FORMATTING.len()];
        let (mut tags, mut reopened) = (0usize, 0usize);
        for piece in html.split('<').skip(1) {
            tags += 1;
            let (closing, piece) = piece.strip_prefix('/').map_or((false, piece), |rest| (true, rest));
            let name = tag_name(piece);
            if name.is_empty() || listed(&VOID, name).is_some() {
                continue;
            }
            if let Some(at) = listed(&FORMATTING, name) {
                formatting[at] = if closing { formatting[at].saturating_sub(1) } else { formatting[at] + 1 };
            }
            if closing {
                if let Some(at) = open.iter().rposition(|n| n.eq_ignore_ascii_case(name)) {
                    open.truncate(at);
                }
            } else {
                reopened += formatting.iter().sum::<usize>();
                if listed(&SELF_CLOSING, name).is_none() {
                    open.push(name);
                }
            }
            if tags > MAX_TAGS || open.len() > MAX_NESTING || reopened > MAX_REOPENED {
                return None;
            }
        }
        Some(Self { tags })
    }
}

fn tag_name(piece: &str) -> &str {
    let end = piece.bytes().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(piece.len());
    &piece[..end.min(16)]
}

fn listed(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|n| n.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_links_stay_and_scripts_go() {
        let text = to_text(
            "<html><head><style>p{}</style><title>t</title><script>alert(1)</script></head><body><p>Добрый день,</p>\
             <p>приказ <a href=\"https://example.org/a?b=1&amp;c\">здесь</a></p><ul><li>раз<li>два</ul></body></html>",
        );
        assert!(text.contains("Добрый день"), "{text}");
        assert!(
            text.contains("приказ здесь (https://example.org/a?b=1&c)") && text.contains("- раз"),
            "{text}"
        );
        assert!(!text.contains("alert") && !text.contains("p{}"), "{text}");
    }

    #[test]
    fn no_markup_is_left_of_nested_lists_tables_and_links() {
        let text = to_text(
            "<h2>Жалоба</h2><p>Нам ставят <b>ночные <i>смены</i></b> и <code>СОУТ</code>, 20 м<sup>2</sup>:</p>\
             <ol><li>отделение<ul><li>палата <a href='https://example.org/1'>график</a><li><s>пост</s></ul>\
             <li>приёмная</ol><table><tr><th>Дата</th><th>Часы</th></tr><tr><td><b>01.11</b></td>\
             <td><table><tr><td>24</td></tr></table></td></tr></table>\
             <p><a href=\"mailto:me@example.org?subject=x\">me@example.org</a>, \
             <a href='https://example.org/'>example.org</a>, <a href='javascript:alert(1)'>нажмите</a>, \
             <a href='#top'>вверх</a> <img src='cid:1' alt=''><img src='x' alt='подпись'></p>",
        );
        for said in ["ночные смены и СОУТ, 20 м²:", "график (https://example.org/1)", "- пост", "2. приёмная"]
        {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(text.contains("me@example.org, example.org, нажмите, вверх [подпись]"), "{text}");
        assert!(text.contains("Дата") && text.contains("01.11") && text.contains("24"), "{text}");
        assert!(!text.contains(['*', '`', '#', '^', LINK, LINK_END]) && !text.contains("]["), "{text}");
    }

    #[test]
    fn a_long_address_is_not_broken_and_forged_places_are_nothing() {
        let url = format!("https://example.org/{}", "a".repeat(3000));
        let text = to_text(&format!("<p>\u{e000}0\u{e001} <a href='{url}'>документ</a></p>"));
        assert_eq!(text.trim(), format!("0 документ ({url})"));
    }

    #[test]
    fn many_paragraphs_left_open_are_ordinary() {
        assert!(Survey::of(&"<p>a<br>b".repeat(500)).is_some());
    }

    #[test]
    fn hostile_html_is_read_without_a_tree() {
        let deep = format!("{}text{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
        let tables = format!("{}text", "<table><tr><td>".repeat(50_000));
        let fonts: String = (0..100).map(|i| format!("<font color={i}>")).collect();
        let reopened = format!("{fonts}{}text", "<p>".repeat(15_000));
        for html in [deep, tables, reopened] {
            assert!(Survey::of(&html).is_none());
            assert!(to_text(&html).contains("text"));
        }
    }

    #[test]
    fn depth_that_the_survey_does_not_see_is_survived() {
        let hidden = "<div><script>\"</div>\"</script>".repeat(4_900);
        assert!(Survey::of(&hidden).is_some());
        let _ = to_text(&format!("{hidden}text"));
    }
}
