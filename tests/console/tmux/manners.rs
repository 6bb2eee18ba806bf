//! How the console behaves when somebody is careless with it: stray letters, pastes, other sizes, Ctrl-C, leaving.

use super::letters;
use super::terminal::{Console, Start};
use super::{Lang, Place, SMALL, WIDE, has_tmux};

/// A desk with one letter in it, and a console that shows it.
fn with_a_letter(start: &Start) -> (Place, Console) {
    let place = Place::new();
    let author = letters::somebody();
    place.lands(&letters::plain(&author, &place.ours, "Белова Ольга", "Премия", "Премию сняли."));
    let console = Console::start(&place, start);
    console.shows("Белова Ольга");
    console.waits("the receipt", |_| place.left_for(&author).len() == 1);
    (place, console)
}

#[test]
fn stray_letters_and_a_paste_change_nothing_and_say_so() {
    if !has_tmux() {
        return;
    }
    for (lang, size) in [(Lang::Ru, SMALL), (Lang::En, SMALL), (Lang::Ru, WIDE)] {
        let (place, console) = with_a_letter(&Start::new(lang).sized(size));
        let before = place.only_appeal();
        // Letters that each mean something: take, reply, spam, close, quit's neighbours.
        console.types("еклчи уволили");
        console.says("Клавиши не сработали", "The keys did nothing");
        console.press(&["Up"]);
        console.drops(lang.say("Клавиши не сработали", "The keys did nothing"));
        console.paste("txrbs\nuwolili");
        console.says("Вставка здесь ничего не делает", "Pasting does nothing here");
        assert_eq!(place.only_appeal(), before, "nothing has changed");
        console.press(&["F8"]);
        console.says("F8 здесь ничего не делает", "F8 does nothing here");
    }
}

#[test]
fn any_size_is_drawn_while_it_runs() {
    if !has_tmux() {
        return;
    }
    let (_place, console) = with_a_letter(&Start::new(Lang::Ru));
    console.shows("исполнитель: нет");
    console.resize(SMALL).drops("исполнитель: нет");
    console.press(&["Tab"]).shows("исполнитель: нет");
    console.resize((20, 5)).shows("Окно слишком мало");
    console.resize((200, 60)).shows("исполнитель: нет");
    console.shows("F10 Выход");
    console.resize((40, 8)).shows("Приём: идёт");
    assert!(console.runs());
}

#[test]
fn ctrl_c_does_not_end_the_console_and_f10_gives_the_terminal_back() {
    if !has_tmux() {
        return;
    }
    let place = Place::new();
    let console = Console::start(&place, &Start::new(Lang::Ru).in_shell());
    console.shows("$");
    console.types("cd; stty -a > before\n");
    console.waits("the shell", |_| place.home().join("before").exists() || console.text().ends_with('$'));
    let modes = console.modes();
    console.types(&format!("{}\n", place.binary().display()));
    console.shows("Открытых обращений нет");
    assert!(console.modes().contains("alternate_on=1"), "{}", console.modes());
    console.press(&["C-c"]).press(&["C-c"]).press(&["C-z"]).press(&["C-\\"]);
    console.press(&["F1"]);
    console.shows("Помощь: что можно сделать здесь");
    console.press(&["Escape"]);
    console.shows("Открытых обращений нет");
    console.press(&["F10"]);
    console.drops("Открытых обращений нет");
    console.types("echo code-$?; stty -a > after; cmp before after && echo same-terminal\n");
    console.shows("code-0");
    console.shows("same-terminal");
    assert_eq!(console.modes(), modes);
}

#[test]
fn a_terminal_that_cannot_place_a_cursor_gets_words_and_the_help() {
    if !has_tmux() {
        return;
    }
    let place = Place::new();
    for (lang, why, doctor) in [
        (Lang::Ru, "«dumb» не умеет ставить курсор", "«dumb» не умеет рисовать"),
        (Lang::En, "\"dumb\" cannot place a cursor", "\"dumb\" cannot draw"),
    ] {
        let console = Console::start(&place, &Start::new(lang).in_shell());
        console.shows("$");
        for verb in ["", "demo"] {
            console.types(&format!(
                "clear; TERM=dumb {} {verb} 2> ~/said; echo code-$?\n",
                place.binary().display()
            ));
            // Near the end of the help, whose head may have scrolled away.
            console.shows("completions");
            console.shows("code-2");
            let said = std::fs::read_to_string(place.home().join("said")).expect("what it said");
            assert!(said.contains(why), "{said}");
            assert!(console.modes().contains("alternate_on=0"), "{}", console.modes());
        }
        console.types(&format!("clear; TERM=dumb {} doctor\n", place.binary().display()));
        console.shows(doctor);
    }
}
