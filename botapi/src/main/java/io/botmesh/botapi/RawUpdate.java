package io.botmesh.botapi;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * One update as it came, with what routing needs already read. Decoding waits until it is handled, so that an update that
 * cannot be decoded harms no other.
 */
public final class RawUpdate {
    private final byte[] json;
    private final Envelope envelope;

    /** What a scan found; see the accessors of {@link RawUpdate}. */
    record Envelope(
            long updateId,
            boolean numbered,
            String kind,
            @Nullable Long chatId,
            @Nullable Long threadId,
            @Nullable Long userId,
            @Nullable String businessConnectionId) {
        /** Of something that says nothing of all that. */
        static Envelope without(long place) {
            return new Envelope(place, false, "", null, null, null, null);
        }
    }

    RawUpdate(byte[] json, Envelope envelope) {
        this.json = json;
        this.envelope = envelope;
    }

    /**
     * One update again from its {@link #bytes()}.
     *
     * @throws DecodeException if this is no object with an {@code update_id}
     */
    public static RawUpdate parse(byte[] json) {
        return UpdateScanner.single(json.clone());
    }

    /**
     * The updates in the server's answer to {@code getUpdates}, in its order. One that is damaged is kept and leaves the
     * others alone. An element without an {@code update_id} gets that of its place, so that it can be set aside
     * ({@link #isNumbered()}); it is passed over only if its neighbours leave none, as on a server that does not count.
     *
     * @param updateOffset the first update that was asked for; 0 or less if that is not known
     * @throws DecodeException if the answer is not a successful one
     */
    public static List<RawUpdate> scan(byte[] answer, long updateOffset) {
        return UpdateScanner.answer(answer, updateOffset);
    }

    /** {@link #scan(byte[], long)} without knowing what was asked for. */
    public static List<RawUpdate> scan(byte[] answer) {
        return scan(answer, 0);
    }

    /**
     * Whether it says its id itself and is there to its end. Else the id may be that of its place among the others, and
     * nothing of it can be read.
     */
    public boolean isNumbered() {
        return envelope.numbered();
    }

    public long updateId() {
        return envelope.updateId();
    }

    /** The name of the field that the update came under, such as {@code channel_post}; empty if it has none. */
    public String kind() {
        return envelope.kind();
    }

    /** The chat it happened in, or null if in none, as for inline queries and polls. */
    public @Nullable Long chatId() {
        return envelope.chatId();
    }

    /** The forum topic, or the topic of a channel's direct messages, or null. A mere thread of replies is none. */
    public @Nullable Long threadId() {
        return envelope.threadId();
    }

    /** Who did it, or null if the update does not say. */
    public @Nullable Long userId() {
        return envelope.userId();
    }

    /** The business account it came through, or null. */
    public @Nullable String businessConnectionId() {
        return envelope.businessConnectionId();
    }

    /** A copy of exactly this update's bytes. */
    public byte[] bytes() {
        return json.clone();
    }

    public int size() {
        return json.length;
    }

    /** Writes exactly this update's bytes. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(json);
    }

    /**
     * The whole update.
     *
     * @throws DecodeException if its bytes are damaged or lack what an update must have
     */
    public Update decode() {
        if (!isNumbered()) throw new DecodeException("update " + updateId() + ": no whole object with an update_id");
        try (var in = new JsonIn(json)) {
            return Update.read(in);
        } catch (JsonIn.Mismatch mismatch) {
            throw new DecodeException("update " + updateId() + ": " + mismatch.what);
        } catch (JacksonException damaged) {
            throw new DecodeException("update " + updateId() + ": " + JsonIn.complaint(damaged));
        }
    }

    @Override
    public String toString() {
        return "RawUpdate[" + updateId() + " " + kind() + ", " + json.length + " bytes]";
    }
}
