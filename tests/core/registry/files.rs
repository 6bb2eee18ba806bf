//! Spreadsheets as committees keep them: made here, read by the program, every row accounted for.

use super::{import, import_as};
use crate::story::world::{Plan, World};
use crate::support::{engines, scaled};
use otklik_core::desk::{ImportRequest, LayoutChoice, RegistryFile, read_registry};
use otklik_core::types::{ColumnWhy, MemberStatus, RegistryField as F, Untrusted};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

fn fields(file: &RegistryFile) -> Vec<F> {
    file.layout.columns.iter().map(|column| column.field).collect()
}

/// A sheet of many hands: titles above, a header of two rows with merged cells, days as days and as text, telephones as
/// numbers, empty rows, sums, doubled people, rows without a name. Returns the file and how many rows of each kind it has:
/// all, empty, good, doubled, unreadable.
fn dirty(count: usize) -> (Vec<u8>, [usize; 5]) {
    let mut book = Workbook::new();
    let cover = book.add_worksheet();
    cover.set_name("Обложка").expect("a name");
    cover.write(0, 0, "Отчёт профкома").expect("a cell");
    let sheet = book.add_worksheet();
    sheet.set_name("Члены").expect("a name");
    let (plain, day) = (Format::new(), Format::new().set_num_format("dd.mm.yyyy"));
    sheet.merge_range(0, 0, 0, 8, "СПИСОК членов профсоюза на 01.11.2026", &plain).expect("a title");
    for (column, title) in [(0, "№ п/п"), (4, "Дата рождения"), (5, "№ проф. билета"), (8, "Должность")]
    {
        sheet.write(2, column, title).expect("a cell");
    }
    sheet.merge_range(2, 1, 2, 3, "ФИО", &plain).expect("a header");
    sheet.merge_range(2, 6, 2, 7, "Контакты", &plain).expect("a header");
    for (column, title) in [(1, "Фамилия"), (2, "Имя"), (3, "Отчество"), (6, "Телефон"), (7, "E-mail")]
    {
        sheet.write(3, column, title).expect("a cell");
    }
    let [mut empty, mut good, mut doubled, mut unreadable] = [0; 4];
    for n in 0..count {
        let row = u32::try_from(n).expect("a row") + 4;
        if n % 50 == 7 {
            empty += 1;
            continue;
        }
        sheet.write(row, 0, n as f64).expect("a cell");
        if n % 50 == 13 {
            unreadable += 1;
            sheet.write(row, 1, if n % 100 == 13 { "" } else { "Итого:" }).expect("a cell");
            sheet.write(row, 8, "25 чел.").expect("a cell");
            continue;
        }
        let is_double = n % 50 == 21;
        let who = if is_double { n - 1 } else { n };
        let surname = format!("Фамилия{}", spelled(who));
        sheet.write(row, 1, surname).expect("a cell");
        sheet.write(row, 2, if n % 3 == 0 { "АННА" } else { "Анна " }).expect("a cell");
        sheet.write(row, 3, "Ильинична").expect("a cell");
        let (year, month, date) = (1950 + (who % 50) as u16, (who % 12) as u8 + 1, (who % 28) as u8 + 1);
        match n % 4 {
            0 => {
                let at = ExcelDateTime::from_ymd(year, month, date).expect("a day");
                sheet.write_with_format(row, 4, &at, &day).expect("a cell");
            }
            1 => {
                sheet.write(row, 4, format!("{date:02}.{month:02}.{year}")).expect("a cell");
            }
            2 => {
                sheet.write(row, 4, format!("{year} г.р.")).expect("a cell");
            }
            _ => {
                sheet.write_formula(row, 4, Formula::new("=1/0").set_result("не указана")).expect("a cell");
            }
        }
        let card = 100_000 + who;
        if n % 2 == 0 {
            sheet.write(row, 5, card as f64).expect("a cell");
        } else {
            sheet.write(row, 5, format!("№ {card}")).expect("a cell");
        }
        match n % 3 {
            0 => sheet.write(row, 6, 79_000_000_000.0 + who as f64).expect("a cell"),
            1 => sheet.write(row, 6, format!("8 900 {:07}, 8-901-{:07}", who, who)).expect("a cell"),
            _ => sheet.write(row, 6, "нет").expect("a cell"),
        };
        sheet.write(row, 7, format!("m{who}@example.org; M{who}@EXAMPLE.com")).expect("a cell");
        sheet.write(row, 8, "медсестра").expect("a cell");
        if is_double { doubled += 1 } else { good += 1 }
    }
    let bytes = book.save_to_buffer().expect("a file");
    // An empty row at the very end would not be there at all.
    let last_is_empty = usize::from((count - 1) % 50 == 7);
    (bytes, [count - last_is_empty, empty - last_is_empty, good, doubled, unreadable])
}

