package io.botmesh.sim;

import io.botmesh.sim.Machine.Death;
import io.botmesh.wire.Armour;
import io.botmesh.world.Arguments;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Call;
import io.botmesh.world.Fault;
import io.botmesh.world.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Makes go wrong what is to, until the fault phase is over. Each kind draws from numbers of its own, so that one more leaves the others as they were. */
final class Havoc {
    private static final String[] POSTS = {"sendMessage", "sendDocument", "forwardMessage"};
    private static final long DAY = 24 * 3600 * Scheduler.SECOND;
    private static final int COMMITS_PER_DEATH = 300;

    private final Scheduler scheduler;
    private final Server server;
    private final World world;
    private final List<Machine> machines;
    private final List<Place> places;
    private final SplittableRandom random;
    private final long until;
    private final List<Long> rules = new ArrayList<>();
    private boolean over;
    private long foreign;

    Havoc(
            Scheduler scheduler,
            Server server,
            List<Machine> machines,
            List<Place> places,
            SplittableRandom random,
            long until) {
        this.scheduler = scheduler;
        this.server = server;
        world = server.world();
        this.machines = machines;
        this.places = places;
        this.random = random;
        this.until = until;
    }

    /** Plans everything. */
    void begin(Set<Nemesis> faults) {
        for (Nemesis nemesis : Nemesis.values()) {
            SplittableRandom own = random.split();
            if (faults.contains(nemesis)) begin(nemesis, own);
        }
        scheduler.at(until, this::end);
    }

    /** Posts that were none of the nodes'. */
    long foreign() {
        return foreign;
    }

    private void begin(Nemesis nemesis, SplittableRandom own) {
        switch (nemesis) {
            case KILL -> {
                for (Machine machine : machines) machine.fate(any -> fate(own));
                every(15, own, () -> machine(own).restartAfter(own.nextLong(30 * Scheduler.SECOND)));
            }
            case FULL -> every(30, own, () -> full(machine(own), own.nextLong(8 * Scheduler.SECOND)));
            case PAUSE -> every(60, own, () -> machine(own).pause(60 * Scheduler.SECOND));
            case CLOCK ->
                every(40, own, () -> {
                    Machine machine = machine(own);
                    machine.clockAhead((own.nextInt(3) - 1) * DAY);
                    machine.restartAfter(Scheduler.SECOND);
                });
            case TWIN -> every(60, own, () -> twin(place(own), scheduler.now() + 20 * Scheduler.SECOND));
            case OVERFLOW -> every(45, own, () -> overflow(own));
            case DELETE -> every(5, own, () -> delete(place(own), own));
            case EDIT -> every(5, own, () -> edit(place(own), own));
            case STORM -> every(60, own, () -> storm(place(own), own));
            case ERRORS -> {
                add(Fault.refuse(500, "Internal Server Error").withProbability(0.04));
                add(Fault.badGateway().withProbability(0.04));
                add(Fault.reset().withProbability(0.02));
            }
            case LOST_REPLY -> add(Fault.loseReply().onMethods(POSTS).withProbability(0.1));
            case REORDER -> server.detours(true);
            case REVOKE -> every(90, own, () -> revoke(place(own), own));
            case FLOOD -> every(2, own, () -> flood(own));
            case OFFLINE ->
                scheduler.after(own.nextLong(until / 2 + 1), () -> machine(own).restartAfter(DAY + DAY / 48));
            case LYING_DISK -> {
                for (Machine machine : machines) machine.disk().lies(true);
                every(30, own, () -> machine(own).restartAfter(own.nextLong(10 * Scheduler.SECOND)));
            }
        }
    }

    private void end() {
        over = true;
        rules.forEach(world.faults()::remove);
        server.detours(false);
        for (Machine machine : machines) {
            machine.fate(any -> Death.NEVER);
            machine.clockAhead(0);
            machine.disk().full(false);
            machine.disk().lies(false);
        }
    }

    /** Again and again, at times drawn by lot, so often in the mean. */
    private void every(int seconds, SplittableRandom own, Runnable act) {
        double gap = -Math.log(1 - own.nextDouble()) * seconds;
        scheduler.after((long) (gap * Scheduler.SECOND), () -> {
            if (over) return;
            act.run();
            every(seconds, own, act);
        });
    }

