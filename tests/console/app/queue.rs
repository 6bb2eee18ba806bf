//! The queue: what is shown, how one moves in it, and what is said when there is nothing to show.

use super::fixture::{appeal_id, desk, row};
use super::{Ask, Console, FakeDesk};
use otklik_core::desk::views::{PageFrom, QueueTab};
use otklik_core::types::{StaffId, Stage};
use otklik_ui::app::Msg;
use otklik_ui::i18n::Lang;
use std::time::Duration;

#[test]
fn what_is_due_first_stands_on_top_with_its_words() {
    let mut console = Console::wide();
    let screen = console.screen();
    let lines: Vec<&str> = screen.lines().filter(|line| line.contains("просроч. ")).collect();
    assert!(lines[0].contains("просроч. 38 ч") && lines[0].contains("1841"), "{screen}");
    assert!(lines[0].contains("суд пт 20.11"), "{screen}");
    assert!(screen.contains("! 10:48 (48 мин)"), "{screen}");
    assert!(
        screen.contains("author@example.org"),
        "an author without a name is shown by the contact:\n{screen}"
    );
}

#[test]
fn a_date_to_file_by_is_never_cut_however_long_its_words() {
    for (columns, lang) in [(120, Lang::Ru), (120, Lang::En), (80, Lang::Ru), (60, Lang::En)] {
        let mut desk = desk();
        for (at, rule) in ["TK392_DISMISSAL", "TK180_NOTICE", "TK392_WAGE"].iter().enumerate() {
            let mut limitation = desk.rows[0].limitations[0].clone();
            limitation.rule = (*rule).to_owned();
            limitation.file_by = Some(jiff::civil::date(2027, 2, 8));
            if at > 0 {
                desk.rows[at].limitations.push(limitation);
            }
        }
        let mut console = Console::new(columns, 24, lang, desk);
        let screen = console.screen();
        let (day, later) = (["пт 20.11", "Fri 20.11"], ["08.02.2027", "08.02.27"]);
        assert!(day.iter().any(|day| screen.contains(day)) || screen.contains(" 20.11"), "{screen}");
        let told: usize = later.iter().map(|later| screen.matches(later).count()).sum();
        assert_eq!(told, 2, "{columns} {lang:?}\n{screen}");
    }
}

#[test]
fn the_letter_under_the_finger_moves_whatever_the_layout() {
    for down in ["j", "о", "Down"] {
        let mut console = Console::wide();
        assert_eq!(console.selected(), 1841);
        console.key(down);
        assert_eq!(console.selected(), 1842, "{down}");
    }
    let mut console = Console::wide();
    console.keys("П");
    assert_eq!(console.selected(), 1845, "G of the Latin layout");
    console.keys("п");
    assert_eq!(console.selected(), 1841);
}

#[test]
fn text_typed_into_the_list_runs_nothing_and_says_so() {
    let mut console = Console::wide();
    console.type_text("спасибо за обращение");
    console.wait(Duration::from_secs(2));
    assert!(console.written.is_empty(), "{:?}", console.written);
    assert!(console.model.layers.is_empty());
    console.shows("печатали текст не в том окне");
}

#[test]
fn a_paste_into_the_list_runs_nothing_and_says_so() {
    let mut console = Console::wide();
    console.bytes("\x1b[200~take this\x1b[201~".as_bytes());
    console.wait(Duration::from_secs(2));
    assert!(console.written.is_empty() && console.model.layers.is_empty());
    console.shows("Вставка здесь ничего не делает");
}

#[test]
fn taking_asks_the_desk_and_tells_that_it_is_done() {
    let mut console = Console::wide();
    console.key("F2");
    assert!(matches!(console.last_written(), Ask::Take(id) if *id == appeal_id(1841)));
    console.shows("теперь ваше");
}

#[test]
fn what_was_taken_stays_under_the_cursor_until_the_cursor_moves() {
    let mut console = Console::wide();
    console.key("F2");
    console.shows("Обращение 2026-1841 теперь ваше");
    // The list of new appeals no longer has it.
    console.desk.rows.retain(|row| row.id != appeal_id(1841));
    for _ in 0..2 {
        console.send(Msg::Changed);
        console.wait(Duration::from_millis(200));
        assert_eq!(console.selected(), 1841);
    }
    console.key("F4");
    console.shows("Ответ: alena@example.org");
    console.keys("Esc Esc Down");
    console.wait(Duration::from_millis(200));
    assert_ne!(console.selected(), 1841);
    console.hides("1841 ");
    console.key("Up");
    assert_ne!(console.selected(), 1841, "it has gone from the list");
}

