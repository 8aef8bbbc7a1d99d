package io.botmesh.world;

/**
 * The calls of one bot that are not answered yet, and the files they brought. The server takes only so many at once, and more
 * from a bot that gets many updates.
 */
final class ActiveCalls {
    static final int MOST = 1_000;
    static final int MOST_FILES = 100;
    static final long MOST_BYTES = 4L << 30;
    private static final int UPDATES_PER_FILE = 5;

    private int calls;
    private int files;
    private long bytes;

    /**
     * Counts one more.
     *
     * @param updates those that came for the bot within the last minute
     * @return whether it is not too much; it counts in any case
     */
    boolean begin(int newFiles, long newBytes, int updates) {
        calls++;
        files += newFiles;
        bytes += newBytes;
        if (calls > MOST + updates) return false;
        return newFiles == 0 || (files <= MOST_FILES + updates / UPDATES_PER_FILE && bytes <= MOST_BYTES);
    }

    void end(int itsFiles, long itsBytes) {
        calls--;
        files -= itsFiles;
        bytes -= itsBytes;
    }
}
