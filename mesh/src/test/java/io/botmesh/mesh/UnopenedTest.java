package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.RawUpdate;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnopenedTest {
    private final Unopened unopened = new Unopened();
    private long next;

    @Test
    void theOldestOfWhoeverHasMostGivesWay() {
        var honest = new Unopened.Whose("topic news", 7);
        var flood = new Unopened.Whose("", 0);
        for (int n = 0; n < 100; n++)
            assertThat(unopened.keep(update(), honest)).isNull();
        for (int n = 0; n < 10_000; n++) unopened.keep(update(), flood);
        List<RawUpdate> kept = unopened.takeAll();
        assertThat(kept).hasSize(Unopened.MOST);
        assertThat(kept.subList(0, 100))
                .extracting(RawUpdate::updateId)
                .endsWith(99L)
                .startsWith(0L);
        assertThat(kept.getLast().updateId()).isEqualTo(10_099);
        assertThat(unopened.takeAll()).isEmpty();
    }

    @Test
    void whoHasMoreThanHisShareLosesWhatIsAboveIt() {
        for (int n = 0; n < Unopened.MOST; n++) unopened.keep(update(), new Unopened.Whose("one", 1));
        for (int n = 0; n < 1_000; n++) unopened.keep(update(), new Unopened.Whose("two", 2));
        assertThat(unopened.takeAll().stream().filter(one -> one.updateId() < Unopened.MOST))
                .hasSize(Unopened.MOST / 2);
    }

    private RawUpdate update() {
        return RawUpdate.parse(("{\"update_id\":" + next++ + "}").getBytes(UTF_8));
    }
}
