//! Why a mailbox that people read with their password refuses us the same: large providers give programs a password of
//! their own. Known by the server's name, or by its words where a provider serves an organisation's own domain.

use crate::types::{Purpose, Untrusted};

/// The code of what a person has to do at their provider, for a refusal of name and password; none where nothing is known.
pub fn app_password(host: &str, said: &Untrusted) -> Option<&'static str> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let is_of =
        |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let by_host = [
        ("app_password_yandex", &["yandex.ru", "yandex.com", "ya.ru"][..]),
        ("app_password_mail_ru", &["mail.ru"]),
        ("app_password_gmail", &["gmail.com", "googlemail.com"]),
        ("app_password_microsoft", &["office365.com", "outlook.com"]),
    ];
    let known = by_host.iter().find(|(_, domains)| domains.iter().any(|domain| is_of(domain)));
    if let Some((code, _)) = known {
        return Some(code);
    }
    let said = said.raw_for(Purpose::Matching).to_lowercase();
    let by_words = [
        ("app_password_mail_ru", &["parol prilozheniya"][..]),
        ("app_password_gmail", &["application-specific password"]),
        ("app_password_yandex", &["imap is disabled", "access rights to this service"]),
        (
            "app_password_microsoft",
            &["basic authentication is disabled", "smtpclientauthentication is disabled"],
        ),
        ("app_password", &["application password", "app password", "app-specific password"]),
    ];
    let known = by_words.iter().find(|(_, words)| words.iter().any(|words| said.contains(words)));
    known.map(|(code, _)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(host: &str, said: &str) -> Option<&'static str> {
        app_password(host, &Untrusted::new(said))
    }

    #[test]
    fn a_provider_is_known_by_its_host_whatever_it_says() {
        assert_eq!(code("imap.yandex.ru", ""), Some("app_password_yandex"));
        assert_eq!(code("IMAP.Mail.Ru.", "Authentication failed"), Some("app_password_mail_ru"));
        assert_eq!(code("smtp.gmail.com", ""), Some("app_password_gmail"));
        assert_eq!(code("outlook.office365.com", ""), Some("app_password_microsoft"));
        assert_eq!(code("imap.notmail.ru", ""), None);
        assert_eq!(code("mail.profsoyuz.example", "[AUTHENTICATIONFAILED] Authentication failed."), None);
    }

    #[test]
    fn behind_another_name_it_is_known_by_its_words() {
        let said = [
            (
                "535 5.7.0 NEOBHODIM parol prilozheniya / Application password is REQUIRED",
                "app_password_mail_ru",
            ),
            ("534-5.7.9 Application-specific password required.", "app_password_gmail"),
            ("[ALERT] Application-specific password required: (Failure)", "app_password_gmail"),
            (
                "[AUTHENTICATIONFAILED] AUTHENTICATE invalid credentials or IMAP is disabled sc=x",
                "app_password_yandex",
            ),
            ("5.7.8 This user does not have access rights to this service", "app_password_yandex"),
            ("535 5.7.139 SmtpClientAuthentication is disabled for the Tenant", "app_password_microsoft"),
            ("Please log in with an app password", "app_password"),
        ];
        for (words, expected) in said {
            assert_eq!(code("mail.example.org", words), Some(expected), "{words}");
        }
    }
}
