package io.botmesh.bot;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.Chat;
import io.botmesh.botapi.DownloadOptions;
import io.botmesh.botapi.Downloads;
import io.botmesh.botapi.EditMessageText;
import io.botmesh.botapi.LimitedApi;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.ReactionTypeEmoji;
import io.botmesh.botapi.ReplyParameters;
import io.botmesh.botapi.SendMessage;
import io.botmesh.botapi.Update;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.botapi.User;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Source;
import io.botmesh.runner.UnreadableException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An update on its way through the handlers, with its bot. Belongs to that update: do not keep it beyond its end.
 *
 * <p>The update is decoded when something first looks into it, on the handler's thread. What is asked for and is not in it
 * is answered with {@link BotException.Missing}; where not all updates of a kind have it, there is a method that returns
 * null instead.
 */
public final class Context extends Shortcuts {
    private final Api api;
    private final User me;
    private Incoming incoming;
    /** Where the conversation is, for updates of it that name no chat. */
    private @Nullable Chat place;

    private @Nullable MatchResult match;
    private volatile @Nullable Map<Attribute<?>, Object> attributes;
    private Sessions.@Nullable Open sessions;
    private Conversation.Terms terms = Conversation.Terms.NONE;
    private AutoAnswers answers = AutoAnswers.OFF;
    private LogMarks marks = LogMarks.OFF;
    private Replies replies = Replies.NONE;
    private Consumer<Sessions.Counters> counters = unwatched -> {};
    /** Whose side this is about, or null. */
    private final @Nullable Context main;

    private final Thread thread;
    /** Others have the update after the workers that have it now. */
    private volatile boolean goesOn;
    /** What runs beside its handlers, the last one first. */
    private Fork.@Nullable Side side;

    Context(Api api, User me, Delivery<RawUpdate> delivery) {
        this.main = null;
        this.thread = Thread.currentThread();
        this.me = me;
        this.incoming = new Incoming(delivery);
        // A send that waits for its chat's turn lends its slot to another handler.
        this.api = api instanceof LimitedApi limited
                ? limited.telling(delivery::withoutSlot).through(inner -> new ObservedApi(inner, this::query))
                : new ObservedApi(api, this::query);
    }

    private Context(Context main) {
        this.main = main;
        this.thread = main.thread;
        this.me = main.me;
        this.api = main.api;
        this.incoming = main.incoming;
        this.match = main.match;
        this.attributes = main.attributes;
        this.sessions = main.sessions;
        this.terms = main.terms;
        this.answers = main.answers;
        this.marks = main.marks;
        this.counters = main.counters;
    }

    /** One for a way beside this one's: with the same attributes, but matches and sessions of its own. */
    Context beside() {
        if (attributes == null) attributes = new ConcurrentHashMap<>();
        return new Context(this);
    }

    Fork.@Nullable Side side() {
        return side;
    }

    void side(Fork.@Nullable Side running) {
        side = running;
    }

    /** Waits for what runs beside, which shares slot and key, before they are given away. */
    void awaitSides() throws InterruptedException {
        boolean interrupted = false;
        for (var each = side; each != null; each = each.outer()) interrupted |= each.join();
        if (interrupted) throw new InterruptedException("asked to end");
    }

    /** Whether this is the way of the handler that the runner called, on its thread: that alone can wait for updates. */
    boolean canAsk() {
        return main == null && Thread.currentThread().equals(thread);
    }

    /** Handlers that are no part of what goes on now have the update next, or do not. */
    void goesOn(boolean whether) {
        goesOn = whether;
    }

    /** Whether no other handlers have the update beside those of this way, or after them. */
    boolean isAlone() {
        return main == null && side == null && !goesOn;
    }

    /** The handler was given another update: from now on this is about that one. */
    void moveTo(Delivery<RawUpdate> next) {
        place = chatOrNull();
        incoming = new Incoming(next);
        match = null;
        marks.put(next.update());
        answers.begin(incoming, api);
    }

    private @Nullable CallbackAnswer query(ApiCall<?> call) {
        return incoming.answeredBy(call);
    }

    // ---- the update

    public long updateId() {
        return raw().updateId();
    }

    public UpdateKind kind() {
        return UpdateKind.of(raw().kind());
    }

    long kindBit() {
        return incoming.kindBit();
    }

    /** The update as it came. */
    public RawUpdate raw() {
        return incoming.raw();
    }

    /**
     * The whole update.
     *
     * @throws UnreadableException if it is damaged; its failure is final
     */
    public Update update() {
        return incoming.update();
    }

    @Override
    Update known() {
        return update();
    }

    /** 1 if no handler can have seen this update before; above 1 one may have, in this process or in one that died. */
    public int attempt() {
        return delivery().attempt();
    }

