//! Loading the registry at the console: nothing is written before the difference was seen, and all of it can be taken back.

use super::{Ask, Console};
use otklik_core::desk::views::OrgView;
use otklik_core::desk::{Change, Counts, DiffRow, ImportView, MemberImport};
use otklik_core::error::Error;
use otklik_core::types::{OrgId, OrgLevel, RegistryField, RowFate, Untrusted};
use otklik_ui::i18n::Lang;
use std::time::Duration;
use uuid::Uuid;

const FILE: &str = "Ф.И.О.;Дата рожд.;Тел.;Прим.\nСемёнова Алёна Игоревна;14.03.1987;+7 900 000-01-01;медсестра\n\
Гайфуллина Резеда Маратовна;1979-06-23;8 (900) 000-01-03;фельдшер\n";

fn row(fate: RowFate, line: usize, name: &str) -> DiffRow {
    let name = Untrusted::new(name);
    DiffRow { line, fate, member: None, name, why: None, other_line: None, changes: Vec::new() }
}

fn found() -> MemberImport {
    let changes = vec![Change {
        field: "phone_raw",
        before: Untrusted::new("+7 900 000-00-00"),
        after: Untrusted::new("+7 900 000-01-01"),
    }];
    let doubled = DiffRow {
        why: Some("doubled-row"),
        other_line: Some(2),
        ..row(RowFate::Conflicting, 4, "Хусаинова\u{1b}[2J Роза")
    };
    MemberImport {
        counts: Counts { rows: 4, new: 1, changed: 1, conflicting: 1, vanished: 1, ..Counts::default() },
        diff: vec![
            DiffRow { changes, ..row(RowFate::Changed, 2, "Семёнова Алёна Игоревна") },
            row(RowFate::New, 3, "Гайфуллина Резеда Маратовна"),
            doubled,
            row(RowFate::Vanished, 9, "Сафонов Валерий Юрьевич"),
        ],
        ..MemberImport::default()
    }
}

fn org(code: &str, name: &str) -> OrgView {
    OrgView {
        id: OrgId(Uuid::from_u128(0x8000)),
        code: Untrusted::new(code),
        name: Untrusted::new(name),
        level: OrgLevel::Primary,
        parent: None,
        left_members: 0,
        members: 0,
        opened_on: None,
        closed_on: None,
        former_names: Vec::new(),
    }
}

/// The columns of an opened file.
fn opened(columns: u16, rows: u16) -> Console {
    let mut console = Console::new(columns, rows, Lang::Ru, super::fixture::desk());
    console.desk.registry = FILE.into();
    console.desk.import = found();
    console.desk.orgs = vec![org("P02", "ППО горбольницы № 2")];
    console.keys("4 F2");
    console.shows("Загрузок ещё не было");
    console.key("F2");
    console.type_text("реестр.csv");
    console.key("Enter");
    console
}

#[test]
fn a_registry_is_corrected_compared_and_loaded_as_it_was_shown() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = opened(columns, rows);
        console.shows("реестр.csv: csv");
        console.shows("Ф.И.О.");
        console.shows("по заголовку");
        console.shows("Организация не указана");
        // The last column was not guessed: a person says what it is.
        console.keys("End F3");
        console.shows("Что в этом столбце");
        let positions = RegistryField::ALL.iter().position(|field| *field == RegistryField::Position);
        let skip = RegistryField::ALL.iter().position(|field| *field == RegistryField::Skip);
        (0..skip.unwrap() - positions.unwrap()).for_each(|_| console.key("Up"));
        console.key("Enter");
        console.shows("как указано");
        console.keys("F5 Down Enter");
        console.shows("Члены организации: ППО горбольницы № 2");
        console.key("F6");
        console.shows("пропавших не отмечать");
        console.keys("F6 F8");
        console.shows("сначала сравните");
        console.key("F7");
        console.shows("Новых: 1, изменится: 1");
        // What a person has to look at stands first.
        console.shows("Строка 4, противоречие");
        console.keys("Down Down");
        console.shows("телефон: +7 900 000-00-00 -> +7");
        assert!(console.written.is_empty(), "comparing writes nothing");
        console.key("F8");
        console.shows("Члены организации: ППО горбольницы № 2");
        console.key("Enter");
        assert!(console.written.is_empty(), "Enter alone loads nothing");
        console.keys("F8 Right Enter");
        let Ask::LoadRegistry(request) = console.last_written() else { panic!("{:?}", console.written) };
        assert_eq!(request.expected, Some(found().counts), "only what was shown is loaded");
        assert!(request.apply && !request.partial);
        assert_eq!(request.org.as_deref(), Some("P02"));
        assert_eq!(request.file.layout.columns[3].field, RegistryField::Position);
        console.shows("Реестр загружен: новых 1, изменено 1");
    }
}

