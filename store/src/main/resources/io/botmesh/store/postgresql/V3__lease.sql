-- Which program may work: a row for each right. Only the clock of this server counts.
CREATE TABLE bot_lease (
    name         TEXT        PRIMARY KEY,
    fence        BIGINT      NOT NULL,     -- grows with each holder, and never falls
    holder       TEXT,                     -- host, process and a random word; NULL when nobody has it
    ends_at      TIMESTAMPTZ NOT NULL,
    wanted_until TIMESTAMPTZ NOT NULL      -- until then somebody else asks for it
);
