-- Update journal. One row per polled batch, so that durability costs per batch and not per update.
-- Checksums are CRC-32C: SQLite checks the structure of its pages, not what is in them.

-- How often the journal of a bot was opened: what a batch has seen of that is the attempt its updates are at.
CREATE TABLE update_journal (
    bot_id      INTEGER PRIMARY KEY,
    incarnation INTEGER NOT NULL
);

-- payload: per update its length (4 bytes, big-endian) and its bytes. A batch that has ended is deleted.
CREATE TABLE update_batch (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- sequences are made of it and must not come back
    bot_id      INTEGER NOT NULL,
    incarnation INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    payload     BLOB    NOT NULL,
    checksum    INTEGER NOT NULL
);
CREATE INDEX update_batch_of_bot ON update_batch (bot_id, id);

-- Bitmap of the ended updates of a batch; apart, so that a mark does not rewrite the payload. No row: none has ended.
CREATE TABLE update_done (
    batch_id    INTEGER PRIMARY KEY,
    bits        BLOB    NOT NULL,
    checksum    INTEGER NOT NULL
);

-- Ranges of update ids that arrived, each within one hour (since the epoch); what is older than the window is deleted.
CREATE TABLE update_seen (
    bot_id      INTEGER NOT NULL,
    first_id    INTEGER NOT NULL,
    last_id     INTEGER NOT NULL,
    hour        INTEGER NOT NULL,
    checksum    INTEGER NOT NULL,
    PRIMARY KEY (bot_id, first_id)
) WITHOUT ROWID;
CREATE INDEX update_seen_by_hour ON update_seen (bot_id, hour);
