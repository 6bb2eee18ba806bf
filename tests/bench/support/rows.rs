//! The columns that a made desk fills. A column that is not named takes its default.

use super::copy::Table;

pub const ORGS: Table = ("orgs", &["id", "code", "parent_id", "level", "name"]);
pub const CLOSURE: Table = ("org_closure", &["ancestor_id", "descendant_id"]);
pub const STAFF: Table = ("staff", &["id", "name", "os_user", "active", "created_at"]);
pub const GRANTS: Table = ("staff_grants", &["id", "staff_id", "role", "org_id"]);
pub const COUNTERS: Table = ("counters", &["name", "value"]);
pub const MEMBERS: Table = (
    "members",
    &[
        "pk",
        "id",
        "source_id",
        "org_id",
        "name_raw",
        "name_folded",
        "birth_raw",
        "card_raw",
        "card",
        "position",
        "phone_raw",
        "phone",
        "email_raw",
        "email",
        "joined_raw",
        "dues_raw",
        "status_raw",
        "status",
        "source_file",
        "source_row",
        "imported_at",
    ],
);
pub const APPEALS: Table = (
    "appeals",
    &[
        "pk",
        "id",
        "year",
        "seq",
        "channel",
        "received_at",
        "author_name",
        "author_email",
        "author_phone",
        "subject",
        "stage",
        "open",
        "topics",
        "urgency",
        "urgent",
        "assignee_id",
        "org_id",
        "member_state",
        "member_id",
        "response_due_at",
        "response_met_at",
        "next_due_at",
        "unanswered_due_at",
        "has_limits",
        "unread",
        "changed_at",
    ],
);
pub const TOPICS: Table = ("appeal_topics", &["topic", "appeal_pk", "position", "open", "next_due_at"]);
pub const LIMITS: Table = (
    "limitations",
    &["id", "appeal_id", "rule", "kind", "anchor", "file_by", "deadline", "deadline_shifted"],
);
pub const MESSAGES: Table = (
    "messages",
    &[
        "pk",
        "id",
        "appeal_id",
        "direction",
        "channel",
        "at",
        "stored_at",
        "from_text",
        "from_address",
        "participants",
        "subject",
        "body",
        "rfc_message_id",
    ],
);
