-- What a sender has still to bring to Telegram. One outbox a file.
create table outbox (
    id            integer primary key check (id = 1),
    incarnation   integer not null,            -- names this outbox to receivers
    messages      integer not null default 0,  -- ever added; the next one's number
    next_packet   integer not null default 0,
    next_sequence integer not null default 0,
    taken         integer not null default 0   -- bytes of the oldest message that are in packets already
);

create table outbox_message (
    number  integer primary key,
    body    integer not null unique,           -- whose chunks; written before the message counts
    subject text    not null,
    length  integer not null
);

create table outbox_chunk (
    body  integer not null,
    at    integer not null,                    -- offset in the message
    bytes blob    not null,
    crc   integer not null,                    -- CRC-32C of body, at and bytes
    primary key (body, at)
);

create table outbox_packet (
    number           integer primary key,
    body             blob    not null,
    document         integer not null,
    messages_through integer not null,         -- messages that have ended in this packet or an earlier one
    crc              integer not null          -- CRC-32C of number, document, messages_through and body
);

-- What a receiver has heard.
create table inbox_stream (
    incarnation   integer not null,            -- which sender's outbox
    stream        integer not null,
    channel       integer not null,            -- where it is posted
    name          text    not null,            -- of the sending node
    next_sequence integer not null,            -- every piece below has arrived and been put into messages
    open_sequence integer not null,            -- first piece of the message that is being put together
    open_subject  text    not null,
    open_length   integer not null,            -- its bytes; 0 between two messages
    open_received integer not null,
    skipping      integer not null,            -- whether the rest of a broken message is being skipped
    gap_since     integer not null,            -- epoch seconds since when next_sequence is missed; 0: it is not
    heard_at      integer not null,            -- epoch seconds, for forgetting what will never be whole
    primary key (incarnation, stream)
) without rowid;

create table inbox_piece (
    incarnation integer not null,
    stream      integer not null,
    sequence    integer not null,
    position    integer not null,              -- 0 whole, 1 first, 2 middle, 3 last
    length      integer not null,              -- of the whole message, on its first piece
    subject     text    not null,
    body        blob    not null,
    crc         integer not null,              -- CRC-32C of sequence, position, length, subject and body
    primary key (incarnation, stream, sequence)
);

create table inbox_message (
    incarnation    integer not null,
    stream         integer not null,
    first_sequence integer not null,
    last_sequence  integer not null,
    subject        text    not null,
    length         integer not null,
    set_aside      text,                       -- why it is not handed out any more
    primary key (incarnation, stream, first_sequence)
) without rowid;
