//! Reports about mail: what each family of servers writes, and what must be read of it. The letters are ours, built after
//! the formats; the public corpora are only counted.

use super::corpus::corpus;
use otklik_core::mail::{self, MailKind, ReportKind};
use otklik_core::types::Purpose;

/// The letter that the reports below are about.
const ORIGINAL: &str = "Return-Path: <help@union.example>\nReceived: from desk.union.example by mx.union.example; Mon, 16 Nov 2026 \
                        10:00:00 +0300\nMessage-ID: <otklik.0198@union.example>\nFrom: Help <help@union.example>\nTo: \
                        lena@works.example\nSubject: Re: x\nMIME-Version: 1.0\n\nЗдравствуйте\n";

/// A report without its returned letter: headers, then the text.
fn plain(headers: &str, text: &str) -> String {
    format!("{headers}To: help@union.example\nMessage-ID: <r1@mx.example>\n\n{text}\n{ORIGINAL}")
}

/// A report of parts: the text, a part for machines, the letter.
fn parts(headers: &str, text: &str, media: &str, fields: &str) -> String {
    format!(
        "{headers}To: help@union.example\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type={}; boundary=b\n\n--b\n\
         Content-Type: text/plain; charset=utf-8\n\n{text}\n--b\nContent-Type: message/{media}\n\n{fields}\n--b\nContent-Type: \
         message/rfc822\n\n{ORIGINAL}--b--\n",
        if media == "feedback-report" { "feedback-report" } else { "delivery-status" }
    )
}

const DAEMON: &str =
    "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\nSubject: Undelivered Mail\n";

struct Case {
    name: &'static str,
    raw: String,
    kind: ReportKind,
    status: Option<&'static str>,
}

fn case(name: &'static str, raw: String, kind: ReportKind, status: Option<&'static str>) -> Case {
    Case { name, raw, kind, status }
}

