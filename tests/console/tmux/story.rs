//! The whole story at the console: a letter lands, a person takes it, finds the author, answers; the author answers back.

use super::letters;
use super::terminal::{Console, Start};
use super::{Lang, Place, SMALL, WIDE, has_tmux};
use serde_json::Value;
use std::time::Duration;

/// How the person at this console works.
struct Way {
    lang: Lang,
    size: (u16, u16),
    /// Letters of the Russian layout in the place of F-keys, wherever there is one.
    cyrillic: bool,
    colour: bool,
}

impl Way {
    /// Presses the F-key, or types the letter that stands on the same key as its Latin one under ЙЦУКЕН.
    fn runs(&self, console: &Console, fkey: &str, cyrillic: &str) {
        if self.cyrillic {
            console.types(cyrillic);
        } else {
            console.press(&[fkey]);
        }
    }

    /// At a size with one pane the letter stands behind Tab.
    fn turns_pane(&self, console: &Console) {
        if self.size == SMALL {
            console.press(&["Tab"]);
        }
    }
}

#[test]
fn a_letter_becomes_an_answered_appeal_in_russian_at_full_size() {
    story(&Way { lang: Lang::Ru, size: WIDE, cyrillic: false, colour: true });
}

#[test]
fn a_letter_becomes_an_answered_appeal_in_russian_in_a_small_window_under_russian_keys() {
    story(&Way { lang: Lang::Ru, size: SMALL, cyrillic: true, colour: true });
}

#[test]
fn a_letter_becomes_an_answered_appeal_in_english_in_a_small_window() {
    story(&Way { lang: Lang::En, size: SMALL, cyrillic: false, colour: true });
}

#[test]
fn a_letter_becomes_an_answered_appeal_in_english_without_colours_under_russian_keys() {
    story(&Way { lang: Lang::En, size: WIDE, cyrillic: true, colour: false });
}

fn story(way: &Way) {
    if !has_tmux() {
        return;
    }
    let place = Place::new();
    place.imports_members();
    let mut start = Start::new(way.lang).sized(way.size).env("COLORTERM", "truecolor");
    if !way.colour {
        start = start.env("NO_COLOR", "1");
    }
    let console = Console::start(&place, &start);
    let author = letters::somebody();
    lands_and_stands_in_the_queue(way, &place, &console, &author);
    is_taken_and_read(way, &place, &console);
    author_is_found_and_confirmed(way, &place, &console);
    is_answered(way, &place, &console);
    let reply = left(&console, &place, &author, 2).remove(1);
    answer_joins(way, &place, &console, &author, &reply);
    is_told_by_history_and_outgoing(way, &console);
    assert_eq!(console.painted().contains("\u{1b}[38;2;"), way.colour, "colours are as they were asked for");
    assert_eq!(console.leaves(), Some(0));
    place.runs(&["journal", "verify"]);
}

fn lands_and_stands_in_the_queue(way: &Way, place: &Place, console: &Console, author: &str) {
    console.says("Открытых обращений нет", "No open appeals");
    console.says("Приём: идёт", "Intake: running");
    place.lands(&letters::dismissed(author, &place.ours));
    let took = console.shows("Семёнова Алёна");
    assert!(took <= Duration::from_secs(2), "the row came after {took:?}");
    way.turns_pane(console);
    console.says("уведомление о регистрации: принято", "notice of receipt: accepted by the");
    way.turns_pane(console);
    let receipt = left(console, place, author, 1).remove(0);
    assert!(String::from_utf8_lossy(&receipt).contains("Auto-Submitted: auto-replied"));
}

/// Letters that have left for the author, once there are so many.
fn left(console: &Console, place: &Place, author: &str, count: usize) -> Vec<Vec<u8>> {
    console.waits(&format!("{count} letters to the author"), |_| place.left_for(author).len() >= count);
    place.left_for(author)
}

fn is_taken_and_read(way: &Way, place: &Place, console: &Console) {
    way.runs(console, "F2", "е");
    console.says("теперь ваше", "is yours now");
    way.runs(console, "F3", "щ");
    console.shows("Ребёнок болел, а меня уволили за прогул 21 октября.");
    console.shows("prikaz.pdf");
    console.types(if way.cyrillic { "ц" } else { "w" });
    console.says("Сохранить файл", "Save a file");
    console.press(&["Enter"]);
    console.says("Сохранено:", "Saved:");
    let saved = std::fs::read(place.home().join("prikaz.pdf")).expect("the file stands in the home folder");
    assert_eq!(saved, b"%PDF-1.4\n");
}

