package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.RegisterSeal.NotTheRegister;
import io.botmesh.seal.HpkeSeal;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.wire.MessageHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The committed vectors are the protocol: whatever changes the outcome of one breaks it. */
class MeshVectorsTest {
    @Test
    void grantsAreAboutTheLanesThatTheReaderCounts() throws IOException {
        for (JsonNode one : MeshVectors.cases("good/lanes.json")) {
            var again = (ObjectNode) one.deepCopy();
            again.remove("granted");
            LaneVectors.granted(again);
            assertThat(again.toString()).as(one.get("name").asString()).isEqualTo(one.toString());
        }
    }

    @Test
    void membersOfAQueueHandleWhatIsTheirs() throws IOException {
        for (JsonNode one : MeshVectors.cases("good/rendezvous.json")) {
            String queue = one.get("queue").asString();
            long incarnation = Long.parseUnsignedLong(one.get("incarnation").asString(), 16);
            long lot = Origin.lot(
                    incarnation, one.get("stream").asLong(), one.get("sequence").asLong());
            assertThat(MeshVectors.HEX.toHexDigits(lot))
                    .as(name(one))
                    .isEqualTo(one.get("lot").asString());
            Set<String> members = Set.copyOf(one.get("weights").propertyNames());
            for (String member : members) {
                assertThat(MeshVectors.HEX.toHexDigits(Rendezvous.weight(queue + "/" + member, lot)))
                        .as(name(one))
                        .isEqualTo(one.get("weights").get(member).asString());
                assertThat(new Origin("t", Map.of(queue, members), 1, lot).isFor(queue, member))
                        .as(name(one))
                        .isEqualTo(member.equals(one.get("handles").asString()));
            }
        }
    }