/// One of each family, each about the letter to lena@works.example.
fn families() -> Vec<Case> {
    use ReportKind::{Complaint, Delay, Delivered, Failure, Relayed};
    let dsn = |fields: &str| parts(DAEMON, "It failed.", "delivery-status", fields);
    let google = "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nX-Failed-Recipients: \
                  lena@works.example\nAuto-Submitted: auto-replied\n";
    let exchange =
        "From: \"Microsoft Outlook\" <MicrosoftExchange329e@works.example>\nAuto-Submitted: auto-replied\n";
    vec![
        case(
            "RFC 3464",
            dsn("Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; Lena@works.example\nAction: failed\nStatus: 5.1.1\n\
                 Diagnostic-Code: smtp; 550 5.1.1 <lena@works.example>: unknown\n"),
            Failure,
            Some("5.1.1"),
        ),
        case(
            "RFC 3464 without blank lines, folded, with a vague status",
            dsn("Reporting-MTA: dns; mx.example\nFinal-Recipient: rfc822;<lena@works.example>\nAction: Failed (bounced)\nStatus: \
                 5.0.0 (undefined)\nDiagnostic-Code: smtp;\n 552 5.2.2 mailbox\n full\n"),
            Failure,
            Some("5.2.2"),
        ),
        case(
            "RFC 3464, late",
            dsn("Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; lena@works.example\nAction: delayed\nStatus: 4.4.1\n"),
            Delay,
            Some("4.4.1"),
        ),
        case(
            "RFC 3464, delivered",
            dsn("Final-Recipient: rfc822; lena@works.example\nAction: delivered\nStatus: 2.1.5\n"),
            Delivered,
            Some("2.1.5"),
        ),
        case(
            "RFC 3464, relayed",
            dsn("Final-Recipient: rfc822; lena@works.example\nAction: relayed\nStatus: 2.0.0\n"),
            Relayed,
            Some("2.0.0"),
        ),
        case(
            "Exim",
            plain(
                DAEMON,
                "This message was created automatically by mail delivery software.\n\nThe following address(es) failed:\n\n  \
                 lena@works.example\n    host mx.works.example [192.0.2.1]\n    SMTP error from remote mail server after RCPT \
                 TO:<lena@works.example>:\n    550 5.1.1 No such user\n\n--- This is a copy ---\n",
            ),
            Failure,
            Some("5.1.1"),
        ),
        case(
            "Exim, late",
            plain(
                "Return-Path: <>\nFrom: Mail Delivery System <Mailer-Daemon@mx.example>\nSubject: Warning: message 1abc delayed 24 \
                 hours\nAuto-Submitted: auto-replied\n",
                "A message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours.\n\n\
                 The message identifier is:     1abc\n\nThe address to which the message has not yet been delivered is:\n\n  \
                 lena@works.example\n    Delay reason: timeout\n\nNo action is required on your part.\n",
            ),
            Delay,
            None,
        ),
        case(
            "qmail",
            plain(
                "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: failure notice\n",
                "Hi. This is the qmail-send program at mx.example.\nI've given up. Sorry.\n\n<lena@works.example>:\n192.0.2.1 does \
                 not like recipient.\nRemote host said: 550 5.1.1 unknown\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy \
                 of the message.\n",
            ),
            Failure,
            Some("5.1.1"),
        ),
        case(
            "Postfix, its text alone",
            plain(
                DAEMON,
                "I'm sorry to have to inform you.\nFor further assistance, please send mail to <postmaster@mx.example>\n\n\
                 <lena@works.example>: host mx.works.example[192.0.2.1] said: 554 5.7.1\n    Rejected (in reply to RCPT TO)\n",
            ),
            Failure,
            Some("5.7.1"),
        ),
        case(
            "Sendmail's transcript",
            plain(
                "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>\nSubject: Returned mail: see transcript for details\n",
                "   ----- The following addresses had permanent fatal errors -----\n<lena@works.example>\n    (reason: 550 5.1.1 \
                 User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to mx:\n>>> DATA\n<<< 550 5.1.1 \
                 User unknown\n",
            ),
            Failure,
            Some("5.1.1"),
        ),
        case(
            "Exchange's words",
            plain(
                &format!("{exchange}Subject: Undeliverable: Re: x\n"),
                "Delivery has failed to these recipients or groups:\n\nlena@works.example<mailto:lena@works.example>\nThe address \
                 couldn't be found.\n\nDiagnostic information for administrators:\n\nlena@works.example\nRemote Server returned '550 \
                 5.1.10 RESOLVER.ADR.RecipientNotFound'\n\nOriginal message headers:\n\n",
            ),
            Failure,
            Some("5.1.10"),
        ),
        case(
            "Exchange in Russian",
            plain(
                &format!("{exchange}Subject: Не удалось доставить: Re: x\n"),
                "Сбой доставки для следующих получателей или групп:\n\nlena@works.example\nУказанный адрес не найден.\n\nСведения для \
                 администраторов:\n\nlena@works.example\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\n",
            ),
            Failure,
            Some("5.1.1"),
        ),
        case(
            "Domino",
            plain(
                "From: Postmaster@works.example\nSubject: DELIVERY FAILURE: User lena (lena@works.example) not listed in Domino \
                 Directory\nAuto-Submitted: auto-generated\n",
                "Your message\n\n  Subject: x\n\nwas not delivered to:\n\n  lena@works.example\n\nbecause:\n\n  User lena \
                 (lena@works.example) not listed in Domino Directory\n\n",
            ),
            Failure,
            None,
        ),
        case(
            "Gmail",
            plain(
                &format!("{google}Subject: Delivery Status Notification (Failure)\n"),
                "Delivery to the following recipient failed permanently:\n\n     lena@works.example\n\nTechnical details of permanent \
                 failure:\nThe error that the other server returned was:\n550 5.1.1 no such user\n\n----- Original message -----\n\n",
            ),
            Failure,
            Some("5.1.1"),
        ),
        case(
            "Gmail, late",
            plain(
                &format!("{google}Subject: Delivery Status Notification (Delay)\n"),
                "THIS IS A WARNING MESSAGE ONLY.\n\nDelivery to the following recipient has been delayed:\n\n     \
                 lena@works.example\n\nMessage will be retried for 2 more day(s)\n\n",
            ),
            Delay,
            None,
        ),
        case(
            "Yandex",
            plain(
                "Return-Path: <>\nFrom: mailer-daemon@yandex.example\nSubject: Недоставленное сообщение\n",
                "Это письмо отправлено почтовым сервером yandex.example.\n\nК сожалению, мы вынуждены сообщить Вам о том, что Ваше \
                 письмо не может быть отправлено.\n\n<lena@works.example>: host mx.works.example[192.0.2.1] said: 550 5.7.1 Policy \
                 rejection (in reply to end of DATA command)\n\n",
            ),
            Failure,
            Some("5.7.1"),
        ),
        case(
            "Mail.ru",
            plain(
                "Return-path: <>\nAuto-Submitted: auto-replied\nFrom: mailer-daemon@corp.mail.example\nSubject: Ваше сообщение не \
                 доставлено. Mail failure.\n",
                "Это письмо создано автоматически, отвечать на него не нужно.\n\nВаше письмо не может быть доставлено:\n\n  \
                 lena@works.example\n    SMTP error after RCPT TO:<lena@works.example>:\n    550 5.2.2 Mailbox full\n\n",
            ),
            Failure,
            Some("5.2.2"),
        ),
        case(
            "a server of the Japanese",
            plain(
                "Return-Path: <>\nFrom: postmaster@works.example\nSubject: 配信エラー\n",
                "次のあて先へのメッセージはエラーのため送信できませんでした。\n\n宛先: <lena@works.example>\n550 5.1.1 User unknown\n\n",
            ),
            Failure,
            Some("5.1.1"),
        ),
        case(
            "a server of the Germans",
            plain(
                "Return-Path: <>\nFrom: postmaster@works.example\nSubject: Unzustellbar: Re: x\n",
                "Ihre Nachricht konnte nicht zugestellt werden.\n\nEmpfänger: lena@works.example\nGrund: 550 5.1.1 unbekannt\n\n",
            ),
            Failure,
            Some("5.1.1"),
        ),
        case(
            "a server of the Germans, late",
            plain(
                "Return-Path: <>\nFrom: postmaster@works.example\nSubject: Zustellung verzögert\n",
                "Ihre Nachricht wurde noch nicht zugestellt; es wird weiter versucht.\n\n  lena@works.example\n\n",
            ),
            Delay,
            None,
        ),
        case(
            "DragonFly",
            plain(
                "From: MAILER-DAEMON <>\nSubject: Mail delivery failed\n",
                "This is the DragonFly Mail Agent.\n\nThere was an error delivering your mail to <lena@works.example>.\n\n550 5.1.1 \
                 User unknown\n\nMessage headers follow.\n\n",
            ),
            Failure,
            Some("5.1.1"),
        ),
        case(
            "a gateway with an address of its own",
            plain(
                "Return-Path: <>\nFrom: Robot <gate@works.example>\nSubject: Message could not be delivered\n",
                "Addressed To: lena@works.example\nReason: 554 5.7.1 content rejected\n\n",
            ),
            Failure,
            Some("5.7.1"),
        ),
        case(
            "a status in the wrong part",
            plain(
                DAEMON,
                "An error occurred.\n\nTechnical report:\n\nReporting-MTA: dns; mx.example\nAction: failed\nFinal-Recipient: rfc822; \
                 lena@works.example\nDiagnostic-Code: smtp; 550 5.1.1 no\nStatus: 5.1.1\n\n",
            ),
            Failure,
            Some("5.1.1"),
        ),
        case(
            "Amazon SES",
            "From: no-reply@sns.amazonaws.example\nTo: help@union.example\nSubject: AWS Notification Message\n\n\
             {\"Type\":\"Notification\",\"Message\":\"{\\\"notificationType\\\":\\\"Bounce\\\",\\\"bounce\\\":{\\\"bounceType\\\":\\\"Permanent\\\",\
             \\\"bouncedRecipients\\\":[{\\\"emailAddress\\\":\\\"lena@works.example\\\",\\\"action\\\":\\\"failed\\\",\\\"status\\\":\\\"5.1.1\\\",\
             \\\"diagnosticCode\\\":\\\"smtp; 550 5.1.1 unknown\\\"}]},\\\"mail\\\":{\\\"commonHeaders\\\":{\\\"messageId\\\":\
             \\\"<otklik.0198@union.example>\\\"}}}\"}\n"
                .into(),
            Failure,
            Some("5.1.1"),
        ),
        case(
            "ARF",
            parts(
                "From: feedback@provider.example\nSubject: Abuse report\n",
                "This is an email abuse report.",
                "feedback-report",
                "Feedback-Type: abuse\nUser-Agent: SomeFBL/1.0\nVersion: 1\nOriginal-Rcpt-To: lena@works.example\n",
            ),
            Complaint,
            None,
        ),
        case(
            "ARF that hides whom",
            parts(
                "From: feedback@provider.example\nSubject: Abuse report\n",
                "This is an email abuse report.",
                "feedback-report",
                "Feedback-Type: abuse\nVersion: 1\n",
            ),
            Complaint,
            None,
        ),
    ]
}

