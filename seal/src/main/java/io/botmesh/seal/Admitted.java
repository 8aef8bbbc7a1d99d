package io.botmesh.seal;

import org.jspecify.annotations.Nullable;

/**
 * A packet that may be fetched and opened; its quota is paid.
 *
 * @param announcement what it must turn out to be
 * @param by           the enrolment that its tag proved, or null for a stranger
 */
public record Admitted(Announcement announcement, @Nullable Enrolment by) {}
