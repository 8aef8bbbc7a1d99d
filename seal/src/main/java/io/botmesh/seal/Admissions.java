package io.botmesh.seal;

import io.botmesh.seal.SealException.Forged;
import io.botmesh.seal.SealException.Reason;
import io.botmesh.seal.SealException.Throttled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom a reader lets in, and how much of everybody. Costs a stranger a hash: a tag that fits no secret is refused here,
 * and packets without a tag share one small budget. Not for several threads at once.
 */
public final class Admissions {
    /** Incarnations whose enrolment is remembered, so that not every secret is tried for every packet. */
    private static final int REMEMBERED = 1 << 14;

    private static final class Entrant {
        private final Enrolment enrolment;
        private final TokenBuckets buckets;

        private Entrant(Enrolment enrolment) {
            this.enrolment = enrolment;
            buckets = new TokenBuckets(enrolment.quota());
        }
    }

    private final List<Entrant> entries = new ArrayList<>();
    private final Map<Long, Entrant> byIncarnation = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Entrant> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final @Nullable TokenBuckets strangers;

    /** Admits these, and of all others what the budget for strangers allows; null admits none of them. */
    public Admissions(List<Enrolment> enrolments, @Nullable Quota strangers) {
        for (Enrolment enrolment : enrolments) enrol(enrolment);
        this.strangers = strangers == null ? null : new TokenBuckets(strangers);
    }

    /** Lets one more in from now on. */
    public void enrol(Enrolment enrolment) {
        for (Entrant entry : entries) {
            if (entry.enrolment.secret().equals(enrolment.secret())) {
                throw new IllegalArgumentException(enrolment.name() + " has the secret of " + entry.enrolment.name());
            }
        }
        entries.add(new Entrant(enrolment));
    }

    /** Lets those with this secret in no more; their packets are refused as a stranger's with a forged tag. */
    public void expel(AdmissionSecret secret) {
        entries.removeIf(entry -> entry.enrolment.secret().equals(secret));
        byIncarnation.values().removeIf(entry -> entry.enrolment.secret().equals(secret));
    }

    /**
     * Whose packet this is by its tag; empty for one without a tag. Takes nothing from a quota.
     *
     * @throws Forged when the tag fits no secret
     */
    Optional<Enrolment> identify(Announcement packet) {
        return Optional.ofNullable(entry(packet)).map(entry -> entry.enrolment);
    }

    /**
     * Takes a packet that {@link #identify} knew from its sender's quota.
     *
     * @throws Throttled when the quota does not hold it
     */
    void charge(Announcement packet, Optional<Enrolment> from, Instant postedAt) {
        int size = packet.header().size() + packet.bodyBytes();
        if (from.isEmpty()) {
            if (strangers == null || !strangers.tryTake(size, postedAt)) {
                throw new Throttled(Reason.QUOTA_STRANGERS, "no room for " + size + " bytes of a stranger");
            }
            return;
        }
        Enrolment enrolment = from.orElseThrow();
        for (Entrant entry : entries) {
            if (!entry.enrolment.equals(enrolment)) continue;
            if (entry.buckets.tryTake(size, postedAt)) return;
            throw new Throttled(Reason.QUOTA, "the quota of " + enrolment.name() + " is used up");
        }
        throw new Forged(Reason.ADMISSION_TAG, enrolment.name() + " is let in no more");
    }

    private @Nullable Entrant entry(Announcement packet) {
        Long tag = packet.header().admissionTag();
        if (tag == null) return null;
        long incarnation = packet.header().incarnation();
        Entrant known = byIncarnation.get(incarnation);
        // Only a hint: somebody enrolled may have used another's incarnation, to keep him out.
        if (known != null && known.enrolment.secret().tag(packet) == tag) return known;
        for (Entrant entry : entries) {
            if (entry.enrolment.secret().tag(packet) == tag) {
                byIncarnation.put(incarnation, entry);
                return entry;
            }
        }
        throw noSecret();
    }

    private static Forged noSecret() {
        return new Forged(Reason.ADMISSION_TAG, "the admission tag fits no secret");
    }
}