#[test]
fn what_was_set_aside_by_mistake_is_opened_again() {
    let mut console = Console::wide();
    console.key("p");
    console.shows("Сейчас нельзя: обращение и так открыто");
    console.desk.rows[0].stage = Stage::Spam;
    console.send(Msg::Changed);
    console.wait(Duration::from_millis(200));
    console.key("з");
    console.wait(Duration::from_secs(1));
    assert!(matches!(console.last_written(), Ask::SetStage(id, Stage::New) if *id == appeal_id(1841)));
}

#[test]
fn who_was_faster_is_told_by_name() {
    let mut console = Console::wide();
    console.desk.refusing =
        Some(otklik_core::error::Error::conflict("taken-by-other").arg("name", "Гусев П. Н."));
    console.key("F2");
    console.shows("Гусев П. Н.");
    console.hides("теперь ваше");
    console.key("Enter");
    assert!(console.model.layers.is_empty());
}

#[test]
fn a_list_that_failed_to_load_never_looks_empty() {
    let fails: fn(&Ask) -> bool = |ask| matches!(ask, Ask::Queue { .. });
    let desk = FakeDesk { failing: Some((fails, "store")), ..desk() };
    let mut console = Console::new(120, 32, Lang::Ru, desk);
    console.shows("Не удалось загрузить");
    console.hides("Открытых обращений нет");
    console.desk.failing = None;
    console.key("Ctrl-R");
    console.shows("1841");
}

#[test]
fn a_list_that_fails_to_refresh_keeps_its_rows_and_says_so() {
    let mut console = Console::wide();
    console.desk.failing = Some((|ask| matches!(ask, Ask::Queue { .. }), "store"));
    console.send(Msg::Changed);
    console.wait(Duration::from_millis(200));
    console.shows("1841");
    console.shows("показано прежнее");
}

#[test]
fn loading_an_empty_list_and_a_failure_read_differently() {
    let mut loading = Console::unanswered(120, 32, Lang::Ru, FakeDesk::default());
    loading.shows("Загружаю");
    loading.settle();
    loading.shows("Открытых обращений нет");
    loading.hides("Загружаю");
    let tabs =
        ["empty-tab-urgent", "empty-tab-new", "empty-tab-mine", "empty-tab-closed", "empty-tab-overdue"];
    for _ in tabs {
        loading.key("Left");
        loading.screen();
    }
}

#[test]
fn the_selection_stays_on_its_appeal_when_the_list_changes() {
    let mut console = Console::wide();
    console.keys("Down Down");
    assert_eq!(console.selected(), 1843);
    console.desk.rows.insert(0, row(1900, "Новая Н. Н.", -90 * 60));
    console.send(Msg::Changed);
    console.wait(Duration::from_millis(200));
    assert_eq!(console.selected(), 1843);
    console.shows("1900");
    console.desk.rows.retain(|row| row.number.seq != 1843);
    console.send(Msg::Changed);
    console.wait(Duration::from_millis(200));
    assert_eq!(console.selected(), 1844, "the neighbour takes over");
}

#[test]
fn a_burst_of_changes_is_one_reload() {
    let mut console = Console::wide();
    for _ in 0..50 {
        console.send(Msg::Changed);
    }
    console.pass(Duration::from_millis(200));
    let queues = console.pending().iter().filter(|ask| matches!(ask, Ask::Queue { .. })).count();
    assert_eq!(queues, 1);
}

#[test]
fn a_stale_page_is_dropped() {
    let mut console = Console::wide();
    console.bytes(super::fixture::key("Right").as_bytes());
    let before = console.model.queue.filter.tab;
    console.bytes(super::fixture::key("Right").as_bytes());
    assert_ne!(before, console.model.queue.filter.tab);
    let pages = console.pending().iter().filter(|ask| matches!(ask, Ask::Queue { .. })).count();
    assert_eq!(pages, 2);
    console.desk.rows.truncate(1);
    console.answer_next();
    assert!(console.model.queue.rows.is_empty(), "the first page belonged to another tab");
    console.settle();
    assert_eq!(console.model.queue.rows.len(), 1);
}

