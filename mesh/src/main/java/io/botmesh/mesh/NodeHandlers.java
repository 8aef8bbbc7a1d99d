package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import io.botmesh.wire.MessageHeader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds who wants a message that has come: a waiting request, the folder of objects, a handler, or a flow. */
final class NodeHandlers {
    private static final Logger log = LoggerFactory.getLogger(NodeHandlers.class);

    private record Subscription(
            Subject pattern, boolean topics, @Nullable String queue, Message.Handler handler) {}

    private final NodeProgram program;
    private final Peers peers;
    private final boolean plain; // nobody signs, so nobody is known
    private final Requests requests;
    private final ObjectSender sent;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final List<Consumer<NodeEvent>> listeners = new CopyOnWriteArrayList<>();
    private final List<MessageFlow> flows = new CopyOnWriteArrayList<>();
    private final ObjectRefusals refusals;
    private volatile @Nullable ObjectFolder objects;

    NodeHandlers(NodeProgram program, NodeSetup setup, Requests requests, ObjectSender sent) {
        this.program = program;
        peers = setup.peers();
        plain = setup.protection().key() == null;
        this.requests = requests;
        this.sent = sent;
        refusals = new ObjectRefusals(program::verdict, this::tell);
        var unused = program.ended().whenComplete((nothing, broken) -> flows.forEach(flow -> end(flow, broken)));
    }

    void add(String pattern, Message.Handler handler) {
        subscriptions.add(new Subscription(new Subject(pattern), false, null, requireNonNull(handler, "handler")));
    }

    void addPublished(String pattern, @Nullable String queue, Message.Handler handler) {
        subscriptions.add(new Subscription(new Subject(pattern), true, queue, requireNonNull(handler, "handler")));
    }

    Flow.Publisher<Message> messages(String pattern) {
        var about = new Subject(pattern);
        return subscriber -> {
            requireNonNull(subscriber, "subscriber");
            var mine = new ArrayList<Subscription>();
            var flow = new MessageFlow(subscriber, gone -> {
                subscriptions.removeAll(mine);
                flows.remove(gone);
            });
            mine.add(new Subscription(about, false, null, flow::handle));
            mine.add(new Subscription(about, true, null, flow::handle));
            flows.add(flow);
            subscriber.onSubscribe(flow);
            subscriptions.addAll(mine);
            if (flow.isCancelled()) subscriptions.removeAll(mine); // before it was there
            if (program.ended().isDone()) {
                var unused = program.ended().whenComplete((nothing, broken) -> end(flow, broken));
            }
        };
    }

    private static void end(MessageFlow flow, @Nullable Throwable broken) {
        flow.stop();
        Thread.ofVirtual().name("node-flow-ends").start(() -> flow.end(broken));
    }

    void takeObjects(Path folder, long mostBytes, ReceivedObject.Handler handler) {
        var room = new ObjectRoom(folder, ObjectRoom::usable, InstantSource.system());
        objects = new ObjectFolder(folder, mostBytes, handler, refusals, this::tell, room, Thread::sleep);
    }

    void listen(Consumer<NodeEvent> listener) {
        listeners.add(requireNonNull(listener, "listener"));
    }

    void tell(NodeEvent event) {
        log.debug("node {}: {}", program.name(), event);
        for (Consumer<NodeEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException | Error failed) { // a program's mistake in looking on stops nothing
                log.warn("node {}: a listener failed at {}", program.name(), event, failed);
            }
        }
    }

    /** The node is about to stop: nobody waits for a flow's subscriber any more, nor for room on a disk. */
    void stop() {
        flows.forEach(MessageFlow::stop);
        ObjectFolder folder = objects;
        if (folder != null) folder.stop();
    }

    /** Hands a message to whoever wants it; returns when that one has ended. True if it has told the core so itself. */
    boolean handle(Delivery delivery) throws Exception {
        if (delivery.origin() == null && Requests.isReply(delivery)) {
            if (!requests.onReply(delivery)) log.debug("a reply of {} came too late", delivery.peer());
            return false;
        }
        if (ObjectParts.isVerdict(delivery)) {
            sent.onVerdict(delivery);
            return false;
        }
        if (isObject(delivery)) {
            ObjectFolder folder = objects;
            if (folder != null && (delivery.known() || plain)) folder.onMessage(delivery);
            else refusals.refuse(delivery, "OBJECT_UNWANTED", "nobody takes objects there");
            return false;
        }
        Origin origin = delivery.origin();
        if (origin != null) {
            published(delivery, origin);
            return false;
        }
        if (requests.isLate(delivery)) {
            program.countLate();
            tell(new NodeEvent.Late(delivery.peer(), delivery.subject()));
            return false;
        }
        for (Subscription one : subscriptions) {
            if (one.topics || !one.pattern.matches(delivery.subject())) continue;
            var message = new Message(delivery, program);
            one.handler.handle(message);
            return message.isEnded();
        }
        tell(new NodeEvent.Unhandled(delivery.peer(), delivery.subject()));
        refuse(delivery, "nobody handles " + delivery.subject());
        program.onUnhandled(delivery.id());
        return true;
    }

    /** Parts are no messages: no other handler ever sees one. */
    private static boolean isObject(Delivery delivery) {
        return delivery.origin() == null && delivery.stream().equals(ObjectParts.STREAM);
    }

    private void published(Delivery delivery, Origin origin) throws Exception {
        boolean about = peers.topics().stream()
                .anyMatch(topic ->
                        topic.name().equals(origin.topic()) && topic.subject().matches(delivery.subject()));
        if (!about) return; // whoever may publish there may not publish this
        for (Subscription one : subscriptions) {
            if (!one.topics || !one.pattern.matches(delivery.subject())) continue;
            if (one.queue != null && !origin.isFor(one.queue, program.name())) continue;
            one.handler.handle(new Message(delivery, program));
        }
    }

    /** Tells who asks that nobody will answer, and who sends an object that nobody takes it. */
    void refuse(Delivery delivery, String why) throws InterruptedException {
        if (isObject(delivery)) {
            refusals.refuse(delivery, "OBJECT_HANDLER", why);
            return;
        }
        MessageHeader id = Requests.idOf(delivery).orElse(null);
        if (id == null || !delivery.known()) return;
        try {
            program.reply(delivery.peer(), id, why, new byte[0]);
        } catch (IllegalArgumentException | MeshException noWayBack) {
            log.debug("{} cannot be told: {}", delivery.peer(), noWayBack.getMessage());
        }
    }
}
