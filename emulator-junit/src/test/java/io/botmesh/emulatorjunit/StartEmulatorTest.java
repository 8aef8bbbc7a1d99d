package io.botmesh.emulatorjunit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.world.Profile;
import io.botmesh.world.VirtualClock;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs test classes that use the annotation, some of which fail on purpose. They count only through these tests. */
@NullUnmarked // fields that the extension fills
class StartEmulatorTest {
    /** Where the emulators of one inner run listened. */
    private static final List<URI> SEEN = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    static class FieldsAndParameters {
        @StartEmulator
        static Telegram ofTheClass;

        @StartEmulator
        private Telegram ofTheTest;

        @StartEmulator
        Emulator bare;

        @BeforeAll
        static void theClassHasItsOwn(@StartEmulator Emulator forAll) {
            SEEN.add(forAll.api());
            SEEN.add(ofTheClass.api());
        }

        @BeforeEach
        void fieldsAreThere() {
            SEEN.add(ofTheTest.api());
            SEEN.add(bare.api());
        }

        @Test
        void one(@StartEmulator Telegram parameter) {
            SEEN.add(parameter.api());
        }

        @Test
        void two() {}

        @AfterAll
        static void onlyThoseOfTheClassAreLeft() {
            assertThat(SEEN.stream().filter(StartEmulatorTest::answers))
                    .containsExactlyInAnyOrder(SEEN.get(0), SEEN.get(1));
        }
    }

    @Test
    void eachFieldAndParameterHasAnEmulatorOfItsOwnForItsLife() {
        run(FieldsAndParameters.class)
                .testEvents()
                .assertStatistics(stats -> stats.started(2).succeeded(2));
        assertThat(SEEN).hasSize(7).doesNotHaveDuplicates().noneMatch(StartEmulatorTest::answers);
    }

    static class Outer {
        @StartEmulator
        Telegram outer;

        @Nested
        class Inner {
            @StartEmulator
            Telegram inner;

            @Test
            void hasBoth() {
                SEEN.add(outer.api());
                SEEN.add(inner.api());
            }
        }
    }

