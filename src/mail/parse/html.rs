//! HTML to text: links kept, scripts and styles gone, nothing fetched. The renderer works on a tree, so letters that are
//! nested or tagged beyond what a person's program writes go through a linear stripper instead, and a tree that may be
//! deep is rendered on a stack of its own: no letter may end the process.

use mail_parser::decoders::html::html_to_text;

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
    let config = html2text::config::plain().raw_mode(true).link_footnotes(true).allow_width_overflow();
    let text = config.string_from_read(html.as_bytes(), WIDTH).ok()?;
    Some(text.lines().map(tidy_line).collect::<Vec<_>>().join("\n"))
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
        assert!(text.contains("https://example.org/a?b=1&c") && text.contains("* раз"), "{text}");
        assert!(!text.contains("alert") && !text.contains("p{}"), "{text}");
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
