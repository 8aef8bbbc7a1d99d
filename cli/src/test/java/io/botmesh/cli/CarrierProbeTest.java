package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.mesh.PeerView;
import io.botmesh.world.CallFilter;
import io.botmesh.world.ChannelBotPosts;
import io.botmesh.world.WorldOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Posts that are made to see whether posts come. */
@Timeout(60)
class CarrierProbeTest {
    @TempDir
    private Path folder;

    private NodeScene scene(ChannelBotPosts posts) {
        var world = WorldOptions.defaults().withChannelBotPosts(posts);
        return new NodeScene(
                folder, Emulator.start(EmulatorOptions.defaults().withWorld(world)), "anna,ben", "--writers", "1");
    }

    private PeerView view(String node) {
        return PeerView.read(folder.resolve("mesh.peers"), folder.resolve(node + ".secrets"), () -> new char[0]);
    }

    @Test
    void whereChannelPostsAreHiddenTheChatBetweenBotsIsTriedAndTheLinesToWriteAreTold() {
        try (var scene = scene(ChannelBotPosts.HIDE)) {
            var said = scene.run("peers", "check", "ben", "--patience", "1");
            assertThat(said.code()).isEqualTo(ExitCodes.FAILED);
            assertThat(said.out())
                    .contains("BAD   ben  carrier; channel posts: does not work", "bot-to-bot chat: does not work");
            var bots = scene.emulator.world().botSettings();
            bots.botToBot(view("ben").readerToken().orElseThrow().botId(), true);
            var lane = view("anna").peer("ben").orElseThrow().lanes().getFirst();
            bots.botToBot(lane.writer(), true);
            said = scene.run("peers", "check", "ben", "--patience", "1");
            assertThat(said.code()).isEqualTo(ExitCodes.FAILED);
            assertThat(said.out())
                    .contains(
                            "hides bots' posts",
                            "bot-to-bot chat: works",
                            "put 'carrier chat' and 'channel @reader_",
                            "below [node ben] in mesh.peers");
        }
    }

    @Test
    void aNodeThatStartsSaysWhichCarrierWorksAndWhyOrThatItCannotTell() throws Exception {
        try (var scene = scene(ChannelBotPosts.DELIVER)) {
            var quasi = scene.begin("quasi", "ben", "--self-test", "--count", "1");
            assertThat(scene.run("request", "anna", "ben", "s", "x").code()).isZero();
            var said = quasi.join();
            assertThat(said.code()).as(said.err()).isZero();
            assertThat(said.err()).contains("botmesh: ben: channel posts: works, a post of writer", "unchanged");
            Files.move(folder.resolve("anna.secrets"), folder.resolve("anna.kept"));
            said = scene.run("quasi", "ben", "--self-test");
            assertThat(said.code()).isEqualTo(ExitCodes.WRONG_USE);
            assertThat(said.err())
                    .contains("leave it out, or run botmesh peers check")
                    .containsOnlyOnce("\n");
            said = scene.run("peers", "check", "ben");
            assertThat(said.code()).isZero();
            assertThat(said.out()).contains("-     ben  carrier; not tried");
        }
    }

    @Test
    void aCheckCanBeAskedNotToPost() {
        try (var scene = scene(ChannelBotPosts.DELIVER)) {
            var said = scene.run("peers", "check", "--no-post");
            assertThat(said.code()).isZero();
            assertThat(said.out()).doesNotContain("carrier");
            assertThat(scene.emulator.world().calls().list(CallFilter.all().withMethod("sendMessage")))
                    .isEmpty();
        }
    }
}
