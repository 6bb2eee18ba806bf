//! What was typed is kept: the console is killed in the middle of a reply and opened again.

use super::letters;
use super::terminal::{Console, Start};
use super::{Lang, Place, SMALL, has_tmux};

#[test]
fn a_killed_console_loses_at_most_what_was_typed_in_the_last_two_seconds() {
    if !has_tmux() {
        return;
    }
    let place = Place::new();
    let author = letters::somebody();
    let start = Start::new(Lang::Ru).sized(SMALL);
    let console = Console::start(&place, &start);
    console.shows("Открытых обращений нет");
    place.lands(&letters::plain(&author, &place.ours, "Белова Ольга", "Премия", "Премию сняли."));
    console.shows("Белова Ольга");
    console.press(&["F4"]);
    console.shows("Пишите здесь.");
    // Typed without a pause for longer than two seconds: the saving must not wait for one.
    let begun = std::time::Instant::now();
    let mut typed: Vec<(std::time::Duration, usize)> = Vec::new();
    let mut words = 0;
    while begun.elapsed() < std::time::Duration::from_secs(5) {
        console.types(&format!("слово{words} "));
        // What a person has typed is what they have seen.
        console.shows(&format!("слово{words}"));
        words += 1;
        typed.push((begun.elapsed(), words));
    }
    console.kill_9();
    let killed = begun.elapsed();
    let kept = typed.iter().filter(|(at, _)| killed.saturating_sub(*at) >= std::time::Duration::from_secs(2));
    let must = kept.map(|(_, words)| *words).max().expect("something was typed long ago");

    // In a window that the whole text fits into.
    let again = Console::start(&place, &start.sized((200, 60)));
    again.shows("Белова Ольга");
    again.press(&["F4"]);
    again.shows("слово0");
    let draft: Vec<String> = again.text().split(' ').map(str::to_owned).collect();
    let came_back =
        |word: &usize| draft.iter().filter(|other| **other == format!("слово{word}")).count() == 1;
    let restored = (0..words).take_while(came_back).count();
    let told = format!("of {words} words {must} were older than two seconds, {restored} came back, once");
    assert!(restored >= must, "{told}\n{}", again.screen());
}
