-- Sessions of bots, by conversation, user or whatever their part is kept by.
CREATE TABLE bot_session (
    bot_id      INTEGER NOT NULL,
    part        TEXT    NOT NULL,
    session_key TEXT    NOT NULL,
    version     INTEGER NOT NULL, -- drawn anew with every write
    expires_at  INTEGER,          -- epoch milliseconds; null: never
    content     BLOB    NOT NULL,
    crc         INTEGER NOT NULL, -- CRC-32C of bot_id, version, session_key and content
    PRIMARY KEY (bot_id, part, session_key)
);
CREATE INDEX bot_session_by_end ON bot_session (expires_at) WHERE expires_at IS NOT NULL;
