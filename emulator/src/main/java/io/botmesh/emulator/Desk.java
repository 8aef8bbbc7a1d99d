package io.botmesh.emulator;

import io.botmesh.world.Call;
import io.botmesh.world.Reply;
import io.botmesh.world.World;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A world's Bot API without a socket: takes the bytes of a request and gives the bytes of the answer, by the same code as the
 * server. For programs that hold client and server in one thread. Holds no clock; answers come when the world gives
 * them.
 */
public final class Desk implements AutoCloseable {
    private final World world;
    private final Spool spool = new Spool(Integer.MAX_VALUE); // a simulated network has no disk

    /** The desk of a world, which stays the caller's. */
    public Desk(World world) {
        this.world = world;
    }

    /**
     * What came back.
     *
     * @param status  HTTP status, 0 if the connection ended without an answer
     * @param headers that a client of the Bot API reads, by their usual names
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Answer(int status, Map<String, String> headers, byte[] body) {
        /** The connection ended without an answer. */
        public static final Answer NONE = new Answer(0, Map.of(), new byte[0]);
    }

    /**
     * Takes a call.
     *
     * @param path        such as {@code /bot<token>/sendMessage}
     * @param contentType of the body, null without one
     * @param client      the address that the server counts new bots by, null for one that it does not count
     */
    public CompletableFuture<Answer> call(
            String path, @Nullable String contentType, byte[] body, @Nullable String client) {
        Target target = Target.parse(path);
        if (target == null) return CompletableFuture.completedFuture(answer(new Reply.Failure(404, "Not Found")));
        try {
            var arguments = RequestArguments.read(
                    null,
                    new RequestArguments.Body(contentType, null, BotApiHandler.MOST_HOSTED_BYTES),
                    new ByteArrayInputStream(body),
                    spool);
            return world.call(new Call(target.token(), target.testDc(), target.method(), arguments, client))
                    .thenApply(Desk::answer);
        } catch (HttpRefusal refused) {
            return CompletableFuture.completedFuture(new Answer(refused.status(), Map.of(), new byte[0]));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // the bytes are in memory
        }
    }

    /**
     * Serves a download.
     *
     * @param path such as {@code /file/bot<token>/documents/file_0.bin}
     */
    public Answer file(String path) {
        byte[] encoded = WireText.encode(path.substring("/file".length()));
        String decoded = WireText.percentDecode(encoded, 0, encoded.length, false);
        int slash = decoded.indexOf('/', 1);
        var file =
                slash < 0 ? null : world.file(decoded.substring("/bot".length(), slash), decoded.substring(slash + 1));
        if (file == null) return answer(new Reply.Failure(404, "Not Found"));
        try (var in = file.content().open()) {
            byte[] bytes = in.readAllBytes();
            return new Answer(200, Map.of("Content-Length", Integer.toString(bytes.length)), bytes);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static Answer answer(Reply reply) {
        return switch (reply) {
            case Reply.Ok ok -> json(200, null, ReplyJson.of(ok));
            case Reply.Failure failure -> json(failure.code(), failure.retryAfter(), ReplyJson.of(failure));
            case Reply.NotBuilt notBuilt -> json(501, null, ReplyJson.of(notBuilt));
            case Reply.Raw raw -> new Answer(raw.status(), Map.of(), raw.body().getBytes(StandardCharsets.US_ASCII));
            case Reply.Closed closed -> Answer.NONE;
        };
    }

    private static Answer json(int status, @Nullable Integer retryAfter, byte[] json) {
        return new Answer(status, retryAfter == null ? Map.of() : Map.of("Retry-After", retryAfter.toString()), json);
    }

    @Override
    public void close() {
        spool.close();
    }
}
