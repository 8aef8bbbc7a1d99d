package io.botmesh.cli;

import io.botmesh.mesh.Message;
import io.botmesh.mesh.ReceivedObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/** Prints what comes to a node, for people or as JSON, a line at a time; a message is done when its line is out. */
final class MessagePrinter {
    private final Terminal terminal;
    private final boolean json;
    private final ReentrantLock printing = new ReentrantLock();

    MessagePrinter(Terminal terminal, boolean json) {
        this.terminal = terminal;
        this.json = json;
    }

    void print(Message message) {
        print(json ? json(message) : line(message));
    }

    /** Tells of a file of a peer. */
    void print(ReceivedObject object, Path file) throws IOException {
        print(
                json
                        ? ObjectOutput.json(object, file.toString())
                        : String.format(Locale.ROOT, "%s from %s, %,d bytes", file, object.from(), object.size()));
    }

    void print(String line) {
        printing.lock();
        try {
            terminal.print(line);
        } finally {
            printing.unlock();
        }
    }

    /** A message as a line of JSON. */
    static String json(Message message) {
        var line = new LinkedHashMap<String, Object>();
        line.put("from", message.from());
        line.put("peer", message.isFromPeer());
        line.put("subject", message.subject());
        line.put("text", message.text());
        line.put("bytes", message.body().length);
        line.put("posted_at", message.postedAt().toString());
        line.put("request", message.isRequest());
        line.put("again", message.isAgain());
        return Json.write(line);
    }

    /** A message as a line for people. */
    static String line(Message message) {
        String subject = message.subject().isEmpty() ? "" : " " + message.subject();
        return message.from() + (message.isFromPeer() ? "" : " (a stranger)") + subject + ": " + message.text();
    }
}
