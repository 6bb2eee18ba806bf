-- Digital membership cards. The keys that sign them: the public halves only, by their fingerprints; the private ones stand in
-- the state folder of the machine that made them.
CREATE TABLE card_keys (
    id TEXT NOT NULL PRIMARY KEY,
    public BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    -- No card that it signed counts any more.
    retired_at INTEGER
);

CREATE TABLE member_cards (
    -- Random, and all that the card says of its holder.
    id BLOB NOT NULL PRIMARY KEY,
    member_id BLOB NOT NULL REFERENCES members (id),
    key_id TEXT NOT NULL REFERENCES card_keys (id),
    issued_at INTEGER NOT NULL,
    issued_by BLOB NOT NULL REFERENCES staff (id),
    -- The last day on which it counts.
    expires_on TEXT NOT NULL,
    revoked_at INTEGER,
    revoked_by BLOB REFERENCES staff (id),
    reason TEXT
);
CREATE UNIQUE INDEX member_cards_held ON member_cards (member_id) WHERE revoked_at IS NULL;
CREATE INDEX member_cards_by_member ON member_cards (member_id, issued_at);
