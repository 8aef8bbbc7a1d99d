package io.botmesh.emulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server as a state machine: bots, people, chats, queues and files, without a socket, a thread or a clock of its
 * own. All of it depends only on the calls, the clock and the seed. Safe for use by many threads; answers leave outside
 * its lock.
 *
 * <p>The methods below {@link #call} and {@link #tick} play what happens around the bots: people who write, owners who
 * promote. They throw {@link IllegalArgumentException} for ids that do not exist and for what could not happen.
 */
public final class World {
    private static final Duration FLOOD_DELAY = Duration.ofSeconds(3);
    private static final int FLOOD_SECONDS = 60;

    private final ReentrantLock lock = new ReentrantLock();
    private final WorldOptions options;
    private final InstantSource clock;
    private final SplittableRandom random;
    private final Agenda agenda = new Agenda();
    private final UploadLine uploads = new UploadLine();
    private final Core core;
    private final MethodTable methods;
    private volatile Runnable onEarlierDeadline = () -> {};
    private @Nullable Instant promised;

    public World(WorldOptions options, InstantSource clock, long seed) {
        this.options = options;
        this.clock = clock;
        random = new SplittableRandom(seed);
        var registry = new Registry(random.nextLong());
        var files = new FileStore(random.nextLong());
        var json = new MessageJson(files);
        var polls = new Polls(agenda);
        core = new Core(
                registry,
                agenda,
                polls,
                new Postman(registry, agenda, polls, json, options.channelBotPosts()),
                new ChatAccess(registry),
                new Meter(options.limits()),
                files,
                json,
                options);
        methods = new MethodTable(core);
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
        return locked(() -> {
            try {
                var bot = admit(call);
                var name = call.method().isEmpty() ? call.arguments().text("method") : call.method();
                var documented = name == null ? null : MethodNames.find(name);
                if (documented == null) throw Refused.verbatim(404, "Not Found: method not found");
                var method = methods.find(documented);
                if (method == null) throw Refused.notBuilt(documented);
                return start(bot, method, new Params(call.arguments()));
            } catch (Refused refused) {
                var answer = new Answer(agenda, () -> latency(Method.Pace.OTHER));
                answer.give(refused.reply());
                return answer.future();
            }
        });
    }

    /** Does everything that is due; returns when it wants to be called next, null if nothing is pending. */
    public @Nullable Instant tick() {
        List<Runnable> departures;
        Instant next;
        lock.lock();
        try {
            agenda.now(clock.instant());
            departures = agenda.takeDepartures();
            next = agenda.next();
            promised = next;
        } finally {
            lock.unlock();
        }
        departures.forEach(Runnable::run);
        return next;
    }

    /** When {@link #tick()} wants to be called next, null if nothing is pending; does nothing. */
    public @Nullable Instant next() {
        lock.lock();
        try {
            return agenda.next();
        } finally {
            lock.unlock();
        }
    }

    /** What {@code /file/bot<token>/<path>} serves; null if there is none or its link has expired. */
    public @Nullable StoredFile file(String token, String path) {
        return this.<@Nullable StoredFile>locked(() -> {
            var bot = core.registry().botByToken(token);
            var file = bot == null || bot.revoked ? null : bot.links.find(path, agenda.now());
            return file == null ? null : new StoredFile(path, file.mimeType(), file.content());
        });
    }

    /** A new bot with a token of its own. */
    public BotAccount addBot(String username) {
        return locked(() -> account(core.registry().addBot(username)));
    }

    /** A new bot with that token, whose part before the colon is its id. */
    public BotAccount addBot(String username, String token) {
        return locked(() -> account(core.registry().addBot(username, token)));
    }

    /** Whether a bot in a group only sees what is meant for it, which is so by default. */
    public void privacy(long botId, boolean on) {
        locked(() -> bot(botId).privacy = on);
    }

    /**
     * Lets the bot's update ids go on from a random one, lower or higher, as the server does after a week without updates.
     * Refused while updates wait: after such a week none would be left.
     *
     * @return the id of the next update
     */
    public int jumpUpdateId(long botId) {
        return locked(() -> {
            var queue = bot(botId).queue;
            int waiting = queue.size(agenda.seconds());
            if (waiting > 0) {
                throw new IllegalArgumentException(waiting + " updates wait for bot " + botId
                        + ": let it fetch and confirm them before its ids jump");
            }
            return queue.jump();
        });
    }

    /** A new person. */
    public Person addUser(String firstName, @Nullable String username) {
        return locked(() -> {
            var account = core.registry().addPerson(firstName, username);
            return new Person(account.id(), account.firstName(), account.username());
        });
    }

    /** A new channel, owned by a person of its own. */
    public Channel addChannel(String title, @Nullable String username, List<Admin> admins) {
        return locked(() -> {
            var chat = found(core.registry().addChannel(title, username), admins);
            return new Channel(chat.id(), title, username);
        });
    }

    /** A new supergroup, owned by a person of its own. */
    public Group addGroup(String title, @Nullable String username, List<Admin> admins) {
        return locked(() -> {
            var chat = found(core.registry().addSupergroup(title, username), admins);
            return new Group(chat.id(), title, username);
        });
    }

    /** Adds a person or bot to a group as a plain member; a person also to a channel, as a subscriber. */
    public void join(long chatId, long userId) {
        locked(() -> {
            var chat = chat(chatId);
            var account = account(userId);
            if (account.bot() && chat.kind() == Chat.Kind.CHANNEL) {
                throw new IllegalArgumentException("a bot can only be an administrator of a channel");
            }
            enter(chat, account);
            return chat;
        });
    }

    /** Makes a bot or person an administrator, or changes its rights. */
    public void promote(long chatId, Admin admin) {
        locked(() -> {
            promote(chat(chatId), admin);
            return admin;
        });
    }

    /** Takes all rights away; in a channel a bot leaves with them. */
    public void demote(long chatId, long userId) {
        locked(() -> {
            var chat = chat(chatId);
            var account = account(userId);
            boolean leaves = account.bot() && chat.kind() == Chat.Kind.CHANNEL;
            change(chat, account, leaves ? Member.Status.LEFT : Member.Status.MEMBER);
            return chat;
        });
    }

    /** Removes a bot or person and keeps it out. */
    public void kick(long chatId, long userId) {
        locked(() -> {
            var chat = chat(chatId);
            var account = account(userId);
            change(chat, account, Member.Status.KICKED);
            if (chat.kind() == Chat.Kind.SUPERGROUP) {
                core.postman().post(chat, Posting.of(owner(chat), new Content.Left(account)));
            }
            return chat;
        });
    }

    /**
     * A person sends something. In a private chat the bot knows the person from then on.
     *
     * @param chatId a channel or group, or for a private chat the bot's user id
     * @return the Message as JSON
     */
    public String say(long fromUserId, long chatId, Outgoing what) {
        return locked(() -> {
            var person = account(fromUserId);
            if (person.bot()) throw new IllegalArgumentException("a bot speaks through its own calls: " + fromUserId);
            var chat = chatId > 0 ? privateChat(bot(chatId), person) : chat(chatId);
            var member = chat.member(person);
            boolean may = switch (chat.kind()) {
                case PRIVATE -> true;
                case CHANNEL -> member.can(Right.POST_MESSAGES);
                case SUPERGROUP -> member.isIn();
            };
            if (!may) {
                throw new IllegalArgumentException(fromUserId + " may not write to " + chatId);
            }
            int replyTo = what.replyTo() == null ? 0 : what.replyTo();
            if (replyTo != 0 && chat.message(replyTo) == null) {
                throw new IllegalArgumentException("no message " + replyTo + " in " + chatId);
            }
            var content = content(what);
            var message = core.postman().post(chat, new Posting(person, content, null, replyTo, null, false));
            return core.json().message(message, viewer(chat));
        });
    }

    /**
     * A person edits a text.
     *
     * @param chatId as for {@link #say}
     * @return the Message as JSON
     */
    public String edit(long fromUserId, long chatId, int messageId, String text) {
        return locked(() -> {
            var person = account(fromUserId);
            var chat = chatId > 0 ? privateChat(bot(chatId), person) : chat(chatId);
            var message = chat.message(messageId);
            if (message == null || !message.author().equals(person) || !(message.content() instanceof Content.Text)) {
                throw new IllegalArgumentException(fromUserId + " has no text " + messageId + " in " + chatId);
            }
            var content = content(Outgoing.text(text));
            if (!content.equals(message.content())) core.postman().edit(message, content, message.markup());
            return core.json().message(message, viewer(chat));
        });
    }

    /**
     * A person presses a button under a bot's message.
     *
     * @param chatId as for {@link #say}
     * @return the id of the callback query
     */
    public String press(long userId, long chatId, int messageId, String data) {
        return locked(() -> {
            var person = account(userId);
            var chat = chatId > 0 ? privateChat(bot(chatId), person) : chat(chatId);
            var message = chat.message(messageId);
            var bot = message == null
                    ? null
                    : core.registry().bot(message.author().id());
            if (message == null || bot == null || message.markup() == null) {
                throw new IllegalArgumentException("no message " + messageId + " with buttons in " + chatId);
            }
            long id = random.nextLong(1, Long.MAX_VALUE);
            long now = agenda.seconds();
            bot.callbacks.values().removeIf(asked -> now - asked > UpdateKind.CALLBACK_QUERY.lifeSeconds());
            bot.callbacks.put(id, now);
            var json = new JsonWriter(512).object().field("id", Long.toString(id));
            person.write(json.name("from"));
            core.json().write(json.name("message"), message, bot, true);
            json.field("chat_instance", Long.toString(chat.id() ^ bot.id())).field("data", data);
            core.postman()
                    .give(bot, UpdateKind.CALLBACK_QUERY, Postman.named(UpdateKind.CALLBACK_QUERY, json.endObject()));
            return Long.toString(id);
        });
    }

    /**
     * What a person finds in a chat, oldest message first.
     *
     * @param chatId as for {@link #say}
     * @return a JSON array of Messages
     */
    public String transcriptJson(long userId, long chatId) {
        return locked(() -> {
            var person = account(userId);
            var chat = chatId > 0 ? privateChat(bot(chatId), person) : chat(chatId);
            var json = new JsonWriter(4096).array();
            for (var message : chat.messages()) core.json().write(json, message, viewer(chat), true);
            return json.endArray().toString();
        });
    }

    /** Other limits from now on, with everything they count at zero. */
    public void limits(Limits limits) {
        locked(() -> {
            core.meter().limits(limits);
            return limits;
        });
    }

    /**
     * What went into a chat.
     *
     * @param chatId a channel or group
     */
    public Traffic traffic(long chatId) {
        return locked(() -> chat(chatId).traffic);
    }

    /** Bots, people, chats and queue lengths as one JSON object, pure ASCII; tokens only if asked for. */
    public String stateJson(boolean withTokens) {
        return locked(() -> StateJson.write(core, withTokens));
    }

    /** The listener is told, outside any lock, when {@link #tick()} wants to be called earlier than it said. */
    void onEarlierDeadline(Runnable listener) {
        onEarlierDeadline = listener;
    }

    /** From now on nobody gets in with that token; a poll that waits with it ends. */
    public void revoke(String token) {
        locked(() -> {
            var bot = core.registry().botByToken(token);
            if (bot == null) throw new IllegalArgumentException("no bot has that token");
            bot.revoked = true;
            var waiting = bot.waiting;
            bot.waiting = null;
            if (waiting != null) {
                agenda.cancel(waiting.alarm);
                waiting.answer.give(new Reply.Failure(401, "Unauthorized"));
            }
            return bot;
        });
    }

    private Bot admit(Call call) {
        if (Tokens.isMalformed(call.token())) throw Tokens.refusal(options.profile(), call.token());
        var bot = call.testDc() ? null : core.registry().botByToken(call.token());
        if (bot == null || bot.revoked) throw Refused.verbatim(401, "Unauthorized");
        if (bot.loggedOutUntil != null) {
            if (agenda.now().isBefore(bot.loggedOutUntil)) throw Refused.verbatim(400, "Logged out");
            bot.loggedOutUntil = null;
            bot.launchedAt = null;
        }
        if (bot.launchedAt == null) bot.launchedAt = agenda.now();
        return bot;
    }

    private CompletableFuture<Reply> start(Bot bot, Method method, Params params) {
        var answer = new Answer(agenda, () -> latency(method.pace()));
        var now = agenda.now();
        long bytes = 0;
        for (var upload : params.arguments().uploads())
            bytes += upload.content().size();
        var turn = options.profile() == Profile.LOCAL ? now : uploads.admit(bytes, now);
        if (turn == null) {
            var flood = Refused.retryAfter(FLOOD_SECONDS).reply();
            agenda.at(now.plus(FLOOD_DELAY), () -> answer.give(flood));
        } else if (turn.isAfter(now)) {
            agenda.at(turn, () -> run(bot, method, params, answer));
        } else {
            run(bot, method, params, answer);
        }
        return answer.future();
    }

    private static void run(Bot bot, Method method, Params params, Answer answer) {
        try {
            method.handler().handle(bot, params, answer);
        } catch (Refused refused) {
            answer.give(refused.reply());
        }
    }

    private Duration latency(Method.Pace pace) {
        var range = switch (pace) {
            case SEND -> options.latency().send();
            case POLL -> options.latency().poll();
            case OTHER -> options.latency().other();
        };
        long least = range.least().toNanos();
        long most = range.most().toNanos();
        return Duration.ofNanos(least == most ? least : random.nextLong(least, most + 1));
    }

    private Chat found(Chat chat, List<Admin> admins) {
        var owner = core.registry().addPerson("Owner", null);
        chat.put(Member.plain(owner, Member.Status.CREATOR));
        core.postman().post(chat, Posting.of(owner, new Content.Created(chat.kind())));
        for (var admin : admins) promote(chat, admin);
        return chat;
    }

    private void promote(Chat chat, Admin admin) {
        var account = account(admin.userId());
        var rights = EnumSet.noneOf(Right.class);
        for (var right : admin.rights()) if (Member.applies(right, chat.kind())) rights.add(right);
        var before = chat.member(account);
        core.postman()
                .changeMember(
                        chat,
                        owner(chat),
                        before,
                        new Member(account, Member.Status.ADMINISTRATOR, Set.copyOf(rights)));
    }

    private void change(Chat chat, Account account, Member.Status status) {
        var before = chat.member(account);
        if (before.status() == Member.Status.CREATOR) throw new IllegalArgumentException("the owner stays");
        if (before.status() == status) return;
        core.postman().changeMember(chat, owner(chat), before, Member.plain(account, status));
    }

    private void enter(Chat chat, Account account) {
        var before = chat.member(account);
        if (before.isIn()) return;
        core.postman().changeMember(chat, owner(chat), before, Member.plain(account, Member.Status.MEMBER));
        if (chat.kind() == Chat.Kind.SUPERGROUP) {
            core.postman().post(chat, Posting.of(account, new Content.Joined(List.of(account))));
        }
    }

    private Content content(Outgoing what) {
        try {
            var text = what.text() == null ? "" : what.text();
            var upload = what.document();
            var draft = new Draft(text, List.of());
            if (upload == null) return new Content.Text(SendMethods.text(draft), null);
            var caption = SendMethods.caption(draft);
            return new Content.Media(core.files().add(upload, false), caption, false);
        } catch (Refused refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    private Chat privateChat(Bot bot, Account person) {
        return bot.privateChats.computeIfAbsent(person.id(), any -> Chat.between(bot, person));
    }

    private Chat chat(long chatId) {
        var chat = core.registry().chat(chatId);
        if (chat == null) throw new IllegalArgumentException("no chat " + chatId);
        return chat;
    }

    private Account account(long userId) {
        var account = core.registry().account(userId);
        if (account == null) throw new IllegalArgumentException("nobody with id " + userId);
        return account;
    }

    private Bot bot(long botId) {
        var bot = core.registry().bot(botId);
        if (bot == null) throw new IllegalArgumentException("no bot " + botId);
        return bot;
    }

    private static BotAccount account(Bot bot) {
        return new BotAccount(bot.id(), String.valueOf(bot.account().username()), bot.token());
    }

    private static Account owner(Chat chat) {
        for (var member : chat.members()) if (member.status() == Member.Status.CREATOR) return member.account();
        throw new IllegalArgumentException("a private chat has no owner");
    }

    /** People have no file ids of their own; what they see has those of some bot of the chat. */
    private Bot viewer(Chat chat) {
        var bots = core.registry().botsIn(chat);
        return bots.isEmpty() ? nobody() : bots.getFirst();
    }

    private static Bot nobody() {
        return new Bot(new Account(1, true, "nobody", null, null, null), "", new SplittableRandom(0));
    }

    /** Runs the action in the present, then lets out what it made ready, once the lock is free. */
    private <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock.lock();
        try {
            agenda.now(clock.instant());
            return action.get();
        } finally {
            var departures = agenda.takeDepartures();
            var next = agenda.next();
            boolean earlier = next != null && (promised == null || next.isBefore(promised));
            if (earlier) promised = next;
            lock.unlock();
            departures.forEach(Runnable::run);
            if (earlier) onEarlierDeadline.run();
        }
    }
}