#[test]
fn each_family_of_servers_is_read_with_kind_recipient_code_and_the_letter_it_is_about() {
    for Case { name, raw, kind, status } in families() {
        let letter = mail::parse(raw.as_bytes());
        let report = letter.report.unwrap_or_else(|| panic!("{name}: taken for {:?}", letter.kind));
        assert_eq!(report.kind, kind, "{name}");
        let addresses: Vec<&str> = report.recipients.iter().filter_map(|r| r.address.as_deref()).collect();
        assert_eq!(addresses, ["lena@works.example"], "{name}");
        assert_eq!(report.recipients[0].status.as_deref(), status, "{name}");
        assert!(
            report.message_ids.iter().any(|id| id == "otklik.0198@union.example"),
            "{name}: {:?}",
            report.message_ids
        );
        if status.is_some_and(|status| !status.starts_with('2')) && kind == ReportKind::Failure {
            assert!(!report.recipients[0].diagnostic.is_empty(), "{name}: no words");
        }
    }
}

#[test]
fn each_recipient_of_one_report_has_its_own_kind_and_words() {
    let raw = parts(
        DAEMON,
        "It failed.",
        "delivery-status",
        "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: \
         smtp; 550 unknown\n\nOriginal-Recipient: rfc822; alias@x.example\nFinal-Recipient: rfc822; b@x.example\nAction: delayed\n\
         Status: 4.2.2\n\nFinal-Recipient: rfc822; c@x.example\nAction: relayed\nStatus: 2.0.0\n",
    );
    let report = mail::parse(raw.as_bytes()).report.unwrap();
    let found: Vec<_> =
        report.recipients.iter().map(|r| (r.address.as_deref().unwrap(), r.kind.code())).collect();
    assert_eq!(found, [("a@x.example", "failure"), ("b@x.example", "delay"), ("c@x.example", "relayed")]);
    assert_eq!(report.kind, ReportKind::Failure);
    assert_eq!(report.recipients[1].original.as_deref(), Some("alias@x.example"));
}

