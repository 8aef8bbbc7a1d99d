package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.wire.Limits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A channel in memory, without limits, for tests and simulations in one process. Thread-safe. */
public final class MemoryCarrier {
    private static final Carrier.Capabilities CAPABILITIES =
            new Carrier.Capabilities("memory", Carriers.TEXT_BYTES, Limits.MAX_PACKET_BYTES, true, true);

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Post(long id, @Nullable PostId origin, Instant date, String text, byte @Nullable [] document) {}

    private final long channel;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition came = lock.newCondition();
    private final Map<Long, Post> posts = new TreeMap<>();
    private final Deque<RawUpdate> updates = new ArrayDeque<>();
    private long lastPost;
    private long lastUpdate;
    private long pinned;

    /**
     * @param channel the id it goes by, a negative number
     * @param clock   dates posts
     */
    public MemoryCarrier(long channel, InstantSource clock) {
        if (channel >= 0) throw new IllegalArgumentException("channel: " + channel);
        this.channel = channel;
        this.clock = clock;
    }

    /** A sending end with so many lanes. */
    public Carrier.Writers writers(int lanes) {
        if (lanes < 1) throw new IllegalArgumentException("lanes: " + lanes);
        List<LaneId> ids = new ArrayList<>();
        for (int i = 0; i < lanes; i++) ids.add(new LaneId(i + 1L, Long.toString(channel)));
        return new Ends(ids);
    }

    /** A receiving end; as with a bot's updates, there is one queue however many read from it. */
    public Carrier.Reader reader() {
        return new Ends(List.of());
    }

    /** Its pinned post. */
    public Carrier.Board board() {
        return new PinnedPost();
    }

    private Post add(@Nullable PostId origin, String text, byte @Nullable [] document, boolean tell) {
        lock.lock();
        try {
            Instant date = clock.instant();
            Post post = new Post(++lastPost, origin, date, text, document);
            posts.put(post.id, post);
            if (tell) {
                updates.add(RawUpdate.parse(json(++lastUpdate, post).getBytes(UTF_8)));
                came.signalAll();
            }
            return post;
        } finally {
            lock.unlock();
        }
    }

    private String json(long update, Post post) {
        String chat = "{\"id\":" + channel + ",\"type\":\"channel\",\"title\":\"Memory\"}";
        var json = new StringBuilder("{\"update_id\":" + update + ",\"channel_post\":{\"message_id\":" + post.id
                + ",\"date\":" + post.date.getEpochSecond() + ",\"chat\":" + chat);
        PostId origin = post.origin;
        if (origin != null) {
            json.append(",\"forward_origin\":{\"type\":\"channel\",\"date\":" + post.date.getEpochSecond()
                    + ",\"chat\":" + chat + ",\"message_id\":" + origin.message() + "}");
        }
        byte[] document = post.document;
        if (document != null) {
            json.append(",\"document\":{\"file_id\":\"" + post.id + "\",\"file_unique_id\":\"" + post.id
                    + "\",\"file_size\":" + document.length + "}");
        }
        // Armour holds nothing that JSON would want escaped.
        return json.append(document == null ? ",\"text\":\"" : ",\"caption\":\"")
                .append(post.text)
                .append("\"}}")
                .toString();
    }

    private Arrival arrival(Post post) {
        byte[] document = post.document;
        return new Arrival(
                new PostId(channel, post.id),
                post.origin,
                Instant.ofEpochSecond(post.date.getEpochSecond()),
                post.text,
                document == null ? null : new Arrival.Attachment(Long.toString(post.id), (long) document.length));
    }

    private Optional<Post> find(long id) {
        lock.lock();
        try {
            return Optional.ofNullable(posts.get(id));
        } finally {
            lock.unlock();
        }
    }

    private void remove(List<Long> messages) {
        if (messages.size() > 100) throw new IllegalArgumentException("more than 100 messages");
        lock.lock();
        try {
            messages.forEach(posts::remove);
        } finally {
            lock.unlock();
        }
    }

