package io.botmesh.world;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
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
    private final WorldOptions options;
    private final SplittableRandom random;
    private final Agenda agenda = new Agenda();
    private final Core core;
    private final MethodTable methods;
    private final Gate gate;
    private final Calls calls;
    private final Faults faults;
    private final Reception reception;
    private final Stage stage;
    private final People people;
    private final Chats chats;
    private final ChatSettings chatSettings;
    private final Memberships memberships;
    private final Forums forums;
    private final BotSettings botSettings;
    private final Screen screen;

    public World(WorldOptions options, InstantSource clock, long seed) {
        this(options, clock, seed, Blob::of);
    }

    /**
     * @param keeper keeps the files that are made here, such as the smaller sizes of photos; it is called outside the
     *     world's lock wherever a call or a person sends them
     */
    public World(WorldOptions options, InstantSource clock, long seed, Function<byte[], Blob> keeper) {
        this.options = options;
        random = new SplittableRandom(seed);
        gate = new Gate(clock, agenda);
        var registry = new Registry(random.nextLong());
        var files = new FileStore(random.nextLong());
        var json = new MessageJson(new FileJson(files), options.assumptions());
        var watchers = new Watchers(registry, agenda, json);
        var polls = new Polls(agenda, watchers);
        var postman = new Postman(registry, agenda, polls, json, options, watchers);
        core = new Core(
                registry,
                agenda,
                polls,
                new Webhooks(gate, agenda, registry, watchers, options, seed),
                postman,
                new ChatAccess(registry, options.assumptions()),
                new Meter(options.limits()),
                files,
                new Pictures(keeper, options.assumptions().value(Assumption.PHOTO_PIXELS)),
                json,
                watchers,
                new Interactions(random.nextLong(), registry, agenda, postman, options.assumptions()),
                options,
                random);
        methods = new MethodTable(core);
        calls = new Calls(gate, watchers, options.recordedCalls());
        faults = new Faults(gate, watchers, seed);
        // With generators of their own, so that a call that changes nothing leaves no trace in what follows.
        reception = new Reception(core, methods, calls, faults, new SplittableRandom(~seed));
        core.webhooks().calls(this::call);
        core.webhooks().faults(faults);
        stage = new Stage(gate, core, random);
        people = new People(stage);
        chats = new Chats(stage);
        chatSettings = new ChatSettings(stage);
        memberships = new Memberships(stage);
        forums = new Forums(stage);
        botSettings = new BotSettings(stage);
        screen = new Screen(stage);
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
        return call(call, Attachments.Local.FROM_DISK);
    }

    /** Does again what {@link Recorder#called} told, with the files of then. */
    public CompletableFuture<Reply> repeat(Call call) {
        return call(call, Attachments.Local.AS_BROUGHT);
    }

    private CompletableFuture<Reply> call(Call call, Attachments.Local local) {
        // Files may lie on disk, and the world waits for nobody's disk.
        var attachments = Attachments.open(
                call.method(),
                call.arguments(),
                core.pictures(),
                options.profile() == Profile.LOCAL ? local : Attachments.Local.REFUSED);
        return gate.together(() -> reception.take(call, attachments));
    }

    /**
     * Tells of all that changes this world from now on. Whatever goes in apart from calls has to go through
     * {@link #together}, whose caller records it; all else is refused with {@link IllegalStateException}.
     */
    public void record(Recorder recorder) {
        gate.recorded();
        gate.read(() -> {
            reception.record(recorder);
            core.webhooks().record(recorder);
            return recorder;
        });
        core.polls().record(recorder);
    }

    /** Does again what {@link Recorder#polled} told. */
    public void repeat(Recorder.Polled polled) {
        gate.together(() -> {
            core.polls().repeat(stage.bot(polled.botId()), polled);
            return polled;
        });
    }

    /** Does again what {@link Recorder#jumped} told. */
    public void repeatJump(long botId) {
        gate.together(() -> stage.bot(botId).queue.jump());
    }

    /** Does again what {@link Recorder#revoked} told. */
    public void repeatRevocation(long botId) {
        gate.together(() -> {
            reception.revoke(stage.bot(botId));
            return botId;
        });
    }

    /**
     * Does several things at one instant, with nothing else in between.
     *
     * @param acts is run inside the world's lock: it must not block
     */
    public <T extends @Nullable Object> T together(Supplier<T> acts) {
        return gate.together(acts);
    }

    /** The time that the world has come to; within {@link #together} it stands still. */
    public Instant now() {
        return gate.read(agenda::now);
    }

    /** Does everything that is due; returns when it wants to be called next, null if nothing is pending. */
    public @Nullable Instant tick() {
        return gate.tick();
    }

    /** When {@link #tick()} wants to be called next, null if nothing is pending; does nothing. */
    public @Nullable Instant next() {
        return gate.next();
    }

    /** What {@code /file/bot<token>/<path>} serves; null if there is none or its link has expired. */
    public @Nullable StoredFile file(String token, String path) {
        return gate.<@Nullable StoredFile>read(() -> {
            var bot = core.registry().botByToken(token);
            boolean test = path.startsWith("test/");
            boolean its = bot != null && !bot.revoked && test == bot.flags.contains(BotFlag.TEST_SERVER);
            var link = bot == null || !its ? null : bot.links.find(test ? path.substring(5) : path, agenda.now());
            if (link == null) return null;
            return new StoredFile(path, link.file().mimeType(), link.file().content(), link.since());
        });
    }

    /**
     * The bytes of a file as somebody with eyes sees them, without a call of the bot.
     *
     * @param fileId as that bot knows it
     */
    public Blob content(long botId, String fileId) {
        return gate.read(() -> {
            var file = core.files().find(fileId, stage.bot(botId));
            if (file == null) throw new IllegalArgumentException("bot " + botId + " has no file " + fileId);
            return file.content();
        });
    }

    /** What bots have called, and what they were told. */
    public Calls calls() {
        return calls;
    }

    /** Where bots get their updates without asking for them. */
    public Webhooks webhooks() {
        return core.webhooks();
    }

    /** What goes wrong on purpose. */
    public Faults faults() {
        return faults;
    }

    /** What people do. */
    public People people() {
        return people;
    }

    /** What the owners of chats do. */
    public Chats chats() {
        return chats;
    }

    /** How the owners of chats set them up. */
    public ChatSettings chatSettings() {
        return chatSettings;
    }

    /** How people come to chats and go, and how they turn from bots. */
    public Memberships memberships() {
        return memberships;
    }

    /** What people do with topics. */
    public Forums forums() {
        return forums;
    }

    /** How bots are set up. */
    public BotSettings botSettings() {
        return botSettings;
    }

    /** What people see. */
    public Screen screen() {
        return screen;
    }

    /** A new bot with a token of its own. */
    public BotAccount addBot(String username) {
        return gate.pass(() -> account(known(core.registry().addBot(username))));
    }

    /** A new bot with that token, whose part before the colon is its id. */
    public BotAccount addBot(String username, String token) {
        return gate.pass(() -> account(known(core.registry().addBot(username, token))));
    }

    /** Whether a bot in a group only sees what is meant for it, which is so by default. */
    public void privacy(long botId, boolean on) {
        gate.pass(() -> stage.bot(botId).privacy = on);
    }

    /**
     * Lets the bot's update ids go on from a random one, lower or higher, as the server does after a week without updates.
     * Refused while updates wait: after such a week none would be left.
     *
     * @return the id of the next update
     */
    public int jumpUpdateId(long botId) {
        return gate.pass(() -> {
            var queue = stage.bot(botId).queue;
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
        return addUser(firstName, null, username, "en");
    }

    /**
     * A new person.
     *
     * @param languageCode IETF tag of the language that the person's app is in
     */
    public Person addUser(String firstName, @Nullable String lastName, @Nullable String username, String languageCode) {
        return gate.pass(() -> {
            var account = core.registry().addPerson(firstName, lastName, username, languageCode);
            core.watchers().changed(Happening.Changed.What.KNOWN, account.id());
            return new Person(account.id(), account.firstName(), account.username());
        });
    }

    /** A new channel, owned by a person of its own. */
    public Channel addChannel(String title, @Nullable String username, List<Admin> admins) {
        return gate.pass(() -> {
            var chat = core.registry().addChannel(title, username);
            chats.found(chat, admins);
            return new Channel(chat.id(), title, username);
        });
    }

    /** A new supergroup, owned by a person of its own. */
    public Group addGroup(String title, @Nullable String username, List<Admin> admins) {
        return gate.pass(() -> {
            var chat = core.registry().addSupergroup(title, username);
            chats.found(chat, admins);
            return new Group(chat.id(), title, username);
        });
    }

    /** A new basic group, owned by a person of its own; its administrators all have the same rights. */
    public Group addBasicGroup(String title, List<Admin> admins) {
        return gate.pass(() -> {
            var chat = core.registry().addGroup(title);
            chats.found(chat, admins);
            return new Group(chat.id(), title, null);
        });
    }

    /** A new supergroup that is divided into topics. */
    public Group addForum(String title, @Nullable String username, List<Admin> admins) {
        var group = addGroup(title, username, admins);
        chatSettings.forum(group.id(), true);
        return group;
    }

    /** Other limits from now on, with everything they count at zero. */
    public void limits(Limits limits) {
        gate.pass(() -> {
            core.meter().limits(limits);
            core.watchers().changed(Happening.Changed.What.LIMITS, 0);
            return limits;
        });
    }

    /**
     * The limits that hold and what is left of them: {@code {"profile","buckets":[{"limit","bot","chat","free","most"}]}}.
     * There are buckets for what was sent since the limits began to hold.
     */
    public String limitsJson() {
        return gate.read(() -> core.meter().json(agenda.now()));
    }

    /**
     * What went into a chat.
     *
     * @param chatId a channel or group
     */
    public Traffic traffic(long chatId) {
        return gate.read(() -> stage.chat(chatId).traffic);
    }

    /** Bots, people, chats and queue lengths as one JSON object, pure ASCII; tokens only if asked for. */
    public String stateJson(boolean withTokens) {
        return gate.read(() -> StateJson.write(core, withTokens));
    }

    /**
     * Tells what happens in chats from now on, until it is closed.
     *
     * @param onNews is run, outside any lock, when there is something to take after there was nothing
     */
    public Watch watch(Runnable onNews) {
        return core.watchers().watch(gate, onNews, false);
    }

    /** As {@link #watch}, and tells of each {@link Happening.Changed} too. */
    public Watch watchEverything(Runnable onNews) {
        return core.watchers().watch(gate, onNews, true);
    }

    /** The listeners are told, outside any lock, when {@link #tick()} wants to be called earlier than it said. */
    public void onEarlierDeadline(Runnable listener) {
        gate.onEarlierDeadline(listener);
    }

    /** From now on nobody gets in with that token; a poll that waits with it ends. */
    public void revoke(String token) {
        gate.pass(() -> {
            var bot = core.registry().botByToken(token);
            if (bot == null) throw new IllegalArgumentException("no bot has that token");
            reception.revoke(bot);
            return bot;
        });
    }

    MethodTable methods() {
        return methods;
    }

    private Bot known(Bot bot) {
        core.watchers().changed(Happening.Changed.What.KNOWN, bot.id());
        return bot;
    }

    private static BotAccount account(Bot bot) {
        return new BotAccount(bot.id(), String.valueOf(bot.account().username()), bot.token());
    }
}