fn author_is_found_and_confirmed(way: &Way, place: &Place, console: &Console) {
    way.runs(console, "F5", "ь");
    console.shows("··.··.1987");
    way.runs(console, "F3", "щ");
    console.shows("14.03.1987");
    console.shows("+7 900 000-01-01");
    console.says("телефон тот же", "the same telephone");
    way.runs(console, "F2", "с");
    console.says("Это один человек?", "The same person?");
    // The first button changes nothing: a yes is chosen.
    console.press(&["Right", "Enter"]);
    console.says("Членство подтверждено", "The membership is confirmed");
    let appeal = place.only_appeal();
    assert_eq!(appeal["membership"]["state"], "member", "{appeal}");
    assert!(appeal["membership"]["member_id"].is_string(), "{appeal}");
}

fn is_answered(way: &Way, place: &Place, console: &Console) {
    let words = "Здравствуйте, Алёна Игоревна! Вашим делом занимаюсь я. Пришлите приказ.";
    way.runs(console, "F4", "к");
    console.says("Пишите здесь.", "Write here.");
    console.types(words);
    console.shows("Пришлите приказ.");
    console.press(&["M-m"]);
    console.says("(*) ответ по существу", "(*) answer on the merits");
    console.press(&["M-r"]);
    console.says("(*) отклик", "(*) response");
    console.says("черновик сохранён", "draft saved");
    console.press(&["F3"]);
    console.says("Так его получит", "will get it.");
    console.press(&["F8"]);
    // Taken back within the countdown, the text is a draft again.
    console.says("Ответ уйдёт через", "The reply goes out in");
    console.press(&["C-z"]);
    console.says("текст снова в черновике", "the text is a draft again");
    console.shows("Пришлите приказ.");
    assert_eq!(place.only_appeal()["response"]["met_at"], Value::Null);
    console.press(&["F8"]);
    console.says("Ответ уйдёт через", "The reply goes out in");
    console.drops(way.lang.say("Ответ уйдёт через", "The reply goes out in"));
    console.waits("the second acceptance", |text| {
        text.matches(way.lang.say("принято сервером", "accepted by the server")).count() == 2
    });
    console.press(&["Home"]);
    console.says("Отклик дан", "Responded");
    let appeal = place.only_appeal();
    assert_eq!(appeal["response"]["state"], "met", "{appeal}");
    assert_eq!(appeal["stage"], "taken", "{appeal}");
}

fn answer_joins(way: &Way, place: &Place, console: &Console, author: &str, reply: &[u8]) {
    let text = String::from_utf8_lossy(reply);
    assert!(text.contains("In-Reply-To: <"), "{text}");
    place.lands(&letters::answer(author, &place.ours, reply));
    console.says("В переписке новое", "something new in the thread");
    console.press(&["End"]);
    console.shows("Спасибо! Приказ пришлю завтра.");
    console.says("[цитата, строк: 3", "[quoted lines: 3");
    console.drops("> Пришлите приказ.");
    console.types(if way.cyrillic { "я" } else { "z" });
    console.press(&["End"]);
    console.shows("> Пришлите приказ.");
    assert_eq!(
        place.only_appeal()["messages"].as_array().map(Vec::len),
        Some(4),
        "one appeal, four messages"
    );
}

fn is_told_by_history_and_outgoing(way: &Way, console: &Console) {
    console.types(if way.cyrillic { "р" } else { "h" });
    console.says("пришло письмо заявителя", "the author");
    console.press(&["Home"]);
    console.says("обращение получено", "appeal received");
    console.says("взято в работу", "taken");
    console.says("членство подтверждено", "membership confirmed");
    // Escape and a key right after it are one key to a terminal: the screen below comes first.
    console.press(&["Escape"]);
    console.drops(way.lang.say("обращение получено", "appeal received"));
    console.types("5");
    console.says("Ничто не ждёт", "Nothing waits");
    // In doubt, sent today, all.
    console.press(&["Tab"]);
    console.says("Сообщений о письмах", "No report about a letter waits");
    console.press(&["Tab"]);
    console.says("принято", "accepted");
    console.press(&["Tab"]);
    console.says("отменено", "cancelled");
    console.says("принято", "accepted");
    console.types("1");
    console.shows("Семёнова");
}
