-- Nodes of a mesh, and what they must not forget. A file holds one node, or several of one process.
create table node (
    id       integer primary key,
    name     text    not null unique,
    fence    integer not null,                 -- grows with each opening: only the last one writes
    revision integer not null,                 -- grows with each commit
    holder   text    not null                  -- who opened it, for people
);

create table node_value (
    node  integer not null,
    kind  integer not null,
    a     integer not null,
    b     integer not null,
    c     integer not null,
    value blob    not null,
    crc   integer not null,                    -- CRC-32C of node, kind, a, b, c and value
    primary key (node, kind, a, b, c)
);
