package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.Lease.Standing;
import io.botmesh.runner.LeaseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class FileLeaseTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("journal.db.lease");
    }

    /** Takes the lease in a process of its own, says so, and keeps it until that process is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws InterruptedException {
            var lease = FileLease.open(Path.of(args[0]));
            System.out.println("waits");
            System.out.println("holds " + lease.acquire());
            while (lease.renew() != Standing.WANTED) Thread.sleep(5);
            System.out.println("wanted");
            Thread.currentThread().join();
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        file().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void line27AProcessThatIsKilledGivesItBackAndOneThatWaitsIsSeen() throws Exception {
        var first = start();
        try (var lease = FileLease.open(file());
                BufferedReader says = first.inputReader(StandardCharsets.UTF_8)) {
            assertThat(says.readLine()).isEqualTo("waits");
            assertThat(says.readLine()).isEqualTo("holds 1");
            Thread.ofVirtual().start(() -> {
                try {
                    if (says.readLine().equals("wanted")) first.toHandle().destroyForcibly();
                } catch (IOException broken) {
                    throw new AssertionError(broken);
                }
            });
            assertThat(lease.acquire()).isEqualTo(2);
            assertThat(lease.renew()).isEqualTo(Standing.HELD);
            var second = start();
            try (BufferedReader other = second.inputReader(StandardCharsets.UTF_8)) {
                assertThat(other.readLine()).isEqualTo("waits");
                while (lease.renew() != Standing.WANTED) Thread.onSpinWait();
                lease.release();
                assertThat(lease.renew()).isEqualTo(Standing.LOST);
                assertThat(other.readLine()).isEqualTo("holds 3");
            } finally {
                second.toHandle().destroyForcibly();
            }
            second.waitFor();
            assertThat(lease.acquire()).isEqualTo(4);
        } finally {
            first.toHandle().destroyForcibly();
        }
    }

    @Test
    void isOpenOncePerProcessBecauseTheSystemsLocksAreTheProcesss() {
        try (var lease = FileLease.open(file())) {
            assertThatThrownBy(() -> FileLease.open(folder.resolve(".").resolve("journal.db.lease")))
                    .isInstanceOf(LeaseException.class)
                    .hasMessageContaining("open in this process already");
            assertThat(lease.renew()).isEqualTo(Standing.LOST);
        }
        try (var again = FileLease.open(file())) {
            assertThat(again.renew()).isEqualTo(Standing.LOST);
        }
    }

    @Test
    void aSecondAcquireIsRefusedAndAClosedOneIsFree() throws InterruptedException {
        try (var lease = FileLease.open(file())) {
            assertThat(lease.acquire()).isEqualTo(1);
            assertThatThrownBy(lease::acquire).isInstanceOf(IllegalStateException.class);
            assertThat(lease.renew()).isEqualTo(Standing.HELD);
        }
        try (var again = FileLease.open(file())) {
            assertThat(again.acquire()).isEqualTo(2);
        }
    }

    @Test
    void aPlaceThatCannotBeOpenedIsSaidInOneLine() throws IOException {
        var place = folder.resolve("none").resolve("lease");
        assertThatThrownBy(() -> FileLease.open(place))
                .isInstanceOf(LeaseException.class)
                .hasMessageStartingWith("the lease " + place + " cannot be opened: ")
                .satisfies(failed -> assertThat(failed.getMessage()).containsOnlyOnce(place.toString()));
        Files.createDirectory(folder.resolve("none"));
        FileLease.open(place).close();
    }
}
