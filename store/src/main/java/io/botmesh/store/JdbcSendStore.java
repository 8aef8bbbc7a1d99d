package io.botmesh.store;

import io.botmesh.botapi.SendStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the calls of a {@link io.botmesh.botapi.SendQueue} in a SQLite file; one queue a file. */
public final class JdbcSendStore implements SendStore {
    private final SqliteDatabase database;

    /** The database stays the caller's to close, after the queue. */
    public JdbcSendStore(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public long add(String lane, String method, String parameters) {
        return database.call(
                handle -> handle.createUpdate("insert into send_queue (lane, state, method, parameters, crc)"
                                + " values (:lane, :state, :method, :parameters, :crc)")
                        .bind("lane", lane)
                        .bind("state", code(State.QUEUED))
                        .bind("method", method)
                        .bind("parameters", parameters)
                        .bind("crc", crc(lane, method, parameters))
                        .executeAndReturnGeneratedKeys("number")
                        .mapTo(Long.class)
                        .one());
    }

    private static long crc(String lane, String method, String parameters) {
        return Checksum.of(parameters.getBytes(StandardCharsets.UTF_8), lane + '\n' + method);
    }

    @Override
    public List<Slot> slots() {
        return database.call(handle -> handle.createQuery("select number, lane, state from send_queue order by number")
                .map((row, context) -> new Slot(row.getLong(1), row.getString(2), state(row.getInt(3))))
                .list());
    }

    @Override
    public Optional<Kept> load(long number) {
        return database.call(handle -> handle.createQuery(
                        "select lane, state, method, parameters, why, crc from send_queue where number = :number")
                .bind("number", number)
                .map((row, context) -> {
                    String lane = row.getString(1);
                    String method = row.getString(3);
                    byte[] parameters = Checksum.checked(
                            database.file(),
                            row.getLong(6),
                            row.getString(4).getBytes(StandardCharsets.UTF_8),
                            lane + '\n' + method);
                    return new Kept(
                            number,
                            lane,
                            state(row.getInt(2)),
                            method,
                            new String(parameters, StandardCharsets.UTF_8),
                            row.getString(5));
                })
                .findOne());
    }

    @Override
    public void mark(long number, State state, @Nullable String why) {
        int unused = database.call(
                handle -> handle.createUpdate("update send_queue set state = :state, why = :why where number = :number")
                        .bind("state", code(state))
                        .bind("why", why)
                        .bind("number", number)
                        .execute());
    }

    @Override
    public void remove(long number) {
        int unused = database.call(handle -> handle.createUpdate("delete from send_queue where number = :number")
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
