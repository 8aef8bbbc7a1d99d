package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.seal.SimulatedSeal;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A publisher goes on with a store that is older than what it has sent, and nobody can answer it. */
class OldStoreTest {
    @Test
    void readersOfATopicNoticeThatItsPublisherUsesNumbersAgain() throws InterruptedException {
        var topic = new TopicRig(new SimulatedSeal(), Set.of("ben"), Map.of(), "anna", "ben");
        Member anna = topic.member("anna");
        Member ben = topic.member("ben");
        topic.rig.run(Duration.ofMinutes(3));
        topic.publish("anna", "news.item", "one");
        topic.rig.run(Duration.ofMinutes(3));
        var backup = new TreeMap<>(anna.disk.values);
        topic.publish("anna", "news.item", "two");
        topic.rig.run(Duration.ofMinutes(3));
        assertThat(ben.events).doesNotContain(new NodeEvent.PeerIsOld("anna"));
        anna.kill();
        anna.disk.values.clear();
        anna.disk.values.putAll(backup);
        topic.publish("anna", "news.item", "another two");
        topic.rig.run(Duration.ofMinutes(3));
        assertThat(topic.published("ben")).containsExactly("one", "two");
        assertThat(ben.events).containsOnlyOnce(new NodeEvent.PeerIsOld("anna"));
        topic.publish("anna", "news.item", "three");
        topic.rig.run(Duration.ofMinutes(3));
        assertThat(topic.published("ben")).as("behind what was sent before").containsExactly("one", "two", "three");
    }
}
