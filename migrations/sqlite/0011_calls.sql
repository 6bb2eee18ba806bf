-- Calls to authors who are not members: a task for an appeal, what was tried, and applications that went to a chair.

CREATE TABLE call_tasks (
    appeal_id BLOB PRIMARY KEY REFERENCES appeals (id),
    -- not_member, by_hand
    reason TEXT NOT NULL,
    -- As the author gave it or as a person corrected it; null while there is none.
    number TEXT,
    -- open, done
    state TEXT NOT NULL,
    -- advised, unreached, not_needed; null while it is open.
    ended TEXT,
    -- When somebody means to call; null: as soon as may be.
    next_at INTEGER,
    made_by BLOB NOT NULL REFERENCES staff (id),
    made_at INTEGER NOT NULL,
    closed_by BLOB REFERENCES staff (id),
    closed_at INTEGER
);
CREATE INDEX call_tasks_open ON call_tasks (next_at) WHERE state = 'open';

CREATE TABLE call_attempts (
    id BLOB PRIMARY KEY,
    appeal_id BLOB NOT NULL REFERENCES call_tasks (appeal_id),
    -- When it was made, and when it was entered.
    at INTEGER NOT NULL,
    entered_at INTEGER NOT NULL,
    staff_id BLOB NOT NULL REFERENCES staff (id),
    -- What was dialled.
    number TEXT,
    outcome TEXT NOT NULL,
    gist TEXT NOT NULL,
    -- 1: entered by mistake and taken back.
    struck INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX call_attempts_by_appeal ON call_attempts (appeal_id, at);

CREATE TABLE call_applications (
    id BLOB PRIMARY KEY,
    appeal_id BLOB NOT NULL REFERENCES call_tasks (appeal_id),
    org_id BLOB NOT NULL REFERENCES orgs (id),
    recipient TEXT NOT NULL,
    delivery_id BLOB NOT NULL REFERENCES deliveries (id),
    -- The one-time code itself is kept nowhere but in the letter.
    code_sha256 BLOB NOT NULL UNIQUE,
    made_by BLOB NOT NULL REFERENCES staff (id),
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- waiting, confirmed, withdrawn
    state TEXT NOT NULL,
    confirmed_at INTEGER,
    -- Who entered the code; null where the chair's own letter brought it.
    confirmed_by BLOB REFERENCES staff (id)
);
CREATE INDEX call_applications_by_appeal ON call_applications (appeal_id, made_at);
CREATE INDEX call_applications_by_delivery ON call_applications (delivery_id);
CREATE INDEX call_applications_by_org ON call_applications (org_id);
