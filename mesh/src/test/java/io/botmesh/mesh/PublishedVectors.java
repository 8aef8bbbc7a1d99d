package io.botmesh.mesh;

import io.botmesh.wire.Limits;
import io.botmesh.wire.LinkSender;
import io.botmesh.wire.LinkSender.Part;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A publisher, as a vector describes what becomes of its packets: up to where it says that all is posted. */
final class PublishedVectors {
    private static final LinkSender.Options OPTIONS =
            LinkSender.Options.defaults().withLanes(3).withoutAnswers();

    private LinkSender sender = new LinkSender(1, LinkSender.State.fresh(), OPTIONS);
    private long at;

    /** What the next packet says after a step. */
    long posted(JsonNode step) {
        long packet = step.path("packet").asLong();
        switch (step.get("does").asString()) {
            case "packs" -> {
                long from = step.get("from").asLong();
                long until = step.get("until").asLong();
                sender.onPacked(
                        packet, List.of(new Part(0, from, until, (until - from) * Limits.PIECE_WEIGHT, List.of())));
            }
            case "posted" -> sender.onPosted(packet, new LinkSender.PostId(0, -7, ++at, at));
            case "unknown" -> sender.onUnknown(packet, 0);
            case "restarts" -> {
                sender = new LinkSender(1, LinkSender.State.parse(sender.state().toBytes()), OPTIONS);
                sender.resume();
            }
            default -> throw new IllegalArgumentException(step.toString());
        }
        return sender.posted(0);
    }

    static void write() throws IOException {
        var file = MeshVectors.file(
                "What the Reset of a publisher's packets says: after each step, up to where all is posted as far as it knows. A"
                        + " packet with pieces is made, is posted, gets an outcome that nobody knows, or the process dies and another one goes on.");
        var one = begin(file, "one packet after the other");
        packs(one, 0, 0, 3);
        does(one, "posted", 0);
        packs(one, 1, 3, 4);
        does(one, "posted", 1);
        one = begin(file, "packets of several lanes that overtake each other");
        packs(one, 0, 0, 3);
        packs(one, 1, 3, 4);
        packs(one, 2, 4, 9);
        does(one, "posted", 2);
        does(one, "posted", 1);
        packs(one, 3, 9, 10);
        does(one, "posted", 0);
        does(one, "posted", 3);
        one = begin(file, "an outcome that nobody knows is none");
        packs(one, 0, 0, 3);
        packs(one, 1, 3, 4);
        does(one, "unknown", 0);
        does(one, "posted", 1);
        does(one, "posted", 0);
        one = begin(file, "nor is one that the process did not live to hear of");
        packs(one, 0, 0, 3);
        packs(one, 1, 3, 4);
        does(one, "posted", 1);
        one.addObject().put("does", "restarts");
        packs(one, 2, 4, 5);
        does(one, "posted", 2);
        does(one, "posted", 0);
        for (JsonNode each : file.get("cases")) {
            var publisher = new PublishedVectors();
            for (JsonNode step : each.get("steps")) ((ObjectNode) step).put("says", publisher.posted(step));
        }
        MeshVectors.write("good/published.json", file);
    }

    private static ArrayNode begin(ObjectNode file, String name) {
        return MeshVectors.add(file, name).putArray("steps");
    }

    private static void packs(ArrayNode steps, long packet, long from, long until) {
        steps.addObject()
                .put("does", "packs")
                .put("packet", packet)
                .put("from", from)
                .put("until", until);
    }

    private static void does(ArrayNode steps, String what, long packet) {
        steps.addObject().put("does", what).put("packet", packet);
    }
}
