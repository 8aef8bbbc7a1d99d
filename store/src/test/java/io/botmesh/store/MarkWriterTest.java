package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what it is about heeds no interrupt
class MarkWriterTest {
    @TempDir
    Path folder;

    @Test
    void aWritingThatDoesNotBeginLetsNobodyWaitForItsEnd() {
        try (var database = SqliteDatabase.open(folder.resolve("journal.db"))) {
            var open = new OpenBatches(database, new Attempts(1), 1);
            open.add(5, 1, true);
            open.end(JournalTables.sequence(5, 0));
            var failing = new AtomicBoolean(true);
            var writer = new MarkWriter(open, () -> {
                if (failing.getAndSet(false)) throw new OutOfMemoryError("for a moment");
                return CompletableFuture.completedFuture(open.marks());
            });
            assertThatThrownBy(writer::flush).hasRootCauseInstanceOf(OutOfMemoryError.class);
            writer.flush();
            assertThat(open.isUnwritten()).isFalse();
        }
    }
}
