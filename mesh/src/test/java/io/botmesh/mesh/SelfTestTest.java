package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.SelfTest.Candidate;
import io.botmesh.mesh.SelfTest.Choice;
import io.botmesh.mesh.SelfTest.Verdict;
import io.botmesh.runner.Sleeper;
import io.botmesh.wire.Armour;
import io.botmesh.world.Admin;
import io.botmesh.world.ChannelBotPosts;
import io.botmesh.world.Limits;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Right;
import io.botmesh.world.WorldOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class SelfTestTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static Scene scene(ChannelBotPosts posts) {
        return new Scene(2, WorldOptions.defaults().withLimits(Limits.OFF).withChannelBotPosts(posts));
    }

    private static Candidate channel(Scene scene) {
        return new Candidate(scene.ways(), scene.reading());
    }

    private static Candidate betweenBots(Scene scene) {
        return new Candidate(
                Carriers.privateWriters(ChatId.of(scene.reader.botId()), scene.writers, scene::api),
                Carriers.privateReader(scene.api(scene.reader), null));
    }

    private static Choice choose(Scene scene) throws InterruptedException {
        return SelfTest.choose(List.of(channel(scene), betweenBots(scene)), PATIENCE);
    }

    @Test
    void channelPostsAreTakenWhereBotsPostsAreDelivered() throws Exception {
        try (Scene scene = scene(ChannelBotPosts.DELIVER)) {
            Choice choice = choose(scene);
            assertThat(choice.chosen().reader().capabilities().name()).isEqualTo("channel posts");
            assertThat(choice.verdicts()).singleElement().satisfies(verdict -> {
                assertThat(verdict.says())
                        .contains("channel posts: works", "unchanged")
                        .doesNotContain("\n");
                assertThat(verdict.lanes()).isEmpty();
            });
            assertThat(scene.emulator.world().traffic(scene.channel).texts()).isEqualTo(1);
        }
    }

    @Test
    void theChatBetweenBotsIsTakenWhereTheirPostsAreHidden() throws Exception {
        try (Scene scene = scene(ChannelBotPosts.HIDE)) {
            scene.talkWithBots(true);
            Choice choice = choose(scene);
            assertThat(choice.chosen().reader().capabilities().name()).isEqualTo("bot-to-bot chat");
            assertThat(choice.verdicts()).extracting(Verdict::works).containsExactly(false, true);
            assertThat(choice.verdicts().getFirst().says()).contains("hides bots' posts");
            assertThat(choice.verdicts().getLast().says()).contains("bot-to-bot chat: works");
        }
    }

    @Test
    void hiddenPostsWithoutBotToBotModeFailWithWhatToSwitchOn() {
        try (Scene scene = scene(ChannelBotPosts.HIDE)) {
            assertThatThrownBy(() -> choose(scene))
                    .isInstanceOf(MeshException.Refused.class)
                    .hasMessageContaining("channel posts: does not work")
                    .hasMessageContaining("bot-to-bot chat: does not work")
                    .hasMessageContaining("switch on Bot-to-Bot mode")
                    .hasMessageContaining("@BotFather");
        }
    }

    @Test
    void aReaderOutsideTheChannelFailsWithWhatToDo() throws Exception {
        try (Scene scene = scene(ChannelBotPosts.DELIVER)) {
            var stranger = scene.emulator.world().addBot("outside_bot");
            Verdict verdict = SelfTest.of(
                    new Candidate(
                            channel(scene).writers(),
                            Carriers.channelReader(scene.api(BotToken.parse(stranger.token())), scene.channel, null)),
                    PATIENCE);
            assertThat(verdict.works()).isFalse();
            assertThat(verdict.says()).contains("administrator").doesNotContain(stranger.token());
            assertThat(scene.emulator.world().traffic(scene.channel).texts()).isZero();
        }
    }

    @Test
    void aWriterWithoutTheRightIsNamedAndTheOthersDo() throws Exception {
        try (Scene scene = scene(ChannelBotPosts.DELIVER)) {
            long writer = scene.writers.getFirst().botId();
            scene.emulator.world().chats().promote(scene.channel, Admin.of(writer));
            Verdict verdict = SelfTest.of(channel(scene), PATIENCE);
            assertThat(verdict.works()).isTrue();
            assertThat(verdict.lanes())
                    .singleElement()
                    .asString()
                    .contains(Long.toString(writer), "give it the right to post");
        }
    }

    @Test
    void withoutAnyRightToPostItFailsForEachWriter() {
        try (Scene scene = scene(ChannelBotPosts.DELIVER)) {
            for (BotToken writer : scene.writers) {
                scene.emulator.world().chats().promote(scene.channel, Admin.of(writer.botId()));
            }
            assertThatThrownBy(() -> SelfTest.choose(List.of(channel(scene)), PATIENCE))
                    .isInstanceOf(MeshException.Refused.class)
                    .hasMessageContaining("no writer may post")
                    .hasMessageContaining(Long.toString(scene.writers.getFirst().botId()))
                    .hasMessageContaining(Long.toString(scene.writers.getLast().botId()));
        }
    }

    @Test
    void aWriterThatMayDeleteIsWarnedOf() throws Exception {
        try (Scene scene = scene(ChannelBotPosts.DELIVER)) {
            long writer = scene.writers.getFirst().botId();
            scene.emulator
                    .world()
                    .chats()
                    .promote(scene.channel, Admin.of(writer, Right.POST_MESSAGES, Right.DELETE_MESSAGES));
            Verdict verdict = SelfTest.of(channel(scene), PATIENCE);
            assertThat(verdict.works()).isTrue();
            assertThat(verdict.lanes()).singleElement().asString().contains("leave it only that right");
        }
    }

    @Test
    void aWrongTokenOfTheReaderIsToldWithoutShowingIt() throws Exception {
        try (Scene scene = scene(ChannelBotPosts.DELIVER)) {
            BotToken wrong = BotToken.parse("987654321:FAKE-token-for-tests-only-000000000");
            Verdict verdict = SelfTest.of(
                    new Candidate(
                            channel(scene).writers(), Carriers.channelReader(scene.api(wrong), scene.channel, null)),
                    PATIENCE);
            assertThat(verdict.works()).isFalse();
            assertThat(verdict.says()).contains("check the token").doesNotContain("FAKE");
        }
    }

    @Test
    void aCarrierThatChangesTextIsNotTaken() throws Exception {
        var memory = new MemoryCarrier(-1001, InstantSource.system());
        Carrier.Reader reader = memory.reader();
        var altering = new ChangedReader(reader);
        Verdict verdict = SelfTest.of(new Candidate(memory.writers(1), altering), PATIENCE);
        assertThat(verdict.works()).isFalse();
        assertThat(verdict.says()).contains("came changed");
    }

    @Test
    void aPostThatDoesNotComeIsWaitedForWithPausesBetweenPolls() throws Exception {
        var now = new AtomicLong(Long.MAX_VALUE); // about to wrap
        List<Duration> pauses = new ArrayList<>();
        var memory = new MemoryCarrier(-1001, InstantSource.system());
        var deaf = new DeafReader(memory.reader(), now);
        Sleeper sleeper = pause -> {
            pauses.add(pause);
            now.addAndGet(pause.toNanos());
        };
        Verdict verdict =
                SelfTest.of(new Candidate(memory.writers(1), deaf), Duration.ofSeconds(90), now::get, sleeper);
        assertThat(verdict.works()).isFalse();
        assertThat(verdict.says()).contains("within 90 s");
        assertThat(Duration.ofNanos(now.get() - Long.MAX_VALUE))
                .isBetween(Duration.ofSeconds(90), Duration.ofSeconds(92));
        assertThat(pauses)
                .isNotEmpty()
                .containsOnly(Duration.ofMillis(600)); // sooner, and the server cuts a poll short
        assertThat(deaf.polls)
                .hasSize(pauses.size() + 2); // the one that only says which updates are wanted, and the last
    }

    @Test
    void theDensestArmourThatWasAgreedOnIsTheOneThatIsTried() throws Exception {
        try (Scene scene = scene(ChannelBotPosts.DELIVER)) {
            Candidate narrow = channel(scene);
            var dense = new ChatWriters(
                    narrow.writers().capabilities().withArmour(Armour.BASE65536),
                    List.of(ChatId.of(scene.channel)),
                    scene.writers,
                    scene::api);
            Verdict verdict = SelfTest.of(new Candidate(dense, narrow.reader()), PATIENCE);
            assertThat(verdict.works()).as(verdict.says()).isTrue();
            var altering = new ChangedReader(narrow.reader());
            assertThat(SelfTest.of(new Candidate(dense, altering), PATIENCE).works())
                    .isFalse();
        }
    }

    @Test
    void memoryWorks() throws Exception {
        var memory = new MemoryCarrier(-1001, InstantSource.system());
        assertThat(SelfTest.of(new Candidate(memory.writers(3), memory.reader()), PATIENCE)
                        .works())
                .isTrue();
    }

    @Test
    void whatWaitsForTheReaderIsStillThereAfterwardsAndTheProbeIsLeftAlone() throws Exception {
        try (Scene scene = scene(ChannelBotPosts.DELIVER);
                Scene back = new Scene(scene, 1)) {
            var anna = new NodeSide("anna", back);
            var bert = new NodeSide("bert", scene);
            try (Node sender = anna.node(bert).start()) {
                sender.link("bert").send("n", "1").posted().get();
                assertThat(SelfTest.of(channel(scene), PATIENCE).works()).isTrue();
                sender.link("bert").send("n", "2");
                try (Node reader = bert.node(anna).handle("n", bert.got::add).start()) {
                    assertThat(bert.got.take().text()).isEqualTo("1");
                    assertThat(bert.got.take().text()).isEqualTo("2");
                    assertThat(reader.statistics().get().refusals()).containsOnly(Map.entry("NOT_SEALED", 1L));
                }
            }
        }
    }

    @Test
    void aCrowdOfPostsOfPeopleIsToldApartFromHiddenOnes() throws Exception {
        try (Scene scene = scene(ChannelBotPosts.DELIVER)) {
            var person = scene.emulator.world().addUser("Ann", null);
            scene.emulator.world().chats().promote(scene.channel, Admin.of(person.id(), Right.POST_MESSAGES));
            for (int i = 0; i < 100; i++) {
                scene.emulator.world().people().say(person.id(), scene.channel, Outgoing.text("Hello " + i));
            }
            Verdict verdict = SelfTest.of(channel(scene), PATIENCE);
            assertThat(verdict.works()).isFalse();
            assertThat(verdict.says()).contains("over 100 updates wait");
        }
    }

    @Test
    void aCrowdOfPacketsShowsThatWritersAreHeard() throws Exception {
        try (Scene scene = scene(ChannelBotPosts.DELIVER)) {
            Candidate candidate = channel(scene);
            for (int i = 0; i < 100; i++) {
                candidate
                        .writers()
                        .post(0, io.botmesh.wire.PacketHeader.plain(1, 2, i).toBytes(), false);
            }
            assertThat(SelfTest.of(candidate, PATIENCE).says()).contains("packets of writers wait");
        }
    }

    /** Hears nothing, and a poll takes all its time. */
    private static final class DeafReader extends DelegatingReader {
        private final AtomicLong now;
        final List<Duration> polls = new ArrayList<>();

        DeafReader(Carrier.Reader reader, AtomicLong now) {
            super(reader);
            this.now = now;
        }

        @Override
        public List<RawUpdate> poll(long updateOffset, int limit, Duration timeout) {
            polls.add(timeout);
            now.addAndGet(timeout.toNanos());
            return List.of();
        }
    }

    /** Something on the way that takes blanks for granted. */
    private static final class ChangedReader extends DelegatingReader {
        ChangedReader(Carrier.Reader reader) {
            super(reader);
        }

        @Override
        public Optional<Arrival> arrival(RawUpdate update) {
            return super.arrival(update)
                    .map(came -> new Arrival(came.post(), came.origin(), came.date(), came.text() + " ", null));
        }
    }
}
