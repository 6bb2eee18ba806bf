//! Deliveries, raw items and channels: the words of what goes out and what comes in.

use super::codes::codes;

codes! {
    /// The states of wall 3. `Unknown` waits for a person; the program never sends it again on its own.
    DeliveryState {
        Scheduled = "scheduled", Sending = "sending", Accepted = "accepted", Retry = "retry", Failed = "failed",
        Unknown = "unknown", Delivered = "delivered", Bounced = "bounced", Blocked = "blocked",
        Cancelled = "cancelled",
    }
}

codes! {
    /// Why a letter did not leave or was not taken, as a person is told.
    Explained {
        NoMailbox = "no_mailbox",
        /// The mailbox is there and switched off.
        MailboxDisabled = "mailbox_disabled",
        MailboxFull = "mailbox_full",
        TooLarge = "too_large",
        /// Taken for spam, or blocked by a rule.
        Spam = "spam",
        /// The server does not believe that the letter is ours (SPF, DKIM, DMARC, reverse DNS).
        NotProven = "not_proven",
        /// Our own address is not accepted as the sender.
        SenderRefused = "sender_refused",
        /// Our server wants a name and a password, or does not take ours.
        Auth = "auth",
        RelayDenied = "relay_denied",
        TlsRequired = "tls_required",
        /// The server's certificate is not trusted.
        Certificate = "certificate",
        /// The server asks a stranger to come again in some minutes.
        Greylisting = "greylisting",
        TooMany = "too_many",
        /// The address's domain takes no mail.
        NoDomain = "no_domain",
        BadAddress = "bad_address",
        /// Our server does not answer.
        NoAnswer = "no_answer",
        /// Our server answers and refuses to talk to us.
        ServerRefuses = "server_refuses",
        /// The way out is set up wrongly.
        Settings = "settings",
        /// Refused for now, without a known reason.
        ForNow = "for_now",
        /// Refused for good, without a known reason.
        Refused = "refused",
        /// The line broke after the letter: nobody knows.
        MayHaveArrived = "may_have_arrived",
    }
}

codes! {
    /// Why what a report says of a delivery changes nothing until a person believes it.
    ReportDoubt {
        /// Nothing shows that it came back along the letter's own path, and no trusted server says who wrote it.
        Unproven = "unproven",
        /// It names somebody else than the delivery's recipient.
        OtherRecipient = "other_recipient",
        /// The server that the account trusts says that it is not from whom it says.
        FailsAuthentication = "fails_authentication",
        /// A person has looked at it and does not believe it: it waits for nobody any more.
        Dismissed = "dismissed",
    }
}

codes! {
    /// What a delivery carries.
    DeliveryKind {
        /// A person's reply.
        Reply = "reply",
        /// The automatic notice of receipt with the appeal's number.
        Receipt = "receipt",
        /// A carbon copy of a person's reply: the same bytes to somebody else. It answers nothing.
        Copy = "copy",
        /// A thread for a member of staff's own mailbox. No part of the conversation.
        ToStaff = "to_staff",
        /// The morning digest. About no appeal.
        Digest = "digest",
        /// An application to join, for the chair of a primary organisation. It answers nobody.
        Application = "application",
        /// A question to a chair whether somebody is a member. It answers nobody.
        MemberQuery = "member_query",
    }
}

codes! {
    /// The one current fate of a raw item (wall 4).
    Fate {
        Pending = "pending", New = "new", Appended = "appended", Duplicate = "duplicate", Service = "service",
        History = "history", Quarantined = "quarantined",
    }
}

codes! {
    /// Why a raw item is in quarantine.
    QuarantineReason {
        /// Nothing but white space.
        Empty = "empty",
        /// The program stumbled over it.
        ParserPanic = "parser-panic",
        /// The stored bytes cannot be unpacked.
        RawDamaged = "raw-damaged",
        /// Its account is no longer there.
        NoAccount = "no-account",
        /// The store would not take what it became.
        RefusedByStore = "refused-by-store",
        /// Larger than is ever taken; the bytes stay in the mailbox.
        TooLarge = "too-large",
        /// A link, a folder or a device in a mailbox; the bytes stay there.
        NotAFile = "not-a-file",
        /// It says that it is a member of staff's, for a draft, and nothing proves it.
        DraftUnproven = "draft-unproven",
        /// It answers an application to join and does not say in the agreed form that it is accepted.
        ApplicationAnswer = "application-answer",
        /// It gives a code of an application that is wrong, was used or holds no longer.
        ApplicationCode = "application-code",
        /// It answers a question about membership and does not say so in the agreed form, or with a code that holds.
        QueryAnswer = "query-answer",
        /// It gives a code that holds, and comes from another address than the one that the code was sent to.
        ChairSender = "chair-sender",
    }
}

codes! {
    /// What a report about mail says, the gravest first.
    ReportKind {
        /// It was not delivered and will not be.
        Failure = "failure",
        /// It has not been delivered yet; the server goes on trying.
        Delay = "delay",
        Delivered = "delivered",
        /// Passed on to a server that reports no more.
        Relayed = "relayed",
        /// Somebody called it spam, or a provider did (RFC 5965).
        Complaint = "complaint",
        /// Vacation, out of office.
        AutoReply = "auto_reply",
        /// A program asks the sender to prove that a person wrote.
        Challenge = "challenge",
        /// Read, deleted unread and the like (RFC 8098).
        Disposition = "disposition",
    }
}

codes! {
    /// What a folder of a mailbox is to us.
    FolderRole {
        /// Letters to us.
        Inbox = "inbox",
        /// Letters that were sent from our address, by us or by a colleague's own program.
        Sent = "sent",
    }
}

codes! {
    /// Where the copy of a reply in the mailbox's folder of sent letters stands.
    SentCopy {
        /// It will be put there.
        Due = "due",
        /// It lies there, whoever put it there.
        Made = "made",
        /// It could not be put there for so long that it is no longer tried; the reply itself has left all the same.
        Failed = "failed",
    }
}

codes! {
    /// What a colleague's own reply, found where the mailbox keeps what was sent, does to an appeal.
    OutsideReplies {
        /// It waits for a person to say that it is the answer.
        Ask = "ask",
        /// It counts as a response at once.
        Record = "record",
    }
}

codes! {
    /// Where a colleague's reply from another program stands.
    Outside { Proposed = "proposed", Confirmed = "confirmed", Declined = "declined" }
}

codes! {
    /// Kinds of accounts.
    ChannelKind {
        Maildir = "maildir", Imap = "imap", Telegram = "telegram", Vk = "vk", Max = "max",
    }
}