    private byte[] document(Arrival.Attachment attachment, int mostBytes) {
        Post post = find(Long.parseLong(attachment.fileId())).orElse(null);
        byte[] document = post == null ? null : post.document;
        if (document == null) throw new IllegalArgumentException("a document that is gone");
        if (document.length > mostBytes) {
            throw new IllegalArgumentException("a document of " + document.length + " bytes");
        }
        return document.clone();
    }

    private final class Ends implements Carrier.Writers, Carrier.Reader {
        private final List<LaneId> lanes;

        Ends(List<LaneId> lanes) {
            this.lanes = lanes;
        }

        @Override
        public Carrier.Capabilities capabilities() {
            return CAPABILITIES;
        }

        @Override
        public List<LaneId> lanes() {
            return lanes;
        }

        @Override
        public Carrier.Rights rights(int lane) {
            return Carrier.Rights.ENOUGH;
        }

        @Override
        public Outcome post(int lane, byte[] packet, boolean document) {
            lanes.get(lane);
            if (packet.length > (document ? Limits.MAX_PACKET_BYTES : Carriers.MOST_TEXT_BYTES)) {
                return new Outcome.Refused("too long: " + packet.length + " bytes");
            }
            return posted(
                    document
                            ? add(null, Carriers.caption(packet), packet.clone(), true)
                            : add(null, Carriers.text(packet), null, true));
        }

        private Outcome posted(Post post) {
            return new Outcome.Posted(new PostId(channel, post.id), Instant.ofEpochSecond(post.date.getEpochSecond()));
        }

        @Override
        public Outcome forward(int lane, PostId post) {
            Optional<Post> old = find(post.message());
            if (old.isEmpty()) return new Outcome.Doubtful("message to forward not found");
            PostId origin = old.get().origin == null ? post : old.get().origin;
            return posted(add(origin, old.get().text, old.get().document, true));
        }

        @Override
        public void delete(int lane, List<Long> messages) {
            remove(messages);
        }

        @Override
        public void check() {}

        @Override
        public List<RawUpdate> poll(long updateOffset, int limit, Duration timeout) throws InterruptedException {
            long left = timeout.toNanos();
            lock.lockInterruptibly();
            try {
                while (!updates.isEmpty() && updates.getFirst().updateId() < updateOffset) updates.removeFirst();
                while (updates.isEmpty() && left > 0) left = came.awaitNanos(left);
                return updates.stream().limit(limit).toList();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public Optional<Arrival> arrival(RawUpdate update) {
            return Optional.ofNullable(update.decode().channelPost()).map(ChatReader::read);
        }

        @Override
        public byte[] fetch(Arrival.Attachment attachment, int mostBytes) {
            return document(attachment, mostBytes);
        }

        @Override
        public Optional<Arrival> recall(PostId post) {
            return find(post.message()).map(MemoryCarrier.this::arrival);
        }

        @Override
        public void delete(long channel, List<Long> messages) {
            remove(messages);
        }
    }

    private final class PinnedPost implements Carrier.Board {
        @Override
        public Optional<Arrival> pinned() {
            return find(pinned).map(MemoryCarrier.this::arrival);
        }

        @Override
        public byte[] fetch(Arrival.Attachment attachment, int mostBytes) {
            return document(attachment, mostBytes);
        }

        @Override
        public Outcome pin(byte[] packet, boolean document) {
            lock.lock();
            try {
                String text = document ? Carriers.caption(packet) : Carriers.text(packet);
                Post old = posts.get(pinned);
                if (old == null || document || old.document != null) {
                    pinned = add(null, text, document ? packet.clone() : null, true).id;
                    if (old != null) posts.remove(old.id);
                } else {
                    posts.put(pinned, new Post(pinned, null, old.date, text, null));
                }
                return new Outcome.Posted(new PostId(channel, pinned), clock.instant());
            } finally {
                lock.unlock();
            }
        }
    }
}
