//! A provider that wants an app password is recognised by its own words, on both ways.

use super::imap_script::{Server, Step};
use otklik_core::desk::AccountRoutes;
use otklik_core::runtime;
use std::os::unix::fs::OpenOptionsExt as _;

#[tokio::test]
async fn a_refusal_in_a_providers_words_is_explained_and_another_is_only_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("secret");
    std::fs::File::options().write(true).create_new(true).mode(0o600).open(&secret).expect("a file");
    for (words, code) in [
        ("NO [AUTHENTICATIONFAILED] NEOBHODIM parol prilozheniya\r\n", "app_password_mail_ru"),
        ("NO [ALERT] Application-specific password required\r\n", "app_password_gmail"),
        ("NO [AUTHENTICATIONFAILED] Authentication failed\r\n", "imap_auth"),
    ] {
        let greeting = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n";
        let server = Server::start(vec![Step::Greet(greeting), Step::Tagged("", words)]).await;
        let routes = AccountRoutes {
            name: "mail".into(),
            address: "appeals@example.org".into(),
            incoming: format!("imap://user@127.0.0.1:{}", server.port),
            outgoing: String::new(),
            password_file: Some(secret.display().to_string()),
        };
        assert_eq!(runtime::probe(&routes).await.incoming.as_deref(), Some(code), "{words}");
        assert_eq!(runtime::census(&routes).await.expect_err("refused"), code, "{words}");
    }
}
