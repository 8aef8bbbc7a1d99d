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
    void addsUpWhatMessagesCarryAndKeepsItAcrossARestart() {
        Path file = directory.resolve("counts.db");
        try (var database = SqliteDatabase.open(file)) {
            CountTable.create(database);
            add(database, Map.of("a", 1L, "b", 2L), 1_000);
            add(database, Map.of(), 3_000);
        }
        try (var database = SqliteDatabase.open(file)) {
            CountTable.create(database);
            assertThat(CountTable.messages(database)).isEqualTo(2);
            add(database, Map.of("a", Long.MAX_VALUE / 2), 2_000);
            assertThat(CountTable.content(database))
                    .isEqualTo(
                            new CountTable.Content(Map.of("a", Long.MAX_VALUE / 2 + 1, "b", 2L), 3, 30, 2_000, 3_000));
        }
    }

    @Test
    void percentilesAreValuesThatOccurred() {
        try (var database = SqliteDatabase.open(directory.resolve("counts.db"))) {
            CountTable.create(database);
            for (int i = 100; i >= 1; i--) add(database, Map.of(), i);
            var content = CountTable.content(database);
            assertThat(content.p50Micros()).isEqualTo(50);
            assertThat(content.p99Micros()).isEqualTo(99);
        }
    }

    private static void add(SqliteDatabase database, Map<String, Long> counts, long micros) {
        database.call(handle -> {
            CountTable.add(handle, new CountMessage(5_000, counts), 10, 5_000 + micros);
            return true;
        });
    }
}
