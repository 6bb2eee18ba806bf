//! Servers behind TLS that answer in an old encoding: the line is the same text however it is encrypted.

use super::scripted::Act::SayBytes;
use super::scripted::{Script, Server};
use crate::support::mail_server;
use otklik_core::mail::{Outcome, Phase, Session, SmtpEndpoint};
use otklik_core::types::Purpose;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

/// The certificate for localhost and its authority, which the tests' mail server has.
fn acceptor(folder: &Path) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(folder.join("server.pem")).unwrap();
    let chain = chain.collect::<Result<Vec<_>, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    TlsAcceptor::from(Arc::new(config.with_single_cert(chain, key).unwrap()))
}

/// Puts TLS before a server, from the first byte or after STARTTLS. The port.
async fn behind_tls(server: &Server, acceptor: TlsAcceptor, at_once: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, behind) = (listener.local_addr().unwrap().port(), server.port);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut plain = BufReader::new(TcpStream::connect(("127.0.0.1", behind)).await.ok()?);
                if !at_once {
                    ask_for_tls(&mut stream).await?;
                    // The greeting came before TLS.
                    plain.read_line(&mut String::new()).await.ok()?;
                }
                let mut tls = acceptor.accept(stream).await.ok()?;
                copy_bidirectional(&mut tls, &mut plain).await.ok()
            });
        }
    });
    port
}

/// The conversation up to TLS. What follows in the clear is somebody else's and must not be taken for an answer.
async fn ask_for_tls(stream: &mut TcpStream) -> Option<()> {
    let mut stream = BufReader::new(stream);
    for (says, hears) in [
        (&b"220 \xcf\xf0\xe8\xe2\xe5\xf2\r\n"[..], "EHLO"),
        (b"250-\xcf\xf0\xe8\xe2\xe5\xf2\r\n250 STARTTLS\r\n", "STARTTLS"),
    ] {
        stream.write_all(says).await.ok()?;
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        assert!(line.starts_with(hears), "{line}");
    }
    stream.write_all(b"220 \xe3\xee\xf2\xee\xe2\r\n").await.ok()
}

fn certificates() -> Option<PathBuf> {
    mail_server()?;
    Some(Path::new(&std::env::var_os("SSL_CERT_FILE")?).parent()?.to_owned())
}

#[tokio::test]
async fn an_answer_in_an_old_encoding_is_an_answer_behind_tls_too() {
    let Some(folder) = certificates() else { return };
    let script = Script {
        rcpt: SayBytes(b"250 \xe4\xe0"),
        message: SayBytes(b"250 \xcf\xf0\xe8\xed\xff\xf2\xee"),
        ..Script::default()
    };
    let refusing = Script {
        rcpt: SayBytes(b"550 5.1.1 \xd2\xe0\xea\xee\xe3\xee \xff\xf9\xe8\xea\xe0 \xed\xe5\xf2"),
        ..Script::default()
    };
    for (scheme, at_once) in [("smtps", true), ("smtp", false)] {
        let server = Server::start(script.clone()).await;
        let port = behind_tls(&server, acceptor(&folder), at_once).await;
        let endpoint = SmtpEndpoint::parse(&format!("{scheme}://localhost:{port}")).unwrap();
        let endpoint = endpoint.with_ca_file(folder.join("authority.pem"));
        let mut session = Session::connect(&endpoint, None).await.unwrap();
        assert!(session.is_encrypted(), "{scheme}");
        session.envelope("appeals@example.org", "lena@example.org").await.unwrap();
        match session.transmit(b"Subject: x\r\n\r\nx\r\n").await {
            Outcome::Accepted { reply } => assert_eq!(reply.raw_for(Purpose::Store), "Принято", "{scheme}"),
            other => panic!("{scheme}: {other:?}"),
        }
        assert!(session.is_usable() && server.heard().letters.len() == 1, "{scheme}");
        server.now_does(refusing.clone());
        let mut session = Session::connect(&endpoint, None).await.unwrap();
        match session.envelope("appeals@example.org", "lena@example.org").await {
            Err(Outcome::Permanent { phase: Phase::Rcpt, code: 550, text }) => {
                assert_eq!(text.raw_for(Purpose::Store), "5.1.1 Такого ящика нет", "{scheme}");
            }
            other => panic!("{scheme}: {other:?}"),
        }
    }
}
