//! Which lines of a letter repeat an earlier one, so that a screen can fold them. Pure, and careful: a line too many shown
//! costs a key press, a line too many hidden costs an author their answer. A forwarded letter is what its sender wants to
//! show, so it is never a quotation.

/// Lines that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    pub quoted: bool,
    pub lines: Vec<&'a str>,
}

/// Splits a text into what its author wrote and what it quotes, in order; no line is lost. A text that would be all
/// quotation is not folded. The first letter of an appeal has nothing of ours to quote: what looks like a quotation there
/// is what its author wants to show, so callers fold from the second letter on.
pub fn fold(text: &str) -> Vec<Block<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut quoted = marks(&lines);
    if lines.iter().zip(&quoted).all(|(line, quoted)| *quoted || line.trim().is_empty()) {
        quoted.fill(false);
    }
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for (line, quoted) in lines.into_iter().zip(quoted) {
        match blocks.last_mut() {
            Some(block) if block.quoted == quoted => block.lines.push(line),
            _ => blocks.push(Block { quoted, lines: vec![line] }),
        }
    }
    blocks
}

fn marks(lines: &[&str]) -> Vec<bool> {
    let mut quoted = vec![false; lines.len()];
    let mut forwarded = false;
    let mut at = 0;
    while at < lines.len() {
        forwarded = forwarded || starts_a_forwarded_letter(lines[at]);
        if is_prefixed(lines[at]) {
            quoted[at] = true;
            at += 1;
        } else if forwarded {
            at += 1;
        } else if let Some(length) = attribution(&lines[at..]) {
            let next = (at + length..lines.len()).find(|i| !lines[*i].trim().is_empty());
            let prefixed = next.is_some_and(|i| is_prefixed(lines[i]));
            if prefixed {
                quoted[at..next.unwrap_or(at)].fill(true);
                at += length;
            } else if names_an_address(&lines[at..at + length]) {
                quoted[at..].fill(true);
                break;
            } else {
                at += 1;
            }
        } else if starts_the_rest(&lines[at..]) {
            quoted[at..].fill(true);
            break;
        } else {
            at += 1;
        }
    }
    join_over_blanks(lines, &mut quoted);
    quoted
}

/// A blank line between two quoted ones is quoted too.
fn join_over_blanks(lines: &[&str], quoted: &mut [bool]) {
    let mut last = None;
    for at in 0..lines.len() {
        if quoted[at] {
            if let Some(last) = last {
                quoted[last..at].fill(true);
            }
            last = Some(at);
        } else if !lines[at].trim().is_empty() {
            last = None;
        }
    }
}

