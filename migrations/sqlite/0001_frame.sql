-- The frame of the desk. Moments are milliseconds since 1970 UTC, dates of law are 'YYYY-MM-DD', booleans are 0 or 1,
-- ids are 16-byte UUIDs, enumerations are the codes of src/types. The same names stand in migrations/postgres.

CREATE TABLE desk (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    desk_uuid BLOB NOT NULL,
    -- Programs older than this number stop writing.
    schema_version INTEGER NOT NULL,
    demo INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    -- JSON: organisation, policy, zone, undo seconds, grounds (desk::settings).
    settings TEXT NOT NULL,
    -- The public half of the key that signs checkpoints.
    journal_key BLOB NOT NULL
);

CREATE TABLE orgs (
    id BLOB PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    parent_id BLOB REFERENCES orgs (id),
    level TEXT NOT NULL,
    name TEXT NOT NULL,
    opened_on TEXT,
    closed_on TEXT
);

-- Every pair of an organisation and one above it or itself: a scope is one look here.
CREATE TABLE org_closure (
    ancestor_id BLOB NOT NULL REFERENCES orgs (id),
    descendant_id BLOB NOT NULL REFERENCES orgs (id),
    PRIMARY KEY (ancestor_id, descendant_id)
);
CREATE INDEX org_closure_by_descendant ON org_closure (descendant_id, ancestor_id);

CREATE TABLE staff (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    os_user TEXT,
    active INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX staff_by_os_user ON staff (os_user) WHERE active = 1 AND os_user IS NOT NULL;

CREATE TABLE staff_grants (
    id BLOB PRIMARY KEY,
    staff_id BLOB NOT NULL REFERENCES staff (id),
    role TEXT NOT NULL,
    -- Null: the whole desk.
    org_id BLOB REFERENCES orgs (id)
);
CREATE INDEX staff_grants_by_staff ON staff_grants (staff_id);

CREATE TABLE members (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    -- The registry's own id, such as M001; with it a second import finds the row again.
    source_id TEXT UNIQUE,
    org_id BLOB REFERENCES orgs (id),
    name_raw TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    birth_raw TEXT NOT NULL DEFAULT '',
    card_raw TEXT NOT NULL DEFAULT '',
    card TEXT,
    position TEXT NOT NULL DEFAULT '',
    phone_raw TEXT NOT NULL DEFAULT '',
    phone TEXT,
    email_raw TEXT NOT NULL DEFAULT '',
    email TEXT,
    joined_raw TEXT NOT NULL DEFAULT '',
    dues_raw TEXT NOT NULL DEFAULT '',
    status_raw TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL,
    source_file TEXT NOT NULL DEFAULT '',
    source_row INTEGER NOT NULL DEFAULT 0,
    imported_at INTEGER NOT NULL
);
CREATE INDEX members_by_phone ON members (phone) WHERE phone IS NOT NULL;
CREATE INDEX members_by_email ON members (email) WHERE email IS NOT NULL;
CREATE INDEX members_by_card ON members (card) WHERE card IS NOT NULL;
CREATE INDEX members_by_name ON members (name_folded);
CREATE INDEX members_by_org ON members (org_id);

CREATE TABLE accounts (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    -- Our own address on this channel: what receipts and replies come from.
    address TEXT NOT NULL,
    -- maildir:DIR and the like.
    incoming TEXT NOT NULL,
    -- smtp://…, smtps://… or folder:DIR.
    outgoing TEXT NOT NULL,
    password_file TEXT,
    -- Mail older than this is history.
    since INTEGER NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    last_ok_at INTEGER,
    error TEXT
);

-- One thing as a channel gave it, before anybody has read it (wall 4).
CREATE TABLE raw_items (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    -- The channel's own name of it: a Maildir name, uidvalidity + uid, update_id, mid.
    transport_id TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    fate TEXT NOT NULL,
    reason TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    appeal_id BLOB,
    message_id BLOB,
    UNIQUE (account_id, transport_id)
);
CREATE INDEX raw_items_by_fate ON raw_items (account_id, fate);
CREATE INDEX raw_items_pending ON raw_items (pk) WHERE fate = 'pending';

-- The bytes, compressed with zstd, in pieces that each fit in memory.
CREATE TABLE raw_pieces (
    raw_id BLOB NOT NULL,
    n INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (raw_id, n)
);

CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
);

