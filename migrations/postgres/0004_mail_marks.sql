-- What the receiving server found out about who a letter is from. The same names stand in migrations/sqlite.

-- 'failed': by the server that the account trusts the letter is not from whom it says; null: nothing speaks against it.
ALTER TABLE messages ADD COLUMN authentication TEXT;
