package io.botmesh.runner;

/** One file of a journal, and how much in it is still needed. Belongs to the journal's thread. */
final class Segment {
    final long number;
    /** Of what is in its records. */
    final int version;

    final int salt;
    final Disk.Content content;
    /** Where the next record goes. */
    int end;
    /** Batches and dead letters that lie in it. */
    int users;
    /** What is left in it is being written to another one. */
    boolean isLeaving;

    Segment(long number, int version, int salt, Disk.Content content, int end) {
        this.number = number;
        this.version = version;
        this.salt = salt;
        this.content = content;
        this.end = end;
    }
}
