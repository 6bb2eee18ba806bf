-- Mail one can trust: mailboxes of IMAP, reports, copies in Sent, replies from elsewhere, files of a draft, the nightly
-- comparison with the mailbox. The same names stand in migrations/postgres.

-- The team whose address it is; null: the whole desk's.
ALTER TABLE accounts ADD COLUMN org_id BLOB REFERENCES orgs (id);
-- Where copies of what was sent go and where colleagues' own replies are looked for; null: the folder that the server calls
-- \Sent.
ALTER TABLE accounts ADD COLUMN sent_folder TEXT;
-- 1: a copy of each letter that was sent is put into Sent.
ALTER TABLE accounts ADD COLUMN copy_sent INTEGER NOT NULL DEFAULT 1;
-- 0: notices of receipt wait, held, until a person lets them go.
ALTER TABLE accounts ADD COLUMN automatic INTEGER NOT NULL DEFAULT 1;
-- What a colleague's own reply found in Sent does: 'ask' a person, or 'record' it at once.
ALTER TABLE accounts ADD COLUMN outside_replies TEXT NOT NULL DEFAULT 'ask';
-- The server whose Authentication-Results are believed (RFC 8601); null: mail of this account is not judged.
ALTER TABLE accounts ADD COLUMN authserv_id TEXT;
-- 1: the server delivers NAME+TOKEN@ to NAME@, so replies may carry a token in the address.
ALTER TABLE accounts ADD COLUMN plus_addressing INTEGER NOT NULL DEFAULT 0;
-- When it was set up; null for those of before.
ALTER TABLE accounts ADD COLUMN added_at INTEGER;

-- Since when there is no session with the server that letters leave by; null: it answers.
ALTER TABLE accounts ADD COLUMN out_down_since INTEGER;

-- How far each folder of an account has been read.
CREATE TABLE mailboxes (
    account_id BLOB NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    -- 'inbox' or 'sent'.
    role TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    -- The least UID that has not been stored yet.
    uid_next INTEGER NOT NULL,
    checked_at INTEGER,
    PRIMARY KEY (account_id, name)
);

-- Which folder an item came from: 'inbox' or 'sent'.
ALTER TABLE raw_items ADD COLUMN role TEXT NOT NULL DEFAULT 'inbox';
-- Finds a letter again whose folder was renumbered.
CREATE INDEX raw_items_by_digest ON raw_items (account_id, sha256);

