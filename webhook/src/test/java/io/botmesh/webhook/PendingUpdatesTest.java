package io.botmesh.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ChatAction;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SendChatAction;
import io.botmesh.botapi.WebhookReply;
import io.botmesh.webhook.PendingUpdates.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PendingUpdatesTest {
    private static final Verdict ACCEPTED = new Verdict.Accepted(null);
    private static final Verdict BUSY = new Verdict.Busy();

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE); // which wraps around
    private final PendingUpdates pending = new PendingUpdates(3, now::get);

    private static RawUpdate update(long id) {
        return RawUpdate.parse(("{\"update_id\":" + id + "}").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aConfirmationAcceptsWhatWasHandedOutUpToThereAndNoMore() throws Exception {
        var one = pending.offer(update(1));
        var two = pending.offer(update(2));
        var three = pending.offer(update(3));
        assertThat(pending.take(2, 0)).extracting(RawUpdate::updateId).containsExactly(1L, 2L);
        pending.confirm(update(2));
        assertThat(one.verdict).isCompletedWithValue(ACCEPTED);
        assertThat(two.verdict).isCompletedWithValue(ACCEPTED);
        assertThat(three.verdict).isNotDone();
    }

    @Test
    void oneThatEndsIsAcceptedWhateverCameBeforeIt() throws Exception {
        var one = pending.offer(update(1));
        var two = pending.offer(update(2));
        pending.take(9, 0);
        pending.ended(update(2));
        assertThat(two.verdict).isCompletedWithValue(ACCEPTED);
        assertThat(one.verdict).isNotDone();
        pending.confirm(update(2)); // late, and for what it was confirmed already
        assertThat(one.verdict).isNotDone();
    }

    @Test
    void aRepeatedRequestGetsTheSameVerdictWhetherItComesBeforeOrAfterIt() throws Exception {
        var first = pending.offer(update(1));
        assertThat(pending.offer(update(1))).isSameAs(first);
        assertThat(pending.take(9, 0)).hasSize(1);
        assertThat(pending.offer(update(1))).isSameAs(first);
        pending.ended(update(1));
        assertThat(pending.offer(update(1)).verdict).isCompletedWithValue(ACCEPTED);
        assertThat(pending.take(9, 0)).isEmpty();
    }

    /** After an idle week the server may begin anew, with ids that others have had. */
    @Test
    void line17AVerdictIsKeptForTwoDaysAndThenTheSameIdIsAnotherUpdate() throws Exception {
        pending.offer(update(1));
        pending.take(9, 0);
        pending.ended(update(1));
        now.addAndGet(Duration.ofDays(2).toNanos() - 1);
        assertThat(pending.offer(update(1)).verdict).isCompletedWithValue(ACCEPTED);
        now.incrementAndGet();
        var other = pending.offer(update(1));
        assertThat(other.verdict).isNotDone();
        assertThat(pending.take(9, 0)).hasSize(1);
        pending.ended(update(1));
        assertThat(other.verdict).isCompletedWithValue(ACCEPTED);
        assertThat(pending.offer(update(1)).verdict).isCompletedWithValue(ACCEPTED);
    }

    @Test
    void aFullQueueTakesNoMoreUntilTheRunnerDoes() throws Exception {
        for (int i = 1; i <= 3; i++)
            assertThat(pending.offer(update(i)).verdict).isNotDone();
        assertThat(pending.offer(update(4)).verdict).isCompletedWithValue(BUSY);
        pending.take(1, 0);
        assertThat(pending.offer(update(4)).verdict).isNotDone();
    }

    @Test
    void whatIsGivenUpInTheQueueIsNotHandedOutAndComesAgain() throws Exception {
        var one = pending.offer(update(1));
        assertThat(pending.giveUp(one)).isTrue();
        assertThat(one.verdict).isCompletedWithValue(BUSY);
        assertThat(pending.take(9, 0)).isEmpty();
        var again = pending.offer(update(1));
        assertThat(pending.take(9, 0)).hasSize(1);
        assertThat(pending.giveUp(again)).isFalse();
        assertThat(again.verdict).isNotDone();
    }

    @Test
    void aRewindTellsEverybodyToComeAgain() throws Exception {
        var taken = pending.offer(update(1));
        pending.take(9, 0);
        var queued = pending.offer(update(2));
        pending.rewind();
        assertThat(taken.verdict).isCompletedWithValue(BUSY);
        assertThat(queued.verdict).isCompletedWithValue(BUSY);
        pending.confirm(update(1)); // of before
        assertThat(pending.offer(update(1)).verdict).isNotDone();
        pending.close();
        assertThat(pending.offer(update(3)).verdict).isCompletedWithValue(BUSY);
    }

    @Test
    void aFlushWaitsForAnswersToAcceptedUpdatesOnly() throws Exception {
        var one = pending.offer(update(1));
        pending.offer(update(2));
        pending.take(1, 0);
        pending.awaitWritten(Long.MAX_VALUE); // nothing is accepted
        pending.ended(update(1));
        var flush = Thread.ofVirtual().start(() -> {
            try {
                pending.awaitWritten(Long.MAX_VALUE);
            } catch (InterruptedException never) {
                throw new IllegalStateException(never);
            }
        });
        assertThat(flush.isAlive()).isTrue();
        pending.answered(one);
        flush.join();
    }

    @Test
    void aReplyNeedsARequestThatWaitsForTheAnswer() throws Exception {
        var reply = WebhookReply.of(SendChatAction.of(1, ChatAction.TYPING)).orElseThrow();
        var first = pending.offer(update(1));
        assertThat(pending.tryReply(update(1), 1, reply)).isFalse(); // not in the runner's hands
        pending.take(9, 0);
        pending.answered(first); // with 503, because the handler took too long
        assertThat(pending.tryReply(update(1), 1, reply)).isFalse();
        assertThat(pending.offer(update(1))).isSameAs(first); // the server asks again
        assertThat(pending.tryReply(update(1), 1, reply)).isTrue();
        assertThat(pending.tryReply(update(1), 1, reply)).isFalse();
        pending.ended(update(1));
        assertThat(first.verdict).isCompletedWithValue(new Verdict.Accepted(reply));
        assertThat(pending.tryReply(update(1), 2, reply)).isFalse();
    }
}
