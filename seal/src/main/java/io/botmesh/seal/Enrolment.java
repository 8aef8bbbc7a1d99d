package io.botmesh.seal;

import org.jspecify.annotations.Nullable;

/**
 * A sender, or several that share a secret, whom a reader lets in.
 *
 * @param name   for counters and logs
 * @param secret given to the sender
 * @param sender the only one who may use the secret, or null if several do
 * @param quota  of all who use the secret together
 */
public record Enrolment(
        String name, AdmissionSecret secret, @Nullable NodeKey sender, Quota quota) {
    /** One sender with the usual quota. */
    public static Enrolment of(String name, AdmissionSecret secret, NodeKey sender) {
        return new Enrolment(name, secret, sender, Quota.enrolled());
    }

    /** Everybody who was given this secret, with the usual quota for all together. */
    public static Enrolment shared(String name, AdmissionSecret secret) {
        return new Enrolment(name, secret, null, Quota.enrolled());
    }
}
