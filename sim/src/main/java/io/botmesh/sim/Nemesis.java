package io.botmesh.sim;

import java.util.EnumSet;
import java.util.Set;

/** What goes wrong on purpose, until the end of the fault phase. */
public enum Nemesis {
    /** Processes die at any time, and before, at and after any commit, and start again. */
    KILL("kill"),
    /** A disk is full for a while. */
    FULL("full"),
    /** Processes stand still for a minute. */
    PAUSE("pause"),
    /** The clock of a machine is a day ahead or behind when its process starts again. */
    CLOCK("clock"),
    /** Somebody else polls with the same token. */
    TWIN("twin"),
    /** What waits for a reader is dropped, all but the last update, as when its queue overflows. */
    OVERFLOW("overflow"),
    /** Posts are deleted. */
    DELETE("delete"),
    /** Posts are edited. */
    EDIT("edit"),
    /** A channel refuses everything with 429 for a while. */
    STORM("storm"),
    /** One call in ten ends in a 5xx. */
    ERRORS("errors"),
    /** One post in ten happens, and its answer is lost. */
    LOST_REPLY("lost-reply"),
    /** Some posts take seconds, so that others overtake them. */
    REORDER("reorder"),
    /** The token of a writer is revoked. */
    REVOKE("revoke"),
    /** Somebody who holds a writer's token posts garbage, altered packets and copies, here and in other channels. */
    FLOOD("flood"),
    /** A node is off for a day. */
    OFFLINE("offline"),
    /** A disk that forgets its last commits when the process dies. May lose messages, so it is not among {@code all}. */
    LYING_DISK("lying-disk"),
    /** One handler in thirty fails, and with some messages each does, until they are put aside. */
    FAIL("fail"),
    /** One handler in a hundred takes up to ten minutes. */
    HANG("hang"),
    /** A process stands still; another one takes its store and its place; the first goes on and does not know. */
    TAKEOVER("takeover"),
    /** Whoever holds a writer's token leaves the channel with it, or logs it out for ten minutes. */
    LEAVE("leave"),
    /** What is pinned in a topic's channel is taken down, rolled back, altered, or covered with something else. */
    PIN("pin"),
    /** The server ends and starts again: for seconds it answers 500, and then 429 to all who come back at once. */
    SHUTDOWN("shutdown"),
    /** A node is off, or cut off from the server, for 5 to 60 minutes; of its last calls some still get through, and one breaks. */
    AWAY("away"),
    /** As {@link #OVERFLOW}, and of the posts of the time two in five are deleted: of what nobody sends again no copy is left. */
    WIPE("wipe");

    /**
     * What takes posts from a channel or its readers that only their sender could give again; and the clock, for a gap seems to have been
     * there for a day.
     */
    private static final Set<Nemesis> DESTROY = EnumSet.of(OVERFLOW, DELETE, EDIT, OFFLINE, LYING_DISK, CLOCK, WIPE);

    private final String word;

    Nemesis(String word) {
        this.word = word;
    }

    /** Its name in commands. */
    public String word() {
        return word;
    }

    /** Whether a message on a way without answers may be lost by it. */
    boolean destroys() {
        return DESTROY.contains(this);
    }

    /** All that must not lose or repeat a message. */
    public static Set<Nemesis> all() {
        return EnumSet.complementOf(EnumSet.of(LYING_DISK));
    }

    /**
     * Reads {@code all}, {@code none}, or names with commas between them; a name after a minus is taken out again.
     *
     * @throws IllegalArgumentException with one line that says what can be given
     */
    public static Set<Nemesis> parse(String list) {
        return Words.parse(list, "fault", Nemesis.class, Nemesis::word, all());
    }
}
