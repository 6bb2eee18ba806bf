//! The first start: no desk yet. The dialogue makes a real one and opens the console on it.

use super::letters;
use super::terminal::{Console, Start};
use super::{Lang, Place, SMALL, has_tmux};
use crate::support::sqlite;

#[test]
fn the_first_start_makes_a_real_desk_by_asking_and_opens_it() {
    if !has_tmux() {
        return;
    }
    for lang in [Lang::Ru, Lang::En] {
        let place = Place::bare(sqlite());
        let console = Console::start(&place, &Start::new(lang).sized(SMALL));
        console.says("Данных ещё нет", "There is no desk yet");
        console.says("[да/нет]", "[yes/no]");
        console.types(lang.say("да\n", "yes\n"));
        console.says("Как называется ваша организация?", "What is your organisation called?");
        console.types("Приозёрская обл. орг.\n");
        console.says("Как вас зовут?", "What is your name?");
        console.types("Орлова Анна\n");
        console.says("2 — без выходных", "2 - outside days off");
        console.types("2\n");
        console.says("Папка Maildir", "The Maildir");
        console.types(&format!("{}\n", place.maildir().display()));
        console.says("Ваш адрес для обращений", "Your address for appeals");
        console.types(&format!("{}\n", place.ours));
        console.says("Как отправлять", "How to send");
        console.types(&format!("{}\n", place.folder().join("out").display()));
        console.says("Открытых обращений нет", "No open appeals");
        console.says("Приём: идёт", "Intake: running");
        place.lands(&letters::plain(
            "olga@example.org",
            &place.ours,
            "Белова Ольга",
            "Премия",
            "Премию сняли.",
        ));
        console.shows("Белова Ольга");
        assert_eq!(console.leaves(), Some(0));
        // The next start finds it by the configuration that was written.
        let again = Console::start(&place, &Start::new(lang).sized(SMALL));
        again.shows("Белова Ольга");
        let refused = place.refuses(&["appeal", "list", "--as", "Орлова Анна"]);
        assert!(
            refused.contains("invented") || refused.contains("demo"),
            "a real desk, not a demo one: {refused}"
        );
    }
}
