package io.botmesh.bot;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.CallbackQuery;
import io.botmesh.botapi.Chat;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.InaccessibleMessage;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SendMessage;
import io.botmesh.botapi.Update;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.botapi.User;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An update on its way through the handlers, with its bot. Belongs to that update: do not keep it beyond its end.
 *
 * <p>The update is decoded when something first looks into it, on the handler's thread.
 */
public final class Context {
    private final Api api;
    private final User me;
    private final RawUpdate raw;
    private final int attempt;
    private final long kindBit;
    // Two threads of one update may both find these: they find the same.
    private @Nullable Update update;
    private @Nullable Command command;
    private boolean commandKnown;

    Context(Api api, User me, RawUpdate raw, int attempt) {
        this.api = api;
        this.me = me;
        this.raw = raw;
        this.attempt = attempt;
        this.kindBit = Kinds.bit(raw.kind());
    }

    // ---- the update

    public long updateId() {
        return raw.updateId();
    }

    public UpdateKind kind() {
        return UpdateKind.of(raw.kind());
    }

    long kindBit() {
        return kindBit;
    }

    /** The update as it came. */
    public RawUpdate raw() {
        return raw;
    }

    /**
     * The whole update.
     *
     * @throws io.botmesh.botapi.DecodeException if it is damaged
     */
    public Update update() {
        Update known = update;
        if (known == null) update = known = raw.decode();
        return known;
    }

    /** 1 if no handler can have seen this update before; above 1 one may have, in this process or in one that died. */
    public int attempt() {
        return attempt;
    }

    // ---- the bot

    public Api api() {
        return api;
    }

    /** The bot itself. */
    public User me() {
        return me;
    }

    public boolean isMe(User user) {
        return user.id() == me.id();
    }

    /** Sends any call. */
    public <R> R call(ApiCall<R> call) throws InterruptedException {
        return api.call(call);
    }

    // ---- what is in it

    /** The message that this update is, of any kind, or null; not the one that a pressed button hangs on. */
    @Nullable
    Message ownMessage() {
        Update update = update();
        if (update.message() != null) return update.message();
        if (update.editedMessage() != null) return update.editedMessage();
        if (update.channelPost() != null) return update.channelPost();
        if (update.editedChannelPost() != null) return update.editedChannelPost();
        if (update.businessMessage() != null) return update.businessMessage();
        if (update.editedBusinessMessage() != null) return update.editedBusinessMessage();
        return update.guestMessage();
    }

    /** The message that this update is or, of a pressed button, hangs on. */
    public Message message() {
        return required(messageOrNull(), "message");
    }

    public @Nullable Message messageOrNull() {
        Message own = ownMessage();
        if (own != null) return own;
        CallbackQuery query = update().callbackQuery();
        return query != null && query.message() instanceof Message message ? message : null;
    }

    /** Where it happened. */
    public Chat chat() {
        return required(chatOrNull(), "chat");
    }

    public @Nullable Chat chatOrNull() {
        Message message = messageOrNull();
        if (message != null) return message.chat();
        Update update = update();
        CallbackQuery query = update.callbackQuery();
        if (query != null && query.message() instanceof InaccessibleMessage old) return old.chat();
        return null;
    }

    /** Who did it. */
    public User from() {
        return required(fromOrNull(), "user who did it");
    }

    public @Nullable User fromOrNull() {
        Message own = ownMessage();
        if (own != null) return own.from();
        CallbackQuery query = update().callbackQuery();
        return query == null ? null : query.from();
    }

    /** The command to this bot that the message is, or null. */
    public @Nullable Command commandOrNull() {
        Command any = anyCommand();
        return any != null && any.isFor(me.username() == null ? "" : me.username()) ? any : null;
    }

    @Nullable
    Command anyCommand() {
        if (!commandKnown) {
            Message message = ownMessage();
            command = message == null ? null : Command.in(message);
            commandKnown = true;
        }
        return command;
    }

    // ---- answers

    /** Sends a text to where the update happened. */
    public Message reply(String text) throws InterruptedException {
        return reply(text, call -> call);
    }

    /** {@link #reply(String)} with more than the text. */
    public Message reply(String text, UnaryOperator<SendMessage> more) throws InterruptedException {
        return call(more.apply(SendMessage.of(ChatId.of(chat().id()), text)));
    }

    private <T> T required(@Nullable T value, String what) {
        if (value == null) throw new BotException.Missing("this update (" + raw.kind() + ") has no " + what);
        return value;
    }

    @Override
    public String toString() {
        return "Context[" + raw + "]";
    }
}