-- Letters older than their account's start: kept and found by their words, never worked on. Files stay in the raw item.
CREATE TABLE history_letters (
    pk INTEGER PRIMARY KEY,
    raw_id BLOB NOT NULL UNIQUE REFERENCES raw_items (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    at INTEGER NOT NULL,
    from_text TEXT NOT NULL DEFAULT '',
    to_text TEXT NOT NULL DEFAULT '',
    -- Every address of the letter, lower case, one a line.
    participants TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    rfc_message_id TEXT,
    -- How many files it has.
    files INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX history_letters_by_rfc_id ON history_letters (rfc_message_id) WHERE rfc_message_id IS NOT NULL;
-- Stems of subject and body; contentless, its rowid is history_letters.pk.
CREATE VIRTUAL TABLE history_terms USING fts5 (
    terms, content='', contentless_delete=1, prefix='2 3', tokenize="unicode61 remove_diacritics 0"
);

-- What mail servers and programs said about mail: bounces, complaints, automatic answers. Never part of an appeal.
CREATE TABLE reports (
    id BLOB PRIMARY KEY,
    raw_id BLOB NOT NULL REFERENCES raw_items (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    -- The recipient that it names.
    recipient TEXT,
    -- The enhanced status code (RFC 3463) that it gives.
    status TEXT,
    diagnostic TEXT NOT NULL DEFAULT '',
    -- The delivery that it is about; null: unmatched.
    delivery_id BLOB,
    appeal_id BLOB REFERENCES appeals (id)
);
CREATE INDEX reports_by_delivery ON reports (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX reports_by_appeal ON reports (appeal_id) WHERE appeal_id IS NOT NULL;
CREATE INDEX reports_by_raw ON reports (raw_id);
CREATE INDEX reports_unmatched ON reports (at) WHERE delivery_id IS NULL;

-- Teams that see an appeal beside its own organisation's: the letter was written to their address too.
CREATE TABLE appeal_orgs (
    appeal_pk INTEGER NOT NULL REFERENCES appeals (pk),
    org_id BLOB NOT NULL REFERENCES orgs (id),
    PRIMARY KEY (appeal_pk, org_id)
);

-- Addresses that lead to an account's mailbox beside its own, lower case.
CREATE TABLE account_addresses (
    address TEXT PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    -- The team whose address it is; null: the whole desk's.
    org_id BLOB REFERENCES orgs (id)
);

-- The random part of the address that answers to an appeal come back to.
CREATE TABLE appeal_tokens (
    token TEXT PRIMARY KEY,
    appeal_id BLOB NOT NULL REFERENCES appeals (id)
);
CREATE INDEX appeal_tokens_by_appeal ON appeal_tokens (appeal_id);

ALTER TABLE messages ADD COLUMN cc_text TEXT NOT NULL DEFAULT '';
-- A colleague's reply from another program: 'proposed', 'confirmed' or 'declined'; null for every other message.
ALTER TABLE messages ADD COLUMN outside TEXT;
-- How many such replies wait for a person's word.
ALTER TABLE appeals ADD COLUMN outside_waiting INTEGER NOT NULL DEFAULT 0;
-- Codes of what of the letter was not taken, one a line.
ALTER TABLE messages ADD COLUMN left_out TEXT NOT NULL DEFAULT '';

-- A member of staff's own mailbox, to which a thread may be sent.
ALTER TABLE staff ADD COLUMN mailbox TEXT;

-- Addresses of carbon copies of the reply being written, one a line.
ALTER TABLE drafts ADD COLUMN cc TEXT NOT NULL DEFAULT '';
-- What came to the draft by mail and is not in its text yet.
ALTER TABLE drafts ADD COLUMN mailed TEXT NOT NULL DEFAULT '';

-- Files that will go with a reply.
CREATE TABLE draft_files (
    id BLOB PRIMARY KEY,
    appeal_id BLOB NOT NULL REFERENCES appeals (id),
    staff_id BLOB NOT NULL REFERENCES staff (id),
    position INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB NOT NULL
);
CREATE INDEX draft_files_by_draft ON draft_files (appeal_id, staff_id, position);
CREATE TABLE draft_pieces (
    file_id BLOB NOT NULL REFERENCES draft_files (id),
    n INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (file_id, n)
);

-- One-time addresses to which a member of staff may mail text and files for a draft. Only the digest is kept.
CREATE TABLE mail_tokens (
    token_sha256 BLOB PRIMARY KEY,
    appeal_id BLOB NOT NULL REFERENCES appeals (id),
    staff_id BLOB NOT NULL REFERENCES staff (id),
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
);

-- What a comparison of stored ids with the mailbox found.
CREATE TABLE reconciliations (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    mailbox TEXT NOT NULL,
    at INTEGER NOT NULL,
    in_mailbox INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    -- In the mailbox and not stored; they are fetched again.
    missing INTEGER NOT NULL,
    -- Stored and no longer in the mailbox.
    gone INTEGER NOT NULL,
    error TEXT
);
CREATE INDEX reconciliations_by_account ON reconciliations (account_id, at);

-- A delivery may be about no appeal (the morning digest) and carry no message of a thread (a thread sent to staff, a copy).
CREATE TABLE deliveries_anew (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    appeal_id BLOB REFERENCES appeals (id),
    message_id BLOB REFERENCES messages (id),
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
    payload BLOB NOT NULL,
    -- The Message-ID of the letter that it carries, for reports and for a look into Sent.
    rfc_message_id TEXT,
    -- The copy in the mailbox's folder of sent letters: 'due', 'made', 'failed'; null: none is to be made.
    sent_copy TEXT,
    -- When making it may be tried next; while one is at it, when it is taken for dead.
    copy_next_at INTEGER
);
INSERT INTO deliveries_anew (pk, id, kind, appeal_id, message_id, account_id, recipient, state, reason, created_at, not_before,
    next_at, attempts, lease_owner, lease_until, accepted_at, error, proof, payload, rfc_message_id)
SELECT d.pk, d.id, d.kind, d.appeal_id, d.message_id, d.account_id, d.recipient, d.state, d.reason, d.created_at, d.not_before,
    d.next_at, d.attempts, d.lease_owner, d.lease_until, d.accepted_at, d.error, d.proof, d.payload, m.rfc_message_id
FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id;
DROP TABLE deliveries;
ALTER TABLE deliveries_anew RENAME TO deliveries;
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state IN ('scheduled', 'retry', 'sending');
CREATE INDEX deliveries_by_appeal ON deliveries (appeal_id);
CREATE INDEX deliveries_copy_due ON deliveries (copy_next_at) WHERE sent_copy = 'due';
CREATE INDEX deliveries_by_message ON deliveries (message_id);
CREATE INDEX deliveries_by_state ON deliveries (state, pk);
CREATE INDEX deliveries_by_rfc_id ON deliveries (rfc_message_id) WHERE rfc_message_id IS NOT NULL;
CREATE INDEX deliveries_receipts ON deliveries (recipient, created_at) WHERE kind = 'receipt';
CREATE INDEX deliveries_automatic ON deliveries (created_at) WHERE kind = 'receipt';

-- The queue's indexes anew. Each begins with what its run holds fast, `open` too, although the index has only such rows:
-- without figures about the desk SQLite prefers the index that more equalities lead into, and would walk the appeals of all
-- times for those that are open. What follows the order lets the other filters and the scope be checked without the row.
DROP INDEX appeals_queue;
CREATE INDEX appeals_queue ON appeals (
    open, next_due_at, pk, stage, channel, assignee_id, topics, unanswered_due_at, org_id, urgent
) WHERE open = 1;
DROP INDEX appeals_urgent;
CREATE INDEX appeals_urgent ON appeals (
    open, urgent, next_due_at, pk, stage, channel, assignee_id, topics, unanswered_due_at, org_id
) WHERE open = 1 AND urgent = 1;
DROP INDEX appeals_mine;
CREATE INDEX appeals_mine ON appeals (
    open, assignee_id, next_due_at, pk, stage, channel, topics, unanswered_due_at, org_id
) WHERE open = 1;
CREATE INDEX appeals_open_by_stage ON appeals (
    open, stage, next_due_at, pk, channel, assignee_id, topics, unanswered_due_at, org_id
) WHERE open = 1;
DROP INDEX appeals_open_by_channel;
CREATE INDEX appeals_open_by_channel ON appeals (
    open, channel, next_due_at, pk, stage, assignee_id, topics, unanswered_due_at, org_id
) WHERE open = 1;
DROP INDEX appeals_overdue;
CREATE INDEX appeals_overdue ON appeals (
    open, unanswered_due_at, pk, stage, channel, assignee_id, topics, org_id
) WHERE open = 1 AND unanswered_due_at IS NOT NULL;
DROP INDEX appeals_counts;
CREATE INDEX appeals_counts ON appeals (open, assignee_id, stage, urgent, org_id) WHERE open = 1;
DROP INDEX appeals_all;
CREATE INDEX appeals_all ON appeals (next_due_at, pk, org_id);
DROP INDEX appeals_by_stage;
CREATE INDEX appeals_by_stage ON appeals (stage, next_due_at, pk, topics, org_id);
DROP INDEX appeals_by_assignee;
CREATE INDEX appeals_by_assignee ON appeals (
    assignee_id, next_due_at, pk, stage, channel, topics, unanswered_due_at, org_id
);
DROP INDEX appeals_by_channel;
CREATE INDEX appeals_by_channel ON appeals (
    channel, next_due_at, pk, stage, assignee_id, topics, unanswered_due_at, org_id
);
DROP INDEX appeals_closed;
CREATE INDEX appeals_closed ON appeals (open, pk, org_id) WHERE open = 0;
DROP INDEX appeals_closed_by_stage;
CREATE INDEX appeals_closed_by_stage ON appeals (open, stage, pk, topics, org_id) WHERE open = 0;
DROP INDEX appeals_closed_by_assignee;
CREATE INDEX appeals_closed_by_assignee ON appeals (open, assignee_id, pk, stage, channel, topics, org_id) WHERE open = 0;
DROP INDEX appeals_closed_by_channel;
CREATE INDEX appeals_closed_by_channel ON appeals (open, channel, pk, stage, assignee_id, topics, org_id) WHERE open = 0;
DROP INDEX appeal_topics_queue;
CREATE INDEX appeal_topics_queue ON appeal_topics (open, topic, next_due_at, appeal_pk) WHERE open = 1;
DROP INDEX appeal_topics_closed;
CREATE INDEX appeal_topics_closed ON appeal_topics (open, topic, appeal_pk) WHERE open = 0;
