package io.botmesh.sim;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Delivery;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.NodeEvent;
import io.botmesh.mesh.Outcome;
import io.botmesh.mesh.PostId;
import io.botmesh.mesh.RegisterEffect;
import io.botmesh.mesh.RegisterValue;
import io.botmesh.sim.Ledger.Way;
import io.botmesh.wire.Armour;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells all checkers of what machines do, counts, and writes a line for each thing if it is to. */
final class Watcher implements Witness {
    private static final String FAILURE = "the handler does not manage message ";

    /** What a node calls a message. */
    private record Token(String node, String peer, long token) {}

    /** What holds the checkers of one run. */
    record Checkers(
            Ledger ledger,
            Bulletin bulletin,
            Registers registers,
            Inspector inspector,
            Holders holders,
            Paces paces,
            Business business) {}

    private final Scheduler scheduler;
    private final Scenery scenery;
    private final Checkers checkers;
    private final Ledger ledger;
    private final Inspector inspector;
    private final Bodies bodies;
    private final Meter meter;
    private final @Nullable Consumer<String> trace;
    private final Map<String, Long> events = new TreeMap<>();
    private final Map<Token, Long> tokens = new HashMap<>();
    private final Map<Long, Way> ways = new HashMap<>();
    private final FreshMisses fresh = new FreshMisses();
    private long messages;
    long delivered;
    long posts;
    long documents;
    long forwards;
    long recalls;
    long characters;
    long floodWaits;

    Watcher(
            Scheduler scheduler,
            Scenery scenery,
            Checkers checkers,
            Bodies bodies,
            Meter meter,
            @Nullable Consumer<String> trace) {
        this.scheduler = scheduler;
        this.scenery = scenery;
        this.checkers = checkers;
        this.bodies = bodies;
        this.meter = meter;
        this.trace = trace;
        ledger = checkers.ledger();
        inspector = checkers.inspector();
    }

    /** What a handler says that fails. */
    static String failure(long message) {
        return FAILURE + message;
    }

    /** What nodes told, by kind. */
    Map<String, Long> events() {
        return events;
    }

    /** The number of one more message. */
    long nextMessage() {
        return ++messages;
    }

    /** A message is about to be given to a node. */
    void onGiven(long message, Way way) {
        ways.put(message, way);
    }

    private void trace(Machine machine, String what) {
        if (trace != null)
            trace.accept(String.format(Locale.ROOT, "%12.3f %s %s", scheduler.now() / 1e9, machine.name(), what));
    }

    private void count(String what) {
        events.merge(what, 1L, Long::sum);
    }

    // --- processes

    @Override
    public void onOpened(Machine machine, long fence) {
        checkers.holders.onOpened(machine.name(), fence);
    }

    @Override
    public void onCommitted(Machine machine, long fence) {
        checkers.holders.onCommitted(machine.name(), fence);
        fresh.onCommitted(machine.name());
    }

    @Override
    public void onKilled(Machine machine) {
        if (trace != null) trace(machine, "dies");
        ledger.onKilled(machine.name());
        fresh.onKilled(machine.name(), missed -> takeBack(machine, missed));
        checkers.bulletin.onKilled(machine.name());
        checkers.business.parcels().ifPresent(parcels -> parcels.onKilled(machine.name()));
    }

    // --- what is sent

    @Override
    public void onOffered(Machine machine, long message, long token) {
        Way way = ways.remove(message);
        if (way == null) throw new IllegalStateException("no way for " + message);
        if (scenery.isTopic(way.to())) checkers.bulletin.onOffered(message, way.from());
        else ledger.onOffered(message, way);
        tokens.put(new Token(way.from(), way.to(), token), message);
    }

    @Override
    public void onAccepted(Machine machine, List<Long> messages) {
        for (long message : messages) {
            if (checkers.bulletin.has(message)) checkers.bulletin.onAccepted(message);
            else ledger.onAccepted(message);
        }
    }

