package io.botmesh.cli;

import io.botmesh.mesh.NodeEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells people what happens at a node beside its messages, a line each. What strangers can cause as often as they like is told of at the
 * first time, the tenth, the hundredth and so on.
 */
final class ToldEvents implements Consumer<NodeEvent> {
    /** Of what is counted apart; the rest is counted together. */
    private static final int MOST_KINDS = 1_000;

    private final Terminal terminal;
    private final Map<String, Long> counts = new HashMap<>();
    private boolean deaf;

    ToldEvents(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void accept(NodeEvent event) {
        switch (event) {
            case NodeEvent.Disconnected gone -> {
                deaf = true;
                terminal.say("botmesh: nothing can be read: " + gone.why() + "; it is tried again");
            }
            case NodeEvent.Connected back -> {
                if (deaf) terminal.say("botmesh: it reads again");
                deaf = false;
            }
            case NodeEvent.Reachable back -> terminal.say("botmesh: posts to " + back.peer() + " go out again");
            case NodeEvent.PeerForgot peer ->
                terminal.say(
                        "botmesh: " + peer.peer()
                                + " has lost its store: what it had taken and not handled is sent again as far as it is still here");
            case NodeEvent.RegisterTrouble trouble ->
                terminal.say("botmesh: register of topic " + trouble.topic() + ": " + trouble.why());
            case NodeEvent.Unhandled message ->
                count(
                        "message of " + message.peer() + " that nothing here handles was dropped",
                        "messages of " + message.peer() + " that nothing here handles were dropped",
                        1);
            case NodeEvent.Unreachable gone ->
                terminal.say("botmesh: nothing can be posted to " + gone.peer() + ": " + gone.why());
            case NodeEvent.SetAside failed ->
                terminal.say("botmesh: a message of " + failed.peer() + " was put aside: " + failed.why()
                        + "; see botmesh aside");
            case NodeEvent.AsideDropped gone ->
                terminal.say("botmesh: a message of " + gone.peer()
                        + " that had been put aside is gone for good: there was no room for more");
            case NodeEvent.Unanswerable asked ->
                terminal.say("botmesh: " + asked.peer() + " waits for an answer, and is no peer that can be sent one");
            case NodeEvent.Late late ->
                terminal.say("botmesh: a request of " + late.peer() + Visible.line(" about " + late.subject())
                        + " came when nobody waited for an answer any more; it was dropped");
            case NodeEvent.Lost lost ->
                terminal.say("botmesh: message " + lost.number() + " to " + lost.peer() + " is lost: " + lost.why());
            case NodeEvent.Missed lost ->
                terminal.say("botmesh: " + lost.pieces() + " pieces of " + lost.peer() + " are lost for good");
            case NodeEvent.MissedPackets lost ->
                terminal.say(
                        lost.packets() == 1
                                ? "botmesh: 1 packet of " + lost.peer() + " never came, and nobody has it any more"
                                : "botmesh: " + lost.packets() + " packets of " + lost.peer()
                                        + " never came, and nobody has them any more");
            case NodeEvent.TooLong dropped ->
                terminal.say("botmesh: a message of " + dropped.peer() + " was dropped: it has " + dropped.bytes()
                        + " bytes, more than this node takes; it has to be sent as a file");
            case NodeEvent.StoreIsOld old ->
                terminal.say("botmesh: this node's store is older than what it has sent to " + old.peer()
                        + ", as a restored backup is: what it sent since may be lost; see docs/operations.md");
            case NodeEvent.PeerIsOld old ->
                terminal.say(
                        "botmesh: the store of " + old.peer() + " is older than what it has sent, as a restored backup"
                                + " is: what it sends may be dropped here; see docs/operations.md");
            case NodeEvent.OfAnotherChannel other ->
                terminal.say("botmesh: files of channel " + other.channel()
                        + " come too; they are kept for 'botmesh receive --channel " + other.channel()
                        + "' with the same --journal");
            case NodeEvent.Refused refused -> refused(refused);
            default -> {}
        }
    }

    private void refused(NodeEvent.Refused refused) {
        String who = refused.peer().isEmpty() ? "strangers" : refused.peer();
        if (refused.reason().startsWith("OBJECT")) {
            terminal.say("botmesh: a file of " + who + " was refused: " + refused.reason());
            return;
        }
        if (refused.reason().equals("NOT_RECALLED")) {
            terminal.say("botmesh: posts that this node has never got are not brought back: NOT_RECALLED");
            return;
        }
        // People may talk in a channel, and what they say is no packet.
        if (refused.peer().isEmpty()
                && (refused.reason().equals("EMPTY") || refused.reason().startsWith("ARMOUR"))) return;
        // What comes twice is refused once, and every repair of a link may make it come twice.
        count(
                "packet of " + who + " was refused: " + refused.reason(),
                "packets of " + who + " were refused: " + refused.reason(),
                refused.reason().equals("REPLAYED") ? 1_000 : 1);
    }

    /** Tells of the first, or of so many, and of ten times as many each time. */
    private void count(String one, String many, long first) {
        String what = counts.size() < MOST_KINDS || counts.containsKey(many)
                ? many
                : "other packets and messages were dropped";
        long count = counts.merge(what, 1L, Long::sum);
        if (count == 1 && first == 1) terminal.say("botmesh: a " + one);
        else if (count >= first && isPowerOfTen(count))
            terminal.say("botmesh: " + count + " " + what + ", since the start");
    }

    private static boolean isPowerOfTen(long count) {
        long rest = count;
        while (rest % 10 == 0) rest /= 10;
        return rest == 1;
    }
}