CREATE TABLE appeals (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    year INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    -- The id in a former system.
    origin TEXT UNIQUE,
    channel TEXT NOT NULL,
    account_id BLOB REFERENCES accounts (id),
    received_at INTEGER NOT NULL,
    author_name TEXT NOT NULL DEFAULT '',
    author_email TEXT,
    author_phone TEXT,
    org_stated TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    stage TEXT NOT NULL,
    -- 1 while the appeal stands in the working queue; follows from stage.
    open INTEGER NOT NULL,
    outcome TEXT,
    -- Comma-separated codes, lead first; appeal_topics has the same for filters.
    topics TEXT NOT NULL DEFAULT '',
    urgency TEXT NOT NULL,
    -- 1 for sos and high; follows from urgency.
    urgent INTEGER NOT NULL,
    assignee_id BLOB REFERENCES staff (id),
    org_id BLOB REFERENCES orgs (id),
    member_state TEXT,
    member_id BLOB REFERENCES members (id),
    member_class TEXT,
    name_to_employer TEXT NOT NULL DEFAULT 'not_asked',
    name_to_chair TEXT NOT NULL DEFAULT 'not_asked',
    event_date TEXT,
    -- The ground on which personal data are kept (settings).
    ground TEXT NOT NULL DEFAULT '',
    -- The response clock: a replay of the journal, kept here to sort by. Null due: no clock.
    response_due_at INTEGER,
    response_met_at INTEGER,
    merits_met_at INTEGER,
    -- Earliest of the running response and the statutory dates; the greatest integer when nothing runs.
    next_due_at INTEGER NOT NULL,
    -- Due of a response that nobody has given yet; null otherwise. The overdue tab is a range of this.
    unanswered_due_at INTEGER,
    -- 1 when limitations has rows of it.
    has_limits INTEGER NOT NULL DEFAULT 0,
    imported INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 1,
    changed_at INTEGER NOT NULL,
    UNIQUE (year, seq)
);
-- The working queue. The columns after the key let a combination of filters be checked without touching the row.
CREATE INDEX appeals_queue ON appeals (
    next_due_at, pk, stage, channel, assignee_id, topics, unanswered_due_at, org_id, urgent
) WHERE open = 1;
CREATE INDEX appeals_urgent ON appeals (next_due_at, pk) WHERE open = 1 AND urgent = 1;
CREATE INDEX appeals_mine ON appeals (assignee_id, next_due_at, pk) WHERE open = 1;
CREATE INDEX appeals_open_by_channel ON appeals (channel, next_due_at, pk) WHERE open = 1;
CREATE INDEX appeals_overdue ON appeals (unanswered_due_at, pk, org_id, open)
    WHERE open = 1 AND unanswered_due_at IS NOT NULL;
-- Every column that the tabs' counts ask, `open` too, or the rows would be read.
CREATE INDEX appeals_counts ON appeals (assignee_id, stage, urgent, org_id, open) WHERE open = 1;
-- Every stage, also those that are not open.
CREATE INDEX appeals_all ON appeals (next_due_at, pk);
CREATE INDEX appeals_by_stage ON appeals (stage, next_due_at, pk);
CREATE INDEX appeals_by_assignee ON appeals (assignee_id, next_due_at, pk);
CREATE INDEX appeals_by_channel ON appeals (channel, next_due_at, pk);
-- What is done, newest first.
CREATE INDEX appeals_closed ON appeals (pk) WHERE open = 0;
CREATE INDEX appeals_closed_by_stage ON appeals (stage, pk) WHERE open = 0;
CREATE INDEX appeals_closed_by_assignee ON appeals (assignee_id, pk) WHERE open = 0;
CREATE INDEX appeals_closed_by_channel ON appeals (channel, pk) WHERE open = 0;
CREATE INDEX appeals_by_member ON appeals (member_id) WHERE member_id IS NOT NULL;

