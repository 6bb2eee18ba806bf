//! Files as hands and old programs leave them: a quotation mark that nobody closed, a cell of megabytes, cells merged down over
//! many rows, a workbook of Excel 97. What can be read is read rightly; what cannot changes nothing.

use super::hostile::{ods, xlsx};
use super::{csv, import, registry};
use crate::story::world::{Plan, World};
use crate::support::engines;
use otklik_core::desk::{ImportRequest, RegistryFile, read_registry};
use otklik_core::types::{Purpose, RegistryField, Untrusted};
use rust_xlsxwriter::{Format, Workbook};

const ALL: &str = "id;ppo;fio_raw;phone_raw\nM1;A;Петрова Анна Ильинична;1\nM2;A;Сосин Пётр Ильич;2\n\
    M3;A;Орлова Инна Ильинична;3\nM4;A;Громов Олег Ильич;4\n";

#[tokio::test]
async fn a_quotation_mark_that_is_not_closed_is_told_with_its_line_and_nobody_is_missing() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        import(&world, csv(ALL), "a.csv").await;
        let before = registry(&world);
        let open = ALL.replace("Сосин Пётр", "\"Сосин Пётр");
        // Closed by the mark that was to open another cell, two rows below.
        let crossed = open.replace("Громов Олег Ильич", "\"Громов Олег Ильич\"");
        for text in [open, crossed] {
            let error = read_registry(text.as_bytes(), None).map(|_| ()).expect_err("a mark");
            assert_eq!((error.code, error.args), ("csv-quote", vec![("line", "3".to_owned())]));
        }
        assert_eq!(registry(&world), before, "{}", world.on());
        let closed =
            ALL.replace("Сосин Пётр Ильич", "\"Сосин Пётр Ильич\"").replace(";4", ";\"4,\nзвонить\"");
        let done = import(&world, csv(&closed), "b.csv").await.counts;
        assert_eq!((done.vanished, done.unreadable, done.rows), (0, 0, 4), "{}", world.on());
    }
}

#[tokio::test]
async fn a_cell_of_megabytes_is_no_name_and_costs_its_row_only() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let long = "Ж".repeat(10 << 20);
        let done = import(&world, csv(&ALL.replace("Сосин Пётр Ильич", &long)), "a.csv").await;
        let told: Vec<_> = done.diff.iter().filter_map(|row| Some((row.line, row.why?))).collect();
        assert_eq!(told, [(3, "field-too-long")], "{}", world.on());
        assert_eq!(done.counts.new, 3, "{}", world.on());
        assert!(
            done.diff.iter().all(|row| row.name.display().as_str().len() < 2000),
            "it is not carried about"
        );
    }
}

#[tokio::test]
async fn a_long_file_without_a_single_name_is_refused_at_once_and_a_short_one_row_by_row() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let rows = |count: usize| (0..count).map(|n| format!("N{n};{n}\n")).collect::<String>();
        let long = csv(&format!("id;ФИО\n{}", rows(1001)));
        let error = world.desk.import_members(&world.head, ImportRequest::of(long, "a.csv", false)).await;
        let error = error.map(|_| ()).expect_err("no names");
        let args = vec![("rows", "1001".to_owned()), ("line", "2".to_owned())];
        assert_eq!((error.code, error.args), ("no-names-in-rows", args), "{}", world.on());
        let short = import(&world, csv(&format!("id;ФИО\n{}", rows(3))), "a.csv").await;
        assert_eq!(short.counts.unreadable, 3, "{}", world.on());
    }
}

/// Organisation and workplace of each of these people, once the file is imported.
async fn filled<const N: usize>(
    world: &World,
    file: RegistryFile,
    people: [&str; N],
) -> [(String, String); N] {
    import(world, file, "merged").await;
    let plain = |text: &Untrusted| text.display_line().into_string();
    let mut told = [const { (String::new(), String::new()) }; N];
    for (name, told) in people.into_iter().zip(&mut told) {
        let found = world.desk.find_members(&world.head, name, 1).await.expect("a look-up").remove(0);
        let org = found.member.organisation.as_ref().map(|org| plain(&org.name)).unwrap_or_default();
        *told = (org, plain(&found.member.workplace));
    }
    told
}

fn merged_xlsx() -> Vec<u8> {
    let (mut book, plain) = (Workbook::new(), Format::new());
    let sheet = book.add_worksheet();
    // Titles are merged down too, over a header of two rows.
    sheet.merge_range(0, 0, 1, 0, "Первичная организация", &plain).expect("a title");
    sheet.merge_range(0, 1, 1, 1, "Место работы", &plain).expect("a title");
    sheet.merge_range(0, 2, 0, 3, "Член профсоюза", &plain).expect("a title");
    sheet.write(1, 2, "ФИО").expect("a title");
    sheet.write(1, 3, "Телефон").expect("a title");
    sheet.merge_range(2, 0, 4, 0, "Больница", &plain).expect("a cell");
    sheet.merge_range(3, 1, 4, 1, "Скорая", &plain).expect("a cell");
    sheet.merge_range(2, 3, 4, 3, "89000000101", &plain).expect("a cell");
    sheet.merge_range(6, 0, 8, 0, "Школа", &plain).expect("a cell");
    let names = ["Петрова Анна Ильинична", "Сосин Пётр Ильич", "Орлова Инна Ильинична"];
    for (row, name) in (2u32..).zip(names) {
        sheet.write(row, 2, name).expect("a cell");
    }
    sheet.write(5, 2, "Чижова Нина Львовна").expect("a cell");
    sheet.write(6, 2, "Громов Олег Ильич").expect("a cell");
    sheet.write(8, 2, "Зуева Вера Ильинична").expect("a cell");
    book.save_to_buffer().expect("a file")
}

