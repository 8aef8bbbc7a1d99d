package io.botmesh.emulator;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The server as a state machine: bots, people, chats, queues and files, without a socket, a thread or a clock of its
 * own. All of it depends only on the calls, the clock and the seed. Safe for use by many threads.
 */
@SuppressWarnings("DoNotCallSuggester") // the parts that throw are laid down next
public final class World {
    private final WorldOptions options;

    public World(WorldOptions options, InstantSource clock, long seed) {
        this.options = options;
        Objects.requireNonNull(clock);
        if (seed == Long.MIN_VALUE) throw new IllegalArgumentException("seed");
    }

    /** What the world was made with. */
    public WorldOptions options() {
        return options;
    }

    /**
     * Takes one call. The future completes now, or when a later call or {@link #tick()} brings what it waits for.
     * Never blocks.
     */
    public CompletableFuture<Reply> call(Call call) {
        return CompletableFuture.completedFuture(new Reply.NotBuilt(call.method()));
    }

    /** Does everything that is due; returns when it wants to be called next, null if nothing is pending. */
    public @Nullable Instant tick() {
        return null;
    }

    /** What {@code /file/bot<token>/<path>} serves; null if there is none or its link has expired. */
    public @Nullable StoredFile file(String token, String path) {
        return null;
    }

    /** A new bot with a token of its own. */
    public BotAccount addBot(String username) {
        throw new UnsupportedOperationException(username);
    }

    /** A new bot with that token, whose part before the colon is its id. */
    public BotAccount addBot(String username, String token) {
        throw new UnsupportedOperationException(username + token.length());
    }

    /** A new person. */
    public Person addUser(String firstName, @Nullable String username) {
        throw new UnsupportedOperationException(firstName + username);
    }

    /** A new channel, owned by a person of its own. */
    public Channel addChannel(String title, @Nullable String username, List<Admin> admins) {
        throw new UnsupportedOperationException(title + username + admins);
    }

    /** A new supergroup, owned by a person of its own. */
    public Group addGroup(String title, @Nullable String username, List<Admin> admins) {
        throw new UnsupportedOperationException(title + username + admins);
    }

    /** Adds a person or bot to a group as a plain member; a person also to a channel, as a subscriber. */
    public void join(long chatId, long userId) {
        throw new UnsupportedOperationException(chatId + " " + userId);
    }

    /** Makes a bot or person an administrator, or changes its rights. */
    public void promote(long chatId, Admin admin) {
        throw new UnsupportedOperationException(chatId + " " + admin);
    }

    /** Takes all rights away; in a channel a bot leaves with them. */
    public void demote(long chatId, long userId) {
        throw new UnsupportedOperationException(chatId + " " + userId);
    }

    /** Removes a bot or person and keeps it out. */
    public void kick(long chatId, long userId) {
        throw new UnsupportedOperationException(chatId + " " + userId);
    }

    /**
     * A person sends something.
     *
     * @param chatId a channel or group, or for a private chat the bot's user id
     * @return the Message as JSON
     */
    public String say(long fromUserId, long chatId, Outgoing what) {
        throw new UnsupportedOperationException(fromUserId + " " + chatId + what);
    }

    /** From now on nobody gets in with that token. */
    public void revoke(String token) {
        throw new UnsupportedOperationException(token.length() + "");
    }

    /** The listener is told, outside any lock, whenever {@link #tick()} would now return an earlier instant than it did. */
    void onEarlierDeadline(Runnable listener) {
        Objects.requireNonNull(listener);
    }

    /** Other limits from now on. */
    public void limits(Limits limits) {
        Objects.requireNonNull(limits);
    }

    /** Bots, people, chats and queue lengths as one JSON object, pure ASCII; tokens only if asked for. */
    public String stateJson(boolean withTokens) {
        throw new UnsupportedOperationException(withTokens + "");
    }
}
