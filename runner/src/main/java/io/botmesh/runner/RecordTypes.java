package io.botmesh.runner;

/** What the records of a {@link FileJournal} are, with their numbers in the order of their writing; milliseconds are since the epoch, of an arrival 0 if unknown. */
final class RecordTypes {
    /** First in a segment: the first segment that is needed, the end of the one before, the opening, the next batch. */
    static final byte STATE = 1;
    /** The ranges of known ids, all of them; replaces what was known. */
    static final byte KNOWN = 2;
    /** Updates as they came: batch, opening, milliseconds (version 1: the hour), runs of ids. Bodies: the updates. */
    static final byte BATCH = 3;
    /** What is left of a batch, to be read here from now on: batch, opening, size, 1 if revived, milliseconds (not in version 1). Bodies: what is left. */
    static final byte CARRIED = 4;
    /** What has ended: how many batches; of each its id and 1 if it is all of it, or else 0 and the runs of places. */
    static final byte MARKS = 5;
    /** How many attempts; of each the sequence, attempts, vanished, 1 if unfinished. */
    static final byte ATTEMPT = 6;
    /**
     * The entry has ended as a dead letter: sequence, attempts, milliseconds, type, message, stack; the segment and the
     * offset of the damage that it is about, or zeros. Body: the update.
     */
    static final byte DEAD = 7;
    /** A dead letter is an entry again: its sequence, batch, opening, milliseconds (not in version 1). Body: the update. */
    static final byte REVIVED = 8;
    /** A dead letter is forgotten: its sequence. */
    static final byte DISCARDED = 9;

    private RecordTypes() {}
}