/// A number in letters, since no name has digits.
fn spelled(mut n: usize) -> String {
    const LETTERS: [char; 10] = ['а', 'б', 'в', 'г', 'д', 'е', 'ж', 'з', 'и', 'к'];
    let mut word = String::new();
    loop {
        word.insert(0, LETTERS[n % 10]);
        n /= 10;
        if n == 0 {
            return word;
        }
    }
}

#[tokio::test]
async fn every_row_of_a_dirty_sheet_is_accounted_for() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let (bytes, [rows, empty, good, doubled, unreadable]) = dirty(scaled(100_000));
        let file = read_registry(&bytes, None).expect("a registry");
        assert_eq!(file.sheet().display().as_str(), "Члены", "the cover has no names");
        let expected = [
            F::Skip,
            F::Surname,
            F::Given,
            F::Patronymic,
            F::Birth,
            F::Card,
            F::Phone,
            F::Email,
            F::Position,
        ];
        assert_eq!(fields(&file), expected, "{on}");
        let done = import(&world, file.clone(), "dirty.xlsx").await;
        let counts = done.counts;
        assert_eq!(
            [counts.rows, counts.empty, counts.new, counts.conflicting, counts.unreadable],
            [rows, empty, good, doubled, unreadable],
            "{on}: {counts:?}"
        );
        let numbers: Vec<_> = done.numbers.iter().map(|note| note.column).collect();
        assert_eq!(numbers, ["card_raw", "phone_raw"], "what is stored as numbers is told: {on}");
        assert!(done.unclear.iter().any(|field| field.why == "no-phone"), "{on}");
        let again = import(&world, file, "dirty.xlsx").await;
        assert_eq!((again.counts.same, again.id), (good, None), "{on}: a second time changes nothing");
        let hits = world.desk.find_members(&world.head, "100001", 5).await.expect("found");
        let member = &hits.first().expect("by the card").member;
        assert_eq!(member.birth.display().as_str(), "··.··.1951", "{on}: a day written as text");
        assert_eq!(member.status, MemberStatus::Unknown, "{on}");
    }
}

#[tokio::test]
async fn a_second_telephone_finds_its_member() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let text = "id,ppo,fio_raw,phone_raw,email\n\
            N1,north,Северова Анна Ивановна,\"+7 900 111-22-33, 8 (900) 444-55-66\",a@example.org b@example.org\n";
        import(&world, super::csv(text), "registry.csv").await;
        let letter = crate::story::letters::plain(
            "b@example.org",
            &world.ours,
            &crate::story::letters::fresh_id(),
            "Вопрос",
            "Мой телефон 8 900 444 55 66.",
        );
        world.lands("2026-11-16T09:00:00+03:00", &letter);
        world.run().await;
        let card = world.desk.match_card(&world.head, world.only().await.id).await.expect("a card");
        let found = card.candidates.iter().map(|found| found.member.source_id.clone());
        assert_eq!(found.collect::<Vec<_>>(), [Untrusted::new("N1")], "{}", world.on());
    }
}

