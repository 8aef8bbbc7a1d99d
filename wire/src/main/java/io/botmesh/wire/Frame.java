package io.botmesh.wire;

/** One item of a packet. Kinds that this program does not know are skipped and counted by {@link Content}. */
public sealed interface Frame permits Data, Control, Confidential {}
