-- Sessions of bots, as in a SQLite file; what the columns mean is said there.
CREATE TABLE bot_session (
    bot_id      BIGINT NOT NULL,
    part        TEXT   NOT NULL,
    session_key TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    expires_at  BIGINT,
    content     BYTEA  NOT NULL,
    crc         BIGINT NOT NULL,
    PRIMARY KEY (bot_id, part, session_key)
);
CREATE INDEX bot_session_by_end ON bot_session (expires_at) WHERE expires_at IS NOT NULL;
