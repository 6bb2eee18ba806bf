-- A letter that came back or was refused is sent again to a corrected address by a delivery of its own, on the same message: the
-- delivery that goes instead of this one. What stands here needs nobody any more.
ALTER TABLE deliveries ADD COLUMN redirected_to UUID;