#[test]
fn rows_are_looked_at_by_what_becomes_of_them() {
    let mut console = opened(120, 32);
    console.key("F7");
    console.shows("Показано: все строки с изменениями (4)");
    console.key("Tab");
    console.shows("Показано: противоречие (1)");
    console.shows("в файле дважды; другая строка (2)");
    console.hides("Гайфуллина");
    console.key("Tab");
    console.shows("Сафонов");
    console.keys("Tab Tab Tab");
    console.shows("Показано: все строки с изменениями (4)");
    // One step back are the columns, as they were corrected.
    console.key("Esc");
    console.shows("Проверьте, что в каком столбце");
}

#[test]
fn work_says_how_far_it_is_and_escape_stops_it() {
    let mut console = opened(80, 24);
    console.bytes(super::fixture::key("F7").as_bytes());
    console.shows("Сравниваю");
    console.pass(Duration::from_millis(300));
    let progress = console.pending().iter().any(|ask| matches!(ask, Ask::ImportProgress(_)));
    assert!(progress, "{:?}", console.pending());
    console.desk.failing = Some((|ask| matches!(ask, Ask::CompareRegistry(_)), "import-cancelled"));
    console.bytes(super::fixture::key("Esc").as_bytes());
    console.pass(Duration::from_millis(300));
    console.shows("Прерываю");
    let stops = console.pending().iter().any(|ask| matches!(ask, Ask::StopImport(_)));
    assert!(stops, "{:?}", console.pending());
    console.settle();
    console.shows("Реестр остался прежним");
    console.shows("Проверьте, что в каком столбце");
}

#[test]
fn a_registry_that_changed_meanwhile_is_shown_anew_before_it_is_loaded() {
    let mut console = opened(120, 32);
    console.key("F7");
    console.desk.refusing = Some(Error::conflict("import-changed"));
    console.keys("F8 Right Enter");
    console.shows("Реестр изменился после показа");
    console.keys("Enter F8");
    console.shows("сначала сравните");
}

#[test]
fn a_file_that_cannot_be_read_says_why_and_leaves_everything() {
    let mut console = Console::wide();
    console.desk.failing = Some((|ask| matches!(ask, Ask::ReadRegistry { .. }), "sheet-password"));
    console.keys("4 F2 F2");
    console.type_text("реестр.xlsx");
    console.key("Enter");
    console.shows("парол");
    console.key("F7");
    assert!(console.written.is_empty());
}

#[test]
fn an_import_is_taken_back_whole_after_a_question() {
    let mut console = Console::wide();
    console.desk.imports = vec![ImportView {
        id: Uuid::from_u128(0x9000),
        file: Untrusted::new("реестр.xlsx"),
        sheet: Untrusted::new("Лист1"),
        organisation: None,
        actor: "Орлова А. П.".into(),
        at: super::fixture::now(),
        undone_at: None,
        counts: found().counts,
    }];
    console.keys("4 F2");
    console.shows("реестр.xlsx");
    console.shows("действует");
    console.keys("F8 Enter");
    assert!(console.written.is_empty());
    console.keys("F8 Right Enter");
    assert!(matches!(console.last_written(), Ask::UndoImport(id) if *id == Uuid::from_u128(0x9000)));
    console.shows("реестр такой, как до неё");
    console.desk.imports[0].undone_at = Some(super::fixture::now());
    console.key("Ctrl-R");
    console.shows("отменена");
    console.key("F8");
    console.shows("уже отменена");
}
