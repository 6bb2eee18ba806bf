-- The morning digest: who wants it, at what time of which zone (null: the desk's), and the day that was last decided about.
ALTER TABLE staff ADD COLUMN digest INTEGER NOT NULL DEFAULT 1;
ALTER TABLE staff ADD COLUMN digest_at TEXT;
ALTER TABLE staff ADD COLUMN digest_zone TEXT;
ALTER TABLE staff ADD COLUMN digest_day TEXT;