fn merged_ods() -> Vec<u8> {
    let text = |more: &str, text: &str| {
        format!(
            r#"<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>"#
        )
    };
    let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let under = || "<table:covered-table-cell/>".to_owned();
    let span = r#" table:number-rows-spanned="3" table:number-columns-spanned="1""#;
    ods(&[
        row(&[text("", "Первичная организация"), text("", "ФИО")]),
        row(&[text(span, "Больница"), text("", "Петрова Анна Ильинична")]),
        row(&[under(), text("", "Сосин Пётр Ильич")]),
        row(&[under(), text("", "Орлова Инна Ильинична")]),
        row(&[text("", ""), text("", "Чижова Нина Львовна")]),
    ]
    .concat())
}

#[tokio::test]
async fn a_merged_cell_says_the_organisation_of_all_its_rows_and_nobody_elses_telephone() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let file = read_registry(&merged_xlsx(), None).expect("a registry");
        let people = ["Петрова", "Сосин", "Орлова", "Чижова", "Громов", "Зуева"];
        let told = filled(&world, file, people).await;
        let told: Vec<_> = told.iter().map(|(org, place)| (&**org, &**place)).collect();
        let expected = [
            ("Больница", ""),
            ("Больница", "Скорая"),
            ("Больница", "Скорая"),
            ("", ""),
            ("Школа", ""),
            ("Школа", ""),
        ];
        assert_eq!(told, expected, "{on}");
        let called = world.desk.find_members(&world.head, "89000000101", 9).await.expect("found");
        assert_eq!(called.len(), 1, "{on}: a telephone is its first row's");
    }
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let file = read_registry(&merged_ods(), None).expect("a registry");
        let told = filled(&world, file, ["Петрова", "Сосин", "Орлова", "Чижова"]).await;
        let orgs: Vec<_> = told.iter().map(|(org, _)| &**org).collect();
        assert_eq!(orgs, ["Больница", "Больница", "Больница", ""], "{}", world.on());
    }
}

#[test]
fn a_million_merged_cells_are_too_many() {
    let merged = "<mergeCell ref=\"A1:A2\"/>".repeat(1_000_001);
    let rows = format!("</sheetData><mergeCells count=\"1\">{merged}</mergeCells><sheetData>");
    assert_eq!(
        read_registry(&xlsx(&rows, &[]), None).map(|_| ()).expect_err("too many").code,
        "sheet-too-large"
    );
}

/// Written by another program (xlwt for Python): a cover, days and a moment as days, telephones and cards as numbers, text and
/// days before 1930 and on a leap day, merged organisations, a formula that nobody has reckoned yet.
#[tokio::test]
async fn a_workbook_of_excel_97_made_by_another_program_is_read_with_its_days() {
    let bytes = include_bytes!("../fixtures/registry/xlwt.xls");
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let file = read_registry(bytes, None).expect("a registry");
        assert_eq!((file.format(), file.sheet()), ("xls", Untrusted::new("Список")));
        use RegistryField::{Birth, Card, Joined, Name, Org, Phone, Skip};
        let fields: Vec<_> = file.layout.columns.iter().map(|column| column.field).collect();
        assert_eq!(fields, [Skip, Org, Name, Birth, Phone, Card, Joined]);
        let births: Vec<_> = file.examples(3, 9).iter().map(|day| day.display_line().into_string()).collect();
        assert_eq!(births, ["1980-02-01", "1975-12-31", "03.04.1969", "1929-01-01", "2003-06-15"]);
        let done = import(&world, file, "a.xls").await;
        assert_eq!((done.counts.new, done.counts.unreadable, done.counts.rows), (5, 0, 5), "{on}");
        let of = async |name: &str| {
            let found = world.desk.find_members(&world.head, name, 1).await.expect("found").remove(0);
            world.desk.member(&world.head, found.member.id).await.expect("a row")
        };
        let raw = |text: &Untrusted| text.raw_for(Purpose::Store).to_owned();
        for (name, joined, org) in [
            ("Петрова", "2010-09-01", "Районная больница"),
            ("Сосин", "2004-02-29", "Районная больница"),
            ("Орлова", "2001", "Районная больница"),
            ("Чижова", "1999-12-31", "Школа № 7"),
            ("Громов", "", "Школа № 7"),
        ] {
            let member = of(name).await;
            let told =
                (raw(&member.joined), member.organisation.map(|org| raw(&org.name)).unwrap_or_default());
            assert_eq!(told, (joined.to_owned(), org.to_owned()), "{on}: {name}");
        }
        let called = world.desk.find_members(&world.head, "89000000104", 5).await.expect("found");
        assert_eq!(called.len(), 1, "{on}: a telephone that the file has as a number");
    }
}