    private void add(Fault fault) {
        rules.add(world.faults().add(fault));
    }

    private Machine machine(SplittableRandom own) {
        return machines.get(own.nextInt(machines.size()));
    }

    private Place place(SplittableRandom own) {
        return places.get(own.nextInt(places.size()));
    }

    private static Death fate(SplittableRandom own) {
        if (own.nextInt(COMMITS_PER_DEATH) != 0) return Death.NEVER;
        return switch (own.nextInt(3)) {
            case 0 -> Death.BEFORE_COMMIT;
            case 1 -> Death.AFTER_COMMIT;
            default -> Death.AMID_EFFECTS;
        };
    }

    private void full(Machine machine, long nanos) {
        machine.disk().full(true);
        scheduler.after(nanos, () -> machine.disk().full(false));
    }

    private void twin(Place place, long end) {
        if (over || scheduler.now() >= end) return;
        call(place.reader(), "getUpdates", "offset", "0", "limit", "1", "timeout", "3");
        scheduler.after(4 * Scheduler.SECOND, () -> twin(place, end));
    }

    /** The process is away and its queue runs over: only the latest is left, as if so many had come. */
    private void overflow(SplittableRandom own) {
        int which = own.nextInt(machines.size());
        machines.get(which).restartAfter(20 * Scheduler.SECOND);
        scheduler.after(19 * Scheduler.SECOND, () -> call(places.get(which).reader(), "getUpdates", "offset", "-1"));
    }

    private void delete(Place place, SplittableRandom own) {
        if (place.posts().isEmpty()) return;
        long message = place.posts().get(own.nextInt(place.posts().size()));
        call(
                place.janitor(),
                "deleteMessage",
                "chat_id",
                Long.toString(place.channel()),
                "message_id",
                Long.toString(message));
    }

    private void edit(Place place, SplittableRandom own) {
        if (place.posts().isEmpty()) return;
        int which = own.nextInt(place.posts().size());
        byte[] packet = place.packets().get(which).clone();
        packet[own.nextInt(packet.length)] ^= (byte) (1 << own.nextInt(8));
        if (Armour.BASE32768.characters(packet.length) > Armour.POST_CHARACTERS) return;
        call(
                place.janitor(),
                "editMessageText",
                "chat_id",
                Long.toString(place.channel()),
                "message_id",
                Long.toString(place.posts().get(which)),
                "text",
                Armour.BASE32768.encode(packet));
    }

    private void storm(Place place, SplittableRandom own) {
        add(Fault.tooManyRequests(own.nextInt(1, 30))
                .onMethods(POSTS)
                .inChat(place.channel())
                .until(server.instant().plusNanos(own.nextLong(20 * Scheduler.SECOND))));
    }

    /** One writer is left in each channel. */
    private void revoke(Place place, SplittableRandom own) {
        if (place.good().size() < 2) return;
        world.revoke(place.good().remove(own.nextInt(place.good().size())).token());
    }

    private void flood(SplittableRandom own) {
        Place place = place(own);
        BotAccount bot = place.good().get(own.nextInt(place.good().size()));
        foreign++;
        call(bot, "sendMessage", "chat_id", Long.toString(place.channel()), "text", rubbish(place(own), own));
    }

    private static String rubbish(Place source, SplittableRandom own) {
        byte[] packet = new byte[own.nextInt(1, 200)];
        own.nextBytes(packet);
        if (!source.packets().isEmpty() && own.nextInt(4) != 0) {
            packet = source.packets().get(own.nextInt(source.packets().size())).clone();
            switch (own.nextInt(3)) {
                case 0 -> packet[own.nextInt(packet.length)] ^= (byte) (1 << own.nextInt(8));
                case 1 -> packet = Arrays.copyOf(packet, own.nextInt(1, packet.length + 1));
                default -> {} // a copy, perhaps into another channel
            }
        }
        if (own.nextInt(8) == 0) return "Hello from a human " + own.nextInt(1000);
        if (Armour.BASE32768.characters(packet.length) > Armour.POST_CHARACTERS) packet = Arrays.copyOf(packet, 500);
        return Armour.BASE32768.encode(packet);
    }

    private void call(BotAccount bot, String method, String... arguments) {
        var unused = world.call(new Call(bot.token(), false, method, Arguments.of(arguments), "10.9.9.9"));
    }
}
