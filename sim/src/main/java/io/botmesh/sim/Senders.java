package io.botmesh.sim;

import io.botmesh.mesh.Topic;
import io.botmesh.sim.Ledger.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Gives nodes what they are to send, at times drawn by lot, until it is told to end. */
final class Senders {
    private static final String[] STREAMS = {"", "alpha", "beta"};
    /** Names with {@link Pattern#NAMES}: more than are open at a time. */
    private static final int MANY = 400;

    private static final long REFILL = 20 * Scheduler.MILLI;
    /** Seconds, in the mean. */
    private static final double BETWEEN_PUBLICATIONS = 4;

    private static final double BETWEEN_OBJECTS = 20;
    private static final double BETWEEN_REQUESTS = 5;
    /** One object in so many is, and another one is empty. */
    private static final int TOO_LARGE = 12;
    /** Milliseconds that who asks waits. */
    private static final long LEAST_PATIENCE = 2_000;

    private static final long MOST_PATIENCE = 60_000;
    /** In which publishers have got the last key. */
    private static final long TOLD = 900 * Scheduler.SECOND;

    private static final long LOOK = 10 * Scheduler.SECOND;

    private final SimOptions options;
    private final Load load;
    private final Scheduler scheduler;
    private final Scenery scenery;
    private final Watcher watcher;
    private final Optional<Ownership> ownership;
    private final Bodies bodies;
    private final Business business;
    private boolean over;
    private boolean closing;
    private final Set<String> used; // names of streams

    /** When something is done again and again. */
    interface Times {
        /** At times drawn by lot, so often in the mean. */
        void every(double seconds, SplittableRandom own, Runnable act);
    }

    /** @param used names of the streams that all senders of the run have used, to which these add theirs */
    Senders(
            SimOptions options,
            Scheduler scheduler,
            Scenery scenery,
            Watcher watcher,
            Optional<Ownership> ownership,
            Bodies bodies,
            Business business,
            Set<String> used) {
        this.options = options;
        this.scheduler = scheduler;
        this.scenery = scenery;
        this.watcher = watcher;
        this.ownership = ownership;
        this.bodies = bodies;
        this.business = business;
        this.used = used;
        load = options.load();
    }

    void begin(SplittableRandom random) {
        for (int i = 0; i < options.nodes(); i++) {
            if (!scenery.topology().targets(i).isEmpty()) new Sender(i, random.split()).next();
        }
        scenery.subscription().ifPresent(topic -> begin(topic, random));
        business.parcels().ifPresent(parcels -> {
            SplittableRandom own = random.split();
            every(BETWEEN_OBJECTS, own, () -> ship(parcels, own));
        });
        if (options.has(Pattern.REQUESTS) && scenery.topology().answers()) {
            SplittableRandom own = random.split();
            every(BETWEEN_REQUESTS, own, () -> ask(own));
        }
    }

    private void ship(Parcels parcels, SplittableRandom own) {
        int node = own.nextInt(options.nodes());
        List<Integer> targets = scenery.topology().targets(node);
        if (targets.isEmpty()) return;
        String to = Scenery.name(targets.get(own.nextInt(targets.size())));
        boolean tooLarge = own.nextInt(TOO_LARGE) == 0;
        int bytes = tooLarge ? Parcels.MOST_BYTES + 1 : own.nextInt(Parcels.MOST_BYTES);
        Parcels.Parcel parcel = parcels.next(Scenery.name(node), to, own.nextInt(TOO_LARGE) == 0 ? 0 : bytes);
        scenery.machines().get(node).program().ifPresent(program -> program.ship(parcel)); // or when it starts
    }

    private void ask(SplittableRandom own) {
        int node = own.nextInt(options.nodes());
        List<Integer> targets = scenery.topology().targets(node);
        long patience = own.nextLong(LEAST_PATIENCE, MOST_PATIENCE);
        if (targets.isEmpty()) return;
        String peer = Scenery.name(targets.get(own.nextInt(targets.size())));
        scenery.machines().get(node).program().ifPresent(program -> program.ask(peer, Duration.ofMillis(patience)));
    }

    private void begin(Subscription topic, SplittableRandom random) {
        for (int publisher : topic.publishers()) {
            SplittableRandom own = random.split();
            every(BETWEEN_PUBLICATIONS, own, () -> publish(publisher, size(own)));
        }
        ownership.ifPresent(owner -> owner.begin(this::every, random));
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
        scenery.subscription().ifPresent(this::publishLast);
    }

    /** When all are members again, and publishers have been told: for who reads sees only by a later message that one is missing. */
    private void publishLast(Subscription topic) {
        ownership.ifPresent(Ownership::restore);
        boolean whole = ownership.map(Ownership::isWhole).orElse(true);
        if (whole && !closing) {
            topic.publishers().forEach(publisher -> publish(publisher, 1));
            return;
        }
        closing = true;
        scheduler.after(whole ? TOLD : LOOK, () -> {
            if (whole) closing = false;
            publishLast(topic);
        });
    }

    /** Whether all has been sent that {@link #close} sends. */
    boolean isClosed() {
        return !closing;
    }

    private List<String> streams() {
        if (isPlain()) return List.of("");
        if (has(Pattern.SINGLES) && !has(Pattern.NAMES)) return List.of("last"); // any later packet tells
        return has(Pattern.NAMES) ? used.stream().toList() : List.of(STREAMS);
    }

    private boolean has(Pattern pattern) {
        return options.has(pattern) && options.scheme() == SimOptions.Scheme.MESH;
    }

    private String stream(SplittableRandom own) {
        if (isPlain()) return "";
        if (has(Pattern.SINGLES) && (!has(Pattern.NAMES) || own.nextBoolean()))
            return "single-" + Long.toHexString(own.nextLong());
        if (!has(Pattern.NAMES)) return STREAMS[own.nextInt(STREAMS.length)];
        String name = "order-" + own.nextInt(MANY);
        used.add(name);
        return name;
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
            String stream = stream(own);
            int bytes = size(own);
            Senders.this.send(node, Scenery.name(target), stream, "subject" + own.nextInt(4), bytes);
        }
    }
}
