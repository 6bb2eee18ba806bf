//! The widgets as they look on a terminal of 80×24 and of 120×32, with Russian, with wide letters, with hostile text.

use otklik_core::types::{DisplayText, LimitationState, MemberState, Untrusted};
use otklik_ui::i18n::{Due, Lang, Phrase, Tr};
use otklik_ui::theme::{Depth, Theme};
use otklik_ui::widgets::columns::{Cell, Column, Cursor, Table};
use otklik_ui::widgets::dialog::Dialog;
use otklik_ui::widgets::empty::{self, Absence};
use otklik_ui::widgets::fkeys::{self, FKey};
use otklik_ui::widgets::frame::{self, Header, Places, ScreenName};
use otklik_ui::widgets::input::Input;
use otklik_ui::widgets::menu::{Entry, Menu};
use otklik_ui::widgets::tabs::{self, Note, Tab};
use otklik_ui::widgets::text;
use otklik_ui::widgets::wrap::Wrapped;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

/// What the terminal shows, a string a row, without the blanks at the end; a wide letter's second cell is not counted.
fn rows(buf: &Buffer) -> Vec<String> {
    let area = buf.area;
    (area.top()..area.bottom())
        .map(|y| {
            let mut row = String::new();
            let mut x = area.left();
            while x < area.right() {
                let symbol = buf[(x, y)].symbol();
                row.push_str(symbol);
                x += (symbol.width() as u16).max(1);
            }
            row.trim_end().to_owned()
        })
        .collect()
}

/// Draws on a real terminal of ratatui and returns its rows.
fn screen(width: u16, height: u16, draw: impl FnOnce(&mut Buffer, Rect)) -> Vec<String> {
    rows(&cells(width, height, draw))
}

fn cells(width: u16, height: u16, draw: impl FnOnce(&mut Buffer, Rect)) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal
        .draw(|frame| {
            let area = frame.area();
            draw(frame.buffer_mut(), area);
        })
        .unwrap();
    terminal.backend().buffer().clone()
}

fn shown(text: &str) -> DisplayText {
    Untrusted::new(text).display_line()
}

const MEMBERS: [MemberState; 3] = [MemberState::Member, MemberState::Ambiguous, MemberState::NotMember];

struct Fixture {
    tr: Tr,
    theme: Theme,
}

fn russian() -> Fixture {
    Fixture { tr: Tr::new(Lang::Ru), theme: Theme::dark(Depth::Mono) }
}

impl Fixture {
    fn tabs(&self) -> Vec<Tab> {
        let tab = |key, count| Tab { label: self.tr.text(key), count: Some(count) };
        vec![
            tab("tab-mine", 8),
            tab("tab-new", 9),
            tab("tab-urgent", 1),
            tab("tab-all", 23),
            tab("tab-overdue", 1),
            Tab { label: self.tr.text("tab-closed"), count: None },
        ]
    }

    fn columns(&self) -> Vec<Column> {
        let column =
            |key, min, ideal, grow, rank| Column { title: self.tr.text(key), min, ideal, grow, rank };
        vec![
            column("column-due", 16, 17, 0, 0),
            column("column-file-by", 8, 14, 0, 1),
            column("column-number", 5, 5, 0, 0),
            column("column-author", 8, 18, 1, 0),
            column("column-member", 6, 6, 0, 2),
        ]
    }

    fn fkeys(&self) -> Vec<FKey> {
        let keys = [
            (1, "fkey-help"),
            (2, "fkey-take"),
            (3, "fkey-open"),
            (4, "fkey-reply"),
            (5, "fkey-membership"),
            (7, "fkey-find"),
            (8, "fkey-send"),
            (9, "fkey-menu"),
            (10, "fkey-quit"),
        ];
        keys.map(|(number, key)| FKey { number, label: self.tr.text(key), enabled: number != 8 }).to_vec()
    }

