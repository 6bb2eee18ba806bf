//! The wording of an application to join, in Russian, for the chair of a primary organisation. Pure. It names the author, whose
//! word it has, and never an appeal: not its number, not its subject, not its text.

use crate::types::Untrusted;
use jiff::civil::Date;

/// What an application says.
#[derive(Clone, Copy, Debug)]
pub struct ApplicationData<'a> {
    /// Whoever writes.
    pub union: &'a str,
    /// The primary organisation.
    pub organisation: &'a Untrusted,
    pub author: &'a Untrusted,
    pub phone: Option<&'a Untrusted>,
    /// As the author stated it; may be empty.
    pub workplace: &'a Untrusted,
    /// As it is written down.
    pub code: &'a str,
    /// The day until which the code holds.
    pub until: Date,
}

/// The letter's subject.
pub fn application_subject(organisation: &Untrusted) -> String {
    format!("Заявление о вступлении в профсоюз: {}", organisation.display_line().as_str())
}

/// The letter's text. The word of the answer and the code stand on lines of their own, each: a letter that is quoted whole
/// confirms nothing.
pub fn application_letter(data: &ApplicationData<'_>) -> String {
    let line = |text: &Untrusted| text.display_line().as_str().trim().to_owned();
    let said = |text: String| if text.is_empty() { "не указано".to_owned() } else { text };
    format!(
        "Здравствуйте!\n\n\
         В разговоре с нами человек попросил принять его в профсоюз и разрешил передать вам имя и телефон. \
         Пожалуйста, свяжитесь с ним и примите заявление о вступлении.\n\n\
         Кто: {author}\n\
         Телефон: {phone}\n\
         Место работы: {workplace}\n\
         Организация: {organisation}\n\n\
         Когда заявление будет принято, ответьте на это письмо одной строкой: слово ПРИНЯТО и через пробел одноразовый код, который \
         стоит ниже.\n\n\
         Код:\n\
         {code}\n\n\
         Код действует один раз и до {until}. Можно и продиктовать его нам по телефону. Если человек не вступает или письмо пришло \
         не вам, ответьте об этом своими словами.\n\n\
         {union}\n",
        author = said(line(data.author)),
        phone = said(data.phone.map(line).unwrap_or_default()),
        workplace = said(line(data.workplace)),
        organisation = line(data.organisation),
        code = data.code,
        until = data.until.strftime("%d.%m.%Y"),
        union = data.union,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::calls::accepted_code;

    #[test]
    fn the_letter_says_who_and_the_code_and_confirms_nothing_when_it_is_quoted() {
        let text = |text: &str| Untrusted::new(text);
        let (author, phone, organisation) =
            (text("Северова Анна\r\nBcc: x"), text("+79001112233"), text("ППО «Север»"));
        let data = ApplicationData {
            union: "Областная организация",
            organisation: &organisation,
            author: &author,
            phone: Some(&phone),
            workplace: &text(""),
            code: "7K3M-H4AC-DEFX",
            until: "2026-12-16".parse().unwrap(),
        };
        let letter = application_letter(&data);
        for said in [
            "Кто: Северова Анна Bcc: x\n",
            "Телефон: +79001112233\n",
            "Место работы: не указано\n",
            "до 16.12.2026",
        ] {
            assert!(letter.contains(said), "{said}: {letter}");
        }
        assert_eq!(accepted_code(&letter), None);
        let quoted: String = letter.lines().map(|line| format!("> {line}\n")).collect();
        assert_eq!(accepted_code(&quoted), None);
        assert_eq!(
            accepted_code(&format!("Принято 7K3M-H4AC-DEFX\n\n{letter}")).as_deref(),
            Some("7K3MH4ACDEFX")
        );
    }
}
