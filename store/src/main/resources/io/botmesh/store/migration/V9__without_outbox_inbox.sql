-- Nodes keep what they send and hear in their own table.
drop table outbox;
drop table outbox_message;
drop table outbox_chunk;
drop table outbox_packet;
drop table inbox_stream;
drop table inbox_piece;
drop table inbox_message;
drop table inbox_link;
