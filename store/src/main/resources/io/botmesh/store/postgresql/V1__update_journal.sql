-- Update journals, as in a SQLite file; what the columns mean is said there.
CREATE TABLE update_journal (
    bot_id      BIGINT PRIMARY KEY,
    incarnation BIGINT NOT NULL                -- also the fence: only who has opened it last may write
);

CREATE SEQUENCE update_batch_id;

CREATE TABLE update_batch (
    id          BIGINT  PRIMARY KEY,
    bot_id      BIGINT  NOT NULL,
    incarnation BIGINT  NOT NULL,
    size        INTEGER NOT NULL,
    payload     BYTEA   NOT NULL,
    checksum    BIGINT  NOT NULL
);
CREATE INDEX update_batch_of_bot ON update_batch (bot_id, id);

CREATE TABLE update_done (
    batch_id    BIGINT PRIMARY KEY,
    bits        BYTEA  NOT NULL,
    checksum    BIGINT NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE update_seen (
    bot_id      BIGINT NOT NULL,
    first_id    BIGINT NOT NULL,
    last_id     BIGINT NOT NULL,
    hour        BIGINT NOT NULL,
    checksum    BIGINT NOT NULL,
    PRIMARY KEY (bot_id, first_id)
) WITH (fillfactor = 50);
CREATE INDEX update_seen_by_hour ON update_seen (bot_id, hour);

CREATE TABLE update_attempt (
    sequence    BIGINT  PRIMARY KEY,
    bot_id      BIGINT  NOT NULL,
    attempts    INTEGER NOT NULL,
    vanished    INTEGER NOT NULL,
    unfinished  INTEGER NOT NULL,
    repeated    INTEGER NOT NULL,
    checksum    BIGINT  NOT NULL
);
CREATE INDEX update_attempt_unfinished ON update_attempt (bot_id) WHERE unfinished = 1;

CREATE TABLE update_dead (
    bot_id      BIGINT  NOT NULL,
    sequence    BIGINT  NOT NULL,
    attempts    INTEGER NOT NULL,
    at_millis   BIGINT  NOT NULL,
    type        TEXT    NOT NULL,
    message     TEXT    NOT NULL,
    stack       TEXT    NOT NULL,
    payload     BYTEA   NOT NULL,
    checksum    BIGINT  NOT NULL,
    PRIMARY KEY (bot_id, sequence)
);
