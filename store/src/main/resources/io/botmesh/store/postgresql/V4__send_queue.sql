-- Calls that have to go out, as in a SQLite file; what the columns mean is said there.
CREATE TABLE send_queue (
    number     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bot_id     BIGINT   NOT NULL,
    lane       TEXT     NOT NULL,
    state      SMALLINT NOT NULL,
    method     TEXT     NOT NULL,
    parameters TEXT     NOT NULL,
    why        TEXT,
    crc        BIGINT   NOT NULL
);
CREATE INDEX send_queue_by_bot ON send_queue (bot_id, number);
