//! What wrote a letter: a person, or a program (RFC 3834, 3464, 8098, 5965, 2919 and the headers that helpdesks and
//! mail servers use beside them). Judged by structure and headers, never by a name alone: a person may be called Postmaster,
//! work at an address called `info`, and write about an undelivered letter.
//!
//! The rule leans to people: what is not proven to be a report becomes an appeal, and what may be a program gets no
//! receipt.

use super::authentication::without_comments;
use super::compose::{mailbox, parse_own_message_id};
use super::parse::header::{Fields, unfold};
use super::parse::tree::Tree;
use super::parse::{Address, ParsedMail};
use super::reports::{self, ReportKind};
use crate::types::codes::codes;

/// What a letter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// A person wrote it, as far as anybody can tell.
    Human,
    /// A program answered a letter: vacation, out of office.
    AutoReply,
    /// A program asks for proof that a person wrote, before it delivers.
    Challenge,
    /// A program wrote it of itself: a web form, a monitor. It may carry a person's words.
    Generated,
    /// A delivery failed, or (`delayed`) is late.
    Bounce { delayed: bool },
    /// Read, relayed or delivered: a report that asks for nothing.
    Report,
    /// A feedback report (RFC 5965): somebody pressed "spam".
    Complaint,
    /// It came through a mailing list or as bulk mail.
    List,
}

impl MailKind {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::AutoReply => "auto_reply",
            Self::Challenge => "challenge",
            Self::Generated => "generated",
            Self::Bounce { delayed: false } => "bounce",
            Self::Bounce { delayed: true } => "bounce_delayed",
            Self::Report => "report",
            Self::Complaint => "complaint",
            Self::List => "list",
        }
    }

    /// Whether it is about mail rather than mail: never an appeal, never answered. A list's or a web form's letter may
    /// hold an appeal, so those are not service.
    pub fn is_service(self) -> bool {
        matches!(
            self,
            Self::AutoReply | Self::Challenge | Self::Bounce { .. } | Self::Report | Self::Complaint
        )
    }

    /// What a letter is that reports this.
    pub fn of(report: ReportKind) -> Self {
        match report {
            ReportKind::Failure => Self::Bounce { delayed: false },
            ReportKind::Delay => Self::Bounce { delayed: true },
            ReportKind::Delivered | ReportKind::Relayed | ReportKind::Disposition => Self::Report,
            ReportKind::Complaint => Self::Complaint,
            ReportKind::AutoReply => Self::AutoReply,
            ReportKind::Challenge => Self::Challenge,
        }
    }
}

codes! {
    /// Why a letter gets no notice of receipt.
    NoReceiptReason {
        /// An automatic answer, or a letter that says it was made by a program.
        Automatic = "automatic",
        List = "list",
        Report = "report",
        /// It came from ourselves.
        Own = "own",
        /// The address says that nobody reads it, or belongs to a mail server.
        NoReplyAddress = "no_reply_address",
        /// There is no address to answer to, or none that a letter can be addressed to.
        NoAddress = "no_address",
        /// The envelope had no sender (`Return-Path: <>`), which asks for no answer (RFC 5321 section 4.5.5).
        NullSender = "null_sender",
        /// The sender asked for no automatic answers.
        Suppressed = "suppressed",
    }
}

/// The headers that say a program is at work, as they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    /// The keyword of Auto-Submitted in lower case (RFC 3834 section 5).
    pub auto_submitted: Option<String>,
    /// The word of Precedence in lower case.
    pub precedence: Option<String>,
    /// List-Id, List-Unsubscribe or another list header is there.
    pub list: bool,
    /// X-Auto-Response-Suppress forbids answers, not just reports.
    pub suppress: bool,
    /// A header that only autoresponders write.
    pub autoresponder: bool,
    /// The subject begins as those of autoresponders do. Evidence only beside another.
    pub auto_subject: bool,
    /// The first Return-Path is empty.
    pub null_return_path: bool,
    /// The report-type of a multipart/report.
    pub report_type: Option<String>,
    /// The desk that sent it, if an Otklik did.
    pub desk: Option<String>,
}