    @Override
    public void onForgotten(Machine machine, List<Long> messages) {
        if (trace != null) trace(machine, "forgets " + messages);
        for (long message : messages) if (!checkers.bulletin.has(message)) ledger.onForgotten(message);
    }

    @Override
    public void onRefused(Machine machine, long message, String why) {
        ways.remove(message);
        ledger.onRefused();
    }

    @Override
    public void onSend(Machine machine, Driver process, String peer, int lane) {
        checkers.paces.onSend(machine.name(), process, peer, lane, process.decidedAt());
    }

    @Override
    public void onTurnedAway(Driver process, String peer, int lane) {
        checkers.paces.onTurnedAway(process, peer, lane);
    }

    @Override
    public void onPost(Machine machine, NodeEffect.Post post) {
        if (trace != null) trace(machine, "posts " + inspector.text(post));
        inspector.onPost(machine.name(), post, scenery.readsText(post.peer()), scenery.answers(post.peer()));
    }

    @Override
    public void onOutcome(Machine machine, NodeEffect.Post post, Outcome outcome) {
        if (trace != null) trace(machine, "post to " + post.peer() + " by lane " + post.lane() + ": " + outcome);
        if (scenery.isFirst(post.peer())) meter.onOutcome(post, outcome, scheduler.now());
        switch (outcome) {
            case Outcome.Posted posted -> {
                inspector.onPosted(posted.post(), post);
                if (post.document()) {
                    documents++;
                    return;
                }
                posts++;
                characters += Armour.BASE32768.characters(post.packet().length);
                scenery.place(post.peer()).onPosted(posted.post().message(), post.packet());
            }
            case Outcome.FloodWait wait -> onFloodWait(machine, post.peer());
            default -> {}
        }
    }

    private void onFloodWait(Machine machine, String peer) {
        floodWaits++;
        if (scenery.isCalm(machine.name(), peer)) checkers.paces.onFloodWait(machine.name(), peer);
    }

    @Override
    public void onForward(Machine machine, NodeEffect.Forward forward) {
        if (trace != null)
            trace(machine, "forwards " + forward.post() + " to " + forward.peer() + " by lane " + forward.lane());
    }

    @Override
    public void onForwarded(Machine machine, NodeEffect.Forward forward, Outcome outcome) {
        if (trace != null)
            trace(machine, "forward to " + forward.peer() + " by lane " + forward.lane() + ": " + outcome);
        switch (outcome) {
            case Outcome.Posted posted -> forwards++;
            case Outcome.FloodWait wait -> onFloodWait(machine, forward.peer());
            default -> {}
        }
    }

    // --- what comes

    @Override
    public void onUpdates(Machine machine, List<RawUpdate> updates) {
        if (trace != null)
            trace(
                    machine,
                    "reads " + updates.size() + " updates up to "
                            + updates.getLast().updateId());
        for (RawUpdate update : updates) inspector.onUpdate(machine::arrival, update);
    }

    @Override
    public void onFetch(Machine machine, NodeEffect.Fetch fetch) {
        if (trace != null) trace(machine, "fetches the document of update " + fetch.update());
    }

    @Override
    public void onRecall(Machine machine, PostId post, boolean came) {
        if (came) recalls++;
        if (trace != null) trace(machine, (came ? "brings back " : "cannot bring back ") + post);
    }

    @Override
    public void onDelivered(Machine machine, Delivery delivery, boolean its) {
        delivered++;
        Long message = bodies.message(delivery.body());
        boolean intact = bodies.intact(delivery.body());
        if (trace != null)
            trace(
                    machine,
                    "handles message " + message + " of " + delivery.peer() + ", stream '" + delivery.stream() + "'"
                            + (delivery.again() ? " again" : ""));
        checkers.holders.onDelivered(machine.name(), its);
        if (message != null && checkers.bulletin.has(message)) {
            checkers.bulletin.onDelivered(machine.name(), delivery, message, intact);
            return;
        }
        if (message != null && scenery.isFirst(machine.name()) && ledger.awaits(message))
            meter.onDelivered(ledger.sentAt(message), scheduler.now());
        ledger.onDelivered(machine.name(), message, delivery, intact);
    }

