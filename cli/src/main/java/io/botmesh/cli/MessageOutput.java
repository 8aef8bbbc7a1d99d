package io.botmesh.cli;

import io.botmesh.mesh.Incoming;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** Where received messages go. */
final class MessageOutput {
    private final @Nullable Path output;
    private final Terminal terminal;
    private final boolean json;

    private MessageOutput(@Nullable Path output, Terminal terminal, boolean json) {
        this.output = output;
        this.terminal = terminal;
        this.json = json;
    }

    /**
     * To a file, a directory, or with null to standard output.
     *
     * @param json whether standard output is for descriptions
     * @param many whether more than one message is to come
     * @throws CommandException if that does not go together
     */
    static MessageOutput to(@Nullable Path output, Terminal terminal, boolean json, boolean many) {
        if (output == null) {
            if (json)
                throw CommandException.wrongUse(
                        "--json describes messages on standard output; say with --output where their bytes go");
        } else if (many && !Files.isDirectory(output)) {
            throw CommandException.wrongUse(
                    "--follow writes a file for each message; make " + output + " a directory first");
        } else {
            Path parent = output.toAbsolutePath().getParent();
            if (parent != null && !Files.isDirectory(parent))
                throw CommandException.wrongUse("there is no directory " + parent + "; make it first");
        }
        return new MessageOutput(output, terminal, json);
    }

    /**
     * Writes one message; its bytes have left this process when this returns.
     *
     * @throws CommandException if they could not be written, or not all of them
     */
    void write(Incoming message) throws IOException {
        var digest = Digests.sha256();
        Path file = output == null ? null : file(output, message);
        try (InputStream body = new DigestInputStream(message.open(), digest)) {
            if (file == null) toStandardOutput(body);
            else toFile(body, file);
        }
        if (!json) return;
        var line = new LinkedHashMap<String, Object>();
        line.put("sender", message.sender());
        line.put("subject", message.subject());
        line.put("length", message.length());
        line.put("sha256", Digests.hex(digest));
        line.put("file", String.valueOf(file));
        try {
            terminal.print(Json.write(line));
        } catch (CommandException unheard) {
            throw CommandException.failed(
                    unheard.message() + " The message is kept, run the command again to get it", unheard);
        }
    }

    /** The same for the same message, so that one that comes again takes the place of the first. */
    private static Path file(Path output, Incoming message) {
        if (!Files.isDirectory(output)) return output;
        return output.resolve(String.format("%016x-%d", message.stream().incarnation(), message.firstSequence()));
    }

    private void toStandardOutput(InputStream body) throws IOException {
        body.transferTo(terminal.out());
        if (terminal.out().checkError()) // flushes, too
        throw CommandException.failed(
                    "cannot write to standard output; the message is kept, run the command again to get it");
    }

    private static void toFile(InputStream body, Path file) {
        // Under another name until it is whole and on disk.
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (var channel = FileChannel.open(
                            part,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
                    OutputStream out = Channels.newOutputStream(channel)) {
                body.transferTo(out);
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException broken) {
            throw CommandException.failed(
                    "cannot write " + file + " (" + IoReason.of(broken)
                            + "); the message is kept, run the command again to get it",
                    broken);
        }
    }
}
