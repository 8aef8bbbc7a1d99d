package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.HandOver;
import io.botmesh.runner.JournalException;
import io.botmesh.runner.Lease;
import io.botmesh.runner.Lease.Standing;
import io.botmesh.runner.LeaseException;
import io.botmesh.runner.Shift;
import io.botmesh.runner.contract.LeaseContract;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lease in a real PostgreSQL, whose clock nobody here can turn: so these wait for what happens, and measure nothing. */
@Timeout(120)
class PostgresLeaseTest extends LeaseContract {
    private static final AtomicInteger BOTS = new AtomicInteger();
    private static final String URL = EmbeddedPostgresServer.newDatabase();

    private final BotToken token = BotToken.parse(BOTS.incrementAndGet() + ":AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    private final LeaseOptions name = LeaseOptions.of(token);

    @Override
    protected Lease open() {
        return open(URL, name, Duration.ofMinutes(1));
    }

    private static PostgresLease open(String url, LeaseOptions options, Duration time) {
        return PostgresLease.open(url, "postgres", "", options, time, System::nanoTime, Thread::sleep);
    }

    private String ask(String question) throws SQLException {
        try (var connection = DriverManager.getConnection(URL, "postgres", "");
                var sql = connection.createStatement();
                var rows = sql.executeQuery(question)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "nothing";
        }
    }

    /** As one that dies does: nothing is given back, and nobody prolongs it any more. */
    private PostgresLease takenByOneThatDies(Duration time) throws InterruptedException {
        var dead = PostgresLease.open(URL, "postgres", "", name, time, System::nanoTime, pause -> {
            if (Thread.currentThread().getName().startsWith("lease "))
                Thread.currentThread().join(); // for ever
            Thread.sleep(pause);
        });
        dead.acquire();
        return dead;
    }

    @Test
    void line27OneThatDiesIsSucceededWhenItsTimeIsOverByTheServersClockAndNotBefore() throws Exception {
        takenByOneThatDies(Duration.ofSeconds(2));
        var end = ask("SELECT ends_at FROM bot_lease WHERE name = '" + name.name() + "'");
        try (var successor = open(URL, name, Duration.ofSeconds(2))) {
            assertThat(successor.acquire()).isEqualTo(2);
            assertThat(ask("SELECT clock_timestamp() >= '" + end + "'")).isEqualTo("t");
        }
    }

    /** It died while the server's clock was days ahead, and that clock has been set right. */
    @Test
    void line27OneThatDiesWhileTheServersClockIsAheadIsSucceededToo() throws Exception {
        takenByOneThatDies(Duration.ofSeconds(1));
        ask("UPDATE bot_lease SET ends_at = ends_at + INTERVAL '3 days' WHERE name = '" + name.name()
                + "' RETURNING fence");
        try (var successor = open(URL, name, Duration.ofSeconds(1))) {
            assertThat(successor.acquire()).isEqualTo(2);
            assertThat(ask("SELECT ends_at < clock_timestamp() + INTERVAL '2 seconds' FROM bot_lease WHERE name = '"
                            + name.name() + "'"))
                    .isEqualTo("t");
        }
    }

    /** Or its holder would end for somebody who is not there. */
    @Test
    void line27WhoWantedItWhileTheServersClockWasAheadWantsItNoMore() throws Exception {
        try (var holder = open(URL, name, Duration.ofMinutes(1));
                var other = open(URL, name, Duration.ofMinutes(1))) {
            holder.acquire();
            ask("UPDATE bot_lease SET wanted_until = clock_timestamp() + INTERVAL '3 days' WHERE name = '" + name.name()
                    + "' RETURNING fence");
            var table = new LeaseTable(
                    () -> DriverManager.getConnection(URL, "postgres", ""),
                    name.name(),
                    ask("SELECT holder FROM bot_lease WHERE name = '" + name.name() + "'"),
                    Duration.ofMinutes(1));
            assertThat(table.look(1)).hasValue(false);
            assertThat(table.renew(1)).hasValue(false);
            table.want(Duration.ofSeconds(30));
            while (holder.renew() != Standing.WANTED) Thread.onSpinWait();
            assertThat(other.tryAcquire()).isFalse();
        }
    }

    @Test
    void line27AMomentWithoutMemoryEndsNoLease() throws Exception {
        var moments = new AtomicInteger(2);
        var rested = new CountDownLatch(2);
        try (var holder =
                PostgresLease.open(URL, "postgres", "", name, Duration.ofMinutes(1), System::nanoTime, pause -> {
                    if (moments.getAndDecrement() > 0) throw new OutOfMemoryError("for a moment");
                    rested.countDown();
                    Thread.sleep(pause);
                })) {
            holder.acquire();
            rested.await();
        }
    }

    @Test
    void line27AHolderIsHeardOfAgainAndAgain() throws Exception {
        try (var holder = open(URL, name, Duration.ofSeconds(2))) {
            holder.acquire();
            var end = ask("SELECT ends_at FROM bot_lease WHERE name = '" + name.name() + "'");
            ask("SELECT pg_sleep(extract(epoch FROM timestamptz '" + end + "' - clock_timestamp()))");
            assertThat(ask("SELECT clock_timestamp() >= '" + end + "'")).isEqualTo("t");
            assertThat(holder.renew()).isEqualTo(Standing.HELD);
            assertThat(ask("SELECT ends_at > clock_timestamp() FROM bot_lease WHERE name = '" + name.name() + "'"))
                    .isEqualTo("t");
        }
    }

    /** The work has ended before the next one begins, although nobody can tell the holder anything. */
    @Test
    void line27AHolderWhoseDatabaseIsAwayEndsBeforeItsSuccessorBegins() throws Exception {
        var log = new LinkedBlockingQueue<String>();
        var port = URI.create(URL.substring("jdbc:".length())).getPort();
        var time = Duration.ofSeconds(6);
        try (var detour = new Detour(port);
                var cutOff = open(URL.replace(":" + port, ":" + detour.port()), name, time);
                var lease = open(URL, name, time)) {
            var old = new CompletableFuture<HandOver.End>();
            Thread.ofPlatform().start(() -> {
                try {
                    old.complete(new HandOver(cutOff, fence -> work("old", log)).run());
                } catch (Throwable failed) {
                    old.completeExceptionally(failed);
                }
            });
            assertThat(log.take()).isEqualTo("old begins");
            detour.swallow();
            try (var handOver = new HandOver(lease, fence -> work("new", log))) {
                Thread.ofPlatform().start(() -> {
                    try {
                        handOver.run();
                    } catch (Throwable failed) {
                        log.add(failed.toString());
                    }
                });
                assertThat(List.of(log.take(), log.take())).containsExactly("old ends", "new begins");
            }
            assertThat(old.join()).isEqualTo(HandOver.End.LOST);
        }
    }

    private static Shift work(String name, LinkedBlockingQueue<String> log) {
        log.add(name + " begins");
        return new Shift() {
            @Override
            public CompletableFuture<?> ended() {
                return new CompletableFuture<>();
            }

            @Override
            public void close() {
                log.add(name + " ends");
            }
        };
    }

    @Test
    void line27WhoeverStandsByDoesNotAskAndFollowsAllTheSame() throws Exception {
        try (var holder = open();
                var standby = open(URL, name.withAsking(false), Duration.ofMinutes(1))) {
            holder.acquire();
            var fence = new CompletableFuture<Long>();
            var looked = new CompletableFuture<Boolean>();
            var thread = Thread.ofPlatform().start(() -> {
                try {
                    looked.complete(true);
                    fence.complete(standby.acquire());
                } catch (Throwable failed) {
                    fence.completeExceptionally(failed);
                }
            });
            looked.join();
            // It sleeps only after it has looked, and found no reason to ask.
            while (thread.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
            assertThat(ask("SELECT wanted_until > clock_timestamp() FROM bot_lease WHERE name = '" + name.name() + "'"))
                    .isEqualTo("f");
            assertThat(holder.renew()).isEqualTo(Standing.HELD);
            holder.release();
            assertThat(fence.join()).isEqualTo(2);
        }
    }

    /** What the lease cannot prevent, because a frozen machine knows nothing, the journal does: both in one story. */
    @Test
    void line27AFrozenHolderCannotTakeTheJournalFromItsSuccessorNorWriteToIt() throws Exception {
        var update = RawUpdate.parse("{\"update_id\":7}".getBytes(StandardCharsets.UTF_8));
        var frozen = takenByOneThatDies(Duration.ofSeconds(2));
        try (var database = EmbeddedPostgresServer.open(URL);
                var successor = open(URL, name, Duration.ofMinutes(1))) {
            var early = JdbcJournal.ofUpdates(database, token, frozen);
            successor.acquire();
            assertThat(early.size()).isZero();
            var journal = JdbcJournal.ofUpdates(database, token, successor);
            assertThatThrownBy(() -> early.append(List.of(update))).isInstanceOf(JournalException.TakenOver.class);
            assertThatThrownBy(() -> JdbcJournal.ofUpdates(database, token, frozen))
                    .isInstanceOf(JournalException.TakenOver.class)
                    .hasMessage("the lease of " + name.name() + " has passed to another program: stop this one");
            assertThat(journal.append(List.of(update))).hasSize(1); // still the successor's
            successor.release();
            assertThatThrownBy(() -> JdbcJournal.ofUpdates(database, token, successor))
                    .isInstanceOf(JournalException.TakenOver.class);
        }
        frozen.close();
    }

    @Test
    void whoeverOnlyTriesGetsItIfNobodyHasItAndAsksNobody() throws Exception {
        try (var one = open(URL, name, Duration.ofMinutes(1));
                var other = open(URL, name, Duration.ofMinutes(1))) {
            assertThat(one.tryAcquire()).isTrue();
            assertThat(other.tryAcquire()).isFalse();
            assertThat(ask("SELECT wanted_until > clock_timestamp() FROM bot_lease WHERE name = '" + name.name() + "'"))
                    .isEqualTo("f");
            assertThat(one.renew()).isEqualTo(Standing.HELD);
            one.release();
            assertThat(other.tryAcquire()).isTrue();
        }
    }

    @Test
    void namesAreApart() throws InterruptedException {
        try (var one = open();
                var other = open(URL, LeaseOptions.of("other"), Duration.ofMinutes(1))) {
            assertThat(one.acquire()).isEqualTo(1);
            assertThat(other.acquire()).isEqualTo(1);
        }
    }

    @Test
    void whoeverWaitsForADatabaseThatRefusesIsToldSo() throws Exception {
        var port = URI.create(URL.substring("jdbc:".length())).getPort();
        try (var holder = open();
                var detour = new Detour(port);
                var waiting = open(URL.replace(":" + port, ":" + detour.port()), name, Duration.ofSeconds(2))) {
            holder.acquire();
            detour.refuse();
            assertThatThrownBy(waiting::acquire)
                    .isInstanceOf(LeaseException.class)
                    .message()
                    .startsWith("the lease of " + name.name() + " cannot be asked for: ")
                    .contains("refused")
                    .doesNotContain("\n", "botmesh -", "total=");
        }
    }

    @Test
    void whoeverWaitsForADatabaseThatIsGoneIsToldSo() throws Exception {
        var port = URI.create(URL.substring("jdbc:".length())).getPort();
        try (var holder = open();
                var detour = new Detour(port);
                var waiting = open(URL.replace(":" + port, ":" + detour.port()), name, Duration.ofSeconds(2))) {
            holder.acquire();
            detour.swallow();
            assertThatThrownBy(waiting::acquire)
                    .isInstanceOf(LeaseException.class)
                    .hasMessageStartingWith("the lease of " + name.name() + " cannot be asked for: ")
                    .message()
                    .doesNotContain("\n");
        }
    }
}
