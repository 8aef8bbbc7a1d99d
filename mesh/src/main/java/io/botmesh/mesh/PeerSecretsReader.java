package io.botmesh.mesh;

import io.botmesh.botapi.BotToken;
import io.botmesh.mesh.PeerLines.Line;
import io.botmesh.mesh.PeerLines.Section;
import io.botmesh.mesh.PeerSecrets.Given;
import io.botmesh.mesh.PeerSecrets.Granted;
import io.botmesh.mesh.PeerSecrets.Passphrase;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.KeyFile;
import io.botmesh.seal.Quota;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@link PeerSecrets} out of their lines; no message repeats a secret. */
final class PeerSecretsReader {
    private static final String TOKEN_WANTED = "a token as @BotFather gave it: digits, a colon and a secret";
    private static final String ADMISSION_WANTED = "a secret that begins with bm-admission- and is whole";

    private final PeerLines lines;
    private final Passphrase passphrase;

    /** @param source what the text is called in messages */
    PeerSecretsReader(String source, Passphrase passphrase) {
        lines = new PeerLines(source);
        this.passphrase = passphrase;
    }

    /** @throws MeshException.PeerMistakes with a line for each mistake */
    PeerSecrets parse(String text) {
        Section own = null;
        var to = new LinkedHashMap<String, Given>();
        var from = new LinkedHashMap<String, Granted>();
        var topics = new LinkedHashMap<String, Given>();
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
                case "to" -> to.put(at.name(), given(at));
                case "from" -> granted(at).ifPresent(granted -> from.put(at.name(), granted));
                default -> topics.put(at.name(), given(at));
            }
        }
        if (own == null) {
            lines.wrong("it does not say whose it is: add a section such as [node anna] with its keys");
            lines.finish();
            throw new AssertionError("a mistake");
        }
        lines.checkKeywords(own, List.of("keys", "token", "scratch"));
        var token = lines.one(own, "token", TOKEN_WANTED, BotToken::parse);
        var scratch = lines.one(own, "scratch", PeerFileReader.CHAT_WANTED, PeerFileReader::chat);
        if (own.all("keys").isEmpty())
            lines.wrong(own.number(), "[node " + own.name() + "] has no keys: make them with botmesh peers init");
        lines.finish(); // before anybody is asked for a passphrase
        Optional<KeyFile> keys = keys(own);
        lines.finish();
        return new PeerSecrets(
                own.name(), keys.orElseThrow(), token.orElse(null), scratch.orElse(null), to, from, topics);
    }

    private Given given(Section at) {
        lines.checkKeywords(at, List.of("writer", "admission"));
        return new Given(
                lines.many(at, "writer", TOKEN_WANTED, BotToken::parse),
                lines.one(at, "admission", ADMISSION_WANTED, AdmissionSecret::parse)
                        .orElse(null));
    }

    private Optional<Granted> granted(Section at) {
        lines.checkKeywords(at, List.of("admission", "quota", "gateway"));
        var admission = lines.one(at, "admission", ADMISSION_WANTED, AdmissionSecret::parse);
        Quota quota = null;
        for (Line line : at.all("quota")) quota = quota(line);
        if (at.all("admission").isEmpty())
            lines.wrong(
                    at.number(),
                    "[from " + at.name() + "] has no admission: add what you gave it, or take the section out");
        for (Line flag : at.all("gateway"))
            if (!flag.words().isEmpty()) lines.wrong(flag.number(), "'gateway' takes no word: leave them out");
        Quota found = quota;
        return admission.map(
                secret -> new Granted(secret, found, !at.all("gateway").isEmpty()));
    }

    /** Two numbers; a burst is ten seconds of them, and at least a document. */
    private @Nullable Quota quota(Line line) {
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

    private Optional<KeyFile> keys(Section own) {
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
}
