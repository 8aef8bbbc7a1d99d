package io.botmesh.cli;

import io.botmesh.mesh.Message;
import io.botmesh.mesh.ReceivedObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/** Prints what comes to a node, for people, as JSON or as it is, one at a time; a message is done when it is out. */
final class MessagePrinter {
    private final Terminal terminal;
    private final boolean json;
    private final boolean raw;
    private final ReentrantLock printing = new ReentrantLock();

    /** @param raw bytes of messages alone; all else goes to standard error */
    MessagePrinter(Terminal terminal, boolean json, boolean raw) {
        this.terminal = terminal;
        this.json = json;
        this.raw = raw;
    }

    /** A message that came by itself. */
    void print(Message message) {
        if (raw) printRaw(message.body(), true);
        else print(json ? json(message) : line(message));
    }

    /** A reply to a question that was just asked. */
    void printReply(Message reply) {
        if (raw) printRaw(reply.body(), false);
        else print(json ? json(reply) : reply.text().stripTrailing());
    }

    /** What a program of the user's own said to a message. */
    void print(byte[] said) {
        if (said.length == 0) return;
        if (raw) {
            printRaw(said, false);
            return;
        }
        String text = new String(said, StandardCharsets.UTF_8);
        print(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    }

    /** Tells of a file of a peer. */
    void print(ReceivedObject object, Path file) throws IOException {
        if (json) {
            print(ObjectOutput.json(object, file.toString()));
            return;
        }
        String line = String.format(
                Locale.ROOT,
                "%s from %s, %,d bytes%s",
                file,
                object.from(),
                object.size(),
                object.again() ? ", again" : "");
        if (raw) terminal.say(line);
        else print(line);
    }

    /** Tells of what is no message. */
    void say(String line) {
        terminal.say(line);
    }

    private void print(String line) {
        printing.lock();
        try {
            terminal.print(line);
        } finally {
            printing.unlock();
        }
    }

    private void printRaw(byte[] bytes, boolean line) {
        printing.lock();
        try {
            terminal.out().write(bytes, 0, bytes.length);
            if (line) terminal.out().write('\n');
            terminal.checkPrinted();
        } finally {
            printing.unlock();
        }
    }

    /** A message as a line of JSON. */
    private static String json(Message message) {
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

    /** A message as a line for people: a line alone, so that no text of one looks like the next. */
    static String line(Message message) {
        String subject = message.subject().isEmpty() ? "" : " " + message.subject();
        String about = message.isFromPeer()
                ? message.isAgain() ? " (again)" : ""
                : message.isAgain() ? " (a stranger, again)" : " (a stranger)";
        return Visible.line(message.from() + about + subject + ": " + message.text());
    }
}
