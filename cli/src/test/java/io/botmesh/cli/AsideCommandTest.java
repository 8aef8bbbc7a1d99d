package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.Emulator;
import io.botmesh.mesh.Mesh;
import io.botmesh.mesh.Message;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeEvent;
import io.botmesh.mesh.NodeOptions;
import io.botmesh.mesh.NodeOptions.Handling;
import io.botmesh.mesh.PeerView;
import io.botmesh.store.JdbcNodeStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages that were put aside, seen and given back by commands while their node is stopped. */
@Timeout(120)
class AsideCommandTest {
    @TempDir
    private Path folder;

    /** A node in this process, for handlers that fail at once. */
    private void run(NodeScene scene, String name, Message.Handler handler, NodePlace.Use use) throws Exception {
        var view = PeerView.read(folder.resolve("mesh.peers"), folder.resolve(name + ".secrets"), () -> new char[0]);
        var once = NodeOptions.defaults().withHandlers(new Handling(4, 1, Duration.ZERO, Duration.ZERO));
        try (var mesh = Mesh.of(view, scene.emulator.api());
                var store = JdbcNodeStore.open(folder.resolve(name + ".db"), name);
                var node = new Node(mesh.setup(store).withOptions(once)).handle(">", handler)) {
            use.with(node);
        }
    }

    @Test
    void whatWasPutAsideIsListedShownAndGivenBackOrForgotten() throws Exception {
        try (var scene = new NodeScene(folder, Emulator.start(), "anna,ben", "--writers", "4")) {
            var failed = new CountDownLatch(3);
            run(
                    scene,
                    "ben",
                    message -> {
                        if (!message.text().equals("good")) throw new IllegalStateException("no " + message.text());
                    },
                    ben -> {
                        ben.onEvent(event -> {
                                    if (event instanceof NodeEvent.SetAside) failed.countDown();
                                })
                                .start();
                        run(scene, "anna", message -> {}, anna -> {
                            var link = anna.start().link("ben");
                            for (String text : new String[] {"one", "good", "two", "three"})
                                link.send("work", text).posted().get();
                            return 0;
                        });
                        failed.await();
                        return 0;
                    });
            var listed = Json.parseObject(aside("ls", "ben", "--json").out());
            assertThat(listed.number("total")).isEqualTo(3);
            List<String> lines = aside("ls", "ben").out().lines().toList();
            assertThat(lines).hasSize(4);
            assertThat(lines.getFirst())
                    .contains("anna")
                    .contains("work")
                    .contains("3 bytes")
                    .contains("no one");
            String first = word(lines.get(0));
            String second = word(lines.get(1));
            assertThat(aside("show", "ben", first).out()).endsWith("\none\n");
            assertThat(aside("discard", "ben", second).out()).isEqualTo("1 discarded\n");
            assertThat(aside("show", "ben", second).code()).isEqualTo(ExitCodes.FAILED);
            assertThat(aside("retry", "ben").code()).isEqualTo(ExitCodes.WRONG_USE);
            assertThat(aside("ls", "carl").code()).isEqualTo(ExitCodes.WRONG_USE);
            assertThat(aside("retry", "ben", "--all").out()).isEqualTo("2 retried\n");
            assertThat(aside("ls", "ben").out()).isEqualTo("0 aside\n");

            var again = scene.run("quasi", "ben", "--count", "2", "--json");
            assertThat(again.out().lines().map(Json::parseObject).map(line -> line.text("text") + line.truth("again")))
                    .containsExactly("onetrue", "threetrue");
            assertThat(aside("ls", "ben").out()).isEqualTo("0 aside\n");
        }
    }

    @Test
    void aStoreThatIsNamedAndEmptyIsRefused() {
        for (String store : List.of("", " ")) {
            var said = aside("ls", "ben", "--store", store);
            assertThat(said.code()).isEqualTo(ExitCodes.WRONG_USE);
            assertThat(said.err()).hasLineCount(1).contains("--store is empty");
        }
        assertThat(folder).isEmptyDirectory();
    }

    private static String word(String line) {
        return line.substring(0, line.indexOf(' '));
    }

    private NodeScene.Said aside(String... words) {
        var all = new ArrayList<String>();
        all.add("aside");
        all.addAll(List.of(words));
        all.addAll(List.of("--dir", folder.toString()));
        return NodeScene.here(all.toArray(String[]::new));
    }
}
