//! Tells a message's own words from what it quotes, so that the quote can be folded. Only for showing: the stored text
//! is never cut, and one key unfolds it.

use super::model::Block;
use otklik_core::types::DisplayText;

/// Lines with which mail programs open the letter that they quote whole, to the end.
const WHOLE: &[&str] = &[
    "-----Original Message-----",
    "-----Исходное сообщение-----",
    "-------- Исходное сообщение --------",
    "-------- Пересылаемое сообщение --------",
    "-------- Forwarded Message --------",
    "________________________________",
];

/// Whether the line opens a letter that is quoted whole.
pub fn is_opening(line: &str) -> bool {
    WHOLE.contains(&line.trim())
}

/// Whether a quote is a whole letter, as mail programs pass one on.
pub fn is_whole_letter(quote: &DisplayText) -> bool {
    quote.as_str().lines().next().is_some_and(is_opening)
}

/// Splits a text into words and quotes, in order. Empty lines at the edges of a part are dropped.
pub fn blocks(text: &DisplayText) -> Vec<Block> {
    let lines: Vec<&str> = text.as_str().lines().collect();
    let mut out = Vec::new();
    let mut part: Vec<&str> = Vec::new();
    let mut quoting = false;
    for (at, line) in lines.iter().enumerate() {
        if is_opening(line) && lines[at + 1..].iter().any(|line| !line.trim().is_empty()) {
            close(&mut out, &mut part, quoting);
            part.extend(&lines[at..]);
            quoting = true;
            break;
        }
        let quoted = line.trim_start().starts_with('>') || introduces(&lines, at);
        let blank = line.trim().is_empty();
        if quoted != quoting && !blank {
            close(&mut out, &mut part, quoting);
            quoting = quoted;
        }
        part.push(line);
    }
    close(&mut out, &mut part, quoting);
    out
}

/// Whether this line says who wrote the quote that follows: «13.11.2026 19:42, Иван пишет:», "On … wrote:".
fn introduces(lines: &[&str], at: usize) -> bool {
    let line = lines[at].trim_end();
    let says = ["пишет:", "писал:", "писал(а):", "написал:", "написал(а):", "wrote:"];
    let next = lines[at + 1..].iter().find(|line| !line.trim().is_empty());
    says.iter().any(|end| line.ends_with(end)) && next.is_some_and(|line| line.trim_start().starts_with('>'))
}

fn close(out: &mut Vec<Block>, part: &mut Vec<&str>, quoted: bool) {
    let lines = std::mem::take(part);
    let first = lines.iter().position(|line| !line.trim().is_empty());
    let last = lines.iter().rposition(|line| !line.trim().is_empty());
    if let (Some(first), Some(last)) = (first, last) {
        let text = DisplayText::sanitise(&lines[first..=last].join("\n"));
        out.push(if quoted { Block::Quote(text) } else { Block::Words(text) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(bool, String)> {
        blocks(&DisplayText::sanitise(text))
            .into_iter()
            .map(|block| match block {
                Block::Words(text) => (false, text.as_str().to_owned()),
                Block::Quote(text) | Block::Forwarded(text) => (true, text.as_str().to_owned()),
            })
            .collect()
    }

    #[test]
    fn a_quote_with_its_introduction_is_told_from_the_words_around_it() {
        let text = "Спасибо!\n\n13.11.2026 19:42, Орлова А. пишет:\n> Добрый день\n> пришлите приказ\n\nПриказ приложен.";
        assert_eq!(
            kinds(text),
            [
                (false, "Спасибо!".into()),
                (true, "13.11.2026 19:42, Орлова А. пишет:\n> Добрый день\n> пришлите приказ".into()),
                (false, "Приказ приложен.".into()),
            ]
        );
    }

    #[test]
    fn a_letter_quoted_whole_is_one_quote_to_the_end() {
        let text = "Здравствуйте\n-----Исходное сообщение-----\nОт: профсоюз\n\nТекст";
        assert_eq!(kinds(text).len(), 2);
        assert!(kinds(text)[1].0);
    }

    #[test]
    fn a_line_that_ends_with_wrote_but_quotes_nothing_stays_the_authors_own() {
        assert_eq!(
            kinds("Начальник пишет:\nвыходите в субботу"),
            [(false, "Начальник пишет:\nвыходите в субботу".into())]
        );
    }
}
