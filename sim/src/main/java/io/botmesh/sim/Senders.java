package io.botmesh.sim;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Topic;
import io.botmesh.sim.Ledger.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Gives nodes what they are to send, at times drawn by lot, until it is told to end. */
final class Senders {
    private static final String[] STREAMS = {"", "alpha", "beta"};
    private static final long REFILL = 20 * Scheduler.MILLI;
    /** Seconds, in the mean. */
    private static final double BETWEEN_PUBLICATIONS = 4;

    private static final double BETWEEN_VALUES = 25;
    private static final double BETWEEN_KEYS = 240;

    private final SimOptions options;
    private final Load load;
    private final Scheduler scheduler;
    private final Scenery scenery;
    private final Watcher watcher;
    private final Registers registers;
    private final Bodies bodies;
    private boolean over;

    Senders(
            SimOptions options,
            Scheduler scheduler,
            Scenery scenery,
            Watcher watcher,
            Registers registers,
            Bodies bodies) {
        this.options = options;
        this.scheduler = scheduler;
        this.scenery = scenery;
        this.watcher = watcher;
        this.registers = registers;
        this.bodies = bodies;
        load = options.load();
    }

    void begin(SplittableRandom random) {
        for (int i = 0; i < options.nodes(); i++) {
            if (!scenery.topology().targets(i).isEmpty()) new Sender(i, random.split()).next();
        }
        scenery.subscription().ifPresent(topic -> begin(topic, random));
    }

    private void begin(Subscription topic, SplittableRandom random) {
        for (int publisher : topic.publishers()) {
            SplittableRandom own = random.split();
            every(BETWEEN_PUBLICATIONS, own, () -> publish(publisher, size(own)));
        }
        Machine owner = scenery.machines().getFirst();
        every(BETWEEN_VALUES, random.split(), () -> {
            long number = registers.nextValue();
            owner.act((core, now) -> core.set(Scenery.TOPIC, number, Registers.value(number), now));
        });
        every(
                BETWEEN_KEYS,
                random.split(),
                () -> owner.act((core, now) -> {
                    try {
                        core.rotate(Scenery.TOPIC, now);
                    } catch (MeshException.Full later) {
                        // the next one will do
                    }
                }));
    }

    private void every(double seconds, SplittableRandom own, Runnable act) {
        double gap = -Math.log(1 - own.nextDouble()) * seconds;
        scheduler.after((long) (gap * Scheduler.SECOND), () -> {
            if (over) return;
            act.run();
            every(seconds, own, act);
        });
    }

    /** Nothing more is sent. */
    void end() {
        over = true;
    }

    /** One message more on each way where nobody answers: who reads there sees only by it that one before it is missing. */
    void close() {
        if (!scenery.topology().answers()) {
            for (int i = 0; i < options.nodes(); i++) {
                for (int target : scenery.topology().targets(i))
                    for (String stream : streams()) send(i, Scenery.name(target), stream, "last", 1);
            }
        }
        scenery.subscription().ifPresent(topic -> topic.publishers().forEach(publisher -> publish(publisher, 1)));
    }

    private List<String> streams() {
        return isPlain() ? List.of("") : List.of(STREAMS);
    }

    /** One size, one stream. */
    private boolean isPlain() {
        return options.scheme() == SimOptions.Scheme.PAPER || load.flow() != Load.Flow.MIXED;
    }

    private void publish(int publisher, int bytes) {
        send(publisher, Topic.address(Scenery.TOPIC), "", Scenery.TOPIC + ".of-the-day", bytes);
    }

    private void send(int node, String peer, String stream, String subject, int bytes) {
        long message = watcher.nextMessage();
        var letter = new Letter(stream, subject, bodies.of(message, bytes), message);
        if (scenery.machines().get(node).send(peer, letter))
            watcher.onGiven(message, new Way(Scenery.name(node), peer, stream));
    }

    private int size(SplittableRandom own) {
        if (load.flow() != Load.Flow.MIXED) return load.messageBytes();
        int usual = own.nextInt(1, 2 * load.messageBytes() + 1);
        if (options.scheme() == SimOptions.Scheme.PAPER) return Math.min(usual, 4000);
        int times = switch (own.nextInt(100)) {
            case 0 -> 100;
            case 1, 2, 3, 4, 5 -> 10;
            default -> 1;
        };
        return (int) Math.min((long) usual * times, 4L * Load.MOST_BYTES);
    }

    /** Gives one node messages for others. */
    private final class Sender {
        private final int node;
        private final SplittableRandom own;
        private final List<Integer> targets;

        Sender(int node, SplittableRandom own) {
            this.node = node;
            this.own = own;
            targets = new ArrayList<>(scenery.topology().targets(node));
        }

        void next() {
            if (load.flow() != Load.Flow.SATURATED) {
                every(1 / load.messagesPerSecond(), own, this::send);
                return;
            }
            scheduler.after(REFILL, () -> {
                if (over) return;
                fill();
                next();
            });
        }

        private void fill() {
            String self = Scenery.name(node);
            for (int target : targets) {
                String peer = Scenery.name(target);
                scenery.machines().get(node).fill(peer, load.messageBytes(), () -> {
                    long message = watcher.nextMessage();
                    watcher.onGiven(message, new Way(self, peer, ""));
                    return new Letter("", "subject", bodies.of(message, load.messageBytes()), message);
                });
            }
        }

        private void send() {
            int target = targets.get(own.nextInt(targets.size()));
            String stream = isPlain() ? "" : STREAMS[own.nextInt(STREAMS.length)];
            int bytes = size(own);
            Senders.this.send(node, Scenery.name(target), stream, "subject" + own.nextInt(4), bytes);
        }
    }
}
