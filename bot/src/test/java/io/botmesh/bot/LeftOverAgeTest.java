package io.botmesh.bot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.DropReason;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.RunnerListener;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** How old to a bot is what an earlier process has left in its journal. */
@NullUnmarked
class LeftOverAgeTest extends WithEmulator {
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    private Instant now = Instant.now();
    private final MemoryJournal<RawUpdate> journal = new MemoryJournal<>(RawUpdate::updateId, () -> now);

    /** Came so long ago, and nobody has handled it. */
    private void left(Duration ago, int id, RawUpdate update) {
        now = Instant.now().minus(ago);
        var numbered = new String(update.bytes(), UTF_8).replace("\"update_id\":7", "\"update_id\":" + id);
        journal.append(List.of(RawUpdate.parse(numbered.getBytes(UTF_8))));
    }

    private static RawUpdate inline(String text) {
        return Updates.update("'inline_query':{'id':'9','from':{'id':42,'is_bot':false,'first_name':'Ann'},'query':'"
                + text + "','offset':''}");
    }

    @Test
    void line20WhatLayThereOverAStopIsDroppedOrOverdueByItsTrueAge() throws Exception {
        left(Duration.ofDays(3), 1, Updates.text("of Friday"));
        left(Duration.ofHours(20), 2, Updates.text("of today"));
        left(Duration.ofSeconds(45), 3, inline("gone"));
        left(Duration.ofSeconds(45), 4, Updates.press("old"));
        left(Duration.ofDays(-3), 5, inline("of a clock that is wrong"));
        left(Duration.ofDays(-3), 6, Updates.press("of one, too"));
        RunnerListener<RawUpdate> listener = new RunnerListener<>() {
            @Override
            public void onDropped(RawUpdate update, DropReason reason) {
                told.add(update.kind() + " " + update.updateId() + " " + reason);
            }
        };
        try (var bot = bot(options ->
                options.withJournal(journal.reopened()).withRunner(runner -> runner.withListener(listener)))) {
            bot.use(ctx -> told.add(ctx.raw().kind() + " " + ctx.raw().updateId()
                    + (ctx.delivery().overdue() ? " overdue" : "")));
            bot.start();
            var all = List.of(told.take(), told.take(), told.take(), told.take(), told.take(), told.take());
            assertThat(all)
                    .containsExactlyInAnyOrder(
                            "message 1 overdue",
                            "message 2",
                            "inline_query 3 EXPIRED",
                            "callback_query 4 overdue",
                            "inline_query 5",
                            "callback_query 6");
        }
    }
}