CREATE TABLE appeal_topics (
    topic TEXT NOT NULL,
    appeal_pk INTEGER NOT NULL REFERENCES appeals (pk),
    position INTEGER NOT NULL,
    -- The appeal's own, kept here by the triggers below, so that the queue of a topic is the walk of one index.
    open INTEGER NOT NULL DEFAULT 0,
    next_due_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (topic, appeal_pk)
);
CREATE INDEX appeal_topics_by_appeal ON appeal_topics (appeal_pk);
CREATE INDEX appeal_topics_queue ON appeal_topics (topic, next_due_at, appeal_pk) WHERE open = 1;
CREATE INDEX appeal_topics_all ON appeal_topics (topic, next_due_at, appeal_pk);
CREATE INDEX appeal_topics_closed ON appeal_topics (topic, appeal_pk) WHERE open = 0;
CREATE TRIGGER appeal_topics_made AFTER INSERT ON appeal_topics BEGIN
    UPDATE appeal_topics SET open = a.open, next_due_at = a.next_due_at FROM appeals a
    WHERE a.pk = NEW.appeal_pk AND appeal_topics.topic = NEW.topic AND appeal_topics.appeal_pk = NEW.appeal_pk;
END;
CREATE TRIGGER appeal_topics_follow AFTER UPDATE OF open, next_due_at ON appeals
WHEN NEW.open <> OLD.open OR NEW.next_due_at <> OLD.next_due_at BEGIN
    UPDATE appeal_topics SET open = NEW.open, next_due_at = NEW.next_due_at WHERE appeal_pk = NEW.pk;
END;

CREATE TABLE appeal_links (
    id BLOB PRIMARY KEY,
    appeal_id BLOB NOT NULL REFERENCES appeals (id),
    other_id BLOB NOT NULL REFERENCES appeals (id),
    kind TEXT NOT NULL,
    made_at INTEGER NOT NULL
);
CREATE INDEX appeal_links_by_appeal ON appeal_links (appeal_id);
CREATE INDEX appeal_links_by_other ON appeal_links (other_id);

CREATE TABLE messages (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    appeal_id BLOB NOT NULL REFERENCES appeals (id),
    direction TEXT NOT NULL,
    channel TEXT NOT NULL,
    at INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    from_text TEXT NOT NULL DEFAULT '',
    from_address TEXT,
    to_text TEXT NOT NULL DEFAULT '',
    -- Every address of the message, lower case, one a line: the participants that threading asks for.
    participants TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    rfc_message_id TEXT,
    rfc_references TEXT NOT NULL DEFAULT '',
    body_sha256 BLOB,
    kind TEXT,
    automatic INTEGER NOT NULL DEFAULT 0,
    -- Taken back before it left; kept, but no part of the conversation.
    withdrawn INTEGER NOT NULL DEFAULT 0,
    staff_id BLOB REFERENCES staff (id),
    raw_id BLOB
);
CREATE INDEX messages_by_appeal ON messages (appeal_id, at, pk);
CREATE INDEX messages_by_rfc_id ON messages (rfc_message_id) WHERE rfc_message_id IS NOT NULL;

-- Stems of subject and body; contentless, its rowid is messages.pk.
CREATE VIRTUAL TABLE message_terms USING fts5 (
    terms, content='', contentless_delete=1, prefix='2 3', tokenize="unicode61 remove_diacritics 0"
);

