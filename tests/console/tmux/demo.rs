//! `otklik demo`: the first command of the README. A desk of invented data, and mail that arrives while somebody looks.

use super::terminal::{Console, Start};
use super::{Lang, Place, has_tmux};
use crate::support::sqlite;

#[test]
fn the_demo_opens_on_invented_data_gets_mail_by_itself_and_leaves_nothing_behind() {
    if !has_tmux() {
        return;
    }
    for lang in [Lang::Ru, Lang::En] {
        let place = Place::bare(sqlite());
        let temporary = place.folder().join("tmp");
        std::fs::create_dir_all(&temporary).expect("a folder");
        let start = Start::new(lang).arg("demo").arg("--members").arg("3000").arg("--appeals").arg("60");
        let start = start.env("TMPDIR", &temporary.display().to_string());
        let console = Console::start(&place, &start);
        console.says("1 Обращения", "1 Appeals");
        console.says("Приём: идёт", "Intake: running");
        let open = open_now(&console, lang);
        assert!(open > 0, "{}", console.screen());
        console.waits("a letter that arrives by itself", |text| in_header(text, lang) > Some(open));
        console.press(&["Enter"]);
        console.drops(lang.say("Ответ до", "Respond by"));
        // Escape and a key right after it are one key to a terminal: the list comes first.
        console.press(&["Escape"]);
        console.says("Ответ до", "Respond by");
        assert_eq!(console.leaves(), Some(0));
        let left: Vec<_> = std::fs::read_dir(&temporary).expect("the folder").flatten().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// How many appeals are open, as the header says.
fn open_now(console: &Console, lang: Lang) -> u64 {
    console.waits("the number of open appeals", |text| in_header(text, lang).is_some());
    in_header(&console.text(), lang).expect("a number")
}

fn in_header(text: &str, lang: Lang) -> Option<u64> {
    let (_, rest) = text.split_once(lang.say("1 Обращения ", "1 Appeals "))?;
    rest.split(' ').next()?.parse().ok()
}
