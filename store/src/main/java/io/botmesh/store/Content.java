package io.botmesh.store;

/** What a SQLite file is to hold, in the words of who is told that it cannot be used. */
enum Content {
    /** Journals, sessions, and what else a program keeps there. */
    ANY(
            "damaged or not a journal: restore it or name another file",
            "damaged: restore it from a backup or move it away to begin anew"),
    /** What one node must not forget. It is of use only as new as what its peers know of it. */
    NODE("damaged or not a node's store: " + Content.ANEW, "a damaged node's store: " + Content.ANEW);

    private static final String ANEW =
            "move it away to begin with a new one, which loses what waits in it; for a backup see docs/operations.md";

    /** Of a file that is no database. */
    final String foreign;

    /** Of a database whose bytes have changed. */
    final String damaged;

    Content(String foreign, String damaged) {
        this.foreign = "it is " + foreign;
        this.damaged = "it is " + damaged;
    }
}
