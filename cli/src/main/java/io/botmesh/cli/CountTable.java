package io.botmesh.cli;

import io.botmesh.store.SqliteDatabase;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** What the demo's reader makes of messages: the count of each word, and of each message its id, its size and how long it took. */
final class CountTable {
    private CountTable() {}

    /** What it adds up to. */
    record Content(Map<String, Long> words, long messages, long bytes, long p50Micros, long p99Micros) {}

    static void create(SqliteDatabase database) {
        database.call(handle -> {
            handle.execute("create table if not exists demo_word (word text primary key, count integer not null)"
                    + " without rowid, strict");
            handle.execute("create table if not exists demo_message (id text primary key, bytes integer not null,"
                    + " micros integer not null) without rowid, strict");
            return true;
        });
    }

    static long messages(SqliteDatabase database) {
        return database.call(handle -> number(handle, "select count(*) from demo_message"));
    }

    /**
     * Adds one message, once however often it comes.
     *
     * @param id the same for the same message, and for no other
     * @return whether it was not there
     */
    static boolean add(Handle handle, String id, CountMessage message, long bytes, long nowMicros) {
        int news = handle.execute(
                "insert into demo_message (id, bytes, micros) values (?, ?, ?) on conflict do nothing",
                id,
                bytes,
                Math.max(0, nowMicros - message.sentAtMicros()));
        if (news == 0) return false;
        if (!message.counts().isEmpty()) {
            var batch = handle.prepareBatch("insert into demo_word (word, count) values (?, ?)"
                    + " on conflict (word) do update set count = count + excluded.count");
            message.counts().forEach((word, count) -> batch.add(word, count));
            batch.execute();
        }
        return true;
    }

    static Content content(SqliteDatabase database) {
        return database.call(handle -> {
            var words = new HashMap<String, Long>();
            handle.createQuery("select word, count from demo_word")
                    .map((row, context) -> Map.entry(row.getString(1), row.getLong(2)))
                    .forEach(entry -> words.put(entry.getKey(), entry.getValue()));
            long messages = number(handle, "select count(*) from demo_message");
            return new Content(
                    words,
                    messages,
                    number(handle, "select coalesce(sum(bytes), 0) from demo_message"),
                    percentile(handle, messages, 50),
                    percentile(handle, messages, 99));
        });
    }

    /** The smallest value that so many percent of the messages do not exceed; 0 without messages. */
    private static long percentile(Handle handle, long messages, int percent) {
        long rank = Math.max(1, Math.ceilDiv(messages * percent, 100L));
        return handle.createQuery("select micros from demo_message order by micros limit 1 offset ?")
                .bind(0, rank - 1)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L);
    }

    private static long number(Handle handle, String query) {
        return handle.createQuery(query).mapTo(Long.class).one();
    }
}
