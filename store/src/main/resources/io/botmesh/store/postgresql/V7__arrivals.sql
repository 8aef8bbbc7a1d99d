-- When a batch arrived, in milliseconds since the epoch; 0 if nobody knows, as of those that were there before.
ALTER TABLE update_batch ADD COLUMN arrived_millis BIGINT NOT NULL DEFAULT 0;
