package io.botmesh.world;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A chat with its members and messages. A private chat is one between one bot and one person. */
final class Chat {
    enum Kind {
        PRIVATE,
        SUPERGROUP,
        CHANNEL;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final long id;
    private final Kind kind;
    private final String title;
    private final @Nullable String username;
    private final @Nullable Account person;
    private final @Nullable Bot bot;
    private final Map<Long, Member> members = new LinkedHashMap<>();
    private final TreeMap<Integer, Message> messages = new TreeMap<>();
    final TreeSet<Integer> pinned = new TreeSet<>();

    @Nullable
    Bot lastBotToSend;

    Traffic traffic = Traffic.NONE;
    private int lastMessageId;

    private Chat(
            long id, Kind kind, String title, @Nullable String username, @Nullable Account person, @Nullable Bot bot) {
        this.id = id;
        this.kind = kind;
        this.title = title;
        this.username = username;
        this.person = person;
        this.bot = bot;
    }

    static Chat channel(long id, String title, @Nullable String username) {
        return new Chat(id, Kind.CHANNEL, title, username, null, null);
    }

    static Chat supergroup(long id, String title, @Nullable String username) {
        return new Chat(id, Kind.SUPERGROUP, title, username, null, null);
    }

    static Chat between(Bot bot, Account person) {
        return new Chat(person.id(), Kind.PRIVATE, "", person.username(), person, bot);
    }

    long id() {
        return id;
    }

    Kind kind() {
        return kind;
    }

    String title() {
        return title;
    }

    @Nullable
    String username() {
        return username;
    }

    /** The person of a private chat, null for others. */
    @Nullable
    Account person() {
        return person;
    }

    /** The bot of a private chat, null for others. */
    @Nullable
    Bot bot() {
        return bot;
    }

    boolean isPublic() {
        return kind != Kind.PRIVATE && username != null;
    }

    /** Everybody who ever had to do with it, in order of appearance. */
    Iterable<Member> members() {
        return members.values();
    }

    /** Somebody who never had to do with it has left. */
    Member member(Account account) {
        var member = members.get(account.id());
        return member == null ? Member.plain(account, Member.Status.LEFT) : member;
    }

    boolean knows(Account account) {
        return members.containsKey(account.id());
    }

    void put(Member member) {
        members.put(member.account().id(), member);
    }

    int nextMessageId() {
        return bot != null ? bot.nextPrivateMessageId() : ++lastMessageId;
    }

    /** What is there now, oldest first. */
    Iterable<Message> messages() {
        return messages.values();
    }

    void add(Message message) {
        messages.put(message.id(), message);
        traffic = traffic.plus(message.content());
    }

    /** Messages that are still there. */
    int size() {
        return messages.size();
    }

    /** Null if there is none with that id any more. */
    @Nullable
    Message message(int messageId) {
        return messages.get(messageId);
    }

    /** Null if it is empty. */
    @Nullable
    Message newest() {
        return messages.isEmpty() ? null : messages.lastEntry().getValue();
    }

    void remove(Message message) {
        messages.remove(message.id());
        pinned.remove(message.id());
    }

    /** The newest one that is pinned, null if none is. */
    @Nullable
    Message newestPinned() {
        return pinned.isEmpty() ? null : messages.get(pinned.last());
    }

    /** As a {@code Chat}. */
    JsonWriter write(JsonWriter json) {
        return writeOpen(json).endObject();
    }

    /** Without the closing brace, for whoever adds to it. */
    JsonWriter writeOpen(JsonWriter json) {
        json.object().field("id", id);
        if (person == null) {
            json.field("title", title);
        } else {
            json.field("first_name", person.firstName());
            if (person.lastName() != null) json.field("last_name", person.lastName());
        }
        if (username != null) json.field("username", username);
        return json.field("type", kind.wireName());
    }
}
