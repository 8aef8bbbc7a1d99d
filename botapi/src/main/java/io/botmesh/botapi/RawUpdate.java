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
            String kind,
            @Nullable Long chatId,
            @Nullable Long threadId,
            @Nullable Long userId,
            @Nullable String businessConnectionId) {}

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
     * The updates in the server's answer to {@code getUpdates}, in its order. An element that is not an object with an
     * {@code update_id} is passed over; one that is damaged otherwise is kept and leaves the others alone.
     *
     * @throws DecodeException if the answer is not a successful one
     */
    public static List<RawUpdate> scan(byte[] answer) {
        return UpdateScanner.answer(answer);
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
