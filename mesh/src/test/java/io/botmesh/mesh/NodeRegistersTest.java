package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.NodeEvent.RegisterTrouble;
import io.botmesh.mesh.NodeEvent.RegisterTrouble.Problem;
import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.mesh.NodeRig.Pinning;
import io.botmesh.seal.HpkeSeal;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.wire.Armour;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Registers without threads, in virtual time: anna owns, ben and carl read. */
class NodeRegistersTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration LOOKS = Duration.ofSeconds(15);

    private final TopicRig topic = new TopicRig(new HpkeSeal(), Set.of("ben", "carl"), Map.of(), "anna", "ben", "carl");
    private final Member anna = topic.member("anna");
    private final Member ben = topic.member("ben");
    private long ticket;

    private void pass(Duration time) throws InterruptedException {
        topic.rig.pass(time);
    }

    private RegisterEffect.Answered set(Member owner, String value) throws InterruptedException {
        owner.core().set("news", ++ticket, value.getBytes(UTF_8), -1, topic.rig.now);
        pass(Duration.ofMinutes(2));
        return Objects.requireNonNull(owner.answers.get(ticket));
    }

    private RegisterEffect.Answered look(Member reader) throws InterruptedException {
        reader.core().look("news", ++ticket, topic.rig.now);
        pass(SOON);
        return Objects.requireNonNull(reader.answers.get(ticket));
    }

    private static String text(RegisterEffect.Answered answered) {
        assertThat(answered.failed()).isNull();
        RegisterValue value = answered.value();
        return value == null ? "nothing" : value.version() + " " + value.text();
    }

    private static List<Problem> problems(Member member) {
        return member.events.stream()
                .filter(RegisterTrouble.class::isInstance)
                .map(event -> ((RegisterTrouble) event).problem())
                .toList();
    }

    private Arrival pinned() throws InterruptedException {
        return topic.pinned.board().pinned().orElseThrow();
    }

    /** What is pinned is what a test says; whatever is pinned goes there too. */
    private final class Tampered implements Carrier.Board {
        private final Carrier.Board real = topic.pinned.board();
        private @Nullable Arrival shown;

        @Override
        public Optional<Arrival> pinned() {
            return Optional.ofNullable(shown);
        }

        @Override
        public byte[] fetch(Arrival.Attachment attachment, int mostBytes) throws InterruptedException {
            return real.fetch(attachment, mostBytes);
        }

        @Override
        public Outcome pin(byte[] packet, boolean document) throws InterruptedException {
            Outcome outcome = real.pin(packet, document);
            shown = real.pinned().orElseThrow();
            return outcome;
        }
    }

    private static Arrival saying(Arrival like, String text) {
        return new Arrival(like.post(), null, like.date(), text, null);
    }

    @Test
    void whatTheOwnerSetsEverybodyReadsWithTheSameVersion() throws Exception {
        assertThat(text(look(ben))).isEqualTo("nothing");
        assertThat(text(set(anna, "one"))).isEqualTo("1 one");
        assertThat(text(set(anna, "two"))).isEqualTo("2 two");
        assertThat(text(look(ben))).isEqualTo("2 two");
        assertThat(text(look(topic.member("carl")))).isEqualTo("2 two");
        assertThat(problems(ben)).isEmpty();
        assertThat(problems(anna)).isEmpty();
        assertThatThrownBy(() -> ben.core().set("news", 99, new byte[1], -1, topic.rig.now))
                .hasMessageContaining("not this node's");
    }

    @Test
    void aWatcherIsToldOfEachValueOnceWithinItsTime() throws Exception {
        ben.core().watch("news", LOOKS, topic.rig.now);
        set(anna, "one");
        set(anna, "two");
        assertThat(ben.values).extracting(RegisterValue::text).containsExactly("one", "two");
        int looks = Objects.requireNonNull(ben.pinning).looks;
        pass(Duration.ofMinutes(10));
        assertThat(ben.values).hasSize(2);
        assertThat(Objects.requireNonNull(ben.pinning).looks - looks).isBetween(35, 45);
    }

    @Test
    void valuesOfAnySizeGoAndComeBack() throws Exception {
        var random = new Random(5);
        for (int size : new int[] {0, 1, 7_000, 9_000, 300_000, 20}) {
            var value = new byte[size];
            random.nextBytes(value);
            anna.core().set("news", ++ticket, value, -1, topic.rig.now);
            pass(Duration.ofMinutes(1));
            RegisterValue got = Objects.requireNonNull(look(ben).value());
            assertThat(got.value()).isEqualTo(value);
        }
        assertThatThrownBy(() -> anna.core().set("news", 99, new byte[(8 << 20) + 1], -1, topic.rig.now))
                .hasMessageContaining("bytes");
    }

    @Test
    void anOlderValueIsRefusedAlsoAfterARestartAndTheOwnerPutsItsOwnBack() throws Exception {
        set(anna, "one");
        Arrival old = pinned();
        set(anna, "two");
        look(ben);
        var tampered = new Tampered();
        tampered.shown = old;
        Objects.requireNonNull(ben.pinning).board = tampered;
        Objects.requireNonNull(anna.pinning).board = tampered;
        ben.kill();
        assertThat(text(look(ben))).isEqualTo("2 two");
        assertThat(problems(ben)).containsExactly(Problem.ROLLED_BACK);
        pass(Duration.ofMinutes(3));
        assertThat(problems(anna)).containsExactly(Problem.ROLLED_BACK);
        assertThat(text(look(ben))).isEqualTo("2 two");
        assertThat(text(look(topic.member("carl")))).isEqualTo("2 two");
    }

    @Test
    void anUnpinnedRegisterKeepsItsValueAndComesBack() throws Exception {
        set(anna, "one");
        look(ben);
        var tampered = new Tampered();
        Objects.requireNonNull(ben.pinning).board = tampered;
        Objects.requireNonNull(anna.pinning).board = tampered;
        assertThat(text(look(ben))).isEqualTo("1 one");
        look(ben);
        assertThat(problems(ben)).as("told once").containsExactly(Problem.UNPINNED);
        pass(Duration.ofMinutes(2));
        assertThat(tampered.pinned()).isPresent();
        assertThat(problems(anna)).containsExactly(Problem.UNPINNED);
    }

    @Test
    void whatIsForgedAlteredOrCutAtAnyByteIsNotTheRegister() throws Exception {
        set(anna, "the value");
        look(ben);
        Arrival real = pinned();
        String text = Objects.requireNonNull(real.text());
        var tampered = new Tampered();
        Objects.requireNonNull(ben.pinning).board = tampered;
        byte[] packet = Armour.decode(text);
        for (int i = 0; i < packet.length; i++) {
            byte[] cut = Arrays.copyOf(packet, i);
            tampered.shown = saying(real, Armour.BASE32768.encode(cut));
            assertThat(text(look(ben))).as("cut at %d", i).isEqualTo("1 the value");
            byte[] flipped = packet.clone();
            flipped[i] ^= 1;
            tampered.shown = saying(real, Armour.BASE32768.encode(flipped));
            assertThat(text(look(ben))).as("flipped at %d", i).isEqualTo("1 the value");
        }
        assertThat(problems(ben)).isNotEmpty().allMatch(Problem.REPLACED::equals);
        tampered.shown = saying(real, "hello, I am a person");
        assertThat(text(look(ben))).isEqualTo("1 the value");
        tampered.shown = real;
        assertThat(text(look(ben))).isEqualTo("1 the value");
    }

    @Test
    void whatAnotherMemberSignsIsNotTheRegister() throws Exception {
        set(anna, "one");
        look(ben);
        Member carl = topic.member("carl");
        Topic its = carl.topics.getFirst();
        var forger = new RegisterSeal(
                its,
                (Protection.Sealed) carl.protection,
                null,
                new RegisterSeal.Keys() {
                    @Override
                    public ReaderKey current() {
                        return topic.group.key();
                    }

                    @Override
                    public List<ReaderSecret> held() {
                        return List.of(topic.group);
                    }
                },
                new Random(1));
        byte[] forged = forger.seal(new RegisterValue(7, "forged".getBytes(UTF_8)));
        topic.pinned.board().pin(forged, false);
        assertThat(text(look(ben))).isEqualTo("1 one");
        assertThat(problems(ben)).containsExactly(Problem.REPLACED);
        Member late = carl; // who has no memory trusts no stranger either, until the owner puts its value back
        assertThat(text(look(late))).isEqualTo("nothing");
        pass(Duration.ofMinutes(2));
        assertThat(text(look(late))).isEqualTo("1 one");
    }

    @Test
    void aWriterThatDiesBetweenDiskAndPinPinsWhenItComesBack() throws Exception {
        set(anna, "one");
        anna.core().set("news", ++ticket, "two".getBytes(UTF_8), -1, topic.rig.now);
        Pinning there = Objects.requireNonNull(anna.pinning);
        int pins = there.pins;
        there.fails = new Outcome.Unreachable("the process is about to die", null);
        while (there.pins == pins) anna.step();
        anna.kill();
        assertThat(text(look(ben))).isEqualTo("1 one");
        there.fails = null;
        pass(Duration.ofMinutes(2));
        assertThat(text(look(ben))).isEqualTo("2 two");
    }

    @Test
    void ofTwoProcessesWithTheOwnersKeyOneLearnsThatItWasOvertakenAndAllReadWhatIsPinned() throws Exception {
        set(anna, "one");
        Member twin = topic.rig.add("anna", anna.protection, null);
        twin.topics.addAll(anna.topics);
        twin.peers.addAll(anna.peers);
        twin.writers.putAll(anna.writers);
        twin.pinning = new Pinning(topic.pinned.board());
        anna.disk.values.forEach(twin.disk.values::put); // restored from a copy
        look(ben);
        assertThat(text(set(twin, "two of the twin"))).isEqualTo("2 two of the twin");
        assertThat(text(set(anna, "three"))).as("counts on from what is pinned").isEqualTo("3 three");
        assertThat(problems(anna)).contains(Problem.OTHER_OWNER);
        assertThat(text(look(ben))).isEqualTo("3 three");
        // Both at once: whoever pins last is what all read, the other is told.
        anna.core().set("news", 1001, "by anna".getBytes(UTF_8), -1, topic.rig.now);
        twin.core().set("news", 1002, "by the twin".getBytes(UTF_8), -1, topic.rig.now);
        pass(Duration.ofMinutes(3));
        var first = Objects.requireNonNull(anna.answers.get(1001L));
        var second = Objects.requireNonNull(twin.answers.get(1002L));
        assertThat(first.failed() == null || second.failed() == null).isTrue();
        String there = text(look(ben));
        assertThat(text(look(topic.member("carl")))).isEqualTo(there);
        assertThat(text(look(anna))).isEqualTo(there);
    }

    @Test
    void aValueReplacesOnlyTheVersionThatItsWriterKnows() throws Exception {
        anna.core().set("news", 1, "first".getBytes(UTF_8), 0, topic.rig.now);
        anna.core().set("news", 2, "second".getBytes(UTF_8), 0, topic.rig.now);
        anna.core().set("news", 3, "third".getBytes(UTF_8), 1, topic.rig.now);
        pass(Duration.ofMinutes(1));
        assertThat(Objects.requireNonNull(anna.answers.get(1L)).failed()).isNull();
        assertThat(Objects.requireNonNull(anna.answers.get(2L)).failed())
                .isInstanceOf(MeshException.Overtaken.class)
                .hasMessageContaining("at version 1, not at 0");
        assertThat(Objects.requireNonNull(anna.answers.get(3L)).failed()).isNull();
        assertThat(text(look(ben))).isEqualTo("2 third");
    }

    @Test
    void whoIsTakenOutReadsNoMoreValuesAndWhoComesReadsTheOneThatIsThere() throws Exception {
        set(anna, "one");
        assertThat(text(look(ben))).isEqualTo("1 one");
        anna.core().change("news", new TopicChange.Remove("ben"), topic.rig.now);
        pass(Duration.ofMinutes(2));
        ben.kill();
        ben.disk.values.keySet().removeIf(key -> key.kind() == NodeStore.Kind.PATTERN && key.a() == 21);
        assertThat(text(look(ben))).isEqualTo("nothing");
        assertThat(text(look(topic.member("carl")))).as("sealed anew").isEqualTo("1 one");
        set(anna, "two");
        assertThat(text(look(ben))).isEqualTo("nothing");
        anna.core().change("news", new TopicChange.Add("ben"), topic.rig.now);
        pass(Duration.ofMinutes(2));
        assertThat(text(look(ben))).isEqualTo("2 two");
    }

    @Test
    void anOwnerThatMayNotPinSaysSoAndPinsWhenItMay() throws Exception {
        Pinning there = Objects.requireNonNull(anna.pinning);
        there.fails = new Outcome.Barred(Outcome.Scope.LANE, "give it the right");
        assertThat(set(anna, "one").failed())
                .isInstanceOf(MeshException.Refused.class)
                .hasMessageContaining("give it the right");
        assertThat(problems(anna)).contains(Problem.NOT_PINNED);
        assertThat(text(look(ben))).isEqualTo("nothing");
        there.fails = null;
        pass(Duration.ofMinutes(2));
        assertThat(text(look(ben))).isEqualTo("1 one");
    }

    @Test
    void aLimitIsWaitedOutAndCostsNoAttempt() throws Exception {
        Pinning there = Objects.requireNonNull(anna.pinning);
        there.fails = new Outcome.FloodWait(Duration.ofSeconds(35));
        anna.core().set("news", ++ticket, "one".getBytes(UTF_8), -1, topic.rig.now);
        pass(Duration.ofMinutes(10));
        assertThat(there.pins).isBetween(10, 20);
        assertThat(anna.answers).doesNotContainKey(ticket);
        there.fails = null;
        pass(Duration.ofMinutes(1));
        assertThat(text(Objects.requireNonNull(anna.answers.get(ticket)))).isEqualTo("1 one");
    }
}
