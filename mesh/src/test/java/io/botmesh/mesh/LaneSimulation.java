package io.botmesh.mesh;

import io.botmesh.world.Admin;
import io.botmesh.world.Arguments;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Call;
import io.botmesh.world.Limits;
import io.botmesh.world.Reply;
import io.botmesh.world.Right;
import io.botmesh.world.VirtualClock;
import io.botmesh.world.World;
import io.botmesh.world.WorldOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Nodes that always have something to post, and a server's limits, on one virtual clock and one thread. */
final class LaneSimulation {
    static final long SECOND = 1_000_000_000L;

    /** What came of a run after its warm-up. */
    record Result(long posts, long refused, double seconds, double capacity) {
        /** Posts as a part of those that the server would have taken. */
        double use() {
            return posts / (capacity * seconds);
        }

        double refusedPerThousand() {
            return 1000.0 * refused / posts;
        }

        @Override
        public String toString() {
            return "%.1f %% of the limit, %.2f refusals per 1,000 posts".formatted(100 * use(), refusedPerThousand());
        }
    }

    private record Event(long at, long order, Runnable happening) {}

    private final VirtualClock clock = new VirtualClock(Instant.EPOCH.plusSeconds(1_800_000_000L));
    private final Instant start = clock.instant();
    private final World world;
    private final SplittableRandom random;
    private final List<BotAccount> writers = new ArrayList<>();
    private final List<LaneId> ids = new ArrayList<>();
    private final long channel;
    private final double capacity;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final long nanoOrigin;
    private long order;
    private long now;
    long posts;
    long refused;

    LaneSimulation(int writers, Limits limits, double postsPerSecond, long seed) {
        random = new SplittableRandom(seed);
        nanoOrigin = Long.MAX_VALUE - random.nextLong(3600 * SECOND); // wraps within the hour
        world = new World(WorldOptions.defaults().withLimits(limits).withRecordedCalls(0), clock, seed);
        List<Admin> admins = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            BotAccount writer = world.addBot("writer" + i + "_bot");
            this.writers.add(writer);
            admins.add(Admin.of(writer.id(), Right.POST_MESSAGES));
        }
        channel = world.addChannel("Lanes", null, admins).id();
        for (BotAccount writer : this.writers) ids.add(new LaneId(writer.id(), Long.toString(channel)));
        capacity = writers * postsPerSecond;
    }

    Lanes lanes(LaneLimits limits, LaneShare share) {
        return new Lanes(ids, limits, share, random.split(), nano());
    }

    /** The virtual {@code nanoTime}. */
    long nano() {
        return nanoOrigin + now;
    }

    void after(long nanos, Runnable happening) {
        events.add(new Event(now + nanos, order++, happening));
    }

    /** A node that posts through these lanes whenever they let it. */
    void saturate(Lanes lanes) {
        new Node(lanes).step();
    }

    /** The scheme that the paper has: each post goes through a writer drawn by lot, at the pace of all together. */
    void random(int nodes) {
        long every = (long) (nodes * SECOND / capacity);
        for (int node = 0; node < nodes; node++) after(random.nextLong(every), () -> draw(every));
    }

    private void draw(long every) {
        call(random.nextInt(writers.size()), () -> {});
        after(every, () -> draw(every));
    }

    Result run(Duration warmUp, Duration measured) {
        runUntil(warmUp.toNanos());
        posts = 0;
        refused = 0;
        runUntil(warmUp.plus(measured).toNanos());
        return new Result(posts, refused, measured.toNanos() / 1e9, capacity);
    }

    private void runUntil(long end) {
        while (events.peek() != null && events.peek().at <= end) {
            Event event = events.remove();
            now = event.at;
            event.happening.run();
        }
        now = end;
    }

    /** What a call finds, when it arrives. */
    private Reply call(int writer, Runnable before) {
        before.run();
        clock.moveTo(start.plusNanos(now));
        world.tick();
        Reply reply = world.call(new Call(
                        writers.get(writer).token(),
                        false,
                        "sendMessage",
                        Arguments.of("chat_id", Long.toString(channel), "text", "A")))
                .join();
        if (reply instanceof Reply.Ok) posts++;
        else refused++;
        return reply;
    }

    private final class Node {
        private final Lanes lanes;
        private long planned = Long.MAX_VALUE;

        Node(Lanes lanes) {
            this.lanes = lanes;
        }

        void step() {
            while (true) {
                Lanes.Choice choice = lanes.choose(nano(), 1_000, Lanes.ANY);
                if (choice == null) return;
                if (choice.waitNanos() > 0) {
                    plan(choice.waitNanos());
                    return;
                }
                lanes.onSend(choice.lane(), nano());
                after(way(), () -> arrive(choice.lane()));
            }
        }

        private void plan(long nanos) {
            long at = now + nanos;
            if (at >= planned && planned > now) return;
            planned = at;
            after(nanos, () -> {
                if (planned == at) planned = Long.MAX_VALUE;
                step();
            });
        }

        private void arrive(int lane) {
            Reply reply = call(lane, () -> {});
            after(way(), () -> {
                switch (reply) {
                    case Reply.Ok ok -> lanes.onPosted(lane, nano());
                    case Reply.Failure failure
                    when failure.retryAfter() != null ->
                        lanes.onFloodWait(lane, Duration.ofSeconds(failure.retryAfter()), nano());
                    default -> throw new AssertionError(reply);
                }
                step();
            });
        }
    }

    /** Half a round trip: 30 to 130 ms, and now and then much more. */
    private long way() {
        long usual = random.nextLong(30_000_000L, 130_000_000L);
        return random.nextInt(50) == 0 ? usual + random.nextLong(600_000_000L) : usual;
    }
}
