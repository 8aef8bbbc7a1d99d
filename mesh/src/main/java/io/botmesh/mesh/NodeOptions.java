package io.botmesh.mesh;

import io.botmesh.wire.Limits;
import io.botmesh.wire.LinkReceiver;
import io.botmesh.wire.LinkSender;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a node behaves. Start from {@link #defaults()} and change what differs.
 *
 * @param outbox   what may wait to be sent
 * @param lanes    what a lane takes, and how lanes are shared with others
 * @param links    how far ahead links go, and when posts are deleted
 * @param handlers how messages are handed on
 * @param textOnly whether documents are never sent, whatever a carrier can do
 * @param gateway  how packets are handed on whose senders hide behind this node; null if none are
 * @param strangers what is kept of senders that are not known
 * @param channel  the one channel of the reader whose posts are taken; those of others stay in the store for a process that takes them. Null
 *                 for all
 */
public record NodeOptions(
        Waiting outbox,
        Sharing lanes,
        Links links,
        Handling handlers,
        boolean textOnly,
        @Nullable Gateway gateway,
        Strangers strangers,
        @Nullable Long channel) {
    /**
     * What may wait to be sent.
     *
     * @param bytes        most bytes of messages that are in no packet yet, for each peer, at least 1: bodies, subjects, headers, and 128 for each
     *                     message, as its row and its place in the queue cost
     * @param overflow     what happens to more
     * @param messageBytes longest message, at least 1; also the longest that is taken from others. What is longer goes as an object
     * @param pending      most bytes, counted likewise, of messages for all peers that were given by {@link Link#sendAsync}, {@link
     *                     TopicLink#publishAsync} and {@link Link#request} and are not taken yet, at least 1: they wait for room, for the disk or
     *                     for the node's start. What is more fails with {@link MeshException.TooManyPending}, whatever overflow says. Who waits in
     *                     {@link Link#send} is not counted
     */
    public record Waiting(long bytes, Overflow overflow, int messageBytes, long pending) {
        /** What is pending without a word about it. */
        private static final long PENDING = 64 << 20;

        /** 64 MiB may be pending. */
        public Waiting(long bytes, Overflow overflow, int messageBytes) {
            this(bytes, overflow, messageBytes, PENDING);
        }

        /** A copy that lets more or less be pending. */
        public Waiting withPending(long pending) {
            return new Waiting(bytes, overflow, messageBytes, pending);
        }

        public Waiting {
            if (bytes < 1) throw new IllegalArgumentException("bytes: " + bytes);
            if (pending < 1) throw new IllegalArgumentException("pending: " + pending);
            if (messageBytes < 1 || messageBytes > Limits.MAX_CONTENT_BYTES / 2) {
                throw new IllegalArgumentException("messageBytes: " + messageBytes);
            }
        }
    }

    /**
     * How lanes are used.
     *
     * @param limits of each lane
     * @param share  with others that post through them
     * @param granted lanes into our own channels that we divide among those who post to us, 0 if we do not
     */
    public record Sharing(LaneLimits limits, LaneShare share, int granted) {
        public Sharing {
            if (granted < 0) throw new IllegalArgumentException("granted: " + granted);
        }

        /** Our own lanes are not divided by us. */
        public Sharing(LaneLimits limits, LaneShare share) {
            this(limits, share, 0);
        }
    }

    /**
     * How a gateway blurs who sent what: packets wait until so many are there or the first has waited for so long, and go in another
     * order than they came in. For each peer at most a thousand wait, and 32 MiB: more are refused, which {@link NodeStatistics#refusals} counts
     * as {@code LIMIT_ONIONS}.
     *
     * @param batch at least 1
     * @param delay zero or more
     */
    public record Gateway(int batch, Duration delay) {
        public Gateway {
            if (batch < 1) throw new IllegalArgumentException("batch: " + batch);
            if (delay.isNegative()) throw new IllegalArgumentException("delay: " + delay);
        }
    }

    /**
     * What is kept of all senders together that are not known, those behind gateways among them. What is more is refused, and
     * counted by {@link NodeStatistics#refusals}.
     *
     * @param outboxes most outboxes that are remembered, at least 1; of what nobody has heard for longest a digest in the store is left. Their rows
     *                 are 1 KiB long as a mean, or the streams of long ones count as ended. To be less than what the protection remembers of all, so
     *                 that there is room for those who are known
     * @param awake    most of them that are in memory, or of which something waits, at least 1; likewise
     * @param bytes    most bytes that wait, for the rest of a message or for a handler, and that streams of those in memory take, each 1 KiB and its
     *                 name, at least 1: {@code LIMIT_STRANGER_BYTES}. A sixteenth of it is for the streams of one outbox
     * @param retired  most outboxes of which a digest is left, zero or more; they go when the reader no longer has the key. What is more is
     *                 {@code LIMIT_STRANGERS}
     */
    public record Strangers(int outboxes, int awake, long bytes, int retired) {
        /** A million digests. */
        public Strangers(int outboxes, int awake, long bytes) {
            this(outboxes, awake, bytes, Retired.MOST);
        }

        public Strangers {
            if (retired < 0) throw new IllegalArgumentException("retired: " + retired);
            if (outboxes < 1) throw new IllegalArgumentException("outboxes: " + outboxes);
            if (awake < 1) throw new IllegalArgumentException("awake: " + awake);
            if (bytes < 1) throw new IllegalArgumentException("bytes: " + bytes);
        }
    }

    /**
     * How links behave.
     *
     * @param receiving what is accepted ahead of a gap, and when acks go alone; at least {@link Limits#STREAMS} streams, on which senders count
     * @param sending   when repairs are due; how many lanes there are is not looked at
     * @param patience  how long a piece of a one-way stream may be missed before the stream goes on without it; Telegram
     *                  keeps posts for a day
     * @param recalls   most posts that the reader brings back itself after a gap in a channel where such streams are, and before the first post
     *                  there, for a reader that has a chat to bring them back in; one a second. Older ones are counted as {@code NOT_RECALLED}
     *                  by {@link NodeStatistics#refusals}. 0 for none
     */
    public record Links(LinkReceiver.Options receiving, LinkSender.Options sending, Duration patience, int recalls) {
        public Links {
            if (receiving.streams() < Limits.STREAMS)
                throw new IllegalArgumentException("streams: " + receiving.streams());
            if (patience.isNegative()) throw new IllegalArgumentException("patience: " + patience);
            if (recalls < 0) throw new IllegalArgumentException("recalls: " + recalls);
        }
    }

    /**
     * How messages are handed on.
     *
     * @param atOnce   most handlers that run at once, at least 1
     * @param attempts how often a message is tried before it is put aside, at least 1
     * @param pause    before the second attempt; doubles up to {@code longest}
     * @param longest  pause between two attempts
     * @param run      most messages of one stream that swift handlers get before the end of the first is on the disk, at least 1. With
     *                 1 a message comes again only if the process died in its handler; with more a stream is not bound to the pace of the
     *                 disk, and what handlers did in the last 20 ms before a crash comes again, flagged
     */
    public record Handling(int atOnce, int attempts, Duration pause, Duration longest, int run) {
        /** Each message by itself. */
        public Handling(int atOnce, int attempts, Duration pause, Duration longest) {
            this(atOnce, attempts, pause, longest, 1);
        }

        /** A copy with another run, such as 512 for many small messages. */
        public Handling withRun(int run) {
            return new Handling(atOnce, attempts, pause, longest, run);
        }

        public Handling {
            if (run < 1) throw new IllegalArgumentException("run: " + run);
            if (atOnce < 1) throw new IllegalArgumentException("atOnce: " + atOnce);
            if (attempts < 1) throw new IllegalArgumentException("attempts: " + attempts);
            if (pause.isNegative() || longest.compareTo(pause) < 0) {
                throw new IllegalArgumentException("pause " + pause + ", longest " + longest);
            }
        }
    }

    /**
     * 64 MiB waiting, then senders wait; 64 MiB pending beside them; messages of 8 MiB; the lanes are ours alone, at the published measurements' rate; posts
     * are never deleted; up to 100,000 posts of a one-way stream are brought back, as many as Telegram keeps for a bot; 50,000 outboxes of strangers
     * are remembered, 256 of them in memory, with 16 MiB; a peer that keeps silent is asked after half a second whether its handlers have ended, and if
     * that has cost a post for sixteen packets, after half a minute; 64 handlers, eight attempts from a second to a minute apart.
     */
    public static NodeOptions defaults() {
        return new NodeOptions(
                new Waiting(64 << 20, Overflow.BLOCK, 8 << 20),
                new Sharing(LaneLimits.PAPER, LaneShare.WHOLE),
                new Links(
                        LinkReceiver.Options.defaults().withWeights(64 << 20, 256 << 20),
                        LinkSender.Options.defaults()
                                .withWanted(LinkSender.Level.DONE)
                                .withSoon(500),
                        Duration.ofDays(3),
                        100_000),
                new Handling(64, 8, Duration.ofSeconds(1), Duration.ofMinutes(1)),
                false,
                null,
                new Strangers(50_000, 256, 16 << 20),
                null);
    }

    /** A copy for a node with this reader: without a chat to bring posts back in it does not try. */
    public NodeOptions readingFrom(Carrier.@Nullable Reader reader) {
        if (reader != null && reader.capabilities().history()) return this;
        return withLinks(new Links(links.receiving, links.sending, links.patience, 0));
    }

    /** A copy with other bounds for what waits. */
    public NodeOptions withOutbox(Waiting outbox) {
        return new NodeOptions(outbox, lanes, links, handlers, textOnly, gateway, strangers, channel);
    }

    /** A copy with other lanes. */
    public NodeOptions withLanes(Sharing lanes) {
        return new NodeOptions(outbox, lanes, links, handlers, textOnly, gateway, strangers, channel);
    }

    /** A copy with other links. */
    public NodeOptions withLinks(Links links) {
        return new NodeOptions(outbox, lanes, links, handlers, textOnly, gateway, strangers, channel);
    }

    /** A copy with other handling. */
    public NodeOptions withHandlers(Handling handlers) {
        return new NodeOptions(outbox, lanes, links, handlers, textOnly, gateway, strangers, channel);
    }

    /** A copy that hands on what others hide, or does not. */
    public NodeOptions withGateway(@Nullable Gateway gateway) {
        return new NodeOptions(outbox, lanes, links, handlers, textOnly, gateway, strangers, channel);
    }

    /** A copy with other bounds for those who are not known. */
    public NodeOptions withStrangers(Strangers strangers) {
        return new NodeOptions(outbox, lanes, links, handlers, textOnly, gateway, strangers, channel);
    }

    /** A copy that sends documents where the carrier can, or never. */
    public NodeOptions withTextOnly(boolean textOnly) {
        return new NodeOptions(outbox, lanes, links, handlers, textOnly, gateway, strangers, channel);
    }

    /** A copy that takes posts of one channel alone, or of all for null. */
    public NodeOptions withChannel(@Nullable Long channel) {
        return new NodeOptions(outbox, lanes, links, handlers, textOnly, gateway, strangers, channel);
    }
}