    @Test
    void ownersSayWhoSharesTheWork() throws IOException {
        for (JsonNode one : MeshVectors.cases("good/queues.json")) {
            var queues = new HashMap<String, Set<String>>();
            for (String queue : one.get("queues").propertyNames()) {
                var members = new HashSet<String>();
                one.get("queues").get(queue).forEach(member -> members.add(member.asString()));
                queues.put(queue, members);
            }
            var said = new TopicQueues(
                    one.get("topic").asString(), one.get("epoch").asLong(), queues);
            assertThat(TopicQueues.parse(MeshVectors.bytes(one, "body")))
                    .as(name(one))
                    .isEqualTo(said);
            assertThat(said.toBytes()).as(name(one)).isEqualTo(MeshVectors.bytes(one, "body"));
        }
        for (JsonNode one : MeshVectors.cases("bad/queues.json")) {
            assertThatThrownBy(() -> TopicQueues.parse(MeshVectors.bytes(one, "body")))
                    .as(name(one))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void requestsAndTheirReplies() throws IOException {
        for (JsonNode one : MeshVectors.cases("good/request.json")) {
            List<MessageHeader> headers = MeshVectors.headers(one);
            if (one.has("request")) {
                long id = Long.parseUnsignedLong(one.get("request").asString(), 16);
                Instant by = Instant.ofEpochMilli(one.get("by").asLong());
                Duration left =
                        one.has("left") ? Duration.ofMillis(one.get("left").asLong()) : null;
                assertThat(left == null ? Requests.requestHeaders(id, by) : Requests.requestHeaders(id, by, left))
                        .as(name(one))
                        .isEqualTo(headers);
                Delivery delivery = delivery("", "s", headers, new byte[0]);
                assertThat(Requests.idOf(delivery)).hasValue(headers.getFirst());
                Instant end =
                        left == null ? by : delivery.postedAt().plusMillis(999).plus(left);
                assertThat(new Requests(new SaidWork(end), new Random(1)).isLate(delivery))
                        .isFalse();
                assertThat(new Requests(new SaidWork(end.plusMillis(1)), new Random(1)).isLate(delivery))
                        .isTrue();
            } else {
                var id = new MessageHeader("bm-request", MeshVectors.bytes(one, "reply"));
                String failed = one.get("failed").asString(null);
                assertThat(Requests.replyHeaders(id, failed)).as(name(one)).isEqualTo(headers);
                assertThat(Requests.isReply(delivery("bm-replies", "", headers, new byte[0])))
                        .isTrue();
            }
        }
    }

    @Test
    void objectsAreSentAndPutTogether(@TempDir Path folder) throws Exception {
        for (JsonNode one : MeshVectors.cases("good/object.json")) {
            byte[] bytes = MeshVectors.bytes(one, "bytes");
            String object = one.get("object").asString();
            var sent = WriteMeshVectors.said(object, bytes, one.get("partBytes").asInt());
            var got = new ArrayList<byte[]>();
            var verdicts = new ArrayList<List<MessageHeader>>();
            ObjectFolder reader = reader(folder, object, got, verdicts);
            assertThat(one.get("messages").size()).as(name(one)).isEqualTo(sent.size());
            for (int i = 0; i < sent.size(); i++) {
                JsonNode message = one.get("messages").get(i);
                SaidWork.Said ours = sent.get(i);
                assertThat(ours.stream()).isEqualTo(message.get("stream").asString());
                assertThat(ours.subject()).isEqualTo(message.get("subject").asString());
                assertThat(ours.headers()).isEqualTo(MeshVectors.headers(message));
                assertThat(ours.body()).isEqualTo(MeshVectors.bytes(message, "body"));
                reader.onMessage(delivery(ours.stream(), ours.subject(), ours.headers(), ours.body()));
            }
            assertThat(got).as(name(one)).hasSize(1);
            assertThat(got.getFirst()).as(name(one)).isEqualTo(bytes);
            byte[] id = MeshVectors.bytes(one, "id");
            assertThat(verdicts).containsExactly(MeshVectors.headers(one.get("taken")));
            assertThat(ObjectParts.verdict(id, "no room", null)).isEqualTo(MeshVectors.headers(one.get("refused")));
            List<MessageHeader> asked = MeshVectors.headers(one.get("asked"));
            reader.onMessage(delivery(ObjectParts.STREAM, ObjectParts.ASK, asked, new byte[0]));
            assertThat(verdicts.getLast())
                    .contains(MeshVectors.headers(one.get("answered")).getLast());
        }
    }

    @Test
    void manifestsThatAreNoneAreRefused(@TempDir Path folder) throws Exception {
        for (JsonNode one : MeshVectors.cases("bad/object.json")) {
            byte[] body = MeshVectors.bytes(one, "body");
            byte[] id = java.util.Arrays.copyOf(ObjectParts.sha256().digest(body), ObjectParts.ID_BYTES);
            refused(folder, id, body, name(one));
        }
        JsonNode good = MeshVectors.cases("good/object.json").getFirst();
        refused(folder, new byte[16], MeshVectors.bytes(good.get("messages").get(0), "body"), "another id");
    }

    private static void refused(Path folder, byte[] id, byte[] body, String what) throws Exception {
        var verdicts = new ArrayList<List<MessageHeader>>();
        reader(folder, "", new ArrayList<>(), verdicts)
                .onMessage(delivery(
                        ObjectParts.STREAM,
                        ObjectParts.MANIFEST,
                        List.of(new MessageHeader(ObjectParts.ID, id)),
                        body));
        assertThat(verdicts).as(what).containsExactly(ObjectParts.verdict(id, "what came of it is no object", null));
    }

    private static ObjectFolder reader(Path folder, String name, List<byte[]> got, List<List<MessageHeader>> verdicts) {
        var refusals = new ObjectRefusals(
                (peer, id, refusal, question) -> verdicts.add(ObjectParts.verdict(id, refusal, question)), event -> {});
        return new ObjectFolder(
                folder,
                1 << 20,
                object -> {
                    assertThat(object.name()).isEqualTo(name);
                    got.add(Files.readAllBytes(object.file()));
                },
                refusals,
                event -> {},
                new ObjectRoom(folder, any -> -1, () -> Instant.EPOCH),
                pause -> {});
    }

    @Test
    void registersAreReadAndWhatIsNoneIsNot() throws Exception {
        for (JsonNode one : MeshVectors.cases("good/register.json")) {
            RegisterSeal seal = register(one, one.get("topic").asString());
            var value = new RegisterValue(one.get("version").asLong(), MeshVectors.bytes(one, "value"));
            assertThat(seal.openText(one.get("text").asString()).value().version())
                    .isEqualTo(value.version());
            assertThat(seal.open(MeshVectors.bytes(one, "bytes")).value().value())
                    .isEqualTo(value.value());
        }
        JsonNode file = MeshVectors.read("bad/register.json");
        RegisterSeal seal = register(file, file.get("topic").asString());
        for (JsonNode one : MeshVectors.cases("bad/register.json")) {
            assertThatThrownBy(() -> seal.open(MeshVectors.bytes(one, "bytes")))
                    .as(name(one))
                    .isInstanceOf(NotTheRegister.class);
            assertThatThrownBy(() -> seal.openText(one.get("text").asString()))
                    .as(name(one))
                    .isInstanceOf(NotTheRegister.class);
        }
    }

    private static RegisterSeal register(JsonNode one, String topic) {
        var secret = ReaderSecret.of(MeshVectors.bytes(one, "topicSecret"));
        var keys = new RegisterSeal.Keys() {
            @Override
            public ReaderKey current() {
                return secret.key();
            }

            @Override
            public List<ReaderSecret> held() {
                return List.of(secret);
            }
        };
        return new RegisterSeal(
                Topic.of(topic, topic + ".>", secret.key()),
                Protection.Sealed.of(Identity.generate(), Keyring.of(ReaderSecret.generate()))
                        .withSeal(new HpkeSeal()),
                NodeKey.of(MeshVectors.bytes(one, "owner")),
                keys,
                new Random(1));
    }

    private static Delivery delivery(String stream, String subject, List<MessageHeader> headers, byte[] body) {
        return new Delivery(
                1, "anna", null, true, stream, subject, headers, body, Instant.EPOCH, 1, false, "p/0/0", null);
    }

    private static String name(JsonNode one) {
        return one.get("name").asString();
    }
}
