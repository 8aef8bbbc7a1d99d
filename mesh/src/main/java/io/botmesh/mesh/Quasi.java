package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * A quasi-server: any number of initiators post to it, and it needs no address, no port and no server of its own. What is posted while it is off
 * waits for a day, or longer on the disks of initiators that it knows. It is a {@link Node} with names for what quasi-servers are for:
 *
 * <ul>
 *   <li>results that become one: {@link #aggregate};
 *   <li>streams of readings: {@link #readings};
 *   <li>work with an effect elsewhere, in a database: {@link #handle} with {@link Message#id};
 *   <li>a gateway to other quasi-servers, which never learn who sent what: {@link #gateway}, {@link Link#sendHidden}.
 * </ul>
 *
 * <p>Initiators are nodes with a {@link Link} to it; those that it does not know are strangers with a small budget in common. Thread-safe.
 */
public final class Quasi implements AutoCloseable {
    private final NodeSetup setup;
    private final Node node;
    private final Set<String> aggregates = ConcurrentHashMap.newKeySet();

    private Quasi(NodeSetup setup) {
        if (setup.reader().isEmpty()) throw new IllegalArgumentException(setup.name() + " has no bot that reads");
        this.setup = setup;
        node = new Node(setup);
    }

    /** A quasi-server that does nothing yet. The setup's store and carriers stay the caller's to close, once it has {@link #stopped}. */
    public static Quasi of(NodeSetup setup) {
        return new Quasi(setup);
    }

    /**
     * A quasi-server that also hands packets on to the peers that it can post to, so that those do not learn who sent them. Packets wait until so many
     * are there, or the first has waited for so long, and go in another order than they came in.
     *
     * @param batch at least 1
     * @param delay zero or more
     */
    public static Quasi gateway(NodeSetup setup, int batch, Duration delay) {
        return new Quasi(setup.withOptions(setup.options().withGateway(new NodeOptions.Gateway(batch, delay))));
    }

    /** Hands messages to a handler; see {@link Node#handle}. */
    public Quasi handle(String pattern, Message.Handler handler) {
        node.handle(pattern, handler);
        return this;
    }

    /**
     * Makes one state of all messages about a subject, each of which counts once.
     *
     * @param name of the state in the node's store; what is there is gone on with
     * @throws IllegalArgumentException if there is one of that name: each would write over what the other has counted
     */
    public Aggregate aggregate(String name, String pattern, Aggregate.Step step) {
        requireNonNull(step, "step");
        if (!aggregates.add(name)) throw new IllegalArgumentException("there is an aggregate " + name + " already");
        var aggregate = new Aggregate(name, step, setup.store());
        node.handle(pattern, aggregate::take);
        return aggregate;
    }

    /** Messages about a subject as a flow with back-pressure; see {@link Node#messages}. */
    public Flow.Publisher<Message> readings(String pattern) {
        return node.messages(pattern);
    }

    /** Tells of connections and of what else happens beside messages; see {@link Node#onEvent}. */
    public Quasi onEvent(Consumer<NodeEvent> listener) {
        node.onEvent(listener);
        return this;
    }

    /** Begins; see {@link Node#start}. */
    public Quasi start() {
        node.start();
        return this;
    }

    /** The way back to an initiator that it knows, or on to another quasi-server. */
    public Link link(String peer) {
        return node.link(peer);
    }

    /** The node that it is. */
    public Node node() {
        return node;
    }

    /** What it has done since it was started. */
    public CompletableFuture<NodeStatistics> statistics() {
        return node.statistics();
    }

    /** Completes when nothing waits to be sent; see {@link Node#drain}. */
    public CompletableFuture<Void> drain() {
        return node.drain();
    }

    /** Completes when it has stopped; see {@link Node#stopped}. */
    public CompletableFuture<Void> stopped() {
        return node.stopped();
    }

    /** Lets handlers end, and stops; see {@link Node#close}. */
    @Override
    public void close() {
        node.close();
    }
}
