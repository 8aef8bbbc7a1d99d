package io.botmesh.bot;

import io.botmesh.botapi.AnswerCallbackQuery;
import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.CallbackQuery;
import io.botmesh.botapi.DecodeException;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.Update;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.UnreadableException;
import org.jspecify.annotations.Nullable;

/** One update that a context is about. It is decoded when something first looks into it. */
final class Incoming {
    private final Delivery<RawUpdate> delivery;
    private final RawUpdate raw;
    private final long kindBit;
    private final @Nullable CallbackAnswer query;
    // Two threads of one update may both find these out: they find the same.
    private @Nullable Update update;
    private @Nullable Command command;
    private volatile boolean commandKnown;

    Incoming(Delivery<RawUpdate> delivery) {
        this.delivery = delivery;
        this.raw = delivery.update();
        this.kindBit = Kinds.bit(raw.kind());
        this.query = kindBit == Kinds.CALLBACK_QUERY ? new CallbackAnswer() : null;
    }

    Delivery<RawUpdate> delivery() {
        return delivery;
    }

    RawUpdate raw() {
        return raw;
    }

    long kindBit() {
        return kindBit;
    }

    /** What is known of the answer to it if it is a callback query, else null. */
    @Nullable
    CallbackAnswer query() {
        return query;
    }

    /** What is known of the answer to it if the call is one, and not the answer to another query. */
    @Nullable
    CallbackAnswer answeredBy(ApiCall<?> call) {
        if (query == null || !CallbackAnswer.isAnswer(call)) return null;
        if (!(call instanceof AnswerCallbackQuery answer)) return query;
        try {
            CallbackQuery own = update().callbackQuery();
            return own == null || own.id().equals(answer.callbackQueryId()) ? query : null;
        } catch (UnreadableException damaged) {
            return query;
        }
    }

    Update update() {
        Update known = update;
        if (known != null) return known;
        try {
            known = raw.decode();
        } catch (DecodeException damaged) {
            throw new UnreadableException(String.valueOf(damaged.getMessage()), damaged);
        }
        // The decoder leaves out what it cannot read; no handler would be meant, and the update would be gone.
        if (Shortcuts.body(known, raw.kind()) == null)
            throw new UnreadableException("update " + raw.updateId() + ": its " + raw.kind() + " cannot be read", null);
        update = known;
        return known;
    }

    /** The command that the message is, whoever it is for. */
    @Nullable
    Command command() {
        if (!commandKnown) {
            Message message = UpdateParts.ownMessage(update());
            command = message == null ? null : Command.in(message);
            commandKnown = true;
        }
        return command;
    }
}
