package io.botmesh.webhook;

import java.time.Duration;

/**
 * How long a request may wait for what it brings to be safe. Start from {@link #defaults()} and change what differs.
 *
 * @param queue      most updates that wait for the runner to take them; one more is answered with 503; default 1,000
 * @param admission  how long an update waits for the runner to take it before the answer is 503: the runner is not started,
 *                   stopped, failed, or has no room; default 5 s
 * @param verdict    how long an update that the runner has taken waits for its end (with a journal: for the disk) before
 *                   the answer is 503; the server ends a request after 60 s; default 50 s
 * @param retryAfter what a 503 tells the server to wait, whole seconds up to an hour; default 2 s
 */
public record AdmissionOptions(int queue, Duration admission, Duration verdict, Duration retryAfter) {
    public AdmissionOptions {
        if (queue < 1) throw new IllegalArgumentException("queue: " + queue);
        if (!admission.isPositive()) throw new IllegalArgumentException("admission: " + admission);
        if (!verdict.isPositive()) throw new IllegalArgumentException("verdict: " + verdict);
        if (retryAfter.isNegative() || retryAfter.compareTo(Duration.ofHours(1)) > 0)
            throw new IllegalArgumentException("retryAfter: " + retryAfter);
    }

    public static AdmissionOptions defaults() {
        return new AdmissionOptions(1_000, Duration.ofSeconds(5), Duration.ofSeconds(50), Duration.ofSeconds(2));
    }

    public AdmissionOptions withQueue(int queue) {
        return new AdmissionOptions(queue, admission, verdict, retryAfter);
    }

    public AdmissionOptions withAdmission(Duration admission) {
        return new AdmissionOptions(queue, admission, verdict, retryAfter);
    }

    public AdmissionOptions withVerdict(Duration verdict) {
        return new AdmissionOptions(queue, admission, verdict, retryAfter);
    }

    public AdmissionOptions withRetryAfter(Duration retryAfter) {
        return new AdmissionOptions(queue, admission, verdict, retryAfter);
    }
}
