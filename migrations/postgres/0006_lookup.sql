-- The change of the registry in which a row was last written. What has read the registry up to one change asks for the
-- rows of later ones; numbers are given out in the order of commits (counters, 'registry').
ALTER TABLE members ADD COLUMN changed_in BIGINT NOT NULL DEFAULT 0;
CREATE INDEX members_by_change ON members (changed_in);

-- Who says that an author is a member, on what evidence, and who or what proves it besides where the evidence is weak.
-- A row without a proof waits for a second person, and nobody is linked yet.
CREATE TABLE member_links (
    appeal_id UUID NOT NULL PRIMARY KEY REFERENCES appeals (id),
    member_id UUID NOT NULL REFERENCES members (id),
    class TEXT NOT NULL,
    -- evidence, person, chair_call; NULL while it is awaited.
    proof TEXT,
    first_by UUID NOT NULL REFERENCES staff (id),
    first_at BIGINT NOT NULL,
    second_by UUID REFERENCES staff (id),
    proved_at BIGINT
);
