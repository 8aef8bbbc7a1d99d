package io.botmesh.sim;

import io.botmesh.mesh.Delivery;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Message;
import io.botmesh.mesh.NodeCore;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.NodeProgram;
import io.botmesh.mesh.NodeSetup;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.NodeWork;
import io.botmesh.mesh.Peer;
import io.botmesh.mesh.Receipt;
import io.botmesh.mesh.ReceivedObject;
import io.botmesh.wire.MessageHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The program of a process: it sends objects and asks, and takes what others send of these. All that is the node's own code, which blocks, and
 * so runs in {@link Fiber fibers}.
 */
final class Program implements NodeWork {
    private static final long LOOK_FOR_ROOM = Scheduler.SECOND;
    private static final String ASK = "ask";
    private static final String OBJECTS = "bm-objects";
    private static final String OWN = "bm-"; // of the node, not of what it carries

    private record Token(String peer, long token) {}

    private record Draining(String peer, CompletableFuture<Void> drained) {}

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Given(
            String peer,
            String stream,
            String subject,
            List<MessageHeader> headers,
            byte[] body,
            NodeStore.@Nullable Write along,
            CompletableFuture<Receipt> taken) {}

    private final Machine machine;
    private final Driver process;
    private final NodeCore node;
    private final NodeSetup setup;
    private final Business business;
    private final NodeProgram program;
    private final Scheduler scheduler;
    private final List<Fiber> fibers = new ArrayList<>();
    private final Map<Fiber, Delivery> handling = new HashMap<>();
    private final List<Runnable> safe = new ArrayList<>(); // when the turn in hand is on the disk
    private final Map<Token, Receipt> receipts = new HashMap<>();
    private final List<Draining> draining = new ArrayList<>();
    private @Nullable Fiber running;

    Program(Machine machine, Driver process, NodeCore node, NodeSetup setup) {
        this.machine = machine;
        this.process = process;
        this.node = node;
        this.setup = setup;
        business = machine.wiring().business();
        scheduler = machine.wiring().scheduler();
        program = new NodeProgram(setup, this, machine.random().split());
        business.parcels()
                .ifPresent(parcels ->
                        program.onObject(parcels.folder(machine.name()), Parcels.MOST_BYTES, this::onObject));
        program.handle(ASK, this::onRequest);
    }

    // --- what it does of its own

    /** As a program does when it starts: objects of which nobody knows what became of them are sent again. */
    void start() {
        business.parcels()
                .ifPresent(parcels -> parcels.unfinished(machine.name()).forEach(this::ship));
    }

    /** Sends an object. */
    void ship(Parcels.Parcel parcel) {
        fiber(self -> {
            Receipt receipt = put(parcel);
            var end = answers(parcel.to()) ? receipt.done() : receipt.posted();
            var unused = end.whenComplete(
                    (nothing, why) -> business.parcels().orElseThrow().onOutcome(parcel, why));
        });
    }

