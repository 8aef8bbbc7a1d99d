package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.store.SqliteDatabase;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountTableTest {
    @TempDir
    Path directory;

    @Test
    void addsUpWhatMessagesCarryOnceAndKeepsItAcrossARestart() {
        Path file = directory.resolve("counts.db");
        try (var database = SqliteDatabase.open(file)) {
            CountTable.create(database);
            assertThat(add(database, "first", Map.of("a", 1L, "b", 2L), 1_000)).isTrue();
            assertThat(add(database, "second", Map.of(), 3_000)).isTrue();
        }
        try (var database = SqliteDatabase.open(file)) {
            CountTable.create(database);
            assertThat(CountTable.messages(database)).isEqualTo(2);
            assertThat(add(database, "first", Map.of("a", 1L, "b", 2L), 1_000))
                    .as("comes again")
                    .isFalse();
            assertThat(add(database, "third", Map.of("a", Long.MAX_VALUE / 2), 2_000))
                    .isTrue();
            assertThat(CountTable.content(database))
                    .isEqualTo(
                            new CountTable.Content(Map.of("a", Long.MAX_VALUE / 2 + 1, "b", 2L), 3, 30, 2_000, 3_000));
        }
    }

    @Test
    void percentilesAreValuesThatOccurred() {
        try (var database = SqliteDatabase.open(directory.resolve("counts.db"))) {
            CountTable.create(database);
            for (int i = 100; i >= 1; i--)
                assertThat(add(database, "message " + i, Map.of(), i)).isTrue();
            var content = CountTable.content(database);
            assertThat(content.p50Micros()).isEqualTo(50);
            assertThat(content.p99Micros()).isEqualTo(99);
        }
    }

    private static boolean add(SqliteDatabase database, String id, Map<String, Long> counts, long micros) {
        return database.call(handle -> CountTable.add(handle, id, new CountMessage(5_000, counts), 10, 5_000 + micros));
    }
}
