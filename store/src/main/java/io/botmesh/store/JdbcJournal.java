package io.botmesh.store;

import io.botmesh.runner.Journal;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The update journal of one bot in a {@link SqliteDatabase}, one row per batch.
 *
 * @param <U> the update
 */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"}) // shape only so far
public final class JdbcJournal<U> implements Journal<U> {
    /** How an update becomes bytes and back; {@code decode} gets exactly what {@code encode} gave. */
    public record Codec<U>(Function<? super U, byte[]> encode, Function<byte[], ? extends U> decode) {
        /** For updates that are bytes already. */
        public static Codec<byte[]> bytes() {
            return new Codec<>(bytes -> bytes, bytes -> bytes);
        }
    }

    /**
     * The journal of one bot. The database stays the caller's to close.
     *
     * @param botId    scope of the update ids: the number before the colon of the token
     * @param updateId the id by which a repeated update is known
     */
    public JdbcJournal(SqliteDatabase database, long botId, ToLongFunction<? super U> updateId, Codec<U> codec) {
        this(database, botId, updateId, codec, InstantSource.system());
    }

    JdbcJournal(
            SqliteDatabase database,
            long botId,
            ToLongFunction<? super U> updateId,
            Codec<U> codec,
            InstantSource clock) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Entry<U>> append(List<U> updates) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Entry<U>> undone(long after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void done(long sequence) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void flush() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long size() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