    /// The queue of the design, drawn whole.
    fn queue(&self, buf: &mut Buffer, area: Rect) {
        let places = Places::of(area, true).unwrap();
        let name = |number, key, count| ScreenName { number, label: self.tr.text(key), count };
        let header = Header {
            brand: &self.tr.text("app-name"),
            organisation: &shown("Приозёрская областная организация профсоюза"),
            screens: &[
                name(1, "screen-appeals", Some(23)),
                name(2, "screen-members", None),
                name(3, "screen-outgoing", None),
            ],
            active: 0,
        };
        header.draw(buf, places.header, &self.theme);
        let zone = jiff::tz::TimeZone::get("Europe/Moscow").unwrap();
        let now = "2026-11-16T10:00:00+03:00".parse().unwrap();
        let (intake, clock) = (self.tr.text("intake-running"), self.tr.date_short(now, &zone));
        let notes = [
            Note { text: &intake, style: self.theme.ok, keep: true },
            Note { text: &clock, style: self.theme.base, keep: false },
        ];
        tabs::draw(buf, places.tabs, &self.tabs(), 3, &notes, &self.theme);
        places.draw_rules(buf, &self.theme);
        self.draw_table(buf, places.body);
        fkeys::draw(buf, places.fkeys, &self.fkeys(), None, &self.theme);
    }

    fn draw_table(&self, buf: &mut Buffer, area: Rect) {
        let zone = jiff::tz::TimeZone::get("Europe/Moscow").unwrap();
        let now: jiff::Timestamp = "2026-11-16T10:00:00+03:00".parse().unwrap();
        let today = jiff::civil::date(2026, 11, 16);
        let due = ["2026-11-14T19:42:00+03:00", "2026-11-16T10:48:00+03:00", "2026-11-16T13:05:00+03:00"];
        let running = |day| Some(("TK392_DISMISSAL", LimitationState::Running, Some(day)));
        let file_by = [
            running(jiff::civil::date(2026, 11, 20)),
            None,
            Some(("TK392_DISMISSAL", LimitationState::NoAnchor, None)),
        ];
        let authors = ["Семёнова Алёна Игоревна", "«Лена» 漢字漢字漢字", "evil\u{1b}[31m\u{202e}name"];
        let table = Table {
            columns: &self.columns(),
            len: 3,
            cursor: Cursor::default(),
            focused: true,
            loading: &self.tr.text("loading"),
            theme: &self.theme,
        };
        table.draw(buf, area, |i| {
            let due = self.tr.due_cell(now, Due::At(due[i].parse().unwrap()), &zone);
            let file_by = self.tr.file_by_cell(today, file_by[i]);
            Some(vec![
                Cell::styled(&due.text, self.theme.due(due.kind)),
                Cell::styled(&file_by.text, self.theme.due(file_by.kind)),
                Cell::new(&shown(&(1841 + i).to_string())),
                Cell::new(&shown(authors[i])),
                Cell::new(&self.tr.short_word(MEMBERS[i])),
            ])
        });
    }
}

#[test]
fn the_queue_at_120_columns_has_its_pane_beside_it() {
    let f = russian();
    let rows = screen(120, 32, |buf, area| f.queue(buf, area));
    assert_eq!(
        rows[..7],
        [
            " ОТКЛИК  Приозёрская областная организация профсоюза  1 Обращения 23  2 Члены  3 Исходящие",
            " Мои 8│Новые 9│Срочные 1│Все 23│Просрочены 1│Закрытые                                       Приём: идёт  пн 16.11 10:00",
            &format!("{}┬{}", "─".repeat(64), "─".repeat(55)),
            "Ответ до          Сдать до       №     Заявитель          Член  │",
            "!!просроч. 38 ч   суд пт 20.11   1841  Семёнова Алёна Иг… да    │",
            "! 10:48 (48 мин)  —              1842  «Лена» 漢字漢字漢… неясно│",
            "  13:05           нет даты       1843  evil␛[31m·name     нет   │",
        ]
    );
    assert_eq!(rows[30], format!("{}┴{}", "─".repeat(64), "─".repeat(55)));
    assert_eq!(
        rows[31],
        " F1 Помощь F2 Взять F3 Открыть F4 Ответить F5 Членство F7 Найти F8 (Отправить) F9 Меню F10 Выход"
    );
}

#[test]
fn the_queue_at_80_columns_keeps_what_matters() {
    let f = russian();
    let rows = screen(80, 24, |buf, area| f.queue(buf, area));
    assert_eq!(rows[0], " ОТКЛИК  Приозёрская областная организаци…  1 Обращения 23  2 Члены  3 Исходящие");
    assert_eq!(rows[1], " Мои 8│Новые 9│Срочные 1│Все 23│Просрочены 1│Закрытые               Приём: идёт");
    assert_eq!(rows[2], "─".repeat(80));
    assert_eq!(rows[4], "!!просроч. 38 ч   суд пт 20.11   1841  Семёнова Алёна Игоревна            да");
    assert_eq!(rows[23], " F1Помощь F2Взять F3Откры… F4Ответ… F5Членс… F7Найти F8(Отпра…) F9Меню F10Выход");
}

