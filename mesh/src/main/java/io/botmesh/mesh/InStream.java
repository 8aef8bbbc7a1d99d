package io.botmesh.mesh;

import io.botmesh.wire.Reassembler;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A stream of a {@link PeerInbox}: what is being put together, and what waits for its handler. */
final class InStream {
    final long number;
    final Deque<Ready> ready = new ArrayDeque<>();
    String name;
    Reassembler assembler;
    long first; // piece with which the message that is being put together begins
    final Gaps gaps;
    long posted; // up to where a publisher has posted all, as it says
    long backlog; // weight of what is ready
    boolean busy; // its first message is with a handler, or waits for its next attempt
    long cost; // of memory once it is over
    int run = 1; // messages that are handed out together
    boolean nameless; // rows of its messages do not say its name, so that it must be kept until they are gone
    /** An earlier stream of the same name, whose messages come first. */
    @Nullable
    InStream before;

    InStream(long number, String name, long first, Gaps gaps, long posted, Reassembler assembler) {
        this.number = number;
        this.name = name;
        this.first = first;
        this.gaps = gaps;
        this.posted = posted;
        this.assembler = assembler;
    }
}
