-- The last transaction of each process that writes here: who loses his connection while he commits looks here for what came of it.
CREATE TABLE commit_note (
    writer  BIGINT      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    last    BIGINT      NOT NULL,     -- its number
    used_at TIMESTAMPTZ NOT NULL      -- rows of processes that were killed go some weeks later
) WITH (fillfactor = 50);
