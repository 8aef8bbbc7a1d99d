package io.botmesh.wire;

import io.botmesh.wire.LinkSender.Effect;
import io.botmesh.wire.LinkSender.Ending;
import io.botmesh.wire.LinkSender.Options;
import io.botmesh.wire.LinkSender.Part;
import io.botmesh.wire.LinkSender.PostId;
import io.botmesh.wire.LinkSender.State;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Our own sender, driven by the steps of a vector. */
final class LinkRun {
    static final long CHANNEL = -1_001_234_567_890L;
    static final List<String> RESULTS = List.of("again", "forgotten", "reached", "lost", "says", "room", "roomOfAll");

    private final Options options;
    private final TreeSet<Long> streams = new TreeSet<>();
    private LinkSender sender;

    LinkRun(long incarnation, int lanes) {
        options = Options.defaults().withLanes(lanes);
        sender = new LinkSender(incarnation, State.fresh(), options);
    }

    /** Takes a step, and adds what follows from it. */
    void onStep(ObjectNode step) {
        List<Effect> effects = effects(step);
        var again = new TreeMap<Long, String>();
        var forgotten = new TreeSet<Long>();
        var reached = Vectors.JSON.createArrayNode();
        var lost = Vectors.JSON.createArrayNode();
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Repost repost -> again.put(repost.packet(), "bytes");
                case Effect.Forward forward -> again.put(forward.packet(), "forward");
                case Effect.Forget forget -> forgotten.add(forget.packet());
                case Effect.Delete delete -> throw new AssertionError("nothing is tidied");
                case Effect.Reached one ->
                    reached.addObject()
                            .put("message", one.message())
                            .put("level", one.level().name());
                case Effect.Lost one -> lost.add(one.message());
                case Effect.Refused one -> throw new AssertionError("nothing is refused");
            }
        }
        var repeated = step.putArray("again");
        again.forEach((packet, by) -> repeated.addObject().put("packet", packet).put("by", by));
        var gone = step.putArray("forgotten");
        forgotten.forEach(gone::add);
        step.set("reached", reached);
        step.set("lost", lost);
        List<Frame> frames = sender.frames(Long.MIN_VALUE);
        step.put("says", Vectors.HEX.formatHex(new Content("", frames).toBytes()));
        var room = step.putArray("room");
        for (long stream : streams) room.addObject().put("stream", stream).put("weight", sender.room(stream));
        step.put("roomOfAll", sender.room());
    }

    private List<Effect> effects(ObjectNode step) {
        long at = step.get("at").asLong();
        if (step.has("restarted")) {
            sender = new LinkSender(
                    sender.incarnation(), State.parse(sender.state().toBytes()), options);
            return sender.resume();
        }
        if (step.has("closed")) {
            sender.close(step.get("closed").asLong(), at);
            return List.of();
        }
        if (step.has("repacked")) {
            JsonNode one = step.get("repacked");
            return sender.onRepacked(one.get("packet").asLong(), one.get("in").asLong());
        }
        if (step.has("notForwarded"))
            return sender.onNotForwarded(step.get("notForwarded").asLong());
        if (step.has("asked")) {
            List<Frame> frames = sender.frames(at);
            if (!frames.contains(new Control.Ping(step.get("asked").asLong())))
                throw new AssertionError("asks " + frames);
            return List.of();
        }
        for (String what : List.of("made", "posted", "unknown", "heard")) {
            if (!step.has(what)) continue;
            JsonNode one = step.get(what);
            long packet = one.get("packet").asLong();
            return switch (what) {
                case "made" -> sender.onPacked(packet, parts(one));
                case "posted" ->
                    sender.onPosted(
                            packet,
                            new PostId(
                                    one.get("lane").asInt(),
                                    CHANNEL,
                                    one.get("message").asLong(),
                                    at));
                case "unknown" -> sender.onUnknown(packet, one.get("lane").asInt());
                default ->
                    sender.onFrames(
                            Long.parseUnsignedLong(one.get("outbox").asString(), 16),
                            packet,
                            Content.parse(Vectors.bytes(one, "content"), false).frames(),
                            at);
            };
        }
        throw new AssertionError("no step: " + step);
    }

    private List<Part> parts(JsonNode made) {
        var parts = new ArrayList<Part>();
        for (JsonNode one : made.get("parts")) {
            var ending = new ArrayList<Ending>();
            for (JsonNode message : one.get("ending"))
                ending.add(new Ending(
                        message.get("message").asLong(), message.get("last").asLong()));
            long stream = one.get("stream").asLong();
            streams.add(stream);
            parts.add(new Part(
                    stream,
                    one.get("from").asLong(),
                    one.get("until").asLong(),
                    one.get("weight").asLong(),
                    ending));
        }
        return parts;
    }
}
