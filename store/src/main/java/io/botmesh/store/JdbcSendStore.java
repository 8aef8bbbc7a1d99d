package io.botmesh.store;

import io.botmesh.botapi.SendStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the calls of a {@link io.botmesh.botapi.SendQueue} in a database. One queue of a bot may be open at a time: where
 * several programs share a PostgreSQL, the one that holds the {@link PostgresLease} opens it.
 *
 * <p>Parameters are stored as they will be sent, readable for everyone who can read the database: texts, numbers of people,
 * and whatever secrets a call holds. They are gone with the call, from SQLite's file when it is folded the next time.
 */
public final class JdbcSendStore implements SendStore {
    /** Of a file that holds one queue only. */
    private static final long NO_BOT = 0;

    private final Database database;
    private final long botId;

    /** The only queue of a file. The database stays the caller's to close, after the queue. */
    public JdbcSendStore(SqliteDatabase database) {
        this(database, NO_BOT);
    }

    /**
     * The queue of one bot. The database stays the caller's to close, after the queue.
     *
     * @param botId the number before the colon of the token
     */
    public JdbcSendStore(Database database, long botId) {
        this.database = database;
        this.botId = botId;
    }

    @Override
    public long add(String lane, String method, String parameters) {
        return database.call(
                handle -> handle.createUpdate("insert into send_queue (bot_id, lane, state, method, parameters, crc)"
                                + " values (:bot, :lane, :state, :method, :parameters, :crc)")
                        .bind("bot", botId)
                        .bind("lane", lane)
                        .bind("state", code(State.QUEUED))
                        .bind("method", method)
                        .bind("parameters", parameters)
                        .bind("crc", crc(lane, method, parameters))
                        .executeAndReturnGeneratedKeys("number")
                        .mapTo(Long.class)
                        .one());
    }

    private long crc(String lane, String method, String parameters) {
        return Checksum.of(
                parameters.getBytes(StandardCharsets.UTF_8),
                lane + '\n' + method,
                botId == NO_BOT ? new long[0] : new long[] {botId});
    }

    @Override
    public List<Slot> slots() {
        return database.call(handle -> handle.createQuery(
                        "select number, lane, state from send_queue where bot_id = :bot order by number")
                .bind("bot", botId)
                .map((row, context) -> new Slot(row.getLong(1), row.getString(2), state(row.getInt(3))))
                .list());
    }

    @Override
    public Optional<Kept> load(long number) {
        return database.call(handle -> handle.createQuery(
                        "select lane, state, method, parameters, why, crc from send_queue where bot_id = :bot and number = :number")
                .bind("bot", botId)
                .bind("number", number)
                .map((row, context) -> {
                    String lane = row.getString(1);
                    String method = row.getString(3);
                    String parameters = row.getString(4);
                    if (row.getLong(6) != crc(lane, method, parameters)) throw database.damaged();
                    return new Kept(number, lane, state(row.getInt(2)), method, parameters, row.getString(5));
                })
                .findOne());
    }

    @Override
    public void mark(long number, State state, @Nullable String why) {
        int unused = database.call(handle -> handle.createUpdate("update send_queue set state = :state, why = :why"
                        + " where bot_id = :bot and number = :number")
                .bind("bot", botId)
                .bind("state", code(state))
                .bind("why", why)
                .bind("number", number)
                .execute());
    }

    @Override
    public void remove(long number) {
        int unused = database.call(
                handle -> handle.createUpdate("delete from send_queue where bot_id = :bot and number = :number")
                        .bind("bot", botId)
                        .bind("number", number)
                        .execute());
    }

    private static int code(State state) {
        return switch (state) {
            case QUEUED -> 0;
            case SENDING -> 1;
            case MAYBE_SENT -> 2;
            case REFUSED -> 3;
        };
    }

    private static State state(int code) {
        return switch (code) {
            case 0 -> State.QUEUED;
            case 1 -> State.SENDING;
            case 3 -> State.REFUSED;
            default -> State.MAYBE_SENT; // unknown to this version: nothing goes out unasked
        };
    }
}