    private Receipt put(Parcels.Parcel parcel) throws InterruptedException {
        try {
            return program.put(
                    parcel.to(), parcel.name(), business.parcels().orElseThrow().file(parcel));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Asks a peer. */
    void ask(String peer, Duration patience) {
        Inquiries inquiries = business.inquiries();
        Inquiries.Inquiry one = inquiries.onAsked(machine.name(), peer, patience);
        var unused = program.request(peer, "", ASK, List.of(), one.question(), patience)
                .whenComplete((reply, why) -> inquiries.onOutcome(one, reply == null ? null : reply.text(), why));
    }

    // --- what comes

    /** Whether a message is not for the handlers of plain ones. */
    static boolean isFor(Delivery delivery) {
        return delivery.origin() == null
                && (delivery.stream().equals(OBJECTS)
                        || delivery.headers().stream()
                                .anyMatch(header -> header.name().startsWith(OWN)));
    }

    /**
     * Takes a message.
     *
     * @param ended hears why it failed, null if it did not
     */
    void take(Delivery delivery, Consumer<@Nullable String> ended) {
        fiber(self -> {
            handling.put(self, delivery);
            String failure = null;
            try {
                program.take(delivery);
            } catch (InterruptedException dying) {
                throw dying;
            } catch (Exception failed) {
                failure = failed.toString();
                if (delivery.attempt() >= Ledger.ATTEMPTS) program.refuse(delivery, "the handler failed");
            }
            ended.accept(failure);
        });
    }

    private void onObject(ReceivedObject object) throws InterruptedException {
        Parcels parcels = business.parcels().orElseThrow();
        Parcels.Handling one = parcels.onBegin(machine.name(), object);
        String failure = behave();
        if (failure == null) parcels.onManaged(one);
        else parcels.onFailed(one);
        if (failure != null) throw new IllegalStateException(failure);
    }

    private void onRequest(Message request) throws InterruptedException {
        Inquiries inquiries = business.inquiries();
        String answer = inquiries.onBegin(
                machine.name(), request, machine.wiring().server().instant(), machine.isClockRight());
        String failure = behave();
        if (failure != null) {
            inquiries.onFailed(request);
            throw new IllegalStateException(failure);
        }
        request.reply(answer);
    }

    /** What handlers do: take time, and fail. */
    private @Nullable String behave() throws InterruptedException {
        Delivery delivery = handling.get(running);
        if (delivery == null) throw new IllegalStateException("nothing is handled");
        Manners.Verdict verdict = machine.manners().next(delivery);
        if (verdict.nanos() > 0) await(after(Duration.ofNanos(verdict.nanos())));
        return verdict.failure();
    }

    // --- fibers

    private void fiber(Fiber.Code code) {
        var fiber = new Fiber(machine.name() + "-program", code);
        fibers.add(fiber);
        goOn(fiber);
    }

    private void goOn(Fiber fiber) {
        process.whenItRuns(() -> {
            Fiber before = running;
            running = fiber;
            try {
                fiber.resume();
            } finally {
                running = before;
            }
            if (fiber.isOver()) {
                fibers.remove(fiber);
                handling.remove(fiber);
            }
        });
    }

    void die() {
        List.copyOf(fibers).forEach(Fiber::kill);
        fibers.clear();
    }

    @Override
    public <T> T await(CompletableFuture<T> future) throws InterruptedException {
        Fiber self = running;
        if (self == null) throw new IllegalStateException("nobody may wait here");
        return self.await(future, () -> scheduler.after(0, () -> goOn(self)));
    }

    @Override
    public CompletableFuture<Void> after(Duration time) {
        var over = new CompletableFuture<Void>();
        scheduler.after(time.toNanos(), () -> process.whenItRuns(() -> over.complete(null)));
        return over;
    }

    @Override
    public Instant instant() {
        return node.carrierTime(machine.now());
    }

    // --- the core

    @Override
    public CompletableFuture<Void> change(Event event) {
        var changed = new CompletableFuture<Void>();
        process.event(now -> {
            try {
                event.apply(node, now);
                safe.add(() -> changed.complete(null));
            } catch (IllegalArgumentException | MeshException refused) {
                changed.completeExceptionally(refused);
            }
        });
        return changed;
    }

    @Override
    public CompletableFuture<Receipt> send(
            String peer,
            String stream,
            String subject,
            List<MessageHeader> headers,
            byte[] body,
            NodeStore.@Nullable Write along) {
        var given = new Given(peer, stream, subject, headers, body, along, new CompletableFuture<>());
        offer(given);
        return given.taken;
    }

    private void offer(Given given) {
        process.event(now -> {
            try {
                if (!node.hasRoom(given.peer, given.body.length, now)) {
                    scheduler.after(LOOK_FOR_ROOM, () -> offer(given));
                    return;
                }
                long token = node.send(given.peer, given.stream, given.subject, given.headers, given.body, now);
                if (given.along != null) node.write(given.along);
                Receipt receipt = answers(given.peer) ? Receipt.acked(token) : Receipt.oneWay(token);
                receipts.put(new Token(given.peer, token), receipt);
                safe.add(() -> onSent(given, receipt));
            } catch (IllegalArgumentException | MeshException refused) {
                given.taken.completeExceptionally(refused);
            }
        });
    }

    private void onSent(Given given, Receipt receipt) {
        if (given.stream.equals(OBJECTS))
            business.parcels().ifPresent(parcels -> parcels.onSent(given.subject, given.body));
        given.taken.complete(receipt);
    }

    private boolean answers(String peer) {
        return setup.peers().byName(peer).map(Peer::answers).orElse(false);
    }

    @Override
    public CompletableFuture<Void> drain(@Nullable String peer) {
        if (peer == null) throw new IllegalArgumentException("only that of a peer is waited for");
        var drained = new CompletableFuture<Void>();
        draining.add(new Draining(peer, drained));
        process.event(now -> {});
        return drained;
    }

    /** What the last turn wrote is on the disk. */
    void settled() {
        List<Runnable> now = List.copyOf(safe);
        safe.clear();
        now.forEach(Runnable::run);
        List<Draining> over =
                draining.stream().filter(one -> node.isDrained(one.peer)).toList();
        draining.removeAll(over);
        over.forEach(one -> one.drained.complete(null));
    }

    void reached(NodeEffect.Reached reached) {
        var token = new Token(reached.peer(), reached.token());
        Receipt receipt = receipts.get(token);
        if (receipt == null) return;
        switch (reached.level()) {
            case POSTED -> receipt.posted().complete(null);
            case STORED -> receipt.stored().complete(null);
            case DONE -> {
                receipts.remove(token);
                receipt.done().complete(null);
            }
        }
    }

    void lost(NodeEffect.Lost lost) {
        Receipt receipt = receipts.remove(new Token(lost.peer(), lost.token()));
        if (receipt == null) return;
        var why = new IllegalStateException("lost: " + lost.why());
        receipt.posted().completeExceptionally(why);
        receipt.stored().completeExceptionally(why);
        receipt.done().completeExceptionally(why);
    }
}
