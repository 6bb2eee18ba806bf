//! Which column of a file means what: by the words of its header, and where those say nothing by what stands in it. These are
//! guesses, which a person sees and corrects before anything is written.

use super::names;
use crate::rules::normalise::{self, fold_name};
use crate::types::{ColumnWhy, RegistryField as F};

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The words above it; those of two rows of a header stand behind each other. Empty where there is no header.
    pub title: String,
    pub field: F,
    pub why: ColumnWhy,
}

/// What a table is taken for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// How many of the first rows are header and what stands above it.
    pub header_rows: usize,
    pub columns: Vec<Column>,
}

impl Layout {
    /// Whether rows can be made of it: names are there.
    pub fn has_names(&self) -> bool {
        self.columns.iter().any(|column| matches!(column.field, F::Name | F::Surname))
    }
}

/// Rows in which a header is looked for.
pub const HEAD: usize = 40;
/// Rows by whose values a column is guessed.
pub const SAMPLE: usize = 200;

/// The layout of a table by its first rows, each a list of cells.
pub fn guess(rows: &[Vec<&str>]) -> Layout {
    let known = |row: &[&str]| {
        let mut found: Vec<F> = row.iter().filter_map(|cell| by_words(cell)).collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|field| *field != F::Skip);
        found.len()
    };
    let head = &rows[..rows.len().min(HEAD)];
    let best = (0..head.len()).max_by_key(|&n| (known(&head[n]), std::cmp::Reverse(n)));
    let best = best.filter(|&n| {
        known(&head[n]) >= 2
            || head[n].iter().any(|cell| matches!(by_words(cell), Some(F::Name | F::Surname)))
    });
    let Some(best) = best else { return without_header(rows) };
    // A second row of the header stands below merged cells, or above them.
    let (mut first, mut last) = (best, best);
    if best > 0 && filled(&head[best - 1]) > 1 && are_two(&head[best - 1], &head[best]) {
        first = best - 1;
    } else if head.get(best + 1).is_some_and(|below| are_two(&head[best], below)) {
        last = best + 1;
    }
    let titles = titles(&head[first..=last]);
    let mut header_rows = last + 1;
    // «1 2 3 4»: the numbers of the columns, as printed forms have them.
    if head.get(header_rows).is_some_and(|row| is_numbering(row)) {
        header_rows += 1;
    }
    let fields = titles.iter().map(|title| by_words(title));
    let columns = titles.iter().zip(fields).map(|(title, field)| Column {
        title: title.clone(),
        field: field.unwrap_or(F::Skip),
        why: if field.is_some() { ColumnWhy::Header } else { ColumnWhy::None },
    });
    let mut layout = Layout { header_rows, columns: columns.collect() };
    by_values(&mut layout, &rows[header_rows.min(rows.len())..]);
    once_each(&mut layout.columns);
    layout
}

/// The layout of a table whose titles stand in row `n`, counted from 0.
pub fn with_header(rows: &[Vec<&str>], n: usize) -> Layout {
    let column = |title: &&str| {
        let field = by_words(title);
        let why = if field.is_some() { ColumnWhy::Header } else { ColumnWhy::None };
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        Column { title, field: field.unwrap_or(F::Skip), why }
    };
    let titles = rows.get(n).into_iter().flatten();
    let mut layout = Layout { header_rows: n + 1, columns: titles.map(column).collect() };
    by_values(&mut layout, rows.get(n + 1..).unwrap_or_default());
    once_each(&mut layout.columns);
    layout
}

fn filled(row: &[&str]) -> usize {
    row.iter().filter(|cell| !cell.is_empty()).count()
}

/// Whether two rows are one header: the lower one says something below a merged cell, and mostly what headers say. Below
/// a whole header of one row every cell of data has a title.
fn are_two(upper: &[&str], lower: &[&str]) -> bool {
    let above = |n: usize| upper.get(n).copied().unwrap_or_default();
    let known = lower.iter().filter(|cell| by_words(cell).is_some()).count();
    lower.iter().enumerate().any(|(n, cell)| !cell.is_empty() && above(n).is_empty())
        && known * 2 > filled(lower)
        && is_wordy(lower)
}

