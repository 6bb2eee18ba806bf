-- The registry as committees keep it: more of what their tables say, imports that can be taken back whole.

-- Parts of the name, and fields that registries have. What ends in _raw stands as it is written; beside it is its comparable
-- form: days 'YYYY-MM-DD', 'YYYY-MM' or 'YYYY', null where nobody can tell.
ALTER TABLE members ADD COLUMN surname TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN given TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN patronymic TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN former_raw TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN birth TEXT;
ALTER TABLE members ADD COLUMN workplace TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN elected TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN joined TEXT;
ALTER TABLE members ADD COLUMN left_raw TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN left_on TEXT;
ALTER TABLE members ADD COLUMN org_from_raw TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN org_from TEXT;
ALTER TABLE members ADD COLUMN org_to_raw TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN org_to TEXT;
ALTER TABLE members ADD COLUMN dues TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE members ADD COLUMN source_sheet TEXT NOT NULL DEFAULT '';
-- The import that last wrote the row, and the one that made it.
ALTER TABLE members ADD COLUMN import_id BLOB;
ALTER TABLE members ADD COLUMN made_by BLOB;
-- The import since which the row is no longer in its organisation's file: missing is not left.
ALTER TABLE members ADD COLUMN missing_since BLOB;
CREATE INDEX members_by_made_by ON members (made_by) WHERE made_by IS NOT NULL;
CREATE INDEX members_missing ON members (missing_since) WHERE missing_since IS NOT NULL;

-- Telephones and addresses behind the first, in comparable form.
CREATE TABLE member_contacts (
    member_id BLOB NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (member_id, kind, value)
);
CREATE INDEX member_contacts_by_value ON member_contacts (value, kind);

CREATE TABLE imports (
    pk INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    file TEXT NOT NULL,
    sheet TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    -- The organisation that it was made for; null for a file with a column of organisations.
    org_id BLOB REFERENCES orgs (id),
    actor TEXT NOT NULL,
    done_at INTEGER NOT NULL,
    undone_at INTEGER,
    -- JSON: how many rows met which fate.
    counts TEXT NOT NULL
);

-- What a row was before an import changed it; rows that it made have none here.
CREATE TABLE import_changes (
    import_id BLOB NOT NULL REFERENCES imports (id),
    member_id BLOB NOT NULL,
    -- changed, vanished
    fate TEXT NOT NULL,
    -- JSON: the row as it was.
    former TEXT NOT NULL,
    PRIMARY KEY (import_id, member_id)
);

-- Which columns mean what, by an organisation's id, or '' for files of several.
CREATE TABLE import_layouts (
    org TEXT PRIMARY KEY,
    -- JSON: titles and fields.
    layout TEXT NOT NULL,
    saved_at INTEGER NOT NULL
);

-- Names that an organisation had before.
CREATE TABLE org_names (
    org_id BLOB NOT NULL REFERENCES orgs (id),
    name TEXT NOT NULL,
    -- The day since which it has another, if it is known.
    until TEXT,
    PRIMARY KEY (org_id, name)
);
