-- Several queues in one file: each belongs to a bot. 0 is that of a file which holds one queue only.
alter table send_queue add column bot_id integer not null default 0;