#[test]
fn one_table_is_read_alike_whatever_kind_of_file_it_stands_in() {
    let rows = [
        ["ФИО", "Дата рождения", "Телефон", "№ билета"],
        ["Петрова Анна Ильинична", "01.02.1980", "8 900 000-01-01", "0122"],
        ["", "", "", ""],
        ["Сосин Пётр Ильич", "1975", "", "123"],
    ];
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (r, row) in rows.iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            sheet
                .write(u32::try_from(r).expect("a row"), u16::try_from(c).expect("a column"), *cell)
                .expect("a cell");
        }
    }
    let xlsx = book.save_to_buffer().expect("a file");
    let text = |separator: &str| rows.map(|row| row.join(separator)).join("\r\n");
    let (windows, _, _) = encoding_of_spreadsheets(&text(";"));
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text("\t").encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let ods = super::hostile::ods(&rows.map(|row| super::hostile::ods_row(&row)).concat());
    let json = serde_json::json!({ "registry": [
        { "ФИО": rows[1][0], "Дата рождения": rows[1][1], "Телефон": rows[1][2], "№ билета": rows[1][3] },
        { "ФИО": "" },
        { "ФИО": rows[3][0], "Дата рождения": rows[3][1], "№ билета": rows[3][3] },
    ]});
    let files = [
        ("xlsx", "utf-8", xlsx),
        ("ods", "utf-8", ods),
        ("csv", "windows-1251", windows),
        ("csv", "utf-16", utf16),
        ("csv", "utf-8", [b"\xef\xbb\xbf".as_slice(), text(",").as_bytes()].concat()),
        ("csv", "utf-8", format!("sep=;\r\n{}", text(";")).into_bytes()),
        ("json", "utf-8", json.to_string().into_bytes()),
    ];
    for (format, encoding, bytes) in files {
        let file = read_registry(&bytes, None).unwrap_or_else(|error| panic!("{format}: {error}"));
        assert_eq!((file.format(), file.encoding()), (format, encoding));
        assert_eq!(fields(&file), [F::Name, F::Birth, F::Phone, F::Card], "{format}");
        let values = |column| {
            let found = file.examples(column, 9);
            found.iter().map(|text| text.display().as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(values(0), [rows[1][0], rows[3][0]], "{format} {encoding}");
        assert_eq!(values(3), [rows[1][3], rows[3][3]], "{format} {encoding}");
    }
}

/// Windows-1251, as spreadsheets in Russian save text.
fn encoding_of_spreadsheets(text: &str) -> (Vec<u8>, (), ()) {
    let byte = |c: char| match c {
        'А'..='я' => u8::try_from(u32::from(c) - u32::from('А') + 0xc0).expect("a letter"),
        'ё' => 0xb8,
        '№' => 0xb9,
        _ => u8::try_from(u32::from(c)).expect("ASCII"),
    };
    (text.chars().map(byte).collect(), (), ())
}

#[tokio::test]
async fn what_the_columns_are_is_corrected_and_remembered_for_the_organisation() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let text = "Кто;Что;Номер\nПетрова Анна Ильинична;врач;0122\nСосин Пётр Ильич;врач;0123\n";
        let mut file = super::csv(text);
        assert_eq!(fields(&file), [F::Name, F::Skip, F::Skip], "by its values: {on}");
        let map = r##"{"columns": {"Что": "position", "#3": "card_raw"}}"##;
        file.choose(&LayoutChoice::read(map).expect("a map"), ColumnWhy::Given);
        assert_eq!(fields(&file), [F::Name, F::Position, F::Card], "{on}");
        import(&world, file, "a.csv").await;
        let mut next = super::csv(text);
        assert!(world.desk.use_saved_layout(&world.head, &mut next, None).await.expect("saved"), "{on}");
        assert_eq!(fields(&next), [F::Name, F::Position, F::Card], "{on}");
        let done = import(&world, next, "b.csv").await;
        assert_eq!(done.counts.same, 2, "{on}");
        let mut other = super::csv("Кто;Иное\nПетрова Анна Ильинична;1\nСосин Пётр Ильич;2\n");
        let used = world.desk.use_saved_layout(&world.head, &mut other, None).await.expect("looked");
        assert!(!used, "a file with other titles is guessed anew: {on}");
        let error = LayoutChoice::read(r#"{"columns": {"Что": "nothing"}}"#).expect_err("no field");
        assert_eq!(error.code, "bad-map");
    }
}

#[tokio::test]
async fn rows_of_one_organisation_or_of_a_column_of_them_get_theirs() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let orgs = r#"[{"id": "P1", "level": "primary", "name": "ППО больницы № 2"}]"#;
        let orgs = otklik_core::desk::read_orgs(orgs.as_bytes()).expect("organisations");
        world.desk.import_orgs(&world.head, orgs.rows, true).await.expect("imported");
        let by_name = "ФИО;ППО\nПетрова Анна Ильинична;ППО Больницы №2\nСосин Пётр Ильич;P9\n";
        let done = import(&world, super::csv(by_name), "a.csv").await;
        assert_eq!(done.unknown_orgs, [Untrusted::new("P9")], "by its name the other is known: {on}");
        let mut request = ImportRequest::of(super::csv("ФИО\nОрлов Пётр Ильич\n"), "b.csv", false);
        request.org = Some("P1".into());
        let done = import_as(&world, &world.head, request.clone()).await;
        assert_eq!((done.counts.new, done.counts.vanished), (1, 1), "Petrova is not in the file of P1: {on}");
        request.org = Some("none".into());
        let error = world.desk.import_members(&world.head, request).await.expect_err("no such code");
        assert_eq!(error.code, "no-organisation", "{on}");
        let all = world.desk.organisations(&world.head).await.expect("organisations");
        let members: Vec<_> =
            all.iter().map(|org| (org.code.display().as_str().to_owned(), org.members)).collect();
        assert_eq!(members, [("P1".to_owned(), 2), ("P9".to_owned(), 1)], "{on}");
    }
}
