package io.botmesh.botapi;

import io.botmesh.botapi.Transport.Answer;
import io.botmesh.botapi.Transport.Lane;
import io.botmesh.botapi.Transport.Request;
import io.botmesh.botapi.TransportException.Happened;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gets files by the paths that {@code getFile} names: over HTTP, or from the disk of a server on this machine. */
final class FileFetcher {
    /** Says what an answer other than the file means. */
    interface Refusal {
        RuntimeException of(Answer answer) throws InterruptedException;
    }

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

    private final ApiOptions options;
    private final BotToken token;
    private final Transport transport;
    private final Redactor redactor;
    private final Refusal refusal;

    FileFetcher(ApiOptions options, BotToken token, Transport transport, Redactor redactor, Refusal refusal) {
        this.options = options;
        this.token = token;
        this.transport = transport;
        this.redactor = redactor;
        this.refusal = refusal;
    }

    FilePart open(String filePath, long from, Duration deadline) throws InterruptedException {
        if (from < 0) throw new IllegalArgumentException("from: " + from);
        if (filePath.startsWith("/") || filePath.matches("[A-Za-z]:[\\\\/].*")) return openLocal(filePath, from);
        Answer answer = transport.execute(new Request(uri(filePath), null, Lane.FILE, from), deadline);
        try {
            if (answer.status() == 200) return part(answer, 0, answer.contentLength());
            if (answer.status() == 206) return partial(answer, from);
            throw refusal.of(answer);
        } catch (RuntimeException | InterruptedException failed) {
            answer.close();
            throw failed;
        }
    }

    private FilePart part(Answer answer, long from, long total) {
        return new FilePart(from, total, answer.body(), redactor, answer::close);
    }

    private FilePart partial(Answer answer, long from) {
        String said = answer.header("Content-Range");
        Matcher range = CONTENT_RANGE.matcher(said == null ? "" : said.strip());
        if (!range.matches() || Long.parseLong(range.group(1)) != from)
            throw new TransportException(
                    Happened.UNKNOWN, 206, "the server gives another part of the file than asked for", null);
        long total = range.group(2).equals("*") ? -1 : Long.parseLong(range.group(2));
        return part(answer, from, total);
    }

    /** In one go, no more than so many bytes. */
    long copy(String filePath, long limitBytes, Duration deadline, OutputStream out) throws InterruptedException {
        try (FilePart part = open(filePath, 0, deadline)) {
            if (part.total() > limitBytes) throw tooLarge(limitBytes);
            byte[] buffer = new byte[32 << 10];
            long total = 0;
            for (int read = part.read(buffer); read >= 0; read = part.read(buffer)) {
                total += read;
                if (total > limitBytes) throw tooLarge(limitBytes);
                write(out, buffer, read);
            }
            return total;
        }
    }

    static void write(OutputStream out, byte[] buffer, int length) {
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TransportException tooLarge(long limitBytes) {
        return new TransportException(
                Happened.UNKNOWN, 200, "the file is larger than the limit of " + limitBytes + " bytes", null);
    }

    private FilePart openLocal(String filePath, long from) {
        if (!options.localFiles())
            throw new IllegalArgumentException(
                    "the server names a file on its own disk; set localFiles if it runs on this machine");
        Path file = Path.of(filePath);
        try {
            SeekableByteChannel channel = Files.newByteChannel(file);
            try {
                long size = channel.size();
                channel.position(Math.min(from, size));
                InputStream body = Channels.newInputStream(channel);
                return new FilePart(Math.min(from, size), size, body, redactor, () -> closeQuietly(channel));
            } catch (IOException | RuntimeException failed) {
                channel.close();
                throw failed;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(redactor.text(e.toString()), new IOException(redactor.text(e.getMessage())));
        }
    }

    private static void closeQuietly(SeekableByteChannel channel) {
        try {
            channel.close();
        } catch (IOException readOnly) {
            // nothing of it can be lost
        }
    }

    private URI uri(String filePath) {
        String base =
                options.fileBase() == null ? withoutSlash(options.base()) + "/file" : withoutSlash(options.fileBase());
        try {
            String path = new URI(null, null, "/" + filePath, null).getRawPath();
            if (("/" + filePath + "/").contains("/../")) throw new URISyntaxException(filePath, "leaves its place");
            return URI.create(base + "/bot" + token.value() + (options.testServers() ? "/test" : "") + path);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a file path as getFile gives it: " + redactor.text(filePath));
        }
    }

    private static String withoutSlash(URI uri) {
        String text = uri.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
