package io.botmesh.world;

import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All that the server keeps for one bot. */
final class Bot {
    /** A getUpdates call that has nothing to say yet. */
    static final class Waiting {
        final Answer answer;
        final int updateOffset;
        final int limit;
        final Instant until;

        @Nullable
        Instant nudgedUntil;

        Agenda.@Nullable Entry alarm;

        Waiting(Answer answer, int updateOffset, int limit, Instant until) {
            this.answer = answer;
            this.updateOffset = updateOffset;
            this.limit = limit;
            this.until = until;
        }
    }

    private final Account account;
    private String token;
    final UpdateQueue queue;
    final LastMinute updates = new LastMinute();
    final ActiveCalls active = new ActiveCalls();
    final PollPacing pacing = new PollPacing();
    final Map<Long, Chat> privateChats = new HashMap<>();
    final FileLinks links = new FileLinks();
    final BotProfile profile = new BotProfile();
    final Set<BotFlag> flags = EnumSet.noneOf(BotFlag.class);
    /** The people who let it change the emoji beside their names. */
    final Set<Long> emojiStatusOf = new HashSet<>();

    /** The bot that runs it, null if a person does. */
    @Nullable
    Bot manager;

    /** Who alone may use it beside its owner, null if everybody may. */
    @Nullable
    List<Account> restrictedTo;

    Set<UpdateKind> allowed = UpdateKind.BY_DEFAULT;

    @Nullable
    Waiting waiting;

    @Nullable
    Webhook webhook;

    /** When setWebhook may be called again. */
    @Nullable
    Instant nextSetWebhook;

    @Nullable
    Instant launchedAt;

    @Nullable
    Instant loggedOutUntil;

    boolean revoked;
    boolean privacy = true;
    private int lastPrivateMessageId;

    Bot(Account account, String token, RandomGenerator random) {
        this.account = account;
        this.token = token;
        this.queue = new UpdateQueue(random);
    }

    Account account() {
        return account;
    }

    long id() {
        return account.id();
    }

    String token() {
        return token;
    }

    /** The registry alone calls it: it knows whose a token is. */
    void token(String other) {
        token = other;
    }

    /** All private chats of a bot share one sequence. */
    int nextPrivateMessageId() {
        return ++lastPrivateMessageId;
    }
}
