package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.seal.PlainOpener;
import io.botmesh.wire.PacketHeader;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Documents of which a file server gives nothing, on a virtual clock. */
class FetchesTest {
    private static final long HOUR = 3_600_000_000_000L;

    private final Fetches fetches = new Fetches(new TurnBuilder(new MemoryNodeStore()));
    private long now;

    private void add(long update, boolean inHaste) {
        var attachment = new Arrival.Attachment("file", 1_000L);
        var arrival = new Arrival(new PostId(-1, update), null, Instant.EPOCH, "text", attachment);
        var admitted = new PlainOpener(1).admit(PacketHeader.plain(1, 2, update).toBytes(), Instant.EPOCH);
        if (inHaste) fetches.addInHaste(update, arrival, attachment, admitted);
        else fetches.add(update, arrival, attachment, admitted);
    }

    /** Fails each attempt until it is given up, and says when that was. */
    private long failsUntil(long update) {
        while (!fetches.onNotFetched(update, true, now)) {
            now = fetches.wakeAt();
            fetches.onTime(now);
        }
        return now;
    }

    @Test
    void aFileServerThatIsAwayForHoursCostsNoDocument() {
        add(7, false);
        assertThat(failsUntil(7)).isBetween(24 * HOUR, 24 * HOUR + HOUR / 6);
        assertThat(fetches.contains(7)).isFalse();
    }

    @Test
    void aDocumentBehindWhichOthersWaitIsGivenUpAfterMinutes() {
        add(7, true);
        assertThat(failsUntil(7)).isBetween(HOUR / 12, HOUR / 4);
    }

    @Test
    void whatIsGoneForGoodIsGivenUpAtOnce() {
        add(7, false);
        assertThat(fetches.onNotFetched(7, false, now)).isTrue();
    }
}
