-- Mail one can trust: mailboxes of IMAP, reports, copies in Sent, replies from elsewhere, files of a draft, the nightly
-- comparison with the mailbox. The same names stand in migrations/sqlite.

-- The team whose address it is; null: the whole desk's.
ALTER TABLE accounts ADD COLUMN org_id UUID REFERENCES orgs (id);
-- Where copies of what was sent go and where colleagues' own replies are looked for; null: the folder that the server calls
-- \Sent.
ALTER TABLE accounts ADD COLUMN sent_folder TEXT;
-- 1: a copy of each letter that was sent is put into Sent.
ALTER TABLE accounts ADD COLUMN copy_sent BIGINT NOT NULL DEFAULT 1;
-- 0: notices of receipt wait, held, until a person lets them go.
ALTER TABLE accounts ADD COLUMN automatic BIGINT NOT NULL DEFAULT 1;
-- What a colleague's own reply found in Sent does: 'ask' a person, or 'record' it at once.
ALTER TABLE accounts ADD COLUMN outside_replies TEXT NOT NULL DEFAULT 'ask';
-- The server whose Authentication-Results are believed (RFC 8601); null: mail of this account is not judged.
ALTER TABLE accounts ADD COLUMN authserv_id TEXT;
-- 1: the server delivers NAME+TOKEN@ to NAME@, so replies may carry a token in the address.
ALTER TABLE accounts ADD COLUMN plus_addressing BIGINT NOT NULL DEFAULT 0;
-- When it was set up; null for those of before.
ALTER TABLE accounts ADD COLUMN added_at BIGINT;

-- Since when there is no session with the server that letters leave by; null: it answers.
ALTER TABLE accounts ADD COLUMN out_down_since BIGINT;

-- How far each folder of an account has been read.
CREATE TABLE mailboxes (
    account_id UUID NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    -- 'inbox' or 'sent'.
    role TEXT NOT NULL,
    uidvalidity BIGINT NOT NULL,
    -- The least UID that has not been stored yet.
    uid_next BIGINT NOT NULL,
    checked_at BIGINT,
    PRIMARY KEY (account_id, name)
);

-- Which folder an item came from: 'inbox' or 'sent'.
ALTER TABLE raw_items ADD COLUMN role TEXT NOT NULL DEFAULT 'inbox';
-- Finds a letter again whose folder was renumbered.
CREATE INDEX raw_items_by_digest ON raw_items (account_id, sha256);

-- What mail servers and programs said about mail: bounces, complaints, automatic answers. Never part of an appeal.
CREATE TABLE reports (
    id UUID PRIMARY KEY,
    raw_id UUID NOT NULL REFERENCES raw_items (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- The recipient that it names.
    recipient TEXT,
    -- The enhanced status code (RFC 3463) that it gives.
    status TEXT,
    diagnostic TEXT NOT NULL DEFAULT '',
    -- The delivery that it is about; null: unmatched.
    delivery_id UUID,
    appeal_id UUID REFERENCES appeals (id)
);
CREATE INDEX reports_by_delivery ON reports (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX reports_by_appeal ON reports (appeal_id) WHERE appeal_id IS NOT NULL;
CREATE INDEX reports_by_raw ON reports (raw_id);
CREATE INDEX reports_unmatched ON reports (at) WHERE delivery_id IS NULL;

-- Teams that see an appeal beside its own organisation's: the letter was written to their address too.
CREATE TABLE appeal_orgs (
    appeal_id UUID NOT NULL REFERENCES appeals (id),
    org_id UUID NOT NULL REFERENCES orgs (id),
    PRIMARY KEY (org_id, appeal_id)
);
CREATE INDEX appeal_orgs_by_appeal ON appeal_orgs (appeal_id);

-- The random part of the address that answers to an appeal come back to.
CREATE TABLE appeal_tokens (
    token TEXT PRIMARY KEY,
    appeal_id UUID NOT NULL REFERENCES appeals (id)
);
CREATE INDEX appeal_tokens_by_appeal ON appeal_tokens (appeal_id);

ALTER TABLE messages ADD COLUMN cc_text TEXT NOT NULL DEFAULT '';
-- A colleague's reply from another program: 'proposed', 'confirmed' or 'declined'; null for every other message.
ALTER TABLE messages ADD COLUMN outside TEXT;
-- How many such replies wait for a person's word.
ALTER TABLE appeals ADD COLUMN outside_waiting BIGINT NOT NULL DEFAULT 0;
-- Codes of what of the letter was not taken, one a line.
ALTER TABLE messages ADD COLUMN left_out TEXT NOT NULL DEFAULT '';

-- A member of staff's own mailbox, to which a thread may be sent.
ALTER TABLE staff ADD COLUMN mailbox TEXT;

-- Addresses of carbon copies of the reply being written, one a line.
ALTER TABLE drafts ADD COLUMN cc TEXT NOT NULL DEFAULT '';

-- Files that will go with a reply.
CREATE TABLE draft_files (
    id UUID PRIMARY KEY,
    appeal_id UUID NOT NULL REFERENCES appeals (id),
    staff_id UUID NOT NULL REFERENCES staff (id),
    position BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 BYTEA NOT NULL
);
CREATE INDEX draft_files_by_draft ON draft_files (appeal_id, staff_id, position);
CREATE TABLE draft_pieces (
    file_id UUID NOT NULL REFERENCES draft_files (id),
    n BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (file_id, n)
);

-- One-time addresses to which a member of staff may mail text and files for a draft. Only the digest is kept.
CREATE TABLE mail_tokens (
    token_sha256 BYTEA PRIMARY KEY,
    appeal_id UUID NOT NULL REFERENCES appeals (id),
    staff_id UUID NOT NULL REFERENCES staff (id),
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- What a comparison of stored ids with the mailbox found.
CREATE TABLE reconciliations (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    mailbox TEXT NOT NULL,
    at BIGINT NOT NULL,
    in_mailbox BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    -- In the mailbox and not stored; they are fetched again.
    missing BIGINT NOT NULL,
    -- Stored and no longer in the mailbox.
    gone BIGINT NOT NULL,
    error TEXT
);
CREATE INDEX reconciliations_by_account ON reconciliations (account_id, at);

-- A delivery may be about no appeal (the morning digest) and carry no message of a thread (a thread sent to staff, a copy).
ALTER TABLE deliveries ALTER COLUMN appeal_id DROP NOT NULL;
ALTER TABLE deliveries ALTER COLUMN message_id DROP NOT NULL;
-- The Message-ID of the letter that it carries, for reports and for a look into Sent.
ALTER TABLE deliveries ADD COLUMN rfc_message_id TEXT;
UPDATE deliveries d SET rfc_message_id = m.rfc_message_id FROM messages m WHERE m.id = d.message_id;
CREATE INDEX deliveries_by_rfc_id ON deliveries (rfc_message_id) WHERE rfc_message_id IS NOT NULL;