fn is_prefixed(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// How many lines (up to three, since programs wrap them) name who wrote the quotation and when; `None` if these do not.
fn attribution(lines: &[&str]) -> Option<usize> {
    let mut joined = String::new();
    for (count, line) in lines.iter().take(3).enumerate() {
        let line = line.trim();
        if line.is_empty() || is_prefixed(line) {
            return None;
        }
        joined.push(' ');
        joined.push_str(line);
        if line.ends_with(':') {
            let fits = joined.chars().count() <= 300 && has_moment(&joined);
            return (fits && (joined.contains('@') || has_verb(&joined))).then_some(count + 1);
        }
    }
    None
}

fn has_verb(text: &str) -> bool {
    let text = text.to_lowercase();
    ["wrote:", "пишет:", "писал:", "писала:", "писал(а):", "написал:", "написала:", "написал(а):", "schrieb:"]
        .iter()
        .any(|verb| text.ends_with(verb))
}

/// A time of day, or a year of this or the last century.
fn has_moment(text: &str) -> bool {
    let bytes = text.as_bytes();
    let time = bytes
        .windows(4)
        .any(|w| w[0].is_ascii_digit() && w[1] == b':' && w[2..].iter().all(u8::is_ascii_digit));
    let year = text
        .split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20")));
    time || year
}

/// Without `>` marks below, only an address in brackets at the end tells an attribution from a sentence that ends in a
/// colon (`16.11.2026 в 10:00 мне написал главврач:`).
fn names_an_address(lines: &[&str]) -> bool {
    let joined = lines.join(" ");
    let Some((_, rest)) = joined.rsplit_once('<') else { return false };
    rest.split_once('>').is_some_and(|(address, after)| address.contains('@') && after.chars().count() <= 20)
}

/// Marks after which everything to the end is the earlier letter.
fn starts_the_rest(lines: &[&str]) -> bool {
    let line = lines[0].trim();
    let bare = line.trim_matches(['-', '_', ' ', '*']).to_lowercase();
    let dashed = line.starts_with("--") && line.ends_with("--");
    const ORIGINAL: [&str; 4] =
        ["original message", "исходное сообщение", "оригинальное сообщение", "original-nachricht"];
    if dashed && ORIGINAL.contains(&bare.as_str()) {
        return true;
    }
    let rule = line.len() >= 10 && line.chars().all(|c| c == '_');
    let block = if rule { &lines[1..] } else { lines };
    is_header_block(block)
}

fn starts_a_forwarded_letter(line: &str) -> bool {
    const MARKS: [&str; 5] = [
        "forwarded message",
        "пересылаемое сообщение",
        "пересланное сообщение",
        "переадресованн",
        "пересланное письмо",
    ];
    let line = line.trim();
    let short = line.len() <= 200 && (line.starts_with("--") || line.ends_with(':'));
    short && MARKS.iter().any(|mark| line.to_lowercase().contains(mark))
}

/// Outlook's way: `От: … Отправлено: … Кому: … Тема: …`.
fn is_header_block(lines: &[&str]) -> bool {
    let named = |line: &str, names: &[&str]| {
        let line = line.trim().trim_start_matches('*').to_lowercase();
        line.split_once(':').is_some_and(|(name, _)| names.contains(&name.trim_end_matches('*').trim()))
    };
    let mut filled = lines.iter().filter(|line| !line.trim().is_empty()).take(7);
    let starts = filled.next().is_some_and(|line| named(line, &["от", "from", "от кого"]));
    const OTHERS: [&str; 10] =
        ["отправлено", "sent", "date", "дата", "кому", "to", "тема", "subject", "копия", "cc"];
    starts && filled.filter(|line| named(line, &OTHERS)).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own_text(text: &str) -> String {
        let own: Vec<&str> = fold(text).into_iter().filter(|b| !b.quoted).flat_map(|b| b.lines).collect();
        own.join("\n").trim().to_owned()
    }

    fn shown(text: &str) -> (String, usize) {
        let quoted = fold(text).iter().filter(|b| b.quoted).map(|b| b.lines.len()).sum();
        (own_text(text), quoted)
    }

    #[test]
    fn every_usual_way_of_quoting_is_folded() {
        let cases = [
            "Спасибо!\n\nпн, 16 нояб. 2026 г. в 10:00, Орлова <appeals@example.org>:\n\n> Здравствуйте\n> Приказ\n",
            "Спасибо!\n\nOn Mon, Nov 16, 2026 at 10:00 AM Orlova\n<appeals@example.org> wrote:\n> Hello\n>\n> two\n",
            "Спасибо!\n\n-----Original Message-----\nFrom: a\nSent: b\n\nЗдравствуйте\n",
            "Спасибо!\n\n-------- Исходное сообщение --------\nТема: x\n\nЗдравствуйте",
            "Спасибо!\n\n________________________________\nОт: Орлова <appeals@example.org>\nОтправлено: 16 ноября\nКому: Лена\n\
             Тема: Re: x\n\nЗдравствуйте",
            "Спасибо!\n\nОт: Орлова\nОтправлено: понедельник\nКому: Лена\nТема: x\n\nЗдравствуйте",
            "Спасибо!\n\nПонедельник, 16 ноября 2026, 10:00 +03:00 от Орлова <appeals@example.org>:\nЗдравствуйте\nтекст",
            "Спасибо!\n\n16.11.2026 10:00, Орлова А. пишет:\n> Здравствуйте",
            "Спасибо!\n\n16.11.2026, 10:00, \"Орлова\" <appeals@example.org>:\n\nЗдравствуйте",
        ];
        for text in cases {
            let (own, quoted) = shown(text);
            assert_eq!(own, "Спасибо!", "{text}");
            assert!(quoted >= 2, "{text}");
        }
    }

    #[test]
    fn answers_between_and_below_quotations_are_shown() {
        assert_eq!(
            shown("> вопрос один\nответ один\n\n> вопрос два\nответ два").0,
            "ответ один\n\nответ два"
        );
        assert_eq!(shown("> a\n\n> b\n\nниже").1, 3);
    }

    #[test]
    fn nothing_of_an_ordinary_letter_is_hidden() {
        let cases = [
            "16.11.2026 в 10:00 мне написал главврач:\nвы уволены",
            "От: меня\nпросьба помочь",
            "Мой адрес <lena@example.org>, звонить с 10:00:\nпо будням",
            "Прошу помочь по трём вопросам:\n1. отпуск 2026:\n2. премия",
            "---------- Forwarded message ---------\nFrom: boss\nDate: x\nSubject: y\n\nПриказ",
            "--\nЛена",
            "a -- b",
            "",
        ];
        for text in cases {
            assert_eq!(shown(text).1, 0, "{text}");
        }
    }

    #[test]
    fn a_letter_of_nothing_but_quotation_is_shown_whole() {
        assert_eq!(shown("> всё\n> это\n").1, 0);
        assert_eq!(shown("От: начальник\nОтправлено: сегодня\nКому: мне\n\nПриказ").1, 0);
    }

    #[test]
    fn no_line_is_lost() {
        let text = "a\n> b\n\n> c\nd\n\n-----Original Message-----\ne\n";
        let lines: Vec<&str> = fold(text).into_iter().flat_map(|b| b.lines).collect();
        assert_eq!(lines, text.lines().collect::<Vec<_>>());
    }
}
