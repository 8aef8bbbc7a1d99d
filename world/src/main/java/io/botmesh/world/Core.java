package io.botmesh.world;

import java.util.SplittableRandom;

/** What the methods work with. */
record Core(
        Registry registry,
        Agenda agenda,
        Polls polls,
        Webhooks webhooks,
        Postman postman,
        ChatAccess access,
        Meter meter,
        FileStore files,
        Pictures pictures,
        MessageJson json,
        Watchers watchers,
        Interactions interactions,
        WorldOptions options,
        SplittableRandom random) {
    /** Whether something that is not known for sure is taken to hold. */
    boolean assume(Assumption assumption) {
        return options.assumptions().hold(assumption);
    }
}
