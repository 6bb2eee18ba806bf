//! Two consoles on one desk: each sees what the other does, and of two who take at once one gets it.

use super::letters;
use super::terminal::{Console, Start};
use super::{Lang, Place, has_tmux};
use crate::support::engines;
use std::time::Duration;

#[test]
fn two_consoles_see_each_other_and_one_appeal_is_taken_once() {
    if !has_tmux() {
        return;
    }
    for engine in engines() {
        let on = engine.name;
        let place = Place::with_desk(engine);
        place.adds_staff("Иванов Пётр", "lawyer");
        let head = Console::start(&place, &Start::new(Lang::Ru));
        let lawyer = Console::start(&place, &Start::new(Lang::En).arg("--as").arg("Иванов Пётр"));
        head.shows("Открытых обращений нет");
        lawyer.shows("No open appeals");
        let (author, ours) = (letters::somebody(), place.ours.clone());
        place.lands(&letters::plain(&author, &ours, "Ахметов Тимур", "Отпуск", "Мне не дают отпуск."));
        head.shows("Ахметов Тимур");
        lawyer.shows("Ахметов Тимур");
        lawyer.shows("notice of receipt: accepted by the");

        // A change in one is seen in the other.
        head.press(&["F2"]);
        head.shows("Обращение теперь ваше");
        let took = lawyer.shows("assignee: Орлова Анна");
        assert!(took <= Duration::from_secs(1), "{on}: seen after {took:?}");

        at_once(&place, &head, &lawyer, on);
    }
}

/// Both press the key in the same moment: one has it, the other is told who.
fn at_once(place: &Place, head: &Console, lawyer: &Console, on: &str) {
    let (author, ours) = (letters::somebody(), place.ours.clone());
    place.lands(&letters::plain(&author, &ours, "Белова Ольга", "Премия", "Премию сняли без объяснений."));
    for console in [head, lawyer] {
        console.shows("Белова Ольга");
        console.press(&["End"]);
        console.shows("Премию сняли без объяснений.");
    }
    std::thread::scope(|scope| {
        scope.spawn(|| head.press(&["F2"]));
        scope.spawn(|| lawyer.press(&["F2"]));
    });
    let head_has = head.waits("an answer to the head", |text| {
        text.contains("Обращение теперь ваше")
            || text.contains("уже взял")
            || text.contains("исполнитель: Иванов")
    });
    let lawyer_has = lawyer.waits("an answer to the lawyer", |text| {
        text.contains("The appeal is yours now")
            || text.contains("taken by")
            || text.contains("assignee: Орлова")
    });
    let list = place.json(&["appeal", "list"]);
    let appeal = list.as_array().and_then(|list| list.iter().find(|row| row["subject"] == "Премия"));
    let assignee = appeal.expect("the second appeal")["assignee"].to_string();
    let told = format!("{on}, after {head_has:?} and {lawyer_has:?}: {assignee}");
    if assignee.contains("Орлова") {
        assert!(head.text().contains("Обращение теперь ваше"), "{told}");
        lawyer.shows("Орлова Анна");
        assert!(!lawyer.text().contains("The appeal is yours now"), "{told}\n{}", lawyer.screen());
    } else {
        assert!(lawyer.text().contains("The appeal is yours now"), "{told}");
        head.shows("Иванов Пётр");
        assert!(!head.text().contains("Обращение теперь ваше"), "{told}\n{}", head.screen());
    }
}