#[test]
fn every_row_fits_every_width() {
    let f = russian();
    for width in 40..140 {
        for (y, row) in screen(width, 24, |buf, area| f.queue(buf, area)).iter().enumerate() {
            assert!(row.width() <= usize::from(width), "{width}: row {y}: {row}");
        }
    }
}

#[test]
fn the_state_of_intake_and_the_open_tab_are_seen_at_every_width() {
    let f = russian();
    for width in 40..140 {
        let rows = screen(width, 24, |buf, area| f.queue(buf, area));
        assert!(rows[1].contains("Приём: идёт") && rows[1].contains("Все 23"), "{width}: {}", rows[1]);
    }
    let row = &screen(40, 24, |buf, area| f.queue(buf, area))[1];
    assert!(row.contains('<') && row.contains('>'), "{row}");
}

#[test]
fn hostile_names_reach_no_cell_as_they_came() {
    let f = russian();
    let buf = cells(120, 32, |buf, area| f.queue(buf, area));
    for cell in buf.content() {
        assert!(!cell.symbol().contains(|c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)));
    }
}

#[test]
fn the_chosen_row_is_marked_without_colour() {
    let f = russian();
    let buf = cells(80, 24, |buf, area| f.queue(buf, area));
    assert!((0..80).all(|x| buf[(x, 4)].modifier.contains(Modifier::REVERSED)));
    assert!((0..80).all(|x| !buf[(x, 5)].modifier.contains(Modifier::REVERSED)));
}

#[test]
fn a_terminal_too_small_is_told_so() {
    let f = russian();
    assert_eq!(Places::of(Rect::new(0, 0, 39, 24), true), None);
    assert_eq!(Places::of(Rect::new(0, 0, 80, 7), true), None);
    let rows = screen(20, 5, |buf, area| frame::draw_too_small(buf, area, &f.tr.text("too-small"), &f.theme));
    assert!(rows[0].starts_with("Окно слишком мало"), "{rows:?}");
}

#[test]
fn the_pane_stands_beside_the_list_only_where_there_is_room() {
    let wide = Places::of(Rect::new(0, 0, 120, 32), true).unwrap();
    assert_eq!((wide.body.width, wide.pane.unwrap().width, wide.pane.unwrap().x), (64, 55, 65));
    assert_eq!(wide.body.height, 27);
    let narrow = Places::of(Rect::new(0, 0, 99, 24), true).unwrap();
    assert_eq!((narrow.body.width, narrow.pane), (99, None));
    assert_eq!(Places::of(Rect::new(0, 0, 120, 32), false).unwrap().pane, None);
}

#[test]
fn a_dialog_asks_in_the_middle_and_marks_its_answer_with_brackets() {
    let f = russian();
    let body = Wrapped::from(&f.tr.with("ask-quit-work", &[("n", 2.into())]));
    let choices = [f.tr.text("answer-wait"), f.tr.text("answer-quit"), f.tr.text("answer-cancel")];
    let title = f.tr.text("ask-quit");
    let dialog = Dialog { title: &title, body: &body, choices: &choices, selected: 0, scroll: 0 };
    let rows = screen(80, 24, |buf, area| {
        dialog.draw(buf, area, &f.theme);
    });
    let top = rows.iter().position(|row| row.contains('┌')).unwrap();
    assert_eq!(rows[top], format!("  ┌─ Выход {}┐", "─".repeat(66)));
    assert_eq!(
        rows[top + 2].trim_matches(['│', ' ']),
        "Ещё не отправлено писем: 2. Если выйти сейчас, они уйдут, когда"
    );
    let answers = rows.iter().find(|row| row.contains("[Подождать]")).unwrap();
    assert_eq!(answers.trim_matches(['│', ' ']), "[Подождать]   Выйти    Отмена");
    for (width, height) in [(120, 32), (40, 8), (10, 4), (3, 2), (1, 1)] {
        screen(width, height, |buf, area| {
            dialog.draw(buf, area, &f.theme);
        });
    }
}