#[test]
fn answers_of_programs_name_who_answered_and_what() {
    let answer =
        "In-Reply-To: <otklik.0198@union.example>\nFrom: Lena <lena@works.example>\nTo: help@union.example\n";
    let cases = [
        ("Auto-Submitted: auto-replied\nSubject: Отпуск\n\nЯ в отпуске\n", ReportKind::AutoReply),
        ("X-Auto-Response-Suppress: All\nSubject: Automatic reply: x\n\nAway\n", ReportKind::AutoReply),
        ("Subject: Автоответ: x\n\nЯ в отпуске\n", ReportKind::AutoReply),
        ("Return-Path: <>\nSubject: Abwesenheitsnotiz: x\n\nWeg\n", ReportKind::AutoReply),
        ("X-TMDA-Fingerprint: abc\nSubject: Hello\n\nReply to this\n", ReportKind::Challenge),
        (
            "Auto-Submitted: auto-replied\nSubject: Your email requires verification verify#abc\n\nhttp://x.example/\n",
            ReportKind::Challenge,
        ),
        ("Subject: Please confirm your message\n\nPress http://x.example/confirm\n", ReportKind::Challenge),
    ];
    for (rest, kind) in cases {
        let letter = mail::parse(format!("{answer}{rest}").as_bytes());
        let report = letter.report.unwrap_or_else(|| panic!("{rest}: taken for {:?}", letter.kind));
        assert_eq!(
            (report.kind, report.recipients[0].address.as_deref()),
            (kind, Some("lena@works.example")),
            "{rest}"
        );
        assert_eq!(report.message_ids, ["otklik.0198@union.example"], "{rest}");
    }
}