impl Signals {
    pub(crate) fn read(fields: &Fields<'_>, tree: &Tree<'_>, subject: &str) -> Self {
        let word = |name: &str| fields.first(name).and_then(keyword);
        let has = |names: &[&str]| names.iter().any(|name| fields.first(name).is_some());
        let suppress = fields.token("X-Auto-Response-Suppress").unwrap_or_default().to_ascii_lowercase();
        let says_autoresponder =
            fields.token("X-POST-MessageClass").is_some_and(|v| contains(&v, "autoresponder"))
                || fields.all("Delivered-To").any(|v| v.trim_ascii().eq_ignore_ascii_case(b"autoresponder"));
        let root = &tree.nodes[0];
        Self {
            auto_submitted: word("Auto-Submitted"),
            precedence: word("Precedence").or_else(|| word("X-Precedence")),
            list: has(&["List-Id", "List-Unsubscribe", "List-Post", "X-Mailing-List", "X-Listname"]),
            suppress: suppress.split(',').map(str::trim).any(|w| matches!(w, "all" | "autoreply" | "oof")),
            autoresponder: says_autoresponder || has(&AUTORESPONDER_HEADERS),
            auto_subject: starts_with_any(subject, &AUTO_SUBJECTS),
            null_return_path: fields.first("Return-Path").is_some_and(|v| v.trim_ascii() == b"<>"),
            report_type: (root.kind.main == "multipart/report")
                .then(|| root.kind.token("report-type"))
                .flatten(),
            desk: fields.token("X-Otklik-Desk"),
        }
    }
}

/// How much of a field with one word is read.
const MAX_KEYWORD: usize = 8 * 1024;

const AUTORESPONDER_HEADERS: [&str; 9] = [
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponse",
    "X-AutoReply-From",
    "X-Autogenerated",
    "X-Mail-Autoreply",
    "X-Vacation",
    "X-Away",
    "X-Ez-Autoresponder",
];

const AUTO_SUBJECTS: [&str; 24] = [
    "автоответ",
    "автоматический ответ",
    "автоматична відповідь",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "autoresponse",
    "automatic reply",
    "automatic response",
    "out of office",
    "out of the office",
    "отсутствие на рабочем месте",
    "отсутствую на рабочем месте",
    "нет на месте",
    "automatische antwort",
    "abwesenheitsnotiz",
    "abwesenheitsassistent",
    "réponse automatique",
    "respuesta automática",
    "risposta automatica",
    "automatyczna odpowiedź",
    "自動応答",
    "自動返信",
];

const BOUNCE_SUBJECTS: [&str; 46] = [
    "undeliverable",
    "undelivered",
    "undeliverd",
    "delivery status",
    "delivery notification",
    "failure notice",
    "mail delivery",
    "returned mail",
    "returning message to sender",
    "delivery failure",
    "delivery failed",
    "delivery has failed",
    "delivery error",
    "failed delivery",
    "failure delivery",
    "mail failure",
    "mail failed",
    "message failed",
    "could not be delivered",
    "couldn't be delivered",
    "not delivered",
    "non-delivery",
    "nondeliverable",
    "delayed",
    "mail system error",
    "error sending your mail",
    "there was an error",
    "could not send message",
    "не доставлен",
    "недоставлен",
    "недоставк",
    "не удалось доставить",
    "не может быть доставлен",
    "ошибка доставки",
    "сбой доставки",
    "доставка задерж",
    "возвращено отправителю",
    "невозможно доставить",
    "unzustellbar",
    "nicht zugestellt",
    "zustellung",
    "non remis",
    "échec de la remise",
    "no se puede entregar",
    "配信",
    "配送",
];

/// Subjects of programs that let nobody through who has not proven to be a person.
const CHALLENGE_SUBJECTS: [&str; 14] = [
    "please confirm your message",
    "please confirm your email",
    "confirm your message",
    "confirm your e-mail",
    "requires verification",
    "requires confirmation",
    "verify your message",
    "sender verification",
    "sender confirmation",
    "confirmation required",
    "your message is awaiting",
    "подтвердите отправку",
    "подтвердите ваше письмо",
    "подтверждение отправителя",
];

