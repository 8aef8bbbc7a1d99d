-- Nodes of a mesh, as in a SQLite file; what the columns mean is said there.
CREATE TABLE node (
    id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name     TEXT   NOT NULL UNIQUE,
    fence    BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    holder   TEXT   NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE node_value (
    node  BIGINT   NOT NULL,
    kind  SMALLINT NOT NULL,
    a     BIGINT   NOT NULL,
    b     BIGINT   NOT NULL,
    c     BIGINT   NOT NULL,
    value BYTEA    NOT NULL,
    crc   BIGINT   NOT NULL,
    PRIMARY KEY (node, kind, a, b, c)
);
-- Sealed packets do not get smaller, so trying costs time alone.
ALTER TABLE node_value ALTER COLUMN value SET STORAGE EXTERNAL;
