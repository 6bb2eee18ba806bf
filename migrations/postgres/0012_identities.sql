-- Contacts of one person, linked with a row of the registry on evidence, carried to their next appeal; what contradicts itself;
-- and what chairs were asked about somebody's membership.

CREATE TABLE identities (
    id UUID PRIMARY KEY,
    -- email, phone, account
    kind TEXT NOT NULL,
    -- In comparable form: an address in lower case, a number in E.164, an account as CHANNEL:ID.
    value TEXT NOT NULL,
    member_id UUID NOT NULL REFERENCES members (id),
    -- appeal, call, document, in_person
    ground TEXT NOT NULL,
    -- The appeal whose confirmation it rests on, or for which it was linked.
    appeal_id UUID REFERENCES appeals (id),
    note TEXT NOT NULL DEFAULT '',
    linked_by UUID NOT NULL REFERENCES staff (id),
    linked_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_by UUID REFERENCES staff (id),
    ended_reason TEXT,
    ended_note TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX identities_held ON identities (kind, value, member_id) WHERE ended_at IS NULL;
CREATE INDEX identities_by_member ON identities (member_id, linked_at);
CREATE INDEX identities_by_appeal ON identities (appeal_id) WHERE appeal_id IS NOT NULL;

CREATE TABLE conflicts (
    id UUID PRIMARY KEY,
    -- row_claimed: two appeals whose authors are two people and one row; contact_shared: one contact and two rows.
    kind TEXT NOT NULL,
    -- Two appeals, or two identities, the smaller id first.
    first_id UUID NOT NULL,
    second_id UUID NOT NULL,
    -- The row of the first, and of the second where it is another one.
    member_id UUID NOT NULL REFERENCES members (id),
    other_member_id UUID REFERENCES members (id),
    -- open, kept_first, kept_second, both_right, gone
    state TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    settled_at BIGINT,
    settled_by UUID REFERENCES staff (id),
    reason TEXT NOT NULL DEFAULT '',
    UNIQUE (first_id, second_id, member_id)
);
CREATE INDEX conflicts_open ON conflicts (found_at) WHERE state = 'open';
CREATE INDEX conflicts_by_member ON conflicts (member_id);

CREATE TABLE member_queries (
    id UUID PRIMARY KEY,
    appeal_id UUID NOT NULL REFERENCES appeals (id),
    org_id UUID NOT NULL REFERENCES orgs (id),
    recipient TEXT NOT NULL,
    delivery_id UUID NOT NULL REFERENCES deliveries (id),
    -- Whom the chair was asked about: a name and nothing else.
    name TEXT NOT NULL,
    -- The one-time code itself is kept nowhere but in the letter.
    code_sha256 BYTEA NOT NULL UNIQUE,
    made_by UUID NOT NULL REFERENCES staff (id),
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- waiting, answered, withdrawn
    state TEXT NOT NULL,
    -- member, not_member, unknown; null until it is answered.
    answer TEXT,
    -- What the chair added: since when, until when.
    told TEXT NOT NULL DEFAULT '',
    answered_at BIGINT,
    -- Who entered the answer; null where the chair's own letter brought it.
    answered_by UUID REFERENCES staff (id)
);
CREATE INDEX member_queries_by_appeal ON member_queries (appeal_id, made_at);
CREATE INDEX member_queries_by_delivery ON member_queries (delivery_id);
