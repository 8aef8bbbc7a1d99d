package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class EventsTest {
    @Test
    void line31AFlightRecordingShowsPollsAppendsAndHandlers(@TempDir Path folder) throws Exception {
        var file = folder.resolve("runner.jfr");
        try (var recording = new Recording()) {
            for (var name : List.of("Poll", "Append", "Handle"))
                recording.enable("io.botmesh." + name).withThreshold(Duration.ZERO);
            recording.start();
            run();
            recording.stop();
            recording.dump(file);
        }
        var events = RecordingFile.readAllEvents(file);
        assertThat(named(events, "io.botmesh.Poll")).anyMatch(poll -> poll.getInt("updates") == 2);
        assertThat(named(events, "io.botmesh.Append")).anyMatch(append -> append.getInt("fresh") == 2);
        var handled = named(events, "io.botmesh.Handle").stream()
                .filter(event ->
                        Set.of("7", "8").contains(event.getString("update"))) // others may have outlived their test
                .toList();
        assertThat(handled).extracting(event -> event.getString("update")).contains("7", "8");
        assertThat(handled).extracting(event -> event.getString("keys")).containsOnly("[one key]");
        assertThat(handled)
                .extracting(event -> event.getString("failure"))
                .contains("", "java.lang.IllegalStateException");
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }

    private static void run() throws InterruptedException {
        var ended = new CountDownLatch(2);
        var options = RunnerOptions.<Long>defaults()
                .withJournal(new MemoryJournal<>(id -> id, InstantSource.system()))
                .withKeys(Keys.sequentialize(update -> "one key"));
        var runner = new Runner<>(
                QueueSource.of(7L, 8L),
                delivery -> {
                    ended.countDown();
                    if (delivery.update() == 8) throw new IllegalStateException("boom");
                },
                options);
        runner.start();
        ended.await();
        runner.close();
    }
}