    /** The conversation that it belongs to by default, or null if to none. */
    public @Nullable UpdateKey key() {
        return UpdateKey.of(raw());
    }

    /** The update as the runner handed it over. */
    public Delivery<RawUpdate> delivery() {
        return incoming.delivery();
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

    @Override
    public <R> R call(ApiCall<R> call) throws InterruptedException {
        return api.call(call);
    }

    /**
     * Makes a call whose result nobody needs: in the response to the webhook's request that brought this update, if that is
     * possible, which spares a request; else as {@link #call} does, and then what that throws comes from here, too.
     *
     * <p>What goes in the response goes when the update has ended, after all other calls of the handler and even if the
     * handler fails; neither a limiter nor anybody else is told what came of it. So it is for what may be late or missing:
     * the text for a pressed button above all. One call of an update can go so (of several attempts the latest one's), and none
     * that uploads a file; with a journal, or while the bot polls, none at all. See {@link Source#tryReply}.
     *
     * @return whether it goes in the response
     */
    public boolean callInResponse(ApiCall<?> call) throws InterruptedException {
        CallbackAnswer answered = query(call);
        return answered == null ? inResponse(call) : answered.byHandler(() -> inResponse(call));
    }

    private boolean inResponse(ApiCall<?> call) throws InterruptedException {
        if (replies.tryReply(delivery(), call)) return true;
        call(call);
        return false;
    }

    /** The source that this update came from. */
    Context replyingTo(Source<RawUpdate> source) {
        replies = source::tryReply;
        return this;
    }

    // ---- the answer to a callback query

    /** The handlers begin, in a bot that answers so. */
    Context answered(AutoAnswers how) {
        answers = how;
        how.begin(incoming, api);
        return this;
    }

    /** The handlers wait for another update. */
    void answerMeanwhile() {
        answers.end(incoming, api, Replies.NONE); // the response may be far away
    }

    /** The handlers have ended well. */
    void answerAtEnd() {
        answers.end(incoming, api, replies);
    }

    /**
     * Answers no callback query in place of the handlers any more: they do so later, or have done so by a way of which this
     * context does not know, such as another client or the answer to a webhook's request.
     */
    public void withoutAutoAnswer() {
        answers.leave(incoming);
        answers = AutoAnswers.OFF;
        if (main != null) main.withoutAutoAnswer();
    }

    // ---- what is in the update

    /** The message that this update is, of whatever kind, or null; not the one that a pressed button hangs on. */
    @Nullable
    Message ownMessage() {
        return UpdateParts.ownMessage(update());
    }

    /** The message that this update is or, of a pressed button, hangs on. */
    public Message message() {
        return required(messageOrNull(), "message");
    }

    public @Nullable Message messageOrNull() {
        return UpdateParts.message(update());
    }

    /** Where it happened; of an answer that names no chat, such as a payment to be confirmed, where it was asked for. */
    public Chat chat() {
        return required(chatOrNull(), "chat");
    }

    public @Nullable Chat chatOrNull() {
        var chat = UpdateParts.chat(update());
        return chat == null ? place : chat;
    }

    public long chatId() {
        return chat().id();
    }

    /** The channel or group that acts in place of a user, or null. */
    public @Nullable Chat senderChat() {
        return UpdateParts.senderChat(update());
    }

    /** Who did it. */
    public User from() {
        return required(fromOrNull(), "user who did it");
    }

    public @Nullable User fromOrNull() {
        return UpdateParts.from(update());
    }

    /** The number of the message that it is, or is about. */
    public long messageId() {
        return required(UpdateParts.messageId(update()), "message");
    }

    /** The topic that it happened in, of a forum or of a private chat with topics, or null. */
    public @Nullable Long threadId() {
        return UpdateParts.topic(update());
    }

    @Override
    public @Nullable String inlineMessageId() {
        return UpdateParts.inlineMessageId(update());
    }

    @Override
    public @Nullable String businessConnectionId() {
        return UpdateParts.businessConnectionId(update());
    }

    /** The text of the message, or the caption, or null. */
    public @Nullable String text() {
        Message message = messageOrNull();
        return message == null ? null : message.text() == null ? message.caption() : message.text();
    }

    /** What is marked in the text or caption, in the order of the server. */
    public List<EntityText> entities() {
        Message message = messageOrNull();
        return message == null ? List.of() : EntityText.in(message);
    }

    /** The command to this bot that the message is, or null. */
    public @Nullable Command commandOrNull() {
        Command any = anyCommand();
        return any != null && any.isFor(me.username()) ? any : null;
    }

    /** The command that the message is, whoever it is for. */
    @Nullable
    Command anyCommand() {
        return incoming.command();
    }

    /** The match of the regular expression that led here; see {@link Composer#hears(Pattern, UpdateHandler)}. */
    public MatchResult match() {
        return required(match, "match of a regular expression");
    }

    void matched(Object value) {
        if (value instanceof MatchResult found) match = found;
    }

    /** The file in the message. */
    public Attachment attachment() {
        return required(Attachment.in(message()), "file");
    }

    /**
     * Fetches a file, whole or not at all; see {@link Downloads}. The hosted server gives out files of up to 20 MB.
     *
     * @return the number of bytes
     */
    public long download(String fileId, Path target) throws InterruptedException {
        return downloads().toFile(fileId, target);
    }

    /** Fetches a file and goes on where a connection breaks off; what was written before a failure stays written. */
    public long download(String fileId, OutputStream out) throws InterruptedException {
        return downloads().to(fileId, out);
    }

    private Downloads downloads() {
        return new Downloads(api, DownloadOptions.defaults());
    }

    // ---- what middleware leaves here

    /** Leaves something for the handlers behind. */
    public <T> void put(Attribute<T> attribute, T value) {
        Map<Attribute<?>, Object> known = attributes;
        if (known == null) attributes = known = new ConcurrentHashMap<>();
        known.put(attribute, value);
    }

    @SuppressWarnings("unchecked") // put with the attribute's own type
    public <T> Optional<T> get(Attribute<T> attribute) {
        Map<Attribute<?>, Object> known = attributes;
        return known == null ? Optional.empty() : Optional.ofNullable((T) known.get(attribute));
    }

    // ---- state

    /**
     * The session of this update.
     *
     * @throws IllegalStateException  if no {@link Sessions} stand before this handler
     * @throws SessionException.NoKey if this update has no key for the part
     */
    public <T> Session<T> session(SessionPart<T> part) {
        Sessions.Open open = sessions;
        if (open == null) throw new IllegalStateException("no sessions here: bot.use(new Sessions(store)) comes first");
        return open.of(part, this);
    }

    /** Returns those before. */
    Sessions.@Nullable Open openSessions(Sessions.@Nullable Open opened) {
        Sessions.Open before = sessions;
        if (opened != null) counters.accept(opened.counters());
        sessions = opened;
        return before;
    }

    /** Others may change them from now on. */
    void pauseSessions() {
        if (sessions != null) sessions.pause();
    }

    // ---- conversations

    /**
     * Sends a question to where the update happened and waits for the answer: the next update of the same user in the same
     * chat that the filter takes. Meanwhile the handler holds no slot, and all other updates are handled as usual. Then this
     * context is about the answer, whatever it was about before.
     *
     * <p>With a journal a conversation outlives the process: the handler runs again from its first line, is given the same
     * answers in the same order, and does not repeat the questions that had been answered. Without one it is lost.
     *
     * <p>What runs beside the handler, see {@link Composer#fork}, ends before the question goes out.
     *
     * @throws ConversationException.TimedOut  if no answer came, see {@link Conversations}
     * @throws ConversationException.Cancelled if the conversation was cancelled, see {@link Conversations}
     * @throws InterruptedException            if the bot stops
     * @throws IllegalStateException           within a fork or workers, or on another thread
     */
    public <T> T ask(String question, Filter<T> answer) throws InterruptedException {
        return ask(question, call -> call, answer);
    }

    /** {@link #ask(String, Filter)} with more than the text: a keyboard, above all. */
    public <T> T ask(String question, UnaryOperator<SendMessage> more, Filter<T> answer) throws InterruptedException {
        return conversation()
                .ask(() -> reply(question, more), answer, conversation().rules().timeout(), false);
    }

    /**
     * Asks until the answer makes sense.
     *
     * @param parse null, an {@link IllegalArgumentException} or a {@link java.time.DateTimeException} if it makes none
     * @param again what is asked then
     */
    public <T, R> R askUntil(
            String question, Filter<T> answer, Function<? super T, ? extends @Nullable R> parse, String again)
            throws InterruptedException {
        for (String next = question; ; next = again) {
            T value = ask(next, answer);
            try {
                R parsed = parse.apply(value);
                if (parsed != null) return parsed;
            } catch (IllegalArgumentException | DateTimeException makesNone) {
                // Asked again.
            }
        }
    }

    /** {@link #ask(String, Filter)} without a question of its own. */
    public <T> T next(Filter<T> wanted) throws InterruptedException {
        return next(wanted, conversation().rules().timeout());
    }

    /** {@link #next(Filter)} with a timeout of its own. */
    public <T> T next(Filter<T> wanted, Duration timeout) throws InterruptedException {
        return conversation().ask(null, wanted, timeout, false);
    }

    /** {@link #next(Filter, Duration)}, whoever of the same chat it comes from: of the updates that share a key with this one. */
    public <T> T nextOfAnyone(Filter<T> wanted, Duration timeout) throws InterruptedException {
        return conversation().ask(null, wanted, timeout, true);
    }

    /** Tells what the bot's conversations share. */
    Context within(Conversation.Terms known) {
        terms = known;
        return this;
    }

    /** Says in the log of which update it is, from one to the next. */
    Context marked(LogMarks how) {
        marks = how;
        return this;
    }

    /** Tells which sessions are at work. */
    Context counted(Consumer<Sessions.Counters> by) {
        counters = by;
        return this;
    }

    LogMarks marks() {
        return marks;
    }

    private Conversation conversation() {
        return new Conversation(this, terms);
    }

    /** What {@link Conversations} say about a conversation that has ended early. */
    void end(ConversationException how) throws Exception {
        conversation().rules().end(this, how);
    }

    // ---- answers

    /** Sends a formatted text to where the update happened, in as many messages as it takes: none if it is blank. */
    public void reply(Rich text) throws InterruptedException {
        reply(text, call -> call);
    }

    /** {@link #reply(Rich)} with more than the text for the last message: a keyboard, above all. */
    public void reply(Rich text, UnaryOperator<SendMessage> more) throws InterruptedException {
        var parts = text.split();
        for (int at = 0; at < parts.size(); at++) {
            Rich part = parts.get(at);
            UnaryOperator<SendMessage> its = at == parts.size() - 1 ? more : call -> call;
            reply(part.text(), call -> its.apply(call.withEntities(part.entities())));
        }
    }

    /** Sends a text to where the update happened. */
    public Message reply(String text) throws InterruptedException {
        return sendMessage(text);
    }

    /** {@link #reply(String)} with more than the text. */
    public Message reply(String text, UnaryOperator<SendMessage> more) throws InterruptedException {
        return sendMessage(text, more);
    }

    /** What makes a sent message an answer to the one that this update is, or is about. */
    public ReplyParameters answering() {
        return ReplyParameters.of().withMessageId(messageId()).withAllowSendingWithoutReply(true);
    }

    /** Makes this the only reaction of the bot to the message. */
    public void react(String emoji) throws InterruptedException {
        setMessageReaction(call -> call.withReaction(List.of(ReactionTypeEmoji.of(emoji))));
    }

    /** Answers a callback query with a line at the top of the chat. */
    public void answerCallbackQuery(String text) throws InterruptedException {
        answerCallbackQuery(call -> call.withText(text));
    }

    /** Replaces the text of the message that this update is about, such as the one whose button was pressed. */
    public Optional<Message> editMessageText(String text) throws InterruptedException {
        return editMessageText(text, call -> call);
    }

    /** {@link #editMessageText(String)} with more than the text. */
    public Optional<Message> editMessageText(String text, UnaryOperator<EditMessageText> more)
            throws InterruptedException {
        return editMessageText(call -> more.apply(call.withText(text)));
    }

    // ---- for the shortcuts

    @Override
    long chatFor(String method) {
        return required(chatOrNull(), "chat", method).id();
    }

    @Override
    long messageFor(String method) {
        return required(UpdateParts.messageId(update()), "message", method);
    }

    @Override
    long topicFor(String method) {
        return required(threadId(), "topic", method);
    }

    @Override
    long userFor(String method) {
        return required(fromOrNull(), "user who did it", method).id();
    }

    @Override
    long managedBotFor(String method) {
        return managedBot().bot().id();
    }

    @Override
    String businessFor(String method) {
        return required(businessConnectionId(), "business connection", method);
    }

    @Override
    long receiverFor(String method) {
        return required(required(messageOrNull(), "message", method).receiverUser(), "receiver of its own", method)
                .id();
    }

    @Override
    long ephemeralMessageFor(String method) {
        return required(required(messageOrNull(), "message", method).ephemeralMessageId(), "ephemeral message", method);
    }

    @Override
    String guestQueryId() {
        return required(message().guestQueryId(), "guest query");
    }

    @Override
    String chatJoinRequestQueryId() {
        return required(chatJoinRequest().queryId(), "query to answer");
    }

    @Override
    @Nullable
    Long topicOrNull() {
        return threadId();
    }

    @Override
    @Nullable
    Long directTopicOrNull() {
        Message message = messageOrNull();
        return message == null || message.directMessagesTopic() == null
                ? null
                : message.directMessagesTopic().topicId();
    }

    @Override
    @Nullable
    Long userIdOrNull() {
        User user = fromOrNull();
        return user == null ? null : user.id();
    }

    @Override
    <T> T required(@Nullable T value, String what) {
        if (value == null) throw new BotException.Missing("this update (" + raw().kind() + ") has no " + what);
        return value;
    }

    private <T> T required(@Nullable T value, String what, String method) {
        if (value == null)
            throw new BotException.Missing(method + ": this update (" + raw().kind() + ") has no " + what);
        return value;
    }

    @Override
    public String toString() {
        return "Context[" + raw() + "]";
    }
}
