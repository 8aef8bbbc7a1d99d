package io.botmesh.cli;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.PeerFile;
import io.botmesh.mesh.PeerSecrets;
import io.botmesh.mesh.PeerView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A folder of peer files: {@code mesh.peers}, and {@code NAME.secrets} for each node whose secrets are here. */
final class PeerFolder {
    private static final String PEERS = "mesh.peers";
    private static final String SECRETS = ".secrets";
    private static final String VARIABLE = "BOTMESH_PASSPHRASE";

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Folder of mesh.peers and NAME.secrets (default: this one).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path folder;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description =
                    "File with the passphrase of the nodes' keys; else it is taken from BOTMESH_PASSPHRASE, if they have one.")
    private @Nullable Path passphraseFile;

    Path folder() {
        return folder;
    }

    Path peers() {
        return folder.resolve(PEERS);
    }

    Path secrets(String node) {
        return folder.resolve(node + SECRETS);
    }

    /** Names of the nodes whose secrets are here. */
    List<String> nodes() throws IOException {
        if (!Files.isDirectory(folder))
            throw CommandException.wrongUse("there is no folder " + folder + "; name one by --dir");
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SECRETS))
                    .map(name -> name.substring(0, name.length() - SECRETS.length()))
                    .sorted()
                    .toList();
        }
    }

    /** Reads files whose mistakes get a line each; the last one is the command's own. */
    static <T> T told(Terminal terminal, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (MeshException.PeerMistakes wrong) {
            List<String> lines = wrong.mistakes();
            for (String line : lines.subList(0, lines.size() - 1)) terminal.say("botmesh: " + line);
            throw CommandException.wrongUse(lines.getLast(), wrong);
        }
    }

    PeerFile file() {
        return PeerFile.read(peers());
    }

    PeerView view(String node) {
        PeerView view = PeerView.read(peers(), secrets(node), passphrase());
        checkWhose(node, view.name());
        return view;
    }

    PeerSecrets own(String node) {
        PeerSecrets own = PeerSecrets.read(secrets(node), passphrase());
        checkWhose(node, own.node());
        return own;
    }

    /** A file that was copied under the name of another node. */
    private void checkWhose(String node, String whose) {
        if (!whose.equals(node))
            throw CommandException.wrongUse(secrets(node) + ": these are the secrets of " + whose + ", not of " + node
                    + ": put " + node + "'s own there");
    }

    /** The passphrase that was given, or null. */
    char @Nullable [] givenPassphrase() {
        if (passphraseFile == null) {
            String variable = System.getenv(VARIABLE);
            return variable == null || variable.isEmpty() ? null : variable.toCharArray();
        }
        try {
            String text = Files.readString(passphraseFile).stripTrailing();
            if (text.isEmpty()) throw CommandException.wrongUse("passphrase file " + passphraseFile + " is empty");
            return text.toCharArray();
        } catch (IOException broken) {
            throw CommandException.wrongUse(
                    "cannot read passphrase file " + passphraseFile + " (" + IoReason.of(broken) + ")", broken);
        }
    }

    /** A file that was named is read although the keys may be under no passphrase: a wrong name is not to pass for one. */
    private PeerSecrets.Passphrase passphrase() {
        char[] given = givenPassphrase();
        return () -> {
            if (given == null) throw new IllegalStateException("give it by --passphrase-file or in " + VARIABLE);
            return given.clone();
        };
    }

    /** Writes a file that is not there yet. */
    static void create(Path file, String text, boolean secret) {
        try {
            write(file, text, secret, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException there) {
            throw CommandException.wrongUse(
                    file + " exists already; name another folder by --dir, or move it away", there);
        } catch (IOException broken) {
            throw CommandException.failed("cannot write " + file + " (" + IoReason.of(broken) + ")", broken);
        }
    }

    /** Puts a text into the place of a file, as a whole or not at all. */
    static void replace(Path file, String text, boolean secret) {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(next); // of a run that was killed
            write(next, text, secret, StandardOpenOption.CREATE_NEW);
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException broken) {
            throw CommandException.failed("cannot write " + file + " (" + IoReason.of(broken) + ")", broken);
        }
    }

    /** Nobody else could ever read a secret one, not even before it is whole. */
    private static void write(Path file, String text, boolean secret, StandardOpenOption open) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] mode = secret && posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try (var channel = java.nio.channels.FileChannel.open(file, Set.of(open, StandardOpenOption.WRITE), mode)) {
            var bytes = java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.force(true);
        }
    }
}