fn is_wordy(row: &[&str]) -> bool {
    row.iter().all(|cell| {
        normalise::phones(cell).is_empty()
            && super::days::comparable(cell, 2026).is_none()
            && !cell.contains('@')
    })
}

fn is_numbering(row: &[&str]) -> bool {
    let numbers = row.iter().filter(|cell| !cell.is_empty()).map(|cell| cell.parse::<usize>());
    filled(row) > 2 && numbers.enumerate().all(|(n, number)| number == Ok(n + 1))
}

/// The words above each column. A cell of the upper row that is merged stands in its first column only and counts for those
/// behind it, as long as the lower row says something there.
fn titles(rows: &[Vec<&str>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: usize, column: usize| rows[row].get(column).copied().unwrap_or_default();
    let mut titles = Vec::with_capacity(columns);
    let mut above = "";
    for column in 0..columns {
        let (upper, lower) = (cell(0, column), if rows.len() > 1 { cell(1, column) } else { "" });
        above = if !upper.is_empty() || lower.is_empty() { upper } else { above };
        let title = [above, lower].join(" ");
        titles.push(title.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    titles
}

/// No word of a header is known: names tell where the data begin, and the row before them has the titles.
fn without_header(rows: &[Vec<&str>]) -> Layout {
    let columns = rows.iter().take(SAMPLE).map(Vec::len).max().unwrap_or(0);
    let column = Column { title: String::new(), field: F::Skip, why: ColumnWhy::None };
    let mut layout = Layout { header_rows: 0, columns: vec![column; columns] };
    by_values(&mut layout, rows);
    let names = layout.columns.iter().position(|column| column.field == F::Name);
    let is_data = |row: &Vec<&str>| names.is_some_and(|n| row.get(n).is_some_and(|cell| is_whole_name(cell)));
    let first = rows.iter().take(HEAD).position(is_data).unwrap_or(0);
    if let Some(above) = first.checked_sub(1) {
        layout.header_rows = first;
        for (column, title) in layout.columns.iter_mut().zip(&rows[above]) {
            column.title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }
    once_each(&mut layout.columns);
    layout
}

fn is_whole_name(value: &str) -> bool {
    names::is_name(value) && fold_name(value).split(' ').count() == 3
}

/// Takes columns that no word explains for what most of their values are.
fn by_values(layout: &mut Layout, rows: &[Vec<&str>]) {
    let sample = &rows[..rows.len().min(SAMPLE)];
    let has = |columns: &[Column], field: F| columns.iter().any(|column| column.field == field);
    let named = has(&layout.columns, F::Name) || has(&layout.columns, F::Surname);
    for n in 0..layout.columns.len() {
        if layout.columns[n].why != ColumnWhy::None {
            continue;
        }
        let values: Vec<&str> =
            sample.iter().filter_map(|row| row.get(n).copied()).filter(|cell| !cell.is_empty()).collect();
        let most = |is: &dyn Fn(&str) -> bool| {
            values.len() >= 2 && values.iter().filter(|value| is(value)).count() * 10 >= values.len() * 6
        };
        let is_birth = |value: &str| {
            let day = super::days::comparable(value, 2026);
            day.is_some_and(|day| day.len() == 10 && ("1930".."2008").contains(&day.as_str()))
        };
        let field = match () {
            () if most(&|value| normalise::email(value).is_some()) => F::Email,
            () if most(&|value| !normalise::phones(value).is_empty()) => F::Phone,
            () if !named && !has(&layout.columns, F::Name) && most(&is_whole_name) => F::Name,
            () if layout.header_rows == 0 && !has(&layout.columns, F::Birth) && most(&is_birth) => F::Birth,
            () => continue,
        };
        (layout.columns[n].field, layout.columns[n].why) = (field, ColumnWhy::Values);
    }
}

/// Only telephones and addresses may stand in several columns; of others the first counts.
pub fn once_each(columns: &mut [Column]) {
    let mut seen = Vec::new();
    for column in columns {
        if matches!(column.field, F::Phone | F::Email | F::Skip) {
            continue;
        }
        if seen.contains(&column.field) {
            column.field = F::Skip;
        } else {
            seen.push(column.field);
        }
    }
}

/// What the words of a heading mean; none where they mean nothing to us.
pub fn by_words(title: &str) -> Option<F> {
    let exact = title.trim().to_lowercase();
    if let Some(field) = F::parse(&exact).filter(|field| *field != F::Skip) {
        return Some(field);
    }
    if title.chars().count() > 120 {
        return None;
    }
    let folded = fold_name(title);
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let heading = Heading { line: words.join(" "), words };
    heading.of_person().or_else(|| heading.of_membership()).or_else(|| heading.of_work())
}

/// The words of a heading, folded.
struct Heading<'a> {
    line: String,
    words: Vec<&'a str>,
}

impl Heading<'_> {
    fn starts(&self, start: &str) -> bool {
        self.words.iter().any(|word| word.starts_with(start))
    }

    fn is(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.words.contains(word))
    }

    fn holds(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.line.contains(part))
    }

    fn equals(&self, lines: &[&str]) -> bool {
        lines.contains(&self.line.as_str())
    }

    fn of_person(&self) -> Option<F> {
        let former = self.starts("прежн") || self.starts("предыдущ") || self.starts("бывш");
        let electronic = self.starts("электрон") && (self.starts("почт") || self.starts("адрес"));
        Some(match () {
            () if self.equals(&["п п", "n п п", "пп", "n", "nn", "номер п п", "номер по порядку"]) => {
                F::Skip
            }
            () if self.starts("девич") || (former && self.starts("фам")) => F::Former,
            () if self.starts("рожд") || self.equals(&["др", "д р"]) || self.is(&["birth", "birthday"]) => {
                F::Birth
            }
            () if electronic || self.holds(&["mail", "е майл"]) => F::Email,
            () if self.starts("тел") || self.starts("моб") || self.starts("сотов") || self.is(&["phone"]) => {
                F::Phone
            }
            () => return None,
        })
    }

    fn of_membership(&self) -> Option<F> {
        let office = self.starts("должност") && (self.starts("профсоюз") || self.starts("профком"));
        let accepted = self.holds(&["принят"]) && self.starts("профсоюз");
        Some(match () {
            () if self.starts("билет") || (self.starts("карт") && !self.starts("картотек")) => {
                F::Card
            }
            () if self.starts("взнос") || self.starts("уплат") || self.is(&["dues"]) => F::Dues,
            () if office || self.starts("выборн") || self.starts("профактив") => F::Elected,
            () if self.holds(&["общественная нагрузка"]) => F::Elected,
            () if self.holds(&["на учете с", "в ппо с", "в организации с"]) => {
                F::OrgFrom
            }
            () if self.holds(&["на учете по", "в ппо по", "в организации по"]) => {
                F::OrgTo
            }
            () if accepted || self.starts("вступ") || self.is(&["joined"]) => F::Joined,
            () if self.holds(&["член профсоюза с", "в профсоюзе с", "постановки на учет"]) => {
                F::Joined
            }
            () if self.starts("выбыт") || self.starts("выход") || self.starts("исключ") => {
                F::Left
            }
            () if self.holds(&["снятия с учета"]) || self.is(&["left"]) => F::Left,
            () if self.starts("статус") || self.starts("членств") || self.is(&["status"]) => {
                F::Status
            }
            () if self.equals(&["состояние"]) => F::Status,
            () => return self.of_name(),
        })
    }

    fn of_name(&self) -> Option<F> {
        let whole = self.is(&["фио"])
            || self.holds(&["ф и о", "фамилия имя", "фамилия и о", "фамилия и инициалы"])
            || self.equals(&["name", "full name", "член профсоюза", "сотрудник", "работник"]);
        Some(match self.words.last() {
            // Below a merged «ФИО» stand its parts.
            Some(&"фамилия" | &"surname") => F::Surname,
            Some(&"имя") => F::Given,
            Some(&"отчество") if self.line != "фамилия имя отчество" => {
                F::Patronymic
            }
            _ if whole => F::Name,
            _ => return None,
        })
    }

    fn of_work(&self) -> Option<F> {
        let union = ["организация профсоюза", "профсоюзная организация", "код организации"];
        let place = ["учрежден", "предприят", "организац", "подразделен", "отделен", "работодат"];
        let ids = ["ид", "uid", "код", "код члена", "номер в реестре", "рег номер", "регистрационный номер"];
        Some(match () {
            () if self.is(&["ппо"]) || self.starts("первичн") || self.starts("профгрупп") => {
                F::Org
            }
            () if self.starts("профорганиз") || self.starts("цехов") || self.holds(&union) => {
                F::Org
            }
            () if self.holds(&["место работы"]) || place.iter().any(|start| self.starts(start)) => {
                F::Workplace
            }
            () if self.is(&["отдел"]) => F::Workplace,
            () if self.starts("должност") || self.starts("професс") || self.starts("специальност") => {
                F::Position
            }
            () if self.equals(&ids) => F::Id,
            () if self.starts("контакт") => F::Phone,
            () => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(rows: &[Vec<&str>]) -> (usize, Vec<F>) {
        let layout = guess(rows);
        (layout.header_rows, layout.columns.into_iter().map(|column| column.field).collect())
    }

    #[test]
    fn headers_as_committees_write_them_are_understood() {
        for (title, field) in [
            ("ФИО", F::Name),
            ("Ф.И.О. члена профсоюза", F::Name),
            ("Фамилия, имя, отчество", F::Name),
            ("Фамилия", F::Surname),
            ("Прежняя фамилия", F::Former),
            ("Дата рождения", F::Birth),
            ("Д.р.", F::Birth),
            ("№ профсоюзного билета", F::Card),
            ("Номер карты", F::Card),
            ("ППО", F::Org),
            ("Профгруппа", F::Org),
            ("Первичная организация", F::Org),
            ("Место работы", F::Workplace),
            ("Организация", F::Workplace),
            ("Должность", F::Position),
            ("Должность в профкоме", F::Elected),
            ("Моб. телефон", F::Phone),
            ("Контакты", F::Phone),
            ("E-mail", F::Email),
            ("Эл. почта / электронная почта", F::Email),
            ("Дата вступления в профсоюз", F::Joined),
            ("Дата выбытия", F::Left),
            ("Уплата взносов", F::Dues),
            ("Статус", F::Status),
            ("№ п/п", F::Skip),
            ("fio_raw", F::Name),
        ] {
            assert_eq!(by_words(title), Some(field), "{title}");
        }
        for title in ["Дети", "Супруг", "Хобби", "Примечание", "", "Почтовый индекс"]
        {
            assert_eq!(by_words(title), None, "{title}");
        }
    }

    #[test]
    fn titles_above_and_two_rows_of_header_are_read() {
        let rows = [
            vec!["Реестр членов профсоюза"],
            vec!["на 01.11.2026"],
            vec!["№ п/п", "ФИО", "", "", "Дата рождения", "Контакты", ""],
            vec!["", "Фамилия", "Имя", "Отчество", "", "Телефон", "E-mail"],
            vec!["1", "2", "3", "4", "5", "6", "7"],
            vec!["1", "Петрова", "Анна", "Ильинична", "01.02.1980", "8 900 000-01-01", "a@example.org"],
        ];
        let expected = vec![F::Skip, F::Surname, F::Given, F::Patronymic, F::Birth, F::Phone, F::Email];
        assert_eq!(fields(&rows), (5, expected));
    }

    #[test]
    fn columns_without_words_are_guessed_by_what_stands_in_them() {
        let rows = [
            vec!["Петрова Анна Ильинична", "01.02.1980", "8 900 000-01-01", "a@example.org", "медсестра"],
            vec!["Сосин Пётр Ильич", "03.04.1970", "8 900 000-01-02", "b@example.org", "врач"],
        ];
        assert_eq!(fields(&rows), (0, vec![F::Name, F::Birth, F::Phone, F::Email, F::Skip]));
        let rows = [
            vec!["ФИО", "Связь", "Ещё", "Телефон"],
            vec!["Петрова Анна Ильинична", "8 900 000-01-01", "x", ""],
            vec!["Сосин Пётр Ильич", "8 900 000-01-02", "y", ""],
        ];
        assert_eq!(fields(&rows), (1, vec![F::Name, F::Phone, F::Skip, F::Phone]));
    }
}
