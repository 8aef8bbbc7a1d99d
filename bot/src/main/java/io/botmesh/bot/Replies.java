package io.botmesh.bot;

import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Delivery;

/** A way for calls to go back with the acknowledgement of an update. */
@FunctionalInterface
interface Replies {
    Replies NONE = (delivery, call) -> false;

    /** False if it does not go, and has to be made. */
    boolean tryReply(Delivery<RawUpdate> delivery, ApiCall<?> call);
}