#[test]
fn a_dialog_longer_than_the_screen_scrolls_and_keeps_its_answers() {
    let f = russian();
    let body = Wrapped::from(DisplayText::sanitise(&"строка\n".repeat(50)));
    let (title, choices) = (f.tr.text("ask-quit"), [f.tr.text("answer-ok")]);
    let dialog = |scroll| Dialog { title: &title, body: &body, choices: &choices, selected: 0, scroll };
    let at = |scroll| {
        screen(80, 24, |buf, area| {
            dialog(scroll).draw(buf, area, &f.theme);
        })
        .join("\n")
    };
    assert!(at(0).contains("[Понятно]") && at(0).contains('v'));
    assert!(at(1000).contains("[Понятно]") && at(1000).contains('^'));
}

#[test]
fn a_menu_shows_keys_and_says_why_an_entry_is_closed() {
    let f = russian();
    let entries = [
        Entry::new(&f.tr.text("cmd-take"), &"F2"),
        Entry::refused(&f.tr.text("cmd-send"), &f.tr.text("error-not-allowed")),
    ];
    let (title, empty) = (f.tr.text("cmd-menu"), f.tr.text("empty-palette"));
    let menu =
        Menu { title: &title, filter: None, entries: &entries, cursor: Cursor::default(), empty: &empty };
    let rows = screen(80, 24, |buf, area| {
        assert!(menu.draw(buf, area, &f.theme).is_none());
    });
    let find = |words: &str| rows.iter().find(|row| row.contains(words)).unwrap().clone();
    assert!(find("> Взять себе").trim_end_matches(['│', ' ']).ends_with("F2"));
    assert!(find("(Отправить)").contains("У вас нет права"));
    let filter = Input::holding(&shown("отп"));
    let none = Menu { filter: Some(&filter), entries: &[], ..menu };
    let mut at = None;
    let rows = screen(80, 24, |buf, area| at = none.draw(buf, area, &f.theme));
    assert!(rows.iter().any(|row| row.contains("Здесь такой команды нет")));
    let at = at.unwrap();
    assert!(rows[usize::from(at.y)].contains("отп"));
    for (width, height) in [(40, 8), (6, 3), (2, 2)] {
        screen(width, height, |buf, area| {
            none.draw(buf, area, &f.theme);
            menu.draw(buf, area, &f.theme);
        });
    }
}

#[test]
fn a_failure_never_looks_like_an_empty_list() {
    let f = russian();
    let draw = |absence: Absence| {
        screen(64, 27, |buf, area| empty::draw(buf, area, &absence, &f.tr, &f.theme)).join("\n")
    };
    let nothing = draw(Absence::Empty(f.tr.text("empty-tab-new")));
    let loading = draw(Absence::Loading);
    let error = otklik_core::error::Error::failed("store");
    let failed = draw(Absence::Failed(f.tr.error(&error)));
    assert!(nothing.contains("Новых обращений нет"));
    assert!(loading.contains("Загружаю"));
    assert!(failed.contains("Не удалось загрузить.") && failed.contains("База данных"));
    assert!(!failed.contains(nothing.trim()));
}

#[test]
fn a_notice_stands_over_the_rule_and_fits_it() {
    let f = russian();
    let rows = screen(80, 24, |buf, area| {
        let places = Places::of(area, false).unwrap();
        places.draw_rules(buf, &f.theme);
        frame::draw_notice(buf, places.lower_rule, &f.tr.text("error-desk-newer"), f.theme.warning);
    });
    assert!(rows[22].starts_with("─ Программа старше") && rows[22].contains("… ─"), "{}", rows[22]);
}

#[test]
fn who_is_typing_is_shown_where_the_bar_has_room() {
    let f = russian();
    let note: Phrase = f.tr.text("notice-draft-saved");
    let at = |width| screen(width, 1, |buf, area| fkeys::draw(buf, area, &f.fkeys(), Some(&note), &f.theme));
    assert!(at(120)[0].ends_with("Черновик сохранён."));
    assert!(!at(100)[0].contains("Черновик"));
}

#[test]
fn a_wide_letter_at_the_edge_is_not_drawn_half() {
    let text = shown("漢字漢字");
    let buf = cells(7, 1, |buf, area| {
        text::put(buf, 0, 0, area.width, &text, ratatui::style::Style::new());
    });
    assert_eq!(rows(&buf), ["漢字漢…"]);
}
