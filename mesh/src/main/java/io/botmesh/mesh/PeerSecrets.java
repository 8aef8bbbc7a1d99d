package io.botmesh.mesh;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.KeyFile;
import io.botmesh.seal.Quota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one node alone has of a mesh: its keys, the token of its reader bot, and what others gave it. Nobody but its owner may
 * read the file; prints nothing of it.
 *
 * <pre>
 * [node anna]
 * keys       bm-keys-…            # as botmesh peers init makes them, under a passphrase or without
 * token      111:AA…              # of its reader bot, if it reads
 * scratch    -100…                # a chat where that bot may post and nobody reads, to bring back old posts
 *
 * [to ben]
 * writer     222:AA…              # of a bot that posts where ben reads; one a line
 * admission  bm-admission-…       # what ben gave, so that it counts our packets as ours
 *
 * [from ben]
 * admission  bm-admission-…       # what we gave ben
 * quota      100 67108864         # packets and bytes a second that it may send; without this line the usual ones
 * gateway                         # it may hand on packets of others, who stay strangers to us
 *
 * [topic weather]
 * writer     333:AA…
 * admission  bm-admission-…       # shared by all who publish or read: packets of others count as strangers'
 * </pre>
 *
 * @param node    whose they are
 * @param keys    identity, reader's keys and those of groups
 * @param token   of the reader bot, null if it only writes
 * @param scratch where old posts are brought back, null for none
 * @param to      what others gave us, by their names
 * @param from    what we gave others, by their names
 * @param topics  tokens that post to topics and what their publishers and members share, by names of topics
 */
public record PeerSecrets(
        String node,
        KeyFile keys,
        @Nullable BotToken token,
        @Nullable ChatId scratch,
        Map<String, Given> to,
        Map<String, Granted> from,
        Map<String, Given> topics) {
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    /** How a passphrase is asked for, once, and only if the keys are under one. */
    @FunctionalInterface
    public interface Passphrase {
        /**
         * The passphrase.
         *
         * @throws IllegalStateException if there is none; its message says in one line what to do
         */
        char[] ask();
    }

    /**
     * What a peer gave us, or what we have of a topic.
     *
     * @param writers   tokens that post there; empty if we cannot
     * @param admission null for nothing
     */
    public record Given(List<BotToken> writers, @Nullable AdmissionSecret admission) {
        public Given {
            writers = List.copyOf(writers);
        }
    }

    /**
     * What we gave a peer.
     *
     * @param quota   null for the usual one
     * @param gateway whether what it stamps may be signed by others: their packets use its quota, and stay strangers'
     */
    public record Granted(
            AdmissionSecret admission, @Nullable Quota quota, boolean gateway) {
        /** To a peer that sends its own packets alone. */
        public Granted(AdmissionSecret admission, @Nullable Quota quota) {
            this(admission, quota, false);
        }
    }

    public PeerSecrets {
        to = Collections.unmodifiableMap(new LinkedHashMap<>(to));
        from = Collections.unmodifiableMap(new LinkedHashMap<>(from));
        topics = Collections.unmodifiableMap(new LinkedHashMap<>(topics));
    }

    /** A copy with other keys. */
    public PeerSecrets withKeys(KeyFile keys) {
        return new PeerSecrets(node, keys, token, scratch, to, from, topics);
    }

    /**
     * Reads a file, which nobody but its owner may be able to read.
     *
     * @throws MeshException.PeerMistakes with a line for each mistake; none repeats a secret
     */
    public static PeerSecrets read(Path file, Passphrase passphrase) {
        var lines = PeerLines.of(file);
        try {
            var permissions = Files.getPosixFilePermissions(file);
            if (Files.isRegularFile(file) && !Collections.disjoint(permissions, OTHERS))
                lines.wrong("others can read it, and it holds secrets: chmod 600 " + file);
        } catch (UnsupportedOperationException noPosix) {
            // A file system of another kind: who may read there is for its owner to know.
        } catch (IOException unread) {
            // The reading says what is wrong.
        }
        lines.finish();
        return parse(file.toString(), PeerFile.text(file), passphrase);
    }

    /**
     * Reads a text.
     *
     * @param source what the text is called in messages
     * @throws MeshException.PeerMistakes with a line for each mistake; none repeats a secret
     */
    public static PeerSecrets parse(String source, String text, Passphrase passphrase) {
        return new PeerSecretsReader(source, passphrase).parse(text);
    }

    /**
     * The text of this, which {@link #parse} reads. Whoever writes it into a file has to see that nobody else can read that.
     *
     * @param passphrase what the keys go under, null for nothing
     */
    public String write(char @Nullable [] passphrase) {
        var out = new StringBuilder(
                        "# The secrets of node " + node + ". Keep this file to its node: mode 600.\n\n[node ")
                .append(node)
                .append("]\n");
        PeerFileText.line(out, "keys", passphrase == null ? keys.plainText() : keys.lock(passphrase));
        if (token == null)
            out.append("# token  of this node's reader bot, as @BotFather gave it; none if it only writes\n");
        else PeerFileText.line(out, "token", token.value());
        PeerFileText.line(out, "scratch", scratch);
        to.forEach((name, given) -> {
            out.append("\n[to ").append(name).append("]\n");
            if (given.writers.isEmpty())
                out.append("# writer  token of a bot that may post where ")
                        .append(name)
                        .append(" reads, one a line\n");
            for (BotToken writer : given.writers) PeerFileText.line(out, "writer", writer.value());
            if (given.admission != null) PeerFileText.line(out, "admission", given.admission.secretText());
        });
        from.forEach((name, granted) -> {
            out.append("\n[from ").append(name).append("]\n");
            PeerFileText.line(out, "admission", granted.admission.secretText());
            Quota quota = granted.quota;
            if (quota != null) PeerFileText.line(out, "quota", quota.packetsPerSecond() + " " + quota.bytesPerSecond());
            if (granted.gateway) out.append("gateway\n");
        });
        topics.forEach((name, given) -> {
            out.append("\n[topic ").append(name).append("]\n");
            if (given.writers.isEmpty()) out.append("# writer  token of a bot that may post there, one a line\n");
            for (BotToken writer : given.writers) PeerFileText.line(out, "writer", writer.value());
            if (given.admission != null) PeerFileText.line(out, "admission", given.admission.secretText());
        });
        return out.toString();
    }

    /** Whether the keys in a text are under a passphrase. */
    public static boolean isLocked(String text) {
        return text.lines().anyMatch(line -> line.strip().matches("keys\\s+bm-keys-1-.*"));
    }

    /** The same text with other keys; all else, comments too, stays as it is. */
    public static String withKeys(String text, KeyFile keys, char @Nullable [] passphrase) {
        String next = passphrase == null ? keys.plainText() : keys.lock(passphrase);
        return text.replaceAll("(?m)^(\\s*keys\\s+)bm-keys-\\S+", "$1" + next);
    }

    /** Says whose they are and no more. */
    @Override
    public String toString() {
        return "PeerSecrets[" + node + "]";
    }
}