const CHALLENGE_HEADERS: [&str; 7] = [
    "X-TMDA-Fingerprint",
    "X-Boxtrapper",
    "X-AskVersion",
    "X-Spamarrest-Info",
    "X-Spamarrest-noauth",
    "X-Sender-Verification",
    "X-Qmail-Confirm",
];

/// The word of a field such as Auto-Submitted, before its parameters; comments may stand around it (RFC 3834 section 5). A
/// field in which nothing can be read says `?`: whoever writes it is a program all the same.
fn keyword(value: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&unfold(value, MAX_KEYWORD)).into_owned();
    if text.trim().is_empty() {
        return None;
    }
    let bare = without_comments(&text);
    let word = bare.trim().split([';', ' ', '\t']).next().unwrap_or_default().to_ascii_lowercase();
    Some(if word.is_empty() { "?".to_owned() } else { word })
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(part)
}

fn starts_with_any(text: &str, starts: &[&str]) -> bool {
    let text = text.trim().to_lowercase();
    starts.iter().any(|start| text.starts_with(start))
}

/// What is known of a letter when its kind is judged.
pub(crate) struct Evidence<'a> {
    pub raw: &'a [u8],
    pub tree: &'a Tree<'a>,
    pub signals: &'a Signals,
    /// The From header as text in lower case: a mail server may write no address there at all.
    pub from_text: &'a str,
    pub from: Option<&'a Address>,
    pub subject: &'a str,
    pub text: &'a str,
}

/// Judges what wrote the letter.
pub(crate) fn classify(evidence: &Evidence<'_>) -> MailKind {
    let signals = evidence.signals;
    let automatic = signals.auto_submitted.as_deref().is_some_and(|word| word != "no");
    if let Some(kind) = report(evidence) {
        return kind;
    }
    if is_plain_bounce(evidence, automatic) {
        let delayed = contains(evidence.subject, "delay") || contains(evidence.subject, "warning");
        return MailKind::Bounce { delayed };
    }
    let answers = fields_of(evidence).first("In-Reply-To").is_some();
    if is_challenge(evidence, automatic, answers) {
        return MailKind::Challenge;
    }
    let replied = signals.auto_submitted.as_deref() == Some("auto-replied");
    if replied
        || signals.autoresponder
        || signals.precedence.as_deref() == Some("auto_reply")
        || signals.auto_subject && (automatic || signals.suppress || signals.null_return_path)
        || (automatic || signals.auto_subject) && answers
    {
        return MailKind::AutoReply;
    }
    if signals.list || matches!(signals.precedence.as_deref(), Some("bulk" | "list" | "junk")) {
        return MailKind::List;
    }
    if automatic { MailKind::Generated } else { MailKind::Human }
}

fn fields_of<'a>(evidence: &'a Evidence<'_>) -> &'a Fields<'a> {
    &evidence.tree.nodes[0].fields
}

/// A program's question whether a person wrote: by its own header, or by its subject beside another sign of a program.
fn is_challenge(evidence: &Evidence<'_>, automatic: bool, answers: bool) -> bool {
    let fields = fields_of(evidence);
    if CHALLENGE_HEADERS.iter().any(|name| fields.first(name).is_some()) {
        return true;
    }
    let delivered_by = fields.token("X-Delivery-Agent").unwrap_or_default().to_ascii_lowercase();
    let subject = evidence.subject.to_lowercase();
    let asks = CHALLENGE_SUBJECTS.iter().any(|known| subject.contains(known));
    let signals = evidence.signals;
    let program = automatic || signals.null_return_path || signals.autoresponder || signals.suppress;
    asks && (program
        || delivered_by.starts_with("tmda")
        || answers && quotes_no_more_than_a_link(evidence.text))
}

/// A challenge is a link to press and little else.
fn quotes_no_more_than_a_link(text: &str) -> bool {
    text.len() < 4000 && text.contains("http")
}

