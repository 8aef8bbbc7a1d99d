package io.botmesh.mesh;

/** A token bucket whose rate may change. Times are nanoseconds since one origin. */
final class Bucket {
    private double interval; // nanoseconds for one token
    private double capacity;
    private long fullAt;

    Bucket(double postsPerSecond, double capacity, long at) {
        interval = 1e9 / postsPerSecond;
        this.capacity = capacity;
        fullAt = at;
    }

    /** When there is, or was, a first whole token. */
    long readyAt() {
        return fullAt - (long) ((capacity - 1) * interval);
    }

    /** Tokens in it at that time, with fractions; below zero while more was taken than there was. */
    double tokens(long at) {
        return capacity - Math.max(0, fullAt - at) / interval;
    }

    void take(long at) {
        fullAt = Math.max(fullAt, at) + (long) Math.ceil(interval);
    }

    /** Another rate; what is in the bucket stays, as far as it fits. */
    void change(double postsPerSecond, double capacity, long at) {
        double tokens = tokens(at);
        interval = 1e9 / postsPerSecond;
        this.capacity = capacity;
        set(Math.min(tokens, capacity), at);
    }

    /** There are so many tokens then. */
    void set(double tokens, long at) {
        fullAt = at + (long) Math.ceil((capacity - tokens) * interval);
    }

    double capacity() {
        return capacity;
    }

    double intervalNanos() {
        return interval;
    }
}
