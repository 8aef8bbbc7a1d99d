package io.botmesh.seal;

import org.jspecify.annotations.Nullable;

/**
 * Whom packets are sealed to.
 *
 * @param key       of a reader or of a group of readers
 * @param admission what the reader gave out at enrolment, or null to arrive as a stranger
 */
public record Recipient(ReaderKey key, @Nullable AdmissionSecret admission) {}
