package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** A simulated person. */
public record Person(long id, String firstName, @Nullable String username) {}