CREATE TABLE attachments (
    id BLOB PRIMARY KEY,
    message_id BLOB NOT NULL REFERENCES messages (id),
    position INTEGER NOT NULL,
    -- Where in the raw item it stands; null where only a name is known.
    part_path TEXT,
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB
);
CREATE INDEX attachments_by_message ON attachments (message_id, position);

CREATE TABLE limitations (
    id BLOB PRIMARY KEY,
    appeal_id BLOB NOT NULL REFERENCES appeals (id),
    rule TEXT NOT NULL,
    kind TEXT NOT NULL,
    anchor TEXT,
    proof TEXT,
    file_by TEXT,
    deadline TEXT,
    deadline_shifted TEXT,
    -- 1 once a person has marked it as done (filed).
    done INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX limitations_by_appeal ON limitations (appeal_id, deadline);

-- A reply being written. Not journalled.
CREATE TABLE drafts (
    appeal_id BLOB NOT NULL REFERENCES appeals (id),
    staff_id BLOB NOT NULL REFERENCES staff (id),
    text TEXT NOT NULL,
    kind TEXT NOT NULL,
    seen_message_id BLOB,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (appeal_id, staff_id)
);

-- One recipient in one transaction with the channel (wall 3).
CREATE TABLE deliveries (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    appeal_id BLOB NOT NULL REFERENCES appeals (id),
    message_id BLOB NOT NULL REFERENCES messages (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recipient TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    created_at INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    lease_owner TEXT,
    lease_until INTEGER,
    accepted_at INTEGER,
    error TEXT,
    -- What shows that the channel has it: a server's reply, a random_id, a message id.
    proof TEXT,
    -- The bytes as frozen at the send, compressed with zstd.
    payload BLOB NOT NULL
);
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state IN ('scheduled', 'retry', 'sending');
CREATE INDEX deliveries_by_appeal ON deliveries (appeal_id);
CREATE INDEX deliveries_by_message ON deliveries (message_id);
CREATE INDEX deliveries_by_state ON deliveries (state, pk);
CREATE INDEX deliveries_receipts ON deliveries (recipient, created_at) WHERE kind = 'receipt';
CREATE INDEX deliveries_automatic ON deliveries (created_at) WHERE kind = 'receipt';

-- Who runs what: intake of an account, the sender, the timer.
CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    until INTEGER NOT NULL
);

-- What a caller's key led to, so that the same intent twice is done once.
CREATE TABLE idempotency (
    key BLOB PRIMARY KEY,
    result BLOB NOT NULL,
    at INTEGER NOT NULL
);

-- Decisions (wall 2): codes and salted digests, never values.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    recorded_at INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    -- 'person' or 'worker'.
    actor_kind TEXT NOT NULL,
    -- Staff id or worker code.
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    -- JSON of codes and digests.
    details TEXT NOT NULL,
    row_hash BLOB NOT NULL
);

-- The row's place in the chain of each subject that it is about.
CREATE TABLE journal_links (
    subject TEXT NOT NULL,
    subject_seq INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (subject, subject_seq)
);
CREATE INDEX journal_links_by_seq ON journal_links (seq);

CREATE TABLE journal_heads (
    subject TEXT PRIMARY KEY,
    subject_seq INTEGER NOT NULL,
    hash BLOB NOT NULL
);

CREATE TABLE checkpoints (
    n INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    rows_covered INTEGER NOT NULL,
    -- Hash over the former root and every row and link since (desk::journal).
    root BLOB NOT NULL,
    signature BLOB NOT NULL
);

-- Values before and after a decision: what history and undo read, and what erasure may blank.
CREATE TABLE versions (
    id BLOB PRIMARY KEY,
    seq INTEGER NOT NULL,
    position INTEGER NOT NULL,
    field TEXT NOT NULL,
    -- 'before' or 'after'.
    side TEXT NOT NULL,
    value TEXT,
    salt BLOB
);
CREATE INDEX versions_by_seq ON versions (seq, position);
