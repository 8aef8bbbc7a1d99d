package io.botmesh.sim;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Delivery;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.NodeEvent;
import io.botmesh.mesh.Outcome;
import io.botmesh.mesh.PostId;
import io.botmesh.mesh.RegisterEffect;
import io.botmesh.mesh.RegisterValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees all that machines do, as nobody in the mesh can. */
interface Witness {
    // --- processes

    /** A process has opened the store; whoever had it has it no more. */
    void onOpened(Machine machine, long fence);

    /** A process has written into the store that it opened with this fence. */
    void onCommitted(Machine machine, long fence);

    /** The process has died, or another one has taken its place: what its handlers had in hand comes again. */
    void onKilled(Machine machine);

    // --- what is sent

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

    /** A call that counts against the limit of a lane leaves. */
    void onSend(Machine machine, Driver process, String peer, int lane);

    /** The server took nothing of such a call: it asked for a rest. */
    void onTurnedAway(Driver process, String peer, int lane);

    void onPost(Machine machine, NodeEffect.Post post);

    void onOutcome(Machine machine, NodeEffect.Post post, Outcome outcome);

    void onForward(Machine machine, NodeEffect.Forward forward);

    void onForwarded(Machine machine, NodeEffect.Forward forward, Outcome outcome);

    // --- what comes

    void onUpdates(Machine machine, List<RawUpdate> updates);

    /** A document is fetched. */
    void onFetch(Machine machine, NodeEffect.Fetch fetch);

    /**
     * A post was asked for again by its place.
     *
     * @param came whether it is still there, and the server gave it
     */
    void onRecall(Machine machine, PostId post, boolean came);

    /**
     * A message reaches its handler.
     *
     * @param its whether the process has the node; else another has taken its place
     */
    void onDelivered(Machine machine, Delivery delivery, boolean its);

    /**
     * A handler has ended.
     *
     * @param failure why it failed, null if it did not
     */
    void onEnded(Machine machine, Delivery delivery, @Nullable String failure);

    /** The commit after the end of a handler has happened. */
    void onDone(Machine machine, Delivery delivery);

    // --- what nodes tell

    void onLost(Machine machine, NodeEffect.Lost lost);

    void onReached(Machine machine, NodeEffect.Reached reached);

    void onEvent(Machine machine, NodeEvent event);

    /** A value is pinned. */
    void onPin(Machine machine, RegisterEffect.Pin pin);

    /** A topic's register has another value, as far as this node knows. */
    void onRegister(Machine machine, String topic, RegisterValue value);

    void onAnswered(Machine machine, RegisterEffect.Answered answered);
}
