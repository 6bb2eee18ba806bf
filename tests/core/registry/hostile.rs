//! Files that would harm: each gives a clear error, none costs memory, and the registry stays as it was.

use super::{import, registry};
use crate::story::world::{Plan, World};
use crate::support::engines;
use otklik_core::desk::{ImportRequest, read_registry};
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(bytes).expect("written");
    }
    writer.finish().expect("a zip").into_inner()
}

const TYPES: &str =
    r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Лист1" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const WORKBOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// A workbook around the rows of a sheet.
pub fn xlsx(rows: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    let parts: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", WORKBOOK_RELS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    let parts: Vec<(&str, &[u8])> = parts.into_iter().chain(more.iter().copied()).collect();
    zipped(&parts)
}

fn cell(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

pub fn ods_row(cells: &[&str]) -> String {
    let cell = |text: &&str| match text.is_empty() {
        true => "<table:table-cell/>".to_owned(),
        false => format!(
            r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
        ),
    };
    format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
}

/// A document around the rows of a table.
pub fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="Лист1">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let kind = b"application/vnd.oasis.opendocument.spreadsheet";
    zipped(&[("mimetype", kind), ("content.xml", content.as_bytes())])
}

fn old_office(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a container");
    for (name, bytes) in streams {
        file.create_stream(name).expect("a stream").write_all(bytes).expect("written");
    }
    file.flush().expect("flushed");
    file.into_inner().into_inner()
}

fn record(number: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("a short record");
    [&number.to_le_bytes()[..], &length.to_le_bytes(), body].concat()
}

/// Every hostile file with the code of its error.
fn hostile() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let head = format!("<row r=\"1\">{}</row>", cell("A1", "ФИО"));
    let row = format!("<row r=\"2\">{}</row>", cell("A2", "Петрова Анна Ильинична"));
    let whole = xlsx(&format!("{head}{row}"), &[]);
    let wide_csv =
        format!("ФИО{}\nПетрова Анна Ильинична{}x\n", ",a".repeat(1_000_000), ",".repeat(1_000_000));
    let bomb = vec![b' '; 200 << 20];
    let repeated = format!(
        r#"{}<table:table-row table:number-rows-repeated="1000000000"><table:table-cell table:number-columns-repeated="900" office:value-type="string"><text:p>Петрова Анна Ильинична</text:p></table:table-cell></table:table-row>"#,
        ods_row(&["ФИО"])
    );
    let bof = record(0x809, &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let corner =
        [record(0x203, &[0; 14]), record(0x203, &[0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])]
            .concat();
    let encrypted = r#"<manifest><file-entry><encryption-data/></file-entry></manifest>"#;
    vec![
        ("nothing", "sheet-empty", Vec::new()),
        ("blanks", "sheet-empty", b" ; ;\n;;\n".to_vec()),
        ("a truncated workbook", "sheet-damaged", whole[..whole.len() / 2].to_vec()),
        (
            "half of a sheet",
            "sheet-damaged",
            xlsx("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>ФИО", &[]),
        ),
        ("10^6 columns of CSV", "sheet-too-wide", wide_csv.into_bytes()),
        (
            "the last column of Excel",
            "sheet-too-wide",
            xlsx(&format!("{head}<row r=\"2\">{}</row>", cell("XFD2", "x")), &[]),
        ),
        ("a bomb of a sheet", "sheet-too-large", xlsx(&format!("{head}{}", " ".repeat(64 << 20)), &[])),
        ("a bomb of texts", "sheet-too-large", xlsx(&head, &[("xl/sharedStrings.xml", &bomb)])),
        ("repeated rows without end", "sheet-too-large", ods(&repeated)),
        (
            "a password of xlsx",
            "sheet-password",
            old_office(&[("/EncryptionInfo", b"x"), ("/EncryptedPackage", b"x")]),
        ),
        (
            "a password of xls",
            "sheet-password",
            old_office(&[("/Workbook", &[bof.clone(), record(0x2f, &[0; 6])].concat())]),
        ),
        (
            "a password of ods",
            "sheet-password",
            zipped(&[("content.xml", b"x"), ("META-INF/manifest.xml", encrypted.as_bytes())]),
        ),
        ("cells far apart in xls", "sheet-too-large", old_office(&[("/Workbook", &[bof, corner].concat())])),
        (
            "garbage called xls",
            "sheet-damaged",
            [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[7; 4000]].concat(),
        ),
        ("a page", "sheet-is-html", b"<html><table><tr><td>x</td></tr></table></html>".to_vec()),
        ("a page of XML", "sheet-is-html", b"<?xml version=\"1.0\"?><Workbook/>".to_vec()),
        ("a PDF", "sheet-unknown", b"%PDF-1.7\n1 0 obj".to_vec()),
        ("a picture", "sheet-unknown", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("a zip of something else", "sheet-unknown", zipped(&[("readme.txt", b"x")])),
        ("damaged UTF-8", "not-utf8", "ФИО\nПетрова Анна\n".bytes().chain(*b"\xff\n").collect()),
        ("half of a JSON", "bad-json", b"{\"registry\": [{\"fio_raw\": \"x".to_vec()),
        ("a JSON of something else", "no-members-in-file", b"{\"a\": 1}".to_vec()),
    ]
}

#[tokio::test]
async fn a_hostile_file_gives_a_clear_error_and_leaves_the_registry_as_it_was() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        import(&world, super::csv("id,fio_raw\nM1,Северова Анна Ивановна\n"), "a.csv").await;
        let before = registry(&world);
        for (what, code, bytes) in hostile() {
            let error = read_registry(&bytes, None).map(|_| ()).expect_err(what);
            assert_eq!(error.code, code, "{what}");
        }
        let no_names = read_registry(b"a,b\n1,2\n3,4\n", None).expect("a table");
        let error = world.desk.import_members(&world.head, ImportRequest::of(no_names, "x.csv", true)).await;
        assert_eq!(error.expect_err("no names").code, "no-name-column");
        assert_eq!(registry(&world), before, "{}", world.on());
    }
}