/// Reports by their structure (RFC 6522).
fn report(evidence: &Evidence<'_>) -> Option<MailKind> {
    let part = |media: &str| evidence.tree.nodes.iter().find(|n| !n.multipart && n.media() == media);
    let is_report = evidence.tree.nodes[0].kind.main == "multipart/report";
    // Outlook.com's complaints are older than RFC 5965 and carry the letter alone.
    let old_complaint = starts_with_any(evidence.subject, &["complaint about message from"]);
    if reports::is_notification(evidence.text) {
        return Some(MailKind::Bounce { delayed: false });
    }
    // Providers let a program write to the address of List-Unsubscribe when a reader has had enough.
    let automatic = evidence.signals.auto_submitted.as_deref().is_some_and(|word| word != "no");
    if automatic && evidence.subject.trim().eq_ignore_ascii_case("unsubscribe") {
        return Some(MailKind::Complaint);
    }
    if part("message/feedback-report").is_some() || old_complaint && part("message/rfc822").is_some() {
        return Some(MailKind::Complaint);
    }
    let status = part("message/delivery-status").or_else(|| part("message/global-delivery-status"));
    if let Some(status) = status.filter(|_| is_report || !is_forwarded(evidence)) {
        let text = evidence.raw[status.body.clone()].to_ascii_lowercase();
        return Some(by_actions(&String::from_utf8_lossy(&text)));
    }
    if part("message/disposition-notification").is_some() {
        return Some(MailKind::Report);
    }
    match (is_report, evidence.signals.report_type.as_deref()) {
        (true, Some("feedback-report")) => Some(MailKind::Complaint),
        // A report without a part that says of what, and without its type, is a bounce of a careless server.
        (true, None | Some("delivery-status")) => Some(MailKind::Bounce { delayed: false }),
        (true, _) => Some(MailKind::Report),
        (false, _) => None,
    }
}

/// Whether a person seems to pass a report on: programs that forward a report within a letter carry its parts along.
fn is_forwarded(evidence: &Evidence<'_>) -> bool {
    let signals = evidence.signals;
    let program = signals.null_return_path
        || signals.auto_submitted.as_deref().is_some_and(|word| word != "no")
        || is_daemon(evidence)
        || is_system(evidence);
    !program && (is_answer(evidence.subject) || fields_of(evidence).first("References").is_some())
}

fn is_answer(subject: &str) -> bool {
    let subject = subject.trim().to_lowercase();
    ["re:", "re[", "fw", "ответ:", "на:", "пересл", "aw:", "wg:"]
        .iter()
        .any(|prefix| subject.starts_with(prefix))
}

/// From a mail server by its own name.
fn is_daemon(evidence: &Evidence<'_>) -> bool {
    let local = evidence.from.map_or("", Address::local);
    local == "mailer-daemon" || evidence.from_text.trim_start().starts_with("mailer-daemon")
}

/// Whether an address is one that no provider gives to a person: RFC 5321 section 4.5.1, and the names of mail systems.
pub fn is_mail_system(from: &Address) -> bool {
    let local = from.local();
    matches!(local, "mailer-daemon" | "postmaster" | "mail-daemon")
        || local.starts_with("microsoftexchange") && local.len() > 40
}

/// From an address or a name that mail servers use, and people too.
fn is_system(evidence: &Evidence<'_>) -> bool {
    let local = evidence.from.map_or("", Address::local);
    let squeezed: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    let nobody = evidence.from.is_none() && evidence.from_text.contains("<>");
    let named =
        ["mail delivery", "mail deliver system", "система доставки", "mail administrator", "postmaster"];
    matches!(squeezed.as_str(), "postmaster" | "maildaemon" | "poostmaster" | "mailerdaemon" | "sysadmin")
        || squeezed.starts_with("maildelivery")
        || squeezed.starts_with("microsoftexchange")
        || named.iter().any(|name| evidence.from_text.trim_start_matches([' ', '"']).starts_with(name))
        || nobody
}

/// The Action fields of RFC 3464 section 2.3.3, in lower case. None at all is taken for a failure.
fn by_actions(status: &str) -> MailKind {
    let actions: Vec<&str> =
        status.lines().filter_map(|l| l.trim().strip_prefix("action:")).map(str::trim).collect();
    let all = |words: &[&str]| {
        !actions.is_empty() && actions.iter().all(|action| words.iter().any(|w| action.starts_with(w)))
    };
    if all(&["delivered", "relayed", "expanded"]) {
        MailKind::Report
    } else {
        MailKind::Bounce { delayed: all(&["delayed", "delivered", "relayed", "expanded"]) }
    }
}