    @Override
    public void onEnded(Machine machine, Delivery delivery, @Nullable String failure) {
        if (trace != null && failure != null) trace(machine, failure);
        Long message = bodies.message(delivery.body());
        if (message == null) return;
        if (!checkers.bulletin.has(message)) ledger.onEnded(machine.name(), message, failure != null);
        else if (failure != null) checkers.bulletin.onFailed(machine.name(), message);
    }

    @Override
    public void onDone(Machine machine, Delivery delivery) {
        Long message = bodies.message(delivery.body());
        if (message == null) return;
        if (checkers.bulletin.has(message)) checkers.bulletin.onDone(machine.name(), message);
        else ledger.onDone(machine.name(), message);
    }

    // --- what nodes tell

    @Override
    public void onLost(Machine machine, NodeEffect.Lost lost) {
        if (trace != null) trace(machine, "tells " + lost);
        count("Lost");
        Long message = tokens.get(new Token(machine.name(), lost.peer(), lost.token()));
        if (message != null && !checkers.bulletin.has(message)) ledger.onReported(message);
    }

    @Override
    public void onReached(Machine machine, NodeEffect.Reached reached) {
        count("Reached" + reached.level());
    }

    @Override
    public void onEvent(Machine machine, NodeEvent event) {
        if (trace != null) trace(machine, "tells " + event);
        count(
                event instanceof NodeEvent.Refused refused
                        ? "Refused " + refused.reason()
                        : event.getClass().getSimpleName());
        switch (event) {
            case NodeEvent.Missed missed -> onMissed(machine, missed);
            case NodeEvent.MissedPackets missed -> {
                fresh.onTold(machine.name(), missed);
                ledger.onMissedPackets(missed.peer(), machine.name(), missed.packets());
            }
            case NodeEvent.SetAside aside
            when aside.why().startsWith(FAILURE) -> {
                long message = Long.parseLong(aside.why().substring(FAILURE.length()));
                if (!checkers.bulletin.has(message)) ledger.onSetAside(message);
            }
            default -> {}
        }
    }

    private void onMissed(Machine machine, NodeEvent.Missed missed) {
        fresh.onTold(machine.name(), missed);
        // A reader of a topic tells no more than whose pieces they are, and what is sealed to it alone it asks for.
        if (scenery.answers(machine.name())) checkers.bulletin.onMissed(missed.peer(), machine.name(), missed.pieces());
        else ledger.onMissed(missed.peer(), machine.name(), missed.pieces());
    }

    private void takeBack(Machine machine, NodeEvent told) {
        String node = machine.name();
        switch (told) {
            case NodeEvent.Missed missed -> {
                if (scenery.answers(node)) checkers.bulletin.onMissedUntold(missed.peer(), node, missed.pieces());
                else ledger.onMissedUntold(missed.peer(), node, missed.pieces());
            }
            case NodeEvent.MissedPackets missed -> ledger.onMissedPacketsUntold(missed.peer(), node, missed.packets());
            default -> throw new IllegalArgumentException("nothing missed: " + told);
        }
    }

    @Override
    public void onPin(Machine machine, RegisterEffect.Pin pin) {
        if (trace != null) trace(machine, "pins a value of " + pin.packet().length + " bytes");
        scenery.topicPlace().ifPresent(place -> place.onPinned(pin.packet()));
    }

    @Override
    public void onRegister(Machine machine, String topic, RegisterValue value) {
        if (trace != null) trace(machine, "sees in the register of " + topic + " " + value);
        checkers.registers.onChanged(machine.name(), value);
    }

    @Override
    public void onAnswered(Machine machine, RegisterEffect.Answered answered) {
        RegisterValue value = answered.value();
        if (value != null && answered.failed() == null) checkers.registers.onWritten(value);
        if (trace != null) trace(machine, "is told of the register: " + value + ", " + answered.failed());
    }
}
