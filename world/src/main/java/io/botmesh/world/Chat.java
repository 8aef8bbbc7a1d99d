package io.botmesh.world;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A chat with its members and messages. A private chat is one of one bot with one person; two bots have one each, whose
 * messages are twins.
 */
final class Chat {
    enum Kind {
        PRIVATE,
        GROUP,
        SUPERGROUP,
        CHANNEL;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final long id;
    private final Kind kind;
    private final ChatProfile profile;
    private final Invitations invitations = new Invitations();
    private final Topics topics = new Topics();
    private final Boosts boosts = new Boosts();
    private final @Nullable String username;
    private final @Nullable Account person;
    private final @Nullable Bot bot;
    private final Map<Long, Member> members = new LinkedHashMap<>();
    private final TreeMap<Integer, Message> messages = new TreeMap<>();
    final TreeSet<Integer> pinned = new TreeSet<>();
    /** What single members were told, by its own count. */
    final TreeMap<Integer, Message> whispers = new TreeMap<>();

    int lastWhisper;

    @Nullable
    Bot lastBotToSend;

    Traffic traffic = Traffic.NONE;

    /** Through whom the bot sees it, null for a chat of its own. */
    @Nullable
    Connection connection;

    /** Whether the person of a private chat has blocked its bot. */
    boolean blocked;

    /** The supergroup that a group has become, 0 if it is still itself. */
    long migratedTo;

    /** Whether the person of a private chat has begun it, so that the bot may write. */
    boolean opened = true;

    /** Whether it is only open because the person asked to join a chat. */
    boolean onApproval;

    private final Map<Long, Map<Integer, Message>> messagesOfBots = new HashMap<>();
    private int lastMessageId;

    private Chat(
            long id, Kind kind, String title, @Nullable String username, @Nullable Account person, @Nullable Bot bot) {
        this.id = id;
        this.kind = kind;
        profile = new ChatProfile(title);
        this.username = username;
        this.person = person;
        this.bot = bot;
    }

    static Chat channel(long id, String title, @Nullable String username) {
        return new Chat(id, Kind.CHANNEL, title, username, null, null);
    }

    static Chat group(long id, String title) {
        return new Chat(id, Kind.GROUP, title, null, null, null);
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
        return profile.title;
    }

    ChatProfile profile() {
        return profile;
    }

    Invitations invitations() {
        return invitations;
    }

    Boosts boosts() {
        return boosts;
    }

    Topics topics() {
        return topics;
    }

    /** How many seconds somebody has to wait before it may write again, 0 if it need not. */
    int slowFor(Account account, long now) {
        if (profile.slowModeSeconds == 0) return 0;
        long last = 0;
        for (var message : messages.descendingMap().values()) {
            if (!message.author().equals(account) || message.content().isService()) continue;
            last = message.date();
            break;
        }
        return (int) Math.max(0, last + profile.slowModeSeconds - now);
    }

    /** A basic group or a supergroup. */
    boolean isGroup() {
        return kind == Kind.GROUP || kind == Kind.SUPERGROUP;
    }

    /** Whether somebody may change an administrator, who is then one by its doing. */
    boolean mayEdit(Account editor, Member admin) {
        var own = member(editor);
        return own.status() == Member.Status.CREATOR
                || (own.can(Right.PROMOTE_MEMBERS) && admin.isAdmin() && admin.promotedBy() == editor.id());
    }

    /** Whether somebody may do something for which members of a group need a permission. */
    boolean permits(Member member, Permission permission) {
        var right = permission.right();
        return switch (member.status()) {
            case CREATOR -> true;
            case ADMINISTRATOR -> right == null || member.can(right);
            case MEMBER -> profile.permissions.has(permission);
            case RESTRICTED ->
                member.inside()
                        && profile.permissions.has(permission)
                        && member.permissions().has(permission);
            case LEFT, KICKED -> false;
        };
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

    /** As {@link #permits(Member, Permission)}; in its private chats a bot may do everything. */
    boolean permits(Bot asker, Permission permission) {
        return kind == Kind.PRIVATE || permits(member(asker.account()), permission);
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

    /**
     * As {@link #message(int)}, by the id that a bot knows it by: in a basic group every bot counts in its own sequence.
     */
    @Nullable
    Message message(Bot viewer, int messageId) {
        var own = kind == Kind.GROUP ? messagesOfBots.get(viewer.id()) : null;
        return own == null ? message(messageId) : own.get(messageId);
    }

    /** Gives a message of a basic group the id by which one bot knows it. */
    void number(Message message, Bot viewer) {
        int own = viewer.nextPrivateMessageId();
        message.number(viewer, own);
        messagesOfBots.computeIfAbsent(viewer.id(), any -> new HashMap<>()).put(own, message);
    }

    /** The newest ones, oldest first. */
    Iterable<Message> newest(int most) {
        var newest = new ArrayDeque<Message>();
        for (var message : messages.descendingMap().values()) {
            if (newest.size() == most) break;
            newest.addFirst(message);
        }
        return newest;
    }

    void remove(Message message) {
        messages.remove(message.id());
        pinned.remove(message.id());
        for (var own : messagesOfBots.values()) own.values().remove(message);
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
            json.field("title", profile.title);
        } else {
            json.field("first_name", person.firstName());
            if (person.lastName() != null) json.field("last_name", person.lastName());
        }
        if (username != null) json.field("username", username);
        json.field("type", kind.wireName());
        if (kind == Kind.GROUP) {
            json.field("all_members_are_administrators", profile.permissions.equals(Permissions.ALL));
        }
        if (profile.forum) json.field("is_forum", true);
        if (profile.directMessagesOf != null) json.field("is_direct_messages", true);
        return json;
    }
}
