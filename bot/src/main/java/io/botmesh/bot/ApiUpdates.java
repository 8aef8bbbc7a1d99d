package io.botmesh.bot;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.DeleteWebhook;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.TransportException;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.runner.Retrying.Verdict;
import io.botmesh.runner.UpdateSupplier;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code getUpdates} call of a bot, and what its failures mean. */
final class ApiUpdates implements UpdateSupplier<RawUpdate> {
    private static final Logger log = LoggerFactory.getLogger(ApiUpdates.class);

    /** A repetition of an offset within half a second would get one update only. */
    private static final Duration SOON = Duration.ofMillis(600);

    /** Refusals in a row after which the other one evidently takes over too. */
    static final int ENOUGH = 10;

    private final Api api;
    private final List<UpdateKind> allowedUpdates;
    private final OnConflict onConflict;
    private final Duration margin;
    private final BrokenAnswers broken = new BrokenAnswers();
    private int conflicts;
    /** The last answer if nothing in it said its id; of the one thread that polls. */
    private List<ByteBuffer> riddle = List.of();

    ApiUpdates(Api api, List<UpdateKind> allowedUpdates, OnConflict onConflict, Duration margin) {
        this.api = api;
        this.allowedUpdates = allowedUpdates;
        this.onConflict = onConflict;
        this.margin = margin;
    }

    @Override
    public List<RawUpdate> getUpdates(long updateOffset, int limit, Duration timeout) throws InterruptedException {
        int asked = broken.limit(limit);
        var call = GetUpdates.of()
                .withOffset(updateOffset)
                .withLimit(asked)
                .withTimeout(timeout.toSeconds())
                .withAllowedUpdates(allowedUpdates);
        List<RawUpdate> updates;
        try {
            updates = poll(call, timeout.plus(margin));
        } catch (TransportException failure) {
            RawUpdate first = null;
            if (failure.status() == 200 && broken.isSetAside(asked)) first = failure.brokenUpdate(updateOffset);
            if (first == null) throw failure;
            tellOf(first);
            return List.of(first);
        }
        broken.onWhole();
        conflicts = 0;
        return isRiddleAgain(updates) ? List.of() : updates;
    }

    private void tellOf(RawUpdate first) {
        var marks = new LogMarks(api.token().botId(), UpdateKey::keys);
        marks.put(first);
        log.warn(
                "update {} breaks every answer that it is in; {} bytes of it are set aside",
                first.updateId(),
                first.size());
        LogMarks.clear();
    }

    private List<RawUpdate> poll(GetUpdates call, Duration deadline) throws InterruptedException {
        try {
            return api.getUpdates(call, deadline);
        } catch (ApiException.Rejected refused) {
            if (!isWebhook(refused) || onConflict != OnConflict.TAKE_OVER) throw refused;
            api.call(DeleteWebhook.of());
            log.warn("a webhook was set while this bot polls; it is deleted");
            return api.getUpdates(call, deadline);
        }
    }

    /** Under the id of its place it was set aside; if that did not get the server past it, once is enough. */
    private boolean isRiddleAgain(List<RawUpdate> updates) {
        List<ByteBuffer> now = updates.stream().anyMatch(RawUpdate::isNumbered)
                ? List.of()
                : updates.stream()
                        .map(update -> ByteBuffer.wrap(update.bytes()))
                        .toList();
        boolean again = !now.isEmpty() && now.equals(riddle);
        riddle = now;
        return again;
    }

    /** Called after each failure, by the thread that polls. */
    Verdict verdict(RuntimeException failure) {
        if (!(failure instanceof ApiException.Rejected refused) || refused.errorCode() != 409)
            return Verdicts.of(failure);
        conflicts++;
        return switch (onConflict) {
            case FAIL -> new Verdict.Fatal();
            case RETRY -> isWebhook(refused) ? new Verdict.Fatal() : new Verdict.BackOff();
            case TAKE_OVER -> conflicts < ENOUGH ? new Verdict.After(SOON) : new Verdict.Fatal();
        };
    }

    /** Not the other poller, although both are 409: the server says which in words only. */
    static boolean isWebhook(ApiException.Rejected refused) {
        return refused.errorCode() == 409 && refused.description().contains("ebhook");
    }
}
