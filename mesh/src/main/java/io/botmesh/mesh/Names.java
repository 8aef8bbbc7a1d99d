package io.botmesh.mesh;

import io.botmesh.wire.Limits;
import io.botmesh.wire.MessageHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Names that programs choose: what a packet could not say is refused when it is given, not when the packet is made. */
final class Names {
    private Names() {}

    /**
     * Checks a text that goes as UTF-8.
     *
     * @param what for the message, such as {@code "a stream's name"}
     * @throws IllegalArgumentException if it is longer, or holds half a surrogate pair
     */
    static String checked(String what, String text, int mostBytes) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text))
            throw new IllegalArgumentException(what + " with half a surrogate pair");
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > mostBytes)
            throw new IllegalArgumentException(what + " of " + bytes + " bytes, at most " + mostBytes);
        return text;
    }

    /** Checks the name of a stream. */
    static String stream(String name) {
        return checked("a stream's name", name, Limits.MAX_SUBJECT_BYTES);
    }

    /** Checks the name of a program's stream. */
    static String programsStream(String name) {
        if (isOwn(name)) throw new IllegalArgumentException("the stream " + name + " is the node's own");
        return stream(name);
    }

    /** Checks headers that a program gives, and takes a copy: the list stays the program's. */
    static List<MessageHeader> programsHeaders(List<MessageHeader> headers) {
        List<MessageHeader> copy = List.copyOf(headers);
        for (MessageHeader header : copy) {
            if (isOwn(header.name()))
                throw new IllegalArgumentException("the header " + header.name() + " is the node's own");
        }
        return copy;
    }

    /** Whether a name is one of those that nodes keep for themselves. */
    static boolean isOwn(String name) {
        return name.startsWith(Requests.PREFIX);
    }
}