#[test]
fn a_sheet_that_spans_everything_costs_only_what_stands_in_it() {
    let rows = format!(
        "<row r=\"1\">{}</row><row r=\"1048576\">{}</row>",
        cell("A1", "ФИО"),
        cell("A1048576", "Петрова Анна Ильинична")
    );
    let file = read_registry(&xlsx(&rows, &[]), None).expect("a registry");
    assert_eq!(file.examples(0, 9).len(), 1);
}

#[test]
fn entities_of_a_files_own_are_not_expanded() {
    let rows =
        format!("<row r=\"1\">{}</row><row r=\"2\">{}</row>", cell("A1", "ФИО"), cell("A2", "&a;&a;&a;&a;"));
    let bytes = xlsx(&rows, &[]);
    match read_registry(&bytes, None) {
        Ok(file) => assert!(file.examples(0, 1).iter().all(|text| text.len() < 100)),
        Err(error) => assert_eq!(error.code, "sheet-damaged"),
    }
    let table = ods(&format!("{}{}", ods_row(&["ФИО"]), ods_row(&["&a;&a;&a;&a; Анна Ильинична"])));
    let file = read_registry(&table, None).expect("a registry");
    assert!(file.examples(0, 1)[0].len() < 100);
}

#[test]
fn a_formula_is_never_evaluated_and_its_last_value_is_the_value() {
    let rows = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>ФИО</t></is></c><c r="B1" t="inlineStr"><is><t>Должность</t></is></c></row>
        <row r="2"><c r="A2" t="str"><f>CONCATENATE("a","b")</f><v>Петрова Анна</v></c><c r="B2"><f>WEBSERVICE("http://127.0.0.1")</f></c></row>"#;
    let file = read_registry(&xlsx(rows, &[]), None).expect("a registry");
    assert_eq!(file.examples(0, 1)[0].display().as_str(), "Петрова Анна");
    assert!(file.examples(1, 1).is_empty(), "no value was left, so there is none");
}
