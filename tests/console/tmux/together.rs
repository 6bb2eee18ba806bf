//! Two consoles on one desk: each sees what the other does, and of two who take at once one gets it.

use super::letters;
use super::terminal::{Console, Start};
use super::{Lang, Place, has_tmux};
use crate::support::{engines, eventually_blocking};
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
        head.shows("теперь ваше");
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
        text.contains("теперь ваше") || text.contains("ведёт другой") || text.contains("исполнитель: Иванов")
    });
    let lawyer_has = lawyer.waits("an answer to the lawyer", |text| {
        text.contains("is yours now")
            || text.contains("somebody else has the appeal")
            || text.contains("assignee: Орлова")
    });
    let list = place.json(&["appeal", "list"]);
    let appeal = list.as_array().and_then(|list| list.iter().find(|row| row["subject"] == "Премия"));
    let assignee = appeal.expect("the second appeal")["assignee"].to_string();
    let told = format!("{on}, after {head_has:?} and {lawyer_has:?}: {assignee}");
    if assignee.contains("Орлова") {
        assert!(head.text().contains("теперь ваше"), "{told}");
        lawyer.shows("Орлова Анна");
        assert!(!lawyer.text().contains("is yours now"), "{told}\n{}", lawyer.screen());
    } else {
        assert!(lawyer.text().contains("is yours now"), "{told}");
        head.shows("Иванов Пётр");
        assert!(!head.text().contains("теперь ваше"), "{told}\n{}", head.screen());
    }
}

#[test]
fn when_a_console_that_fetches_and_sends_is_killed_another_goes_on() {
    if !has_tmux() {
        return;
    }
    for engine in engines() {
        let on = engine.name;
        let place = Place::with_desk(engine);
        // Clocks five minutes apart: what the first had leased is free for the second, without waiting.
        let first = Start::new(Lang::Ru).env("OTKLIK_NOW", "2026-11-16T10:00:00");
        let second = Start::new(Lang::En).env("OTKLIK_NOW", "2026-11-16T10:05:00");
        let console = Console::start(&place, &first);
        console.shows("Открытых обращений нет");
        let (ahmetov, belova, ours) = (letters::somebody(), letters::somebody(), place.ours.clone());
        place.lands(&letters::plain(&ahmetov, &ours, "Ахметов Тимур", "Отпуск", "Мне не дают отпуск."));
        console.shows("Ахметов Тимур");
        let has_receipt = |who: &str| (place.left_for(who).len() == 1).then_some(());
        eventually_blocking("the first receipt", || has_receipt(&ahmetov));
        console.kill_9();

        place.lands(&letters::plain(&belova, &ours, "Белова Ольга", "Премия", "Премию сняли."));
        let other = Console::start(&place, &second);
        other.shows("Ахметов Тимур");
        other.shows("Белова Ольга");
        eventually_blocking("the second receipt", || has_receipt(&belova));
        assert_eq!(place.left_for(&ahmetov).len(), 1, "{on}: nothing is sent twice");
        let sums = place.json(&["channel", "list"]);
        let sum = |name: &str| sums[0][name].as_i64();
        assert_eq!((sum("fetched"), sum("new"), sum("pending")), (Some(2), Some(2), Some(0)), "{on}: {sums}");
    }
}
