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
        console.says("Данных ещё нет", "There are no data yet");
        console.says("Esc: выйти", "Esc: leave");
        console.types("Приозёрская обл. орг.").press(&["Down"]);
        console.types("Орлова Анна").press(&["Down", "Right"]);
        console.says("< 24 часа без выходных >", "< 24 hours outside days off >");
        console.press(&["Down", "Right"]);
        console.says("< папка Maildir на этой машине >", "< a Maildir folder on this machine >");
        console.press(&["Down"]).types(&place.maildir().display().to_string());
        console.press(&["Down", "Right", "Right"]);
        console.says("< папка, для пробы >", "< a folder, to try it out >");
        console.press(&["Down"]).types(&place.folder().join("out").display().to_string());
        console.press(&["Down"]).types(&place.ours);
        console.press(&["Down", "Down", "Enter"]);
        // The folder is not there yet: a mistyped name would become an empty one, so that it is asked.
        console.says("Такой папки нет. Исправьте", "There is no such folder. Mend");
        console.press(&["Right"]);
        console.says("< создать её >", "< make it >");
        console.press(&["Down", "Down", "Down", "Down", "Down", "Enter"]);
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
