package io.botmesh.mesh;

import io.botmesh.wire.Limits;
import io.botmesh.wire.MessageHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How an object is said in messages: a manifest, then its parts in order, on one stream of the link. */
final class ObjectParts {
    static final String STREAM = "bm-objects";
    static final String MANIFEST = "bm-object";
    static final String PART = "bm-part";
    static final String ASK = "bm-ask";
    static final String ID = "bm-id";
    static final String NUMBER = "bm-n";
    static final String VERDICT = "bm-verdict";
    static final int ID_BYTES = 16;
    private static final int BUFFER = 1 << 16;
    private static final Pattern HEAD = Pattern.compile("(0|[1-9][0-9]{0,15}) ([1-9][0-9]{0,9}) ([0-9a-f]{64})\n");

    /**
     * What is told before the parts.
     *
     * @param partBytes of each part but the last one
     */
    @SuppressWarnings("ArrayRecordComponent") // compared where it is wanted
    record Manifest(long size, int partBytes, byte[] digest, String name) {
        Manifest {
            if (size < 0 || partBytes < 1 || digest.length != 32) throw new IllegalArgumentException("no manifest");
        }

        /** An empty object has one empty part. */
        long parts() {
            return Math.max(1, (size + partBytes - 1) / partBytes);
        }

        int bytes(long part) {
            return (int) Math.min(partBytes, size - part * partBytes);
        }

        /** The same for the same bytes under the same name. */
        byte[] id() {
            MessageDigest sha = sha256();
            sha.update(toBytes());
            return Arrays.copyOf(sha.digest(), ID_BYTES);
        }

        byte[] toBytes() {
            String text = size + " " + partBytes + " " + HexFormat.of().formatHex(digest) + "\n" + name;
            return text.getBytes(StandardCharsets.UTF_8);
        }

        /** @throws IllegalArgumentException when it is none */
        static Manifest parse(byte[] bytes) {
            String text = TopicQueues.text(bytes);
            Matcher head = HEAD.matcher(text);
            if (!head.lookingAt()) throw new IllegalArgumentException("no manifest");
            long size = Long.parseLong(head.group(1));
            if (size > Limits.MAX_NUMBER) throw new IllegalArgumentException("an object of " + size + " bytes");
            int partBytes = Integer.parseInt(head.group(2));
            return new Manifest(size, partBytes, HexFormat.of().parseHex(head.group(3)), text.substring(head.end()));
        }
    }

    private ObjectParts() {}

    static MessageHeader number(long part) {
        return new MessageHeader(
                NUMBER, ByteBuffer.allocate(Long.BYTES).putLong(part).array());
    }

    /**
     * What the reader has to say about an object when it is over: a message of its own, as a handled part says nothing of the whole.
     *
     * @param refusal  why it was not taken, null if it was
     * @param question which this answers, null if nobody asked
     */
    static List<MessageHeader> verdict(byte[] id, @Nullable String refusal, byte @Nullable [] question) {
        var headers = new ArrayList<MessageHeader>();
        headers.add(new MessageHeader(VERDICT, id));
        if (refusal != null) headers.add(MessageHeader.of(Requests.FAILED, refusal));
        if (question != null) headers.add(new MessageHeader(NUMBER, question));
        return headers;
    }

    static boolean isVerdict(Delivery delivery) {
        return delivery.known() && delivery.origin() == null && header(delivery, VERDICT) != null;
    }

    static byte @Nullable [] header(Delivery delivery, String name) {
        return delivery.headers().stream()
                .filter(header -> header.name().equals(name))
                .findFirst()
                .map(MessageHeader::value)
                .orElse(null);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static byte[] digest(Path file) throws IOException {
        MessageDigest sha = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            var buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) sha.update(buffer, 0, n);
        }
        return sha.digest();
    }

    /**
     * Names an object that comes. A peer goes on with one when it has lost its memory; a stranger may call itself anything, and is told apart
     * by its outbox.
     */
    static String stem(Delivery delivery, byte[] id) {
        if (delivery.known()) return stem(delivery.peer(), id);
        String place = delivery.place();
        return stem(place.substring(0, place.lastIndexOf('/', place.lastIndexOf('/') - 1)), id);
    }

    /** Names an object of a peer in the store and on the disk: nothing of what the peer says is a path. */
    static String stem(String peer, byte[] id) {
        MessageDigest sha = sha256();
        sha.update(id);
        sha.update(peer.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(Arrays.copyOf(sha.digest(), ID_BYTES));
    }
}
