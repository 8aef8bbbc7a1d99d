package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Whatever changes what a member of a topic makes of the committed posts breaks the protocol. */
class TopicVectorsTest {
    @Test
    void membersTakeWhatIsPublished() throws IOException, InterruptedException {
        for (JsonNode one : MeshVectors.cases("good/topic.json")) {
            var member = new TopicVectors(one);
            int n = 0;
            for (JsonNode step : one.get("steps")) {
                var again = (ObjectNode) step.deepCopy();
                again.setAll(member.step(step));
                assertThat(again.toString())
                        .as(one.get("name").asString() + ", step " + n++)
                        .isEqualTo(step.toString());
            }
        }
    }

    @Test
    void membersRefuseWhatIsNotTheirsToTake() throws IOException, InterruptedException {
        JsonNode file = MeshVectors.read("bad/topic.json");
        for (JsonNode one : MeshVectors.cases("bad/topic.json")) {
            String name = one.get("name").asString();
            var member = new TopicVectors(file);
            if (one.has("accepted")) {
                for (JsonNode text : one.get("accepted"))
                    assertThat(member.step(step(text)).get("refused").isNull())
                            .as(name)
                            .isTrue();
            }
            ObjectNode said = member.step(step(one.get("text")));
            assertThat(said.get("refused").asString(null))
                    .as(name)
                    .isEqualTo(one.get("reason").asString());
            assertThat(said.get("messages").size()).as(name).isZero();
        }
    }

    @Test
    void publishersSayWhatIsPosted() throws IOException {
        for (JsonNode one : MeshVectors.cases("good/published.json")) {
            var publisher = new PublishedVectors();
            for (JsonNode step : one.get("steps"))
                assertThat(publisher.posted(step))
                        .as(one.get("name").asString() + ": " + step)
                        .isEqualTo(step.get("says").asLong());
        }
    }

    private static ObjectNode step(JsonNode text) {
        ObjectNode step = MeshVectors.JSON.createObjectNode().put("at", 0);
        step.set("text", text);
        return step;
    }
}
