package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.world.VirtualClock;
import io.botmesh.world.WebhookTargets;
import io.botmesh.world.WorldOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is told that a restart would forget, and a state file that takes no more ends the emulator. */
@Timeout(300)
class StateLossTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    private Path file = Path.of("unset");
    private String token = "";
    private long person;
    private long bot;

    private EmulatorOptions options() {
        return EmulatorOptions.defaults()
                .withWorld(WorldOptions.defaults().withWebhookTargets(WebhookTargets.ANY))
                .withClock(new VirtualClock(START))
                .withState(file);
    }

    /** The first two inputs. */
    @BeforeEach
    void make() throws IOException {
        file = folder.resolve("state.db");
        try (var emulator = Emulator.start(options())) {
            var door = Door.of(emulator);
            var made = door.post("bots", "{\"username\":\"a_bot\"}");
            token = made.get("token").stringValue();
            bot = made.get("id").longValue();
            person = door.post("users", "{\"first_name\":\"Ann\"}").get("id").longValue();
        }
    }

    private void change(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String said(String text) {
        return "{\"from\":" + person + ",\"chat\":" + bot + ",\"text\":\"" + text + "\"}";
    }

    /** As if the disk were full when the input of that number is written. */
    private void fullAt(int number) throws SQLException {
        change("CREATE TRIGGER full BEFORE INSERT ON input WHEN new.number = " + number
                + " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");
    }

    @Test
    void whatCannotBeWrittenIsNotAnsweredAndEndsTheEmulator() throws Exception {
        fullAt(5);
        String state;
        try (var emulator = Emulator.start(options())) {
            var door = Door.of(emulator);
            door.post("messages", said("three"));
            door.post("messages", said("four"));
            state = door.get("state").toString();
            assertThatThrownBy(() -> door.post("messages", said("five")))
                    .as("no answer")
                    .isNotNull();
            assertThatThrownBy(() -> emulator.stopped().get(120, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(StateFileException.class)
                    .hasMessageContaining("state.db cannot be written")
                    .hasMessageContaining("disk is full");
            assertThatThrownBy(() -> door.call(token, "getMe")).isInstanceOf(IOException.class);
        }
        change("DROP TRIGGER full");
        try (var emulator = Emulator.start(options())) {
            var door = Door.of(emulator);
            assertThat(door.get("state").toString()).isEqualTo(state);
            door.post("messages", said("again"));
            assertThat(door.call(token, "getUpdates")).contains("four", "again").doesNotContain("five");
        }
        try (var emulator = Emulator.start(options())) {
            assertThat(Door.of(emulator).call(token, "getUpdates")).contains("again");
        }
    }

    @Test
    void aCallOfABotThatCannotBeWrittenIsNotAnsweredWell() throws Exception {
        fullAt(4);
        try (var emulator = Emulator.start(options())) {
            var door = Door.of(emulator);
            door.post("messages", said("three"));
            String answer;
            try {
                answer = door.call(token, "sendMessage?text=hi&chat_id=" + person);
            } catch (IOException closed) {
                answer = "none";
            }
            assertThat(answer).doesNotContain("\"ok\":true");
            assertThatThrownBy(() -> emulator.stopped().get(120, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(StateFileException.class);
        }
    }

    @Test
    void aWebhookIsNotToldWhatCannotBeWritten() throws Exception {
        fullAt(5); // after the launch of the bot and setWebhook
        try (var receiver = new Receiver();
                var emulator = Emulator.start(options())) {
            var door = Door.of(emulator);
            assertThat(door.call(token, "setWebhook?url=http://127.0.0.1:" + receiver.port()))
                    .contains("\"ok\":true");
            assertThatThrownBy(() -> door.post("messages", said("five"))).isNotNull();
            assertThatThrownBy(() -> emulator.stopped().get(120, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(StateFileException.class);
            assertThat(receiver.hasReceived()).isFalse();
        }
    }

    @Test
    void aClosedEmulatorEndsWithoutAReason() {
        var emulator = Emulator.start(options());
        var stopped = emulator.stopped();
        assertThat(stopped).isNotDone();
        emulator.close();
        assertThat(stopped).isCompleted();
    }

    private static StateFile.Row row() {
        return new StateFile.Row(START, new Input.Moved(), null);
    }

    @Test
    void whoWaitsIsToldWhenTheCommitIsOver() throws Exception {
        var go = new Semaphore(0);
        var taken = new CountDownLatch(1);
        List<Integer> sizes = new ArrayList<>();
        var writer = new StateWriter(
                rows -> {
                    taken.countDown();
                    go.acquire();
                    sizes.add(rows.size());
                },
                failed -> new StateFileException("broken", failed));
        writer.start();
        assertThat(writer.committed()).isCompleted();
        writer.append(row());
        taken.await();
        writer.append(row());
        writer.append(row());
        var all = writer.committed();
        assertThat(all).isNotDone();
        go.release();
        writer.append(row());
        go.release(2);
        all.get(120, TimeUnit.SECONDS);
        writer.close();
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(4);
        writer.append(row());
        assertThat(writer.committed()).isCompletedExceptionally();
    }

    @Test
    void nothingIsWrittenAfterTheFirstFailure() throws Exception {
        List<Integer> sizes = new ArrayList<>();
        var writer = new StateWriter(
                rows -> {
                    sizes.add(rows.size());
                    throw new OutOfMemoryError("of this test");
                },
                failed -> new StateFileException("broken", failed));
        writer.start();
        writer.append(row());
        CompletableFuture<Void> first = writer.committed();
        assertThatThrownBy(() -> first.get(120, TimeUnit.SECONDS)).hasCauseInstanceOf(StateFileException.class);
        assertThat(writer.failure().get(120, TimeUnit.SECONDS)).hasMessage("broken");
        writer.append(row());
        assertThat(writer.committed()).isCompletedExceptionally();
        assertThat(writer.<String>ask(() -> "can be read")).isEqualTo("can be read");
        writer.close();
        assertThat(sizes).containsExactly(1);
    }
}
