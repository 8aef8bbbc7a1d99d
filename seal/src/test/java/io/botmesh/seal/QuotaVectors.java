package io.botmesh.seal;

import static io.botmesh.seal.SealVectors.JSON;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The vectors of which packets a quota lets in. */
final class QuotaVectors {
    private static final long NOON = Instant.parse("2026-01-01T12:00:00Z").getEpochSecond();

    private final ObjectNode file = JSON.createObjectNode()
            .put(
                    "about",
                    "Packets of one sender in the order in which they are read: when they were posted, in seconds since 1970, the length of header and"
                            + " body, and whether the quota holds them.");
    private ArrayNode packets = JSON.createArrayNode();
    private TokenBuckets buckets = new TokenBuckets(Quota.strangers());

    static void write() throws IOException {
        var vectors = new QuotaVectors();
        vectors.file.putArray("cases");
        vectors.all();
        Files.writeString(
                SealVectors.file("good/quota.json"),
                JSON.writeValueAsString(vectors.file) + "\n",
                StandardCharsets.UTF_8);
    }

    private void all() {
        begin("packets", new Quota(0.5, 3, 1_000, 100_000));
        for (int n = 0; n < 5; n++) packet(0, 100);
        for (int second : new int[] {1, 2, 2, 3, 4, 100, 100, 100, 100}) packet(second, 100);
        begin("bytes", new Quota(10, 100, 1_000, 5_000));
        packet(0, 3_000);
        packet(0, 2_001);
        packet(0, 2_000);
        packet(0, 1);
        packet(1, 1_000);
        packet(2, 1_001);
        packet(2, 1_000);
        packet(100, 5_001);
        packet(100, 5_000);
        begin("what is refused takes nothing", new Quota(1, 1, 1_000, 1_000));
        packet(0, 1_001);
        packet(0, 1_000);
        packet(0, 0);
        begin("times that go back", new Quota(1, 2, 1_000_000, 1_000_000));
        packet(1_000, 1);
        packet(1_000, 1);
        packet(400, 1);
        packet(1_000, 1);
        packet(1_001, 1);
        packet(399, 1);
        packet(400, 1);
        packet(402, 1);
        packet(402, 1);
        packet(402, 1);
    }

    private void begin(String name, Quota quota) {
        var one = ((ArrayNode) file.get("cases")).addObject().put("name", name);
        one.putObject("quota")
                .put("packetsPerSecond", quota.packetsPerSecond())
                .put("packetBurst", quota.packetBurst())
                .put("bytesPerSecond", quota.bytesPerSecond())
                .put("byteBurst", quota.byteBurst());
        packets = one.putArray("packets");
        buckets = new TokenBuckets(quota);
    }

    private void packet(long after, int bytes) {
        long date = NOON + after;
        packets.addObject()
                .put("date", date)
                .put("bytes", bytes)
                .put("taken", buckets.tryTake(bytes, Instant.ofEpochSecond(date)));
    }

    /** What our own program makes of a case. */
    static boolean holds(JsonNode one) {
        JsonNode quota = one.get("quota");
        var buckets = new TokenBuckets(new Quota(
                quota.get("packetsPerSecond").asDouble(),
                quota.get("packetBurst").asLong(),
                quota.get("bytesPerSecond").asDouble(),
                quota.get("byteBurst").asLong()));
        for (JsonNode packet : one.get("packets")) {
            boolean taken = buckets.tryTake(
                    packet.get("bytes").asInt(),
                    Instant.ofEpochSecond(packet.get("date").asLong()));
            if (taken != packet.get("taken").asBoolean()) return false;
        }
        return true;
    }
}