/// Bounces older than RFC 3464, and those of servers that never read it: the sender is a mail system *and* the letter
/// is built like a bounce.
fn is_plain_bounce(evidence: &Evidence<'_>, automatic: bool) -> bool {
    let fields = fields_of(evidence);
    if fields.first("X-Failed-Recipients").is_some() {
        return true;
    }
    let has_original = evidence
        .tree
        .nodes
        .iter()
        .any(|node| !node.multipart && matches!(node.media(), "message/rfc822" | "text/rfc822-headers"));
    if evidence.signals.null_return_path && has_original {
        return true;
    }
    let answer = is_answer(evidence.subject);
    let subject = evidence.subject.to_lowercase();
    let subject = !answer && BOUNCE_SUBJECTS.iter().any(|known| subject.contains(known));
    let from_daemon =
        fields.first("Return-Path").is_some_and(|v| contains(&String::from_utf8_lossy(v), "mailer-daemon"));
    let envelope = evidence.signals.null_return_path || from_daemon || automatic;
    let text = brings_back_text(evidence.text);
    let found = [subject, envelope, has_original, text].iter().filter(|e| **e).count();
    if is_daemon(evidence) {
        found >= 1
    } else if is_system(evidence) {
        // People have these addresses too: the envelope, or the text's shape, must speak for a server.
        found >= 2 && !answer && (envelope || is_notice(evidence.text) && !has_program_of_a_person(fields))
    } else {
        // Gateways write from any address; then everything else must speak for it.
        subject && envelope && (has_original || text)
    }
}

/// Whether the text brings another letter back, or quotes a server's refusal.
fn brings_back_text(text: &str) -> bool {
    const MARKS: [&str; 8] = [
        "this is a copy of the message",
        "below this line is",
        "original message follows",
        "transcript of session",
        "message-id:",
        "user unknown",
        "smtp error",
        "the following recipient",
    ];
    let text = text.to_lowercase();
    MARKS.iter().any(|mark| text.contains(mark))
        || text.lines().any(|line| line.starts_with("received: ") || quotes_refusal(line))
}

/// Headers of programs that people write with; X-Mailer is not among them, servers write it too.
fn has_program_of_a_person(fields: &Fields<'_>) -> bool {
    ["User-Agent", "Thread-Index", "In-Reply-To"].iter().any(|name| fields.first(name).is_some())
}

/// Whether the text has the shape of a mail server's notice: a returned letter's headers, a phrase that only programs write,
/// or a reply with its enhanced code (RFC 3463). A person may well write «550» or "user unknown".
fn is_notice(text: &str) -> bool {
    const MARKS: [&str; 6] = [
        "this is a copy of the message",
        "below this line is",
        "original message follows",
        "transcript of session",
        "the following recipient",
        "message headers follow",
    ];
    let text = text.to_lowercase();
    let header = |line: &str| line.starts_with("received: ") || line.starts_with("message-id: ");
    MARKS.iter().any(|mark| text.contains(mark))
        || text.lines().any(|line| header(line) || quotes_refusal(line) && reports::has_code(line))
}

/// `550 …`, `554-5.4.14 …` at a word's start: a reply of RFC 5321 section 4.2 that refuses.
fn quotes_refusal(line: &str) -> bool {
    let mut words = line.split_whitespace().map(|word| word.trim_start_matches(['[', '(', '<', '"', ':']));
    words.any(|word| {
        let (code, rest) = word.as_bytes().split_at(word.len().min(3));
        let refuses = matches!(code, [b'4' | b'5', b'0'..=b'5', b'0'..=b'9']);
        refuses
            && (rest.first() == Some(&b'-')
                || rest.is_empty() && line.contains("5.")
                || line.trim().starts_with(word))
    })
}

/// Who we are, for telling our own mail.
#[derive(Clone, Debug, Default)]
pub struct Ours {
    /// Every address of ours, in lower case.
    pub addresses: Vec<String>,
    /// The desk's id as `X-Otklik-Desk` carries it.
    pub desk_id: String,
    /// The host part of the Message-IDs we make.
    pub message_id_host: String,
}