#[test]
fn a_long_list_is_held_in_a_window_and_walked_to_its_end_and_back() {
    let rows = (1..=2000).map(|n| row(n, "Автор", n * 10)).collect();
    let mut console = Console::new(120, 32, Lang::Ru, FakeDesk { rows, ..desk() });
    for _ in 0..100 {
        console.bytes(super::fixture::key("PageDown").as_bytes());
        console.settle();
    }
    assert_eq!(console.selected(), 2000);
    assert!(console.model.queue.rows.len() <= 300, "{}", console.model.queue.rows.len());
    for _ in 0..100 {
        console.bytes(super::fixture::key("PageUp").as_bytes());
        console.settle();
    }
    assert_eq!(console.selected(), 1);
    console.key("End");
    assert_eq!(console.selected(), 2000);
    assert!(console.pending().is_empty());
    console.send(Msg::Changed);
    console.wait(Duration::from_millis(200));
    assert_eq!(console.selected(), 2000, "a reload keeps a selection far from the start");
    console.key("Home");
    assert_eq!(console.selected(), 1);
}

#[test]
fn a_held_arrow_key_asks_for_one_appeal_at_a_time() {
    let mut console = Console::wide();
    for _ in 0..3 {
        console.bytes(super::fixture::key("Down").as_bytes());
    }
    let panes: Vec<_> = console.pending().into_iter().filter(|ask| matches!(ask, Ask::Pane(_))).collect();
    assert_eq!(panes.len(), 1);
    console.settle();
    assert_eq!(
        console.model.queue.pane.thread.as_ref().unwrap().facts.id,
        appeal_id(1844),
        "then for the last"
    );
}

#[test]
fn searching_narrows_the_list_and_escape_widens_it() {
    let mut console = Console::wide();
    console.key("F7");
    console.type_text("прогул");
    console.key("Enter");
    let filter = &console.model.queue.filter;
    assert_eq!(filter.search.as_deref(), Some("прогул"));
    console.shows("Найдено по запросу «прогул»");
    console.desk.rows.clear();
    console.send(Msg::Changed);
    console.wait(Duration::from_millis(200));
    console.shows("Ничего не нашлось по запросу «прогул»");
    console.key("Esc");
    assert_eq!(console.model.queue.filter.search, None);
}

#[test]
fn tabs_are_walked_round_and_reached_by_their_number() {
    let mut console = Console::wide();
    assert_eq!(console.model.queue.filter.tab, QueueTab::All);
    for tab in [QueueTab::Overdue, QueueTab::Closed, QueueTab::Mine, QueueTab::New] {
        console.key("Right");
        assert_eq!(console.model.queue.filter.tab, tab);
    }
    console.bytes(b"\x1b5");
    assert_eq!(console.model.queue.filter.tab, QueueTab::Overdue);
}

#[test]
fn on_eighty_columns_the_pane_stands_behind_tab() {
    let mut console = Console::narrow();
    console.hides("тема: увольнение");
    console.key("Tab");
    console.shows("тема: увольнение");
    console.hides("Ответ до");
    console.key("Esc");
    console.shows("Ответ до");
}

#[test]
fn the_topic_list_edits_the_lead_topic() {
    let mut console = Console::wide();
    console.keys("c Up Enter");
    let Ask::Edit(id, edit) = console.last_written() else { panic!("{:?}", console.last_written()) };
    assert_eq!(*id, appeal_id(1841));
    let topics: Vec<&str> = edit.topics.as_ref().unwrap().iter().map(|topic| topic.code()).collect();
    assert_eq!(topics, ["wages", "dismissal"]);
}

#[test]
fn an_assignee_is_chosen_from_the_staff_or_taken_away() {
    let mut console = Console::wide();
    console.key("a");
    console.shows("Гусев П. Н.");
    console.keys("Home Down Enter");
    let Ask::Edit(_, edit) = console.last_written() else { panic!() };
    assert_eq!(edit.assignee, Some(Some::<StaffId>(super::OTHER)));
    console.keys("a End Enter");
    let Ask::Edit(_, edit) = console.last_written() else { panic!() };
    assert_eq!(edit.assignee, Some(None));
}

#[test]
fn spam_is_asked_before_it_is_done() {
    let mut console = Console::wide();
    console.key("x");
    console.shows("Это спам?");
    console.key("Enter");
    assert!(console.written.is_empty(), "the harmless answer stands first");
    console.keys("x Right Enter");
    assert!(matches!(console.last_written(), Ask::SetStage(..)));
}

#[test]
fn the_first_page_is_asked_from_the_start() {
    let console = Console::unanswered(120, 32, Lang::Ru, desk());
    assert!(console.pending().iter().any(|ask| matches!(ask, Ask::Queue { from: PageFrom::Start, .. })));
}