#[test]
fn a_notice_of_reading_names_the_letter_that_was_read() {
    let raw = "From: lena@works.example\nTo: help@union.example\nSubject: Прочтено: x\nContent-Type: multipart/report; \
               report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b\nContent-Type: \
               message/disposition-notification\n\nFinal-Recipient: rfc822;lena@works.example\nOriginal-Message-ID: \
               <otklik.0198@union.example>\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n";
    let report = mail::parse(raw.as_bytes()).report.unwrap();
    assert_eq!(
        (report.kind, report.message_ids.as_slice()),
        (ReportKind::Disposition, &["otklik.0198@union.example".to_owned()][..])
    );
    assert!(report.recipients[0].diagnostic.raw_for(Purpose::Store).ends_with("displayed"));
}

#[test]
fn people_who_write_about_reports_or_pass_them_on_are_people() {
    let passed_on = format!(
        "From: Lena <lena@works.example>\nTo: help@union.example\nSubject: Fwd: Undelivered Mail\nReferences: <x@y>\n\
         Content-Type: multipart/mixed; boundary=b\n\n--b\n\nЧто это значит?\n--b\nContent-Type: message/delivery-status\n\n\
         Final-Recipient: rfc822; a@b.example\nAction: failed\n--b\nContent-Type: message/rfc822\n\n{ORIGINAL}--b--\n"
    );
    let cases = [
        passed_on.as_str(),
        "From: Postmaster <postmaster@works.example>\nSubject: Почта не доставлена в срок: штраф\n\nПочтальон принёс письмо поздно.\n",
        "From: Иван <ivan@works.example>\nSubject: Undeliverable goods\n\n550 рублей за доставку не вернули, ваш адрес a@b.example\n",
        "From: Иван <ivan@works.example>\nSubject: Please confirm your message\n\nПодтвердите, что получили письмо.\n",
        "From: Иван <ivan@works.example>\nSubject: В отпуске меня уволили\n\nПомогите.\n",
        "From: Иван <ivan@works.example>\nSubject: unsubscribe\n\nОтпишите меня.\n",
        "From: Mail Delivery Courier <courier@works.example>\nSubject: Зарплата курьера\n\nНе платят.\n",
    ];
    for raw in cases {
        assert_eq!(mail::parse(raw.as_bytes()).kind, MailKind::Human, "{raw}");
    }
}

/// What the corpus' file names promise: `arf-` are complaints, the others reports of other kinds. Reports that no reader
/// could take an address from are few.
#[test]
fn the_corpus_of_bounces_is_recognised_and_names_its_recipients() {
    let Some(letters) = corpus("bounces") else { return };
    let (mut missed, mut silent) = (Vec::new(), Vec::new());
    for (name, raw) in &letters {
        match mail::parse(raw).report {
            Some(report) if (report.kind == ReportKind::Complaint) == name.starts_with("arf") => {
                if report.recipients.iter().all(|reported| reported.address.is_none()) {
                    silent.push(name);
                }
            }
            other => missed.push((name, other.map(|report| report.kind))),
        }
    }
    println!(
        "{} letters: {} missed {missed:?}, {} without an address {silent:?}",
        letters.len(),
        missed.len(),
        silent.len()
    );
    assert!(missed.len() * 50 <= letters.len(), "{missed:?}");
    assert!(silent.len() * 100 <= letters.len() * 5, "{silent:?}");
}
