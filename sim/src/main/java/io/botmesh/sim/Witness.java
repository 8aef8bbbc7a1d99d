package io.botmesh.sim;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Delivery;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.NodeEvent;
import io.botmesh.mesh.Outcome;
import java.util.List;

/** Sees all that a machine does, as nobody in the mesh can. */
interface Witness {
    /**
     * A message was given to the node; it is not promised yet.
     *
     * @param token what the node calls it
     */
    void onOffered(Machine machine, long message, long token);

    /** The commit that holds these messages has happened. */
    void onAccepted(Machine machine, List<Long> messages);

    /** The commit with these messages did not happen. */
    void onForgotten(Machine machine, List<Long> messages);

    /** The node would not take the message. */
    void onRefused(Machine machine, long message, String why);

    void onPost(Machine machine, NodeEffect.Post post);

    void onOutcome(Machine machine, NodeEffect.Post post, Outcome outcome);

    void onUpdates(Machine machine, List<RawUpdate> updates);

    void onDelivered(Machine machine, Delivery delivery);

    /** The commit after the end of a handler has happened. */
    void onDone(Machine machine, Delivery delivery);

    void onLost(Machine machine, NodeEffect.Lost lost);

    void onReached(Machine machine, NodeEffect.Reached reached);

    void onEvent(Machine machine, NodeEvent event);

    /** The process has died. */
    void onKilled(Machine machine);
}