impl Ours {
    /// Whether the address is one of ours, with or without a plus tag.
    pub fn has(&self, address: &Address) -> bool {
        let local = address.local().split('+').next().unwrap_or_default();
        let bare = format!("{local}@{}", address.domain());
        self.addresses.iter().any(|ours| *ours == address.addr || *ours == bare)
    }
}

/// Whether we sent the letter ourselves: by the desk's mark, by our Message-ID, or by our address. A form on a site writes
/// from our address too, and names whoever filled it in under Reply-To: that is a letter of theirs.
pub fn is_own(mail: &ParsedMail, ours: &Ours) -> bool {
    let marked = !ours.desk_id.is_empty() && mail.signals.desk.as_deref() == Some(ours.desk_id.as_str());
    let named = mail.message_id.as_deref().and_then(parse_own_message_id);
    marked
        || named.is_some_and(|(_, host)| host.eq_ignore_ascii_case(&ours.message_id_host))
        || (mail.from.as_ref().is_some_and(|from| ours.has(from))
            && mail.reply_to.iter().all(|to| ours.has(to)))
}

/// Whether the author may get a notice of receipt, and why not.
pub fn receipt_allowed(mail: &ParsedMail, ours: &Ours) -> Result<(), NoReceiptReason> {
    let signals = &mail.signals;
    if is_own(mail, ours) {
        return Err(NoReceiptReason::Own);
    }
    match mail.kind {
        MailKind::AutoReply | MailKind::Challenge | MailKind::Generated => {
            return Err(NoReceiptReason::Automatic);
        }
        MailKind::Bounce { .. } | MailKind::Report | MailKind::Complaint => {
            return Err(NoReceiptReason::Report);
        }
        MailKind::List => return Err(NoReceiptReason::List),
        MailKind::Human => {}
    }
    if signals.auto_subject {
        return Err(NoReceiptReason::Automatic);
    }
    if signals.suppress {
        return Err(NoReceiptReason::Suppressed);
    }
    if signals.null_return_path {
        return Err(NoReceiptReason::NullSender);
    }
    let author = mail.answer_to().filter(|address| mailbox(address).is_ok());
    let author = author.ok_or(NoReceiptReason::NoAddress)?;
    if ours.has(author) {
        return Err(NoReceiptReason::Own);
    }
    let nobody = |address: &Address| reads_nothing(address.local());
    if nobody(author) || mail.from.as_ref().is_some_and(nobody) {
        return Err(NoReceiptReason::NoReplyAddress);
    }
    Ok(())
}

/// Local parts behind which no person reads. `postmaster` is a person's where nothing else speaks against it.
fn reads_nothing(local: &str) -> bool {
    let squeezed: String = local.chars().filter(|c| c.is_alphanumeric()).collect();
    matches!(squeezed.as_str(), "mailerdaemon" | "bounce" | "bounces" | "listserv" | "majordomo" | "nobody")
        || ["noreply", "donotreply", "dontreply", "nereply", "neotvechat", "neotvechayte"]
            .iter()
            .any(|word| squeezed.starts_with(word) || squeezed.ends_with(word))
        || local.ends_with("-request")
        || local.starts_with("owner-")
        || local.starts_with("bounce-")
        || local.starts_with("bounces+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_a_field_is_found_behind_comments_and_before_parameters() {
        let cases = [
            ("auto-replied", Some("auto-replied")),
            (" (from a vacation) auto-replied", Some("auto-replied")),
            ("(a (nested; one) comment)\r\n\tAuto-Replied (and another)", Some("auto-replied")),
            ("auto-replied(close)", Some("auto-replied")),
            ("auto-generated; type=x", Some("auto-generated")),
            ("(a \\) bracket) no", Some("no")),
            ("no", Some("no")),
            ("(nothing but words)", Some("?")),
            ("(open for ever auto-replied", Some("?")),
            ("  ", None),
        ];
        for (value, expected) in cases {
            assert_eq!(keyword(value.as_bytes()).as_deref(), expected, "{value}");
        }
        let long = format!("({}) auto-replied", "a".repeat(4000));
        assert_eq!(keyword(long.as_bytes()).as_deref(), Some("auto-replied"));
    }
}
