//! The wording of a question about membership, in Russian, for a chair. Pure. It names the person, whose word it has, and never an
//! appeal: not that there is one, not its number, not its text, and no contact of the person's.

use crate::types::Untrusted;
use jiff::civil::Date;

/// What a question says.
#[derive(Clone, Copy, Debug)]
pub struct QueryData<'a> {
    /// Whoever asks.
    pub union: &'a str,
    pub organisation: &'a Untrusted,
    /// Whom it is about.
    pub person: &'a Untrusted,
    /// As it is written down.
    pub code: &'a str,
    /// The day until which the code holds.
    pub until: Date,
}

/// The letter's subject.
pub fn query_subject(organisation: &Untrusted) -> String {
    format!("Сверка учёта: {}", organisation.display_line().as_str())
}

/// The letter's text. The words of the answer and the code stand on lines of their own, each: a letter that is quoted whole
/// answers nothing.
pub fn query_letter(data: &QueryData<'_>) -> String {
    let line = |text: &Untrusted| text.display_line().as_str().trim().to_owned();
    format!(
        "Здравствуйте!\n\n\
         Сверяем учёт членов профсоюза. Скажите, пожалуйста, состоит ли на учёте в вашей организации человек и с какого времени. \
         Он разрешил спросить о нём.\n\n\
         Кто: {person}\n\
         Организация: {organisation}\n\n\
         Ответьте на это письмо одной строкой: СОСТОИТ или НЕ СОСТОИТ, через пробел одноразовый код, который стоит ниже, и после него, \
         если знаете, с какого времени. Если сказать не можете: НЕ ЗНАЮ и код.\n\n\
         Код:\n\
         {code}\n\n\
         Код действует один раз и до {until}. Отвечать нужно с того адреса, на который пришло письмо. Можно и сказать нам по \
         телефону.\n\n\
         {union}\n",
        person = line(data.person),
        organisation = line(data.organisation),
        code = data.code,
        until = data.until.strftime("%d.%m.%Y"),
        union = data.union,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::calls::chair_answer;

    #[test]
    fn the_letter_says_whom_it_is_about_and_nothing_else_and_answers_nothing_when_it_is_quoted() {
        let (person, organisation) =
            (Untrusted::new("Северова Анна\r\nBcc: x"), Untrusted::new("ППО «Север»"));
        let data = QueryData {
            union: "Областная организация",
            organisation: &organisation,
            person: &person,
            code: "7K3M-H4AC-DEFX",
            until: "2026-12-16".parse().unwrap(),
        };
        let letter = query_letter(&data);
        for said in ["Кто: Северова Анна Bcc: x\n", "Организация: ППО «Север»\n", "до 16.12.2026"]
        {
            assert!(letter.contains(said), "{said}: {letter}");
        }
        assert!(!letter.to_lowercase().contains("обращени"), "{letter}");
        assert_eq!(chair_answer(&letter), None);
        let quoted: String = letter.lines().map(|line| format!("> {line}\n")).collect();
        assert_eq!(chair_answer(&quoted), None);
    }
}
