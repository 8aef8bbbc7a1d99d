-- Calls that have to go out. One queue a file.
create table send_queue (
    number     integer primary key autoincrement, -- in the order of adding; never used again
    lane       text    not null,                  -- whose order it keeps
    state      integer not null,                  -- 0 queued, 1 on its way, 2 maybe sent, 3 refused
    method     text    not null,
    parameters text    not null,                  -- a JSON object
    why        text,                              -- what is known of a failure
    crc        integer not null                   -- CRC-32C of lane, method and parameters
);
