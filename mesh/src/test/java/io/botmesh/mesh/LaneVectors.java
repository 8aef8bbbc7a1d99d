package io.botmesh.mesh;

import static io.botmesh.mesh.MeshVectors.HEX;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.wire.Content;
import io.botmesh.wire.Control.Credit;
import io.botmesh.wire.Control.LaneGrant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The vectors of which lane a grant is about. */
final class LaneVectors {
    private LaneVectors() {}

    static void write() throws IOException {
        var file = MeshVectors.file(
                "A reader's channels and the writers that it gives out, as its peer file has them; a grant, in a content, and what may be posted"
                        + " where by it, in thousandths of a post per minute. A lane that is not there is passed over.");
        grant(file, "one lane", List.of("-1001"), List.of(77L), new LaneGrant(0, 60_000));
        grant(
                file,
                "all writers of the first channel, then of the next",
                List.of("-1001", "@overflow", "-1003"),
                List.of(31L, 11L),
                new LaneGrant(0, 1_000),
                new LaneGrant(1, 2_000),
                new LaneGrant(2, 3_000),
                new LaneGrant(5, 6_000));
        grant(
                file,
                "a lane that is not there",
                List.of("-1001"),
                List.of(1L, 2L),
                new LaneGrant(1, 500),
                new LaneGrant(2, 700));
        MeshVectors.write("good/lanes.json", file);
    }

    private static void grant(
            ObjectNode file, String name, List<String> channels, List<Long> writers, LaneGrant... grants) {
        var one = MeshVectors.add(file, name);
        var channelNodes = one.putArray("channels");
        channels.forEach(channelNodes::add);
        var writerNodes = one.putArray("writers");
        writers.forEach(writerNodes::add);
        var credit = new Credit(0x0123456789abcdefL, 0, List.of(), List.of(grants));
        one.put("content", HEX.formatHex(new Content("", List.of(credit)).toBytes()));
        granted(one);
    }

    /** Adds what our own program makes of a case. */
    static void granted(ObjectNode one) {
        var credit = (Credit)
                Content.parse(MeshVectors.bytes(one, "content"), false).frames().getFirst();
        List<LaneId> lanes = lanes(one);
        var granted = one.putArray("granted");
        for (LaneGrant grant : credit.lanes()) {
            if (grant.writer() >= lanes.size()) continue;
            LaneId lane = lanes.get(grant.writer());
            granted.addObject()
                    .put("channel", lane.channel())
                    .put("writer", lane.writer())
                    .put("millipostsPerMinute", grant.millipostsPerMinute());
        }
    }

    private static List<LaneId> lanes(JsonNode one) {
        var channels = new ArrayList<ChatId>();
        for (JsonNode channel : one.get("channels")) channels.add(ChatId.of(channel.asString()));
        var writers = new ArrayList<BotToken>();
        for (JsonNode writer : one.get("writers"))
            writers.add(BotToken.parse(writer.asLong() + ":AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        var apis = new ArrayList<BotApi>();
        try {
            return Carriers.channelWriters(channels, writers, token -> {
                        var api = new BotApi(ApiOptions.defaults(), token);
                        apis.add(api);
                        return api;
                    })
                    .lanes();
        } finally {
            apis.forEach(BotApi::close);
        }
    }
}
