package io.botmesh.mesh;

/**
 * Whether what waits goes as texts or as one document: a document once the texts would take longer than it does, back to
 * texts when half as much waits. Holds no clock; not thread-safe.
 */
final class FileSwitch {
    /** What a file costs the reader beyond a text until we have seen any: a call for its path and one for its bytes. */
    private static final double FIRST_GUESS = 0.6;

    private static final double SLOWEST = 60;

    private final int textBytes;
    private final boolean textOnly;
    private double textSeconds = Double.NaN;
    private double extraSeconds = FIRST_GUESS;
    private boolean document;

    FileSwitch(int textBytes, boolean textOnly) {
        this.textBytes = textBytes;
        this.textOnly = textOnly;
    }

    /**
     * Chooses for the next packet.
     *
     * @param backlogBytes   what is waiting, as bytes of packets
     * @param postsPerSecond what all lanes together take
     */
    boolean document(double backlogBytes, double postsPerSecond) {
        if (textOnly) return false;
        double worth = textBytes * (1 + postsPerSecond * extraSeconds);
        document = backlogBytes > (document ? worth / 2 : worth);
        return document;
    }

    /** A text took so long to post. */
    void onText(double seconds) {
        textSeconds = Double.isNaN(textSeconds) ? seconds : textSeconds + 0.1 * (seconds - textSeconds);
    }

    /** A document took so long to post. Its reader makes two calls more and fetches about as long as we sent. */
    void onDocument(double seconds) {
        if (Double.isNaN(textSeconds)) return;
        double extra = 2 * textSeconds + 2 * Math.max(0, seconds - textSeconds);
        extraSeconds = Math.min(SLOWEST, extraSeconds + 0.2 * (extra - extraSeconds));
    }
}
