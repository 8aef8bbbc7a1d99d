package io.botmesh.world;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who and what there is: bots, people and chats, by id, name and token. */
final class Registry {
    static final long CHANNEL_BASE = -1_000_000_000_000L;

    private static final long FIRST_BOT = 7_000_000_001L;
    private static final long FIRST_PERSON = 200_000_001L;
    private static final long FIRST_CHAT = 1_500_000_001L;
    private static final long FIRST_GROUP = 4_000_001L;
    private static final int SECRET_BYTES = 26;

    /** Shorter than people get them, as names in tests are. */
    private static final Pattern USERNAME = Pattern.compile("[A-Za-z0-9_]{1,32}");

    private final SplittableRandom random;
    private final Map<Long, Account> accounts = new LinkedHashMap<>();
    private final Map<Long, Bot> bots = new LinkedHashMap<>();
    private final Map<String, Bot> botsByToken = new HashMap<>();
    private final Map<Long, Chat> chats = new LinkedHashMap<>();
    private final Map<String, Chat> chatsByName = new HashMap<>();
    private final Set<String> usernames = new HashSet<>();
    private long nextBot = FIRST_BOT;
    private long nextPerson = FIRST_PERSON;
    private long nextChat = FIRST_CHAT;
    private long nextGroup = FIRST_GROUP;

    Registry(long seed) {
        random = new SplittableRandom(seed);
    }

    Bot addBot(String username) {
        while (accounts.containsKey(nextBot)) nextBot++;
        return addBot(username, freshToken(nextBot++));
    }

    private String freshToken(long id) {
        var secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return id + ":AA"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(secret).substring(0, 33);
    }

    /** Gives a bot another token; with the old one nobody gets in any more. */
    void replaceToken(Bot bot) {
        botsByToken.remove(bot.token());
        bot.token(freshToken(bot.id()));
        botsByToken.put(bot.token(), bot);
    }

    /** Gives a person another username, or none; false if somebody else has it. */
    boolean rename(Account account, @Nullable String username) {
        var old = account.username();
        if (username != null && !username.equalsIgnoreCase(old)) {
            if (!usernames.add(username.toLowerCase(Locale.ROOT))) return false;
        }
        if (old != null && !old.equalsIgnoreCase(username)) usernames.remove(old.toLowerCase(Locale.ROOT));
        account.username(username);
        return true;
    }

    Bot addBot(String username, String token) {
        if (Tokens.isMalformed(token)) {
            throw new IllegalArgumentException("a token is the bot's id, a colon and a secret: @" + username);
        }
        long id = Lenient.number(token);
        if (accounts.containsKey(id)) throw new IllegalArgumentException("id " + id + " is taken: @" + username);
        claim(username);
        var account = new Account(id, true, username, null, username, null);
        var bot = new Bot(account, token, random.split());
        accounts.put(id, account);
        bots.put(id, bot);
        botsByToken.put(token, bot);
        return bot;
    }

    /** A number that nobody can guess. */
    long number() {
        return random.nextLong(1, Long.MAX_VALUE);
    }

    /** Letters and digits that nobody can guess. */
    String secret(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).substring(0, length);
    }

    /** Bots, people and chats share one space of names, in which case does not count. */
    private void claim(@Nullable String username) {
        if (username == null) return;
        if (!USERNAME.matcher(username).matches()) {
            throw new IllegalArgumentException("a username has 1 to 32 letters, digits and _, and no @ before them");
        }
        if (!usernames.add(username.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("@" + username + " is taken");
        }
    }

    private static void checkName(String what, @Nullable String name, int most) {
        if (name != null && (name.isBlank() || name.codePointCount(0, name.length()) > most)) {
            throw new IllegalArgumentException(what + " has 1 to " + most + " characters");
        }
    }

    Account addPerson(String firstName, @Nullable String username) {
        return addPerson(firstName, null, username, "en");
    }

    Account addPerson(String firstName, @Nullable String lastName, @Nullable String username, String languageCode) {
        checkName("a first name", firstName, 64);
        checkName("a last name", lastName, 64);
        claim(username);
        while (accounts.containsKey(nextPerson)) nextPerson++;
        var account = new Account(nextPerson++, false, firstName, lastName, username, languageCode);
        accounts.put(account.id(), account);
        return account;
    }

    Chat addChannel(String title, @Nullable String username) {
        checkName("a title", title, 128);
        return add(Chat.channel(CHANNEL_BASE - nextChat++, title, username));
    }

    Chat addGroup(String title) {
        checkName("a title", title, 128);
        return add(Chat.group(-nextGroup++, title));
    }

    Chat addSupergroup(String title, @Nullable String username) {
        checkName("a title", title, 128);
        return add(Chat.supergroup(CHANNEL_BASE - nextChat++, title, username));
    }

    private Chat add(Chat chat) {
        var username = chat.username();
        claim(username);
        if (username != null) chatsByName.put(username.toLowerCase(Locale.ROOT), chat);
        chats.put(chat.id(), chat);
        return chat;
    }

    @Nullable
    Account account(long id) {
        return accounts.get(id);
    }

    Collection<Account> accounts() {
        return accounts.values();
    }

    @Nullable
    Bot bot(long id) {
        return bots.get(id);
    }

    @Nullable
    Bot botByToken(String token) {
        return botsByToken.get(token);
    }

    Collection<Bot> bots() {
        return bots.values();
    }

    @Nullable
    Chat chat(long id) {
        return chats.get(id);
    }

    Collection<Chat> chats() {
        return chats.values();
    }

    /** A bot by its name, null if it is nobody's or that of somebody else. */
    @Nullable
    Bot botByName(String username) {
        for (var bot : bots.values())
            if (username.equalsIgnoreCase(bot.account().username())) return bot;
        return null;
    }

    /** Only channels and groups have a name that a bot can look up. */
    @Nullable
    Chat chatByName(String username) {
        return chatsByName.get(username.toLowerCase(Locale.ROOT));
    }

    /** The bots that are in a chat. */
    List<Bot> botsIn(Chat chat) {
        var own = chat.bot();
        if (own != null) return List.of(own);
        var in = new ArrayList<Bot>();
        for (var member : chat.members()) {
            var bot = member.isIn() && member.account().bot()
                    ? bots.get(member.account().id())
                    : null;
            if (bot != null) in.add(bot);
        }
        return in;
    }

    /** Whose file ids a person sees in a chat, since people have none of their own. */
    Bot viewer(Chat chat) {
        var in = botsIn(chat);
        return in.isEmpty()
                ? new Bot(new Account(1, true, "nobody", null, null, null), "", new SplittableRandom(0))
                : in.getFirst();
    }
}
