package io.botmesh.mesh;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.mesh.PeerLines.Line;
import io.botmesh.mesh.PeerLines.Section;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.KeyFile;
import io.botmesh.seal.Quota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 *
 * [topic weather]
 * writer     333:AA…
 * </pre>
 *
 * @param node    whose they are
 * @param keys    identity, reader's keys and those of groups
 * @param token   of the reader bot, null if it only writes
 * @param scratch where old posts are brought back, null for none
 * @param to      what others gave us, by their names
 * @param from    what we gave others, by their names
 * @param topics  tokens that post to topics, by their names
 */
public record PeerSecrets(
        String node,
        KeyFile keys,
        @Nullable BotToken token,
        @Nullable ChatId scratch,
        Map<String, Given> to,
        Map<String, Granted> from,
        Map<String, List<BotToken>> topics) {
    private static final String TOKEN_WANTED = "a token as @BotFather gave it: digits, a colon and a secret";
    private static final String ADMISSION_WANTED = "a secret that begins with bm-admission- and is whole";
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
     * What a peer gave us.
     *
     * @param writers   tokens that post to it; empty if we only know it
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
     * @param quota null for the usual one
     */
    public record Granted(
            AdmissionSecret admission, @Nullable Quota quota) {}

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
            if (!Collections.disjoint(permissions, OTHERS))
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
        var lines = new PeerLines(source);
        Section own = null;
        var to = new LinkedHashMap<String, Given>();
        var from = new LinkedHashMap<String, Granted>();
        var topics = new LinkedHashMap<String, List<BotToken>>();
        var begun = new LinkedHashSet<String>();
        for (Section at : lines.read(text, List.of("node", "to", "from", "topic"))) {
            if (!begun.add(at.kind() + " " + at.name())) {
                lines.wrong(at.number(), "a second [" + at.kind() + " " + at.name() + "]: leave one");
                continue;
            }
            switch (at.kind()) {
                case "node" -> {
                    if (own != null)
                        lines.wrong(at.number(), "a second [node …]: this file is of " + own.name() + " alone");
                    else own = at;
                }
                case "to" -> to.put(at.name(), given(lines, at));
                case "from" -> granted(lines, at).ifPresent(granted -> from.put(at.name(), granted));
                default -> {
                    lines.checkKeywords(at, List.of("writer"));
                    topics.put(at.name(), lines.many(at, "writer", TOKEN_WANTED, BotToken::parse));
                }
            }
        }
        if (own == null) {
            lines.wrong("it does not say whose it is: add a section such as [node anna] with its keys");
            lines.finish();
            throw new AssertionError("a mistake");
        }
        lines.checkKeywords(own, List.of("keys", "token", "scratch"));
        var token = lines.one(own, "token", TOKEN_WANTED, BotToken::parse);
        var scratch = lines.one(own, "scratch", PeerFile.CHAT_WANTED, PeerFile::chat);
        if (own.all("keys").isEmpty())
            lines.wrong(own.number(), "[node " + own.name() + "] has no keys: make them with botmesh peers init");
        lines.finish(); // before anybody is asked for a passphrase
        Optional<KeyFile> keys = keys(lines, own, passphrase);
        lines.finish();
        return new PeerSecrets(
                own.name(), keys.orElseThrow(), token.orElse(null), scratch.orElse(null), to, from, topics);
    }

    private static Given given(PeerLines lines, Section at) {
        lines.checkKeywords(at, List.of("writer", "admission"));
        return new Given(
                lines.many(at, "writer", TOKEN_WANTED, BotToken::parse),
                lines.one(at, "admission", ADMISSION_WANTED, AdmissionSecret::parse)
                        .orElse(null));
    }

    private static Optional<Granted> granted(PeerLines lines, Section at) {
        lines.checkKeywords(at, List.of("admission", "quota"));
        var admission = lines.one(at, "admission", ADMISSION_WANTED, AdmissionSecret::parse);
        Quota quota = null;
        for (Line line : at.all("quota")) quota = quota(lines, line);
        if (at.all("admission").isEmpty())
            lines.wrong(
                    at.number(),
                    "[from " + at.name() + "] has no admission: add what you gave it, or take the section out");
        Quota found = quota;
        return admission.map(secret -> new Granted(secret, found));
    }

    /** Two numbers; a burst is ten seconds of them, and at least a document. */
    private static @Nullable Quota quota(PeerLines lines, Line line) {
        try {
            if (line.words().size() != 2) throw new NumberFormatException("two");
            double packets = Double.parseDouble(line.words().getFirst());
            double bytes = Double.parseDouble(line.words().getLast());
            return new Quota(
                    packets, Math.max(10, (long) (10 * packets)), bytes, Math.max(32 << 20, (long) (10 * bytes)));
        } catch (IllegalArgumentException wrong) {
            lines.wrong(line.number(), "'quota' wants two numbers above zero: packets and bytes a second");
            return null;
        }
    }

    private static Optional<KeyFile> keys(PeerLines lines, Section own, Passphrase passphrase) {
        Line line = own.all("keys").getFirst();
        return lines.one(own, "keys", "the text that begins with bm-keys- and is whole", word -> word)
                .flatMap(word -> {
                    try {
                        return Optional.of(
                                KeyFile.isPlain(word)
                                        ? KeyFile.parsePlain(word)
                                        : KeyFile.unlock(word, passphrase.ask()));
                    } catch (IllegalStateException none) {
                        lines.wrong(line.number(), "the keys are under a passphrase: " + none.getMessage());
                    } catch (IllegalArgumentException refused) {
                        lines.wrong(
                                line.number(),
                                "the keys cannot be read: give the right passphrase, or restore the whole line from a copy");
                    }
                    return Optional.empty();
                });
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
        PeerFile.line(out, "keys", passphrase == null ? keys.plainText() : keys.lock(passphrase));
        if (token == null)
            out.append("# token  of this node's reader bot, as @BotFather gave it; none if it only writes\n");
        else PeerFile.line(out, "token", token.value());
        PeerFile.line(out, "scratch", scratch);
        to.forEach((name, given) -> {
            out.append("\n[to ").append(name).append("]\n");
            if (given.writers.isEmpty())
                out.append("# writer  token of a bot that may post where ")
                        .append(name)
                        .append(" reads, one a line\n");
            for (BotToken writer : given.writers) PeerFile.line(out, "writer", writer.value());
            if (given.admission != null) PeerFile.line(out, "admission", given.admission.secretText());
        });
        from.forEach((name, granted) -> {
            out.append("\n[from ").append(name).append("]\n");
            PeerFile.line(out, "admission", granted.admission.secretText());
            Quota quota = granted.quota;
            if (quota != null) PeerFile.line(out, "quota", quota.packetsPerSecond() + " " + quota.bytesPerSecond());
        });
        topics.forEach((name, writers) -> {
            out.append("\n[topic ").append(name).append("]\n");
            if (writers.isEmpty()) out.append("# writer  token of a bot that may post there, one a line\n");
            for (BotToken writer : writers) PeerFile.line(out, "writer", writer.value());
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
