-- Attempts of updates that have not ended; no row: none is on record. Deleted with the batch.
CREATE TABLE update_attempt (
    sequence    INTEGER PRIMARY KEY,           -- batch id * 65536 + place
    bot_id      INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,              -- that have begun
    vanished    INTEGER NOT NULL,              -- of these, how many ended with the process
    unfinished  INTEGER NOT NULL,              -- 1 while the last one has begun and not ended
    repeated    INTEGER NOT NULL,              -- 1 for a replayed one: handlers have seen it before these attempts
    checksum    INTEGER NOT NULL
);
CREATE INDEX update_attempt_unfinished ON update_attempt (bot_id) WHERE unfinished = 1;

-- Updates that were given up, until someone replays or discards them.
CREATE TABLE update_dead (
    bot_id      INTEGER NOT NULL,
    sequence    INTEGER NOT NULL,              -- where it was in the journal
    attempts    INTEGER NOT NULL,
    at_millis   INTEGER NOT NULL,              -- since the epoch
    type        TEXT    NOT NULL,
    message     TEXT    NOT NULL,
    stack       TEXT    NOT NULL,
    payload     BLOB    NOT NULL,
    checksum    INTEGER NOT NULL,
    PRIMARY KEY (bot_id, sequence)
);
