-- What only the path of one delivery's letter knows: a random word among the headers that went to its recipient. Null: it has
-- not left since there are such words.
ALTER TABLE deliveries ADD COLUMN token TEXT;
-- Why what a report says of its delivery is not believed by itself; null: it is believed, or has no effect anyway.
ALTER TABLE reports ADD COLUMN doubt TEXT;
