-- What a receiver knows of the link to a sender's outbox: acks, credit, the streams that have ended.
create table inbox_link (
    incarnation integer primary key,           -- which sender's outbox
    state       blob    not null,
    heard_at    integer not null,              -- epoch seconds
    crc         integer not null               -- CRC-32C of incarnation and state
);
