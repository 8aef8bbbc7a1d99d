package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.Outbox.Filled;
import io.botmesh.mesh.Outbox.Post;
import io.botmesh.wire.Outgoing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every outbox does. {@link #reopen} is a new process over the same state, as far as the outbox outlives one. */
public abstract class OutboxContract {
    protected abstract Outbox open();

    protected abstract Outbox reopen(Outbox outbox);

    /** Takes at most so many bytes of bodies, and splits the last message. */
    private record Take(int most, List<String> log) implements Outbox.Filling {
        @Override
        public Filled fill(long packetNumber, long sequence, List<Outgoing> head) {
            ByteArrayOutputStream packet = new ByteArrayOutputStream();
            int whole = 0;
            long ofNext = 0;
            int pieces = 0;
            for (Outgoing message : head) {
                ByteBuffer body = message.body().duplicate();
                int room = most - packet.size();
                if (room <= 0 && message.length() > 0) break;
                byte[] part = new byte[Math.min(room, body.remaining())];
                body.get(part);
                packet.writeBytes(part);
                pieces++;
                if (message.offset() + part.length == message.length()) {
                    whole++;
                } else {
                    ofNext = part.length;
                    break;
                }
            }
            log.add(packetNumber + "/" + sequence + "+" + pieces);
            return new Filled(packet.toByteArray(), packetNumber % 2 == 1, whole, ofNext, pieces);
        }
    }

    private final List<String> log = new ArrayList<>();

    @Test
    void packetsTakeMessagesInOrderAndSplitThem() throws Exception {
        Outbox outbox = open();
        append(outbox, "abc");
        append(outbox, "defgh");
        append(outbox, "");
        append(outbox, "i");
        assertThat(outbox.messages()).isEqualTo(4);
        assertThat(outbox.pendingBytes()).isEqualTo(10);
        assertThat(pack(outbox, 5)).isEqualTo("abcde");
        assertThat(outbox.pendingBytes()).isEqualTo(5);
        assertThat(pack(outbox, 2)).isEqualTo("fg");
        assertThat(pack(outbox, 5)).isEqualTo("hi");
        assertThat(outbox.pendingBytes()).isZero();
        assertThat(outbox.pack(1000, new Take(5, log))).isNull();
        assertThat(log).containsExactly("0/0+2", "1/2+1", "2/3+3");
    }

    @Test
    void aPacketStaysUntilItIsPostedAndKeepsItsBytes() throws Exception {
        Outbox outbox = open();
        append(outbox, "abc");
        append(outbox, "def");
        Post first = Objects.requireNonNull(outbox.pack(1000, new Take(4, log)));
        Post second = Objects.requireNonNull(outbox.pack(1000, new Take(4, log)));
        assertThat(first.messagesThrough()).isEqualTo(1);
        assertThat(second.messagesThrough()).isEqualTo(2);
        Outbox next = reopen(outbox);
        assertThat(next.unposted()).extracting(Post::number).containsExactly(0L, 1L);
        assertThat(next.unposted().getFirst().packet()).isEqualTo(first.packet());
        assertThat(next.unposted().getLast().document()).isTrue();
        next.posted(0);
        next.posted(0);
        assertThat(next.unposted()).extracting(Post::number).containsExactly(1L);
        next.posted(1);
        assertThat(reopen(next).unposted()).isEmpty();
    }

    @Test
    void theNextProcessGoesOnWhereTheLastOneStopped() throws Exception {
        Outbox outbox = open();
        append(outbox, "abcdef");
        append(outbox, "ghi");
        assertThat(pack(outbox, 4)).isEqualTo("abcd");
        Outbox next = reopen(outbox);
        assertThat(next.incarnation()).isEqualTo(outbox.incarnation());
        assertThat(next.messages()).isEqualTo(2);
        assertThat(next.pendingBytes()).isEqualTo(5);
        append(next, "j");
        assertThat(pack(next, 100)).isEqualTo("efghij");
        assertThat(log).containsExactly("0/0+1", "1/1+3");
    }

    @Test
    void aMessageThatCannotBeReadIsNotAdded() throws Exception {
        Outbox outbox = open();
        append(outbox, "abc");
        InputStream broken = new InputStream() {
            private int left = 3 << 20;

            @Override
            public int read() throws IOException {
                if (left-- == 0) throw new IOException("the disk was pulled out");
                return 'x';
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                if (length == 0) return 0;
                into[from] = (byte) read();
                return 1;
            }
        };
        assertThatThrownBy(() -> outbox.append("", broken)).isInstanceOf(IOException.class);
        assertThat(outbox.messages()).isEqualTo(1);
        append(outbox, "def");
        assertThat(pack(reopen(outbox), 100)).isEqualTo("abcdef");
    }

    @Test
    void messagesOfManyThreadsAreQueuedInTheOrderOfTheirNumbers() throws Exception {
        Outbox outbox = open();
        int threads = 8;
        int each = 300;
        Map<Long, String> byNumber = new ConcurrentHashMap<>();
        try (var pool = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                String name = "t" + thread + "-";
                all.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        String body = name + i + ";";
                        byNumber.put(outbox.append("", new ByteArrayInputStream(body.getBytes(UTF_8))), body);
                    }
                    return true;
                }));
            }
            for (Future<?> one : all) one.get();
        }
        assertThat(byNumber).hasSize(threads * each);
        StringBuilder expected = new StringBuilder();
        for (long number = 0; number < byNumber.size(); number++) expected.append(byNumber.get(number));
        StringBuilder packed = new StringBuilder();
        Post post;
        while ((post = outbox.pack(10_000, new Take(1000, log))) != null) {
            packed.append(new String(post.packet(), UTF_8));
        }
        assertThat(packed).hasToString(expected.toString());
        assertThat(outbox.messages()).isEqualTo((long) threads * each);
    }

    @Test
    void theOldestMessagesGiveWayButNotThoseThatHaveBegun() throws Exception {
        Outbox outbox = open();
        for (String body : List.of("abc", "def", "ghi", "", "jkl", "mno")) append(outbox, body);
        assertThat(pack(outbox, 4)).isEqualTo("abcd");
        assertThat(outbox.drop(4, 5)).containsExactly(2L, 3L);
        assertThat(outbox.pendingBytes()).isEqualTo(8);
        assertThat(outbox.drop(100, 5)).containsExactly(4L);
        assertThat(outbox.drop(100, 5)).isEmpty();
        Outbox next = reopen(outbox);
        assertThat(next.messages()).isEqualTo(6);
        assertThat(next.pendingBytes()).isEqualTo(5);
        append(next, "p");
        Post post = Objects.requireNonNull(next.pack(1000, new Take(100, log)));
        assertThat(new String(post.packet(), UTF_8)).isEqualTo("efmnop");
        assertThat(post.messagesThrough()).isEqualTo(7);
        assertThat(log).containsExactly("0/0+2", "1/2+3");
    }

    @Test
    void whatIsBeingPackedIsNotDropped() throws Exception {
        Outbox outbox = open();
        for (String body : List.of("abc", "def", "ghi")) append(outbox, body);
        List<Long> dropped = new ArrayList<>();
        Post post = Objects.requireNonNull(outbox.pack(4, (packetNumber, sequence, head) -> {
            dropped.addAll(outbox.drop(100, 100));
            return new Take(4, log).fill(packetNumber, sequence, head);
        }));
        assertThat(dropped).containsExactly(2L);
        assertThat(new String(post.packet(), UTF_8)).isEqualTo("abcd");
        assertThat(post.messagesThrough()).isEqualTo(1);
        append(outbox, "j");
        assertThat(pack(outbox, 100)).isEqualTo("efj");
    }

    @Test
    void aFillingThatFailsLeavesTheQueueAsItWas() throws Exception {
        Outbox outbox = open();
        append(outbox, "abc");
        assertThatThrownBy(() -> outbox.pack(10, (packetNumber, sequence, head) -> {
                    throw new IllegalStateException("no packet");
                }))
                .hasMessage("no packet");
        assertThat(outbox.drop(1, 100)).containsExactly(0L);
        append(outbox, "def");
        assertThat(pack(outbox, 100)).isEqualTo("def");
    }

    @Test
    void twoOutboxesHaveDifferentNames() {
        assertThat(open().incarnation()).isNotEqualTo(open().incarnation());
    }

    @Test
    void whateverIsAddedPackedAndReopenedComesOutWhole() throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        ByteArrayOutputStream in = new ByteArrayOutputStream();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Outbox outbox = open();
        for (int step = 0; step < 300; step++) {
            switch (random.nextInt(8)) {
                case 0 -> outbox = reopen(outbox);
                case 1, 2, 3 -> {
                    byte[] body = new byte[random.nextInt(40) == 0 ? 2_500_000 : random.nextInt(2000)];
                    random.nextBytes(body);
                    outbox.append("subject", new ByteArrayInputStream(body));
                    in.writeBytes(body);
                }
                default -> {
                    Post post = outbox.pack(1 << 20, new Take(1 + random.nextInt(100_000), log));
                    if (post != null) out.writeBytes(post.packet());
                }
            }
            assertThat(outbox.pendingBytes()).isGreaterThanOrEqualTo(in.size() - out.size());
        }
        Post post;
        while ((post = outbox.pack(1 << 20, new Take(1 << 20, log))) != null) out.writeBytes(post.packet());
        assertThat(out.toByteArray()).isEqualTo(in.toByteArray());
        assertThat(outbox.pendingBytes()).isZero();
    }

    private static void append(Outbox outbox, String body) throws Exception {
        outbox.append("", new ByteArrayInputStream(body.getBytes(UTF_8)));
    }

    private String pack(Outbox outbox, int most) throws Exception {
        return new String(
                Objects.requireNonNull(outbox.pack(1000, new Take(most, log))).packet(), UTF_8);
    }
}
