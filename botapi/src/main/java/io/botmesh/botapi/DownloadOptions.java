package io.botmesh.botapi;

import java.time.Duration;

/**
 * How {@link Downloads} fetch. Start from {@link #defaults()} and change what differs.
 *
 * @param limitBytes most bytes to accept; default 20 MiB, as much as Telegram's own servers give
 * @param deadline   for a whole file, all tries and pauses included; default 10 min
 * @param attempt    for one connection; what has not arrived then is fetched over another, which also ends one that has
 *                   fallen silent; default 1 min
 * @param failures   most tries in a row that bring nothing, at least 1; default 5
 */
public record DownloadOptions(long limitBytes, Duration deadline, Duration attempt, int failures) {
    public DownloadOptions {
        if (limitBytes < 0) throw new IllegalArgumentException("limitBytes: " + limitBytes);
        if (!deadline.isPositive()) throw new IllegalArgumentException("deadline: " + deadline);
        if (!attempt.isPositive()) throw new IllegalArgumentException("attempt: " + attempt);
        if (failures < 1) throw new IllegalArgumentException("failures: " + failures);
    }

    public static DownloadOptions defaults() {
        return new DownloadOptions(20 << 20, Duration.ofMinutes(10), Duration.ofMinutes(1), 5);
    }

    public DownloadOptions withLimitBytes(long limitBytes) {
        return new DownloadOptions(limitBytes, deadline, attempt, failures);
    }

    public DownloadOptions withDeadline(Duration deadline) {
        return new DownloadOptions(limitBytes, deadline, attempt, failures);
    }

    public DownloadOptions withAttempt(Duration attempt) {
        return new DownloadOptions(limitBytes, deadline, attempt, failures);
    }

    public DownloadOptions withFailures(int failures) {
        return new DownloadOptions(limitBytes, deadline, attempt, failures);
    }
}
