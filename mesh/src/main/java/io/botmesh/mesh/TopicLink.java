package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import io.botmesh.wire.MessageHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The way from a node to a topic: one post reaches all members. Their acks would be posts too, so there are none: a message has
 * arrived as far as we can know when it is posted. Thread-safe; cheap to make.
 */
public final class TopicLink {
    private final Node node;
    private final String topic;

    TopicLink(Node node, String topic) {
        this.node = node;
        this.topic = topic;
    }

    /** Name of the topic. */
    public String topic() {
        return topic;
    }

    /** Publishes text; see {@link #publish(String, List, byte[])}. */
    public Receipt publish(String subject, String text) throws InterruptedException {
        return publish(subject, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Publishes bytes; see {@link #publish(String, List, byte[])}. */
    public Receipt publish(String subject, byte[] body) throws InterruptedException {
        return publish(subject, List.of(), body);
    }

    /**
     * Publishes a message; it is on this node's disk when this returns. Members get the messages of one publisher in their order.
     *
     * @param subject one that fits the topic's
     * @throws IllegalArgumentException when it is no message, does not fit the topic, or there is no such topic
     * @throws IllegalStateException    before the node is started
     * @throws MeshException            when it cannot be taken
     * @throws InterruptedException     then it is not published if it waited for room; else it may be
     */
    public Receipt publish(String subject, List<MessageHeader> headers, byte[] body) throws InterruptedException {
        node.checkStarted();
        return Node.awaitOrCancel(publish(subject, headers, body, node::send));
    }

    /**
     * As {@link #publish(String, List, byte[])}, without waiting: completes when the message is on the disk. Fails with
     * {@link MeshException.TooManyPending} as {@link Link#sendAsync} does.
     */
    public CompletableFuture<Receipt> publishAsync(String subject, List<MessageHeader> headers, byte[] body) {
        return publish(subject, headers, body, node::offer);
    }

    private interface Way {
        CompletableFuture<Receipt> give(
                String peer, String stream, String subject, List<MessageHeader> headers, byte[] body);
    }

    private CompletableFuture<Receipt> publish(String subject, List<MessageHeader> headers, byte[] body, Way way) {
        requireNonNull(body, "body");
        Subject.checked(subject);
        List<MessageHeader> given = Names.programsHeaders(headers);
        if (node.knows(topic, subject)) return way.give(Topic.address(topic), "", subject, given, body);
        return CompletableFuture.failedFuture(
                new IllegalArgumentException("no topic " + topic + " is about " + subject));
    }

    /**
     * Lets a peer read what is published from now on. For the topic's owner, as all that follows: a new key goes to every member, sealed to its
     * own; this returns when that is on the disk.
     */
    public void add(String member) throws InterruptedException {
        change(new TopicChange.Add(member));
    }

    /** Takes a peer out: it reads nothing that is sealed to the new key. Publishers use that when they have been told. */
    public void remove(String member) throws InterruptedException {
        change(new TopicChange.Remove(member));
    }

    /** Makes a new key for the same members. */
    public void rotate() throws InterruptedException {
        change(new TopicChange.Rotate());
    }

    /**
     * Says who shares the work of a queue group, from the next key on. What was sealed before that is still for whom it was
     * for then: a member that is gone has the last day's messages in its updates when it comes back.
     */
    public void queue(String name, Set<String> members) throws InterruptedException {
        change(new TopicChange.Queue(name, members));
    }

    /** The value that the topic's owner keeps for all who have its key. */
    public Register register() {
        return new Register(node.boards(), topic);
    }

    private void change(TopicChange change) throws InterruptedException {
        node.checkStarted();
        Node.await(node.change(topic, change));
    }
}
