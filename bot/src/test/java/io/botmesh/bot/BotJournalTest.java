package io.botmesh.bot;

import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.MemoryLease;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals that are not this bot's. */
@NullUnmarked
class BotJournalTest extends WithEmulator {
    /** It would take new updates for those that it knows of the other bot, and handle what that one has left. */
    @Test
    void line17AJournalOfAnotherBotIsRefused(@TempDir Path folder) throws Exception {
        var token = BotToken.parse(telegram.bot("other_bot").token());
        var told = "the journal has the updates of bot " + token.botId() + ", and this is bot "
                + BotToken.parse(account.token()).botId() + ": open it with the token of this one";
        try (var journal = Journals.open(folder, token);
                var bot = bot(options -> options.withJournal(journal))) {
            assertThatIllegalStateException().isThrownBy(bot::start).withMessage(told);
        }
        var lease = new MemoryLease(new MemoryLease.Place());
        try (var bot = bot(options -> options.withLease(lease, Journals.opener(folder, token)))) {
            assertThatIllegalStateException().isThrownBy(bot::start).withMessage(told);
        }
    }

    /** Before it has touched the webhook that may be the other one's, or the menu. */
    @Test
    void aJournalThatAnotherBotOfTheProgramHasIsRefusedBeforeAnythingIsDone() throws Exception {
        var journal = new MemoryJournal<>(RawUpdate::updateId, InstantSource.system());
        var opened = new AtomicInteger();
        try (var first = bot(options -> options.withJournal(journal));
                var second = bot(options -> options.withJournal(journal).withSource((api, allowed) -> {
                    opened.incrementAndGet();
                    throw new IllegalStateException("opened");
                }))) {
            first.on(message().text(), (ctx, text) -> ctx.reply("first: " + text));
            first.start();
            says("a", "first: a");
            assertThatIllegalStateException()
                    .isThrownBy(second::start)
                    .withMessage("another bot of this program has this journal: stop that one first,"
                            + " or give each a journal of its own");
            assertThat(opened).hasValue(0);
            says("b", "first: b");
            first.stop();
            assertThatIllegalStateException().isThrownBy(second::start).withMessage("opened");
            first.start();
            says("c", "first: c");
        }
    }
}
