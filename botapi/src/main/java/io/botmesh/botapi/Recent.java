package io.botmesh.botapi;

/** The last so many moments, oldest first. Not thread-safe, and holds no clock. */
final class Recent {
    private final int most;
    private long[] times;
    private int count;
    private int oldest;

    Recent(int most) {
        this.most = most;
        times = new long[Math.min(most, 4)];
    }

    void add(long now) {
        if (count == times.length && count < most) grow();
        if (count < times.length) {
            times[(oldest + count++) % times.length] = now;
        } else {
            times[oldest] = now;
            oldest = (oldest + 1) % times.length;
        }
    }

    private void grow() {
        var larger = new long[Math.min(most, times.length * 2)];
        for (int i = 0; i < count; i++) larger[i] = times[(oldest + i) % times.length];
        times = larger;
        oldest = 0;
    }

    /** How many of them are younger than that. */
    int within(long nanos, long now) {
        int young = 0;
        while (young < count && now - newest(young) < nanos) young++;
        return young;
    }

    /** The moment with that many younger ones. */
    long newest(int younger) {
        return times[(oldest + count - 1 - younger) % times.length];
    }
}
