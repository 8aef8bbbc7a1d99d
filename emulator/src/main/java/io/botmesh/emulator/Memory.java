package io.botmesh.emulator;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.botmesh.world.Arguments;
import io.botmesh.world.Call;
import io.botmesh.world.Profile;
import io.botmesh.world.Recorder;
import io.botmesh.world.Reply;
import io.botmesh.world.Upload;
import io.botmesh.world.World;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What lets a world survive its process: writes down what goes in, holds answers back until that is on disk, and lets it all
 * happen again in a new world. Without a file it does nothing.
 */
final class Memory implements Recorder, AutoCloseable {
    private final @Nullable StateFile file;

    private Memory(@Nullable StateFile file) {
        this.file = file;
    }

    static Memory none() {
        return new Memory(null);
    }

    static Memory in(StateFile file) {
        return new Memory(file);
    }

    /**
     * Lets everything happen again.
     *
     * @return the time of the last input, null if there is none
     */
    @Nullable
    Instant repeat(World world, ControlCalls control, Given.Keeper keeper, Pause clock) {
        if (file == null) return null;
        var last = new Instant[1];
        file.read((number, row) -> {
            clock.moveTo(row.at());
            var sum = repeat(world, control, keeper, row.input());
            last[0] = row.at();
            if (sum != null && row.replySum() != null && !sum.equals(row.replySum())) {
                throw new StateFileException(
                        "the state file does not lead where it did: input " + number + ", " + name(row.input())
                                + ", gets another answer than before; use the emulator that made the file, or a new file",
                        null);
            }
        });
        return last[0];
    }

    private static @Nullable Long repeat(World world, ControlCalls control, Given.Keeper keeper, Input input)
            throws IOException {
        switch (input) {
            case Input.Called called -> {
                var call = called.call();
                var reply = world.repeat(world.options().profile() == Profile.LOCAL ? onDisk(call, keeper) : call);
                return reply.isDone() ? sum(reply.join()) : null;
            }
            case Input.Polled polled -> world.repeat(polled.polled());
            case Input.Delivered delivered -> world.webhooks().repeatDelivery(delivered.botId(), delivered.updateId());
            case Input.Failed failed -> world.webhooks().repeatFailure(failed.botId(), failed.message());
            case Input.Lost lost -> world.webhooks().repeatLoss(lost.botId());
            case Input.Jumped jumped -> world.repeatJump(jumped.botId());
            case Input.Revoked revoked -> world.repeatRevocation(revoked.botId());
            case Input.Acted acted -> {
                return StateFile.sum(control.repeat(acted).getBytes(US_ASCII));
            }
            case Input.Moved moved -> {
                var unused = world.tick();
            }
        }
        return null;
    }

    private static String name(Input input) {
        return switch (input) {
            case Input.Called called -> called.call().method();
            case Input.Acted acted -> acted.verb() + " " + acted.path();
            default -> InputCodec.kind(input);
        };
    }

    /** A local server gives out paths, so its files have to be files. */
    private static Call onDisk(Call call, Given.Keeper keeper) throws IOException {
        if (call.arguments().uploads().isEmpty()) return call;
        var arguments = Arguments.builder();
        var names = call.arguments().names();
        var values = call.arguments().values();
        for (int i = 0; i < names.size(); i++) arguments.add(names.get(i), values.get(i));
        for (var upload : call.arguments().uploads()) {
            arguments.add(new Upload(
                    upload.field(),
                    upload.fileName(),
                    upload.contentType(),
                    keeper.keep(upload.content().open())));
        }
        return new Call(call.token(), call.testDc(), call.method(), arguments.build());
    }

    /** From now on everything is written down. */
    void start(World world) {
        if (file == null) return;
        file.start();
        world.record(this);
    }

    @Override
    public void called(Instant at, Call call, @Nullable Reply reply) {
        append(at, new Input.Called(call), reply == null ? null : sum(reply));
    }

    @Override
    public void polled(Instant at, Polled polled) {
        append(at, new Input.Polled(polled), null);
    }

    @Override
    public void delivered(Instant at, long botId, int updateId) {
        append(at, new Input.Delivered(botId, updateId), null);
    }

    @Override
    public void webhookFailed(Instant at, long botId, String message) {
        append(at, new Input.Failed(botId, message), null);
    }

    @Override
    public void webhookLost(Instant at, long botId) {
        append(at, new Input.Lost(botId), null);
    }

    @Override
    public void jumped(Instant at, long botId) {
        append(at, new Input.Jumped(botId), null);
    }

    @Override
    public void revoked(Instant at, long botId) {
        append(at, new Input.Revoked(botId), null);
    }

    /** Within the world's gate. */
    void acted(Instant at, Input.Acted acted, String answer) {
        append(at, acted, StateFile.sum(answer.getBytes(US_ASCII)));
    }

    /** A clock that was moved. */
    void moved(Instant at) {
        append(at, new Input.Moved(), null);
    }

    private void append(Instant at, Input input, @Nullable Long replySum) {
        if (file != null) file.append(new StateFile.Row(at, input, replySum));
    }

    boolean isKept() {
        return file != null;
    }

    /** Completes when everything until now is on disk. */
    CompletableFuture<Void> kept() {
        return file == null ? CompletableFuture.completedFuture(null) : file.committed();
    }

    /** Completes with the reason when something could not be written down, and never if all goes well. */
    CompletableFuture<StateFileException> failure() {
        return file == null ? new CompletableFuture<>() : file.failure();
    }

    private static long sum(Reply reply) {
        return StateFile.sum(
                switch (reply) {
                    case Reply.Ok ok -> ReplyJson.of(ok);
                    case Reply.Failure failure -> ReplyJson.of(failure);
                    case Reply.NotBuilt notBuilt -> ReplyJson.of(notBuilt);
                    // faults make these, and no fault is kept
                    case Reply.Raw raw -> raw.body().getBytes(US_ASCII);
                    case Reply.Closed closed -> new byte[0];
                });
    }

    @Override
    public void close() {
        if (file != null) file.close();
    }

    /** A clock that stands where it is put, and then goes on as another one. */
    static final class Pause implements InstantSource {
        private final InstantSource then;
        private volatile @Nullable Instant fixed = Instant.MIN;

        Pause(InstantSource then) {
            this.then = then;
        }

        void moveTo(Instant instant) {
            fixed = instant;
        }

        void over() {
            fixed = null;
        }

        @Override
        public Instant instant() {
            var now = fixed;
            return now == null ? then.instant() : now;
        }
    }
}
