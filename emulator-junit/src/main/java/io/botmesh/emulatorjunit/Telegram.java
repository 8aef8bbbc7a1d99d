package io.botmesh.emulatorjunit;

import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.world.Happening;
import io.botmesh.world.WebhookTargets;
import io.botmesh.world.World;
import io.botmesh.world.WorldOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Emulator} with the people who use it: makes bots, persons and chats, and keeps what happened for the
 * transcript. {@link StartEmulator} hands one to a test; without JUnit, {@link #start()} does.
 *
 * <pre>{@code
 * try (var telegram = Telegram.start()) {
 *     var bot = telegram.bot("echo_bot");
 *     startMyBot(bot.api(), bot.token());
 *     var ann = telegram.person("Ann");
 *     ann.says(bot, "hello");
 *     assertThat(ann.awaitReply(bot).text()).isEqualTo("hello");
 * }
 * }</pre>
 */
public final class Telegram implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Emulator emulator;
    private final boolean owned;
    private final Story story;
    private volatile Duration patience = PATIENCE;

    private Telegram(Emulator emulator, boolean owned) {
        this.emulator = emulator;
        this.owned = owned;
        story = new Story(emulator);
    }

    /** On free ports of the loopback interface; webhooks may go anywhere, to this machine too. */
    public static Telegram start() {
        var world = WorldOptions.defaults().withWebhookTargets(WebhookTargets.ANY);
        return start(EmulatorOptions.defaults().withWorld(world));
    }

    public static Telegram start(EmulatorOptions options) {
        return new Telegram(Emulator.start(options), true);
    }

    /** Over an emulator that runs already, and goes on when this is closed. Knows what happens from now on. */
    public static Telegram of(Emulator emulator) {
        return new Telegram(emulator, false);
    }

    public Emulator emulator() {
        return emulator;
    }

    /** Where the program under test finds the Bot API. */
    public URI api() {
        return emulator.api();
    }

    /** How long people wait for what a bot does, in real time; default 30 s, so that a busy machine fails no test. */
    public Telegram withPatience(Duration most) {
        if (most.isNegative()) throw new IllegalArgumentException("patience: " + most);
        patience = most;
        return this;
    }

    /** A new bot with a token of its own. */
    public TestBot bot(String username) {
        return new TestBot(this, world().addBot(username));
    }

    /** A new person without a username. */
    public TestPerson person(String firstName) {
        return person(firstName, null);
    }

    /** A new person. */
    public TestPerson person(String firstName, @Nullable String username) {
        return new TestPerson(this, world().addUser(firstName, username));
    }

    /** A new channel, owned by nobody in the test. */
    public TestChat channel(String title) {
        return new TestChat(this, world().addChannel(title, null, List.of()).id(), title);
    }

    /** A new supergroup, owned by nobody in the test. */
    public TestChat group(String title) {
        return new TestChat(this, world().addGroup(title, null, List.of()).id(), title);
    }

    /** A new supergroup that is divided into topics, owned by nobody in the test. */
    public TestChat forum(String title) {
        return new TestChat(this, world().addForum(title, null, List.of()).id(), title);
    }

    /**
     * Moves a virtual clock and does all that becomes due on the way.
     *
     * @throws IllegalStateException if the emulator runs on another clock
     */
    public void advance(Duration by) {
        emulator.advance(by);
    }

    /** What happened in every chat, and the last calls of the bots, as a failed test prints it. No token is in it. */
    public String transcript() {
        return transcript(Mark.BEGIN);
    }

    /** A moment of the story. */
    record Mark(int happenings, long call) {
        static final Mark BEGIN = new Mark(0, 0);
    }

    Mark now() {
        return new Mark(story.soFar().size(), world().calls().last());
    }

    /** Only what came after that moment. */
    String transcript(Mark since) {
        return Transcript.write(world(), story.soFar(), since);
    }

    World world() {
        return emulator.world();
    }

    /** Everything so far, oldest first. */
    List<Happening> happenings() {
        return story.soFar();
    }

    /** What somebody waits for; fails with the transcript if patience ends first. */
    <T> T await(Function<List<Happening>, @Nullable T> look, Supplier<String> wish) {
        var most = patience;
        T seen;
        try {
            seen = story.await(most, look);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            throw notSeen(wish.get() + ": interrupted while waiting");
        }
        if (seen == null) throw notSeen(wish.get() + ": not within " + seconds(most));
        return seen;
    }

    NotSeen notSeen(String why) {
        return new NotSeen(why + "\n\n" + transcript());
    }

    private static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    /** Ends the emulator if it was started here. */
    @Override
    public void close() {
        story.close();
        if (owned) emulator.close();
    }
}
