package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.wire.LinkReceiver.Options;
import io.botmesh.wire.OpenStreams.Place;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OpenStreamsTest {
    private final SplittableRandom random = Seed.random("OpenStreamsTest");
    private final OpenStreams streams = new OpenStreams(Options.defaults());

    /** Whatever happened to them, those are named whom a look through all of them finds. */
    @Test
    void whoGivesWayIsWhomALookThroughAllOfThemFinds() {
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(4) == 0) streams.onPacket(random.nextInt(8) == 0);
            happens();
            if (streams.isEmpty()) continue;
            ReceiverStream last = random.nextBoolean() ? any() : null;
            assertThat(streams.givesWay(last)).isSameAs(found(last));
            assertThat(streams.longestEarly())
                    .isSameAs(all().filter(ReceiverStream::hasEarly)
                            .min(SILENT_FIRST)
                            .orElse(null));
            assertThat(streams.runs())
                    .isEqualTo(all().mapToLong(in -> in.order.held().size()).sum());
            assertThat(streams.heldWeight())
                    .isEqualTo(all().mapToLong(in -> in.order.heldBytes()).sum());
            assertThat(streams.cost())
                    .isEqualTo(all().mapToLong(in -> LinkReceiver.STREAM_COST + in.name.length())
                            .sum());
        }
    }

    private static final Comparator<ReceiverStream> SILENT_FIRST =
            Comparator.<ReceiverStream>comparingLong(in -> in.used).thenComparingLong(in -> in.stream);

    private Stream<ReceiverStream> all() {
        return streams.values().stream();
    }

    private ReceiverStream any() {
        return List.copyOf(streams.values()).get(random.nextInt(streams.size()));
    }

    private @Nullable ReceiverStream found(@Nullable ReceiverStream last) {
        for (Place place : Place.values()) {
            var first = all().filter(in -> in != last && is(in, place)).min(SILENT_FIRST);
            if (first.isPresent()) return first.get();
        }
        return last;
    }

    private boolean is(ReceiverStream in, Place place) {
        boolean inHand = streams.isInHand(in);
        return switch (place) {
            case IDLE -> !inHand && in.isIdle();
            case ENDING -> !inHand && in.isEnding();
            case GAPPED -> !inHand && in.isGapped() && !in.isEnding();
            case BEGUN -> !inHand && !in.isIdle() && !in.isGapped();
            case IN_HAND -> inHand;
        };
    }

    private void happens() {
        if (streams.isEmpty() || (streams.size() < 40 && random.nextInt(4) == 0)) {
            long number = random.nextInt(1_000);
            if (streams.get(number) != null) return;
            var in = new ReceiverStream(number, new StreamReceiver(StreamReceiver.Window.defaults()), List.of());
            if (random.nextInt(4) == 0) streams.restore(in);
            else streams.add(in);
            return;
        }
        ReceiverStream in = any();
        switch (random.nextInt(8)) {
            case 0 -> streams.remove(in);
            case 1 -> streams.name(in, "n".repeat(random.nextInt(20)));
            case 2 -> {
                in.end = in.order.next() + random.nextInt(3);
                streams.onChange(in);
            }
            case 3 -> {
                in.done = in.order.next();
                streams.onChange(in);
            }
            case 4 -> {
                in.order.skipTo(in.order.next() + random.nextInt(4));
                streams.onChange(in);
            }
            default -> {
                streams.use(in);
                in.order.onPiece(in.order.next() + random.nextInt(6), random.nextInt(9));
                streams.onChange(in);
            }
        }
    }
}