    @Test
    void nestedClassesHaveTheFieldsAround() {
        run(Outer.class).testEvents().assertStatistics(stats -> stats.succeeded(1));
        assertThat(SEEN).hasSize(2).doesNotHaveDuplicates().noneMatch(StartEmulatorTest::answers);
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class OneInstance {
        private final URI constructed;

        @StartEmulator
        Telegram telegram;

        OneInstance(@StartEmulator Telegram telegram) {
            constructed = telegram.api();
        }

        @Test
        void one() {
            SEEN.add(telegram.api());
            SEEN.add(constructed);
        }

        @Test
        void two() {
            SEEN.add(telegram.api());
        }
    }

    @Test
    void aFieldIsNewForEachTestEvenInOneInstance() {
        run(OneInstance.class).testEvents().assertStatistics(stats -> stats.succeeded(2));
        assertThat(SEEN).hasSize(3).doesNotHaveDuplicates().noneMatch(StartEmulatorTest::answers);
    }

    static class Fails {
        @StartEmulator(patienceMillis = 1)
        Telegram telegram;

        @Test
        void byWaitingInVain() {
            var bot = telegram.bot("silent_bot");
            var ann = telegram.person("Ann");
            ann.says(bot, "anybody there?");
            ann.awaitReply(bot);
        }

        @Test
        void byAnAssertion() {
            telegram.person("Ann").says(telegram.bot("silent_bot"), "two and two?");
            assertThat(5).isEqualTo(4);
        }

        @Test
        void notAtAllButIsLeftOut() {
            telegram.person("Ann").says(telegram.bot("silent_bot"), "hello");
            assumeTrue(false);
        }
    }

    @Test
    void whoWaitsInVainFailsTheTestWithTheTranscript() {
        var failure = failure(run(Fails.class), "byWaitingInVain()");
        assertThat(failure)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Ann waits for a reply in the chat with @silent_bot")
                .hasMessageContaining("private chat of Ann and @silent_bot")
                .hasMessageContaining("Ann: anybody there?");
        assertThat(failure.getSuppressed()).isEmpty();
    }

    @Test
    void anyOtherFailureCarriesTheTranscriptAndStaysWhatItIs() {
        var results = run(Fails.class);
        var failure = failure(results, "byAnAssertion()");
        assertThat(failure).hasMessageContaining("expected: 4");
        assertThat(failure.getSuppressed()).singleElement().satisfies(attached -> {
            assertThat(attached).hasMessageContaining("private chat of Ann and @silent_bot");
            assertThat(attached).hasMessageContaining("Ann: two and two?");
        });
        assertThat(results.testEvents().reportingEntryPublished().list())
                .hasSize(2)
                .allMatch(event -> event.toString().contains("private chat of Ann and @silent_bot"));
    }

    @Test
    void aTestThatIsLeftOutStaysLeftOut() {
        run(Fails.class).testEvents().assertStatistics(stats -> stats.aborted(1).failed(2));
    }

    static class FailsLate {
        @StartEmulator
        static Telegram telegram;

        static TestBot bot;
        static TestPerson ann;

        @BeforeAll
        static void begin() {
            bot = telegram.bot("some_bot");
            ann = telegram.person("Ann");
            ann.says(bot, "from before");
        }

        @Test
        void afterOthers() {
            ann.says(bot, "from this test");
            throw new IllegalStateException("broken");
        }
    }

    @Test
    void theTranscriptOfASharedEmulatorBeginsWithTheTest() {
        var failure = failure(run(FailsLate.class), "afterOthers()");
        assertThat(failure).isInstanceOf(IllegalStateException.class);
        assertThat(failure.getSuppressed())
                .singleElement()
                .satisfies(attached -> assertThat(attached)
                        .hasMessageContaining("from this test")
                        .hasMessageNotContaining("from before"));
    }

    static class FailsInItsSetUp {
        @StartEmulator
        Telegram telegram;

        @BeforeEach
        void setUp() {
            telegram.person("Ann").says(telegram.bot("some_bot"), "while setting up");
            throw new IllegalStateException("broken");
        }

        @Test
        void never() {}
    }

    @Test
    void aFailedSetUpCarriesTheTranscriptToo() {
        assertThat(failure(run(FailsInItsSetUp.class), "never()").getSuppressed())
                .singleElement()
                .satisfies(attached -> assertThat(attached).hasMessageContaining("while setting up"));
    }

    static class Supplied implements Supplier<EmulatorOptions> {
        @Override
        public EmulatorOptions get() {
            return EmulatorOptions.defaults().withSeed(77);
        }
    }

    static class WithSettings {
        @Test
        void ofTheAnnotation(
                @StartEmulator(profile = Profile.LOCAL, limits = LimitProfile.PAPER, virtualClock = true, seed = 5)
                        Emulator emulator) {
            var options = emulator.options();
            assertThat(options.world().profile()).isEqualTo(Profile.LOCAL);
            assertThat(options.world().limits()).isEqualTo(LimitProfile.PAPER.limits());
            assertThat(options.seed()).isEqualTo(5);
            assertThat(options.clock()).isInstanceOf(VirtualClock.class);
            emulator.advance(Duration.ofDays(1));
            assertThat(options.clock().instant()).isEqualTo("2026-01-02T00:00:00Z");
        }

        @Test
        void ofASupplier(@StartEmulator(options = Supplied.class) Telegram telegram) {
            assertThat(telegram.emulator().options().seed()).isEqualTo(77);
        }
    }

    @Test
    void settingsComeFromTheAnnotationOrASupplier() {
        run(WithSettings.class).testEvents().assertStatistics(stats -> stats.succeeded(2));
    }

    static class Misused {
        @Test
        void twoSourcesOfSettings(@StartEmulator(options = Supplied.class, seed = 2) Telegram telegram) {}

        @Test
        void anotherType(@StartEmulator String text) {}
    }

    static class MisusedField {
        @StartEmulator
        final Telegram telegram = null;

        @Test
        void never() {}
    }

    @Test
    void misuseIsToldInOneLine() {
        var results = run(Misused.class);
        assertThat(failure(results, "twoSourcesOfSettings(Telegram)"))
                .rootCause()
                .hasMessageContaining("options() leaves no room for other settings");
        assertThat(failure(results, "anotherType(String)"))
                .rootCause()
                .hasMessageContaining("gives a Telegram or an Emulator, not a String");
        assertThat(failure(run(MisusedField.class), "never()")).hasMessageContaining("on a final field");
    }

    @Execution(ExecutionMode.CONCURRENT)
    static class AtOnce {
        private static final CountDownLatch ALL = new CountDownLatch(4);
        private static final Set<String> TOKENS = ConcurrentHashMap.newKeySet();

        @StartEmulator
        Telegram telegram;

        private void meet() throws InterruptedException {
            SEEN.add(telegram.api());
            TOKENS.add(telegram.bot("same_bot").token());
            ALL.countDown();
            ALL.await();
            assertThat(telegram.transcript()).contains("Nothing happened");
        }

        @Test
        void one() throws Exception {
            meet();
        }

        @Test
        void two() throws Exception {
            meet();
        }

        @Test
        void three() throws Exception {
            meet();
        }

        @Test
        void four() throws Exception {
            meet();
        }
    }

    @Test
    void testsRunInParallelEachWithItsOwn() {
        EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
                .selectors(selectClass(AtOnce.class))
                .execute()
                .testEvents()
                .assertStatistics(stats -> stats.succeeded(4));
        assertThat(SEEN).hasSize(4).doesNotHaveDuplicates().noneMatch(StartEmulatorTest::answers);
    }

    private static EngineExecutionResults run(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute();
    }

    private static Throwable failure(EngineExecutionResults results, String test) {
        return results.testEvents()
                .finished()
                .failed()
                .filter(event -> event.getTestDescriptor().getDisplayName().equals(test))
                .findFirst()
                .flatMap(Event::getPayload)
                .map(TestExecutionResult.class::cast)
                .flatMap(TestExecutionResult::getThrowable)
                .orElseThrow();
    }

    private static boolean answers(URI api) {
        try (var socket = new Socket(api.getHost(), api.getPort())) {
            return socket.isConnected();
        } catch (IOException closed) {
            return false;
        }
    }
}
